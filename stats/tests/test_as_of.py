"""The book as it stood: before and after a ruling of decades later, there and back, and around races without a date."""

from datetime import date

import pytest

from races.as_of import stood, versions_that_stood
from races.derived.refresh import deferred
from races.models import Race, Ruling, StatLine
from races.statistics import STATISTICS
from stats.boards.leaderboards import leaderboard
from stats.milestones.clubs import club
from stats.race.closest_finishes import closest
from stats.scope import Scope
from testing.answers import as_of as asked_day
from testing.makers import (
    ALLISON,
    BLANEY,
    BYRON,
    HARVICK,
    LARSON,
    WALTRIP,
    make_given,
    make_milestone,
    make_penalty,
    make_race,
    make_result,
    make_ruling,
    make_series,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]


def wins(as_of: str | None, **scope) -> list[tuple]:
    """The board of wins as it stood."""
    found = leaderboard(STATISTICS["wins"], Scope(series=make_series(), as_of=asked_day(as_of), **scope))
    return [(row.rank, str(row.who), row.value.value) for row in found.rows]


@deferred()
def make_myers_brothers() -> Race:
    """The 1971 race that had no official winner until October 23, 2024; Allison and Waltrip have 84 wins each."""
    race = make_race(1971, 33, "Bowman Gray", date=date(1971, 8, 6), field_size=1)
    make_given(ALLISON, (1971, 32), starts=717, wins=84)
    make_given(WALTRIP, (1971, 32), starts=809, wins=84)
    result = make_result(race, ALLISON, 1, note="In a car of another class")
    make_ruling(
        race,
        date(2024, 10, 23),
        {result: ({"position": None}, {"position": 1})},
        kind="correction",
        title="Bobby Allison is given the win",
    )
    return race


TIED = [("T1", ALLISON, 84), ("T1", WALTRIP, 84)]
ALONE = [("1", ALLISON, 85), ("2", WALTRIP, 84)]


@pytest.mark.parametrize(
    ("as_of", "board"),
    [
        ("1971-08-06", TIED),
        ("cup-1971-33", TIED),
        ("2024-10-22", TIED),
        ("2024-10-23", ALONE),
        ("2199-12-31", ALONE),
        (None, ALONE),
    ],
)
def test_win_given_53_years_later(client, as_of, board):
    """The day before the ruling the two are tied; from that day on Allison stands alone."""
    make_myers_brothers()
    assert wins(as_of) == board
    query = {"format": "json"} | ({"as_of": as_of} if as_of else {})
    body = client.get("/leaderboards/wins/", query).json()
    assert [(row["rank"], row["driver"], row["value"]) for row in body["rows"]] == board
    (line,) = client.get("/drivers/bobby-allison/races/", query).json()["rows"]
    assert line["finish"] == (1 if board is ALONE else None)


def test_club_of_a_day():
    """Who is a member of a club depends on the day as well."""
    with deferred():
        make_myers_brothers()
        milestone = make_milestone("wins", 85)
    members = {
        day: [
            str(member.driver) for member in club(milestone, Scope(series=make_series(), as_of=asked_day(day))).members
        ]
        for day in ("2024-10-22", "2024-10-23")
    }
    assert members == {"2024-10-22": [], "2024-10-23": [ALLISON]}


@pytest.mark.parametrize(
    ("as_of", "second"),
    [
        ("2026-06-07", HARVICK),
        ("2026-06-11", HARVICK),
        ("2026-06-12", BYRON),
        ("2026-09-03", BYRON),
        ("2026-09-04", HARVICK),
        (None, HARVICK),
        ("cup-2026-9", HARVICK),
        ("cup-2026-10", BYRON),
    ],
)
def test_there_and_back(as_of, second):
    """A disqualification, and the appeal that undoes it: each day has its own runner-up."""
    with deferred():
        race = make_race(2026, 9, "Talladega", margin="0.1", date=date(2026, 6, 7))
        make_result(race, BLANEY, 1)
        harvick, byron = make_result(race, HARVICK, 2), make_result(race, BYRON, 3)
        make_ruling(
            race,
            date(2026, 6, 12),
            {harvick: ({"position": 2}, {"position": 3}), byron: ({"position": 3}, {"position": 2})},
        )
        make_ruling(
            race,
            date(2026, 9, 4),
            {harvick: ({"position": 3}, {"position": 2}), byron: ({"position": 2}, {"position": 3})},
        )
        make_result(make_race(2026, 10, "Kansas", date=date(2026, 6, 14)), LARSON, 1)
    found = next(race for race in closest(Scope(as_of=asked_day(as_of))) if race.round == 9)
    assert [str(line.driver) for line in found.first_two] == [BLANEY, second]


