"""nascaR.data's CSV: every oddity of the history, and every row that cannot be read."""

import gzip
import time
from collections import Counter
from decimal import Decimal

import pytest

from importing.document.schema import RaceDocument
from importing.formats.feed_words import status_of
from importing.formats.registry import parse
from testing.files.samples import HEADER, csv_bytes, csv_race, csv_row, real

KEY = "nascar-data"


def read(*rows, **options):
    return parse(csv_bytes(*rows), "cup.csv", KEY, **options)


def sound(*rows, **options):
    parsed = read(*rows, **options)
    assert parsed.errors == []
    for document in parsed.documents:
        assert RaceDocument.model_validate(document.model_dump()) == document
    return parsed


def race_of(parsed, number: int = 0):
    document = parsed.documents[number]
    return document, next(session.results for session in document.sessions if session.kind == "race")


@pytest.mark.parametrize(
    ("file", "asked", "series"),
    [
        ("cup.csv", None, "cup"),
        ("data/xfinity_series.csv.gz", None, "national"),
        ("https://example.org/data/nxs_series.csv", None, "national"),
        ("C:\\data\\truck_series.csv", None, "trucks"),
        ("truck_series.csv", "national", "national"),
        ("trucks.csv", None, "cup"),
    ],
)
def test_whose_results_the_name_of_the_file_says(file, asked, series):
    parsed = parse(csv_bytes(*csv_race(3)), file, KEY, asked)
    assert [document.series for document in parsed.documents] == [series]


def test_a_race():
    parsed = sound(*csv_race(3))
    document, results = race_of(parsed)
    assert parsed.places == ["line 2"]
    assert (document.series, document.season, document.round, document.name) == ("cup", 1962, 1, "Sample 200")
    assert (document.laps, document.field_size, document.stages, document.status) == (200, 3, 0, "official")
    assert (document.date, document.kind, document.nth_at_track) == (None, "points", None)
    assert document.layout.model_dump(exclude_none=True) == {
        "length": Decimal("0.5"),
        "type": "dirt",
        "surface": "dirt",
    }
    first = results[0]
    assert (first.car, first.driver, first.position, first.start, first.laps, first.laps_led, first.points) == (
        *("41", "Driver A", 1, 1, 200, 200),
        99,
    )
    assert (first.status, first.status_text, first.disqualified, first.ineligible) == ("running", "running", None, None)
    assert [entry.team for entry in document.entries] == ["Some Team"] * 3
    assert document.sources[0].slug == "nascar-data"


def test_compressed_and_with_a_mark_and_windows_lines():
    data = csv_bytes(*csv_race(2)).replace(b"\n", b"\r\n")
    assert len(parse(gzip.compress(b"\xef\xbb\xbf" + data), "x.csv.gz").documents) == 1


def test_a_car_that_did_not_start_is_not_of_the_field():
    document, results = race_of(sound(*csv_race(2), csv_row(3, Status="did not start", Laps="0.0")))
    assert (document.field_size, len(results)) == (2, 3)


NO_FINISH = [
    pytest.param({"Status": "-"}, "did-not-start", id="no status"),
    pytest.param({"Status": "-", "Pts": "", "Start": "", "Car": "", "Team": ""}, "did-not-start", id="little known"),
    pytest.param({"Status": "withdrew"}, "withdrew", id="withdrew"),
    pytest.param({"Status": "did not qualify", "Laps": "", "Led": ""}, "did-not-qualify", id="laps unknown"),
]


@pytest.mark.parametrize(("cells", "status"), NO_FINISH)
def test_a_car_without_a_finish_did_not_start(cells, status):
    parsed = sound(*csv_race(2), csv_row(3, **{"Finish": "", "Laps": "0", "Led": "0"} | cells))
    document, results = race_of(parsed)
    assert (document.field_size, len(document.entries)) == (2, 3)
    assert (results[2].position, results[2].status) == (None, status)
    assert [(warning.place, warning.code) for warning in parsed.warnings] == [("line 4, Finish", "not-started")]


@pytest.mark.parametrize(
    "cells",
    [{}, {"Track": "Sample Speedway", "Name": "Sample 200", "Length": "0.5"}],
    ids=["season and race alone", "where and what"],
)
def test_a_race_not_run_yet_is_skipped(cells):
    parsed = sound(*csv_race(2), {"Season": "2026", "Race": "1"} | cells)
    assert len(parsed.documents) == 1
    assert [(each.place, each.race, each.code) for each in parsed.warnings] == [
        ("line 4", "cup 2026 round 1", "not-run")
    ]


