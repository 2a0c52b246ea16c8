"""A driver's career taken apart: each part says what a page of its scope says, and leads to the races behind it."""

from __future__ import annotations

from datetime import date

import pytest

from drivers.models import Driver
from races.as_of import AsOf
from races.derived.refresh import deferred
from races.models import Series
from races.statistics import STATISTICS
from stats.careers.firsts import Age, age_on
from stats.careers.page import driver_page
from stats.careers.splits import SHOWN, Splits
from stats.figures.reading import figures
from stats.scope import Scope
from testing.makers import (
    BYRON,
    HAMLIN,
    LARSON,
    make_driver,
    make_given,
    make_race,
    make_result,
    make_rounds,
    make_series,
)

pytestmark = pytest.mark.django_db

DAYS = [None, "2023-09-30", "2025-04-27"]


def page_of(driver: Driver, day: str | None = None):
    return driver_page(Scope(driver=driver, as_of=AsOf.on(date.fromisoformat(day)) if day else None))


def of_scopes(splits: Splits) -> list:
    """The parts that a scope alone tells; of a grid it does not."""
    return [*splits.types, *splits.tracks, *splits.teams, *splits.makes, *splits.decades]


def differences(driver: Driver, day: str | None) -> list:
    found, count = [], 0
    for part in of_scopes(page_of(driver, day).main.splits):
        expected = figures(part.scope, SHOWN)[driver.pk]
        count += 1
        found += [
            (part.name, each.key, part.figures[each.key], expected[each.key])
            for each in SHOWN
            if part.figures[each.key] != expected[each.key]
        ]
    assert count
    return found


@pytest.mark.parametrize(
    ("slug", "day"),
    [*zip(("kyle-larson", "joey-logano", "denny-hamlin"), DAYS), ("jimmie-johnson", None)],
)
def test_parts_are_what_their_pages_say(slug, day):
    assert differences(Driver.objects.get(slug=slug), day) == []


@pytest.mark.parametrize(("slug", "day"), [("richard-petty", "1972-06-30"), ("joe-weatherly", None)])
def test_parts_over_the_whole_history(full_book, slug, day):
    """Of seasons that are on file in part, too."""
    assert differences(Driver.objects.get(slug=slug), day) == []


def test_parts_lead_to_their_races(client):
    """The list behind a count of a part is as long as the count."""
    splits = page_of(make_driver(LARSON)).main.splits
    asked = 0
    for part in (*splits.grids, *splits.types, *splits.makes):
        for key in ("starts", "top_tens"):
            url = part.evidence(STATISTICS[key])
            body = client.get(f"{url}&format=json").json()
            assert body["matching"] == part.figures[key].value, url
            asked += 1
    assert asked > 10


@pytest.fixture
def career(empty_book):
    """Larson's starts at Kansas, Bristol and, years before, at Kansas again; one from an unknown place."""
    with deferred():
        for year, track, start, finish in ((2014, "Kansas", 1, 5), (2023, "Bristol", 3, 1), (2024, "Kansas", 30, 2)):
            race = make_race(year, 1, track, date=date(year, 5, 1), field_size=2, laps=10, stages=0, lineup="draw")
            make_result(race, LARSON, finish, start=start, laps=10, laps_led=10, team="Hendrick Motorsports")
            make_result(race, BYRON, finish + 1, start=2, laps=10, laps_led=0, team="Hendrick Motorsports")
        make_result(make_race(2024, 2, "Bristol", date=date(2024, 9, 1)), LARSON, 1)
    Driver.objects.filter(slug="kyle-larson").update(born=date(1992, 7, 31))
    return make_driver(LARSON)


def test_parts_of_a_career(career):
    splits = page_of(career).main.splits
    counts = {
        name: [(part.name, str(part.figures["starts"]), str(part.figures["wins"])) for part in getattr(splits, name)]
        for name in ("tracks", "grids", "teams", "decades")
    }
    assert counts == {
        "tracks": [("Bristol", "2", "2"), ("Kansas", "2", "0")],
        "grids": [("1st", "1+", "0"), ("2nd to 5th", "1+", "1"), ("21st or lower", "1+", "0")],
        "teams": [("Hendrick Motorsports", "3+", "1")],
        "decades": [("2020s", "3", "2"), ("2010s", "1", "0")],
    }


