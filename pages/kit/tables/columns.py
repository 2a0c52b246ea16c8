"""The kinds of columns. Each says how its values are written, linked and sorted; a table only lists its columns."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.db.models import F, Value
from django.db.models.functions import LPad, NullIf
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from races.finishes import TOP_FIVE, TOP_TEN
from racestats import formatting

from ..html import escaped

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
    address itself. Where there is no room for all columns, those of `priority` 3 are left out first, then those of 2.
    A `bar` is drawn behind the number that a table is about, as long as its share of the largest shown, or of what
    `bar` reads from the record; the `best` value of a column is set bold.
    """

    numeric = False
    holds_counts = False
    """Whether its values are counts: machines are then told whether each is exact."""
    css = ""
    priority = 1

    def __init__(
        self,
        verbose_name=None,
        *,
        show=str,
        link=None,
        url=None,
        title="",
        order=None,
        priority: int | None = None,
        bar: bool | Callable[[Any], float] = False,
        best: bool = False,
        **options,
    ):
        options.setdefault("default", formatting.DASH)
        super().__init__(verbose_name, **options)
        self.show: Callable = show
        self.link = make_reader(link) if isinstance(link, str) else link
        self.url = make_reader(url) if url else None
        self.title = title
        self.order_expression = order
        self.priority = priority or self.priority
        self.bar = bar
        self.best = best

    def __deepcopy__(self, memo) -> Column:
        """What a table changes of its own columns are their attributes alone."""
        return copy(self)

    @cached_property
    def classes(self) -> str:
        """The classes of its cells and of its head."""
        return " ".join(filter(None, [self.css, f"p{self.priority}" if self.priority > 1 else ""]))

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

    def html(self, record) -> SafeString:
        """The cell of a record as a page draws it, without its link."""
        return escaped(self.write(record))

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


class SeasonColumn(LowestFirstColumn):
    """A season by its year, which stands to the left as a name does; the first click sorts the latest first."""

    css = ""

    def __init__(self, **options):
        super().__init__("Season", show=str, initial_sort_descending=True, **options)


class RankColumn(Column):
    """The rank as it is shown: “4”, “T2”. It belongs to the ranking, so it is not a key to sort by."""

    numeric = True
    css = "n place"

    def __init__(self, verbose_name="Rank", **options):
        super().__init__(verbose_name, orderable=False, **options)


class MarginColumn(LowestFirstColumn):
    def __init__(self, verbose_name="Margin", **options):
        options.setdefault("title", "Seconds between the first two cars at the line")
        super().__init__(verbose_name, show=formatting.margin, **options)


class DateColumn(Column):
    css = "d"
    priority = 2

    def __init__(self, verbose_name="Date", **options):
        super().__init__(verbose_name, show=formatting.short_day, **options)

    def html(self, record) -> SafeString:
        day = self.raw(record)
        if day is None:
            return super().html(record)
        return SafeString(f'<time datetime="{day.isoformat()}">{escaped(self.text(day))}</time>')


class CarColumn(Column):
    """A car number on its plate, a text: 9 sorts before 10, and 08 beside 8."""

    priority = 2

    def __init__(self, *, number: str, **options):
        order = LPad(NullIf(F(number), Value("")), 4, Value("0"))
        super().__init__("Car", accessor=number, order=order, **options)

    def sort_key(self, record):
        number = self.raw(record)
        return number.zfill(4) if number else None

    def html(self, record) -> SafeString:
        number = self.raw(record)
        return SafeString(f'<span class="plate">{escaped(number)}</span>') if number else super().html(record)


class MakeColumn(Column):
    """A make beside the dot of its colour, which the stylesheet knows by name."""

    priority = 2

    def __init__(self, verbose_name="Make", **options):
        super().__init__(verbose_name, **options)

    def html(self, record) -> SafeString:
        make = self.raw(record)
        if not make:
            return super().html(record)
        return SafeString(f'<span class="make {slugify(make)}">{escaped(make)}</span>')


class FinishColumn(LowestFirstColumn):
    """A finishing place as a chip, which tells a win, a top five and a top ten at a glance.

    `dnf` names where a record says that the car did not finish.
    """

    def __init__(self, verbose_name="Finish", *, dnf: str = "", **options):
        super().__init__(verbose_name, show=str, **options)
        self.did_not_finish = make_reader(dnf) if dnf else None

    def html(self, record) -> SafeString:
        place = self.raw(record)
        if place is None:
            return super().html(record)
        css = finish_class(place, bool(self.did_not_finish and self.did_not_finish(record)))
        return SafeString(f'<span class="chip {css}">{place}</span>')


def finish_class(place: int, dnf: bool = False) -> str:
    """The class of a finish's chip. A car that won was running, whatever its status says."""
    if place == 1:
        return "win"
    if dnf:
        return "dnf"
    return "five" if place <= TOP_FIVE else "ten" if place <= TOP_TEN else "field"


class BlankColumn(NumberColumn):
    """Nothing is written where there is nothing to say: for the first no gap."""

    def text(self, value) -> str:
        return "" if value is None else self.show(value)


class GainColumn(BlankColumn):
    """Places or points gained or lost: +3 in green, −2 in red, nothing where there is none to tell."""

    def __init__(self, verbose_name=None, **options):
        super().__init__(verbose_name, show=formatting.signed, **options)

    def html(self, record) -> SafeString:
        change = self.raw(record)
        if not change:
            return super().html(record)
        return SafeString(f'<span class="{"gain" if change > 0 else "loss"}">{escaped(self.text(change))}</span>')


class MarkColumn(Column):
    """A yes as a mark, with its word for those who do not see it; nothing for a no."""

    priority = 2

    def __init__(self, verbose_name=None, **options):
        super().__init__(verbose_name, show=formatting.yes_no, **options)

    def html(self, record) -> SafeString:
        value = self.raw(record)
        if value is None:
            return super().html(record)
        word = format_html('<span class="unseen">{}</span>', self.text(value))
        return format_html('<span class="mark">{}</span>', word) if value else word


class NoteColumn(Column):
    """Free text, empty where there is none."""

    priority = 3

    def text(self, value) -> str:
        return value or ""


class ClippedColumn(Column):
    """A name that may be long, such as a sponsor's: people see its beginning on one line, the whole at hand."""

    priority = 3
    longest = 28

    def html(self, record) -> SafeString:
        text = self.write(record)
        if len(text) <= self.longest:
            return super().html(record)
        return format_html('<span class="clip" title="{}">{}</span>', text, text)


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
