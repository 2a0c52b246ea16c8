"""A grid as the importer sees it: what is wrong at which cell, what is doubtful, what would change; and its writing."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import transaction

from desk.plan import PlanChanged
from importing.advice import ADVICE
from importing.outcome import Outcome
from importing.plan.merge import CellChange
from importing.problems import Problem
from importing.run import Busy, Options, Refused, import_data
from races.admin.state.checks_at_cells import OF_A_RESULT
from racestats.formatting import in_words

from .book import SheetRace
from .columns import ALL, ENTRIES
from .document import Cell, Person, Trouble, Written, write
from .grid import Grid, is_blank
from .naming import NamedGrid, look_up

STATED = ("laps", "scheduled_laps", "field_size", "stages")
"""What the book says of the race that the checks of its results compare with."""
DOCUMENT_NAMES = {"lap_time": "time", "lap_speed": "speed", "number": "car"}
"""Columns of the book that a document calls otherwise."""


class CellMark(NamedTuple):
    """What saving does to one cell: `new`, `changed`, or `kept`, where the book's own value stays; and what it has."""

    kind: str
    before: str = ""


class CellWarning(NamedTuple):
    """Something doubtful, at its cell where it has one."""

    code: str
    text: str
    cell: Cell | None


class WarningKind(NamedTuple):
    """The warnings of one kind, which are accepted together."""

    code: str
    texts: list[str]
    advice: str
    accepted: bool


@dataclass
class SheetPlan:
    """What came of checking or saving a grid."""

    grid: Grid
    named: NamedGrid
    written: Written
    troubles: list[Trouble]
    """What is wrong: with one of them nothing is written."""
    warnings: list[CellWarning] = field(default_factory=list)
    marks: dict[Cell, CellMark] = field(default_factory=dict)
    changes: list[CellChange] = field(default_factory=list)
    made: dict[str, list[str]] = field(default_factory=dict)
    """Who and what is made, by kind."""
    rows_added: int = 0
    accept: tuple[str, ...] = ()
    """The kinds of warnings that the editor ticked."""
    fingerprint: str = ""
    """Of all that it would write: of the same plan the same."""

    @property
    def changes_anything(self) -> bool:
        return bool(self.rows_added or self.made or self.changed)

    @property
    def changed(self) -> list[CellChange]:
        return [change for change in self.changes if not change.kept]

    @property
    def kinds(self) -> list[WarningKind]:
        found: dict[str, list[str]] = {}
        for warned in self.warnings:
            found.setdefault(warned.code, []).append(warned.text)
        return [WarningKind(code, texts, ADVICE[code], code in self.accept) for code, texts in found.items()]

    @property
    def kept(self) -> list[CellChange]:
        return [change for change in self.changes if change.kept]

    @property
    def elsewhere(self) -> list[CellChange]:
        """What changes that has no cell."""
        return [change for change in self.changes if self.cell_of(change) not in self.marks]

    def cell_of(self, change: CellChange) -> Cell | None:
        return self.written.cells.get(_as_in_the_document(change.at))


@dataclass(frozen=True)
class SheetRequest:
    """What an editor asks of a grid: which sheet it is, what the names mean, whether the book's values of an official
    race are replaced, and which kinds of warnings are accepted."""

    book: SheetRace
    sheet: str
    grid: Grid
    chosen: Mapping[str, str]
    user: Any
    replace: bool = False
    accept: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """What the import is called that comes of it."""
        what = {ALL: "everything", ENTRIES: "entries"}.get(self.sheet, self.sheet)
        return f"a sheet of {self.book.race.label}, {what}"

    def may_add(self, kind: str) -> bool:
        return bool(self.user.has_perm(f"drivers.add_{kind}"))


def check(asked: SheetRequest) -> SheetPlan:
    """The plan of a grid; nothing is written."""
    return _plan(asked, dry_run=True)


def save(asked: SheetRequest, fingerprint: str) -> SheetPlan:
    """Write a grid; raise PlanChanged, and write nothing, where that would do other than the plan that was shown."""
    with transaction.atomic():
        plan = _plan(asked, dry_run=False)
        if plan.troubles or plan.fingerprint != fingerprint:
            raise PlanChanged
    return plan


