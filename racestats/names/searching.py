"""What a reader may type: a bounded text, and what of many names it means.

Every word to look for is looked for in every name: without bounds one address could keep a server busy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from django import forms
from rapidfuzz import fuzz, process

from .spelling import plain

LONGEST = 100
"""Characters: longer than any name of the book."""
MOST_WORDS = 8
"""As many as a name may have: a slip is looked for in no longer text."""
NEAR = 75
"""How alike two words are, of 100, one of which may be a slip for the other: “earnhart” and “earnhardt” are at 94."""
LEAST_LETTERS = 3
"""A word must have so many to be looked for inside others."""
AS_NEAR = 8
"""Less alike than the nearest by no more than this is as likely to be meant."""


class TextField(forms.CharField):
    """A text of a bounded length, on one line."""

    def __init__(self, **options: Any):
        super().__init__(max_length=LONGEST, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The browser keeps the length too; a list to choose from has none."""
        return super().widget_attrs(widget) if isinstance(widget, forms.TextInput) else {}


def words_of(text: str) -> list[str]:
    """The words of a text as names are compared, each once; of one that is too long, those of its beginning."""
    return list(dict.fromkeys(plain(text[:LONGEST]).split()))


WAYS: tuple[Callable[[str, str], bool], ...] = (
    lambda word, name: f" {word} " in f" {name} ",
    lambda word, name: f" {word}" in f" {name}",
    lambda word, name: len(word) >= LEAST_LETTERS and word in name,
)
"""How a word is in a name, the surest first: as one of its words, beginning one, or, if not short, anywhere."""


class Names:
    """Rows by their names, of which each may have several: what a text means, without accents, marks and case."""

    def __init__(self, named: Iterable[tuple[int, str]]):
        """Of keys and names."""
        self.keys: dict[str, set[int]] = {}
        self.texts: dict[int, str] = {}
        for key, name in named:
            written = plain(name)
            if key not in self.keys.setdefault(written, set()):
                self.keys[written].add(key)
                self.texts[key] = f"{self.texts[key]}\n{written}" if key in self.texts else written

    def pairs(self) -> Iterator[tuple[int, str]]:
        """Each key with each of its names, as names are compared."""
        return ((key, name) for name, keys in self.keys.items() for key in keys)

    def holding(self, text: str) -> list[int]:
        """Those that have every word of the text in their names, wherever. A text without a letter is in none."""
        words = words_of(text)
        return [key for key, written in self.texts.items() if words and all(word in written for word in words)]

    def meant(self, text: str) -> set[int]:
        """Those that are called just so or, where none is, of those that have all words in one name the surest."""
        if exact := self.keys.get(plain(text[:LONGEST])):
            return exact
        words = words_of(text)
        for is_in in WAYS if words else ():
            if found := self._with(words, is_in):
                return found
        return set()

    def _with(self, words: list[str], is_in: Callable[[str, str], bool]) -> set[int]:
        fitting = (keys for name, keys in self.keys.items() if all(is_in(word, name) for word in words))
        return set().union(*fitting)

    def near(self, text: str) -> set[int]:
        """Those that a slip of the hand may have meant: the nearest, and those as near."""
        words = words_of(text)
        if not 0 < len(words) <= MOST_WORDS:
            return set()
        alike = [
            {
                word: score
                for word, score, _ in process.extract(
                    asked, self._words, scorer=fuzz.ratio, limit=None, score_cutoff=NEAR
                )
            }
            for asked in words
        ]
        scores: dict[str, float] = {
            name: score
            for name, score, _ in process.extract(
                " ".join(words), list(self.keys), scorer=fuzz.ratio, limit=None, score_cutoff=NEAR
            )
        }
        for name in self.keys:
            parts = name.split()
            best = [max((found.get(part, 0) for part in parts), default=0) for found in alike]
            if all(best):
                scores[name] = max(sum(best) / len(best), scores.get(name, 0))
        least = max(scores.values(), default=0) - AS_NEAR
        return set().union(*(self.keys[name] for name, score in scores.items() if score >= least))

    @cached_property
    def _words(self) -> list[str]:
        return list({word for name in self.keys for word in name.split()})
