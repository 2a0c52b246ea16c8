"""An answer of the finder, drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from charts.chart import Axis, Chart, Columns, Panel, Spans
from racestats.formatting import listed, plural, sentence
from stats.finder.answering.answer import GroupRow, answer
from stats.finder.asking.question import Question
from stats.finder.asking.sentence import sentence as title_of
from stats.finder.declared.groupings import GROUPINGS
from stats.finder.declared.measures import Measure

from .boards import ROW, TOP

BY_SEASON = "season"


def draws(question: Question, rows: int) -> bool:
    """Whether there is something to draw in an answer of so many rows. Bars compare, and only what is the better the
    more it is: those of average finishes would mislead. What is not grouped is counted by season."""
    measure = question.measure
    if not _can_draw(measure):
        return False
    return rows > 1 and measure.descending if question.groupings else rows > 0


def _can_draw(measure: Measure) -> bool:
    """Not what is a day, nor what can be less than nothing."""
    return not (measure.is_when or (measure.statistic and measure.statistic.is_signed))


def finder_chart(question: Question) -> Chart | None:
    """The first of the groups as bars; by season, and where nothing is grouped, a column for each season. None where
    there is nothing to compare. As many queries as the answer takes."""
    if not _can_draw(question.measure):
        return None
    is_grouped = bool(question.groupings)
    if not is_grouped:
        question = replace(question, groupings=(GROUPINGS[BY_SEASON],), grouped=True, order="", least=None)
    rows = answer(question).rows
    if not rows or (is_grouped and not draws(question, len(rows))):
        return None
    if [each.key for each in question.groupings] == [BY_SEASON]:
        return by_season(title_of(question), sorted(rows, key=lambda row: row.one), _shown(question))
    return bars(title_of(question), rows[:TOP], _shown(question), _names(question))


def bars(
    title: str, rows: Sequence[GroupRow], shown: Callable[[GroupRow], str], name: Callable[[GroupRow], str]
) -> Chart:
    """A bar for each row, with its rank and name."""
    named = [(f"{row.rank} {name(row)}", shown(row)) for row in rows]
    scale = Axis(
        -0.5,
        len(rows) - 0.5,
        flipped=True,
        names=[(at, text) for at, (text, _) in enumerate(named)],
        ends=[(at, figure) for at, (_, figure) in enumerate(named)],
    )
    values = [float(row.figure.value) for row in rows]
    return Chart(
        title,
        sentence(listed([f"{text} {figure}" for text, figure in named])),
        [Panel(Axis(0, max(values), names=[]), scale, [Spans([(at, 0, value) for at, value in enumerate(values)])])],
        heights=(40 + ROW * len(rows), 40 + ROW * len(rows)),
    )


def by_season(title: str, rows: Sequence[GroupRow], shown: Callable[[GroupRow], str]) -> Chart:
    """A column for each season, oldest first."""
    values = [(row.one, float(row.figure.value)) for row in rows]
    (first, _), (last, _) = values[0], values[-1]
    most = max(rows, key=lambda row: row.figure.value)
    return Chart(
        title,
        f"{plural(len(rows), 'season')} from {first} to {last}: {rows[0].one} {shown(rows[0])}, {rows[-1].one} "
        f"{shown(rows[-1])}; most in {most.one}, {shown(most)}.",
        [
            Panel(
                Axis(first - 0.5, last + 0.5, show=lambda year: f"{year:.0f}"),
                Axis(0, max(value for _, value in values)),
                [Columns(values)],
            )
        ],
        note="A season without a column has none, or none that is on file.",
    )


def _shown(question: Question) -> Callable[[GroupRow], str]:
    """How a figure is written: with a plus where it is at least so much."""
    measure = question.measure

    def shown(row: GroupRow) -> str:
        if measure.statistic:
            return row.figure.in_words(measure.statistic)
        return f"{measure.show(row.figure.value)}{'' if row.figure.exact else '+'}"

    return shown


def _names(question: Question) -> Callable[[GroupRow], str]:
    """How a group is named: “Kyle Larson, 2021”."""

    def name(row: GroupRow) -> str:
        things: list[Any] = [row.one, row.two]
        return ", ".join(each.show(thing) for each, thing in zip(question.groupings, things))

    return name
