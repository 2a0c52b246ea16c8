"""All that a ruling changes beyond its rows: read of the book before and after, of which the second is undone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse

from drivers.models import Driver
from races.finishes import TOP_FIVE, TOP_TEN
from races.models import MilestoneReached, Race, StatLine
from races.models.races import label_of
from races.statistics import STATISTICS
from racestats.formatting import listed, rank
from stats.boards.leaderboards import ranked_by
from stats.boards.places import NOTABLE, Rank
from stats.boards.ranking import place_of
from stats.figures.reading import Figures, added_up, figures
from stats.race.closest_finishes import closest, drivers_involved
from stats.race.known_ranks_of_scope import known_ranks_of
from stats.scope import Scope
from stats.standings.reading import season_book
from stats.streaks.longest import longest_by_kind
from stats.streaks.runs import KINDS

from .actions import RACE, RulingPlan

PLACES = (1, TOP_FIVE, TOP_TEN)
"""Who comes over one of these places has another count of something."""
COUNTED = tuple(
    STATISTICS[key] for key in ("wins", "top_fives", "top_tens", "stage_wins", "laps_led", "lead_lap_finishes", "dnfs")
)
ON_BOARDS = tuple(each for each in COUNTED if each.key not in ("lead_lap_finishes", "dnfs"))
FIRST_TWO, STANDINGS, POINTS, CAREERS, SEASON, BOARDS, STREAKS, MILESTONES = (
    *("The first two, and closest finishes", "Places in the standings", "Points in the standings", "Careers"),
    *("The season", "Places on the boards", "Longest streaks", "Milestones"),
)
UNKNOWN = "–"


class ShownFigure(NamedTuple):
    """What a page shows: whose or of what, what it is, its value, and the address of the page."""

    who: str
    what: str
    value: str
    url: str


class Effect(NamedTuple):
    """A figure that changes."""

    who: str
    what: str
    before: str
    after: str
    url: str


class PageTouched(NamedTuple):
    label: str
    url: str


class Ripple(NamedTuple):
    """What a ruling changes: the figures by kind, and the pages."""

    groups: Mapping[str, list[Effect]]
    pages: list[PageTouched]


Snapshot = Mapping[str, Mapping[Hashable, ShownFigure]]
"""The figures at a moment, by kind, each under what tells it from the others."""


class _Undo(Exception):
    """Ends a trial without leaving a trace."""


def ripple(race: Race, plan: RulingPlan, write: Callable[[], object]) -> Ripple:
    """What `write`, which carries out the plan, changes in the book; nothing stays written.

    What is before is read first: nobody else may write from the trial's first write to its end, which is half a second.
    """
    who = {change.row.driver for change in plan.changes} | {each.driver for each in plan.taken}
    across = set(_across(plan))
    before = snapshot(race, who, across)
    try:
        with transaction.atomic():
            write()
            after = snapshot(race, who, across)
            raise _Undo
    except _Undo:
        groups = {kind: list(_differing(before[kind], after[kind])) for kind in before}
    groups = {kind: effects for kind, effects in groups.items() if effects}
    return Ripple(groups, list(_pages(race, plan, groups)))


def _across(plan: RulingPlan) -> Iterator[int]:
    """The drivers who come over a place that counts, or whose finish counts otherwise."""
    for change in plan.changes:
        if change.row.session == RACE:
            places = [said.get("position", change.row.position) for said in (change.before, change.after)]
            was, becomes = ([place is not None and place <= last for last in PLACES] for place in places)
            if was != becomes or change.after.keys() - {"position", "points"}:
                yield change.row.driver


def _differing(before: Mapping[Hashable, ShownFigure], after: Mapping[Hashable, ShownFigure]) -> Iterator[Effect]:
    for key in dict.fromkeys([*after, *before]):
        was, becomes = before.get(key), after.get(key)
        shown = becomes or was
        if shown and was != becomes:
            said = (each.value if each else UNKNOWN for each in (was, becomes))
            yield Effect(shown.who, shown.what, *said, shown.url)


def snapshot(race: Race, who: Collection[int], across: Collection[int]) -> Snapshot:
    """The figures of these drivers, and of the race: a fixed number of queries, however many drivers and races.

    Of those who come `across` a place that counts the streaks are among them.
    """
    race = Race.objects.with_label().get(pk=race.pk)
    scope = Scope(series=race.season.series)
    drivers = Driver.objects.in_bulk(who)
    return {
        FIRST_TWO: dict(_first_two(race, scope, drivers)),
        **_standings(race, drivers),
        **_counts(race, scope, drivers),
        STREAKS: dict(_streaks(scope, across, drivers)),
        MILESTONES: dict(_milestones(scope, drivers)),
    }


def _standings(race: Race, drivers: Mapping[int, Driver]) -> Snapshot:
    season, now = race.season, season_book(race.season).at(None)
    url = reverse("drivers:standings", args=[season.series.slug, season.year])
    mine = {pk: place for pk, place in now.ranks.items() if pk in drivers}
    return {
        STANDINGS: {pk: ShownFigure(str(drivers[pk]), "place", place, url) for pk, place in mine.items()},
        POINTS: {pk: ShownFigure(str(drivers[pk]), "points", f"{now.points_of(pk):,}", url) for pk in mine},
    }


def _counts(race: Race, scope: Scope, drivers: Mapping[int, Driver]) -> Snapshot:
    """Counts of careers and of the season, and the places that they make on the boards."""
    year = race.season.year
    careers, season = added_up(scope, COUNTED), figures(scope.narrowed(season=year), COUNTED, who=drivers)
    found: dict[str, dict[Hashable, ShownFigure]] = {CAREERS: {}, SEASON: {}, BOARDS: {}}
    for statistic in COUNTED:
        key, label = statistic.key, statistic.in_text
        for pk, driver in drivers.items():
            url = driver.get_absolute_url()
            if pk in careers:
                value = str(Figures(careers[pk])[key])
                found[CAREERS][pk, key] = ShownFigure(str(driver), label, value, url)
            if pk in season:
                found[SEASON][pk, key] = ShownFigure(str(driver), f"{label} in {year}", str(season[pk][key]), url)
    for statistic in ON_BOARDS:
        ranked = ranked_by(statistic, careers)
        keys = [each.key for each in ranked]
        url = reverse("drivers:leaderboard", args=[statistic.key]) + scope.query()
        for each in ranked:
            if each.pk in drivers and (place := Rank(*place_of(each.key, keys))).place <= NOTABLE:
                name = str(drivers[each.pk])
                found[BOARDS][each.pk, statistic.key] = ShownFigure(name, statistic.in_text, place.in_words, url)
    return found


def _streaks(
    scope: Scope, across: Collection[int], drivers: Mapping[int, Driver]
) -> Iterator[tuple[Hashable, ShownFigure]]:
    for (driver, key), length in longest_by_kind(scope, across).items() if across else ():
        url = reverse("drivers:streak", args=[key]) + scope.query()
        yield (driver, key), ShownFigure(str(drivers[driver]), KINDS[key].title.lower(), str(length), url)


def _milestones(scope: Scope, drivers: Mapping[int, Driver]) -> Iterator[tuple[Hashable, ShownFigure]]:
    reached = MilestoneReached.objects.filter(driver__in=drivers, milestone__series=scope.series)
    for each in reached.select_related("milestone__series", *label_of("race")).order_by("milestone", "driver"):
        where = each.race.label if each.race else "before the races on file"
        url = each.milestone.get_absolute_url()
        yield (
            (each.driver_id, each.milestone_id),
            ShownFigure(str(drivers[each.driver_id]), each.milestone.name, where, url),
        )


def _first_two(race: Race, scope: Scope, drivers: Mapping[int, Driver]) -> Iterator[tuple[Hashable, ShownFigure]]:
    """The race among the closest finishes, and how often these drivers were in one."""
    url = reverse("races:closest-finishes") + scope.query()
    lines = StatLine.objects.first_two().filter(race=race).select_related("driver").order_by("finish", "pk")
    by_place: dict[str, list[str]] = {"winner": [], "runner-up": []}
    for line in lines:
        by_place["winner" if line.finish == 1 else "runner-up"].append(str(line.driver))
    for what, names in by_place.items():
        yield what, ShownFigure(race.label, what, listed(names) or UNKNOWN, race.get_absolute_url())
    if race.margin_kind != Race.MarginKind.TIME:
        return
    found = closest(scope, known_ranks=known_ranks_of(scope)).values_list("pk", "ranked", "rank", "tied")
    for pk, is_ranked, place, tied in found:
        if pk == race.pk and is_ranked:
            yield "rank", ShownFigure(race.label, "rank", rank(place, tied > 1), url)
    for each in drivers_involved(scope, None, len(found)):
        if each.driver.pk in drivers:
            value = f"{each.won} won, {each.runner_up} second"
            yield each.driver.pk, ShownFigure(str(each.driver), "in a close finish", value, url)


def _pages(race: Race, plan: RulingPlan, groups: Mapping[str, list[Effect]]) -> Iterator[PageTouched]:
    """The pages that change, those of the race first; of drivers those whose figures change."""
    season = race.season
    of_season = [season.series.slug, season.year]
    yield PageTouched(race.full_label, race.get_absolute_url())
    for session in sorted({change.row.session for change in plan.changes}):
        name = session.replace("-", " ").capitalize()
        yield PageTouched(f"{race.label}, {name}", reverse("races:session", args=[*race.natural_key(), session]))
    yield PageTouched("Rulings", reverse("races:rulings"))
    if {STANDINGS, POINTS} & groups.keys():
        yield PageTouched(f"Standings of {season}", reverse("drivers:standings", args=of_season))
    yield PageTouched(str(season), reverse("races:season", args=of_season))
    is_other_winner = any(effect.what == "winner" for effect in groups.get(FIRST_TWO, ()))
    if is_other_winner:
        yield PageTouched(race.track.name, race.track.get_absolute_url())
    if race.margin_kind == Race.MarginKind.TIME and FIRST_TWO in groups:
        yield PageTouched("Closest finishes", reverse("races:closest-finishes"))
    told = {}
    for kind in (CAREERS, BOARDS, STREAKS, MILESTONES):
        for effect in groups.get(kind, ()):
            label = effect.who if kind == CAREERS else effect.what[:1].upper() + effect.what[1:]
            told.setdefault(effect.url, label)
    yield from (PageTouched(label, url) for url, label in told.items())
