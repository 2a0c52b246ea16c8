"""What races are called: by the press, and at the head of their own pages."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from races.models import Event, Race, Season, Track, TrackLayout


def called(name: str, year: int, nth: int | None, day: date | None, **fields) -> Race:
    layout = TrackLayout(track=Track(name=f"{name} Speedway", short_name=name))
    return Race(season=Season(year=year), layout=layout, nth_at_track=nth, date=day, name="AdventHealth 400", **fields)


@pytest.mark.parametrize(
    ("race", "label", "full_label"),
    [
        pytest.param(
            called("Talladega", 2011, 1, date(2011, 4, 17)), "2011 Talladega I", "2011 Talladega I, spring", id="spring"
        ),
        pytest.param(
            called("Talladega", 2011, 2, date(2011, 10, 23)), "2011 Talladega II", "2011 Talladega II, fall", id="fall"
        ),
        pytest.param(called("Dover", 2014, 1, date(2014, 6, 1)), "2014 Dover I", "2014 Dover I, spring", id="in June"),
        pytest.param(
            called("Pocono", 2014, 2, date(2014, 8, 3)), "2014 Pocono II", "2014 Pocono II, summer", id="summer"
        ),
        pytest.param(
            called("Richmond", 2014, 2, date(2014, 9, 6)), "2014 Richmond II", "2014 Richmond II, fall", id="September"
        ),
        pytest.param(
            called("Riverside", 1979, 1, date(1979, 1, 14)), "1979 Riverside I", "1979 Riverside I, winter", id="winter"
        ),
        pytest.param(called("Talladega", 2011, 2, None), "2011 Talladega II", "2011 Talladega II", id="no date"),
        pytest.param(
            called("Chicago", 2023, None, date(2023, 7, 2)), "2023 Chicago", "2023 Chicago", id="the only one"
        ),
        pytest.param(
            called("Darlington", 2023, 2, date(2023, 9, 3), event=Event(name="Southern 500", crown_jewel=True)),
            "2023 Southern 500",
            "2023 Southern 500",
            id="a crown jewel",
        ),
        pytest.param(
            called("Daytona", 2024, 1, date(2024, 2, 15), kind=Race.Kind.QUALIFYING, slug="duel-1"),
            "2024 AdventHealth 400",
            "2024 AdventHealth 400",
            id="no points race",
        ),
    ],
)
def test_label(race, label, full_label):
    assert (race.label, race.full_label) == (label, full_label)


def layouts_called_alike() -> set[str]:
    called = Counter(map(str, TrackLayout.objects.select_related("track").with_seasons()))
    return {label for label, count in called.items() if count > 1}


def test_layouts_are_told_apart(db):
    """Where one is chosen, no two of the demo's are called alike."""
    assert layouts_called_alike() == set()
    roval = TrackLayout.objects.with_seasons().get(track__slug="charlotte", slug="roval")
    assert str(roval).startswith("Charlotte, Roval, 2.")


def test_all_layouts_of_the_history_are_told_apart(full_book):
    assert layouts_called_alike() == set()


@pytest.mark.parametrize(
    ("known", "label"),
    [
        ({"length": Decimal("1.3660"), "first_season": 1970}, "Darlington, Oval, 1.366 miles, 1970–"),
        ({"length": Decimal("1.2500"), "last_season": 1952}, "Darlington, Oval, 1.25 miles, –1952"),
        ({"first_season": 1953, "last_season": 1969}, "Darlington, Oval, 1953–1969"),
        ({}, "Darlington, Oval"),
    ],
)
def test_a_layout_is_called_by_what_tells_it_from_others(known, label):
    assert str(TrackLayout(track=Track(short_name="Darlington"), name="Oval", **known)) == label
