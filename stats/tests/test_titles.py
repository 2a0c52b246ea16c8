"""Titles: whose the seasons were, from when on they count, and that every place tells the same."""

from datetime import date
from functools import partial
from urllib.parse import urlencode

import pytest

from drivers.models import Driver
from races.derived.refresh import deferred
from races.models import Champion, FinalPlace, PlayOffRound, Season, Series
from stats.boards.titles import most_titles
from stats.scope import Scope
from stats.titles import crown_of, honours, titles
from testing.answers import as_of, in_each_form
from testing.makers import (
    BLANEY,
    BYRON,
    HAMLIN,
    LARSON,
    make_champion,
    make_driver,
    make_format,
    make_race,
    make_result,
    make_rounds,
    make_season,
    make_series,
    make_source,
)
from testing.reading import Page, read_csv
from testing.site import FORMS

pytestmark = pytest.mark.django_db


def rows(client, address: str, **asked) -> list[dict]:
    joint = "&" if "?" in address else "?"
    response = client.get(f"{address}{joint}{urlencode({'format': 'json', **asked})}")
    assert response.status_code == 200
    return response.json()["rows"]


# Of the demo content


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("", [("T1", "Dale Earnhardt", 7), ("T1", "Jimmie Johnson", 7), ("T1", "Richard Petty", 7)]),
        ("as_of=2016-11-19", [("T1", "Dale Earnhardt", 7), ("T1", "Richard Petty", 7), ("3", "Jimmie Johnson", 6)]),
        ("to=1971", [("T1", "David Pearson", 3), ("T1", "Lee Petty", 3), ("T1", "Richard Petty", 3)]),
        ("active=yes", [("1", "Joey Logano", 3), ("T2", "Kyle Busch", 2), ("T2", "Kyle Larson", 2)]),
        ("by=manufacturer", [("1", "Chevrolet", 34), ("2", "Ford", 12)]),
        ("by=team", [("1", "Hendrick Motorsports", 15), ("2", "Petty Enterprises", 10)]),
        ("series=national", [("T1", "Dale Earnhardt Jr.", 2), ("T1", "Jack Ingram", 2)]),
        ("series=trucks", [("1", "Ron Hornaday Jr.", 4), ("T2", "Jack Sprague", 3), ("T2", "Matt Crafton", 3)]),
    ],
)
def test_board(client, query, first):
    found = rows(client, f"/leaderboards/titles/?{query}")
    by = next(key for key in ("driver", "team", "manufacturer") if key in found[0])
    assert [(row["rank"], row[by], row["value"]) for row in found][: len(first)] == first
    assert all(row["value_exact"] is (by == "driver" or "series" not in query) for row in found)


def test_a_make_of_titles_whose_make_is_not_on_file_may_have_more(client):
    found = client.get("/leaderboards/titles/?series=trucks&by=manufacturer&format=json").json()
    assert [(row["manufacturer"], row["value"], row["value_exact"]) for row in found["rows"]] == [
        ("Chevrolet", 8, False),
        ("Dodge", 2, False),
        ("Ford", 2, False),
        ("Toyota", 2, False),
    ]
    assert "The make is unknown for 17 titles." in found["notes"]


@pytest.mark.parametrize(
    ("query", "problem"),
    [("track=kansas", "track"), ("type=dirt", "type"), ("era=modern", "era"), ("min_starts=9", "min_starts")],
)
def test_titles_are_not_of_tracks(client, query, problem):
    for form in FORMS:
        response = client.get(f"/leaderboards/titles/?{query}&format={form}")
        assert response.status_code == 400
        assert problem in response.content.decode()


def test_champions_in_every_form(client):
    """The rows of the sheet in each form; the board and the second table count them."""
    found = in_each_form(client, "/champions/")
    assert {form: response.status_code for form, response in found.items()} == dict.fromkeys(FORMS, 200)
    document = found["json"].json()
    champions = {each.season.year: each for each in Champion.objects.filter(season__series__slug="cup")}
    assert (document["total"], document["matching"]) == (77, 77)
    assert {row["season"]: row["driver"] for row in document["rows"]} == {
        year: str(champion.driver) for year, champion in champions.items()
    }
    assert all(row["source"] == str(champions[row["season"]].source) for row in document["rows"])
    by_season = {row["season"]: row for row in document["rows"]}
    assert (by_season[2024]["points"], by_season[2024]["margin"], by_season[1949]["margin"]) == (5040, 5, 117.5)
    assert (by_season[1979]["nth"], by_season[2004]["margin"]) == (7, None)
    head, lines = read_csv(found["csv"])
    assert [line[head.index("driver")] for line in lines] == [row["driver"] for row in document["rows"]]
    for form in ("html", "md", "embed"):
        assert "Benny Parsons" in found[form].content.decode(), form
    by_driver = document["tables"]["drivers"]["rows"]
    assert sum(row["titles"] for row in by_driver) == 77
    assert [row["titles_exact"] for row in by_driver] == [True] * len(by_driver)
    assert next(row["years"] for row in by_driver if row["driver"] == "Richard Petty") == (
        "1964, 1967, 1971, 1972, 1974, 1975, 1979"
    )


