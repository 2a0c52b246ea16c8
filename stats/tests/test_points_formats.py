"""Points that were given in several ways do not compare: a board over them lists, and does not rank."""

from datetime import date

import pytest

from races.derived.refresh import deferred
from stats.boards.points_formats import mixed_formats
from stats.scope import Scope
from testing.makers import HAMLIN, LARSON, make_format, make_race, make_result, make_season, make_series

pytestmark = pytest.mark.django_db

OLD, NEW = "Old (2015–2016)", "New (2017)"
REASON = "Without ranks, for these points were not all given in one way and do not compare: {}."


@pytest.fixture(autouse=True)
def four_seasons(empty_book):
    """2014 of unknown format, 2015 and 2016 of one, 2017 of another."""
    make_format(2015, 2016, name="Old")
    make_format(2017, name="New")
    with deferred():
        for year in range(2014, 2018):
            season = make_season(year)
            season.rounds = 1
            season.save()
            race = make_race(year, 1, date=date(year, 3, 1), field_size=2)
            make_result(race, LARSON, 1, start=1, laps=10, laps_led=10, points=40)
            make_result(race, HAMLIN, 2, start=2, laps=10, laps_led=0, points=35)


@pytest.mark.parametrize(
    ("scope", "ways"),
    [
        ({"season": 2016}, None),
        ({"season": 2014}, None),
        ({"from_": 2015, "to": 2016}, None),
        ({"from_": 2018}, None),
        ({"from_": 2015}, f"{OLD}; {NEW}"),
        ({"from_": 2014, "to": 2016}, f"{OLD}; unknown for 1 season (2014)"),
        ({}, f"{OLD}; {NEW}; unknown for 1 season (2014)"),
    ],
)
def test_mixed_formats(scope, ways):
    assert mixed_formats(Scope(series=make_series(), **scope)) == (REASON.format(ways) if ways else "")


def test_seasons_of_unknown_format_may_each_have_had_their_own():
    make_series().points_formats.all().delete()
    found = mixed_formats(Scope(series=make_series(), to=2015))
    assert found == REASON.format("unknown for 2 seasons (2014–2015)")


@pytest.mark.parametrize(
    ("query", "ranks"),
    [("?from=2015", [None, None]), ("?season=2017", ["1", "2"]), ("?from=2015&to=2016", ["1", "2"])],
)
@pytest.mark.parametrize("by", ["", "&by=team", "&by=manufacturer"])
def test_board(client, query, ranks, by):
    """The rows stand as ever, most points first."""
    body = client.get(f"/leaderboards/points/{query}{by}&format=json").json()
    reasons = [note for note in body["notes"] if note.startswith("Without ranks")]
    if not by:
        assert [row["rank"] for row in body["rows"]] == ranks
        assert [row["driver"] for row in body["rows"]] == [LARSON, HAMLIN]
    assert len(reasons) == (ranks[0] is None)
    assert {row["rank"] for row in body["rows"]} <= {*ranks}


def test_other_boards_are_ranked(client):
    assert client.get("/leaderboards/wins/?format=json").json()["rows"][0]["rank"] == "1"
