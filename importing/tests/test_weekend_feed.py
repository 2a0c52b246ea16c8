"""NASCAR's weekend feed: results, sessions and segments, and every quirk seen in the real ones."""

from decimal import Decimal

import pytest

from importing.formats.feed_words import driver_name, make_name
from importing.formats.registry import parse
from testing.files.samples import DRIVERS, as_bytes, qualifying, real, result_row, results, run, run_row, stage, weekend

KEY = "weekend-feed"


def read(content, **options):
    return parse(as_bytes(content), "weekend-feed.json", KEY, **options)


def sound(runs=None, **changes):
    parsed = read(weekend(runs, **changes))
    assert parsed.errors == []
    assert parsed.places == ["$.weekend_race[0]"]
    return parsed.documents[0]


def session(document, kind, number=1):
    found = [each for each in document.sessions if (each.kind, each.number) == (kind, number)]
    return found[0] if found else None


def result(document, car, kind="race", number=1):
    return next(row for row in session(document, kind, number).results if row.car == car)


def test_a_weekend():
    race = sound()
    assert (race.series, race.season, race.round, race.kind, race.status) == ("cup", 2023, None, "points", "official")
    assert (race.date.isoformat(), race.laps, race.field_size, race.stages) == ("2023-04-02", 400, 6, 2)
    assert (race.lineup, race.pole.car) == ("qualifying", "08")
    assert race.margin.seconds == Decimal("1.535")
    assert [(each.kind, each.number) for each in race.sessions] == [
        ("qualifying", 1),
        ("stage", 1),
        ("stage", 2),
        ("race", 1),
    ]
    first = race.entries[0]
    assert (first.car, first.driver, first.driver_id, first.team, first.manufacturer) == (
        *("08", "Ada Swift", "nascar:9001"),
        *("Some Team", "Chevrolet"),
    )
    assert (race.sources[0].title, race.sources[0].slug, race.sources[0].fact, race.sources[0].note) == (
        *("NASCAR weekend feed", "nascar-weekend-feed"),
        *("result", "race 7001"),
    )
    assert read(weekend()).warnings == []


def test_the_laps_led_of_the_results_are_those_of_the_leaders():
    race = sound()
    led = dict.fromkeys(DRIVERS, 0)
    for part in race.lead_segments:
        led[part.car] += part.end - part.start + 1 if part.end else 0
    assert led == {row.car: row.laps_led for row in session(race, "race").results}
    assert (race.lead_segments[0].start, race.lead_segments[0].end) == (0, 0)
    assert race.lead_changes == len(race.lead_segments) - 1


def test_caution_laps_count_both_ends():
    race = sound()
    assert sum(part.end - part.start + 1 for part in race.caution_segments) == race.caution_laps == 12
    assert [(part.comment, part.beneficiary) for part in race.caution_segments] == [("Stage 1", "43"), (None, None)]


def test_the_margin_is_the_second_cars_gap():
    race = sound()
    assert result(race, "8").gap == race.margin.seconds


def test_the_points_include_the_stages():
    race = sound()
    assert [(row.car, row.points) for row in session(race, "stage", 2).results] == [("08", 10), ("00", 9)]
    assert result(race, "08").points == 49


def test_a_stage_has_its_length_not_the_lap_it_ends_on():
    race = sound()
    assert [session(race, "stage", number).laps for number in (1, 2)] == [70, 160]


def test_the_laps_of_the_race_stand_in_one_place():
    race = sound()
    assert (race.laps, session(race, "race").laps) == (400, None)


def test_where_no_stage_rows_are_listed_the_lengths_are():
    race = sound(stage_results=[])
    assert [(each.laps, each.results) for each in race.sessions if each.kind == "stage"] == [(70, []), (160, [])]


def test_the_longest_race_has_three_scoring_stages():
    lengths = dict.fromkeys(("stage_1_laps", "stage_2_laps", "stage_3_laps", "stage_4_laps"), 100)
    race = sound(**lengths, stage_results=[stage(1, "8"), stage(2, "8"), stage(3, "00")])
    assert race.stages == 3
    assert session(race, "stage", 3).results[0].car == "00"


def test_no_stages_before_2017():
    race = sound(race_season=2016, stage_results=[])
    assert (race.stages, [each for each in race.sessions if each.kind == "stage"]) == (0, [])


