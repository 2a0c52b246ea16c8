"""What is wrong with a file: where, which value and why. An error leaves its race out, or refuses the whole file where
it is of no race; warnings are for an editor to judge.

`Findings` collects the problems of one file while it is read, each told once, and not without end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from racestats.formatting import plural

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How a file in UTF-16 begins."""
IS_UTF_16 = "the file is UTF-16; save it as UTF-8"
MOST_ERRORS = 200
"""So many errors are told one by one, and the first of each race; the rest are counted."""
MOST_WARNINGS = 20_000
"""So many warnings are kept; the rest are counted."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong. `place` is a line (“line 12, Finish”) or a JSON path (“$.entries[3].driver”)."""

    file: str
    place: str
    value: str
    reason: str
    code: str = "invalid"
    race: str = ""
    """The race that it is of, as a message names it; empty where it is of the file."""
    season: int | None = None

    def __str__(self) -> str:
        shown = printable(self.value)
        return f"{self.file}, {self.place}: {self.reason}" + (f" (“{shown}”)" if shown else "")


@dataclass
class Findings:
    """The problems of one file, in the order found; the same one twice is told once."""

    file: str
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    error_count: int = 0
    warning_count: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    """How many errors each race has; those under no name are of the file itself."""
    race: str = ""
    season: int | None = None
    told: set[tuple[str, str, str]] = field(default_factory=set)

    @contextmanager
    def of(self, race: str, season: int | None = None) -> Iterator[None]:
        """What is found meanwhile is of this race."""
        before = self.race, self.season
        self.race, self.season = race, season
        try:
            yield
        finally:
            self.race, self.season = before

    def error(self, place: str, value: object, reason: str, code: str = "invalid") -> None:
        if (self.race, place, reason) in self.told:
            return
        self.told.add((self.race, place, reason))
        self.error_count += 1
        self.left_out[self.race] += 1
        if self.error_count <= MOST_ERRORS or self.left_out[self.race] == 1:
            self.errors.append(Problem(self.file, place, printable(value), reason, code, self.race, self.season))

    def warn(self, place: str, value: object, reason: str, code: str) -> None:
        if (self.race, place, reason) in self.told:
            return
        self.told.add((self.race, place, reason))
        self.warning_count += 1
        if self.warning_count <= MOST_WARNINGS:
            self.warnings.append(Problem(self.file, place, printable(value), reason, code, self.race, self.season))

    def is_utf_16(self, data: bytes, place: str) -> bool:
        """Whether a file is UTF-16, and so of no format here; if it is, that is told."""
        found = data.startswith(UTF_16)
        if found:
            self.error(place, data[:2].hex(" "), IS_UTF_16, "encoding")
        return found

    @property
    def first_errors(self) -> list[Problem]:
        """The errors to tell: the first of them, and how many more there are."""
        return self._with_a_count_of_the_rest(self.errors, self.error_count, "more error")

    @property
    def first_warnings(self) -> list[Problem]:
        return self._with_a_count_of_the_rest(self.warnings, self.warning_count, "more warning")

    def _with_a_count_of_the_rest(self, problems: list[Problem], count: int, what: str) -> list[Problem]:
        if count == len(problems):
            return problems
        more = f"and {plural(count - len(problems), what)}"
        return [*problems, Problem(self.file, "the rest of the file", "", more, "more")]


def race_name(series: str, year: int | str, key: int | str | None, name: str = "") -> str:
    """How a message names a race, by its round or slug: “cup 2025 round 12, AdventHealth 400”."""
    place = f"round {key}" if isinstance(key, int) else key or "of unknown round"
    return f"{series} {year} {place}{f', {name}' if name else ''}"


def row_name(series: str, year: int, name: str, place: str) -> str:
    """How a message names a race that a file has no round of, by its place: “cup 2025, AdventHealth 400 ($[11])”."""
    return f"{series} {year}, {name} ({place})"


def printable(value: object) -> str:
    """A value as a message prints it: short, on one line and safe to print."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "an object" if value else "{}"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "[]"
    text = str(value)
    text = f"{text[:79]}…" if len(text) > 80 else text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


class LeftOut(Exception):
    """What one try of an import found wrong, at which places of the file: it is tried again without those races.

    A season that the database refused is tried again race by race, to find whose fault it is.
    """

    def __init__(self, problems: list[Problem], places: set[str], season: tuple[str, int] | None = None):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
        self.places = places
        self.season = season
