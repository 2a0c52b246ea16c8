"""A place and its layout, which many sources print as one name."""

from __future__ import annotations

import re

from .schema import Layout

PLACES = {
    "World Wide Technology Raceway at Gateway": "World Wide Technology Raceway",
    "Chicago Street Race": "Chicago Street Course",
}

DIRT = re.compile(r"(.+[^&\s])\s+Dirt(?: Track)?", re.IGNORECASE)
ROAD = re.compile(r"(.+[^&\s])\s+(?:Road Course|Roval)", re.IGNORECASE)


def place_name(text: str) -> tuple[str, Layout | None]:
    """The place and the layout in a track's name: “Bristol Motor Speedway Dirt” is Bristol, on dirt."""
    if found := DIRT.fullmatch(text):
        return found[1], Layout(slug="dirt", name="Dirt track", type="dirt", surface="dirt")
    if found := ROAD.fullmatch(text):
        return found[1], Layout(slug="road-course", name="Road course", type="road-course")
    return PLACES.get(text, text), None