@pytest.mark.parametrize("unknown", [(0,), (1,), (1, 2)], ids=["on the first", "on one", "on two"])
@pytest.mark.parametrize("cells", [{"Length": ""}, {"Surface": ""}, {"Length": "", "Surface": "-"}])
def test_what_one_row_leaves_open_others_tell(cells, unknown):
    rows = csv_race(3)
    for place in unknown:
        rows[place] |= cells
    parsed = sound(*rows)
    document, results = race_of(parsed)
    assert (document.layout.length, document.layout.surface, len(results)) == (Decimal("0.5"), "dirt", 3)
    assert [(each.place, each.code) for each in parsed.warnings] == [
        (f"line 2, {column}", "blank-filled") for column in cells
    ]


def test_an_unknown_hides_no_difference():
    errors = read(csv_row(1, Length=""), csv_row(2), csv_row(3, Length="0.75")).errors
    assert [(error.place, error.value) for error in errors] == [("line 4, Length", "0.75")]


def test_races_in_any_order_and_seasons_mixed():
    rows = [
        csv_row(1, Race="2"),
        csv_row(1),
        csv_row(1, Season="1961"),
        csv_row(2),
        csv_row(2, Race="2"),
    ]
    documents = sound(*rows).documents
    assert [(each.season, each.round, each.field_size) for each in documents] == [
        (1962, 2, 2),
        (1962, 1, 2),
        (1961, 1, 1),
    ]


def test_the_series_that_is_asked_for():
    assert sound(csv_row(), series="trucks").documents[0].series == "trucks"
    assert read(csv_row(), series="no series").errors[0].value == "no series"


CELLS = [
    pytest.param({"Start": ""}, {"start": None}, id="no start"),
    pytest.param({"Start": "0.0"}, {"start": None}, id="start zero is unknown"),
    pytest.param({"Laps": "", "Led": ""}, {"laps": None, "laps_led": None}, id="no laps"),
    pytest.param({"Laps": "0.0", "Led": "0.0"}, {"laps": 0, "laps_led": 0}, id="no lap completed"),
    pytest.param({"Pts": ""}, {"points": None}, id="no points known"),
    pytest.param({"Pts": "0.0"}, {"points": 0, "ineligible": None}, id="no points before 2011"),
    pytest.param({"Pts": "160"}, {"points": 160}, id="a whole number"),
    pytest.param({"Status": "-"}, {"status": None, "status_text": None}, id="no status"),
    pytest.param(
        {"Status": "disqualified"},
        {"status": None, "status_text": "disqualified", "disqualified": True},
        id="disqualified",
    ),
    pytest.param({"Status": "Broken  Axle "}, {"status": "mechanical", "status_text": "Broken Axle"}, id="spaces"),
    pytest.param({"Car": ""}, {"car": None, "driver": "Driver B"}, id="no car number"),
    *(
        pytest.param({"Car": car}, {"car": car}, id=f"car {car}")
        for car in (
            *("00", "02", "07", "08", "0", "1-A", "2jr", "22-A", "300A", "17x", "144X"),
            *("41.5", "X", "B-29", "X100", "4-11", "R-D", "96WW", "C97"),
        )
    ),
]


@pytest.mark.parametrize(("cells", "expected"), CELLS)
def test_a_cell(cells, expected):
    _, results = race_of(sound(csv_row(1), csv_row(2, **cells)))
    assert {name: getattr(results[1], name) for name in expected} == expected


ENTRIES = [
    pytest.param({"Make": "-"}, "manufacturer", None, id="make unknown"),
    pytest.param({"Make": "Volkswagon"}, "manufacturer", "Volkswagen", id="make misspelt"),
    pytest.param({"Team": ""}, "team", None, id="no team"),
    pytest.param({"Team": "DiGard  Motorsports"}, "team", "DiGard Motorsports", id="double space"),
    pytest.param({"Team": "R.B. McIntosh (Owner)"}, "team", "R.B. McIntosh (Owner)", id="owner"),
    pytest.param({"Driver": "Bill Scott (CA)"}, "driver", "Bill Scott (CA)", id="namesake"),
]


