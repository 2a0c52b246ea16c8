"""Leaderboards: ties, who is left out and why, and in a whole book the same figures as counting by hand."""

from __future__ import annotations

from datetime import date

import pytest

from races.derived.refresh import deferred
from races.models import StatLine
from races.statistics import STATISTICS
from stats.boards.leaderboards import fewest_starts, leaderboard, leaderboards
from stats.completeness import completeness
from stats.scope import Scope
from testing.makers import (
    BLANEY,
    BUESCHER,
    BYRON,
    HAMLIN,
    LARSON,
    PETTY,
    make_given,
    make_manufacturer,
    make_race,
    make_result,
    make_season,
    make_series,
    make_team,
    make_track,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]


def make_finishes(*orders: str, year=2024, **fields) -> None:
    """Whole races with these finishing orders: each letter is a driver."""
    season = make_season(year)
    season.rounds = len(orders)
    season.save()
    with deferred():
        for round_, order in enumerate(orders, start=1):
            race = make_race(year, round_, date=date(year, 3, round_), field_size=len(order), **fields)
            for place, letter in enumerate(order, start=1):
                make_result(race, CAST[letter], place, start=place, laps=10, laps_led=0, points=50 - place)


CAST = {"L": LARSON, "H": HAMLIN, "B": BYRON, "R": BLANEY, "C": BUESCHER}


def board(key="wins", active=None, min_starts=None, by="driver", **scope):
    scope = Scope(series=make_series(), **scope)
    return leaderboard(STATISTICS[key], scope, by=by, active=active, min_starts=min_starts)


def rows_of(found) -> list[tuple]:
    return [(row.rank, str(row.who), row.value.value) for row in found.rows]


def test_without_a_win_is_who_is_known_to_have_none(client):
    """Whose wins are at least none may have won; he is counted beside the board, and not on it."""
    make_finishes("LHB", "LBH")
    make_given(BLANEY, (2023, 0), starts=9, wins=0, top_fives=5)
    make_given(PETTY, (2023, 0), starts=9, top_fives=7)
    found = leaderboard(STATISTICS["top_fives"], Scope(series=make_series()), without=STATISTICS["wins"])
    assert rows_of(found) == [("1", BLANEY, 5), ("T2", HAMLIN, 2), ("T2", BYRON, 2)]
    assert found.may_have == 1
    assert any("1 driver is left out who may have a win" in note for note in found.notes)
    body = client.get("/leaderboards/top_fives/?without=wins&format=json").json()
    assert (body["title"], len(body["rows"])) == ("Top fives without a win: Cup Series", 3)
    assert rows_of(leaderboard(STATISTICS["wins"], Scope(series=make_series()), without=STATISTICS["wins"])) == []


@pytest.mark.parametrize(
    ("key", "missing"),
    [
        ("lead_lap_finishes", {"laps": None}),
        ("dnfs", {"status": ""}),
        ("laps_led", {"laps_led": 1}),
        ("races_led", {"laps_led": 1}),
        ("points", {"points": None}),
    ],
)
def test_a_board_says_of_how_many_races_its_own_part_is_known(key, missing):
    """Of the second of two whole races one car's figure is not known, or is a mark."""
    known = {"laps": 200, "status": "running", "points": 1}
    with deferred():
        for round_, gap in ((1, {}), (2, missing)):
            race = make_race(2024, round_, laps=200, field_size=2)
            make_result(race, LARSON, 1, **known, laps_led=None if "laps_led" in gap else 200)
            make_result(race, HAMLIN, 2, **known | {"laps_led": 0} | gap)
    words = STATISTICS[key].in_text
    complete = completeness(Scope(series=make_series()))
    assert complete.in_words(STATISTICS[key]) == f"Based on 2 of 2 races; {words} not fully known race by race for 1."
    assert complete.in_words(STATISTICS["starts"]) == "Based on 2 of 2 races."


def test_ties_share_a_rank():
    """Two with three wins are both second, the next is fourth, and none without a win is ranked."""
    make_finishes("LHB", "LBH", "HLB", "BLR", "LHC")
    assert rows_of(board()) == [("1", LARSON, 3), ("T2", HAMLIN, 1), ("T2", BYRON, 1)]
    assert rows_of(board("top_fives"))[:2] == [("1", LARSON, 5), ("T2", HAMLIN, 4)]
    assert [row.starts.value for row in board().rows] == [5, 4, 4]


