"""A count is the sum of its seasons, or a given total and what is known after it: exact, at least, or a dash."""

from datetime import date

import pytest

from races.as_of import AsOf
from races.derived.refresh import deferred
from races.models import Era
from races.statistics import STATISTICS
from stats.careers.index import DriverIndex
from stats.figures.basis import Basis, given_of_careers, given_of_seasons
from stats.figures.reading import figures
from stats.figures.running import runs
from stats.scope import Eras, Scope
from testing.makers import (
    BYRON,
    LARSON,
    make_driver,
    make_given,
    make_manufacturer,
    make_milestone,
    make_rounds,
    make_season,
    make_series,
    make_team,
    make_track,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]

SHOWN = tuple(STATISTICS[key] for key in ("starts", "wins", "top_fives", "poles", "laps_led", "stage_wins"))
CAREER_GIVEN = {"starts": 100, "wins": 9, "top_fives": 40, "top_tens": 60, "laps_led": 1000}


@deferred()
def make_book(seasons: dict[int, str], given: list[tuple]) -> None:
    for year, rounds in seasons.items():
        make_rounds(year, rounds)
    for driver, through, counts in given:
        make_given(driver, through, **counts)


def figures_shown(driver=LARSON, **scope) -> str:
    """The figures as pages show them."""
    found = figures(Scope(series=make_series(), **scope), SHOWN).get(make_driver(driver).pk)
    return found and " ".join(found[each.key].in_words(each) for each in SHOWN)


def on(day: str) -> AsOf:
    return AsOf.on(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("seasons", "expected"),
    [
        pytest.param({2024: "WWW"}, "3 3 3 0 30 0", id="all is known"),
        pytest.param({2024: "WAA"}, "1 1 1 0 10 0", id="he was not in the others"),
        pytest.param({2024: "www"}, "3 3 3 — — —", id="that he won is all that is known"),
        pytest.param({2024: "Www"}, "3 3 3 — 10+ —", id="some of it known"),
        pytest.param({2024: "Whh"}, "1+ 1 1+ — 10+ —", id="others won races of an unknown field"),
        pytest.param({2024: "hhW"}, "1+ 1 1+ — 10+ —", id="also before his first of the season"),
        pytest.param({2024: "W-"}, "1+ 1+ 1+ — 10+ —", id="nobody knows who won"),
        pytest.param({2024: "W.W"}, "2+ 2+ 2+ — 20+ —", id="a round is not on file"),
        pytest.param({2024: "W..."}, "1 1 1 0 10 0", id="rounds of the latest season are still to come"),
        pytest.param({2023: "W.", 2024: "W"}, "2+ 2+ 2+ — 20+ —", id="rounds of an older one are not"),
        pytest.param({2022: "W", 2023: "AA", 2024: "W"}, "2 2 2 0 20 0", id="a season off"),
        pytest.param({2022: "W", 2023: "hh", 2024: "W"}, "2+ 2 2+ — 20+ —", id="a season between, in doubt"),
        pytest.param({2022: "W", 2023: "..", 2024: "W"}, "2+ 2+ 2+ — 20+ —", id="a season between, not on file"),
        pytest.param({2022: "h-", 2023: "W", 2024: "A"}, "1 1 1 0 10 0", id="nothing is in doubt before his first"),
        pytest.param({2023: "W", 2024: "h-"}, "1 1 1 0 10 0", id="nor after his last"),
    ],
)
def test_lines_alone(seasons, expected):
    """Without given totals a career is its lines; in doubt are lines that lack the value, and races in which he may
    have been."""
    make_book(seasons, [])
    assert figures_shown() == expected


ALL_OF_A_CAREER = {**CAREER_GIVEN, "poles": 5, "stage_wins": 3}