@pytest.mark.parametrize(("cells", "column", "expected"), ENTRIES)
def test_an_entry(cells, column, expected):
    assert getattr(sound(csv_row(**cells)).documents[0].entries[0], column) == expected


STATUSES = [
    ("running", 200, "running"),
    ("accident", 9, "accident"),
    ("spin out", 9, "accident"),
    ("engine", 9, "engine"),
    ("broken valve", 9, "engine"),
    ("rod bearing", 9, "engine"),
    ("engine mount", 9, "mechanical"),
    ("tie rod", 9, "mechanical"),
    ("rear wheel cylinder", 9, "mechanical"),
    ("rear end", 9, "mechanical"),
    ("u-joint", 9, "mechanical"),
    ("parked", 9, "parked"),
    ("flagged", 9, "parked"),
    ("too slow", 9, "parked"),
    ("black flag", 9, "parked"),
    ("DVP", 9, "retired"),
    ("quit", 9, "retired"),
    ("out of fuel", 9, "retired"),
    ("something never heard of", 9, "retired"),
    ("did not start", 0, "did-not-start"),
    ("did not qualify", None, "did-not-qualify"),
    ("did not advance", 0, "did-not-qualify"),
    ("withdrew", 0, "withdrew"),
    ("withdrew from race", None, "withdrew"),
    ("withdrew from race", 57, "retired"),
    ("disqualified", 200, None),
    ("-", 9, None),
    ("", 9, None),
]


@pytest.mark.parametrize(("words", "laps", "code"), STATUSES)
def test_a_status(words, laps, code):
    assert status_of(words, laps) == code


LAYOUTS = [
    pytest.param("dirt", "1.0", ("dirt", "dirt"), id="dirt"),
    pytest.param("road", "2.62", ("road-course", None), id="road"),
    pytest.param("road", "", ("road-course", None), id="road of unknown length"),
    pytest.param("dirt", "", ("dirt", "dirt"), id="dirt of unknown length"),
    pytest.param("", "2.5", None, id="surface unknown"),
    pytest.param("paved", "2.66", ("superspeedway", "paved"), id="superspeedway"),
    pytest.param("paved", "2.5", ("superspeedway", "paved"), id="just a superspeedway"),
    pytest.param("paved", "1.5", ("intermediate", "paved"), id="intermediate"),
    pytest.param("paved", "1.1", ("short-track", "paved"), id="just a short track"),
    pytest.param("paved", "", None, id="length unknown"),
    pytest.param("", "", None, id="all unknown"),
]


@pytest.mark.parametrize(("surface", "length", "expected"), LAYOUTS)
def test_a_layout(surface, length, expected):
    layout = sound(csv_row(Surface=surface, Length=length)).documents[0].layout
    assert (layout and (layout.type, layout.surface)) == expected


TRACKS = [
    pytest.param("Bristol Motor Speedway Dirt Track", "Bristol Motor Speedway", "dirt", "Dirt track", id="dirt"),
    pytest.param(
        "Daytona International Speedway Road Course",
        "Daytona International Speedway",
        "road-course",
        "Road course",
        id="road course",
    ),
    pytest.param("Bristol Motor Speedway", "Bristol Motor Speedway", None, None, id="oval"),
    pytest.param("Daytona Beach & Road Course", "Daytona Beach & Road Course", None, None, id="a name, no layout"),
    pytest.param(
        "World Wide Technology Raceway at Gateway", "World Wide Technology Raceway", None, None, id="long name"
    ),
    pytest.param("EchoPark Speedway", "EchoPark Speedway", None, None, id="new name"),
]


@pytest.mark.parametrize(("name", "track", "slug", "layout"), TRACKS)
def test_a_track(name, track, slug, layout):
    document = sound(csv_row(Track=name, Surface="road")).documents[0]
    assert (document.track, document.layout.slug, document.layout.name) == (track, slug, layout)


@pytest.mark.parametrize(
    ("name", "type"),
    [
        ("Autodromo Hermanos Rodriguez", "road-course"),
        ("Autódromo Hermanos Rodríguez", "road-course"),
        ("Chicago Street Course", "road-course"),
        ("Circuit of the Americas", "road-course"),
        ("Daytona International Speedway Road Course", "road-course"),
        ("Bristol Motor Speedway Dirt Track", "dirt"),
        ("EchoPark Speedway", None),
        ("Street Stock Speedway", None),
    ],
)
def test_what_a_name_tells_of_the_type(name, type):
    """Where the other columns tell nothing; nor does a length make an oval of a road course."""
    untold = sound(csv_row(Track=name, Surface="", Length="")).documents[0].layout
    assert (untold and untold.type) == type
    if type == "road-course":
        assert sound(csv_row(Track=name, Surface="paved", Length="2.42")).documents[0].layout.type == type


