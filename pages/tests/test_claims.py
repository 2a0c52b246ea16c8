"""Statements that articles on the 2024 and 2025 Kansas races printed, found again on the pages: computed, not typed.

One row each: the claim, the address, what the page must say, and the rows, notes or counts that its JSON must hold.
"""

import pytest

pytestmark = pytest.mark.django_db

KANSAS_2024, KANSAS_2025 = "/races/cup/2024/12/", "/races/cup/2025/12/"
QUALIFYING = f"{KANSAS_2025}qualifying/"
BRISTOL_2025, TALLADEGA_2023 = "/races/cup/2025/9/", "/races/cup/2023/31/"
FINISHES = "/closest-finishes/"
NEXT_GEN = f"{FINISHES}?era=next-gen&max_margin=0.500&as_of=2024-05-06"
ALL_TIME = f"{FINISHES}?era=electronic-scoring&as_of=2024-05-06"
CLUB = "/milestones/cup-laps-led-10000/"

THE_29 = [
    # rank, margin, season, round, winner, official runner-up
    ("1", ".001", 2024, 12, "Kyle Larson", "Chris Buescher"),
    ("2", ".003", 2024, 2, "Daniel Suarez", "Ryan Blaney"),
    ("3", ".012", 2023, 31, "Ryan Blaney", "William Byron"),
    ("4", ".036", 2022, 1, "Austin Cindric", "Bubba Wallace"),
    ("5", ".046", 2022, 31, "Chase Elliott", "Ryan Blaney"),
    ("6", ".082", 2023, 33, "Kyle Larson", "Christopher Bell"),
    ("7", ".098", 2023, 26, "Chris Buescher", "Brad Keselowski"),
    ("8", ".105", 2022, 10, "Ross Chastain", "Austin Dillon"),
    ("9", ".119", 2022, 14, "Denny Hamlin", "Kyle Busch"),
    ("10", ".128", 2022, 26, "Austin Dillon", "Tyler Reddick"),
    ("11", ".145", 2022, 5, "William Byron", "Ross Chastain"),
    ("12", ".152", 2023, 23, "Chris Buescher", "Martin Truex Jr."),
    ("13", ".178", 2022, 3, "Alex Bowman", "Kyle Larson"),
    ("14", ".193", 2023, 5, "Joey Logano", "Brad Keselowski"),
    ("15", ".195", 2022, 2, "Kyle Larson", "Austin Dillon"),
    ("16", ".208", 2024, 10, "Tyler Reddick", "Brad Keselowski"),
    ("17", ".252", 2022, 27, "Erik Jones", "Denny Hamlin"),
    ("18", ".256", 2024, 11, "Denny Hamlin", "Kyle Larson"),
    ("19", ".269", 2024, 7, "Denny Hamlin", "Joey Logano"),
    ("20", ".301", 2022, 36, "Joey Logano", "Ryan Blaney"),
    ("21", ".303", 2022, 8, "William Byron", "Joey Logano"),
    ("22", ".327", 2023, 28, "Tyler Reddick", "Denny Hamlin"),
    ("T23", ".330", 2022, 9, "Kyle Busch", "Tyler Reddick"),
    ("T23", ".330", 2023, 4, "William Byron", "Ryan Blaney"),
    ("25", ".396", 2023, 20, "Martin Truex Jr.", "Joey Logano"),
    ("T26", ".441", 2022, 24, "Kevin Harvick", "Christopher Bell"),
    ("T26", ".441", 2024, 3, "Kyle Larson", "Tyler Reddick"),
    ("28", ".447", 2023, 27, "Kyle Larson", "Tyler Reddick"),
    ("29", ".458", 2022, 29, "Chris Buescher", "Chase Elliott"),
]
THE_TEN = [
    ("1", ".001", "2024 Kansas I", "Kyle Larson", "Chris Buescher"),
    ("T2", ".002", "2003 Darlington I", "Ricky Craven", "Kurt Busch"),
    ("T2", ".002", "2011 Talladega I", "Jimmie Johnson", "Clint Bowyer"),
    ("4", ".003", "2024 Atlanta I", "Daniel Suarez", "Ryan Blaney"),
    ("T5", ".005", "1993 Talladega II", "Dale Earnhardt", "Ernie Irvan"),
    ("T5", ".005", "2007 Daytona II", "Jamie McMurray", "Kyle Busch"),
    ("7", ".006", "2001 Atlanta I", "Kevin Harvick", "Jeff Gordon"),
    ("T8", ".007", "2019 Talladega II", "Ryan Blaney", "Ryan Newman"),
    ("T8", ".007", "2020 Talladega I", "Ryan Blaney", "Ricky Stenhouse Jr."),
    ("10", ".008", "1994 Daytona II", "Jimmy Spencer", "Ernie Irvan"),
]


