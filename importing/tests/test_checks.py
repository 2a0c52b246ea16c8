"""What does not add up in a race: for each check a document in which it speaks, and ones in which it is silent."""

from decimal import Decimal

import pytest

from importing.checks.checks import CHECKS, MOST_OF_A_KIND, checks_of
from importing.checks.reading import RaceContext
from importing.checks.stated_wins import stated_wins
from importing.document.schema import RaceDocument
from races.derived.refresh import deferred
from races.models import Race, RaceCheck, Result
from testing.files.samples import document, real, sound
from testing.makers import BUESCHER, LARSON, make_given, make_race, make_result
from testing.points_formats import format_of

LENGTH = Decimal("1.5")
LAST_ROUND = 36


def field(count=12, **columns) -> list[dict]:
    """So many cars in the order of their finish; a column given as a list goes down the field."""
    return [
        {"car": str(place), "position": place}
        | {
            name: value[place - 1] if isinstance(value, list) else value
            for name, value in columns.items()
            if not isinstance(value, list) or place <= len(value)
        }
        for place in range(1, count + 1)
    ]


def race(results=(), staged=(), **fields) -> RaceDocument:
    sessions = [{"kind": "stage", "number": n, "results": rows} for n, rows in enumerate(staged, 1)]
    sessions.append({"kind": "race", "results": results})
    columns = {"series": "cup", "season": 2023, "round": 7, "name": "A race", "track": "kansas", "sessions": sessions}
    return RaceDocument(**columns | {"stages": len(staged)} | fields)


def scored(season=2023, winner=40, stages=2, **changed) -> dict:
    """A whole field with the points of its places and its stages, which finish in the race's order."""
    ten = [{"car": str(place), "position": place} for place in range(1, 11)]
    points = [
        (winner if place == 1 else 37 - place) + (stages * (11 - place) if place < 11 else 0) for place in range(1, 13)
    ]
    results = field(points=points)
    for car, columns in changed.items():
        results[int(car[3:]) - 1] |= columns
    return {"results": results, "staged": [ten] * stages, "season": season}


def latford_and_after(season: int, points: list[int], led=(200, 67, 0)) -> dict:
    """The first three of a race before there were stages."""
    led = {"laps_led": list(led)} if led else {}
    return {"results": field(3, points=points, **led), "season": season, "laps": 267}


LAPS = {"laps": 267, "field_size": 3}
LEADERS = [
    {"start": 0, "end": 0, "car": "2"},
    {"start": 1, "end": 100, "car": "1"},
    {"start": 101, "end": 267, "car": "2"},
]
CAUTIONS = [{"start": 10, "end": 14}, {"start": 80, "end": 85}]
RULED = {"kind": "penalty", "announced": "2023-04-05", "title": "A penalty"}
TWINS = [{"car": "5", "driver": "Ada", "twin": 0}, {"car": "5", "driver": "Ben", "twin": 1}]

FINALE = {"round": 36}
CONTENDERS = {"car2": {"points": 35}, "car3": {"points": 34}, "car5": {"points": 32}, "car9": {"points": 28}}
"""Four cars of `scored` that have the points of their place, and none of their stages."""


def weekend(session_kind: str, rows: list[dict], number: int = 1, **fields) -> RaceDocument:
    """A race with one session before it."""
    day = fields.pop("day", None)
    session = {
        "kind": session_kind,
        "number": number,
        "date": day,
        "laps": fields.pop("stage_laps", None),
        "results": rows,
    }
    return race(sessions=[session, {"kind": "race", "results": []}], **fields)


