"""What an outcome comes to, in the words that the terminal and the desk's pages share: cells, and kinds of warnings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from importing.plan.merge import CellChange
from importing.plan.race import RacePlan
from racestats.formatting import in_words, plural

from .advice import ADVICE
from .outcome import Outcome
from .problems import Problem


def in_sum(outcome: Outcome) -> str:
    """“1 race new, 2 changed, 0 unchanged; 40 rows created, 3 updated.”"""
    left_out = f", {len(outcome.left_out):,} left out" if outcome.left_out else ""
    return (
        f"{plural(len(outcome.new), 'race')} new, {len(outcome.changed):,} changed, {outcome.unchanged:,} unchanged"
        f"{left_out}; "
        f"{plural(outcome.rows_created, 'row')} created, {outcome.rows_updated:,} updated."
    )


@dataclass(frozen=True)
class Disagreement:
    """A value that book and file have otherwise."""

    race: RacePlan
    change: CellChange

    @property
    def before(self) -> str:
        return _in_words(self.change.before)

    @property
    def after(self) -> str:
        return _in_words(self.change.after)


def changed_cells(outcome: Outcome) -> list[Disagreement]:
    """What takes the file's value."""
    return [Disagreement(race, change) for race in outcome.changed for change in race.changes if not change.kept]


def kept_cells(outcome: Outcome) -> list[Disagreement]:
    """What keeps the book's value."""
    return [Disagreement(race, change) for race in outcome.kept for change in race.kept]


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {in_words(each)}" for name, each in value.items())
    return in_words(value)


@dataclass(frozen=True)
class WarningKind:
    """The warnings of one kind."""

    code: str
    problems: list[Problem]

    @property
    def advice(self) -> str:
        """What they are about, and what to do."""
        return ADVICE[self.code]

    @property
    def by_season(self) -> str:
        """“3 races of 1949 (2), 1950”."""
        races = {(problem.season, problem.race or problem.place) for problem in self.problems}
        seasons = Counter(season for season, _ in races)
        named = [
            f"{season or 'no season'}{f' ({count:,})' if 1 < count < len(races) else ''}"
            for season, count in sorted(seasons.items(), key=lambda each: each[0] or 0)
        ]
        return f"{plural(len(races), 'race')} of {', '.join(named)}"


def by_kind(warnings: Iterable[Problem]) -> list[WarningKind]:
    """The rarest first."""
    found: dict[str, list[Problem]] = defaultdict(list)
    for problem in warnings:
        found[problem.code].append(problem)
    return [WarningKind(*kind) for kind in sorted(found.items(), key=lambda kind: (len(kind[1]), kind[0]))]


def place_and_reason(problem: Problem) -> str:
    """What is wrong, and where; a place with whose name the reason begins is named once."""
    *places, last = problem.place.split(", ")
    if not problem.reason.startswith(last):
        places.append(last)
    return f"{', '.join(filter(None, (problem.race, *places)))}: {problem.reason}"
