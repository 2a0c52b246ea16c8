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


@dataclass(frozen=True)
class Parsed:
    """The race documents of a file, where in it each stands, or its totals; and the problems found on the way."""

    documents: list[RaceDocument]
    places: list[str]
    errors: list[Problem]
    warnings: list[Problem]
    format: str = ""
    totals: list[SeasonSum] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        findings: Findings,
        format: str,
        documents: Iterable[RaceDocument] = (),
        places: Iterable[str] = (),
        totals: Iterable[SeasonSum] = (),
    ) -> Parsed:
        return cls(list(documents), list(places), findings.told_errors, findings.told_warnings, format, list(totals))