SPEAKS = {
    "field-size": {
        "one more than there are": race(field(4), field_size=3),
        "a digit too many": race(field(38), field_size=380),
        "the digits crossed": race(field(38), field_size=83),
        "more than there ever were": race(field_size=380),
    },
    "not-started-ran": {
        "with laps": race([*field(2), {"car": "9", "laps": 3, "status": "did-not-start"}]),
        "with laps led": race([*field(2), {"car": "9", "laps_led": 3, "status": "did-not-qualify"}]),
    },
    "winner-laps": {
        "fewer than the race": race(field(3, laps=[266, 266, 266]), laps=267),
    },
    "scheduled-laps": {
        "hardly any": race(laps=110, scheduled_laps=3),
        "far more": race(laps=110, scheduled_laps=1100),
        "a car that ran far more, of a race of unknown length": race(field(2, laps=[4000, 260]), scheduled_laps=267),
    },
    "average-speed": {
        # South Point 400 of 2018, as its feed has it.
        "another": race(laps=272, time="3:28:15", average_speed="111.849"),
        "a time in which no race is run": race(laps=267, time="0:30:03"),
    },
    "leaders": {
        "one more than led": race(field(3, laps_led=[200, 67, 0]), leaders=3, **LAPS),
        "one less": race(field(3, laps_led=[200, 67, 0]), leaders=1, **LAPS),
    },
    "segments-apart": {
        "a lap led by two": race(lead_segments=[LEADERS[1], {"start": 100, "end": 267, "car": "2"}]),
        "laps led by nobody": race(lead_segments=[LEADERS[1], {"start": 103, "end": 267, "car": "2"}]),
        "a lap of two cautions": race(caution_segments=[CAUTIONS[0], {"start": 14, "end": 20}]),
    },
    "time-order": {
        "slower in the place before": weekend("practice", field(3, time=["29.4", "29.6", "29.5"])),
    },
    "pole": {
        "another was first": weekend("qualifying", field(2), lineup="qualifying", pole={"car": "2"}),
        "first in an earlier round": race(
            sessions=[
                {"kind": "qualifying", "number": 1, "results": field(2)},
                {"kind": "qualifying", "number": 2, "results": [{"car": "2", "position": 1}]},
            ],
            lineup="qualifying",
            pole={"car": "2"},
        ),
    },
    "session-day": {
        "after the race": weekend("practice", field(2), day="2023-04-03", date="2023-04-02"),
    },
    "stages": {
        "more than score": weekend("stage", field(2), stages=0),
        "longer than the race": weekend("stage", field(2), stages=1, stage_laps=300, laps=267),
        "seven fewer than score": race(staged=[field(2)] * 2, stages=9),
        "none of more than ever scored": race(stages=4),
    },
    "stage-points": {
        "of the place before": weekend("stage", field(2, points=[10, 10]), number=2, stages=2),
        "beyond those that score": weekend("stage", field(11, points=[None] * 10 + [1]), stages=1),
        "after a ruling that left the points": weekend(
            "stage",
            field(2, points=[10, 4]),
            stages=1,
            rulings=[
                RULED | {"changes": [{"car": "2", "before": {"encumbered": False}, "after": {"encumbered": True}}]}
            ],
        ),
    },
    "laps-led-sum": {
        "too few": race(field(3, laps_led=[100, 100, 0]), **LAPS),
        "too many": race(field(3, laps_led=[200, 100, 0]), **LAPS),
        "a slip of one lap": race(field(3, laps_led=[200, 66, 0]), **LAPS),
        "too few, beside a car that did not qualify": race(
            [*field(3, laps_led=[200, 66, 0]), {"car": "9", "status": "did-not-qualify"}], **LAPS
        ),
    },
    "positions": {
        "a double": race([*field(3), {"car": "9", "position": 2}]),
        "a double in qualifying": race(
            sessions=[{"kind": "qualifying", "results": [*field(2), {"car": "9", "position": 1}]}]
        ),
        "one is missing": race([row for row in field(4) if row["position"] != 3], field_size=3),
        "the first is missing": race(field(4)[1:], field_size=3),
        "one is missing in a stage": weekend("stage", [row for row in field(11) if row["position"] != 3]),
        "one is missing in qualifying": weekend("qualifying", field(4)[1:], field_size=3),
        "one is missing after a tie": race(
            [{"car": str(n), "position": place} for n, place in enumerate((1, 1, 3, 5))], field_size=4
        ),
    },
    "starting-positions": {
        "two in one place": race(field(3, start=[1, 2, 2])),
    },
    "columns": {
        "the finish for the start": race(field(5, start=[1, 2, 3, 4, 5])),
        "the laps led for the laps": race(field(5, laps=[9, 8, 0, 0, 0], laps_led=[9, 8, 0, 0, 0])),
        "the laps for the position": race([{"car": "1", "position": 267}], field_size=36),
        "in a stage, the points for the position": weekend(
            "stage", [{"car": str(n), "position": n, "points": n} for n in range(1, 11)], stages=1
        ),
        "a place at the line that there is not": race(field(6, crossed_line=[1, 2, 77]), field_size=6),
        "the laps for the start": race(field(3, start=[1, 2, 267], laps=267) + field(6)[3:], field_size=6),
    },
    "laps-run": {
        "more than the race": race(field(3, laps=[267, 268, 267]), laps=267),
        "more than the car before": race(field(3, laps=[267, 200, 201]), laps=267),
        "the last one ran to the end, and was disqualified by no one": race(field(4, laps=[267, 266, 3, 267])),
    },
    "gap-order": {
        "nearer than the car before": race(field(4, gap=[None, "2.5", "0.7", "3.1"])),
    },
    "lap-speed": {
        "not on this track": race(field(1, time="29.391", speed="190")),
        "no racing speed": race(field(1, time="2")),
        "in qualifying": race(sessions=[{"kind": "qualifying", "results": field(1, time="29.391", speed="183.7")}]),
    },
    "margin-gap": {
        "another gap": race(field(2, gap=[None, "0.7"]), margin={"kind": "time", "seconds": "0.712"}),
    },
    "points-table": {
        "too few": race(**scored(car2={"points": 52})),
        "a point for the fastest lap, before there was one": race(**scored(car2={"points": 54 + 1}, season=2024)),
        "two such points": race(**scored(2025, car2={"points": 54 + 2})),
        "the winner's points of 2026 in 2025": race(**scored(2025, winner=55)),
        "the winner's points of 2025 in 2026": race(**scored(2026, winner=40)),
        "a stage's points are missing": race(**scored(car5={"points": 32})),
        "more than all stages give, where one is unknown": race(**scored(car2={"points": 66}), stages=3),
        "less than the place gives, where a stage is unknown": race(**scored(car2={"points": 34}), stages=3),
        "no lap led, yet a point for one, in 2015": race(**latford_and_after(2015, [48, 43, 42])),
        "the bonus of the most laps led twice, in 1987": race(**latford_and_after(1987, [185, 180, 165])),
        "five who may win the title, where four may": race(
            **scored(2024, **CONTENDERS, car10={"points": 27}), **FINALE
        ),
        "who may win the title, before the last race": race(**scored(2024, **CONTENDERS), round=35),
        "the points of another place in the last race": race(**scored(2024, car2={"points": 34}), **FINALE),
        "a truck's place of before and after 2020": race(
            field(36, points=[None] * 35 + [1]), stages=0, season=2020, series="trucks"
        ),
        "a truck race": race(**scored(car2={"points": 52}), series="trucks"),
        "another car's ruling": race(
            **scored(car2={"points": 10}),
            rulings=[RULED | {"changes": [{"car": "3", "before": {"points": 50}, "after": {"points": 10}}]}],
        ),
    },
    "points-order": {
        # National race 9 of 1992.
        "more than the winner": race(field(3, points=[180, 175, 197]), stages=0, season=1972),
        "the winner's are few": race(field(3, points=[18, 175, 170]), stages=0, season=1972),
        "the winner's are very many": race(field(3, points=[1800, 175, 170]), stages=0, season=1972),
    },
    "lead-changes": {"too many": race(lead_segments=LEADERS, lead_changes=3)},
    "led-by-segment": {
        "another car led": race(field(2, laps_led=[267, 0]), lead_segments=LEADERS),
        "lap 0 was counted": race(field(2, laps_led=[100, 168]), lead_segments=LEADERS),
        "the other of two cars of one number": race(
            [{"car": "5", "driver": "Ada", "laps_led": 0}, {"car": "5", "driver": "Ben", "laps_led": 10}],
            entries=TWINS,
            lead_segments=[{"start": 1, "end": 10, "car": "5", "driver": "Ada"}],
        ),
    },
    "segments-in-race": {
        "led after the last lap": race(lead_segments=LEADERS, laps=266),
        "a caution after the last lap": race(caution_segments=CAUTIONS, laps=84),
    },
    "caution-laps": {
        "too few laps": race(caution_segments=CAUTIONS, caution_laps=10, cautions=2),
        "too few cautions": race(caution_segments=CAUTIONS, caution_laps=11, cautions=1),
    },
}