@pytest.mark.parametrize(
    ("seasons", "given", "expected"),
    [
        pytest.param({2024: "WWW"}, (2023, 36, ALL_OF_A_CAREER), "103 12 43 5 1,030 3", id="through the year before"),
        pytest.param({2024: "WWW"}, (2024, 1, ALL_OF_A_CAREER), "102 11 42 5 1,020 3", id="through a race"),
        pytest.param({2024: "WWW"}, (2024, 3, ALL_OF_A_CAREER), "100 9 40 5 1,000 3", id="through the last"),
        pytest.param({2024: "WWW"}, (2025, 1, ALL_OF_A_CAREER), "100 9 40 5 1,000 3", id="through a later race"),
        pytest.param(
            {2024: "WWW"}, (2023, 36, {"starts": 100, "wins": 9}), "103 12 3+ — 30+ —", id="not all counts are given"
        ),
        pytest.param({}, (2023, 36, {"starts": 100, "wins": 0}), "100 0 — — — —", id="nothing else on file"),
        pytest.param({2024: "AA"}, (2023, 36, {"starts": 100, "wins": 0}), "100 0 — — — —", id="no line of him"),
        pytest.param({2024: "WWW"}, (2024, 3, {"starts": 3, "wins": 3}), "3 3 3 0 30 0", id="all of it is on file"),
        pytest.param({2024: "WWW"}, (2024, 3, {"starts": 2, "wins": 1}), "3 3 3 0 30 0", id="the lines say more"),
        pytest.param(
            {2024: "WWW"}, (2023, 36, {"laps_led": 900, "laps_led_unknown": 4}), "3 3 3 0 930+ 0", id="at least so many"
        ),
        pytest.param(
            {2024: "Whw"}, (2023, 36, ALL_OF_A_CAREER), "102+ 11 42+ 5+ 1,010+ 3+", id="lines after it are in doubt"
        ),
        pytest.param(
            {2024: "hWh"}, (2024, 1, ALL_OF_A_CAREER), "101+ 10 41+ 5+ 1,010+ 3+", id="a race before it is not in doubt"
        ),
        pytest.param(
            {2023: "h-", 2024: "W"}, (2022, 36, ALL_OF_A_CAREER), "101+ 10+ 41+ 5+ 1,010+ 3+", id="a season between"
        ),
        pytest.param({2022: "h-", 2024: "W"}, (2023, 36, ALL_OF_A_CAREER), "101 10 41 5 1,010 3", id="a season in it"),
        pytest.param(
            {2022: "WW", 2023: "w.", 2024: "W"},
            (2022, 1, {"starts": 9, "wins": 5, "laps_led": 70}),
            "12+ 8+ 4+ — 90+ —",
            id="through a race of an earlier season",
        ),
    ],
)
def test_given_totals_of_a_career(seasons, given, expected):
    """They and what is known after them, or the seasons added up, whichever says more; each count by its own."""
    *through, counts = given
    make_book(seasons, [(LARSON, through, counts)])
    assert figures_shown() == expected


OF_A_SEASON = {"season": True, "starts": 2, "wins": 1, "top_fives": 2, "poles": 0, "laps_led": 150}


@pytest.mark.parametrize(
    ("seasons", "given", "expected"),
    [
        pytest.param({2024: "wh"}, [(2024, 2, OF_A_SEASON)], "2 1 2 0 150 —", id="what the lines do not say"),
        pytest.param({2024: "WWW"}, [(2024, 3, OF_A_SEASON)], "3 3 3 0 30 0", id="lines that say it exactly"),
        pytest.param({2024: "whWW"}, [(2024, 2, OF_A_SEASON)], "4 3 4 0 170 —", id="and the races after it"),
        pytest.param({2024: "whWh"}, [(2024, 2, OF_A_SEASON)], "3+ 2 3+ — 160+ —", id="one of these in doubt"),
        pytest.param(
            {2024: "Wh"}, [(2024, 2, {"season": True, "laps_led": 4})], "1+ 1 1+ — 10+ —", id="lines that say more"
        ),
        pytest.param(
            {2024: "wh"},
            [(2024, 2, {"season": True, "laps_led": 150, "laps_led_unknown": 1})],
            "1+ 1 1+ — 150+ —",
            id="a source that says at least",
        ),
        pytest.param({2023: "..", 2024: "W"}, [(2023, 2, OF_A_SEASON)], "3 2 3 0 160 —", id="a season without a race"),
        pytest.param({2024: "W"}, [(2024, 3, OF_A_SEASON)], "2 1 2 0 150 —", id="beyond the last race on file"),
        pytest.param({2024: "W"}, [(2025, 3, OF_A_SEASON)], "3 2 3 0 160 —", id="a season that is not on file yet"),
        pytest.param(
            {2022: "W", 2023: "hh", 2024: "W"},
            [(2023, 2, OF_A_SEASON | {"of": BYRON})],
            "2 2 2 0 20 0",
            id="a season summed to its end, without him",
        ),
        pytest.param(
            {2022: "W", 2023: "hh", 2024: "W"},
            [(2023, 1, OF_A_SEASON | {"of": BYRON})],
            "2+ 2 2+ — 20+ —",
            id="a season summed in part, without him",
        ),
        pytest.param(
            {2023: "wh", 2024: "W"},
            [(2023, 2, OF_A_SEASON), (2022, 36, ALL_OF_A_CAREER)],
            "103 11 43 5 1,160 3+",
            id="of the career and of a season after it",
        ),
        pytest.param(
            {2023: "wh", 2024: "W"},
            [(2023, 2, OF_A_SEASON), (2024, 0, ALL_OF_A_CAREER)],
            "101 10 41 5 1,010 3",
            id="of a career and of a season in it",
        ),
        pytest.param(
            {2023: "wh", 2024: "W"},
            [(2023, 2, OF_A_SEASON), (2024, 1, {"starts": 2, "wins": 2, "laps_led": 155})],
            "3 2 3 0 160 —",
            id="the seasons say more than the career",
        ),
    ],
)
def test_given_totals_of_seasons(seasons, given, expected):
    """A season is its lines where they say it exactly; else what a source gives, if it says more."""
    rows = []
    for *through, counts in given:
        counts = dict(counts)
        rows.append((counts.pop("of", LARSON), through, counts))
    make_book(seasons, rows)
    assert figures_shown() == expected


