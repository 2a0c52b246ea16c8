"""What a note is, and what makes one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .story import Story


@dataclass(frozen=True)
class Note:
    """One sentence, the address of its evidence, and how often the book has seen as much: the fewer, the rarer."""

    text: str
    seen: int
    url: str = ""


@dataclass(frozen=True)
class Rule:
    """One kind of note: finds, in the story of a race, all there is to say of its kind."""

    key: str
    find: Callable[[Story], Iterator[Note]]


RULES: dict[str, Rule] = {}


def rule(find: Callable[[Story], Iterator[Note]]) -> Rule:
    """Make a function a rule under its own name."""
    made = Rule(find.__name__.replace("_", "-"), find)
    RULES[made.key] = made
    return made


def notes_on(story: Story) -> list[Note]:
    """What all rules have to say of a race, the rarest first."""
    found = [note for each in RULES.values() for note in each.find(story)]
    return sorted(found, key=lambda note: (note.seen, note.text))
