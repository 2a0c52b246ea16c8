"""Every figure leads to the races that make it up: what is listed there adds up to the figure it was reached from."""

from __future__ import annotations

import re

import pytest

from races.derived.refresh import deferred
from races.models import GivenTotals
from races.statistics import STATISTICS, LineAverage, LineDifference, LineSum
from stats.careers.figure import evidence
from stats.evidence import evidence_url
from stats.scope import Scope
from testing.answers import boards_of
from testing.makers import (
    BYRON,
    HAMLIN,
    LARSON,
    make_driver,
    make_given,
    make_race,
    make_result,
    make_rounds,
    make_season,
    make_series,
    make_team,
    make_track,
)

pytestmark = pytest.mark.django_db

SUMMED = re.compile(r".+ listed, and (?P<summed>[\d,]+) that .+ sums without listing the races\.$")

OVER = re.compile(r", over (?P<starts>[\d,]+) starts?\b")


def amount(key: str, rows: list[dict]):
    """What the rows of a race log add up to."""
    statistic = STATISTICS[key]
    if isinstance(statistic, LineSum):
        return sum(row[statistic.column] for row in rows)
    if isinstance(statistic, LineAverage):
        return sum(row[statistic.column] for row in rows) / len(rows)
    if key == "win_rate":
        return sum(row["finish"] == 1 for row in rows) / len(rows)
    if isinstance(statistic, LineDifference):
        gained = sum(row["start"] - row["finish"] for row in rows)
        return gained / len(rows) if statistic.mean.per else gained
    if key == "laps_led_share":
        return sum(row["laps_led"] for row in rows) / sum(row["laps"] for row in rows)
    return len(rows)


def follow(client, key: str, value, url: str) -> None:
    """Go where a figure leads: the races listed there, with what a source is said there to sum beside them, make it."""
    body = client.get(f"{url}&format=json").json()
    rows = body["rows"]
    said, over = SUMMED.match(body["notes"][0]), OVER.search(body["notes"][0])
    assert len(rows) == body["matching"]
    if over and int(over["starts"].replace(",", "")) > len(rows):
        return  # A mean or a rate of starts that a source sums is not made of the races listed alone.
    if key == "laps_run_share":
        assert int(over["starts"].replace(",", "")) == len(rows), url
        return  # The log does not tell how many laps a race had.
    assert rows or said, url
    summed = int(said["summed"].replace(",", "")) if said else 0
    assert summed + amount(key, rows) == pytest.approx(value), url


SCOPES = [
    "",
    "season=2025",
    "season=2025&as_of=cup-2025-10",
    "era=next-gen",
    "track=kansas",
    "type=superspeedway&from=2023-01-01&to=cup-2025-11",
    "from=2024&manufacturer=chevrolet",
    "team=hendrick-motorsports&as_of=2024-05-06",
    "as_of=cup-2025-9",
    "active=yes&min_starts=3&to=2024",
    "by=team",
    "by=team&track=kansas&era=next-gen",
    "by=team&manufacturer=ford&min_starts=1",
    "by=manufacturer&from=2015",
    "by=manufacturer&season=2023&type=short-track",
]


OF_EACH_KIND = ("wins", "stage_wins", "laps_led", "average_finish", "win_rate")
"""Counts of which opening totals speak and of which few do, a sum, a mean and a rate: these are walked in every scope,
and every other statistic in some."""
ALL_IN = ("", "by=team&track=kansas&era=next-gen")


def walk(client, asked: str, keys, turn: int) -> None:
    """The first figure of each of these boards, of one of them the last, and the starts beside a first one, lead to
    what they say."""
    for place, board in enumerate(boards_of(asked, keys)):
        key, rows = board.statistic.key, board.rows
        last = rows[len(rows) - 1 :] if place == turn % len(OF_EACH_KIND) else []
        for row in (*rows[:1], *last):
            follow(client, key, row.value.value, row.evidence(board.statistic))
        if key == "wins" and rows:
            follow(client, "starts", rows[0].starts.value, rows[0].evidence(STATISTICS["starts"]))


