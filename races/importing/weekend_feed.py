"""NASCAR's weekend-feed.json: one race weekend with its sessions.

The feed has no round; the book finds it by date. Its hours have no zone, so only the days are kept. Qualifying number
1 is the overall result: the last round first, then those who went out in the rounds before; with several rounds the
earlier ones follow as numbers 2, 3 and so on. Groups of one round are merged by time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from ..book.lines import NOT_STARTED
from .document import SMALL
from .feed_values import (
    NOTHING,
    Fields,
    Findings,
    Parsed,
    driver_name,
    is_disqualified,
    load,
    make_name,
    round_half_up,
    status_of,
)
from .race_documents import build
from .race_list import LARGEST_ID, race_columns

KEY = "weekend-feed"
PRACTICE, QUALIFYING = 1, 2
TOP_GAP = 10**8
"""Milliseconds; a gap is less than a day."""


def recognises(head: str) -> bool:
    return head.lstrip()[:1] == "{" and bool(re.search(r'"weekend_(race|runs)"\s*:', head))


def parse(data: bytes, file: str, series: str | None = None) -> Parsed:
    findings = Findings(file)
    content = load(data, findings)
    if content is None:
        findings.error("$", None, "the file says null: the server had no feed of this weekend", "null")
    if content in (None, NOTHING):
        return findings.parsed(KEY)
    feed = Fields.of(content, "$", findings)
    races = feed.rows("weekend_race") if feed else []
    if feed and not feed.source.get("weekend_race"):
        feed.wrong("weekend_race", "the feed holds no race: the server had nothing for this weekend", "null")
    documents, places = [], []
    for race in races:
        before = findings.error_count
        number = race.whole("race_id", most=LARGEST_ID)
        runs = [run for run in feed.rows("weekend_runs") if len(races) == 1 or run.source.get("race_id") == number]
        columns = Weekend(race, runs, findings).columns()
        if series and columns["series"] and columns["series"] != series:
            reason = f"asked for {series}, the race is of {columns['series']}"
            race.wrong("series_id", reason, "wrong-series")
        document = build(columns, race.path, findings) if findings.error_count == before else None
        if document is not None:
            documents.append(document)
            places.append(race.path)
    return findings.parsed(KEY, documents, places)


@dataclass
class Cars:
    """The cars of a weekend as its rows name them: by number, and by driver where two share one."""

    findings: Findings
    entries: list[dict] = field(default_factory=list)
    ineligible: set[int] = field(default_factory=set)

    def read(self, row: Fields, name: str, make: str, team: str = "") -> dict | None:
        """The entry that a row's words make."""
        text = row.text(name, 120)
        car = row.car("car_number") or row.car("official_car_number")
        number = row.whole("driver_id", most=LARGEST_ID)
        driver, marked = driver_name(text or "")
        if not driver:
            if text or row.blank(name):
                row.wrong(name, "the driver's name is missing")
            return None
        return {
            "car": car,
            "twin": 0,
            "driver": driver,
            "driver_id": f"nascar:{number}" if number else None,
            "team": row.text(team, 120) if team else None,
            "manufacturer": make_name(row.text(make, 120)),
            "ineligible": marked,
        }

    def add(self, row: Fields, entry: dict) -> int:
        """A car of the race; a second one under a number is its twin."""
        if entry["car"] and (others := [each for each in self.entries if each["car"] == entry["car"]]):
            entry["twin"] = len(others)
            reason = f"{others[0]['driver']} has car {entry['car']} too; taken as two cars of one number"
            row.warn("car_number", reason, "number-shared")
        self.entries.append(entry)
        return len(self.entries) - 1

    def find(self, entry: dict) -> int | None:
        """The entry of a car in another session: by number, else by its driver."""
        of_number = [n for n, each in enumerate(self.entries) if entry["car"] and each["car"] == entry["car"]]
        if len(of_number) == 1:
            return of_number[0]
        known = entry["driver_id"]
        of_driver = [
            n
            for n, each in enumerate(self.entries)
            if (known and each["driver_id"] == known) or each["driver"] == entry["driver"]
        ]
        both = [n for n in of_driver if n in of_number] or of_driver
        return both[0] if both else None

    def numbered(self, row: Fields, key: str) -> int | None:
        """The entry of a bare car number; a number that no car of the race has is told."""
        car = row.car(key)
        if car is None:
            if row.blank(key):
                row.wrong(key, "the car number is missing")
            return None
        found = next((n for n, each in enumerate(self.entries) if each["car"] == car), None)
        if found is None:
            row.wrong(key, "no car of this weekend has that number", "no-car")
        return found

    def named(self, number: int) -> dict:
        """How a result names its car: by number, and by driver where that is not enough."""
        car, driver = self.entries[number]["car"], self.entries[number]["driver"]
        if car and sum(each["car"] == car for each in self.entries) == 1:
            return {"car": car}
        return {"car": car, "driver": driver}


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


