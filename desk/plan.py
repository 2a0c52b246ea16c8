"""The plan of an import as the desk's pages show it: what comes in, what changes, what is wrong or in doubt; bounded.

`templates/desk/includes/plan.html` draws it.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from django.db.models import Model

from importing.names import drivers, tracks
from importing.outcome import Outcome, counted
from importing.plan.race import RacePlan
from importing.problems import Problem, printable
from importing.summary import Disagreement, by_kind, changed_cells, in_sum, kept_cells, place_and_reason
from racestats.formatting import plural

Row = TypeVar("Row")

MAKE_DRIVERS = "Make drivers that the book lacks"
MAKE_TRACKS = "Make tracks that the book lacks"
BOXES = {drivers.CREATE: f"“{MAKE_DRIVERS}”", tracks.CREATE: f"“{MAKE_TRACKS}”"}
"""What a page has in place of a command's options."""

MOST = 100
"""So many rows of a list are shown."""
MOST_OF_A_KIND = 5
"""So many warnings of a kind are shown."""
CELL = re.compile(r"(?P<part>[\w-]+)(?:\[(?P<of>[^\[\]]*)\])?\.(?P<column>\w+)")
"""How a plan names a cell: “race.laps”, “entries[5].team”, “qualifying[5].position”, “sessions[0].date”."""
COUNTED = {"sessions": "session", "rulings": "ruling", "caution_segments": "caution", "lead_segments": "leader"}
"""Parts of which each is named by its place in the file, from 0 on."""


class PlanChanged(Exception):
    """The book is not what it was when the plan was shown; nothing was written."""


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """The first of many rows, and how many there are."""

    rows: Sequence[Row]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def first(rows: Sequence[Row], most: int = MOST) -> Listed[Row]:
    return Listed(rows[:most], len(rows))


class PlanError(NamedTuple):
    """One error: where and what is wrong, and with which value."""

    told: str
    value: str


@dataclass(frozen=True)
class ShownKind:
    """The warnings of one kind. `ticked` is whether the editor has chosen to accept them."""

    code: str
    advice: str
    races: str
    warnings: Listed[str]
    ticked: bool


class ShownCell(NamedTuple):
    """A value that book and file have otherwise."""

    race: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownPlan:
    """What an import would do. `hash` is another one for any other plan."""

    in_sum: str = ""
    changes_anything: bool = False
    changes_official: bool = False
    errors: dict[str, list[PlanError]] = field(default_factory=dict)
    """By the race that they leave out, or of the file under an empty name."""
    more_errors: int = 0
    lists: Sequence[tuple[str, Listed[str]]] = ()
    """New races, changed races, new drivers and the like, each under its title."""
    tables: Sequence[tuple[str, Listed[ShownCell]]] = ()
    """The cells that change, and those that keep the book's value."""
    kinds: Sequence[ShownKind] = ()
    noted: Sequence[str] = ()
    totals_unchanged: int = 0
    accepted: int = 0
    hash: str = ""


def plan_of(outcome: Outcome, ticked: Collection[str] = ()) -> ShownPlan:
    """A dry run as a page shows it, with the kinds of warnings that are ticked to be accepted."""
    errors, more = _errors([problem for of_race in outcome.left_out.values() for problem in of_race])
    kinds = [
        ShownKind(
            kind.code,
            kind.advice,
            kind.by_season,
            first([place_and_reason(problem) for problem in kind.problems], MOST_OF_A_KIND),
            kind.code in ticked,
        )
        for kind in by_kind(outcome.warnings)
    ]
    return ShownPlan(
        in_sum=in_sum(outcome),
        changes_anything=outcome.changes_anything,
        changes_official=outcome.changes_official,
        errors=errors,
        more_errors=more,
        lists=_filled(
            ("New races", first(outcome.new)),
            ("Changed races", first([_changes_of(race) for race in outcome.changed])),
            *((f"New {kind}", first(names)) for kind, names in outcome.names.items()),
            ("Nearly the same as names of the book", first(outcome.near_misses)),
        ),
        tables=_filled(
            ("Changes", _cells(changed_cells(outcome))),
            ("Disagreements: the book’s value stays", _cells(kept_cells(outcome))),
        ),
        kinds=kinds,
        noted=counted(outcome.noted),
        totals_unchanged=outcome.totals_unchanged,
        accepted=outcome.accepted,
        hash=_hash(outcome),
    )


