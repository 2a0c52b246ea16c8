"""What a file says, whatever its format: its race documents, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from importing.document.schema import RaceDocument
from importing.problems import Findings, Problem


@dataclass(frozen=True)
class Parsed:
    """The race documents of a file, where in it each stands, and the problems found on the way."""

    documents: list[RaceDocument]
    places: list[str]
    errors: list[Problem]
    warnings: list[Problem]
    format: str = ""

    @classmethod
    def of(
        cls, findings: Findings, format: str, documents: Iterable[RaceDocument] = (), places: Iterable[str] = ()
    ) -> Parsed:
        return cls(list(documents), list(places), findings.told_errors, findings.told_warnings, format)