def test_averages_rank_the_lowest_first():
    """Of average finishes the smallest is the best; a rate of none is ranked all the same."""
    make_finishes("LHB", "LBH", "HLB")
    assert [
        (rank, name, round(float(value), 3)) for rank, name, value in rows_of(board("average_finish", min_starts=1))
    ] == [
        ("1", LARSON, 1.333),
        ("2", HAMLIN, 2),
        ("3", BYRON, 2.667),
    ]
    assert [(name, round(float(value), 3)) for _, name, value in rows_of(board("win_rate", min_starts=1))] == [
        (LARSON, 0.667),
        (HAMLIN, 0.333),
        (BYRON, 0),
    ]


@pytest.mark.parametrize(
    ("scope", "by", "races", "least"),
    [
        pytest.param(dict, "driver", 2822, 100, id="a career"),
        pytest.param(dict, "driver", 300, 100, id="a third of the races"),
        pytest.param(dict, "driver", 299, 99, id="no more than a third"),
        pytest.param(dict, "driver", 2, 0, id="hardly a race"),
        pytest.param(dict, "driver", 0, 0, id="no race"),
        pytest.param(lambda: {"season": 2024}, "driver", 36, 12, id="a season"),
        pytest.param(lambda: {"from_": 1972}, "driver", 1800, 100, id="years"),
        pytest.param(lambda: {"track": make_track()}, "driver", 38, 10, id="a track"),
        pytest.param(lambda: {"track": make_track()}, "driver", 20, 6, id="a track of few races"),
        pytest.param(lambda: {"type": "dirt"}, "driver", 400, 10, id="a type of tracks"),
        pytest.param(lambda: {"team": make_team()}, "driver", 900, 10, id="the drivers of a team"),
        pytest.param(lambda: {"manufacturer": make_manufacturer()}, "driver", 900, 10, id="the drivers of a make"),
        pytest.param(dict, "team", 2822, 10, id="teams"),
        pytest.param(dict, "manufacturer", 2822, 10, id="makes"),
    ],
)
def test_fewest_starts_of_an_average(scope, by, races, least):
    """Of a career a hundred, of a part of one ten, and never more than a third of the races."""
    assert fewest_starts(Scope(series=make_series(), **scope()), by, races) == least


def test_a_race_known_by_its_winner_is_no_sample():
    """A third of the races on file whole are the fewest starts; of a season that a source sums a third of its races."""
    with deferred():
        make_finishes("LHB", "LHB", "LHB")
        for round_ in range(1, 7):
            make_result(make_race(2023, round_, field_size=38), LARSON, 1)
    assert board("average_finish").min_starts == 1
    make_given(LARSON, (2023, 6), season=True, starts=6, finish_sum=6, finish_known=6)
    assert board("average_finish").min_starts == 3


LEAST = [
    # the board, what is asked for, who is ranked, the least that is said
    ("average_finish", None, [LARSON, HAMLIN], 1),
    ("win_rate", None, [LARSON, HAMLIN], 1),
    ("average_finish", 0, [LARSON, HAMLIN], 0),
    ("average_finish", 1, [LARSON, HAMLIN], 1),
    ("average_finish", 4, [LARSON], 4),
    ("average_finish", 5, [], 5),
    ("top_fives", None, [LARSON, BYRON, HAMLIN], None),
    ("top_fives", 3, [LARSON, BYRON], None),
    ("top_fives", 6, [LARSON], None),
    ("top_fives", 7, [], None),
]


def test_least_number_of_starts():
    """An average asks for some starts unless another number is asked for, and counts those that it is of; a count asks
    for none. The page says so."""
    with deferred():
        make_finishes("L", "L", "LH", "L")
        for round_, driver in enumerate([LARSON, LARSON, BYRON, BYRON, BYRON], start=5):
            make_result(make_race(2024, round_, date=date(2024, 4, round_)), driver, 1)
    for key, asked, names, used in LEAST:
        found = board(key, min_starts=asked)
        assert [str(row.who) for row in found.rows] == names, (key, asked)
        said = [note for note in found.notes if note.startswith("Drivers with at least")]
        starts = f"{used} start{'s' if used != 1 else ''}"
        whole = [f"Drivers with at least {starts} in races with a whole field and a known value."]
        assert said == (whole if used is not None else []), (key, asked)


