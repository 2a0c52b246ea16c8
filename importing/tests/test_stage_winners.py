"""Sheets of stage winners: what the book lacks comes in, what it has stays, what is wrong is told with its place."""

import pytest

from importing.run import Options, Refused, import_file
from races.derived.refresh import deferred, differences
from races.models import Entry, ImportRun, Race, RaceCoverage, Result, Session
from races.statistics import STATISTICS
from stats.figures.reading import figures
from stats.scope import Scope
from testing.files.samples import recorded
from testing.makers import BUESCHER, HAMLIN, LARSON, make_driver, make_race, make_result, make_series

HEADER = "series,season,round,stage,winner,source"
THIRD = f"cup,2021,2,3,{LARSON},feed"


@pytest.fixture
def sheet(tmp_path):
    """Writes a sheet of these rows under the usual headings; returns its path."""

    def write(*rows, header=HEADER):
        path = tmp_path / "stages.csv"
        path.write_text("\n".join([header, *rows]) + "\n")
        return str(path)

    return write


@deferred()
def make_book() -> None:
    """2021 with two stages in its first race; of its second, over 600 miles, two are on file of three."""
    for round_, name, stages in ((1, "Kansas 400", 2), (2, "Coca-Cola 600", None)):
        race = make_race(2021, round_, name=name, stages=stages, field_size=2)
        make_result(race, LARSON, 1, number="5")
        make_result(race, HAMLIN, 2, number="11")
        for stage in (1, 2):
            session = make_result(race, HAMLIN, 2, session=f"stage-{stage}", number="11").session
            Result.objects.create(session=session, entry=Entry.objects.get(race=race, number="5"), position=1)


def stage_wins() -> str:
    found = figures(Scope(series=make_series()), [STATISTICS["stage_wins"]])
    return str(found[make_driver(LARSON).pk]["stage_wins"])


def reasons_to_refuse(path, **options) -> list[str]:
    with pytest.raises(Refused) as refused:
        import_file(path, Options(**options))
    return [f"{problem.place}: {problem.reason}" for problem in refused.value.problems]


def test_a_third_stage_comes_in_and_is_counted(sheet, small_book):
    """Until then stage wins are at least those of the races whose stages are all on file."""
    assert (stage_wins(), RaceCoverage.objects.get(race__round=2).stages) == ("2+", False)
    outcome = import_file(sheet("cup,2021,1,1,Kyle Larson,feed", "cup,2021,2,1,Kyle Larson,feed", THIRD), Options())
    assert ([str(plan.race.round) for plan in outcome.changed], outcome.unchanged, outcome.kept) == (["2"], 1, [])
    assert outcome.warnings == []
    assert (stage_wins(), RaceCoverage.objects.get(race__round=2).stages, differences()) == ("5", True, 0)
    race = Race.objects.get(round=2)
    assert (race.stages, Session.objects.filter(race=race, kind="stage").count(), race.entries.count()) == (3, 3, 2)
    assert [(each.source.title, each.fact) for each in race.citations.all()] == [("feed", "stage winners")]
    assert not Race.objects.get(round=1).citations.exists()


def test_a_second_time_changes_nothing(sheet, small_book):
    path = sheet(THIRD)
    import_file(path, Options())
    outcome = import_file(path, Options())
    assert (outcome.changed, outcome.unchanged, ImportRun.objects.count()) == ([], 1, 1)


def test_two_stages_of_three_leave_stage_wins_at_least(sheet, small_book):
    """Of the Coca-Cola 600 of 2017 to 2019 nobody tells the third: the sheet is no proof that there was none."""
    outcome = import_file(sheet(f"cup,2021,2,1,{LARSON},", f"cup,2021,2,2,{LARSON},"), Options())
    assert (outcome.changed, stage_wins(), Race.objects.get(round=2).stages) == ([], "2+", None)


def test_a_winner_on_file_stays(sheet, small_book):
    outcome = import_file(sheet(f"cup,2021,1,1,{HAMLIN},"), Options(overwrite_official=True))
    assert [(problem.place, problem.reason) for problem in outcome.warnings] == [
        ("line 2, winner", "the book has Kyle Larson as winner of stage 1, who stays")
    ]
    assert (outcome.changed, stage_wins()) == ([], "2+")


