"""NASCAR's race list: rounds, races to come, exhibitions, and the spellings of its figures."""

from decimal import Decimal

import pytest

from importing.document.places import place_name
from importing.formats.feed_race import margin_of, race_slug, scoring_stages
from importing.formats.fields import Fields
from importing.formats.race_documents import KEY as RACE_DOCUMENT
from importing.formats.race_list import races_of
from importing.formats.registry import parse
from importing.problems import Findings
from testing.files.samples import as_bytes, race_list, race_row, real

KEY = "race-list"


def read(content, file="race_list_basic.json", **options):
    return parse(as_bytes(content), file, KEY, **options)


def one(**changes):
    """The document of a list of one race, and the warnings beside that of a list too short for rounds."""
    parsed = read([race_row(**changes)])
    assert parsed.errors == []
    return parsed.documents[0], [each for each in parsed.warnings if each.code != "rounds-unknown"]


def test_a_race_that_was_run():
    race, warnings = one(race_name="Sample  400 ")
    assert warnings == []
    assert race.model_dump(exclude_none=True, exclude={"format", "entries", "sessions", "rulings", "sources"}) == {
        "series": "cup",
        "season": 2023,
        "name": "Sample 400",
        "date": race.date,
        "track": "Richmond Raceway",
        "kind": "points",
        "status": "official",
        "scheduled_laps": 400,
        "laps": 400,
        "field_size": 6,
        "stages": 2,
        "pole": {"driver_id": "nascar:9001"},
        "margin": {"kind": "time", "seconds": Decimal("1.535")},
        "cautions": 2,
        "caution_laps": 12,
        "lead_changes": 2,
        "leaders": 2,
        "time": "3:17:37",
        "average_speed": Decimal("91.085"),
        "comment": "Ada Swift won the Sample 400, her 3rd victory.",
    }
    assert race.date.isoformat() == "2023-04-02"
    assert race.entries == race.sessions == []
    assert race.sources[0].slug == "nascar-race-list-2023"


TO_COME = {
    "winner_driver_id": None,
    "inspection_complete": False,
    "margin_of_victory": "",
    "total_race_time": "",
    "average_speed": 0,
    "number_of_cars_in_field": 40,
}


@pytest.mark.parametrize("winner", [None, 0], ids=["null", "zero"])
def test_a_race_to_come_has_its_laps_filled_in_beforehand(winner):
    race, _ = one(**TO_COME | {"winner_driver_id": winner, "schedule": []})
    assert (race.status, race.scheduled_laps, race.laps, race.field_size) == ("scheduled", 400, None, None)
    assert (race.pole, race.margin, race.cautions, race.time, race.average_speed) == (None,) * 5


def test_which_races_a_list_is_of():
    """By the feed's numbers, and whether they were run; rows of which that cannot be told are passed over."""
    rows = [race_row(), race_row(race_id=7002, winner_driver_id=0), race_row(race_id="x"), race_row(series_id=9), None]
    assert races_of(as_bytes({"series_1": rows})) == [
        ("$.series_1[0]", "cup", 2023, 7001, True),
        ("$.series_1[1]", "cup", 2023, 7002, False),
    ]
    assert races_of(b"null") == races_of(b"<html>") == []


def test_a_race_not_yet_inspected_is_provisional():
    assert one(inspection_complete=False)[0].status == "provisional"


MARGINS = [
    (".786", {"kind": "time", "seconds": Decimal("0.786")}),
    ("0.018", {"kind": "time", "seconds": Decimal("0.018")}),
    ("2.998", {"kind": "time", "seconds": Decimal("2.998")}),
    (" 0.5 seconds ", {"kind": "time", "seconds": Decimal("0.500")}),
    (1.535, {"kind": "time", "seconds": Decimal("1.535")}),
    (2, {"kind": "time", "seconds": Decimal("2.000")}),
    ("Caution", {"kind": "caution"}),
    ("Under Caution", {"kind": "caution"}),
    ("UNDER CAUTION", {"kind": "caution"}),
    ("2 Laps", {"kind": "laps", "value": Decimal("2.000")}),
    ("3 car lengths", {"kind": "car-lengths", "value": Decimal("3.000")}),
    ("", None),
    ("  ", None),
    (None, None),
    (0, None),
    ("0.000", None),
    ("a nose", {"note": "a nose"}),
    ("99999", {"note": "99999"}),
]


@pytest.mark.parametrize(("value", "expected"), MARGINS, ids=[repr(value) for value, _ in MARGINS])
def test_the_spellings_of_a_margin(value, expected):
    findings = Findings("x")
    text = Decimal(str(value)) if isinstance(value, float) else value
    assert margin_of(Fields({"margin_of_victory": text}, "$", findings)) == expected
    assert findings.errors == []
    assert [each.code for each in findings.warnings] == (["margin-unread"] if expected and "note" in expected else [])


