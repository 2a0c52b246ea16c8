"""The race document, `racestats.race/1`: one race weekend as JSON, in and out.

A field that is absent or null is one the source does not have: an import leaves what the book says. Cars are named by
number, text as painted; where the number is unknown or shared, a result names the driver beside it.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from django.db.models import DecimalField, Model, TextChoices
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetPydanticSchema,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_core.core_schema import literal_schema

from importing.problems import race_name
from races.laps import FASTEST_RACE, LONGEST_LAYOUT, LONGEST_RACE
from races.models import CautionSegment, Citation, Entry, Race, Result, Ruling, Session, Source, TrackLayout
from races.models.results import CAR_NUMBER
from races.models.rulings import problem_of
from races.order import FIRST_YEAR, LAST_YEAR, MOST_ROUNDS
from racestats.constraints import LARGEST_SMALL
from racestats.names.spelling import tidy

FORMAT: Final = "racestats.race/1"
OVERALL: Final = Session.OVERALL
"""The number of the session that is qualifying as a whole, and decides the pole."""

Columns = dict[str, Any]
"""A document, or a part of one, before it is checked."""


def _fits(model: type[Model], column: str) -> Any:
    """A text is no longer, and a figure has no more digits, than the column of the tables of truth has room for."""
    field: Any = model._meta.get_field(column)
    if isinstance(field, DecimalField):
        return Field(max_digits=field.max_digits, decimal_places=field.decimal_places)
    return Field(max_length=field.max_length)


Slug = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]+$", max_length=80)]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(tidy),
]
Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Count = Annotated[int, Field(ge=0, le=LARGEST_SMALL)]
Place = Annotated[int, Field(ge=1, le=LARGEST_SMALL)]
CarNumber = Annotated[str, StringConstraints(pattern=f"{CAR_NUMBER}$"), _fits(Entry, "number")]
Alias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=130),
    AfterValidator(tidy),
]
MarginFigure = Annotated[Decimal, Field(ge=0), _fits(Race, "margin")]


def _one_of(choices: type[TextChoices]) -> GetPydanticSchema:
    """The values of a choices class, so that the schema lists them."""
    return GetPydanticSchema(lambda source, handler: literal_schema([value for value in choices.values if value]))


LayoutType = Annotated[str, _one_of(TrackLayout.Type)]
Surface = Annotated[str, _one_of(TrackLayout.Surface)]
MarginKind = Annotated[str, _one_of(Race.MarginKind)]
MarginMethod = Annotated[str, _one_of(Race.MarginMethod)]
RaceKind = Annotated[str, _one_of(Race.Kind)]
RaceStatus = Annotated[str, _one_of(Race.Status)]
Lineup = Annotated[str, _one_of(Race.Lineup)]
ResultStatus = Annotated[str, _one_of(Result.Status)]
SessionKind = Annotated[str, _one_of(Session.Kind)]
RulingKind = Annotated[str, _one_of(Ruling.Kind)]

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
"""The control characters that no text holds: all but the tab and the end of a line."""


def length_of(time: str) -> dt.timedelta:
    """The time of a race as a document writes it: “3:05:13”."""
    hours, minutes, seconds = map(int, time.split(":"))
    return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)


class DocumentPart(BaseModel):
    """The base of every part of a document: a misspelt key is an error, not a silent loss."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def no_control_characters(cls, value: object) -> object:
        if isinstance(value, str):
            value = value.replace("\r\n", "\n")
            if CONTROL.search(value):
                raise ValueError("holds a control character")
        return value


class Layout(DocumentPart):
    """Which layout of the track; length in miles. Enough to find it, or to make it where the book lacks it."""

    slug: Slug | None = None
    name: Name | None = None
    length: Annotated[Decimal, Field(gt=0, lt=LONGEST_LAYOUT), _fits(TrackLayout, "length")] | None = None
    type: LayoutType | None = None
    surface: Surface | None = None


class Car(DocumentPart):
    """Names one car of the race: by its number, or by its driver where the number is unknown or shared."""

    car: CarNumber | None = None
    driver: Name | None = None
    driver_id: Alias | None = None

    @model_validator(mode="after")
    def named(self) -> Car:
        if self.car is None and self.driver is None and self.driver_id is None:
            raise ValueError("name the car, or the driver where its number is unknown")
        return self

    @property
    def named_by(self) -> str:
        """What the document names it by first: the number, else the driver, else an id of the driver."""
        return self.car or self.driver or self.driver_id or ""

    @property
    def in_words(self) -> str:
        """How a message names it: “Kyle Larson”, else “No. 5”, else an id of the driver."""
        return self.driver or (f"No. {self.car}" if self.car else self.named_by)