def test_which_race_at_the_track_it_is():
    tracks = [
        "Bristol Motor Speedway",
        "Bristol Motor Speedway Dirt Track",
        "Atlanta Motor Speedway",
        "Some Speedway",
        "EchoPark Speedway",
        "Bristol Motor Speedway",
    ]
    parsed = sound(*(csv_row(Race=str(n), Track=track) for n, track in enumerate(tracks, 1)))
    assert [each.nth_at_track for each in parsed.documents] == [1, None, 1, None, 2, 2]


def test_part_of_a_season_tells_no_number_at_the_track():
    parsed = sound(csv_row(Race="20"), csv_row(Race="21"))
    assert [each.nth_at_track for each in parsed.documents] == [None, None]


def staged(season, name="Sample 400", **changes):
    rows = [csv_row(n, Season=str(season), Name=name, S1=f"{n}.0", S2=f"{4 - n}.0") for n in (1, 2, 3)]
    rows[2] |= changes
    return sound(*rows).documents[0]


def test_stages_with_their_points():
    document = staged(2023)
    assert document.stages == 2
    assert [(session.kind, session.number) for session in document.sessions] == [
        ("stage", 1),
        ("stage", 2),
        ("race", 1),
    ]
    assert [(row.car, row.position, row.points) for row in document.sessions[1].results] == [
        ("43", 1, 10),
        ("42", 2, 9),
        ("41", 3, 8),
    ]


@pytest.mark.parametrize(
    ("season", "name", "changes", "expected"),
    [
        pytest.param(2016, "Sample 400", {}, 0, id="before stages"),
        pytest.param(2017, "Sample 400", {}, 2, id="the first year"),
        pytest.param(2017, "Coca-Cola 600", {}, None, id="600 miles have a third"),
        pytest.param(2024, "Sample 400", {"S2": ""}, None, id="a stage without a winner"),
    ],
)
def test_how_many_stages(season, name, changes, expected):
    assert staged(season, name, **changes).stages == expected


def test_no_points_since_2011_is_not_eligible():
    parsed = sound(csv_row(1, Season="2023"), csv_row(2, Season="2023", Pts="0.0", S1="1.0"))
    document, results = race_of(parsed)
    assert [row.ineligible for row in results] == [None, True]
    assert document.sessions[0].results[0].points == 0
    assert [(warning.place, warning.code) for warning in parsed.warnings] == [("line 3, Pts", "ineligible-inferred")]


@pytest.mark.parametrize("status", ["did not start", "disqualified"])
def test_no_points_without_a_place_that_scores(status):
    _, results = race_of(sound(csv_row(1, Season="2023"), csv_row(2, Season="2023", Pts="0.0", Status=status)))
    assert results[1].ineligible is None


def test_where_nobody_has_points_nobody_is_ineligible():
    _, results = race_of(sound(*csv_race(2, Season="2024", Pts="0.0")))
    assert [row.ineligible for row in results] == [None, None]


def test_two_cars_of_one_number():
    parsed = sound(csv_row(1, Car="4"), csv_row(2, Car="4"), csv_row(3))
    document, results = race_of(parsed)
    assert [(entry.car, entry.twin) for entry in document.entries] == [("4", 0), ("4", 1), ("43", 0)]
    assert [row.driver for row in results] == ["Driver A", "Driver B", "Driver C"]
    assert [(warning.place, warning.value, warning.code) for warning in parsed.warnings] == [
        ("line 3, Car", "4", "number-shared")
    ]


def test_a_driver_in_two_cars():
    document, results = race_of(sound(csv_row(1), csv_row(2, Driver="Driver A")))
    assert [(row.car, row.driver) for row in results] == [("41", "Driver A"), ("42", "Driver A")]
    assert len(document.entries) == 2


