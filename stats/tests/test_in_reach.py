"""Who is next to reach a milestone, and what is near by driver."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

import pytest

from drivers.models import Driver
from races.as_of import AsOf
from races.derived.refresh import deferred
from races.models import Series
from races.statistics import STATISTICS
from stats.figures.figure import Figure
from stats.milestones.by_driver import by_driver
from stats.milestones.clubs import club, milestone_at, neighbours
from stats.milestones.watch import Target, Watched, next_in, watch
from stats.scope import Scope
from testing.makers import (
    HAMLIN,
    LARSON,
    PETTY,
    make_given,
    make_milestone,
    make_race,
    make_result,
    make_season,
    make_series,
)
from testing.reading import Page

pytestmark = pytest.mark.django_db


def make_wins(winners: str) -> None:
    """Races of 2024, a day after another, of Larson and Hamlin alone; Petty has won before and no longer races."""
    season = make_season(2024)
    season.rounds = len(winners)
    with deferred():
        season.save()
        make_given(PETTY, (2000, 0), starts=5, wins=4)
        for round_, winner in enumerate(winners, start=1):
            race = make_race(2024, round_, date=date(2024, 3, round_), field_size=2)
            make_result(race, LARSON, 1 if winner == "L" else 2)
            make_result(race, HAMLIN, 2 if winner == "L" else 1)


@pytest.mark.parametrize(
    ("threshold", "as_of", "expected"),
    [
        (5, None, [(LARSON, 4, 1, 2), (HAMLIN, 2, 3, 9)]),
        (4, None, [(HAMLIN, 2, 2, 6)]),
        (2, None, []),
        # Three starts make no pace.
        (5, 3, [(LARSON, 2, 3, None), (HAMLIN, 1, 4, None)]),
        (2, 3, [(HAMLIN, 1, 1, None)]),
        # Who has none is not on the way.
        (2, 1, [(LARSON, 1, 1, None)]),
    ],
)
def test_who_is_next(empty_book, threshold, as_of, expected):
    """The active below the mark, whoever has the fewest to go first."""
    make_wins("LHLLHL")
    scope = Scope(series=make_series(), as_of=as_of and AsOf(date(2024, 3, as_of), f"2024-03-0{as_of}"))
    found = next_in(club(make_milestone("wins", threshold), scope), most=9)
    assert [(str(row.driver), row.total.value, row.to_go, row.races_away) for row in found] == expected


def test_who_may_have_more_has_at_most_so_far_to_go(client, empty_book):
    """Larson had three poles before these races, whose poles are not known; of Hamlin nothing is."""
    make_wins("LHLLHL")
    make_given(LARSON, (2023, 0), starts=9, poles=3)
    found = next_in(club(make_milestone("poles", 5), Scope(series=make_series())), most=9)
    assert [(str(row.driver), str(row.total), row.to_go) for row in found] == [(LARSON, "3+", 2)]
    page = Page(client.get("/milestones/cup-poles-5/").content.decode())
    assert "up to 2 poles away" in page.text
    assert [row[:3] for row in page.tables[-1].rows] == [[LARSON, "3+", "up to 2"]]


def test_only_so_many(empty_book):
    make_wins("LHLLHL")
    found = next_in(club(make_milestone("starts", 9), Scope(series=make_series())), most=1)
    assert [str(row.driver) for row in found] == [HAMLIN]


def test_a_club_leads_to_its_neighbours_and_to_who_is_next(client, empty_book):
    """Of the same statistic and series, the next lower and the next higher; of the last there is none."""
    make_wins("LHLLHL")
    for statistic, number, series in (
        ("wins", 1, "cup"),
        ("wins", 3, "cup"),
        ("wins", 5, "cup"),
        ("starts", 4, "cup"),
        ("wins", 4, "trucks"),
    ):
        make_milestone(statistic, number, series)
    low, middle, high = (milestone_at(f"cup-wins-{number}") for number in (1, 3, 5))
    assert (neighbours(low), neighbours(middle), neighbours(high)) == ((None, middle), (low, high), (middle, None))
    page = Page(client.get("/milestones/cup-wins-3/").content.decode())
    assert {link["href"]: link["rel"] for link in page.links if link.get("rel") in ("prev", "next")} == {
        "/milestones/cup-wins-1/": "prev",
        "/milestones/cup-wins-5/": "next",
    }
    assert "1 win away, about 3 races at this pace." in page.text
    (row,) = client.get("/milestones/cup-wins-3/?format=json").json()["tables"]["next"]["rows"]
    assert (row["driver"], row["total"], row["total_exact"], row["to_go"], row["races_away"]) == (HAMLIN, 2, True, 1, 3)
    assert row["total_url"] == "/drivers/denny-hamlin/races/?series=cup&stat=wins"


def test_who_is_next_as_the_watch_has_it():
    """Whoever is on the watch for a round number is next in its club, with the same total, distance and pace."""
    scope = Scope(series=Series.objects.first())
    on_watch = defaultdict(list)
    for row in watch(scope).rows:
        if row.target.url.startswith("/milestones/"):
            on_watch[row.target.url].append(replace(row, race=None))
    for url, rows in list(on_watch.items())[:12]:
        found = next_in(club(milestone_at(url.split("/")[2]), scope), most=999)
        assert all(row in found for row in rows), url
    assert len(on_watch) > 12


def watched(name: str, key: str, to_go: int, exact: bool = True) -> Watched:
    driver = Driver(pk=hash(name), name=name, slug=name.lower())
    return Watched(driver, STATISTICS[key], Figure(10), Target(10 + to_go, "", "", exact), None, "")


def test_by_driver():
    """Wins come before starts, and what may be higher last, however near it is; the rows keep their order else."""
    rows = [
        watched("A", "starts", 1),
        watched("B", "wins", 1, exact=False),
        watched("B", "top_tens", 2),
        watched("A", "wins", 3),
        watched("B", "top_tens", 4),
        watched("C", "wins", 5),
    ]
    found = [
        (each.driver.name, [(row.statistic.key, row.to_go) for row in (each.first, *each.others)])
        for each in by_driver(rows)
    ]
    assert found == [
        ("A", [("wins", 3), ("starts", 1)]),
        ("C", [("wins", 5)]),
        ("B", [("top_tens", 2), ("top_tens", 4), ("wins", 1)]),
    ]
