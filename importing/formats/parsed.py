"""What a file says, whatever its format: its race documents or totals, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from importing.document.schema import RaceDocument
from importing.problems import Findings, Problem, race_name


class SeasonSum(NamedTuple):
    """What a source sums of a driver's season through a round, or through its last where none is told."""

    line: int
    driver: str
    series: str
    season: int
    through_round: int | None
    counts: dict[str, int | None]
    source: str

    @property
    def place(self) -> str:
        return f"line {self.line}"

    @property
    def of_season(self) -> tuple[str, int]:
        return self.series, self.season

    @property
    def label(self) -> str:
        """What it is of, as a message names it."""
        return f"{self.series} {self.season}"


class StageWin(NamedTuple):
    """Who won a stage of a race, which is named by its series, season and round."""

    line: int
    race: tuple[str, int, int]
    stage: int
    winner: str
    source: str

    @property
    def place(self) -> str:
        return f"line {self.line}"

    @property
    def label(self) -> str:
        return race_name(*self.race)


class TableRow(NamedTuple):
    """What a season table says of one race; `figures` are columns of `Race`.

    Tracks and drivers may go by several names: the first are the table's own.
    """

    line: int
    race: tuple[str, int, int]
    date: dt.date | None
    tracks: tuple[str, ...]
    town: str
    winners: tuple[str, ...]
    start: int | None
    """Where the winner started."""
    pole_speed: Decimal | None
    lineup: str
    """How the lineup was set, where the table says that no pole was run for."""
    figures: dict[str, int | Decimal | None]

    @property
    def place(self) -> str:
        return f"line {self.line}"

    @property
    def label(self) -> str:
        return race_name(*self.race)


@dataclass(frozen=True)
class Parsed:
    """The race documents of a file and where in it each stands, or the rows of a sheet: totals, stage winners, a season
    table; and its problems.

    What has an error is not among them: a race, a season of totals, a race's stage winners, a row of a season table.
    """

    documents: list[RaceDocument]
    places: list[str]
    errors: list[Problem]
    warnings: list[Problem]
    format: str = ""
    totals: list[SeasonSum] = field(default_factory=list)
    stage_wins: list[StageWin] = field(default_factory=list)
    table: list[TableRow] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    """How many errors each race has that is left out; under no name, the file itself."""

    @classmethod
    def of(
        cls,
        findings: Findings,
        format: str,
        documents: Iterable[RaceDocument] = (),
        places: Iterable[str] = (),
        totals: Iterable[SeasonSum] = (),
        stage_wins: Iterable[StageWin] = (),
        table: Iterable[TableRow] = (),
    ) -> Parsed:
        read = list(documents), list(places)  # Reading them may find more.
        told = findings.first_errors, findings.first_warnings
        return cls(*read, *told, format, list(totals), list(stage_wins), list(table), findings.left_out)

    @property
    def refused(self) -> bool:
        """Whether nothing can come in: the file is not what it says, or no race of it is without an error."""
        return "" in self.left_out or not (self.documents or self.totals or self.stage_wins or self.table)

    def without(self, places: set[str]) -> Parsed:
        """What is left where that which stands at these places is left out, with the rest of its season or race."""
        kept = [n for n, place in enumerate(self.places) if place not in places]
        seasons = {each.of_season for each in self.totals if each.place in places}
        races = {each.race for each in self.stage_wins if each.place in places}
        return replace(
            self,
            documents=[self.documents[n] for n in kept],
            places=[self.places[n] for n in kept],
            totals=[each for each in self.totals if each.of_season not in seasons],
            stage_wins=[each for each in self.stage_wins if each.race not in races],
            table=[each for each in self.table if each.place not in places],
        )
