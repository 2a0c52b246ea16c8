"""New people and places whose names the book has nearly, and names that change."""

from datetime import date

import pytest

from drivers.models import Driver, DriverAlias, Manufacturer, Team, TeamName
from races.derived.refresh import deferred
from races.models import Track, TrackName
from testing.editing import complaints, page, typed, with_row
from testing.makers import (
    BYRON,
    make_driver,
    make_manufacturer,
    make_race,
    make_result,
    make_team,
    make_track,
)
from testing.roles import as_role


@deferred()
def make_book() -> None:
    race = make_race(2018, 1, "Daytona")
    make_result(race, BYRON, 1, team="Hendrick Motorsports", manufacturer="Chevrolet")
    DriverAlias.objects.create(driver=make_driver("Ricky Craven"), alias="Ricky Carven")
    for name in ("Kyle Busch", "Ward Burton", "Dale Earnhardt", "Bobby Allison"):
        make_driver(name)
    make_track("Charlotte", name="Charlotte Motor Speedway")
    make_manufacturer("Ford")


@pytest.fixture
def editor(client, small_book):
    return as_role(client, "editor")


def add(editor, model, **said):
    address = page("add", model)
    return editor.post(address, {**typed(editor.get(address)), "slug": "a-new-one", **said})


NEAR = [
    (Driver, {"name": "William Byron"}, "William Byron, 1 start, 2018"),
    (Driver, {"name": "Willliam Byron"}, "William Byron, 1 start, 2018"),
    (Driver, {"name": "Byron William"}, "William Byron, 1 start, 2018"),
    (Driver, {"name": "Bobby Alison"}, "Bobby Allison, no start"),
    (Driver, {"name": "Ricky Carven"}, "Ricky Craven, no start"),
    (Driver, {"name": "Dale Earnhardt", "suffix": "Jr."}, "Dale Earnhardt, no start"),
    (Team, {"name": "Hendrick Motorsport"}, "Hendrick Motorsports, 1 start, 2018"),
    (Track, {"name": "Daytona Superspeedway", "short_name": "Daytona Beach"}, "Daytona Speedway, 1 race, 2018"),
    (Track, {"name": "Charlotte Speedway", "short_name": "Charlotte Oval"}, "Charlotte Motor Speedway, no race"),
    (Manufacturer, {"name": "Chevrolets"}, "Chevrolet, 1 start, 2018"),
]


@pytest.mark.parametrize(("model", "said", "asked"), NEAR, ids=lambda value: str(value)[:40])
def test_a_new_one_called_nearly_so_is_asked_about(editor, model, said, asked):
    before = model.objects.count()
    answer = add(editor, model, **said)
    assert "of that name, or nearly" in complaints(answer)
    assert asked in answer.content.decode()
    assert model.objects.count() == before
    another = answer.context_data["adminform"].form.asked_about
    assert add(editor, model, **said, another=another).status_code == 302
    assert model.objects.count() == before + 1


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Driver, {"name": "Kurt Busch"}),
        (Driver, {"name": "Jeff Burton"}),
        (Driver, {"name": "Davey Allison"}),
        (Team, {"name": "Joe Gibbs Racing"}),
        (Track, {"name": "Kansas Speedway", "short_name": "Kansas"}),
    ],
    ids=str,
)
def test_who_is_called_otherwise_is_not(editor, model, said):
    assert add(editor, model, **said).status_code == 302


def test_a_tick_is_for_the_name_that_was_asked_about(editor):
    another = add(editor, Driver, name="Willliam Byron").context_data["adminform"].form.asked_about
    assert "of that name, or nearly" in complaints(add(editor, Driver, name="Bobby Alison", another=another))


def test_a_popup_asks_too(editor):
    answer = add(editor, Driver, name="Willliam Byron", _popup="1")
    assert "No, this is another driver" in answer.content.decode()


RENAMED = [
    (Track, "Charlotte Motor Speedway", "Lowe's Motor Speedway", TrackName),
    (Team, "Hendrick Motorsports", "Rick Hendrick Racing", TeamName),
]


@pytest.mark.parametrize(("model", "old", "new", "names"), RENAMED, ids=lambda value: str(value))
class TestRenamed:
    @pytest.fixture
    def rename(self, editor, model, old, new):
        row = model.objects.get(name=old)
        address = page("change", model, row.pk)
        sent = {**typed(editor.get(address)), "name": new}
        return lambda **said: editor.post(address, {**sent, **said})

    def test_asks_what_becomes_of_the_name(self, rename, model, old, new, names):
        answer = rename()
        assert f"was “{old}” till now" in complaints(answer).replace("&#x27;", "'")
        assert 'name="old_name-last" value="2025"' in answer.content.decode()
        assert model.objects.filter(name=old).exists()

    @pytest.mark.parametrize(
        ("said", "days"),
        [
            pytest.param(
                {"old_name-kept": "years", "old_name-first": "1999", "old_name-last": "2009"},
                (date(1999, 1, 1), date(2009, 12, 31)),
                id="from a year through a year",
            ),
            pytest.param({"old_name-kept": "years", "old_name-last": "2009"}, (None, date(2009, 12, 31)), id="through"),
            pytest.param({"old_name-kept": "found"}, (None, None), id="another spelling"),
        ],
    )
    def test_keeps_it(self, rename, said, days, model, old, new, names):
        assert rename(**said).status_code == 302
        kept = names.objects.get()
        assert (kept.name, (kept.first_day, kept.last_day)) == (old, days)
        assert model.objects.filter(name=new).exists()

    def test_a_mistake_is_forgotten(self, rename, model, old, new, names):
        assert rename(**{"old_name-kept": "none"}).status_code == 302
        assert not names.objects.exists()

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({"old_name-kept": "years"}, "Say from which year, through which, or both."),
            ({"old_name-kept": "x"}, "Select a valid choice"),
            (
                {"old_name-kept": "years", "old_name-first": "2009", "old_name-last": "1999"},
                "The last year must not come before the first.",
            ),
        ],
    )
    def test_what_makes_no_sense(self, rename, said, told, model, old, new, names):
        answer = rename(**said)
        assert complaints(answer)
        assert told in answer.content.decode()
        assert not names.objects.exists()

    def test_asks_nothing_where_the_name_is_dated(self, editor, model, old, new, names):
        """In the book, or in a row of the page."""
        row = model.objects.get(name=old)
        address = page("change", model, row.pk)
        sent = {**typed(editor.get(address)), "name": new}
        answer = editor.post(address, with_row(sent, "names", name=old, first_day="", last_day="2009-12-31"))
        assert answer.status_code == 302
        assert names.objects.get().name == old

    def test_asks_nothing_of_another_spelling(self, rename, model, old, new, names):
        assert rename(name=old.upper()).status_code == 302
        assert not names.objects.exists()


def test_a_name_that_was_another_teams_then(editor):
    other = make_team("Rick Hendrick Racing")
    TeamName.objects.create(team=other, name="Hendrick Motorsports", last_day=date(1990, 1, 1))
    team = Team.objects.get(slug="hendrick-motorsports")
    address = page("change", Team, team.pk)
    said = {"name": "All-Star Racing", "old_name-kept": "years", "old_name-last": "1984"}
    answer = editor.post(address, {**typed(editor.get(address)), **said})
    assert "Rick Hendrick Racing was called “Hendrick Motorsports” on some of these days." in complaints(answer)
