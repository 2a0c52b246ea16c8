"""One figure: every place that shows a driver's count, average or rate of a day shows the same.

What is compared with is read once a day for all drivers. Pages of one driver or of one club take turns: each is looked
at on one of the days.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import pairwise

import pytest

from drivers.models import Driver
from races.as_of import AsOf
from races.models import Milestone, Ruling, Season, Series
from races.statistics import CAREER_STATISTICS, STATISTICS
from stats.boards.leaderboards import leaderboards
from stats.careers.figure import evidence
from stats.careers.index import SHOWN, DriverIndex
from stats.figures.basis import Basis
from stats.figures.figure import NOTHING
from stats.figures.reading import Figures, careers, figures
from stats.figures.running import runs
from stats.milestones.clubs import club
from stats.milestones.watch import watch
from stats.scope import Scope
from stats.standings.reading import season_book
from stats.standings.table import COUNTED
from testing.careers import record_of

pytestmark = pytest.mark.django_db

ALL = tuple(STATISTICS.values())
COUNTS = tuple(statistic for statistic in ALL if not statistic.is_rate)
DAYS = [None, "2022-12-31", "2023-09-30", "2025-04-26", "2025-04-27", "2025-05-15"]
"""Today; the end of a season; the days before and of rulings."""
SEASONS = (2022, 2023, 2025)


def on(day: str | None) -> AsOf | None:
    return AsOf.on(date.fromisoformat(day)) if day else None


def scope_on(day: str | None, **narrower) -> Scope:
    return Scope(series=Series.objects.first(), as_of=on(day), **narrower)


def in_turn(rows, day: str | None, every: int = 1, first: int = 0) -> list:
    """Those of the rows whose turn it is on this day, of every so many."""
    place = DAYS.index(day)
    return list(rows)[first::every][place :: len(DAYS)]


@pytest.fixture(params=DAYS, ids=lambda day: day or "today")
def day(request) -> str | None:
    return request.param


@cache
def figures_of_the_demo(day: str | None) -> dict[int, Figures]:
    return figures(scope_on(day), ALL)


@pytest.fixture
def expected(day) -> dict[int, Figures]:
    """By driver, every statistic of his career on that day, in the demo content, which no test here changes."""
    return figures_of_the_demo(day)


@pytest.fixture
def somebody(expected) -> list[Driver]:
    """Everybody who has a figure that day."""
    return list(Driver.objects.filter(pk__in=expected).order_by("pk"))


def ranked(expected: dict[int, Figures], key: str, least: int = 1) -> dict:
    """By driver, the figures that a list from so many on has."""
    of = {pk: found[key] for pk, found in expected.items()}
    if STATISTICS[key].is_rate:
        return {pk: figure for pk, figure in of.items() if figure.value is not None}
    return {pk: figure for pk, figure in of.items() if (figure.value or 0) >= least}


def test_boards(day, expected):
    assert len(expected) > 40
    for board in leaderboards(in_turn(ALL, day) if day else ALL, scope_on(day), min_starts=0):
        assert {each.pk: each.figure for each in board.rows.ranked} == ranked(expected, board.statistic.key)
        assert all(each.figures["starts"] == expected[each.pk]["starts"] for each in board.rows.ranked)
        assert board.at_least == sum(not figure.exact for figure in ranked(expected, board.statistic.key).values())


def test_boards_as_documents(client, day, expected):
    slugs = dict(Driver.objects.values_list("slug", "pk"))
    asked = f"min_starts=0&format=json{f'&as_of={day}' if day else ''}"
    for key in in_turn(STATISTICS, day, every=3):
        rows = client.get(f"/leaderboards/{key}/?{asked}").json()["rows"]
        shown = {slugs[row["driver_url"].split("/")[2]]: row for row in rows}
        assert {pk: row["value"] for pk, row in shown.items()} == {
            pk: pytest.approx(figure.value) for pk, figure in ranked(expected, key).items()
        }
        if not STATISTICS[key].is_rate:
            assert all(row["value_exact"] is expected[pk][key].exact for pk, row in shown.items())


def test_the_index(day, expected):
    rows = {row.driver.pk: row for row in DriverIndex(scope_on(day), "", None)}
    assert rows.keys() == expected.keys()
    for statistic in SHOWN:
        assert {pk: row[statistic.key] for pk, row in rows.items()} == {
            pk: found[statistic.key] for pk, found in expected.items()
        }


def test_pages_of_drivers(client, day, expected, somebody):
    """The career, and the seasons, which as a document are the page's table."""
    series = Series.objects.first()
    of_seasons = {year: figures(scope_on(day, season=year), ALL) for year in SEASONS}
    chosen = in_turn(somebody, day, every=100)
    for driver in chosen:
        record = record_of(driver, on(day))
        (career,) = [each for each in record.careers if each.series == series]
        assert {statistic.key: figure for statistic, figure, *_ in career.totals} == {
            statistic.key: expected[driver.pk][statistic.key] for statistic, *_ in career.totals
        }
        for line in record.seasons:
            if line.series == series and line.season in SEASONS:
                of_season = of_seasons[line.season].get(driver.pk)
                assert {key: line.figures[key] for key in line.figures.counts} == {
                    key: of_season[key] for key in line.figures.counts
                }
    driver = chosen[-1]
    path = f"{driver.get_absolute_url()}?format=json{f'&as_of={day}' if day else ''}"
    for row in client.get(path).json()["rows"]:
        if row["series"] == str(series) and row["season"] in SEASONS:
            of_season = of_seasons[row["season"]][driver.pk]
            for key in ("starts", "wins", "poles", "laps_led", "stage_wins", "points"):
                assert (row[key], row[f"{key}_exact"]) == (of_season[key].value, of_season[key].exact)


