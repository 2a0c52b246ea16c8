"""The standings before a race and after it. Pure, over standings that are read."""

from __future__ import annotations

from collections.abc import Sequence

from races.models import Race
from racestats.addresses import address_of
from racestats.formatting import number, ordinal, signed
from stats.scope import Scope
from stats.standings.table import POINTS, Standings, StandingsRow

from .sheet import SheetLine, SheetSection

FIRST, MOVED = 12, 5
"""So many places are told, and so many who gained or lost most."""
AMONG = 35
"""Of movements those within so many places: below, a start more makes many."""
UNOFFICIAL = "Points as added up from race results."
NOT_ON_FILE = "The points of this season are not on file."


def standings_before(standings: Standings, scope: Scope) -> SheetSection:
    """The first places, with the gaps to the first and to the place before."""
    title, last = "Standings before the race", standings.last_counted
    if last is None:
        return SheetSection(title, [], "It is the first race of its season on file: nobody has points.")
    places = standings.places(scope, FIRST)
    if not places:
        return SheetSection(title, [], NOT_ON_FILE)
    return SheetSection(title, [_line(each, places) for each in places], f"After {_round(last)}. {UNOFFICIAL}")


def _round(race: Race) -> str:
    return f"round {race.round}, {race.label}"


def _line(place: StandingsRow, places: Sequence[StandingsRow], moved: str = "") -> SheetLine:
    points = f"{place.points} points" if place is places[0] else f"{place.points}"
    gaps = ""
    if place.behind:
        gaps = f", {number(place.behind)} behind"
        if place.gap is not None and place.gap != place.behind:
            gaps += f", {number(place.gap)} to the next" if place.gap else ", level with the next"
    text = f"{place.rank}. {place.driver}, {points}{gaps}{moved}"
    return SheetLine(text, place.evidence(POINTS), place.points.exact)


def standings_moved(standings: Standings, scope: Scope, race: Race) -> SheetSection:
    """The first places after a race, with the places gained and lost, and who moved most."""
    title = "Standings after the race"
    places = standings.places(scope)
    if standings.last_counted is None or not places:
        return SheetSection(title, [], NOT_ON_FILE)
    first = places[:FIRST]
    lines = [_line(each, first, _moved(each)) for each in first]
    url = address_of("drivers:standings", race.season.series.slug, race.season.year) + Scope(as_of=scope.as_of).query()
    for verb, sign in (("Gained most", 1), ("Lost most", -1)):
        found = [each for each in places[:AMONG] if sign * _movement(each) > 0]
        found.sort(key=lambda each: -abs(_movement(each)))
        if found:
            told = ", ".join(f"{each.driver} {signed(_movement(each))} to {_place(each)}" for each in found[:MOVED])
            lines.append(SheetLine(f"{verb}: {told}", url))
    beside = f"Places gained or lost since the round before. {UNOFFICIAL}" if standings.before else UNOFFICIAL
    return SheetSection(title, lines, f"After {_round(standings.last_counted)}. {beside}")


def _movement(place: StandingsRow) -> int:
    return place.movement or 0


def _place(place: StandingsRow) -> str:
    return ordinal(int(place.rank.removeprefix("T")))


def _moved(place: StandingsRow) -> str:
    if place.movement is None:
        return ""
    return f" ({signed(place.movement)})" if place.movement else " (no change)"
