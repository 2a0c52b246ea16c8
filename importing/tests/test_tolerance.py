"""A file with an error in it: the race is left out, whole, and named; the rest comes in, as if the race had never stood
in the file. Strictly, one error refuses the file."""

import ast
import io
import json

import pytest
from django.conf import settings
from django.core.management import call_command

from drivers.models import Driver, DriverAlias, Team
from importing.advice import ADVICE, NOTES
from importing.checks.checks import CHECKS
from importing.document.agreement import WARNINGS
from importing.run import Options, Refused, import_file
from races.derived.refresh import deferred, differences
from races.models import GivenTotals, ImportRun, Race, Result, StatLine
from testing.books import everything
from testing.files.samples import as_bytes, csv_bytes, csv_race, csv_row, document, race_list, weekend
from testing.makers import LARSON, make_driver, make_layout, make_race, make_result, make_series, make_track

GOOD = document(round=13, name="A good race", date="2025-05-18")
BAD = "cup 2025 round 14, A bad race"


def bad(**changes) -> dict:
    """A race that brings a driver, an id, a team and a source, and an error."""
    made = document(round=14, name="A bad race", date="2025-05-25") | {"sources": [{"title": "Another source"}]}
    made["entries"][0] |= {"driver_id": "nascar:4030"}
    made["entries"][1] |= {"driver": "Ada Swift", "team": "Another Team"}
    return made | changes


ERRORS = {
    "in itself": bad(laps="many"),
    "that does not agree": bad(pole={"car": "99"}),
    "against the book": bad(track="Nowhere"),
    "against the rules": bad(caution_segments=[{"start": 1, "end": 2}, {"start": 1, "end": 3}]),
    "no object": 5,
    "a key twice": b'{"series": "cup", "season": 2025, "round": 14, "name": "A bad race", "name": "A bad race"}',
    "another series": bad(series="trucks"),
}


def file_of(path, *races) -> str:
    path.write_bytes(b"[" + b",".join(each if isinstance(each, bytes) else as_bytes(each) for each in races) + b"]")
    return str(path)


@pytest.mark.parametrize("wrong", ERRORS.values(), ids=ERRORS)
def test_a_race_with_an_error_is_left_out(small_book, tmp_path, wrong):
    """With all that only it would bring; the others come in as they do from a file without it."""
    options = {"create_drivers": True, "series": "cup"}
    path = file_of(tmp_path / "races.json", wrong, GOOD)
    before = everything()
    foreseen = import_file(path, Options(**options, dry_run=True))
    with pytest.raises(Refused) as refused:
        import_file(path, Options(**options, strict=True))
    assert everything() == before
    outcome = import_file(path, Options(**options))
    assert (outcome.new, outcome.rows_created) == (foreseen.new, foreseen.rows_created)
    assert outcome.new == ["cup 2025 round 13, A good race"]
    assert outcome.left_out == foreseen.left_out
    (told,) = outcome.left_out.items()
    assert told[0] in (BAD, BAD.replace("cup", "trucks"), "the race of $[0]")
    assert refused.value.problems == told[1]
    assert not Driver.objects.filter(name="Ada Swift").exists()
    assert not DriverAlias.objects.filter(alias="nascar:4030").exists()
    assert not Team.objects.filter(name="Another Team").exists()
    assert ImportRun.objects.get().left_out == f"{told[0]}: {told[1][0].reason}"
    assert differences() == 0
    left = everything()
    assert not import_file(path, Options(**options)).changes_anything
    assert everything() == left


def test_a_file_of_which_nothing_is_left_is_refused(small_book, refused):
    assert [place for place, _ in refused(bad(laps="many"), bad(round=15, track="Nowhere"))] == [
        "line 1, $.laps",
        "line 2, track",
    ]


def test_a_line_that_is_no_json_is_a_race_of_its_own(small_book, bring):
    lines = b"\n".join((as_bytes(GOOD), as_bytes(document(round=15, date="2025-06-01"))[:-30], as_bytes(document())))
    outcome = bring(lines)
    assert (len(outcome.new), list(outcome.left_out)) == (2, ["the race of line 2"])