class Row:
    """The row of this number, or the first of this driver, holds these figures; in the main table, or a further one."""

    def __init__(self, which: int | str, table: str = "", **figures):
        self.which, self.table, self.figures = which, table, figures

    def check(self, body: dict) -> None:
        rows = rows_of(body, self.table)
        row = rows[self.which] if isinstance(self.which, int) else select(rows, driver=self.which)[0]
        assert {key: row[key] for key in self.figures} == self.figures


class First:
    """The first rows, of all or of those selected, hold these figures under these keys."""

    def __init__(self, keys: str, figures: list[tuple], table: str = "", **selected):
        self.keys, self.figures, self.table, self.selected = keys.split(), figures, table, selected

    def check(self, body: dict) -> None:
        assert self.found(body)[: len(self.figures)] == self.figures

    def found(self, body: dict) -> list[tuple]:
        return [tuple(row[key] for key in self.keys) for row in select(rows_of(body, self.table), **self.selected)]


class All(First):
    """So do all of them, and there are no more."""

    def check(self, body: dict) -> None:
        assert self.found(body) == self.figures


class Noted:
    """A note of the race says so, and leads to its evidence."""

    def __init__(self, says: str):
        self.says = says

    def check(self, body: dict) -> None:
        (note,) = (note for note in rows_of(body, "notes") if note["note"].startswith(self.says))
        assert note["note_url"]


class Counts:
    """The page's own counts."""

    def __init__(self, **figures):
        self.figures = figures

    def check(self, body: dict) -> None:
        assert {key: body[key] for key in self.figures} == self.figures


def rows_of(body: dict, table: str = "") -> list[dict]:
    return (body["tables"][table] if table else body)["rows"]


def select(rows: list[dict], **values) -> list[dict]:
    return [row for row in rows if all(row[key] == value for key, value in values.items())]


