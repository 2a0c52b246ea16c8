"""From the book to race documents."""

from __future__ import annotations

from django.utils.text import slugify

from racestats.formatting import duration

from ..models import Citation, Entry, Race, Result, Session
from . import document as doc
from .names import OWN_ID
from .stored import StoredRace, stored_races


def race_documents(races) -> list[doc.RaceDocument]:
    """The documents of a queryset of races, in its order."""
    return [document_of(stored) for stored in stored_races(races)]


def as_json(document: doc.RaceDocument) -> str:
    """One line of JSON; what is unknown is left out."""
    return document.model_dump_json(exclude_none=True)


def document_of(stored: StoredRace) -> doc.RaceDocument:
    race = stored.race
    layout = race.layout
    by_id = {entry.pk: entry for entry in stored.entries}

    def named(entry_id: int | None) -> doc.Car | None:
        return doc.Car(**_car(by_id[entry_id])) if entry_id else None

    return doc.RaceDocument(
        series=race.season.series.slug,
        season=race.season.year,
        round=race.round,
        slug=race.slug or None,
        name=race.name,
        event=race.event.name if race.event else None,
        date=race.date,
        track=layout.track.slug,
        layout=doc.Layout(
            slug=layout.slug,
            name=layout.name,
            length=layout.length,
            type=layout.type,
            surface=layout.surface or None,
        ),
        nth_at_track=race.nth_at_track,
        kind=race.kind,
        status=race.status,
        scheduled_laps=race.scheduled_laps,
        laps=race.laps,
        end_reason=race.end_reason or None,
        field_size=race.field_size,
        stages=race.stages,
        lineup=race.lineup or None,
        pole=named(race.pole_id),
        led_to_green=named(race.led_to_green_id),
        margin=_margin(race, named(race.margin_against_id)),
        cautions=race.cautions,
        caution_laps=race.caution_laps,
        lead_changes=race.lead_changes,
        leaders=race.leaders,
        time=duration(race.duration) if race.duration else None,
        average_speed=race.average_speed,
        note=race.note or None,
        entries=[_entry(entry, stored) for entry in stored.entries],
        sessions=[_session(session, stored) for session in stored.sessions.values()],
        caution_segments=[
            doc.CautionPart(
                start=caution.start_lap,
                end=caution.end_lap,
                reason=caution.reason or None,
                comment=caution.comment or None,
                beneficiary=caution.beneficiary or None,
            )
            for caution in stored.cautions
        ]
        or None,
        lead_segments=[
            doc.LeadPart(start=lead.start_lap, end=lead.end_lap, **_car(lead.entry)) for lead in stored.leads
        ]
        or None,
        rulings=[_ruling(ruling, stored) for ruling in stored.rulings.values()],
        sources=[_source(citation) for citation in stored.citations],
    )


def _car(entry: Entry) -> dict:
    """How a result names its car: by number and driver, so that shared numbers stay apart."""
    return {"car": entry.number or None, "driver": str(entry.driver)}


def _margin(race: Race, against: doc.Car | None) -> doc.Margin | None:
    if not race.margin_kind and not race.margin_note:
        return None
    time = race.margin_kind == Race.MarginKind.TIME
    return doc.Margin(
        kind=race.margin_kind or None,
        seconds=race.margin if time else None,
        value=None if time else race.margin,
        method=race.margin_method or None,
        against=against,
        note=race.margin_note or None,
    )


def _entry(entry: Entry, stored: StoredRace) -> doc.EntryPart:
    relief = [doc.Relief(driver=str(row.driver), took_flag=row.took_flag) for row in stored.relief.get(entry.pk, ())]
    return doc.EntryPart(
        car=entry.number or None,
        twin=entry.twin,
        driver=str(entry.driver),
        driver_id=None if slugify(str(entry.driver)) == entry.driver.slug else OWN_ID + entry.driver.slug,
        team=entry.team.name if entry.team else None,
        manufacturer=entry.manufacturer.name if entry.manufacturer else None,
        relief=relief or None,
    )


def _session(session: Session, stored: StoredRace) -> doc.SessionPart:
    results = stored.results.get(session.pk, {}).values()
    ordered = sorted(results, key=lambda result: (result.position is None, result.position or 0, result.pk))
    return doc.SessionPart(
        kind=session.kind,
        number=session.number,
        date=session.date,
        laps=session.laps,
        cancelled=session.cancelled or None,
        note=session.note or None,
        results=[_result(result) for result in ordered],
    )


def _result(result: Result) -> doc.ResultPart:
    return doc.ResultPart(
        **_car(result.entry),
        position=result.position,
        crossed_line=result.crossed_line,
        start=result.start,
        laps=result.laps,
        laps_led=result.laps_led,
        points=result.points,
        status=result.status or None,
        status_text=result.status_text or None,
        time=result.lap_time,
        speed=result.lap_speed,
        gap=result.gap,
        disqualified=result.disqualified or None,
        encumbered=result.encumbered or None,
        ineligible=result.ineligible or None,
        note=result.note or None,
    )


def _ruling(ruling, stored: StoredRace) -> doc.RulingPart:
    return doc.RulingPart(
        number=ruling.number,
        kind=ruling.kind,
        announced=ruling.announced,
        title=ruling.title,
        reason=ruling.reason or None,
        changes=[
            doc.ChangePart(
                session=change.result.session.slug,
                **_car(change.result.entry),
                before=change.before,
                after=change.after,
            )
            for change in stored.changes.get(ruling.pk, ())
        ],
        sources=[_source(citation) for citation in stored.ruling_citations.get(ruling.pk, ())],
    )


def _source(citation: Citation) -> doc.SourcePart:
    source = citation.source
    return doc.SourcePart(
        title=source.title,
        slug=source.slug,
        publisher=source.publisher or None,
        url=source.url or None,
        published=source.published,
        fact=citation.fact,
        reading=citation.reading or None,
        note=citation.note or None,
        retrieved=citation.retrieved,
    )
