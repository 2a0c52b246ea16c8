"""What a ruling does to the results of a race: each action makes a plan of rows before and after. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from races.points import PointsRules, place_points, stage_place_points
from races.rulings import as_held
from racestats.formatting import listed, ordinal, plural

RACE = "race"
"""The slug of the race session; the others of which a ruling changes results are stages: `stage-1`."""
SECOND = 2
COLUMNS = ("position", "points", "laps", "laps_led", "status", "disqualified", "encumbered", "ineligible")
"""What a ruling may change in a result."""
Values = dict[str, Any]


class Impossible(Exception):
    """What is asked of the results cannot be done: the reason, for people."""


@dataclass(frozen=True)
class CarResult:
    """One car's line in the race or in a stage, as the book has it."""

    id: int
    entry: int
    driver: int
    number: str
    name: str
    """The driver's."""
    session: str = RACE
    position: int | None = None
    crossed_line: int | None = None
    points: int | None = None
    laps: int | None = None
    laps_led: int | None = None
    status: str = ""
    disqualified: bool = False
    encumbered: bool = False
    ineligible: bool = False

    def __str__(self) -> str:
        return f"{self.name} (No. {self.number})" if self.number else self.name


@dataclass(frozen=True)
class Results:
    """The results of one race and of its stages, what gives points for them, and the size of the field."""

    rows: Sequence[CarResult]
    rules: PointsRules | None = None
    field_size: int | None = None
    margin_against: int | None = None
    """The entry to which the margin was measured, where that is not the official second."""
    has_margin: bool = False
    """Whether there is one that was measured at the line."""

    def of(self, session: str) -> list[CarResult]:
        """The rows of a session that have a place, in order."""
        placed = [row for row in self.rows if row.session == session and row.position]
        return sorted(placed, key=lambda row: (row.position or 0, row.id))

    @property
    def last(self) -> int:
        """The last place of the race."""
        return max([self.field_size or 0, *(row.position or 0 for row in self.of(RACE))])

    @property
    def stages(self) -> list[str]:
        return sorted({row.session for row in self.rows if row.session != RACE})

    def row_of(self, entry: int, session: str = RACE) -> CarResult | None:
        return next((row for row in self.rows if row.entry == entry and row.session == session), None)


@dataclass(frozen=True)
class ResultChange:
    """One result, in the columns that change."""

    row: CarResult
    before: Values
    after: Values


class PointsTaken(NamedTuple):
    """Points of the season taken from a driver; below zero: given back."""

    driver: int
    name: str
    points: int

    @property
    def given_back(self) -> int:
        return -self.points


@dataclass(frozen=True)
class RulingPlan:
    """All that a ruling writes: its kind and title, the rows that change, points taken, and what is set along with
    them. `told` is what its editor should know."""

    kind: str
    title: str
    changes: tuple[ResultChange, ...] = ()
    taken: tuple[PointsTaken, ...] = ()
    crossed_line: Mapping[int, int | None] = field(default_factory=dict)
    """By result, the place at the line: kept as the official one moves, and empty once both are the same again."""
    margin_against: int | None = None
    """The entry to which the margin was measured, where that is not the official second."""
    told: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Of the same rows before and after the same; of any other plan another."""
        rows = [(each.row.id, sorted(each.before.items()), sorted(each.after.items())) for each in self.changes]
        said = (self.kind, rows, self.taken, sorted(self.crossed_line.items()), self.margin_against)
        return hashlib.sha256(repr(said).encode()).hexdigest()


def disqualify(results: Results, entry: int) -> RulingPlan:
    """The car goes last, with the points of that place and none of its stages; those behind it move up.

    Where it crossed the line is kept, and so is the margin.
    """
    car = results.row_of(entry)
    if car is None or car.position is None:
        raise Impossible("The book has no place of that car in the race: type it first.")
    if car.disqualified:
        raise Impossible(f"{car} is disqualified already.")
    moves = _Moves(results)
    last = results.last
    told = _take_out_of_stages(results, moves, car)
    moves.put(car, position=last, disqualified=True)
    if results.rules:
        moves.put(car, points=0 if car.ineligible else place_points(results.rules, last))
    for row in results.of(RACE):
        if (row.position or 0) > car.position:
            moves.to(row, (row.position or 0) - 1)
    if car.position == 1 and results.has_margin:
        told.append(
            "The margin stays as it was measured between the first two at the line. Where officials give none, "
            "empty it on the page of the race."
        )
    if _had_the_fastest_lap(results, car):
        told.append(
            "What the fastest lap gave goes with the other points, and to nobody else. Where officials gave it to the "
            "next, amend the points of that car."
        )
    told += moves.told
    where = ordinal(car.crossed_line or car.position)
    return moves.plan("disqualification", f"{car} disqualified from {where}", told, first=car)


def _had_the_fastest_lap(results: Results, car: CarResult) -> bool:
    """Whether a car's points are those of its places and of the fastest lap."""
    rules = results.rules
    if rules is None or not rules.fastest_lap or car.points is None:
        return False
    in_stages = (results.row_of(car.entry, session) for session in results.stages)
    of_stages = sum(stage_place_points(rules, row.position) for row in in_stages if row and row.position)
    return car.points - of_stages - _of_place(rules, car.position) == rules.fastest_lap