CLAIMS = [
    # claim, address, what the page says, what its JSON holds
    (
        "Q1 Larson takes the pole",
        QUALIFYING,
        ["2025 Kansas I: Qualifying", "Kansas Speedway", "1.5 miles", "1 5 Kyle Larson", "183.730 29.391"],
        Row(0, position=1, driver="Kyle Larson", car="5", lap_speed="183.730", lap_time="29.391"),
    ),
    ("Q1 on the race page", KANSAS_2025, ["Pole award Kyle Larson"], Row(0, "qualifying", driver="Kyle Larson")),
    (
        "Q2 Buescher is second",
        QUALIFYING,
        ["2 17 Chris Buescher RFK Racing Ford 183.374 29.448 +.057"],
        Row(1, position=2, driver="Chris Buescher", lap_speed="183.374", gap="0.057"),
    ),
    (
        "Q3 third to fifth",
        QUALIFYING,
        ["3 20 Christopher Bell", "4 45 Tyler Reddick", "5 22 Joey Logano"],
        First(
            "position driver lap_speed",
            [
                (1, "Kyle Larson", "183.730"),
                (2, "Chris Buescher", "183.374"),
                (3, "Christopher Bell", "183.268"),
                (4, "Tyler Reddick", "183.150"),
                (5, "Joey Logano", "182.871"),
            ],
        ),
    ),
    (
        "Q4 sixth to tenth, and two in the wall",
        QUALIFYING,
        ["35 8 Kyle Busch", "38 21 Josh Berry", "Made contact with the outside wall."],
        [
            Row("Ty Gibbs", position=6),
            Row("William Byron", position=7),
            Row("Daniel Suarez", position=8),
            Row("Chase Elliott", position=9),
            Row("Ryan Blaney", position=10),
            Row("Kyle Busch", position=35, note="Made contact with the outside wall."),
            Row("Josh Berry", position=38, note="Made contact with the outside wall."),
        ],
    ),
    (
        "Q7 and all that the pole meant, the day before the race",
        f"{KANSAS_2025}?as_of=2025-05-10",
        [
            "Kyle Larson's 22nd career pole; first pole of 2025; first pole at Kansas",
            "It had not been run by then.",
            "183.730",
        ],
        [
            All("position", []),
            *(
                Noted(says)
                for says in (
                    "Kyle Larson's 22nd career pole",
                    "Kyle Larson's first pole at Kansas",
                    "Kyle Larson's first pole of 2025",
                    "Ended Christopher Bell's streak of 3 Kansas poles in a row",
                    "Chevrolet's 14th Kansas pole",
                    "Hendrick Motorsports' 5th pole of 2025",
                    "Chevrolet's 7th pole of 2025",
                )
            ),
        ],
    ),
    (
        "Q5 the first pole of the season",
        KANSAS_2025,
        ["Kyle Larson's 22nd career pole; first pole of 2025;"],
        Noted("Kyle Larson's first pole of 2025."),
    ),
    (
        "Q6 the first at Kansas",
        KANSAS_2025,
        ["; first pole of 2025; first pole at Kansas"],
        Noted("Kyle Larson's first pole at Kansas"),
    ),
    (
        "Q7 the 22nd of the career",
        KANSAS_2025,
        ["Kyle Larson's 22nd career pole;"],
        Noted("Kyle Larson's 22nd career pole."),
    ),
    (
        "Q8 the 14th Kansas pole for Chevrolet",
        KANSAS_2025,
        ["; 14th Kansas pole"],
        Noted("Chevrolet's 14th Kansas pole"),
    ),
    (
        "Q9 the seventh of the season for Chevrolet",
        KANSAS_2025,
        ["; 7th pole of 2025."],
        Noted("Chevrolet's 7th pole of 2025."),
    ),
    (
        "Q10 Bell's three in a row ended",
        KANSAS_2025,
        ["Ended Christopher Bell's streak of 3 Kansas poles in a row."],
        Noted("Ended Christopher Bell's streak of 3 Kansas poles in a row."),
    ),
    (
        "M7 the 32nd win, tying Dale Jarrett",
        KANSAS_2025,
        ["Kyle Larson's 32nd career win, tying Dale Jarrett"],
        Noted("Kyle Larson's 32nd career win, tying Dale Jarrett"),
    ),
    (
        "M13 the 66th stage win, tying Truex",
        BRISTOL_2025,
        ["Kyle Larson's 65th and 66th career stage wins, tying Martin Truex Jr."],
        Noted("Kyle Larson's 65th and 66th career stage wins, tying Martin Truex Jr."),
    ),
    (
        "Q11 Larson over Buescher, among his finishes",
        f"{FINISHES}?driver=kyle-larson&as_of=2025-05-10",
        ["1 .001 2024 Kansas I, spring May 5, 2024 Kansas Speedway Kyle Larson Chris Buescher"],
        Row(0, margin="0.001", race="2024 Kansas I", winner="Kyle Larson", runner_up="Chris Buescher"),
    ),
    (
        "Q11 Larson over Buescher, on the race page",
        KANSAS_2024,
        [
            "1st Kyle Larson 5 Chevrolet Hendrick Motorsports 2nd Chris Buescher",
            "+.001",
            "Margin .001 s",
            "which reads spring of 2023",
        ],
        First("position driver", [(1, "Kyle Larson"), (2, "Chris Buescher")]),
    ),
    (
        "Q12 under four inches",
        KANSAS_2024,
        [".001 s is about three inches at racing speed: 3.2 inches at 183.107 mph"],
        Counts(title="2024 Kansas I"),
    ),
    (
        "Q11 Larson beat Buescher by .001 s",
        "/drivers/kyle-larson/vs/chris-buescher/?as_of=2025-05-10",
        ["Kyle Larson vs. Chris Buescher", ".001 May 5, 2024 2024 Kansas I, spring Kyle Larson"],
        Row(
            0,
            "first_two",
            margin="0.001",
            race="2024 Kansas I",
            race_url="/races/cup/2024/12/?as_of=2025-05-10",
            winner="Kyle Larson",
        ),
    ),
    (
        "Q13 Logano won the race before",
        "/drivers/joey-logano/?as_of=2025-05-11",
        ["2025 Texas May 4, 2025 Texas 22 Team Penske"],
        First("race finish", [("2025 Kansas I", 9), ("2025 Texas", 1)], "races"),
    ),
    (
        "Q13 in his race log as of that day",
        "/drivers/joey-logano/races/?as_of=2025-05-10",
        ["As it stood on May 10, 2025"],
        Row(0, race="2025 Texas", race_url="/races/cup/2025/11/?as_of=2025-05-10", finish=1),
    ),
    (
        "C1 the closest ever",
        ALL_TIME,
        ["1 .001 2024 Kansas I"],
        Row(0, rank="1", margin="0.001", race="2024 Kansas I", winner="Kyle Larson", runner_up="Chris Buescher"),
    ),
    ("C2 thirty-one on the lead lap", KANSAS_2024, ["On the lead lap 31 cars"], Counts(total=38, matching=38)),
    (
        "C3 the closest before it, twice",
        ALL_TIME,
        ["T2 .002 2003 Darlington I, spring March 16, 2003 Darlington Raceway Ricky Craven Kurt Busch"],
        First(
            "rank margin date",
            [("1", "0.001", "2024-05-05"), ("T2", "0.002", "2003-03-16"), ("T2", "0.002", "2011-04-17")],
        ),
    ),
    (
        "C4 29 of 84",
        NEXT_GEN,
        ["29 of 84 races (34.5%) were decided by .500 s or less.", "Next Gen era"],
        Counts(total=84, matching=29),
    ),
    (
        "C5 Larson in seven",
        NEXT_GEN,
        ["1 Kyle Larson 7 24.1% 5 2"],
        Row("Kyle Larson", "drivers", involved=7, share=0.241),
    ),
    (
        "C6 Larson won five",
        NEXT_GEN,
        ["1 Kyle Larson 7 24.1% 5"],
        Row(0, "drivers", driver="Kyle Larson", rank="1", won=5),
    ),
    (
        "C7 three with three wins",
        NEXT_GEN,
        ["T2 Denny Hamlin 5 17.2% 3", "T2 Chris Buescher 4 13.8% 3", "T2 William Byron 4 13.8% 3"],
        [Row(driver, "drivers", rank="T2", won=3) for driver in ("Denny Hamlin", "Chris Buescher", "William Byron")],
    ),
    (
        "C8 Reddick second in four of six",
        NEXT_GEN,
        ["Tyler Reddick 6 20.7% 2 4 T1"],
        Row("Tyler Reddick", "drivers", involved=6, won=2, runner_up=4, runner_up_rank="T1"),
    ),
    (
        "C8 Blaney second as often",
        NEXT_GEN,
        ["Ryan Blaney 5 17.2% 1 4 T1"],
        Row("Ryan Blaney", "drivers", runner_up=4, runner_up_rank="T1"),
    ),
    (
        "C9 the 29 in order",
        NEXT_GEN,
        [f"{rank} {margin} {season} " for rank, margin, season, *_ in THE_29],
        All(
            "rank margin race_url winner runner_up",
            [
                (rank, f"0{margin}", f"/races/cup/{season}/{round_}/?as_of=2024-05-06", winner, second)
                for rank, margin, season, round_, winner, second in THE_29
            ],
        ),
    ),
    (
        "C10 the ten closest as of that day",
        ALL_TIME,
        [f"{rank} {margin} {race}" for rank, margin, race, *_ in THE_TEN],
        First(
            "rank margin race winner runner_up", [(rank, f"0{margin}", *others) for rank, margin, *others in THE_TEN]
        ),
    ),
    (
        "C10 and one since, at Talladega",
        f"{FINISHES}?era=electronic-scoring",
        ["T7 .006 2024 Talladega II, fall Oct 6, 2024 Talladega Superspeedway Ricky Stenhouse Jr. Brad Keselowski"],
        First("rank margin", [("1", "0.001"), ("T2", "0.002"), ("T2", "0.002"), ("4", "0.003")]),
    ),
    (
        "C11 Harvick at the line, Byron in the book",
        TALLADEGA_2023,
        [
            "2nd William Byron",
            "Margin .012 s",
            "Measured to Kevin Harvick, who crossed the line second; William Byron is the official runner-up.",
            "Kevin Harvick (No. 4) disqualified from 2nd",
        ],
        Row("Kevin Harvick", position=38, crossed_line=2, status="disqualified", points=1),
    ),
    (
        "C11 with the footnote in the list",
        NEXT_GEN,
        ["Measured to Kevin Harvick, who crossed the line second"],
        Row(2, margin="0.012", runner_up="William Byron"),
    ),
    (
        "M1 221 of 267 laps, .712 s over Bell",
        KANSAS_2025,
        [
            "Margin .712 s",
            "Laps 267",
            "1 1 0 5 Kyle Larson Hendrick Motorsports Chevrolet 267 221 61",
            "led 221 of 267 laps from the pole",
        ],
        First(
            "position driver laps laps_led",
            [(1, "Kyle Larson", 267, 221), (2, "Christopher Bell", 267, 3), (3, "Ryan Blaney", 267, 0)],
        ),
    ),
    (
        "M2 both stages, Elliott second in both",
        KANSAS_2025,
        ["1 80 Kyle Larson Chase Elliott", "2 85 Kyle Larson Chase Elliott"],
        First("stage winner second", [(n, "Kyle Larson", "Chase Elliott") for n in (1, 2)], "stages"),
    ),
    (
        "M3 past 10,000 laps led in this race",
        f"{CLUB}?as_of=2025-05-11",
        ["21 Kyle Larson 2025 Kansas I, spring May 11, 2025 378 10,072"],
        Row("Kyle Larson", order=21, race="2025 Kansas I", count_after=9851 + 221, start_number=378),
    ),
    (
        "M3 not a day earlier",
        f"{CLUB}?as_of=2025-05-10",
        ["20 drivers have reached it, by the records on file."],
        All("driver", [], driver="Kyle Larson"),
    ),
    (
        "M4 221 is the Kansas record; it was 197",
        "/tracks/kansas/",
        [
            "Most laps led in a race 221+ Kyle Larson 2025 Kansas I, spring",
            "Previous record: 197+, Jimmie Johnson",
        ],
        First(
            "value holder race",
            [("221+", "Kyle Larson", "2025 Kansas I"), ("197+", "Jimmie Johnson", "2011 Kansas II")],
            "lineage",
            record="Most laps led in a race",
        ),
    ),
    (
        "M5 the club of 21, three of them active",
        f"{CLUB}?as_of=2025-05-11",
        [
            "21 drivers have reached it, by the records on file.",
            "Active: Denny Hamlin, Kyle Busch and Kyle Larson.",
            "One article counts 22",
        ],
        [
            Counts(matching=21),
            All("driver", [("Denny Hamlin",), ("Kyle Larson",), ("Kyle Busch",)], active=True),
        ],
    ),
    (
        "M6 149 laps led to go the day before",
        "/milestones/?as_of=2025-05-10",
        ["Kyle Larson 149 laps led from 10,000 9,851 149"],
        First("watch", [("149 laps led from 10,000",)], driver="Kyle Larson", statistic="Laps led"),
    ),
    (
        "M7 one win behind Dale Jarrett the day before",
        "/milestones/?as_of=2025-05-10&driver=kyle-larson&stat=wins",
        ["Kyle Larson 1 win from tying Dale Jarrett (32) 31 1"],
        Row(0, driver="Kyle Larson", watch="1 win from tying Dale Jarrett (32)", total=31, to_go=1),
    ),
    ("M8 61 points", KANSAS_2025, ["267 221 61"], Row(0, driver="Kyle Larson", points=61)),
    (
        "M9 three wins, eight top fives, nine top tens, one pole",
        "/drivers/kyle-larson/?as_of=2025-05-11",
        ["2025 no 12 3 8 9 1"],
        Row(0, season=2025, wins=3, top_fives=8, top_tens=9, poles=1),
    ),
    (
        "M10 first with 469 points",
        "/leaderboards/points/?season=2025&as_of=2025-05-11",
        ["1 Kyle Larson 469"],
        Row(0, rank="1", driver="Kyle Larson", value=469),
    ),
    (
        "M10 first in the standings, 35 ahead",
        "/standings/cup/2025/?as_of=2025-05-11",
        [
            "1 +1 5 Kyle Larson Chevrolet 469 leader",
            "2 −1 24 William Byron Chevrolet 434 −35 35",
            "After round 12 of 36, 2025 Kansas I.",
        ],
        First(
            "rank driver points behind gap movement wins",
            [("1", "Kyle Larson", 469, 0, None, 1, 3), ("2", "William Byron", 434, 35, 35, -1, 1)],
        ),
    ),
    (
        "M10 thirteen behind before it",
        "/standings/cup/2025/?as_of=cup-2025-11",
        ["1 24 William Byron Chevrolet 421 leader", "2 5 Kyle Larson Chevrolet 408 −13 13"],
        First("rank driver behind", [("1", "William Byron", 0), ("2", "Kyle Larson", 13)]),
    ),
    (
        "M10 on the season's page",
        "/races/cup/2025/?as_of=2025-05-11",
        ["1 +1 5 Kyle Larson Chevrolet 469 leader"],
        Row(0, "standings", rank="1", driver="Kyle Larson", points=469),
    ),
    (
        "M11 eight stage wins that season",
        "/drivers/kyle-larson/?as_of=2025-05-11",
        ["1 817 8"],
        Row(0, season=2025, stage_wins=8),
    ),
    (
        "M12 411 laps, both stages and the race at Bristol",
        BRISTOL_2025,
        ["1st Kyle Larson", "1 3 +2 5 Kyle Larson Hendrick Motorsports Chevrolet 500 411 60"],
        [
            Row(0, driver="Kyle Larson", laps=500, laps_led=411),
            All("winner", [("Kyle Larson",), ("Kyle Larson",)], "stages"),
        ],
    ),
    (
        "Hendrick had won 18 times at Martinsville by spring 2012, once as All-Star Racing; Petty most, 19 times",
        "/leaderboards/wins/?track=martinsville&by=team&as_of=cup-2012-5",
        ["A team counts with its former names that are on file."],
        First("team value", [("Petty Enterprises", 19), ("Hendrick Motorsports", 18)]),
    ),
    (
        "Hendrick's 29 wins at Martinsville by April 2024",
        "/leaderboards/wins/?track=martinsville&by=team&as_of=cup-2024-8",
        [],
        Row(0, team="Hendrick Motorsports", value=29),
    ),
    (
        "The first of them is told under the name of its day",
        "/teams/hendrick-motorsports/races/?track=martinsville&stat=wins&to=1984",
        ["1984 Martinsville I", "All-Star Racing"],
        First("race team driver", [("1984 Martinsville I", "All-Star Racing", "Geoff Bodine")]),
    ),
    (
        "And so on its own page and in its notes",
        "/races/cup/1984/8/",
        ["All-Star Racing's first Martinsville win."],
        Row(0, team="All-Star Racing", team_url="/teams/hendrick-motorsports/"),
    ),
    (
        "The season's log of its driver",
        "/drivers/geoff-bodine/races/?season=1984",
        [],
        First("team", [("All-Star Racing",)] * 3),
    ),
    (
        "Its page names it",
        "/teams/hendrick-motorsports/",
        ["Raced as: All-Star Racing"],
        Counts(title="Hendrick Motorsports"),
    ),
]


@pytest.mark.parametrize(("path", "says", "holds"), [claim[1:] for claim in CLAIMS], ids=[claim[0] for claim in CLAIMS])
def test_claim(drawn, path, says, holds):
    """The page says it, and its JSON holds the figures."""
    answers = drawn.in_each_form(path, ("html", "json"))
    assert answers["html"].status == 200
    assert [sentence for sentence in says if sentence not in answers["html"].page.text] == []
    for expected in holds if isinstance(holds, list) else [holds]:
        expected.check(answers["json"].json)


def test_lists_are_whole(client):
    """The list of the 29 ends with the 29th; the all-time list goes on after the ten."""
    assert len(client.get(f"{NEXT_GEN}&format=json").json()["rows"]) == len(THE_29)
    assert len(client.get(f"{ALL_TIME}&format=json").json()["rows"]) > len(THE_TEN)
