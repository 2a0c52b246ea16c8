"""What a note is, what makes one, and in which order and on which lines they are told."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import groupby

from racestats.formatting import sentence

from .story import RaceStory


class NewsKind(IntEnum):
    """What kind of news a note is: the rarer it is for a person, the sooner it is told."""

    TITLE = 1
    ALL_TIME = 2
    """The first of its kind in the series: the closest finish."""
    FIRST_WIN = 3
    ROUND_NUMBER = 4
    """A milestone that few have reached."""
    COMPANY = 5
    """A place on the all-time list of wins, and whom it ties or passes."""
    TRACK_RECORD = 6
    FEAT = 7
    """What few have done: a sweep, a run of wins, the end of a long wait."""
    WINNER = 8
    """Which win it was."""
    PERSON = 9
    TEAM = 10
    MAKE = 11


RARE = 50
"""What so few have reached, or fewer, is rare."""


@dataclass(frozen=True)
class Note:
    """One sentence, how newsworthy it is, and the address of its evidence.

    `seen` is how often the book has seen as much: of one kind of news the rarest comes first. Notes `about` the same
    are told on one line; `brief` is what such a note adds to the line of another, where it adds anything.
    """

    text: str
    news: NewsKind
    seen: int
    url: str = ""
    about: Hashable = None
    brief: str = ""
    exact: bool = True
    rule: str = ""


@dataclass(frozen=True)
class NoteRule:
    """One kind of note: finds, in the story of a race, all there is to say of its kind."""

    key: str
    find: Callable[[RaceStory], Iterator[Note]]


RULES: dict[str, NoteRule] = {}


def rule(find: Callable[[RaceStory], Iterator[Note]]) -> NoteRule:
    """Make a function a rule under its own name."""
    made = NoteRule(find.__name__.replace("_", "-"), find)
    RULES[made.key] = made
    return made


def notes_on(story: RaceStory) -> list[Note]:
    """What all rules have to say of a race, as `ranked`."""
    return ranked(replace(note, rule=each.key) for each in RULES.values() for note in each.find(story))


def ranked(notes: Iterable[Note]) -> list[Note]:
    """The most newsworthy first; those about the same follow one another, as they were found."""
    about: dict[Hashable, list[Note]] = {}
    for note in notes:
        about.setdefault(_line_of(note), []).append(note)
    lines = sorted(about.values(), key=lambda line: min((note.news, note.seen, note.text) for note in line))
    return [note for line in lines for note in line]


def _line_of(note: Note) -> Hashable:
    return note.text if note.about is None else note.about


@dataclass(frozen=True)
class NotePart:
    """A part of a line, and the address of its evidence."""

    text: str
    url: str


def lines_of(notes: Sequence[Note]) -> list[list[NotePart]]:
    """Notes in their order as lines for people, those about the same on one: “Kyle Larson's 32nd career win, tying Dale
    Jarrett; 3rd win of 2025; 3rd win at Kansas.”"""
    return [_line(list(about)) for _, about in groupby(notes, key=_line_of)]


def _line(notes: list[Note]) -> list[NotePart]:
    first, *others = notes
    more = [NotePart(note.brief, note.url) for note in others if note.brief]
    if not more:
        return [NotePart(first.text, first.url)]
    *told, last = [
        NotePart(first.text if first.text.endswith("r.") else first.text.removesuffix("."), first.url),
        *more,
    ]
    return [*(NotePart(f"{part.text};", part.url) for part in told), NotePart(sentence(last.text), last.url)]