RESULTS = [
    pytest.param({"finishing_status": "Accident"}, {"status": "accident", "status_text": "Accident"}, id="accident"),
    pytest.param(
        {"diff_laps": 16, "diff_time": 0, "laps_completed": 384},
        {"status": "running", "gap": None, "laps": 384},
        id="laps down, still running",
    ),
    pytest.param({"diff_time": 0}, {"gap": None}, id="gap zero is unknown"),
    pytest.param({"diff_time": "1535"}, {"gap": Decimal("1.535")}, id="gap as text"),
    pytest.param({"diff_time": -5}, {"gap": None}, id="gap negative"),
    pytest.param({"diff_laps": None}, {"gap": None}, id="laps down unknown"),
    pytest.param({"starting_position": 0}, {"start": None}, id="start zero"),
    pytest.param({"finishing_position": 0}, {"position": None}, id="no position"),
    pytest.param({"finishing_status": ""}, {"status": None, "status_text": None}, id="no status"),
    pytest.param({"disqualified": True}, {"disqualified": True, "ineligible": None}, id="disqualified"),
    pytest.param(
        {"finishing_status": "Disqualified", "points_earned": 0},
        {"disqualified": True, "status": None, "ineligible": None},
        id="disqualified by status",
    ),
    pytest.param({"points_earned": -10}, {"points": -10}, id="points taken away"),
    pytest.param({"driver_fullname": "Cora Díaz(i)", "points_earned": 0}, {"ineligible": True}, id="marked"),
]


@pytest.mark.parametrize(("changes", "expected"), RESULTS)
def test_a_result(changes, expected):
    race = sound(results=results(car_00=changes))
    row = result(race, "00")
    assert {name: getattr(row, name) for name in expected} == expected


NOWHERE = {"finishing_position": 0, "laps_completed": 0, "diff_laps": 0, "diff_time": 0, "points_earned": 0}
NOT_STARTED = [
    pytest.param({"starting_position": 0, "finishing_status": ""}, "did-not-qualify", id="no place in the lineup"),
    pytest.param({"finishing_status": ""}, "did-not-start", id="a place in the lineup"),
    pytest.param({"starting_position": 0}, "did-not-qualify", id="running, it says"),
    pytest.param({"laps_completed": None}, "did-not-start", id="laps unknown"),
    pytest.param({"finishing_status": "Withdrew"}, "withdrew", id="withdrew"),
]


@pytest.mark.parametrize(("changes", "status"), NOT_STARTED)
def test_place_zero_without_a_lap_is_no_start(changes, status):
    parsed = read(weekend(results=results(car_00=NOWHERE | changes), stage_results=[], number_of_cars_in_field=5))
    race = parsed.documents[0]
    row = result(race, "00")
    assert (row.position, row.status, row.ineligible, len(race.entries)) == (None, status, None, 6)
    [warning] = [each for each in parsed.warnings if each.code == "not-started"]
    assert warning.reason == f"place 0 and no laps: taken as a car that {status.replace('-', ' ')}"


@pytest.mark.parametrize(
    "changes",
    [{"laps_completed": 3}, {"disqualified": True}, {"finishing_position": 6}],
    ids=["some laps", "disqualified", "a place"],
)
def test_other_cars_without_a_place_or_a_lap_started(changes):
    parsed = read(weekend(results=results(car_00=NOWHERE | changes)))
    assert result(parsed.documents[0], "00").status == "running"
    assert "not-started" not in [each.code for each in parsed.warnings]


def test_the_winner_has_no_gap():
    assert result(sound(), "08").gap is None


def test_no_points_for_a_place_that_scores_is_not_eligible_and_told():
    parsed = read(weekend(results=results(car_8={"points_earned": 0})))
    row = result(parsed.documents[0], "8")
    assert (row.points, row.ineligible) == (0, True)
    assert [(each.place, each.value, each.code) for each in parsed.warnings] == [
        ("$.weekend_race[0].results[1].points_earned", "0", "ineligible-inferred")
    ]


def test_no_points_at_all_are_unknown():
    parsed = read(weekend(results=[row | {"points_earned": 0} for row in results()]))
    assert {row.points for row in session(parsed.documents[0], "race").results} == {None}
    assert [each.code for each in parsed.warnings] == ["points-missing"]


