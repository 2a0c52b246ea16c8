"""A page as plain text to paste: lines of a width that mail and teleprompters keep, without any markup. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

WIDTH = 100
HANGING = "  "


def text_lines(
    title: str, above: Iterable[str], sections: Iterable[tuple[str, str, Iterable[str]]], below: Iterable[str]
) -> Iterator[str]:
    """The title in capitals, what is said above, and each section: its title, what it counts, and its lines, of which
    the further ones of a long one stand in. `below` ends the page."""
    yield from _wrapped(title.upper())
    for text in above:
        yield from _wrapped(text)
    for heading, counted, lines in sections:
        yield ""
        yield from _wrapped(heading.upper())
        if counted:
            yield from _wrapped(f"({counted})", HANGING)
        for text in lines:
            yield from _wrapped(text, HANGING)
    yield ""
    for text in below:
        yield from _wrapped(text)


def _wrapped(text: str, hanging: str = "") -> Iterator[str]:
    yield from wrap(text, WIDTH, subsequent_indent=hanging, break_on_hyphens=False)
