"""What a layout is by its type: an oval, a dirt track or a road course."""

from __future__ import annotations

from typing import NamedTuple

from races.models import TrackLayout


class Shape(NamedTuple):
    """What a layout is called that has no name of its own, and what it is in a sentence."""

    name: str
    in_words: str


UNKNOWN = Shape("Track", "a track")
DIRT_TRACK = Shape("Dirt track", "a dirt track")
ROAD_COURSE = Shape("Course", "a road course")
OVAL = Shape("Oval", "an oval")
NO_OVALS: dict[str, Shape] = {TrackLayout.Type.DIRT: DIRT_TRACK, TrackLayout.Type.ROAD_COURSE: ROAD_COURSE}


def shape_of(type_: str | None) -> Shape:
    """The shape of a type of layout: the types that `NO_OVALS` lacks are ovals. The type is empty where unknown."""
    return NO_OVALS.get(type_, OVAL) if type_ else UNKNOWN
