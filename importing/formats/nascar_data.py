"""nascaR.data's CSV: every race of a series, one row for each car, plain or compressed.

The file is large, so each row is checked here and its parts are made without a second check: about three seconds for
100,000 rows. Texts and figures that repeat are read once, and an entry that repeats is one object.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from operator import attrgetter

from importing.document.places import place_name
from importing.document.schema import Columns, EntryPart, Layout, RaceDocument, ResultPart, SessionPart, SourcePart
from importing.problems import Findings, printable, race_name
from races.derived.lines import laps_of
from races.finishes import has_started
from races.points import STAGE_PLACES

from .feed_words import FIRST_STAGES, stages_in_all, status_of, why_ineligible
from .nascar_data_rows import COLUMNS, TELLING, FileRow, rows_of
from .parsed import Parsed
from .sheets import has_columns, is_slug

KEY = "nascar-data"
PUBLISHED = {
    "cup": ("cup_series", "cup_series_1949_2025"),
    "national": ("nxs_series", "xfinity_series"),
    "trucks": ("truck_series",),
}
"""By series, the names of its file, without endings; at its address it has the first of them."""
ONE_SERIES = 2011
"""From this season on a driver scores in one series: no points at all means not eligible."""

SAME_PLACE = {"EchoPark Speedway": "Atlanta Motor Speedway"}
"""Two names of one track within one season of the file."""

SOURCE = SourcePart(title="nascaR.data", slug="nascar-data", publisher="nascaR.data", fact="result")
UNKNOWN = ResultPart.model_construct()
"""A result of which nothing is known. The others are copies of it: a third of the time that new ones take."""


def recognises(head: str) -> bool:
    return has_columns(head, TELLING)


def parse(data: bytes, file: str, series: str | None = None) -> Parsed:
    findings = Findings(file)
    series = series or series_named(file)
    if not is_slug(series, "$", findings):
        return Parsed.of(findings, KEY)
    if findings.is_utf_16(data, "line 1"):
        return Parsed.of(findings, KEY)
    reader = _Reader(series, findings)
    for line, row in rows_of(data, findings, series):
        reader.read(line, row)
    if not reader.races and not findings.errors:
        findings.error("line 1", "", "the file holds no race, only its header", "empty")
    documents, places = [], []
    for place, document in reader.documents():
        documents.append(document)
        places.append(place)
    return Parsed.of(findings, KEY, documents, places)


@cache
def series_named(file: str) -> str:
    """The series whose results are published under the name of this file or address; else the Cup."""
    name, *_ = file.replace("\\", "/").rpartition("/")[2].partition(".")
    return next((series for series, names in PUBLISHED.items() if name in names), "cup")


def source_of(series: str) -> SourcePart:
    """The results of each series are a source of their own. That of the Cup is `SOURCE`: a book may say more of it."""
    if series == "cup":
        return SOURCE
    return SOURCE.model_copy(update={"title": f"nascaR.data, {series} results", "slug": f"{SOURCE.slug}-{series}"})


def _layout(track: str, length: Decimal | None, surface: str | None) -> Layout | None:
    """The layout as far as the file tells it: what is raced on, and how long a paved oval is, make its type."""
    _, hint = place_name(track)
    if surface == "dirt":
        known = {"type": "dirt", "surface": "dirt"}
    elif surface == "road" or (hint and hint.type == "road-course"):
        known = {"type": "road-course"}
    elif surface == "paved" and length is not None:
        known = {"type": _oval(length), "surface": "paved"}
    else:
        return hint
    named = {"slug": hint.slug, "name": hint.name} if hint else {}
    return Layout(length=length, **known, **named)


def _oval(length: Decimal) -> str:
    if length >= Decimal("2.5"):
        return "superspeedway"
    return "intermediate" if length > Decimal("1.1") else "short-track"


def _result(known: Columns) -> ResultPart:
    result = copy(UNKNOWN)
    result.__dict__.update(known)
    return result


def _entry(car: str | None, twin: int, driver: str, team: str | None, make: str | None) -> EntryPart:
    return EntryPart.model_construct(car=car, twin=twin, driver=driver, team=team, manufacturer=make)


def _figures(row: FileRow) -> tuple[object, ...]:
    """Who did what in a race, without words: why a car was out may be spelt otherwise elsewhere in the file."""
    return row.car, row.driver, row.position, row.start, row.points, row.laps, row.led


@dataclass
class _Race:
    """The rows of one race so far, each with its line."""

    line: int
    told: tuple[str, str, Decimal | None, str | None]
    rows: list[tuple[int, FileRow]] = field(default_factory=list)
    twins: list[int] = field(default_factory=list)
    """Of each row, how many cars before it have its number."""


class _Reader:
    """Reads rows into races, and makes their documents."""

    def __init__(self, series: str, findings: Findings):
        self.series = series
        self.findings = findings
        self.races: dict[tuple[int, int], _Race] = {}
        self.unplaced: set[int] = set()
        """The seasons with a race of which the file does not tell where it was."""
        self.place = cache(place_name)
        self.code = cache(status_of)
        self.layout = cache(_layout)
        self.entry = cache(_entry)
        """The same car, driver, team and make is the same object in each of its races."""

    # Reading.

    def read(self, line: int, row: FileRow) -> None:
        race = self.races.get(row[:2])
        if race is None:
            race = self.races[row[:2]] = _Race(line, row[2:6])
        elif race.told != row[2:6]:
            with self.findings.of(race_name(self.series, *row[:2]), row.season):
                self._fit(line, row, race)
        race.rows.append((line, row))

    def _fit(self, line: int, row: FileRow, race: _Race) -> None:
        """Tell what a row says otherwise of its race; what one row leaves open, others tell."""
        for column, value, before in zip(list(COLUMNS)[2:6], row[2:6], race.told):
            if value is None or before is None:
                if value != before:
                    reason = "unknown on some rows, taken from the others"
                    self.findings.warn(f"line {race.line}, {column}", "", reason, "blank-filled")
            elif value != before:
                reason = f"race {row.race} of {row.season} has {printable(before)} on line {race.line}"
                self.findings.error(f"line {line}, {column}", value, reason, "race-differs")
                if column == "Track":
                    self.unplaced.add(row.season)
        track, name, length, surface = race.told
        race.told = (track, name, row.length if length is None else length, surface or row.surface)

    # Settling what the rows of a race are.

    def _settle(self, key: tuple[int, int], race: _Race) -> None:
        """Take each car once, tell apart those of one number, and mend laps led that cannot be."""
        self._take_once(key, race)
        cars: Counter[str | None] = Counter()
        led_too_much = False
        for line, row in race.rows:
            twin = cars[row.car] if row.car else 0
            if twin > 9:
                self.findings.error(f"line {line}, Car", row.car, "more than ten cars of one race have that number")
            if twin:
                reason = f"another car has number {row.car} too"
                self.findings.warn(f"line {line}, Car", row.car, reason, "number-shared")
            cars[row.car] += 1
            race.twins.append(twin)
            if row.position is None:
                self.findings.warn(f"line {line}, Finish", "", "no place, no laps: did not start", "not-started")
            led_too_much |= row.laps is not None and row.led is not None and row.led > row.laps
        if led_too_much:
            self._mend_led_too_much(race)

    def _take_once(self, key: tuple[int, int], race: _Race) -> None:
        """A driver stands in a car once. Rows alike are one; where rows are those of another race, they stay there."""
        seen: dict[tuple[str | None, str], tuple[int, FileRow]] = {}
        twice = []
        for line, row in race.rows:
            first, other = seen.setdefault((row.car, row.driver), (line, row))
            if first != line:
                twice.append((line, first, row == other))
        if not twice:
            return
        alike = {line for line, _, same in twice if same}
        for line, first, same in twice:
            if same:
                self.findings.warn(f"line {line}", "", f"the row of line {first} again: taken once", "row-twice")
        race.rows = [each for each in race.rows if each[0] not in alike]
        differing = {line: first for line, first, same in twice if not same}
        if not differing or self._leave_to_another(key, race, set(differing)):
            return
        for line, row in race.rows:
            if line in differing:
                reason = f"the driver{' and the car' if row.car else ''} stand on line {differing[line]} already"
                self.findings.error(f"line {line}, Driver", row.driver, reason, "row-twice")

    def _leave_to_another(self, key: tuple[int, int], race: _Race, doubled: set[int]) -> bool:
        """Whether these rows are those of another race of the season, figure by figure; with them, all that are."""
        for (season, number), other in self.races.items():
            if season != key[0] or number == key[1]:
                continue
            theirs = {_figures(row) for _, row in other.rows}
            elsewhere = {line for line, row in race.rows if _figures(row) in theirs}
            if doubled <= elsewhere and len(elsewhere) < len(race.rows):
                race.rows = [each for each in race.rows if each[0] not in elsewhere]
                reason = f"{len(elsewhere)} rows are those of race {number}, figure by figure: left to it"
                self.findings.warn(f"line {min(elsewhere)}", "", reason, "rows-elsewhere")
                return True
        return False

    def _mend_led_too_much(self, race: _Race) -> None:
        """Nobody leads more laps than he ran. The laps run are unknown where they are zero, or where the laps led are
        borne out by their sum, which is the race's laps; else the laps led are dropped."""
        adds_up = sum(row.led or 0 for _, row in race.rows) == _laps_of(race)
        for place, (line, row) in enumerate(race.rows):
            if row.laps is None or row.led is None or row.led <= row.laps:
                continue
            led_is_right = adds_up or not row.laps
            dropped = "laps are taken as unknown" if led_is_right else "laps led are dropped"
            reason = f"led {row.led} of {row.laps} laps; the {dropped}"
            self.findings.warn(f"line {line}, Led", row.led, reason, "led-more-than-laps")
            race.rows[place] = (line, row._replace(laps=None) if led_is_right else row._replace(led=None))

    # Making documents.

    def documents(self) -> Iterator[tuple[str, RaceDocument]]:
        """Each race without an error: where it begins, and its document. The rows are let go as they are used."""
        nth = self._nth_at_track()
        for key, race in self.races.items():
            name = race_name(self.series, *key)
            with self.findings.of(name, key[0]):
                self._settle(key, race)
                if name not in self.findings.left_out:
                    yield f"line {race.line}", self._document(race, nth.get(key))
        self.races.clear()

    def _nth_at_track(self) -> dict[tuple[int, int], int]:
        """Number a season's races at one place and layout, where the file has the season's rounds from 1 on."""
        seasons = defaultdict(list)
        for season, number in sorted(self.races):
            seasons[season].append(number)
        nth: dict[tuple[int, int], int] = {}
        for season, numbers in seasons.items():
            if season in self.unplaced or numbers != list(range(1, len(numbers) + 1)):
                continue
            at_place = defaultdict(list)
            for number in numbers:
                place, hint = self.place(self.races[season, number].told[0])
                at_place[SAME_PLACE.get(place, place), hint.slug if hint else None].append(number)
            for same in at_place.values():
                if len(same) > 1:
                    nth |= {(season, number): count for count, number in enumerate(same, 1)}
        return nth

    def _document(self, race: _Race, nth: int | None) -> RaceDocument:
        first = race.rows[0][1]
        _, _, length, surface = race.told
        if _leaders_unknown(race):
            reason = "no more than 1 for any car"
            self.findings.warn(f"line {race.line}, Led", "", reason, "laps-led-unknown")
            race.rows = [(line, row._replace(led=None)) for line, row in race.rows]
        scored = any(row.points for _, row in race.rows)
        results: list[ResultPart] = []
        stages: tuple[list[ResultPart], list[ResultPart]] = ([], [])
        for line, row in race.rows:
            why = self._why_ineligible(row) if scored and row.season >= ONE_SERIES else None
            barred = why is not None
            if why:
                self.findings.warn(f"line {line}, Pts", row.points, why, "ineligible-inferred")
            results.append(self._result(row, barred))
            for stage, place in zip(stages, (row.first_stage, row.second_stage)):
                if place:
                    stage.append(self._staged(row, place, barred))
        sessions = [
            SessionPart.model_construct(kind="stage", number=number, results=sorted(stage, key=attrgetter("position")))
            for number, stage in enumerate(stages, 1)
            if stage
        ]
        track, _ = self.place(first.track)
        return RaceDocument.model_construct(
            series=self.series,
            season=first.season,
            round=first.race,
            name=first.name,
            track=track,
            layout=self.layout(first.track, length, surface),
            nth_at_track=nth,
            kind="points",
            status="official",
            laps=_laps_of(race),
            field_size=sum(has_started(result.status, result.laps) for result in results),
            stages=_scoring_stages(first, stages),
            entries=[
                self.entry(row.car, twin, row.driver, row.team, row.make)
                for twin, (_, row) in zip(race.twins, race.rows)
            ],
            sessions=[*sessions, SessionPart.model_construct(kind="race", number=1, results=results)],
            sources=[source_of(self.series)],
        )

    def _code(self, row: FileRow) -> str | None:
        return self.code(row.status or "", bool(row.laps)) or (None if row.position else "did-not-start")

    def _why_ineligible(self, row: FileRow) -> str | None:
        return why_ineligible(row.points, row.position, self._code(row), row.laps, row.disqualified)

    def _result(self, row: FileRow, barred: bool) -> ResultPart:
        known = {
            "car": row.car,
            "driver": row.driver,
            "position": row.position,
            "start": row.start or None,
            "laps": row.laps,
            "laps_led": row.led,
            "points": row.points,
            "status": self._code(row),
            "status_text": row.status,
            "disqualified": row.disqualified or None,
            "ineligible": barred or None,
        }
        return _result(known)

    @staticmethod
    def _staged(row: FileRow, place: int, barred: bool) -> ResultPart:
        points = 0 if barred else max(STAGE_PLACES + 1 - place, 0)
        known = {"car": row.car, "driver": row.driver, "position": place, "points": points}
        return _result(known)


def _laps_of(race: _Race) -> int | None:
    return laps_of(None, (row for _, row in race.rows)) or None


def _leaders_unknown(race: _Race) -> bool:
    """Whether the laps led are zeros, or ones that only mark who led: figures that do not make the race's laps."""
    led = [row.led for _, row in race.rows if row.led is not None]
    return bool(led) and max(led) <= 1 and sum(led) != _laps_of(race)


def _scoring_stages(row: FileRow, stages: tuple[list[ResultPart], ...]) -> int | None:
    """How many stages score, where the file has them all: it has two at most."""
    if row.season < FIRST_STAGES:
        return 0
    won = sum(any(result.position == 1 for result in stage) for stage in stages)
    return won if won == stages_in_all(row.name) else None
