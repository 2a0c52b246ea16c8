"""How names are written: compared without accents and marks, tidied, and made into addresses that nobody has yet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from functools import lru_cache

from django.utils.text import slugify

from races.models.results import CAR_NUMBER as AS_PAINTED

MARKS = re.compile(r"\(\s*[iP]\s*\)|[#*]")
"""Beside a driver's name: ineligible, in the play-offs, rookie, substitute."""
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters that are another letter with a mark, but that Unicode does not take apart."""
DROPPED = re.compile(r"['’]|(?<!\d)\.|\.(?!\d)")
SEPARATING = re.compile(r"[^\w().]+|_")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
CAR_NUMBER = re.compile(rf"(?=.{{1,4}}\Z){AS_PAINTED}")


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


def without_marks(name: str) -> str:
    """A driver's name without marks and double spaces: “Justin  Haley(i)” → “Justin Haley”."""
    return tidy(MARKS.sub(" ", name))


def free_slug(text: str, taken: Container[str], length: int) -> str:
    """A slug of the text that nobody has yet; a second one gets “-2”."""
    base = slugify(text)[: length - 4].strip("-") or "unnamed"
    return free_text(base, taken, length, "-")


def free_text(text: str, taken: Container[str], length: int, space: str = " ") -> str:
    """The text, or, where somebody has it, the text with the next free number."""
    free, number = text[:length], 1
    while free in taken:
        number += 1
        end = f"{space}{number}"
        free = text[: length - len(end)] + end
    return free
