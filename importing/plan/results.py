"""What the sessions of a document become, with their results, and the rulings that amend those."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

from importing.document import schema as doc
from importing.write.bulk import make
from races.laps import LapMismatch, complete_lap
from races.models import Entry, Penalty, Result, Ruling, RulingChange, Session
from races.rulings import as_held

from .draft import Draft
from .merge import known, same

LAP_TIME: Any = Result._meta.get_field("lap_time")
LONGEST_LAP = Decimal(10) ** (LAP_TIME.max_digits - LAP_TIME.decimal_places)
"""Seconds: a lap as long as this does not fit into the column of a result."""


class ResultPlanner:
    """Plans sessions and results first, and then the rulings, which find their results here."""

    def __init__(self, draft: Draft):
        self.draft = draft
        self.stored = draft.stored
        self.new_results: dict[str, list[Result]] = defaultdict(list)
        """By the session's slug."""
        self.columns_of: dict[int, doc.Columns] = {}
        """What the document has for each stored result, by its id."""
        self.columns_of_new: dict[int, doc.Columns] = {}
        """The same of each new one, which has no id yet."""

    # Sessions and results.

    def plan_sessions(self) -> None:
        for number, part in enumerate(self.draft.document.sessions):
            self._session(f"sessions[{number}]", part)

    def _session(self, path: str, part: doc.SessionPart) -> None:
        draft = self.draft
        columns = {"date": part.date, "laps": part.laps, "cancelled": part.cancelled, "note": part.note}
        if part.kind == Session.Kind.RACE:
            del columns["laps"]  # Those are the race's own.
        session = self.stored.sessions.get((part.kind, part.number))
        if session is None:
            session = draft.add(path, Session(race=draft.race, kind=part.kind, number=part.number, **known(columns)))
        else:
            session = draft.merge(session, path, path, columns)
        results = self.stored.results.get(session.pk, {})
        for number, row in enumerate(part.results):
            where = f"{path}.results[{number}]"
            entry = draft.entry(where, row)
            if entry is None:
                continue
            columns = self._columns(row)
            result = results.get(entry.id)
            if result is None:
                result = draft.add(where, make(Result, session=session, entry=entry, **columns))
                self.new_results[session.slug].append(result)
                self.columns_of_new[id(result)] = columns
            else:
                self.columns_of[result.pk] = columns
                shown = f"{session.slug}[{row.named_by}]"
                self._fit_laps_led(result, shown, columns)
                self._keep_what_is_ruled(result, shown, columns)
                result = draft.merge(result, where, shown, columns)
            if row.sources:
                stored = self.stored.result_citations.get(result.pk, [])
                draft.sources(f"{where}.sources", row.sources, "result", result, stored)

    def _fit_laps_led(self, result: Result, shown: str, columns: doc.Columns) -> None:
        """A source may have given up a car's laps for the laps that it led, which do not fit the laps of the book."""
        led, laps = columns["laps_led"], result.laps
        if columns["laps"] is not None or laps is None or led is None or led <= laps:
            return
        if self.draft.merger.replace:
            self.draft.merger.put(result, shown, {"laps": None})
        else:
            self.draft.merger.keep(f"{shown}.laps_led", result.laps_led, led)
            columns["laps_led"] = None

    def _keep_what_is_ruled(self, result: Result, shown: str, columns: doc.Columns) -> None:
        """A source without rulings, such as a feed of the evening, takes back none of those of the book."""
        if self.draft.document.rulings:
            return
        ruled = {
            name
            for rows in self.stored.changes.values()
            for row in rows
            if row.result_id == result.pk
            for name in row.after
        }
        for name in ruled:
            value, held = columns[name], getattr(result, name)
            if value is not None and not same(name, held, value):
                self.draft.merger.keep(f"{shown}.{name}", held, value)
                columns[name] = None

    def _columns(self, row: doc.ResultPart) -> doc.Columns:
        time, speed = row.time, row.speed
        if time or speed:
            # Where they disagree both stay as printed, and the race's health says so.
            with suppress(LapMismatch):
                time, speed = complete_lap(time, speed, self.draft.race.layout.length)
            if row.time is None and time is not None and time >= LONGEST_LAP:
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

    # Rulings.

    def plan_rulings(self) -> None:
        for number, part in enumerate(self.draft.document.rulings):
            self._ruling(f"rulings[{number}]", part)

    def _ruling(self, path: str, part: doc.RulingPart) -> None:
        draft = self.draft
        columns = {"kind": part.kind, "announced": part.announced, "title": part.title, "reason": part.reason}
        ruling = self.stored.rulings.get(part.number)
        if ruling is None:
            ruling = draft.add(path, Ruling(race=draft.race, number=part.number, **known(columns)))
        else:
            ruling = draft.merge(ruling, path, path, columns)
        stored = self.stored.changes.get(ruling.pk, [])
        for number, change in enumerate(part.changes):
            where = f"{path}.changes[{number}]"
            entry = draft.entry(where, change)
            if entry is None:
                continue
            result = self._result_of(change.session, entry)
            if result is None:
                reason = f"the session “{change.session}” has no result of that car"
                draft.error(where, change.named_by, reason, "no-result")
                continue
            row = next((each for each in stored if result.pk and each.result_id == result.pk), None)
            if row is not None:
                draft.merge(row, where, where, {"before": change.before, "after": change.after})
                continue
            draft.add(where, RulingChange(ruling=ruling, result=result, before=change.before, after=change.after))
            if result.pk:
                self._amend(result, change, part)
            else:
                self._fill_in(result, change)
        self._penalties(f"{path}.penalties", part, ruling)
        citations = self.stored.ruling_citations.get(ruling.pk, [])
        draft.sources(f"{path}.sources", part.sources, "ruling", ruling, citations)

    def _penalties(self, path: str, part: doc.RulingPart, ruling: Ruling) -> None:
        draft, stored = self.draft, self.stored.penalties.get(ruling.pk, [])
        for number, penalty in enumerate(part.penalties):
            where = f"{path}[{number}]"
            driver = draft.driver(where, penalty)
            row = next((row for row in stored if row.driver == driver), None)
            if row is not None:
                draft.merge(row, where, f"penalties[{penalty.driver}]", {"points": penalty.points})
            elif driver is not None:
                draft.add(where, Penalty(ruling=ruling, driver=driver, points=penalty.points))

    def _amend(self, result: Result, change: doc.ChangePart, ruling: doc.RulingPart) -> None:
        """A ruling that is new to the book changes results that stood before it, official or not.

        What the document's own result says is what came of all rulings; else the ruling's word counts, unless the
        book has a later one.
        """
        shown = f"{change.session}[{change.named_by}]"
        columns = self.columns_of.get(result.pk, {})
        for name, after in change.after.items():
            if columns.get(name) is not None:
                result = self.draft.merger.put(result, shown, {name: columns[name]})
            elif same(name, getattr(result, name), as_held(name, change.before[name])) and not any(
                name in later for later in self._changed_after(result, ruling)
            ):
                result = self.draft.merger.put(result, shown, {name: as_held(name, after)})

    def _fill_in(self, result: Result, change: doc.ChangePart) -> None:
        """A new result says what the ruling left, where its own row of the document says nothing of it."""
        said = self.columns_of_new[id(result)]
        for name, after in change.after.items():
            if said[name] is None:
                setattr(result, name, as_held(name, after))

    def _changed_after(self, result: Result, ruling: doc.RulingPart) -> Iterator[doc.Columns]:
        """What the book's later rulings changed in a result."""
        for later in self.stored.rulings.values():
            if (later.announced, later.number) > (ruling.announced, ruling.number):
                changes = self.stored.changes.get(later.pk, [])
                yield from (row.after for row in changes if row.result_id == result.pk)

    def _result_of(self, session: str, entry: Entry) -> Result | None:
        """The result of a car in a session, as it will be."""
        for each in self.stored.sessions.values():
            if each.slug == session and entry.pk in self.stored.results.get(each.pk, {}):
                return self.draft.work.as_planned(self.stored.results[each.pk][entry.pk])
        return next((result for result in self.new_results[session] if result.entry == entry), None)
