"""The finder: how a question is read, written and said, and what does not go together."""

import re
from collections import Counter
from datetime import date
from html import unescape

import pytest
from django.http import QueryDict

from pages.records.finder import FinderFilter
from races.as_of import AsOf
from races.models import Series
from races.statistics import WIN
from racestats.errors import BadFilter
from stats.finder.asking.presets import PRESETS
from stats.finder.asking.question import Question
from stats.finder.asking.sentence import sentence
from stats.finder.declared.ranges import read_range
from stats.scope import Scope
from testing.answers import tables_of

pytestmark = pytest.mark.django_db

RANGES = [
    ("5", (5, 5), "5", "5"),
    ("1-5", (1, 5), "1-5", "1 to 5"),
    ("1–5", (1, 5), "1-5", "1 to 5"),
    (" 1 - 5 ", (1, 5), "1-5", "1 to 5"),
    ("5-5", (5, 5), "5", "5"),
    ("1000-", (1000, None), "1000-", "1,000 or more"),
    ("100+", (100, None), "100-", "100 or more"),
    ("-5", (None, 5), "-5", "5 or fewer"),
]


@pytest.mark.parametrize(("text", "ends", "written", "said"), RANGES)
def test_a_range(text, ends, written, said):
    found = read_range(text)
    assert (tuple(found), str(found), found.in_words()) == (ends, written, said)


@pytest.mark.parametrize("text", ["", "-", "+5", "5-1", "1-2-3", "1.5", "five", "1--5", "1 5", "٣", "100000000"])
def test_no_range(text):
    assert read_range(text) is None


def asked(query: str) -> Question:
    filters = FinderFilter(QueryDict(query))
    assert filters.is_valid(), filters.form.errors
    return filters.read()


QUESTIONS = [
    (
        "find=results&series=cup&finish=1&start=26-",
        "Results of those who finished 1st and started 26th or worse, Cup Series",
    ),
    (
        "find=drivers&series=cup&event=daytona-500&finish=2&led=100-",
        "Drivers by how often they finished 2nd and led 100 laps or more, in the Daytona 500, Cup Series",
    ),
    (
        "find=drivers&series=cup&track=kansas&by=season&count=laps_led&least=100",
        "Drivers and seasons by laps led, Cup Series, at Kansas, 100 or more",
    ),
    (
        "find=seasons&series=cup&driver=kyle-larson&finish=1-5",
        "Seasons by how often Kyle Larson finished 5th or better, Cup Series",
    ),
    (
        "find=drivers&series=cup&finish=1&count=longest-run&over=races",
        "Drivers by the longest run of races of the series in which they finished 1st, Cup Series",
    ),
    (
        "find=drivers&series=cup&finish=1&count=longest-run&over=seasons&per=2",
        "Drivers by the longest run of seasons in which they finished 1st 2 times or more, Cup Series",
    ),
    (
        "find=drivers&series=cup&finish=1&count=wait-now&regulars=yes",
        "Drivers by the number of own starts since they last finished 1st, Cup Series, regular drivers",
    ),
    (
        "find=drivers&finish=2&without=wins&active=yes",
        "Drivers by how often they finished 2nd, active drivers, without a win there",
    ),
    (
        "find=races&series=cup&cautions=0&order=-lead_changes",
        "Races, in races with no cautions, Cup Series, most lead changes first",
    ),
    ("find=results&by=number&series=cup&finish=1", "Car numbers by how often somebody finished 1st, Cup Series"),
    ("find=results&count=wins", "All results by wins"),
]


@pytest.mark.parametrize(("query", "said"), QUESTIONS)
def test_a_question_is_said_and_written_back(query, said):
    """In one sentence, and at one address, which asks the same question."""
    question = asked(query)
    assert sentence(question) == said
    address = question.address
    assert sorted(address.partition("?")[2].split("&")) == sorted(query.split("&"))
    assert asked(address.partition("?")[2]) == question


def test_the_address_leaves_out_what_is_usual():
    question = asked("find=drivers&by=&then=&finish=1&count=results&over=starts&per=1&order=")
    assert question.address == "/finder/?find=drivers&finish=1"


