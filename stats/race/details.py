"""One race or track with all its small rows, in one query: sessions, segments, checks, relief drivers, dated names."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import Model, OuterRef

from drivers.models import Driver
from races.models import (
    CautionSegment,
    LeadSegment,
    Race,
    RaceCheck,
    ReliefDriver,
    SeriesName,
    Session,
    Track,
    TrackName,
)
from races.models.querysets import RaceQuerySet
from racestats.json_rows import rows_of

SESSION = ("pk", "kind", "number", "date", "laps", "cancelled", "note")
CAUTION = ("start_lap", "end_lap", "reason", "comment", "beneficiary")
CHECK = ("code", "place", "value", "message")
SERIES_NAME = ("name", "first_season", "last_season")
TRACK_NAME = ("name", "first_day", "last_day")
PERSON = ("name", "suffix", "slug")


class Lead(NamedTuple):
    """Laps that one driver led in one go; lap 0 is the start."""

    start_lap: int
    end_lap: int
    driver: Driver


class Relief(NamedTuple):
    """Who took over whose car."""

    number: str
    took_flag: bool
    relieved: Driver
    driver: Driver


def with_details(races: RaceQuerySet) -> RaceQuerySet:
    """Races with their small rows, for `unpack`."""
    mine = OuterRef("pk")
    entrant = [f"entry__driver__{name}" for name in PERSON]
    return races.annotate(
        session_rows=rows_of(Session.objects.filter(race=mine), "race", *SESSION),
        caution_rows=rows_of(CautionSegment.objects.filter(race=mine), "race", *CAUTION),
        check_rows=rows_of(RaceCheck.objects.filter(race=mine).with_accepted(), "race", *CHECK, "accepted"),
        lead_rows=rows_of(LeadSegment.objects.filter(race=mine), "race", "start_lap", "end_lap", *entrant),
        relief_rows=rows_of(
            ReliefDriver.objects.filter(entry__race=mine),
            "entry__race",
            *("entry__number", "took_flag", *entrant, *(f"driver__{name}" for name in PERSON)),
        ),
        series_name_rows=rows_of(SeriesName.objects.filter(series=OuterRef("season__series")), "series", *SERIES_NAME),
        track_name_rows=rows_of(TrackName.objects.filter(track=OuterRef("layout__track")), "track", *TRACK_NAME),
    )


def track_at(slug: str) -> Track | None:
    """The track at an address, with its dated names. One query."""
    names = rows_of(TrackName.objects.filter(track=OuterRef("pk")), "track", *TRACK_NAME)
    track = Track.objects.annotate(name_rows=names).filter(slug=slug).first()
    if track:
        _prefetched(track, "names", _track_names(track.name_rows))
    return track


def unpack(race: Race) -> Race:
    """Put the small rows where `prefetch_related` would have; `leads` and `relief` name drivers."""
    _prefetched(race, "sessions", sorted(_instances(Session, SESSION, race.session_rows), key=_in_weekend))
    for session in race.sessions.all():
        session.race = race
    cautions = _instances(CautionSegment, CAUTION, race.caution_rows)
    _prefetched(race, "caution_segments", sorted(cautions, key=lambda caution: caution.start_lap))
    checks = _instances(RaceCheck, CHECK, race.check_rows)
    for check, row in zip(checks, race.check_rows or ()):
        check.accepted = bool(row[-1])
    _prefetched(race, "checks", sorted(checks, key=lambda check: (check.accepted, check.code, check.message)))
    dated = _instances(SeriesName, SERIES_NAME, race.series_name_rows)
    _prefetched(race.season.series, "names", sorted(dated, key=lambda each: (each.first_season or 0, each.name)))
    _prefetched(race.layout.track, "names", _track_names(race.track_name_rows))
    race.leads = sorted(
        (Lead(start, end, _driver(person)) for start, end, *person in race.lead_rows or ()), key=lambda lead: lead[:2]
    )
    race.relief = [
        Relief(number, bool(took_flag), _driver(people[:3]), _driver(people[3:]))
        for number, took_flag, *people in sorted(race.relief_rows or ())
    ]
    return race


def _in_weekend(session: Session) -> tuple:
    return session.kind, session.number


def _track_names(rows: list | None) -> list[TrackName]:
    dated = _instances(TrackName, TRACK_NAME, rows)
    return sorted(dated, key=lambda each: (each.first_day or date.min, each.name))


def _driver(person: list) -> Driver:
    return Driver(**dict(zip(PERSON, person)))


def _instances(model: type[Model], columns: tuple[str, ...], rows: list | None) -> list[Model]:
    fields = [model._meta.pk if column == "pk" else model._meta.get_field(column) for column in columns]
    return [model(**{field.attname: field.to_python(value) for field, value in zip(fields, row)}) for row in rows or ()]


def _prefetched(instance: Model, relation: str, rows: list) -> None:
    """What Django's own prefetching does with what it has read."""
    vars(instance).setdefault("_prefetched_objects_cache", {})[relation] = rows