def test_ruling_of_the_same_day():
    """The book is asked for as it stood at the end of a day: a ruling of race day is in it."""
    with deferred():
        race = make_race(2023, 1, "Talladega", date=date(2023, 10, 1))
        harvick, byron = make_result(race, HARVICK, 1), make_result(race, BYRON, 2)
        make_ruling(
            race,
            date(2023, 10, 1),
            {harvick: ({"position": 1}, {"position": 2}), byron: ({"position": 2}, {"position": 1})},
        )
    assert wins("2023-10-01") == wins(None) == [("1", BYRON, 1)]
    assert wins("2023-09-30") == []


@deferred()
def make_book() -> None:
    """Of four races two have a date: the second was run by the third, and the last by the end of its season."""
    for round_, day in ((1, date(2001, 3, 1)), (2, None), (3, date(2001, 4, 1)), (4, None)):
        make_result(make_race(2001, round_, date=day, margin=f"0.00{round_}", field_size=1), LARSON, 1)


@pytest.mark.parametrize(
    ("as_of", "rounds"),
    [
        ("2000-12-31", []),
        ("2001-02-28", []),
        ("2001-03-01", [1]),
        ("2001-03-31", [1]),
        ("2001-04-01", [1, 2, 3]),
        ("2001-12-30", [1, 2, 3]),
        ("2001-12-31", [1, 2, 3, 4]),
        ("cup-2001-1", [1]),
        ("cup-2001-2", [1, 2]),
        ("cup-2001-3", [1, 2, 3]),
        ("cup-2001-4", [1, 2, 3, 4]),
    ],
)
def test_races_without_a_date(client, small_book, as_of, rounds):
    """They are ordered by season and round, and every page draws the line at the same race."""
    scope = Scope(as_of=asked_day(as_of))
    assert sorted(scope.races().values_list("round", flat=True)) == rounds
    assert sorted(scope.lines().values_list("race__round", flat=True)) == rounds
    assert sorted(scope.coverage().values_list("race__round", flat=True)) == rounds
    assert wins(as_of) == ([("1", LARSON, len(rounds))] if rounds else [])
    for path in ("/closest-finishes/", "/races/", "/races/cup/2001/", "/drivers/kyle-larson/races/", "/tracks/kansas/"):
        body = client.get(path, {"as_of": as_of, "format": "json"}).json()
        urls = sorted(row["race_url"].partition("?")[0] for row in body["rows"])
        assert urls == [f"/races/cup/2001/{round_}/" for round_ in rounds], path
        assert body["matching"] == len(rounds)


def test_other_series_as_of_a_race():
    """Through a race of one series: of the others, what was run by that day."""
    with deferred():
        for series, round_, day in (("cup", 1, 5), ("cup", 2, 6), ("trucks", 1, 5), ("trucks", 2, 6), ("trucks", 3, 7)):
            make_race(2024, round_, series=series, date=date(2024, 5, day))
    found = Scope(as_of=asked_day("cup-2024-2")).races().values_list("season__series__slug", "round")
    assert sorted(found) == [("cup", 1), ("cup", 2), ("trucks", 1), ("trucks", 2)]


