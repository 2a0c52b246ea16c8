"""Where texts stand so that none lies over another."""

from __future__ import annotations

from collections.abc import Sequence

TEXT = 13
"""The height of letters, in pixels."""
LINE = 16
"""From one line of text to the next."""
NARROW, BROAD = "iljtfrI.,:;'’|!()[] ", "mwMW@%—"


def width_of(text: str) -> float:
    """About how broad a text is, in pixels: rather a little more, for the reader's own font draws it."""
    return sum(map(_breadth, text)) * TEXT


def _breadth(letter: str) -> float:
    """A letter, in shares of its height."""
    if letter in NARROW:
        return 0.34
    if letter in BROAD or ord(letter) > 0x2E80:
        return 1.0
    return 0.72 if letter.isupper() else 0.6


def shortened(text: str, room: float) -> str:
    """As much of a text as there is room for, with an ellipsis where it is not all."""
    if width_of(text) <= room:
        return text
    while text and width_of(text) + TEXT > room:
        text = text[:-1].rstrip()
    return f"{text}…"


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places for labels that want to be at these, in rising order: no two nearer than `gap`, all from `low` to `high`,
    moved as little as may be. There must be room for them: see `room_for`."""
    # Without the gaps the places need only not fall: neighbours that do are put together at their mean.
    groups: list[list[float]] = []
    for number, place in enumerate(wanted):
        groups.append([place - number * gap, 1])
        while len(groups) > 1 and groups[-2][0] >= groups[-1][0]:
            place, size = groups.pop()
            before = groups[-1]
            before[0] = (before[0] * before[1] + place * size) / (before[1] + size)
            before[1] += size
    last = high - (len(wanted) - 1) * gap
    places = [min(max(place, low), max(last, low)) for place, size in groups for _ in range(int(size))]
    return [place + number * gap for number, place in enumerate(places)]


def room_for(gap: float, low: float, high: float) -> int:
    """How many labels find a place there."""
    return int((high - low) // gap) + 1 if high >= low else 0


def apart(labels: Sequence[tuple[float, str]], space: float = 8) -> list[tuple[float, str]]:
    """Of labels around their middles, from left to right, those that leave so much space between them: the last, and
    from the first on each that fits before it."""
    if not labels:
        return []
    *others, last = labels
    end = last[0] - width_of(last[1]) / 2 - space
    kept, taken = [], float("-inf")
    for middle, text in others:
        half = width_of(text) / 2
        if middle - half >= taken and middle + half <= end:
            kept.append((middle, text))
            taken = middle + half + space
    return [*kept, last]
