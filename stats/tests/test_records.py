"""The records of a track, each with the one it replaced, and margins made visible as distances."""

import itertools
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from races.as_of import AsOf
from races.derived.refresh import deferred
from stats.completeness import completeness
from stats.race.margins import distance_of
from stats.scope import Scope
from stats.tracks.lineage import Record, RecordFigure, holders_in_turn, lineage, running_totals
from stats.tracks.records import PREVIOUS, TrackBook, track_book
from testing.makers import (
    BLANEY,
    BUESCHER,
    BYRON,
    HAMLIN,
    HARVICK,
    LARSON,
    PETTY,
    make_entry,
    make_layout,
    make_race,
    make_result,
    make_ruling,
    make_track,
)

needs_the_book = pytest.mark.usefixtures("empty_book")


def marks(text: str) -> list[RecordFigure]:
    """“A3 B5, A4”: races with a comma between them, in each of them drivers with their figures."""
    return [
        RecordFigure(int(mark[1:]), mark[0], race)
        for race, of_race in enumerate(text.split(","), start=1)
        for mark in of_race.split()
    ]


def in_words(records: list[Record]) -> str:
    """“5 B1 C3, 9 A4”: each record with who set it in which race."""
    return ", ".join(
        " ".join([str(record.value), *(f"{mark.holder}{mark.race}" for mark in record.marks)]) for record in records
    )


@pytest.mark.parametrize(
    ("of_races", "best", "expected"),
    [
        ("", max, ""),
        ("A100, A197, B150, B221", max, "100 A1, 197 A2, 221 B4"),
        ("A100, B100, A99", max, "100 A1 B2"),
        ("A5 B7 C7, C6, D8", max, "7 B1 C1, 8 D3"),
        ("A5 B7, B6 A9 C8", max, "7 B1, 9 A2"),
        ("A5, A5, A6", max, "5 A1 A2, 6 A3"),
        ("A5, B3 C4, D3, E9", min, "5 A1, 3 B2 D3"),
    ],
)
def test_lineage(of_races, best, expected):
    """Each mark that was the best when it was set; of one race only the best, and equals share."""
    assert in_words(lineage(marks(of_races), best)) == expected


@pytest.mark.parametrize(
    ("of_races", "expected"),
    [
        ("A1, A1, A1", "3 A1"),
        ("A1, B1, B1", "1 A1 B2, 2 B3"),
        ("A1, A1, B1, B1, A1, A1", "4 A1"),
        ("A1, B1, B1, A1, A1, B1", "1 A1 B2, 2 B3 A4, 3 A5 B6"),
        ("A10, B4, B4, B4, A1, B9", "10 A1, 21 B4"),
        ("A1, B1, C1", "1 A1 B2 C3"),
    ],
)
def test_reigns(of_races, expected):
    """Who passed whom, in which race, and how far the record went from there."""
    assert in_words(holders_in_turn(lineage(running_totals(marks(of_races))))) == expected


RACES = st.lists(st.dictionaries(st.sampled_from("ABCD"), st.integers(1, 9), min_size=1), max_size=30)


@given(RACES)
def test_lineage_ends_with_the_best(races):
    """Records only get better, and the last is the best there is, with everybody who has it."""
    given_marks = [RecordFigure(value, holder, n) for n, race in enumerate(races) for holder, value in race.items()]
    totals = list(running_totals(given_marks))
    for found in (lineage(given_marks), lineage(totals), holders_in_turn(lineage(totals))):
        values = [record.value for record in found]
        assert values == sorted(set(values))
    for all_marks in (given_marks, totals):
        top = max((mark.value for mark in all_marks), default=None)
        last = lineage(all_marks)[-1:]
        assert [record.value for record in last] == ([] if top is None else [top])
        assert [set(record.marks) for record in last] == ([{m for m in all_marks if m.value == top}] if last else [])
    takers = [record.marks[0].holder for record in holders_in_turn(lineage(totals))]
    assert all(one != next_one for one, next_one in itertools.pairwise(takers))