def test_late_round_run_earlier():
    """A round that was put off counts from the day it was run, and not as of an earlier race of a later number."""
    with deferred():
        for round_, day in ((1, 1), (2, 20), (3, 10)):
            make_race(2024, round_, date=date(2024, 3, day))
    assert sorted(Scope(as_of=asked_day("cup-2024-3")).races().values_list("round", flat=True)) == [1, 3]
    assert sorted(Scope(as_of=asked_day("cup-2024-2")).races().values_list("round", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2024-05-06", "as it stood on May 6, 2024"),
        ("cup-2024-12", "as it stood after 2024 Kansas I"),
        ("", None),
        (None, None),
    ],
)
def test_said_in_words(text, words):
    """A page says when it is asked for."""
    make_race(2024, 12, date=date(2024, 5, 5), nth_at_track=1)
    found = asked_day(text)
    assert (found and found.in_words) == words
    assert (found and str(found)) == (text or None)


def test_given_totals_wait_for_their_race():
    """A career as of a day before the given totals were taken is what the lines say."""
    with deferred():
        make_given(LARSON, (2024, 2), starts=300, wins=23)
        for round_ in (1, 2, 3):
            make_result(make_race(2024, round_, date=date(2024, 3, round_), field_size=1), LARSON, 1)
    assert wins("2024-03-01") == [("1", LARSON, 1)]
    assert wins("2024-03-02") == [("1", LARSON, 23)]
    assert wins("cup-2024-3") == wins(None) == [("1", LARSON, 24)]


@pytest.mark.parametrize("day", [None, "2024-10-22", "2024-10-23", "1971-08-05", "1971-08-06"])
def test_query_and_line_agree_on_what_stood(day):
    """Asked of each version of a line, and in a query."""
    make_myers_brothers()
    then = asked_day(day)
    found = StatLine.objects.filter(versions_that_stood(then))
    assert {line.pk for line in StatLine.objects.all() if stood(line, then)} == {line.pk for line in found}
    assert len(found) == (0 if day == "1971-08-05" else 1)


@pytest.mark.parametrize("day", [None, "2024-03-01", "2024-03-02", "cup-2024-1"])
def test_query_and_race_agree_on_what_was_run_and_what_is_to_come(day):
    with deferred():
        statuses = ("official", "provisional", "scheduled", "cancelled")
        for round_, status in enumerate(statuses, start=1):
            make_race(2024, round_, date=date(2024, 3, round_), status=status)
    as_of = asked_day(day)
    races = Race.objects.select_related("season", "coverage")
    assert set(races.run_by(as_of)) == {race for race in races if race.was_run_by(as_of)}
    assert set(races.to_come(as_of)) == {race for race in races if race.is_to_come(as_of)}
    assert len(races.to_come(as_of)) == (1 if day in (None, "2024-03-02") else 2)


def test_every_place_takes_in_the_same_rulings(client):
    """Of the second race, without a date, a penalty was announced before the day by which the season is known to have
    been run: after the first race, the book has neither the race nor its ruling."""
    with deferred():
        first, second = (make_race(1950, round_, date=None, field_size=1) for round_ in (1, 2))
        party = make_race(1950, "party", date=date(1950, 3, 1))
        for race in (first, second, party):
            make_result(race, LARSON, 1, points=40)
            make_penalty(race, LARSON, 10, date(1950, 7, race.round or 3))
    rulings = list(Ruling.objects.all())
    for text, expected in {
        "cup-1950-1": {first, party},
        "cup-1950-2": {first, second, party},
        "1950-07-01": {first},
        "1950-07-02": {first, second},
        "1950-12-31": {first, second, party},
    }.items():
        as_of = asked_day(text)
        assert {ruling.race for ruling in Ruling.objects.as_of(as_of)} == expected, text
        assert {ruling.race for ruling in rulings if ruling.applies_as_of(as_of)} == expected, text
    listed = client.get("/rulings/", {"format": "json", "as_of": "cup-1950-1"}).json()["rows"]
    assert [row["race"] for row in listed] == [first.label]
    standings = client.get("/standings/cup/1950/", {"format": "json", "as_of": "cup-1950-1"}).json()["rows"]
    assert [row["penalties"] for row in standings] == [20]
