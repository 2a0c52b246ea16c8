"""From one race's record to its lines, with history as the oracle. No database."""

from datetime import date
from decimal import Decimal

import pytest

from races.derived.lines import (
    RaceRecord,
    ResultRecord,
    RulingRecord,
    coverage_of,
    known_days,
    lines_of,
    values_before,
    versions_of,
)
from races.models.rulings import AMENDABLE

BAKER, BLANEY, BYRON, HAMLIN, HARVICK, LAJOIE, PETTY, ALLISON, YARBOROUGH, COOPER = range(1, 11)
RACE_DAY = date(2023, 10, 1)


def record(*results, **fields):
    """A points race with these results; the n-th result has the id n."""
    numbered = tuple(result._replace(id=place, entry_id=place) for place, result in enumerate(results, 1))
    filled = dict.fromkeys(("id", "series_id", "season_id", "track_id", "layout_id"), 1)
    return RaceRecord(
        **filled
        | {"year": 2023, "order": 2023031, "layout_type": "superspeedway", "known_on": RACE_DAY, "race_date": RACE_DAY}
        | {"results": numbered}
        | fields
    )


def result(driver, position=None, **fields):
    known = {"id": 0, "entry_id": 0, "team_id": None, "manufacturer_id": None, "number": ""}
    return ResultRecord(driver_id=driver, position=position, **known | fields)


def stage(*drivers):
    """A stage's first places as they were won: one driver, or none where the winner is unknown."""
    return tuple(result(driver, 1) for driver in drivers)


def ruling(day, **before):
    """What results said before: `ruling(day, r2={"position": 2})`."""
    return RulingRecord(day, {int(name[1:]): columns for name, columns in before.items()})


def of(driver, race):
    """The driver's one line."""
    [line] = [line for line in lines_of(race) if line.driver_id == driver]
    return line


def days_of(driver, race):
    """Finish and days of each of a driver's lines, oldest first."""
    lines = sorted((line for line in lines_of(race) if line.driver_id == driver), key=lambda line: line.valid_from)
    return [(line.finish, line.valid_from, line.valid_to) for line in lines]


