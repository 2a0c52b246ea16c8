"""The places in the standings, round by round."""

from __future__ import annotations

from charts.chart import Axis, Chart, Line, Mark, Panel, RuledLines
from racestats.formatting import listed, ordinal, plural
from stats.standings.rounds import PlacesByRound

NAMED, DRAWN = 10, 20
"""So many are named, and so many drawn."""
HEIGHTS = (440, 400)
LOWEST = 20
"""What lies below is not drawn: it is of the first few rounds, and would take the room of all others."""


def rounds_chart(title: str, found: PlacesByRound, play_offs: int | None = None) -> Chart | None:
    """A line for each of the first in the standings; none where there are not two rounds. `play_offs` is the round
    with which these began."""
    if len(found.rounds) < 2:
        return None
    lines = [found.of(driver) for driver in found.drivers]
    reached = max(place for places in lines[:NAMED] for _, place in places if place)
    lowest = max(min(reached, LOWEST), 2)
    drawn = [[(round_, place if place and place <= lowest else None) for round_, place in places] for places in lines]
    named = [f"{found.ranks[driver.pk]} {driver}" for driver in found.drivers[:NAMED]]
    marks: list[Mark] = [Line(places, tone="rule") for places in drawn[NAMED:]]
    marks += [
        Line(places, "red" if at == 0 else "deep" if at < 3 else "mid", label, strong=at == 0)
        for at, (places, label) in reversed(list(enumerate(zip(drawn, named))))
    ]
    if play_offs and 1 < play_offs <= found.last:
        marks.insert(0, RuledLines([play_offs - 0.5], ["Play-offs"]))
    on_file = f"{len(found.rounds)} of " if found.missing else ""
    rounds = f"{on_file}{plural(found.last, 'round')}"
    notes = [f"{plural(found.missing, 'round')} not on file: the lines have gaps there."] if found.missing else []
    if reached > lowest:
        notes.append(f"Not drawn: places below the {ordinal(lowest)}.")
    return Chart(
        title,
        f"The places of the first {len(found.drivers)} after each of {rounds}. After the last: {listed(named)}.",
        [
            Panel(
                Axis(1, found.last, title="Round"),
                Axis(1, lowest, flipped=True, title="Place", names=_places(lowest)),
                marks,
            )
        ],
        note=" ".join(notes),
        heights=HEIGHTS,
    )


def _places(lowest: int) -> list[tuple[int, str]]:
    """1, 5, 10, 15 …"""
    return [(1, "1"), *((place, str(place)) for place in range(5, lowest + 1, 5))]


def rounds_in_short(title: str) -> Chart:
    """The same for a page that does not know the places."""
    return Chart(
        title,
        "The first in the standings after each round; the standings have the places as a table.",
        (),
        heights=HEIGHTS,
    )