def plan_of_errors(problems: Sequence[Problem]) -> ShownPlan:
    """What is wrong with that of which nothing can come in."""
    errors, more = _errors(problems)
    return ShownPlan(errors=errors, more_errors=more)


def _filled(*lists: tuple[str, Listed[Row]]) -> list[tuple[str, Listed[Row]]]:
    return [(title, listed) for title, listed in lists if listed.count]


def _errors(problems: Sequence[Problem]) -> tuple[dict[str, list[PlanError]], int]:
    """By race, the first of them, and how many more there are."""
    found: dict[str, list[PlanError]] = defaultdict(list)
    for problem in problems[:MOST]:
        told = f"{problem.place}: {in_boxes(problem.reason)}"
        found[problem.race].append(PlanError(told, printable(problem.value)))
    return dict(found), max(len(problems) - MOST, 0)


def in_boxes(reason: str) -> str:
    """What is wrong, with the boxes of a page in place of a command's options."""
    for option, box in BOXES.items():
        reason = reason.replace(option, box)
    return reason


def _changes_of(race: RacePlan) -> str:
    """“2025 Kansas I, AdventHealth 400: 76 rows added, 2 cells changed”."""
    cells = sum(not change.kept for change in race.changes)
    parts = [
        f"{plural(race.rows_added, 'row')} added" if race.rows_added else "",
        f"{plural(cells, 'cell')} changed" if cells else "",
    ]
    return f"{race.label}: {', '.join(filter(None, parts))}"


def _cells(cells: Sequence[Disagreement]) -> Listed[ShownCell]:
    rows = [
        ShownCell(cell.race.label, cell_in_words(cell.change.path), cell.before, cell.after) for cell in cells[:MOST]
    ]
    return Listed(rows, len(cells))


def cell_in_words(path: str) -> str:
    """“Caution laps”, “Laps led, No. 5”, “Position, No. 5, qualifying”, “Date, session 1”."""
    found = CELL.fullmatch(path)
    if found is None:
        return _words(path)
    part, of, column = found.groups()
    if part in COUNTED:
        return f"{_words(column)}, {COUNTED[part]} {int(of) + 1}"
    whose = f"No. {of}" if of and of[0].isdecimal() else of
    where = "" if part in ("race", "entries") else _words(part).lower()
    return ", ".join(filter(None, (_words(column), whose, where)))


def _words(name: str) -> str:
    """“laps_led” → “Laps led”, “stage-2” → “Stage 2”."""
    return re.sub("[_-]", " ", name).capitalize()


def hash_of_race(race: RacePlan) -> str:
    """Another one for any other plan of the race."""
    return hashlib.sha256(repr(_all_of(race)).encode(errors="replace")).hexdigest()


def _hash(outcome: Outcome) -> str:
    """Of what would be written and of what is in doubt, shown or not."""
    said = (
        outcome.new,
        [_all_of(race) for race in (*outcome.changed, *outcome.kept)],
        (outcome.unchanged, outcome.totals_unchanged, outcome.rows_created, outcome.rows_updated, outcome.accepted),
        outcome.names,
        outcome.left_out,
        [outcome.fact(problem) for problem in outcome.warnings],
    )
    return hashlib.sha256(repr(said).encode(errors="replace")).hexdigest()


def _all_of(race: RacePlan) -> tuple:
    cells = [(change.path, _key(change.before), _key(change.after), change.kept) for change in race.changes]
    return race.label, race.rows_added, cells


def _key(value: object) -> object:
    """A row by its id: its words may have to be read."""
    return (type(value).__name__, value.pk) if isinstance(value, Model) and value.pk else str(value)