def test_firsts_and_lasts(career):
    found = page_of(career).main.firsts
    assert [(each.name, each.race.label, each.start, str(each.age)) for each in found] == [
        ("First start", "2014 Kansas", 1, "21 years, 274 days"),
        ("First top five", "2014 Kansas", 1, "21 years, 274 days"),
        ("First win", "2023 Bristol", 2, "30 years, 274 days"),
        ("Last win", "2024 Bristol", 4, "32 years, 32 days"),
        ("Last start", "2024 Bristol", 4, "32 years, 32 days"),
    ]


def test_firsts_on_file(empty_book):
    """Where a source sums wins and starts before those on file, the first on file is not said to be the first."""
    with deferred():
        make_rounds(2024, "WA")
        make_given(LARSON, (2023, 36), starts=300, wins=20)
    found = page_of(make_driver(LARSON)).main.firsts
    assert [(each.name, each.start) for each in found] == [
        ("First start on file", None),
        ("First top five on file", None),
        ("First win on file", None),
    ]


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ((1992, 7, 31), (2016, 8, 28), Age(24, 28)),
        ((1992, 7, 31), (2016, 7, 31), Age(24, 0)),
        ((1992, 7, 31), (2016, 7, 30), Age(23, 365)),
        ((2000, 2, 29), (2001, 2, 28), Age(0, 365)),
        ((2000, 2, 29), (2001, 3, 1), Age(1, 0)),
        ((2000, 2, 29), (2004, 2, 29), Age(4, 0)),
        ((2000, 2, 29), (1999, 1, 1), None),
    ],
)
def test_age(born, day, age):
    assert age_on(date(*born), date(*day)) == age


def test_unknown_age():
    assert age_on(None, date(2024, 1, 1)) is None
    assert age_on(date(2024, 1, 1), None) is None


def test_teammates(career, client):
    (byron,) = page_of(career).main.teammates
    assert (str(byron.driver), str(byron.team), byron.together, byron.ahead, byron.behind, byron.years) == (
        (BYRON, "Hendrick Motorsports", 3, 3, 0, "2014–2024")
    )
    for key, count in (("together", 3), ("ahead", 3), ("rival_ahead", 0)):
        url, _, _ = byron.urls[key].partition("#")
        assert client.get(f"{url}&format=json").json()["matching"] == count


def test_who_drove_for_another_team_is_no_teammate(career):
    make_result(make_race(2024, 3, date=date(2024, 10, 1)), LARSON, 1, team="Hendrick Motorsports")
    make_result(career.stat_lines.get(race_order=2024003).race, HAMLIN, 2, team="Joe Gibbs Racing")
    assert [str(each.driver) for each in page_of(career).main.teammates] == [BYRON]


def test_the_best_season(empty_book):
    """Where there is one to compare, in what is known of every season; never the number of races."""
    make_rounds(2023, "W" * 10)
    make_rounds(2024, "WA")
    seasons = {each.season: each.best for each in page_of(make_driver(LARSON)).record.seasons}
    assert seasons == {
        2023: {"wins", "top_fives", "top_tens", "laps_led", "average_start", "average_finish"},
        2024: set(),
    }
    make_rounds(2022, "w")
    seasons = {each.season: each.best for each in page_of(make_driver(LARSON)).record.seasons}
    assert "laps_led" not in seasons[2023]
    assert "wins" in seasons[2023]


def test_one_season_is_not_the_best(empty_book):
    make_rounds(2024, "WA")
    (season,) = page_of(make_driver(LARSON)).record.seasons
    assert season.best == set()


def test_of_two_careers_the_top_one_is_taken_apart(empty_book):
    make_rounds(2024, "WWA")
    make_rounds(2024, "W", series="trucks")
    Series.objects.filter(slug="trucks").update(level=3)
    found = page_of(make_driver(LARSON))
    assert [each.figures["starts"].value for each in found.main.splits.decades] == [2]
    assert {line.series for line in found.latest} == {make_series()}