@deferred()
def make_winner(year: int, winner: str, laps_led: int | None = None, pole: str = "", **fields):
    """The winner's race; where he led laps, he led them all."""
    laps = laps_led or 300
    race = make_race(year, 1, date=date(year, 5, 1), laps=laps, **fields)
    make_result(race, winner, 1, laps=laps, laps_led=laps_led)
    if pole:
        race.pole = make_entry(race, pole)
        race.save()
    return race


def book(**scope) -> TrackBook:
    scope = Scope(track=make_track(), **scope)
    return track_book(scope, completeness(scope))


def told_rows(rows) -> dict[str, list[tuple]]:
    """By record: its rows; one of a previous record belongs to the record above it."""
    found: dict[str, list[tuple]] = {}
    for row in rows:
        label = row.record if row.record != PREVIOUS else f"{next(reversed(found)).removesuffix(' before')} before"
        found.setdefault(label, []).append((row.value, row.holder, row.race and row.race.label))
    return found


def records(**scope) -> dict[str, list[tuple]]:
    return told_rows(book(**scope).records)


@needs_the_book
def test_tally_keeps_ties():
    """Most first; the same number shares a rank, in the order of the names; and each leads to its races."""
    with deferred():
        for year, winner in enumerate((LARSON, HAMLIN, LARSON, BYRON, PETTY, PETTY, PETTY), start=2001):
            make_winner(year, winner)
    winners = book().winners
    found = [(each.rank, str(each.driver), str(each.count)) for each in winners]
    assert found == [("1", PETTY, "3"), ("2", LARSON, "2"), ("T3", HAMLIN, "1"), ("T3", BYRON, "1")]
    assert winners[0].evidence == "/drivers/richard-petty/races/?track=kansas&stat=wins"


@needs_the_book
def test_most_wins_and_poles_name_all_who_share_them():
    """A record that two share is held by both, each since the race that gave them the share."""
    with deferred():
        for year, winner in enumerate((LARSON, HAMLIN, LARSON, HAMLIN, BYRON), start=2001):
            make_winner(year, winner, pole=winner)
        make_winner(2010, PETTY, layout=make_layout("Bristol"))
    shared = [("2", LARSON, "2001 Kansas"), ("2", HAMLIN, "2004 Kansas")]
    found = records()
    assert (found["Most wins"], found["Most poles"]) == (shared, shared)
    assert "Most top fives" not in found  # Of no race the second is known.


@needs_the_book
def test_many_who_share_are_counted():
    """A record that four share names none of them, and no race."""
    with deferred():
        for year, winner in enumerate((LARSON, HAMLIN, BYRON, PETTY), start=2001):
            make_winner(year, winner)
    assert records()["Most wins"] == [("1", "4 drivers", None)]
    make_winner(2005, PETTY)
    assert records()["Most wins"] == [("2", PETTY, "2005 Kansas")]
    assert records()["Most wins before"] == [("1", "4 drivers", None)]


@needs_the_book
def test_careers_pass_each_other():
    """Laps led at the track add up: who passed whom, in which race, and at what figure the record stood."""
    with deferred():
        for year, (winner, led) in enumerate(((LARSON, 100), (HAMLIN, 60), (HAMLIN, 90), (LARSON, 45)), start=2001):
            make_winner(year, winner, led, field_size=1)
    assert records()["Most laps led, career"] == [("150", HAMLIN, "2003 Kansas")]
    assert records()["Most laps led, career before"] == [("100", LARSON, "2001 Kansas")]
    make_winner(2005, LARSON, 6, field_size=1)
    assert records()["Most laps led, career"] == [("151", LARSON, "2005 Kansas")]
    fallen = told_rows(book().lineages)
    assert fallen["Most laps led, career"] == [
        ("151", LARSON, "2005 Kansas"),
        ("150", HAMLIN, "2003 Kansas"),
        ("100", LARSON, "2001 Kansas"),
    ]
    assert "Most starts" in records()
    assert "Most starts" not in fallen


