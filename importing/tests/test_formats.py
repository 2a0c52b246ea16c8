"""Telling formats apart, unpacking, and files that are damaged in every way: told, never raised."""

import copy
import gzip
import io
import json
import zipfile
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importing.document.schema import RaceDocument
from importing.formats.parsed import Parsed
from importing.formats.registry import FORMATS, parse, recognise
from importing.problems import Findings, printable
from testing.files.damage import ODD_CELLS, RAW, damage
from testing.files.samples import (
    as_bytes,
    csv_bytes,
    csv_race,
    document,
    qualifying,
    race_list,
    real,
    run,
    run_row,
    weekend,
)

SAMPLES = {
    "race-document": document(),
    "weekend-feed": weekend(),
    "race-list": race_list(20),
}
SHEETS = {
    "nascar-data": csv_bytes(*csv_race(3)),
    "season-totals": b"driver,series,season,starts,wins\nKyle Larson,cup,2021,36,10\nKyle Larson,cup,2023,36,4\n",
    "season-table": (
        b"season,series_id,race_num,race_date,race_track_name,race_track_id,race_winner_name,"
        b"race_pole_time,race_cautions,race_speed,race_lead_changes\n"
        b"2021,W,11,05/02/21,Kansas,Kansas_Speedway,Kyle Busch,MQ,9,127.281,17\n"
        b"2021,W,13,05/16/21,Dover,Dover_Motor_Speedway,Alex Bowman,MQ,7,120.889,17\n"
    ),
    "stage-winners": b"series,season,round,stage,winner\ncup,2021,15,2,Kyle Larson\ncup,2021,15,3,Kyle Larson\n",
}
FILES = {key: as_bytes(value) for key, value in SAMPLES.items()} | SHEETS

