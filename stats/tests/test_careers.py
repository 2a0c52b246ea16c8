"""A driver's page and the index: careers by series, seasons, who is active, and what they are based on."""

from datetime import date

import pytest

from races.as_of import AsOf
from races.derived.refresh import deferred
from races.models import RaceCoverage, Season
from races.order import round_of
from races.statistics import STATISTICS
from stats.careers.active import LAST_RACES, active_drivers
from stats.careers.index import DriverIndex
from stats.careers.profile import DriverRecord
from stats.completeness import FLAGS, Completeness, completeness, completeness_by_season, is_covered
from stats.figures.basis import Basis
from stats.scope import Scope
from testing.careers import record_of
from testing.makers import (
    BYRON,
    HAMLIN,
    LARSON,
    PETTY,
    make_driver,
    make_given,
    make_layout,
    make_race,
    make_result,
    make_rounds,
    make_series,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]


def on(day: str) -> AsOf:
    return AsOf.on(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("held", "known", "text"),
    [
        (96, 96, "Based on 96 of 2,822 races."),
        (96, 93, "Based on 96 of 2,822 races; laps led not fully known race by race for 3."),
    ],
)
def test_completeness_in_words(held, known, text):
    """A page says what its total is based on."""
    complete = Completeness(2822, held, dict.fromkeys(FLAGS, held) | {"laps_led": known})
    assert complete.in_words(STATISTICS["laps_led"]) == text


@pytest.mark.parametrize(("laps", "laps_led"), [(True, True), (True, False), (False, True)])
def test_what_is_made_of_two_values_needs_both(laps, laps_led):
    coverage = RaceCoverage(laps=laps, laps_led=laps_led)
    assert is_covered(coverage, STATISTICS["laps_led_share"].covered_by) == (laps and laps_led)


@pytest.mark.parametrize(
    ("seasons", "expected", "held"), [({2024: "WW.."}, 2, 2), ({2024: "W.W."}, 3, 2), ({2023: "W..", 2024: "W."}, 4, 2)]
)
def test_going_season_is_as_long_as_its_last_round(seasons, expected, held):
    """Races that are still to come are not missing from the book."""
    with deferred():
        for year, rounds in seasons.items():
            make_rounds(year, rounds)
    complete = completeness(Scope(series=make_series()))
    assert (complete.expected, complete.held) == (expected, held)


@pytest.mark.parametrize("day", [None, "2024-12-31", "2023-12-31"])
def test_a_page_counts_as_many_races_as_figures_are_in_doubt_for(day):
    """A source may sum more of a season than is on file or said of it, also of one without a race and of the latest."""
    with deferred():
        for year, rounds in ((2021, "W.."), (2022, "..."), (2023, "W..."), (2024, "W."), (2025, "..")):
            make_rounds(year, rounds)
        Season.objects.filter(year__in=(2021, 2022)).update(rounds=None)
        for year, through in ((2021, 30), (2022, 5), (2024, 9), (2025, 3)):
            make_given(LARSON, (year, through), season=True, starts=through, wins=1)
    scope = Scope(series=make_series(), as_of=on(day) if day else None)
    found = completeness_by_season(scope)
    for pk, races in Basis(scope).races.items():
        assert found.get(pk, Completeness.empty()).expected == round_of(races.last), races.year
        assert completeness(scope.narrowed(season=races.year)).expected == round_of(races.last), races.year
    assert completeness(scope).expected == {None: 30 + 5 + 4 + 9 + 3, "2024-12-31": 30 + 5 + 4 + 1}.get(day, 30 + 5 + 1)


def test_a_season_is_as_long_alone_as_among_the_others():
    """That a later season has races ends it, and begins one that the book has none of."""
    with deferred():
        for year, rounds in ((2022, "..."), (2023, "W.."), (2024, "W."), (2025, "..")):
            make_rounds(year, rounds)
    series = make_series()
    among = completeness_by_season(Scope(series=series))
    found = {each.year: among.get(each.pk, Completeness.empty()) for each in Season.objects.all()}
    assert {year: (each.expected, each.held) for year, each in found.items()} == {
        2022: (3, 0),
        2023: (3, 1),
        2024: (1, 1),
        2025: (0, 0),
    }
    assert {year: completeness(Scope(series=series, season=year)) for year in found} == found
    then = Scope(series=series, as_of=on("2023-12-31"))
    assert completeness(then.narrowed(season=2023)).expected == 1 == completeness(then).expected - 3


