"""How often one driver finished ahead of another, season by season, and the difference as it ran on."""

from __future__ import annotations

from collections import Counter, defaultdict

from charts.chart import Axis, Chart, Columns, Line, Mark, Panel, RuledLines
from charts.scales import step_of
from racestats.formatting import plural, signed, years
from stats.careers.head_to_head import HeadToHead, Meeting


def ahead_chart(between: HeadToHead, names: tuple[str, str]) -> Chart | None:
    """The running difference, and columns up for the driver and down for the rival; none of fewer than two races of
    which the finishes are known. `names` are the short ones."""
    meetings = [each for each in reversed(between.meetings) if each.ahead]
    if len(meetings) < 2:
        return None
    own, rival = names
    by_year: dict[int, list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        by_year[meeting.race.season.year].append(meeting)
    won = {year: Counter(each.ahead == between.driver for each in these) for year, these in by_year.items()}
    first, last = min(by_year), max(by_year)
    lead, points = 0, [(float(first), 0)]
    for year, these in sorted(by_year.items()):
        for at, meeting in enumerate(these, start=1):
            lead += 1 if meeting.ahead == between.driver else -1
            points.append((year + at / len(these), lead))
    along = _years(first, last)
    leads = [value for _, value in points]
    most = max(max(counts.values()) for counts in won.values())
    marks: list[Mark] = [RuledLines([0], level=True), Line(points, "red", signed(lead), strong=True)]
    columns: list[Mark] = [
        Columns([(year + 0.5, counts[True]) for year, counts in won.items()], "red"),
        Columns([(year + 0.5, -counts[False]) for year, counts in won.items()], "deep"),
        RuledLines([0], level=True),
    ]
    total = Counter(each.ahead == between.driver for each in meetings)
    return Chart(
        f"{own} against {rival}",
        f"{plural(len(meetings), 'race')} together, {years(first, last)}: {between.driver} finished ahead in "
        f"{total[True]:,}, {between.rival} in {total[False]:,}. The difference was at most {signed(max(leads))} and at "
        f"least {signed(min(leads))}.",
        [
            Panel(along, Axis(min(*leads, -1), max(*leads, 1), show=_signed, title="Difference"), marks, share=1.5),
            Panel(
                along,
                Axis(-most, most, title="By season", names=[(value, str(abs(value))) for value in (most, 0, -most)]),
                columns,
            ),
        ],
        key=[("red", f"{own} ahead"), ("deep", f"{rival} ahead")],
        heights=(400, 380),
    )


def _years(first: int, last: int) -> Axis:
    """A year lies between its two ends, and its name beneath its middle."""
    step = int(step_of(first, last + 1, 12))
    names = [(year + 0.5, str(year)) for year in range(first, last + 1) if year % step == 0]
    return Axis(first, last + 1, names=names)


def _signed(value: float) -> str:
    return signed(int(value))
