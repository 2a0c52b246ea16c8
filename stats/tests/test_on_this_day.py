"""What happened on a day of the year: facts of the demo content, and days of a small book."""

from __future__ import annotations

from datetime import date

import pytest

from races.as_of import AsOf
from races.derived.refresh import deferred
from races.models import Champion, Series
from racestats.clock import YearDay
from stats.on_this_day import OnThisDay, on_this_day
from stats.scope import Scope
from testing.makers import (
    BYRON,
    HAMLIN,
    LARSON,
    make_driver,
    make_milestone,
    make_race,
    make_result,
    make_season,
    make_series,
    make_source,
)

pytestmark = pytest.mark.django_db


def of_day(day: str, series: str = "cup", as_of: date | None = None) -> OnThisDay:
    scope = Scope(series=Series.objects.get(slug=series), as_of=as_of and AsOf.on(as_of))
    return on_this_day(YearDay.read(day), scope)


FACTS = [
    ("02-26", "1967 Daytona 500", "Mario Andretti's first career win."),
    ("07-04", "1984 Daytona II", "Richard Petty reached 200 career wins."),
    ("11-10", "2024 Phoenix II", "Joey Logano ended 2024 as champion: 3rd career title."),
    ("05-05", "2024 Kansas I", ".001 s: the closest finish"),
    ("05-11", "2025 Kansas I", "Kyle Larson passed 10,000 career laps led"),
    ("05-10", "1997 Talladega I", "The fastest race on file: 188.354 mph on average."),
]


@pytest.mark.parametrize(("day", "label", "text"), FACTS)
def test_what_happened(day, label, text):
    """It is told first, or among the first of the day."""
    races = {each.race.label: each for each in of_day(day).races[:2]}
    assert text in races[label].in_words


def test_a_first_win_is_told_once():
    """In the sentence of the race, not beside it."""
    first = of_day("02-26").races[0]
    assert first.told.endswith("took a first career win.") or "took a first career win" in first.told
    assert [note.text for note in first.meant if "first career win" in note.text] == []


def test_what_was_not_known_by_a_day_is_not_told():
    assert all("200" not in (each.in_words or "") for each in of_day("07-04", as_of=date(1984, 7, 3)).races)
    assert max(each.race.date for each in of_day("07-04", as_of=date(1984, 7, 3)).races) == date(1983, 7, 4)
    assert any("200" in (each.in_words or "") for each in of_day("07-04", as_of=date(2020, 7, 4)).races)


def test_people_of_the_day():
    """Born and died, who won most first; nobody of after the day that is asked for."""
    people = of_day("02-18").people
    assert ("Died", "Dale Earnhardt", 2001, 7, 76) in [
        (each.what, str(each.driver), each.day.year, each.titles.value, each.value("wins")) for each in people
    ]
    assert people == sorted(people, key=lambda each: each.worth)
    assert "Dale Earnhardt" not in {str(each.driver) for each in of_day("02-18", as_of=date(2001, 2, 17)).people}


@pytest.fixture
def three_years(empty_book):
    """Larson won on May 4 of 2023, Hamlin of 2024, Byron, who took the title, of 2025; another race was on May 5."""
    make_milestone("wins", 2)
    with deferred():
        for year, winner in ((2023, LARSON), (2024, HAMLIN), (2025, BYRON)):
            season = make_season(year)
            season.rounds = 2
            season.save()
            for round_, day in ((1, 4), (2, 5)):
                race = make_race(year, round_, date=date(year, 5, day), field_size=3, margin=f"0.{year - 1923}")
                order = [winner, *(each for each in (LARSON, HAMLIN, BYRON) if each != winner)]
                for place, driver in enumerate(order, start=1):
                    make_result(race, driver, place)
            Champion.objects.create(season=season, driver=make_driver(winner), source=make_source())


def test_a_small_book(three_years):
    title, *others = of_day("05-05").races
    assert [note.text for note in title.notes] == [
        f"{BYRON} ended 2025 as champion: first career title.",
        f"{BYRON} reached 2 career wins.",
        ".102 s: tied for the 5th closest finish.",
    ]
    closest, second_win = sorted(others, key=lambda each: each.race.season.year)
    assert (second_win.race.season.year, closest.race.season.year) == (2024, 2023)
    assert ".100 s: tied for the closest finish." in closest.in_words
    assert [str(each.winner) for each in of_day("05-04").races] == [LARSON, BYRON, HAMLIN]
    assert of_day("05-06").races == of_day("05-06").people == []


def test_a_series_has_its_own_days(three_years):
    make_series("trucks")
    assert of_day("05-04", "trucks").races == []
