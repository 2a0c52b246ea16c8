"""The pages of tracks: which come first, and what a fan asks of one."""

import pytest

pytestmark = pytest.mark.django_db


def test_tracks_of_now_come_first(client):
    """By their latest season; those without a race come last, in the order of their names."""
    seasons = [row["last"] or 0 for row in client.get("/tracks/?format=json").json()["rows"]]
    assert len(set(seasons)) > 2
    assert seasons == sorted(seasons, reverse=True)


def test_the_last_win_of_a_make_is_read_from_the_races(client):
    """Each race names the make that won it, and its series where the page is of several."""
    rows = client.get("/tracks/kansas/?format=json").json()["rows"]
    made = {row["race"]: (row["series"], row["winner"], row["make"]) for row in rows}
    assert made["2024 Kansas I"] == ("Cup Series", "Kyle Larson", "Chevrolet")
    assert "series" not in client.get("/tracks/kansas/?series=cup&format=json").json()["rows"][0]


def test_a_track_leads_to_its_closest_finishes(client):
    page = client.get("/tracks/kansas/?series=cup").content.decode()
    assert 'href="/closest-finishes/?track=kansas&amp;series=cup"' in page


def test_holders_of_a_record_before_are_listed_without_gaps(client):
    page = client.get("/tracks/kansas/").content.decode()
    assert "Previous record: " in page
    assert "\n;" not in page
