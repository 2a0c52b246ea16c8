"""Races at layouts of unknown type: under a type they are not counted, and one line says so."""

from datetime import date

import pytest

from races.derived.refresh import deferred
from testing.makers import LARSON, make_layout, make_race, make_result

pytestmark = pytest.mark.django_db

SAID = "2 further races were run at layouts of unknown type: they are not counted here."
PAGES = [
    "/leaderboards/wins/?",
    "/streaks/wins/?",
    "/closest-finishes/?",
    "/tracks/?",
    "/teams/?",
    "/races/?",
    "/races/cup/?",
    "/races/cup/2024/?",
    "/rulings/?",
    "/drivers/kyle-larson/races/?",
    "/drivers/kyle-larson/races/?stat=wins&",
    "/drivers/kyle-larson/vs/denny-hamlin/?",
    "/teams/hendrick-motorsports/races/?",
]


@pytest.fixture
@deferred()
def book(empty_book):
    """A race on a road course, and two at places of which nobody knows what they are."""
    road = make_layout("Sonoma", "course", type="road-course")
    for round_, layout in enumerate((road, make_layout("Mystery", type=""), make_layout("Riddle", type="")), start=1):
        race = make_race(2024, round_, layout=layout, date=date(2024, 3, round_))
        make_result(race, LARSON, 1, team="Hendrick Motorsports")
        make_result(race, "Denny Hamlin", 2)


@pytest.mark.parametrize("path", PAGES)
def test_said_under_a_type(client, book, path):
    assert SAID in client.get(f"{path}type=road-course").content.decode()
    assert SAID not in client.get(path.rstrip("?&")).content.decode()


def test_only_those_of_the_scope_are_told(client, book):
    notes = client.get("/leaderboards/wins/?type=road-course&to=2024-03-02&format=json").json()["notes"]
    assert "1 further race was run at layouts of unknown type: it is not counted here." in notes
    notes = client.get("/tracks/mystery/?type=dirt&format=json").json()["notes"]
    assert "1 further race was run at layouts of unknown type: it is not counted here." in notes
    notes = client.get("/tracks/sonoma/?type=dirt&format=json").json()["notes"]
    assert not any("unknown type" in note for note in notes)


def test_an_unknown_type_is_told_beside_dirt(client, book):
    with deferred():
        for round_, type_ in ((4, "dirt"), (5, "")):
            make_race(2024, round_, layout=make_layout("Bristol", f"layout-{round_}", type=type_))
    (note,) = (note for note in client.get("/tracks/bristol/?format=json").json()["notes"] if "on dirt" in note)
    assert note == "1 of these 2 races at Bristol was on dirt; of 1 the track type is unknown."


def test_editors_find_them(admin_client, book):
    page = admin_client.get("/admin/races/tracklayout/?type__isempty=1").content.decode()
    assert ("Mystery" in page, "Sonoma" in page) == (True, False)
