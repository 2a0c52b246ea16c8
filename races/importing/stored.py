"""What the book holds of some races, in a fixed number of queries: a plan compares with it, an export writes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import ForeignKey, Model

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


@dataclass
class StoredRace:
    """One race with all its rows."""

    race: Race
    entries: list[Entry] = field(default_factory=list)
    relief: dict[int, list[ReliefDriver]] = field(default_factory=lambda: defaultdict(list))
    sessions: dict[tuple[str, int], Session] = field(default_factory=dict)
    results: dict[int, dict[int, Result]] = field(default_factory=lambda: defaultdict(dict))
    cautions: list[CautionSegment] = field(default_factory=list)
    leads: list[LeadSegment] = field(default_factory=list)
    rulings: dict[int, Ruling] = field(default_factory=dict)
    changes: dict[int, list[RulingChange]] = field(default_factory=lambda: defaultdict(list))
    citations: list[Citation] = field(default_factory=list)
    result_citations: dict[int, list[Citation]] = field(default_factory=lambda: defaultdict(list))
    ruling_citations: dict[int, list[Citation]] = field(default_factory=lambda: defaultdict(list))

    def rows(self) -> Iterator[Model]:
        """The race and every row that belongs to it."""
        yield self.race
        for rows in (self.entries, self.sessions.values(), self.cautions, self.leads, self.rulings.values()):
            yield from rows
        for of_session in self.results.values():
            yield from of_session.values()
        yield from self.citations
        for by_id in (self.relief, self.changes, self.result_citations, self.ruling_citations):
            for rows in by_id.values():
                yield from rows


def stored_races(races) -> list[StoredRace]:
    """Read a queryset of races with everything that belongs to them. A fixed number of queries, however many races."""
    races = races.select_related("season__series", "event", "layout__track").prefetch_related("layout__track__names")
    found = {race.pk: StoredRace(race) for race in races}
    ids = list(found)
    entries = {}
    named = [_named_by_entries(name, ids) for name in ("driver", "team", "manufacturer")]
    for entry in Entry.objects.filter(race__in=ids).order_by("pk"):
        for relation, rows in named:
            relation.set_cached_value(entry, rows.get(getattr(entry, relation.attname)))
        found[entry.race_id].entries.append(entry)
        entries[entry.pk] = entry
    for relief in ReliefDriver.objects.filter(entry__race__in=ids).select_related("driver").order_by("pk"):
        found[entries[relief.entry_id].race_id].relief[relief.entry_id].append(relief)
    sessions = {}
    for session in Session.objects.filter(race__in=ids).order_by("kind", "number"):
        found[session.race_id].sessions[session.kind, session.number] = session
        sessions[session.pk] = session
    results = {}
    of_entry, of_session = (Result._meta.get_field(name) for name in ("entry", "session"))
    for result in Result.objects.filter(session__race__in=ids).order_by("pk"):
        session = sessions[result.session_id]
        of_entry.set_cached_value(result, entries[result.entry_id])
        of_session.set_cached_value(result, session)
        found[session.race_id].results[result.session_id][result.entry_id] = result
        results[result.pk] = result
    for caution in CautionSegment.objects.filter(race__in=ids).order_by("start_lap"):
        found[caution.race_id].cautions.append(caution)
    for lead in LeadSegment.objects.filter(race__in=ids).order_by("start_lap"):
        lead.entry = entries[lead.entry_id]
        found[lead.race_id].leads.append(lead)
    for ruling in Ruling.objects.filter(race__in=ids).order_by("number"):
        found[ruling.race_id].rulings[ruling.number] = ruling
    for change in RulingChange.objects.filter(ruling__race__in=ids).select_related("ruling").order_by("pk"):
        change.result = results[change.result_id]
        found[change.ruling.race_id].changes[change.ruling_id].append(change)
    for citation in Citation.objects.filter(race__in=ids).select_related("source").order_by("pk"):
        found[citation.race_id].citations.append(citation)
    for citation in Citation.objects.filter(result__session__race__in=ids).select_related("source").order_by("pk"):
        race = results[citation.result_id].session.race_id
        found[race].result_citations[citation.result_id].append(citation)
    for citation in Citation.objects.filter(ruling__race__in=ids).select_related("source", "ruling").order_by("pk"):
        found[citation.ruling.race_id].ruling_citations[citation.ruling_id].append(citation)
    return list(found.values())


def _named_by_entries(name: str, races: list[int]) -> tuple[ForeignKey, dict[int, Model]]:
    """One relation of entries, and the rows it names in these races: a season names each a hundred times over."""
    relation = Entry._meta.get_field(name)
    named = Entry.objects.filter(race__in=races).order_by().values(relation.attname)
    return relation, {row.pk: row for row in relation.related_model._base_manager.filter(pk__in=named)}