def test_a_left_out_race_of_the_book_stays_as_it_is(small_book, bring):
    with deferred():
        race = make_race(2025, 14, name="A bad race", laps=100, status="provisional")
        make_result(race, LARSON, 1, number="5", laps=100)
    outcome = bring(GOOD, bad(laps=90, sessions=[{"kind": "race", "results": [{"car": "77", "position": 3}]}]))
    assert list(outcome.left_out) == [BAD]
    race.refresh_from_db()
    assert (race.laps, Result.objects.filter(session__race=race).count()) == (100, 1)
    assert differences() == 0


# Formats.


@pytest.fixture
def sample(small_book):
    make_layout("Sample", length="0.5", type="dirt", surface="dirt")
    make_layout(make_track("Richmond", name="Richmond Raceway"), length="0.75")
    for name in ("Driver A", "Driver B", "Driver C", "Ada Swift", "Finn Lake"):
        make_driver(name)


def test_a_table(sample, bring):
    """What is wrong with a row, and what the book does not know, each leave their own race out."""
    strangers = csv_race(3, Race="3", Driver="Nobody Known")
    rows = [
        *csv_race(3),
        csv_row(1, Race="2"),
        csv_row(2, Race="2", Laps="many"),
        *strangers[:1],
        *csv_race(3, Race="4"),
    ]
    outcome = bring(csv_bytes(*rows), name="cup.csv")
    assert outcome.new == ["cup 1962 round 1, Sample 200", "cup 1962 round 4, Sample 200"]
    assert {race.partition(",")[0]: len(errors) for race, errors in outcome.left_out.items()} == {
        "cup 1962 round 2": 1,
        "cup 1962 round 3": 1,
    }
    assert StatLine.objects.as_of().filter(race__round=4, finish=1).get().wins_after == 2
    assert differences() == 0


def season(count: int = 20) -> list[dict]:
    """A race list of a season, a race a day."""
    (row,) = race_list()["series_1"][:1]
    return [
        row | {"race_name": f"Sample {n}", "race_id": 7000 + n, "race_date": f"2023-03-{n:02}T15:00:00"}
        for n in range(1, count + 1)
    ]


def test_a_race_list_counts_the_rounds_of_those_left_out(sample, bring):
    races = season()
    races[3] |= {"scheduled_laps": "many"}
    outcome = bring(as_bytes(races), name="list.json")
    assert list(outcome.left_out) == ["cup 2023, Sample 4 ($[3])"]
    assert dict(Race.objects.filter(season__year=2023).values_list("round", "name")) == {
        number: f"Sample {number}" for number in range(1, 21) if number != 4
    }


@pytest.mark.parametrize("wrong", [{"race_type_id": "x"}, {"race_season": None}, {"race_date": "soon"}], ids=str)
def test_a_race_list_counts_no_rounds_where_it_may_be_off(sample, bring, wrong):
    """The races that the book has are found by their day; the others are left out, for nobody knows their rounds."""
    races = season()
    races[3] |= wrong
    make_race(2023, 5, "Richmond", date="2023-03-05", name="Sample 5")
    outcome = bring(as_bytes(races), name="list.json")
    assert len(outcome.left_out) == 19
    assert list(Race.objects.filter(season__year=2023).values_list("round", flat=True)) == [5]


def test_a_weekend_is_one_race(sample, refused):
    errors = refused(as_bytes(weekend(race_season=None)), name="weekend.json")
    assert errors == [("$.weekend_race[0].race_season", "the season is missing")]


TOTALS = (
    "driver,series,season,starts,wins\n{}\nDriver A,cup,2001,30,2\nDriver B,cup,2001,20,0\nDriver B,cup,2002,36,3\n"
)
TOTALS_ROWS = {
    "Driver A,cup,2002,3,4": "3 of starts",
    "Driver B,cup,2002,3,0": "has totals of 2002 on line",
    "Nobody Known,cup,2002,1,0": "no driver of the book is called that",
    "Driver C,cup,2002,1,0,7": "more cells",
}


@pytest.mark.parametrize(("row", "reason"), TOTALS_ROWS.items(), ids=TOTALS_ROWS)
def test_a_season_of_totals_is_left_out_whole(sample, bring, row, reason):
    """Its sums count on each of its rows: how many races it had is told by all that were won."""
    outcome = bring(TOTALS.format(row).encode(), name="totals.csv")
    assert (list(outcome.left_out), outcome.rows_created) == (["cup 2002"], 2)
    assert reason in outcome.left_out["cup 2002"][0].reason
    assert set(GivenTotals.objects.values_list("season__year", "through_round")) == {(2001, 2)}
    assert differences() == 0


