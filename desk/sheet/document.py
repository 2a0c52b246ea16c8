"""Cells made into the columns of a race document, and which cell each part of it came from. Pure, but for the words of
the sport, which are the importer's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from importing.document.schema import FORMAT, Columns
from importing.formats.feed_words import driver_name, is_disqualified, make_name, status_of
from importing.formats.fields import figure
from importing.text.spelling import CAR_NUMBER
from races.finishes import RUNNING
from racestats.formatting import listed
from racestats.names.spelling import plain

from .columns import RACE, SheetColumn
from .grid import Grid

SAID_BESIDE = {"status_text": "status", "disqualified": "status", "ineligible": "driver"}
"""What a result says that has no column of its own, and in which it stands."""


class Cell(NamedTuple):
    """A place in the grid, both from 0; a column of None is the whole row."""

    row: int
    column: int | None = None


class Trouble(NamedTuple):
    """What is wrong at a cell; without a cell, with the sheet. `key` is the column, where a row lacks it."""

    cell: Cell | None
    text: str


class BookCar(NamedTuple):
    """One car of the race in the book."""

    number: str
    twin: int
    driver: str
    driver_id: str
    team: str = ""
    manufacturer: str = ""
    has_status: bool = False
    """Whether the book knows how the race ended for it."""


class Person(NamedTuple):
    """Whom a name means: a name and an id of the book; a new one has no id."""

    name: str
    driver_id: str | None = None


@dataclass(frozen=True)
class RaceHead:
    """How a document names its race."""

    series: str
    season: int
    round: int | None
    slug: str | None
    name: str
    track: str
    kind: str

    def columns(self) -> Columns:
        said: Columns = {"format": FORMAT, "series": self.series, "season": self.season, "name": self.name}
        said |= {"track": self.track, "kind": self.kind, "round": self.round, "slug": self.slug}
        return {key: value for key, value in said.items() if value is not None}


@dataclass
class MeantNames:
    """What the names of a sheet mean, by plain name: people, and the book's own names of teams and makes.

    Whoever is not here is unknown, or left out.
    """

    drivers: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    manufacturers: dict[str, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    """Drivers whose rows an editor leaves out."""


@dataclass
class Written:
    """A document, where its parts stand in the grid, and what is wrong with the cells."""

    columns: Columns
    cells: dict[str, Cell] = field(default_factory=dict)
    """By path: “sessions[0].results[4].laps”."""
    called: dict[str, str] = field(default_factory=dict)
    """The path of a result, by what the checks call it: “race, Kyle Larson”."""
    troubles: list[Trouble] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    """Their slugs, in the order of the document."""
    rows: dict[int, Columns] = field(default_factory=dict)
    """The entry that each row of the grid is of."""


def drivers_of_two(written: Written) -> list[str]:
    """Who stands in two rows, which is right only where somebody drove two cars."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, entry in written.rows.items():
        rows[entry["driver"]].append(row + 1)
    return [
        f"{driver} stands in rows {listed(list(map(str, places)))}: is it one driver of two cars?"
        for driver, places in rows.items()
        if len(places) > 1
    ]


def write(
    grid: Grid, columns: Mapping[str, SheetColumn], race: RaceHead, cars: list[BookCar], meant: MeantNames
) -> Written:
    """The document that a grid makes, as far as its cells are right."""
    return _Writer(grid, columns, race, cars, meant).write()