class Margin(DocumentPart):
    """The margin of victory: seconds where it is a time, `value` for laps, car lengths and feet.

    Without a kind it is unknown, and the note says what is.
    """

    kind: MarginKind | None = None
    seconds: MarginFigure | None = None
    value: MarginFigure | None = None
    method: MarginMethod | None = None
    against: Car | None = None
    note: Annotated[Text, _fits(Race, "margin_note")] | None = None

    @model_validator(mode="after")
    def measured(self) -> Margin:
        wanted = {"time": "seconds", "caution": None, None: None}.get(self.kind, "value")
        for name in ("seconds", "value"):
            if (getattr(self, name) is not None) != (name == wanted):
                said = f"needs “{wanted}” and nothing else" if wanted else "has no figure"
                raise ValueError(f"a margin of kind “{self.kind or 'unknown'}” {said}")
        return self


class SourcePart(DocumentPart):
    """A source, and what it says: `fact` names what is cited, `reading` what it prints where it disagrees."""

    title: Annotated[Text, Field(min_length=1), _fits(Source, "title")]
    slug: Slug | None = None
    publisher: Annotated[Text, _fits(Source, "publisher")] | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$"), _fits(Source, "url")] | None = None
    published: dt.date | None = None
    fact: Annotated[Text, _fits(Citation, "fact")] = ""
    reading: Annotated[Text, _fits(Citation, "reading")] | None = None
    note: Annotated[Text, _fits(Citation, "note")] | None = None
    retrieved: dt.date | None = None


class Relief(DocumentPart):
    driver: Name
    driver_id: Alias | None = None
    took_flag: bool = False


class EntryPart(DocumentPart):
    """One car in the race. `driver` is the one credited; `driver_id` an alias such as `nascar:4030`, or, for one whose
    name others have too, the slug in this book: `racestats:john-smith-2`.

    `twin` is 1 for the second of two cars that really ran under one number.
    """

    car: CarNumber | None = None
    twin: Annotated[int, Field(ge=0, le=9)] = 0
    driver: Name
    driver_id: Alias | None = None
    team: Name | None = None
    manufacturer: Name | None = None
    relief: list[Relief] | None = None


class ResultPart(Car):
    """One car's line in one session; times in seconds, speeds in miles an hour."""

    position: Place | None = None
    crossed_line: Place | None = None
    start: Place | None = None
    laps: Count | None = None
    laps_led: Count | None = None
    points: Annotated[int, Field(ge=-LARGEST_SMALL, le=LARGEST_SMALL)] | None = None
    status: ResultStatus | None = None
    status_text: Annotated[Text, _fits(Result, "status_text")] | None = None
    time: Annotated[Decimal, Field(gt=0), _fits(Result, "lap_time")] | None = None
    speed: Annotated[Decimal, Field(gt=0), _fits(Result, "lap_speed")] | None = None
    gap: Annotated[Decimal, Field(ge=0), _fits(Result, "gap")] | None = None
    disqualified: bool | None = None
    encumbered: bool | None = None
    ineligible: bool | None = None
    note: Annotated[Text, _fits(Result, "note")] | None = None
    sources: list[SourcePart] | None = None

    @model_validator(mode="after")
    def makes_sense(self) -> ResultPart:
        if self.laps is not None and self.laps_led is not None and self.laps_led > self.laps:
            raise ValueError(f"led {self.laps_led} laps of {self.laps}")
        return self


class SessionPart(DocumentPart):
    """One session. `laps` is a stage's length: those of the race itself are the race's."""

    kind: SessionKind
    number: Place = 1
    date: dt.date | None = None
    laps: Count | None = None
    cancelled: bool | None = None
    note: Annotated[Text, _fits(Session, "note")] | None = None
    results: list[ResultPart] = []

    @property
    def slug(self) -> str:
        """Its address within the race."""
        return Session(kind=self.kind, number=self.number).slug

    @property
    def name(self) -> str:
        return Session(kind=self.kind, number=self.number).name


