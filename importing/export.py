"""From the book to race documents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.text import slugify
from pydantic import ValidationError

from drivers.models import Driver, DriverAlias
from importing.document.validation import in_words
from importing.names.drivers import OWN_ID
from races.finishes import by_finish
from races.margins import seconds_of
from races.models import Citation, Entry, Race, Result, Ruling, Session
from racestats.formatting import duration
from racestats.names.spelling import plain

from .document import schema as doc
from .stored import StoredRace, stored_races


def race_documents(races) -> list[doc.RaceDocument]:
    """The documents of a queryset of races, in its order."""
    ids = DriverIds.of_the_book()
    return [document_of(stored, ids) for stored in stored_races(races)]


@dataclass(frozen=True)
class DriverIds:
    """The ids that drivers have in documents beside their names: their own, by slug, where the name alone does not tell
    who is meant; else that of a source, such as `nascar:4030`, so that a book that lacks it learns it.

    `shared` are the slugs of drivers whose names others have too, `of_sources` the ids by driver.
    """

    shared: frozenset[str] = frozenset()
    of_sources: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of_the_book(cls) -> DriverIds:
        """Two queries."""
        called, of_sources = defaultdict(set), {}
        drivers = {driver.pk: driver for driver in Driver.objects.only("name", "suffix", "slug")}
        for driver in drivers.values():
            called[plain(str(driver))].add(driver.slug)
        for alias, driver in DriverAlias.objects.order_by("-alias").values_list("alias", "driver"):
            if ":" in alias:
                of_sources[driver] = alias
            else:
                called[plain(alias)].add(drivers[driver].slug)
        return cls(frozenset(slug for slugs in called.values() if len(slugs) > 1 for slug in slugs), of_sources)

    def of_entrant(self, driver: Driver) -> str | None:
        if driver.slug in self.shared or slugify(str(driver)) != driver.slug:
            return OWN_ID + driver.slug
        return self.of_sources.get(driver.pk)

    def of_car(self, driver: Driver) -> str | None:
        """Where an entry of the same document names the driver already."""
        return OWN_ID + driver.slug if driver.slug in self.shared else None


def as_json(document: doc.RaceDocument) -> str:
    """One line of JSON; what is unknown is left out."""
    return document.model_dump_json(exclude_none=True)


class Unwritable(ValueError):
    """A race in the book that says what no document may, as something typed by hand can."""


def document_of(stored: StoredRace, ids: DriverIds = DriverIds()) -> doc.RaceDocument:
    """One race as a document."""
    try:
        return _document_of(stored, ids)
    except ValidationError as error:
        wrong = [f"{path[-1] if path else 'it'} “{value}” {reason}" for path, value, reason in in_words(error)]
        raise Unwritable(f"{stored.race.label} cannot be written as a document: {'; '.join(wrong)}.") from error


def _document_of(stored: StoredRace, ids: DriverIds) -> doc.RaceDocument:
    race = stored.race
    layout = race.layout
    cars = {entry.pk: doc.Car(**_car(entry, ids)) for entry in stored.entries}
    return doc.RaceDocument(
        series=race.season.series.slug,
        season=race.season.year,
        round=race.round,
        slug=race.slug or None,
        name=_text(race.name),
        event=_text(race.event.name) if race.event else None,
        date=race.date,
        track=layout.track.slug,
        track_name=_text(layout.track.name),
        layout=doc.Layout(
            slug=layout.slug,
            name=_text(layout.name),
            length=layout.length,
            type=layout.type or None,
            surface=layout.surface or None,
        ),
        nth_at_track=race.nth_at_track,
        kind=race.kind,
        status=race.status,
        scheduled_laps=race.scheduled_laps,
        laps=race.laps,
        end_reason=_text(race.end_reason),
        field_size=race.field_size,
        stages=race.stages,
        lineup=race.lineup or None,
        pole=cars.get(race.pole_id),
        led_to_green=cars.get(race.led_to_green_id),
        margin=_margin(race, cars.get(race.margin_against_id)),
        cautions=race.cautions,
        caution_laps=race.caution_laps,
        lead_changes=race.lead_changes,
        leaders=race.leaders,
        time=duration(race.duration) if race.duration else None,
        average_speed=race.average_speed,
        note=_text(race.note),
        entries=[_entry(entry, stored, ids) for entry in stored.entries],
        sessions=[_session(session, stored, ids) for session in stored.sessions.values()],
        caution_segments=[
            doc.CautionPart(
                start=caution.start_lap,
                end=caution.end_lap,
                reason=_text(caution.reason),
                comment=_text(caution.comment),
                beneficiary=caution.beneficiary or None,
            )
            for caution in stored.cautions
        ]
        or None,
        lead_segments=[
            doc.LeadPart(start=lead.start_lap, end=lead.end_lap, **_car(lead.entry, ids)) for lead in stored.leads
        ]
        or None,
        rulings=[_ruling(ruling, stored, ids) for ruling in stored.rulings.values()],
        sources=[_source(citation) for citation in stored.citations],
    )


def _text(words: str) -> str | None:
    """A text as a document has it: none where it is empty, and without what cannot be printed."""
    return doc.CONTROL.sub("", words).strip() or None


def _car(entry: Entry, ids: DriverIds) -> dict:
    """How a result names its car: by number and driver, so that shared numbers stay apart."""
    driver = entry.driver
    return {"car": entry.number or None, "driver": _text(str(driver)), "driver_id": ids.of_car(driver)}


def _driver(driver: Driver, ids: DriverIds) -> dict:
    return {"driver": _text(str(driver)), "driver_id": ids.of_entrant(driver)}


def _margin(race: Race, against: doc.Car | None) -> doc.Margin | None:
    seconds = seconds_of(race.margin_kind, race.margin)
    said = {
        "kind": race.margin_kind or None,
        "seconds": seconds,
        "value": race.margin if seconds is None else None,
        "method": race.margin_method or None,
        "against": against,
        "note": _text(race.margin_note),
    }
    return doc.Margin(**said) if any(value is not None for value in said.values()) else None


def _entry(entry: Entry, stored: StoredRace, ids: DriverIds) -> doc.EntryPart:
    relief = [
        doc.Relief(**_driver(row.driver, ids), took_flag=row.took_flag) for row in stored.relief.get(entry.pk, ())
    ]
    return doc.EntryPart(
        car=entry.number or None,
        twin=entry.twin,
        **_driver(entry.driver, ids),
        team=_text(entry.team.name_on(stored.race.day)) if entry.team else None,
        manufacturer=_text(entry.manufacturer.name) if entry.manufacturer else None,
        relief=relief or None,
    )


def _session(session: Session, stored: StoredRace, ids: DriverIds) -> doc.SessionPart:
    results = stored.results.get(session.pk, {}).values()
    ordered = sorted(results, key=by_finish)
    return doc.SessionPart(
        kind=session.kind,
        number=session.number,
        date=session.date,
        laps=session.laps if session.kind != Session.Kind.RACE else None,
        cancelled=session.cancelled or None,
        note=_text(session.note),
        results=[_result(result, stored, ids) for result in ordered],
    )


def _result(result: Result, stored: StoredRace, ids: DriverIds) -> doc.ResultPart:
    return doc.ResultPart(
        **_car(result.entry, ids),
        position=result.position,
        crossed_line=result.crossed_line,
        start=result.start,
        laps=result.laps,
        laps_led=result.laps_led,
        points=result.points,
        status=result.status or None,
        status_text=_text(result.status_text),
        time=result.lap_time,
        speed=result.lap_speed,
        gap=result.gap,
        disqualified=result.disqualified or None,
        encumbered=result.encumbered or None,
        ineligible=result.ineligible or None,
        note=_text(result.note),
        sources=[_source(citation) for citation in stored.result_citations.get(result.pk, ())] or None,
    )


def _ruling(ruling: Ruling, stored: StoredRace, ids: DriverIds) -> doc.RulingPart:
    return doc.RulingPart(
        number=ruling.number,
        kind=ruling.kind,
        announced=ruling.announced,
        title=_text(ruling.title),
        reason=_text(ruling.reason),
        changes=[
            doc.ChangePart(
                session=change.result.session.slug,
                **_car(change.result.entry, ids),
                before=change.before,
                after=change.after,
            )
            for change in stored.changes.get(ruling.pk, ())
        ],
        penalties=[
            doc.PenaltyPart(**_driver(penalty.driver, ids), points=penalty.points)
            for penalty in stored.penalties.get(ruling.pk, ())
        ],
        sources=[_source(citation) for citation in stored.ruling_citations.get(ruling.pk, ())],
    )


def _source(citation: Citation) -> doc.SourcePart:
    source = citation.source
    return doc.SourcePart(
        title=_text(source.title),
        slug=source.slug,
        publisher=_text(source.publisher),
        url=source.url if re.match(r"https?://", source.url) else None,
        published=source.published,
        fact=_text(citation.fact) or "",
        reading=_text(citation.reading),
        note=_text(citation.note),
        retrieved=citation.retrieved,
    )
