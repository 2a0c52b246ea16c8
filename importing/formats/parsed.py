"""What a file says, whatever its format: its race documents or totals, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from importing.document.schema import RaceDocument
from importing.problems import Findings, Problem


class SeasonSum(NamedTuple):
    """What a source sums of a driver's season through a round, or through its last where none is told."""

    line: int
    driver: str
    series: str
    season: int
    through_round: int | None
    counts: dict[str, int | None]
    source: str


class StageWin(NamedTuple):
    """Who won a stage of a race, which is named by its series, season and round."""

    line: int
    race: tuple[str, int, int]
    stage: int
    winner: str
    source: str


@dataclass(frozen=True)
class Parsed:
    """The race documents of a file and where in it each stands, its totals or its stage winners; and its problems."""

    documents: list[RaceDocument]
    places: list[str]
    errors: list[Problem]
    warnings: list[Problem]
    format: str = ""
    totals: list[SeasonSum] = field(default_factory=list)
    stage_wins: list[StageWin] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        findings: Findings,
        format: str,
        documents: Iterable[RaceDocument] = (),
        places: Iterable[str] = (),
        totals: Iterable[SeasonSum] = (),
        stage_wins: Iterable[StageWin] = (),
    ) -> Parsed:
        told = findings.told_errors, findings.told_warnings
        return cls(list(documents), list(places), *told, format, list(totals), list(stage_wins))
