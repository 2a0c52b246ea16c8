"""Fixtures name rows without database ids: every row is found by its key, and a dump comes back as it was."""

import json
from datetime import date, datetime, timezone

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.db import connection

from drivers.models import DriverAlias, TeamName
from races.derived.refresh import deferred, differences
from races.models import (
    AcceptedWarning,
    CautionSegment,
    Citation,
    Era,
    Event,
    FinalPlace,
    FormerSlug,
    ImportRun,
    ImportWarning,
    LeadSegment,
    PlayOffRound,
    RaceCheck,
    ReliefDriver,
    RevokedRuling,
    RulesVersion,
    Ruling,
    SeriesName,
    TrackName,
)
from testing.books import book_models
from testing.makers import (
    BLANEY,
    BYRON,
    HAMLIN,
    HARVICK,
    LARSON,
    make_champion,
    make_driver,
    make_entry,
    make_format,
    make_given,
    make_layout,
    make_milestone,
    make_penalty,
    make_race,
    make_result,
    make_ruling,
    make_season,
    make_series,
    make_session,
    make_source,
    make_team,
    make_track,
)

MODELS = [model for model in book_models() if model is not RulesVersion]
"""`RulesVersion` says by what the rows of this book were made, and is loaded into no other."""


@pytest.fixture
def book_of_each(empty_book):
    """At least one row of every model, and of those that need it one of each kind of key."""
    day, cup, source = date(2023, 10, 1), make_series(), make_source()
    with deferred():
        race = make_race(
            2023,
            31,
            "Talladega",
            date=day,
            event=Event.objects.create(name="YellaWood 500", slug="yellawood-500"),
            margin="0.012",
            lineup="qualifying",
            stages=1,
        )
        results = {
            driver: make_result(race, driver, place, number=number, laps=188, team="Stewart-Haas", manufacturer="Ford")
            for driver, place, number in ((BLANEY, 1, "12"), (HARVICK, 2, "4"), (BYRON, 3, ""))
        }
        race.pole, race.margin_against = results[BYRON].entry, results[HARVICK].entry
        race.save()
        make_entry(race, HAMLIN, "12", twin=1)
        make_session(race, "practice", 2)
        stage = make_result(race, BYRON, 1, session="stage-1")
        ruling = make_ruling(
            race,
            date(2023, 10, 2),
            {results[HARVICK]: ({"position": 2}, {"position": 38}), results[BYRON]: ({"position": 3}, {"position": 2})},
        )
        make_ruling(race, date(2023, 10, 3), {stage: ({"position": 1}, {"position": 2})}, kind=Ruling.Kind.APPEAL)
        make_result(make_race(2023, "all-star-race", layout=make_layout("Talladega", "dirt", type="dirt")), LARSON, 1)
        ReliefDriver.objects.create(entry=results[BLANEY].entry, driver=make_driver(LARSON), took_flag=True)
        DriverAlias.objects.create(driver=make_driver(HARVICK), alias="nascar:454")
        SeriesName.objects.create(series=cup, name="Winston Cup Series", first_season=1971, last_season=2003)
        Era.objects.create(series=cup, name="Next Gen", slug="next-gen", starts=date(2022, 2, 20))
        TeamName.objects.create(team=make_team("Stewart-Haas"), name="Haas CNC Racing", last_day=date(2008, 12, 31))
        TrackName.objects.create(track=make_track("Talladega"), name="Alabama International Motor Speedway")
        for holder, row in (
            ("driver", make_driver(HARVICK)),
            ("team", make_team("Stewart-Haas")),
            ("manufacturer", results[BLANEY].entry.manufacturer),
            ("track", make_track("Talladega")),
        ):
            FormerSlug.objects.create(slug="as-it-was", **{holder: row})
        for target in ({"race": race}, {"result": results[HARVICK]}, {"ruling": ruling}):
            Citation.objects.create(source=source, fact="margin", reading=".012", **target)
        Citation.objects.create(source=source, race=race)
        run = ImportRun.objects.create(
            file_name="talladega.json",
            format="race document",
            file_hash="0" * 64,
            started=datetime(2023, 10, 3, 8, 30, 15, 0, timezone.utc),
        )
        CautionSegment.objects.create(race=race, start_lap=20, end_lap=24)
        LeadSegment.objects.create(race=race, start_lap=0, end_lap=19, entry=results[BLANEY].entry)
        told = {"race": race, "code": "laps-led", "message": "The laps led sum to 187 of 188."}
        RaceCheck.objects.create(**told)
        ImportWarning.objects.create(run=run, number=1, **told)
        noon = datetime(2023, 10, 3, 12, 0, tzinfo=timezone.utc)
        AcceptedWarning.objects.create(run=run, accepted_at=noon, **told)
        AcceptedWarning.objects.create(code="unknown-column", place="line 1", message="Not read.", accepted_at=noon)
        said = {
            "title": "A mistake",
            "announced": date(2023, 10, 2),
            "revoked": date(2023, 10, 3),
            "record": {"number": 1},
        }
        RevokedRuling.objects.create(race=race, number=1, **said)
        make_penalty(race, HARVICK, 60, date(2023, 10, 4))
        make_format(2017, 2024, by_stage_position=[10, 9, 8], note="Stages.", source=source)
        make_given(BLANEY, (2023, 30), wins=8)
        make_given(BLANEY, (2023, 30), season=make_season(2023), wins=1)
        make_milestone("wins", 9)
        champion = make_champion(2023, BLANEY, team="Team Penske", margin="1.0", note="A note.")
        FinalPlace.objects.create(
            season=champion.season, driver=champion.driver, place=1, points="5035.0", source=source
        )
        PlayOffRound.objects.create(
            season=champion.season, number=4, first_race=36, last_race=36, drivers=4, source=source
        )


