"""What a driver's page shows first, and what it leaves out."""

import re
from datetime import date

import pytest

from drivers.models import Driver
from races.derived.refresh import deferred
from races.models import Series
from testing.makers import LARSON, PETTY, make_champion, make_driver, make_given, make_race, make_result, make_rounds
from testing.queries import counted_queries
from testing.reading import Page

pytestmark = pytest.mark.django_db


def page_of(client, path: str) -> tuple[str, str]:
    """The page as HTML, and its text."""
    html = client.get(path).content.decode()
    return html, Page(html).text


def test_who_it_is(client):
    html, text = page_of(client, "/drivers/kyle-larson/?as_of=2025-05-11")
    for words in (
        "Cup Series · Active since 2013 5 Kyle Larson",
        "Hendrick Motorsports · Chevrolet",
        "Born July 31, 1992 (32 at the latest start) · Elk Grove, California",
        "Cup champion 2021 ( 1 title )",
        "First win: 2016 Michigan II, summer , Aug 28, 2016",
        "Last win: 2025 Kansas I, spring , May 11, 2025",
    ):
        assert words in text
    assert 'content="Kyle Larson, Cup Series active since 2013:' in html


def test_a_figure_leads_to_its_races_and_its_place_to_the_board(client):
    html, _ = page_of(client, "/drivers/kyle-larson/")
    wins = html[html.index("<dt>Wins</dt>") : html.index("<dt>Top fives</dt>")]
    assert re.findall(r'href="([^"]+)">(.*?)</a>', wins) == [
        ("/drivers/kyle-larson/races/?series=cup&amp;stat=wins", "32"),
        ("/leaderboards/wins/?series=cup", "T29th <span>all-time</span>"),
        ("/leaderboards/wins/?series=cup&amp;active=yes", "5th active"),
    ]


def test_a_place_far_down_says_nothing(client):
    """McDowell's wins are 119th of all time: told is only that they are 22nd among the active."""
    html, _ = page_of(client, "/drivers/michael-mcdowell/")
    wins = html[html.index("<dt>Wins</dt>") : html.index("<dt>Top fives</dt>")]
    assert re.findall(r"<a[^>]+>(.*?)</a>", wins) == ["2", "T22nd active"]
    assert "42nd <span>all-time</span>" in html


def test_every_series_has_its_places(client, empty_book):
    """Today's, each series in as many queries; of another day those of the main one alone."""
    counts = []
    for series in ("cup", "second", "trucks"):
        make_rounds(2024, "WA", series)
        make_rounds(2025, "AA", series)
        with counted_queries() as queries:
            html, _ = page_of(client, "/drivers/kyle-larson/")
        counts.append(len(queries))
        assert f'href="/leaderboards/wins/?series={series}">2nd <span>all-time' in html
        assert f'href="/leaderboards/wins/?series={series}&amp;active=yes">2nd active' in html
    assert (counts[1] - counts[0], counts[2] - counts[1]) == (9, 9)
    html, _ = page_of(client, "/drivers/kyle-larson/?as_of=2025-12-31")
    of_day = [f'"/leaderboards/wins/?series={series}&amp;as_of=2025-12-31"' for series in ("cup", "second", "trucks")]
    assert [html.count(each) for each in of_day] == [1, 0, 0]


def test_the_last_ten_finishes_lead_to_their_races(client):
    html, _ = page_of(client, "/drivers/kyle-larson/?as_of=2025-05-11")
    (ten,) = re.findall(r'<ol class="last-ten">(.*?)</ol>', html, re.DOTALL)
    assert len(re.findall(r'href="/races/cup/2025/', ten)) == 10
    first = '<span class="unseen">2025 Kansas I, spring: </span><span class="chip win">1</span>'
    assert first in ten.partition("</li>")[0]


