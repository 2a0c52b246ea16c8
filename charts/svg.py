"""Elements of SVG as text: every value is escaped, every number is short."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, however it is written."""
Point = tuple[float, float]


def escaped(text: str) -> str:
    """A text as an element or an attribute holds it."""
    text = ILLEGAL.sub("�", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def number(value: float) -> str:
    """With a tenth at most, and no more than it takes: 12.0 → “12”, 0.52 → “.5”."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def element(name: str, inside: str = "", **attributes: str | float) -> str:
    """An element. What is `inside` is markup already; `_class` and the like are attributes, and empty ones are left
    out."""
    written = "".join(
        f' {key.strip("_").replace("_", "-")}="{number(value) if isinstance(value, int | float) else escaped(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def text(x: float, y: float, words: str, classes: str) -> str:
    return element("text", escaped(words), x=x, y=y, class_=classes)


def path(data: str, classes: str) -> str:
    return element("path", class_=classes, d=data) if data else ""


def lines(points: Sequence[Point | None]) -> str:
    """The data of a line through points, each at a whole pixel, broken where one is None. A point by itself is a
    dot."""
    data: list[str] = []
    at: tuple[int, int] | None = None
    moved = False
    for point in points:
        if point is None:
            data += ["h0"] if moved else []
            at, moved = None, False
            continue
        x, y = round(point[0]), round(point[1])
        if at is None:
            data.append(f"M{x} {y}")
            moved = True
        else:
            data.append(_step(x - at[0], y - at[1]))
            moved = False
        at = (x, y)
    return "".join(_joined([*data, *(["h0"] if moved else [])]))


def _step(right: int, down: int) -> str:
    if not down:
        return f"h{right}"
    if not right:
        return f"v{down}"
    return f"l{right}{'' if down < 0 else ' '}{down}"


def _joined(steps: list[str]) -> Iterable[str]:
    """The same with levels of several steps as one, and the letter of a step left out where it is that of the one
    before."""
    made: list[str] = []
    level = 0
    for step in [*steps, ""]:
        if step.startswith("h") and step != "h0":
            level += int(step[1:])
            continue
        if level:
            made.append(f"h{level}")
            level = 0
        made.append(step)
    letter = ""
    for step in made:
        joint = "" if step[1:2] == "-" else " "
        yield f"{joint}{step[1:]}" if step[:1] == letter == "l" else step
        letter = step[:1]


def boxes(corners: Iterable[tuple[float, float, float, float]]) -> str:
    """The data of upright boxes, each by its left, its top, its width and its height."""
    return "".join(
        f"M{number(left)} {number(top)}h{number(width)}v{number(height)}h{number(-width)}z"
        for left, top, width, height in corners
    )


def dots(points: Iterable[Point]) -> str:
    """The data of dots: lines without a length, which have round ends."""
    return "".join(f"M{number(x)} {number(y)}h0" for x, y in points)
