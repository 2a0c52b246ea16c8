"""Race documents as JSON: the shapes they come in, what is wrong with them in plain words, and what does not agree."""

import copy
import json

import pytest

from importing.formats.registry import parse
from testing.files.samples import as_bytes, document

KEY = "race-document"


def read(content, **options):
    return parse(content if isinstance(content, bytes) else as_bytes(content), "races.json", KEY, **options)


def changed(path, value) -> dict:
    """The sample with the value at a path such as ("entries", 1, "car") replaced; a value of `...` takes it out."""
    made = copy.deepcopy(document())
    *steps, last = path
    part = made
    for step in steps:
        part = part[step]
    if value is ...:
        del part[last]
    elif isinstance(part, list) and last == len(part):
        part.append(value)
    else:
        part[last] = value
    return made


def test_a_document():
    parsed = read(document())
    assert (parsed.errors, parsed.warnings, parsed.places, parsed.format) == ([], [], ["$"], KEY)
    assert parsed.documents[0].label == "cup 2025 round 12, AdventHealth 400"


LINE = as_bytes(document())
SHAPES = [
    pytest.param(LINE, ["$"], id="one"),
    pytest.param(b"[" + LINE + b"," + LINE + b"]", ["$[0]", "$[1]"], id="list"),
    pytest.param(b'{"races": [' + LINE + b'], "count": 1}', ["$.races[0]"], id="races"),
    pytest.param(LINE + b"\n\n" + LINE + b"\n", ["line 1", "line 3"], id="lines"),
    pytest.param(LINE + b"\r\n" + LINE, ["line 1", "line 2"], id="windows lines"),
    pytest.param(b"\xef\xbb\xbf" + LINE, ["$"], id="mark at the beginning"),
    pytest.param(json.dumps(document(), indent=2).encode(), ["$"], id="indented"),
    pytest.param(json.dumps(document(), indent=0).encode(), ["$"], id="lines without indent"),
]


@pytest.mark.parametrize(("data", "places"), SHAPES)
def test_the_shapes_documents_come_in(data, places):
    parsed = read(data)
    assert (parsed.errors, parsed.places) == ([], places)


ENTRY = ("entries", 1)
RESULT = ("sessions", 1, "results", 1)
WRONG = [
    pytest.param(("series",), ..., "$.series", "", "is missing", id="missing"),
    pytest.param(("laps",), "many", "$.laps", "many", "must be a whole number", id="words for a number"),
    pytest.param(("laps",), 1.5, "$.laps", "1.5", "must be a whole number", id="half a lap"),
    pytest.param(("laps",), -1, "$.laps", "-1", "must be 0 or more", id="negative"),
    pytest.param(("laps",), 40000, "$.laps", "40000", "must be 32767 or less", id="too many"),
    pytest.param(("laps",), True, "$.laps", "true", "must not be true or false", id="true for a number"),
    pytest.param(("laps",), float("nan"), "$.laps", "NaN", "is no figure", id="nan"),
    pytest.param(("laps",), 10**400, "$.laps", "1" + "0" * 59, "is no figure", id="more digits than a figure has"),
    pytest.param(("laps",), [], "$.laps", "[]", "must be a whole number", id="list for a number"),
    pytest.param(("date",), "May 11", "$.date", "May 11", "must be a day such as 2025-05-11", id="date in words"),
    pytest.param(("date",), 20250511, "$.date", "20250511", "must be a day such as 2025-05-11", id="date as a number"),
    pytest.param(("date",), "2025-02-30", "$.date", "2025-02-30", "must be a day", id="no such day"),
    pytest.param(("name",), " ", "$.name", " ", "must not be empty", id="empty"),
    pytest.param(("name",), "x" * 121, "$.name", "x" * 79 + "…", "is longer than 120 characters", id="long"),
    pytest.param(("name",), "a\ud800", "$.name", "a\\ud800", "cannot be written", id="half a character"),
    pytest.param(("name",), "a\x00", "$.name", "a\\x00", "holds a control character", id="control character"),
    pytest.param(("series",), "the cup", "$.series", "the cup", "must be a slug", id="no slug"),
    pytest.param(("status",), "done", "$.status", "done", "must be 'scheduled'", id="no such choice"),
    pytest.param(("time",), "3:99:00", "$.time", "3:99:00", "must be hours, minutes and seconds", id="time"),
    pytest.param(("pole",), "5", "$.pole", "5", "must be an object in braces", id="text for an object"),
    pytest.param(("pole",), {}, "$.pole", "{}", "name the car", id="nothing named"),
    pytest.param(("entries",), {"a": 1}, "$.entries", "an object", "must be a list in square brackets", id="object"),
    pytest.param((*ENTRY, "car"), 17, "$.entries[1].car", "17", "must be text in quotes", id="number for a car"),
    pytest.param((*ENTRY, "car"), "12345", "$.entries[1].car", "12345", "is longer than 4", id="long car number"),
    pytest.param((*ENTRY, "car"), "4#", "$.entries[1].car", "4#", "must be a car number", id="odd car number"),
    pytest.param((*ENTRY, "driver"), ..., "$.entries[1].driver", "", "is missing", id="no driver"),
    pytest.param((*ENTRY, "drivr"), "x", "$.entries[1].drivr", "x", "did you mean “driver”?", id="misspelt"),
    pytest.param((*ENTRY, "zzz"), "x", "$.entries[1].zzz", "x", "is no field of a race document", id="unknown"),
    pytest.param(
        (*RESULT, "disqualified"), "x", "$.sessions[1].results[1].disqualified", "x", "true or false", id="flag"
    ),
    pytest.param((*RESULT, "time"), "0", "$.sessions[1].results[1].time", "0", "must be more than 0", id="time zero"),
    pytest.param((*RESULT, "time"), "1.2345", "$.sessions[1].results[1].time", "1.2345", "3 decimals", id="too fine"),
    pytest.param((*RESULT, "laps_led"), 268, "$.sessions[1].results[1]", "an object", "led 268 laps of 267", id="led"),
    pytest.param(("margin", "seconds"), ..., "$.margin", "an object", "needs “seconds”", id="margin without figure"),
    pytest.param(("slug",), "x", "$", "an object", "a points race has a round and no slug", id="round and slug"),
    pytest.param(("sources", 0, "url"), "ftp://x", "$.sources[0].url", "ftp://x", "begins with https://", id="address"),
    pytest.param(("odd key",), 1, '$["odd key"]', "1", "is no field", id="odd key"),
    pytest.param(
        ("rulings", 0, "changes", 0),
        {"car": "17", "before": {"\ud800": 1}, "after": {"\ud800": 2}},
        *("$.rulings[0].changes[0]", "an object", "“\\ud800” cannot be changed by a ruling"),
        id="half a character for a column",
    ),
    pytest.param(
        ("rulings", 0, "changes", 0, "after"),
        {"points": "x"},
        *("$.rulings[0].changes[0]", "an object", "expected int or null"),
        id="ruling",
    ),
]