@pytest.mark.parametrize(
    ("laps", "winner_led", "expected"),
    [
        pytest.param("0.0", "200.0", (None, 65), id="no laps at all"),
        pytest.param("48.0", "200.0", (48, None), id="fewer laps than led"),
        pytest.param("48.0", "135.0", (None, 65), id="fewer laps than led, which add up to the race's"),
    ],
)
def test_more_laps_led_than_run(laps, winner_led, expected):
    parsed = sound(csv_row(1, Led=winner_led), csv_row(2, Laps=laps, Led="65.0"))
    _, results = race_of(parsed)
    assert (results[1].laps, results[1].laps_led) == expected
    assert [(warning.place, warning.code) for warning in parsed.warnings] == [("line 3, Led", "led-more-than-laps")]


LEADERS = [
    pytest.param(["200", "0", "0"], "200", [200, 0, 0], id="a count"),
    pytest.param(["199", "1", "0"], "200", [199, 1, 0], id="a count with a one"),
    pytest.param(["200", "", ""], "200", [200, None, None], id="a count with blanks"),
    pytest.param(["9", "0", "1"], "200", [9, 0, 1], id="too few, but no marks"),
    pytest.param(["1", "1", "0"], "2", [1, 1, 0], id="two laps, two leaders"),
    pytest.param(["0", "0", "0"], "200", [None, None, None], id="all zero"),
    pytest.param(["1", "0", "1"], "200", [None, None, None], id="marks"),
    pytest.param(["1", "", ""], "200", [None, None, None], id="one mark"),
    pytest.param(["", "", ""], "200", [None, None, None], id="blank"),
]


@pytest.mark.parametrize(("led", "laps", "expected"), LEADERS)
def test_laps_led(led, laps, expected):
    parsed = sound(*(csv_row(place, Led=each, Laps=laps) for place, each in enumerate(led, 1)))
    assert [row.laps_led for row in race_of(parsed)[1]] == expected
    dropped = any(led) and not any(expected)
    assert [warning.code for warning in parsed.warnings] == (["laps-led-unknown"] if dropped else [])


def test_unknown_laps_led_are_told_once_for_each_race():
    rows = [csv_row(place, Race=race, Led="0") for race in ("1", "2") for place in (1, 2)]
    parsed = sound(*rows, csv_row(Race="3"))
    assert [(warning.race, warning.season, warning.place) for warning in parsed.warnings] == [
        ("cup 1962 round 1", 1962, "line 2, Led"),
        ("cup 1962 round 2", 1962, "line 4, Led"),
    ]


def test_two_cars_at_one_place_are_left_to_the_checks():
    _, results = race_of(sound(csv_row(1), csv_row(2), csv_row(3, Finish="2.0")))
    assert [row.position for row in results] == [1, 2, 2]


@pytest.mark.parametrize("missing", ["S1", "Seg Points", "Team", "Length"])
def test_an_older_file_without_a_column(missing):
    header = [name for name in HEADER if name != missing]
    assert parse(csv_bytes(*csv_race(2), header=header), "x.csv", KEY).errors == []


