"""Of which finishes of a scope the rank among its closest is known."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from races.margins import SETTLED
from races.models import Era, Season, Series
from races.order import FIRST_YEAR, LAST_YEAR
from racestats.serving.kept_values import kept
from stats.scope import AtRace, Scope

from .known_ranks import ALL_RANKS, NO_RANKS, KnownRanks, LookedUp, declared, known_ranks, not_held


@dataclass(frozen=True)
class Margins:
    """What the margins of one series are known of: the races held, the rounds of its seasons, and of eras what is said
    of their closest finishes."""

    series: int
    races: list[RaceMargin] = field(default_factory=list)
    rounds: dict[int, int | None] = field(default_factory=dict)
    eras: list[LookedUp] = field(default_factory=list)


class RaceMargin(NamedTuple):
    """A race that is held: its order, the day by which it had been run, and how its margin was measured."""

    order: int
    known_on: date
    kind: str


def known_ranks_of(scope: Scope, *, orders: Collection[int] | None = None) -> KnownRanks:
    """Of which of the scope's races the rank by margin is known.

    `orders` are the orders of its races, where the caller has read them. Three queries, whose answers of today are
    kept; one more for a scope of all series, and one for a scope narrowed otherwise. The margins of several series make
    one list only where each series is complete.
    """
    if orders is None and scope == Scope(series=scope.series):
        return _known_ranks_now(scope.series)
    return _known_ranks_of(scope, orders)


@kept
def _known_ranks_now(series: Series | None) -> KnownRanks:
    return _known_ranks_of(Scope(series=series), None)


def _known_ranks_of(scope: Scope, orders: Collection[int] | None) -> KnownRanks:
    of_series = _margins(scope) if scope.as_of else _margins_now(scope.series)
    asked: set[tuple[int, int | None]] | None = None
    if orders is not None:
        asked = {(each.series, order) for each in of_series for order in orders}
    elif scope != Scope(series=scope.series, as_of=scope.as_of):
        rows = scope.races().exclude(coverage=None).order_by()
        asked = set(rows.values_list("season__series", "coverage__race_order"))
    found = [ranks for each in of_series if (ranks := _known_in_series(scope, each, asked)) is not None]
    return found[0] if len(found) == 1 else ALL_RANKS if all(ranks == ALL_RANKS for ranks in found) else NO_RANKS


@kept
def _margins_now(series: Series | None) -> Sequence[Margins]:
    return _margins(Scope(series=series))


def _margins(scope: Scope) -> Sequence[Margins]:
    """By series of the scope, what its margins are known of."""
    series = [scope.series.pk] if scope.series else list(Series.objects.values_list("pk", flat=True))
    found = {pk: Margins(pk) for pk in series}
    held = Scope(as_of=scope.as_of).coverage().filter(race__season__series__in=series).order_by()
    columns = ("race__season__series", "race_order", "known_on", "race__margin_kind")
    for pk, order, known_on, kind in held.values_list(*columns):
        found[pk].races.append(RaceMargin(order, known_on, kind))
    seasons = Season.objects.filter(series__in=series).order_by()
    for pk, year, rounds in seasons.values_list("series", "year", "rounds"):
        found[pk].rounds[year] = rounds
    for era in Era.objects.filter(series__in=series):
        found[era.series_id].eras.extend(looked_up(era))
    return tuple(found.values())


def _known_in_series(
    scope: Scope, of_series: Margins, asked: Container[tuple[int, int | None]] | None
) -> KnownRanks | None:
    """Of one series; None where the scope has no race of it."""
    races = [race for race in of_series.races if asked is None or (of_series.series, race.order) in asked]
    if not races:
        return None
    first, last = _years(scope, of_series.series)
    rounds = {year: count for year, count in of_series.rounds.items() if first <= year <= last}
    on_file = {race.order for race in of_series.races}
    unknown = {race.order for race in races if race.kind not in SETTLED} | not_held(on_file, rounds)
    held = [(race.order, race.known_on) for race in of_series.races]
    return known_ranks(unknown, declared(of_series.eras, min(race.known_on for race in races), held))


def looked_up(era: Era) -> list[LookedUp]:
    """What an editor says of an era's closest finishes; nothing where none does."""
    if era.closest_known is None or era.closest_known_through is None:
        return []
    return [LookedUp(era.starts, era.closest_known_through, era.closest_known)]


def _years(scope: Scope, series: int) -> tuple[int, int]:
    """The first and the last season that a scope may reach into."""
    first, last = [FIRST_YEAR], [LAST_YEAR]
    if scope.season:
        first.append(scope.season)
        last.append(scope.season)
    for era in scope.era.eras if scope.era else ():
        if era.series_id == series:
            first.append(era.starts.year)
            last += [era.ends.year] if era.ends else []
    if scope.from_:
        first.append(_year(scope.from_))
    if scope.to:
        last.append(_year(scope.to))
    return max(first), min(last)


def _year(value: int | date | AtRace) -> int:
    return value if isinstance(value, int) else value.year