class _Writer:
    def __init__(
        self, grid: Grid, columns: Mapping[str, SheetColumn], race: RaceHead, cars: list[BookCar], meant: MeantNames
    ):
        self.grid = grid
        self.columns = columns
        self.race = race
        self.meant = meant
        self.written = Written(race.columns() | {"entries": [], "sessions": []})
        self.by_number: dict[str, list[BookCar]] = defaultdict(list)
        self.by_driver: dict[str, list[BookCar]] = defaultdict(list)
        for car in cars:
            self.by_number[car.number].append(car)
            self.by_driver[car.driver_id].append(car)
        self.seen: dict[tuple[object, ...], int] = {}
        self.sessions: dict[str, list[tuple[int, Columns]]] = {}

    def write(self) -> Written:
        for row in range(len(self.grid.rows)):
            if self.grid.says_something(row):
                self._row(row, self.grid.said(row))
        self._add_sessions()
        return self.written

    def wrong(self, row: int, key: str | None, text: str) -> None:
        place = self.grid.place(key) if key else None
        self.written.troubles.append(Trouble(Cell(row, place), text))

    def _row(self, row: int, said: dict[str, str]) -> None:
        if not self._is_of_this_race(row, said):
            return
        name, ineligible = driver_name(said.get("driver", ""))
        if plain(name) in self.meant.left_out:
            return
        entry = self._entry(row, said, name)
        if entry is None:
            return
        number = len(self.written.columns["entries"])
        self.written.columns["entries"].append({key: value for key, value in entry.items() if value is not None})
        self.written.rows[row] = entry
        self.written.cells[f"entries[{number}]"] = Cell(row)
        for key in ("car", "driver", "team", "manufacturer"):
            self.written.cells[f"entries[{number}].{key}"] = Cell(row, self.grid.place(key))
        self._results(row, said, entry, ineligible)

    def _is_of_this_race(self, row: int, said: dict[str, str]) -> bool:
        """Whether what the row says of series, season and round is true of this race."""
        is_true = True
        for key, here in (
            ("season", str(self.race.season)),
            ("round", str(self.race.round)),
            ("series", self.race.series),
        ):
            if key in said and plain(said[key]) != plain(here):
                label = self.columns[key].label.lower()
                self.wrong(
                    row, key, f"“{said[key]}” is another {label} than this race's, {here}: is it another race's sheet?"
                )
                is_true = False
        return is_true

    # Whose row it is.

    def _entry(self, row: int, said: dict[str, str], name: str) -> Columns | None:
        """The entry of a row: by its number among the race's own cars, else by its driver; else a new one."""
        number, person = self._number(row, said), self.meant.drivers.get(plain(name)) if name else None
        if (number is None and "car" in said) or (name and person is None):
            return None  # Which is told: of a name, where names are looked up.
        if number is None and person is None:
            self.wrong(row, None, "has neither a car number nor a driver: whose row is it?")
            return None
        car = self._car_of(number, person)
        if car is None and person is None:
            self.wrong(row, "car", f"No. {number} is not among the cars of this race: say who drives it")
            return None
        if car is None:
            return self._once(row, self._with_team({"car": number, "driver": person and person.name}, person, said))
        whose = person or Person(car.driver, car.driver_id)
        entry: Columns = {"car": number or car.number or None, "driver": whose.name, "twin": car.twin or None}
        return self._once(row, self._with_team(entry, whose, said))

    def _number(self, row: int, said: dict[str, str]) -> str | None:
        """The car number, as painted: “#5” and “No. 5” are 5."""
        text = re.sub(r"^(#|no\.?)\s*", "", said.get("car", ""), flags=re.IGNORECASE)
        if "car" in said and not CAR_NUMBER.fullmatch(text):
            self.wrong(row, "car", f"“{said['car']}” is no car number, such as 5 or 08")
            return None
        return text or None

    def _car_of(self, number: str | None, person: Person | None) -> BookCar | None:
        """The car of the race that is meant, if one alone is; of two under a number that of the driver."""
        of_number = self.by_number.get(number, []) if number else []
        of_driver = self.by_driver.get(person.driver_id, []) if person and person.driver_id else []
        both = [car for car in of_number if car in of_driver]
        likely = both or (of_number if number else of_driver)
        if not likely and number:  # Entered before its number was known.
            likely = [car for car in of_driver if not car.number]
        return likely[0] if len(likely) == 1 else None

    def _with_team(self, entry: Columns, person: Person | None, said: dict[str, str]) -> Columns:
        team, make = said.get("team", ""), make_name(said.get("manufacturer"))
        return entry | {
            "driver_id": person.driver_id if person else None,
            "team": self.meant.teams.get(plain(team)),
            "manufacturer": self.meant.manufacturers.get(plain(make or "")),
        }

    def _once(self, row: int, entry: Columns) -> Columns | None:
        """The entry, if no row above is of the same car."""
        keys = [
            (entry["car"], entry.get("twin")) if entry["car"] else (None, entry["driver_id"] or plain(entry["driver"]))
        ]
        first = self.seen.setdefault(keys[0], row)
        if first == row:
            return entry
        called = f"No. {entry['car']}" if entry["car"] else str(entry["driver"])
        self.wrong(
            row, "car" if self.grid.place("car") is not None else "driver", f"{called} stands in row {first + 1} too"
        )
        return None

    # What it says of the sessions.

    def _results(self, row: int, said: dict[str, str], entry: Columns, ineligible: bool) -> None:
        results: dict[str, Columns] = {}
        for key, text in said.items():
            column = self.columns[key]
            if column.session:
                result = results.setdefault(column.session, {})
                result |= self._value(row, column, text, result)
        for result in results.values():
            _tell_status(result)
        if RACE in results:
            self._run_to_the_end(results[RACE], entry)
            if ineligible:
                results[RACE]["ineligible"] = True
        for session, result in results.items():
            if result:
                self.sessions.setdefault(session, []).append((row, result))

    def _value(self, row: int, column: SheetColumn, text: str, result: Columns) -> Columns:
        """What a cell says; nothing where it is not understood, which is told."""
        if column.field == "status":
            if re.search(r"[^\W\d_]", text):
                return {"status_text": text}
            self.wrong(row, column.key, f"“{text}” does not say in words how it ended")
            return {}
        if column.field in ("time", "speed", "gap"):
            seconds = _seconds(text) if column.field != "speed" else _figure(text.lower().removesuffix("mph"))
            if seconds is not None:
                return {column.field: str(abs(seconds) if column.field == "gap" else seconds)}
            if column.field == "gap" and re.search(r"\blaps?\b|^[a-z .]+$", text, re.IGNORECASE):
                return {}  # “-1 lap”, “accident”: no time.
            wanted = "miles an hour" if column.field == "speed" else "seconds, such as 29.391 or 1:02.345"
            self.wrong(row, column.key, f"“{text}” is not in {wanted}")
            return {}
        number = _figure(text)
        if number is None or number != int(number):
            self.wrong(row, column.key, f"“{text}” is no whole number")
            return {}
        return {column.field: int(number)}

    def _run_to_the_end(self, result: Columns, entry: Columns) -> None:
        """A car with a place was running at the end, unless the column of that, or the book, says something else."""
        is_known = "status" in result or "disqualified" in result
        is_held = any(car.has_status for car in self.by_number.get(entry["car"] or "", []))
        if not is_known and not is_held and "position" in result and self.grid.place("status") is not None:
            result["status"] = RUNNING

    def _add_sessions(self) -> None:
        order = {column.session: n for n, column in enumerate(self.columns.values()) if column.session}
        for place, (session, results) in enumerate(sorted(self.sessions.items(), key=lambda each: order[each[0]])):
            kind, _, number = session.partition("-")
            columns = [column for column in self.columns.values() if column.session == session]
            parts: list[Columns] = []
            for n, (row, result) in enumerate(results):
                entry, path = self.written.rows[row], f"sessions[{place}].results[{n}]"
                whose = {key: entry[key] for key in ("car", "driver", "driver_id")}
                parts.append({key: value for key, value in (whose | result).items() if value is not None})
                self.written.called[f"{session.replace('-', ' ')}, {entry['driver']}"] = path
                self.written.cells[path] = Cell(row)
                for column in columns:
                    self.written.cells[f"{path}.{column.field}"] = Cell(row, self.grid.place(column.key))
                for name, key in SAID_BESIDE.items():
                    self.written.cells[f"{path}.{name}"] = Cell(row, self.grid.place(key))
            self.written.columns["sessions"].append({"kind": kind, "number": int(number or 1), "results": parts})
            self.written.sessions.append(session)


def _tell_status(result: Columns) -> None:
    """How it ended for the car, by the words of the source; these are kept where they say more than the code."""
    words = result.get("status_text")
    if words is None:
        return
    code = status_of(words.replace("-", " "), result.get("laps"))
    if code:
        result["status"] = code
    if is_disqualified(words):
        result["disqualified"] = True
    if code is None or plain(words) == plain(code):
        del result["status_text"]


def _figure(text: str) -> Decimal | None:
    """A figure as people write it: with commas for thousands."""
    plain_text = text.strip()
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain_text):
        plain_text = plain_text.replace(",", "")
    return figure(plain_text)


def _seconds(text: str) -> Decimal | None:
    """“29.391”, “1:02.345”, “+0.057”, “29.391 s”; a time of hours is none of a lap."""
    found = re.fullmatch(r"([+-]?)\s*(?:(\d{1,2}):)?(\d{1,4}(?:\.\d+)?|\.\d+)\s*(?:s|sec|seconds)?", text.strip())
    if found is None:
        return None
    seconds = Decimal(found[3]) + 60 * int(found[2] or 0)
    return -seconds if found[1] == "-" else seconds