@pytest.mark.parametrize(("active", "names"), [(None, [LARSON, HAMLIN]), (True, [LARSON]), (False, [HAMLIN])])
def test_active(active, names):
    """Active drivers, those who are not, or all; each row says which it is."""
    make_finishes("H", *["L"] * 11)
    found = board(active=active)
    assert [str(row.who) for row in found.rows] == names
    assert [row.active for row in found.rows] == [name == LARSON for name in names]


def test_given_totals_and_the_lines_after_them():
    """With given totals a board counts on; it says how many figures may be higher, and of how many nothing is known."""
    with deferred():
        make_finishes("LHB", "HLB", "LHB")
        make_finishes(*["R"] * 2, year=2010)
        season = make_season(2010)
        season.rounds = 36
        season.save()
        make_given(LARSON, (2024, 1), starts=300, wins=23)
        make_given(HAMLIN, (2023, 36), starts=600, wins=51)
        make_given(PETTY, (2023, 36), starts=1184, wins=200)
        make_given(BYRON, (2023, 36), starts=200)
    found = board()
    assert rows_of(found) == [("1", PETTY, 200), ("2", HAMLIN, 52), ("3", LARSON, 24), ("4", BLANEY, 2)]
    assert [str(row.value) for row in found.rows] == ["200", "52", "24", "2+"]
    assert [str(row.starts) for row in found.rows] == ["1,184", "603", "302", "2+"]
    assert found.at_least == 1  # Blaney, who may have been in 34 other races of 2010.
    assert found.unknown == 1  # Byron, whose wins are unknown.
    assert found.notes == [
        "Official wins in points races.",
        "Based on 5 of 39 races.",
        "Totals of 3 drivers are summed by nascaR.data.",
        "1 figure with a plus may be higher; of 1 driver no win is known, though there may be some.",
    ]


def test_what_given_totals_do_not_hold_is_counted_in_all_lines():
    """Of laps and averages they say nothing: those are of every line, while the starts beside go on."""
    with deferred():
        make_finishes("LH", "LH", "LH", "LH")
        make_given(LARSON, (2024, 3), starts=300, wins=23)
    laps = board("laps")
    assert rows_of(laps) == [("T1", HAMLIN, 40), ("T1", LARSON, 40)]
    assert {str(row.who): (str(row.value), str(row.starts)) for row in laps.rows} == {
        LARSON: ("40+", "301"),
        HAMLIN: ("40", "4"),
    }
    assert not [note for note in laps.notes if "summed" in note]
    averages = board("average_finish").rows
    assert [(str(row.who), row.value.value, row.over) for row in averages] == [(LARSON, 1, 4), (HAMLIN, 2, 4)]
    assert rows_of(board("wins")) == [("1", LARSON, 24)]


def test_narrower_scopes_count_what_is_held():
    """A board of a track, an era or a team counts its lines, and says of how many races they are."""
    with deferred():
        make_finishes("LH", "LH", "HL")
        season = make_season(2024)
        season.rounds = 36
        season.save()
        make_finishes("H", year=2025)
        make_given(LARSON, (2023, 36), starts=300, wins=23)
    assert [str(row.value) for row in board().rows] == ["25+", "2+"]
    at_track = board(track=make_track())
    assert rows_of(at_track) == [("T1", HAMLIN, 2), ("T1", LARSON, 2)]
    assert [row.value.exact for row in at_track.rows] == [True, True]
    assert at_track.notes == ["Official wins in points races.", "Based on 4 of 4 races."]
    assert rows_of(board(from_=2025)) == [("1", HAMLIN, 1)]


def test_board_of_nothing():
    """An empty book, or a series without races, has empty boards and no errors."""
    for key in STATISTICS:
        found = board(key)
        assert (list(found.rows), found.at_least, found.unknown, found.complete.expected) == ([], 0, 0, 0)
    assert board("wins").notes == ["Official wins in points races.", "No such race is on file."]