SILENT = {
    "field-size": {
        "right": race(field(3), field_size=3),
        "beside a car that did not start": race([*field(3), {"car": "9", "status": "did-not-start"}], field_size=3),
        "a part of the field": race(field(3), field_size=40),
        "the first twenty": race(field(20), field_size=43),
        "the largest ever, of which the winner is known": race(field(1), field_size=82),
        "unknown": race(field(3)),
    },
    "not-started-ran": {
        "without laps": race([*field(2), {"car": "9", "laps": 0, "laps_led": 0, "status": "did-not-start"}]),
        "withdrew after some laps": race([*field(2), {"car": "9", "laps": 3, "status": "withdrew"}]),
    },
    "winner-laps": {
        "right": race(field(3, laps=[267, 267, 266]), laps=267),
        "unknown": race(field(3), laps=267),
        "after a ruling": race(field(2, laps=[266, 267]), laps=267, rulings=[RULED]),
    },
    "scheduled-laps": {
        "right": race(laps=267, scheduled_laps=267),
        "a car in overtime, of a race of unknown length": race(field(2, laps=[290, 260]), scheduled_laps=267),
        "the longest overtime, of Nashville in 2024": race(laps=331, scheduled_laps=300),
        "half of them in rain": race(laps=134, scheduled_laps=267),
        "a short race in overtime": race(laps=33, scheduled_laps=20),
        "unknown": race(laps=267),
    },
    "average-speed": {
        "right": race(laps=267, time="3:03:00", average_speed="131.311"),
        "but for a hundredth": race(laps=267, time="3:03:00", average_speed="130.5"),
        "no time": race(laps=267, average_speed="131.311"),
    },
    "leaders": {
        "right": race(field(3, laps_led=[200, 67, 0]), leaders=2, **LAPS),
        "with who was in front at the start": race(
            field(3, laps_led=[267, 0, 0]),
            leaders=2,
            lead_segments=[{"start": 0, "end": 0, "car": "2"}, {"start": 1, "end": 267, "car": "1"}],
            **LAPS,
        ),
        "a part of the field": race(field(3, laps_led=[200, 67, 0]), leaders=5, field_size=40),
        "laps led unknown": race(field(3, laps_led=[200]), leaders=5, field_size=3),
    },
    "segments-apart": {
        "right": race(lead_segments=LEADERS, caution_segments=CAUTIONS),
        "in another order": race(lead_segments=LEADERS[::-1]),
        # Clash of 2024, where laps under caution did not count.
        "two cautions of one lap": race(caution_segments=[{"start": 77, "end": 77}, {"start": 77, "end": 77}]),
    },
    "time-order": {
        "right": weekend("practice", field(3, time=["29.4", "29.4", "29.5"])),
        "unknown between": weekend("practice", field(3, time=["29.4", None, "29.5"])),
        "rounds of qualifying": weekend("qualifying", field(3, time=["29.4", "29.6", "29.5"])),
    },
    "pole": {
        "right": weekend("qualifying", field(2), lineup="qualifying", pole={"car": "1"}),
        "the first was disqualified": weekend(
            "qualifying", field(2, disqualified=[True, False]), lineup="qualifying", pole={"car": "2"}
        ),
        "of qualifying as a whole": race(
            sessions=[
                {"kind": "qualifying", "number": 1, "results": field(2)},
                {"kind": "qualifying", "number": 2, "results": [{"car": "2", "position": 1}]},
            ],
            lineup="qualifying",
            pole={"car": "1"},
        ),
        "the lineup is not known": weekend("qualifying", field(2), pole={"car": "2"}),
    },
    "session-day": {
        "on the day of the race": weekend("practice", field(2), day="2023-04-02", date="2023-04-02"),
        "unknown": weekend("practice", field(2), date="2023-04-02"),
    },
    "stages": {
        "right": weekend("stage", field(2), stages=1, stage_laps=80, laps=267),
        # Coca-Cola 600 of 2024: the third stage ended with the rain.
        "a race that ended early": weekend("stage", field(2), stages=1, stage_laps=300, laps=249, scheduled_laps=400),
        "unknown": weekend("stage", field(2), stages=None),
        # Coca-Cola 600 of 2017, of which no source has the winner of the third.
        "one is not known": race(staged=[field(2)] * 2, stages=3),
        "one of the Coca-Cola 600 so far": race(staged=[field(2)], stages=3),
        "none listed": race(stages=2),
        "an exhibition": race(stages=4, kind="exhibition", round=None, slug="all-star-race"),
    },
    "stage-points": {
        "right": weekend("stage", field(11, points=[10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]), stages=1),
        "who scores in another series": weekend("stage", field(2, points=[0, 9]), stages=1),
        "an exhibition": weekend(
            "stage", field(2, points=[1, 1]), stages=1, kind="exhibition", round=None, slug="clash"
        ),
        "after a ruling": weekend(
            "stage",
            field(2, points=[10, 4]),
            stages=1,
            rulings=[
                RULED
                | {"changes": [{"car": "2", "session": "stage-1", "before": {"points": 9}, "after": {"points": 4}}]}
            ],
        ),
    },
    "laps-led-sum": {
        "right": race(field(3, laps_led=[200, 67, 0]), **LAPS),
        "a part of the field": race(field(3, laps_led=[200, 0, 0]), laps=267, field_size=4),
        "a field of unknown size": race(field(3, laps_led=[200, 0, 0]), laps=267),
        "laps led unknown for one": race(field(3, laps_led=[200, 0]), **LAPS),
        "laps of the race unknown": race(field(3, laps_led=[200, 0, 0]), field_size=3),
        "won by a ruling, with no lap led": race(
            field(3, laps_led=[0, 67, 200], disqualified=[False, False, True]), **LAPS, rulings=[RULED]
        ),
    },
    "positions": {
        "right": race(field(3), field_size=3),
        "a part of the field": race(field(4)[1:], field_size=4),
        "the place after a tie": race(
            [{"car": str(n), "position": place} for n, place in enumerate((1, 2, 3, 5, 6))], field_size=9
        ),
        "who did not start has none": race([*field(2), {"car": "9", "status": "did-not-qualify"}], field_size=2),
        "a stage's first ten": race(field(3), staged=[[{"car": "3", "position": 7}]]),
        "part of a field, and one who did not start": race(
            [*field(3)[1:], {"car": "9", "status": "did-not-start"}], field_size=3
        ),
    },
    "starting-positions": {
        "right": race(field(3, start=[2, 1, 3])),
        "places empty": race(field(3, start=[1, 2, 40])),
        "unknown": race(field(3, start=[1])),
        "who did not start had the place first": race(
            [*field(2, start=[1, 2]), {"car": "9", "start": 2, "status": "did-not-start"}]
        ),
    },
    "columns": {
        "right": race(field(5, start=[2, 1, 3, 4, 5], laps=[5, 5, 4, 4, 0], laps_led=[5, 0, 0, 0, 0]), field_size=5),
        "the place in qualifying of a car that did not qualify": weekend(
            "qualifying", [{"car": "9", "position": 44}], field_size=36
        ),
        "a field of unknown size": race([{"car": "1", "position": 267}]),
        "few cars": race(field(4, start=[1, 2, 3, 4])),
        "all alike": race(field(5, laps=0, laps_led=0)),
        "unknown for one": race(field(5, start=[1, 2, 3, 4])),
        "a part of the field": race(field(5, start=[20, 1, 2, 3, 4]), field_size=30),
        "the place of a car that did not start": race(
            [*field(5, start=[6, 1, 2, 3, 4]), {"car": "9", "start": 5, "status": "withdrew"}],
            entries=[{"car": str(n), "driver": f"Driver {n}"} for n in (1, 2, 3, 4, 5, 9)],
            field_size=5,
        ),
    },
    "laps-run": {
        "right": race(field(4, laps=[267, 267, 266, 0]), laps=267),
        "unknown between": race(field(3, laps=[267, None, 267]), laps=267),
        "of a disqualified car": race(field(3, laps=[267, 260, 267], disqualified=[False, False, True]), laps=267),
        "after a ruling": race(field(3, laps=[267, 260, 267]), laps=267, rulings=[RULED]),
    },
    "gap-order": {
        "right": race(field(4, gap=[None, "0.7", "0.7", "3.1"])),
        "after a ruling": race(field(3, gap=[None, "0.7", "0.5"]), rulings=[RULED]),
        "a lap down": race(field(4, gap=[None, "0.7", None, "3.1"])),
    },
    "lap-speed": {
        "right": race(field(1, time="29.391", speed="183.730")),
        "one of both": race(field(2, time=["29.391"])),
        "none": race(field(2)),
    },
    "margin-gap": {
        "right": race(field(2, gap=[None, "0.712"]), margin={"kind": "time", "seconds": "0.712"}),
        "no gap": race(field(2), margin={"kind": "time", "seconds": "0.712"}),
        "under caution": race(field(2, gap=[None, "0.7"]), margin={"kind": "caution"}),
        "in car lengths": race(field(2, gap=[None, "0.7"]), margin={"kind": "car-lengths", "value": "2"}),
        "measured against another": race(
            field(3, gap=[None, "0.9"]), margin={"kind": "time", "seconds": "0.712", "against": {"car": "3"}}
        ),
        "a ruling between": race(
            field(2, gap=[None, "0.9"]), margin={"kind": "time", "seconds": "0.712"}, rulings=[RULED]
        ),
        "second place disqualified": race(
            field(2, gap=[None, "0.9"], disqualified=[False, True]), margin={"kind": "time", "seconds": "0.712"}
        ),
        "unknown": race(field(2, gap=[None, "0.9"])),
    },
    "points-table": {
        "right": race(**scored()),
        "four stages": race(**scored(stages=4)),
        "the fastest lap of 2025": race(**scored(2025, car12={"points": 26})),
        "no fastest lap": race(**scored(2025)),
        "55 for a win in 2026": race(**scored(2026, winner=55)),
        "ineligible": race(**scored(car2={"points": 0, "ineligible": True})),
        "disqualified": race(**scored(car12={"points": 1, "disqualified": True})),
        "points unknown": race(**scored(car2={"points": None})),
        "a ruling took them": race(
            **scored(car2={"points": 14}),
            rulings=[RULED | {"changes": [{"car": "2", "before": {"points": 54}, "after": {"points": 14}}]}],
        ),
        "a stage is unknown": race(**scored(car2={"points": 35 + 30}), stages=3),
        "stages unknown": race(**scored(car2={"points": 1}), stages=None),
        "a lap led and the most, in 2015": race(**latford_and_after(2015, [48, 43, 41])),
        "laps led unknown, in 2015": race(**latford_and_after(2015, [48, 44, 42], led=False)),
        "a lap led and the most, in 1987": race(**latford_and_after(1987, [185, 175, 165])),
        "the most laps led by another, in 2009": race(**latford_and_after(2009, [190, 180, 165], led=[100, 167, 0])),
        "a season without a format": race(**scored(1974, car2={"points": 1})),
        "a series without a format": race(**scored(2010, car2={"points": 1}), series="trucks"),
        "the four who may win the title": race(**scored(2024, **CONTENDERS), **FINALE),
        "two of them, as stages gave nothing to the others": race(**scored(2023, car2={"points": 35}), **FINALE),
        "the winner's bonus in the last race of 2014": race(
            **latford_and_after(2014, [43, 42, 41], led=(100, 0, 167)) | FINALE
        ),
        "five points for each truck from 32nd down, in 2020": race(
            field(36, points=[None] * 31 + [5] * 5), stages=0, season=2020, series="trucks"
        ),
        "nobody's table gives no points at all": race(**scored(car2={"points": 0})),
        "an exhibition": race(**scored(car2={"points": 1}), kind="exhibition", round=None, slug="clash"),
    },
    "points-order": {
        "right": race(field(3, points=[180, 175, 170]), stages=0, season=1972),
        "the second led most laps": race(field(3, points=[180, 180, 165]), stages=0, season=1972),
        "1.3 times the second's": race(field(2, points=[195, 150]), stages=0, season=1972),
        "unknown between": race(field(30, points=[180, *[None] * 28, 70]), stages=0, season=1972),
        "nothing for who cannot score": race(field(3, points=[0, 175, 170]), stages=0, season=1972),
        "after a ruling": race(
            field(2, points=[80, 175]),
            stages=0,
            season=1972,
            rulings=[RULED | {"changes": [{"car": "1", "before": {"points": 180}, "after": {"points": 80}}]}],
        ),
        "a season with a format": race(field(3, points=[180, 175, 197]), stages=0, season=1987),
        "stages": race(field(3, points=[40, 54, 35]), stages=None, series="arca"),
        "an exhibition": race(field(2, points=[1, 2]), stages=0, kind="exhibition", round=None, slug="clash"),
    },
    "lead-changes": {
        "right": race(lead_segments=LEADERS, lead_changes=2),
        "not stated": race(lead_segments=LEADERS),
        "no leaders": race(lead_changes=2),
    },
    "led-by-segment": {
        "right": race(field(2, laps_led=[100, 167]), lead_segments=LEADERS),
        "laps led unknown": race(field(2), lead_segments=LEADERS),
        "no leaders": race(field(2, laps_led=[100, 0])),
        "by driver, where the number is unknown": race(
            [{"driver": LARSON, "laps_led": 10}, {"driver": BUESCHER, "laps_led": 0}],
            lead_segments=[{"start": 1, "end": 10, "driver": LARSON}],
        ),
        "two cars of one number": race(
            [{"car": "5", "driver": "Ada", "laps_led": 10}, {"car": "5", "driver": "Ben", "laps_led": 0}],
            entries=TWINS,
            lead_segments=[{"start": 1, "end": 10, "car": "5", "driver": "Ada"}],
        ),
    },
    "segments-in-race": {
        "to the last lap": race(lead_segments=LEADERS, caution_segments=CAUTIONS, laps=267),
        "laps of the race unknown": race(lead_segments=LEADERS, caution_segments=CAUTIONS),
    },
    "caution-laps": {
        "right": race(caution_segments=CAUTIONS, caution_laps=11, cautions=2),
        "not stated": race(caution_segments=CAUTIONS),
        "not listed": race(caution_laps=11, cautions=2),
        "two of one lap, kept as one": race(caution_segments=[{"start": 77, "end": 77}], caution_laps=2, cautions=2),
    },
}