NO_QUESTION = [
    ("find=drivers&by=season&then=track", "then", "drivers, seasons, tracks are three groupings, and two are the most"),
    ("find=races&by=driver", "by", "Races have no driver: find results, and count races."),
    ("find=races&count=laps_led", "count", "Races alone have no laps led: find results instead."),
    ("find=drivers&by=season&series=cup&count=longest-run", "count", "A run or a wait is of one grouping"),
    ("find=drivers&finish=1&count=longest-run", "series", "name a series"),
    ("find=tracks&count=first", "series", "name a series"),
    ("find=drivers&series=cup&count=longest-run&over=days", "over", "Days are counted of waits"),
    ("find=drivers&series=cup&count=longest-wait&over=seasons", "over", "Waits are counted in starts, races or days."),
]


@pytest.mark.parametrize(("query", "name", "said"), NO_QUESTION)
def test_what_does_not_go_together_is_refused(client, query, name, said):
    """With the parameter, the reason and what would."""
    with pytest.raises(BadFilter) as problem:
        asked(query)
    assert said in problem.value.errors[name][0]
    response = client.get(f"/finder/?{query}&format=json")
    assert (response.status_code, list(response.json()["fields"])) == (400, [name])


@pytest.mark.parametrize(
    ("query", "fixed"),
    [
        ("?find=drivers&finish=1-10&count=longest-run&series=cup", ["Find: Drivers", "Series: Cup Series"]),
        ("?find=results&finish=1&by=team&count=wait-now&series=cup", ["By: Team", "Series: Cup Series"]),
        ("?find=drivers&finish=1-10", []),
    ],
)
def test_what_a_run_is_of_is_not_taken_off(client, query, fixed):
    """No link of the page leads to a question that makes no sense."""
    html = client.get("/finder/" + query).content.decode()
    assert re.findall(r'<span class="pill">(.*?)</span>', html) == fixed
    for href in re.findall(r'<a class="without" href="(.*?)"', html):
        assert client.get("/finder/" + unescape(href)).status_code == 200, href


def test_too_many_groups_are_refused(monkeypatch, client):
    """With a narrower suggestion."""
    monkeypatch.setattr("stats.finder.answering.answer.MOST_IN_RACES", 100)
    response = client.get("/finder/?find=drivers&by=race&format=json")
    assert response.status_code == 400
    assert "ask for a series and some seasons" in response.json()["fields"]["by"][0]
    assert client.get("/finder/?find=drivers&by=race&season=2025&finish=1&format=json").status_code == 200


def test_questions_to_begin_with():
    assert len(PRESETS) == len({preset.query for preset in PRESETS}) == 38
    for preset in PRESETS:
        query = preset.query.removeprefix("?")
        assert sorted(asked(query).address.partition("?")[2].split("&")) == sorted(query.split("&"))


@pytest.mark.parametrize(
    ("narrower", "added"),
    [
        pytest.param({}, set(), id="whole series"),
        pytest.param({"season": 2024}, {"season=2024"}, id="a season"),
        pytest.param({"as_of": AsOf.on(date(2024, 5, 6))}, {"as_of=2024-05-06"}, id="a day"),
    ],
)
def test_questions_stay_in_a_scope(narrower, added):
    """Each is asked of the scope's series, season and day, as far as it is not of several."""
    scope = Scope(series=Series.objects.get(slug="cup"), **narrower)
    for preset in PRESETS:
        query = preset.asked_in(scope).removeprefix("?")
        found = set(asked(query).address.partition("?")[2].split("&"))
        assert found == set(query.split("&"))
        assert found - set(preset.query[1:].split("&")) <= added
    elsewhere = Scope(series=Series(slug="national"))
    assert {preset.asked["series"] for preset in PRESETS if not preset.is_of(elsewhere)} == {"cup"}
    of_one = [preset.asked_in(elsewhere) for preset in PRESETS if preset.is_of(elsewhere)]
    assert not any("series=cup" in query for query in of_one)
    assert sum("series=national" not in query for query in of_one) == 2


