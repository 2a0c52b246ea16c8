"""Sheets of season totals: what is wrong in them is told with its place, and what is right comes in once."""

import pytest

from drivers.models import Driver
from importing.run import Options, Refused, import_file
from races.derived.refresh import deferred, differences
from races.models import GivenTotals, ImportRun, SeasonTotals, Source
from races.statistics import STATISTICS
from stats.figures.reading import figures
from stats.scope import Scope
from testing.makers import PETTY, make_driver, make_race, make_result, make_season, make_series

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]

HEADER = "driver,series,season,starts,wins,top_fives,top_tens,laps,laps_led,races_led,points,laps_led_unknown"
PETTY_1967 = f"{PETTY},cup,1967,48,27,38,40,10700,5537,41,42472,3"


@pytest.fixture
def sheet(tmp_path):
    """Writes a sheet of these rows under the usual headings; returns its path."""

    def write(*rows, header=HEADER):
        path = tmp_path / "totals.csv"
        path.write_text("\n".join([header, *rows]) + "\n")
        return str(path)

    return write


@pytest.fixture
def series():
    return make_series()


def reasons_to_refuse(path, **options) -> list[str]:
    with pytest.raises(Refused) as refused:
        import_file(path, Options(**options))
    return [f"{problem.place}: {problem.reason}" for problem in refused.value.problems]


def test_a_season_comes_in_and_is_counted(sheet, series):
    make_driver(PETTY)
    outcome = import_file(sheet(PETTY_1967), Options())
    assert (outcome.rows_created, outcome.rows_updated, outcome.totals_unchanged) == (1, 0, 0)
    row = GivenTotals.objects.get()
    assert (row.wins, row.laps_led, row.laps_led_unknown, row.races_led_unknown, row.poles) == (27, 5537, 3, 3, None)
    assert (row.season.year, row.through_season, row.source.title) == (1967, 1967, "totals.csv")
    found = figures(Scope(series=series), [STATISTICS[key] for key in ("wins", "laps_led", "poles")])
    (petty,) = found.values()
    assert [str(petty[key]) for key in ("starts", "wins", "laps_led", "poles")] == ["48", "27", "5,537+", "—"]
    assert differences() == 0


def test_a_second_time_changes_nothing(sheet, series):
    make_driver(PETTY)
    path = sheet(PETTY_1967)
    import_file(path, Options())
    outcome = import_file(path, Options())
    assert (outcome.rows_created, outcome.rows_updated, outcome.totals_unchanged) == (0, 0, 1)
    assert ImportRun.objects.count() == 1


def test_what_the_source_mends_is_changed(sheet, series):
    make_driver(PETTY)
    import_file(sheet(PETTY_1967), Options())
    outcome = import_file(sheet(PETTY_1967.replace("5537,41", "5560,42")), Options())
    assert (outcome.rows_created, outcome.rows_updated) == (0, 1)
    assert SeasonTotals.objects.get().laps_led == GivenTotals.objects.get().laps_led == 5560


def test_a_dry_run_writes_nothing(sheet, series):
    make_driver(PETTY)
    assert import_file(sheet(PETTY_1967), Options(dry_run=True)).rows_created == 1
    assert not GivenTotals.objects.exists()
    assert not Source.objects.exists()


def test_whom_the_book_does_not_know_is_made_only_when_told_so(sheet, series):
    make_driver("Richard Pettie")
    path = sheet(PETTY_1967)
    (message,) = reasons_to_refuse(path)
    meant = "no driver of the book is called that; did you mean Richard Pettie?"
    assert message == f"line 2: {meant} --create-drivers makes a new one"
    import_file(path, Options(create_drivers=True))
    assert Driver.objects.filter(name=PETTY).exists()


def test_lines_on_file_and_the_sum_say_whichever_is_more(sheet, series):
    """A season known by two winners: the source's sum says more. Whole on file, the lines say it."""
    driver = make_driver(PETTY)
    make_season(1967)
    with deferred():
        for round_ in (1, 2):
            make_result(make_race(1967, round_, field_size=30), driver, 1)
    import_file(sheet(PETTY_1967), Options())
    assert (SeasonTotals.objects.get().wins, SeasonTotals.objects.get().given) == (27, True)
    assert SeasonTotals.objects.get().starts == 48


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(",cup,1967,48,27,38,40,1,1,1,1,0", "line 2, driver: is missing", id="no driver"),
        pytest.param(
            f"{PETTY},a b,1967,48,27,38,40,1,1,1,1,0", "line 2, series: the series must be a slug", id="series"
        ),
        pytest.param(f"{PETTY},cup,67,48,27,38,40,1,1,1,1,0", "line 2, season: must be a year", id="two digits"),
        pytest.param(f"{PETTY},cup,2500,48,27,38,40,1,1,1,1,0", "line 2, season: must be a year", id="far to come"),
        pytest.param(f"{PETTY},cup,,48,27,38,40,1,1,1,1,0", "line 2, season: must be a year", id="no year"),
        pytest.param(f"{PETTY},cup,1967,many,27,38,40,1,1,1,1,0", "line 2, starts: must be a whole number", id="words"),
        pytest.param(
            f"{PETTY},cup,1967,-4,27,38,40,1,1,1,1,0", "line 2, starts: must be a whole number", id="below none"
        ),
        pytest.param(f"{PETTY},cup,1967,4.5,27,38,40,1,1,1,1,0", "line 2, starts: must be a whole number", id="a part"),
        pytest.param(
            f"{PETTY},cup,1967,480,27,38,40,1,1,1,1,0", "line 2, starts: must be a whole number", id="too many"
        ),
        pytest.param(
            f"{PETTY},cup,1967,20,27,38,40,1,1,1,1,0", "line 2, top_tens: is more than the 20 of starts", id="nested"
        ),
        pytest.param(
            f"{PETTY},cup,1967,48,27,38,40,1,1,1,1,0,9", "line 2: has more cells than there are headings", id="cells"
        ),
        pytest.param(f"{PETTY_1967}\n{PETTY_1967}", "line 3: has totals of 1967 on line 2 too", id="twice"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(sheet, series, row, expected):
    make_driver(PETTY)
    messages = reasons_to_refuse(sheet(row))
    assert any(message.startswith(expected) for message in messages), messages
    assert not GivenTotals.objects.exists()


def test_a_sheet_without_rows_is_told(sheet):
    assert reasons_to_refuse(sheet()) == ["line 1: the file holds no totals, only its header"]


def test_a_column_it_does_not_know_is_told(sheet, series):
    make_driver(PETTY)
    outcome = import_file(sheet(f"{PETTY_1967},2", header=f"{HEADER},cautions"), Options())
    assert [problem.value for problem in outcome.warnings] == ["cautions"]
