"""Each rule of the notes over small stories, told without a database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from races.derived.counts import Count
from races.statistics import CAREER_COUNTS
from stats.notes import reading  # noqa: F401  # The rules register themselves when the notes are read.
from stats.notes.note import RULES, NewsKind, Note, lines_of, notes_on, ranked
from stats.notes.story import CoverageSoFar, Finish, NameAndLog, NoteLine, Period, RaceStory, SeasonTitle, Threshold
from stats.race.known_ranks import LookedUp

KANSAS, BRISTOL = 1, 2
LARSON, BELL, BUESCHER, JARRETT, TRUEX = 5, 20, 17, 88, 78
PEOPLE = {
    LARSON: "Kyle Larson",
    BELL: "Christopher Bell",
    BUESCHER: "Chris Buescher",
    JARRETT: "Dale Jarrett",
    TRUEX: "Martin Truex Jr.",
}
HENDRICK, CHEVROLET, TOYOTA = 1, 10, 11


def line(order, driver, *, track=KANSAS, team=HENDRICK, make=CHEVROLET, **more) -> NoteLine:
    given = {"finish": None, "pole": None, "laps_led": None, "stage_wins": None} | more
    return NoteLine(order, order // 1000, driver, team, make, track, **given)


def story(*lines, history=(), known=True, summed=False, careers=None, in_the_season=None, **more) -> RaceStory:
    """Round 12 of 2025 at Kansas; `known`: the book holds every race of every season told of; `summed`: a source's
    season totals hold what the races of the season before do not."""
    year = lines[0].year
    order = lines[0].order
    seasons = {
        of: CoverageSoFar(rounds, held, dict.fromkeys(CAREER_COUNTS, held), summed=summed)
        for of, rounds in {year - 1: 36, year: order % 1000}.items()
        for held in [rounds if known else 1]
    }
    given = {
        "day": date(2025, 5, 11),
        "drivers": {driver: NameAndLog(name, f"/{driver}/") for driver, name in PEOPLE.items()},
        "teams": {HENDRICK: NameAndLog("Hendrick Motorsports", "/hendrick/")},
        "manufacturers": {CHEVROLET: NameAndLog("Chevrolet", "/chevrolet/"), TOYOTA: NameAndLog("Toyota", "/toyota/")},
        "careers": counts(careers),
        "in_the_season": counts(in_the_season),
        "seasons": seasons,
        "here": CoverageSoFar(None, 39, {"wins": 39, "poles": 39 if known else 0, "laps_led": 39 if known else 38}),
        "since": year - 1,
        "evidence": lambda log, **narrowing: log + ",".join(sorted(narrowing)),
    }
    return RaceStory(
        order=order, year=year, track=KANSAS, track_name="Kansas", lines=lines, history=tuple(history), **(given | more)
    )


def counts(told: dict[int, dict] | None) -> dict[int, dict[str, Count]]:
    """By driver, counts after the race: a number is exact, a count in doubt is given as one."""
    return {
        driver: {key: count if isinstance(count, Count) else Count(count) for key, count in of.items()}
        for driver, of in (told or {}).items()
    }


def texts(told: RaceStory, key: str) -> list[str]:
    return [note.text for note in RULES[key].find(told)]


WON = line(2025012, LARSON, finish=1)
ON_POLE = line(2025012, LARSON, pole=True)
BOTH_STAGES = line(2025012, LARSON, finish=1, stage_wins=2)
THIRD_IN_A_ROW = [line(2023028 + n, BELL, pole=True, make=TOYOTA) for n in range(3)]


def wins(counts: dict[int, int | Count]) -> dict[int, dict]:
    """By driver, counts of wins alone."""
    return {driver: {"wins": count} for driver, count in counts.items()}


CASES = {
    "of-the-career": [
        (story(WON, careers=wins({LARSON: 32})), ["Kyle Larson's 32nd career win."]),
        (
            story(WON, careers=wins({LARSON: 32, JARRETT: 32})),
            ["Kyle Larson's 32nd career win, tying Dale Jarrett, tied for 1st all-time."],
        ),
        (
            story(WON, careers=wins({LARSON: 32, JARRETT: 32, TRUEX: 34})),
            ["Kyle Larson's 32nd career win, tying Dale Jarrett, tied for 2nd all-time."],
        ),
        (
            story(WON, careers=wins({LARSON: 32, JARRETT: 31, TRUEX: 34})),
            ["Kyle Larson's 32nd career win, passing Dale Jarrett, 2nd all-time."],
        ),
        # Where anybody's count is in doubt, no place among all is told, though it may be far below.
        (
            story(WON, careers=wins({LARSON: 32, JARRETT: 32, TRUEX: Count(34, 1)})),
            ["Kyle Larson's 32nd career win, tying Dale Jarrett."],
        ),
        (
            story(WON, careers=wins({LARSON: 32, JARRETT: 32, TRUEX: Count(0, 1)})),
            ["Kyle Larson's 32nd career win, tying Dale Jarrett."],
        ),
        # Nor where races are missing in which somebody may have won of whom there is nothing at all.
        (
            story(WON, known=False, careers=wins({LARSON: 32, JARRETT: 31})),
            ["Kyle Larson's 32nd career win, passing Dale Jarrett."],
        ),
        (
            story(WON, known=False, summed=True, careers=wins({LARSON: 32, JARRETT: 31})),
            ["Kyle Larson's 32nd career win, passing Dale Jarrett, 1st all-time."],
        ),
        # Whose count is in doubt is neither tied nor passed.
        (story(WON, careers=wins({LARSON: 32, JARRETT: Count(32, 4)})), ["Kyle Larson's 32nd career win."]),
        (story(WON, careers=wins({LARSON: 32, JARRETT: Count(31, 4)})), ["Kyle Larson's 32nd career win."]),
        # An ordinal is told only where the count is exact.
        (story(WON, careers=wins({LARSON: Count(32, 1), JARRETT: 32})), []),
        (story(WON), []),
        (story(WON, careers=wins({LARSON: 1})), ["Kyle Larson's first career win."]),
        (
            story(WON, careers=wins({LARSON: 1}), stayed_alone=frozenset({LARSON})),
            ["Kyle Larson's first and only career win."],
        ),
        (
            story(BOTH_STAGES, careers={LARSON: {"stage_wins": 66, "wins": Count(1, 3)}, TRUEX: {"stage_wins": 66}}),
            ["Kyle Larson's 65th and 66th career stage wins, tying Martin Truex Jr., tied for 1st all-time."],
        ),
        (
            story(
                BOTH_STAGES,
                careers={
                    LARSON: {"stage_wins": 66, "wins": 1},
                    TRUEX: {"stage_wins": 66, "wins": 0},
                    JARRETT: {"stage_wins": Count(0, 12), "wins": 0},
                },
            ),
            [
                "Kyle Larson's first career win.",
                "Kyle Larson's 65th and 66th career stage wins, tying Martin Truex Jr.",
            ],
        ),
        # More than three on one count are not named, and the place is not told.
        (
            story(WON, careers=wins({LARSON: 32, JARRETT: 32, TRUEX: 32, BELL: 32, BUESCHER: 32})),
            ["Kyle Larson's 32nd career win."],
        ),
        (story(line(2025012, LARSON, finish=2), careers=wins({LARSON: 31})), []),
    ],
    "of-the-season": [
        (story(ON_POLE, in_the_season={LARSON: {"poles": 1}}), ["Kyle Larson's first pole of 2025."]),
        (story(WON, in_the_season=wins({LARSON: 2})), ["Kyle Larson's 2nd win of 2025."]),
        (story(WON, known=False, in_the_season=wins({LARSON: 3})), ["Kyle Larson's 3rd win of 2025."]),
        # Of the season it can be exact where it is in doubt of the career, and the other way round.
        (
            story(WON, in_the_season=wins({LARSON: 2}), careers=wins({LARSON: Count(32, 5)})),
            ["Kyle Larson's 2nd win of 2025."],
        ),
        (story(WON, in_the_season=wins({LARSON: Count(2, 1)}), careers=wins({LARSON: 32})), []),
        # That it was the only one of the season follows from its being the first of the career.
        (story(WON, in_the_season=wins({LARSON: 1}), careers=wins({LARSON: 1})), []),
        (story(WON), []),
    ],
    "of-the-season-for-the-car": [
        (
            story(ON_POLE, history=[line(2025001 + n, JARRETT, pole=True) for n in range(4)]),
            ["Hendrick Motorsports' 5th pole of 2025.", "Chevrolet's 5th pole of 2025."],
        ),
        # Every team and make has a first few.
        (
            story(
                ON_POLE, history=[line(2025001 + n, JARRETT, pole=True, team=2 if n else HENDRICK) for n in range(4)]
            ),
            ["Chevrolet's 5th pole of 2025."],
        ),
        # Where a team is unknown, that of this car may be one more of it.
        (
            story(ON_POLE, history=[line(2025001 + n, JARRETT, pole=True, team=None) for n in range(4)]),
            ["Chevrolet's 5th pole of 2025."],
        ),
        (story(line(2025012, LARSON, pole=True, team=None, make=None)), []),
        (story(ON_POLE, known=False, history=[line(2025001 + n, JARRETT, pole=True) for n in range(4)]), []),
    ],
    "at-the-track": [
        (story(ON_POLE), ["Kyle Larson's first pole at Kansas."]),
        (
            story(WON, history=[line(2021034, LARSON, finish=1), line(2021035, LARSON, finish=1, track=BRISTOL)]),
            ["Kyle Larson's 2nd win at Kansas."],
        ),
        (story(WON, careers=wins({LARSON: 1})), []),
        (story(WON, known=False), ["Kyle Larson's first win at Kansas (39 races there on file)."]),
        (story(ON_POLE, known=False), []),
    ],
    "at-the-track-for-the-car": [
        (
            story(ON_POLE, history=[line(2020001 + n, JARRETT, pole=True, team=2) for n in range(13)]),
            ["Hendrick Motorsports' first Kansas pole.", "Chevrolet's 14th Kansas pole."],
        ),
        # A second or a third is no news.
        (story(WON, history=[line(2021034, LARSON, finish=1)]), []),
    ],
    "in-a-row-at-the-track": [
        (
            story(ON_POLE, history=THIRD_IN_A_ROW),
            ["Ended Christopher Bell's streak of 3 Kansas poles in a row."],
        ),
        (
            story(line(2025012, BELL, pole=True), history=THIRD_IN_A_ROW),
            ["Christopher Bell has 4 Kansas poles in a row."],
        ),
        # A race in between without an award neither ends it nor counts.
        (story(line(2025012, BUESCHER, finish=2, pole=False), history=THIRD_IN_A_ROW), []),
        (story(ON_POLE, history=THIRD_IN_A_ROW[:1]), []),
        (story(ON_POLE, history=THIRD_IN_A_ROW, known=False), []),
    ],
    "in-a-row": [
        (story(WON, history=[line(2025011, LARSON, finish=1)]), ["Kyle Larson has 2 wins in a row."]),
        (
            story(WON, history=[line(2025010, BELL, finish=1), line(2025011, BELL, finish=1)]),
            ["Ended Christopher Bell's streak of 2 wins in a row."],
        ),
        (story(WON, history=[line(2025010, LARSON, finish=1)]), []),
        # Who won the tenth is not known.
        (
            story(WON, history=[line(2025009, LARSON, finish=1), line(2025011, LARSON, finish=1)]),
            ["Kyle Larson has at least 2 wins in a row."],
        ),
        (
            story(line(2025001, LARSON, finish=1), history=[line(2024036, LARSON, finish=1)]),
            ["Kyle Larson has 2 wins in a row."],
        ),
        (story(line(2025001, LARSON, finish=1), history=[line(2024035, LARSON, finish=1)]), []),
    ],
    "in-consecutive-starts": [
        (
            story(
                line(2025012, BELL, finish=2),
                history=[line(2025004, BELL, finish=20)] + [line(2025005 + n, BELL, finish=5) for n in range(4)],
            ),
            ["Christopher Bell has 5 top-five finishes in a row."],
        ),
        (
            story(
                line(2025012, BELL, finish=12),
                history=[line(2025004, BELL, finish=20)] + [line(2025005 + n, BELL, finish=9) for n in range(6)],
            ),
            ["Ended Christopher Bell's streak of 6 top-ten finishes in a row."],
        ),
        # What began before the races looked at may be longer: nothing is said.
        (story(line(2025012, BELL, finish=2), history=[line(2025005 + n, BELL, finish=5) for n in range(4)]), []),
        (
            story(
                line(2025012, BELL, finish=2),
                history=[line(2025004, BELL, finish=20)] + [line(2025005 + n, BELL, finish=5) for n in range(4)],
                known=False,
            ),
            [],
        ),
    ],
    "most-laps-led": [
        (
            story(line(2025012, LARSON, finish=1, laps_led=221), history=[line(2011030, JARRETT, laps_led=197)]),
            [
                "Kyle Larson's 221 laps led are the most in a race at Kansas; the record was 197, by Dale Jarrett in "
                "2011."
            ],
        ),
        (
            story(line(2025012, LARSON, laps_led=197), history=[line(2011030, JARRETT, laps_led=197)]),
            ["Kyle Larson's 197 laps led tie the most in a race at Kansas, by Dale Jarrett in 2011."],
        ),
        (
            story(line(2025012, LARSON, laps_led=221), history=[line(2011030, JARRETT, laps_led=197)], known=False),
            [
                "Kyle Larson's 221 laps led are the most on file in a race at Kansas; the record was 197, by Dale "
                "Jarrett in 2011."
            ],
        ),
        (story(line(2025012, LARSON, laps_led=196), history=[line(2011030, JARRETT, laps_led=197)]), []),
        (
            story(line(2025012, LARSON, laps_led=10), history=[line(2011030, JARRETT, laps_led=1, track=BRISTOL)]),
            [],
        ),
    ],
    "milestone": [
        (
            story(
                line(2025012, LARSON, laps_led=221),
                careers={LARSON: {"laps_led": 10_072}},
                milestones={"laps_led": (Threshold(1_000, 200, "/1/"), Threshold(10_000, 21, "/10/"))},
            ),
            ["Kyle Larson passed 10,000 career laps led: 10,072 after this race."],
        ),
        (
            story(WON, careers=wins({LARSON: 50}), milestones={"wins": (Threshold(50, 15, "/50/"),)}),
            ["Kyle Larson reached 50 career wins."],
        ),
        # He had it before; or in which race he came to it is not known.
        (
            story(
                line(2025012, LARSON, finish=2),
                careers=wins({LARSON: 50}),
                milestones={"wins": (Threshold(50, 1, ""),)},
            ),
            [],
        ),
        (story(WON, careers=wins({LARSON: Count(50, 1)}), milestones={"wins": (Threshold(50, 1, ""),)}), []),
        (story(WON, milestones={"wins": (Threshold(50, 1, ""),)}), []),
    ],
    "sweep": [
        (story(BOTH_STAGES, stages=2), ["Kyle Larson swept both stages and won."]),
        (
            story(line(2025012, LARSON, finish=1, stage_wins=3), stages=3),
            ["Kyle Larson swept all 3 stages and won."],
        ),
        (story(BOTH_STAGES, stages=3), []),
        (story(line(2025012, LARSON, finish=2, stage_wins=2), stages=2), []),
        (story(WON, stages=0), []),
    ],
    "first-win-in-long": [
        (
            story(WON, careers=wins({LARSON: 2}), history=[line(2021034, LARSON, finish=1)]),
            ["Kyle Larson's first win since 2021."],
        ),
        # Wins that the book does not hold may lie between.
        (story(WON, careers=wins({LARSON: 3}), history=[line(2021034, LARSON, finish=1)]), []),
        (story(WON, careers=wins({LARSON: Count(2, 1)}), history=[line(2021034, LARSON, finish=1)]), []),
        (story(WON, careers=wins({LARSON: 2}), history=[line(2024034, LARSON, finish=1)]), []),
    ],
}

CASES["season-title"] = [
    (
        story(WON, title=SeasonTitle(LARSON, {LARSON: 2, TRUEX: 1, JARRETT: 1}, True, True, "")),
        ["Kyle Larson clinched the 2025 championship: 2nd career title, 1st all-time."],
    ),
    (
        story(WON, title=SeasonTitle(LARSON, {LARSON: 2, TRUEX: 2, JARRETT: 2, BELL: 3}, True, False, "")),
        [
            "Kyle Larson is champion of 2025: 2nd career title, tying Dale Jarrett and Martin Truex Jr., "
            "tied for 2nd all-time."
        ],
    ),
    # A first one has so much company that its place says nothing; nor does a count that may be higher.
    (
        story(WON, title=SeasonTitle(LARSON, dict.fromkeys(PEOPLE, 1), True, True, "")),
        ["Kyle Larson clinched the 2025 championship: first career title."],
    ),
    (
        story(WON, title=SeasonTitle(TRUEX, {TRUEX: 2}, False, False, "")),
        ["Martin Truex Jr. is champion of 2025."],
    ),
    (story(WON), []),
]


@pytest.mark.parametrize(
    ("key", "told", "expected"),
    [(key, told, expected) for key, cases in CASES.items() for told, expected in cases],
)
def test_rule(key, told, expected):
    assert texts(told, key) == expected


def test_every_rule_has_its_cases():
    """Some in which it speaks, and some in which it is silent or says another thing."""
    assert set(CASES) | {"closeness"} == set(RULES)


NEXT_GEN = Period("Next Gen", "next-gen", date(2025, 1, 1), date.max)
LOOKED_UP = LookedUp(date(2025, 1, 1), date(2025, 3, 2), Decimal("0.004"))
EARLIER = [".002", ".005", ".006", ".007"]
LATELY = [".008", ".003", ".009", ".010", ".011", ".012", ".013"]


@pytest.mark.parametrize(
    ("margin", "changed", "era", "rounds", "expected"),
    [
        pytest.param(".001", {}, None, 4, [".001 s: the closest finish (of 12 measured in seconds)."], id="all known"),
        pytest.param(
            ".003", {}, None, 4, [".003 s: tied for the 2nd closest finish (of 12 measured in seconds)."], id="tied"
        ),
        pytest.param(".009", {}, None, 4, [], id="not close"),
        pytest.param(
            ".001",
            {2024002: True},
            None,
            4,
            [".001 s: the closest finish (of 11 measured in seconds)."],
            id="one under caution",
        ),
        pytest.param(".001", {2024002: False}, None, 4, [], id="one unknown"),
        pytest.param(".001", {}, None, 5, [], id="one not held"),
        pytest.param(
            ".001",
            {},
            NEXT_GEN,
            4,
            [
                ".001 s: the closest finish (of 12 measured in seconds).",
                ".001 s: the closest finish of the Next Gen era (of 8 measured in seconds).",
            ],
            id="of the era too",
        ),
        pytest.param(
            ".001",
            {2024002: False},
            NEXT_GEN,
            4,
            [".001 s: the closest finish of the Next Gen era (of 8 measured in seconds)."],
            id="unknown before it",
        ),
        pytest.param(".001", {2025001: False}, NEXT_GEN, 4, [], id="unknown in the era"),
        pytest.param(
            ".001",
            {2024002: False, 2025001: False},
            LOOKED_UP,
            5,
            [
                ".001 s: the closest finish since 2025 (of 7 measured in seconds).",
                ".001 s: the closest finish of the Next Gen era (of 7 measured in seconds).",
            ],
            id="so close all are known",
        ),
        pytest.param(
            ".001", {2025001: False}, LOOKED_UP._replace(seconds=Decimal(0)), 4, [], id="too deep in the list"
        ),
        pytest.param(
            ".001",
            {2024002: False, 2025001: False},
            LOOKED_UP._replace(starts=date(2024, 3, 1)),
            4,
            [
                ".001 s: the closest finish (of 10 measured in seconds).",
                ".001 s: the closest finish of the Next Gen era (of 7 measured in seconds).",
            ],
            id="looked up in an era around it",
        ),
        pytest.param(".001", {2025005: False}, LOOKED_UP, 4, [], id="unknown after they were looked up"),
    ],
)
def test_closeness(margin, changed, era, rounds, expected):
    """A rank is told only where no race whose margin is unknown, or that is not held, could be closer.

    `changed` are races without a margin in seconds, and whether that is known of them.
    """
    finishes = {2024000 + n: Finish(2024000 + n, date(2024, 3, n), Decimal(m)) for n, m in enumerate(EARLIER, start=1)}
    for n, each in enumerate([*LATELY, margin], start=1):
        finishes[2025000 + n] = Finish(2025000 + n, date(2025, 3, n), Decimal(each))
    for order, known in changed.items():
        finishes[order] = finishes[order]._replace(margin=None, known=known)
    told = story(
        line(2025008, LARSON, finish=1),
        day=date(2025, 3, 8),
        margin=Decimal(margin),
        finishes=tuple(finishes.values()),
        eras=(NEXT_GEN,) if era else (),
        looked_up=(era,) if isinstance(era, LookedUp) else (),
        seasons={2024: CoverageSoFar(rounds, 4, {}), 2025: CoverageSoFar(8, 8, {})},
    )
    assert texts(told, "closeness") == expected


def note(news: NewsKind, seen: int, about=None, brief="", text="") -> Note:
    return Note(text or f"{news.name} {seen}.", news, seen, f"/{news.name}/{seen}/", about, brief)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(
            story(
                line(2025012, LARSON, finish=1, laps_led=221, stage_wins=2),
                history=[line(2011030, JARRETT, finish=1, laps_led=197), line(2024034, LARSON, finish=1)],
                stages=2,
                careers={LARSON: {"wins": 32, "laps_led": 10_072}, JARRETT: {"wins": 32}},
                in_the_season=wins({LARSON: 3}),
                milestones={"laps_led": (Threshold(10_000, 21, "/10/"),)},
            ),
            [
                "Kyle Larson passed 10,000 career laps led: 10,072 after this race.",
                "Kyle Larson's 32nd career win, tying Dale Jarrett, tied for 1st all-time; 3rd win of 2025; "
                "2nd win at Kansas.",
                "Kyle Larson's 221 laps led are the most in a race at Kansas; the record was 197, by Dale Jarrett in "
                "2011.",
                "Kyle Larson swept both stages and won.",
            ],
            id="a round number, company, a record at the track, a sweep",
        ),
        pytest.param(
            story(
                line(2025012, LARSON, finish=1),
                history=[line(2020001 + n, JARRETT, finish=1, team=2) for n in range(6)],
                careers=wins({LARSON: 1}),
                in_the_season=wins({LARSON: 1}),
            ),
            [
                "Kyle Larson's first career win.",
                "Hendrick Motorsports' first Kansas win.",
                "Chevrolet's 7th Kansas win.",
            ],
            id="a first win before a make's seventh, and nothing that follows from it",
        ),
        pytest.param(
            story(
                WON,
                careers=wins({LARSON: 50, TRUEX: 50}),
                in_the_season=wins({LARSON: 3}),
                history=[line(2024000 + n, LARSON, finish=1) for n in range(1, 4)],
                milestones={"wins": (Threshold(50, 15, "/50/"),)},
            ),
            [
                "Kyle Larson reached 50 career wins; tying Martin Truex Jr., tied for 1st all-time; 3rd win of 2025; "
                "4th win at Kansas.",
            ],
            id="a round number is told once",
        ),
        pytest.param(
            story(
                line(2025012, LARSON, finish=1, pole=True),
                careers={LARSON: {"wins": 2, "poles": 30}},
                history=[line(2021034, LARSON, finish=1, pole=True)],
            ),
            [
                "Kyle Larson's 2nd career win; first win since 2021.",
                "Kyle Larson's 30th career pole; 2nd pole at Kansas.",
            ],
            id="a long wait before a pole",
        ),
    ],
)
def test_the_lines_of_a_race(told, expected):
    """The most newsworthy first; what is about the same on one line, what follows from another note on none."""
    lines = [" ".join(part.text for part in line) for line in lines_of(notes_on(told))]
    assert [text for text in lines if "in a row" not in text][: len(expected)] == expected


def test_one_kind_of_news_is_told_the_rarest_first():
    found = [note(NewsKind.MAKE, 1), note(NewsKind.PERSON, 9), note(NewsKind.PERSON, 2), note(NewsKind.TITLE, 8)]
    assert [each.text for each in ranked(found)] == ["TITLE 8.", "PERSON 2.", "PERSON 9.", "MAKE 1."]


def test_a_line_is_as_newsworthy_as_the_best_of_it():
    found = [
        note(NewsKind.PERSON, 1, about=LARSON),
        note(NewsKind.FEAT, 5, about=BELL),
        note(NewsKind.COMPANY, 9, about=LARSON, brief="and more"),
    ]
    assert [(part.text, part.url) for line in lines_of(ranked(found)) for part in line] == [
        ("PERSON 1;", "/PERSON/1/"),
        ("and more.", "/COMPANY/9/"),
        ("FEAT 5.", "/FEAT/5/"),
    ]


def test_a_name_keeps_its_full_stop_within_a_line():
    text = "Kyle Larson's 66th career stage win, tying Martin Truex Jr."
    found = [
        note(NewsKind.FEAT, 1, about=LARSON, text=text),
        note(NewsKind.PERSON, 1, about=LARSON, brief="4th of 2025"),
    ]
    assert [[part.text for part in line] for line in lines_of(found)] == [[f"{text};", "4th of 2025."]]


@pytest.mark.parametrize(("team", "seen"), [(HENDRICK, 2), (None, 1)], ids=["of one team", "of unknown teams"])
def test_cars_of_unknown_teams_are_not_one_team(team, seen):
    """A team's fifth pole of the season is seen where a team had five; five of nobody knows which team are none."""
    won = [line(2024000 + n, BELL, pole=True, team=team) for n in range(1, 6)]
    told = story(ON_POLE, history=[*won, *(line(2025000 + n, BELL, pole=True) for n in range(1, 5))])
    [found] = [each for each in RULES["of-the-season-for-the-car"].find(told) if "Hendrick" in each.text]
    assert (found.text, found.seen) == ("Hendrick Motorsports' 5th pole of 2025.", seen)


def test_a_note_names_its_evidence():
    told = story(ON_POLE, in_the_season={LARSON: {"poles": 1}})
    assert [note.url for note in RULES["at-the-track"].find(told)] == ["/5/at_track,stat"]
    assert [note.url for note in RULES["of-the-season"].find(told)] == ["/5/season,stat"]


def test_a_story_does_not_change_when_it_is_told():
    told = story(ON_POLE, history=THIRD_IN_A_ROW)
    assert notes_on(told) == notes_on(replace(told))
