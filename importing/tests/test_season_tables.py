"""Season tables: what the book lacks comes in, what it has stays, and no row is another race by its number alone."""

import datetime as dt
from decimal import Decimal

import pytest

from importing.formats.season_table import COLUMNS, NEEDED, OPTIONAL
from importing.run import Options, Refused, import_file
from races.derived.refresh import deferred, differences
from races.models import Entry, ImportRun, Race, Result, Session
from testing.files.samples import recorded
from testing.makers import (
    BLANEY,
    BUESCHER,
    HAMLIN,
    LARSON,
    PETTY,
    make_driver,
    make_race,
    make_result,
    make_series,
    make_track,
)

HEADER = [*NEEDED, *OPTIONAL]
KANSAS = {
    "season": "2021",
    "series_id": "W",
    "race_num": "1",
    "race_date": "05/02/21",
    "race_track_name": "Kansas",
    "race_track_id": "Kansas_Speedway",
    "race_winner_name": LARSON,
    "race_winner_starting_pos": "32",
    "race_pole_time": "180.505",
    "race_cautions": "9",
    "race_speed": "127.281",
    "race_lead_changes": "17",
    "race_car_count": "2",
    "race_url": "https://example.org/",
}
DOVER = KANSAS | {
    "race_num": "2",
    "race_date": "05/16/21",
    "race_track_name": "Dover",
    "race_track_id": "Dover_International_Speedway",
    "race_winner_name": HAMLIN,
    "race_pole_time": "MQ",
}


@pytest.fixture
def sheet(tmp_path):
    """Writes a season table of these rows; returns its path."""

    def write(*rows, header=HEADER, name="2021_schedule.csv"):
        path = tmp_path / name
        lines = [",".join(header), *(",".join(row.get(column, "") for column in header) for row in rows)]
        path.write_text("\n".join(lines) + "\n")
        return str(path)

    return write


@deferred()
def make_book() -> None:
    """Two races of 2021 as a results file has them: without a day, and no more than who drove and where he started."""
    kansas, dover = make_race(2021, 1), make_race(2021, 2, "Dover")
    make_result(kansas, LARSON, 1, number="5", start=32)
    make_result(kansas, HAMLIN, 2, number="11")
    make_result(dover, HAMLIN, 1, number="11")
    Race.objects.filter(pk=kansas.pk).update(pole=Entry.objects.get(race=kansas, number="11"))


def brought(path, **options):
    return import_file(path, Options(**options))


def warnings_of(outcome) -> list[tuple[str, str, str]]:
    return [(problem.place, problem.code, problem.reason) for problem in outcome.warnings + outcome.noted]


def refused(path, **options) -> list[str]:
    with pytest.raises(Refused) as found:
        brought(path, **options)
    return [f"{problem.place}: {problem.reason}" for problem in found.value.problems]


def test_what_the_book_lacks_comes_in(sheet, small_book):
    outcome = brought(sheet(KANSAS, DOVER))
    assert (len(outcome.changed), warnings_of(outcome), outcome.kept) == (2, [], [])
    kansas, dover = Race.objects.order_by("round")
    assert (kansas.date, kansas.cautions, kansas.lead_changes, kansas.field_size) == (dt.date(2021, 5, 2), 9, 17, 2)
    assert (kansas.average_speed, dover.average_speed) == (Decimal("127.281"), Decimal("127.281"))
    pole = Result.objects.get(session__kind="qualifying")
    assert (str(pole.entry.driver), pole.position, pole.lap_speed) == (HAMLIN, 1, Decimal("180.505"))
    assert (kansas.lineup, dover.lineup, dover.pole) == ("", "formula", None)
    assert Result.objects.get(session__race=dover).start == 32
    (citation,) = kansas.citations.all()
    assert (citation.source.slug, citation.fact) == ("racing-data-repository", "race figures")
    assert differences() == 0


def test_a_second_time_changes_nothing(sheet, small_book):
    path = sheet(KANSAS, DOVER)
    brought(path)
    outcome = brought(path)
    assert (outcome.changed, outcome.unchanged, outcome.warnings, ImportRun.objects.count()) == ([], 2, [], 1)


