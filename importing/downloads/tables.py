"""What the download holds: the tables of the book, and one that is flat, each column with its meaning."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from django.contrib.auth.models import User
from django.db import models
from django.db.models import ForeignKey, Model, QuerySet

from changes.subjects import PARENTS
from races.models import (
    CareerTotals,
    MilestoneReached,
    RaceCoverage,
    Result,
    RevokedRuling,
    SeasonTotals,
    Session,
    StatLine,
)

Kind = Literal["integer", "decimal", "boolean", "date", "time", "text"]
AT_ONCE = 20_000
"""So many rows are read at once."""
DERIVED = (StatLine, RaceCoverage, SeasonTotals, CareerTotals, MilestoneReached)
"""Rows that are made of results, which spare whoever counts the work."""
LEFT_OUT = {RevokedRuling}
"""What tells of editors."""

KINDS: dict[type[models.Field[Any, Any]], Kind] = {
    models.BooleanField: "boolean",
    models.DateTimeField: "time",
    models.DateField: "date",
    models.DecimalField: "decimal",
    models.DurationField: "decimal",
    models.IntegerField: "integer",
}
"""By the first that fits; all else is text."""


class Column(NamedTuple):
    """A column: where a row has it, what it is of, and what it means."""

    name: str
    path: str
    kind: Kind
    meaning: str


@dataclass(frozen=True)
class Table:
    """Rows of a queryset, in its order, in these columns."""

    name: str
    meaning: str
    columns: Sequence[Column]
    rows_of: Callable[[], QuerySet[Any]]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Numbers, texts, days, booleans and None, in the order of the columns. Lengths of time are seconds."""
        found = self.rows_of().values_list(*(column.path for column in self.columns))
        for row in found.iterator(chunk_size=AT_ONCE):
            yield tuple(map(plain_value, row))


def plain_value(value: Any) -> Any:
    if isinstance(value, timedelta):
        return Decimal(value // timedelta(microseconds=1)) / 1_000_000
    if isinstance(value, (list, dict)):
        return json.dumps(value)
    return value


def tables() -> list[Table]:
    """All of them: first the flat one, then those of the book, then those made of results."""
    models_of_the_book = [each for each in PARENTS if each not in LEFT_OUT]
    return [race_results(), *map(table_of, (*models_of_the_book, *DERIVED))]


def table_of(model: type[Model]) -> Table:
    """A model's table with all its columns but photos and those of users."""
    columns = [
        Column(field.attname, field.attname, kind_of(field), meaning_of(field))
        for field in model._meta.concrete_fields
        if not isinstance(field, models.FileField) and field.related_model is not User
    ]
    return Table(table_name(model), said_of(model), columns, lambda: model._default_manager.order_by("pk"))


def table_name(model: type[Model]) -> str:
    """“given_totals”"""
    return re.sub(r"\W+", "_", str(model._meta.verbose_name_plural).lower())


def said_of(model: type[Model]) -> str:
    """The first paragraph of what the model says of itself, on one line."""
    return " ".join((model.__doc__ or "").strip().split("\n\n")[0].split()).replace("`", "")


def kind_of(field: models.Field[Any, Any]) -> Kind:
    of = field.target_field if isinstance(field, ForeignKey) else field
    return next((kind for model_field, kind in KINDS.items() if isinstance(of, model_field)), "text")


def meaning_of(field: models.Field[Any, Any]) -> str:
    """What its help says; of one that points to a row, to which."""
    if isinstance(field, ForeignKey):
        to = field.related_model
        return f"id in {table_name(to)}{f'. {field.help_text}' if field.help_text else ''}"
    unit = ", in seconds" if isinstance(field, models.DurationField) else ""
    name = str(field.verbose_name)
    return str(field.help_text) or f"{name[0].upper()}{name[1:]}{unit}"


def race_results() -> Table:
    """Every result of every race, with the names that the other tables have by id."""
    columns = [
        Column("series", "session__race__season__series__slug", "text", "The series' slug"),
        Column("season", "session__race__season__year", "integer", "The year"),
        Column("round", "session__race__round", "integer", "The round; none of an exhibition"),
        Column("race", "session__race__name", "text", "The race's name"),
        Column("date", "session__race__date", "date", "The day on which it ended"),
        Column("kind", "session__race__kind", "text", "points or exhibition"),
        Column("track", "session__race__layout__track__name", "text", "The track's name of today"),
        Column("track_slug", "session__race__layout__track__slug", "text", "What its address has"),
        Column("track_type", "session__race__layout__type", "text", "The layout's type"),
        Column("length", "session__race__layout__length", "decimal", "The layout's length in miles"),
        Column("car", "entry__number", "text", "The car's number, with its leading zero"),
        Column("driver", "entry__driver__name", "text", "The driver's name"),
        Column("driver_suffix", "entry__driver__suffix", "text", "Jr., Sr., III …"),
        Column("driver_slug", "entry__driver__slug", "text", "What the driver's address has"),
        Column("team", "entry__team__name", "text", "The team's name of today"),
        Column("manufacturer", "entry__manufacturer__name", "text", "The make"),
        Column("start", "start", "integer", "The starting position"),
        Column("finish", "position", "integer", "The official finishing position"),
        Column("laps", "laps", "integer", "Laps completed"),
        Column("laps_led", "laps_led", "integer", "Laps led"),
        Column("points", "points", "integer", "Points as printed"),
        Column("status", "status", "text", "How the race ended for the car"),
        Column("disqualified", "disqualified", "boolean", "Whether the car was disqualified"),
    ]
    said = "One row for each car in each race, with names in place of ids: what most questions need."

    def rows() -> QuerySet[Result]:
        results = Result.objects.filter(session__kind=Session.Kind.RACE)
        return results.order_by("session__race__season__series", "session__race__season__year", "session", "pk")

    return Table("race_results", said, columns, rows)