def cases(by_code: dict) -> list:
    return [
        pytest.param(code, found, id=f"{code}: {name}")
        for code, named in by_code.items()
        for name, found in named.items()
    ]


def findings_of(found: RaceDocument) -> list:
    return checks_of(found, "f.json", RaceContext(LENGTH, format_of(found.season, found.series), LAST_ROUND))


def codes(found: RaceDocument) -> list[str]:
    return [problem.code for problem in findings_of(found)]


def test_every_check_has_its_cases():
    assert set(SPEAKS) == set(SILENT) == set(CHECKS)


@pytest.mark.parametrize(("code", "found"), cases(SPEAKS))
def test_a_check_speaks(code, found):
    assert code in codes(found)


@pytest.mark.parametrize(("code", "found"), cases(SILENT))
def test_a_check_is_silent(code, found):
    assert code not in codes(found)


def test_a_lap_speed_needs_the_tracks_length():
    assert checks_of(SPEAKS["lap-speed"]["not on this track"], "f.json", RaceContext()) == []


def test_what_a_check_says():
    (problem,) = findings_of(SPEAKS["laps-led-sum"]["too few"])
    assert str(problem) == "f.json, laps led: laps led add up to 200, the race had 267 laps (“200”)"
    assert (problem.race, problem.season) == ("cup 2023 round 7, A race", 2023)
    assert [problem.reason for problem in findings_of(SPEAKS["positions"]["one is missing after a tie"])] == [
        "position 1 stands 2 times",
        "position 4 is missing",
    ]


