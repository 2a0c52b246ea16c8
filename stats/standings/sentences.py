"""What a page of standings says beside the table: what the points are made of, and what is not in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from races.models import Champion, PlayOffRound, PointsFormat
from racestats.formatting import day, listed, plural, sentence

from .table import Standings

MOST_TOLD = 6
"""So many penalties are told one by one."""


def notes_of(standings: Standings) -> list[str]:
    """In sentences; none before the first race."""
    last, rounds = standings.last_counted, standings.book.season.rounds
    if last is None:
        return []
    return [
        f"After round {last.round}{f' of {rounds}' if rounds else ''}, {last.label}.",
        *_added_up(standings),
        *_beside(standings),
        *_gone_on(standings),
        *_penalties(standings),
        *_unlisted(standings),
        *_levels(standings),
    ]


def unofficial(standings: Standings, champion: Champion | None, rules: PointsFormat | None) -> str:
    """That the points added up are not those which the title was won by, and why; empty where they are."""
    decided = rules.get_title_by_display() if rules and rules.title_by else ""
    if decided:
        return f"Unofficial: added up from race results; the title {'was' if champion else 'is'} decided by {decided}."
    if champion is None:
        return ""
    if standings.order and standings.order[0] != champion.driver_id:
        first = standings.book.drivers[standings.order[0]]
        return f"Unofficial: added up from race results, which have {first} first; the title was awarded."
    lead = _lead(standings)
    if lead is not None and champion.margin not in (None, lead):
        won_by = format(champion.margin.normalize(), ",f")
        return f"Unofficial: added up from race results, {lead:,} apart; the title was won by {won_by} points."
    return ""


def _lead(standings: Standings) -> int | None:
    """How far the first is ahead once the season is over; None where that is not to be told."""
    if not standings.is_over or len(standings.order) < 2:
        return None
    first, second = standings.order[:2]
    return standings.points_of(first) - standings.points_of(second)


def awarded_to(champion: Champion) -> str:
    """“Champion: Joey Logano (Team Penske, Ford). Source: …”"""
    car = ", ".join(str(part) for part in (champion.team_name, champion.manufacturer) if part)
    return f"Champion: {champion.driver}{f' ({car})' if car else ''}. Source: {sentence(str(champion.source))}"


def on_play_offs(rounds: Sequence[PlayOffRound]) -> list[str]:
    """“Play-offs from round 27: 16 drivers, 12 from round 30 and 4 in round 36.”"""
    if not rounds:
        return []
    first, *others = rounds
    parts = [plural(first.drivers, "driver")] if first.drivers else []
    parts += [f"{each.drivers} {_when(each)}" for each in others if each.drivers]
    return [f"Play-offs {_when(first)}{': ' if parts else ''}{listed(parts)}."]


def _when(part: PlayOffRound) -> str:
    return f"{'in' if part.first_race == part.last_race else 'from'} round {part.first_race}"


def basis_of(standings: Standings) -> list[str]:
    """Of the notes those that say whose points are known."""
    return [*_added_up(standings), *_beside(standings), *_gone_on(standings), *_unlisted(standings)]


def _added_up(standings: Standings) -> Iterator[str]:
    races, (known, held) = plural(standings.complete.expected, "race"), standings.points_known
    if not known:
        return
    unknown = f"; unknown for {plural(held - known, 'result')}" if known < held else ""
    yield f"The points printed for each race, added up over {standings.complete.held:,} of {races}{unknown}."


def _beside(standings: Standings) -> Iterator[str]:
    """Points that no start made."""
    points: dict[str, int] = defaultdict(int)
    for each in standings.counted_beside:
        if each.order is not None:
            points[str(standings.book.drivers[each.driver])] += each.points
    if points:
        of_each = [f"{driver} {count:,}" for driver, count in points.items()]
        told = f": {listed(of_each)}" if len(points) <= MOST_TOLD else ""
        yield f"Points printed for cars that did not start count too, {sum(points.values()):,} in all{told}."
    races = {each.race.pk: each.race.label for each in standings.counted_beside if each.order is None}
    if races:
        yield f"Points of {listed(list(races.values()))} count too, beside those of the rounds."


def _gone_on(standings: Standings) -> Iterator[str]:
    given = standings.gone_on.values()
    if given:
        rounds = listed([str(round_) for round_ in sorted({each.through_round for each in given})])
        sources = listed(sorted({each.source.title for each in given}))
        yield f"Points of {plural(len(given), 'driver')} through round {rounds} as {sources} sums them."


def _penalties(standings: Standings) -> Iterator[str]:
    found = standings.penalties
    if len(found) > MOST_TOLD:
        yield f"{len(found):,} penalties and appeals are counted: the table has them by driver."
        return
    for penalty in found:
        ruling = penalty.ruling
        yield f"{penalty.driver}: {penalty.in_words} on {day(ruling.announced)}, after {ruling.race.label}."


def _unlisted(standings: Standings) -> Iterator[str]:
    unknown = sum(values["points"].value is None for values in standings.totals.values())
    if unknown and standings.order:
        yield f"{plural(unknown, 'driver')} left out: no points of theirs are known, though there may be some."
    if more := sum(values["points"].unknown > 0 for values in standings.totals.values()) - unknown:
        yield f"{plural(more, 'figure')} with a plus may be higher."
    if scoreless := len(standings.totals) - unknown - len(standings.order):
        yield f"{plural(scoreless, 'driver')} started without scoring points."


def _levels(standings: Standings) -> Iterator[str]:
    if any(drivers > 1 for drivers in Counter(standings.numbers.values()).values()):
        yield "Points decide the rank. Drivers level on points are listed by wins, then by best finishes."