def test_a_car_without_a_place(empty_book):
    """It is among no best: the boards and the counts that stand with each line say the same."""
    with deferred():
        for round_, place in ((1, 1), (2, None), (3, 4)):
            make_result(make_race(2024, round_), LARSON, place)
        make_given(LARSON, (2023, 36), starts=300, wins=23, top_fives=100, top_tens=150)
    line = StatLine.objects.get(race__round=3)
    assert (line.wins_after, line.top_fives_after, line.top_tens_after, line.starts_after) == (24, 102, 152, 303)
    scope = Scope(series=make_series())
    for key in ("wins", "top_fives", "top_tens", "starts"):
        (row,) = leaderboard(STATISTICS[key], scope).rows
        assert row.value.value == getattr(line, f"{key}_after")


def test_boards_are_made_together(django_assert_num_queries):
    """Several boards of one scope read it once, and say the same; an average asks for its seasons too."""
    with deferred():
        make_finishes("LHB", "LBH")
        make_given(LARSON, (2024, 1), starts=300, wins=23, top_fives=99)
    keys, scope = ("wins", "top_fives", "average_finish", "laps"), Scope(series=make_series())
    with django_assert_num_queries(8):
        leaderboards([STATISTICS[key] for key in keys], scope)
    with django_assert_num_queries(9):
        found = leaderboards([STATISTICS[key] for key in keys], scope, named=99)
        assert all(row.who.name for each in found for row in each.rows)
    assert [rows_of(each) for each in found] == [rows_of(board(key)) for key in keys]
    with django_assert_num_queries(5):
        list(leaderboard(STATISTICS["wins"], scope).rows)


def test_given_totals_that_end_apart():
    """Each driver is counted on from the end of their own given totals, however many ends there are."""
    with deferred():
        make_finishes("LHB", "LHB", "HLB", "LBH")
        make_given(LARSON, (2024, 1), starts=300, wins=23)
        make_given(HAMLIN, (2024, 3), starts=600, wins=50)
        make_given(BYRON, (2024, 4), starts=200, wins=10)
    assert rows_of(board()) == [("1", HAMLIN, 50), ("2", LARSON, 25), ("3", BYRON, 10)]
    assert {str(row.who): row.starts.value for row in board().rows} == {LARSON: 303, HAMLIN: 601, BYRON: 200}


def test_teams_and_makes():
    """Boards of teams and makes count cars, without given totals; cars of no known team are told."""
    with deferred():
        race, later = make_race(2024, 1, field_size=4), make_race(2024, 2, field_size=4)
        for each, order in ((race, (LARSON, BYRON, HAMLIN)), (later, (HAMLIN, LARSON, BYRON))):
            for place, name in enumerate(order, start=1):
                cars = {"team": "Joe Gibbs Racing" if name == HAMLIN else "Hendrick Motorsports"}
                make_result(each, name, place, laps_led=10 - place, **cars, manufacturer="Chevrolet")
            make_result(each, BLANEY, 4, laps_led=0)
        make_given(LARSON, (2023, 36), starts=300, wins=23)
    wins = board(by="team")
    assert rows_of(wins) == [("T1", "Hendrick Motorsports", 1), ("T1", "Joe Gibbs Racing", 1)]
    assert [row.starts.value for row in wins.rows] == [4, 2]
    assert "Counted car by car, in the races on file." in wins.notes
    assert "The team is unknown for 2 cars." in wins.notes
    assert not [note for note in wins.notes if "summed" in note]
    assert rows_of(board("top_fives", by="team"))[0] == ("1", "Hendrick Motorsports", 4)
    assert rows_of(board("laps_led", by="manufacturer")) == [("1", "Chevrolet", 48)]
    assert [(name, float(value)) for _, name, value in rows_of(board("average_finish", by="team", min_starts=3))] == [
        ("Hendrick Motorsports", 2)
    ]
    assert board("average_finish", by="team", min_starts=3).notes[-1] == (
        "Teams with at least 3 starts in races with a whole field and a known value."
    )
    assert rows_of(board("starts", by="team", team=make_team())) == [("1", "Hendrick Motorsports", 4)]


def test_active_teams():
    """A team is active that started one of the last ten races."""
    with deferred():
        for round_ in range(1, 13):
            make_result(
                make_race(2024, round_), LARSON, 1, team="Hendrick Motorsports" if round_ > 2 else "Hendrick Old"
            )
    assert rows_of(board(by="team", active=True)) == [("1", "Hendrick Motorsports", 10)]
    assert rows_of(board(by="team", active=False)) == [("1", "Hendrick Old", 2)]
