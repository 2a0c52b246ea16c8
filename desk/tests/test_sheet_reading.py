"""What was pasted becomes cells under columns, whatever it was copied from; what is no sheet is told."""

import pytest

from desk.sheet.columns import columns_of, recognise
from desk.sheet.reading import NoSheet, read_text

COLUMNS = columns_of("all")
TABS = "Pos\tCar\tDriver\n1\t5\tKyle Larson\n2\t17\tChris Buescher"


def read(text):
    return read_text(text, lambda row: recognise(row, COLUMNS))


@pytest.mark.parametrize(
    ("headings", "keys"),
    [
        ("Fin St # Driver Make Laps Led Status", "position start car driver manufacturer laps laps_led status"),
        ("POS CAR# NAME TEAM Mfr. LAPS", "position car driver team manufacturer laps"),
        ("season round finish laps_led stage_1 stage_2 Sponsor", "season round position laps_led stage_1 stage_2 "),
        ("Place No. Owner S1 S2 Out Behind", "position car team stage_1 stage_2 status gap"),
        ("qualifying_time qualifying_speed Grid Diff", "qualifying_time qualifying_speed start gap"),
    ],
)  # fmt: skip
def test_headings_in_the_words_that_people_use(headings, keys):
    assert recognise(headings.split(" "), COLUMNS) == keys.split(" ")


@pytest.mark.parametrize(
    ("sheet", "heading", "key"),
    [
        ("race", "Reason out", "status"),
        ("race", "Laps Led", "laps_led"),
        ("race", "S1", ""),
        ("race", "Time Behind", "gap"),
        ("race", "Car #", "car"),
        ("all", "Stage 1", "stage_1"),
        ("all", "Time", ""),
        ("qualifying", "speed_mph", "speed"),
        ("qualifying", "lap_time_s", "time"),
        ("qualifying", "Speed (mph)", "speed"),
        ("qualifying-2", "Pos", "position"),
        ("practice-1", "Best Time", "time"),
        ("stage-2", "Pts", "points"),
        ("entries", "Crew chief", ""),
    ],
)
def test_a_heading_means_what_the_sheet_is_of(sheet, heading, key):
    assert recognise([heading], columns_of(sheet)) == [key]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TABS, id="a spreadsheet"),
        pytest.param(TABS.replace("\t", ";").replace("\n", "\r\n"), id="semicolons"),
        pytest.param("\ufeff" + TABS.replace("\t", ","), id="commas"),
        pytest.param(TABS.replace("\t", "   "), id="blanks of a PDF"),
        pytest.param("Kansas, results\n\n" + TABS, id="a title above"),
        pytest.param('Pos,Car,"Driver"\n1,5,"Kyle  Larson"\n2,17,Chris Buescher\n,,\n', id="quotes"),
    ],
)
def test_cells_of_what_was_copied(text):
    cells = read(text)
    assert cells.headings == ["Pos", "Car", "Driver"]
    assert cells.rows == [["1", "5", "Kyle Larson"], ["2", "17", "Chris Buescher"]]


def test_without_headings_columns_are_asked_for():
    cells = read("1\t5\tKyle Larson\n2\t17\tChris Buescher")
    assert cells.headings == ["", "", ""]
    assert cells.told == ["No headings were found: say above each column what it is."]
    assert read("5\n17\n9").rows == [["5"], ["17"], ["9"]]
    assert read("Kyle Larson\nChris Buescher").rows == [["Kyle Larson"], ["Chris Buescher"]]


def test_what_only_blanks_tell_apart_may_lack_a_cell():
    (told,) = read("Pos  Car  Driver\n1  5  Kyle Larson\n2  Chris Buescher").told
    assert "1 line of what was pasted (line 3)" in told


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "There is nothing to read"),
        (" \n\t\n,,\n", "There is nothing to read"),
        ("<table><tr><td>1</td></tr></table>", "This is HTML"),
        ("<!DOCTYPE html>", "This is HTML"),
        ('{"format": "racestats.race/1"}', "This looks like JSON"),
        ("Pos Car Driver\n1 5 Kyle Larson", "The columns cannot be told apart"),
        ("Pos\tCar\tDriver", "There are headings, and no rows below them"),
        ("1\t5\n" * 10_000, "These are 10,000 rows: a sheet has at most 250"),
        ("\t".join("x" * 40), "These are 40 columns: a sheet has at most 30"),
        (TABS + "\n3\t9\t" + "x" * 500, "Row 3, column 3 has 500 characters"),
    ],
)  # fmt: skip
def test_what_is_no_sheet(text, reason):
    with pytest.raises(NoSheet, match=reason):
        read(text)
