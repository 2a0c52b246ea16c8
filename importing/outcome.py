"""What an import did, or with a dry run would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from importing.names.names import BookNames
from importing.names.new_rows import RowsByModel
from importing.plan.race import RacePlan
from importing.plan.season import Plan
from races.models import ImportRun, Race
from races.models.checks import Fact
from racestats.formatting import plural

from .advice import NOTES
from .health import accepted, fact_of
from .problems import Problem, printable, race_name, row_name


@dataclass
class Outcome:
    """Of one file: race by race, in numbers, and what there is to tell."""

    new: list[str] = field(default_factory=list)
    changed: list[RacePlan] = field(default_factory=list)
    unchanged: int = 0
    kept: list[RacePlan] = field(default_factory=list)
    left_out: dict[str, list[Problem]] = field(default_factory=dict)
    """By race, or season of totals, what is wrong with it, as far as it is told."""
    totals_unchanged: int = 0
    rows_created: int = 0
    rows_updated: int = 0
    names: dict[str, list[str]] = field(default_factory=dict)
    near_misses: list[str] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    noted: list[Problem] = field(default_factory=list)
    """What there is nothing to do about."""
    accepted: int = 0
    """How many warnings more an editor has accepted, so that they are not told."""
    races: dict[str, Race] = field(default_factory=dict)
    """The races of the file, by what a problem may call them: with a name, the file's or the book's, with the place in
    the file, or without."""
    run: ImportRun | None = None
    """The record of it, where it was written."""

    def add(self, plan: Plan, names: BookNames) -> None:
        """Count one season's plan in."""
        self.warnings += plan.warnings
        for race in plan.races:
            document, of = race.document, race.race.season
            short = race_name(of.series.slug, of.year, race.race.round or race.race.slug)
            of_file = race_name(*document.of_season, document.key)
            of_row = row_name(*document.of_season, document.name, race.place)
            named = (race.label, document.label, short, of_file, of_row)
            self.races |= dict.fromkeys((*named, *map(printable, named)), race.race)
            self.warnings += [
                Problem(plan.file, doubt.path, doubt.value, doubt.reason, doubt.code, race.label, race.document.season)
                for doubt in race.doubts
            ]
            if race.state == "new":
                self.new.append(race.label)
            elif race.state == "changed":
                self.changed.append(race)
            else:
                self.unchanged += 1
            if race.kept:
                self.kept.append(race)
        created, updated = plan.work.counts
        self.rows_created += created
        self.rows_updated += updated
        self.add_names(plan.made, names)

    def add_names(self, made: RowsByModel, names: BookNames) -> None:
        """Name the drivers, teams, tracks and the like that a plan makes."""
        for model, rows in made.items():
            self.names.setdefault(str(model._meta.verbose_name_plural), []).extend(map(str, rows))
        self.near_misses += names.near_misses(made)

    def leave_out(self, problems: list[Problem], counts: Counter[str], file: str) -> None:
        """Name the races with these errors; `counts` has how many each has, where not all are told."""
        for problem in problems:
            if problem.race:
                self.left_out.setdefault(problem.race, []).append(problem)
        for race, count in counts.items():
            told = self.left_out[race]
            if count > len(told):
                told.append(Problem(file, race, "", f"and {plural(count - len(told), 'more error')}", "more", race))
        self.warnings = [problem for problem in self.warnings if problem.race not in self.left_out]

    def set_notes_apart(self) -> None:
        """Of the warnings leave those that an editor can act on."""
        self.noted = [problem for problem in self.warnings if problem.code in NOTES]
        self.warnings = [problem for problem in self.warnings if problem.code not in NOTES]

    def fact(self, problem: Problem) -> Fact:
        """A warning as the book keeps it; of a file, or of a race that the book lacks, it has no race."""
        race = self.races.get(problem.race)
        return fact_of(problem, race.pk if race else None)

    def leave_accepted(self) -> None:
        """Tell no more what an editor has accepted."""
        known = accepted()
        told = [problem for problem in self.warnings if self.fact(problem) not in known]
        self.accepted += len(self.warnings) - len(told)
        self.warnings = told

    @property
    def changes_anything(self) -> bool:
        return bool(self.rows_created or self.rows_updated or self.names)

    @property
    def changes_official(self) -> bool:
        """Whether a race is changed that the book has as official."""
        return any(race.was_official for race in self.changed)


def counted(noted: Iterable[Problem]) -> list[str]:
    """What is noted, a line for each kind."""
    kinds = Counter(problem.code for problem in noted)
    return [f"{code} ({count:,}): {NOTES[code]}" for code, count in sorted(kinds.items())]
