"""A grid as its template shows it: each cell with its name, what is wrong with it, and what saving it does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from .book import SheetRace
from .columns import SheetColumn
from .document import Cell
from .grid import Grid
from .naming import NameQuestion
from .plan import CellMark, CellWarning, SheetPlan

NOT_READ = "not read"


@dataclass(frozen=True)
class DrawnCell:
    name: str
    text: str
    label: str
    """For those who hear the page: “Laps, row 5, No. 5 Kyle Larson”."""
    key: str
    troubles: list[str] = field(default_factory=list)
    warnings: list[CellWarning] = field(default_factory=list)
    mark: CellMark | None = None
    question: NameQuestion | None = None
    """Asked at the first cell that has the name."""

    @property
    def is_told_of(self) -> bool:
        return bool(self.troubles or self.warnings or self.question or (self.mark and self.mark.before))


@dataclass(frozen=True)
class DrawnRow:
    number: int
    cells: list[DrawnCell]
    troubles: list[str]
    warnings: list[CellWarning]
    left_out: bool


@dataclass(frozen=True)
class DrawnColumn:
    number: int
    key: str
    heading: str
    label: str
    doubled: bool


@dataclass(frozen=True)
class DrawnGrid:
    columns: list[DrawnColumn]
    rows: list[DrawnRow]
    choices: list[SheetColumn]
    """What a column may be said to be."""
    troubles: list[str]
    """What is wrong with no one cell."""
    warnings: list[CellWarning]
    count: int
    """How many things are wrong."""


def draw(grid: Grid, book: SheetRace, sheet: str, plan: SheetPlan | None) -> DrawnGrid:
    columns = book.columns(sheet)
    troubles: dict[Cell | None, list[str]] = defaultdict(list)
    warnings: dict[Cell | None, list[CellWarning]] = defaultdict(list)
    questions: dict[Cell, NameQuestion] = {}
    if plan:
        for trouble in plan.troubles:
            troubles[trouble.cell].append(trouble.text)
        for warned in plan.warnings:
            warnings[warned.cell].append(warned)
        questions = {question.cells[0]: question for question in plan.named.questions}
    doubled = grid.doubled()
    drawn = [
        DrawnColumn(n, key, heading, _label(n, key, heading, columns), n in doubled)
        for n, (key, heading) in enumerate(zip(grid.keys, grid.headings))
    ]
    rows = []
    for n, texts in enumerate(grid.rows):
        whose = _whose(grid.said(n))
        cells = []
        for column, text in zip(drawn, texts):
            cell = Cell(n, column.number)
            cells.append(
                DrawnCell(
                    f"cell-{n}-{column.number}",
                    text,
                    f"{column.label}, row {n + 1}{whose}",
                    column.key,
                    troubles.get(cell, []),
                    warnings.get(cell, []),
                    plan.marks.get(cell) if plan else None,
                    questions.get(cell),
                )
            )
        of_row = Cell(n)
        left_out = bool(plan and not plan.troubles and n not in plan.written.rows)
        rows.append(DrawnRow(n + 1, cells, troubles.get(of_row, []), warnings.get(of_row, []), left_out))
    count = sum(map(len, troubles.values()))
    return DrawnGrid(drawn, rows, list(columns.values()), troubles.get(None, []), warnings.get(None, []), count)


def _label(n: int, key: str, heading: str, columns: Mapping[str, SheetColumn]) -> str:
    return columns[key].label if key else f"{heading or f'Column {n + 1}'} ({NOT_READ})"


def _whose(said: Mapping[str, str]) -> str:
    """“, No. 5 Kyle Larson”."""
    words = [f"No. {said['car']}" if "car" in said else "", said.get("driver", "")]
    named = " ".join(filter(None, words))
    return f", {named}" if named else ""