GAPS = {2022: "WW", 2023: "hA", 2024: "WwW"}


@pytest.mark.parametrize(
    ("day", "given", "expected"),
    [
        pytest.param("2021-12-31", None, None, id="before the first race"),
        pytest.param("2022-03-01", None, "1 1 1 0 10 0", id="after the first"),
        pytest.param("2022-12-31", None, "2 2 2 0 20 0", id="after a season"),
        pytest.param("2023-03-01", None, "2 2 2 0 20 0", id="in a season in which he may be"),
        pytest.param("2024-03-01", None, "3+ 3 3+ — 30+ —", id="that season is now between"),
        pytest.param("2024-03-03", None, "5+ 5 5+ — 40+ —", id="the last race"),
        pytest.param("2030-01-01", None, "5+ 5 5+ — 40+ —", id="long after"),
        pytest.param("2023-12-31", (2024, 2), "2+ 2+ 2+ — 20+ —", id="before the race that given totals are through"),
        pytest.param("2024-03-01", (2024, 2), "3+ 3+ 3+ — 30+ —", id="the race before it"),
        pytest.param("2024-03-02", (2024, 2), "100 9 40 5 1,000 3", id="the day of it"),
        pytest.param("2024-03-03", (2024, 2), "101 10 41 5 1,010 3", id="the race after it"),
        pytest.param("2023-03-01", (2022, 36), "100 9 40 5 1,000 3", id="a season after it"),
    ],
)
def test_as_of_a_day(day, given, expected):
    """The same rule over the races run by the day; given totals hold from the race that they are through, and before it
    they tell what is missing."""
    make_book(GAPS, [(LARSON, given, ALL_OF_A_CAREER)] if given else [])
    assert figures_shown(as_of=on(day)) == expected


def test_what_a_given_total_has_more_of_races_that_are_all_on_file():
    """It may be a slip of either; of the races themselves all is known, so nothing is in doubt before its own."""
    make_book({2023: "WW", 2024: "W"}, [(LARSON, (2024, 1), {"starts": 3, "laps_led": 45, "stage_wins": 2})])
    assert figures_shown(as_of=on("2023-12-31")) == "2 2 2 0 20 0"
    assert figures_shown() == "3 3 3 0 45 2"
    make_book({}, [(BYRON, (2024, 1), {"starts": 4, "laps_led": 45})])
    assert figures_shown(BYRON, as_of=on("2023-12-31")) == "2+ — 2+ — — —"


def test_doubt_ends_with_the_starts():
    """Of two starts no more than two can be in doubt, however many races are known by their winner."""
    make_book({2023: "whhhw"}, [(LARSON, (2023, 5), {"season": True, "starts": 2})])
    of_him = figures(Scope(series=make_series()), SHOWN)[make_driver(LARSON).pk]
    assert (of_him["starts"], of_him["poles"], of_him["laps_led"]) == ((2, 0, None), (None, 2, None), (None, 2, None))