@pytest.mark.parametrize(("said", "expected"), [(4, 5), (None, 4), (2, 4)])
def test_a_season_has_no_fewer_races_than_its_last_round_on_file(said, expected):
    """The race that is missing is in doubt for a career, so the page counts it among those that there were."""
    with deferred():
        make_rounds(2023, "W.W")
        make_rounds(2024, "W")
        Season.objects.filter(year=2023).update(rounds=said)
    scope = Scope(series=make_series())
    complete, races = completeness(scope), Basis(scope).races.values()
    assert (complete.expected, complete.held) == (expected, 3)
    assert sum(each.in_doubt("winner") for each in races) == expected - 3


def season_lines(driver=LARSON) -> dict:
    return {line.season: line for line in record_of(make_driver(driver)).seasons}


def of_season(line, *keys) -> list[str]:
    return [line.figures[key].in_words(STATISTICS[key]) for key in keys]


def test_a_season_and_a_career_are_told_apart():
    """A career's given total does not touch a season's figures."""
    with deferred():
        make_rounds(2024, "wwW")
        make_given(LARSON, (2024, 1), starts=500)
        make_given(LARSON, (2024, 1), season=True, starts=1, wins=1, laps_led=200, points=55)
    line = season_lines()[2024]
    assert of_season(line, "starts", "wins", "laps_led", "points", "top_fives", "poles") == (
        ["3", "3", "210+", "95+", "3", "—"]
    )
    assert (line.races_held, line.given) == (3, True)
    (career,) = record_of(make_driver(LARSON)).careers
    assert str(career.figures["starts"]) == "502"


def test_a_season_of_lines():
    make_rounds(2024, "WWAA")
    larson, byron, hamlin = (season_lines(name)[2024] for name in (LARSON, BYRON, HAMLIN))
    asked = ("starts", "wins", "laps_led", "points", "average_start", "average_finish")
    assert of_season(larson, *asked) == ["2", "2", "20", "80", "2.0", "1.0"]
    assert of_season(byron, *asked) == ["4", "2", "20", "150", "1.5", "1.5"]
    assert of_season(hamlin, *asked) == ["2", "0", "0", "70", "1.0", "2.0"]
    assert not larson.given


def test_a_season_of_which_the_book_holds_nothing_else():
    """A given total of a season without races on file is that season's line."""
    with deferred():
        make_given(LARSON, (2026, 3), season=True, starts=3, wins=1)
        make_given(PETTY, (1960, 40), season=True, starts=40)
    line = season_lines()[2026]
    assert of_season(line, "starts", "wins", "points", "average_start") == ["3", "1", "—", "—"]
    assert (line.races_held, line.given) == (0, True)
    assert of_season(season_lines(PETTY)[1960], "starts") == ["40"]


def test_seasons_stand_latest_first_by_series():
    """The top series comes first, and in it the latest season."""
    with deferred():
        make_rounds(2023, "W")
        make_rounds(2024, "W")
        make_rounds(2024, "W", "trucks")
        trucks = make_series("trucks")
        trucks.level = 3
        trucks.save()
    driver = make_driver(LARSON)
    found = [(line.series.slug, line.season) for line in record_of(driver).seasons]
    assert found == [("cup", 2024), ("cup", 2023), ("trucks", 2024)]
    assert [career.series.slug for career in record_of(driver).careers] == ["cup", "trucks"]


def test_careers_of_different_series_are_apart():
    """What a driver did in one series is nothing in another."""
    with deferred():
        make_rounds(2024, "WW")
        make_rounds(2024, "WWW", "trucks")
        make_given(LARSON, (2024, 1), series="trucks", starts=50)
    cup, trucks = record_of(make_driver(LARSON)).careers
    assert [str(career.figures["starts"]) for career in (cup, trucks)] == ["2", "52"]
    assert [len(career.given) for career in (cup, trucks)] == [0, 1]