class CautionPart(DocumentPart):
    """Laps run under caution, both ends counted; `beneficiary` is the car that got a lap back."""

    start: Count
    end: Count
    reason: Annotated[Text, _fits(CautionSegment, "reason")] | None = None
    comment: Annotated[Text, _fits(CautionSegment, "comment")] | None = None
    beneficiary: CarNumber | None = None


class LeadPart(Car):
    """Laps led in one go, both ends counted. Lap 0 is who was in front at the start, and no lap led."""

    start: Count
    end: Count


class ChangePart(Car):
    """What a ruling changed in one result."""

    session: Slug = "race"
    before: dict[str, Any]
    after: dict[str, Any]

    @model_validator(mode="after")
    def amendable(self) -> ChangePart:
        for side in (self.before, self.after):
            if problem := problem_of(side):
                raise ValueError(problem)
        if self.before.keys() != self.after.keys():
            raise ValueError("before and after must name the same columns")
        return self


class PenaltyPart(DocumentPart):
    """Points of the season that a ruling took from a driver; below zero: gave back."""

    driver: Name
    driver_id: Alias | None = None
    points: Annotated[int, Field(ge=-LARGEST_SMALL, le=LARGEST_SMALL)]

    @field_validator("points")
    @classmethod
    def some(cls, points: int) -> int:
        if not points:
            raise ValueError("a penalty takes points or gives them back: zero is neither")
        return points


class RulingPart(DocumentPart):
    number: Place = 1
    kind: RulingKind
    announced: dt.date
    title: Annotated[Text, Field(min_length=1), _fits(Ruling, "title")]
    reason: Text | None = None
    changes: list[ChangePart] = []
    penalties: list[PenaltyPart] = []
    sources: list[SourcePart] = []


class RaceDocument(DocumentPart):
    """One race weekend. A points race without a round is found in the book by its date, or by its track and name."""

    format: Literal["racestats.race/1"] = FORMAT
    series: Slug
    season: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
    round: Annotated[int, Field(ge=1, le=MOST_ROUNDS)] | None = None
    slug: Slug | None = None
    name: Name
    event: Name | None = None
    date: dt.date | None = None
    track: Name
    track_name: Name | None = Field(None, description="What the track is called, for a book that lacks it.")
    layout: Layout | None = None
    nth_at_track: Place | None = None
    kind: RaceKind = "points"
    status: RaceStatus | None = None
    scheduled_laps: Count | None = None
    laps: Count | None = None
    end_reason: Annotated[Text, _fits(Race, "end_reason")] | None = None
    field_size: Count | None = None
    stages: Count | None = None
    lineup: Lineup | None = None
    pole: Car | None = None
    led_to_green: Car | None = None
    margin: Margin | None = None
    cautions: Count | None = None
    caution_laps: Count | None = None
    lead_changes: Count | None = None
    leaders: Count | None = None
    time: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}:[0-5][0-9]:[0-5][0-9]$")] | None = None
    average_speed: Annotated[Decimal, Field(gt=0, lt=FASTEST_RACE), _fits(Race, "average_speed")] | None = None
    note: Text | None = None
    comment: Text | None = Field(None, description="The source's report of the race; checked, not stored.")
    entries: list[EntryPart] = []
    sessions: list[SessionPart] = []
    caution_segments: list[CautionPart] | None = None
    lead_segments: list[LeadPart] | None = None
    rulings: list[RulingPart] = []
    sources: list[SourcePart] = []

    @model_validator(mode="after")
    def addressed(self) -> RaceDocument:
        if self.kind == "points" and self.slug is not None:
            raise ValueError("a points race has a round and no slug")
        if self.kind != "points" and (self.slug is None or self.round is not None):
            raise ValueError("a race that is not a points race has a slug and no round")
        return self

    @field_validator("time")
    @classmethod
    def possible(cls, time: str | None) -> str | None:
        if time is not None and not dt.timedelta(0) < length_of(time) < LONGEST_RACE:
            raise ValueError("must be more than nothing and less than thirty days")
        return time

    @property
    def key(self) -> str | None:
        return str(self.round) if self.round is not None else self.slug

    @property
    def of_season(self) -> tuple[str, int]:
        return self.series, self.season

    @property
    def label(self) -> str:
        """How a message names it: “cup 2025 round 12, AdventHealth 400”."""
        return race_name(self.series, self.season, self.round or self.slug, self.name)