DAYS = [None, "2016-11-19", "2021-12-31", "1979-12-31"]


@pytest.mark.parametrize("day", DAYS)
def test_every_place_has_the_same_titles(client, day):
    """Board, second table, driver's page, head-to-head and the list behind a figure: of one driver on each day."""
    asked = {"as_of": day} if day else {}
    board = {row["driver_url"].partition("?")[0]: row for row in rows(client, "/leaderboards/titles/", **asked)}
    assert sum(row["value"] for row in board.values()) == (int(day[:4]) - 1948 - (day[5:] < "12") if day else 77)
    document = client.get("/champions/", {"format": "json", **asked}).json()
    second = {row["driver_url"].partition("?")[0]: row for row in document["tables"]["drivers"]["rows"]}
    assert {url: row["titles"] for url, row in second.items()} == {url: row["value"] for url, row in board.items()}
    for url, row in list(board.items())[DAYS.index(day) * 4 :][:1]:
        page = client.get(url, {"format": "json", **asked}).json()
        own = {each["series"]: each for each in page["tables"]["titles"]["rows"]}["Cup"]
        assert (own["titles"], own["titles_exact"], own["seasons"]) == (row["value"], row["value_exact"], row["years"])
        assert len(client.get(row["value_url"] + "&format=json").json()["rows"]) == row["value"]
        other = "/drivers/kyle-larson/" if url != "/drivers/kyle-larson/" else "/drivers/kyle-busch/"
        figures = client.get(f"{url}vs/{other.split('/')[2]}/", {"format": "json", **asked}).json()["tables"]["figures"]
        told = next(each for each in figures["rows"] if each["figure"] == "Titles")
        assert (told["value"], told["rival_value"]) == (row["value"], board.get(other, {"value": 0})["value"])
        assert len(client.get(told["value_url"] + "&format=json").json()["rows"]) == row["value"]


def test_a_champion_without_a_race_on_file_has_his_page(client):
    html = client.get("/drivers/jack-ingram/").content.decode()
    assert "Second champion 1982, 1985" in html
    assert "2 titles" in html


@pytest.mark.parametrize(
    ("address", "words", "years"),
    [
        ("/teams/hendrick-motorsports/", "15 titles", "1995, 1996, 1997,"),
        ("/teams/hendrick-motorsports/?to=1995", "1 title", "1995"),
        ("/manufacturers/chevrolet/?series=trucks", "8+ titles", "1995, 1996, 1997, 1998, 1999, 2001, 2002, 2003"),
        ("/manufacturers/chevrolet/?track=kansas", None, "titles"),
    ],
)
def test_pages_of_teams_and_makes(client, address, words, years):
    html = client.get(address).content.decode()
    assert (years in html) is (words is not None)
    assert words is None or f">{words}</a>" in html


def test_who_never_won_a_title_is_told_of_none(client):
    page = client.get("/drivers/denny-hamlin/?format=json").json()
    assert "titles" not in page["tables"]
    assert "champion 20" not in client.get("/drivers/denny-hamlin/").content.decode()


@pytest.mark.parametrize(
    ("address", "champion", "unofficial"),
    [
        ("/standings/cup/2024/", "Joey Logano (Team Penske, Ford)", "play-offs"),
        (
            "/standings/cup/2025/",
            "Kyle Larson (Hendrick Motorsports, Chevrolet)",
            "play-offs",
        ),
        ("/standings/cup/2007/", "Jimmie Johnson (Hendrick Motorsports, Chevrolet)", "the Chase"),
        ("/standings/cup/1979/", "Richard Petty (Petty Enterprises, Chevrolet)", None),
        ("/races/cup/1964/", "Richard Petty (Petty Enterprises, Plymouth)", None),
        ("/races/national/1990/", "Chuck Bown", None),
        ("/standings/trucks/2008/", "Johnny Benson Jr.", None),
    ],
)
def test_pages_of_a_season_name_its_champion_first(client, address, champion, unofficial):
    page = client.get(address + "?format=json").json()
    assert page["notes"][0].startswith(f"Champion: {champion}. Source: ")
    said = [note for note in page["notes"] if note.startswith("Unofficial")]
    assert said == (
        [f"Unofficial: added up from race results; the title was decided by {unofficial}."] if unofficial else []
    )
    html = client.get(address).content.decode()
    banner = html[html.index('<div class="champion">') :]
    assert champion.partition(" (")[0] in Page(banner[: banner.index("</div>")]).text
    assert html.count('<div class="champion">') == 1
    assert all(note in Page(html).text for note in said), "beside the table"
    assert "<table" not in html[: html.index('<div class="champion">')], "before all else"