TOLD_APART = [
    *(pytest.param(data, key, id=key) for key, data in FILES.items()),
    *(pytest.param(gzip.compress(data), key, id=f"{key}, compressed") for key, data in FILES.items()),
    *(pytest.param(b"\xef\xbb\xbf" + data, key, id=f"{key}, with a mark") for key, data in FILES.items()),
    *(pytest.param(data[: len(data) // 2], key, id=f"{key}, cut short") for key, data in FILES.items()),
    pytest.param(as_bytes(race_list(20)["series_1"]), "race-list", id="a bare race list"),
    pytest.param(as_bytes([document()]), "race-document", id="a list of documents"),
    pytest.param(as_bytes({"races": []}), "race-document", id="races"),
    pytest.param(as_bytes({"weekend_race": None}), "weekend-feed", id="a weekend of null"),
    pytest.param(json.dumps(document(note='"weekend_race":'), sort_keys=True).encode(), "race-document", id="a note"),
    pytest.param(
        as_bytes({key: value for key, value in document().items() if key != "format"}),
        "race-document",
        id="no format stated",
    ),
    pytest.param(b"", None, id="empty"),
    pytest.param(b"null", None, id="null"),
    pytest.param(b"{}", None, id="an empty object"),
    pytest.param(b"a,b\n1,2\n", None, id="another table"),
    pytest.param(b"<!DOCTYPE html><html>", None, id="a web page"),
    pytest.param(b"\x1f\x8bxyz", None, id="damaged"),
    pytest.param(bytes(range(256)), None, id="all bytes"),
]


@pytest.mark.parametrize(("data", "key"), TOLD_APART)
def test_formats_are_told_by_their_content(data, key):
    found = recognise(data)
    assert (found.key if found else None) == key


@pytest.mark.parametrize("key", FILES)
def test_a_compressed_file_says_the_same(key):
    assert parse(gzip.compress(FILES[key]), "x") == parse(FILES[key], "x")
    assert parse(FILES[key], "x").errors == []
    assert parse(FILES[key], "x").format == key


UNKNOWN = [
    pytest.param(b"", "the file is empty", id="empty"),
    pytest.param(b" \n", "the file is empty", id="blank"),
    pytest.param(b"null\n", "the file says null", id="null"),
    pytest.param(b"<!DOCTYPE html><html>", "the file is a web page", id="web page"),
    pytest.param(b"PK\x03\x04....", "a zip archive or a spreadsheet", id="spreadsheet"),
    pytest.param("Season,Race".encode("utf-16"), "the file is UTF-16", id="utf-16"),
    pytest.param(b"hello", "no known format", id="text"),
    pytest.param(b"{}", "no known format", id="empty object"),
]


@pytest.mark.parametrize(("data", "reason"), UNKNOWN)
def test_a_file_of_no_known_format(data, reason):
    (error,) = parse(data, "x").errors
    assert (error.file, error.code) == ("x", "unknown-format")
    assert reason in error.reason
    assert all(key in error.reason for key in FORMATS)


def archive(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return content.getvalue()


TOTALS, WINNERS = FILES["season-totals"], FILES["stage-winners"]
OTHER_FILES = {
    "a Django fixture; load it with loaddata": b'[{"model": "races.race", "fields": {"name": "A race"}}]',
    "a JSON schema": b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}',
    "a table of this site": b'{"title": "Wins", "as_of": null, "filters": {}, "columns": [], "rows": []}',
    "NASCAR's live feed": b'{"lap_number": 500, "flag_state": 4, "race_id": 4973, "vehicles": []}',
    "NASCAR's lap times": b'{"laps": [{"Number": "19", "FullName": "Ada Swift", "Laps": []}]}',
    "NASCAR's list of drivers": b'{"status": 200, "response": [{"Nascar_Driver_ID": 4301}]}',
    "NASCAR's list of tracks": b'{"items": [{"track_id": 4, "track_name": "Sample Raceway"}]}',
    "NASCAR's points standings": b'[{"position": 1, "driver_name": "Ada Swift", "points": 452, "delta_leader": 0}]',
    "a feed of Ergast or Jolpica": b'{"MRData": {"RaceTable": {}}}',
    "a scoreboard of ESPN": b'{"leagues": [], "events": []}',
    "GeoJSON": b'{"type": "FeatureCollection", "features": []}',
    "JSON with name, cars; a race document names its series, season": b'{"name": "A race", "cars": [5]}',
    "JSON without a name": b"[1, 2]",
    "JSON with r\\naces;": b'{"r\naces": "A penalty"}',
    "XML": b'<?xml version="1.0"?><rss/>',
    "a web page": b"\n <div>Not found</div>",
    "a web page, perhaps": gzip.compress(b"<html>Not found</html>"),
    "an Excel file; save its sheet as CSV": archive("xl/workbook.xml"),
    "an OpenDocument file": archive("mimetype", "content.xml"),
    "a Word file": archive("word/document.xml"),
    "a zip archive with races.json, notes.txt; unpack it": archive("races.json", "notes.txt"),
    "an old Excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "a PDF": b"%PDF-1.7",
    "a picture (PNG)": b"\x89PNG\r\n\x1a\n",
    "a picture (JPEG)": b"\xff\xd8\xff\xe0",
    "an SQLite database": b"SQLite format 3\x00",
    "a Parquet table": b"PAR1",
    "is no text": gzip.compress(b"pax_global_header" + b"\0" * 83 + b"0000644,\n"),
    "compressed with bzip2": b"BZh91AY",
    "compressed with xz": b"\xfd7zXZ\x00",
    "a table whose cells are parted by semicolons": TOTALS.replace(b",", b";"),
    "a table whose cells are parted by tabs": WINNERS.replace(b",", b"\t"),
    "nearest is season-totals, of which it lacks starts, wins": b"driver,series,season\nAda Swift,cup,2020\n",
    "nearest is stage-winners, of which it lacks season, round": b"Season,Round,stage,winner\n2020,1,1,Ada Swift\n",
    "nearest is nascar-data, of which it lacks Race, Track, Name": b"Season,Finish,Driver\n2020,1,Ada Swift\n",
    "a table with a, b, which none of our sheets has": b"a,b\n1,2\n",
}
"""By what it is called, a file of another kind."""


@pytest.mark.parametrize("kind", OTHER_FILES)
def test_a_file_of_another_kind_is_called_what_it_is(kind):
    (error,) = parse(OTHER_FILES[kind], "x").errors
    assert error.code == "unknown-format"
    assert kind in error.reason


def test_recorded_files_of_other_kinds_are_called_what_they_are():
    for name, kind in {
        "feeds/drivers.json": "NASCAR's list of drivers",
        "feeds/points-drivers.json": "NASCAR's points standings",
        "feeds/tracks.json": "NASCAR's list of tracks",
        "feeds/2020_4973/live-feed.json": "NASCAR's live feed",
        "feeds/2020_4973/lap-times.json.gz": "NASCAR's lap times",
    }.items():
        (error,) = parse(real(name), name).errors
        assert kind in error.reason, name


@pytest.mark.parametrize("said", [None, "race-document", "nascar-data"])
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[1,2", "line 1, column 5"),
        ('{"name": "A race",\n', "line 2, column 1"),
        ('{"name": "A ra', "line 1, column 10"),
        ("[", "line 1, column 2"),
    ],
)
def test_json_that_ends_too_early_to_tell_what_it_is(text, place, said):
    (error,) = parse(text.encode(), "x", said).errors
    assert (error.place, error.code) == (place, "json")
    assert "was the file cut short?" in error.reason


@pytest.mark.parametrize("said", FORMATS)
@pytest.mark.parametrize("key", FILES)
def test_a_file_of_one_format_given_as_another_is_called_what_it_is(key, said):
    errors = parse(FILES[key], "x", said).errors
    told = [f"the file is {key} ({FORMATS[key].label}), not {said} ({FORMATS[said].label});"] * (key != said)
    assert [error.reason.partition(" leave out")[0] for error in errors] == told


@pytest.mark.parametrize("said", FORMATS)
def test_a_file_of_another_kind_given_as_one_of_ours_is_called_what_it_is(said):
    for kind in ("a PDF", "a web page", "a Django fixture", "an Excel file", "NASCAR's live feed", "XML"):
        data = next(data for words, data in OTHER_FILES.items() if words.startswith(kind))
        (error,) = parse(data, "x", said).errors
        assert f"the file is {kind}" in error.reason


def test_a_format_that_there_is_not():
    (error,) = parse(FILES["race-list"], "x", "excel").errors
    assert "there is no format “excel”" in error.reason


BOMB = zlib.compressobj(9, zlib.DEFLATED, 31)
BOMB = BOMB.compress(bytes(300_000)) + BOMB.flush()
PACKED = gzip.compress(FILES["race-list"])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(PACKED[:-20], "breaks off", id="cut short"),
        pytest.param(PACKED[:40] + b"\xff\xff\xff" + PACKED[43:], "is damaged", id="damaged"),
        pytest.param(PACKED[:-8] + bytes(8), "is damaged", id="wrong sum"),
        pytest.param(b"\x1f\x8b", "breaks off", id="nothing but the beginning"),
        pytest.param(BOMB, "unpacks to more than", id="bomb"),
    ],
)
def test_a_compressed_file_that_cannot_be_unpacked(data, reason):
    (error,) = parse(data, "x", "race-list", largest=200_000).errors
    assert reason in error.reason