def test_a_dry_run_shows_the_plan_and_writes_nothing(sheet, small_book):
    (plan,) = brought(sheet(KANSAS), dry_run=True).changed
    shown = {change.path: change.after for change in plan.changes}
    assert shown["race.date"] == dt.date(2021, 5, 2)
    assert shown["race.cautions"] == 9
    assert not Race.objects.filter(date__isnull=False).exists()


@pytest.mark.parametrize(
    ("known", "said", "reason"),
    [
        ({"date": dt.date(2021, 5, 3)}, "date", "the table has 2021-05-02, the book 2021-05-03, which stays"),
        ({"cautions": 8}, "cautions", "the table has 9, the book 8, which stays"),
        ({"cautions": 0}, "cautions", "the table has 9, the book 0, which stays"),
        ({"lead_changes": 18}, "lead_changes", "the table has 17, the book 18, which stays"),
        (
            {"average_speed": Decimal("127.280")},
            "average_speed",
            "the table has 127.281, the book 127.280, which stays",
        ),
        ({"field_size": 3}, "field_size", "the table has 2, the book 3, which stays"),
        (
            {"pole": None, "lineup": "draw"},
            "pole",
            "the table has a pole, the book the lineup set by draw, which stays",
        ),
        ({"pole": None}, "pole", "whose pole it was is not on file: left out"),
    ],
)
def test_what_the_book_has_stays_and_is_told(sheet, small_book, known, said, reason):
    """Also of a race that is not official, and where official values may be overwritten."""
    Race.objects.filter(round=1).update(status="provisional", **known)
    outcome = brought(sheet(KANSAS), overwrite_official=True)
    assert [(place, text) for place, _, text in warnings_of(outcome)] == [(f"line 2, {COLUMNS[said]}", reason)]
    kansas = Race.objects.get(round=1)
    assert {name: getattr(kansas, name) for name in known} == known


def test_where_the_winner_started_stays(sheet, small_book):
    outcome = brought(sheet(KANSAS | {"race_winner_starting_pos": "3"}))
    assert warnings_of(outcome)[0][2] == "the table has 3, the book 32, which stays"
    assert Result.objects.get(session__kind="race", entry__driver__slug="kyle-larson").start == 32


@pytest.mark.parametrize(
    ("text", "lineup", "reason"),
    [
        ("DFP", "formula", "the table has the lineup set by draw, the book has it set by formula, which stays"),
        ("MQ", "", f"the table has the lineup set by formula, the book has {HAMLIN} on pole, which stays"),
        ("NTT", "", None),
    ],
)
def test_a_race_without_a_run_for_the_pole(sheet, small_book, text, lineup, reason):
    """Without time trials the table does not say what set the lineup."""
    if lineup:
        Race.objects.filter(round=1).update(lineup=lineup, pole=None)
    outcome = brought(sheet(KANSAS | {"race_pole_time": text}))
    assert [each for _, _, each in warnings_of(outcome)] == ([reason] if reason else [])
    assert Race.objects.get(round=1).lineup == lineup
    assert not Session.objects.filter(kind="qualifying").exists()


def test_the_speed_of_a_pole_goes_to_the_car_that_had_it(sheet, small_book):
    """Qualifying ran in rounds: its whole result has the pole's car first, without a speed."""
    kansas = Race.objects.get(round=1)
    for session, order in (("qualifying", (HAMLIN, LARSON)), ("qualifying-2", (LARSON, HAMLIN))):
        for place, driver in enumerate(order, 1):
            make_result(kansas, driver, place, session=session, number={LARSON: "5", HAMLIN: "11"}[driver])
    assert warnings_of(brought(sheet(KANSAS))) == []
    rows = Result.objects.filter(lap_speed__isnull=False)
    assert list(rows.values_list("session__number", "position", "entry__number")) == [(1, 1, "11")]
    outcome = brought(sheet(KANSAS | {"race_pole_time": "180.506"}))
    assert [text for _, _, text in warnings_of(outcome)] == [
        f"the table has 180.506, the book 180.505 of {HAMLIN}, which stays"
    ]


