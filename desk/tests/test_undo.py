"""Undoing a change set as a whole: its plan, what stands in the way, and that the book is as it was."""

from datetime import date

import pytest
from django.contrib.auth.models import User

from changes.models import ChangeSet
from changes.values import values_of
from desk.merge.plan import plan_of as plan_of_merge
from desk.merge.write import merge
from desk.plan import PlanChanged
from desk.undo.obstacles import obstacles
from desk.undo.plan import MOST_ROWS, plan_of
from desk.undo.write import undo
from drivers.models import Driver, DriverAlias
from importing.run import Options, import_data
from races.derived.refresh import deferred, differences
from races.models import Entry, Race, Result, Ruling, Session
from testing.books import book_models
from testing.editing import WHY, boxes, page, typed
from testing.files.samples import as_bytes, document
from testing.makers import (
    make_driver,
    make_entry,
    make_race,
    make_result,
    make_ruling,
    make_sample_book,
    make_two_car_book,
)
from testing.queries import counted_queries
from testing.roles import KEPT_BY_THE_COMPUTER, as_role

pytestmark = pytest.mark.django_db
TRUTH = [model for model in book_models() if model not in KEPT_BY_THE_COMPUTER]


make_book = make_two_car_book


@pytest.fixture
def race(small_book) -> Race:
    return Race.objects.get()


def held() -> dict:
    """All that the book says, with its ids."""
    return {model: {row.pk: values_of(row) for row in model.objects.all()} for model in TRUTH}


def last() -> ChangeSet:
    return ChangeSet.objects.first()


def undo_last() -> ChangeSet:
    plan = plan_of(last())
    assert obstacles(plan) == []
    return undo(last(), plan.fingerprint)


def in_the_way(change_set: ChangeSet) -> list[str]:
    return [told.text for told in obstacles(plan_of(ChangeSet.objects.get(pk=change_set.pk)))]


def save_a_driver():
    driver = make_driver()
    driver.hometown = "Elk Grove"
    driver.save()


@deferred()
def renames():
    """His former slug is a row too."""
    driver = make_driver()
    driver.slug = "k-larson"
    driver.save()


def deletes_a_car():
    Entry.objects.get(number="5").delete()


def deletes_a_race():
    Race.objects.get().delete()


def adds_a_race():
    with deferred():
        make_result(make_race(2025, 13, track="Charlotte"), "Ross Chastain", 1, number="1")


def rules():
    first, second = Result.objects.order_by("position")
    with deferred():
        for result, place in ((first, 2), (second, 1)):
            result.position = place
            result.save()
        changes = {first: ({"position": 1}, {"position": 2}), second: ({"position": 2}, {"position": 1})}
        make_ruling(Race.objects.get(), date(2025, 5, 14), changes, kind="disqualification")


def swaps_numbers():
    """One car takes the number of one that goes, which comes back with it."""
    with deferred():
        Entry.objects.get(number="11").delete()
        car = Entry.objects.get(number="5")
        car.number = "11"
        car.save()


WRITES = [save_a_driver, renames, deletes_a_car, deletes_a_race, adds_a_race, rules, swaps_numbers]


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.__name__)
def test_undone_the_book_is_as_it_was_and_redone_as_it_became(race, write):
    before = held()
    write()
    after = held()
    undo_last()
    assert held() == before
    assert differences() == 0
    undo_last()
    assert held() == after
    undo_last()
    assert held() == before
    assert differences() == 0


def test_an_undo_is_a_change_of_its_own_and_says_what_holds(race):
    save_a_driver()
    saved = last()
    undone = undo_last()
    assert (undone.kind, undone.title, undone.undoes) == ("undo", "Driver: Kyle Larson", saved)
    holds = {each.pk: each.undone_by for each in ChangeSet.objects.filter(pk__gte=saved.pk)}
    assert holds == {saved.pk: undone, undone.pk: None}
    redone = undo_last()
    holds = {each.pk: each.undone_by for each in ChangeSet.objects.filter(pk__gte=saved.pk)}
    assert holds == {saved.pk: None, undone.pk: redone, redone.pk: None}
    assert make_driver().hometown == "Elk Grove"


def test_a_merge_is_undone_as_a_whole(race):
    make_entry(race, "Kyl Larson", "57")
    before = held()
    merge(plan_of_merge(Driver.objects.get(name="Kyl Larson"), make_driver()))
    after = held()
    assert last().kind == "merge"
    undo_last()
    assert held() == before
    assert differences() == 0
    undo_last()
    assert held() == after


