"""What is new in the book, the latest first, for those who follow it: results, milestones, rulings, corrections,
stories, and one driver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, cast

from django.db.models import Count, Exists, OuterRef, Prefetch

from drivers.models import Driver
from newsroom.models import Report, Story
from races.models import MilestoneReached, Race, Ruling, StatLine
from races.models.races import RaceQuerySet
from races.statistics import WIN
from racestats.formatting import listed, ordinal, sentence

from .notes.rules.counts import round_number
from .race.sentence import in_a_sentence, outcome_for

LATEST = 30
"""A feed has so many entries."""


class News(NamedTuple):
    """One thing that is new: what, on which day, and where it is told in full; `key` is never another's."""

    key: str
    title: str
    text: str
    url: str
    day: date


def results() -> list[News]:
    """How the latest races with a winner on file ended. Three queries."""
    won = StatLine.objects.first_two().filter(WIN, race=OuterRef("pk"))
    races = Race.objects.points().run().exclude(date=None).filter(Exists(won))
    return list(results_of(races.for_list().order_by("-date", "-pk")[:LATEST]).values())


def results_of(races: RaceQuerySet) -> dict[int, News]:
    """How those of the races ended whose winner is on file, by race."""
    winners = Prefetch(
        "stat_lines", StatLine.objects.first_two().filter(WIN).select_related("driver").order_by("pk"), to_attr="won"
    )
    found: Iterable[Any] = races.prefetch_related(winners)
    return {race.pk: _result(race, race.won) for race in found if race.won}


def _result(race: Race, won: Sequence[StatLine]) -> News:
    winners = [str(line.driver) for line in won]
    told = in_a_sentence(outcome_for(race, won[0], winners, had_pole=bool(won[0].pole)))
    return News("result", f"{race.label}: {listed(winners)} won", told, race.get_absolute_url(), race.day)


def milestones(driver: Driver | None = None) -> list[News]:
    """Who came to a round number in the latest races, or when one driver did. Two queries."""
    reached = MilestoneReached.objects.filter(exact=True, race__date__isnull=False)
    if driver:
        reached = reached.filter(driver=driver)
    reached = reached.select_related(
        "milestone__series", "driver", "race__season__series", "race__event", "race__layout__track"
    )
    found = list(reached.order_by("-race__date", "pk")[:LATEST])
    clubs = MilestoneReached.objects.filter(milestone__in={each.milestone_id for each in found}).order_by()
    members = dict(clubs.values_list("milestone").annotate(drivers=Count("pk")))
    return [_milestone(each, members[each.milestone_id]) for each in found]


def _milestone(reached: MilestoneReached, members: int) -> News:
    milestone, key, race = reached.milestone, reached.milestone.statistic, cast(Race, reached.race)
    note = round_number(
        str(reached.driver), key, milestone.threshold, reached.count_after, members, "", (reached.driver_id, key)
    )
    text = f"{note.text} It was in the {race.label}, in the {milestone.series}."
    url = milestone.get_absolute_url()
    return News(reached.driver.slug, f"{reached.driver}: {milestone.name}", text, url, race.day)


def rulings() -> list[News]:
    """The rulings announced last. One query."""
    found = Ruling.objects.select_related("race__season__series", "race__event", "race__layout__track")
    return [
        News(
            f"ruling-{each.number}",
            each.title,
            f"{each.get_kind_display()} after the {each.race.label}. {each.reason}".strip(),
            f"{each.race.get_absolute_url()}#rulings",
            each.announced,
        )
        for each in found.order_by("-announced", "-pk")[:LATEST]
    ]


def corrections() -> list[News]:
    """The numbers that were corrected last. One query."""
    return [
        News(f"report-{each.pk}", f"Corrected: {each}", each.answer, each.address, each.day)
        for each in Report.objects.corrections()[:LATEST]
        if each.day
    ]


def stories() -> list[News]:
    """The stories published last. One query."""
    return [
        News(f"story-{each.pk}", each.title, each.beginning, each.get_absolute_url(), each.published)
        for each in Story.objects.published()[:LATEST]
        if each.published
    ]


def of_driver(driver: Driver) -> list[News]:
    """The latest races and milestones of a driver. Four queries."""
    lines = StatLine.objects.as_of().filter(driver=driver, race__date__isnull=False).for_log()
    found = [_finish(driver, line) for line in lines.order_by("-race__date", "-pk")[:LATEST]]
    return latest([*found, *milestones(driver)])


def _finish(driver: Driver, line: StatLine) -> News:
    place = f"finished {ordinal(line.finish)}" if line.finish else "started"
    place = "won" if line.finish == 1 else place
    told = [f"{driver} {place} in the {line.race.label}, {line.race.name}"]
    if line.start:
        told.append(f"after starting {ordinal(line.start)}")
    if line.laps_led:
        told.append(f"and led {line.laps_led:,} {'lap' if line.laps_led == 1 else 'laps'}")
    return News(
        "finish", f"{line.race.label}: {place}", sentence(" ".join(told)), line.race.get_absolute_url(), line.race.day
    )


def latest(found: Iterable[News]) -> list[News]:
    """The latest of several kinds."""
    return sorted(found, key=lambda each: each.day, reverse=True)[:LATEST]