def test_what_is_not_on_file_of_a_career_is_said():
    make_rounds(2024, "Wwh")
    (career,) = record_of(make_driver(LARSON)).careers
    assert career.in_doubt == (
        "Not on file: starts of 1 race, top fives of 1 race, top tens of 1 race, poles of 2 races, "
        "laps led of 2 races and stage wins of 2 races."
    )
    make_rounds(2025, "W")
    (byron,) = record_of(make_driver(BYRON), on("2024-03-01")).careers
    assert byron.in_doubt == ""


def test_nobody_is_nothing(client):
    """A driver of whom the book holds nothing has no career, and a page that says so."""
    driver = make_driver(PETTY)
    assert record_of(driver) == DriverRecord([], [])
    html = client.get(driver.get_absolute_url()).content.decode()
    assert "No points race and no totals of this driver" in html


@pytest.mark.parametrize("series", ["cup", "trucks"])
def test_active(series):
    """Active is who started one of his series' last ten races in the book."""
    make_layout()
    with deferred():
        for round_ in range(1, LAST_RACES + 3):
            race = make_race(2024, round_, series=series, date=date(2024, 2, round_))
            make_result(race, LARSON, 1)
            if round_ == 2:
                make_result(race, BYRON, 2)
            if round_ == 3:
                make_result(race, HAMLIN, 2)
    scope = Scope(series=make_series(series))

    def names(**narrower):
        found = active_drivers(scope.narrowed(**narrower))
        return {name for name in (LARSON, BYRON, HAMLIN) if make_driver(name).pk in found}

    assert names() == {LARSON, HAMLIN}
    assert names(as_of=on("2024-02-11")) == {LARSON, BYRON, HAMLIN}
    assert names(as_of=on("2024-02-02")) == {LARSON, BYRON}
    assert names(as_of=on("2024-01-31")) == set()


def test_index_of_drivers():
    """The index counts as careers do; of whom nothing is on file there is nothing to show."""
    with deferred():
        make_rounds(2024, "WWh")
        make_given(HAMLIN, (2023, 36), starts=600, wins=50)
    make_driver(PETTY)
    index = DriverIndex(Scope(), "", None)
    keys = ("starts", "wins", "laps_led")
    assert {str(row.driver): ([row[key] and str(row[key]) for key in keys], row.held, row.first) for row in index} == {
        BYRON: (["2+", "0", "—"], 2, 2024),
        HAMLIN: (["601", "51", "—"], 1, 2024),
        LARSON: (["2+", "2", "20+"], 2, 2024),
        PETTY: ([None, None, None], 0, None),
    }
    assert index.notes == ["Figures are of the Cup Series; a plus means at least so many, a dash that it is unknown."]
    assert [str(row.driver) for row in DriverIndex(Scope(series=make_series()), "", None)] == [HAMLIN, LARSON, BYRON]


@pytest.mark.parametrize(
    ("day", "found"),
    [("2023-12-31", []), ("2024-03-01", [LARSON, BYRON]), ("2024-03-03", [HAMLIN, LARSON, BYRON])],
)
def test_index_of_drivers_as_of_a_day(day, found):
    """Listed are those who had started by then."""
    make_rounds(2024, "WWh")
    make_driver(PETTY)
    assert [str(row.driver) for row in DriverIndex(Scope(series=make_series(), as_of=on(day)), "", None)] == found


@pytest.mark.parametrize(
    ("text", "active", "found"),
    [
        ("", None, [LARSON, BYRON, HAMLIN]),
        ("kyle", None, [LARSON]),
        ("LAR ky", None, [LARSON]),
        ("yung money", None, [LARSON]),
        ("zzz", None, []),
        ("", True, [LARSON, BYRON]),
        ("", False, [HAMLIN]),
        ("kyle", False, []),
    ],
)
def test_index_filters(text, active, found):
    """A driver is found by every word of his name or an alias, and by whether he is active; the active come first, and
    who won most."""
    make_rounds(2024, "W")
    make_driver(HAMLIN)
    make_driver(LARSON).aliases.create(alias="Yung Money")
    index = DriverIndex(Scope(), text, active)
    assert [str(row.driver) for row in index] == found
    assert [index[place] for place in range(len(index))] == list(index)
    assert index[1:] == list(index)[1:]
