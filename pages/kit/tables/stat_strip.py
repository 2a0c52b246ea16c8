"""A strip of figures, which `includes/stat_strip.html` draws."""

from __future__ import annotations

from typing import NamedTuple

from races.statistics import LineStatistic
from stats.boards.places import Place
from stats.figures.figure import Figure


class StripFigure(NamedTuple):
    """A figure of a strip: what it is, its text and evidence, and its places below."""

    label: str
    title: str
    text: str
    url: str | None
    place: Place | None = None

    @classmethod
    def of(cls, statistic: LineStatistic, figure: Figure, url: str | None, place: Place | None = None) -> StripFigure:
        """A figure of a statistic; a count of none leads nowhere."""
        text = figure.in_words(statistic)
        return cls(statistic.label, statistic.tooltip, text, url if figure.value else None, place)


def tells(statistic: LineStatistic, figure: Figure) -> bool:
    """Whether a strip has the figure: not what is unknown, and nothing of stages of who never won one."""
    return figure.value is not None and (statistic.covered_by != "stages" or figure.value > 0)
