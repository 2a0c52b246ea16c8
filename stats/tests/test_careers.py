"""The rule of totals: the given total and the lines after it, or all lines of a book that is whole enough."""

from datetime import date
from decimal import Decimal

import pytest

from races.derived.refresh import deferred
from races.models import Era, GivenTotals
from races.statistics import STATISTICS
from stats.careers.index import DriverIndex
from stats.careers.profile import Career, Record, record_of
from stats.careers.totals import LAST_RACES, active_drivers, applicable_openings
from stats.completeness import ENOUGH, FLAGS, Completeness, completeness
from stats.scope import AsOf, Eras, Scope
from testing.makers import (
    BYRON,
    HAMLIN,
    LARSON,
    PETTY,
    make_driver,
    make_given,
    make_layout,
    make_manufacturer,
    make_race,
    make_result,
    make_season,
    make_series,
    make_source,
    make_team,
    make_track,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]


def make_long_season(year: int, rounds: int | None, held: int, series="cup", **finish) -> None:
    """The first races of a season, each of two cars: Larson wins it and leads every lap, Byron is second."""
    season = make_season(year, series)
    season.rounds = rounds
    season.save()
    with deferred():
        for round_ in range(1, held + 1):
            race = make_race(
                year, round_, series=series, date=date(year, 2, round_), laps=10, field_size=2, stages=0, lineup="draw"
            )
            make_result(race, LARSON, 1, start=round_, laps=10, laps_led=10, points=40, status="running", **finish)
            make_result(race, BYRON, 2, start=1, laps=9, laps_led=0, points=35, status="engine", **finish)


def career_in(driver, series) -> Career:
    return next(career for career in record_of(driver).careers if career.series == series)


def totals(driver=LARSON, series="cup") -> dict:
    career = career_in(make_driver(driver), make_series(series))
    return {total.statistic.key: total.value for total in career.totals}


OPENING = {"starts": 100, "wins": 9, "top_fives": 40, "top_tens": 60, "poles": 5, "laps_led": 1000, "stage_wins": 3}


@pytest.mark.parametrize(
    ("through", "added"),
    [((2023, 36), 3), ((2024, 0), 3), ((2024, 1), 2), ((2024, 2), 1), ((2024, 3), 0), ((2025, 1), 0)],
    ids=lambda value: str(value),
)
def test_opening_and_the_lines_after_it(through, added):
    """The lines up to the opening are in it already; those after it are added, each count by its own."""
    make_long_season(2024, rounds=36, held=3)
    make_given(LARSON, through, **OPENING)
    assert totals() == {
        "starts": 100 + added,
        "wins": 9 + added,
        "top_fives": 40 + added,
        "top_tens": 60 + added,
        "poles": 5,
        "laps_led": 1000 + 10 * added,
        "stage_wins": 3,
    }
    career = career_in(make_driver(LARSON), make_series())
    assert (career.lines, career.lines_after) == (3, added)
    assert [total.held for total in career.totals] == [3, 3, 3, 3, 0, 30, 0]


def test_unknown_opening_count_stays_unknown():
    """An unknown count is not zero: what follows it cannot make it known."""
    make_long_season(2024, rounds=36, held=3)
    make_given(LARSON, (2023, 36), starts=100, wins=0)
    assert totals() == {
        "starts": 103,
        "wins": 3,
        "top_fives": None,
        "top_tens": None,
        "poles": None,
        "laps_led": None,
        "stage_wins": None,
    }
    assert career_in(make_driver(LARSON), make_series()).is_partial


@pytest.mark.parametrize(
    ("rounds", "held", "supported"),
    [(20, 20, True), (20, 19, True), (20, 18, False), (None, 3, True), (3, 1, False)],
    ids=["whole", "just enough", "too few", "length unknown", "a third"],
)
def test_lines_alone(rounds, held, supported):
    """Without an given total all lines are the total, where they are enough of the races there were."""
    make_long_season(2023, rounds=rounds, held=held)
    make_long_season(2024, rounds=36, held=1)
    found = totals()
    assert [found[key] for key in ("starts", "wins", "laps_led")] == (
        [held + 1, held + 1, 10 * (held + 1)] if supported else [None, None, None]
    )
    assert career_in(make_driver(LARSON), make_series()).lines == held + 1
    assert Decimal("0.95") == ENOUGH


