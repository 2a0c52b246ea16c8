"""How well a row's names fit the words asked for. Names are texts of `Findable.words`, each between two strokes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from racestats.names.searching import LEAST_LETTERS, NEAR

EXACT, WHOLE = 400, 150
"""What it is worth in fame to be called just so, and to have words that are whole."""
INSIDE, MISSING = 300, 900
"""What it costs, in fame, that a word is found only inside another, and that it is not found."""
SLIP = 12
"""What it costs for each point, of 100, by which two words differ."""

Ways = Mapping[str, dict[str, float]]
"""Of each word asked for the texts that it may mean, each with what it costs."""


def as_asked(words: Sequence[str]) -> Ways:
    """Each word as it is, at the beginning of one."""
    return {word: {f" {word}": 0.0} for word in words}


@lru_cache(maxsize=20_000)
def likeness(asked: str, word: str) -> float:
    """How alike a word is to another, or to its beginning; of 100."""
    begun = fuzz.ratio(asked, word[: len(asked) + 1]) - 5 if len(word) > len(asked) + 1 else 0
    return max(fuzz.ratio(asked, word), begun)


def slips(asked: str, words: Collection[str]) -> dict[str, float]:
    """Of these words those that may be meant by a slip of the hand, or that have it inside, with what each costs."""
    found: dict[str, float] = {}
    if len(asked) < LEAST_LETTERS:
        return found
    for word in words:
        if asked in word:
            found[f" {word} "] = float(INSIDE)
        elif (alike := likeness(asked, word)) >= NEAR:
            found[f" {word} "] = (100 - alike) * SLIP
    return found


def worth(asked: Sequence[str], ways: Ways, names: str, fame: int) -> float | None:
    """By which rows are ranked: the fame, more or less by how well the names fit; None where no word does."""
    found, value = 0, float(fame)
    for word in asked:
        if f" {word} " in names:
            value += WHOLE / len(asked)
        elif fitting := [cost for text, cost in ways[word].items() if text in names]:
            value -= min(fitting)
        else:
            value -= MISSING
            continue
        found += 1
    if f"/ {' '.join(asked)} /" in names:
        value += EXACT
    return value if found or not asked else None