@pytest.mark.parametrize("asked", SCOPES)
def test_figures_of_boards_lead_to_their_races(client, asked):
    walk(client, asked, STATISTICS if asked in ALL_IN else OF_EACH_KIND, SCOPES.index(asked))


OF_THE_WHOLE_HISTORY = {
    "": ("wins", "laps_led", "stage_wins"),
    "season=2024": STATISTICS,
    "track=bristol&from=1990": OF_EACH_KIND,
    "by=team&season=1999": OF_EACH_KIND,
}


@pytest.mark.parametrize(("turn", "asked"), [*enumerate(OF_THE_WHOLE_HISTORY)])
def test_figures_of_the_whole_history_lead_to_their_races(client, full_book, turn, asked):
    walk(client, asked, OF_THE_WHOLE_HISTORY[asked], turn)


@pytest.mark.parametrize("asked", ["", "by=team&season=2023", "by=manufacturer&as_of=cup-2025-9"])
def test_documents_of_boards_have_the_links(client, asked):
    (board,) = boards_of(asked, ["laps_led"])
    rows = client.get(f"/leaderboards/laps_led/?{asked}&format=json").json()["rows"]
    assert [row["value_url"] for row in rows] == [row.evidence(board.statistic) for row in board.rows]
    assert [row["starts_url"] for row in rows] == [
        row.evidence(STATISTICS["starts"]) if row.starts.value else None for row in board.rows
    ]


@pytest.mark.parametrize(
    ("path", "of_first"),
    [
        ("/teams/?from=2024", STATISTICS),
        ("/teams/hendrick-motorsports/", STATISTICS),
        ("/teams/front-row-motorsports/?type=superspeedway", OF_EACH_KIND),
        ("/manufacturers/?track=kansas&as_of=2024-05-06", STATISTICS),
        ("/manufacturers/ford/?era=next-gen&to=2024", OF_EACH_KIND),
    ],
)
def test_figures_of_makers_lead_to_their_races(client, path, of_first):
    """Of the tables on the pages of teams and makes linked figures of the first row, in the first table of some pages
    all, and some of the last; the season, driver or track of its row narrows the log."""
    body = client.get(f"{path}{'&' if '?' in path else '?'}format=json").json()
    followed = 0
    for name, table in (("", body), *body.get("tables", {}).items()):
        if name in ("records", "wins", "races"):
            continue
        first, last = table["rows"][:1], table["rows"][1:][-1:]
        of_this = of_first if not name else OF_EACH_KIND
        for row, keys in (*zip(first, [of_this]), *zip(last, [("starts", "wins", "laps_led")])):
            for key in keys:
                if row.get(f"{key}_url"):
                    follow(client, key, row[key], row[f"{key}_url"])
                    followed += 1
                else:
                    assert not row.get(key)
    assert followed >= 6
    for row in body.get("tables", {}).get("records", {"rows": []})["rows"]:
        if row["value_url"]:
            follow(client, "wins", int(row["value"].rstrip("+")), row["value_url"])