class Weekend:
    """One race of a feed, turned into the columns of a race document."""

    def __init__(self, race: Fields, runs: list[Fields], findings: Findings):
        self.race = race
        self.runs = runs
        self.findings = findings
        self.cars = Cars(findings)
        self.results = race.rows("results")
        won = any(
            row.whole("finishing_position") == 1 and row.source.get("laps_completed") != 0 for row in self.results
        )
        self.completed = won or bool(race.whole("winner_driver_id", most=LARGEST_ID))

    def columns(self) -> dict:
        race = race_columns(self.race, self.completed)
        of_row = self._enter()
        rows = self._race_results(race, of_row)
        qualifying, lineup = self._qualifying(of_row)
        sessions = [*self._practice(), *qualifying, *self._stages(race)]
        if rows:
            sessions.append({"kind": "race", "date": race["date"], "laps": race.get("laps"), "results": rows})
        race |= {"sessions": sessions, "lineup": lineup, "pole": self._pole(qualifying, lineup)}
        if self.completed:
            race["caution_segments"] = self._cautions()
            race["lead_segments"] = self._leaders()
        race["entries"] = [
            {key: value for key, value in entry.items() if key != "ineligible"} for entry in self.cars.entries
        ]
        number = self.race.whole("race_id", most=LARGEST_ID)
        race["sources"] = [
            {
                "title": "NASCAR weekend feed",
                "slug": "nascar-weekend-feed",
                "publisher": "NASCAR",
                "fact": "result",
                "note": f"race {number}" if number else None,
            }
        ]
        return race

    def _enter(self) -> dict[int, int]:
        """Enter the cars of the race: the entry of each row that names a driver."""
        of_row = {}
        for number, row in enumerate(self.results):
            entry = self.cars.read(row, "driver_fullname", "car_make", "team_name")
            if entry:
                of_row[number] = self.cars.add(row, entry)
        return of_row

    # The race.

    def _race_results(self, race: dict, of_row: dict[int, int]) -> list[dict]:
        if not self.completed:
            return []
        scored = any(row.source.get("points_earned") not in (None, "", 0) for row in self.results)
        if race["kind"] == "points" and self.results and not scored:
            self.findings.warn(self.race.at("results"), 0, "nobody has points; they are left open", "points-missing")
        rows = []
        for number, row in enumerate(self.results):
            laps = row.whole("laps_completed")
            words = row.text("finishing_status", 60) or ""
            disqualified = row.flag("disqualified") or is_disqualified(words)
            points = row.whole("points_earned", -SMALL)
            place = row.positive("finishing_position")
            result = {
                "position": place,
                "start": row.positive("starting_position"),
                "laps": laps,
                "laps_led": row.whole("laps_led"),
                "points": points if scored else None,
                "status": status_of(words, laps),
                "status_text": words or None,
                "gap": self._gap(row, place),
                "disqualified": disqualified,
            }
            if None not in (laps, result["laps_led"]) and result["laps_led"] > laps:
                row.wrong("laps_led", f"cannot be more than the {laps} laps completed")
            if number not in of_row:
                continue
            car = of_row[number]
            if self.cars.entries[car]["ineligible"]:
                result["ineligible"] = True
            elif race["kind"] == "points" and scored and points == 0 and self._placed(result):
                result["ineligible"] = True
                reason = f"no points for place {place}: taken as ineligible for points"
                row.warn("points_earned", reason, "ineligible-inferred")
            rows.append({**self.cars.named(car), **result})
        return rows

    @staticmethod
    def _placed(result: dict) -> bool:
        """Whether the car has a place that scores."""
        return bool(result["position"]) and not result["disqualified"] and result["status"] not in NOT_STARTED

    @staticmethod
    def _gap(row: Fields, place: int | None) -> Decimal | None:
        """Seconds behind the winner, of a car on the lead lap. The winner himself has none."""
        milliseconds = row.whole("diff_time", -TOP_GAP, TOP_GAP)
        if place == 1 or row.whole("diff_laps", -SMALL) != 0 or not milliseconds or milliseconds < 0:
            return None
        return round_half_up(Decimal(milliseconds) / 1000)

    def _stages(self, race: dict) -> list[dict]:
        """The stages that the feed lists, and the lengths of those that score where it lists none."""
        if not self.completed:
            return []
        found: dict[int, dict] = {}
        for number in range(1, (race["stages"] or 0) + 1):
            found[number] = {"kind": "stage", "number": number, "laps": self.race.positive(f"stage_{number}_laps")}
        for stage in self.race.rows("stage_results"):
            number = stage.whole("stage_number", 1, 9)
            if number is None:
                if stage.blank("stage_number"):
                    stage.wrong("stage_number", "the number is missing")
                continue
            session = found.setdefault(number, {"kind": "stage", "number": number})
            if "results" in session:
                stage.wrong("stage_number", "the stage stands twice", "doubled-session")
            session["laps"] = self.race.positive(f"stage_{number}_laps") if number <= 4 else None
            session["results"] = []
            for row in stage.rows("results"):
                car = self._listed(row)
                place, points = row.positive("finishing_position"), row.whole("stage_points")
                if car is not None:
                    session["results"].append({**self.cars.named(car), "position": place, "points": points})
        return [found[number] for number in sorted(found)]

    def _listed(self, row: Fields) -> int | None:
        """The entry of a stage's row, by its number and, where two cars share it, by its driver."""
        number = row.whole("driver_id", most=LARGEST_ID)
        wanted = f"nascar:{number}" if number else ""
        car = row.car()
        both = (n for n, each in enumerate(self.cars.entries) if each["car"] == car and each["driver_id"] == wanted)
        found = next(both, None)
        return found if found is not None else self.cars.numbered(row, "car_number")

    def _cautions(self) -> list[dict]:
        rows = []
        for row in self.race.rows("caution_segments"):
            beneficiary = row.car("beneficiary_car_number")
            rows.append(
                {
                    **self._span(row),
                    "reason": row.text("reason", 60),
                    "comment": row.text("comment", 200),
                    "beneficiary": None if beneficiary == "0" and not self._is_car("0") else beneficiary,
                }
            )
        return rows

    def _is_car(self, number: str) -> bool:
        return any(entry["car"] == number for entry in self.cars.entries)

    def _leaders(self) -> list[dict]:
        """Who led from which lap to which; the row of lap 0 is who was in front at the start."""
        rows = []
        for row in self.race.rows("race_leaders"):
            car = self.cars.numbered(row, "car_number")
            span = self._span(row)
            if car is not None:
                rows.append({**span, **self.cars.named(car)})
        return rows

    @staticmethod
    def _span(row: Fields) -> dict:
        first, last = row.whole("start_lap"), row.whole("end_lap")
        for key, lap in (("start_lap", first), ("end_lap", last)):
            if lap is None and row.blank(key):
                row.wrong(key, "the lap is missing")
        if None not in (first, last) and first > last:
            row.wrong("start_lap", f"comes after the last lap, {last}")
        return {"start": first, "end": last}

    # Practice and qualifying.

    def _runs(self, kind: int) -> list[Fields]:
        """The runs of a kind in order of time."""
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

    def _round(self, runs: Iterable[Fields]) -> tuple[list[Lap], object]:
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

    def _practice(self) -> list[dict]:
        by_name = defaultdict(list)
        for run in self._runs(PRACTICE):
            name = re.sub(r"\W*\bgroup [a-z0-9]+\b", "", (run.text("run_name") or "").lower())
            by_name[name].append(run)
        sessions = []
        for number, runs in enumerate(by_name.values(), 1):
            laps, day = self._round(runs)
            sessions.append(self._session("practice", number, laps, day))
        return sessions

    def _session(self, kind: str, number: int, laps: list[Lap], day, note: str | None = None) -> dict:
        """A session; one without a single time was not run."""
        if not any(lap.timed for lap in laps):
            return {"kind": kind, "number": number, "date": day, "cancelled": True}
        rows = [
            {
                **self.cars.named(lap.car),
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

    def _qualifying(self, of_row: dict[int, int]) -> tuple[list[dict], str | None]:
        """The qualifying sessions, and what set the lineup. Of a cancelled one the feed still lists the lineup."""
        rounds = defaultdict(list)
        for run in self._runs(QUALIFYING):
            rounds[_round_number(run.text("run_name") or "")].append(run)
        read = [(number, *self._round(rounds[number])) for number in sorted(rounds)]
        cancelled = self._cancelled(QUALIFYING)
        held = [] if cancelled else [each for each in read if any(lap.timed for lap in each[1])]
        if not held and not cancelled and not rounds:
            held = self._from_results(of_row)
        if not held:
            if not cancelled and not rounds:
                return [], None
            days = [day for _, _, day in read if day]
            session = {"kind": "qualifying", "number": 1, "date": max(days, default=None), "cancelled": True}
            return [session], "formula"
        sessions = [self._session("qualifying", 1, overall([laps for _, laps, _ in held]), held[-1][2])]
        for number, (label, laps, day) in enumerate(held[:-1], 2):
            sessions.append(self._session("qualifying", number, laps, day, f"Round {label or number - 1}"))
        return sessions, "qualifying" if self._set_lineup(sessions[0], of_row) else None

    def _from_results(self, of_row: dict[int, int]) -> list[tuple]:
        """Qualifying as the race's own rows tell it, where the feed lists no run."""
        laps = []
        for number, row in enumerate(self.results):
            place, speed = row.positive("qualifying_position"), row.decimal("qualifying_speed", 1000)
            if place and number in of_row:
                laps.append(Lap(of_row[number], place, None, speed, None, None, None))
        laps.sort(key=lambda lap: lap.place)
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

    def _set_lineup(self, session: dict, of_row: dict[int, int]) -> bool:
        """Whether most cars start where they qualified: at Daytona's 500 two races come between."""
        starts = {}
        for number, row in enumerate(self.results):
            if number in of_row and (start := row.positive("starting_position")):
                name = self.cars.named(of_row[number])
                starts[name.get("car"), name.get("driver")] = start
        places = {(row.get("car"), row.get("driver")): row["position"] for row in session["results"]}
        agree = sum(places.get(name) == start for name, start in starts.items())
        return agree * 2 > len(starts)

    def _pole(self, qualifying: list[dict], lineup: str | None) -> dict | None:
        """The pole winner, who has a speed: without one the feed names who stood first in the lineup."""
        number = self.race.whole("pole_winner_driver_id", most=LARGEST_ID)
        speed = self.race.decimal("pole_winner_speed", 1000)
        if not number or not speed or lineup == "formula":
            return None
        known = f"nascar:{number}"
        found = next((n for n, entry in enumerate(self.cars.entries) if entry["driver_id"] == known), None)
        return {"driver_id": known} if found is None else self.cars.named(found)


def _round_number(name: str) -> int:
    """Which round a run is of; the final one is the last."""
    if found := re.search(r"\bround ([0-9]{1,2})\b", name, re.IGNORECASE):
        return int(found[1])
    return 99 if re.search(r"\bfinal\b", name, re.IGNORECASE) else 0


def merged(groups: list[list[Lap]]) -> list[Lap]:
    """The groups of one round as one order: by time, then those without one; a car's first row counts."""
    laps = [lap for group in groups for lap in group]
    by_time = all(lap.time for lap in laps if lap.timed)

    def order(lap: Lap):
        if lap.disqualified or not lap.timed:
            return 1, lap.place or SMALL
        return 0, lap.time if by_time else -(lap.speed or 0)

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
    return [
        Lap(lap.car, place, lap.time, lap.speed, lap.laps, lap.note, lap.disqualified)
        for place, lap in enumerate(first.values(), 1)
    ]