def test_an_exhibition_gives_no_points():
    rows = [row | {"points_earned": 0} for row in results()]
    parsed = read(weekend(race_type_id=2, race_name="Sample Clash", results=rows))
    race = parsed.documents[0]
    assert (race.kind, race.slug, race.round, parsed.warnings) == ("exhibition", "sample-clash", None, [])
    assert {row.points for row in session(race, "race").results} == {None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sammy Smith #", ("Sammy Smith", False)),
        ("Justin Haley(i)", ("Justin Haley", True)),
        ("* Josh Berry(i)", ("Josh Berry", True)),
        ("# * Ty  Gibbs (P)", ("Ty Gibbs", False)),
        ("Joe Graf Jr. ", ("Joe Graf Jr.", False)),
        ("Daniel Suárez", ("Daniel Suárez", False)),
        ("Eddie MacDonald (Tifton, GA)", ("Eddie MacDonald (Tifton, GA)", False)),
    ],
)
def test_marks_beside_a_name(text, expected):
    assert driver_name(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Chv", "Chevrolet"), ("Tyt", "Toyota"), ("FRD", "Ford"), ("Ford", "Ford"), ("-", None), (None, None)],
)
def test_a_make(text, expected):
    assert make_name(text) == expected


def test_car_numbers_are_text():
    race = sound()
    assert [entry.car for entry in race.entries] == ["08", "8", "00", "17", "43", "2"]
    assert [part.car for part in race.lead_segments] == ["08", "8", "08"]
    assert sound(results=results(car_17={"car_number": 17})).entries[3].car == "17"


def test_two_cars_of_one_number():
    parsed = read(weekend(results=results(car_17={"car_number": "43"}), caution_segments=[], runs=[]))
    race = parsed.documents[0]
    assert [(entry.car, entry.twin) for entry in race.entries][3:5] == [("43", 0), ("43", 1)]
    rows = [row for row in session(race, "race").results if row.car == "43"]
    assert [row.driver for row in rows] == ["Dan O'Neil", "Eve Marsh"]
    assert [each.code for each in parsed.warnings] == ["number-shared"]


# Before the race, and broken feeds.


TO_COME = {
    "results": [],
    "winner_driver_id": None,
    "inspection_complete": False,
    "margin_of_victory": "",
    "race_leaders": [],
    "caution_segments": [],
    "stage_results": [],
    "schedule": [],
}


def test_a_weekend_before_the_race():
    race = sound([qualifying()], **TO_COME)
    assert (race.status, race.laps, race.margin, race.lead_segments) == ("scheduled", None, None, None)
    assert [each.kind for each in race.sessions] == ["qualifying"]
    assert len(race.entries) == 6


def test_an_entry_list_is_no_result():
    rows = [row | {"finishing_position": 0, "laps_completed": 0, "points_earned": 0} for row in results()]
    race = sound([], **TO_COME | {"results": rows})
    assert (race.status, len(race.entries), race.sessions) == ("scheduled", 6, [])


def test_a_result_not_yet_inspected_is_provisional():
    assert sound(inspection_complete=False).status == "provisional"


def test_a_winner_is_enough_to_be_run():
    assert sound(winner_driver_id=None).status == "official"


def test_the_kind_of_race_is_missing():
    parsed = read(weekend(race_type_id=None))
    assert parsed.documents[0].kind == "points"
    assert [(each.place, each.code) for each in parsed.warnings] == [
        ("$.weekend_race[0].race_type_id", "race-type-missing")
    ]


def test_another_series_than_was_asked_for():
    errors = read(weekend(), series="trucks").errors
    assert [(each.place, each.code) for each in errors] == [("$.weekend_race[0].series_id", "wrong-series")]
    assert read(weekend(), series="cup").errors == []