BAD_ROWS = [
    pytest.param({"Finish": ""}, "line 3, Finish", "", "is missing", id="no finish"),
    pytest.param({"Finish": "", "Status": "-"}, "line 3, Finish", "", "is missing", id="laps, and no finish"),
    pytest.param({"Finish": "", "Laps": "0"}, "line 3, Finish", "", "is missing", id="running, and no finish"),
    pytest.param({"Finish": "", "Laps": "0", "Status": "disqualified"}, "line 3, Finish", "", "is missing", id="out"),
    pytest.param({"Finish": "", "Laps": "", "Status": ""}, "line 3, Finish", "", "is missing", id="nothing known"),
    pytest.param({"Finish": "0.0"}, "line 3, Finish", "0.0", "must be 1 or more", id="finish zero"),
    pytest.param({"Finish": "first"}, "line 3, Finish", "first", "must be a whole number", id="finish in words"),
    pytest.param({"Start": "-1.0"}, "line 3, Start", "-1.0", "must be a whole number", id="negative"),
    pytest.param({"Laps": "12.5"}, "line 3, Laps", "12.5", "must be a whole number", id="half a lap"),
    pytest.param({"Led": "1e3"}, "line 3, Led", "1e3", "must be a whole number", id="exponent"),
    pytest.param({"Pts": "99999.0"}, "line 3, Pts", "99999.0", "must be a whole number from 0 to 32767", id="huge"),
    pytest.param({"Pts": "nan"}, "line 3, Pts", "nan", "must be a whole number", id="nan"),
    pytest.param({"Pts": "９.0"}, "line 3, Pts", "９.0", "must be a whole number", id="foreign digits"),
    pytest.param({"Driver": " "}, "line 3, Driver", " ", "is missing", id="no driver"),
    pytest.param({"Name": ""}, "line 3, Name", "", "is missing", id="no name"),
    pytest.param({"Driver": "x" * 121}, "line 3, Driver", "x" * 79 + "…", "is longer than 120", id="long name"),
    pytest.param({"Status": "x" * 61}, "line 3, Status", "x" * 61, "is longer than 60", id="long status"),
    pytest.param({"Season": "62"}, "line 3, Season", "62", "must be a year", id="short year"),
    pytest.param({"Race": "1000"}, "line 3, Race", "1000", "must be 999 or less", id="round too high"),
    pytest.param({"Car": "12345"}, "line 3, Car", "12345", "is no car number", id="long car number"),
    pytest.param({"Car": "4#"}, "line 3, Car", "4#", "is no car number", id="odd car number"),
    pytest.param({"Surface": "grass"}, "line 3, Surface", "grass", "must be paved, dirt or road", id="surface"),
    pytest.param({"Length": "0"}, "line 3, Length", "0", "must be a length", id="no length"),
    pytest.param({"Length": "1.23456"}, "line 3, Length", "1.23456", "must be a length", id="too fine a length"),
    pytest.param(
        {"Track": "Elsewhere"}, "line 3, Track", "Elsewhere", "race 1 of 1962 has Sample Speedway", id="moved"
    ),
    pytest.param({"Driver": "Driver A", "Car": "41"}, "line 3, Driver", "Driver A", "stand on line 2", id="row twice"),
    pytest.param({"Driver": "A\x07B"}, "line 3, Driver", "A\\x07B", "holds one that is no text", id="bell"),
]


@pytest.mark.parametrize(("cells", "place", "value", "reason"), BAD_ROWS)
def test_a_bad_row(cells, place, value, reason):
    errors = read(csv_row(1), csv_row(2, **cells)).errors
    assert [(error.place, error.value) for error in errors] == [(place, value)]
    assert reason in errors[0].reason


def test_all_that_is_wrong_is_told():
    parsed = read(csv_row(1, Finish="x", Laps="y"), csv_row(2), csv_row(3, Driver="", Car="#"))
    assert [error.place for error in parsed.errors] == [
        "line 2, Finish",
        "line 2, Laps",
        "line 4, Car",
        "line 4, Driver",
    ]


def test_very_many_problems_are_counted():
    errors = read(*(csv_row(1, Finish="x") for _ in range(250))).errors
    assert (len(errors), errors[-1].reason) == (201, "and 50 more errors")


# Which races are left out.

SHORT = b"1962,2"
NAMELESS = csv_bytes(csv_row(Season="?")).split(b"\n", 1)[1].strip()
ROWS = {
    "between two races: of either": ([(1, 1), (1, 2), SHORT, (2, 1), (3, 1)], [3], {1, 2}),
    "within a race": ([(1, 1), SHORT, (1, 2), (2, 1)], [2], {1}),
    "at the beginning": ([NAMELESS, (1, 1), (2, 1)], [2], {1}),
    "at the end": ([(1, 1), (2, 1), NAMELESS], [1], {2}),
    "of a season and a race, and of nothing else that is right": (
        [(1, 1), b"1962,2,x,y,,,1" + b"," * 14, (3, 1)],
        [1, 3],
        {2},
    ),
}


@pytest.mark.parametrize(("rows", "rounds", "left_out"), ROWS.values(), ids=ROWS)
def test_a_row_that_is_none(rows, rounds, left_out):
    """It is missing from the race that it names, or from one of its neighbours."""
    header, *_ = csv_bytes().split(b"\n")
    lines = [
        row if isinstance(row, bytes) else csv_bytes(csv_row(row[1], Race=str(row[0]))).split(b"\n")[1] for row in rows
    ]
    parsed = parse(b"\n".join([header, *lines]), "x.csv", KEY)
    assert not parsed.refused
    assert [document.round for document in parsed.documents] == rounds
    assert set(parsed.left_out) == {f"cup 1962 round {number}" for number in left_out}
    assert {error.race for error in parsed.errors} == set(parsed.left_out)