# Which race a row is.


@pytest.mark.parametrize(
    ("row", "place", "reason"),
    [
        pytest.param(
            DOVER | {"race_num": "1"},
            "line 2, race_num",
            "the table counts it as round 1, the book as 2: taken as that race",
            id="another round of an undated race",
        ),
        pytest.param(
            KANSAS | {"race_winner_name": BUESCHER},
            "line 2, race_winner_name",
            f"the book has this round at Kansas Speedway, won by {LARSON}, the table {BUESCHER}: left out",
            id="another winner",
        ),
        pytest.param(
            KANSAS | {"race_track_id": "Dover_International_Speedway", "race_track_name": "Dover"},
            "line 2, race_track_name",
            f"the book has this round at Kansas Speedway, won by {LARSON}, the table Dover: left out",
            id="another track",
        ),
        pytest.param(
            KANSAS | {"race_track_name": "Bristol", "race_track_id": "Bristol", "race_winner_name": BUESCHER},
            "line 2, race_track_name",
            f"the book has this round at Kansas Speedway, won by {LARSON}, the table {BUESCHER} at Bristol: left out",
            id="another track and winner",
        ),
        pytest.param(
            KANSAS | {"race_num": "3", "race_winner_name": BUESCHER},
            "line 2",
            "the book has no such race that was run: passed over",
            id="a round that the book lacks",
        ),
    ],
)
def test_a_row_is_no_race_by_its_number_alone(sheet, small_book, row, place, reason):
    make_driver(BUESCHER)
    outcome = brought(sheet(row))
    assert [(place, text) for place, _, text in warnings_of(outcome)] == [(place, reason)]
    assert [plan.race.round for plan in outcome.changed] == ([2] if reason.endswith("taken as that race") else [])


@pytest.mark.parametrize("dated", [True, False])
def test_two_wins_at_one_track(sheet, empty_book, dated):
    """Larson won both races at Kansas, which the table counts the other way round: the days tell, else the rounds."""
    for round_, day in ((1, dt.date(2021, 5, 2)), (2, dt.date(2021, 10, 24))):
        make_result(make_race(2021, round_, date=day if dated else None), LARSON, 1)
    spring, autumn = KANSAS | {"race_num": "2"}, KANSAS | {"race_date": "10/24/21", "race_num": "1"}
    outcome = brought(sheet(spring | {"race_cautions": "4"}, autumn))
    assert [race.cautions for race in Race.objects.order_by("round")] == ([4, 9] if dated else [9, 4])
    assert [code for _, code, _ in warnings_of(outcome) if code == "round-differs"] == ["round-differs"] * 2 * dated


def test_a_win_more_at_one_track_is_no_race_on_file(sheet, small_book):
    """The book lacks round 3, which Larson won at Kansas too."""
    outcome = brought(sheet(KANSAS | {"race_num": "3", "race_date": "10/24/21"}))
    assert (warnings_of(outcome)[0][1], outcome.changed) == ("no-such-race", [])


def test_a_day_of_the_season_that_differs_is_no_other_race(sheet, empty_book):
    """Another round, and another day: nothing says that it is this race."""
    make_result(make_race(2021, 5, date=dt.date(2021, 7, 4)), LARSON, 1)
    assert warnings_of(brought(sheet(KANSAS)))[0][1] == "no-such-race"


def test_a_track_of_that_name_is_meant_before_one_of_that_town(sheet, empty_book):
    """Of Charlotte's tracks the book has two: neither is the other because they share a town."""
    speedway = make_track("Charlotte", name="Charlotte Motor Speedway")
    dirt = make_track("Charlotte Fairground", name="Southern States Fairgrounds")
    make_result(make_race(2021, 1, speedway.short_name), LARSON, 1)
    row = KANSAS | {"race_track_name": "Charlotte", "race_pole_time": ""}
    by_name = brought(sheet(row | {"race_track_id": "Charlotte_Fairgrounds"}))
    assert warnings_of(by_name)[0][1] == "another-race"
    nowhere = brought(sheet(row | {"race_track_id": "Nowhere", "race_track_name": "(Road)"}))
    assert warnings_of(nowhere)[0][1] == "another-race"
    by_town = brought(sheet(row | {"race_track_id": "Lowe's_Motor_Speedway"}))
    assert (len(by_town.changed), dirt.layouts.count()) == (1, 0)


