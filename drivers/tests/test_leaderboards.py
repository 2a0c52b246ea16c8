"""Leaderboards: ties, who is left out and why, and in a whole book the same figures as counting by hand."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from drivers.leaderboards import FEWEST_STARTS, Ground, leaderboard
from races.book.refresh import deferred
from races.models import Era, Race, TrackLayout
from races.scope import AsOf, Eras, Scope
from races.statistics import STATISTICS
from races.tests.make import (
    BLANEY,
    BUESCHER,
    BYRON,
    HAMLIN,
    LARSON,
    PETTY,
    make_entry,
    make_layout,
    make_manufacturer,
    make_opening,
    make_race,
    make_result,
    make_season,
    make_series,
    make_team,
    make_track,
)
from racestats.formatting import ranks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]


def make_finishes(*orders: str, year=2024, **fields) -> None:
    """Whole races with these finishing orders: each letter is a driver."""
    season = make_season(year)
    season.rounds = len(orders)
    season.save()
    with deferred():
        for round_, order in enumerate(orders, start=1):
            race = make_race(year, round_, date=date(year, 3, round_), field_size=len(order), **fields)
            for place, letter in enumerate(order, start=1):
                make_result(race, CAST[letter], place, start=place, laps=10, laps_led=0, points=50 - place)


CAST = {"L": LARSON, "H": HAMLIN, "B": BYRON, "R": BLANEY, "C": BUESCHER}


def board(key="wins", active=None, min_starts=None, **scope):
    return leaderboard(STATISTICS[key], Scope(series=make_series(), **scope), active, min_starts)


def shown(found) -> list[tuple]:
    return [(row.rank, str(row.driver), row.value) for row in found.rows]


def test_ties_share_a_rank():
    """Two with three wins are both second, the next is fourth, and none without a win is ranked."""
    make_finishes("LHB", "LBH", "HLB", "BLR", "LHC")
    assert shown(board()) == [("1", LARSON, 3), ("T2", HAMLIN, 1), ("T2", BYRON, 1)]
    assert shown(board("top_fives"))[:2] == [("1", LARSON, 5), ("T2", HAMLIN, 4)]
    assert [row.starts for row in board().rows] == [5, 4, 4]


def test_averages_rank_the_lowest_first():
    """Of average finishes the smallest is the best; a rate of none is ranked all the same."""
    make_finishes("LHB", "LBH", "HLB")
    assert [
        (rank, name, round(float(value), 3)) for rank, name, value in shown(board("average_finish", min_starts=1))
    ] == [
        ("1", LARSON, 1.333),
        ("2", HAMLIN, 2),
        ("3", BYRON, 2.667),
    ]
    assert [(name, round(float(value), 3)) for _, name, value in shown(board("win_rate", min_starts=1))] == [
        (LARSON, 0.667),
        (HAMLIN, 0.333),
        (BYRON, 0),
    ]


@pytest.mark.parametrize(
    ("key", "asked", "names", "used"),
    [
        ("average_finish", None, [LARSON], FEWEST_STARTS),
        ("win_rate", None, [LARSON], FEWEST_STARTS),
        ("average_finish", 0, [LARSON, HAMLIN], 0),
        ("average_finish", 1, [LARSON, HAMLIN], 1),
        ("top_fives", None, [LARSON, HAMLIN], 0),
        ("top_fives", 5, [LARSON], 5),
        ("top_fives", 6, [], 6),
    ],
)
def test_fewest_starts(key, asked, names, used):
    """An average asks for five starts unless another number is asked for; a count for none. The page says so."""
    make_finishes("LH", "LH", "LH", "LH", "L")
    found = board(key, min_starts=asked)
    assert [str(row.driver) for row in found.rows] == names
    said = [note for note in found.notes if note.startswith("Drivers with at least")]
    assert said == ([f"Drivers with at least {used} start{'s' if used != 1 else ''}."] if used else [])


@pytest.mark.parametrize(("active", "names"), [(None, [LARSON, HAMLIN]), (True, [LARSON]), (False, [HAMLIN])])
def test_active(active, names):
    """Active drivers, those who are not, or all; each row says which it is."""
    make_finishes("H", *["L"] * 11)
    found = board(active=active)
    assert [str(row.driver) for row in found.rows] == names
    assert [row.active for row in found.rows] == [name == LARSON for name in names]


def test_opening_totals_and_the_lines_after_them():
    """With opening totals a board counts on; whom the book cannot support is left out, and counted."""
    make_finishes("LHB", "HLB", "LHB")
    make_finishes(*["R"] * 2, year=2010)
    season = make_season(2010)
    season.rounds = 36
    season.save()
    make_opening(LARSON, (2024, 1), starts=300, wins=23)
    make_opening(HAMLIN, (2023, 36), starts=600, wins=51)
    make_opening(PETTY, (2023, 36), starts=1184, wins=200)
    make_opening(BYRON, (2023, 36), starts=200)
    found = board()
    assert shown(found) == [("1", PETTY, 200), ("2", HAMLIN, 52), ("3", LARSON, 24)]
    assert [row.starts for row in found.rows] == [1184, 603, 302]
    assert found.left_out == 2  # Byron, whose wins are unknown, and Blaney, whose 34 other races of 2010 are.
    assert found.notes == [
        "Official wins in points races.",
        "Based on 5 of 39 races.",
        "Opening totals of 4 drivers, with the races after them: official counts through 2023 round 36 to "
        "2024 round 1 (nascaR.data).",
        "2 drivers left out: the races held here are too few to make a total of theirs.",
        "Ranked among the drivers whose totals this book holds: one it does not know may stand between them.",
    ]


def test_what_openings_do_not_hold_is_counted_in_all_lines():
    """Opening totals know no laps and no averages: those are of every line, while the starts beside go on."""
    make_finishes("LH", "LH", "LH", "LH")
    make_opening(LARSON, (2024, 3), starts=300, wins=23)
    laps = board("laps")
    assert shown(laps) == [("T1", HAMLIN, 40), ("T1", LARSON, 40)]
    assert {str(row.driver): row.starts for row in laps.rows} == {LARSON: 301, HAMLIN: 4}
    assert not [note for note in laps.notes if "Opening" in note]
    assert [(name, float(value)) for _, name, value in shown(board("average_finish"))] == [(LARSON, 1)]
    assert shown(board("wins")) == [("1", LARSON, 24)]


def test_narrower_scopes_count_what_is_held():
    """A board of a track, an era or a team counts its lines, and says of how many races they are."""
    make_finishes("LH", "LH", "HL")
    season = make_season(2024)
    season.rounds = 36
    season.save()
    make_finishes("H", year=2025)
    make_opening(LARSON, (2023, 36), starts=300, wins=23)
    assert shown(board()) == [("1", LARSON, 25)]
    at_track = board(track=make_track())
    assert shown(at_track) == [("T1", HAMLIN, 2), ("T1", LARSON, 2)]
    assert at_track.notes == ["Official wins in points races.", "Based on 4 of 4 races."]
    assert shown(board(from_=2025)) == [("1", HAMLIN, 1)]


def test_board_of_nothing():
    """An empty book, or a series without races, has empty boards and no errors."""
    for key in STATISTICS:
        found = board(key)
        assert (found.rows, found.left_out, found.complete.expected) == ([], 0, 0)
    assert board("wins").notes == ["Official wins in points races.", "Based on 0 of 0 races."]


def test_boards_share_their_ground(django_assert_num_queries):
    """The boards of one scope can stand on one reading of the book."""
    make_finishes("LHB", "LBH")
    scope = Scope(series=make_series())
    with django_assert_num_queries(4):
        ground = Ground.of(scope)
    with django_assert_num_queries(2):
        found = leaderboard(STATISTICS["wins"], scope, ground=ground)
    assert shown(found) == shown(board())


# A whole book: every race with all its results, every season with all its races, and no opening totals.


@dataclass
class Line:
    """One car in one race, as whoever counts by hand would note it."""

    driver: str
    race: Race
    known_on: date
    track: str
    type: str
    manufacturer: str
    team: str
    start: int
    finish: int
    laps: int
    laps_led: int
    points: int
    status: str
    pole: bool
    stage_wins: int
    race_laps: int
    margin: Decimal | None


DRIVERS = ["Ann", "Bob", "Cy", "Dee", "Eve", "Flo", "Guy"]
TRACKS = [("Kansas", "intermediate"), ("Bristol", "short-track"), ("Sonoma", "road-course")]
MAKES, TEAMS = ["Chevrolet", "Ford"], ["Hendrick", "Penske", "Wood"]


def make_whole_book(seed: int) -> list[Line]:
    """Two seasons of random races, the first with some that have no date; returns what a scorer would note."""
    rng = random.Random(seed)
    lines: list[Line] = []
    with deferred():
        for year, rounds in ((2023, 7), (2024, 6)):
            season = make_season(year)
            season.rounds = rounds
            season.save()
            made = [
                _make_whole_race(rng, year, round_, dated=year == 2024 or round_ % 3 != 0)
                for round_ in range(1, rounds + 1)
            ]
            known = date(year, 12, 31)
            for race, noted in reversed(made):
                known = race.date or known
                for line in noted:
                    line.known_on = known
                lines += noted
    return lines


def _make_whole_race(rng: random.Random, year: int, round_: int, dated: bool) -> tuple[Race, list[Line]]:
    (track, kind), laps = rng.choice(TRACKS), rng.randint(20, 40)
    margin = rng.choice(["0.001", "0.499", "0.500", "0.501", "2.000"])
    drivers = rng.sample(DRIVERS, rng.randint(4, len(DRIVERS)))
    led = _shares(rng, laps, len(drivers))
    starts = rng.sample(range(1, len(drivers) + 1), len(drivers))
    day = date(year, 1, 15) + timedelta(days=30 * round_)
    race = make_race(
        year,
        round_,
        layout=make_layout(track, type=kind),
        date=day if dated else None,
        laps=laps,
        field_size=len(drivers),
        stages=2,
        lineup="qualifying",
        margin=margin,
    )
    noted = []
    for place, driver in enumerate(drivers, start=1):
        run = laps if place <= 3 else max(laps - rng.randint(0, 2), led[place - 1])
        line = Line(
            driver=driver,
            race=race,
            known_on=day,
            track=track,
            type=kind,
            manufacturer=rng.choice(MAKES),
            team=rng.choice(TEAMS),
            start=starts[place - 1],
            finish=place,
            laps=run,
            laps_led=led[place - 1],
            points=rng.randint(0, 60),
            status=rng.choice(["running", "running", "accident", "engine"]),
            pole=False,
            stage_wins=0,
            race_laps=laps,
            margin=Decimal(margin) if place <= 2 else None,
        )
        noted.append(line)
        columns = ("start", "laps", "laps_led", "points", "status")
        cars = {"manufacturer": line.manufacturer, "team": line.team}
        make_result(race, driver, place, **cars, **{name: getattr(line, name) for name in columns})
    for stage in (1, 2):
        winner = rng.choice(noted)
        winner.stage_wins += 1
        make_result(race, winner.driver, 1, session=f"stage-{stage}")
    pole = rng.choice(noted)
    pole.pole = True
    race.pole = make_entry(race, pole.driver)
    race.save()
    return race, noted


def _shares(rng: random.Random, whole: int, parts: int) -> list[int]:
    cuts = sorted(rng.randint(0, whole) for _ in range(parts - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, whole])]


def _average(values) -> float | None:
    values = list(values)
    return sum(values) / len(values) if values else None


BY_HAND: dict[str, Callable[[list[Line]], float | None]] = {
    "starts": len,
    "wins": lambda lines: sum(line.finish == 1 for line in lines),
    "top_fives": lambda lines: sum(line.finish <= 5 for line in lines),
    "top_tens": lambda lines: sum(line.finish <= 10 for line in lines),
    "poles": lambda lines: sum(line.pole for line in lines),
    "laps": lambda lines: sum(line.laps for line in lines),
    "laps_led": lambda lines: sum(line.laps_led for line in lines),
    "races_led": lambda lines: sum(line.laps_led > 0 for line in lines),
    "stage_wins": lambda lines: sum(line.stage_wins for line in lines),
    "lead_lap_finishes": lambda lines: sum(line.laps == line.race_laps for line in lines),
    "dnfs": lambda lines: sum(line.status != "running" for line in lines),
    "average_start": lambda lines: _average(line.start for line in lines),
    "average_finish": lambda lines: _average(line.finish for line in lines),
    "points": lambda lines: sum(line.points for line in lines),
    "win_rate": lambda lines: _average(line.finish == 1 for line in lines),
    "close_wins": lambda lines: sum(line.finish == 1 and line.margin <= Decimal("0.5") for line in lines),
    "close_runner_ups": lambda lines: sum(line.finish == 2 and line.margin <= Decimal("0.5") for line in lines),
}
RATES = {"average_start", "average_finish", "win_rate"}
LOWEST_FIRST = {"average_start", "average_finish"}


def _dated_from(line: Line, day: date) -> bool:
    """From a day; a race without a date is in where the whole of its season is."""
    return line.race.date >= day if line.race.date else date(line.race.season.year, 1, 1) >= day


def _dated_to(line: Line, day: date) -> bool:
    return line.race.date <= day if line.race.date else date(line.race.season.year, 12, 31) <= day


SPRING, SUMMER, AUTUMN = date(2023, 4, 1), date(2023, 8, 1), date(2024, 5, 20)
SCOPES: dict[str, tuple[Callable[[], dict], Callable[[Line], bool]]] = {
    "career": (dict, lambda line: True),
    "season": (lambda: {"season": 2024}, lambda line: line.race.season.year == 2024),
    "track": (lambda: {"track": make_track("Kansas")}, lambda line: line.track == "Kansas"),
    "type": (lambda: {"type": TrackLayout.Type.ROAD_COURSE}, lambda line: line.type == "road-course"),
    "manufacturer": (lambda: {"manufacturer": make_manufacturer("Ford")}, lambda line: line.manufacturer == "Ford"),
    "team": (lambda: {"team": make_team("Penske")}, lambda line: line.team == "Penske"),
    "from year": (lambda: {"from_": 2024}, lambda line: line.race.season.year >= 2024),
    "to year": (lambda: {"to": 2023}, lambda line: line.race.season.year <= 2023),
    "from day": (lambda: {"from_": SPRING}, lambda line: _dated_from(line, SPRING)),
    "to day": (lambda: {"to": AUTUMN}, lambda line: _dated_to(line, AUTUMN)),
    "to day of the first season": (lambda: {"to": SUMMER}, lambda line: _dated_to(line, SUMMER)),
    "era": (
        lambda: {"era": Eras("mid", (Era(series=make_series(), slug="mid", starts=SPRING, ends=AUTUMN),))},
        lambda line: _dated_from(line, SPRING) and _dated_to(line, AUTUMN),
    ),
    "track and make": (
        lambda: {"track": make_track("Bristol"), "manufacturer": make_manufacturer("Chevrolet")},
        lambda line: line.track == "Bristol" and line.manufacturer == "Chevrolet",
    ),
    "as of": (lambda: {"as_of": AsOf(AUTUMN, str(AUTUMN))}, lambda line: line.known_on <= AUTUMN),
}


def by_hand(key: str, lines: list[Line]) -> list[tuple]:
    """The board as it is counted on paper: rank, driver and figure."""
    of_driver = defaultdict(list)
    for line in lines:
        of_driver[line.driver].append(line)
    figures = {driver: BY_HAND[key](theirs) for driver, theirs in of_driver.items()}
    rows = [(driver, figure) for driver, figure in figures.items() if figure or key in RATES]
    rows.sort(key=lambda row: (row[1] if key in LOWEST_FIRST else -row[1], row[0]))
    return [(rank, *row) for rank, row in zip(ranks(figure for _, figure in rows), rows)]


@pytest.mark.parametrize("seed", [1, 2])
def test_whole_book_is_counted_as_by_hand(seed):
    """Where nothing is missing, every statistic over every scope is a plain count of the lines."""
    assert set(BY_HAND) == set(STATISTICS)
    lines = make_whole_book(seed)
    for make_scope, holds in SCOPES.values():
        scope = Scope(series=make_series(), **make_scope())
        ground = Ground.of(scope)
        counted = [line for line in lines if holds(line)]
        assert counted
        assert len(counted) < len(lines) or not scope.in_words().replace("Cup Series", "")
        for key, statistic in STATISTICS.items():
            found = leaderboard(statistic, scope, min_starts=0, ground=ground)
            rows = [(rank, name, round(float(value), 6)) for rank, name, value in shown(found)]
            wanted = [(rank, name, round(float(figure), 6)) for rank, name, figure in by_hand(key, counted)]
            assert rows == wanted, (key, scope.in_words())
            assert found.left_out == 0
