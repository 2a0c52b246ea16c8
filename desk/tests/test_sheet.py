"""The sheet's page, as an editor uses it without a script: paste, check, choose, save."""

import html
from itertools import cycle
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from tablib import Dataset

from desk.sheet.book import SheetRace
from desk.sheet.meanwhile import read
from desk.sheet.views import address_of
from drivers.models import Driver, Manufacturer, Team
from importing.export import as_json, race_documents
from importing.run import Options, import_data
from races.models import Entry, ImportRun, Race, Result, Session
from testing.editing import boxes, page
from testing.makers import make_entry, make_race, make_series
from testing.queries import counted_queries
from testing.roles import as_role

pytestmark = pytest.mark.django_db
KANSAS = (Path(__file__).parent / "results_2024_12_kansas.csv").read_text()


def make_book() -> None:
    """Two races of the demo content, and the other of that year at Kansas: a save counts the careers of their drivers
    anew, which are short here."""
    make_series()
    make_race(2024, 34, nth_at_track=2)
    fixtures = Path(settings.BASE_DIR) / "fixtures"
    of_both = [
        line
        for year, round_ in ((2023, 31), (2024, 12))
        for line in (fixtures / f"40_cup_{year}.jsonl").read_bytes().splitlines(keepends=True)
        if f'"round":{round_},'.encode() in line
    ]
    import_data(b"".join(of_both), "two races", Options(create_drivers=True, create_tracks=True))


@pytest.fixture
def editor(client, small_book):
    return as_role(client, "editor")


@pytest.fixture
def kansas(small_book):
    """The spring race at Kansas of 2024, official and whole."""
    return Race.objects.get_by_natural_key("cup", 2024, "12")


@pytest.fixture
def to_come(kansas):
    """The same before anybody raced."""
    Race.objects.filter(pk=kansas.pk).update(status="scheduled", pole=None, margin_against=None)
    Session.objects.filter(race=kansas).delete()
    Entry.objects.filter(race=kansas).delete()
    return Race.objects.get(pk=kansas.pk)


def document(race):
    return race_documents(Race.objects.filter(pk=race.pk))[0]


class Sheet:
    """One sheet in an editor's browser."""

    def __init__(self, client, race, name):
        self.client, self.address = client, address_of(race.pk, name)
        self.response = client.get(self.address)

    def step(self, step, **said):
        """Press a button, with what was typed into some boxes; `cell_4_5` is the box of row 4, column 5 from 0."""
        typed = {name.replace("cell_", "cell-").replace("_", "-"): text for name, text in said.items()}
        self.response = self.client.post(self.address, {**boxes(self.response), **typed, "step": step})
        return self

    def choose(self, name, value):
        self.response = self.client.post(self.address, {**boxes(self.response), name: value, "step": "check"})
        return self

    @property
    def text(self):
        return html.unescape(self.response.content.decode())

    @property
    def plan(self):
        return self.response.context_data["plan"] if hasattr(self.response, "context_data") else None


def paste(client, race, name, text):
    return Sheet(client, race, name).step("read", pasted=text).step("check")


@pytest.mark.parametrize("name", ["all", "race"])
def test_a_sheet_of_an_official_race_that_the_book_has_changes_nothing(editor, kansas, name):
    before = document(kansas)
    sheet = paste(editor, kansas, name, KANSAS)
    assert "the book says all of this already" in sheet.text
    assert "Save</button>" not in sheet.text
    assert document(kansas) == before


def test_a_race_to_come_is_pasted_and_saved(editor, kansas, to_come):
    sheet = paste(editor, to_come, "all", KANSAS)
    assert "things are wrong" not in sheet.text
    sheet.step("save")
    assert sheet.response.status_code == 302
    after = document(to_come)
    assert after.status == "provisional"
    assert len(after.entries) == len(after.sessions[0].results) == 38
    (race,) = [session for session in after.sessions if session.kind == "race"]
    assert [(row.driver, row.start, row.laps, row.laps_led, row.points, row.status) for row in race.results[:2]] == [
        ("Kyle Larson", 4, 268, 63, 57, "running"),
        ("Chris Buescher", 12, 268, 54, 51, "running"),
    ]
    stages = [session for session in after.sessions if session.kind == "stage"]
    assert [stage.results[0].driver for stage in stages] == ["Denny Hamlin", "Chris Buescher"]
    run = ImportRun.objects.latest("pk")
    assert (run.file_name, run.user.username) == ("a sheet of 2024 Kansas I, everything", "editor")


