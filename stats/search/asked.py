"""What a text asks for: words, and a year."""

from __future__ import annotations

from typing import NamedTuple

from races.order import as_year
from racestats.names.searching import MOST_WORDS, words_of
from racestats.names.spelling import plain

FILLERS = frozenset(
    plain(
        "a all an and at by did for from in last latest leader leaders list most nascar of on race races result "
        "results stats the to time v versus vs was were who win winner winners won"
    ).split()
)
"""Words that tell no row from another: they are looked for only where a text has no others."""
SAID = {
    "autumn": "fall",
    "night": "summer",
    "coke": "coca cola",
    "indy": "indianapolis",
    "loudon": "new hampshire",
    "nhms": "new hampshire",
    "hms": "hendrick motorsports",
    "jgr": "joe gibbs racing",
    "rcr": "richard childress racing",
    "shr": "stewart haas racing",
    "dei": "dale earnhardt inc",
    "svg": "shane van gisbergen",
    "dw": "darrell waltrip",
}
"""What people also call a time of the year, a race, a track, a team or a driver, and the words by which the book finds
it: none of those here is near them."""


class SearchText(NamedTuple):
    words: tuple[str, ...]
    year: int | None

    @classmethod
    def of(cls, text: str) -> SearchText:
        """Of a text that is too long its first words."""
        words: list[str] = []
        year: int | None = None
        for word in words_of(text)[:MOST_WORDS]:
            if year is None and (named := as_year(word)):
                year = named
            else:
                words += SAID.get(word, word).split()
        telling = tuple(word for word in words if word not in FILLERS)
        return cls(telling or tuple(words), year)

    @property
    def with_its_year(self) -> tuple[str, ...]:
        """The words with the year as one of them."""
        return self.words if self.year is None else (*self.words, str(self.year))
