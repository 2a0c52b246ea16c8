"""Reads the index of what can be found: the rows that a text may mean, and what one of its words may be a slip for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from races.models import Findable, FindableWord
from racestats.names.searching import LEAST_LETTERS
from racestats.names.trigrams import holding, sharing

from .matching import Ways, slips

CANDIDATES = 120
"""Rows that are ranked, the best known of all that fit."""
WORDS_LOOKED_AT = 60
"""Words that share most with one that was misspelt."""
WAYS = 6
"""So many of them it may mean, the nearest."""
FEW_WAYS = 3
"""The same where any word is enough."""


class FindableRow(NamedTuple):
    kind: str
    key: int
    name: str
    detail: str
    address: str
    words: str
    fame: int


def of_year(year: int, kinds: Collection[str]) -> list[FindableRow]:
    """All that is of a year."""
    return _rows(_of_kinds(kinds).filter(year=year))


def having(ways: Ways, kinds: Collection[str], all_of_them: bool = True) -> list[FindableRow]:
    """Those that have every word in any of its ways, or else any of the words."""
    groups = [tuple(texts) for texts in ways.values() if texts]
    rows = _of_kinds(kinds)
    if not groups:
        return []
    if not all_of_them:
        # So many races have any word that none of them is meant.
        groups, rows = [tuple(text for group in groups for text in group[-FEW_WAYS:])], rows.filter(year=None)
    return _rows(holding(rows, "words", groups).order_by("-fame", "kind", "key")[:CANDIDATES])


class Slips:
    """What words may mean with the slips of the hand, among the words of the index and those beside it. Two queries for
    each word that is looked at."""

    def __init__(self, beside: Collection[str]):
        self.beside = beside
        self._near: dict[str, tuple[bool, dict[str, float]]] = {}

    def ways(self, words: Sequence[str], only_unknown: bool) -> Ways:
        """Of all words, or of those alone with which no word begins."""
        found = {}
        for word in words:
            is_known, near = self._looked_up(word)
            begun = {f" {word}": 0.0} if is_known else {}
            found[word] = begun if is_known and only_unknown else near | begun
        return found

    def _looked_up(self, word: str) -> tuple[bool, dict[str, float]]:
        if word not in self._near:
            words = FindableWord.objects.order_by()
            alike = words.filter(word__startswith=word[0]).values_list("word", flat=True)
            there = {*self.beside, *alike}
            is_known = any(each.startswith(word) for each in there)
            if len(word) >= LEAST_LETTERS:
                there.update(sharing(words, "word", word, WORDS_LOOKED_AT).values_list("word", flat=True))
            nearest = sorted(slips(word, there).items(), key=lambda way: (way[1], way[0]))
            self._near[word] = is_known, dict(reversed(nearest[:WAYS]))
        return self._near[word]


def _of_kinds(kinds: Collection[str]) -> QuerySet[Findable]:
    rows = Findable.objects.order_by()
    return rows.filter(kind__in=kinds) if kinds else rows


def _rows(rows: QuerySet[Any]) -> list[FindableRow]:
    return [FindableRow(*values) for values in rows.values_list(*FindableRow._fields)]
