"""A whole book of random races, and the same counted on paper: what every board and page must agree with.

Every race has all its results, every season all its races, and there are no given totals.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter

from races.as_of import AsOf
from races.derived.refresh import deferred
from races.models import Era, Race, TrackLayout
from racestats.formatting import ranks
from stats.scope import Eras

from .makers import (
    make_entry,
    make_layout,
    make_manufacturer,
    make_race,
    make_result,
    make_season,
    make_series,
    make_team,
    make_track,
)


@dataclass
class ScoreLine:
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
    most_led: int
    margin: Decimal | None


DRIVERS = ["Ann", "Bob", "Cy", "Dee", "Eve", "Flo", "Guy"]
TRACKS = [("Kansas", "intermediate"), ("Bristol", "short-track"), ("Sonoma", "road-course")]
MAKES, TEAMS = ["Chevrolet", "Ford"], ["Hendrick", "Penske", "Wood"]


def make_whole_book(seed: int) -> list[ScoreLine]:
    """Two seasons of random races, the first with some that have no date; returns what a scorer would note."""
    rng = random.Random(seed)
    lines: list[ScoreLine] = []
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


def _make_whole_race(rng: random.Random, year: int, round_: int, dated: bool) -> tuple[Race, list[ScoreLine]]:
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
        line = ScoreLine(
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
            most_led=max(led),
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


def _share(lines: list[ScoreLine], one: str, other: str) -> float | None:
    whole = sum(getattr(line, other) for line in lines)
    return sum(getattr(line, one) for line in lines) / whole if whole else None


BY_HAND: dict[str, Callable[[list[ScoreLine]], float | None]] = {
    "starts": len,
    "wins": lambda lines: sum(line.finish == 1 for line in lines),
    "runner_ups": lambda lines: sum(line.finish == 2 for line in lines),
    "pole_wins": lambda lines: sum(line.finish == 1 and line.pole for line in lines),
    "races_led_most": lambda lines: sum(line.laps_led == line.most_led for line in lines),
    "races_led_and_lost": lambda lines: sum(line.finish != 1 and line.laps_led > 0 for line in lines),
    "stage_sweeps": lambda lines: sum(line.finish == 1 and line.stage_wins == 2 for line in lines),
    "laps_led_share": lambda lines: _share(lines, "laps_led", "laps"),
    "laps_run_share": lambda lines: _share(lines, "laps", "race_laps"),
    "places_gained": lambda lines: sum(line.start - line.finish for line in lines),
    "average_places_gained": lambda lines: _average(line.start - line.finish for line in lines),
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
RATES = {
    *("average_start", "average_finish", "win_rate", "laps_led_share", "laps_run_share"),
    *("places_gained", "average_places_gained"),
}
LOWEST_FIRST = {"average_start", "average_finish"}


def _dated_from(line: ScoreLine, day: date) -> bool:
    """From a day; a race without a date is in where the whole of its season is."""
    return line.race.date >= day if line.race.date else date(line.race.season.year, 1, 1) >= day


def _dated_to(line: ScoreLine, day: date) -> bool:
    return line.race.date <= day if line.race.date else date(line.race.season.year, 12, 31) <= day


SPRING, SUMMER, AUTUMN = date(2023, 4, 1), date(2023, 8, 1), date(2024, 5, 20)
SCOPES: dict[str, tuple[Callable[[], dict], Callable[[ScoreLine], bool]]] = {
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


NARROWER = [name for name in SCOPES if name not in ("career", "track and make")]
NAMED_BY = {"driver": attrgetter("driver"), "team": attrgetter("team"), "manufacturer": attrgetter("manufacturer")}
LAST_RACES = 10


def by_hand(
    key: str, lines: list[ScoreLine], by: str = "driver", least: int = 0, active: set | None = None
) -> list[tuple]:
    """The board as it is counted on paper: rank, name and figure."""
    of_each = defaultdict(list)
    for line in lines:
        of_each[NAMED_BY[by](line)].append(line)
    figures = {name: BY_HAND[key](theirs) for name, theirs in of_each.items() if len(theirs) >= least}
    rows = [
        (name, figure)
        for name, figure in figures.items()
        if (figure or key in RATES) and (active is None or name in active)
    ]
    rows.sort(key=lambda row: (row[1] if key in LOWEST_FIRST else -row[1], row[0]))
    return [(rank, *row) for rank, row in zip(ranks(figure for _, figure in rows), rows)]


def active_by_hand(lines: list[ScoreLine], by: str, as_of: date | None) -> set[str]:
    """Who started one of the last ten races run by then."""
    run = [line for line in lines if as_of is None or line.known_on <= as_of]
    orders = sorted({(line.race.season.year, line.race.round) for line in run})[-LAST_RACES:]
    return {NAMED_BY[by](line) for line in run if (line.race.season.year, line.race.round) in orders}
