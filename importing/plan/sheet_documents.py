"""What the rows of a sheet about races of the book become: race documents that hold what the book lacks."""

from __future__ import annotations

from dataclasses import dataclass, field

from importing.document.schema import Columns, RaceDocument
from races.models import Race


@dataclass
class SheetDocuments:
    """The documents that a sheet makes, and where in it each begins."""

    documents: list[RaceDocument] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """Where the rows of the races begin of which something is wrong."""


def named_as(race: Race, columns: Columns) -> RaceDocument:
    """The document of these columns of a race of the book, under the round, name and track that it has there."""
    season = race.season
    at = {"series": season.series.slug, "season": season.year, "round": race.round, "name": race.name}
    return RaceDocument.model_validate(at | {"track": race.track.slug} | columns)