class TestRulings:
    def test_same_day_disqualification_leaves_only_the_book_at_the_days_end(self):
        """Talladega, October 2023: Harvick crossed the line second and was 38th the same evening."""
        race = record(
            result(BLANEY, 1),
            result(BYRON, 2),
            result(HAMLIN, 3),
            result(HARVICK, 38, disqualified=True),
            margin_kind="time",
            margin=Decimal("0.012"),
            rulings=(
                ruling(RACE_DAY, r2={"position": 3}, r3={"position": 4}, r4={"position": 2, "disqualified": False}),
            ),
        )
        assert {line.driver_id: line.finish for line in lines_of(race)} == {BLANEY: 1, BYRON: 2, HAMLIN: 3, HARVICK: 38}
        assert {(line.valid_from, line.valid_to) for line in lines_of(race)} == {(RACE_DAY, None)}
        assert {line.driver_id: line.margin for line in lines_of(race) if line.margin} == {
            BLANEY: Decimal("0.012"),
            BYRON: Decimal("0.012"),
        }

    def test_next_day_disqualification_moves_everyone_up(self):
        monday = date(2023, 10, 2)
        race = record(
            result(BLANEY, 1),
            result(BYRON, 2),
            result(HARVICK, 38),
            rulings=(ruling(monday, r2={"position": 3}, r3={"position": 2}),),
        )
        assert days_of(BLANEY, race) == [(1, RACE_DAY, None)]
        assert days_of(BYRON, race) == [(3, RACE_DAY, monday), (2, monday, None)]
        assert days_of(HARVICK, race) == [(2, RACE_DAY, monday), (38, monday, None)]

    def test_ruling_decades_later_gives_the_race_its_winner(self):
        """Myers Brothers Memorial, 1971: no official winner until 23 October 2024, then Bobby Allison."""
        run, given = date(1971, 8, 6), date(2024, 10, 23)
        race = record(
            result(ALLISON, 1),
            result(PETTY, 2),
            known_on=run,
            laps=250,
            rulings=(ruling(given, r1={"position": None}),),
        )
        assert days_of(ALLISON, race) == [(None, run, given), (1, given, None)]
        assert days_of(PETTY, race) == [(2, run, None)]

    def test_appeal_changes_back_what_the_stewards_changed(self):
        """Monaco 2026 changed on 12 June, and back on 4 September."""
        june, september = date(2024, 6, 12), date(2024, 9, 4)
        race = record(
            result(LAJOIE, 4),
            result(BYRON, 5),
            known_on=date(2024, 6, 7),
            rulings=(
                ruling(june, r1={"position": 4}, r2={"position": 5}),
                ruling(september, r1={"position": 5}, r2={"position": 4}),
            ),
        )
        assert days_of(LAJOIE, race) == [(4, date(2024, 6, 7), june), (5, june, september), (4, september, None)]

    def test_only_the_last_of_a_days_rulings_is_seen(self):
        race = record(
            result(LAJOIE, 6),
            rulings=(
                ruling(date(2023, 10, 4), r1={"position": 4}),
                ruling(date(2023, 10, 4), r1={"position": 5}),
            ),
        )
        assert days_of(LAJOIE, race) == [(4, RACE_DAY, date(2023, 10, 4)), (6, date(2023, 10, 4), None)]

    def test_ruling_dated_before_the_race_was_known_valid_from_the_start(self):
        """An undated race is known by the end of its season; a ruling of July cannot come earlier."""
        race = record(
            result(PETTY, 2), known_on=date(1955, 12, 31), rulings=(ruling(date(1955, 7, 1), r1={"position": 1}),)
        )
        assert days_of(PETTY, race) == [(2, date(1955, 12, 31), None)]

    def test_stage_win_passes_with_the_ruling(self):
        """Pocono 2022: Busch's stage 2 win passed to Chastain."""
        monday = date(2023, 10, 2)
        second_stage = (result(BYRON, 2)._replace(id=21), result(LAJOIE, 1)._replace(id=22))
        race = record(
            result(BYRON, 36),
            result(LAJOIE, 32),
            stages=1,
            stage_results={1: second_stage},
            rulings=(ruling(monday, r21={"position": 1}, r22={"position": 2}),),
        )
        lines = {(line.driver_id, line.valid_from): line.stage_wins for line in lines_of(race)}
        assert lines == {(BYRON, RACE_DAY): 1, (BYRON, monday): 0, (LAJOIE, RACE_DAY): 0, (LAJOIE, monday): 1}

    def test_stage_sweeps(self):
        """Who won the race and every stage; whoever did not win it has swept nothing, whatever is known of stages."""

        def swept(winner=BYRON, **fields) -> list[bool | None]:
            return [line.swept for line in lines_of(record(result(winner, 1), result(LAJOIE, 2), **fields))]

        assert swept(stages=2, stage_results={1: stage(BYRON), 2: stage(BYRON)}) == [True, False]
        assert swept(stages=2, stage_results={1: stage(BYRON), 2: stage(LAJOIE)}) == [False, False]
        assert swept(stages=3, stage_results={1: stage(BYRON), 2: stage(BYRON)}) == [None, False]
        assert swept(stages=0) == [False, False]
        assert swept() == [None, False]

    @pytest.mark.parametrize(
        ("led", "fields", "most"),
        [
            pytest.param([60, 140, 0], {"laps": 200}, [False, True, False], id="another than the winner"),
            pytest.param([100, 100, None], {"laps": 200}, [True, True, False], id="two level"),
            pytest.param([60, 100, None], {"laps": 200}, [None, None, None], id="not wholly known"),
            pytest.param([0, 1, 1], {"laps": 200}, [None, None, None], id="marks"),
        ],
    )
    def test_who_led_most(self, led, fields, most):
        results = (result(10 + place, place, laps_led=laps) for place, laps in enumerate(led, start=1))
        assert [line.led_most for line in lines_of(record(*results, **fields))] == most

    @pytest.mark.parametrize(("laps", "of"), [(267, 267), (None, 265), (0, 265)])
    def test_laps_of_the_race(self, laps, of):
        """Where they are not on file, those that the winner ran; beside no result at all they are unknown."""
        race = record(result(BYRON, 1, laps=265), result(LAJOIE, 2, laps=260), laps=laps)
        assert [line.race_laps for line in lines_of(race)] == [of, of]
        assert [line.race_laps for line in lines_of(record(result(LAJOIE, 2)))] == [None]

    def test_driver_who_only_counted_as_a_starter_before(self):
        """A ruling that takes the start itself away closes the line and opens none."""
        monday = date(2023, 10, 2)
        race = record(result(LAJOIE, None, status="withdrew"), rulings=(ruling(monday, r1={"status": "running"}),))
        assert days_of(LAJOIE, race) == [(None, RACE_DAY, monday)]

    def test_versions_go_back_one_ruling_at_a_time(self):
        days = [date(2023, 10, day) for day in (4, 11)]
        race = record(
            result(LAJOIE, 6),
            rulings=(ruling(days[0], r1={"position": 4}), ruling(days[1], r1={"position": 5})),
        )
        assert [(day, version.results[0].position) for day, version in versions_of(race)] == [
            (RACE_DAY, 4),
            (days[0], 5),
            (days[1], 6),
        ]

    def test_values_before_rulings_are_those_before_the_first(self):
        """Several rulings undone at once leave what undoing them one at a time leaves."""
        rulings = (
            ruling(date(2023, 10, 4), r1={"position": 4, "points": 30}, r2={"laps": 80}),
            ruling(date(2023, 10, 11), r1={"position": 5, "laps_led": 3}),
        )
        assert values_before(rulings) == {1: {"position": 4, "points": 30, "laps_led": 3}, 2: {"laps": 80}}

    def test_a_mark_that_makes_no_line_changes_none(self):
        race = record(
            result(LAJOIE, 6), rulings=(ruling(date(2023, 10, 4), r1={"encumbered": True, "ineligible": True}),)
        )
        assert days_of(LAJOIE, race) == [(6, RACE_DAY, None)]
        assert {name for name in AMENDABLE if name not in ResultRecord._fields} == {
            "encumbered",
            "ineligible",
        }