def test_many_of_a_kind_are_counted():
    found = race(field(12, time="29.391", speed="190"))
    problems = findings_of(found)
    assert len(problems) == MOST_OF_A_KIND + 1
    assert problems[-1].reason == f"and {12 - MOST_OF_A_KIND} more like it"


# The report's ordinal.


@pytest.mark.parametrize(
    ("comment", "wins"),
    [
        ("Kyle Larson won the race, his 32nd career victory.", 32),
        ("his 61st victory in the NASCAR Cup Series.", 61),
        ("his sixth NASCAR Cup Series victory.", 6),
        ("Ada Swift won, her first win.", 1),
        ("her first NASCAR O'Reilly Auto Parts Series victory.", 1),
        ("his twentieth career victory", 20),
        ("his 20th victory of his career", 20),
        ("his twenty-first career victory", None),
        ("his third career victory in the NASCAR Cup Series qualifying race.", None),
        ("his first career victory in the NASCAR Cup Series non-points exhibition pre-season event.", None),
        ("his third victory of the season", None),
        ("his third victory this season", None),
        ("his second win of 2023", None),
        ("his fourth victory at Kansas Speedway", None),
        ("his second victory in three races", None),
        ("a victory", None),
        ("", None),
        (None, None),
    ],
)
def test_the_ordinal_of_a_report(comment, wins):
    assert stated_wins(comment) == wins