def test_a_margin_that_is_not_understood_is_kept_as_a_note():
    race, warnings = one(margin_of_victory="by a nose")
    assert (race.margin.kind, race.margin.note) == (None, "by a nose")
    assert [(each.place, each.code) for each in warnings] == [("$[0].margin_of_victory", "margin-unread")]


POLES = [
    pytest.param({"pole_winner_driver_id": 0, "pole_winner_speed": 0}, None, id="none"),
    pytest.param({"pole_winner_speed": 0}, None, id="a real driver without a speed"),
    pytest.param({"pole_winner_speed": None}, None, id="no speed stated"),
    pytest.param({"pole_winner_speed": "181.686"}, "nascar:9001", id="speed as text"),
    pytest.param({"race_type_id": 2, "pole_winner_driver_id": 40, "pole_winner_speed": 0}, None, id="exhibition"),
    pytest.param(TO_COME | {"pole_winner_speed": 181.6}, None, id="race to come"),
]


@pytest.mark.parametrize(("changes", "expected"), POLES)
def test_a_pole_needs_a_speed(changes, expected):
    pole = one(**changes)[0].pole
    assert (pole and pole.driver_id) == expected


FIGURES = [
    pytest.param({"attendance": 0, "race_purse": 0}, "laps", 400, id="attendance and purse are not read"),
    pytest.param({"average_speed": 0}, "average_speed", None, id="speed zero"),
    pytest.param({"average_speed": "91.0850001"}, "average_speed", Decimal("91.085"), id="speed as text"),
    pytest.param({"number_of_cars_in_field": 0}, "field_size", None, id="field zero"),
    pytest.param({"total_race_time": "0:47:58"}, "time", "0:47:58", id="under an hour"),
    pytest.param({"total_race_time": "03:17:37.5"}, "time", "3:17:37", id="with tenths"),
    pytest.param({"total_race_time": "00:00:00"}, "time", None, id="time zero"),
    pytest.param({"total_race_time": None}, "time", None, id="no time"),
    pytest.param({"number_of_cautions": 0}, "cautions", 0, id="no caution is a figure"),
    pytest.param({"number_of_cautions": 0, "number_of_leaders": 0}, "cautions", None, id="nothing known"),
    pytest.param({"race_comments": "  Two   spaces. "}, "comment", "Two spaces.", id="double spaces"),
    pytest.param({"scheduled_laps": 200, "actual_laps": 212}, "laps", 212, id="overtime"),
    pytest.param({"scheduled_laps": 0}, "scheduled_laps", None, id="distance unknown"),
    pytest.param({"race_date": "1900-01-01T00:00:00"}, "date", None, id="date unknown"),
]


@pytest.mark.parametrize(("changes", "column", "expected"), FIGURES)
def test_a_figure(changes, column, expected):
    assert getattr(one(**changes)[0], column) == expected


STAGES = [
    ([70, 160, 170], [400], 2023, "points", 2),
    ([70, 160, 170, 0], [400], 2023, "points", 2),
    ([100, 100, 100], [400], 2023, "points", 3),
    ([100, 100, 100, 100], [400, 400], 2023, "points", 3),
    ([65, 65, 82], [200, 212], 2023, "points", 2),
    ([80, 85, 102], [267, 271], 2023, "points", 2),
    ([20, 20, 39], [100, 79], 2023, "points", 2),
    ([80, 85, 102], [267, 250], 2023, "points", 2),
    ([0, 0, 0], [400], 2023, "points", None),
    ([0, 0, 0], [60], 2023, "exhibition", 0),
    ([0, 0, 0], [400], 2016, "points", 0),
]


@pytest.mark.parametrize(("lengths", "distances", "season", "kind", "expected"), STAGES)
def test_how_many_stages_score(lengths, distances, season, kind, expected):
    assert scoring_stages(lengths, distances, season, kind) == expected


KINDS = [
    pytest.param({"race_type_id": 1}, "points", None, [], id="points"),
    pytest.param({"race_type_id": 2}, "exhibition", "sample-400", [], id="exhibition"),
    pytest.param({"race_type_id": 3}, "exhibition", "sample-400", [], id="another exhibition"),
    pytest.param({"race_type_id": None}, "points", None, ["race-type-missing"], id="kind null"),
    pytest.param({"race_type_id": 0}, "points", None, ["race-type-missing"], id="kind zero"),
    pytest.param({"race_type_id": 7}, "exhibition", "sample-400", ["race-type-unknown"], id="kind unknown"),
    pytest.param({"is_qualifying_race": True}, "qualifying", "sample-400", [], id="qualifying race"),
    pytest.param(
        {"race_type_id": 2, "is_qualifying_race": True, "qualifying_race_no": 2},
        *("qualifying", "sample-400-2", []),
        id="the second qualifying race",
    ),
]


