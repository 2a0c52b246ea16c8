"""The rows of a race's pages: their order, what a new one begins with, and a car that goes with its results."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages

from races.derived.refresh import deferred, differences
from races.models import Race, Result, Session
from testing.editing import complaints, page, typed
from testing.makers import HAMLIN, HARVICK, LARSON, make_entry, make_race, make_result, make_ruling, make_team
from testing.queries import counted_queries
from testing.roles import as_role


@deferred()
def make_book() -> None:
    """Kansas with two cars and their results."""
    race = make_race(2025, 12, laps=267, field_size=2, date=date(2025, 5, 11))
    make_result(race, LARSON, 1, number="5", laps=267, laps_led=221, start=1)
    make_result(race, HAMLIN, 2, number="11", laps=267, laps_led=46)


@pytest.fixture
def race(small_book) -> Race:
    return Race.objects.get()


@pytest.fixture
def editor(client, db):
    return as_role(client, "publisher")


def test_a_margin_without_a_kind_is_seconds(editor, race):
    address = page("change", Race, race.pk)
    response = editor.post(address, {**typed(editor.get(address)), "margin": "0.712"})
    race.refresh_from_db()
    assert (race.margin_kind, race.margin) == ("time", Decimal("0.712"))
    assert "The margin was taken as seconds." in [str(told) for told in get_messages(response.wsgi_request)]


def test_rows_come_as_they_are_on_paper(editor, race):
    """Cars by their numbers, results as they finished; a new row of the race is running, unless said."""
    for number, place in (("2", 4), ("B-29", None), ("08", None), ("8", 3), ("", None)):
        make_result(race, f"Driver {number}", place, number=number)
    make_entry(race, HARVICK, "7")
    cars = typed(editor.get(page("change", Race, race.pk)))
    assert [cars[f"entries-{row}-number"] for row in range(8)] == ["2", "5", "7", "08", "8", "11", "B-29", ""]
    address = page("change", Session, race.sessions.get(kind="race").pk) + "?every_car=1"
    response = editor.get(address)
    rows = response.context_data["inline_admin_formsets"][0].formset
    listed = [form.instance.entry.number for form in rows.initial_forms]
    assert listed == ["5", "11", "8", "2", "08", "B-29", ""]
    assert [label.split()[1] for _, label in rows.empty_form.fields["entry"].choices[1:4]] == ["2", "5", "7"]
    data = typed(response)
    assert (data["results-7-status"], data["results-0-status"]) == ("running", "")
    assert editor.post(address, data).status_code == 302
    assert not Result.objects.filter(entry__number="7").exists()
    assert editor.post(address, {**data, "results-7-position": "5"}).status_code == 302
    assert Result.objects.get(entry__number="7").status == "running"


def test_a_car_goes_with_its_results_once_that_is_ticked(editor, race):
    make_result(race, LARSON, 1, session="qualifying", number="5")
    address = page("change", Race, race.pk)
    data = {**typed(editor.get(address)), "entries-0-DELETE": "on"}
    assert data["entries-0-number"] == "5"
    response = editor.post(address, data)
    assert "No. 5 Kyle Larson: tick at “Delete?” what goes too, or keep the row." in complaints(response)
    box = '<label><input type="checkbox" name="entries-0-with_others"> with its 2 results in qualifying and race'
    assert box in response.content.decode()
    assert race.entries.count() == 2
    response = editor.post(address, {**typed(response), "entries-0-with_others": "on"})
    assert response.status_code == 302
    assert list(race.entries.values_list("number", flat=True)) == ["11"]
    logged = LogEntry.objects.latest("pk").get_change_message()
    assert "Deleted entry “No. 5 Kyle Larson, with its 2 results in qualifying and race”." in logged
    assert editor.get(page("history", Race, race.pk)).text.count('<tbody class="removed">') == 3
    assert differences() == 0


def test_a_car_without_results_goes_at_once(editor, race):
    make_entry(race, HARVICK, "4")
    address = page("change", Race, race.pk)
    data = typed(editor.get(address))
    assert data["entries-0-number"] == "4"
    assert editor.post(address, {**data, "entries-0-DELETE": "on"}).status_code == 302
    assert not race.entries.filter(number="4").exists()


def test_the_box_of_the_status_takes_official_only_where_nothing_is_missing(editor, race):
    Race.objects.update(status="provisional", stages=2)
    address = page("change", Race, race.pk)
    data = {**typed(editor.get(address)), "status": "official"}
    assert "0 of its 2 scoring stages on file. “Make official” asks" in complaints(editor.post(address, data))
    Race.objects.update(stages=0)
    data = {**typed(editor.get(address)), "status": "official"}
    assert editor.post(address, data).status_code == 302
    race.refresh_from_db()
    assert race.status == "official"


def test_a_session_goes_with_its_results_and_a_ruling_with_its_changes_once_that_is_ticked(editor, race):
    last = Result.objects.get(entry__number="11")
    ruling = make_ruling(race, date(2025, 5, 13), {last: ({"points": 30}, {"points": 20})})
    address = page("change", Race, race.pk)
    data = {**typed(editor.get(address)), "sessions-0-DELETE": "on", "rulings-0-DELETE": "on"}
    response = editor.post(address, data)
    assert f"{ruling.title}: tick at “Delete?” what goes too, or keep the row." in complaints(response)
    assert "Race: tick at “Delete?” what goes too, or keep the row." in complaints(response)
    assert "with its 2 results</label>" in response.content.decode()
    assert "with its 1 change</label>" in response.content.decode()
    ticked = {"sessions-0-with_others": "on", "rulings-0-with_others": "on"}
    assert editor.post(address, {**typed(response), **ticked}).status_code == 302
    assert not Result.objects.filter(session__race=race).exists()
    assert not race.rulings.exists()
    assert differences() == 0


def test_a_save_asks_the_same_for_two_rows_and_for_twenty(editor, race):
    """Whether results are changed, cars get another team, or their numbers move on by one."""
    team = make_team("Another Team")

    def saved() -> list[int]:
        counts = []
        for row, column in (
            (race.sessions.get(), "results-{}-laps"),
            (race, "entries-{}-team"),
            (race, "entries-{}-number"),
        ):
            address = page("change", type(row), row.pk)
            data = typed(editor.get(address))
            boxes = [column.format(place) for place in range(race.entries.count())]
            moved = dict(zip(boxes, (data[box] for box in boxes[1:] + boxes[:1])))
            said = {"laps": 266, "team": team.pk}.get(column.split("-")[-1])
            with counted_queries() as queries:
                response = editor.post(address, {**data, **(dict.fromkeys(boxes, said) if said else moved)})
            assert response.status_code == 302, complaints(response)
            counts.append(len(queries))
        race.entries.update(team=None)
        return counts

    few = saved()
    with deferred():
        for place in range(3, 21):
            make_result(race, f"Driver {place}", place, number=str(100 + place), laps=260, laps_led=0)
    assert saved() == few