@pytest.mark.parametrize("day", ["2024-03-01", "2024-03-02", "2024-03-03", "2024-12-31", None])
def test_as_of_a_day_within_a_season_that_a_source_sums(day):
    """Given totals of a season hold from their race on too, and are counted on from there."""
    make_book({2024: "hwW"}, [(LARSON, (2024, 2), OF_A_SEASON)])
    expected = {"2024-03-01": None, "2024-03-02": "2 1 2 0 150 —"}.get(day, "3 2 3 0 160 —")
    assert figures_shown(as_of=day and on(day)) == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        pytest.param(lambda: {"season": 2022}, "2 2 2 0 20 0", id="a season"),
        pytest.param(lambda: {"season": 2023}, None, id="a season without a line"),
        pytest.param(lambda: {"season": 2024}, "3 3 3 — 20+ —", id="a season, partly known"),
        pytest.param(lambda: {"from_": 2023}, "3+ 3 3+ — 20+ —", id="from a year: the one between is in doubt"),
        pytest.param(lambda: {"to": 2023}, "2+ 2 2+ — 20+ —", id="to a year that is between his first and last"),
        pytest.param(lambda: {"to": 2022}, "2 2 2 0 20 0", id="to his first season"),
        pytest.param(lambda: {"from_": date(2024, 3, 3)}, "1 1 1 0 10 0", id="from a day"),
        pytest.param(lambda: {"to": date(2024, 3, 1)}, "3+ 3 3+ — 30+ —", id="to a day within a season"),
        pytest.param(lambda: {"track": make_track()}, "5+ 5 5+ — 40+ —", id="a track"),
        pytest.param(lambda: {"track": make_track("Bristol")}, None, id="a track without a race"),
        pytest.param(lambda: {"type": "intermediate"}, "5+ 5 5+ — 40+ —", id="a type"),
        pytest.param(lambda: {"type": "intermediate", "season": 2022}, "2 2 2 0 20 0", id="a type and a season"),
    ],
)
def test_narrower_scopes(scope, expected):
    """The races of the scope that are in doubt count, and no others; given totals of careers say nothing of a part."""
    make_book(GAPS, [(LARSON, (2024, 2), ALL_OF_A_CAREER)])
    assert figures_shown(**scope()) == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        pytest.param(dict, "2+ 2+ 2+ — 20+ —", id="a career"),
        pytest.param(lambda: {"season": 2023}, "1+ 1+ 1+ — 10+ —", id="the season"),
        pytest.param(lambda: {"to": 2023}, "1+ 1+ 1+ — 10+ —", id="years"),
        pytest.param(lambda: {"to": date(2023, 3, 1)}, "1+ 1+ 1+ — 10+ —", id="a day that leaves out no race on file"),
        pytest.param(lambda: {"track": make_track()}, "2 2 2 0 20 0", id="a track"),
        pytest.param(lambda: {"type": "intermediate"}, "2 2 2 0 20 0", id="a type"),
    ],
)
def test_rounds_that_are_not_on_file(scope, expected):
    """They are in doubt, but of a track: there count the races on file, for it is not known where the others were."""
    make_book({2023: "W..", 2024: "W"}, [])
    assert figures_shown(**scope()) == expected


NARROWER = {
    "from": lambda: {"from_": 2024},
    "to": lambda: {"to": date(2024, 12, 31)},
    "era": lambda: {"era": Eras("now", (Era(series=make_series(), slug="now", starts=date(2000, 1, 1)),))},
    "track": lambda: {"track": make_track()},
    "type": lambda: {"type": "intermediate"},
    "manufacturer": lambda: {"manufacturer": make_manufacturer()},
    "team": lambda: {"team": make_team()},
    "a season": lambda: {"season": 2024},
    "another series": lambda: {"series": make_series("trucks")},
}


