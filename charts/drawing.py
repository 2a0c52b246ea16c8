"""A chart as the text of an SVG file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from .chart import WIDE, Axis, Bands, Chart, Columns, Dots, Line, Mark, Panel, RuledLines, Size, Spans, Words
from .labels import LINE, TEXT, apart, room_for, shortened, spread, width_of
from .palette import STYLE
from .scales import Scale, ticks
from .svg import Point, boxes, dots, element, escaped, lines, path, text

EDGE, GAP = 4, 8
"""Pixels around all, and between a mark and its text."""
BETWEEN = 14
"""Between two panels."""
BROADEST, HIGHEST = 56, 40
"""Of a column and of a row, where there are few of them."""
MIDDLE = 4.5
"""How far below its middle a text's own line is."""
MOST_NAMES = 0.4
"""The share of the width that names at a side take at most."""


def draw(chart: Chart, size: Size = WIDE) -> str:
    """The whole file, with its title and its description."""
    width, height = chart.width(size), chart.height(size)
    inside = [
        element("title", escaped(chart.title), id="t"),
        element("desc", escaped(chart.description), id="d"),
        element("style", STYLE),
        element("rect", width="100%", height="100%", class_="paper"),
    ]
    top: float = EDGE
    if chart.key:
        drawn, top = _key(chart.key, width)
        inside += drawn
    left, right = _margins(chart, width)
    bottom = height - EDGE
    share = sum(panel.share for panel in chart.panels)
    room = bottom - top - BETWEEN * (len(chart.panels) - 1)
    ends = list(accumulate((room * panel.share / share + BETWEEN for panel in chart.panels), initial=top))
    for panel, start, end in zip(chart.panels, ends, ends[1:]):
        inside += Drawn(panel, left, start, width - right, end - BETWEEN, width - EDGE).elements()
    return element(
        "svg",
        "".join(inside),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_labelledby="t d",
    )


def _key(key: Sequence[tuple[str, str]], width: int) -> tuple[list[str], float]:
    """A dot and a word for each tone, and where what comes below begins."""
    made, x, y = [], float(EDGE), float(EDGE + TEXT)
    for tone, words in key:
        room = width_of(words) + TEXT + GAP
        if x > EDGE and x + room > width:
            x, y = EDGE, y + LINE
        made += [path(dots([(x + 5, y - MIDDLE)]), f"d {tone}"), text(x + TEXT, y, words, "quiet")]
        x += room + GAP
    return made, y + GAP


def _margins(chart: Chart, width: int) -> tuple[float, float]:
    """What the texts at the left and at the right of the panels take: the same for all, so that their axes agree."""
    most = width * MOST_NAMES
    at_left = [words for panel in chart.panels for _, words in marks_of(panel.y, 4)]
    at_right = [words for panel in chart.panels for words in _at_the_end(panel)]
    left = max((width_of(words) + GAP for words in at_left), default=0)
    right = max((width_of(words) + GAP for words in at_right), default=TEXT)
    return EDGE + min(left, most), EDGE + min(right, most)


def _at_the_end(panel: Panel) -> Iterator[str]:
    yield from (words for _, words in panel.y.ends)
    for mark in panel.marks:
        if isinstance(mark, Line) and mark.label:
            yield mark.label
        elif isinstance(mark, Spans):
            yield from mark.labels


def marks_of(axis: Axis, most: int) -> list[tuple[float, str]]:
    """The values at which an axis is marked, and what is written there."""
    if axis.names is not None:
        return list(axis.names)
    return [(value, axis.show(value)) for value in ticks(axis.low, axis.high, most, whole=axis.whole)]


