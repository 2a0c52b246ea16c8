"""Who is active is so on the day asked, and every page that tells it says what it means."""

from datetime import date

import pytest

from races.derived.refresh import deferred
from testing.makers import (
    HAMLIN,
    LARSON,
    make_driver,
    make_milestone,
    make_race,
    make_result,
    make_season,
    make_team,
)

pytestmark = pytest.mark.django_db

THEN, NOW = "cup-2023-2", "cup-2024-10"
MEANING = "Active are those who started one of the last ten races of the series on file"


@pytest.fixture
def two_careers(empty_book):
    """Hamlin wins both races of 2023 and is gone; Larson, second in these, wins the ten of 2024."""
    make_milestone(statistic="wins", threshold=2)
    with deferred():
        for year, orders in ((2023, [f"{HAMLIN},{LARSON}"] * 2), (2024, [LARSON] * 10)):
            season = make_season(year)
            season.rounds = len(orders)
            season.save()
            for round_, order in enumerate(orders, start=1):
                names = order.split(",")
                race = make_race(year, round_, date=date(year, 3, round_), field_size=len(names))
                for place, name in enumerate(names, start=1):
                    make_result(race, name, place, start=place, team=make_team(f"{name} Racing"))


def actives(rows, name: str) -> set[str]:
    return {row[name] for row in rows if row.get("active", True)}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/leaderboards/starts/", "driver"),
        ("/leaderboards/starts/?active=yes", "driver"),
        ("/streaks/wins/", "driver"),
        ("/streaks/starts/?active=yes", "driver"),
        ("/milestones/cup-wins-2/", "driver"),
        ("/drivers/?series=cup&active=yes", "driver"),
    ],
)
def test_active_as_of_the_day_asked(client, two_careers, path, name):
    mark = "&" if "?" in path else "?"
    found = {}
    for day in (THEN, NOW, ""):
        body = client.get(f"{path}{mark}as_of={day}&format=json" if day else f"{path}{mark}format=json").json()
        found[day] = actives(body["rows"], name)
        assert [note for note in body["notes"] if note.startswith(MEANING)] == [
            f"{MEANING}{', by then' if day else ''}."
        ]
    assert HAMLIN in found[THEN]
    assert HAMLIN not in found[NOW] | found[""]
    assert LARSON in found[NOW] & found[""]


@pytest.mark.parametrize("by", ["teams", "leaderboards"])
def test_active_teams_as_of_the_day_asked(client, two_careers, by):
    path = {"teams": "/teams/?active=yes", "leaderboards": "/leaderboards/starts/?by=team&active=yes"}[by]
    then, now = (
        {row["team"] for row in client.get(f"{path}&as_of={day}&format=json").json()["rows"]} for day in (THEN, NOW)
    )
    assert then == {f"{HAMLIN} Racing", f"{LARSON} Racing"}
    assert now == {f"{LARSON} Racing"}


def test_a_driver_s_streak_is_active_as_of_the_day_asked(client, two_careers):
    address = make_driver(HAMLIN).get_absolute_url()
    for day, length in ((THEN, 2), (NOW, None)):
        body = client.get(f"{address}streaks/?as_of={day}&format=json").json()
        (wins,) = (row for row in body["rows"] if row["streak"].startswith("Wins in a row") or row["streak"] == "Wins")
        assert wins.get("active") == length
        assert f"{MEANING}, by then." in body["notes"]


@pytest.mark.parametrize("path", ["/streaks/", "/streaks/wins/", "/leaderboards/wins/", "/milestones/cup-wins-100/"])
def test_pages_say_what_active_means(client, path):
    assert f"{MEANING}." in client.get(path).content.decode()