@pytest.mark.parametrize("narrower", NARROWER)
def test_given_totals_are_of_whole_careers(narrower):
    """Of a part of a career they say nothing."""
    make_given(LARSON, (2023, 36), **ALL_OF_A_CAREER)
    scope = Scope(series=make_series())
    assert [each.driver for each in given_of_careers(Basis(scope))] == [make_driver(LARSON)]
    assert given_of_careers(Basis(scope.narrowed(**NARROWER[narrower]()))) == []


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        pytest.param(lambda: {"to": date(2024, 3, 2)}, False, id="a day cuts it"),
        pytest.param(lambda: {"track": make_track()}, False, id="a track cuts it"),
        pytest.param(lambda: {"team": make_team()}, False, id="a team cuts it"),
        pytest.param(lambda: {"as_of": on("2024-03-02")}, True, id="as of a day after it"),
        pytest.param(lambda: {"as_of": on("2024-03-01")}, False, id="as of a day before it"),
        pytest.param(lambda: {"season": 2024, "as_of": on("2024-03-02")}, True, id="the season as of that day"),
    ],
)
def test_given_totals_are_of_whole_seasons(scope, holds):
    make_book({2024: "hwW"}, [(LARSON, (2024, 2), OF_A_SEASON)])
    assert bool(given_of_seasons(Basis(Scope(series=make_series(), **scope())))) is holds


@pytest.mark.parametrize(
    ("seasons", "given", "expected"),
    [
        pytest.param({2024: "WWA"}, None, {"average_finish": (1, 2), "win_rate": (1, 2)}, id="whole fields"),
        pytest.param({2024: "Www"}, None, {"average_finish": (1, 1), "win_rate": (1, 1)}, id="a win alone is none"),
        pytest.param({2024: "ww"}, None, {"average_finish": (None, 0), "win_rate": (None, 0)}, id="wins alone"),
        pytest.param(
            {2024: "ww"},
            {"starts": 20, "wins": 2, "finish_sum": 150, "finish_known": 20},
            {"average_finish": (7.5, 20), "win_rate": (0.1, 20), "average_start": (None, 0)},
            id="a source's finishes",
        ),
        pytest.param(
            {2024: "wwW"},
            {"through": 2, "starts": 19, "wins": 2, "finish_sum": 151, "finish_known": 19},
            {"average_finish": (7.6, 20), "win_rate": (0.15, 20)},
            id="and the races after them",
        ),
        pytest.param(
            {2024: "ww"},
            {"starts": 20, "start_sum": 100, "start_known": 20},
            {"average_start": (5, 20), "average_finish": (None, 0), "win_rate": (None, 0)},
            id="a source's starts",
        ),
    ],
)
def test_averages_and_rates(seasons, given, expected):
    """They are of races with a whole field and a known value, or of what a source sums of a season; never at least."""
    make_book(seasons, [(LARSON, (2024, given.pop("through", 2)), {"season": True, **given})] if given else [])
    averages = [STATISTICS[key] for key in ("average_start", "average_finish", "win_rate")]
    found = figures(Scope(series=make_series()), averages)[make_driver(LARSON).pk]
    assert {key: (found[key].value, found[key].over) for key in expected} == expected
    assert not any(found[each.key].unknown for each in averages)


@pytest.mark.parametrize("given", [{"starts": 100, "wins": 9}, {"starts": 100, "wins": 9, "poles": 4}, {}], ids=str)
def test_counts_run_on_to_what_the_career_is(given):
    """The counts after each race are exact or at least by the same rule, and the last of them is the figure."""
    with deferred():
        make_book({2024: "WhWWA"}, [(LARSON, (2024, 1), given)] if given else [])
        make_milestone("poles", 3)
    scope, driver = Scope(series=make_series()), make_driver(LARSON)
    found = figures(scope, SHOWN)[driver.pk]
    for statistic in SHOWN:
        run = runs(statistic, scope, {driver.pk})[driver.pk]
        figure = found[statistic.key]
        assert (run.total.known, run.total.unknown) == (figure.value, figure.unknown)
        assert driver.stat_lines.values_list(f"{statistic.key}_after", flat=True).get(race__round=4) == figure.value


@pytest.mark.parametrize("given", [{"season": True}, {}], ids=["of the season", "of the career"])
@pytest.mark.parametrize(("day", "is_over"), [("2023-12-30", False), ("2023-12-31", True), ("2024-01-01", True)])
def test_a_year_without_races_on_file_is_over_on_its_last_day(day, is_over, given):
    """Then what a source gives of it counts, and who has it is in the index; as titles and stretches have it, too."""
    with deferred():
        season = make_season(2023)
        make_given(LARSON, (2023, 36), starts=36, wins=4, **({"season": season} if given else {}))
    scope = Scope(series=make_series(), as_of=on(day))
    assert figures_shown(as_of=on(day)) == ("36 4 — — — —" if is_over else None)
    assert len(DriverIndex(scope, "", None)) == is_over