def test_an_import_is_undone_as_a_whole(empty_book):
    make_sample_book()
    before = held()
    import_data(as_bytes(document()), "kansas.json", Options(create_drivers=True))
    imported, came = last(), held()
    undo_last()
    assert held() == before
    assert differences() == 0
    assert imported.run.change_sets.get() == imported
    undo_last()
    assert held() == came
    said = document(caution_segments=[{"start": 81, "end": 86}], cautions=2)
    said["sessions"][1]["results"][0] |= {"laps_led": 200, "points": 40}
    import_data(as_bytes(said), "again.json", Options(overwrite_official=True))
    assert held() != came
    undo_last()
    assert held() == came
    assert differences() == 0


def saves_the_same_cell():
    Driver.objects.filter(name="Kyle Larson").update(hometown="Elk Grove, California")


def saves_it_twice():
    for place in ("Sacramento", "Elk Grove"):
        driver = make_driver()
        driver.hometown = place
        driver.save()


@pytest.mark.parametrize(
    ("first", "later", "told"),
    [
        (
            save_a_driver,
            saves_the_same_cell,
            ["Kyle Larson: Home town was changed since, and is Elk Grove, California"],
        ),
        (save_a_driver, saves_it_twice, ["Kyle Larson: Home town was changed since, and is Elk Grove"]),
        (
            lambda: make_entry(Race.objects.get(), "Ross Chastain", "1"),
            lambda: make_result(Race.objects.get(), "Ross Chastain", 3, number="1"),
            ["No. 1 Ross Chastain, race: depends on the entry that would go."],
        ),
        (
            lambda: make_entry(Race.objects.get(), "Ross Chastain", "1"),
            lambda: Entry.objects.get(number="1").delete(),
            ["No. 1 Ross Chastain: is no longer in the book."],
        ),
        (
            lambda: make_driver("Ross Chastain"),
            lambda: make_entry(Race.objects.get(), "Ross Chastain", "1"),
            ["No. 1 Ross Chastain: depends on the driver that would go."],
        ),
        (
            lambda: Entry.objects.get(number="11").delete(),
            lambda: make_entry(Race.objects.get(), "Ross Chastain", "11"),
            ["No. 11 Denny Hamlin: This race already has a car with that number."],
        ),
        (
            lambda: Entry.objects.get(number="11").delete(),
            lambda: Race.objects.get().delete(),
            [
                "No. 11 Denny Hamlin: the race that it was of is no longer in the book.",
                "No. 11 Denny Hamlin: the session that it was of is no longer in the book.",
            ],
        ),
        (
            lambda: _save(Result.objects.get(position=1), laps_led=10),
            lambda: _save(Result.objects.get(position=1), laps=20),
            ["No. 5 Kyle Larson, race: A car cannot lead more laps than it ran."],
        ),
    ],
)
def test_what_stands_in_the_way_is_named(race, first, later, told):
    first()
    change_set = last()
    fingerprint = plan_of(change_set).fingerprint
    later()
    before = held()
    assert sorted(in_the_way(change_set)) == sorted(told)
    with pytest.raises(PlanChanged):
        undo(change_set, fingerprint)
    assert held() == before