def test_the_ordinals_of_the_recorded_race_list():
    """Of its races of the three series, every finished one states one, or counts a class of its own."""
    import json

    lists = json.loads(real("nascar_race_list_basic_2023.json"))
    reports = [row["race_comments"] for rows in lists.values() for row in rows if row["race_comments"]]
    assert [stated_wins(report) for report in reports] == [None, None, None, 3, 61, 5, 6, 3, 3, 4, 1, 8, 63]


@pytest.mark.parametrize(
    ("comment", "opening", "told"),
    [
        ("his 5th victory", 4, []),
        ("his fifth career victory in the NASCAR Cup Series", 4, []),
        ("his 6th victory", 4, ["the report calls it the winner's 6th win; the book counts 5"]),
        ("his 1st victory", None, []),
        ("a win", 4, []),
    ],
)
def test_the_ordinal_is_compared_with_the_books_count(small_book, bring, comment, opening, told):
    if opening:
        make_given(LARSON, (2024, 36), wins=opening)
    outcome = bring(document(comment=comment))
    assert [warning.reason for warning in outcome.warnings if warning.code == "win-ordinal"] == told
    assert list(RaceCheck.objects.filter(code="win-ordinal").values_list("message", flat=True)) == told


# A race's health in the book.


def health() -> list[tuple[str, str]]:
    return list(RaceCheck.objects.order_by("code", "message").values_list("code", "message"))


