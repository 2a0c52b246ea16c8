"""What the history keeps of each kind of write: who, which rows, from what to what."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction

from changes import recording
from changes.models import Change, ChangeSet
from changes.recording import runs_of
from changes.subjects import RECORDED
from drivers.models import Driver, DriverAlias
from importing.run import Options, import_data
from races.derived.refresh import deferred
from races.models import CautionSegment, Entry, ImportRun, Race, Result, RevokedRuling, Session, TrackLayout
from testing.books import book_models
from testing.editing import page, typed
from testing.files.samples import as_bytes, document
from testing.makers import (
    make_driver,
    make_entry,
    make_results,
    make_sample_book,
    make_season,
    make_track,
    make_two_car_book,
)
from testing.queries import counted_queries
from testing.roles import KEPT_BY_THE_COMPUTER, as_role

pytestmark = pytest.mark.django_db


make_book = make_two_car_book


@pytest.fixture
def race(small_book) -> Race:
    ChangeSet.objects.all().delete()
    return Race.objects.get()


def kept() -> dict[str, dict]:
    """What the one change set that there is says, by model."""
    change = Change.objects.get(change_set=ChangeSet.objects.get())
    return change.rows


def subjects() -> list[tuple[str, int]]:
    return list(Change.objects.values_list("subject", "subject_id"))


def test_a_plain_save_says_what_was_what(race):
    driver = Driver.objects.get(name="Kyle Larson")
    driver.hometown, driver.born = "Elk Grove", date(1992, 7, 31)
    driver.save()
    cells = {"hometown": ["", "Elk Grove"], "born": [None, "1992-07-31"]}
    assert kept() == {"drivers.driver": {"changed": {str(driver.pk): cells}}}
    assert subjects() == [("drivers.driver", driver.pk)]
    history = ChangeSet.objects.get()
    assert (history.user, history.kind, history.title) == (None, "save", "Driver: Kyle Larson")


@pytest.mark.parametrize(
    ("column", "value", "cells"),
    [
        ("margin", Decimal("0.1"), ["0.673", "0.100"]),
        ("margin", "0.673", None),
        ("duration", timedelta(hours=2, minutes=45, seconds=31), [None, "P0DT02H45M31S"]),
        ("cautions", 0, [None, 0]),
    ],
)
def test_a_value_is_kept_as_the_database_has_it(race, column, value, cells):
    race.margin_kind, race.margin = "time", Decimal("0.673")
    race.save()
    ChangeSet.objects.all().delete()
    setattr(race, column, value)
    race.save(update_fields=[column])
    assert [change.rows["races.race"]["changed"][str(race.pk)] for change in Change.objects.all()] == (
        [{column: cells}] if cells else []
    )


def test_only_what_was_written_is_kept(race):
    race.laps, race.cautions = 200, 6
    race.save(update_fields=["cautions"])
    assert kept()["races.race"]["changed"][str(race.pk)] == {"cautions": [None, 6]}


def test_a_row_that_comes_and_goes_leaves_nothing(race):
    with deferred():
        DriverAlias.objects.create(driver=make_driver(), alias="Yung Money").delete()
    assert not ChangeSet.objects.exists()


def test_what_fails_leaves_nothing(race):
    def fail():
        with transaction.atomic(), recording.change_set():
            make_driver("Chase Elliott")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with deferred():
        make_driver("William Byron")
        with pytest.raises(ZeroDivisionError):
            fail()
    assert [len(change.rows["drivers.driver"]["added"]) for change in Change.objects.all()] == [1]
    with deferred():
        make_driver("Alex Bowman")
        transaction.set_rollback(True)
    transaction.set_rollback(False)
    assert ChangeSet.objects.count() == 1


def test_a_fixture_leaves_no_history(race, tmp_path):
    driver = {"model": "drivers.driver", "fields": {"name": "Alex Bowman", "slug": "alex-bowman"}}
    known = {"model": "drivers.driver", "pk": make_driver().pk, "fields": {"name": "Kyle M. Larson", "slug": "larson"}}
    file = tmp_path / "drivers.json"
    file.write_text(json.dumps([driver, known]))
    ChangeSet.objects.all().delete()
    call_command("loaddata", str(file), verbosity=0)
    assert Driver.objects.filter(slug__in=["alex-bowman", "larson"]).count() == 2
    assert not ChangeSet.objects.exists()


def test_a_car_that_goes_takes_its_results_and_a_pole_along(race):
    car = Entry.objects.get(number="5")
    result = car.results.get()
    car_pk, result_pk = str(car.pk), str(result.pk)
    car.delete()
    found = kept()
    assert found["races.entry"]["removed"][car_pk]["number"] == "5"
    assert found["races.result"]["removed"][result_pk]["laps_led"] == 221
    assert found["races.race"]["changed"][str(race.pk)] == {"pole": [int(car_pk), None]}
    assert subjects() == [("races.race", race.pk)]
    assert ChangeSet.objects.get().kind == "deletion"


def test_a_race_that_goes_is_kept_whole(race):
    key = race.pk
    race.delete()
    assert subjects() == [("races.race", key)]
    assert {model: len(rows["removed"]) for model, rows in kept().items()} == {
        "races.race": 1,
        "races.session": 1,
        "races.entry": 2,
        "races.result": 2,
    }


def test_a_page_of_results_is_one_change_set_of_its_editor(client, race):
    editor = as_role(client, "editor")
    session = Session.objects.get()
    address = page("change", Session, session.pk)
    rows = typed(editor.get(address)) | {"results-0-laps_led": "220", "results-1-laps_led": "47", "note": "Sunny"}
    assert editor.post(address, rows).status_code == 302
    first, second = Result.objects.order_by("position")
    found = kept()
    assert found["races.session"]["changed"] == {str(session.pk): {"note": ["", "Sunny"]}}
    cells = {str(first.pk): {"laps_led": [221, 220]}, str(second.pk): {"laps_led": [46, 47]}}
    assert found["races.result"]["changed"] == cells
    history = ChangeSet.objects.get()
    assert (history.user.username, history.kind) == ("editor", "save")
    assert history.title == "Session: 2025 Cup Series 12: Kansas 12, Race"
    User.objects.all().delete()
    assert ChangeSet.objects.get().user is None


def test_forty_rows_cost_no_more_than_two(race, client):
    """Five statements: what is stored of the session, the subject of its rows, the change set, what it changed, and
    whether there is something to be undone."""
    editor = as_role(client, "superuser")
    with deferred():
        make_results(race, [f"Driver {number}" for number in range(38)])
    address = page("change", Session, Session.objects.get().pk)
    rows = typed(editor.get(address))
    rows |= {f"results-{row}-laps": "100" for row in range(2, 40)}
    with counted_queries() as queries:
        assert editor.post(address, {**rows, "note": "Sunny"}).status_code == 302
    ours = [sql for sql in queries if "changes_" in sql]
    assert len(ours) == 3
    assert len(Change.objects.last().rows["races.result"]["changed"]) == 38


@pytest.fixture
def imported(empty_book):
    make_sample_book()
    ChangeSet.objects.all().delete()
    run = import_data(as_bytes(document()), "/files/kansas.json", Options(create_drivers=True)).run
    return run


def test_of_an_import_only_which_rows_came_is_kept(imported):
    history = ChangeSet.objects.get()
    assert (history.kind, history.title, history.run) == ("import", "kansas.json", imported)
    race = Race.objects.get()
    rows = Change.objects.get(subject="races.race", subject_id=race.pk).rows
    for model in (Race, Session, Entry, Result):
        keys = model.objects.values_list("pk", flat=True)
        assert rows[model._meta.label_lower] == {"came": runs_of(keys)}


def test_what_an_import_changes_is_kept_from_what_to_what(imported):
    user = User.objects.create_user("importer")
    said = document(caution_segments=[{"start": 81, "end": 86}], cautions=None, margin=None)
    said["sessions"][1]["results"][0]["laps_led"] = 200
    caution, winner = CautionSegment.objects.get(), Result.objects.get(position=1, session__kind="race")
    run = import_data(as_bytes(said), "again.json", Options(user=user, overwrite_official=True)).run
    history = ChangeSet.objects.first()
    assert (history.run, history.user) == (run, user)
    rows = history.changes.get().rows
    assert rows["races.result"] == {"changed": {str(winner.pk): {"laps_led": [0, 200]}}}
    assert rows["races.cautionsegment"]["removed"][str(caution.pk)]["reason"] == "Stage 1"
    new = CautionSegment.objects.get().pk
    assert rows["races.cautionsegment"]["came"] == [[new, new]]


def test_an_import_that_is_only_looked_at_leaves_nothing(empty_book):
    make_sample_book()
    ChangeSet.objects.all().delete()
    import_data(as_bytes(document()), "kansas.json", Options(create_drivers=True, dry_run=True))
    assert not ChangeSet.objects.exists()
    assert not ImportRun.objects.exists()


def test_rows_moved_in_bulk_are_of_the_race_they_are_in(race):
    """A result knows its session, and the session its race: that is looked up for all at once."""
    rows = {row.pk: row for row in Result.objects.all()}
    with counted_queries() as queries, recording.change_set(title="The results of Kansas"):
        recording.removed(rows.values())
    assert subjects() == [("races.race", race.pk)]
    assert len([sql for sql in queries if "FROM" in sql]) == 1


def test_rows_of_several_subjects_are_one_change_set(race):
    with deferred():
        season, track = make_season(1999), make_track("Nazareth")
    assert ChangeSet.objects.count() == 1
    assert set(subjects()) >= {("races.season", season.pk), ("races.track", track.pk)}


def test_every_table_of_truth_has_a_history():
    """What editors and importers write, and what was revoked; not what is made of it, nor what the computer notes of
    its own work."""
    assert set(RECORDED) == set(book_models()) - KEPT_BY_THE_COMPUTER | {RevokedRuling}


def test_runs():
    assert runs_of([9, 4, 6, 5]) == [[4, 6], [9, 9]]


def test_an_entry_that_is_made_by_hand(race):
    car = make_entry(race, "Alex Bowman", "48")
    rows = Change.objects.get(subject="races.race").rows
    assert rows["races.entry"]["added"][str(car.pk)]["number"] == "48"


def test_a_layout_whose_length_is_given_as_text_is_called_by_its_length(race):
    TrackLayout.objects.create(track=race.track, name="Oval", slug="short-oval", length="0.75")
    assert "0.75 miles" in ChangeSet.objects.get().title