def _save(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def test_what_is_in_the_way_no_more_once_that_is_undone_too(race):
    make_entry(race, "Ross Chastain", "1")
    car = last()
    make_result(race, "Ross Chastain", 3, number="1")
    result = last()
    assert in_the_way(car)
    undo_last()
    assert in_the_way(car) == []
    assert in_the_way(result) == ["It is undone already."]


def test_other_cells_of_the_row_stay_as_they_were_left(race):
    _save(race, cautions=6)
    change_set = last()
    _save(race, lead_changes=11)
    undo(change_set, plan_of(change_set).fingerprint)
    race.refresh_from_db()
    assert (race.cautions, race.lead_changes) == (None, 11)


def test_an_import_of_a_whole_history_is_no_page_s(race, monkeypatch):
    monkeypatch.setattr("desk.undo.plan.MOST_ROWS", 1)
    deletes_a_race()
    assert MOST_ROWS > 1
    assert "more rows than a page can take back" in in_the_way(last())[0]


def test_the_page_shows_it_and_does_it(client, race):
    editor = as_role(client, "editor")
    address = page("change", Session, Session.objects.get().pk)
    after = editor.post(address, {**typed(editor.get(address)), "results-0-laps_led": "220"}, follow=True)
    saved = last()
    undo_address = f"/admin/changes/changeset/{saved.pk}/undo/"
    assert f'<a href="{undo_address}">Undo this save …' in after.text
    assert "Undo this" not in editor.post(address, typed(editor.get(address)), follow=True).text
    assert f'href="{undo_address}"' in editor.get(saved.get_absolute_url()).text
    shown = editor.get(undo_address)
    assert "<td>Laps led</td>" in shown.text
    without = editor.post(undo_address, {**boxes(shown), "why": " "}, follow=True)
    assert "official races are among what it changes" in without.text
    assert Result.objects.get(position=1).laps_led == 220
    response = editor.post(undo_address, boxes(shown), follow=True)
    assert "Undone: Session: 2025 Cup Series 12: Kansas 12, Race." in response.text
    assert Result.objects.get(position=1).laps_led == 221
    assert (last().user.username, last().reason) == ("editor", WHY)
    assert "Nothing was undone" in editor.post(undo_address, {"plan": "x", "why": WHY}, follow=True).text


@pytest.mark.parametrize("role", ["viewer", "contributor"])
def test_only_who_may_do_it_by_hand_may_undo(client, race, role):
    """Of an official race a contributor may not."""
    deletes_a_car()
    viewer = as_role(client, role)
    address = f"/admin/changes/changeset/{last().pk}/undo/"
    assert "You may not do by hand" in viewer.get(address).text
    assert viewer.post(address, {"plan": plan_of(last()).fingerprint}).status_code == 403
    assert not Entry.objects.filter(number="5").exists()


def test_a_plan_asks_as_much_for_many_rows_as_for_few(race):
    def asked(rows: int) -> int:
        with deferred():
            for number in range(rows):
                make_result(race, f"Driver {rows} {number}", number=f"{rows}{number}")
        with counted_queries() as queries:
            assert obstacles(plan_of(last())) == []
        return len(queries)

    asked(2)
    assert asked(3) == asked(12)


def test_a_deleted_user_leaves_his_changes(client, race):
    editor = as_role(client, "editor")
    address = page("change", Driver, make_driver().pk)
    assert editor.post(address, {**typed(editor.get(address)), "hometown": "Elk Grove"}).status_code == 302
    User.objects.all().delete()
    assert (last().user, last().title) == (None, "Driver: Kyle Larson")


def test_a_ruling_s_rows_go_with_it(race):
    rules()
    assert Ruling.objects.get().changes.count() == 2
    undo_last()
    assert not Ruling.objects.exists()
    assert [result.position for result in Result.objects.order_by("pk")] == [1, 2]


def test_a_ruling_does_not_come_back_to_results_that_say_otherwise(race):
    """Deleted, it leaves the results as they are, and then they may be changed by hand."""
    rules()
    Ruling.objects.get().delete()
    deletion = last()
    assert in_the_way(deletion) == []
    result = Result.objects.get(position=2)
    result.position = 30
    result.save()
    assert in_the_way(deletion) == [
        f"{result.entry}, race: “A ruling”: position is 2 by this ruling, and the result says 30."
    ]
    undo_last()
    undo(deletion, plan_of(deletion).fingerprint)
    assert Ruling.objects.get().changes.count() == 2


def test_a_ruling_does_not_come_back_to_a_day_after_the_next_one(race):
    rules()
    ruling, result = Ruling.objects.get(), Result.objects.get(position=2)
    Ruling.objects.update(announced=date(2025, 6, 1))
    ruling.refresh_from_db()
    ruling.announced = date(2025, 5, 14)
    ruling.save()
    moved = last()
    assert in_the_way(moved) == []
    make_ruling(race, date(2025, 5, 20), {result: ({"position": 2}, {"position": 1})}, kind="appeal")
    (told,) = in_the_way(moved)
    assert "position is 2 by this ruling, and the result says 1." in told


def test_an_alias_of_one_who_goes(race):
    DriverAlias.objects.create(driver=make_driver("Ross Chastain"), alias="Melon Man")
    alias = last()
    undo(alias, plan_of(alias).fingerprint)
    assert not DriverAlias.objects.exists()