@pytest.mark.parametrize(("path", "value", "place", "shown", "reason"), WRONG)
def test_what_is_wrong_is_told_in_plain_words(path, value, place, shown, reason):
    errors = read(json.dumps(changed(path, value)).encode()).errors
    assert [(each.place, each.value) for each in errors] == [(place, shown)]
    assert reason in errors[0].reason


def test_everything_is_told_at_once():
    made = changed((*ENTRY, "driver"), ...)
    made |= {"laps": "x", "date": 5}
    assert {each.place for each in read([made]).errors} == {"$[0].entries[1].driver", "$[0].laps", "$[0].date"}


def test_a_line_of_many_that_is_wrong():
    lines = [LINE, as_bytes(document(laps="x")), b'{"a":', LINE]
    parsed = read(b"\n".join(lines))
    assert [each.place for each in parsed.errors] == ["line 2, $.laps", "line 3, column 6"]
    assert parsed.places == ["line 1", "line 4"]


NOTHING_IN_IT = [
    pytest.param(b"null", "$", "must be a race document", id="null"),
    pytest.param(b"[]", "$", "holds no race document", id="empty list"),
    pytest.param(b'{"races": []}', "$", "holds no race document", id="no races"),
    pytest.param(b'{"races": null}', "$.races", "must be a list", id="races null"),
    pytest.param(b"[null, 3]", "$[0]", "must be a race document", id="no objects"),
    pytest.param(b"{}", "$.series", "is missing", id="empty object"),
]


@pytest.mark.parametrize(("data", "place", "reason"), NOTHING_IN_IT)
def test_a_file_without_documents(data, place, reason):
    errors = read(data).errors
    assert errors[0].place == place
    assert reason in errors[0].reason


def test_a_key_that_stands_twice():
    errors = read(LINE.replace(b'"laps": 267,', b'"laps": 267, "laps": 266,', 1)).errors
    assert [(each.place, each.code) for each in errors] == [("$.laps", "doubled-key")]