UNSOUND = {"cautions": 2, "lead_changes": 5}
FOUND = [
    ("caution-laps", "2 cautions stated, 1 listed"),
    ("lead-changes", "5 lead changes are stated, the leaders make 1"),
]


def test_a_sound_race_has_no_checks(small_book, bring):
    outcome = bring(sound())
    assert (health(), outcome.warnings) == ([], [])


def test_checks_are_stored_with_the_race_and_replaced_by_the_next_import(small_book, bring):
    outcome = bring(sound(**UNSOUND, status="provisional"))
    assert health() == FOUND
    assert [warning.code for warning in outcome.warnings] == ["lead-changes", "caution-laps"]
    bring(sound(lead_changes=6, cautions=2))
    assert health() == [FOUND[0], ("lead-changes", "6 lead changes are stated, the leaders make 1")]
    bring(sound(), overwrite_official=True)
    assert health() == []


def test_an_unchanged_race_keeps_its_checks(small_book, bring):
    bring(sound(**UNSOUND))
    ids = set(RaceCheck.objects.values_list("pk", flat=True))
    outcome = bring(sound(**UNSOUND))
    assert outcome.unchanged == 1
    assert len(outcome.warnings) == 2
    assert set(RaceCheck.objects.values_list("pk", flat=True)) == ids


