"""Cells become a race document: that of a document that was written as a sheet is the document again."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.sheet.columns import columns_of, recognise
from desk.sheet.document import BookCar, Cell, MeantNames, Person, RaceHead, write
from desk.sheet.grid import Grid
from desk.sheet.reading import read_text
from importing.document.schema import RaceDocument
from racestats.names.spelling import plain

HEAD = RaceHead("cup", 2024, 12, None, "AdventHealth 400", "kansas", "points")
DRIVERS = ["Kyle Larson", "Chris Buescher", "A.J. Allmendinger", "Martin Truex Jr.", "Daniel Suárez", "Ty Gibbs"]
MEANT = MeantNames(
    drivers={plain(name): Person(name, f"racestats:{n}") for n, name in enumerate(DRIVERS)},
    teams={plain(name): name for name in ("Hendrick Motorsports", "23XI Racing")},
    manufacturers={plain(name): name for name in ("Ford", "Toyota", "Chevrolet")},
)
PLACE, COUNT = st.none() | st.integers(1, 40), st.none() | st.integers(0, 250)
CODES = ["running", "accident", "engine", "mechanical", "parked", "retired", "did-not-start", "did-not-qualify"]
FIGURE = st.none() | st.decimals("0.001", "300", places=3).map(str)
OF_SESSION = {
    ("race", 1): {"position": PLACE, "start": PLACE, "laps": COUNT, "points": COUNT, "status": st.sampled_from(CODES)},
    ("qualifying", 1): {"position": PLACE, "time": FIGURE, "speed": FIGURE},
    ("stage", 2): {"position": st.integers(1, 10)},
}


@st.composite
def documents(draw):
    numbers = draw(st.lists(st.from_regex(r"[0-9]{1,2}", fullmatch=True), min_size=1, max_size=6, unique=True))
    entries = []
    for number, driver in zip(numbers, draw(st.permutations(DRIVERS))):
        team = draw(st.sampled_from([None, *MEANT.teams.values()]))
        make = draw(st.sampled_from([None, *MEANT.manufacturers.values()]))
        whose = {"driver": driver, "driver_id": f"racestats:{DRIVERS.index(driver)}"}
        entries.append({"car": number, **whose, "team": team, "manufacturer": make})
    sessions = []
    for (kind, number), said in OF_SESSION.items():
        results = [{**whose_of(entry), **draw(st.fixed_dictionaries(said))} for entry in entries]
        results = [result for result in results if any(result[name] is not None for name in said)]
        if results and draw(st.booleans()):
            sessions.append({"kind": kind, "number": number, "results": results})
    return RaceDocument(**HEAD.columns(), entries=entries, sessions=sessions)


def whose_of(entry):
    return {name: entry[name] for name in ("car", "driver", "driver_id")}


HEADINGS = {
    **{"Car": ("", "car"), "Driver": ("", "driver"), "Team": ("", "team"), "Make": ("", "manufacturer")},
    **{"Pos": ("race", "position"), "St": ("race", "start"), "Laps": ("race", "laps"), "Pts": ("race", "points")},
    **{"Status": ("race", "status"), "Q": ("qualifying", "position"), "Q Time": ("qualifying", "time")},
    **{"Q Speed": ("qualifying", "speed"), "S2": ("stage", "position")},
}


def sheet_of(document):
    """The document as a sheet that somebody might paste."""
    held = {session.kind: {row.car: row for row in session.results} for session in document.sessions}
    rows = []
    for entry in document.entries:
        parts = {"": entry, **{kind: rows_of[entry.car] for kind, rows_of in held.items() if entry.car in rows_of}}
        said = [getattr(parts[kind], name) if kind in parts else None for kind, name in HEADINGS.values()]
        rows.append(["" if value is None else str(value) for value in said])
    return [[*HEADINGS], *rows]


def read(rows, sheet="all", cars=()):
    columns = columns_of(sheet)
    written = io.StringIO()
    csv.writer(written, delimiter="\t").writerows(rows)

    grid = Grid.of_cells(read_text(written.getvalue(), lambda row: recognise(row, columns)), columns)
    return write(grid, columns, HEAD, list(cars), MEANT)


@given(documents())
def test_a_document_written_as_a_sheet_and_read_again_is_the_same(document):
    written = read(sheet_of(document))
    assert written.troubles == []
    assert RaceDocument(**written.columns) == document


CARS = [
    BookCar("5", 0, "Kyle Larson", "racestats:0", "Hendrick Motorsports", "Chevrolet"),
    BookCar("", 0, "Ty Gibbs", "racestats:5"),
    BookCar("41", 0, "Chris Buescher", "racestats:1"),
    BookCar("41", 1, "Martin Truex Jr.", "racestats:3", has_status=True),
]
LARSON = {"car": "5", "driver": "Kyle Larson", "driver_id": "racestats:0"}
TRUEX = {"driver": "Martin Truex Jr.", "driver_id": "racestats:3"}


@pytest.mark.parametrize(
    ("said", "entry"),
    [
        ({"Car": "5"}, LARSON),
        ({"Driver": "Kyle  LARSON (i)"}, LARSON),
        ({"Car": "#5", "Team": "23XI Racing"}, {**LARSON, "team": "23XI Racing"}),
        ({"Car": "54", "Driver": "Ty Gibbs"}, {"car": "54", "driver": "Ty Gibbs", "driver_id": "racestats:5"}),
        ({"Driver": "Ty Gibbs"}, {"driver": "Ty Gibbs", "driver_id": "racestats:5"}),
        ({"Car": "41", "Driver": "Martin Truex Jr"}, {"car": "41", "twin": 1, **TRUEX}),
        ({"Car": "1", "Driver": "Daniel Suarez"}, {"car": "1", "driver": "Daniel Suárez", "driver_id": "racestats:4"}),
    ],
)  # fmt: skip
def test_whose_row_it_is(said, entry):
    written = read([["Pos", *said], ["1", *said.values()]], "race", CARS)
    assert written.troubles == []
    assert written.columns["entries"] == [entry]


@pytest.mark.parametrize(
    ("heading", "text", "said"),
    [
        ("Laps", "1,234", {"laps": 1234}),
        ("Laps", "–", {}),
        ("Time", "1:02.345", {"time": "62.345"}),
        ("Speed", "183.730 mph", {"speed": "183.730"}),
        ("Diff", "-0.057", {"gap": "0.057"}),
        ("Diff", "+.057 s", {"gap": "0.057"}),
        ("Diff", "-1 lap", {}),
        ("Status", "Accident", {"status": "accident"}),
        ("Status", "Blown engine", {"status": "engine", "status_text": "Blown engine"}),
        ("Status", "", {"status": "running"}),
        ("Status", "DSQ", {"disqualified": True}),
        ("Points", "-10", {"points": -10}),
    ],
)
def test_what_a_cell_says(heading, text, said):
    written = read([["Pos", "Car", heading], ["1", "5", text]], "race", CARS)
    (result,) = written.columns["sessions"][0]["results"]
    assert result == {**LARSON, "position": 1, **said}


def test_every_part_of_a_document_leads_to_its_cell():
    written = read([["Pos", "Car", "Laps", "S1"], ["1", "5", "268", "3"], ["", "", "", ""]], cars=CARS)
    assert written.cells["entries[0].car"] == Cell(0, 1)
    assert written.cells["sessions[0].results[0].laps"] == Cell(0, 2)
    assert written.cells["sessions[1].results[0].position"] == Cell(0, 3)
    assert written.called == {
        "race, Kyle Larson": "sessions[0].results[0]",
        "stage 1, Kyle Larson": "sessions[1].results[0]",
    }