def test_evidence(day, expected, somebody):
    for place, driver in enumerate(in_turn(somebody, day, every=100, first=2)):
        statistic = ALL[(DAYS.index(day) * 3 + place) % len(ALL)]
        found = evidence(statistic, scope_on(day, driver=driver))
        assert found.figure == expected[driver.pk][statistic.key], (driver, statistic.key)


def test_clubs(day, expected):
    milestones = Milestone.objects.filter(series=Series.objects.first()).order_by("pk")
    for milestone in in_turn(milestones, day, every=8):
        members = {member.driver.pk: member.total for member in club(milestone, scope_on(day)).members}
        assert members == ranked(expected, milestone.statistic, milestone.threshold), milestone


def test_watches(day, expected):
    found = watch(scope_on(day)).rows
    assert found
    for row in found:
        assert row.total == expected[row.driver.pk][row.statistic.key]


def test_counts_after_each_race_lead_to_the_figure(day, expected):
    some = set(list(expected)[DAYS.index(day) % 4 :: 4])
    for statistic in in_turn(CAREER_STATISTICS, day):
        for driver, run in runs(statistic, scope_on(day), some).items():
            figure = expected[driver][statistic.key]
            assert (run.total.known, run.total.unknown) == (figure.value, figure.unknown)


def test_standings(day):
    """Points of the standings have the season's penalties in them, and points that no start made."""
    for season in Season.objects.filter(series=Series.objects.first(), year__in=SEASONS):
        scope = scope_on(day, season=season.year)
        standings = season_book(season).at(scope.as_of)
        apart = {each.driver_id for each in standings.penalties} | {each.driver for each in standings.counted_beside}
        found = figures(scope, COUNTED)
        assert standings.totals.keys() - apart == found.keys() - apart
        for driver, of_driver in found.items():
            for statistic in COUNTED:
                if statistic.key != "points" or driver not in apart:
                    assert standings.totals[driver][statistic.key] == of_driver[statistic.key], (season, statistic.key)


# Counts do not fall.


def counts_on(day: str | None) -> dict[tuple[str, str], dict[str, int]]:
    """By driver and series, every count of the career; what is not known is none."""
    drivers, series = (dict(model.objects.values_list("pk", "slug")) for model in (Driver, Series))
    return {
        (drivers[driver], series[of]): {statistic.key: found[statistic.key].value or 0 for statistic in COUNTS}
        for (driver, of), found in careers(Scope(as_of=on(day)), COUNTS).items()
    }


