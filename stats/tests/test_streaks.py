"""The boards of streaks, and a driver's own, out of the book."""

from datetime import date, timedelta

import pytest

from races.derived.refresh import deferred
from races.models import Race, Session
from stats.scope import Scope
from stats.streaks.longest import driver_streaks, streak_board
from stats.streaks.runs import KINDS
from testing.makers import (
    HARVICK,
    LARSON,
    PETTY,
    WALTRIP,
    make_driver,
    make_race,
    make_result,
    make_rounds,
    make_ruling,
    make_season,
    make_series,
)
from testing.reading import Page

pytestmark = pytest.mark.django_db


@deferred()
def make_year(winners, year=2024, track="Kansas", **fields):
    """A whole season of so many races, of a field of two; the loser is the other of Petty and Waltrip."""
    races = []
    for round_, winner in enumerate(winners, start=1):
        race = make_race(
            year, round_, track, date=date(year, 2, 1) + timedelta(days=7 * round_), field_size=2, laps=100, **fields
        )
        make_result(race, winner, 1, laps=100, status="running")
        make_result(race, PETTY if winner == WALTRIP else WALTRIP, 2, laps=99, status="running")
        races.append(race)
    return races


def board(client, key, **asked):
    return client.get(f"/streaks/{key}/", {"format": "json", **asked}).json()


def rows(body):
    return [(row["rank"], row["driver"], row["length"], row["active"]) for row in body["rows"]]


def test_board(client, empty_book):
    """The longest first, ties sharing a rank; the one that goes on is active."""
    make_year([PETTY, PETTY, PETTY, WALTRIP, WALTRIP, PETTY, PETTY])
    body = board(client, "wins")
    assert rows(body) == [("1", PETTY, 3, False), ("T2", PETTY, 2, True), ("T2", WALTRIP, 2, False)]
    assert (body["rows"][0]["first"], body["rows"][0]["last"]) == ("2024 Kansas", "2024 Kansas")
    assert body["rows"][0]["first_url"].endswith("/2024/1/")
    assert rows(board(client, "wins", active="yes")) == [("1", PETTY, 2, True)]
    assert rows(board(client, "wins", driver="darrell-waltrip")) == [("1", WALTRIP, 2, False)]
    assert rows(board(client, "wins", to="cup-2024-2")) == [("1", PETTY, 2, False)]
    assert rows(board(client, "wins", as_of="cup-2024-2")) == [("1", PETTY, 2, True)]
    assert rows(board(client, "starts")) == [("T1", PETTY, 7, True), ("T1", WALTRIP, 7, True)]


@pytest.mark.parametrize("dated", [True, False])
def test_a_length_leads_to_its_races(client, empty_book, dated):
    """The list behind a figure is as long as the figure, also where the races have no dates."""
    with deferred():
        make_year([PETTY, PETTY, WALTRIP, PETTY, PETTY, PETTY])
        for race in Race.objects.all() if not dated else ():
            race.date = None
            race.save()
    for key in ("wins", "top_fives", "lead_lap_finishes", "starts", "wins_at_track"):
        found = board(client, key)["rows"]
        assert found
        for row in found:
            assert len(client.get(f"{row['length_url']}&format=json").json()["rows"]) == row["length"], key


def test_a_missing_race_ends_a_streak(client, empty_book):
    """Where the book lacks races, nobody knows; the page says so."""
    make_year([PETTY] * 4)
    assert rows(board(client, "wins")) == [("1", PETTY, 4, True)]
    Session.objects.filter(race__round=2).delete()
    Race.objects.get(round=2).delete()
    body = board(client, "wins")
    assert rows(body) == [("1", PETTY, 2, True)]
    assert body["rows"][0]["length_exact"] is False
    assert "1 streak may have been longer" in " ".join(body["notes"])
    assert ">2+</a>" in client.get("/streaks/wins/").text
    assert "Races are missing from our records in 1 place: no streak runs across" in " ".join(body["notes"])