HALF = '"a": 1'
DAMAGED = [
    pytest.param("", "line 1, column 1", "the file is empty", id="empty"),
    pytest.param('{"a": [\n{"a": 1', "line 2, column 8", "was the file cut short?", id="cut short"),
    pytest.param('{"a": [\n{"a', "line 2, column 2", "was the file cut short?", id="cut in a text"),
    pytest.param('{\n"a" 1}', "line 2, column 5", "a colon is missing", id="colon"),
    pytest.param('{"a": 1 "b": 2}', "line 1, column 9", "a comma or a closing bracket is missing", id="comma"),
    pytest.param("{'a': 1}", "line 1, column 2", "a key in double quotes", id="single quotes"),
    pytest.param('{"a": 1} {"b": 2}', "line 1, column 10", "something follows the end", id="two values"),
    pytest.param('{"a": "x\ny"}', "line 1, column 9", "over the end of its line", id="text over two lines"),
    pytest.param('{"a": "\\x"}', "line 1, column 8", "a backslash", id="backslash"),
    pytest.param('{"a": nope}', "line 1, column 7", "a value is missing", id="a bare word"),
    pytest.param("[" * 100_000, "line 1", "nests far too deep", id="very deep"),
]


@pytest.mark.parametrize("key", ["race-document", "weekend-feed", "race-list"])
@pytest.mark.parametrize(("text", "place", "reason"), DAMAGED)
def test_damaged_json(text, place, reason, key):
    errors = parse(text.encode(), "x", key).errors
    assert [each.place for each in errors] == [place]
    assert reason in errors[0].reason