class TestLines:
    def test_dead_heat_keeps_both_thirds(self):
        """Firecracker 400, 1974: Baker and Yarborough tied for third; the next car is fifth."""
        race = record(result(PETTY, 2), result(BAKER, 3), result(YARBOROUGH, 3), result(ALLISON, 5))
        assert [line.finish for line in lines_of(race)] == [2, 3, 3, 5]

    def test_one_driver_in_two_cars_has_one_start(self):
        """Doug Cooper, 1966 race 38: tenth in the 60 and 25th in the 02; the better counts, in everything."""
        race = record(
            result(COOPER, 25, number="02", laps=41, laps_led=0, points=16, status="engine"),
            result(COOPER, 10, number="60", laps=191, laps_led=3, points=256, status="running"),
        )
        line = of(COOPER, race)
        assert (line.finish, line.number, line.laps, line.status) == (10, "60", 191, "running")
        assert (line.laps_led, line.points) == (3, 256)

    @pytest.mark.parametrize("status", ["did-not-qualify", "did-not-start", "withdrew"])
    def test_who_did_not_start_has_no_line(self, status):
        race = record(result(PETTY, 1), result(BAKER, None, status=status))
        assert [line.driver_id for line in lines_of(race)] == [PETTY]

    def test_who_withdrew_after_some_laps_started(self):
        race = record(result(PETTY, 1, laps=200), result(BAKER, 30, laps=57, status="withdrew"), field_size=2)
        assert [line.driver_id for line in lines_of(race)] == [PETTY, BAKER]
        assert coverage_of(race).whole

    def test_a_car_that_did_not_start_beside_one_that_did(self):
        """A driver entered in two cars, one of which did not start, has the line of the other."""
        race = record(
            result(PETTY, 5, number="43", points=30), result(PETTY, 2, number="42", points=50, status="did-not-start")
        )
        assert (of(PETTY, race).number, of(PETTY, race).points) == ("43", 30)

    def test_a_race_that_does_not_count_has_no_lines(self):
        assert lines_of(record(result(PETTY, 1), counts=False, order=None)) == []

    @pytest.mark.parametrize("points", [None, 0, 221])
    def test_unknown_stays_unknown_and_zero_stays_zero(self, points):
        assert of(PETTY, record(result(PETTY, 1, points=points))).points == points

    @pytest.mark.parametrize(
        ("laps", "led", "expected"),
        [
            pytest.param(250, [200, 50, 0], [200, 50, 0], id="add up"),
            pytest.param(200, [62, 43, 95, None], [62, 43, 95, 0], id="add up: a blank is zero"),
            pytest.param(200, [199, 1, None], [199, 1, 0], id="add up: one lap led is one"),
            pytest.param(500, [0, 0, 0], [None] * 3, id="Bristol 1973: all zero, for Yarborough led all 500"),
            pytest.param(150, [1, 0, 1], [None] * 3, id="marks of who led"),
            pytest.param(250, [104, 1, 0, None], [104, None, None, None], id="one count among marks"),
            pytest.param(2, [1, 1, 0], [1, 1, 0], id="two laps, two leaders"),
            pytest.param(404, [251, 114, 0], [251, 114, None], id="39 laps short"),
            pytest.param(500, [282, 217, 0], [282, 217, 0], id="a slip"),
            pytest.param(500, [282, 217, None], [282, 217, None], id="a lap that the blank may have led"),
            pytest.param(None, [50, 0], [50, None], id="of how many laps is unknown"),
        ],
    )
    def test_laps_led(self, laps, led, expected):
        """Of a race whose lap leaders are not known only a figure above one is a count."""
        results = [result(10 + number, laps_led=value) for number, value in enumerate(led)]
        race = record(*results, laps=laps, field_size=len(led))
        assert [line.laps_led for line in lines_of(race)] == expected

    def test_laps_led_are_known_or_not_in_each_version(self):
        """A ruling that gives a lap to a second leader leaves what the first sheet did not know unknown."""
        monday = date(2023, 10, 2)
        race = record(
            result(BYRON, 1, laps_led=30),
            result(BLANEY, 2, laps_led=20),
            result(LAJOIE, 3, laps_led=0),
            laps=50,
            rulings=(ruling(monday, r2={"laps_led": 15}),),
        )
        lines = {(line.driver_id, line.valid_from): (line.laps_led, line.led_most) for line in lines_of(race)}
        assert lines == {
            (BYRON, RACE_DAY): (30, None),
            (BYRON, monday): (30, True),
            (BLANEY, RACE_DAY): (15, None),
            (BLANEY, monday): (20, False),
            (LAJOIE, RACE_DAY): (None, None),
            (LAJOIE, monday): (0, False),
        }

    @pytest.mark.parametrize(
        ("race_laps", "fields", "expected"),
        [
            pytest.param(267, {"laps": 267}, True, id="zero laps behind"),
            pytest.param(267, {"laps": 266}, False, id="one lap down"),
            pytest.param(267, {"laps": None}, None, id="his laps unknown"),
            pytest.param(None, {"laps": 267}, True, id="race's laps are the winner's"),
            pytest.param(267, {"laps": 267, "disqualified": True}, False, id="disqualified"),
            pytest.param(267, {"laps": None, "disqualified": True}, False, id="disqualified, laps unknown"),
        ],
    )
    def test_lead_lap(self, race_laps, fields, expected):
        race = record(result(PETTY, 1, laps=267), result(BAKER, 20, **fields), laps=race_laps)
        assert of(BAKER, race).lead_lap is expected

    def test_lead_lap_is_unknown_where_the_distance_is(self):
        assert of(BAKER, record(result(BAKER, 2, laps=100))).lead_lap is None

    @pytest.mark.parametrize(
        ("status", "expected"), [("running", False), ("accident", True), ("parked", True), ("", None)]
    )
    def test_dnf_is_a_status_other_than_running(self, status, expected):
        """Richmond 2023: 17 laps down and still running."""
        assert of(BAKER, record(result(BAKER, 30, laps=383, status=status), laps=400)).dnf is expected

    @pytest.mark.parametrize(
        ("stages", "held", "expected"),
        [
            pytest.param(None, {}, None, id="unknown whether there were any"),
            pytest.param(None, {1: stage(BYRON)}, None, id="one known of who knows how many"),
            pytest.param(0, {}, 0, id="before stages"),
            pytest.param(2, {}, None, id="winners unknown"),
            pytest.param(2, {1: stage(BYRON), 2: ()}, None, id="one of two known"),
            pytest.param(2, {1: stage(BYRON), 2: stage(BLANEY)}, 1, id="one each"),
            pytest.param(2, {1: stage(BYRON), 2: stage(BYRON)}, 2, id="a sweep"),
            pytest.param(2, {1: stage(BLANEY), 2: stage(BLANEY)}, 0, id="none of his"),
            pytest.param(3, {1: stage(BYRON), 2: stage(BYRON), 3: stage(BYRON)}, 3, id="the Coca-Cola 600"),
        ],
    )
    def test_stage_wins(self, stages, held, expected):
        assert of(BYRON, record(result(BYRON, 2), stages=stages, stage_results=held)).stage_wins == expected

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            pytest.param({"pole_driver_id": BYRON, "lineup": "qualifying"}, True, id="his"),
            pytest.param({"pole_driver_id": BLANEY, "lineup": "qualifying"}, False, id="another's"),
            pytest.param({"pole_driver_id": BYRON}, True, id="named, lineup unknown"),
            pytest.param({"lineup": "qualifying"}, None, id="qualified, pole unknown"),
            pytest.param({}, None, id="nothing known"),
            pytest.param({"lineup": "formula"}, False, id="none awarded"),
        ],
    )
    def test_pole(self, fields, expected):
        assert of(BYRON, record(result(BYRON, 2, start=1), **fields)).pole is expected

    def test_margin_is_of_the_first_two(self):
        race = record(
            *(result(driver, place) for place, driver in enumerate((BLANEY, BYRON, HAMLIN), 1)),
            margin_kind="time",
            margin=Decimal("0.712"),
        )
        assert [line.margin for line in lines_of(race)] == [Decimal("0.712"), Decimal("0.712"), None]

    @pytest.mark.parametrize("kind", ["car-lengths", "laps", "feet"])
    def test_a_margin_that_is_no_time_is_not_a_lines(self, kind):
        assert of(PETTY, record(result(PETTY, 1), margin_kind=kind, margin=Decimal(1))).margin is None


