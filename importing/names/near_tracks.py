"""Suggests the track on file that a name may mean, by comparing the words that distinguish places."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

from racestats.names.spelling import plain

OF_MANY = {
    *("a", "at", "in", "of", "on", "the", "and"),
    *("beach", "county", "field", "international", "park", "state", "street"),
    *("circuit", "course", "mile", "oval", "race", "racetrack", "raceway", "road", "track"),
    *("autodrome", "autodromo", "motor", "motorplex", "motorsports", "speedrome", "speedway", "superspeedway"),
    *("fairground", "fairgrounds", "stadium"),
}
"""Words that very many tracks have in their names: two that share these alone share nothing."""
NEAR = 83
"""How alike the other words must be, of 100: one letter of six may be another."""
PART = 90
"""How alike a name is to one that says the same and more: “Salisbury Super Speedway”."""


def nearest_track(name: str, known: Iterable[str]) -> str | None:
    """The one among the known names that comes nearest, where it is near enough to ask whether it was meant."""
    compared = [(_likeness(name, each), fuzz.ratio(plain(name), plain(each)), each) for each in known]
    likeness, _, nearest = max(compared, default=(0, 0, None))
    return nearest if likeness >= NEAR else None


def are_near(name: str, other: str) -> bool:
    """Whether two names may be of one track."""
    return _likeness(name, other) >= NEAR


def _likeness(name: str, other: str) -> float:
    one, two = _telling(name), _telling(other)
    spelt = fuzz.ratio("".join(one), "".join(two))
    says_more = one and two and (set(one) <= set(two) or set(two) <= set(one))
    return max(spelt, PART) if says_more else spelt


def _telling(name: str) -> list[str]:
    """“North Wilkesboro Speedway” → north, wilkesboro. A name of common words alone keeps them all."""
    words = plain(name).split()
    return [word for word in words if word not in OF_MANY] or words