@pytest.mark.parametrize(
    ("driver", "winner"),
    [
        ("Geoff Bodine", "Geoffrey Bodine"),
        ("Dick Rathman", "Dick Rathmann"),
        ("Ron Hornaday Jr.", '"Ron Hornaday, Jr."'),
        ("Daniel Suárez", "Daniel Suarez"),
    ],
)
def test_other_spellings_of_a_winner(sheet, empty_book, driver, winner):
    make_result(make_race(2021, 1), driver, 1)
    assert len(brought(sheet(KANSAS | {"race_winner_name": winner, "race_pole_time": ""})).changed) == 1


def test_a_season_that_begins_in_the_year_before(sheet, empty_book):
    make_result(make_race(1955, 1), PETTY, 1)
    row = KANSAS | {"season": "1955", "race_date": "11/07/54", "race_winner_name": PETTY, "race_pole_time": ""}
    brought(sheet(row))
    assert Race.objects.get().date == dt.date(1954, 11, 7)


def test_a_race_known_by_two_winners_is_that_of_either(sheet, empty_book):
    race = make_race(2021, 1)
    make_result(race, LARSON, 1)
    make_result(race, BLANEY, 1)
    assert len(brought(sheet(KANSAS | {"race_winner_name": BLANEY, "race_pole_time": ""})).changed) == 1