def test_the_dead(client, empty_book):
    make_rounds(2024, "WA")
    Driver.objects.update(born=date(1937, 7, 2), died=date(2024, 7, 1))
    _, text = page_of(client, "/drivers/kyle-larson/")
    assert "Born July 2, 1937 , died July 1, 2024 , aged 86" in text


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ({}, None),
        ({"birth_year": 1937}, "Born in 1937"),
        ({"died": date(2000, 1, 1)}, "Died Jan. 1, 2000"),
        ({"hometown": "Elk Grove"}, "Elk Grove"),
    ],
)
def test_what_little_is_known_of_somebody(client, empty_book, known, text):
    make_rounds(2024, "WA")
    Driver.objects.update(**known)
    html, found = page_of(client, "/drivers/kyle-larson/")
    assert ("Born" in found) == ("birth_year" in known)
    assert text is None or text.replace("Jan. 1", "January 1") in found
    assert "at the latest start" not in found
    assert "None" not in html


def test_whose_totals_alone_are_known(client, empty_book):
    """No race on file: the figures stand, without a first win, a last finish or a car."""
    make_given(PETTY, (1993, 0), starts=1184, wins=200)
    html, text = page_of(client, "/drivers/richard-petty/")
    assert "Starts 1,184" in text
    assert "Wins 200" in text
    assert "No points race and no season's totals on file." in text
    for missing in (
        "last-ten",
        "plate",
        'class="honours"',
        "Poles",
        "Next milestones",
        'id="firsts-table"',
        "Last for",
    ):
        assert missing not in html, missing


def test_who_never_started_a_points_race(client, empty_book):
    make_result(make_race(2024, "all-star-race"), LARSON, 1)
    html, text = page_of(client, "/drivers/kyle-larson/")
    assert "No points race and no totals of this driver are on file." in text
    assert 'class="stats"' not in html
    assert 'class="section-nav"' not in html


def test_a_further_series_has_a_strip_of_its_own(client, empty_book):
    with deferred():
        make_rounds(2024, "WW")
        make_rounds(2024, "W", series="trucks")
        Series.objects.filter(slug="trucks").update(level=3)
        make_champion(2024, LARSON)
    html, text = page_of(client, "/drivers/kyle-larson/")
    assert html.count('<dl class="stats">') == 2
    assert text.index("Cup Series") < text.index("Trucks Series Active since 2024")
    rows = client.get("/drivers/kyle-larson/?format=json").json()["rows"]
    assert [(row["series"], row["season"], row["champion"]) for row in rows] == [
        ("Cup Series", 2024, True),
        ("Trucks Series", 2024, False),
    ]


def test_rarer_tables_are_folded_and_open_for_who_asks_for_them(client):
    html, _ = page_of(client, "/drivers/kyle-larson/")
    assert '<details class="fold">' in html
    assert "<summary>Titles, poles, close finishes and practice and qualifying</summary>" in html
    html, _ = page_of(client, "/drivers/kyle-larson/?sessions-page=2")
    assert '<details class="fold" open>' in html


def test_a_log_of_one_start(client):
    """The races behind a count of a starting position, and what they are said to be."""
    asked = "/drivers/kyle-larson/races/?series=cup&stat=wins&start=1&format=json"
    body = client.get(asked).json()
    assert {row["start"] for row in body["rows"]} == {1}
    assert {row["finish"] for row in body["rows"]} == {1}
    assert body["notes"][-1] == "Counted: Cup Series, started 1st."
    assert client.get(asked.replace("start=1", "start=first")).status_code == 400


def test_the_active_come_first_and_who_won_most(client):
    rows = client.get("/drivers/?series=cup&format=json").json()["rows"]
    active = [row["active"] for row in rows]
    assert active == sorted(active, reverse=True)
    wins = [row["wins"] for row in rows if row["active"]]
    assert wins == sorted(wins, reverse=True)
    assert make_driver(LARSON) in Driver.objects.filter(name__in=[row["driver"] for row in rows[:10]])


def test_a_team_shows_no_figure_that_is_unknown(client, empty_book):
    """Poles of which nothing is known are left out, others are at least so many."""
    make_rounds(2024, "ww")
    _, text = page_of(client, "/teams/hendrick-motorsports/")
    strip = text[text.index("Starts") : text.index("Winners")]
    assert strip.startswith("Starts 2+ Wins 2 Top fives 2+ Top tens 2+ ")
    assert "Poles" not in strip