def test_a_race_that_the_book_lacks_is_passed_over(sheet, small_book):
    make_race(2021, 4, status="scheduled")
    outcome = import_file(sheet(f"cup,2021,3,1,{LARSON},", f"cup,2021,4,1,{LARSON},", THIRD), Options())
    assert [(problem.place, problem.value, problem.code) for problem in outcome.warnings] == [
        ("line 2", "cup 2021 round 3", "no-such-race"),
        ("line 3", "cup 2021 round 4", "no-such-race"),
    ]
    assert [plan.race.round for plan in outcome.changed] == [2]


def test_a_race_known_by_its_winner_gets_those_of_its_stages(sheet, empty_book):
    make_result(make_race(2021, 1), LARSON, 1)
    make_driver(HAMLIN)
    import_file(sheet(f"cup,2021,1,1,{LARSON},", f"cup,2021,1,2,{HAMLIN},"), Options())
    race = Race.objects.get()
    assert (race.stages, race.coverage.stages, race.entries.count(), stage_wins()) == (2, True, 2, "1")
    assert race.citations.get().source.title == "stages.csv"


def test_a_dry_run_writes_nothing(sheet, small_book):
    assert import_file(sheet(THIRD), Options(dry_run=True)).rows_created
    assert not Session.objects.filter(number=3).exists()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param("a b,2021,2,3,Kyle Larson,", "line 2, series: the series must be a slug", id="series"),
        pytest.param("cup,21,2,3,Kyle Larson,", "line 2, season: must be a year", id="season"),
        pytest.param("cup,2021,,3,Kyle Larson,", "line 2, round: must be 1 or more", id="no round"),
        pytest.param("cup,2021,x,3,Kyle Larson,", "line 2, round: must be a whole number", id="words"),
        pytest.param("cup,2021,2,0,Kyle Larson,", "line 2, stage: must be 1 or more", id="stage 0"),
        pytest.param("cup,2021,2,10,Kyle Larson,", "line 2, stage: must be a whole number up to 9", id="stage 10"),
        pytest.param("cup,2021,2,3,,", "line 2, winner: is missing", id="no winner"),
        pytest.param(f"cup,2021,2,3,{'x' * 121},", "line 2, winner: is longer than 120", id="a long name"),
        pytest.param(f"cup,2021,2,3,Kyle Larson,{'x' * 201}", "line 2, source: is longer than 200", id="a long source"),
        pytest.param("cup,2021,2,3,Kyle Larson,,", "line 2: has more cells than there are headings", id="cells"),
        pytest.param(f"{THIRD}\n{THIRD}", "line 3: the stage has a winner on line 2 too", id="twice"),
        pytest.param("cup,2021,2,3,Kyle Larsen,", "line 2, winner: no driver of the book is called that", id="nobody"),
        pytest.param(f"cup,2021,2,3,{BUESCHER},", "line 2, winner: was in no car of 2021 Kansas, whose", id="no car"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(sheet, small_book, row, expected):
    make_driver(BUESCHER)
    messages = reasons_to_refuse(sheet(row))
    assert any(message.startswith(expected) for message in messages), messages
    assert not Session.objects.filter(number=3).exists()


def test_the_third_stages_of_2020_to_2025(full_book, client):
    """Over the record, which has them: Kyle Larson won 18 stages of 2021, and of 2017 one race is open. What the demo,
    the whole history and the sheet have left behind is what a rebuild makes, which takes long and is done once."""
    outcome = import_file(str(recorded("../facts/stage_winners.csv")), Options())
    assert {problem.code for problem in outcome.warnings} == {"unknown-column"}
    log = client.get("/drivers/kyle-larson/races/?series=cup&season=2021&stat=stage_wins&format=json").json()
    assert log["notes"][0] == "18 stage wins: 18 in the 13 races listed."
    open_ = RaceCoverage.objects.filter(race__season__series__slug="cup", race_order__gt=2017000, stages=False)
    assert list(open_.values_list("race__season__year", "race__name")) == [(2017, "Coca-Cola 600")]
    rows = client.get("/leaderboards/stage_wins/?season=2017&format=json").json()["rows"]
    assert not any(row["value_exact"] for row in rows if row["driver"] == LARSON)
    assert differences() == 0
