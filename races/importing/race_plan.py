"""Planning one race: a document against what the book holds of it."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

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
from .merge import Change, Merger, Work, known
from .names import Names, Unknown, plain
from .stored import StoredRace


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
        self.by_car: dict[str, list[tuple[str, Entry]]] = defaultdict(list)
        self.by_driver: dict[str, list[Entry]] = defaultdict(list)
        self.rows_added = 0
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
        self._sources(self.document.sources, "race", self.race, self.stored.citations if self.stored else [])
        if self.errors:
            raise Stop
        return RacePlan(
            self.document, self.race, self.stored is None, self.merger.changes, self.rows_added, self.doubts
        )

    # Naming.

    def _try(self, path: str, value: str, find, *arguments):
        try:
            return find(*arguments)
        except Unknown as unknown:
            self.errors.append((path, str(value), str(unknown)))
            return None

    def _driver(self, part):
        return self.names.driver(part.driver, part.driver_id)

    def _add(self, row):
        self.rows_added += 1
        return self.work.add(row)

    # The race itself.

    def _new_race(self) -> Race:
        document = self.document
        series = self._try("series", document.series, self.names.series, document.series)
        layout = self._try("track", document.track, self.names.layout, document)
        if series is None or layout is None:
            raise Stop
        season = self.names.season(series, document.season)
        race = Race(
            season=season,
            layout=layout,
            event=self.names.event(document),
            **known(round=document.round, slug=document.slug, kind=document.kind, **self._columns()),
        )
        self.rows_added += 1
        self.work.create[Race].append(race)
        return race

    def _columns(self) -> dict:
        """The race's own columns, as the document has them."""
        document = self.document
        hours, minutes, seconds = map(int, document.time.split(":")) if document.time else (0, 0, 0)
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
            "duration": timedelta(hours=hours, minutes=minutes, seconds=seconds) if document.time else None,
            **self._margin(),
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
        cars = {
            "pole": document.pole,
            "led_to_green": document.led_to_green,
            "margin_against": document.margin.against if document.margin else None,
        }
        named = {field: entry for field, car in cars.items() if car and (entry := self._named_car(field, car))}
        if self.stored is None:
            if named:
                self.work.later.append((self.race, named))
            return
        columns = self._columns() | named
        if self.race.margin_kind and not self.merger.replace:
            # A margin is one statement: its parts are not mixed from two sources.
            kind, figure = columns.pop("margin_kind", None), columns.pop("margin", None)
            if kind and (kind, figure) != (self.race.margin_kind, self.race.margin):
                before = self.race.margin if self.race.margin is not None else self.race.margin_kind
                self.merger.changes.append(Change("race.margin", before, kind if figure is None else figure, True))
        if document.event:
            columns["event"] = self.names.event(document)
        if document.layout and document.layout.slug and self.race.layout.slug != document.layout.slug:
            columns["layout"] = self.names.layout_of_slug(self.race.layout.track, document.layout.slug)
        if self.race.lineup not in ("", Race.Lineup.QUALIFYING) and not self.merger.replace:
            columns.pop("pole", None)
        self.merger.merge(self.race, "race", **columns)

    def _named_car(self, path: str, part: doc.Car) -> Entry | None:
        """The entry a part names; a driver known only by his id gets an entry without a number."""
        entry = self._entry_of(part)
        if entry is None and part.car is None:
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
            entry = next((each for each in self._entries() if each.driver == driver), None)
            entry = entry or self._add(Entry(race=self.race, driver=driver))
            self._remember(part.car, part.driver, entry)
        if entry is None:
            self.errors.append((path, part.car or "", "no car of this race has that number"))
        return entry

    # Entries.

    def _entries(self) -> list[Entry]:
        return self.stored.entries if self.stored else []

    def _match_entries(self, named: list[tuple[doc.EntryPart, object]]) -> None:
        """Find each car among those stored: by number, else by its driver; what is not there is new."""
        numbered = {(entry.number, entry.twin): entry for entry in self._entries() if entry.number}
        of_driver = defaultdict(list)
        for entry in self._entries():
            of_driver[entry.driver_id].append(entry)
        times = defaultdict(int)
        for _, driver in named:
            times[driver.pk or driver.slug] += 1
        for n, (part, driver) in enumerate(named):
            entry = numbered.get((part.car, part.twin)) if part.car else None
            if entry is None:
                own = of_driver.get(driver.pk, []) if driver.pk else []
                blank = [each for each in own if not each.number or not part.car]
                alone = own if len(own) == 1 and times[driver.pk] == 1 else []
                entry = next(iter(blank or alone), None)
            team = self.names.team(part.team)
            make = self.names.manufacturer(part.manufacturer)
            if entry is None:
                entry = self._add(
                    Entry(
                        race=self.race,
                        number=part.car or "",
                        twin=part.twin,
                        driver=driver,
                        team=team,
                        manufacturer=make,
                    )
                )
            else:
                self.merger.merge(
                    entry,
                    f"entries[{part.car or part.driver}]",
                    driver=driver,
                    number=part.car,
                    team=team,
                    manufacturer=make,
                )
            self._remember(part.car, part.driver, entry)
            self._relief(f"entries[{n}].relief", part, entry)

    def _relief(self, path: str, part: doc.EntryPart, entry: Entry) -> None:
        stored = self.stored.relief.get(entry.pk, []) if self.stored and entry.pk else []
        for relief in part.relief or []:
            driver = self._try(path, relief.driver, self.names.driver, relief.driver)
            if driver and not any(row.driver == driver for row in stored):
                self._add(ReliefDriver(entry=entry, driver=driver, took_flag=relief.took_flag))

    def _remember(self, car: str | None, driver: str | None, entry: Entry) -> None:
        name = plain(driver or "")
        if car:
            self.by_car[car].append((name, entry))
        self.by_driver[name].append(entry)

    def _entry_of(self, part: doc.Car) -> Entry | None:
        """The entry that a result, a pole or a segment names."""
        name = plain(part.driver or "")
        if part.car:
            found = self.by_car.get(part.car) or [
                (plain(str(entry.driver)), entry) for entry in self._entries() if entry.number == part.car
            ]
            exact = [entry for driver, entry in found if driver == name] if name else []
            return next(iter(exact or [entry for _, entry in found]), None)
        if part.driver:
            found = self.by_driver.get(name) or [entry for entry in self._entries() if plain(str(entry.driver)) == name]
            return found[0] if found else None
        return None

    # Sessions and results.

    def _session(self, path: str, part: doc.SessionPart) -> None:
        columns = {"date": part.date, "laps": part.laps, "cancelled": part.cancelled, "note": part.note}
        session = self.stored.sessions.get((part.kind, part.number)) if self.stored else None
        if session is None:
            session = self._add(Session(race=self.race, kind=part.kind, number=part.number, **known(**columns)))
        else:
            self.merger.merge(session, path, **columns)
        results = self.stored.results.get(session.pk, {}) if self.stored and session.pk else {}
        for number, row in enumerate(part.results):
            entry = self._entry_of(row)
            where = f"{path}.results[{number}]"
            if entry is None:
                self.errors.append((where, row.car or row.driver or "", "no entry of this race is that car"))
                continue
            columns = self._result_columns(row)
            result = results.get(entry.pk) if entry.pk else None
            if result is None:
                self._add(Result(session=session, entry=entry, **known(**columns)))
            else:
                self.merger.merge(result, f"{session.slug}[{row.car or row.driver}]", **columns)

    def _result_columns(self, row: doc.ResultPart) -> dict:
        time, speed = row.time, row.speed
        if time or speed:
            # Where they disagree both stay as printed, and the race's health says so.
            with suppress(LapMismatch):
                time, speed = complete_lap(time, speed, self.race.layout.length)
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
        if self.document.caution_segments is not None:
            made = [
                CautionSegment(
                    race=self.race,
                    start_lap=part.start,
                    end_lap=part.end,
                    **known(reason=part.reason, comment=part.comment, beneficiary=part.beneficiary),
                )
                for part in self.document.caution_segments
            ]
            self._replace("cautions", CautionSegment, self.stored.cautions if self.stored else [], made)
        if self.document.lead_segments is not None:
            made = []
            for number, part in enumerate(self.document.lead_segments):
                entry = self._entry_of(part)
                if entry is None:
                    self.errors.append((f"lead_segments[{number}].car", part.car or "", "no entry is that car"))
                else:
                    made.append(LeadSegment(race=self.race, start_lap=part.start, end_lap=part.end, entry=entry))
            self._replace("leaders", LeadSegment, self.stored.leads if self.stored else [], made)

    def _replace(self, path: str, model, stored: list, made: list) -> None:
        """Segments belong together: they are taken over as a whole or not at all."""

        def said(rows) -> list[tuple]:
            return [
                (row.start_lap, row.end_lap, getattr(row, "entry_id", None) or getattr(row, "reason", ""))
                for row in rows
            ]

        if stored and said(stored) == said(made):
            return
        kept = bool(stored) and not self.merger.replace
        if stored:
            self.merger.changes.append(Change(path, f"{len(stored)} segments", f"{len(made)} segments", kept))
        if not kept:
            self.work.delete[model] += [row.pk for row in stored]
            for row in made:
                self._add(row)

    def _ruling(self, path: str, part: doc.RulingPart) -> None:
        columns = {"kind": part.kind, "announced": part.announced, "title": part.title, "reason": part.reason}
        ruling = self.stored.rulings.get(part.number) if self.stored else None
        if ruling is None:
            ruling = self._add(Ruling(race=self.race, number=part.number, **known(**columns)))
        else:
            self.merger.merge(ruling, path, **columns)
        stored = self.stored.changes.get(ruling.pk, []) if self.stored and ruling.pk else []
        for number, change in enumerate(part.changes):
            where = f"{path}.changes[{number}]"
            result = self._result_of(change)
            if result is None:
                self.errors.append(
                    (where, change.car or change.driver or "", "no result of that session is that car's")
                )
                continue
            row = next((each for each in stored if result.pk and each.result_id == result.pk), None)
            if row is None:
                self._add(RulingChange(ruling=ruling, result=result, before=change.before, after=change.after))
            else:
                self.merger.merge(row, where, before=change.before, after=change.after)
        citations = self.stored.ruling_citations.get(ruling.pk, []) if self.stored and ruling.pk else []
        self._sources(part.sources, "ruling", ruling, citations)

    def _result_of(self, part: doc.ChangePart) -> Result | None:
        entry = self._entry_of(part)
        made = (row for row in self.work.create[Result] if row.entry is entry and row.session.slug == part.session)
        if entry is not None and self.stored and entry.pk:
            for session in self.stored.sessions.values():
                if session.slug == part.session and entry.pk in self.stored.results.get(session.pk, {}):
                    return self.stored.results[session.pk][entry.pk]
        return next(made, None) if entry is not None else None

    def _sources(self, parts: list[doc.SourcePart], target: str, of, stored: list[Citation]) -> None:
        for part in parts:
            source = self.names.source(part)
            columns = {"reading": part.reading, "note": part.note, "retrieved": part.retrieved}
            row = next((each for each in stored if each.source == source and each.fact == part.fact), None)
            if row is None:
                self._add(Citation(source=source, fact=part.fact, **{target: of}, **known(**columns)))
            else:
                self.merger.merge(row, f"sources[{source.slug}]", **columns)