def test_going_season_is_as_long_as_its_last_round():
    """Races that are still to come are not missing from the book."""
    make_long_season(2025, rounds=36, held=4)
    assert totals()["starts"] == 4
    assert completeness(Scope(series=make_series())).expected == 4


@pytest.mark.parametrize(
    ("expected", "known", "supported"),
    [(20, 20, True), (20, 19, True), (100, 95, True), (100, 94, False), (1, 0, False), (1, 1, True), (0, 0, False)],
)
def test_enough(expected, known, supported):
    """The bar is 95 in a hundred, and of no races there is no total."""
    complete = Completeness(expected, expected, dict.fromkeys(FLAGS, known))
    assert complete.supports(STATISTICS["wins"]) is supported


@pytest.mark.parametrize(
    ("held", "known", "text"),
    [
        (96, 96, "Based on 96 of 2,822 races."),
        (96, 93, "Based on 96 of 2,822 races; laps led not fully known for 3."),
    ],
)
def test_completeness_in_words(held, known, text):
    """A page says what its total is based on."""
    complete = Completeness(2822, held, dict.fromkeys(FLAGS, held) | {"laps_led": known})
    assert complete.in_words(STATISTICS["laps_led"]) == text


def test_each_count_is_supported_by_its_own():
    """Wins are known where the winners are, though laps led are not."""
    make_long_season(2024, rounds=3, held=0)
    for round_ in (1, 2, 3):
        make_result(make_race(2024, round_), LARSON, 1)
    assert totals() == {
        "starts": None,
        "wins": 3,
        "top_fives": None,
        "top_tens": None,
        "poles": None,
        "laps_led": None,
        "stage_wins": None,
    }


@pytest.mark.parametrize(
    ("as_of", "through"),
    [("2024-02-01", None), ("2024-02-02", (2024, 2)), ("2024-12-31", (2024, 2)), ("2023-12-31", None)],
)
def test_opening_is_known_from_its_race_on(as_of, through):
    """As of a day before the given total was taken, the book knows its lines only."""
    make_long_season(2024, rounds=3, held=3)
    make_given(LARSON, (2024, 2), **OPENING)
    scope = Scope(series=make_series(), as_of=AsOf(date.fromisoformat(as_of), as_of))
    found = applicable_openings(scope).get(make_driver(LARSON).pk)
    assert (found and (found.through_season, found.through_round)) == through


NARROWER = {
    "from": lambda: {"from_": 2024},
    "to": lambda: {"to": date(2024, 12, 31)},
    "era": lambda: {"era": Eras("now", (Era(series=make_series(), slug="now", starts=date(2000, 1, 1)),))},
    "track": lambda: {"track": make_track()},
    "type": lambda: {"type": "intermediate"},
    "manufacturer": lambda: {"manufacturer": make_manufacturer()},
    "team": lambda: {"team": make_team()},
    "another season": lambda: {"season": 2024},
    "another series": lambda: {"series": make_series("trucks")},
    "no series": lambda: {"series": None},
}


@pytest.mark.parametrize("narrower", NARROWER)
def test_narrower_scopes_have_no_opening(narrower):
    """Given totals are of whole careers in a series: they say nothing of a part of one."""
    make_given(LARSON, (2023, 36), **OPENING)
    scope = Scope(series=make_series())
    assert set(applicable_openings(scope)) == {make_driver(LARSON).pk}
    assert applicable_openings(scope.narrowed(**NARROWER[narrower]())) == {}


def make_season_opening(year: int, through_round: int, driver=LARSON, **counts) -> GivenTotals:
    season = make_season(year)
    return GivenTotals.objects.create(
        driver=make_driver(driver),
        series=season.series,
        season=season,
        through_season=year,
        through_round=through_round,
        source=make_source(),
        **counts,
    )


def season_lines(driver=LARSON) -> dict:
    driver = make_driver(driver)
    return {line.season: line for line in record_of(driver).seasons}


def test_season_opening():
    """A season is counted on from its own given total; a career's does not touch it, nor it a career."""
    make_long_season(2024, rounds=36, held=3)
    make_given(LARSON, (2024, 1), starts=500)
    make_season_opening(2024, 1, starts=1, wins=1, laps_led=200, points=55)
    line = season_lines()[2024]
    assert (line.starts, line.wins, line.laps_led, line.points) == (3, 3, 220, 55 + 80)
    # The opening does not say, but the races held are all he started.
    assert (line.top_fives, line.poles) == (3, 0)
    assert line.races_held == 3
    assert totals()["starts"] == 502