def _take_out_of_stages(results: Results, moves: _Moves, car: CarResult) -> list[str]:
    """Whoever was behind a car in a stage moves up there, with the points in the race's too."""
    cut = []
    for session in results.stages:
        row = results.row_of(car.entry, session)
        if row is None or row.position is None:
            continue
        moves.put(row, position=None, disqualified=True, points=0)
        for other in results.of(session):
            if (other.position or 0) > row.position:
                moves.to(other, (other.position or 0) - 1)
        scoring = len(results.rules.by_stage_position) if results.rules else 0
        if scoring and len(results.of(session)) <= scoring:
            cut.append(session.replace("-", " "))
    if not cut:
        return []
    told = f"Who came next after those listed is not in the book for {listed(cut)}: where he scores, enter him."
    return [told]


def credit(results: Results, entry: int, place: int) -> RulingPlan:
    """A car is given a place; those between it and the one that it had move down, where somebody has it."""
    car = results.row_of(entry)
    if car is None:
        raise Impossible("The book has no result of that car in the race: enter it first.")
    if car.position == place and not car.disqualified:
        raise Impossible(f"{car} is {ordinal(place)} already.")
    if results.field_size and place > results.last:
        raise Impossible(f"The field had {plural(results.last, 'car')}: there is no {ordinal(place)} place.")
    moves = _Moves(results)
    moves.to(car, place)
    if car.disqualified:
        moves.put(car, disqualified=False)
    others = [row for row in results.of(RACE) if row.id != car.id]
    if any(row.position == place for row in others):
        for row in others:
            position = row.position or 0
            if car.position is not None and car.position < position <= place:
                moves.to(row, position - 1)
            elif place <= position and (car.position is None or position < car.position):
                moves.to(row, position + 1)
    return moves.plan("correction", f"{car} credited with {ordinal(place)}", moves.told, first=car)


def amend(results: Results, amended: Mapping[int, Values]) -> RulingPlan:
    """Columns of results get other values, by the id of each; nobody else moves."""
    rows = {row.id: row for row in results.rows}
    moves = _Moves(results)
    for key, values in amended.items():
        moves.put(rows[key], **values)
    if not moves.after:
        raise Impossible("Nothing is amended: change a value.")
    cars = list(dict.fromkeys(str(rows[key]) for key in moves.after))
    who = cars[0] if len(cars) == 1 else plural(len(cars), "car")
    return moves.plan("correction", f"Results of {who} amended", ())


def penalise(results: Results, drivers: Iterable[tuple[int, str]], points: int) -> RulingPlan:
    """Points of the season are taken from drivers, each an id and a name; those of the race stay."""
    taken = tuple(PointsTaken(driver, name, points) for driver, name in drivers)
    if not taken:
        raise Impossible("Choose whom the points are taken from.")
    who = taken[0].name if len(taken) == 1 else plural(len(taken), "driver")
    return RulingPlan(
        "penalty", f"{who} docked {plural(points, 'point')}", taken=taken, margin_against=results.margin_against
    )