def _plan(asked: SheetRequest, dry_run: bool) -> SheetPlan:
    book, grid = asked.book, asked.grid
    columns = book.columns(asked.sheet)
    named = look_up(grid, asked.chosen, {Person(car.driver, car.driver_id) for car in book.cars}, asked.may_add)
    written = write(grid, columns, book.head, book.cars, named.meant)
    troubles = [*_troubles_of_columns(grid, columns), *written.troubles]
    for question in named.open:
        troubles += [Trouble(cell, question.reason) for cell in question.cells]
    plan = SheetPlan(grid, named, written, troubles, accept=asked.accept)
    if not troubles and not written.rows:
        troubles.append(Trouble(None, "There is nothing to save: no row says anything that is read."))
    if troubles:
        return plan
    race = book.race
    written.columns |= {name: value for name in STATED if (value := getattr(race, name)) is not None}
    options = Options(
        create_drivers=named.new_drivers,
        overwrite_official=asked.replace,
        dry_run=dry_run,
        user=asked.user,
        accept=asked.accept,
    )
    try:
        outcome = import_data(json.dumps(written.columns).encode(), asked.file, options)
    except Refused as refused:
        troubles += [_trouble(problem, written) for problem in refused.problems]
    except Busy as busy:
        troubles.append(Trouble(None, str(busy)))
    else:
        _take(plan, outcome)
    return plan


def _troubles_of_columns(grid: Grid, columns: Mapping[str, object]) -> Iterator[Trouble]:
    for n in grid.doubled():
        first = grid.keys.index(grid.keys[n])
        yield Trouble(None, f"Columns {first + 1} and {n + 1} both are “{grid.keys[n]}”: one of them cannot be read.")
    if "car" not in grid.keys and "driver" not in grid.keys:
        yield Trouble(None, "No column says whose a row is: one must be the car number, or the driver.")


def _take(plan: SheetPlan, outcome: Outcome) -> None:
    races = [*outcome.changed, *(race for race in outcome.kept if race not in outcome.changed)]
    added: list[str] = []
    for race in races:
        plan.changes += race.changes
        added += race.added
    plan.rows_added = len(added)
    plan.made = outcome.names
    plan.warnings = [_warned(problem, plan.written) for problem in outcome.warnings]
    plan.fingerprint = fingerprint_of(plan.changes, added, plan.made)
    new = tuple(f"{path}." for path in added if path.endswith("]"))
    for path, cell in plan.written.cells.items():
        if cell.column is not None and path.startswith(new) and not is_blank(plan.grid.rows[cell.row][cell.column]):
            plan.marks[cell] = CellMark("new")
    for change in plan.changes:
        at = plan.cell_of(change)
        if at is not None and at.column is not None:
            known = change.before not in (None, "", False)
            kind = "kept" if change.kept else "changed" if known else "new"
            mark = CellMark(kind, in_words(change.before) if known else "")
            plan.marks.setdefault(at, mark)


def fingerprint_of(changes: list[CellChange], added: list[str], made: Mapping[str, list[str]]) -> str:
    """Of all that an import writes into a race: a dry run and the writing of the same have the same."""
    said = [(change.path, str(change.before), str(change.after), change.kept) for change in changes]
    return hashlib.sha256(repr((said, added, made)).encode(errors="replace")).hexdigest()


def _as_in_the_document(path: str) -> str:
    base, _, name = path.rpartition(".")
    return f"{base}.{DOCUMENT_NAMES.get(name, name)}"


def _trouble(problem: Problem, written: Written) -> Trouble:
    """A problem at the cell that its path comes from, or at the row; else its place is told."""
    path = problem.place.removeprefix("$").removeprefix(".")
    value = f" (“{problem.value}”)" if problem.value not in ("", "an object") else ""
    while path:
        cell = written.cells.get(_as_in_the_document(path)) or written.cells.get(path)
        if cell:
            return Trouble(cell, f"{problem.reason}{value}")
        path = re.sub(r"(\.\w+|\[\d+\])$|^\w+$", "", path)
    place = "" if problem.place == "$" else f"{problem.place}: "
    return Trouble(None, f"{place}{problem.reason}{value}")


def _warned(problem: Problem, written: Written) -> CellWarning:
    """A check names the session and the car (“race, Kyle Larson”), what reads the document a path."""
    path = written.called.get(problem.place, problem.place.removeprefix("$."))
    column = next(iter(OF_A_RESULT.get(problem.code, ())), "")
    cell = written.cells.get(_as_in_the_document(f"{path}.{column}")) or written.cells.get(path)
    return CellWarning(problem.code, problem.reason if cell else f"{problem.place}: {problem.reason}", cell)