def test_season_without_opening():
    """A season without one is its lines, where they are whole; averages are of known values."""
    make_long_season(2024, rounds=36, held=4)
    larson, byron = season_lines()[2024], season_lines(BYRON)[2024]
    assert (larson.starts, larson.wins, larson.laps_led, larson.points) == (4, 4, 40, 160)
    assert (float(larson.average_start), float(larson.average_finish)) == (2.5, 1)
    assert (byron.wins, byron.top_fives, byron.points, float(byron.average_finish)) == (0, 4, 140, 2)


def test_averages_are_of_all_lines():
    """What given totals do not hold is counted in all lines: before the opening and after it."""
    make_long_season(2024, rounds=36, held=4)
    make_season_opening(2024, 2, starts=2)
    line = season_lines()[2024]
    assert float(line.average_start) == 2.5
    assert line.starts == 4


def test_season_of_which_the_book_holds_nothing_else():
    """A given total of a season without races in the book is that season's line."""
    make_season_opening(2026, 3, starts=3, wins=1)
    make_season_opening(1960, 40, driver=PETTY, starts=40)
    line = season_lines()[2026]
    assert (line.starts, line.wins, line.points, line.races_held, line.average_start) == (3, 1, None, 0, None)
    assert season_lines(PETTY)[1960].starts == 40


def test_seasons_stand_latest_first_by_series():
    """The top series comes first, and in it the latest season."""
    make_long_season(2023, rounds=None, held=1)
    make_long_season(2024, rounds=None, held=1)
    make_long_season(2024, rounds=None, held=1, series="trucks")
    trucks = make_series("trucks")
    trucks.level = 3
    trucks.save()
    driver = make_driver(LARSON)
    found = [(line.series.slug, line.season) for line in record_of(driver).seasons]
    assert found == [("cup", 2024), ("cup", 2023), ("trucks", 2024)]
    assert [career.series.slug for career in record_of(driver).careers] == ["cup", "trucks"]


def test_careers_of_different_series_are_apart():
    """What a driver did in one series is nothing in another."""
    make_long_season(2024, rounds=None, held=2)
    make_long_season(2024, rounds=None, held=3, series="trucks")
    make_given(LARSON, (2024, 1), series="trucks", starts=50)
    assert totals()["starts"] == 2
    assert totals(series="trucks")["starts"] == 52


def test_nobody_is_nothing(client):
    """A driver of whom the book holds nothing has no career, and a page that says so."""
    driver = make_driver(PETTY)
    assert record_of(driver) == Record([], [])
    html = client.get(driver.get_absolute_url()).content.decode()
    assert "no points race and no given totals" in html


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
    assert names(as_of=AsOf(date(2024, 2, 11), "2024-02-11")) == {LARSON, BYRON, HAMLIN}
    assert names(as_of=AsOf(date(2024, 2, 2), "2024-02-02")) == {LARSON, BYRON}
    assert names(as_of=AsOf(date(2024, 1, 31), "2024-01-31")) == set()


def test_index_of_drivers():
    """The index counts as careers do; in a whole book who never started has zero starts, and no dash."""
    make_long_season(2024, rounds=36, held=2)
    make_given(HAMLIN, (2024, 1), starts=600, wins=50)
    make_driver(PETTY)
    index = DriverIndex(Scope(), "", None)
    assert {str(row.driver): (row.starts, row.wins, row.laps_led, row.held, row.first) for row in index} == {
        BYRON: (2, 0, 0, 2, 2024),
        HAMLIN: (600, 50, None, 0, None),
        LARSON: (2, 2, 20, 2, 2024),
        PETTY: (0, 0, 0, 0, None),
    }
    assert index.notes == ["Totals are of the Cup Series; a dash means that the book cannot support one."]


@pytest.mark.parametrize(
    ("text", "active", "found"),
    [
        ("", None, [HAMLIN, LARSON, BYRON]),
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
    """A driver is found by every word of his name or an alias, and by whether he is active."""
    make_long_season(2024, rounds=36, held=1)
    make_driver(HAMLIN)
    make_driver(LARSON).aliases.create(alias="Yung Money")
    index = DriverIndex(Scope(), text, active)
    assert [str(row.driver) for row in index] == found
    assert [index[place] for place in range(len(index))] == list(index)
    assert index[1:] == list(index)[1:]