def test_a_total_of_no_season_refuses_its_sheet(sample, refused):
    assert refused(TOTALS.format("Driver C,cup,,1,0").encode(), name="totals.csv") == [
        ("line 2, season", "must be a year")
    ]


STAGES = "season,round,stage,winner\n2021,1,1,Driver A\n{}\n2021,2,1,Driver B\n"
STAGE_ROWS = {
    "2021,1,x,Driver A": "cup 2021 round 1",
    "2021,1,1,Driver B": "cup 2021 round 1",
    "2021,1,2,Nobody Known": "cup 2021 round 1",
    "2021,1,2,Driver C": None,
    "2021,,2,Driver A": "the row of line 3",
}


@pytest.mark.parametrize(("row", "left_out"), STAGE_ROWS.items(), ids=STAGE_ROWS)
def test_the_stages_of_a_race_are_left_out_whole(sample, bring, row, left_out):
    with deferred():
        for number in (1, 2):
            make_result(make_race(2021, number, laps=100), "Driver A", 1, laps=100)
    outcome = bring(STAGES.format(row).encode(), name="stages.csv")
    assert list(outcome.left_out) == [left_out] * bool(left_out)
    stages = Result.objects.filter(session__kind="stage").values_list("session__race__round", flat=True)
    assert set(stages) == ({2} if left_out == "cup 2021 round 1" else {1, 2})
    assert differences() == 0


def test_rows_of_results_are_no_race_list(sample, refused):
    rows = [{"finishing_position": n, "car_number": str(n), "race_season": 2019, "race_id": 4779} for n in (1, 2)]
    for format in (None, "race-list"):
        ((place, reason),) = refused(as_bytes(rows), name="raceresults.json", format=format)
        assert place == "the beginning"
        assert reason.startswith("the file is NASCAR's rows of results; the weekend-feed.json of the race has them;")


# Warnings.


def kinds_in(folder: str) -> set[str]:
    """The codes with which the modules of a folder warn: the last argument of each `warn`."""
    calls = [
        node
        for path in (settings.BASE_DIR / "importing" / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "warn"
    ]
    return {call.args[-1].value for call in calls if isinstance(call.args[-1], ast.Constant)}


def test_every_kind_of_warning_has_its_advice():
    told = kinds_in("formats") | kinds_in("plan")
    assert {"not-run", "no-such-race", "car-twice"} <= told
    others = {
        "race-twice",
        "unknown-driver",
        "unknown-track",
        "same-name-driver",
        "same-name-track",
        "win-ordinal",
        "unwritable",
        "more",
    }
    assert set(ADVICE) | set(NOTES) == told | set(CHECKS) | WARNINGS | others
    assert not set(ADVICE) & set(NOTES)


def test_warnings_are_told_by_kind_and_season(sample, tmp_path):
    """However many there are, a kind is two lines: what to do, and how often in each season."""
    rows = [csv_row(1, Season=str(year), Race=str(n), Led="1") for year in (1949, 1950, 1951) for n in (1, 2)]
    path, out = tmp_path / "cup.csv", io.StringIO()
    path.write_bytes(csv_bytes(*rows[:-1]))
    call_command("import_results", str(path), "--dry-run", stdout=out)
    advice = f"warning laps-led-unknown (5): {ADVICE['laps-led-unknown']}"
    seasons = "5 races of 1949 (2), 1950 (2), 1951; such as cup 1949 round 1, line 2, Led: no more than 1 for any car"
    assert [line for line in out.getvalue().splitlines() if "led" in line.lower()] == [
        advice,
        f"    {seasons}",
    ]


def test_every_race_of_a_file_is_counted_for_a_whole_history(sample, tmp_path):
    """A race that is left out does not make a weekend of it, which may bring no drivers."""
    make_series("trucks")
    races = [minimal(number) for number in range(1, 201)]
    races[7] |= {"laps": "many"}
    path = tmp_path / "races.jsonl"
    path.write_text("\n".join(map(json.dumps, races)))
    assert len(import_file(str(path), Options(dry_run=True)).new) == 199


def minimal(number: int) -> dict:
    race = {"series": "trucks", "season": 2025, "round": number, "name": f"Race {number}", "track": "kansas"}
    return race | {"entries": [{"car": "1", "driver": f"Driver {number}"}]}
