"""The best averages of some drivers in a scope. Pure, over figures that are read."""

from __future__ import annotations

from collections.abc import Mapping

from drivers.models import Driver
from races.statistics import STATISTICS
from racestats.formatting import decimal, first_and_tied, plural, ranks
from stats.evidence import evidence_of
from stats.figures.reading import Figures
from stats.scope import Scope

from .sheet import SheetLine, SheetSection

AVERAGE = STATISTICS["average_finish"]
BEST = 8


def best_averages(
    scope: Scope, found: Mapping[int, Figures], field: Mapping[int, Driver], least: int, where: str, whose: str
) -> SheetSection:
    """The lowest average finishes over so many starts at `least`; `where` ends the title."""
    title = f"Best average finish {where}"
    averages = {pk: figures[AVERAGE.key] for pk, figures in found.items()}
    known = {pk: each for pk, each in averages.items() if each.over and each.over >= max(least, 1)}
    ranked = sorted(known, key=lambda pk: (known[pk].value, str(field[pk])))
    told = first_and_tied(ranked, BEST, lambda pk: known[pk].value)
    lines = [
        SheetLine(
            f"{rank}. {field[pk]}, {decimal(known[pk].value)} in {plural(known[pk].over or 0, 'start')}",
            evidence_of(scope, field[pk])(STATISTICS["starts"]),
        )
        for rank, pk in zip(ranks(known[pk].value for pk in ranked), told)
    ]
    of_whom = f"{whose[0].upper()}{whose[1:]}"
    if not lines:
        return SheetSection(title, [], f"Too few races {where} with a whole field are on file.")
    starts = plural(max(least, 1), "start")
    return SheetSection(title, lines, f"{of_whom}, with {starts} or more in races with a whole field.")