def test_a_race_not_run_is_no_gap(client, empty_book):
    """A cancelled round ends no streak."""
    races = make_year([PETTY] * 4)
    Session.objects.filter(race=races[1]).delete()
    races[1].status = Race.Status.CANCELLED
    races[1].save()
    assert rows(board(client, "wins")) == [("1", PETTY, 3, True)]


def test_seasons_join_where_the_first_is_whole(client, empty_book):
    """From the last round of one season to the first of the next."""
    with deferred():
        make_year([PETTY, PETTY], year=2023)
        make_year([PETTY], year=2024)
    season = make_season(2023)
    for length, longest in ((2, 3), (3, 2)):
        season.rounds = length
        season.save()
        assert rows(board(client, "wins"))[0][2] == longest


def test_a_disqualification_counts_as_ruled(client, empty_book):
    """The official book is what counts, as of the day that is asked for."""
    races = make_year([PETTY, PETTY, PETTY])
    first, second = races[1].sessions.get().results.order_by("position")
    make_ruling(
        races[1],
        races[1].date + timedelta(days=2),
        {
            first: ({"position": 1, "disqualified": False}, {"position": 2, "disqualified": True}),
            second: ({"position": 2}, {"position": 1}),
        },
    )
    assert board(client, "wins")["rows"] == []
    assert rows(board(client, "wins", as_of=races[1].date)) == [("1", PETTY, 2, True)]


def test_poles_at_a_track(client, empty_book):
    """Christopher Bell had taken three Kansas poles in a row; a race that gave no award is passed over."""
    with deferred():
        for round_, (pole, lineup) in enumerate(
            [(LARSON, ""), (LARSON, ""), (None, "formula"), (LARSON, ""), (HARVICK, "")], start=1
        ):
            race = make_race(2024, round_, field_size=1, lineup=lineup)
            result = make_result(race, pole or LARSON, 1)
            if pole:
                race.pole = result.entry
                race.save()
    (row,) = board(client, "poles_at_track")["rows"]
    assert (row["driver"], row["track"], row["length"], row["active"]) == (LARSON, "Kansas Speedway", 3, False)
    assert len(client.get(f"{row['length_url']}&format=json").json()["rows"]) == 3


def test_bells_three_kansas_poles(client):
    """In the demo content, up to the day on which Larson ended it."""
    (first, *_) = board(client, "poles_at_track", as_of="2025-05-10", track="kansas", active="yes")["rows"]
    assert (first["driver"], first["length"], first["first"], first["last"], first["active"]) == (
        "Christopher Bell",
        3,
        "2023 Kansas II",
        "2024 Kansas II",
        True,
    )


@pytest.mark.parametrize(("most", "lengths"), [(3, [3, 2, 2]), (2, [3]), (1, [3])])
def test_ties_are_not_cut(client, empty_book, monkeypatch, most, lengths):
    """A board ends before the tie it would cut, and says what it leaves out."""
    monkeypatch.setattr("stats.streaks.longest.LISTED", most)
    make_year([PETTY, PETTY, PETTY, WALTRIP, WALTRIP, PETTY, PETTY, WALTRIP])
    body = board(client, "wins")
    assert [row[2] for row in rows(body)] == lengths
    assert (f"The longest {len(lengths)} of 3 streaks: no tie is cut." in body["notes"]) == (len(lengths) < 3)


def test_a_tie_for_the_longest_is_listed_whole(client, empty_book, monkeypatch):
    """However many share it."""
    monkeypatch.setattr("stats.streaks.longest.LISTED", 1)
    make_year([PETTY, PETTY, WALTRIP, WALTRIP])
    assert [row[0] for row in rows(board(client, "wins"))] == ["T1", "T1"]


