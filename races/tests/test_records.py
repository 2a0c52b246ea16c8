"""The records of a track, each with the one it replaced, and margins made visible as distances."""

from datetime import date
from decimal import Decimal

import pytest

from races.margins import distance_of
from races.records import tally, track_records
from races.scope import AsOf, Scope
from races.tests.make import (
    BUESCHER,
    BYRON,
    HAMLIN,
    LARSON,
    PETTY,
    make_entry,
    make_layout,
    make_race,
    make_result,
    make_track,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]


def make_winner(year: int, winner: str, laps_led: int | None = None, pole: str = "", **fields):
    race = make_race(year, 1, date=date(year, 5, 1), laps=300, **fields)
    make_result(race, winner, 1, laps=300, laps_led=laps_led)
    if pole:
        race.pole = make_entry(race, pole)
        race.save()
    return race


def records(**scope) -> dict[str, list[tuple]]:
    scope = Scope(track=make_track(), **scope)
    found: dict[str, list[tuple]] = {}
    winners, poles = tally(scope.lines().filter(finish=1)), tally(scope.lines().filter(pole=True))
    for record in track_records(scope, winners, poles):
        found.setdefault(record.record, []).append(
            (record.value, str(record.holder), record.race and record.race.label)
        )
    return found


def test_tally_keeps_ties():
    """Most first; the same number shares a rank, in the order of the names."""
    for year, winner in enumerate((LARSON, HAMLIN, LARSON, BYRON, PETTY, PETTY, PETTY), start=2001):
        make_winner(year, winner)
    found = [(each.rank, str(each.driver), each.count) for each in tally(Scope().lines().filter(finish=1))]
    assert found == [("1", PETTY, 3), ("2", LARSON, 2), ("T3", HAMLIN, 1), ("T3", BYRON, 1)]


def test_most_wins_and_poles_name_all_who_share_them():
    """A record that two share is held by both."""
    for year, winner in enumerate((LARSON, HAMLIN, LARSON, HAMLIN, BYRON), start=2001):
        make_winner(year, winner, pole=winner)
    make_winner(2010, PETTY, layout=make_layout("Bristol"))
    found = records()
    assert found == {
        "Most wins": [("2", HAMLIN, None), ("2", LARSON, None)],
        "Most poles": [("2", HAMLIN, None), ("2", LARSON, None)],
    }


@pytest.mark.parametrize(
    ("led", "as_of", "expected"),
    [
        ([100, 197, 150, 221], None, [("221", "2004 Kansas"), ("197", "2002 Kansas")]),
        ([100, 197, 150, 221], "2003-12-31", [("197", "2002 Kansas"), ("100", "2001 Kansas")]),
        ([150, 150, 149], None, [("150", "2001 Kansas"), None]),
        ([149, 150, 150], None, [("150", "2002 Kansas"), ("149", "2001 Kansas")]),
        ([None, 0, 7], None, [("7", "2003 Kansas"), None]),
        ([None, 0], None, [None, None]),
    ],
)
def test_most_laps_led(led, as_of, expected):
    """The record, and the one it replaced: less than it and older, as of the day that is asked for."""
    for year, laps_led in enumerate(led, start=2001):
        make_winner(year, LARSON, laps_led)
    found = records(as_of=as_of and AsOf(date.fromisoformat(as_of), as_of))
    for name, wanted in zip(("Most laps led in a race", "… the record before"), expected):
        rows = [(value, label) for value, _, label in found.get(name, [])]
        assert rows == ([wanted] if wanted else [])


def test_closest_finish():
    """The smallest margin in seconds; a margin in laps or lengths is none."""
    make_winner(2001, LARSON, margin="0.500")
    make_winner(2002, BYRON, margin="0.012")
    make_winner(2003, HAMLIN, margin="0.001", margin_kind="laps")
    assert records()["Closest finish"] == [(".012 s", BYRON, "2002 Kansas")]


def test_fastest_lap_of_each_layout():
    """Speeds on two layouts do not compare: each has its own record."""
    oval, road = make_layout(), make_layout("Kansas", "road", type="road-course", length=Decimal("2.5"))
    for year, layout, speed in ((2001, oval, "180.5"), (2002, oval, "183.73"), (2003, road, "95.25")):
        race = make_winner(year, LARSON, layout=layout)
        make_result(race, BUESCHER, 1, session="qualifying", lap_speed=Decimal(speed))
        make_result(race, BYRON, 2, session="qualifying")
    found = records()
    assert found["Fastest qualifying lap, oval"] == [("183.730 mph", BUESCHER, "2002 Kansas")]
    assert found["Fastest qualifying lap, road"] == [("95.250 mph", BUESCHER, "2003 Kansas")]


def make_poles(*of_years: tuple[int, str], layout="oval") -> None:
    for year, speed in of_years:
        race = make_race(year, 9 if layout == "oval" else 10, layout=make_layout("Kansas", layout))
        make_result(race, LARSON, 1, session="qualifying", lap_speed=Decimal(speed))
        make_result(race, BYRON, 2, session="qualifying", lap_speed=Decimal(200))


@pytest.mark.parametrize(
    ("poles", "average", "said"),
    [
        ([(2024, "183.73")], None, "3.2 inches at 183.730 mph, the 2024 Kansas pole speed"),
        ([(2020, "150"), (2023, "180"), (2027, "170")], None, "3.2 inches at 180.000 mph, the 2023 Kansas pole speed"),
        ([(2010, "150"), (2026, "170")], None, "3.0 inches at 170.000 mph, the 2026 Kansas pole speed"),
        ([(2024, "183.73")], "130", "3.2 inches at 183.730 mph, the 2024 Kansas pole speed"),
        ([], "130", "2.3 inches at 130.000 mph, its average speed"),
        ([], None, None),
    ],
)
def test_distance_at_the_nearest_pole_speed(poles, average, said):
    """A margin as a distance: at the pole speed of the nearest season on the layout, or else the race's own average."""
    make_poles(*poles)
    make_poles((2024, "100"), layout="road")
    race = make_race(2024, 1, margin="0.001", average_speed=average and Decimal(average))
    race.refresh_from_db()
    found = distance_of(race)
    assert (found and found.exactly) == said


def test_distance_at_its_own_pole_speed():
    """The race's own pole speed comes first; without a margin in seconds there is no distance."""
    make_poles((2024, "180"))
    race = make_race(2024, 1, margin="0.712")
    make_result(race, LARSON, 1, session="qualifying", lap_speed=Decimal("183.73"))
    race.refresh_from_db()
    assert distance_of(race).exactly == "191.9 feet at 183.730 mph, its own pole speed"
    assert distance_of(race).in_words == "about 192 feet"
    for fields in ({"margin_kind": "caution"}, {"margin_kind": "laps", "margin": "2"}, {"margin": "0"}, {}):
        other = make_race(2025, 1, **fields)
        other.refresh_from_db()
        assert distance_of(other) is None
        other.delete()
