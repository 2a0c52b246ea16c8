"""What rows are called that a history speaks of, those that are gone too; all of a page in a query for each model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import ForeignKey, Model
from django.utils.text import capfirst

from drivers.models import DriverAlias, TeamName
from races.models import (
    Champion,
    Citation,
    Entry,
    FinalPlace,
    GivenTotals,
    LeadSegment,
    Milestone,
    Penalty,
    PlayOffRound,
    PointsFormat,
    Race,
    ReliefDriver,
    Result,
    RulingChange,
    Season,
    SeriesName,
    TrackLayout,
    TrackName,
)
from races.models.races import LABEL

from .subjects import RECORDED, RowKey
from .values import Values, as_row, columns_of

JOINED: Mapping[type[Model], tuple[str, ...]] = {
    Race: LABEL,
    Season: ("series",),
    Entry: ("driver",),
    ReliefDriver: ("driver", "entry__driver"),
    Result: ("session", "entry__driver"),
    LeadSegment: ("entry__driver",),
    RulingChange: ("result__session", "result__entry__driver"),
    Penalty: ("driver",),
    Citation: ("source",),
    DriverAlias: ("driver",),
    GivenTotals: ("driver", "series", "season"),
    TeamName: ("team",),
    TrackName: ("track",),
    TrackLayout: ("track",),
    SeriesName: ("series",),
    PointsFormat: ("series",),
    Milestone: ("series",),
    Champion: ("driver", "season"),
    FinalPlace: ("driver", "season"),
    PlayOffRound: ("season",),
}
"""What the words of a row read."""


def label(row: Model) -> str:
    """What tells a row from others of its subject: “2025 Kansas I”, “No. 5 Kyle Larson, stage 1”."""
    if isinstance(row, Race):
        return row.full_label
    if isinstance(row, Result):
        session = getattr(row, "session", None)  # It may be gone.
        return f"{row.entry}, {session.name.lower()}" if session else str(row.entry)
    if isinstance(row, RulingChange):
        return label(row.result)
    return str(row)


class Labels:
    """The words of these rows; of those that are gone by what they said."""

    def __init__(self, keys: Iterable[RowKey], gone: Mapping[RowKey, Values]):
        self.rows: dict[RowKey, Model] = {}
        self.in_the_book: set[RowKey] = set()
        wanted: dict[type[Model], set[int]] = defaultdict(set)
        for model, pk in (*keys, *gone):
            wanted[model].add(pk)
        for key, values in gone.items():
            for name, field in columns_of(key.model).items():
                if isinstance(field, ForeignKey) and isinstance(pk := values.get(name), int):
                    wanted[field.related_model].add(pk)
        for model in sorted(wanted, key=lambda model: RECORDED.index(model) if model in RECORDED else -1):
            stored = model._base_manager.select_related(*JOINED.get(model, ())).order_by()
            for row in stored.filter(pk__in=wanted[model]):
                self.rows[RowKey(model, row.pk)] = row
                self.in_the_book.add(RowKey(model, row.pk))
            for key in [key for key in gone if key.model is model and key not in self.rows]:
                self._call_back(key, gone[key])

    def _call_back(self, key: RowKey, values: Values) -> None:
        """A row that is gone, with what it pointed to: parents come before children, so those are known already."""
        try:
            row = as_row(key.model, key.pk, values)
        except ValueError:
            return
        for field in columns_of(key.model).values():
            if isinstance(field, ForeignKey) and (pk := getattr(row, field.attname)) is not None:
                # What nobody knows any more is None, not a query for each row.
                field.set_cached_value(row, self.rows.get(RowKey(field.related_model, pk)))
        self.rows[key] = row

    def of(self, key: RowKey) -> str:
        row = self.rows.get(key)
        try:
            said = label(row) if row is not None else ""
        except AttributeError:  # What its words read is gone too.
            said = ""
        return said or f"{capfirst(key.model._meta.verbose_name)} {key.pk}"
