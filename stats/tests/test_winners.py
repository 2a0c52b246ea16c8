"""Who won the races of a season, and those at a track."""

from __future__ import annotations

from datetime import date

import pytest

from races.as_of import AsOf
from races.derived.refresh import deferred
from races.models import Season, Series, Track
from stats.race.closest_finishes import with_first_two
from stats.race.season_winners import season_winners
from stats.scope import Scope
from stats.tracks.winners import season_sweeps, winners_at, wins_from, wins_of
from testing.makers import BYRON, HAMLIN, LARSON, make_given, make_race, make_result, make_rounds, make_series

pytestmark = pytest.mark.django_db


def winners_of(year: int, as_of: str | None = None) -> dict[str, tuple[int, int | None, int | None]]:
    """By winner, how many races, the round of the first win of the career, and the most in a row."""
    day = AsOf.on(date.fromisoformat(as_of)) if as_of else None
    season = Season.objects.get(series=make_series(), year=year)
    scope = Scope(series=season.series, season=year, as_of=day)
    races = [
        race
        for race in with_first_two(season.races.for_list(), scope).order_by("round").select_related("coverage")
        if race.was_run_by(day)
    ]
    return {
        str(each.driver): (each.wins, each.first_win and each.first_win.round, each.in_a_row)
        for each in season_winners(scope, races)
    }


@pytest.mark.parametrize(
    ("seasons", "given", "expected"),
    [
        pytest.param({2024: "WWhW"}, None, {LARSON: (3, 1, 2), HAMLIN: (1, 3, None)}, id="both for the first time"),
        pytest.param({2023: "h", 2024: "hAA"}, None, {BYRON: (2, 2, 2), HAMLIN: (1, None, None)}, id="won before"),
        pytest.param({2024: "WW"}, (2023, 36), {LARSON: (2, None, 2)}, id="a source sums wins before"),
        pytest.param({2023: "W-", 2024: "W"}, None, {LARSON: (1, None, None)}, id="won before, whoever won the other"),
        pytest.param({2022: "A", 2023: "-", 2024: "A"}, None, {BYRON: (1, None, None)}, id="a winner is not on file"),
        pytest.param({2024: "W.W-W"}, None, {LARSON: (3, 1, None)}, id="what is not on file ends a run"),
    ],
)
@pytest.mark.usefixtures("empty_book")
def test_winners_of_a_season(seasons, given, expected):
    """Of each the wins, the round of the first of the career, and the most in a row."""
    with deferred():
        for year, rounds in seasons.items():
            make_rounds(year, rounds)
        if given:
            make_given(LARSON, given, starts=100, wins=9)
    assert winners_of(2024) == expected


@pytest.mark.usefixtures("empty_book")
def test_sweeps_of_a_season():
    """All races of a season at the track, of two and more, in one series."""
    with deferred():
        for year, winners in ((2022, (LARSON, LARSON)), (2023, (LARSON, BYRON)), (2024, (BYRON,))):
            for round_, winner in enumerate(winners, start=1):
                make_result(make_race(year, round_, "Kansas"), winner, 1, start=round_ * 2, manufacturer="Ford")
    scope = Scope(track=Track.objects.get())
    found = winners_at(scope)
    assert [(each.season, each.name, each.wins) for each in season_sweeps(found, scope)] == [(2022, LARSON, 2)]
    assert [(each.name, each.wins) for each in wins_from(found, scope)] == [("2nd to 5th", 5)]
    assert [(each.rank, each.name, each.wins) for each in wins_of(found, "manufacturer", scope)] == [("1", "Ford", 5)]


def test_facts(full_book):
    """Printed: 18 winners and five new ones in 2011, and the sweeps of Talladega by 2019."""
    found = winners_of(2011)
    assert len(found) == 18
    new = {name for name, (_, first, _) in found.items() if first}
    assert new == {"Trevor Bayne", "Regan Smith", "David Ragan", "Paul Menard", "Marcos Ambrose"}
    assert len(winners_of(2011, as_of="2011-02-20")) == 1
    scope = Scope(series=Series.objects.get(slug="cup"), track=Track.objects.get(slug="talladega"), to=2019)
    swept = [(each.season, each.name) for each in season_sweeps(winners_at(scope), scope)]
    assert swept == [
        (2007, "Jeff Gordon"),
        (2002, "Dale Earnhardt Jr."),
        (1999, "Dale Earnhardt"),
        (1990, "Dale Earnhardt"),
        (1982, "Darrell Waltrip"),
        (1975, "Buddy Baker"),
        (1970, "Pete Hamilton"),
    ]