def test_where_drivers_are_from(client):
    """The state or the country of a home town; of whom none is on file nothing is said."""
    wins = Scope(series=Series.objects.get(slug="cup"), season=2025).lines().filter(WIN).select_related("driver")
    homes = Counter(line.driver.hometown.partition(", ")[2] for line in wins)
    found = rows(client, "find=results&series=cup&season=2025&by=state&finish=1")
    assert {row["state"]: row["value"] for row in found} == {state: count for state, count in homes.items() if state}
    assert homes["California"] >= 3
    lists = [rows(client, f"find=results&series=cup&season=2025&finish=1&state={said}") for said in CALIFORNIA]
    assert [len(found) for found in lists] == [homes["California"]] * len(CALIFORNIA)


CALIFORNIA = ("California", "california", " CALIFORNIA ")


def rows(client, query: str) -> list[dict]:
    return client.get(f"/finder/?{query}&format=json").json()["rows"]


EVIDENCE = [
    "find=drivers&series=cup&finish=1-5&from=2025",
    "find=drivers&series=cup&count=wins&track=kansas",
    "find=teams&series=cup&by=season&finish=1",
    "find=results&by=number&then=track&series=cup&finish=1-3&season=2025",
    "find=tracks&series=cup&pole=yes",
    "find=results&by=finish&driver=kyle-larson",
    "find=results&by=race&series=cup&led=50-&season=2025",
    "find=drivers&series=cup&finish=1-10&count=longest-run&from=2025",
]


@pytest.mark.parametrize("query", EVIDENCE)
def test_every_figure_leads_to_its_results(client, query):
    """As many as the figure says."""
    found = rows(client, query)[:6]
    assert found
    for row in found:
        evidence = client.get(f"{row['value_url']}&format=json").json()
        assert (evidence["matching"], len(evidence["rows"])) == (row["value"], row["value"]), row


BOARDS = [
    ("wins", "series=cup"),
    ("laps_led", "series=cup"),
    ("starts", "series=cup"),
    ("top_fives", "series=cup&from=2022"),
]


@pytest.mark.parametrize(("statistic", "query"), BOARDS)
def test_the_same_figures_as_boards(client, statistic, query):
    """Of drivers, with what a source sums."""
    count = "results" if statistic == "starts" else statistic
    board = client.get(f"/leaderboards/{statistic}/?{query}&format=json").json()["rows"]
    found = rows(client, f"find=drivers&count={count}&{query}")
    both = [{(row["driver_url"], row["value"], row["value_exact"]) for row in each} for each in (board, found)]
    assert both[0] == both[1]


def test_what_is_not_on_file_makes_a_count_at_least(client):
    """In the demo content races of 2010 are known by their first two cars; 2025 rounds 9 to 12 are whole."""
    partial = rows(client, "find=seasons&series=cup&finish=1-10&from=2010&to=2011")
    assert [row["value_exact"] for row in partial] == [False] * len(partial) != []
    winners = rows(client, "find=seasons&series=cup&finish=1&from=2010&to=2011")
    assert [(row["value"], row["value_exact"]) for row in winners] == [(36, True), (36, True)]
    whole = rows(client, "find=drivers&series=cup&from=cup-2025-9&to=cup-2025-12&led=1-")
    assert [row["value_exact"] for row in whole] == [True] * len(whole) != []


RULES = [
    (
        "find=drivers&series=cup&finish=1&count=longest-run",
        "over own starts",
        "/finder/?find=drivers&series=cup&finish=1&count=longest-run&over=races",
    ),
    (
        "find=drivers&series=cup&finish=1&count=longest-run&over=races",
        "over every race of the series",
        "/finder/?find=drivers&series=cup&finish=1&count=longest-run",
    ),
    (
        "find=drivers&series=cup&finish=1&count=wait-now",
        "part of the time",
        "/finder/?find=drivers&series=cup&finish=1&count=wait-now&regulars=yes",
    ),
    (
        "find=drivers&series=cup&type=road-course&finish=1",
        "beach course at Daytona",
        "/finder/?find=drivers&series=cup&type=road-course&finish=1&beach=no",
    ),
    (
        "find=drivers&series=cup&track=bristol&finish=1",
        "races on dirt",
        "/finder/?find=drivers&series=cup&track=bristol&finish=1&dirt=no",
    ),
]