def restore(
    results: Results, title: str, changes: Iterable[tuple[int, Values, Values]], taken: Sequence[PointsTaken] = ()
) -> RulingPlan:
    """On appeal, what a ruling changed goes back: by the id of a result what it said before and after, and the points
    given back."""
    rows = {row.id: row for row in results.rows}
    moves = _Moves(results)
    for key, before, after in changes:
        row = rows[key]
        others = [name for name in after if getattr(row, name) != as_held(name, after[name])]
        if others:
            name = others[0].replace("_", " ")
            raise Impossible(
                f"{row} has another {name} by now than this ruling gave it: a later one comes first, or amend the "
                "results."
            )
        moves.put(row, **{name: as_held(name, value) for name, value in before.items()})
    plan = moves.plan("appeal", title, ())
    back = {key: None for key, place in plan.crossed_line.items() if place is None}
    return replace(plan, taken=tuple(taken), crossed_line=back)


class _Moves:
    """Collects what changes, row by row."""

    def __init__(self, results: Results):
        self.results = results
        self.after: dict[int, Values] = {}
        self.rows: dict[int, CarResult] = {}
        self.told: list[str] = []

    def put(self, row: CarResult, **values: Any) -> None:
        """Give a row these values; those that it has already are no change."""
        said = self.after.setdefault(row.id, {})
        self.rows[row.id] = row
        said |= values
        for name in [name for name in said if said[name] == getattr(row, name)]:
            del said[name]
        if not said:
            del self.after[row.id]

    def to(self, row: CarResult, place: int) -> None:
        """Move a row to a place, with the points that the format gives for it in place of those of the old one."""
        self.put(row, position=place)
        rules = self.results.rules
        if rules is None:
            if row.points and not self.told:
                self.told.append("The book has no points format of the season: points stay as they are.")
            return
        if row.session == RACE:
            self._add(row, _of_place(rules, place) - _of_place(rules, row.position))
            return
        more = stage_place_points(rules, place) - stage_place_points(rules, row.position or 0)
        in_race = self.results.row_of(row.entry)
        if in_race is None or in_race.ineligible or row.ineligible:
            return
        self._add(row, more)
        self._add(in_race, more)

    def _add(self, row: CarResult, points: int) -> None:
        """More or fewer points, where it is known how many there are, and the car may score."""
        now = self.after.get(row.id, {}).get("points", row.points)
        if now is not None and points and not row.ineligible:
            self.put(row, points=now + points)

    def plan(self, kind: str, title: str, told: Sequence[str], first: CarResult | None = None) -> RulingPlan:
        """What came together: the row that it is about, and then the others by session and place."""

        def order(change: ResultChange) -> tuple[Any, ...]:
            row = change.row
            return first is None or row.entry != first.entry, row.session, row.position is None, row.position, row.id

        changes = []
        for key, said in self.after.items():
            row, after = self.rows[key], {name: said[name] for name in COLUMNS if name in said}
            changes.append(ResultChange(row, {name: getattr(row, name) for name in after}, after))
        return RulingPlan(
            kind,
            title,
            tuple(sorted(changes, key=order)),
            crossed_line=dict(self._at_the_line()),
            margin_against=self._margin_against(),
            told=tuple(told),
        )

    def _moved(self) -> Iterator[tuple[CarResult, int | None]]:
        """The cars of the race whose place changes, and to which."""
        for key, after in self.after.items():
            if "position" in after and self.rows[key].session == RACE:
                yield self.rows[key], after["position"]

    def _at_the_line(self) -> Iterator[tuple[int, int | None]]:
        for row, place in self._moved():
            if row.crossed_line is None and row.position:
                yield row.id, row.position
            elif row.crossed_line == place:
                yield row.id, None

    def _margin_against(self) -> int | None:
        """The car that was second at the line, once another is second officially."""
        against = self.results.margin_against
        for row, place in self._moved() if self.results.has_margin else ():
            if (row.crossed_line or row.position) == SECOND:
                if place != SECOND and against is None:
                    return row.entry
                if place == SECOND and against == row.entry:
                    return None
        return against


def _of_place(rules: PointsRules, position: int | None) -> int:
    """The points of a place, with those of a win."""
    return (place_points(rules, position) if position else 0) + (rules.win_bonus if position == 1 else 0)