@needs_the_book
def test_a_record_where_a_race_is_not_fully_known(client):
    """Where the laps led are known for one race of two, the record is at least so many; the page says of what."""
    with deferred():
        make_winner(2001, LARSON, 100, field_size=1)
        make_winner(2002, LARSON, None, field_size=1)
    found = records()
    assert found["Most laps led, career"] == [("100+", LARSON, "2001 Kansas")]
    assert found["Most laps led in a race"] == [("100+", LARSON, "2001 Kansas")]
    assert found["Most wins"] == [("2", LARSON, "2001 Kansas")]
    notes = client.get("/tracks/kansas/?format=json").json()["notes"]
    assert "Not known for every race, so the true record may be higher: poles and laps led." in notes


@needs_the_book
def test_record_before_a_ruling():
    """A record that a ruling took away stood until then."""
    with deferred():
        make_winner(2001, LARSON, 100)
        race = make_race(2002, 1, date=date(2002, 5, 1))
        result = make_result(race, HARVICK, 1, laps_led=120)
        make_result(race, BLANEY, 2, laps_led=110)
        make_ruling(race, date(2002, 5, 3), {result: ({"laps_led": 120}, {"laps_led": 0})})
    for day, expected in ((2, ("120+", HARVICK)), (3, ("110+", BLANEY))):
        as_of = AsOf(date(2002, 5, day), f"2002-05-0{day}")
        assert records(as_of=as_of)["Most laps led in a race"] == [(*expected, "2002 Kansas")]


@needs_the_book
@pytest.mark.parametrize(
    ("led", "as_of", "expected"),
    [
        ([100, 197, 150, 221], None, [["221 2004"], ["197 2002"]]),
        ([100, 197, 150, 221], "2003-12-31", [["197 2002"], ["100 2001"]]),
        ([150, 150, 149], None, [["150 2001", "150 2002"], []]),
        ([149, 150, 150], None, [["150 2002", "150 2003"], ["149 2001"]]),
        ([None, 0, 7], None, [["7+ 2003"], []]),
        ([None, 0], None, [[], []]),
    ],
)
def test_most_laps_led(led, as_of, expected):
    """The record, shared or not, and the one it replaced, as of the day that is asked for."""
    with deferred():
        for year, laps_led in enumerate(led, start=2001):
            make_winner(year, LARSON, laps_led)
    found = records(as_of=as_of and AsOf(date.fromisoformat(as_of), as_of))
    for name, wanted in zip(("Most laps led in a race", "Most laps led in a race before"), expected):
        assert [f"{value} {label}" for value, _, label in found.get(name, [])] == [f"{each} Kansas" for each in wanted]


@needs_the_book
def test_closest_finish():
    """The smallest margin in seconds; a margin in laps or lengths is none."""
    with deferred():
        make_winner(2001, LARSON, margin="0.500")
        make_winner(2002, BYRON, margin="0.012")
        make_winner(2003, HAMLIN, margin="0.001", margin_kind="laps")
    assert records()["Closest finish"] == [(".012 s", BYRON, "2002 Kansas")]
    assert records()["Closest finish before"] == [(".500 s", LARSON, "2001 Kansas")]
    make_winner(2004, BYRON)
    assert "Closest finish" not in records()  # It may have been that one, of which the margin is not known.


