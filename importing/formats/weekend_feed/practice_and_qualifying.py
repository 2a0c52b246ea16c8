"""Practice and qualifying in a weekend feed: its runs, made into sessions.

Qualifying as a whole is the last round first, then those who went out in the rounds before; with
several rounds the earlier ones follow it, the first of them first. Groups of one round are merged by time.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import attrgetter

from importing.document.schema import OVERALL, Columns
from importing.formats.feed_race import LARGEST_ID, alias_of
from importing.formats.fields import Fields
from races.lineups import may_give_pole
from racestats.constraints import LARGEST_SMALL

from .cars import FeedCars

PRACTICE, QUALIFYING = 1, 2


@dataclass
class Lap:
    """A car's best lap in one run."""

    car: int
    place: int | None
    time: Decimal | None
    speed: Decimal | None
    laps: int | None
    note: str | None
    disqualified: bool | None

    @property
    def timed(self) -> bool:
        return bool(self.time or self.speed)


class Runs:
    """The runs of one weekend; `results` are the race's own rows, `of_row` the car of each."""

    def __init__(self, race: Fields, runs: list[Fields], cars: FeedCars, results: list[Fields], of_row: dict[int, int]):
        self.race = race
        self.runs = runs
        self.cars = cars
        self.results = results
        self.of_row = of_row

    def _of_kind(self, kind: int) -> list[Fields]:
        """In order of time."""
        found = [run for run in self.runs if run.whole("run_type", most=99) == kind]
        return sorted(found, key=lambda run: str(run.source.get("run_date_utc") or run.source.get("run_date") or ""))

    def _laps(self, run: Fields) -> list[Lap]:
        """The rows of a run, each car once."""
        laps: dict[int, Lap] = {}
        for row in run.rows("results"):
            entry = self.cars.read(row, "driver_name", "manufacturer")
            lap = Lap(
                car=-1,
                place=row.positive("finishing_position"),
                time=row.decimal("best_lap_time", 10_000),
                speed=row.decimal("best_lap_speed", 1000),
                laps=row.whole("laps_completed"),
                note=row.text("comment", 160),
                disqualified=row.flag("disqualified"),
            )
            if entry is None:
                continue
            car = self.cars.find(entry)
            if car is None:
                car = self.cars.add(row, entry)
            elif entry["driver_id"] != self.cars.entries[car]["driver_id"]:
                lap.note = "; ".join(filter(None, (f"driven by {entry['driver']}", lap.note)))
            lap.car = car
            if car in laps:
                row.warn("car_number", "the car stands twice in this run; its first row is taken", "car-twice")
            laps.setdefault(car, lap)
        return list(laps.values())

    def _round(self, runs: Iterable[Fields]) -> tuple[list[Lap], dt.date | None]:
        """The laps of a round in order, and its day. A postponed run stands twice: the one that was run counts."""
        by_group: dict[str, tuple[list[Lap], Fields]] = {}
        for run in runs:
            name = run.text("run_name") or ""
            group = re.search(r"\bgroup ([a-z0-9]+)", name, re.IGNORECASE)
            key = group[1].lower() if group else ""
            laps = self._laps(run)
            if key not in by_group or sum(lap.timed for lap in laps) >= sum(lap.timed for lap in by_group[key][0]):
                by_group[key] = (laps, run)
        groups = [laps for laps, _ in by_group.values()]
        days = [run.day("run_date") for _, run in by_group.values()]
        return (groups[0] if len(groups) == 1 else merged(groups)), max(filter(None, days), default=None)

    def practice(self) -> list[Columns]:
        by_name = defaultdict(list)
        for run in self._of_kind(PRACTICE):
            name = re.sub(r"\W*\bgroup [a-z0-9]+\b", "", (run.text("run_name") or "").lower())
            by_name[name].append(run)
        sessions = []
        for number, runs in enumerate(by_name.values(), 1):
            laps, day = self._round(runs)
            sessions.append(self._session("practice", number, laps, day))
        return sessions

    def _session(
        self, kind: str, number: int, laps: list[Lap], day: dt.date | None, note: str | None = None
    ) -> Columns:
        """A session; one without a single time was not run."""
        if not any(lap.timed for lap in laps):
            return {"kind": kind, "number": number, "date": day, "cancelled": True}
        rows = [
            {
                **self.cars.name_of(lap.car),
                "position": lap.place,
                "time": lap.time,
                "speed": lap.speed,
                "laps": lap.laps,
                "note": lap.note,
                "disqualified": lap.disqualified or None,
            }
            for lap in laps
        ]
        return {"kind": kind, "number": number, "date": day, "note": note, "results": rows}

    def qualifying(self) -> tuple[list[Columns], str | None]:
        """The qualifying sessions, and what set the lineup. Of a cancelled one the feed still lists the lineup."""
        rounds = defaultdict(list)
        for run in self._of_kind(QUALIFYING):
            rounds[_round_number(run.text("run_name") or "")].append(run)
        read = [(number, *self._round(rounds[number])) for number in sorted(rounds)]
        cancelled = self._cancelled(QUALIFYING)
        held = [] if cancelled else [each for each in read if any(lap.timed for lap in each[1])]
        if not held and not cancelled and not rounds:
            held = self._from_results()
        if not held:
            if not cancelled and not rounds:
                return [], None
            days = [day for _, _, day in read if day]
            session = {"kind": "qualifying", "number": OVERALL, "date": max(days, default=None), "cancelled": True}
            return [session], "formula"
        sessions = [self._session("qualifying", OVERALL, overall([laps for _, laps, _ in held]), held[-1][2])]
        for number, (label, laps, day) in enumerate(held[:-1], OVERALL + 1):
            sessions.append(self._session("qualifying", number, laps, day, f"Round {label or number - 1}"))
        return sessions, "qualifying" if self._set_lineup(sessions[0]) else None

    def _from_results(self) -> list[tuple[int, list[Lap], dt.date | None]]:
        """Qualifying as the race's own rows tell it, where the feed lists no run."""
        laps = []
        for number, row in enumerate(self.results):
            place, speed = row.positive("qualifying_position"), row.decimal("qualifying_speed", 1000)
            if place and number in self.of_row:
                laps.append(Lap(self.of_row[number], place, None, speed, None, None, None))
        laps.sort(key=attrgetter("place"))
        return [(0, laps, None)] if any(lap.timed for lap in laps) else []

    def _cancelled(self, kind: int) -> bool:
        """Whether the schedule says so. A postponed session has another row for the day it was to be run."""
        notes = [
            (row.text("notes") or "").lower()
            for row in self.race.rows("schedule")
            if row.whole("run_type", most=99) == kind
        ]
        notes = [note for note in notes if "postponed" not in note]
        return bool(notes) and all("cancel" in note for note in notes)

    def _set_lineup(self, session: Columns) -> bool:
        """Whether most cars start where they qualified: at Daytona's 500 two races come between."""
        starts: dict[tuple[str | None, str | None], int] = {}
        for number, row in enumerate(self.results):
            if number in self.of_row and (start := row.positive("starting_position")):
                name = self.cars.name_of(self.of_row[number])
                starts[name.get("car"), name.get("driver")] = start
        rows: list[Columns] = session["results"]
        places: dict[object, int | None] = {(row.get("car"), row.get("driver")): row["position"] for row in rows}
        agree = sum(places.get(name) == start for name, start in starts.items())
        return agree * 2 > len(starts)

    def pole(self, lineup: str | None) -> Columns | None:
        """The pole winner, who has a speed: without one the feed names who stood first in the lineup."""
        number = self.race.whole("pole_winner_driver_id", most=LARGEST_ID)
        speed = self.race.decimal("pole_winner_speed", 1000)
        if not number or not speed or not may_give_pole(lineup):
            return None
        known = alias_of(number)
        found = self.cars.finder.of_driver(None, known)
        return self.cars.name_of(found[0]) if found else {"driver_id": known}


