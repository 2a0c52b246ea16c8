"""What the answers of the API are made of: references, figures, facts, and what stands around rows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, create_model


def id_of(url: str) -> str | None:
    """What names a thing for good, from the address of its page: “kyle-larson”, “cup-2025-12”, “cup-2025”, “wins”."""
    path = urlsplit(url).path
    return "-".join(path.strip("/").split("/")[1:]) or None if url.startswith("/") else None


class Reference(BaseModel):
    """A driver, a team, a race, a board: whatever has a page of its own."""

    id: str | None = Field(
        description="What names it in the addresses of this interface; null where there is no such page."
    )
    name: str
    url: str | None = Field(description="Its page on this site.")

    @classmethod
    def of(cls, row: Any) -> Reference | None:
        return cls.at(str(row), row.get_absolute_url()) if row else None

    @classmethod
    def at(cls, name: str, url: str | None) -> Reference:
        return cls(id=id_of(url) if url else None, name=name, url=url)


class Figure(BaseModel):
    """A figure as its page shows it, and how far it is known."""

    value: int | float | None = Field(description="Null where nothing of it is known: none is zero.")
    exact: bool | None = Field(
        description="Of a count: true if it is exactly so much, false if it is at least so much. Null for an average "
        "or a rate."
    )
    unknown: int = Field(description="In how many races it is not known what they add.")
    over: int | None = Field(description="Of how many starts an average or a rate is.")
    url: str | None = Field(description="The page of the races behind it.")


class Source(BaseModel):
    """Where something is from."""

    title: str
    publisher: str | None
    url: str | None
    fact: str | None = Field(None, description="What of it the source is cited for; null for all of it.")

    @classmethod
    def of(cls, source: Any, fact: str = "") -> Source:
        return cls(title=source.title, publisher=source.publisher or None, url=source.url or None, fact=fact or None)


class Career(BaseModel):
    """A driver's career in one series."""

    series: Reference
    first: int | None = Field(description="The first season.")
    last: int | None = Field(description="The latest season.")
    figures: dict[str, Figure] = Field(description="By statistic.")
    sources: list[Source] = Field(description="Of totals of the whole career, beside the races on file.")


class DriverFacts(BaseModel):
    """A driver, and the career in each series."""

    id: str
    name: str
    url: str
    hometown: str | None
    born: str | None
    died: str | None
    as_of: str | None = Field(description="The day or the race as of which the book was asked for; null for now.")
    careers: list[Career]


class Margin(BaseModel):
    """By how much a race was won."""

    kind: str = Field(description="time (in seconds), laps, car-lengths, feet, or caution: it ended under one.")
    value: str | None = Field(description="A decimal.")


class SessionFacts(BaseModel):
    """A session of a race."""

    id: str = Field(description="“race”, “qualifying”, “practice-1”, “stage-2”: names it within the race.")
    name: str
    kind: str
    results: str = Field(description="The address of its results in this interface.")


class RaceFacts(BaseModel):
    """A race. What came of it is null where it is unknown, and where it had not been run by the day asked for."""

    id: str
    name: str
    label: str = Field(description="What the press calls it: “2024 Kansas I”.")
    url: str
    document: str = Field(description="The address of the race document: all that is on file, as it goes in and out.")
    series: Reference
    season: Reference
    round: int | None = Field(description="Null for an exhibition or a qualifying race.")
    date: str | None
    track: Reference
    layout: str
    kind: str
    status: str = Field(description="scheduled, provisional, official or cancelled.")
    as_of: str | None
    scheduled_laps: int | None
    laps: int | None
    field_size: int | None = Field(description="Cars in the field.")
    results: int | None = Field(description="Cars with a result on file: of the field size, so many are known.")
    first_three: list[Reference]
    pole: Reference | None
    margin: Margin | None
    cautions: int | None
    caution_laps: int | None
    lead_changes: int | None
    leaders: int | None
    average_speed: str | None = Field(description="In miles per hour.")
    sessions: list[SessionFacts]
    sources: list[Source]


class Denominator(BaseModel):
    """Of how many the answer is: so many of a total match what was asked, or tell of it."""

    matching: int | None
    total: int | None
    counts: str = Field(description="What is counted here.")


class Answer(BaseModel):
    """A part of a list, and what holds for all of it."""

    title: str
    as_of: str | None = Field(description="The day or the race as of which the book was asked for; null for now.")
    filters: dict[str, str] = Field(description="The filters in force.")
    of: Denominator
    notes: list[str] = Field(description="What is counted, what is missing, and whose totals are in it.")
    next: str | None = Field(description="The address of the next part; null for the last.")


class Problem(BaseModel):
    """What is wrong. Every error has this shape."""

    error: str = Field(description="“bad filter”, “not found”, “too many requests” and so on.")
    fields: dict[str, list[str]] | None = Field(
        None, description="By parameter, what is wrong with it, and what may have been meant."
    )
    retry_after: int | None = Field(None, description="In so many seconds it may be tried again.")
    id: str | None = Field(None, description="Of an error that is ours: what the log has it under.")


def answer_of(name: str, *rows: type[BaseModel]) -> type[Answer]:
    """The shape of an answer whose rows are of these shapes."""
    row: Any = rows[0]
    for further in rows[1:]:
        row = row | further
    return create_model(name, __base__=Answer, rows=(list[row], ...))
