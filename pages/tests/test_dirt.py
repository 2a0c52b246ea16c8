"""Races on dirt at a track that has another surface too: said in one line, and left out by the track's type."""

from datetime import date

import pytest

from races.derived.refresh import deferred
from races.models import TrackLayout
from testing.makers import LARSON, make_layout, make_race, make_result

pytestmark = pytest.mark.django_db


@pytest.fixture
@deferred()
def bristol(empty_book):
    """Four races, the third and the fourth on dirt; and one on dirt only, elsewhere."""
    oval = make_layout("Bristol", "oval", type=TrackLayout.Type.SHORT_TRACK)
    dirt = make_layout("Bristol", "dirt", type=TrackLayout.Type.DIRT)
    eldora = make_layout("Eldora", "oval", type=TrackLayout.Type.DIRT)
    for round_, layout in enumerate((oval, oval, dirt, dirt, eldora), start=1):
        race = make_race(2024, round_, layout=layout, date=date(2024, 3, round_))
        make_result(race, LARSON, 1)


PAGES = {
    "/tracks/bristol/": "?type=short-track",
    "/tracks/bristol/?series=cup": "?series=cup&amp;type=short-track",
    "/leaderboards/wins/?track=bristol": "?track=bristol&amp;type=short-track",
    "/streaks/wins/?track=bristol": "?track=bristol&amp;type=short-track",
    "/closest-finishes/?track=bristol": "?track=bristol&amp;type=short-track",
}


@pytest.mark.parametrize(("path", "query"), PAGES.items())
def test_said_and_left_out(client, bristol, path, query):
    page = client.get(path).content.decode()
    assert f'2 of these 4 races at Bristol were on dirt. <a href="{query}">Only those on short tracks</a>' in page, path
    joint = "&" if "?" in path else "?"
    body = client.get(f"{path}{joint}format=json").json()
    assert "2 of these 4 races at Bristol were on dirt." in body["notes"]
    paved = client.get(f"{path}{joint}type=short-track&format=json").json()
    assert not any("on dirt" in note for note in paved["notes"])


@pytest.mark.parametrize(("path", "query"), [("/tracks/bristol/", "?"), ("/leaderboards/starts/?track=bristol", "&")])
def test_figures_without_dirt(client, bristol, path, query):
    """The track's counts and the board's are those of the paved races alone."""
    all_, paved = (client.get(f"{path}{query}{more}format=json").json() for more in ("", "type=short-track&"))
    assert (all_["total"], paved["total"]) == (4, 2)


@pytest.mark.parametrize("path", ["/tracks/eldora/", "/leaderboards/wins/?track=eldora", "/leaderboards/wins/"])
def test_nothing_is_said_of_one_surface(client, bristol, path):
    joint = "&" if "?" in path else "?"
    assert not any("on dirt" in note for note in client.get(f"{path}{joint}format=json").json()["notes"])


def test_several_other_types_lead_to_dirt(client, bristol):
    layout = make_layout("Bristol", "road", type=TrackLayout.Type.ROAD_COURSE)
    make_race(2024, 6, layout=layout, date=date(2024, 3, 6))
    page = client.get("/tracks/bristol/").content.decode()
    assert '2 of these 5 races at Bristol were on dirt. <a href="?type=dirt">Only those on dirt</a>' in page


def test_bristol_of_the_demo_content(client):
    """Three of its spring races, from 2021 on, were on dirt."""
    notes = client.get("/tracks/bristol/?format=json").json()["notes"]
    assert any(note == "3 of these 130 races at Bristol were on dirt." for note in notes)
