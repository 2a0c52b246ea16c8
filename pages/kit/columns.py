"""The kinds of columns. Each says how its values are written, linked and sorted; a table only lists its columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.db.models import F, Value
from django.db.models.functions import LPad, NullIf

from racestats import formatting

PLAIN = (str, int, float, Decimal, date)
"""Types that machines are given as they are; of any other object they are given its text."""


def make_reader(path: str) -> Callable[[Any], Any]:
    """Reads from a record what a path such as `race__label` leads to, or None where it leads nowhere.

    Written out here because the accessors of django-tables2 take several times as long, for every cell of every row.
    """
    steps = path.split("__")

    def read(record):
        for step in steps:
            record = record.get(step) if isinstance(record, dict) else getattr(record, step, None)
        return record() if callable(record) else record

    return read


class Column(tables.Column):
    """A column with a raw value for machines, a text for people and, where `link` leads to one, an address.

    `link` names an object with an address of its own, as an accessor or a function of the record; `url` names the
    address itself.
    """

    numeric = False
    holds_counts = False
    """Whether its values are counts: machines are then told whether each is exact."""
    css = ""

    def __init__(self, verbose_name=None, *, show=str, link=None, url=None, title="", order=None, **options):
        options.setdefault("default", formatting.DASH)
        super().__init__(verbose_name, **options)
        self.show: Callable = show
        self.link = make_reader(link) if isinstance(link, str) else link
        self.url = make_reader(url) if url else None
        self.title = title
        self.order_expression = order

    @cached_property
    def read(self) -> Callable[[Any], Any]:
        """Reads what a record has for this column, whose table has told it the accessor by then."""
        return make_reader(self.accessor)

    def raw(self, record):
        """The value itself: a number, a decimal, a text, or None where it is unknown."""
        value = self.read(record)
        if value is None or value == "":
            return None
        return value if isinstance(value, PLAIN) else str(value)

    def sort_key(self, record):
        """What a list of records is sorted by: the value that a queryset would be, or else what is shown."""
        if isinstance(self.order_expression, F):
            return make_reader(self.order_expression.name)(record)
        return self.raw(record)

    def text(self, value) -> str:
        """The value as people read it."""
        return formatting.DASH if value is None else self.show(value)

    def write(self, record) -> str:
        """The text of a record's cell."""
        return self.text(self.raw(record))

    def exact(self, record) -> bool | None:
        """True for an exact count, False for a count that may be higher, None for what is no count."""
        return None

    @property
    def has_link(self) -> bool:
        return bool(self.link or self.url)

    def href(self, record) -> str | None:
        if self.url:
            return self.url(record)
        target = self.link(record) if self.link else None
        return target.get_absolute_url() if target else None

    def order(self, queryset, is_descending):
        """Unknown values last, whichever the direction; the primary key keeps pages from repeating a row."""
        expression = self.order_expression or F(str(self.accessor))
        direction = expression.desc if is_descending else expression.asc
        return queryset.order_by(direction(nulls_last=True), "pk"), True


class NumberColumn(Column):
    """Right-aligned, whole numbers with thousands marked; first click sorts the largest first."""

    numeric = True
    css = "n"

    def __init__(self, verbose_name=None, **options):
        options.setdefault("show", formatting.number)
        options.setdefault("initial_sort_descending", True)
        super().__init__(verbose_name, **options)


class RateColumn(NumberColumn):
    """A share or an average. Machines get a float: its last digits carry no information."""

    def raw(self, record):
        value = super().raw(record)
        return None if value is None else float(value)


class LowestFirstColumn(NumberColumn):
    """A place, a season, a time: the first click sorts the smallest first."""

    def __init__(self, verbose_name=None, **options):
        options.setdefault("initial_sort_descending", False)
        super().__init__(verbose_name, **options)


class RankColumn(Column):
    """The rank as it is shown: “4”, “T2”. It belongs to the ranking, so it is not a key to sort by."""

    numeric = True
    css = "n"

    def __init__(self, verbose_name="Rank", **options):
        super().__init__(verbose_name, orderable=False, **options)


class MarginColumn(LowestFirstColumn):
    def __init__(self, verbose_name="Margin", **options):
        options.setdefault("title", "Seconds between the first two cars at the line")
        super().__init__(verbose_name, show=formatting.margin, **options)


class DateColumn(Column):
    css = "d"

    def __init__(self, verbose_name="Date", **options):
        super().__init__(verbose_name, show=formatting.short_day, **options)


class CarColumn(Column):
    """A car number, a text: 9 sorts before 10, and 08 beside 8."""

    def __init__(self, *, number: str, **options):
        order = LPad(NullIf(F(number), Value("")), 4, Value("0"))
        super().__init__("Car", accessor=number, order=order, **options)

    def sort_key(self, record):
        number = self.raw(record)
        return number.zfill(4) if number else None


class NoteColumn(Column):
    """Free text, empty where there is none."""

    def text(self, value) -> str:
        return value or ""


class SentenceColumn(NoteColumn):
    """Text of several words, in a column that leaves room for them."""

    css = "sentence"


class PointsColumn(NumberColumn):
    """Points of a season as they were awarded; there were halves and tenths of one."""

    def raw(self, record):
        points = self.read(record)
        if points is None:
            return None
        return int(points) if points == int(points) else float(points)
