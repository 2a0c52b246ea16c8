"""The queries of every page of the admin: few, and as many for long pages as for short ones."""

from datetime import date
from types import ModuleType

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User

from drivers.models import Driver, DriverAlias, Team, TeamName
from races.admin.state import health
from races.derived import refresh
from races.derived.refresh import deferred
from races.models import (
    Champion,
    Era,
    FinalPlace,
    GivenTotals,
    PlayOffRound,
    Race,
    Season,
    Series,
    SeriesName,
    Track,
    TrackLayout,
    TrackName,
)
from testing.books import book_models
from testing.editing import boxes, page
from testing.makers import make_driver, make_race, make_source
from testing.queries import counted_queries
from testing.roles import KEPT_BY_THE_COMPUTER, as_role, example

MODELS = [*book_models(), User, Group]
MOST_QUERIES = 40
MOST_AFTER_A_SAVE = 60
"""What follows a save, whatever it changed: the derived rows made right, and the race looked at again."""


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_page_takes_few_queries(client, db, monkeypatch, model):
    """Of a new row, and of a row its page, its history and the question whether to delete it, and others like it. Of
    lists and searches it is told where they are compared with longer ones."""
    monkeypatch.setattr(admin.site, "get_app_list", lambda request, app_label=None: [])
    superuser = as_role(client, "superuser")
    Group.objects.create(name="Stewards")
    row = example(model) or model.objects.last()
    asked = {what: page(what, model, row.pk) for what in ("change", "history", "delete")}
    asked["add"] = page("add", model)
    found = {}
    for what, address in asked.items():
        with counted_queries() as queries:
            status = superuser.get(address).status_code
        assert status == (403 if model in KEPT_BY_THE_COMPUTER and what in ("add", "delete") else 200), what
        found[what] = len(queries)
    if model not in KEPT_BY_THE_COMPUTER:
        keys = [str(key) for key in model.objects.values_list("pk", flat=True)[:20]]
        with counted_queries() as queries:
            chosen = {"action": "delete_selected", "_selected_action": keys}
            assert superuser.post(page("changelist", model), chosen).status_code == 200
        found["delete selected"] = len(queries)
    assert {what: count for what, count in found.items() if count > MOST_QUERIES} == {}


def make_book() -> None:
    make_race(2025, 12)


def with_rows(first: int, last: int) -> None:
    """Give one driver, team, track, series and season so many rows in each list of their pages."""
    driver, source = make_driver(), make_source()
    track, season, series = Track.objects.get(), Season.objects.get(year=2025), Series.objects.get()
    team, _ = Team.objects.get_or_create(name="RFK Racing", slug="rfk-racing")
    for number in range(first, last):
        year = 1950 + number
        DriverAlias.objects.create(driver=driver, alias=f"source:{number}")
        given = {"series": series, "season": Season.objects.create(series=series, year=year)}
        GivenTotals.objects.create(
            driver=driver, **given, through_season=year, through_round=9, starts=1, source=source
        )
        TeamName.objects.create(team=team, name=f"Team {number}", first_day=date(year, 1, 1), last_day=date(year, 2, 1))
        TrackName.objects.create(track=track, name=f"Track {number}")
        TrackLayout.objects.create(track=track, name="Oval", slug=f"oval-{number}", length=number + 1)
        SeriesName.objects.create(series=series, name=f"Cup {number}", first_season=year, last_season=year)
        Era.objects.create(series=series, name=f"Era {number}", slug=f"era-{number}", starts=date(year, 1, 1))
        FinalPlace.objects.create(
            season=season, driver=make_driver(f"Driver {number}"), place=number + 1, source=source
        )
        PlayOffRound.objects.create(
            season=season, number=number + 1, first_race=number + 1, last_race=number + 1, drivers=4, source=source
        )
    Champion.objects.get_or_create(season=season, driver=driver, source=source)


@pytest.mark.parametrize("role", ["publisher", "viewer"])
def test_pages_with_many_rows_take_no_query_for_each(client, small_book, role):
    reader = as_role(client, role)
    with deferred():
        with_rows(0, 2)
    rows = [*(Driver.objects.get(slug=make_driver().slug), Team.objects.get(), Track.objects.get())]
    rows += [Series.objects.get(), Season.objects.get(year=2025)]

    def queries() -> dict[str, int]:
        found = {}
        for row in rows:
            with counted_queries() as asked:
                assert reader.get(page("change", type(row), row.pk)).status_code == 200
            found[type(row).__name__] = len(asked)
        return found

    queries()
    few = queries()
    with deferred():
        with_rows(2, 12)
    assert queries() == few
    assert max(few.values()) <= 15


@pytest.mark.parametrize("saved", ["results", "race"])
def test_a_save_takes_few_queries(client, db, monkeypatch, saved):
    """Of its own, and for what follows it; every result is changed."""
    race = Race.objects.get(season__year=2025, round=12)
    row = race if saved == "race" else race.sessions.get(kind="race")
    editor = as_role(client, "superuser")
    data = boxes(editor.get(page("change", type(row), row.pk)))
    changed = "cautions" if saved == "race" else "-laps_led"
    data |= {name: str(int(value or 0) + 1) for name, value in data.items() if name.endswith(changed)}
    with counted_queries() as queries:
        following = counted_apart(monkeypatch, queries, [(refresh, "refresh"), (health, "look_again")])
        assert editor.post(page("change", type(row), row.pk), data).status_code == 302
    assert len(following) <= MOST_AFTER_A_SAVE
    assert len(queries) - len(following) <= MOST_QUERIES


def counted_apart(monkeypatch, queries: list[str], functions: list[tuple[ModuleType, str]]) -> list[str]:
    """Of the queries, those that these functions will ask."""
    apart: list[str] = []

    def noting(function):
        def asking(*args, **kwargs):
            before = len(queries)
            try:
                return function(*args, **kwargs)
            finally:
                apart.extend(queries[before:])

        return asking

    for module, name in functions:
        monkeypatch.setattr(module, name, noting(getattr(module, name)))
    return apart
