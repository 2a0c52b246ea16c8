"""How the ranges that a question asks for are said. Pure."""

from __future__ import annotations

from collections.abc import Callable

from racestats.formatting import ordinal

from .ranges import Range


def count(one: str, many: str = "") -> Callable[[Range], str]:
    """“1 lap”, “2 to 5 laps”, “no laps”, “100 laps or more”."""
    many = many or f"{one}s"

    def words(value: Range) -> str:
        if value.is_one:
            return f"no {many}" if value.low == 0 else f"{value.in_words()} {one if value.low == 1 else many}"
        if value.high is None or value.low is None:
            number, _, rest = value.in_words().partition(" ")
            return f"{number} {one if number == '1' else many} {rest}"
        return f"{value.in_words()} {many}"

    return words


def places(verb: str) -> Callable[[Range], str]:
    def words(value: Range) -> str:
        low, high = (None if end is None else ordinal(int(end)) for end in value)
        if value.is_one:
            return f"{verb} {low}"
        if high is None:
            return f"{verb} {low} or worse"
        return f"{verb} {high} or better" if low in (None, "1st") else f"{verb} {low} to {high}"

    return words


def said_with(verb: str, counted: Callable[[Range], str]) -> Callable[[Range], str]:
    return lambda value: f"{verb} {counted(value)}"


def in_order(value: Range) -> str:
    """“1st”, “1st to 29th”, “10th or later”."""
    low, high = (None if end is None else ordinal(int(end)) for end in value)
    if value.is_one:
        return str(low)
    return f"{low} or later" if high is None else f"{low or '1st'} to {high}"