TWICE = '"a": {"c": 3, "c": 4}'
DEEP = "[" * 60 + "]" * 60


@pytest.mark.parametrize(
    ("key", "text", "place", "reason"),
    [
        ("weekend-feed", f"{{{TWICE}}}", "$.a.c", "the key stands twice"),
        ("race-document", f"[{{{TWICE}}}]", "$[0].a.c", "the key stands twice"),
        ("race-document", '{"races": [], "races": []}', "$.races", "the key stands twice"),
        ("race-list", f"[{{{TWICE}}}]", "$[0].a.c", "the key stands twice"),
        ("race-list", '{"series_1": [], "series_1": []}', "$.series_1", "the key stands twice"),
        ("weekend-feed", DEEP, "$" + "[0]" * 41, "nests deeper than 40 levels"),
        ("race-document", f"[{DEEP}]", "$" + "[0]" * 42, "nests deeper than 40 levels"),
        ("race-list", f'[{{"a": {DEEP}}}]', "$[0].a" + "[0]" * 40, "nests deeper than 40 levels"),
    ],
)
def test_json_that_is_not_sound(key, text, place, reason):
    errors = parse(text.encode(), "x", key).errors
    assert (place, reason) in [(each.place, each.reason) for each in errors]


@pytest.mark.parametrize("key", ["race-document", "weekend-feed", "race-list"])
@pytest.mark.parametrize(
    ("data", "place", "reason"),
    [
        pytest.param('{\n"a": "Suárez"}'.encode("latin-1"), "line 2", "byte 11 is no UTF-8 text", id="latin-1"),
        pytest.param('{"a": 1}'.encode("utf-16"), "byte 1", "the file is UTF-16", id="utf-16"),
    ],
)
def test_json_in_another_encoding(data, place, reason, key):
    (error,) = parse(data, "x", key).errors
    assert (error.place, error.code) == (place, "encoding")
    assert reason in error.reason


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "true"),
        ([], "[]"),
        ([1, 2], "a list of 2"),
        ({"a": 1}, "an object"),
        ("x" * 90, "x" * 79 + "…"),
        ("a\nb\ud800", "a\\nb\\ud800"),
        (12, "12"),
    ],
)
def test_how_a_value_is_shown(value, expected):
    assert printable(value) == expected


def test_very_many_problems_are_counted_and_no_one_twice(monkeypatch):
    monkeypatch.setattr("importing.problems.MOST_WARNINGS", 200)
    findings = Findings("x")
    for number in range(300):
        findings.error(f"line {number}", number, "is wrong")
        findings.error(f"line {number}", number, "is wrong")
        findings.warn(f"line {number}", number, "is odd", "odd")
    parsed = Parsed.of(findings, "race-list")
    assert (len(parsed.errors), str(parsed.errors[-1])) == (201, "x, the rest of the file: and 100 more errors")
    assert (len(parsed.warnings), parsed.warnings[-1].reason) == (201, "and 100 more warnings")
    with findings.of("cup 2025 round 1"):
        findings.error("line 301", "", "is wrong")
        findings.error("line 302", "", "is wrong")
    assert [each.place for each in findings.errors[200:]] == ["line 301"], "the first of each race is kept"
    assert findings.left_out["cup 2025 round 1"] == 2


# Damage of every kind.