def test_index(client, empty_book):
    """The longest active of each kind, and who has it; then the kinds of which nobody has one, and the records."""
    make_year([WALTRIP, PETTY, PETTY])
    found = {
        row["streak"]: (row["active"], row["drivers"]) for row in client.get("/streaks/?format=json").json()["rows"]
    }
    assert found == {
        "Wins": (2, PETTY),
        "Wins, race by race": (2, PETTY),
        "Top fives": (3, f"{WALTRIP} and {PETTY}"),
        "Top tens": (3, f"{WALTRIP} and {PETTY}"),
        "Lead-lap finishes": (2, PETTY),
        "Starts": (3, f"{WALTRIP} and {PETTY}"),
        "Wins at a track": (2, PETTY),
        "Poles at a track": (None, None),
    }
    make_year([WALTRIP, WALTRIP, WALTRIP, PETTY], 2025)
    rows = {row.pop("streak"): row for row in client.get("/streaks/?format=json").json()["rows"]}
    order = list(rows)
    assert order.index("Top fives") < order.index("Starts") < order.index("Wins")
    told = ("active", "drivers", "record", "record_exact", "holders", "years")
    assert [rows["Wins"][key] for key in told] == [None, None, 3, True, WALTRIP, "2025"]
    both = f"{WALTRIP} and {PETTY}"
    assert [rows["Starts"][key] for key in told] == [7, both, 7, True, both, None]
    assert rows["Wins"]["holders_url"] == "/drivers/darrell-waltrip/"


def test_own_streaks(empty_book, django_assert_num_queries):
    """A driver's longest, the latest of several, and the active one."""
    make_year([PETTY, PETTY, WALTRIP, PETTY, PETTY, WALTRIP, PETTY])
    scope = Scope(series=make_series(), driver=make_driver(PETTY))
    with django_assert_num_queries(6):
        found = {own.kind.key: own for own in driver_streaks(scope)}
    wins = found["wins"]
    assert (str(wins.length), wins.first.round, wins.last.round, wins.active_length) == ("2", 4, 5, None)
    assert str(found["starts"].active_length) == "7"
    assert "poles_at_track" not in found
    assert driver_streaks(scope.narrowed(driver=make_driver(HARVICK))) == []


def test_who_is_active_is_the_same_on_the_page_of_a_driver_and_on_the_board(client, empty_book):
    """Races of which no starter is on file let nobody's streak end."""
    make_rounds(2024, "WW" + 11 * "-")
    (row,) = board(client, "wins", active="yes")["rows"]
    scope = Scope(series=make_series(), driver=make_driver(LARSON))
    own = {each.kind.key: each for each in driver_streaks(scope)}["wins"]
    assert (row["driver"], row["length"], own.active_length and own.active_length.value) == (LARSON, 2, 2)


def test_the_longest_active_is_told_however_short_it_is(client, empty_book, monkeypatch):
    """Also where the board ends before it; each of those who share it has its rank in the whole list."""
    monkeypatch.setattr("stats.streaks.longest.LISTED", 1)
    make_year([PETTY, PETTY, PETTY, WALTRIP, WALTRIP])
    scope = Scope(series=make_series())
    found = streak_board(KINDS["wins"], scope)
    assert [(row.rank, str(row.driver), row.length.value, row.active) for row in found.active] == [
        ("2", WALTRIP, 2, True)
    ]
    assert [row.rank for row in found.rows] == ["1"]
    assert streak_board(KINDS["wins"], scope, active=False).active == []
    text = Page(client.get("/streaks/wins/").content.decode()).text
    assert "Longest active: Darrell Waltrip , 2 , since the 2024" in text
    assert "Longest active:" not in Page(client.get("/streaks/wins/?active=yes").content.decode()).text


@deferred()
def make_rounds_of_the_winter():
    for round_, day in enumerate((date(1956, 11, 11), date(1956, 12, 2)), start=1):
        race = make_race(1957, round_, date=day, field_size=2, laps=100)
        for place, driver in enumerate((PETTY, WALTRIP), start=1):
            make_result(race, driver, place, laps=100, status="running")


def test_a_season_may_begin_the_year_before(client, empty_book):
    """That of 1957 did, in November of 1956: who first started then has a career by December."""
    make_rounds_of_the_winter()
    rows = client.get("/streaks/?as_of=1956-12-15&format=json").json()["rows"]
    [wins] = [row for row in rows if row["streak"] == "Wins"]
    assert (wins["active"], wins["drivers"]) == (2, PETTY)
