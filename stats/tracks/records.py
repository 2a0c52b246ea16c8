"""The records of a track, in single races and in careers on it, each with the one it replaced."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F, Q

from drivers.models import Driver
from races.models import Race, RaceCoverage, Result
from races.statistics import EVERY_LINE, STATISTICS, LineSum, Statistic
from racestats import formatting
from stats.completeness import Completeness, are_half
from stats.evidence import evidence_url
from stats.figures.figure import Figure
from stats.figures.reading import Figures, figures
from stats.race.known_ranks import KnownRanks
from stats.race.known_ranks_of_scope import known_ranks_of
from stats.scope import Scope

from .lineage import Record, RecordFigure, holders_in_turn, lineage, running_totals

CAREERS = tuple(STATISTICS[key] for key in ("wins", "poles", "top_fives", "top_tens", "laps_led", "starts"))
"""What is counted of each driver at a track."""
PREVIOUS = "Previous record"
MOST_LED = "Most laps led in a race"


@dataclass(frozen=True)
class DriverCount:
    """A driver with a count at the track, and the address of the races that make it up."""

    rank: str
    driver: Driver
    count: Figure
    evidence: str


@dataclass(frozen=True)
class HeldRecord:
    """A record as one holder set it: in a race, or counted in the races that `evidence` leads to.

    For a career the race is the one that took the record, and the value what it was brought to in the end. A record
    that many share names none of them, and no race.
    """

    record: str
    value: str
    driver: Driver | None
    race: Race | None
    evidence: str | None
    sharing: int

    @property
    def holder(self) -> str:
        return str(self.driver) if self.driver else formatting.plural(self.sharing, "driver")


@dataclass(frozen=True)
class RecordKind:
    """One kind of record at the track, and how it fell: the last is the record, or at least as far as is known.

    Of a career's `in_doubt` are the drivers whose own count may be higher.
    """

    label: str
    show: Callable[[Any], str]
    records: list[Record]
    statistic: Statistic | None = None
    at_least: bool = False
    in_doubt: Collection[int] = ()

    def value(self, mark: RecordFigure) -> str:
        """With a plus where it is at least so much: the record, or the count of a holder who is `in_doubt`."""
        return f"{self.show(mark.value)}{'+' if self.at_least or mark.holder in self.in_doubt else ''}"


class TrackLine(NamedTuple):
    """One driver in one race at the track, and by key what the race adds to each of `CAREERS`, None where unknown."""

    driver: int
    race: int
    order: int
    day: date
    layout: int
    layout_name: str
    layout_length: Decimal | None
    finish: int | None
    laps_led: int | None
    margin: Decimal | None
    average_speed: Decimal | None
    adds: Mapping[str, int | None]


class QualifyingLap(NamedTuple):
    driver: int
    race: int
    layout: int
    layout_name: str
    layout_length: Decimal | None
    speed: Decimal


@dataclass(frozen=True)
class TrackBook:
    """What the book holds of one track: who won and took poles there, its records, and how each of them fell."""

    winners: list[DriverCount]
    poles: list[DriverCount]
    records: list[HeldRecord]
    lineages: list[HeldRecord]


def track_book(scope: Scope, complete: Completeness) -> TrackBook:
    """Read it for a scope that names a track, of which so much is known.

    What careers and speeds are known of for fewer than half of its races is no record: it would be one of what is on
    file, not of the track.
    """
    counted_there = [statistic for statistic in CAREERS if are_half(complete.of(statistic), complete.held)]
    lines, laps = lines_at(scope), qualifying_laps(scope)
    counted = figures(scope, CAREERS)
    found = [
        *career_records(lines, counted, counted_there),
        *race_records(lines, complete, known_ranks_of(scope)),
        *lap_records(laps, lines),
    ]
    wins, poles = _most(counted, STATISTICS["wins"]), _most(counted, STATISTICS["poles"])
    marks = [mark for kind in found for record in kind.records for mark in _named(record)]
    drivers = Driver.objects.in_bulk({mark.holder for mark in marks} | wins.keys() | poles.keys())
    races = Race.objects.with_label().in_bulk({mark.race for mark in marks})

    def held(kind: RecordKind, record: Record, label: str) -> Iterable[HeldRecord]:
        sharing = len(record.holders)
        for mark in _named(record):
            driver = drivers[mark.holder] if sharing <= formatting.MOST_NAMED else None
            evidence = evidence_url(scope, kind.statistic, driver) if kind.statistic and driver else None
            race = races[mark.race] if driver else None
            yield HeldRecord(label, kind.value(mark._replace(value=record.value)), driver, race, evidence, sharing)

    def rank_drivers(counts: dict[int, Figure], statistic: Statistic) -> list[DriverCount]:
        ordered = sorted(counts, key=lambda driver: (-counts[driver].value, str(drivers[driver])))
        return [
            DriverCount(rank, drivers[driver], counts[driver], evidence_url(scope, statistic, drivers[driver]))
            for rank, driver in zip(formatting.ranks(counts[driver].value for driver in ordered), ordered)
        ]

    standing = [
        row
        for kind in found
        for record, label in zip(reversed(kind.records[-2:]), (kind.label, PREVIOUS))
        for row in held(kind, record, label)
    ]
    fallen = [
        row
        for kind in found
        if len(kind.records) > 1 and kind.statistic != STATISTICS["starts"]  # Everybody's starts go up together.
        for record in reversed(kind.records)
        for row in held(kind, record, kind.label)
    ]
    return TrackBook(rank_drivers(wins, STATISTICS["wins"]), rank_drivers(poles, STATISTICS["poles"]), standing, fallen)


def _named(record: Record) -> tuple[RecordFigure, ...]:
    """The marks of a record that get a row each; of one that too many share, the first."""
    return record.marks if len(record.holders) <= formatting.MOST_NAMED else record.marks[:1]


def _most(found: dict[int, Figures], statistic: Statistic) -> dict[int, Figure]:
    """By driver, the figure of those who have any."""
    return {driver: figure for driver, each in found.items() if (figure := each[statistic.key]).value}


def career_records(
    lines: list[TrackLine], counted: Mapping[int, Figures], statistics: Collection[Statistic]
) -> list[RecordKind]:
    """The most of each of these statistics that a driver has at the track, in all races there."""
    kinds = []
    for statistic in CAREERS:
        if statistic not in statistics:
            continue
        marks = (RecordFigure(added, line.driver, line.race) for line in lines if (added := line.adds[statistic.key]))
        records = holders_in_turn(lineage(running_totals(marks)))
        label = f"Most {statistic.label.lower()}{', career' if isinstance(statistic, LineSum) else ''}"
        in_doubt = {driver for driver, each in counted.items() if not each[statistic.key].exact}
        kinds.append(RecordKind(label, formatting.number, records, statistic, in_doubt=in_doubt))
    return [kind for kind in kinds if kind.records]


def race_records(lines: list[TrackLine], complete: Completeness, known_ranks: KnownRanks) -> list[RecordKind]:
    """Most laps led in a race, the closest finish of those whose rank is known, and the fastest race on each layout."""
    led = [RecordFigure(line.laps_led, line.driver, line.race) for line in lines if line.laps_led]
    won = [line for line in lines if line.finish == 1]
    close = [
        RecordFigure(line.margin, line.driver, line.race)
        for line in won
        if line.margin is not None and known_ranks.includes(line.margin, line.day, line.order)
    ]
    fast = [(line, RecordFigure(line.average_speed, line.driver, line.race)) for line in won if line.average_speed]
    kinds = [
        RecordKind(
            MOST_LED,
            formatting.number,
            lineage(led),
            at_least=not complete.tells_all(STATISTICS["laps_led"]),
        ),
        RecordKind("Closest finish", lambda margin: f"{formatting.margin(margin)} s", lineage(close, best=min)),
    ]
    return [kind for kind in kinds if kind.records] + _on_each_layout("Fastest race, average speed", fast, lines)


def lap_records(laps: list[QualifyingLap], lines: list[TrackLine]) -> list[RecordKind]:
    """The fastest qualifying lap on each layout."""
    driven = [(lap, RecordFigure(lap.speed, lap.driver, lap.race)) for lap in laps]
    return _on_each_layout("Fastest qualifying lap", driven, lines)


def _on_each_layout(
    label: str, run: Sequence[tuple[TrackLine | QualifyingLap, RecordFigure]], lines: list[TrackLine]
) -> list[RecordKind]:
    """The highest speed on each layout, for on two of them speeds do not compare, if known of half the races there.

    Layouts of one name are told apart by their length.
    """
    held = Counter(layout for layout, _ in {(line.layout, line.race) for line in lines})
    by_layout = defaultdict(list)
    for driven, mark in run:
        by_layout[driven.layout, driven.layout_name, driven.layout_length].append(mark)
    named = Counter(name for _, name, _ in by_layout)
    return [
        RecordKind(
            f"{label}, {name.lower()}{f' of {formatting.miles(length)} miles' if length and named[name] > 1 else ''}",
            lambda speed: f"{speed} mph",
            lineage(marks),
        )
        for (layout, name, length), marks in by_layout.items()
        if are_half(len({mark.race for mark in marks}), held[layout])
    ]


def lines_at(scope: Scope, among: Q = EVERY_LINE) -> list[TrackLine]:
    """The lines at the track, or some of them, oldest race first. Two queries: what is of a race is read once for all
    of its lines."""
    of_race = ("race", "known_on", "race__layout__name", "race__layout__length", "race__average_speed")
    there = RaceCoverage.objects.filter(race__layout__track=scope.track).order_by()
    races = {race: facts for race, *facts in there.values_list(*of_race)}
    keys = [statistic.key for statistic in CAREERS]
    adds = {f"adds_{statistic.key}": statistic.addend for statistic in CAREERS}
    columns = ("driver", "race", "race_order", "layout", "finish", "laps_led", "margin")
    lines = (
        scope.lines()
        .filter(among)
        .order_by("race_order", "race", F("finish").asc(nulls_last=True), "pk")
        .annotate(**adds)
    )
    found = []
    for driver, race, order, layout, finish, laps_led, margin, *added in lines.values_list(*columns, *adds):
        day, name, length, speed = races[race]
        adds_of_line = dict(zip(keys, added))
        found.append(
            TrackLine(driver, race, order, day, layout, name, length, finish, laps_led, margin, speed, adds_of_line)
        )
    return found


def qualifying_laps(scope: Scope) -> list[QualifyingLap]:
    """The qualifying laps at the track whose speed is known, oldest race first, of any round; a disallowed one is no
    record."""
    known = Result.objects.in_qualifying().filter(lap_speed__isnull=False, disqualified=False)
    laps = known.filter(session__race__in=scope.races()).order_by(
        "session__race__coverage__race_order", "session__race", "pk"
    )
    layout = "session__race__layout"
    columns = ("entry__driver", "session__race", layout, f"{layout}__name", f"{layout}__length", "lap_speed")
    return [QualifyingLap(*row) for row in laps.values_list(*columns)]
