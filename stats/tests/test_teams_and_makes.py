"""Pages of teams and makes: the same figures as counting their cars by hand, and no zero that nobody knows."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date

import pytest

from races.derived.refresh import deferred
from races.statistics import CAREER_COUNTS, CAREER_STATISTICS
from racestats.formatting import ranks
from stats.careers.teams_and_makes import team_or_make_page, teams_or_makes_index
from stats.figures.reading import figures
from stats.scope import Scope
from stats.subjects import SUBJECTS
from testing.makers import (
    BYRON,
    LARSON,
    make_manufacturer,
    make_race,
    make_result,
    make_rounds,
    make_series,
    make_team,
    make_track,
)
from testing.scorebook import BY_HAND, NAMED_BY, NARROWER, SCOPES, make_whole_book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]

MAKERS = {"team": ("Penske", make_team), "manufacturer": ("Ford", make_manufacturer)}


def grouped(lines, of) -> dict:
    """By what is told apart, the statistics of its lines as counted by hand."""
    found = defaultdict(list)
    for line in lines:
        found[of(line)].append(line)
    return {key: {each: BY_HAND[each](theirs) for each in CAREER_COUNTS} for key, theirs in found.items()}


@pytest.mark.parametrize("by", MAKERS)
@pytest.mark.parametrize("seed", [1, 2])
def test_page_is_counted_as_by_hand(by, seed):
    """In a whole book every table of the page is a plain count of the who's lines, under any few filters."""
    rng = random.Random(seed)
    name, make = MAKERS[by]
    lines, who = make_whole_book(seed), make(name)
    for chosen in [[], *(rng.sample([name for name in NARROWER if name not in MAKERS], 2) for _ in range(8))]:
        asked = {}
        for way in chosen:
            asked |= SCOPES[way][0]()
        scope = Scope(series=make_series(), **asked, **{by: who})
        held = {way.partition(" ")[0]: SCOPES[way][1] for way in chosen}.values()
        mine = [line for line in lines if NAMED_BY[by](line) == name and all(holds(line) for holds in held)]
        found = team_or_make_page(who, scope)
        assert exactly(found.totals) == {each: BY_HAND[each](mine) for each in CAREER_COUNTS}, chosen
        seasons = grouped(mine, lambda line: line.race.season.year)
        assert [(row.of, exactly(row)) for row in found.seasons] == sorted(seasons.items(), reverse=True)
        tracks = grouped(mine, lambda line: line.track)
        assert {row.of.short_name: exactly(row) for row in found.tracks} == tracks
        drivers = {each: row for each, row in grouped(mine, lambda line: line.driver).items() if row["wins"]}
        ordered = sorted(drivers, key=lambda each: (-drivers[each]["wins"], each))
        placed = ranks(drivers[each]["wins"] for each in ordered)
        assert [(row.rank, str(row.of), exactly(row)) for row in found.winners] == [
            (rank, each, drivers[each]) for rank, each in zip(placed, ordered)
        ]
        latest = sorted(mine, key=lambda line: (-line.race.season.year, -line.race.round, line.finish))
        assert [(line.race_id, str(line.driver)) for line in found.latest] == [
            (line.race.pk, line.driver) for line in latest[:10]
        ]
        assert [line.race_id for line in found.latest_wins] == [line.race.pk for line in latest if line.finish == 1][
            :10
        ]
        check_records(found, mine)


def exactly(row) -> dict[str, int]:
    """The figures of a row, each of which is exact."""
    assert all(row.values[key].exact for key in CAREER_COUNTS)
    return {key: row.values[key].value for key in CAREER_COUNTS}


def check_records(found, mine) -> None:
    """The best of a single race, each time it was reached, oldest first."""
    single = defaultdict(list)
    for record in found.records:
        if record.race:
            single[record.record].append((record.value, record.holder, record.race.pk))
    oldest_first = sorted(mine, key=lambda line: (line.race.season.year, line.race.round, -line.finish))
    most = max((line.laps_led for line in mine), default=0)
    assert single["Most laps led in a race"] == [
        (str(most), line.driver, line.race.pk) for line in oldest_first if most and line.laps_led == most
    ]
    wins = [line for line in oldest_first if line.finish == 1]
    closest = min((line.margin for line in wins), default=None)
    assert [(holder, race) for _, holder, race in single["Closest win"]] == [
        (line.driver, line.race.pk) for line in wins if line.margin == closest
    ]


