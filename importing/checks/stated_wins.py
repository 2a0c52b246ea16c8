"""A report's ordinal (“his 20th victory”) against the book's count of the winner's wins."""

from __future__ import annotations

import re

from importing.document.schema import RaceDocument
from importing.problems import Problem
from racestats.formatting import ordinal

ORDINALS = [
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
    *("sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
]
VICTORY = re.compile(
    r"\bh(?:is|er) (?P<nth>[0-9]+(?=st|nd|rd|th)|[a-z]+)\S* (?:career )?"
    r"(?:NASCAR [A-Za-z' ]+Series )?(?:victory|win)\b(?P<rest>[^.]*)"
)

LESS = re.compile(r"qualifying|Clash|All-Star|exhibition|\b(?:this|season|year)\b|\b(?:at|in|of|on) (?!the NASCAR|h)")
"""After “his third victory”: what says that not all of them are counted."""


def stated_wins(comment: str | None) -> int | None:
    """The career wins that a feed's report gives the winner: “his 20th victory”, “his third career victory”.

    None where it states none, or counts less than the career: a season's, a track's, those of qualifying races.
    """
    found = VICTORY.search(comment or "")
    if not found or LESS.search(found["rest"]):
        return None
    if found["nth"].isdigit():
        return int(found["nth"])
    return ORDINALS.index(found["nth"]) + 1 if found["nth"] in ORDINALS else None


def wins_problem(document: RaceDocument, file: str, counted: int | None) -> Problem | None:
    """Where the report's ordinal is not the book's count of the winner's wins after the race."""
    stated = stated_wins(document.comment)
    if stated is None or counted is None or stated == counted:
        return None
    reason = f"the report calls it the winner's {ordinal(stated)} win; the book counts {counted}"
    return Problem(file, "", ordinal(stated), reason, "win-ordinal", document.label, document.season)