def _round_number(name: str) -> int:
    """Which round a run is of; the final one is the last."""
    if found := re.search(r"\bround ([0-9]{1,2})\b", name, re.IGNORECASE):
        return int(found[1])
    return 99 if re.search(r"\bfinal\b", name, re.IGNORECASE) else 0


def merged(groups: list[list[Lap]]) -> list[Lap]:
    """The groups of one round as one order: by time, then those without one; a car's first row counts."""
    laps = [lap for group in groups for lap in group]
    by_time = all(lap.time for lap in laps if lap.timed)

    def order(lap: Lap) -> tuple[int, Decimal | int]:
        if lap.disqualified or not lap.timed:
            return 1, lap.place or LARGEST_SMALL
        return 0, (lap.time or 0) if by_time else -(lap.speed or 0)

    return _numbered(sorted(laps, key=order))


def overall(rounds: list[list[Lap]]) -> list[Lap]:
    """The result of all rounds: each car where its last round put it."""
    if len(rounds) == 1:
        return rounds[0]
    return _numbered([lap for laps in reversed(rounds) for lap in laps])


def _numbered(laps: list[Lap]) -> list[Lap]:
    first: dict[int, Lap] = {}
    for lap in laps:
        first.setdefault(lap.car, lap)
    return [replace(lap, place=place) for place, lap in enumerate(first.values(), 1)]
