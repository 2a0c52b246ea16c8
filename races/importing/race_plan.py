"""Planning one race: a document against what the book holds of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Model

from ..laps import LapMismatch, complete_lap
from ..models import (
    CautionSegment,
    Citation,
    Entry,
    LeadSegment,
    Race,
    ReliefDriver,
    Result,
    Ruling,
    RulingChange,
    Session,
)
from . import document as doc
from .cars import Cars
from .merge import Change, Merger, Work, known, same
from .names import Names, Unknown, plain
from .rules import broken
from .stored import StoredRace

LONGEST_LAP = Decimal(10_000)
"""Seconds: no longer one has room in a result."""


@dataclass
class RacePlan:
    """What an import does to one race."""

    document: doc.RaceDocument
    race: Race
    is_new: bool
    changes: list[Change] = field(default_factory=list)
    rows_added: int = 0
    doubts: list[tuple[str, str, str]] = field(default_factory=list)
    """(path, value, reason) of what was left out because the book cannot tell who is meant."""

    @property
    def state(self) -> str:
        if self.is_new:
            return "new"
        return "changed" if self.rows_added or any(not change.kept for change in self.changes) else "unchanged"

    @property
    def label(self) -> str:
        """What the book calls the race, or the file where the book lacks it."""
        return self.document.label if self.is_new else f"{self.race.label}, {self.race.name}"

    @property
    def kept(self) -> list[Change]:
        """Where source and book disagree and the book's value stays."""
        return [change for change in self.changes if change.kept]


class Stop(Exception):
    """The race cannot be planned further: its errors say why."""


