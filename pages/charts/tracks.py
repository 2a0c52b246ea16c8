"""Who won at a track, and how fast."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from charts.chart import Axis, Chart, Dots, Line, Mark, Panel
from charts.palette import MAKES, of_make
from racestats.formatting import decimal, listed, number, plural, years
from stats.tracks.winners import Winner

NAMED = 10
"""So many winners have a row each."""
ROW = 28


def winners_chart(track: str, winners: Sequence[Winner]) -> Chart | None:
    """A row for each of those who won most, a dot for each win in the colour of the make; none of fewer than two
    races."""
    if len(winners) < 2:
        return None
    wins: dict[int, list[Winner]] = defaultdict(list)
    for each in winners:
        wins[each.pk].append(each)
    ranked = sorted(wins.values(), key=lambda won: (-len(won), won[0].order))
    shown = ranked if len(ranked) <= NAMED + 1 else ranked[:NAMED]
    others = [each for won in ranked[len(shown) :] for each in won]
    rows = [*shown, *([others] if others else [])]
    names = [*(won[0].driver for won in shown), *([plural(len(ranked) - len(shown), "other")] if others else [])]
    row_of = {each.pk: at for at, row in enumerate(rows) for each in row}
    by_make: dict[str, list[tuple[float, float]]] = defaultdict(list)
    in_year = Counter(each.year for each in winners)
    seen: Counter[int] = Counter()
    for each in winners:
        # Two races of a year stand beside each other.
        part = (seen[each.year] + 0.5) / in_year[each.year]
        seen[each.year] += 1
        by_make[of_make(each.make)].append((each.year + part, row_of[each.pk]))
    first, last = winners[0].year, winners[-1].year
    made = [make for make in (*MAKES, "other") if make in by_make]
    marks: list[Mark] = [Dots(by_make[make], make) for make in made]
    axis = Axis(
        -0.5,
        len(rows) - 0.5,
        flipped=True,
        names=list(enumerate(names)),
        ends=[(at, number(len(row))) for at, row in enumerate(rows)],
    )
    return Chart(
        f"Winners at {track}",
        f"{plural(len(winners), 'race')}, {years(first, last)}. Most wins: "
        f"{listed([f'{won[0].driver} {len(won)}' for won in shown[:5]])}.",
        [Panel(Axis(first, last + 1, show=lambda year: f"{year:.0f}"), axis, marks)],
        key=[(make, "Other makes" if make == "other" else make.capitalize()) for make in made],
        heights=(70 + ROW * len(rows), 90 + ROW * len(rows)),
    )


def speeds_chart(winners: Sequence[Winner]) -> Chart | None:
    """The average speed of each race on the layout with most of them, and how the record rose; none of fewer than
    three, for on two layouts speeds do not compare."""
    timed = [each for each in winners if each.speed]
    layouts = Counter((each.layout, each.layout_name) for each in timed)
    if not layouts or layouts.most_common(1)[0][1] < 3:
        return None
    (layout, name), count = layouts.most_common(1)[0]
    points = [(each.year, float(each.speed or 0)) for each in timed if each.layout == layout]
    records: list[tuple[float, float]] = []
    for year, speed in points:
        if not records or speed > records[-1][1]:
            records += [(year, records[-1][1] if records else speed), (year, speed)]
    first, last = points[0][0], points[-1][0]
    fastest = records[-1]
    low, high = min(speed for _, speed in points), fastest[1]
    return Chart(
        f"Average speeds, {name[0].lower()}{name[1:]}",
        f"Miles an hour in {plural(count, 'race')}, {years(first, last)}. The fastest: {decimal(fastest[1], 3)} mph in "
        f"{fastest[0]}.",
        [
            Panel(
                Axis(first - 0.5, last + 0.5, show=lambda year: f"{year:.0f}"),
                Axis(low, high, title="Miles an hour"),
                [
                    Line([*records, (last, high)], "red", f"{decimal(high)}", strong=True),
                    Dots([(year, speed) for year, speed in points], "mid", small=True),
                ],
            )
        ],
        note="The line is the record. How long a race is, and its cautions, change its average too.",
        heights=(300, 280),
    )