def test_final_order_is_shown_beside_the_points_added_up(client):
    page = client.get("/standings/cup/2025/?format=json").json()
    final = page["tables"]["final"]["rows"]
    assert [(row["rank"], row["driver"], row["points"]) for row in final][:5] == [
        (1, "Kyle Larson", 5034),
        (2, "Denny Hamlin", 5031),
        (3, "Chase Briscoe", 5019),
        (4, "William Byron", 5004),
        (5, "Christopher Bell", 2403),
    ]
    said = "Play-offs from round 27: 16 drivers, 12 from round 30, 8 from round 33 and 4 in round 36."
    assert said in page["notes"]
    html = client.get("/standings/cup/2025/").content.decode()
    cut = html[html.index("'cut'") :]
    assert html.count("'cut'") == 1
    assert cut.index("Christopher Bell") < 300
    earlier = client.get("/standings/cup/2025/?as_of=cup-2025-12&format=json").json()
    assert "final" not in earlier.get("tables", {})
    assert earlier["notes"][0] == "Unofficial: added up from race results; the title is decided by play-offs."


# By hand


@pytest.fixture
def season(empty_book):
    """2020 of two rounds, its last on March 2; Byron is its champion, though Larson won both."""
    make_rounds(2020, "WW")
    return make_champion(2020, BYRON, team="Hendrick Motorsports", manufacturer="Chevrolet", margin="2.5").season


def won(text: str | None = None, **scope) -> list[int]:
    return [title.year for title in titles(Scope(series=Series.objects.get(), as_of=as_of(text), **scope)).won]


def test_a_title_counts_from_the_day_of_the_last_race(season):
    assert [won(text) for text in (None, "2020-03-02", "cup-2020-2")] == [[2020]] * 3
    assert [won(text) for text in ("2020-03-01", "cup-2020-1")] == [[]] * 2


def test_without_its_last_race_on_file_a_season_is_over_at_the_end_of_the_year(season):
    season.rounds = 3
    season.save()
    assert [won(text) for text in ("2020-12-30", "2020-12-31")] == [[], [2020]]


def test_a_title_after_a_race_of_another_series_is_of_its_day(season):
    with deferred():
        make_race(2020, 1, series="trucks", date=date(2020, 3, 1))
        make_race(2020, 2, series="trucks", date=date(2020, 3, 2))
    cup = partial(Scope, series=Series.objects.get(slug="cup"))
    assert titles(cup(as_of=as_of("trucks-2020-1"))).won == []
    assert len(titles(cup(as_of=as_of("trucks-2020-2"))).won) == 1


@pytest.mark.parametrize(
    ("missing", "driver", "figure"),
    [
        ((2022,), BYRON, (1, 0)),
        ((2021,), BYRON, (1, 0)),
        ((2020,), LARSON, (1, 1)),
        ((2020, 2021), LARSON, (None, 2)),
        ((2020,), BYRON, (None, 1)),
        ((), HAMLIN, (0, 0)),
    ],
)
def test_seasons_without_a_champion_are_in_doubt_for_who_drove_in_them(empty_book, missing, driver, figure):
    """Byron drove in 2020, Larson in 2020 and 2021, Hamlin in 2022; the champions were Byron, Larson and Hamlin."""
    with deferred():
        for year, rounds in ((2020, "WW"), (2021, "ww"), (2022, "hh")):
            make_rounds(year, rounds)
    for year, champion in ((2020, BYRON), (2021, LARSON), (2022, BLANEY)):
        if year not in missing:
            make_champion(year, champion)
    found = titles(Scope(series=make_series()), [make_driver(driver).pk])
    assert [title.year for title in found.missing] == list(missing)
    value, unknown = found.figure(make_driver(driver).pk)[:2]
    assert (value, unknown) == figure


def test_the_latest_season_is_not_missed_before_its_end(season):
    make_rounds(2021, "W.")
    assert titles(Scope(series=Series.objects.get())).missing == []
    assert [title.year for title in titles(Scope(series=Series.objects.get(), as_of=as_of("2021-12-31"))).missing] == [
        2021
    ]