def test_a_misspelt_driver_is_chosen_and_nobody_is_made(editor, to_come):
    people = Driver.objects.count()
    sheet = paste(editor, to_come, "race", KANSAS.replace("Chase Briscoe", "Chase Brisco"))
    assert "One thing is wrong" in sheet.text
    assert "The book has no driver called “Chase Brisco”" in sheet.text
    sheet.step("save")
    assert not to_come.entries.exists()
    sheet.choose("meant-driver-chase brisco", "racestats:chase-briscoe").step("save")
    assert to_come.entries.filter(driver__slug="chase-briscoe", number="14").exists()
    assert (Driver.objects.count(), to_come.entries.count()) == (people, 38)


def test_people_teams_and_makes_are_made_where_an_editor_says_so(editor, to_come):
    text = (
        "Pos\tCar\tDriver\tTeam\tMake\n1\t5\tKyle Larson\tHendrick Motorsports\tChevy\n2\t99\tNew Man\tNew Team\tTata"
    )
    sheet = paste(editor, to_come, "race", text)
    assert "3 things are wrong" in sheet.text
    sheet.choose("meant-driver-new man", "new").choose("meant-team-new team", "new")
    assert "One thing is wrong" in sheet.text
    sheet.choose("meant-manufacturer-tata", "out")
    assert "new drivers: New Man" in sheet.text
    assert "new teams: New Team" in sheet.text
    assert not Team.objects.filter(name="New Team").exists()
    sheet.step("save")
    entry = to_come.entries.get(number="99")
    assert (str(entry.driver), entry.team.name, entry.manufacturer) == ("New Man", "New Team", None)
    assert to_come.entries.get(number="5").manufacturer.name == "Chevrolet"
    assert not Manufacturer.objects.filter(name="Tata").exists()


def test_cells_that_somebody_else_has_changed_meanwhile_are_not_written_over(editor, kansas):
    """Both had the sheet on their screens: one cell changed by the other alone, one by both, one by this editor."""
    sheet = Sheet(editor, kansas, "race")
    columns = {name: key for name, key in boxes(sheet.response).items() if name.startswith("column-")}
    places = {key: name.removeprefix("column-") for name, key in columns.items()}
    results = Result.objects.filter(session__race=kansas, session__kind="race")
    results.filter(position=7).update(laps=150)
    results.filter(position=2).update(laps_led=53)
    typed = {f"cell_1_{places['laps_led']}": "52", f"cell_0_{places['laps']}": "267"}
    sheet.step("save", replace="on", **typed)
    assert sheet.response.status_code == 200
    assert "Somebody else has saved since this sheet was shown" in sheet.text
    assert "Laps, row 7, is “150” by now" in sheet.text
    assert "Led, row 2, is “53” by now, where you have “52”" in sheet.text
    sheet.step("check")
    assert "Somebody else" not in sheet.text
    sheet.step("save")
    assert sheet.response.status_code == 302
    assert results.get(position=7).laps == 150
    assert results.get(position=2).laps_led == 52
    assert results.get(position=1).laps == 267


def test_a_row_that_is_gone_meanwhile_is_told(editor, kansas):
    sheet = Sheet(editor, kansas, "race")
    Result.objects.filter(session__race=kansas, session__kind="race", position=38).delete()
    assert "row 38 is no longer in the book, and saving would enter it again" in sheet.step("check").text


@pytest.mark.parametrize("sent", ["{", "[1]", '[[1, {"laps": 2}]]', '[["a", {}]]', "[[1, 2, 3]]", "null", "[" * 9_999])
def test_what_no_page_would_have_sent_as_shown_shows_nothing(sent):
    assert read(sent) == []


def test_cars_without_a_row_are_named(editor, kansas):
    *rows, _last = KANSAS.splitlines(keepends=True)
    assert "No row is of No. 84 Jimmie Johnson: delete" in paste(editor, kansas, "race", "".join(rows)).text
    assert "No row is of" not in paste(editor, kansas, "race", KANSAS).text


def test_one_driver_in_two_rows_is_asked_about(editor, to_come):
    sheet = paste(
        editor, to_come, "race", "Pos\tCar\tDriver\n1\t5\tKyle Larson\n2\t17\tKyle Larson\n3\t9\tChase Elliott"
    )
    assert "Kyle Larson stands in rows 1 and 2: is it one driver of two cars?" in sheet.text
    assert "Chase Elliott stands" not in sheet.text
    sheet.step("save")
    assert to_come.entries.filter(driver__slug="kyle-larson").count() == 2