# Bad files.


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(KANSAS | {"season": "21"}, "line 2, season: must be a year", id="season"),
        pytest.param(KANSAS | {"series_id": "X"}, "line 2, series_id: is no known series; known are W (cup)", id="X"),
        pytest.param(KANSAS | {"series_id": ""}, "line 2, series_id: is no known series", id="no series"),
        pytest.param(
            KANSAS | {"series_id": "C"}, "line 2, series_id: no series of the book has that slug; it has cup", id="C"
        ),
        pytest.param(KANSAS | {"race_num": "0"}, "line 2, race_num: must be 1 or more", id="round 0"),
        pytest.param(KANSAS | {"race_num": "one"}, "line 2, race_num: must be a whole number", id="a word"),
        pytest.param(KANSAS | {"race_date": "2021-05-02"}, "line 2, race_date: must be a day of 2021", id="ISO"),
        pytest.param(KANSAS | {"race_date": "02/30/21"}, "line 2, race_date: must be a day of 2021", id="no such day"),
        pytest.param(KANSAS | {"race_date": "05/02/22"}, "line 2, race_date: must be a day of 2021", id="another year"),
        pytest.param(KANSAS | {"race_speed": "fast"}, "line 2, race_speed: must be miles an hour", id="speed"),
        pytest.param(KANSAS | {"race_speed": "300"}, "line 2, race_speed: must be miles an hour", id="too fast"),
        pytest.param(KANSAS | {"race_pole_time": "0"}, "line 2, race_pole_time: must be miles an hour", id="no speed"),
        pytest.param(KANSAS | {"race_pole_time": "TT"}, "line 2, race_pole_time: must be miles an hour", id="letters"),
        pytest.param(KANSAS | {"race_cautions": "-1"}, "line 2, race_cautions: must be a whole number", id="cautions"),
        pytest.param(
            KANSAS | {"race_lead_changes": "1.5"},
            "line 2, race_lead_changes: must be a whole number",
            id="lead changes",
        ),
        pytest.param(KANSAS | {"race_car_count": "9999"}, "line 2, race_car_count: must be a whole number", id="cars"),
        pytest.param(KANSAS | {"race_track_name": ""}, "line 2, race_track_name: is missing", id="no track"),
        pytest.param(KANSAS | {"race_winner_name": "x" * 121}, "line 2, race_winner_name: is longer", id="a long name"),
        pytest.param(KANSAS | {"race_url": "a,b,c,d,e,f"}, "line 2: has more cells than there are", id="cells"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(sheet, small_book, row, expected):
    messages = refused(sheet(row))
    assert any(message.startswith(expected) for message in messages), messages
    assert not Race.objects.filter(date__isnull=False).exists()


def test_a_row_with_an_error_is_left_out_and_the_rest_comes_in(sheet, small_book):
    outcome = brought(sheet(KANSAS | {"race_speed": "fast"}, DOVER))
    assert (list(outcome.left_out), len(outcome.changed)) == (["cup 2021 round 1"], 1)


def test_doubled_rows_are_left_out(sheet, small_book):
    outcome = brought(sheet(KANSAS, DOVER, KANSAS | {"race_cautions": "8"}))
    (problems,) = outcome.left_out.values()
    assert [str(each.place) + ": " + each.reason for each in problems] == ["line 4: the race stands on line 2 too"]
    assert Race.objects.get(round=1).cautions is None


def test_two_rows_of_one_race_of_the_book_are_left_out(sheet, small_book):
    """Under two rounds, on the race's day."""
    Race.objects.filter(round=1).update(date=dt.date(2021, 5, 2))
    outcome = brought(sheet(KANSAS, KANSAS | {"race_num": "7"}, DOVER))
    assert sorted(outcome.left_out) == ["cup 2021 round 1", "cup 2021 round 7"]
    assert (Race.objects.get(round=1).cautions, Race.objects.get(round=2).cautions) == (None, 9)


def test_a_table_without_its_columns(sheet, small_book):
    header = [column for column in HEADER if column != "race_date"]
    assert refused(sheet(KANSAS, header=header)) == ["line 1: season tables need the columns race_date too"]


def test_races_to_come_are_skipped(sheet, small_book):
    to_come = DOVER | {"race_winner_name": "", "race_speed": ""}
    outcome = brought(sheet(KANSAS, to_come))
    assert warnings_of(outcome) == [("line 3", "not-run", "names no winner: not run yet, and skipped")]
    assert refused(sheet(to_come)) == ["the rows: no race of the table was run yet"]


def test_another_kind_of_csv(sheet, small_book):
    (message,) = refused(sheet({"a": "1"}, header=["a", "b"]))
    assert "the file is of no known format" in message
    assert "season-table (season table of racing-data-repository (CSV))" in message
    assert refused(sheet({"a": "1"}, header=["a", "b"]), format="season-table") == [
        f"line 1: season tables need the columns {', '.join(NEEDED)} too"
    ]


def test_a_table_without_rows(sheet, small_book):
    assert refused(sheet()) == ["line 1: the file holds no season tables, only its header"]


def test_a_row_that_breaks_off(sheet, small_book, tmp_path):
    """Cells that are not there are unknown."""
    path = tmp_path / "short.csv"
    path.write_text(",".join(NEEDED) + "\n2021,W,1,05/02/21,Kansas,Kansas_Speedway,Kyle Larson\n")
    brought(str(path))
    kansas = Race.objects.get(round=1)
    assert (kansas.date, kansas.cautions) == (dt.date(2021, 5, 2), None)


# The real tables, over the record.


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("year", "codes"),
    [
        (1961, {"round-differs": 4, "pole-unknown": 45}),
        (2021, {"table-differs": 2}),
    ],
)
def test_the_tables_agree_with_the_record(year, codes):
    """Each row finds its race, those of one day in the other order too; the record was made of these tables."""
    outcome = brought(str(recorded(f"season_tables/cup/{year}_schedule.csv")))
    found = [code for _, code, _ in warnings_of(outcome)]
    assert {code: found.count(code) for code in found} == codes
    assert outcome.left_out == {}
    dates = set(Race.objects.filter(season__year=year, season__series=make_series()).points().values_list("date__year"))
    assert dates == {(year,)} | ({(year - 1,)} if year == 1961 else set())