def spoil(data: bytes, draw) -> bytes:
    """Change the bytes themselves, now and then."""
    at = draw(st.integers(0, max(len(data) - 1, 0)))
    kinds = ("cut", "byte", "insert", "mark", "latin", "utf-16", "gzip", "cut gzip")
    kind = draw(st.sampled_from((*[""] * 16, *kinds)))
    if kind == "cut":
        return data[:at]
    if kind == "byte":
        return data[:at] + draw(st.binary(min_size=1, max_size=2)) + data[at + 1 :]
    if kind == "insert":
        return data[:at] + draw(st.binary(max_size=8)) + data[at:]
    if kind == "mark":
        return b"\xef\xbb\xbf" + data
    if kind in ("latin", "utf-16"):
        return data.decode(errors="replace").encode({"latin": "latin-1"}.get(kind, kind), errors="replace")
    if kind == "gzip":
        return gzip.compress(data, 1)
    if kind == "cut gzip":
        return gzip.compress(data, 1)[: at + 2]
    return data


def check(data: bytes, key: str | None) -> None:
    """Whatever the file: no exception, a place and a reason for each problem, and documents that are right."""
    parsed = parse(data, "file", key)
    assert len(parsed.documents) == len(parsed.places)
    assert parsed.documents or parsed.errors
    for problem in parsed.errors + parsed.warnings:
        assert problem.place
        assert problem.reason
        assert problem.code
        str(problem).encode()
        assert "\n" not in str(problem)
    for made in parsed.documents:
        assert RaceDocument.model_validate(made.model_dump()) == made
        made.model_dump_json().encode()


FUZZ = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
SMALL_SAMPLES = {
    "race-document": [document(), {"races": [document(round=1), document(round=2)]}],
    "weekend-feed": [
        weekend(),
        weekend([qualifying(), run("Practice - Group A", run_row(1, "08", 22.1), run_type=1), run("Final Round")]),
    ],
    "race-list": [race_list(2), race_list(2, race_type_id=2)["series_1"]],
}


@pytest.mark.parametrize("key", SMALL_SAMPLES)
def test_no_damaged_json_raises(key):
    @FUZZ
    @given(st.data())
    def damaged(data):
        value = copy.deepcopy(data.draw(st.sampled_from(SMALL_SAMPLES[key])))
        for _ in range(data.draw(st.integers(1, 4))):
            value = damage(value, data.draw)
            if not isinstance(value, (dict, list)):
                break
        text = json.dumps(value, ensure_ascii=data.draw(st.booleans()))
        for mark, raw in RAW.items():
            text = text.replace(f'"{mark}"', raw)
        text = text.replace("<twice>", "")
        check(spoil(text.encode(errors="surrogatepass"), data.draw), data.draw(st.sampled_from((key, key, None))))

    damaged()


@FUZZ
@given(st.data())
def test_no_damaged_table_raises(data):
    draw = data.draw
    lines = [
        line.split(",") for line in csv_bytes(*csv_race(3), *csv_race(2, Season="2023", S1="1.0")).decode().split("\n")
    ]
    for _ in range(draw(st.integers(1, 5))):
        line = lines[draw(st.integers(0, len(lines) - 1))]
        at = draw(st.integers(0, len(line) - 1))
        kind = draw(st.sampled_from(("replace", "replace", "replace", "drop", "insert", "row twice", "no row", "swap")))
        if kind == "replace":
            line[at] = draw(st.sampled_from(ODD_CELLS))
        elif kind == "drop" and len(line) > 1:
            del line[at]
        elif kind == "insert":
            line.insert(at, "x")
        elif kind == "row twice":
            lines.append(list(line))
        elif kind == "no row" and len(lines) > 1:
            lines.remove(line)
        elif kind == "swap":
            line[0], line[at] = line[at], line[0]
    text = draw(st.sampled_from(("\n", "\r\n", "\r"))).join(",".join(line) for line in lines)
    check(spoil(text.encode(), draw), draw(st.sampled_from(("nascar-data", None))))


@FUZZ
@given(st.binary(max_size=300), st.sampled_from([None, *FORMATS]))
def test_no_bytes_raise(data, key):
    check(data, key)