@pytest.mark.parametrize(("where", "nth"), [("Sample Speedway", [1, 2]), ("Elsewhere", [None])])
def test_races_at_a_track_are_counted_where_all_of_the_season_are_placed(where, nth):
    parsed = read(csv_row(1, Race="1", Track=where), csv_row(2, Race="1"), csv_row(1, Race="2"))
    assert [document.nth_at_track for document in parsed.documents] == nth


def test_a_row_that_stands_twice_alike_is_taken_once():
    parsed = sound(csv_row(1), csv_row(2), csv_row(2))
    assert len(race_of(parsed)[1]) == 2
    assert [(each.place, each.code) for each in parsed.warnings] == [("line 4", "row-twice")]


def crosswise(**changes):
    """A race of ten cars, and one of four behind whose rows stand the last six of the other."""
    ten = [csv_row(place, Race="1", Start=str(11 - place)) for place in range(1, 11)]
    four = [csv_row(place + 6, Race="2", Finish=str(place)) for place in range(1, 5)]
    strays = [row | {"Race": "2", "Status": "drive shaft"} | changes for row in ten[4:]]
    return read(*ten, *four, *strays)


def test_rows_of_another_race_are_left_to_it():
    """Such as those of 1986 round 11 of the second series, at the end of round 16."""
    parsed = crosswise()
    assert parsed.errors == []
    assert [len(race_of(parsed, number)[1]) for number in (0, 1)] == [10, 4]
    (told,) = [each for each in parsed.warnings if each.code == "rows-elsewhere"]
    assert (told.race, told.place) == ("cup 1962 round 2", "line 16")
    assert told.reason.startswith("6 rows are those of race 1, figure by figure")


def test_rows_that_are_nearly_those_of_another_race_leave_it_out():
    parsed = crosswise(Start="20")
    assert [document.round for document in parsed.documents] == [1]
    assert [(each.race, each.code) for each in parsed.errors] == [("cup 1962 round 2", "row-twice")] * 4


BAD_FILES = [
    pytest.param(b"", "line 1", "the file is empty", id="empty"),
    pytest.param(csv_bytes(), "line 1", "only its header", id="no row"),
    pytest.param(b"a,b\n1,2\n", "line 1", "the header lacks Season, Race", id="another table"),
    pytest.param(csv_bytes(header=[*HEADER, "Race"]), "line 1", "stands twice", id="a column twice"),
    pytest.param(csv_bytes(csv_row()) + b"1962,1\n", "line 3", "the row has 2 columns, the header 21", id="short row"),
    pytest.param(csv_bytes(csv_row()) + csv_bytes(csv_row(2)), "line 3", "the header stands here again", id="header"),
    pytest.param(csv_bytes(csv_row()) + b'1962,"open', "line 3", "quote", id="open quote"),
    pytest.param(csv_bytes(csv_row()) + b'1962,"a"b\n', "line 3", "quotes", id="quote inside"),
    pytest.param(csv_bytes(csv_row(Driver="x" * 200_000)), "line 2", "damaged", id="endless cell"),
    pytest.param(
        csv_bytes(csv_row(Driver="Suárez")).decode().encode("latin-1"), "line 2, Driver", "no text", id="latin"
    ),
    pytest.param(csv_bytes(csv_row()).decode().encode("utf-16"), "line 1", "UTF-16", id="utf-16"),
]


@pytest.mark.parametrize(("data", "place", "reason"), BAD_FILES)
def test_a_bad_file(data, place, reason):
    errors = parse(data, "x.csv", KEY).errors
    assert [error.place for error in errors] == [place]
    assert reason in errors[0].reason


def test_a_column_that_is_not_known_is_not_read():
    parsed = parse(csv_bytes(csv_row(), header=[*HEADER, "Weather"]), "x.csv", KEY)
    assert parsed.errors == []
    assert [(each.value, each.code) for each in parsed.warnings] == [("Weather", "unknown-column")]