BAD = [
    pytest.param(None, "$", "the file says null", id="null"),
    pytest.param({"weekend_race": None, "weekend_runs": []}, "$.weekend_race", "holds no race", id="race null"),
    pytest.param({"weekend_race": []}, "$.weekend_race", "holds no race", id="race empty"),
    pytest.param({"weekend_runs": []}, "$.weekend_race", "holds no race", id="race missing"),
    pytest.param([], "$", "object in braces", id="list"),
    pytest.param({"weekend_race": {"a": 1}}, "$.weekend_race", "list in square brackets", id="race an object"),
    pytest.param(weekend() | {"weekend_runs": {"a": 1}}, "$.weekend_runs", "list in square brackets", id="runs"),
    pytest.param(weekend(results=[3]), "$.weekend_race[0].results[0]", "object in braces", id="result a number"),
    pytest.param(
        weekend(results=results(car_8={"car_number": "12345"})),
        "$.weekend_race[0].results[1].car_number",
        "is no car number",
        id="car number",
    ),
    pytest.param(
        weekend(results=results(car_8={"driver_fullname": None})),
        "$.weekend_race[0].results[1].driver_fullname",
        "name is missing",
        id="no driver",
    ),
    pytest.param(
        weekend(results=results(car_8={"driver_fullname": "(i) #"})),
        "$.weekend_race[0].results[1].driver_fullname",
        "name is missing",
        id="only marks",
    ),
    pytest.param(
        weekend(results=results(car_8={"laps_led": 401})),
        "$.weekend_race[0].results[1].laps_led",
        "more than the 400 laps",
        id="led too many",
    ),
    pytest.param(
        weekend(results=results(car_8={"points_earned": float("nan")})),
        "$.weekend_race[0].results[1].points_earned",
        "must be a number",
        id="nan",
    ),
    pytest.param(
        weekend(race_leaders=[{"start_lap": 1, "end_lap": 2, "car_number": "99"}]),
        "$.weekend_race[0].race_leaders[0].car_number",
        "no car of this weekend",
        id="leader unknown",
    ),
    pytest.param(
        weekend(race_leaders=[{"start_lap": 3, "end_lap": 2, "car_number": "8"}]),
        "$.weekend_race[0].race_leaders[0].start_lap",
        "comes after the last lap",
        id="laps in the wrong order",
    ),
    pytest.param(
        weekend(caution_segments=[{"start_lap": 3}]),
        "$.weekend_race[0].caution_segments[0].end_lap",
        "the lap is missing",
        id="caution without an end",
    ),
    pytest.param(
        weekend(stage_results=[stage(1, "8"), stage(1, "00")]),
        "$.weekend_race[0].stage_results[1].stage_number",
        "the stage stands twice",
        id="stage twice",
    ),
    pytest.param(
        weekend(stage_results=[{"results": []}]),
        "$.weekend_race[0].stage_results[0].stage_number",
        "the number is missing",
        id="stage without a number",
    ),
    pytest.param(
        weekend(stage_results=[stage(1, "8", "8")]),
        "$.weekend_race[0]",
        "the car is results[0] of this session already",
        id="car twice in a stage",
    ),
]


@pytest.mark.parametrize(("content", "place", "reason"), BAD)
def test_a_bad_feed(content, place, reason):
    parsed = read(content)
    told = [each for each in parsed.errors if each.place == place and reason in each.reason]
    assert told, [str(each) for each in parsed.errors]
    assert parsed.documents == []


def test_all_that_is_wrong_is_told_once():
    rows = results(car_8={"finishing_position": "x"}, car_00={"laps_completed": -1}, car_2={"driver_id": "y"})
    assert sorted(each.place for each in read(weekend(results=rows)).errors) == [
        "$.weekend_race[0].results[1].finishing_position",
        "$.weekend_race[0].results[2].laps_completed",
        "$.weekend_race[0].results[5].driver_id",
    ]


# Qualifying and practice.


CANCELLED = [{"event_name": "Qualifying", "notes": "Canceled - Line Up Set Per Rule Book", "run_type": 2}]
NO_TIMES = run("Pole Qualifying - Round 1 Group A", *(run_row(place, car) for place, car in enumerate(DRIVERS, 1)))


@pytest.mark.parametrize(
    ("schedule", "runs"),
    [
        pytest.param(CANCELLED, [NO_TIMES], id="the schedule says so, all times zero"),
        pytest.param(CANCELLED, [qualifying()], id="the schedule says so, some had run"),
        pytest.param(CANCELLED, [], id="the schedule says so, no run"),
        pytest.param([], [NO_TIMES], id="all times zero"),
    ],
)
def test_qualifying_that_was_cancelled(schedule, runs):
    race = sound(runs, schedule=schedule, pole_winner_driver_id=9002)
    held = session(race, "qualifying")
    assert (held.cancelled, held.results, race.lineup, race.pole) == (True, [], "formula", None)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"pole_winner_driver_id": 0, "pole_winner_speed": 0}, id="nobody"),
        pytest.param({"pole_winner_driver_id": 9002, "pole_winner_speed": 0}, id="a real driver, no speed"),
    ],
)
def test_no_pole_without_a_speed(changes):
    assert sound(**changes).pole is None


