"""The rows of a plan as its page shows them."""

from __future__ import annotations

from typing import NamedTuple

from races.models.rulings import change_in_words
from racestats.formatting import in_words

from .actions import RACE, CarResult, ResultChange, RulingPlan

UNKNOWN = "–"
Pair = tuple[str, str]


class ResultInShort(NamedTuple):
    """One result: its place and its points, before and after where they change, and what else does, in words."""

    row: CarResult
    session: str
    place: Pair | None
    points: Pair | None
    others: list[str]


def lines_of(plan: RulingPlan) -> list[ResultInShort]:
    return [_line(change) for change in plan.changes]


def _line(change: ResultChange) -> ResultInShort:
    others = [
        change_in_words(name, change.before[name], value)
        for name, value in change.after.items()
        if name not in ("position", "points")
    ]
    session = "" if change.row.session == RACE else change.row.session.replace("-", " ").capitalize()
    return ResultInShort(change.row, session, _pair(change, "position"), _pair(change, "points"), others)


def _pair(change: ResultChange, name: str) -> Pair | None:
    if name not in change.after:
        return None
    before, after = (UNKNOWN if each[name] is None else in_words(each[name]) for each in (change.before, change.after))
    return before, after