def test_the_second_series():
    """Larry Pearson's championship of 1986, with the better of two cars in each race."""
    parsed = parse(real("xfinity_series.csv.gz"), "xfinity_series.csv.gz", series="national")
    assert (parsed.errors, len(parsed.documents)) == ([], 1404)
    (source,) = parsed.documents[0].sources
    assert (source.title, source.slug) == ("nascaR.data, national results", "nascar-data-national")
    kinds = {(each.code, each.race) for each in parsed.warnings if each.code in ("row-twice", "rows-elsewhere")}
    assert kinds == {("rows-elsewhere", "national 1986 round 16")}
    season = [race_of(parsed, n)[1] for n, document in enumerate(parsed.documents) if document.season == 1986]
    assert [len(season[number]) for number in (10, 15)] == [42, 24]
    points = Counter()
    for results in season:
        points.update({row.driver: row.points for row in sorted(results, key=lambda row: row.points)})
    assert points.most_common(2) == [("Larry Pearson", 4551), ("Brett Bodine", 4531)]


def test_the_whole_history():
    data = real("cup_series_1949_2025.csv.gz")
    begin = time.process_time()
    parsed = parse(data, "cup_series_1949_2025.csv.gz")
    assert time.process_time() - begin < 20, "it takes about three seconds on an idle machine"
    assert (parsed.format, parsed.errors) == (KEY, [])
    races = [race_of(parsed, number)[1] for number in range(len(parsed.documents))]
    assert len(races) == 2822
    assert sum(map(len, races)) == 100_138
    codes = Counter(warning.code for warning in parsed.warnings)
    assert codes == {
        "number-shared": 49,
        "led-more-than-laps": 6,
        "ineligible-inferred": 2254,
        "laps-led-unknown": 168,
        "mended": 96,
    }
    unknown = Counter(
        document.season
        for document, results in zip(parsed.documents, races)
        if all(row.laps_led is None for row in results)
    )
    assert (sum(unknown.values()), unknown[1973]) == (168, 26)
    assert len({warning.value for warning in parsed.warnings if warning.code == "number-shared"}) < 50
    assert all(document.laps for document in parsed.documents)
    stages = Counter(document.stages for document in parsed.documents if 2017 <= document.season <= 2024)
    assert stages == {2: 280, None: 8}
    assert not any(document.stages for document in parsed.documents if document.season in (2016, 2025))
    atlanta = {each.round: each.nth_at_track for each in parsed.documents if each.season == 2025}
    assert (atlanta[2], atlanta[18], atlanta[13], atlanta[32]) == (1, 2, None, None)
    for document in parsed.documents[::20]:
        assert RaceDocument.model_validate(document.model_dump()) == document


CROSSWISE = [
    pytest.param(
        {"Season": "1973", "Race": "27", "Track": "Rockingham Speedway", "Length": "1.5"}, (28, "1.017"), id="rounds"
    ),
    pytest.param({"Season": "1971", "Race": "6", "Track": "Charlotte Speedway"}, "Richmond Raceway", id="track"),
    pytest.param({"Season": "1971", "Race": "6", "Track": "Richmond Raceway"}, "Richmond Raceway", id="mended by now"),
    pytest.param(
        {"Season": "1971", "Race": "7", "Track": "Charlotte Speedway"}, "Charlotte Speedway", id="another race"
    ),
]


@pytest.mark.parametrize(("cells", "right"), CROSSWISE)
def test_known_errors_of_the_cup_file_are_mended(cells, right):
    (document,) = sound(csv_row(**cells)).documents
    found = (document.round, str(document.layout.length)) if isinstance(right, tuple) else document.track
    assert found == right


def test_what_is_mended_is_told_once_for_each_race():
    rows = {"Season": "1971", "Race": "6", "Track": "Charlotte Speedway"}
    told = [
        (each.code, each.place, each.value, each.reason)
        for each in sound(csv_row(1, **rows), csv_row(2, **rows)).warnings
    ]
    assert told.count(("mended", "Track", "Charlotte Speedway", "mended to Richmond Raceway")) == 1


def test_they_are_of_one_series_alone():
    assert sound(csv_row(**CROSSWISE[1].values[0]), series="national").documents[0].track == "Charlotte Speedway"


@pytest.mark.parametrize(
    ("series", "year", "race", "right"),
    [
        ("national", 2023, 13, "Portland International Raceway"),
        ("national", 2023, 14, "Portland Speedway"),
        ("cup", 1956, 21, "Portland Speedway"),
    ],
)
def test_the_road_course_at_portland_is_not_the_oval_of_the_fifties(series, year, race, right):
    row = csv_row(Season=str(year), Race=str(race), Track="Portland Speedway")
    assert sound(row, series=series).documents[0].track == right