def test_a_pole_winner_who_is_not_in_the_feed():
    pole = sound(pole_winner_driver_id=9999).pole
    assert (pole.car, pole.driver_id) == (None, "nascar:9999")


def test_one_round_of_qualifying():
    held = session(sound(), "qualifying")
    assert held.date.isoformat() == "2023-04-01"
    first = held.results[0]
    assert (first.car, first.position, first.time, first.speed) == ("08", 1, Decimal("22.100"), Decimal("122.172"))


def test_the_groups_of_a_round_are_merged_by_time():
    runs = [
        run("Qualifying - Round 1 Group A", run_row(1, "08", 22.5), run_row(2, "17", 22.9), run_row(3, "2")),
        run("Qualifying - Round 1 Group B", run_row(1, "8", 22.4), run_row(2, "00", 22.6), run_row(3, "43")),
    ]
    held = session(sound(runs), "qualifying")
    assert [(row.car, row.position) for row in held.results] == [
        *(("8", 1), ("08", 2), ("00", 3), ("17", 4)),
        *(("2", 5), ("43", 6)),
    ]
    assert held.results[-1].time is None


def test_the_overall_result_of_two_rounds():
    first = [run_row(place, car, 22 + place / 10) for place, car in enumerate(DRIVERS, 1)]
    runs = [
        run("Qualifying - Final Round", run_row(1, "00", 21.5), run_row(2, "08", 21.6), day="2023-04-01"),
        run("Qualifying - Round 1", *first),
    ]
    race = sound(runs)
    overall, earlier = session(race, "qualifying"), session(race, "qualifying", 2)
    assert [(row.car, row.time) for row in overall.results][:3] == [
        ("00", Decimal("21.500")),
        ("08", Decimal("21.600")),
        ("8", Decimal("22.200")),
    ]
    assert [row.position for row in overall.results] == [1, 2, 3, 4, 5, 6]
    assert (earlier.note, [row.car for row in earlier.results][:2]) == ("Round 1", ["08", "8"])
    assert session(race, "qualifying", 3) is None


def test_a_last_round_that_was_rained_out_does_not_count():
    runs = [run("Round 2", run_row(1, "2"), run_row(2, "43")), qualifying(run_name="Round 1")]
    race = sound(runs)
    assert session(race, "qualifying").results[0].car == "08"
    assert session(race, "qualifying", 2) is None


def test_a_postponed_run_stands_twice():
    runs = [
        run("Pole Qualifying", *(run_row(1, car) for car in DRIVERS), day="2023-03-31"),
        qualifying(run_name="Pole Qualifying"),
    ]
    schedule = [
        {"event_name": "Qualifying", "notes": "Postponed", "run_type": 2},
        {"event_name": "Qualifying", "notes": "", "run_type": 2},
        {"event_name": "Race", "notes": "Postponed", "run_type": 3},
        {"event_name": "Race", "notes": "", "run_type": 3},
    ]
    for each in (runs, runs[::-1]):
        race = sound(each, schedule=schedule)
        held = session(race, "qualifying")
        assert (held.date.isoformat(), held.results[0].time, race.lineup) == (
            *("2023-04-01", Decimal("22.100")),
            "qualifying",
        )


def test_a_disallowed_lap():
    rows = [run_row(1, "8", 22.4), run_row(2, "08", 22.1, disqualified=True, comment=" Failed  inspection ")]
    row = result(sound([run("Pole Qualifying", *rows)]), "08", "qualifying")
    assert (row.disqualified, row.note, row.position) == (True, "Failed inspection", 2)


def test_a_car_that_did_not_qualify_is_entered():
    extra = run_row(7, "08", 23.0) | {"car_number": "99", "driver_id": 9099, "driver_name": "Gil West"}
    runs = [qualifying(results=[*qualifying()["results"], extra])]
    race = sound(runs)
    assert race.entries[-1].driver == "Gil West"
    assert [row.car for row in session(race, "race").results] == list(DRIVERS)