def fallen(before: dict, after: dict) -> list[tuple]:
    return [
        (who, key, value, after.get(who, {}).get(key))
        for who, counts in before.items()
        for key, value in counts.items()
        if after.get(who, {}).get(key, 0) < value
    ]


FOLLOWED = [
    *("1993-12-31", "2011-12-31", "2022-03-31", "2022-12-31", "2023-09-30", "2023-10-01", "2024-05-06", "2025-04-13"),
    *("2025-04-26", None),
]


def test_no_count_falls_between_days_without_a_ruling():
    """A penalty changes no result, and no count."""
    announced = sorted(Ruling.objects.exclude(changes=None).values_list("announced", flat=True))
    followed = 0
    counts = {day: counts_on(day) for day in FOLLOWED}
    for day, later in pairwise(FOLLOWED):
        if not any(day < str(ruling) <= (later or "9999") for ruling in announced):
            assert fallen(counts[day], counts[later]) == [], (day, later)
            followed += 1
    assert followed == 6


@pytest.fixture
def counts_of_the_demo(db) -> dict:
    return counts_on(None)


def test_no_count_falls_when_the_history_comes_in(counts_of_the_demo, full_book):
    assert len(counts_of_the_demo) > 60
    gone = fallen(counts_of_the_demo, counts_on(None))
    # Of a race whose winner's laps are misprinted the sheet of totals knows who was on the lead lap, the lines do not.
    assert [(key, before - after) for _, key, before, after in gone] == [("lead_lap_finishes", 1)] * 5


@pytest.mark.parametrize("day", [None, "2010-06-30"])
def test_places_agree_on_the_whole_history(full_book, day):
    scope = scope_on(day)
    drivers = list(Driver.objects.order_by("pk"))[::10]
    expected = figures(scope, COUNTS, who={driver.pk for driver in drivers})
    assert len(expected) > 100
    of_all = figures(scope, COUNTS)
    assert {pk: of_all[pk].counts for pk in expected} == {pk: found.counts for pk, found in expected.items()}
    for board in leaderboards(COUNTS, scope):
        found = {each.pk: each.figure for each in board.rows.ranked}
        for pk, of_driver in expected.items():
            figure = of_driver[board.statistic.key]
            assert found.get(pk, NOTHING).value == (figure.value or None)
            assert pk not in found or found[pk] == figure
    rows = {row.driver.pk: row.figures for row in DriverIndex(scope, "", None)}
    for statistic in SHOWN:
        assert {pk: rows[pk][statistic.key] for pk in expected} == {
            pk: found[statistic.key] for pk, found in expected.items()
        }
    for driver in drivers[:: len(drivers) // 8]:
        if driver.pk in expected:
            careers_of = {each.series.pk: each.figures for each in record_of(driver, on(day)).careers}
            assert careers_of[scope.series.pk]["wins"] == expected[driver.pk]["wins"]
            found = evidence(STATISTICS["laps_led"], scope.narrowed(driver=driver))
            assert found.figure == expected[driver.pk]["laps_led"]


@pytest.mark.parametrize("day", [None, "2025-04-27"])
def test_a_season_of_a_basis_is_as_if_it_was_read_alone(day):
    basis = Basis(scope_on(day))
    for year in (1950, *SEASONS):
        assert basis.of_season(year).seasons == Basis(scope_on(day, season=year)).seasons


def test_no_count_falls_over_the_whole_history(full_book):
    announced = sorted(str(ruling) for ruling in Ruling.objects.values_list("announced", flat=True))
    followed = ["1949-12-31", "1972-12-31", "1998-06-30", "2022-12-31", "2025-04-26"]
    counts = [counts_on(day) for day in followed]
    for (day, before), (later, after) in pairwise(zip(followed, counts)):
        if not any(day < ruling <= later for ruling in announced):
            assert fallen(before, after) == [], (day, later)
