"""One driver and one race, as the book stands or stood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from pydantic import BaseModel

from drivers.models import Driver
from races.as_of import AsOf
from races.models import Race
from stats.careers.page import record_of
from stats.careers.profile import SeriesCareer, Total
from stats.race.page import race_page, with_details
from stats.scope import Scope

from ..kit.found import found_or_404, race_or_404
from .resources import CAREERS, PARTS, RACES, race_named
from .shapes import Career, DriverFacts, Figure, Margin, RaceFacts, Reference, SessionFacts, Source


@dataclass(frozen=True)
class Facts:
    """One thing by its id: `find` it, or raise a 404; then `tell` of it as of a day."""

    name: str
    group: str
    says: str
    answer: type[BaseModel]
    find: Callable[[str], Any]
    tell: Callable[[Any, AsOf | None], BaseModel]
    example: str = ""

    @property
    def path(self) -> str:
        return f"/{self.name}s/{{{self.name}}}"

    @property
    def example_path(self) -> str:
        return f"/{self.name}s/{PARTS[self.name].example}"


def find_driver(text: str) -> Driver:
    driver: Driver = found_or_404(Driver, f"driver “{text}”", slug=text)
    return driver


def tell_driver(driver: Driver, as_of: AsOf | None) -> DriverFacts:
    record = record_of(Scope(driver=driver, as_of=as_of))
    return DriverFacts(
        id=driver.slug,
        name=driver.name,
        url=driver.get_absolute_url(),
        hometown=driver.hometown or None,
        born=text_of(driver.born),
        died=text_of(driver.died),
        as_of=text_of(as_of),
        careers=[career_of(each) for each in record.careers],
    )


def career_of(career: SeriesCareer) -> Career:
    sources = {given.source_id: Source.of(given.source) for given in career.given}
    return Career(
        series=Reference.of(career.series),
        first=career.figures.first,
        last=career.figures.last,
        figures={total.statistic.key: figure_of(total) for total in career.totals},
        sources=list(sources.values()),
    )


def figure_of(total: Total) -> Figure:
    figure, is_count = total.figure, not total.statistic.is_rate
    exact = figure.exact if is_count else None
    return Figure(value=figure.value, exact=exact, unknown=figure.unknown, over=figure.over, url=total.url)


FIRST_THREE = (1, 2, 3)


def find_race(text: str) -> Race:
    race: Race = race_or_404(with_details(Race.objects.all()), **race_named(text))
    return race


def tell_race(race: Race, as_of: AsOf | None) -> RaceFacts:
    found, season = race_page(race, as_of), race.season
    known = race if found.told else Race(layout=race.layout, season=season)
    key = season.series.slug, season.year, race.key
    name = f"{season.series.slug}-{season.year}-{race.key}"
    pole = race.pole if found.told or found.qualified else None
    return RaceFacts(
        id=name,
        name=race.name,
        label=race.label,
        url=race.get_absolute_url(),
        document=reverse("races:race-document", args=key),
        series=Reference.of(season.series),
        season=Reference.of(season),
        round=race.round,
        date=text_of(race.date),
        track=Reference.at(race.track_name, race.track.get_absolute_url()),
        layout=race.layout.name,
        kind=race.kind,
        status=race.status if found.told else Race.Status.SCHEDULED,
        as_of=text_of(as_of),
        scheduled_laps=race.scheduled_laps,
        laps=known.laps,
        field_size=known.field_size,
        results=len(found.started) if found.run else None,
        first_three=[Reference.of(each.entry.driver) for each in found.started if each.position in FIRST_THREE],
        pole=Reference.of(pole.driver) if pole else None,
        margin=Margin(kind=known.margin_kind, value=text_of(known.margin)) if known.margin_kind else None,
        cautions=known.cautions,
        caution_laps=known.caution_laps,
        lead_changes=known.lead_changes,
        leaders=known.leaders,
        average_speed=text_of(known.average_speed),
        sessions=[
            SessionFacts(
                id=each.slug,
                name=each.name,
                kind=each.kind,
                results=reverse("api:session-results", args=(name, each.slug)),
            )
            for each in race.sessions.all()
        ],
        sources=[Source.of(each.source, each.fact) for each in race.citations.all()],
    )


def text_of(value: Any) -> str | None:
    return None if value is None else str(value)


FACTS = (
    Facts("driver", CAREERS, "A driver: the career in each series", DriverFacts, find_driver, tell_driver),
    Facts("race", RACES, "A race: what came of it, its sessions and sources", RaceFacts, find_race, tell_race),
)