class TestCoverage:
    @pytest.mark.parametrize(
        ("fields", "known"),
        [
            pytest.param({}, set(), id="nothing"),
            pytest.param({"results": [1]}, {"winner"}, id="the winner alone"),
            pytest.param({"results": [1, 1, 3]}, {"winner", "second"}, id="a dead heat for first"),
            pytest.param({"results": [2, 3]}, {"second"}, id="all but the winner"),
            pytest.param({"results": range(1, 6)}, {"winner", "second", "top_five"}, id="five places"),
            pytest.param({"results": [1, 2, 3, 3, 5]}, {"winner", "second", "top_five"}, id="five with a dead heat"),
            pytest.param({"results": [1, 2, 3, 4, 6]}, {"winner", "second"}, id="fifth missing"),
            pytest.param({"results": range(1, 11)}, {"winner", "second", "top_five", "top_ten"}, id="ten places"),
            pytest.param(
                {"results": range(1, 4), "field_size": 3},
                {"whole", "winner", "second", "top_five", "top_ten"},
                id="a whole field of three",
            ),
            pytest.param({"results": [1], "field_size": 0}, {"winner"}, id="a field of no cars says nothing"),
            pytest.param({"field_size": 0}, set(), id="nor does one without results"),
            pytest.param({"stages": 0}, {"stages"}, id="no stages"),
            pytest.param({"stages": 2, "stage_results": {1: stage(BYRON)}}, set(), id="one stage of two"),
            pytest.param({"lineup": "draw"}, {"pole"}, id="no pole award"),
            pytest.param({"lineup": "qualifying"}, set(), id="pole not known"),
            pytest.param({"pole_driver_id": BYRON}, {"pole"}, id="pole known"),
            pytest.param({"margin_kind": "time", "margin": Decimal(1)}, {"margin"}, id="margin in seconds"),
            pytest.param({"margin_kind": "caution"}, {"margin"}, id="under caution"),
            pytest.param({"margin_kind": "laps", "margin": Decimal(2)}, {"margin"}, id="margin in laps"),
            pytest.param({"margin_kind": "car-lengths", "margin": Decimal(1)}, set(), id="margin in car lengths"),
        ],
    )
    def test_what_is_known(self, fields, known):
        results = (result(10 + number, place) for number, place in enumerate(fields.get("results", ())))
        rest = {name: value for name, value in fields.items() if name != "results"}
        coverage = coverage_of(record(*results, **rest))
        flags = ("whole", "winner", "second", "top_five", "top_ten", "laps_led", "pole", "stages", "margin")
        assert {flag for flag in flags if getattr(coverage, flag)} == known

    @pytest.mark.parametrize(
        ("led", "fields", "known"),
        [
            pytest.param([221, 46], {"laps": 267}, True, id="sums to the race's laps"),
            pytest.param([221, None, 46], {"laps": 267}, True, id="sums, so the blanks are zeros"),
            pytest.param([221, 46, 0], {"of": 267}, True, id="adds up to what the winner ran"),
            pytest.param([0, 267], {"of": 267, "laps": 268}, False, id="the race's own laps come first"),
            pytest.param([221, 0], {"field_size": 2}, False, id="laps of the race unknown"),
            pytest.param([221, 45], {"laps": 267, "field_size": 2}, True, id="one lap short"),
            pytest.param([221, 48], {"laps": 267, "field_size": 2}, True, id="two laps over"),
            pytest.param([221, 45], {"laps": 267}, False, id="one lap short, of an unknown field"),
            pytest.param([221, 45], {"laps": 267, "field_size": 3}, False, id="one lap short, a car missing"),
            pytest.param([221, 45, None], {"laps": 267, "field_size": 3}, False, id="one lap short, a blank"),
            pytest.param([98, 0], {"laps": 100, "field_size": 2}, False, id="two short of a hundred"),
            pytest.param([99, 0], {"laps": 101, "field_size": 2}, True, id="two short of more"),
            pytest.param([98, 0], {"laps": 101, "field_size": 2}, False, id="three short of more"),
            pytest.param([490, 0], {"laps": 500, "field_size": 2}, True, id="two in a hundred"),
            pytest.param([489, 0], {"laps": 500, "field_size": 2}, False, id="more than two in a hundred"),
            pytest.param([184, 0], {"laps": 188, "field_size": 2}, True, id="Talladega 2000: four laps of 188"),
            pytest.param([365, 0], {"laps": 404, "field_size": 2}, False, id="39 laps short"),
            pytest.param([0, 0], {"laps": 500, "field_size": 2}, False, id="all zero"),
            pytest.param([1, 0, 1], {"laps": 150, "field_size": 3}, False, id="marks"),
            pytest.param([1, 1], {"laps": 2}, True, id="two laps, one each"),
        ],
    )
    def test_laps_led_known(self, led, fields, known):
        """`of` is how many laps the winner ran."""
        rest = {name: value for name, value in fields.items() if name != "of"}
        winner, *others = (result(10 + number, laps_led=laps) for number, laps in enumerate(led))
        race = record(winner._replace(position=1, laps=fields.get("of")), *others, **rest)
        assert coverage_of(race).laps_led is known

    @pytest.mark.parametrize(
        ("values", "fields", "known"),
        [
            pytest.param([40, 0], {"field_size": 2}, True, id="whole, each known"),
            pytest.param([40, None], {"field_size": 2}, False, id="whole, one blank"),
            pytest.param([40], {"field_size": 2}, False, id="one missing"),
            pytest.param([40, 35], {}, False, id="of an unknown field"),
        ],
    )
    @pytest.mark.parametrize("column", ["start", "laps", "points"])
    def test_known_of_every_car(self, column, values, fields, known):
        results = (result(10 + number, **{column: value}) for number, value in enumerate(values))
        assert getattr(coverage_of(record(*results, **fields)), column) is known

    @pytest.mark.parametrize(
        ("statuses", "fields", "known"),
        [
            pytest.param(["running", "engine"], {"field_size": 2}, True, id="whole, each known"),
            pytest.param(["running", ""], {"field_size": 2}, False, id="whole, one unknown"),
            pytest.param(["running"], {"field_size": 2}, False, id="one missing"),
            pytest.param(["running", "engine"], {}, False, id="of an unknown field"),
            pytest.param(["running", "did-not-start"], {"field_size": 1}, True, id="who did not start is not asked"),
        ],
    )
    def test_status_known(self, statuses, fields, known):
        results = (result(10 + number, status=status) for number, status in enumerate(statuses))
        assert coverage_of(record(*results, **fields)).status is known

    def test_counts_starters_only(self):
        coverage = coverage_of(record(result(PETTY, 1), result(BAKER, status="did-not-qualify"), field_size=2))
        assert (coverage.lines, coverage.whole) == (1, False)

    def test_an_exhibition_has_no_order(self):
        assert coverage_of(record(counts=False)).race_order is None


class TestKnownDays:
    @pytest.mark.parametrize(
        ("races", "expected"),
        [
            pytest.param([(1, 1, date(1955, 2, 13))], {1: "1955-02-13"}, id="its date"),
            pytest.param([(1, 1, None)], {1: "1955-12-31"}, id="undated: its season's end"),
            pytest.param([(1, 1, None), (2, 2, date(1955, 3, 6))], {1: "1955-03-06", 2: "1955-03-06"}, id="the next's"),
            pytest.param(
                [(2, 2, date(1955, 3, 6)), (3, 3, None), (1, 1, None)],
                {1: "1955-03-06", 2: "1955-03-06", 3: "1955-12-31"},
                id="in any order",
            ),
            pytest.param(
                [(1, None, None), (2, None, date(1955, 5, 1)), (3, 1, date(1955, 2, 13))],
                {1: "1955-12-31", 2: "1955-05-01", 3: "1955-02-13"},
                id="an exhibition has no next race",
            ),
        ],
    )
    def test_day_by_which_a_race_had_been_run(self, races, expected):
        assert {race: str(day) for race, day in known_days(1955, races).items()} == expected
        assert known_days(1955, races[::-1]) == known_days(1955, races)
