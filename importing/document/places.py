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
ROAD_PLACE = re.compile(r"\b(aut[oó]dromo|circuit|road course|streets of|street (course|race))\b", re.IGNORECASE)
"""What a place is called that is itself a road course."""


def place_name(text: str) -> tuple[str, Layout | None]:
    """The place and the layout in a track's name: “Bristol Motor Speedway Dirt” is Bristol, on dirt.

    Of a name that only tells a road course, such as “Autódromo Hermanos Rodríguez”, the layout is of that type.
    """
    if found := DIRT.fullmatch(text):
        return found[1], Layout(slug="dirt", name="Dirt track", type="dirt", surface="dirt")
    if found := ROAD.fullmatch(text):
        return found[1], Layout(slug="road-course", name="Road course", type="road-course")
    return PLACES.get(text, text), Layout(type="road-course") if ROAD_PLACE.search(text) else None
