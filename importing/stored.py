"""What the book holds of some races, in a fixed number of queries: a plan compares with it, an export writes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import F, Model, QuerySet, prefetch_related_objects

from drivers.models import Team
from importing.write.bulk import read
from races.models import (
    CautionSegment,
    Citation,
    Entry,
    LeadSegment,
    Penalty,
    Race,
    ReliefDriver,
    Result,
    Ruling,
    RulingChange,
    Session,
)

Rows = Mapping[type[Model], Mapping[int, Model]]
"""Rows by model and id."""

NAMED = [Entry._meta.get_field(name) for name in ("driver", "team", "manufacturer")]
"""What an entry names. Set by `set_cached_value`, which is not public: an assignment takes seven times as long."""


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
    penalties: dict[int, list[Penalty]] = field(default_factory=lambda: defaultdict(list))
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
        for by_id in (self.relief, self.changes, self.penalties, self.result_citations, self.ruling_citations):
            for rows in by_id.values():
                yield from rows


def stored_races(races: QuerySet) -> list[StoredRace]:
    """A queryset of races with everything that belongs to them. A fixed number of queries, however many races."""
    return with_rows(race_rows(races))


def race_rows(races: QuerySet) -> list[Race]:
    """The races alone, with what names them and their place."""
    races = races.with_label()
    return list(races.prefetch_related("layout__track__names"))


def with_rows(races: Iterable[Race], named: Rows | None = None) -> list[StoredRace]:
    """Races with everything that belongs to them; `named` are drivers, teams and makes, where they are read already."""
    found = {race.pk: StoredRace(race) for race in races}
    if not found:
        return []
    ids = list(found)
    entries = {}
    named = named or _named_by_entries(ids)
    relations = [(relation, relation.attname, named[relation.related_model]) for relation in NAMED]
    for entry in read(Entry.objects.filter(race__in=ids).order_by("pk")):
        for relation, column, rows in relations:
            key = getattr(entry, column)
            if key is None or key in rows:
                relation.set_cached_value(entry, rows.get(key))
        found[entry.race_id].entries.append(entry)
        entries[entry.id] = entry
    for relief in ReliefDriver.objects.filter(entry__race__in=ids).select_related("driver").order_by("pk"):
        found[entries[relief.entry_id].race_id].relief[relief.entry_id].append(relief)
    sessions = {}
    for session in Session.objects.filter(race__in=ids).order_by("kind", "number"):
        found[session.race_id].sessions[session.kind, session.number] = session
        sessions[session.pk] = session
    results = {}
    of_entry, of_session = (Result._meta.get_field(name) for name in ("entry", "session"))
    for result in read(Result.objects.filter(session__race__in=ids).order_by("pk")):
        session = sessions[result.session_id]
        of_entry.set_cached_value(result, entries[result.entry_id])
        of_session.set_cached_value(result, session)
        found[session.race_id].results[result.session_id][result.entry_id] = result
        results[result.id] = result
    for caution in CautionSegment.objects.filter(race__in=ids).order_by("start_lap"):
        found[caution.race_id].cautions.append(caution)
    for lead in LeadSegment.objects.filter(race__in=ids).order_by("start_lap"):
        lead.entry = entries[lead.entry_id]
        found[lead.race_id].leads.append(lead)
    _add_rulings(found, results)
    _add_citations(found, results)
    return list(found.values())


def _add_rulings(found: dict[int, StoredRace], results: dict[int, Result]) -> None:
    """Rulings with what they changed; few races have one, and then nothing more is asked."""
    rulings = {ruling.pk: ruling for ruling in Ruling.objects.filter(race__in=found).order_by("number")}
    if not rulings:
        return
    for ruling in rulings.values():
        found[ruling.race_id].rulings[ruling.number] = ruling
    # A result that an editor has moved to another race since is no longer one that the ruling's document can name.
    changes = RulingChange.objects.filter(ruling__in=rulings, result__session__race=F("ruling__race"))
    for change in changes.order_by("pk"):
        change.ruling, change.result = rulings[change.ruling_id], results[change.result_id]
        found[change.ruling.race_id].changes[change.ruling_id].append(change)
    for penalty in Penalty.objects.filter(ruling__in=rulings).select_related("driver").order_by("pk"):
        penalty.ruling = rulings[penalty.ruling_id]
        found[penalty.ruling.race_id].penalties[penalty.ruling_id].append(penalty)
    for citation in Citation.objects.filter(ruling__in=rulings).select_related("source").order_by("pk"):
        citation.ruling = rulings[citation.ruling_id]
        found[citation.ruling.race_id].ruling_citations[citation.ruling_id].append(citation)


def _add_citations(found: dict[int, StoredRace], results: dict[int, Result]) -> None:
    for citation in Citation.objects.filter(race__in=found).select_related("source").order_by("pk"):
        found[citation.race_id].citations.append(citation)
    for citation in Citation.objects.filter(result__session__race__in=found).select_related("source").order_by("pk"):
        race = results[citation.result_id].session.race_id
        found[race].result_citations[citation.result_id].append(citation)


def _named_by_entries(races: list[int]) -> Rows:
    """The drivers, teams and makes of these races' entries: a season names each a hundred times over."""
    entries = Entry.objects.filter(race__in=races).order_by()
    found = {
        relation.related_model: {
            row.id: row for row in relation.related_model.objects.filter(pk__in=entries.values(relation.attname))
        }
        for relation in NAMED
    }
    prefetch_related_objects(list(found[Team].values()), "names")
    return found
