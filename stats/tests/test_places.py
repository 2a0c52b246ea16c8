"""The places on a driver's page are those of the boards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from drivers.models import Driver
from races.as_of import AsOf
from races.models import Series
from races.statistics import STATISTICS
from stats.boards.leaderboards import leaderboard
from stats.boards.places import RANKED, CareerBoards
from stats.careers.profile import CAREER
from stats.milestones.watch import HIGHEST, near, near_of, watch
from stats.scope import Scope

pytestmark = pytest.mark.django_db


def ordinals(rank: str) -> str:
    """“T2nd” as a board writes it, “T2”."""
    return rank.rstrip("stndrh").replace(",", "")


@pytest.mark.parametrize("day", [None, "2023-09-30"])
def test_places_are_those_of_the_boards(day):
    """Of everybody who is active, and of others from first to last of each board."""
    scope = Scope(series=Series.objects.first(), as_of=AsOf.on(date.fromisoformat(day)) if day else None)
    boards = CareerBoards.of(scope, most=HIGHEST)
    whole = {each: leaderboard(each, scope).rows for each in RANKED}
    asked = {each.pk for rows in whole.values() for each in (*rows.ranked[::70], *rows.ranked[:3], *rows.ranked[-2:])}
    asked |= boards.active | {Driver.objects.filter(career_totals=None).first().pk}
    found = {pk: boards.places(pk) for pk in asked}
    for statistic, rows in whole.items():
        places = {pk: place for pk in asked if (place := found[pk].get(statistic.key))}
        ranks = {row.who.pk: row.rank for row in rows if row.who.pk in asked}
        active = {row.who.pk: row.rank for row in leaderboard(statistic, scope, active=True).rows}
        assert {pk: ordinals(place.rank) for pk, place in places.items()} == ranks
        assert {pk: ordinals(place.active_rank) for pk, place in places.items() if place.active_rank} == active


def test_a_place_leads_to_its_board(client):
    boards = CareerBoards.of(Scope(series=Series.objects.first()), most=HIGHEST)
    larson = Driver.objects.get(slug="kyle-larson")
    place = boards.places(larson.pk)["laps_led"]
    for url, rank in ((place.url, place.rank), (place.active_url, place.active_rank)):
        rows = client.get(f"{url}&format=json").json()["rows"]
        assert [row["rank"] for row in rows if row["driver"] == str(larson)] == [ordinals(rank)]


def test_every_figure_of_a_career_is_ranked():
    assert set(RANKED) == set(CAREER)


@pytest.mark.parametrize("day", [None, "2023-09-30"])
def test_what_is_next_is_what_the_watch_says(day):
    """Of everybody active, the lowest places of the board among them."""
    scope = Scope(series=Series.objects.first(), as_of=AsOf.on(date.fromisoformat(day)) if day else None)
    boards = CareerBoards.of(scope, most=HIGHEST)
    of_watch = [replace(each, race=None) for each in watch(scope).rows if each.is_near]
    drivers = Driver.objects.in_bulk(boards.active)
    for pk, driver in drivers.items():
        mine = [each for each in of_watch if each.driver == driver]
        assert near_of(driver, boards, boards.places(pk)) == mine
    assert STATISTICS["average_finish"] not in {each.statistic for each in of_watch}
    assert len({each.driver for each in of_watch}) >= 3


def test_what_is_near_anybody_is_what_the_watch_says():
    scope = Scope(series=Series.objects.first())
    of_watch = [replace(each, race=None) for each in watch(scope).rows if each.is_near]
    assert near(CareerBoards.of(scope, most=HIGHEST)) == of_watch