@pytest.mark.parametrize(("changes", "kind", "slug", "codes"), KINDS)
def test_a_kind(changes, kind, slug, codes):
    race, warnings = one(**{"race_name": "Sample 400", **changes})
    assert (race.kind, race.slug) == (kind, slug)
    assert [each.code for each in warnings] == codes


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("NASCAR All-Star Race", "nascar-all-star-race"),
        ("M&M's Duel – 1", "mms-duel-1"),
        ("150", "race-7"),
        ("---", "race-7"),
        ("Días de Muertos", "dias-de-muertos"),
        ("x" * 120, "x" * 70),
    ],
)
def test_an_exhibitions_address(name, slug):
    assert race_slug(name, 7) == slug


@pytest.mark.parametrize(
    ("name", "track", "slug"),
    [
        ("Bristol Motor Speedway Dirt", "Bristol Motor Speedway", "dirt"),
        ("Charlotte Motor Speedway Road Course", "Charlotte Motor Speedway", "road-course"),
        ("Chicago Street Race", "Chicago Street Course", None),
        ("Sonoma Raceway", "Sonoma Raceway", None),
    ],
)
def test_a_track_with_its_layout(name, track, slug):
    place, layout = place_name(name)
    assert (place, layout and layout.slug) == (track, slug)


def test_exhibitions_of_one_name_are_numbered_by_date():
    rows = [
        race_row(race_type_id=2, race_name="Duel", race_date=f"2023-02-16T{hour}:00:00", race_id=hour)
        for hour in (21, 19)
    ]
    rows.append(race_row(race_type_id=2, race_name="Duel 1"))
    documents = read(rows).documents
    assert [each.slug for each in documents] == ["duel-3", "duel-2", "duel-1"]


def test_rounds_are_counted_by_date_among_points_races():
    content = race_list(22)
    rows = content["series_1"]
    rows[0], rows[5] = rows[5], rows[0]
    rows.insert(3, race_row(race_type_id=2, race_name="All-Star Race", race_date="2023-02-02T20:00:00"))
    parsed = read(content)
    assert (parsed.errors, parsed.warnings) == ([], [])
    rounds = {document.date: document.round for document in parsed.documents if document.kind == "points"}
    assert [rounds[day] for day in sorted(rounds)] == list(range(1, 23))
    assert parsed.documents[0].round == 6
    assert parsed.places[3] == "$.series_1[3]"
    assert parsed.documents[3].key == "all-star-race"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(race_list(5), id="few races"),
        pytest.param(race_list(22, race_date=None), id="no dates"),
    ],
)
def test_part_of_a_season_has_no_rounds(content):
    parsed = read(content)
    assert parsed.errors == []
    assert {document.round for document in parsed.documents} == {None}
    assert [each.code for each in parsed.warnings] == ["rounds-unknown"]


def test_a_bare_list_and_one_series_of_three():
    content = race_list(22)
    assert [each.round for each in read(content["series_1"]).documents] == list(range(1, 23))
    trucks = [race_row(series_id=3)]
    parsed = read(content | {"series_3": trucks}, series="trucks")
    assert [(document.series, place) for document, place in zip(parsed.documents, parsed.places)] == [
        ("trucks", "$.series_3[0]")
    ]
    assert read(content, series="national").errors[0].code == "empty"


@pytest.mark.parametrize(
    ("file", "asked"),
    [
        ("race_list_basic_2017.json", 2017),
        ("/home/2019/race_list_2017_1.json", 2017),
        ("https://example.org/cacher/2017/race_list_basic.json", 2017),
        ("race_list_basic_2023.json", None),
        ("race_list_basic.json", None),
        ("/projects/archive-2017/race_list_basic.json", None),
    ],
)
def test_another_season_than_was_asked_for(file, asked):
    errors = read(race_list(22), file).errors
    assert [(each.place, each.value, each.code) for each in errors] == (
        [("$", "2023", "wrong-season")] if asked else []
    )
    if asked:
        assert errors[0].reason == "asked for 2017, by the file's name; the list is of 2023"


def test_a_season_among_others():
    content = race_list(22)
    content["series_1"][4]["race_season"] = 2022
    parsed = read(content)
    assert parsed.errors == []
    mixed = [each for each in parsed.warnings if each.code == "mixed-season"]
    assert [(each.place, each.value) for each in mixed] == [("$.series_1[4].race_season", "2022")]