@pytest.mark.parametrize(("query", "said", "other"), RULES)
def test_where_readers_differ_the_page_says_which_rule_it_takes(drawn, query, said, other):
    """With a link to the other one."""
    answers = drawn.in_each_form(f"/finder/?{query}", ("html", "json"))
    assert any(said in note for note in answers["json"].json["notes"])
    assert other in [link["href"] for link in answers["html"].page.links]


def test_what_a_race_has_once_is_counted_once(client):
    """Not for each of its cars."""
    by_results = rows(client, "find=tracks&series=cup&count=sum-cautions&season=2025")
    by_races = rows(client, "find=races&by=track&series=cup&count=sum-cautions&season=2025")
    assert [(row["track"], row["value"]) for row in by_results] == [(row["track"], row["value"]) for row in by_races]
    assert max(row["value"] for row in by_results) < 40


def test_margins_of_laps_are_none_of_seconds(client):
    found = rows(client, "find=races&series=cup&order=-margin")
    closest = client.get("/closest-finishes/?series=cup&format=json").json()["rows"]
    assert sorted(row["beside"] for row in found if row["beside"]) == sorted(row["margin"] for row in closest)


def test_who_has_none_is_told_by_the_same_races(client):
    """Of 2025 whoever won only before is without a win; and the page says so."""
    body = client.get("/finder/?find=drivers&series=cup&season=2025&count=laps_led&without=wins&format=json").json()
    assert "Who is without a win is told by the results on file, in the same races and cars." in body["notes"]
    winners = {row["driver"] for row in rows(client, "find=drivers&series=cup&season=2025&finish=1")}
    assert winners.isdisjoint(row["driver"] for row in body["rows"])
    assert "Brad Keselowski" in {row["driver"] for row in body["rows"]}


def test_without_is_of_the_races_and_cars_that_are_asked_for(client):
    """Chastain, in No. 1 too, and Larson have won races, but neither of them a Daytona 500."""
    asked = "/finder/?find=drivers&series=cup&count=races&without=wins&format=json"
    everywhere, in_a_car, at_an_event = (
        {row["driver"] for row in client.get(f"{asked}{more}").json()["rows"]}
        for more in ("", "&number=1", "&event=daytona-500")
    )
    assert "Ross Chastain" not in everywhere | in_a_car
    assert "Ross Chastain" in at_an_event
    assert "Kyle Larson" not in everywhere
    assert "Kyle Larson" in at_an_event


STREAKS = [
    ("wins", "finish=1"),
    ("wins_of_series", "finish=1&over=races"),
    ("top_tens", "finish=1-10"),
    ("starts", "over=races"),
    ("top_fives", "finish=1-5&from=2020"),
]


@pytest.mark.parametrize(("kind", "query"), STREAKS)
def test_the_same_runs_as_streaks(client, kind, query):
    """Of each driver the longest, and whether it may have been longer."""
    years = "&".join(each for each in query.split("&") if each.startswith("from"))
    board = client.get(f"/streaks/{kind}/?series=cup&{years}&format=json").json()["rows"]
    shortest = board[-1]["length"]
    longest: dict = {}
    for row in board:
        longest.setdefault(row["driver_url"], (row["length"], row["first"], row["last"]))
    found = rows(client, f"find=drivers&series=cup&count=longest-run&{query}&least={shortest + 1}")
    assert {row["driver_url"]: row["value"] for row in found} == {
        driver: length for driver, (length, *_) in longest.items() if length > shortest
    }
    exact = {row["driver_url"]: row["length_exact"] for row in reversed(board)}
    assert all(row["value_exact"] <= exact[row["driver_url"]] for row in found)


def test_an_answer_is_named_when_it_is_looked_at():
    """A page of fifty names no more than fifty."""
    table = tables_of("/finder/", "?find=drivers&series=cup")["groups"]
    assert len(table.data) > 200
    assert str(table.data.data[0].one)