@pytest.mark.parametrize("by", ["team", "manufacturer"])
def test_index_is_counted_as_by_hand(by):
    lines = make_whole_book(4)
    scope = Scope(series=make_series(), season=2024)
    rows, complete = teams_or_makes_index(SUBJECTS[by], scope, "", None)
    wanted = grouped((line for line in lines if line.race.season.year == 2024), NAMED_BY[by])
    assert {str(row.of): exactly(row) for row in rows} == wanted
    assert {(row.values["first"], row.values["last"]) for row in rows} == {(2024, 2024)}
    assert complete.held == complete.expected == 6
    wins = [row.values["wins"].value for row in rows]
    assert wins == sorted(wins, reverse=True)


def test_index_by_name_and_activity():
    with deferred():
        for round_ in range(1, 13):
            make_result(
                make_race(2024, round_), LARSON, 1, team="Hendrick Motorsports" if round_ > 2 else "Hendrick Old"
            )
    scope = Scope(series=make_series())

    def names(*asked):
        return [str(row.of) for row in teams_or_makes_index(SUBJECTS["team"], scope, *asked)[0]]

    assert names("", None) == ["Hendrick Motorsports", "Hendrick Old"]
    assert names("old hend", None) == ["Hendrick Old"]
    assert names("", True) == ["Hendrick Motorsports"]
    assert names("", False) == ["Hendrick Old"]
    assert names("penske", None) == []


@pytest.mark.parametrize(
    ("rounds", "scope", "expected"),
    [
        pytest.param("www", {}, "3+ 3 3+ 3+ — — —", id="wins alone: more of its cars may have been in them"),
        pytest.param("WWA", {}, "2 2 2 2 0 20 0", id="all is known"),
        pytest.param("WWh", {}, "2+ 2 2+ 2+ — 20+ —", id="its cars may have been in one"),
        pytest.param("Ww", {}, "2+ 2 2+ 2+ — 10+ —", id="one of them a win alone"),
        pytest.param("W-", {}, "1+ 1+ 1+ 1+ — 10+ —", id="and have won it"),
        pytest.param("W.W", {}, "2+ 2+ 2+ 2+ — 20+ —", id="a round is not on file"),
        pytest.param("W.W", {"track": make_track}, "2 2 2 2 0 20 0", id="but at a track"),
        pytest.param("hWW", {"from_": lambda: date(2024, 3, 2)}, "2 2 2 2 0 20 0", id="nor before a day"),
    ],
)
def test_what_its_races_do_not_tell(rounds, scope, expected):
    """What they do not tell is in doubt; none is a zero only where that is known."""
    make_rounds(2024, rounds)
    scope = {name: made() for name, made in scope.items()}
    values = team_or_make_page(make_team(), Scope(series=make_series(), team=make_team(), **scope)).totals.values
    assert " ".join(str(values[key]) for key in CAREER_COUNTS) == expected


def test_records_are_shared(client):
    """Two seasons, tracks or drivers with as many wins share the record, and none is one without a win.

    Who won the last race at Kansas is not known: there may be one more.
    """
    with deferred():
        for round_, (track, driver) in enumerate([("Kansas", LARSON), ("Bristol", BYRON), ("Texas", LARSON)], start=1):
            make_result(make_race(2024, round_, track), driver, 1, team="Hendrick Motorsports")
        make_result(make_race(2025, 1, "Kansas"), BYRON, 1, team="Hendrick Motorsports")
        make_result(make_race(2025, 2, "Kansas"), LARSON, 2, team="Team Penske")
    records = {}
    for row in client.get("/teams/hendrick-motorsports/?format=json").json()["tables"]["records"]["rows"]:
        records.setdefault(row["record"], []).append((row["value"], row["holder"], row["holder_url"]))
    assert records == {
        "Most wins in a season": [("3", "2024", "/races/cup/2024/")],
        "Most wins at a track": [("2+", "Kansas Speedway", "/tracks/kansas/")],
        "Most wins by a driver": [
            ("2+", LARSON, "/drivers/kyle-larson/"),
            ("2+", BYRON, "/drivers/william-byron/"),
        ],
    }
    none = client.get("/teams/team-penske/?format=json").json()
    assert none["tables"]["records"]["rows"] == []
    assert none["rows"][0]["wins"] is None  # Of that race nobody knows who won.


def test_gaps_of_a_series_are_in_doubt_for_who_ran_in_it():
    """Of all series together, a team is in doubt only for the races of those between whose seasons it ran."""
    with deferred():
        make_rounds(2023, "W", series="trucks")
        make_rounds(2024, "h", series="cup")
        make_rounds(2025, "W", series="trucks")
    found = figures(Scope(), CAREER_STATISTICS, "team")[make_team().pk]
    assert " ".join(str(found[key]) for key in CAREER_COUNTS) == "2 2 2 2 0 20 0"
    assert (found.lines, found.first, found.last) == (2, 2023, 2025)