def test_another_driver_in_the_car():
    rows = [run_row(1, "08", 22.1, driver_id=9050, driver_name="Hal Gray")]
    race = sound([run("Practice", *rows, run_type=1)])
    row = session(race, "practice").results[0]
    assert (row.car, row.note, len(race.entries)) == ("08", "driven by Hal Gray", 6)


def test_practices_in_order_of_time():
    runs = [
        run("Final Practice", run_row(1, "8", 22.0), run_type=1, day="2023-04-02"),
        run("Practice 1 - Group A", run_row(1, "08", 22.3), run_type=1),
        run("Practice 1 - Group B", run_row(1, "00", 22.2), run_type=1),
        run("Race", run_row(1, "08", 22.2), run_type=3),
    ]
    race = sound(runs)
    assert [each.kind for each in race.sessions].count("practice") == 2
    assert [row.car for row in session(race, "practice", 1).results] == ["00", "08"]
    assert session(race, "practice", 2).date.isoformat() == "2023-04-02"
    assert session(race, "qualifying") is None
    assert race.lineup is None


def test_a_practice_without_a_time_was_not_run():
    held = session(sound([run("Practice", run_row(1, "08"), run_type=1)]), "practice")
    assert (held.cancelled, held.results) == (True, [])


def test_a_lineup_that_qualifying_did_not_set():
    cars = list(DRIVERS)
    rows = results(**{f"car_{car}": {"starting_position": 6 - cars.index(car)} for car in cars})
    race = sound(results=rows)
    assert (race.lineup, race.pole.car) == (None, "08")


def test_qualifying_as_the_races_rows_tell_it():
    rows = [row | {"qualifying_speed": 120 - row["qualifying_position"]} for row in results()]
    race = sound([], results=rows)
    assert session(race, "qualifying").results[0].speed == Decimal("119.000")
    assert race.lineup == "qualifying"
    assert session(sound([]), "qualifying") is None


def test_a_car_twice_in_a_run_is_told():
    parsed = read(weekend([run("Pole Qualifying", run_row(1, "08", 22.1), run_row(2, "08", 22.2))]))
    assert [(each.place, each.code) for each in parsed.warnings] == [
        ("$.weekend_runs[0].results[1].car_number", "car-twice")
    ]
    assert len(session(parsed.documents[0], "qualifying").results) == 1


def test_keys_that_are_not_known_are_no_matter():
    feed = weekend(weather="fine", results=[result_row(1, "08", sponsor=None, pit_box=[3])], race_leaders=[])
    assert read(feed | {"more": 1}).documents[0].name == "Sample 400"


def test_the_recorded_weekend():
    name = "nascar_weekend_feed_2023_1_5274.json"
    parsed = parse(real(name), name)
    assert (parsed.format, parsed.errors) == (KEY, [])
    race = parsed.documents[0]
    rows = session(race, "race").results
    assert len(race.entries) == len(rows) == 37
    assert (race.entries[0].driver, rows[0].position, rows[0].laps_led, rows[0].points) == ("Kyle Larson", 1, 93, 52)
    assert (race.entries[1].driver, rows[1].position, rows[1].points, rows[1].ineligible) == ("Josh Berry", 2, 0, True)
    assert rows[1].gap == race.margin.seconds == Decimal("1.535")
    assert [row.position for row in rows if row.ineligible] == [2, 17, 33, 36]
    assert (race.pole, race.lineup, session(race, "qualifying").cancelled) == (None, "formula", True)
    assert sum(part.end - part.start + 1 for part in race.caution_segments) == race.caution_laps == 54
    assert (len(race.caution_segments), len(race.lead_segments), race.lead_changes) == (8, 23, 22)
    assert (race.stages, race.status, race.track) == (2, "provisional", "Richmond Raceway")
    assert sum(row.laps_led for row in rows) == race.laps == 400
    assert [row.laps - 400 for row in rows if row.status == "running" and row.laps < 385] == [-16, -17]
    assert {each.code for each in parsed.warnings} == {"ineligible-inferred"}
    stages = {number: {row.car: row.points for row in session(race, "stage", number).results} for number in (1, 2)}
    for row in rows:
        if not row.ineligible:
            table = 40 if row.position == 1 else max(37 - row.position, 1)
            assert row.points == table + stages[1].get(row.car, 0) + stages[2].get(row.car, 0)