DISAGREEING = [
    pytest.param((*ENTRY, "car"), "5", "$.entries[1].car", "doubled-car", id="a car twice"),
    pytest.param(("pole",), {"car": "99"}, "$.pole.car", "no-car", id="pole of an unknown car"),
    pytest.param(("pole",), {"driver": "Nobody"}, "$.pole.driver", "no-car", id="pole of an unknown driver"),
    pytest.param(("led_to_green",), {"car": "99"}, "$.led_to_green.car", "no-car", id="led to green"),
    pytest.param(("margin", "against"), {"car": "99"}, "$.margin.against.car", "no-car", id="margin against"),
    pytest.param((*RESULT, "car"), "99", "$.sessions[1].results[1].car", "no-car", id="result of an unknown car"),
    pytest.param((*RESULT, "car"), "5", "$.sessions[1].results[1]", "car-twice", id="a car twice in a session"),
    pytest.param(
        RESULT, {"driver": "Kyle Larson"}, "$.sessions[1].results[1]", "car-twice", id="a car twice, once by its driver"
    ),
    pytest.param((*RESULT, "driver"), "X Y", "$.sessions[1].results[1].driver", "driver-differs", id="another driver"),
    pytest.param(("lead_segments", 1, "car"), "99", "$.lead_segments[1].car", "no-car", id="leader"),
    pytest.param(("lead_segments", 1, "end"), 0, "$.lead_segments[1].start", "segment-order", id="lead backwards"),
    pytest.param(("caution_segments", 0, "end"), 79, "$.caution_segments[0].start", "segment-order", id="caution"),
    pytest.param(
        ("caution_segments", 0, "beneficiary"),
        "99",
        *("$.caution_segments[0].beneficiary", "unknown-beneficiary"),
        id="beneficiary",
    ),
    pytest.param(("caution_laps",), 268, "$.caution_laps", "caution-laps", id="caution laps"),
    pytest.param(("lineup",), "formula", "$.pole", "pole-without-qualifying", id="pole without qualifying"),
    pytest.param(("sessions", 0, "kind"), "race", "$.sessions[1]", "doubled-session", id="a session twice"),
    pytest.param(("sessions", 1, "number"), 2, "$.sessions[1].number", "race-session", id="a second race"),
    pytest.param(
        ("rulings", 0, "changes", 0, "car"), "99", "$.rulings[0].changes[0].car", "no-car", id="ruling on nobody"
    ),
    pytest.param(
        ("rulings", 0, "changes", 0, "session"),
        "stage-1",
        *("$.rulings[0].changes[0].session", "no-session"),
        id="ruling on no session",
    ),
    pytest.param(
        ("rulings", 0, "changes", 0, "session"),
        "qualifying",
        *("$.rulings[0].changes[0]", "no-result"),
        id="ruling on no result",
    ),
]


@pytest.mark.parametrize(("path", "value", "place", "code"), DISAGREEING)
def test_what_does_not_agree(path, value, place, code):
    parsed = read(changed(path, value))
    assert (place, code) in [(each.place, each.code) for each in parsed.errors + parsed.warnings]
    warned = code in ("driver-differs", "unknown-beneficiary")
    assert bool(parsed.warnings) == warned
    assert bool(parsed.errors) != warned


@pytest.mark.parametrize("spelling", ["Daniel Suarez", "daniel suárez", "Daniel  Suárez (i)"])
def test_another_spelling_of_a_driver_agrees(spelling):
    made = document()
    made["entries"][0]["driver"] = "Daniel Suárez"
    car = made["entries"][0]["car"]
    for session in made["sessions"]:
        for result in session["results"]:
            if result["car"] == car:
                result["driver"] = spelling
    parsed = read(made)
    assert (parsed.errors, parsed.warnings) == ([], [])


def test_two_rulings_of_one_number():
    made = document()
    made["rulings"] *= 2
    assert [each.place for each in read(made).errors] == ["$.rulings[0].number", "$.rulings[1].number"]


def test_a_bare_number_is_no_slug():
    made = document(kind="exhibition", round=None, slug="12")
    assert [(each.place, each.code) for each in read(made).errors] == [("$.slug", "slug")]


def shared_number():
    """A race in which two cars have number 5; each is named with its driver."""
    made = changed((*ENTRY, "car"), "5")
    made["entries"][1]["twin"] = 1
    for each in made["sessions"][1]["results"]:
        each["car"], each["driver"] = {
            "5": ("5", "Kyle Larson"),
            "17": ("5", "Chris Buescher"),
            "20": ("20", "Christopher Bell"),
        }[each["car"]]
    for each in (made["pole"], made["sessions"][0]["results"][0], *made["lead_segments"]):
        each["driver"] = "Kyle Larson"
    made["rulings"][0]["changes"][0] |= {"car": "5", "driver": "Chris Buescher"}
    return made


def test_two_cars_of_one_number_are_told_apart_by_their_drivers():
    made = shared_number()
    assert read(made).errors == []
    del made["sessions"][1]["results"][0]["driver"]
    assert [(each.place, each.code) for each in read(made).errors] == [("$.sessions[1].results[0].car", "which-car")]


def test_cars_without_a_number_are_told_by_their_drivers():
    made = {"series": "cup", "season": 1950, "round": 1, "name": "A race", "track": "Somewhere"}
    made["entries"] = [{"driver": "A B"}, {"driver": "C D"}]
    made["sessions"] = [{"kind": "race", "results": [{"driver": "A B", "position": 1}, {"driver": "C D"}]}]
    assert read(made).errors == []
    made["entries"].append({"driver": "A B"})
    assert {each.code for each in read(made).errors} == {"doubled-car", "which-car"}


def test_results_of_cars_that_only_the_book_knows():
    assert read(document(entries=[])).errors == []
    assert read(changed(("pole",), {"driver_id": "nascar:4030"})).errors == []


def test_the_series_that_is_asked_for():
    assert read(document(), series="cup").errors == []
    assert [each.place for each in read([document()], series="trucks").errors] == ["$[0].series"]
