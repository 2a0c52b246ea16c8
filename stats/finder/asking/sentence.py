"""A question of the finder said back in one plain sentence."""

from __future__ import annotations

from racestats.formatting import listed, number, plural
from stats.scope import Scope

from ..declared.fields import NUMBERS
from .question import EARLIEST, LATEST, Question


def sentence(question: Question) -> str:
    """“Drivers by how often they finished 2nd and led 100 laps or more, at Daytona, Cup Series”."""
    return f"{_subject(question)}{''.join(f', {part}' for part in _narrowing(question))}"


def _subject(question: Question) -> str:
    those = _those(question)
    if not question.grouped:
        if question.of_races:
            return f"Races in which {_who(question)} {those}" if those else "Races"
        if driver := question.scope.driver:
            return f"Results in which {driver} {those}" if those else f"Results of {driver}"
        return f"Results of those who {those}" if those else "Results"
    return f"{_groups(question)} by {_measured(question, those)}".strip()


def _groups(question: Question) -> str:
    names = [each.many for each in question.groupings]
    if not names:
        return "All races" if question.of_races else "All results"
    if len(names) == 2:
        return f"{names[0].capitalize()} and {names[1]}"
    return names[0].capitalize()


def _measured(question: Question, those: str) -> str:
    measure = question.measure
    they = _who(question)
    where = f" where {they} {those}" if those else ""
    if measure.key == "results":
        return f"how often {they} {those}" if those else "results"
    if measure.key == "share":
        return f"the share of results in which {they} {those}" if those else "the share of results"
    if measure.is_when:
        return f"when {they} {measure.key} {those or 'started'}"
    if measure.is_run:
        over = {"starts": "own starts", "races": "races of the series", "seasons": "seasons", "days": "days"}[
            question.over
        ]
        what = those or "started"
        if measure.how == "run":
            per = f" {question.per} times or more" if question.per > 1 and question.over == "seasons" else ""
            which = "run that goes on" if measure.key == "run-now" else "longest run"
            return f"the {which} of {over} in which {they} {what}{per}"
        if measure.key == "wait-now":
            return f"the number of {over} since {they} last {what}"
        return f"the most {over} between two results in which {they} {what}"
    label = measure.label if measure.label[:2].isupper() else measure.label[0].lower() + measure.label[1:]
    return f"{'number of different ' if measure.how == 'different' else ''}{label}{where}"


def _who(question: Question) -> str:
    """Whose results they are, in a clause."""
    by = question.groupings[0].key if question.groupings else ""
    if by in ("driver", "team", "manufacturer"):
        return "they"
    return str(question.scope.driver or "somebody")


def _those(question: Question) -> str:
    """What is asked of the results: “finished 2nd and led 100 laps or more”."""
    parts = [each.words(value) for each, value in question.telling]
    if question.stat:
        parts.append(f"had {_one(question.stat.one)}")
    return listed(parts)


def _narrowing(question: Question) -> list[str]:
    parts = [each.words(value) for each, value in question.narrowing]
    parts += scope_of(question).words()
    if question.active is not None:
        parts.append("active drivers" if question.active else "drivers no longer active")
    if question.regulars:
        parts.append("regular drivers")
    if question.without:
        parts.append(f"without {_one(question.without.one)} there")
    if question.grouped and question.min_starts:
        parts.append(f"of at least {plural(question.min_starts, 'result')}")
    if question.grouped and question.least is not None:
        parts.append(f"{number(question.least)} or more")
    return [*parts, *_ordered(question)]


def scope_of(question: Question) -> Scope:
    """The scope without the driver, where the clause names him."""
    return question.scope.narrowed(driver=None) if _who(question) not in ("they", "somebody") else question.scope


def _ordered(question: Question) -> list[str]:
    key = question.order.removeprefix("-")
    if key in NUMBERS:
        field = NUMBERS[key]
        return [f"{field.most if question.order.startswith('-') else field.fewest} {field.label.lower()} first"]
    return {LATEST: ["the latest first"], EARLIEST: ["the earliest first"]}.get(key, [])


def _one(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