class RacePlanner:
    """Plans one race: a document against what is stored of it."""

    def __init__(self, document, stored: StoredRace | None, names: Names, work: Work, overwrite_official: bool):
        self.document = document
        self.stored = stored
        self.names = names
        self.work = work
        official = stored is not None and stored.race.status == Race.Status.OFFICIAL
        self.merger = Merger(work, replace=overwrite_official or not official)
        self.errors: list[tuple[str, str, str]] = []
        self.cars = Cars(stored.entries if stored else [], names)
        self.places: dict[int, str] = {}
        """Where in the document each row that is new or merged stands, by the row's `id()`."""
        self.made: list[Model] = []
        self.new_results: dict[tuple[str, int], Result] = {}
        self.said: dict[int, dict] = {}
        """The columns that the document has for each stored result, by the row's `id()`."""
        self.doubts: list[tuple[str, str, str]] = []

    def plan(self) -> RacePlan:
        self.race = self.stored.race if self.stored else self._new_race()
        entries = [
            (part, self._try(f"entries[{n}].driver", part.driver, self._driver, part))
            for n, part in enumerate(self.document.entries)
        ]
        if self.errors:
            raise Stop
        self._match_entries(entries)
        for number, part in enumerate(self.document.sessions):
            self._session(f"sessions[{number}]", part)
        self._race_fields()
        self._segments()
        for number, part in enumerate(self.document.rulings):
            self._ruling(f"rulings[{number}]", part)
        stored = self.stored.citations if self.stored else []
        self._sources("sources", self.document.sources, "race", self.race, stored)
        if not self.errors:
            self._obey_the_rules()
        if self.errors:
            raise Stop
        changes, added = self.merger.changes, len(self.made)
        return RacePlan(self.document, self.race, self.stored is None, changes, added, self.doubts)

    def _obey_the_rules(self) -> None:
        """Tell what the database would refuse, which may show only now that file and book are merged."""
        if not self.made and all(change.kept for change in self.merger.changes):
            return
        gone = {(model, pk) for model in (CautionSegment, LeadSegment) for pk in self.work.delete.get(model, ())}
        stored = self.stored.rows() if self.stored else ()
        rows = [row for row in stored if (type(row), row.pk) not in gone]
        for row, value, reason in broken([*rows, *self.made]):
            self.errors.append((self.places.get(id(row), ""), value, reason))

    # Naming.

    def _try(self, path: str, value: str, find, *arguments):
        try:
            return find(*arguments)
        except Unknown as unknown:
            self.errors.append((path, str(value), str(unknown)))
            return None

    def _driver(self, part):
        return self.names.driver(part.driver, part.driver_id)

    def _add(self, path: str, row):
        self.made.append(row)
        self.places[id(row)] = path
        return self.work.add(row)

    def _merge(self, row, path: str, shown: str, **values) -> None:
        self.places[id(row)] = path
        self.merger.merge(row, shown, **values)

    # The race itself.

    def _new_race(self) -> Race:
        document = self.document
        series = self._try("series", document.series, self.names.series, document.series)
        layout = self._try("track", document.track, self.names.layout, document)
        if series is None or layout is None:
            raise Stop
        season = self.names.season(series, document.season)
        columns = self._columns() | self._margin()
        return self._add(
            "",
            Race(
                season=season,
                layout=layout,
                event=self._try("event", document.event, self.names.event, document),
                **known(round=document.round, slug=document.slug, kind=document.kind, **columns),
            ),
        )

    def _columns(self) -> dict:
        """The race's own columns, as the document has them."""
        document = self.document
        return {
            **{
                name: getattr(document, name)
                for name in (
                    "name",
                    "date",
                    "nth_at_track",
                    "status",
                    "scheduled_laps",
                    "laps",
                    "end_reason",
                    "field_size",
                    "stages",
                    "cautions",
                    "caution_laps",
                    "lead_changes",
                    "leaders",
                    "average_speed",
                    "note",
                    "lineup",
                )
            },
            "duration": doc.length_of(document.time) if document.time else None,
        }

    def _margin(self) -> dict:
        margin = self.document.margin
        if margin is None:
            return {}
        figure = margin.seconds if margin.kind == "time" else margin.value
        return {
            "margin_kind": margin.kind,
            "margin": figure,
            "margin_method": margin.method,
            "margin_note": margin.note,
        }

    def _race_fields(self) -> None:
        document = self.document
        columns = self._columns()
        self._lineup(columns)
        cars = {"pole": columns.pop("pole"), "led_to_green": document.led_to_green}
        if self.stored is None:
            cars["margin_against"] = document.margin.against if document.margin else None
            if named := self._named_cars(**cars):
                self.work.later.append((self.race, named))
                for name, entry in named.items():
                    setattr(self.race, name, entry)
            return
        columns |= self._named_cars(**cars)
        self._take_margin()
        self._place(columns)
        if self.race.round is None:
            columns["kind"] = document.kind
        if document.event:
            columns["event"] = self._try("event", document.event, self.names.event, document)
        if document.status == Race.Status.SCHEDULED and self.race.was_run:
            # A file from before the race does not undo its results.
            self.merger.keep("race.status", self.race.status, columns.pop("status"))
        self._merge(self.race, "", "race", **columns)

    def _named_cars(self, **cars) -> dict[str, Entry]:
        """The entries of the race's own cars: who had the pole, who led to green, whom the margin is against."""
        return {name: entry for name, car in cars.items() if car and (entry := self._named_car(name, car))}

    def _lineup(self, columns: dict) -> None:
        """There is a pole award only where qualifying set the lineup: `columns` get what goes together."""
        columns["pole"] = self.document.pole
        if self.stored is None:
            return
        before, said = self.race.lineup, columns["lineup"]
        lineup = before if before and not (said and self.merger.replace) else said
        if lineup in (None, "", Race.Lineup.QUALIFYING):
            return
        pole = next((entry for entry in self.stored.entries if entry.pk == self.race.pole_id), None)
        if columns["pole"]:
            named = columns["pole"]
            self.merger.keep("race.pole", pole, named.driver or f"No. {named.car}" if named.car else named.driver_id)
            columns["pole"] = None
        if pole is not None and self.merger.replace:
            self.merger.put(self.race, "race", pole=None)
        elif pole is not None:
            self.merger.keep("race.lineup", before, columns.pop("lineup"))

    def _take_margin(self) -> None:
        """A margin is one statement: its parts are not mixed from two sources."""
        margin = self.document.margin
        if margin is None:
            return
        columns = self._margin()
        before, said = (self.race.margin_kind, self.race.margin), (margin.kind or "", columns["margin"])
        if before[0] and before != said:
            if not margin.kind or not self.merger.replace:
                if margin.kind:
                    self.merger.keep("race.margin", _said_margin(*before), _said_margin(*said))
                return
            columns = {name: value if name == "margin" else value or "" for name, value in columns.items()}
            self.merger.put(self.race, "race", **columns, margin_against=None)
        self._merge(self.race, "", "race", **columns, **self._named_cars(margin_against=margin.against))

    def _place(self, columns: dict) -> None:
        """Where the race was: on another layout of its track, or, where the book may be wrong, at another track."""
        document, layout = self.document, self.race.layout
        track = self.names.tracks.get(plain(document.track))
        if track is not None and track.pk != layout.track_id:
            if not self.merger.replace:
                reason = f"the book has {self.race.label} at {layout.track}: is this another race?"
                self.errors.append(("track", document.track, reason))
                return
            columns["layout"] = self._try("track", document.track, self.names.layout, document)
        elif document.layout and document.layout.slug and layout.slug != document.layout.slug:
            columns["layout"] = self.names.layout_of_slug(layout.track, document.layout.slug)

    def _named_car(self, path: str, part: doc.Car) -> Entry | None:
        """The entry a part names; a driver known only by an id gets an entry without a number."""
        if part.car is not None:
            return self._find(path, part, "no car of this race has that number")
        try:
            entry = self.cars.find(part)
        except Unknown as unknown:
            self.errors.append((path, part.driver or part.driver_id, str(unknown)))
            return None
        if entry is None:
            if part.driver is None:
                # A bare id that the book does not know is no mistake of the file: it is left out, and said.
                try:
                    driver = self._driver(part)
                except Unknown as unknown:
                    self.doubts.append((path, part.driver_id, str(unknown)))
                    return None
            else:
                driver = self._try(path, part.driver, self._driver, part)
            if driver is None:
                return None
            entry = self._add(path, Entry(race=self.race, driver=driver))
            self.cars.enter(part, entry)
        return entry

    # Entries.

    def _entries(self) -> list[Entry]:
        return self.stored.entries if self.stored else []

    def _match_entries(self, named: list[tuple[doc.EntryPart, object]]) -> None:
        """Find each car among those stored: by number, else by its driver; what is not there is new."""
        free = {entry.pk: entry for entry in self._entries()}
        numbered = {(entry.number, entry.twin): entry for entry in free.values() if entry.number}
        found = []
        for part, _ in named:
            entry = numbered.get((part.car, part.twin))
            found.append(free.pop(entry.pk, None) if entry else None)
        times = Counter(driver.slug for _, driver in named)
        for n, (part, driver) in enumerate(named):
            entry, path = found[n], f"entries[{n}]"
            if entry is None:
                own = [each for each in free.values() if each.driver_id == driver.pk]
                blank = [each for each in own if not each.number or not part.car]
                alone = own if len(own) == 1 and times[driver.slug] == 1 else []
                entry = next(iter(blank or alone), None)
            columns = {
                "driver": driver,
                "team": self._try(f"{path}.team", part.team, self.names.team, part.team),
                "manufacturer": self._try(
                    f"{path}.manufacturer", part.manufacturer, self.names.manufacturer, part.manufacturer
                ),
            }
            if entry is None:
                number = {"number": part.car or "", "twin": part.twin}
                entry = self._add(path, Entry(race=self.race, **number, **known(**columns)))
            else:
                free.pop(entry.pk, None)
                if part.car and not entry.number:
                    columns["twin"] = part.twin
                    self.merger.put(entry, f"entries[{part.car}]", twin=part.twin)
                self._merge(entry, path, f"entries[{part.car or part.driver}]", number=part.car, **columns)
            self.cars.enter(part, entry)
            self._relief(f"{path}.relief", part, entry)

    def _relief(self, path: str, part: doc.EntryPart, entry: Entry) -> None:
        stored = self.stored.relief.get(entry.pk, []) if self.stored and entry.pk else []
        for n, relief in enumerate(part.relief or []):
            driver = self._try(f"{path}[{n}]", relief.driver, self._driver, relief)
            row = next((row for row in stored if row.driver == driver), None)
            if row is not None:
                self._merge(row, f"{path}[{n}]", f"relief[{relief.driver}]", took_flag=relief.took_flag)
            elif driver is not None:
                self._add(f"{path}[{n}]", ReliefDriver(entry=entry, driver=driver, took_flag=relief.took_flag))

    # Sessions and results.

    def _session(self, path: str, part: doc.SessionPart) -> None:
        columns = {"date": part.date, "laps": part.laps, "cancelled": part.cancelled, "note": part.note}
        if part.kind == Session.Kind.RACE:
            del columns["laps"]  # Those are the race's own.
        session = self.stored.sessions.get((part.kind, part.number)) if self.stored else None
        if session is None:
            session = self._add(path, Session(race=self.race, kind=part.kind, number=part.number, **known(**columns)))
        else:
            self._merge(session, path, path, **columns)
        results = self.stored.results.get(session.pk, {}) if self.stored and session.pk else {}
        for number, row in enumerate(part.results):
            where = f"{path}.results[{number}]"
            entry = self._find(where, row, "no entry of this race is that car")
            if entry is None:
                continue
            columns = self._result_columns(row)
            result = results.get(entry.pk) if entry.pk else None
            if result is None:
                result = self._add(where, Result(session=session, entry=entry, **known(**columns)))
                self.new_results[session.slug, id(entry)] = result
            else:
                self.said[id(result)] = columns
                self._merge(result, where, f"{session.slug}[{row.car or row.driver}]", **columns)
            if row.sources:
                stored = self.stored.result_citations.get(result.pk, []) if self.stored and result.pk else []
                self._sources(f"{where}.sources", row.sources, "result", result, stored)

    def _find(self, path: str, part: doc.Car, missing: str) -> Entry | None:
        """The entry that a row names, or the reason among the errors."""
        try:
            entry, reason = self.cars.find(part), missing
        except Unknown as unknown:
            entry, reason = None, str(unknown)
        if entry is None:
            self.errors.append((path, part.car or part.driver or part.driver_id, reason))
        return entry

    def _result_columns(self, row: doc.ResultPart) -> dict:
        time, speed = row.time, row.speed
        if time or speed:
            # Where they disagree both stay as printed, and the race's health says so.
            with suppress(LapMismatch):
                time, speed = complete_lap(time, speed, self.race.layout.length)
            if row.time is None and time >= LONGEST_LAP:
                time = None
        return {
            "position": row.position,
            "crossed_line": row.crossed_line,
            "start": row.start,
            "laps": row.laps,
            "laps_led": row.laps_led,
            "points": row.points,
            "status": row.status,
            "status_text": row.status_text,
            "lap_time": time,
            "lap_speed": speed,
            "gap": row.gap,
            "disqualified": row.disqualified,
            "encumbered": row.encumbered,
            "ineligible": row.ineligible,
            "note": row.note,
        }

    # Segments, rulings, sources.

    def _segments(self) -> None:
        document = self.document
        if document.caution_segments is not None:
            made = [
                {
                    "start_lap": part.start,
                    "end_lap": part.end,
                    "reason": part.reason,
                    "comment": part.comment,
                    "beneficiary": part.beneficiary,
                }
                for part in document.caution_segments
            ]
            self._replace("caution_segments", CautionSegment, self.stored.cautions if self.stored else [], made)
        if document.lead_segments is not None:
            made = [
                {"start_lap": part.start, "end_lap": part.end, "entry": entry}
                for number, part in enumerate(document.lead_segments)
                if (entry := self._find(f"lead_segments[{number}]", part, "no entry of this race is that car"))
            ]
            if len(made) == len(document.lead_segments):
                self._replace("lead_segments", LeadSegment, self.stored.leads if self.stored else [], made)

    def _replace(self, path: str, model, stored: list, made: list[dict]) -> None:
        """Segments belong together: they are taken over as a whole or not at all; what they say is merged."""
        laps = [(row.start_lap, row.end_lap) for row in stored]
        if stored and laps == sorted((each["start_lap"], each["end_lap"]) for each in made):
            by_lap = {row.start_lap: row for row in stored}
            for number, columns in enumerate(made):
                where = f"{path}[{number}]"
                self._merge(by_lap[columns["start_lap"]], where, where, **columns)
            return
        kept = bool(stored) and not self.merger.replace
        if stored:
            self.merger.changes.append(Change(path, f"{len(stored)} segments", f"{len(made)} segments", kept))
        if not kept:
            self.work.delete[model] += [row.pk for row in stored]
            for number, columns in enumerate(made):
                self._add(f"{path}[{number}]", model(race=self.race, **known(**columns)))

    def _ruling(self, path: str, part: doc.RulingPart) -> None:
        columns = {"kind": part.kind, "announced": part.announced, "title": part.title, "reason": part.reason}
        ruling = self.stored.rulings.get(part.number) if self.stored else None
        if ruling is None:
            ruling = self._add(path, Ruling(race=self.race, number=part.number, **known(**columns)))
        else:
            self._merge(ruling, path, path, **columns)
        stored = self.stored.changes.get(ruling.pk, []) if self.stored and ruling.pk else []
        for number, change in enumerate(part.changes):
            where = f"{path}.changes[{number}]"
            entry = self._find(where, change, "no entry of this race is that car")
            if entry is None:
                continue
            result = self._result_of(change.session, entry)
            if result is None:
                reason = f"the session “{change.session}” has no result of that car"
                self.errors.append((where, change.car or change.driver or change.driver_id, reason))
                continue
            row = next((each for each in stored if result.pk and each.result_id == result.pk), None)
            if row is not None:
                self._merge(row, where, where, before=change.before, after=change.after)
                continue
            self._add(where, RulingChange(ruling=ruling, result=result, before=change.before, after=change.after))
            if result.pk:
                self._amend(result, change, part)
        citations = self.stored.ruling_citations.get(ruling.pk, []) if self.stored and ruling.pk else []
        self._sources(f"{path}.sources", part.sources, "ruling", ruling, citations)

    def _amend(self, result: Result, change: doc.ChangePart, ruling: doc.RulingPart) -> None:
        """A ruling that is new to the book changes results that stood before it, official or not.

        What the document's own result says is what came of all rulings; else the ruling's word counts, unless the
        book has a later one.
        """
        shown = f"{change.session}[{change.car or change.driver}]"
        said = self.said.get(id(result), {})
        for name, after in change.after.items():
            if said.get(name) is not None:
                self.merger.put(result, shown, **{name: said[name]})
            elif same(name, getattr(result, name), _cell(name, change.before[name])) and not any(
                name in later for later in self._changed_after(result, ruling)
            ):
                self.merger.put(result, shown, **{name: _cell(name, after)})

    def _changed_after(self, result: Result, ruling: doc.RulingPart) -> Iterator[dict]:
        """What the book's later rulings changed in a result."""
        for later in self.stored.rulings.values():
            if (later.announced, later.number) > (ruling.announced, ruling.number):
                changes = self.stored.changes.get(later.pk, [])
                yield from (row.after for row in changes if row.result_id == result.pk)

    def _result_of(self, session: str, entry: Entry) -> Result | None:
        for each in self.stored.sessions.values() if self.stored and entry.pk else ():
            if each.slug == session and entry.pk in self.stored.results.get(each.pk, {}):
                return self.stored.results[each.pk][entry.pk]
        return self.new_results.get((session, id(entry)))

    def _sources(self, path: str, parts: list[doc.SourcePart], target: str, of, stored: list[Citation]) -> None:
        for number, part in enumerate(parts):
            where = f"{path}[{number}]"
            source = self._try(where, part.title, self.names.source, part)
            columns = {"reading": part.reading, "note": part.note, "retrieved": part.retrieved}
            row = next((each for each in stored if each.source == source and each.fact == part.fact), None)
            if source is None:
                continue
            if row is None:
                self._add(where, Citation(source=source, fact=part.fact, **{target: of}, **known(**columns)))
            else:
                self._merge(row, where, f"sources[{source.slug}]", **columns)


def _said_margin(kind: str, figure: Decimal | None) -> str:
    return kind if figure is None else f"{figure} {'s' if kind == Race.MarginKind.TIME else kind}"


def _cell(name: str, value):
    """A ruling's value as the result's column has it: an unknown status is empty, and what is not known is no flag."""
    return (
        {"status": "", "disqualified": False, "encumbered": False, "ineligible": False}.get(name)
        if value is None
        else value
    )
