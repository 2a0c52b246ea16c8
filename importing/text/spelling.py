"""How names are written in files, and made into addresses that nobody has yet."""

from __future__ import annotations

import re
from collections.abc import Container

from django.utils.text import slugify

from races.models.results import CAR_NUMBER as AS_PAINTED
from racestats.names.spelling import MARKS, tidy

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
CAR_NUMBER = re.compile(rf"(?=.{{1,4}}\Z){AS_PAINTED}")


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