def test_a_season_is_missed_from_the_first_race_of_the_next(season):
    make_rounds(2021, "W.")
    make_rounds(2022, "W.")
    assert [title.year for title in titles(Scope(series=Series.objects.get())).missing] == [2021]


def test_ranks_and_links(season):
    make_champion(2019, LARSON)
    make_champion(2018, LARSON)
    board = most_titles(titles(Scope(series=Series.objects.get())))
    assert [(row.rank, str(row.who), row.years, row.url) for row in board] == [
        ("1", LARSON, "2018, 2019", "/champions/?series=cup&driver=kyle-larson"),
        ("2", BYRON, "2020", "/champions/?series=cup&driver=william-byron"),
    ]
    larson = Driver.objects.get(name=LARSON)
    (own,) = honours(larson, Scope(driver=larson))
    assert (own.series, own.in_words) == ("Cup", "2 titles")


def test_which_title_it_was_is_not_told_after_a_season_that_is_not_on_file(client, season):
    make_champion(2018, BYRON)
    assert [(row["season"], row["nth"]) for row in rows(client, "/champions/")] == [(2020, 2), (2018, 1)]
    make_season(2019)
    assert [(row["season"], row["nth"]) for row in rows(client, "/champions/")] == [(2020, None), (2018, 1)]


def test_the_number_of_a_champion_is_that_of_most_races(empty_book):
    with deferred():
        for number, car in enumerate(("57", "5", "5"), start=1):
            make_result(make_race(2021, number, date=date(2021, 3, number)), LARSON, 1, number=car)
    make_champion(2021, LARSON)
    season = Season.objects.select_related("champion").get(year=2021)
    assert [crown_of(season, as_of(text)).number for text in (None, "2021-12-31")] == ["5", "5"]
    assert crown_of(season, as_of("2021-03-03")) is None, "of a season whose end is not on file"


@pytest.mark.parametrize("path", ["/", "/standings/cup/2020/", "/races/cup/2020/"])
def test_the_banner_of_a_champion_says_which_title_it_was(client, season, path):
    """Not after a season without one on file: then it leads to those that are."""

    def banner() -> str:
        html = client.get(path).content.decode()
        return Page(html[html.index('<div class="champion">') :]).text

    assert "2020 champion William Byron Hendrick Motorsports · Chevrolet · 1st title" in banner()
    make_champion(2018, BYRON)
    assert "Chevrolet · 2nd title" in banner()
    make_season(2019)
    assert "Chevrolet · all titles" in banner()


def test_wins_of_a_champion_are_those_of_his_page(client, season):
    make_champion(2019, LARSON)
    assert [(row["season"], row["wins"], row["wins_exact"]) for row in rows(client, "/champions/")] == [
        (2020, 0, True),
        (2019, None, False),
    ]


def test_standings_that_have_somebody_else_first_are_unofficial(client, season):
    page = client.get("/standings/cup/2020/?format=json").json()
    assert page["notes"][:2] == [
        "Champion: William Byron (Hendrick Motorsports, Chevrolet). Source: nascaR.data.",
        "Unofficial: added up from race results, which have Kyle Larson first; the title was awarded.",
    ]
    before = client.get("/standings/cup/2020/?format=json&as_of=cup-2020-1").json()["notes"]
    assert not any("Champion" in note or "Unofficial" in note for note in before)


@pytest.mark.parametrize(
    ("alone", "note"),
    [
        (True, "William Byron clinched the 2020 championship: first career title."),
        (False, "William Byron is champion of 2020: first career title."),
    ],
)
def test_the_note_stands_on_the_last_race_alone(client, season, alone, note):
    first = 2 if alone else 1
    PlayOffRound.objects.create(season=season, number=1, first_race=first, last_race=2, source=make_source())
    told = [
        [each["note"] for each in client.get(f"/races/cup/2020/{n}/?format=json").json()["tables"]["notes"]["rows"]]
        for n in (1, 2)
    ]
    assert note in told[1]
    assert not any("champion" in each for each in told[0])


def test_play_offs_of_unknown_size_and_a_final_order_without_points(client, season):
    make_format(2020, title_by="play-offs")
    PlayOffRound.objects.create(season=season, number=1, first_race=2, last_race=2, source=make_source())
    FinalPlace.objects.create(season=season, driver=make_driver(BYRON), place=1, source=make_source())
    page = client.get("/standings/cup/2020/?format=json").json()
    assert "Play-offs in round 2." in page["notes"]
    assert [(row["driver"], row["points"], row["added_up"]) for row in page["tables"]["final"]["rows"]] == [
        (BYRON, None, "2")
    ]
    assert client.get("/standings/cup/2020/").status_code == 200
