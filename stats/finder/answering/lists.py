"""The results and the races that a question finds, as lists."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet

from races.models import Race, StatLine

from ..asking.question import EARLIEST, Question
from ..declared.field import OF_RACE, Field
from ..declared.fields import NUMBERS


def results(question: Question) -> QuerySet[StatLine]:
    """The results that a question finds, in its order, with what is `beside`."""
    lines = question.lines().filter(question.among())
    if shown := beside(question):
        lines = lines.annotate(beside=shown.value())
    return _in_order(lines, question, OF_RACE, "race_order", F("finish").asc(nulls_last=True))


def races(question: Question) -> QuerySet[Race]:
    """The races that a question finds: where it asks for results or cars, those with such a result."""
    found = question.races()
    if question.asks_for_results:
        found = found.filter(pk__in=question.lines().filter(question.among()).order_by().values("race"))
    return found


def beside(question: Question) -> Field | None:
    """The number that a list shows beside its own columns: the one it is ordered by, else the first asked for."""
    return next((each for each in question.numbers() if each.head and (each.of_race or not question.of_races)), None)


def races_in_order(question: Question) -> QuerySet[Race]:
    """The races that a question finds, in its order, with what is `beside`."""
    found = races(question)
    if shown := beside(question):
        found = found.annotate(beside=shown.value(""))
    return _in_order(found, question, "", "coverage__race_order")


def _in_order(rows: QuerySet[Any], question: Question, of_race: str, order: str, *ties: Any) -> QuerySet[Any]:
    """The latest first, but where another order is asked for; unknown numbers last."""
    key = question.order.removeprefix("-")
    if key in NUMBERS:
        field = NUMBERS[key]
        value = field.finer() if field.finer else field.value(of_race)
        by = value.desc(nulls_last=True) if question.order.startswith("-") else value.asc(nulls_last=True)
        return rows.order_by(by, order, *ties, "pk")
    return rows.order_by(order if question.order == EARLIEST else f"-{order}", *ties, "pk")