def test_a_dry_run_tells_and_stores_nothing(small_book, bring):
    outcome = bring(sound(**UNSOUND), dry_run=True)
    assert len(outcome.warnings) == 2
    assert health() == []


def test_the_health_is_the_merged_races(small_book, bring):
    """What the file lacks is in the book: the sum is made over both."""
    with deferred():
        at = make_race(2025, 12, laps=267, field_size=3, name="AdventHealth 400")
        for place, (number, driver) in enumerate((("5", LARSON), ("17", BUESCHER)), 1):
            make_result(at, driver, place, number=number, laps_led=100)
        other = make_race(2025, 13, laps=267)
    RaceCheck.objects.create(race=other, code="positions", message="Kept")
    results = [{"car": "20", "driver": "Christopher Bell", "position": 3, "laps_led": 60}]
    entries = [{"car": "20", "driver": "Christopher Bell"}]
    bring(
        document(
            entries=entries,
            sessions=[{"kind": "race", "results": results}],
            **dict.fromkeys(("pole", "margin", "caution_segments", "lead_segments", "cautions", "caution_laps")),
            rulings=[],
        )
    )
    assert Result.objects.count() == 3
    assert health() == [
        ("laps-led-sum", "laps led add up to 260, the race had 267 laps"),
        ("positions", "Kept"),
    ]


def test_a_very_long_message_has_room(small_book, bring):
    make_long = {"entries": [{"car": "5", "driver": "A" * 100}], "pole": None, "margin": None, "rulings": []}
    results = [{"car": "5", "driver": "A" * 100, "laps_led": 3, "position": 1}]
    said = sound(**make_long) | {"sessions": [{"kind": "race", "results": results}]}
    bring(said, create_drivers=True)
    assert [code for code, _ in health()] == ["led-by-segment"]
    assert Race.objects.count() == 1
