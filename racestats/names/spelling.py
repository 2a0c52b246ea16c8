"""How names are compared: without accents, marks, dots and case."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MARKS = re.compile(r"\(\s*[iP]\s*\)|[#*]")
"""Beside a driver's name: ineligible, in the play-offs, rookie, substitute."""
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters that are another letter with a mark, but that Unicode does not take apart."""
DROPPED = re.compile(r"['’]|(?<!\d)\.|\.(?!\d)")
SEPARATING = re.compile(r"[^\w().]+|_")


def tidy(text: str) -> str:
    """One space where there are several, none at the ends."""
    return " ".join(text.split())


@lru_cache(maxsize=50_000)
def plain(name: str) -> str:
    """A name without accents, marks, dots and case: “Daniel Suárez (i)” → “daniel suarez”. A decimal point stays."""
    if name.isascii() and name.replace(" ", "").isalpha():
        return tidy(name.lower())
    text = MARKS.sub(" ", name).casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(LETTERS)
        text = "".join(character for character in text if not unicodedata.combining(character))
    text = DROPPED.sub("", text).replace("&", " and ")
    return tidy(SEPARATING.sub(" ", text))
