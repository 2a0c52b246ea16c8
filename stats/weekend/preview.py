"""Reads the sheet of a race before it is run: as of its eve, however long ago that was."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from drivers.models import Driver, Manufacturer, Team
from races.models import Race
from races.models.races import RaceQuerySet
from races.order import year_and_round
from races.statistics import STATISTICS
from stats.boards.leaderboards import fewest_starts
from stats.boards.places import CareerBoards
from stats.careers.active import latest_lines, regular_drivers
from stats.completeness import completeness
from stats.evidence import evidence_url
from stats.figures.reading import means
from stats.milestones.watch import HIGHEST, near
from stats.race.closest_finishes import with_first_two
from stats.scope import AtRace, Scope
from stats.standings.reading import season_book
from stats.streaks.now import now_of

from .averages import AVERAGE, best_averages
from .entrants import Entrants, entered_in
from .facts import facts_of
from .form import RecentLine, form_of_cars, form_of_drivers
from .here import RaceHere, anniversaries, closest_margins, last_winners, most_wins, track_url
from .near import milestones_of
from .points import standings_before
from .runs import droughts, streaks_alive
from .sheet import SheetSection, WeekendSheet

STARTS = STATISTICS["starts"]


def with_facts(races: RaceQuerySet) -> RaceQuerySet:
    """Races with all that the facts name of each. Four queries at most."""
    return races.for_list().select_related("coverage").prefetch_related("season__series__names")


def preview_of(race: Race, scope: Scope, as_asked: bool) -> WeekendSheet:
    """What was known of a race, read `with_facts`, as of the day of a scope that names its series; with `as_asked` of
    an earlier day, on which nobody had been entered yet."""
    if race.kind != Race.Kind.POINTS:
        return WeekendSheet.of(
            [facts_of(race, None, None, "")], ["It is no points race: it adds to no career and no streak."]
        )
    if race.status == Race.Status.CANCELLED:
        return WeekendSheet.of(
            [facts_of(race, None, None, "")], ["It was cancelled: there is nothing to look forward to."]
        )
    series, track = scope.the_series, race.layout.track
    at_track = scope.narrowed(track=track)
    here = _races_here(at_track)
    lines = _recent_lines(scope)
    active = {line.driver for line in lines}
    entered = {} if as_asked else entered_in(race)
    now, regulars = now_of(scope, active), regular_drivers(scope)
    drivers = Driver.objects.in_bulk(active) | entered
    field = Entrants(entered or {pk: drivers[pk] for pk in active}, bool(entered), series)
    first = here[-1].race.season.year if here else None
    standings = season_book(race.season).at(scope.as_of)
    return WeekendSheet.of(
        [
            facts_of(race, len(here), first, track_url(at_track)),
            *milestones_of(near(CareerBoards.of(scope, HIGHEST), field.drivers.keys()), race, f"Of {field.in_words}."),
            standings_before(standings, scope.narrowed(season=race.season.year)),
            _winners(here, at_track, field),
            *_averages(race, scope, field),
            streaks_alive(now, drivers),
            droughts(now, drivers, regulars, _by_order(scope, now.last_wins)),
            *_form(scope, lines, drivers),
            closest_margins(here, track.short_name),
            anniversaries(race, here, field.drivers.values()),
        ],
        [field.said],
    )


def _races_here(at_track: Scope) -> list[RaceHere]:
    """The races at the track, the latest first. Three queries."""
    races: Iterable[Any] = with_first_two(at_track.races().for_list(), at_track).order_by("-season__year", "-round")
    return [RaceHere.of(race, race.first_two) for race in races]


def _winners(here: list[RaceHere], at_track: Scope, field: Entrants) -> SheetSection:
    section = last_winners(here, at_track.track.short_name if at_track.track else "")
    return replace(section, lines=[*section.lines, *most_wins(here, field.drivers, track_url(at_track))])


def _averages(race: Race, scope: Scope, field: Entrants) -> Iterable[SheetSection]:
    """At the track and on tracks of its type, where that is known. Two queries of each."""
    scopes = [scope.narrowed(track=race.layout.track)]
    if race.layout.type:
        scopes.append(scope.narrowed(type=race.layout.type))
    for each in scopes:
        found = means(each, [AVERAGE], field.drivers.keys())
        least = fewest_starts(each, "driver", completeness(each).known["whole"])
        *_, where = each.words()
        yield best_averages(each, found, field.drivers, least, where, field.in_words)


def _recent_lines(scope: Scope) -> list[RecentLine]:
    """The lines of the last races of the series. One query."""
    columns = ("team__slug", "team__name", "manufacturer__slug", "manufacturer__name", "race__coverage__whole")
    lines = latest_lines(scope).order_by("race_order", "pk")
    return [RecentLine._make(row) for row in lines.values_list("race_order", "driver", "finish", *columns)]


def _form(scope: Scope, lines: list[RecentLine], drivers: Mapping[int, Driver]) -> list[SheetSection]:
    if not lines:
        return []
    first, last = (AtRace(scope.the_series, *year_and_round(line.order), label="") for line in (lines[0], lines[-1]))
    stretch = scope.narrowed(from_=first, to=last)
    names = {pk: str(driver) for pk, driver in drivers.items()}
    urls = {pk: evidence_url(stretch, STARTS, driver) for pk, driver in drivers.items()}
    teams = {line.team: evidence_url(stretch, STARTS, Team(slug=line.team)) for line in lines if line.team}
    makes = {line.make: evidence_url(stretch, STARTS, Manufacturer(slug=line.make)) for line in lines if line.make}
    return [
        form_of_drivers(lines, names, urls),
        form_of_cars(lines, "team", teams),
        form_of_cars(lines, "make", makes),
    ]


def _by_order(scope: Scope, orders: Collection[int]) -> dict[int, Race]:
    """Races of the series by their orders. One query."""
    races = Race.objects.with_label().select_related("coverage")
    found = races.filter(season__series=scope.the_series, coverage__race_order__in=orders)
    return {race.coverage.order: race for race in found}