def test_a_row_is_left_out(editor, to_come):
    sheet = paste(editor, to_come, "race", "Pos\tCar\tDriver\n1\t5\tKyle Larson\n2\t99\tNo One At All")
    sheet.choose("meant-driver-no one at all", "out").step("save")
    assert [str(entry) for entry in to_come.entries.all()] == ["No. 5 Kyle Larson"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Pos\tCar\tLaps\n1\t5\t268\n2\t17\tabc", ["“abc” is no whole number"]),
        ("Pos\tCar\n1\t5\n2\t777", ["No. 777 is not among the cars of this race: say who drives it"]),
        ("Pos\tCar\n1\t5\n2\tfive!", ["“five!” is no car number"]),
        ("Pos\tCar\n1\t5\n2\t5", ["No. 5 stands in row 1 too"]),
        ("Pos\tCar\tLaps\tLed\n1\t5\t200\t268", ["led 268 laps of 200"]),
        ("Pos\tCar\tPosition\n1\t5\t1", ["Columns 1 and 3 both are “position”"]),
        ("Pos\tLaps\n1\t268", ["No column says whose a row is", "has neither a car number nor a driver"]),
        ("Season\tRound\tPos\tCar\n2023\t12\t1\t5", ["“2023” is another season than this race's, 2024"]),
        ("Season\tRound\tPos\tCar\n2024\t13\t1\t5", ["“13” is another round than this race's, 12"]),
        ("Pos\tCar\tGap\n1\t5\tsoon?9", ["“soon?9” is not in seconds"]),
        ("Pos\tCar\n1\t5\n99999999999\t17", ["must be"]),
        ("Pos\tCar\tStatus\n1\t5\t40", ["“40” does not say in words how it ended"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_cell(editor, kansas, text, told):
    before = document(kansas)
    sheet = paste(editor, kansas, "race", text)
    for sentence in told:
        assert sentence in sheet.text
    sheet.step("save")
    assert sheet.response.status_code == 200
    assert document(kansas) == before


def test_a_car_number_alone_or_a_driver_alone_is_enough_once_the_race_has_its_cars(editor, kansas):
    Result.objects.filter(session__race=kansas, session__kind="stage").delete()
    sheet = paste(editor, kansas, "stage-1", "Pos\tCar\n1\t11\n2\t6").step("save")
    sheet = paste(editor, kansas, "stage-2", "Pos\tDriver\n1\tChris Buescher\n2\tKyle Larson").step("save")
    assert sheet.response.status_code == 302
    first, second = kansas.sessions.filter(kind="stage").order_by("number")
    assert [str(row) for row in first.results.all()] == ["No. 11 Denny Hamlin", "No. 6 Brad Keselowski"]
    assert [str(row) for row in second.results.all()] == ["No. 17 Chris Buescher", "No. 5 Kyle Larson"]


def test_an_official_value_stays_unless_it_is_replaced(editor, kansas):
    winner = Result.objects.get(session__race=kansas, session__kind="race", position=1)
    sheet = paste(editor, kansas, "race", "Pos\tCar\tLed\n1\t5\t62")
    assert "the book keeps 63" in sheet.text
    sheet.step("check", replace="on")
    assert "was 63" in sheet.text
    assert "1 value changed" in " ".join(sheet.text.replace("<b>", "").replace("</b>", "").split())
    sheet.step("save", replace="on")
    winner.refresh_from_db()
    assert winner.laps_led == 62


def test_what_changed_since_the_plan_was_shown_is_shown_and_not_written(editor, kansas):
    sheet = paste(editor, kansas, "race", "Pos\tCar\tLed\n1\t5\t62").step("check", replace="on")
    Result.objects.filter(session__race=kansas, session__kind="race", position=1).update(laps_led=61)
    sheet.step("save", replace="on")
    assert "Nothing was saved: the book has changed since this plan was shown" in sheet.text
    assert "was 61" in sheet.text
    assert Result.objects.get(session__race=kansas, session__kind="race", position=1).laps_led == 61


def test_running_unless_said_and_the_words_of_the_sport(editor, to_come):
    text = (
        "Pos\tCar\tDriver\tStatus\n1\t5\tKyle Larson\t\n2\t17\tChris Buescher(i)\tBlown engine\n3\t9\tChase Elliott\tDQ"
    )
    paste(editor, to_come, "race", text).step("save")
    rows = Result.objects.filter(session__race=to_come).order_by("position")
    said = [(row.status, row.status_text, row.ineligible, row.disqualified) for row in rows]
    assert said == [("running", "", False, False), ("engine", "Blown engine", True, False), ("", "", False, True)]
    Result.objects.filter(session__race=to_come).delete()
    paste(editor, to_come, "race", "Pos\tCar\n1\t5").step("save")
    assert Result.objects.get(session__race=to_come).status == ""


def test_nothing_typed_is_lost_and_rows_come_below(editor, kansas):
    sheet = Sheet(editor, kansas, "stage-1").step("rows", cell_0_1="77")
    assert boxes(sheet.response)["cell-0-1"] == "77"
    rows = int(boxes(sheet.response)["rows"])
    sheet.step("read", pasted="1\t5\n" * 300)
    assert "These are 300 rows" in sheet.text
    assert boxes(sheet.response)["cell-0-1"] == "77"
    assert boxes(sheet.response)["pasted"].startswith("1\t5\n1\t5")
    sheet.step("add", pasted="Car\tSponsor\n43\tA sponsor")
    data = boxes(sheet.response)
    last, end = int(data["rows"]) - 1, int(data["columns"]) - 1
    assert last == rows - 10
    assert (data["cell-0-1"], data[f"cell-{last}-1"], data[f"cell-{last}-{end}"]) == ("77", "43", "A sponsor")


@pytest.mark.parametrize(("role", "is_led"), [("editor", True), ("viewer", False)])
def test_whoever_may_change_results_is_led_there(client, kansas, role, is_led):
    as_role(client, role)
    stage = kansas.sessions.get(kind="stage", number=2)
    for model, row, name in ((Race, kansas, "all"), (Session, stage, "stage-2")):
        page_of_row = client.get(page("change", model, row.pk)).content.decode()
        assert (address_of(kansas.pk, name) in page_of_row) == is_led


@pytest.mark.parametrize("name", ["start", "qualifying-1", "stage-10", "stage-0", "race-2"])
def test_what_is_no_sheet_is_not_there(editor, kansas, name):
    assert editor.get(f"/admin/races/race/{kansas.pk}/sheet/{name}/").status_code == 404
    assert editor.get(f"/admin/races/race/{10**30}/sheet/race/").status_code == 404


def test_as_many_queries_for_three_rows_as_for_all(editor, kansas, to_come):
    steps = {}
    for rows in (3, 38):
        text = "\n".join(KANSAS.splitlines()[: rows + 1]).replace("Chris Buescher", "Chris Bueshcer")
        sheet = Sheet(editor, to_come, "all").step("read", pasted=text)
        with counted_queries() as asking:
            sheet.step("check")
        with counted_queries() as planning:
            sheet.choose("meant-driver-chris bueshcer", "racestats:chris-buescher")
        assert "What saving does" in sheet.text
        steps[rows] = [len(asking), len(planning)]
    assert steps[3] == steps[38]
    assert max(steps[3]) <= 40


def upload(client, race, name, data, file="results.json"):
    sheet = Sheet(client, race, name)
    said = {**boxes(sheet.response), "step": "read", "file": SimpleUploadedFile(file, data)}
    sheet.response = client.post(sheet.address, said)
    return sheet


def test_a_workbook_is_uploaded(editor, to_come):
    rows = [line.split(",") for line in KANSAS.splitlines()]
    sheet = upload(editor, to_come, "all", Dataset(*rows[1:], headers=rows[0]).export("xlsx"), "kansas.xlsx")
    sheet.step("check").step("save")
    assert sheet.response.status_code == 302
    assert Result.objects.filter(session__race=to_come, session__kind="race").count() == 38


def test_a_document_of_the_race_goes_through_the_importer(editor, kansas):
    wanted = document(kansas)
    said = wanted.model_copy(update={"cautions": 9, "note": "Closest."})
    sheet = upload(editor, kansas, "all", as_json(said).encode()).step("whole", replace="on")
    assert "Save the file" in sheet.text
    sheet.step("save-whole", replace="on")
    assert sheet.response.status_code == 302
    assert (document(kansas).cautions, document(kansas).note) == (9, "Closest.")


def test_a_document_saved_after_the_book_changed_is_shown_again(editor, kansas):
    said = document(kansas).model_copy(update={"cautions": 9})
    sheet = upload(editor, kansas, "all", as_json(said).encode()).step("whole", replace="on")
    Race.objects.filter(pk=kansas.pk).update(cautions=8)
    sheet.step("save-whole", replace="on")
    assert "Nothing was saved: the book has changed" in sheet.text
    assert Race.objects.get(pk=kansas.pk).cautions == 8


def test_another_race_s_file_is_told(editor, kansas):
    other = document(Race.objects.get_by_natural_key("cup", 2023, "31"))
    sheet = upload(editor, kansas, "all", as_json(other).encode())
    assert "This file is of cup 2023 round 31" in sheet.text
    assert ", not of 2024 Kansas I (cup 2024 12)." in sheet.text
    sheet = upload(editor, kansas, "all", as_json(document(kansas)).replace('"cup"', '"trucks"').encode())
    assert "This file is of trucks 2024 round 12" in sheet.text
    sheet = upload(editor, kansas, "all", as_json(document(kansas)).replace('"car":"5"', '"car":"5!"').encode())
    assert "must be a car number such as 5 or 08" in sheet.text
    assert Race.objects.filter(season__series__slug="trucks").count() == 0


def test_more_than_a_request_may_hold(editor, kansas):
    before = document(kansas)
    large = SimpleUploadedFile("large.csv", b"Pos,Car\n" + b"1,5\n" * 12_500_000)
    assert editor.post(address_of(kansas.pk, "race"), {"step": "read", "file": large}).status_code == 413
    sheet = upload(editor, kansas, "race", b"Pos,Car\n" + b"1,5\n" * 1_200_000, "large.csv")
    assert "The file has 4 MB: a sheet may have 4 MB" in sheet.text
    assert document(kansas) == before


ONE_ROW = {"step": "check", "rows": "1", "columns": "2"}


POSTED = [
    {},
    {"step": "save"},
    {"step": "save:race", "plan": "x", "rows": "3", "columns": "2"},
    {"step": "check", "rows": "-1", "columns": "999999999999"},
    {"step": "check", "rows": "²", "columns": "٣"},
    {**ONE_ROW, "column-0": "car", "cell-0-0": "5\0", "column-1": "driver"},
    {**ONE_ROW, "column-0": "__class__", "cell-0-0": "5", "column-1": "position"},
    {**ONE_ROW, "column-0": "car", "cell-0-0": "5", "cell-0-1": "x" * 100_000},
    {**ONE_ROW, "column-0": "driver", "cell-0-0": "\x01\x02", "meant-driver-": "new"},
    {**ONE_ROW, "column-0": "driver", "cell-0-0": "N" * 199, "meant-driver-x": "new"},
    {"step": "whole", "document": "{}"},
    {"step": "save-whole", "document": '{"format": "racestats.race/1"}', "whole-plan": "0"},
    {"step": "save-whole", "document": "nothing", "whole-plan": ""},
    {"step": "read", "pasted": "\0\0\0\t5\n"},
    {"step": "read", "pasted": 'Pos\tCar\n"1\t5\n'},
    {"step": "add", "pasted": "Pos\tCar\n1\t5", "rows": "250", "columns": "30"},
]  # fmt: skip


def test_whatever_is_posted_is_answered_and_nothing_is_written(editor, kansas):
    """Each on one of the sheets in turn."""
    before = document(kansas)
    for name, posted in zip(cycle(("all", "stage-1", "entries")), POSTED):
        answer = editor.post(address_of(kansas.pk, name), posted)
        assert answer.status_code == 200, posted
    assert document(kansas) == before


def test_a_whole_grid_is_not_too_much(editor, kansas):
    cells = {f"cell-{row}-{column}": "x" for row in range(250) for column in range(30)}
    grid = {"rows": "250", "columns": "30", **{f"column-{column}": "" for column in range(30)}}
    answer = editor.post(address_of(kansas.pk, "race"), {**cells, **grid, "step": "check"})
    assert answer.status_code == 200
    assert boxes(answer)["cell-249-29"] == "x"


def test_the_field_that_comes_again_is_of_the_points_race_before(small_book):
    made = {key: make_race(2030, key) for key in (1, 2, "shoot-out", "open")}
    for key, number in ((1, "1"), (2, "2"), ("shoot-out", "99")):
        make_entry(made[key], number=number)
    third = make_race(2030, 3)
    numbers = {race: [car.number for car in SheetRace(race).last_field] for race in (third, made["open"], made[2])}
    assert numbers == {third: ["2"], made["open"]: ["2"], made[2]: []}
