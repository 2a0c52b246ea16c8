"""Whom and what the names of a sheet mean: what the book has by that name, else what an editor chose for it.

Nobody is made whom an editor did not choose to make: a name that the book lacks is wrong until something is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz import fuzz, process

from drivers.models import Manufacturer, Team, TeamName
from importing.formats.feed_words import driver_name, make_name
from importing.names.drivers import LIKELY, OWN_ID, DriverNames
from importing.names.namesakes import Namesakes
from importing.names.new_rows import NewRows, Unknown
from racestats.names.spelling import plain

from .document import Cell, MeantNames, Person
from .grid import NEW, OUT, Grid, choice_name

MOST_SUGGESTED = 5
WORDS = {"driver": "driver", "team": "team", "manufacturer": "make"}


class Option(NamedTuple):
    """What may be chosen for a name."""

    value: str
    label: str


@dataclass
class NameQuestion:
    """A name that the book lacks: where it stands, what may be chosen for it, and what was."""

    kind: str
    text: str
    cells: list[Cell]
    options: list[Option]
    chosen: str = ""

    @property
    def field(self) -> str:
        return choice_name(self.kind, self.text)

    @property
    def reason(self) -> str:
        return f"The book has no {WORDS[self.kind]} called “{self.text}”: choose who is meant, or mend the name."


@dataclass
class NamedGrid:
    """What the names of a grid mean, and what there is to ask."""

    meant: MeantNames = field(default_factory=MeantNames)
    questions: list[NameQuestion] = field(default_factory=list)
    new_drivers: bool = False
    """Whether an editor chose to make somebody."""

    @property
    def open(self) -> list[NameQuestion]:
        return [each for each in self.questions if not each.chosen]


def look_up(
    grid: Grid, chosen: Mapping[str, str], known: Iterable[Person], may_add: Callable[[str], bool]
) -> NamedGrid:
    """What the names of a grid mean. `known` are the race's own drivers, who come first; `may_add` tells whether the
    editor may make a driver, a team or a make."""
    named = NamedGrid()
    _drivers(named, _texts(grid, "driver", lambda text: driver_name(text)[0]), chosen, known, may_add("driver"))
    teams = _texts(grid, "team", str)
    makes = _texts(grid, "manufacturer", lambda text: make_name(text) or "")
    if teams:
        names = [*Team.objects.values_list("name", flat=True), *TeamName.objects.values_list("name", flat=True)]
        named.meant.teams = _others(named, "team", teams, names, chosen, may_add("team"))
    if makes:
        names = [*Manufacturer.objects.values_list("name", flat=True)]
        named.meant.manufacturers = _others(named, "manufacturer", makes, names, chosen, may_add("manufacturer"))
    return named


def _texts(grid: Grid, key: str, name: Callable[[str], str]) -> dict[str, tuple[str, list[Cell]]]:
    """The names in a column, by plain name: as the first cell has it, and all cells that have it."""
    found: dict[str, tuple[str, list[Cell]]] = {}
    for row in range(len(grid.rows)):
        text = name(grid.said(row).get(key, ""))
        if text:
            found.setdefault(plain(text), (text, []))[1].append(Cell(row, grid.place(key)))
    return found


def _drivers(
    named: NamedGrid,
    texts: Mapping[str, tuple[str, list[Cell]]],
    chosen: Mapping[str, str],
    known: Iterable[Person],
    may_add: bool,
) -> None:
    own: dict[str, set[Person]] = {}
    for person in known:
        own.setdefault(plain(person.name), set()).add(person)
    asked = {key: said for key, said in texts.items() if len(own.get(key, ())) != 1}
    named.meant.drivers = {key: next(iter(own[key])) for key in texts if key not in asked}
    if not asked:
        return
    names = DriverNames(NewRows(), Namesakes(), create=False)
    for key, (text, cells) in asked.items():
        try:
            driver = names.find(text)
            named.meant.drivers[key] = Person(str(driver), OWN_ID + driver.slug)
            continue
        except Unknown:
            near = {OWN_ID + each.slug: each for each in names.nearest(text, MOST_SUGGESTED)}
        options = [Option(value, f"{driver} ({driver.slug})") for value, driver in near.items()]
        options += [Option(NEW, f"Make a new driver, {text}")] if may_add and key not in names.shared_names else []
        options.append(Option(OUT, "Leave the row out"))
        question = NameQuestion("driver", text, cells, options)
        question.chosen = _allowed(chosen.get(question.field, ""), options)
        named.questions.append(question)
        if question.chosen in near:
            named.meant.drivers[key] = Person(str(near[question.chosen]), question.chosen)
        elif question.chosen == NEW:
            named.meant.drivers[key] = Person(text)
            named.new_drivers = True
        elif question.chosen == OUT:
            named.meant.left_out.add(key)


def _others(
    named: NamedGrid,
    kind: str,
    texts: Mapping[str, tuple[str, list[Cell]]],
    names: list[str],
    chosen: Mapping[str, str],
    may_add: bool,
) -> dict[str, str]:
    """Of teams and makes, by plain name, the name to write."""
    by_name = {plain(name): name for name in names}
    meant = {}
    for key, (text, cells) in texts.items():
        if key in by_name:
            meant[key] = text
            continue
        near = process.extract(key, by_name.keys(), scorer=fuzz.WRatio, limit=MOST_SUGGESTED, score_cutoff=LIKELY)
        options = [Option(by_name[found], by_name[found]) for found, *_ in near]
        options += [Option(NEW, f"Make a new {WORDS[kind]}, {text}")] if may_add else []
        options.append(Option(OUT, f"Leave the {WORDS[kind]} out"))
        question = NameQuestion(kind, text, cells, options)
        question.chosen = _allowed(chosen.get(question.field, ""), options)
        named.questions.append(question)
        if question.chosen and question.chosen != OUT:
            meant[key] = text if question.chosen == NEW else question.chosen
    return meant


def _allowed(value: str, options: list[Option]) -> str:
    return value if value in {option.value for option in options} else ""
