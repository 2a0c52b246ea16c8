"""What the rows of a sheet about races of the book become: race documents that hold what the book lacks."""

from __future__ import annotations

from dataclasses import dataclass, field

from importing.document.schema import RaceDocument


@dataclass
class Sheet:
    """The documents that a sheet makes, and where in it each begins."""

    documents: list[RaceDocument] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """Where the rows of the races begin of which something is wrong."""
