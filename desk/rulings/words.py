"""A ruling as a note for readers, made of what it changed: a draft, to be corrected by whoever publishes it."""

from __future__ import annotations

from collections.abc import Iterator

from races.models import Ruling, RulingChange, Session
from racestats.formatting import first_few, ordinal, plural

TITLES = {1: "winner", 2: "runner-up"}
MOST_NAMED = 3


def draft(ruling: Ruling) -> str:
    """A few sentences: whom it was about, who is first and second now, how many moved, whose points of the season.

    The ruling's changes and penalties are read with their drivers, and the changes with their sessions.
    """
    in_race = [each for each in ruling.changes.all() if each.result.session.kind == Session.Kind.RACE]
    about = [each for each in in_race if "disqualified" in each.after]
    moved = [each for each in in_race if each not in about and None not in _places(each)]
    others = [each for each in in_race if each not in (*about, *moved) and set(each.after) != {"points"}]
    return " ".join([*map(_of_flag, about), *_first_two(in_race), *_moved(moved), *_others(others), *_points(ruling)])


def _places(change: RulingChange) -> tuple[int | None, int | None]:
    return change.before.get("position"), change.after.get("position")


def _of_flag(change: RulingChange) -> str:
    name, (before, after) = change.result.entry.driver, _places(change)
    if not change.after["disqualified"]:
        return f"{name} is no longer disqualified{f', and finished {ordinal(after)}' if after else ''}."
    where = f" from {ordinal(before)}" if before else ""
    return f"{name} was disqualified{where}{f', and is credited with {ordinal(after)}' if after else ''}."


def _first_two(changes: list[RulingChange]) -> Iterator[str]:
    for place, title in TITLES.items():
        for change in changes:
            if change.after.get("position") == place:
                yield f"{change.result.entry.driver} is the official {title}."


def _moved(changes: list[RulingChange]) -> Iterator[str]:
    """How many went up, and how many down."""
    up = sum(change.after["position"] < change.before["position"] for change in changes)
    for count, where in ((up, "up"), (len(changes) - up, "down")):
        if count:
            yield f"{plural(count, 'car')} moved {where}."


def _others(changes: list[RulingChange]) -> Iterator[str]:
    if changes:
        said = [f"{each.result.entry.driver}: {'; '.join(each.in_words)}" for each in changes]
        yield f"{first_few(said, MOST_NAMED)}."


def _points(ruling: Ruling) -> Iterator[str]:
    for penalty in ruling.penalties.all():
        points = plural(abs(penalty.points), "point")
        if penalty.points > 0:
            yield f"{penalty.driver} lost {points} in the standings; the points of the race stay."
        else:
            yield f"{penalty.driver} got {points} back in the standings."
