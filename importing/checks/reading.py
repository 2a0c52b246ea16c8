"""What all checks read alike of a document: its race results, and who started."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from importing.document.schema import Car, RaceDocument, ResultPart, SessionPart
from races.derived.lines import is_whole
from races.finishes import has_started
from races.models import PointsFormat
from races.points import STAGE_PLACES

Found = Iterator[tuple[str, str, str]]
"""(place, value, reason) of each thing that one check finds."""


class RaceContext(NamedTuple):
    """What the book knows around a document: the layout's length in miles, how the season gave points, and the number
    of its last round."""

    length: Decimal | None = None
    rules: PointsFormat | None = None
    last_round: int | None = None


def whole_stages(document: RaceDocument) -> list[SessionPart] | None:
    """The stages, where all of the race are there, each with its places that score; else unknown."""
    held = [session for session in document.sessions if session.kind == "stage"]
    known = document.stages is not None and len(held) >= document.stages and all(map(has_scoring_places, held))
    return held if known else None


def has_scoring_places(stage: SessionPart) -> bool:
    """Whether a stage lists everybody in the places that score."""
    return len(stage.results) >= STAGE_PLACES


def race_results(document: RaceDocument) -> list[ResultPart]:
    return next((session.results for session in document.sessions if session.kind == "race"), [])


def started(document: RaceDocument) -> list[ResultPart]:
    return [result for result in race_results(document) if has_started(result.status, result.laps)]


def whole(document: RaceDocument) -> bool:
    """Whether every car's result is there: sums of part of a field say nothing."""
    return is_whole(len(started(document)), document.field_size)


def name(part: Car) -> str:
    return part.in_words


def called(session: SessionPart) -> str:
    """A session as a message names it: “race”, “qualifying”, “stage 2”."""
    return session.name.lower()