@needs_the_book
def test_fastest_of_each_layout():
    """Speeds on two layouts do not compare: each has its own record, in qualifying and in races."""
    oval, road = make_layout(), make_layout("Kansas", "road", type="road-course", length=Decimal("2.5"))
    with deferred():
        for year, layout, speed in ((2001, oval, "180.5"), (2002, oval, "183.73"), (2003, road, "95.25")):
            race = make_winner(year, LARSON, layout=layout, average_speed=Decimal(speed) - 50)
            make_result(race, BUESCHER, 1, session="qualifying", lap_speed=Decimal(speed))
            make_result(race, BYRON, 2, session="qualifying")
    found = records()
    assert found["Fastest qualifying lap, oval"] == [("183.730 mph", BUESCHER, "2002 Kansas")]
    assert found["Fastest qualifying lap, oval before"] == [("180.500 mph", BUESCHER, "2001 Kansas")]
    assert found["Fastest qualifying lap, road"] == [("95.250 mph", BUESCHER, "2003 Kansas")]
    assert found["Fastest race, average speed, oval"] == [("133.730 mph", LARSON, "2002 Kansas")]
    assert found["Fastest race, average speed, road"] == [("45.250 mph", LARSON, "2003 Kansas")]


@needs_the_book
def test_layouts_of_one_name_are_told_apart():
    """A track made longer has two ovals, and the faster race on the one does not share the record of the other."""
    with deferred():
        for year, slug, length, speed in (
            (1969, "oval-0-5", "0.5", "81.455"),
            (2024, "oval-0-533", "0.533", "101.277"),
        ):
            layout = make_layout("Kansas", slug, name="Oval", length=Decimal(length))
            make_winner(year, LARSON, layout=layout, average_speed=Decimal(speed))
    found = records()
    assert found["Fastest race, average speed, oval of 0.5 miles"] == [("81.455 mph", LARSON, "1969 Kansas")]
    assert found["Fastest race, average speed, oval of 0.533 miles"] == [("101.277 mph", LARSON, "2024 Kansas")]


@needs_the_book
def test_a_lap_record_is_of_any_round_but_of_no_disallowed_lap_and_no_cancelled_session():
    with deferred():
        race = make_winner(2001, LARSON)
        make_result(race, LARSON, 1, session="qualifying", lap_speed=Decimal(180))
        make_result(race, BYRON, 1, session="qualifying-2", lap_speed=Decimal(182))
        make_result(race, BUESCHER, session="qualifying-2", lap_speed=Decimal(184), disqualified=True)
        cancelled = make_result(race, HAMLIN, 1, session="qualifying-3", lap_speed=Decimal(186)).session
        cancelled.cancelled = True
        cancelled.save()
    assert records()["Fastest qualifying lap, oval"] == [("182.000 mph", BYRON, "2001 Kansas")]


@deferred()
def make_poles(*of_years: tuple[int, str], layout="oval") -> None:
    for year, speed in of_years:
        race = make_race(year, 9 if layout == "oval" else 10, layout=make_layout("Kansas", layout))
        make_result(race, LARSON, 1, session="qualifying", lap_speed=Decimal(speed))
        make_result(race, BYRON, 2, session="qualifying", lap_speed=Decimal(200))


@needs_the_book
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
    with deferred():
        make_poles(*poles)
        make_poles((2024, "100"), layout="road")
        race = make_race(2024, 1, margin="0.001", average_speed=average and Decimal(average))
    race.refresh_from_db()
    found = distance_of(race)
    assert (found and found.exactly) == said


@needs_the_book
def test_distance_at_its_own_pole_speed():
    """The race's own pole speed comes first; without a margin in seconds there is no distance."""
    with deferred():
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


@needs_the_book
def test_distance_is_of_no_round_and_of_no_cancelled_qualifying():
    """The pole speed is that of qualifying as a whole, which alone counts between two drivers, too."""
    with deferred():
        race = make_race(2024, 1, margin="0.712", average_speed=Decimal(100))
        make_result(race, LARSON, 1, session="qualifying-2", lap_speed=Decimal(190))
        cancelled = make_result(make_race(2023, 1), LARSON, 1, session="qualifying", lap_speed=Decimal(180)).session
        cancelled.cancelled = True
        cancelled.save()
    race.refresh_from_db()
    assert distance_of(race).exactly.endswith("100.000 mph, its average speed")
