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


def noted(says: str):
    """A note of the race says so, and leads to its evidence."""

    def check(body):
        found = [note for note in body["tables"]["notes"]["rows"] if note["note"].startswith(says)]
        return [bool(note["note_url"]) for note in found], [True]

    return check


def row(number: int, table: str = "", **figures):
    """The row of this number, in the main table or a further one, holds these figures."""

    def check(body):
        rows = (body["tables"][table] if table else body)["rows"]
        return {key: rows[number][key] for key in figures}, figures

    return check


def of(driver: str, table: str = "", **figures):
    """A driver's row holds these figures."""

    def check(body):
        rows = (body["tables"][table] if table else body)["rows"]
        found = next(row for row in rows if row["driver"] == driver)
        return {key: found[key] for key in figures}, figures

    return check


def column(keys: str, expected: list, table: str = ""):
    """The first rows hold these figures under these keys, in this order."""

    def check(body):
        rows = (body["tables"][table] if table else body)["rows"]
        return [tuple(row[key] for key in keys.split()) for row in rows[: len(expected)]], expected

    return check


def counts(**figures):
    """The page's own counts."""
    return lambda body: ({key: body[key] for key in figures}, figures)


CLAIMS = [
    # claim, address, what the page says, what its JSON holds
    (
        "Q1 Larson takes the pole",
        QUALIFYING,
        ["2025 Kansas I: Qualifying", "Kansas Speedway", "1.5 miles", "1 5 Kyle Larson", "183.730 29.391"],
        row(0, position=1, driver="Kyle Larson", car="5", lap_speed="183.730", lap_time="29.391"),
    ),
    ("Q1 on the race page", KANSAS_2025, ["Pole award Kyle Larson"], row(0, "qualifying", driver="Kyle Larson")),
    (
        "Q2 Buescher is second",
        QUALIFYING,
        ["2 17 Chris Buescher RFK Racing Ford 183.374 29.448 +0.057"],
        row(1, position=2, driver="Chris Buescher", lap_speed="183.374", gap="0.057"),
    ),
    (
        "Q3 third to fifth",
        QUALIFYING,
        ["3 20 Christopher Bell", "4 45 Tyler Reddick", "5 22 Joey Logano"],
        column(
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
        lambda body: (
            [(row["position"], row["driver"]) for row in body["rows"] if row["position"] in (6, 7, 8, 9, 10, 35, 38)]
            + [row["note"] for row in body["rows"] if row["position"] in (35, 38)],
            [
                (6, "Ty Gibbs"),
                (7, "William Byron"),
                (8, "Daniel Suarez"),
                (9, "Chase Elliott"),
                (10, "Ryan Blaney"),
                (35, "Kyle Busch"),
                (38, "Josh Berry"),
                "Made contact with the outside wall.",
                "Made contact with the outside wall.",
            ],
        ),
    ),
    (
        "Q7 and all that the pole meant, the day before the race",
        f"{KANSAS_2025}?as_of=2025-05-10",
        ["The 22nd pole of Kyle Larson's career.", "It had not been run by then.", "183.730"],
        lambda body: (
            (
                body["rows"],
                sorted(note["note"].partition(",")[0].rstrip(".") for note in body["tables"]["notes"]["rows"]),
            ),
            (
                [],
                [
                    "It ended Christopher Bell's streak of 3 Kansas poles in a row",
                    "Kyle Larson's 1st pole at Kansas",
                    "Kyle Larson's 1st pole of 2025",
                    "The 14th Kansas pole for Chevrolet",
                    "The 22nd pole of Kyle Larson's career",
                    "The 5th pole of 2025 for Hendrick Motorsports",
                    "The 7th pole of 2025 for Chevrolet",
                ],
            ),
        ),
    ),
    (
        "Q5 the first pole of the season",
        KANSAS_2025,
        ["Kyle Larson's 1st pole of 2025."],
        noted("Kyle Larson's 1st pole of 2025."),
    ),
    (
        "Q6 the first at Kansas",
        KANSAS_2025,
        ["Kyle Larson's 1st pole at Kansas"],
        noted("Kyle Larson's 1st pole at Kansas"),
    ),
    (
        "Q7 the 22nd of the career",
        KANSAS_2025,
        ["The 22nd pole of Kyle Larson's career."],
        noted("The 22nd pole of Kyle Larson's career."),
    ),
    (
        "Q8 the 14th Kansas pole for Chevrolet",
        KANSAS_2025,
        ["The 14th Kansas pole for Chevrolet"],
        noted("The 14th Kansas pole for Chevrolet"),
    ),
    (
        "Q9 the seventh of the season for Chevrolet",
        KANSAS_2025,
        ["The 7th pole of 2025 for Chevrolet."],
        noted("The 7th pole of 2025 for Chevrolet."),
    ),
    (
        "Q10 Bell's three in a row ended",
        KANSAS_2025,
        ["It ended Christopher Bell's streak of 3 Kansas poles in a row."],
        noted("It ended Christopher Bell's streak of 3 Kansas poles in a row."),
    ),
    (
        "M7 the 32nd win, tying Dale Jarrett",
        KANSAS_2025,
        ["The 32nd win of Kyle Larson's career, tying Dale Jarrett"],
        noted("The 32nd win of Kyle Larson's career, tying Dale Jarrett"),
    ),
    (
        "M13 the 66th stage win, tying Truex",
        BRISTOL_2025,
        ["The 65th and 66th stage wins of Kyle Larson's career, tying Martin Truex Jr."],
        noted("The 65th and 66th stage wins of Kyle Larson's career, tying Martin Truex Jr."),
    ),
    (
        "Q11 Larson over Buescher, among his finishes",
        f"{FINISHES}?driver=kyle-larson&as_of=2025-05-10",
        ["1 .001 2024 Kansas I 2024-05-05 Kansas Speedway Kyle Larson Chris Buescher"],
        row(0, margin="0.001", race="2024 Kansas I", winner="Kyle Larson", runner_up="Chris Buescher"),
    ),
    (
        "Q11 Larson over Buescher, on the race page",
        KANSAS_2024,
        ["Winner Kyle Larson Official runner-up Chris Buescher", "Margin .001 s", "which reads spring of 2023"],
        column("position driver", [(1, "Kyle Larson"), (2, "Chris Buescher")]),
    ),
    (
        "Q12 under four inches",
        KANSAS_2024,
        [".001 s is about three inches at racing speed: 3.2 inches at 183.107 mph"],
        counts(title="2024 Kansas I"),
    ),
    (
        "Q11 Larson beat Buescher by .001 s",
        "/drivers/kyle-larson/vs/chris-buescher/?as_of=2025-05-10",
        ["Kyle Larson vs. Chris Buescher", ".001 2024-05-05 2024 Kansas I Kyle Larson"],
        row(
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
        ["2025-05-04 2025 Texas Texas Motor Speedway"],
        lambda body: (
            [(row["race"], row["finish"]) for row in body["tables"]["races"]["rows"][:2]],
            [("2025 Kansas I", 9), ("2025 Texas", 1)],
        ),
    ),
    (
        "Q13 in his race log as of that day",
        "/drivers/joey-logano/races/?as_of=2025-05-10",
        ["As the book stood on May 10, 2025."],
        row(0, race="2025 Texas", race_url="/races/cup/2025/11/?as_of=2025-05-10", finish=1),
    ),
    (
        "C1 the closest ever",
        ALL_TIME,
        ["1 .001 2024 Kansas I"],
        row(0, rank="1", margin="0.001", race="2024 Kansas I", winner="Kyle Larson", runner_up="Chris Buescher"),
    ),
    ("C2 thirty-one on the lead lap", KANSAS_2024, ["31 finished on the lead lap"], counts(total=38, matching=38)),
    (
        "C3 the closest before it, twice",
        ALL_TIME,
        ["T2 .002 2003 Darlington I 2003-03-16 Darlington Raceway Ricky Craven Kurt Busch"],
        column(
            "rank margin date",
            [("1", "0.001", "2024-05-05"), ("T2", "0.002", "2003-03-16"), ("T2", "0.002", "2011-04-17")],
        ),
    ),
    (
        "C4 29 of 84",
        NEXT_GEN,
        ["29 of 84 races (34.5%) were decided by .500 s or less.", "Next Gen era"],
        counts(total=84, matching=29),
    ),
    (
        "C5 Larson in seven",
        NEXT_GEN,
        ["1 Kyle Larson 7 24.1% 5 2"],
        of("Kyle Larson", "drivers", involved=7, share=0.241),
    ),
    (
        "C6 Larson won five",
        NEXT_GEN,
        ["1 Kyle Larson 7 24.1% 5"],
        row(0, "drivers", driver="Kyle Larson", rank="1", won=5),
    ),
    (
        "C7 three with three wins",
        NEXT_GEN,
        ["T2 Denny Hamlin 5 17.2% 3", "T2 Chris Buescher 4 13.8% 3", "T2 William Byron 4 13.8% 3"],
        lambda body: (
            {row["driver"]: (row["rank"], row["won"]) for row in body["tables"]["drivers"]["rows"][1:4]},
            dict.fromkeys(["Chris Buescher", "William Byron", "Denny Hamlin"], ("T2", 3)),
        ),
    ),
    (
        "C8 Reddick second in four of six",
        NEXT_GEN,
        ["Tyler Reddick 6 20.7% 2 4 T1"],
        of("Tyler Reddick", "drivers", involved=6, won=2, runner_up=4, runner_up_rank="T1"),
    ),
    (
        "C8 Blaney second as often",
        NEXT_GEN,
        ["Ryan Blaney 5 17.2% 1 4 T1"],
        of("Ryan Blaney", "drivers", runner_up=4, runner_up_rank="T1"),
    ),
    (
        "C9 the 29 in order",
        NEXT_GEN,
        [f"{rank} {margin} {season} " for rank, margin, season, *_ in THE_29],
        lambda body: (
            [(row["rank"], row["margin"], row["race_url"], row["winner"], row["runner_up"]) for row in body["rows"]],
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
        column(
            "rank margin race winner runner_up", [(rank, f"0{margin}", *others) for rank, margin, *others in THE_TEN]
        ),
    ),
    (
        "C10 and one since, at Talladega",
        f"{FINISHES}?era=electronic-scoring",
        ["T7 .006 2024 Talladega II 2024-10-06 Talladega Superspeedway Ricky Stenhouse Jr. Brad Keselowski"],
        column("rank margin", [("1", "0.001"), ("T2", "0.002"), ("T2", "0.002"), ("4", "0.003")]),
    ),
    (
        "C11 Harvick at the line, Byron in the book",
        TALLADEGA_2023,
        [
            "Official runner-up William Byron Margin .012 s",
            "Measured to Kevin Harvick, who crossed the line second; William Byron is the official runner-up.",
            "Kevin Harvick (No. 4) disqualified from 2nd",
        ],
        of("Kevin Harvick", position=38, crossed_line=2, status="disqualified", points=1),
    ),
    (
        "C11 with the footnote in the list",
        NEXT_GEN,
        ["Measured to Kevin Harvick, who crossed the line second"],
        lambda body: (
            (body["rows"][2]["margin"], body["rows"][2]["runner_up"], body["rows"][2]["note"].partition(",")[0]),
            ("0.012", "William Byron", "Measured to Kevin Harvick"),
        ),
    ),
    (
        "M1 221 of 267 laps, .712 s over Bell",
        KANSAS_2025,
        ["Margin .712 s", "Laps 267", "1 1 5 Kyle Larson Hendrick Motorsports Chevrolet 267 221 61"],
        column(
            "position driver laps laps_led",
            [(1, "Kyle Larson", 267, 221), (2, "Christopher Bell", 267, 3), (3, "Ryan Blaney", 267, 0)],
        ),
    ),
    (
        "M2 both stages, Elliott second in both",
        KANSAS_2025,
        ["1 80 Kyle Larson Chase Elliott", "2 85 Kyle Larson Chase Elliott"],
        column("stage winner second", [(n, "Kyle Larson", "Chase Elliott") for n in (1, 2)], "stages"),
    ),
    (
        "M3 past 10,000 laps led in this race",
        f"{CLUB}?as_of=2025-05-11",
        ["21 Kyle Larson 2025 Kansas I 2025-05-11 10,072 378"],
        of("Kyle Larson", order=21, race="2025 Kansas I", count_after=9851 + 221, start_number=378),
    ),
    (
        "M3 not a day earlier",
        f"{CLUB}?as_of=2025-05-10",
        ["20 drivers in the records held here."],
        lambda body: ("Kyle Larson" in {row["driver"] for row in body["rows"]}, False),
    ),
    (
        "M4 221 is the Kansas record; it was 197",
        "/tracks/kansas/",
        [
            "Most laps led in a race 221+ Kyle Larson 2025 Kansas I",
            "the record before 197+ Jimmie Johnson 2011 Kansas II",
        ],
        lambda body: (
            [
                (row["value"], row["holder"], row["race"])
                for row in body["tables"]["lineage"]["rows"]
                if row["record"] == "Most laps led in a race"
            ][:2],
            [("221+", "Kyle Larson", "2025 Kansas I"), ("197+", "Jimmie Johnson", "2011 Kansas II")],
        ),
    ),
    (
        "M5 the club of 21, three of them active",
        f"{CLUB}?as_of=2025-05-11",
        [
            "21 drivers in the records held here.",
            "Active: Denny Hamlin, Kyle Busch and Kyle Larson.",
            "One article counts 22",
        ],
        lambda body: (
            (body["matching"], sorted(row["driver"] for row in body["rows"] if row["active"])),
            (21, ["Denny Hamlin", "Kyle Busch", "Kyle Larson"]),
        ),
    ),
    (
        "M6 149 laps led to go the day before",
        "/milestones/?as_of=2025-05-10",
        ["Kyle Larson 149 laps led to go to 10,000 9,851 149"],
        lambda body: (
            [row["watch"] for row in body["rows"] if row["driver"] == "Kyle Larson" and row["statistic"] == "Laps led"][
                :1
            ],
            ["149 laps led to go to 10,000"],
        ),
    ),
    (
        "M7 one win behind Dale Jarrett the day before",
        "/milestones/?as_of=2025-05-10&driver=kyle-larson&stat=wins",
        ["Kyle Larson 1 win behind Dale Jarrett (32) 31 1"],
        row(0, driver="Kyle Larson", watch="1 win behind Dale Jarrett (32)", total=31, to_go=1),
    ),
    ("M8 61 points", KANSAS_2025, ["267 221 61 running"], row(0, driver="Kyle Larson", points=61)),
    (
        "M9 three wins, eight top fives, nine top tens, one pole",
        "/drivers/kyle-larson/?as_of=2025-05-11",
        ["2025 Cup Series 12 12 3 8 9 1"],
        row(0, season=2025, wins=3, top_fives=8, top_tens=9, poles=1),
    ),
    (
        "M10 first with 469 points",
        "/leaderboards/points/?season=2025&as_of=2025-05-11",
        ["1 Kyle Larson 469"],
        row(0, rank="1", driver="Kyle Larson", value=469),
    ),
    (
        "M10 first in the standings, 35 ahead",
        "/standings/cup/2025/?as_of=2025-05-11",
        ["1 +1 Kyle Larson 469 0", "2 −1 William Byron 434 35 35", "After round 12 of 36, 2025 Kansas I."],
        column(
            "rank driver points behind gap movement wins",
            [("1", "Kyle Larson", 469, 0, None, 1, 3), ("2", "William Byron", 434, 35, 35, -1, 1)],
        ),
    ),
    (
        "M10 thirteen behind before it",
        "/standings/cup/2025/?as_of=cup-2025-11",
        ["1 0 William Byron 421 0", "2 0 Kyle Larson 408 13 13"],
        column("rank driver behind", [("1", "William Byron", 0), ("2", "Kyle Larson", 13)]),
    ),
    (
        "M10 on the season's page",
        "/races/cup/2025/?as_of=2025-05-11",
        ["1 +1 Kyle Larson 469 0"],
        row(0, "standings", rank="1", driver="Kyle Larson", points=469),
    ),
    (
        "M11 eight stage wins that season",
        "/drivers/kyle-larson/?as_of=2025-05-11",
        ["1 817 8"],
        row(0, season=2025, stage_wins=8),
    ),
    (
        "M12 411 laps, both stages and the race at Bristol",
        BRISTOL_2025,
        ["Winner Kyle Larson", "1 3 5 Kyle Larson Hendrick Motorsports Chevrolet 500 411 60"],
        lambda body: (
            (
                [body["rows"][0][key] for key in ("driver", "laps", "laps_led")],
                [row["winner"] for row in body["tables"]["stages"]["rows"]],
            ),
            (["Kyle Larson", 500, 411], ["Kyle Larson", "Kyle Larson"]),
        ),
    ),
    (
        "Hendrick had won 18 times at Martinsville by spring 2012, once as All-Star Racing; Petty most, 19 times",
        "/leaderboards/wins/?track=martinsville&by=team&as_of=cup-2012-5",
        ["A team counts with its former names that are on file."],
        column("team value", [("Petty Enterprises", 19), ("Hendrick Motorsports", 18)]),
    ),
    (
        "Hendrick's 29 wins at Martinsville by April 2024",
        "/leaderboards/wins/?track=martinsville&by=team&as_of=cup-2024-8",
        [],
        row(0, team="Hendrick Motorsports", value=29),
    ),
    (
        "The first of them is told under the name of its day",
        "/teams/hendrick-motorsports/races/?track=martinsville&stat=wins&to=1984",
        ["1984 Martinsville I", "All-Star Racing"],
        column("race team driver", [("1984 Martinsville I", "All-Star Racing", "Geoff Bodine")]),
    ),
    (
        "And so on its own page and in its notes",
        "/races/cup/1984/8/",
        ["The 1st Martinsville win for All-Star Racing."],
        row(0, team="All-Star Racing", team_url="/teams/hendrick-motorsports/"),
    ),
    (
        "The season's log of its driver",
        "/drivers/geoff-bodine/races/?season=1984",
        [],
        column("team", [("All-Star Racing",)] * 3),
    ),
    (
        "Its page names it",
        "/teams/hendrick-motorsports/",
        ["Raced as: All-Star Racing"],
        counts(title="Hendrick Motorsports"),
    ),
]


@pytest.mark.parametrize(("path", "says", "check"), [claim[1:] for claim in CLAIMS], ids=[claim[0] for claim in CLAIMS])
def test_claim(drawn, path, says, check):
    """The page says it, and its JSON holds the figures."""
    answers = drawn.in_each_form(path, ("html", "json"))
    assert answers["html"].status == 200
    assert [sentence for sentence in says if sentence not in answers["html"].page.text] == []
    found, expected = check(answers["json"].json)
    assert found == expected


def test_lists_are_whole(client):
    """The list of the 29 ends with the 29th; the all-time list goes on after the ten."""
    assert len(client.get(f"{NEXT_GEN}&format=json").json()["rows"]) == len(THE_29)
    assert len(client.get(f"{ALL_TIME}&format=json").json()["rows"]) > len(THE_TEN)