BAD = [
    pytest.param(None, "$", "null", id="null"),
    pytest.param([], "$", "holds no race", id="empty list"),
    pytest.param({"series_1": []}, "$", "holds no race", id="empty series"),
    pytest.param({"races": []}, "the beginning", "the file is race-document", id="another object"),
    pytest.param("text", "the beginning", "cannot be race-list", id="text"),
    pytest.param({"series_1": {}}, "$.series_1", "list in square brackets", id="object for a list"),
    pytest.param({"series_1": [3]}, "$.series_1[0]", "object in braces", id="number for a race"),
    pytest.param([race_row(series_id=9)], "$[0].series_id", "must be 1, 2 or 3", id="series"),
    pytest.param([race_row(series_id=None)], "$[0].series_id", "must be 1, 2 or 3", id="series missing"),
    pytest.param([race_row(race_season=None)], "$[0].race_season", "missing", id="season missing"),
    pytest.param([race_row(race_season="soon")], "$[0].race_season", "must be a number", id="season in words"),
    pytest.param([race_row(race_name=" ")], "$[0].race_name", "missing", id="name missing"),
    pytest.param([race_row(race_name=["a"])], "$[0].race_name", "must be text", id="list for a name"),
    pytest.param([race_row(track_name=None)], "$[0].track_name", "missing", id="track missing"),
    pytest.param([race_row(race_date="April 2")], "$[0].race_date", "must be a date", id="date in words"),
    pytest.param([race_row(race_date="2023-02-30")], "$[0].race_date", "must be a date", id="no such day"),
    pytest.param([race_row(actual_laps=-1)], "$[0].actual_laps", "must lie between", id="negative"),
    pytest.param([race_row(actual_laps=10**12)], "$[0].actual_laps", "must lie between", id="huge"),
    pytest.param([race_row(actual_laps=True)], "$[0].actual_laps", "must be a number", id="true for a number"),
    pytest.param([race_row(average_speed=float("nan"))], "$[0].average_speed", "must be a number", id="nan"),
    pytest.param([race_row(average_speed=float("inf"))], "$[0].average_speed", "must be a number", id="infinity"),
    pytest.param([race_row(average_speed=400)], "$[0].average_speed", "must lie between", id="speed"),
    pytest.param([race_row(number_of_caution_laps=401)], "$[0]", "more caution laps", id="caution laps"),
    pytest.param([race_row(race_comments="\x07")], "$[0].race_comments", "cannot be printed", id="bell"),
    pytest.param([race_row(inspection_complete="yes")], "$[0].inspection_complete", "true or false", id="flag"),
]


@pytest.mark.parametrize(("content", "place", "reason"), BAD)
def test_a_bad_list(content, place, reason):
    parsed = read(content)
    assert [each.place for each in parsed.errors] == [place]
    assert reason in parsed.errors[0].reason
    assert parsed.documents == []


def test_all_that_is_wrong_is_told():
    rows = [race_row(race_name=None, actual_laps="x"), race_row(), race_row(race_date=5)]
    assert [each.place for each in read(rows).errors] == ["$[0].race_name", "$[0].actual_laps", "$[2].race_date"]


def test_the_recorded_list():
    parsed = parse(real("nascar_race_list_basic_2023.json"), "nascar_race_list_basic_2023.json")
    assert (parsed.format, parsed.errors, parsed.warnings) == (KEY, [], [])
    by_series = {
        series: [each for each in parsed.documents if each.series == series] for series in ("cup", "national", "trucks")
    }
    assert {series: len(races) for series, races in by_series.items()} == {"cup": 41, "national": 33, "trucks": 23}
    points = [each for each in by_series["cup"] if each.kind == "points"]
    assert [each.round for each in points] == list(range(1, 37))
    assert [each.date for each in points] == sorted(each.date for each in points)
    assert (points[0].scheduled_laps, points[0].laps, points[0].margin.kind) == (200, 212, "caution")
    assert [each.slug for each in by_series["cup"] if each.slug] == [
        "busch-light-clash-at-the-coliseum",
        "bluegreen-vacations-duel-1-at-daytona",
        "bluegreen-vacations-duel-2-at-daytona",
        "nascar-all-star-open",
        "nascar-all-star-race",
    ]
    run = [each for each in parsed.documents if each.status == "official"]
    assert len(run) == 97 - 84
    assert all(each.laps and each.margin and each.time for each in run)
    assert not any(each.laps or each.margin for each in parsed.documents if each.status == "scheduled")
    assert {each.name: each.stages for each in parsed.documents if each.kind == "points" and each.stages != 2} == {
        "Coca-Cola 600": 3
    }
    assert [each.pole.driver_id for each in points if each.pole] == ["nascar:4045", "nascar:3859", "nascar:4030"]


def test_what_comes_out_goes_in_again_as_race_documents():
    documents = read(race_list(22)).documents
    lines = "\n".join(document.model_dump_json(exclude_none=True) for document in documents)
    again = parse(lines.encode(), "races.jsonl")
    assert (again.format, again.errors, again.documents) == (RACE_DOCUMENT, [], documents)