def book():
    """Every row of every model by its natural key, with what it says in words of natural keys."""
    said = {}
    for model in MODELS:
        rows = list(model.objects.all())
        texts = serializers.serialize("python", rows, use_natural_foreign_keys=True, use_natural_primary_keys=True)
        said |= {(model.__name__, *row.natural_key()): text["fields"] for row, text in zip(rows, texts)}
    return said


def ids():
    return {model: set(model.objects.values_list("pk", flat=True)) for model in MODELS}


@pytest.fixture
def empty():
    """Clears both apps within a test."""

    def clear():
        with connection.constraint_checks_disabled():
            for model in MODELS:
                model.objects.all()._raw_delete(connection.alias)

    return clear


def test_the_book_holds_every_model(book_of_each):
    assert [model.__name__ for model in MODELS if not model.objects.exists()] == []


def test_each_row_is_found_by_its_key(book_of_each, subtests):
    for model in MODELS:
        with subtests.test(model.__name__):
            for row in model.objects.all():
                key = json.loads(json.dumps(row.natural_key()))
                assert model._default_manager.get_by_natural_key(*key) == row


def test_what_is_not_there_is_said_to_be_missing(book_of_each, subtests):
    """As `loaddata` expects of a row that is new."""
    for model in MODELS:
        row = model.objects.first()
        key = [part + 1 if isinstance(part, int) else part for part in row.natural_key()]
        if key == list(row.natural_key()):
            key[0] = "2001-01-01" if model is ImportRun else "nobody"
        with (
            subtests.test(model.__name__),
            pytest.raises((model.DoesNotExist, *(parent.DoesNotExist for parent in MODELS))),
        ):
            model._default_manager.get_by_natural_key(*key)


def dump(path):
    """A fixture of the whole book, as `dumpdata` writes it."""
    call_command(
        "dumpdata", "drivers", "races", natural_foreign=True, natural_primary=True, output=str(path), verbosity=0
    )
    return path


def test_a_dump_holds_no_database_ids(book_of_each, tmp_path):
    for row in json.loads(dump(tmp_path / "book.json").read_text()):
        assert "pk" not in row
        for name, value in row["fields"].items():
            field = apps.get_model(row["model"])._meta.get_field(name)
            assert value is None or not field.is_relation or isinstance(value, list)


def test_a_dump_comes_back_as_it_was(book_of_each, empty, tmp_path):
    fixture, before = dump(tmp_path / "book.json"), book()
    empty()
    assert book() == {}
    call_command("loaddata", str(fixture), verbosity=0)
    assert book() == before
    assert differences() == 0


def test_loading_again_changes_nothing(book_of_each, tmp_path):
    fixture, before, numbers = dump(tmp_path / "book.json"), book(), ids()
    call_command("loaddata", str(fixture), verbosity=0)
    assert (book(), ids()) == (before, numbers)