class Drawn:
    """A panel in its box, the texts of its axes around it; those of its lines reach to the `edge` at the right."""

    def __init__(self, panel: Panel, left: float, top: float, right: float, bottom: float, edge: float):
        self.panel, self.left, self.right, self.edge = panel, left, right, edge
        self.top = top + (LINE + 2 if panel.y.title or self._has_words_above else TEXT / 2)
        self.bottom = bottom - (2 if panel.x.names == [] else LINE + 8)
        self.x = Scale(panel.x.low, panel.x.high, self.left, self.right)
        ends = (self.top, self.bottom) if panel.y.flipped else (self.bottom, self.top)
        self.y = Scale(panel.y.low, panel.y.high, *ends)

    @property
    def _has_words_above(self) -> bool:
        return any(isinstance(mark, RuledLines) and mark.labels and not mark.level for mark in self.panel.marks)

    def elements(self) -> Iterator[str]:
        marks = self.panel.marks
        for mark in marks:
            if isinstance(mark, Bands):
                yield from self.draw(mark)
        yield from self._y_axis()
        yield from self._x_axis()
        for mark in marks:
            if not isinstance(mark, Bands):
                yield from self.draw(mark)
        yield from self._labels([mark for mark in marks if isinstance(mark, Line) and mark.label])

    def draw(self, mark: Mark) -> Iterator[str]:
        if isinstance(mark, Line):
            classes = f"{mark.tone}{' w' if mark.strong else ''}{' o' if mark.dotted else ''}"
            yield path(lines([self._at(*point) for point in mark.points]), classes)
        elif isinstance(mark, Dots):
            yield path(dots(self._placed(mark.points)), f"{mark.tone} {'s' if mark.small else 'd'}")
            yield from self._words(mark.points, mark.labels, "ink")
        elif isinstance(mark, Words):
            yield from self._words(mark.points, mark.labels, mark.tone)
        elif isinstance(mark, Columns):
            yield path(boxes(self._columns(mark)), f"{mark.tone} f")
        elif isinstance(mark, Spans):
            yield from self._spans(mark)
        elif isinstance(mark, Bands):
            yield path(boxes(self._bands(mark)), f"{mark.tone} f")
        else:
            yield from self._rules(mark)

    def _at(self, x: float, y: float | None) -> Point | None:
        return None if y is None else (self.x(x), self.y(y))

    def _placed(self, points: Sequence[tuple[float, float]]) -> list[Point]:
        return [(self.x(x), self.y(y)) for x, y in points]

    # The axes.

    def _y_axis(self) -> Iterator[str]:
        axis = self.panel.y
        found = marks_of(axis, max(2, min(6, int((self.bottom - self.top) // 40))))
        if axis.names is None:
            yield path(
                "".join(f"M{self.left:.0f} {self.y(value):.0f}H{self.right:.0f}" for value, _ in found), "rule h"
            )
        room = self.left - EDGE - GAP + 1
        for value, words in found:
            yield text(self.left - GAP, self.y(value) + MIDDLE, shortened(words, room), "quiet e")
        for value, words in axis.ends:
            yield text(self.right + GAP, self.y(value) + MIDDLE, words, "ink")
        if axis.title:
            yield text(EDGE, self.top - GAP, axis.title, "quiet")

    def _x_axis(self) -> Iterator[str]:
        axis = self.panel.x
        found = marks_of(axis, max(4, int((self.right - self.left) // 56)))
        below = self.bottom + LINE + 4
        yield path(f"M{self.left:.0f} {self.bottom:.0f}H{self.right:.0f}", "quiet h")
        labels = [(self._within(self.x(value), words), words) for value, words in found]
        if axis.title:
            labels = [(EDGE + width_of(axis.title) / 2, axis.title), *labels]
        for middle, words in apart(labels):
            yield text(middle, below, words, "quiet m")

    def _within(self, middle: float, words: str) -> float:
        """Where a text around a place stands so that it does not leave the picture."""
        half = width_of(words) / 2
        return max(EDGE + half, min(middle, self.right + TEXT - half))

    # The marks.

    def _columns(self, mark: Columns) -> list[tuple[float, float, float, float]]:
        width = min(self.x(self.panel.x.low + 1) - self.x(self.panel.x.low), BROADEST) * mark.share
        nothing = self.y(0)
        found = [(self.x(x) - width / 2, self.y(value)) for x, value in mark.values if value]
        return [(left, min(y, nothing), width, abs(nothing - y)) for left, y in found]

    def _spans(self, mark: Spans) -> Iterator[str]:
        rows = self.panel.y
        height = min(abs(self.y(rows.low + 1) - self.y(rows.low)), HIGHEST) * mark.share
        placed = [(self.x(start), self.y(row), self.x(end)) for row, start, end in mark.rows]
        yield path(
            boxes((left, y - height / 2, max(right - left, 1), height) for left, y, right in placed), f"{mark.tone} f"
        )
        for (_, y, right), words in zip(placed, mark.labels):
            if words:
                yield text(right + GAP, y + MIDDLE, words, "ink")

    def _bands(self, mark: Bands) -> list[tuple[float, float, float, float]]:
        found = [(self.x(start), self.x(end)) for start, end in mark.spans]
        return [(left, self.top, max(right - left, 1), self.bottom - self.top) for left, right in found]

    def _rules(self, mark: RuledLines) -> Iterator[str]:
        for number, value in enumerate(mark.at):
            words = mark.labels[number] if number < len(mark.labels) else ""
            if mark.level:
                y = self.y(value)
                yield path(f"M{self.left:.0f} {y:.1f}H{self.right:.0f}", f"{mark.tone} o")
                if words:
                    yield text(self.left + 2, y - 5, words, mark.tone)
            else:
                x = self.x(value)
                yield path(f"M{x:.1f} {self.top:.0f}V{self.bottom:.0f}", f"{mark.tone} o")
                if words:
                    yield text(self._within(x, words), self.top - GAP + 2, words, f"{mark.tone} m")

    def _words(self, points: Sequence[tuple[float, float]], labels: Sequence[str], tone: str) -> Iterator[str]:
        """A text above each point; those that have no room there are left out."""
        placed = zip(self._placed(points), labels)
        found = [(self._within(x, words), y, words) for (x, y), words in placed if words]
        taken: list[tuple[float, float, float]] = []
        for middle, y, words in found:
            half = width_of(words) / 2
            over = y - GAP if y - GAP - TEXT > self.top - LINE else y + LINE
            if all(
                abs(over - other) >= LINE or middle - half > end or middle + half < start for start, end, other in taken
            ):
                taken.append((middle - half, middle + half, over))
                yield text(middle, over, words, f"{tone} m")

    def _labels(self, marks: Sequence[Line]) -> Iterator[str]:
        """The names of lines at their ends: the first of them, where there is no room for all."""
        ended = [(mark, point) for mark in marks if (point := self._end(mark))]
        top, bottom = self.top, self.bottom
        kept = ended[: room_for(LINE, top, bottom)]
        kept.sort(key=lambda each: each[1][1])
        places = spread([y for _, (_, y) in kept], LINE, top, bottom)
        room = self.edge - self.right - GAP + 1
        for (mark, (x, y)), place in zip(kept, places):
            if abs(place - y) > 3 or self.right - x > 3:
                yield path(f"M{x + 2:.0f} {y:.0f}L{self.right + 5:.0f} {place:.0f}", "rule h")
            yield text(self.right + GAP, place + MIDDLE, shortened(mark.label, room), "ink b" if mark.strong else "ink")

    def _end(self, mark: Line) -> Point | None:
        known = [point for point in mark.points if point[1] is not None]
        return self._at(*known[-1]) if known else None
