"""Closest finishes: the gap drawn to scale against a car, and all of them by year."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from charts.chart import Axis, Chart, Dots, Mark, Panel, RuledLines, Spans
from racestats.formatting import distance, listed, margin, plural, years
from stats.race.margins import Gap

CAR = 193.4
"""Inches: the length of a Next Gen car; those before it were 5 to 10 inches longer."""
TO_SCALE, BY_YEAR, FEWEST = 8, 350, 3
"""So many are drawn at most, and by year so many at least."""
NEAR = Decimal(1)
"""Seconds: what is farther apart would take the room of all others, and is drawn only where nearly all is."""
ROW = 44
HEIGHTS = (320, 300)
NOTE = (
    "A car is 16 feet long. The gap is how far a car goes in the margin's time, at the speed of the pole or, where that"
    " is not on file, at the average of the race."
)
NOTE_BY_YEAR = f"Drawn: the closest {BY_YEAR} at most, and only those of a second or less where there are enough."
TITLE_TO_SCALE, TITLE_BY_YEAR = "The gap at the line, to scale", "Closest finishes by year"


def to_scale_in_short(speeds: bool) -> Chart | None:
    """The chart for a page that knows whether there are speeds."""
    said = "The first two cars of the closest finishes at the line."
    return Chart(TITLE_TO_SCALE, said, (), NOTE, heights=_heights(TO_SCALE)) if speeds else None


def in_short(matching: int, speeds: bool) -> tuple[Chart | None, Chart | None]:
    """Both charts for their page, which knows how many finishes there are and whether there are speeds."""
    said = "The margins of these finishes by season; the table has them one by one."
    by_year = Chart(TITLE_BY_YEAR, said, (), NOTE_BY_YEAR, heights=HEIGHTS)
    return to_scale_in_short(speeds), by_year if matching >= FEWEST else None


def _heights(rows: int) -> tuple[int, int]:
    return 60 + ROW * rows, 60 + ROW * rows


def to_scale_chart(gaps: Sequence[Gap]) -> Chart | None:
    """For each race the two cars, from above, when the first is at the line; none where no speed is known."""
    if not gaps:
        return None
    far = max(float(gap.distance.inches) for gap in gaps)
    marks: list[Mark] = [
        Spans([(at - 0.2, -CAR, 0) for at in range(len(gaps))], "red", share=0.34),
        Spans(
            [(at + 0.2, -CAR - float(gap.distance.inches), -float(gap.distance.inches)) for at, gap in enumerate(gaps)],
            "mid",
            share=0.34,
        ),
        RuledLines([0], ["Finish"], tone="ink"),
    ]
    names = [(at, gap.race.label) for at, gap in enumerate(gaps)]
    ends = [(at, distance(gap.distance.inches)) for at, gap in enumerate(gaps)]
    said = [f"{gap.race.label}, {margin(gap.race.margin)} s, {distance(gap.distance.inches)}" for gap in gaps]
    return Chart(
        TITLE_TO_SCALE,
        f"The first two cars at the finish, with the gap at racing speed: {listed(said, 'and')}.",
        [
            Panel(
                Axis(-CAR - far, 6, names=[]), Axis(-0.5, len(gaps) - 0.5, flipped=True, names=names, ends=ends), marks
            )
        ],
        note=NOTE,
        key=[("red", "Winner"), ("mid", "Second")],
        # As high as its page leaves room for, however few there are.
        heights=_heights(TO_SCALE),
    )


def by_year_chart(finishes: Sequence[tuple[int, Decimal]]) -> Chart | None:
    """A dot for each, by season and margin; the closest first, at the top. None of fewer than `FEWEST`."""
    if len(finishes) < FEWEST:
        return None
    near = [each for each in finishes if each[1] <= NEAR]
    near = near if len(near) >= FEWEST else list(finishes)
    is_cut, finishes = len(near) < len(finishes) or len(near) > BY_YEAR, near[:BY_YEAR]
    first, last = min(year for year, _ in finishes), max(year for year, _ in finishes)
    closest, most = finishes[0][1], float(finishes[-1][1])
    points = [(year, float(seconds)) for year, seconds in finishes]
    record = [point for point in points if point[1] == float(closest)]
    shown = f"the closest {len(finishes)}" if is_cut else plural(len(finishes), "finish", "finishes")
    return Chart(
        TITLE_BY_YEAR,
        f"Margins of victory in seconds, {years(first, last)}: {shown}, from {margin(closest)} to "
        f"{margin(finishes[-1][1])} s.",
        [
            Panel(
                Axis(first - 0.5, last + 0.5, show=lambda year: f"{year:.0f}"),
                Axis(0, most, flipped=True, whole=False, title="Seconds", show=lambda value: f"{value:.3g}"),
                [
                    Dots(points[len(record) :], "mid", small=True),
                    Dots(record, "red", [f"{margin(closest)} s"]),
                ],
            )
        ],
        note=NOTE_BY_YEAR,
        heights=HEIGHTS,
    )
