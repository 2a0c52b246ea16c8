"""NASCAR's weekend-feed.json: one race weekend with its sessions.

The feed has no round; the book finds it by date. Its hours have no zone, so only the days are kept. Here is the race
itself; its stages, and practice and qualifying, have modules of their own.
"""

from __future__ import annotations

import re
from decimal import Decimal

from importing.document.schema import Columns
from importing.document.validation import build
from importing.formats.feed_race import LARGEST_ID, FeedRace, feed_races, race_columns, race_of
from importing.formats.feed_words import is_disqualified, status_of, why_ineligible
from importing.formats.fields import Fields
from importing.formats.parsed import Parsed
from importing.problems import Findings
from importing.text.json import UNREADABLE, load
from races.finishes import has_started
from races.laps import round_half_up
from racestats.constraints import LARGEST_SMALL

from .cars import FeedCars
from .practice_and_qualifying import Runs
from .stages import stages_of

KEY = "weekend-feed"
TOP_GAP = 10**8
"""Milliseconds; a gap is less than a day."""


def recognises(head: str) -> bool:
    return head.lstrip()[:1] == "{" and bool(re.search(r'"weekend_(race|runs)"\s*:', head))


def parse(data: bytes, file: str, series: str | None = None) -> Parsed:
    findings = Findings(file)
    content = load(data, findings)
    if content is None:
        findings.error("$", None, "the file says null: the server had no feed of this weekend", "null")
    if content in (None, UNREADABLE):
        return Parsed.of(findings, KEY)
    feed = Fields.of(content, "$", findings)
    if feed is None:
        return Parsed.of(findings, KEY)
    races = feed.rows("weekend_race")
    if not feed.source.get("weekend_race"):
        feed.wrong("weekend_race", "the feed holds no race: the server had nothing for this weekend", "null")
    documents, places = [], []
    for race in races:
        before = findings.error_count
        with findings.of(*race_of(race)):
            number = race.whole("race_id", most=LARGEST_ID)
            runs = [run for run in feed.rows("weekend_runs") if len(races) == 1 or run.source.get("race_id") == number]
            columns = Weekend(race, runs).columns()
            if series and columns["series"] and columns["series"] != series:
                reason = f"asked for {series}, the race is of {columns['series']}"
                race.wrong("series_id", reason, "wrong-series")
            document = build(columns, race.path, findings) if findings.error_count == before else None
        if document is not None:
            documents.append(document)
            places.append(race.path)
    return Parsed.of(findings, KEY, documents, places)


def races_of(data: bytes) -> list[FeedRace]:
    """Which races a feed is of: as many as can be told."""
    unheard = Findings("")
    content = load(data, unheard)
    feed = Fields.of(content, "$", unheard)
    return list(feed_races(feed.rows("weekend_race"))) if feed else []


class Weekend:
    """One race of a feed, turned into the columns of a race document."""

    def __init__(self, race: Fields, runs: list[Fields]):
        self.race = race
        self.runs = runs
        self.cars = FeedCars()
        self.results = race.rows("results")
        won = any(
            row.whole("finishing_position") == 1 and row.source.get("laps_completed") != 0 for row in self.results
        )
        self.completed = won or bool(race.whole("winner_driver_id", most=LARGEST_ID))

    def columns(self) -> Columns:
        race = race_columns(self.race, self.completed)
        of_row = self._enter()
        rows = self._race_results(race, of_row)
        runs = Runs(self.race, self.runs, self.cars, self.results, of_row)
        qualifying, lineup = runs.qualifying()
        sessions = [*runs.practice(), *qualifying]
        if self.completed:
            sessions += stages_of(self.race, self.cars, race["stages"] or 0)
        if rows:
            sessions.append({"kind": "race", "date": race["date"], "results": rows})
        race |= {"sessions": sessions, "lineup": lineup, "pole": runs.pole(lineup)}
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

    def _race_results(self, race: Columns, of_row: dict[int, int]) -> list[Columns]:
        if not self.completed:
            return []
        scored = any(row.source.get("points_earned") not in (None, "", 0) for row in self.results)
        if race["kind"] == "points" and self.results and not scored:
            self.race.findings.warn(
                self.race.at("results"), 0, "nobody has points; they are left open", "points-missing"
            )
        rows = []
        for number, row in enumerate(self.results):
            laps = row.whole("laps_completed")
            words = row.text("finishing_status", 60) or ""
            disqualified = row.flag("disqualified") or is_disqualified(words)
            points = row.whole("points_earned", -LARGEST_SMALL)
            place = row.positive("finishing_position")
            start = row.positive("starting_position")
            led = row.whole("laps_led")
            status = status_of(words, laps)
            if not laps and not disqualified and row.whole("finishing_position") == 0:
                status = self._not_started(row, status, start)
            result = {
                "position": place,
                "start": start,
                "laps": laps,
                "laps_led": led,
                "points": points if scored else None,
                "status": status,
                "status_text": words or None,
                "gap": self._gap(row, place),
                "disqualified": disqualified,
            }
            if laps is not None and led is not None and led > laps:
                row.wrong("laps_led", f"cannot be more than the {laps} laps completed")
            if number not in of_row:
                continue
            car = of_row[number]
            if self.cars.entries[car]["ineligible"]:
                result["ineligible"] = True
            elif (
                scored
                and race["kind"] == "points"
                and (why := why_ineligible(points, place, status, laps, disqualified))
            ):
                result["ineligible"] = True
                row.warn("points_earned", why, "ineligible-inferred")
            rows.append({**self.cars.name_of(car), **result})
        return rows

    @staticmethod
    def _not_started(row: Fields, status: str | None, start: int | None) -> str:
        """How a car failed to start that the feed lists in place 0: with no place in the lineup, it did not qualify."""
        if status is None or has_started(status, None):
            status = "did-not-start" if start else "did-not-qualify"
        told = status.replace("-", " ")
        row.warn("finishing_position", f"place 0 and no laps: taken as a car that {told}", "not-started")
        return status

    @staticmethod
    def _gap(row: Fields, place: int | None) -> Decimal | None:
        """Seconds behind the winner, of a car on the lead lap. The winner himself has none."""
        milliseconds = row.whole("diff_time", -TOP_GAP, TOP_GAP)
        if place == 1 or row.whole("diff_laps", -LARGEST_SMALL) != 0 or not milliseconds or milliseconds < 0:
            return None
        return round_half_up(Decimal(milliseconds) / 1000)

    def _cautions(self) -> list[Columns]:
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
        return number in self.cars.finder.by_number

    def _leaders(self) -> list[Columns]:
        """Who led from which lap to which; the row of lap 0 is who was in front at the start."""
        rows = []
        for row in self.race.rows("race_leaders"):
            car = self.cars.numbered(row, "car_number")
            span = self._span(row)
            if car is not None:
                rows.append({**span, **self.cars.name_of(car)})
        return rows

    @staticmethod
    def _span(row: Fields) -> Columns:
        first, last = (row.needed(row.whole(key), key, "the lap") for key in ("start_lap", "end_lap"))
        if first is not None and last is not None and first > last:
            row.wrong("start_lap", f"comes after the last lap, {last}")
        return {"start": first, "end": last}
