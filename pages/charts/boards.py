"""The top of a board, and the way to a milestone."""

from __future__ import annotations

from collections.abc import Sequence

from charts.chart import Axis, Chart, Line, Mark, Panel, RuledLines, Spans
from races.models import Milestone
from races.statistics import Statistic
from racestats.formatting import listed, number
from stats.boards.ranking import BoardRow
from stats.milestones.ways import Way

TOP = 15
"""So many bars."""
ROW = 26


def has_bars(statistic: Statistic, rows: int) -> bool:
    """Whether there is something to compare, and bars tell how much."""
    return rows > 1 and statistic.has_bars


def board_chart(title: str, statistic: Statistic, rows: Sequence[BoardRow]) -> Chart | None:
    """The first as bars, the active dark; none where it has none."""
    if not has_bars(statistic, len(rows)):
        return None
    named = [(f"{row.rank} {row.who}", row.value.in_words(statistic)) for row in rows]
    active = [at for at, row in enumerate(rows) if row.active]
    others = [at for at, row in enumerate(rows) if not row.active]
    most = max(row.value.value for row in rows)
    marks: list[Mark] = [
        Spans([(at, 0, rows[at].value.value) for at in these], tone)
        for these, tone in ((others, "mid"), (active, "deep"))
        if these
    ]
    scale = Axis(
        -0.5,
        len(rows) - 0.5,
        flipped=True,
        names=[(at, name) for at, (name, _) in enumerate(named)],
        ends=[(at, figure) for at, (_, figure) in enumerate(named)],
    )
    return Chart(
        title,
        f"{listed([f'{name} {figure}' for name, figure in named])}.",
        [Panel(Axis(0, most, names=[]), scale, marks)],
        key=[("deep", "Active"), ("mid", "Not active")] if active and others else [],
        heights=(40 + ROW * len(rows), 40 + ROW * len(rows)),
    )


def way_chart(milestone: Milestone, ways: Sequence[Way]) -> Chart | None:
    """A line for each driver, dotted where the count is at least so much, and the mark itself; none of fewer than
    two."""
    if len(ways) < 2:
        return None
    longest = max(len(way.counts) for way in ways)
    top = max(milestone.threshold, *(way.counts[-1].value for way in ways))
    marks: list[Mark] = [RuledLines([milestone.threshold], [number(milestone.threshold)], level=True, tone="ink")]
    for way in ways:
        points = [(0, 0), *((at, count.known) for at, count in enumerate(way.counts, start=1))]
        label = f"{way.driver} {number(way.counts[-1].value)}{'' if way.counts[-1].exact else '+'}"
        tone = "red" if way.is_fastest else "deep" if way.is_there else "mid"
        marks.append(Line(points, tone, label, way.is_fastest, dotted=not way.counts[-1].exact))
    doubted = any(not way.counts[-1].exact for way in ways)
    return Chart(
        f"The way to {milestone.name}",
        "By season of the career, those who came to it in the fewest starts and those who are next: "
        f"{listed([mark.label for mark in marks if isinstance(mark, Line)])}.",
        [Panel(Axis(0, longest, title="Season"), Axis(0, top * 1.04), marks)],
        note="Red: in the fewest starts."
        + (" Dotted: at least so many, for not every race is known." if doubted else "")
        if any(way.is_fastest for way in ways)
        else "",
        heights=(400, 380),
    )
