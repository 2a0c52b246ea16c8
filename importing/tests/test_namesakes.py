"""One name of two people decades apart, or of two places: taken for one, and asked about, once."""

from decimal import Decimal

import pytest

from drivers.models import DriverAlias
from races.derived.refresh import deferred
from races.models import Track
from testing.files.samples import csv_bytes, csv_row, document
from testing.makers import make_driver, make_layout, make_race, make_result, make_season


def asked(outcome) -> list[tuple[str, str, str]]:
    """(race, name, question) of each warning that one name may be two."""
    codes = ("same-name-driver", "same-name-track")
    return [(problem.race, problem.place, problem.reason) for problem in outcome.warnings if problem.code in codes]


def race_of(season: int, driver: str = "Joe Harrison", driver_id: str | None = None, **changes) -> dict:
    entry = {"car": "5", "driver": driver} | ({"driver_id": driver_id} if driver_id else {})
    session = {"kind": "race", "results": [{"car": "5", "position": 1}]}
    return document(season=season, round=1, date=None, entries=[entry], sessions=[session]) | {
        "pole": None,
        "margin": None,
        "rulings": [],
        **changes,
    }


@deferred()
def make_book() -> None:
    """Joe Harrison raced at Kansas in 1950 and in 1960, Red Farmer in 1953 and 1975."""
    make_driver("Kyle Larson")
    for driver, year in (("Joe Harrison", 1950), ("Red Farmer", 1953), ("Joe Harrison", 1960), ("Red Farmer", 1975)):
        make_result(make_race(year, 2), driver, 1)
    make_season(1983)


@pytest.mark.parametrize(
    ("seasons", "questions"),
    [
        ([1983], {("cup 1983 round 1", 1960, 1983)}),
        ([1984, 1983], {("cup 1983 round 1", 1960, 1983)}),
        ([1980], {("cup 1980 round 1", 1960, 1980)}),
        ([1979], set()),
        ([1979, 1990], set()),
        ([1955], set()),
        ([1979, 1999], {("cup 1999 round 1", 1979, 1999)}),
    ],
    ids=["23 years", "not in order", "20 years", "19 years", "one step after another", "between", "within the file"],
)
@pytest.mark.parametrize("dry_run", [True, False], ids=["dry run", "import"])
def test_a_driver_who_comes_again_after_decades(small_book, bring, seasons, questions, dry_run):
    races = [race_of(season) for season in seasons]
    expected = {
        (race, "Joe Harrison", f"raced in {before} and in {after}, and not between: is it one driver?")
        for race, before, after in questions
    }
    assert {(race.split(",")[0], *told) for race, *told in asked(bring(*races, dry_run=dry_run))} == expected
    if not dry_run:
        assert asked(bring(*races)) == []


def test_a_driver_of_long_before(small_book, bring):
    make_result(make_race(2003, 2), "Johnny Miller", 1)
    (told,) = asked(bring(race_of(1961, "Johnny Miller")))
    assert told[2] == "raced in 1961 and in 2003, and not between: is it one driver?"


@pytest.mark.parametrize(
    ("driver", "driver_id"),
    [
        ("Joe Harrison", "racestats:joe-harrison"),
        ("Joe Harrison", "nascar:1"),
        ("Joe Harrison, Sr.", None),
        ("Red Farmer", None),
        ("Kyle Larson", None),
    ],
    ids=["by slug", "by an id on file", "by alias", "eight years later", "who has not raced"],
)
def test_who_is_named_so_that_nobody_need_ask(small_book, bring, driver, driver_id):
    for alias in ("nascar:1", "Joe Harrison, Sr."):
        DriverAlias.objects.create(driver=make_driver("Joe Harrison"), alias=alias)
    assert asked(bring(race_of(1983, driver, driver_id))) == []


def test_an_id_that_the_book_does_not_know_is_no_answer(small_book, bring):
    assert len(asked(bring(race_of(1983, "Joe Harrison", "nascar:7")))) == 1


def test_season_totals_ask_too(small_book, bring):
    sheet = b"driver,series,season,starts,wins,source\nJoe Harrison,cup,1984,3,0,A sheet\n"
    assert [reason for *_, reason in asked(bring(sheet, name="totals.csv"))] == [
        "raced in 1960 and in 1984, and not between: is it one driver?"
    ]


# Places.


@pytest.fixture
def portland(empty_book):
    """An oval of half a mile at Portland, and a race there in 1957."""
    make_driver("Kyle Larson")
    make_race(1957, 1, layout=make_layout("Portland", length=Decimal("0.5"), type="short-track"))
    make_season(2022)


ROAD, OVAL, LONG_OVAL, WORD = (
    {"length": "1.967", "type": "road-course"},
    {"length": "0.538", "type": "short-track"},
    {"length": "1.5", "type": "intermediate"},
    {"length": "1.967", "type": "road-course", "slug": "road-course"},
)


@pytest.mark.parametrize(
    ("season", "layout", "question"),
    [
        (2022, ROAD, "here is a road course of 1.967 miles, in 2022"),
        (1958, ROAD, "here is a road course of 1.967 miles, in 1958"),
        (2022, LONG_OVAL, "here is an oval of 1.5 miles, in 2022"),
        (1958, LONG_OVAL, None),
        (2022, OVAL, None),
        (2022, WORD, None),
        (2022, None, None),
    ],
    ids=["a road course", "at once", "three times as long", "soon after", "measured anew", "told", "unknown"],
)
def test_a_place_that_may_be_another(portland, bring, season, layout, question):
    race = race_of(season, "Kyle Larson", track="Portland Speedway", layout=layout)
    told = asked(bring(race, create_tracks=True))
    on_file = "on file is an oval of 0.5 miles, raced on in 1957"
    assert [(place, reason) for _, place, reason in told] == (
        [("Portland Speedway", f"{on_file}; {question}: is it one place?")] if question else []
    )
    assert asked(bring(race, race_of(season + 1, "Kyle Larson", track="portland", layout=layout))) == []


@pytest.mark.parametrize("dry_run", [True, False], ids=["dry run", "import"])
def test_a_place_within_one_file(empty_book, bring, dry_run):
    rows = [
        csv_row(Season="1961", Track="Lancaster Speedway", Length="2.5", Surface="road"),
        csv_row(Season="1962", Track="Lancaster Speedway", Length="0.5", Surface="dirt"),
    ]
    make_season(1961)
    told = asked(bring(csv_bytes(*rows), name="cup.csv", create_drivers=True, create_tracks=True, dry_run=dry_run))
    assert [reason for *_, reason in told] == [
        "on file is a road course of 2.5 miles, raced on in 1961; "
        "here is a dirt track of 0.5 miles, in 1962: is it one place?"
    ]
    assert Track.objects.count() == (0 if dry_run else 1)