def some_of(rows: list) -> list:
    """The first, the last, and one between."""
    return [rows[place * (len(rows) - 1) // 2] for place in range(3)] if len(rows) > 3 else rows


def walk_index(client, asked: str) -> int:
    """The figures of the drivers that the index lists lead to what they say: of some in the order of each column, and
    of all there is a link where there is something to lead to. Returns of how many columns some were followed."""
    rows = client.get(f"/drivers/?{asked}&format=json").json()["rows"]
    followed = set()
    for key in ("starts", "wins", "top_fives", "laps_led"):
        assert [row for row in rows if row[key] and not row[f"{key}_url"]] == []
        linked = sorted((row for row in rows if row[f"{key}_url"]), key=lambda row: row[key])
        for row in some_of(linked):
            follow(client, key, row[key], row[f"{key}_url"])
        followed |= {key} if linked else set()
    for row in some_of([row for row in rows if row["held_url"]]):
        assert client.get(f"{row['held_url']}&format=json").json()["matching"] == row["held"]
    return len(followed)


@pytest.mark.parametrize("asked", ["", "series=cup&active=yes", "q=larson&as_of=cup-2025-12"])
def test_figures_of_the_index_of_drivers_lead_to_their_races(client, asked):
    assert walk_index(client, asked) == 4


@pytest.mark.parametrize("asked", ["q=petty", "q=allison&as_of=1985-12-31"])
def test_figures_of_the_whole_index_lead_to_their_races(client, full_book, asked):
    assert walk_index(client, asked) == 4


NOTES = [
    # address, and the figure as its page takes it apart
    (
        "/drivers/kyle-larson/races/?series=cup&stat=wins",
        "32 wins: the 32 races listed.",
    ),
    (
        "/drivers/kyle-larson/races/?series=cup&season=2025&stat=stage_wins",
        "10 stage wins: 10 in the 8 races listed.",
    ),
    ("/drivers/kyle-larson/races/?series=cup&track=kansas&stat=wins", "3 wins: the 3 races listed."),
    (
        "/drivers/kyle-larson/races/?series=cup&track=kansas&season=2025&stat=laps_led",
        "222 laps led: 222 in the 2 races listed.",
    ),
    (
        "/drivers/kyle-larson/races/?series=cup&season=2025&stat=win_rate",
        "Win rate: 8.3%, over 36 starts; 3 wins listed.",
    ),
    (
        "/drivers/kyle-larson/races/?series=cup&track=kansas&season=2025&stat=average_finish",
        "Average finish: 3.5, over 2 starts where it is known.",
    ),
    ("/teams/hendrick-motorsports/races/?season=2025&track=kansas&stat=top_tens", "5 top tens: the 5 results listed."),
    (
        "/drivers/richard-petty/races/?series=cup&stat=poles",
        "123 poles: the 15 races listed, and 108 that List of the most poles in the Cup Series sums without listing "
        "the races.",
    ),
]


@pytest.mark.parametrize(("as_of", "taken"), [("", 30), ("&as_of=2025-05-15", 60), ("&as_of=2025-05-14", 0)])
def test_points_taken_by_rulings_are_told(client, as_of, taken):
    """60 from the day of the penalty, 30 since the appeal; the points of the races stay."""
    path = f"/drivers/chris-buescher/races/?series=cup&season=2025&stat=points{as_of}&format=json"
    told = [note for note in client.get(path).json()["notes"] if "which rulings took" in note]
    assert told == ([f"The standings have {taken} fewer, which rulings took from the season."] if taken else [])


@pytest.mark.parametrize(("path", "figure"), NOTES)
def test_figures_are_taken_apart_in_words(client, path, figure):
    assert client.get(f"{path}&format=json").json()["notes"][0] == figure


@pytest.mark.parametrize(
    ("rounds", "given", "key", "notes"),
    [
        pytest.param("wW", {"starts": 9}, "wins", ["2+ wins: the 2 races listed.", 8], id="a source does not give it"),
        pytest.param(
            "ww",
            {"starts": 9, "laps_led": 100},
            "laps_led",
            ["100+ laps led: 0 in the 0 races listed, and 100 that nascaR.data sums without listing the races.", 1],
            id="a race after it lacks it",
        ),
        pytest.param(
            "wW",
            {"starts": 9, "wins": 2},
            "wins",
            ["3 wins: the 2 races listed, and 1 that nascaR.data sums without listing the races.", 0],
            id="and the races after it",
        ),
        pytest.param("h.W", {}, "starts", ["1+ starts: the 1 race listed.", 2], id="he may have been in two more"),
        pytest.param("h.W", {}, "wins", ["1+ wins: the 1 race listed.", 1], id="and have won one"),
        pytest.param("hh", {"starts": 2}, "poles", ["Poles: not known. Listed: 0 races.", 2], id="nothing is known"),
        pytest.param("WA", {}, "poles", ["0 poles: the 0 races listed.", 0], id="none, which is known"),
    ],
)
def test_what_is_at_least_is_told(empty_book, rounds, given, key, notes):
    """Of how many races it is not known what they add."""
    with deferred():
        make_rounds(2024, rounds)
        if given:
            make_given(LARSON, (2024, 1), **given)
    told, _, *more = evidence(STATISTICS[key], Scope(series=make_series(), driver=make_driver(LARSON))).notes
    figure, unknown = notes
    assert told == figure
    races = f"{unknown} race{'s' if unknown != 1 else ''}"
    assert more == ([f"At least so many: it is not on file what {races} may add."] if unknown else [])


def test_given_totals_that_are_silent(client, empty_book):
    """Where the races on file are the whole career, they make the total that a source does not give, and lead to it."""
    with deferred():
        for round_ in (1, 2, 3):
            make_result(make_race(2024, round_, laps=30, field_size=1), LARSON, 1, laps=30, laps_led=30)
        make_given(LARSON, (2024, 2), starts=2, wins=2)
    row = client.get("/leaderboards/laps_led/?format=json").json()["rows"][0]
    assert (row["driver"], row["value"], row["value_exact"], row["starts"]) == (LARSON, 90, True, 3)
    follow(client, "laps_led", row["value"], row["value_url"])
    index = client.get("/drivers/?format=json").json()["rows"][0]
    assert (index["laps_led"], index["wins"]) == (90, 3)
    given = GivenTotals.objects.get()
    given.starts = 200  # Of which the book holds three.
    given.save()
    row = client.get("/leaderboards/laps_led/?format=json").json()["rows"][0]
    assert (row["value"], row["value_exact"], row["starts"]) == (90, False, 201)


def test_averages_lead_to_races_with_a_whole_field(client, empty_book):
    """A race known by its winner alone is no sample, and is not listed as one."""
    make_rounds(2024, "WAWww")
    board = client.get("/leaderboards/average_finish/?min_starts=1&format=json").json()["rows"]
    assert [(row["driver"], row["value"], row["over"]) for row in board] == [
        (LARSON, 1, 2),
        (BYRON, pytest.approx(5 / 3), 3),
        (HAMLIN, 2, 1),
    ]
    for row in board:
        follow(client, "average_finish", row["value"], row["value_url"])
    scope = Scope(series=make_series(), driver=make_driver(LARSON))
    assert evidence(STATISTICS["win_rate"], scope).notes[0] == "Win rate: 100.0%, over 2 starts; 2 wins listed."


def test_a_career_and_a_part_of_it(empty_book):
    """Of a career that the book holds a part of, rounds that are not on file are in doubt; at a track they are not."""
    season = make_season(2024)
    season.rounds = 36
    with deferred():
        season.save()
        make_season(2025)
        for round_, place in ((1, 1), (2, 5)):
            make_result(make_race(2024, round_, "Kansas"), LARSON, place)
        make_result(make_race(2025, 1, "Bristol"), HAMLIN, 1)
    scope = Scope(series=make_series(), driver=make_driver(LARSON))
    assert evidence(STATISTICS["wins"], scope).notes == [
        "1+ wins: the 1 race listed.",
        "Based on 3 of 37 races; wins not fully known race by race for 1.",
        "At least so many: it is not on file what 34 races may add.",
    ]
    at_track = evidence(STATISTICS["wins"], scope.narrowed(track=make_track("Kansas")))
    assert at_track.notes == [
        "1 win: the 1 race listed.",
        "Based on 2 of 2 races; wins not fully known race by race for 1.",
    ]


@pytest.mark.parametrize(
    ("who", "scope", "url"),
    [
        (make_driver, {}, "/drivers/kyle-larson/races/?series=cup&stat=wins"),
        (make_driver, {"season": 2025}, "/drivers/kyle-larson/races/?series=cup&season=2025&stat=wins"),
        (make_team, {"season": 2025}, "/teams/hendrick-motorsports/races/?series=cup&season=2025&stat=wins"),
    ],
)
def test_evidence_url(who, scope, url):
    """The address keeps the scope, without whom the address itself names."""
    found = who()
    scope = Scope(series=make_series(), **scope)
    assert evidence_url(scope, STATISTICS["wins"], found) == url
    named = scope.narrowed(**{found._meta.model_name: found})
    assert evidence_url(named, STATISTICS["wins"], found) == url
