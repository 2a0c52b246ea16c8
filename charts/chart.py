"""What a chart is made of, before it has a size: panels, one above the other, of marks on two axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Value = float | int


class Size(NamedTuple):
    """For which window a chart is drawn, and how wide that is in pixels."""

    name: str
    width: int


WIDE, NARROW = Size("wide", 960), Size("narrow", 360)
SIZES = {size.name: size for size in (WIDE, NARROW)}


def in_full(value: Value) -> str:
    return f"{value:,.10g}"


@dataclass(frozen=True)
class Axis:
    """From a lowest to a highest value. It is marked at round values, `shown` so, or, where there are `names`, at these
    values with these texts. `ends` are texts at the other end of the values. `flipped` puts the lowest value at the
    top, where the first place belongs."""

    low: Value
    high: Value
    show: Callable[[Value], str] = in_full
    title: str = ""
    whole: bool = True
    flipped: bool = False
    names: Sequence[tuple[Value, str]] | None = None
    ends: Sequence[tuple[Value, str]] = ()


At = tuple[Value, "Value | None"]
"""A point, by its values on both axes; one that is not known is left out, and breaks a line."""


@dataclass(frozen=True)
class Line:
    """A line through points from left to right, with its label at the end; a `strong` one is thick."""

    points: Sequence[At]
    tone: str = "ink"
    label: str = ""
    strong: bool = False
    dotted: bool = False


@dataclass(frozen=True)
class Dots:
    """Points by themselves, with a text beside each that has one."""

    points: Sequence[tuple[Value, Value]]
    tone: str = "ink"
    labels: Sequence[str] = ()
    small: bool = False


@dataclass(frozen=True)
class Words:
    """Texts around points, where there is room for them."""

    points: Sequence[tuple[Value, Value]]
    labels: Sequence[str]
    tone: str = "quiet"


@dataclass(frozen=True)
class Columns:
    """Upright columns from nothing to a value, each so broad a `share` of one step of the axis."""

    values: Sequence[At]
    tone: str = "deep"
    share: float = 0.8


@dataclass(frozen=True)
class Spans:
    """Lying bars: each in a row, from a value to another, so high a `share` of the row; with a text behind each that
    has one."""

    rows: Sequence[tuple[Value, Value, Value]]
    tone: str = "deep"
    share: float = 0.7
    labels: Sequence[str] = ()


@dataclass(frozen=True)
class Bands:
    """From one value to another the whole height of the panel in a tone, below all else."""

    spans: Sequence[tuple[Value, Value]]
    tone: str = "caution"


@dataclass(frozen=True)
class RuledLines:
    """Lines across the panel, upright or, where they are `level`, lying; with a text at the end of each that has
    one."""

    at: Sequence[Value]
    labels: Sequence[str] = ()
    level: bool = False
    tone: str = "quiet"


Mark = Line | Dots | Words | Columns | Spans | Bands | RuledLines


@dataclass(frozen=True)
class Panel:
    """Marks on an axis from left to right and one upwards; it has so large a `share` of the chart's height."""

    x: Axis
    y: Axis
    marks: Sequence[Mark]
    share: float = 1


@dataclass(frozen=True)
class Chart:
    """A chart in words and marks. The description says what it shows to whoever does not see it, the note what a reader
    must know of it. `key` names the tones that no label does. The heights are those on a desk and on a phone; what
    needs less than the whole width has a `widest`."""

    title: str
    description: str
    panels: Sequence[Panel]
    note: str = ""
    key: Sequence[tuple[str, str]] = ()
    heights: tuple[int, int] = (380, 360)
    widest: int = WIDE.width

    def width(self, size: Size) -> int:
        return min(size.width, self.widest)

    def height(self, size: Size) -> int:
        return self.heights[0] if size is WIDE else self.heights[1]
