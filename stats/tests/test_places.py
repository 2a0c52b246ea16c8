"""The places on a driver's page are those of the boards."""

from __future__ import annotations

from datetime import date

import pytest

from drivers.models import Driver
from races.as_of import AsOf
from races.models import Series
from races.statistics import STATISTICS
from stats.boards.leaderboards import leaderboard
from stats.boards.places import RANKED, boards_of_careers, places
from stats.careers.profile import CAREER
from stats.milestones.watch import HIGHEST, next_of, watch
from stats.scope import Scope

pytestmark = pytest.mark.django_db


def ordinals(rank: str) -> str:
    """“T2nd” as a board writes it, “T2”."""
    return rank.rstrip("stndrh").replace(",", "")


@pytest.mark.parametrize("day", [None, "2023-09-30"])
@pytest.mark.parametrize("statistic", RANKED, ids=lambda each: each.key)
def test_places_are_those_of_the_boards(statistic, day):
    scope = Scope(series=Series.objects.first(), as_of=AsOf.on(date.fromisoformat(day)) if day else None)
    boards = boards_of_careers(scope)
    ranks = {row.who.pk: row.rank for row in leaderboard(statistic, scope).rows}
    active = {row.who.pk: row.rank for row in leaderboard(statistic, scope, active=True).rows}
    found = {pk: places(boards, pk).get(statistic.key) for pk in Driver.objects.values_list("pk", flat=True)}
    assert {pk: ordinals(place.rank) for pk, place in found.items() if place} == ranks
    assert {pk: ordinals(place.active_rank) for pk, place in found.items() if place and place.active_rank} == active


def test_a_place_leads_to_its_board(client):
    boards = boards_of_careers(Scope(series=Series.objects.first()))
    larson = Driver.objects.get(slug="kyle-larson")
    place = places(boards, larson.pk)["laps_led"]
    for url, rank in ((place.url, place.rank), (place.active_url, place.active_rank)):
        rows = client.get(f"{url}&format=json").json()["rows"]
        assert [row["rank"] for row in rows if row["driver"] == str(larson)] == [ordinals(rank)]


def test_every_figure_of_a_career_is_ranked():
    assert set(RANKED) == set(CAREER)


def test_what_is_next_is_what_the_watch_says():
    scope = Scope(series=Series.objects.first())
    boards = [each for each in boards_of_careers(scope, HIGHEST) if not each.statistic.is_rate]
    larson = Driver.objects.get(slug="kyle-larson")
    mine = [each for each in watch(scope).rows if each.driver == larson and each.is_near]
    found = next_of(larson, boards, scope, 3)
    assert len(found) == 3
    assert [(each.watch, each.races_away) for each in found] == [(each.watch, each.races_away) for each in mine[:3]]
    assert next_of(Driver.objects.get(slug="richard-petty"), boards, scope, 3) == []
    assert STATISTICS["average_finish"] not in {each.statistic for each in found}
