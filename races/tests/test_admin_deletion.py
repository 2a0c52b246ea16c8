"""Deletion in the admin: what goes is counted as Django counts it, in a few queries, and what is in use stays."""

from datetime import date

import pytest
from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.contrib.auth.models import Group, Permission, User

from drivers.models import Driver, Manufacturer, Team
from races.admin.kit.deletion import what_goes
from races.derived.refresh import deferred
from races.models import Entry, Race, Result, Season, Series, StatLine, Track
from testing.books import book_models
from testing.editing import page
from testing.makers import HAMLIN, LARSON, make_race, make_result, make_ruling
from testing.queries import counted_queries
from testing.roles import KEPT_BY_THE_COMPUTER, as_role, example

MODELS = [*book_models(), User, Group]
MOST_QUERIES = 40


@deferred()
def make_book() -> None:
    """Kansas with two cars, their results, and a ruling on one of them."""
    race = make_race(2025, 12, laps=267, field_size=2, date=date(2025, 5, 11))
    make_result(race, LARSON, 1, number="5", team="Hendrick Motorsports", manufacturer="Chevrolet", laps=267)
    second = make_result(race, HAMLIN, 2, number="11", laps=267)
    make_ruling(race, date(2025, 5, 13), {second: ({"points": 40}, {"points": -20})})


@pytest.fixture
def race(small_book) -> Race:
    return Race.objects.get()


def as_django_counts(row) -> tuple[dict[str, int], set[type]]:
    """What would go, and the models of what forbids it, by reading each row."""
    collector = NestedObjects(using="default")
    collector.collect([row])
    went = {model: len(rows) for model, rows in collector.model_objs.items() if not model._meta.auto_created}
    return {str(model._meta.verbose_name_plural): count for model, count in went.items()}, {
        type(each) for each in collector.protected
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_goes_is_counted_as_django_counts_it(db, rf, model):
    User.objects.create_superuser("root")
    Group.objects.create(name="Stewards")
    request = rf.get("/")
    request.user = User.objects.get(username="root")
    row = example(model) or model.objects.last()
    found = what_goes([row], request, admin.site, KEPT_BY_THE_COMPUTER)
    counts, forbidding = as_django_counts(row)
    assert bool(found.protected) == bool(forbidding)
    assert found.counts == ({} if forbidding else counts)


def asked(client, row) -> tuple[str, int]:
    """The page that asks whether to delete a row, and the number of its queries."""
    with counted_queries() as queries:
        response = client.get(page("delete", type(row), row.pk))
    assert response.status_code == 200
    return response.content.decode(), len(queries)


def test_a_deletion_shows_counts_and_the_first_rows(client, race):
    editor = as_role(client, "publisher")
    _, few = asked(editor, race)
    with deferred():
        for place in range(3, 41):
            make_result(race, f"Driver {place}", place, number=str(100 + place))
    html, many = asked(editor, race)
    assert many <= few <= MOST_QUERIES  # Rows are read until twenty are named.
    assert [f"<li>{said}</li>" in html for said in ("Entries: 40", "Results: 40", "Stat lines: 41")] == [True] * 3
    shown = html.partition('id="deleted-objects"')[2].partition("</form>")[0]
    assert (shown.count("<a href="), shown.count("Stat line")) == (20 + 1, 0)  # And the way back.
    assert "… and 64 more" in shown
    Race.objects.get(pk=race.pk).delete()
    assert (Entry.objects.count(), Result.objects.count(), StatLine.objects.count()) == (0, 0, 0)


def test_what_is_in_use_is_not_deleted(client, race):
    editor = as_role(client, "publisher")
    for row, said in (
        (Driver.objects.get(name=LARSON), "1 entry</a>"),
        (Team.objects.get(name="Hendrick Motorsports"), "1 entry</a>"),
        (Track.objects.get(), "1 race"),
        (Series.objects.get(), "1 race"),
        (Season.objects.get(), "1 race</a>"),
    ):
        html, _ = asked(editor, row)
        assert f"“{row}” cannot be deleted, for these rows name it:" in html
        assert said in html
        assert "Where only a name is wrong, change the name." in html
        assert editor.post(page("delete", type(row), row.pk), {"post": "yes"}).status_code == 200
        chosen = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        html = editor.post(page("changelist", type(row)), chosen).content.decode()
        assert "Where only a name is wrong, change the name." in html
        assert type(row).objects.filter(pk=row.pk).exists()


def test_the_way_to_the_rows_that_are_in_the_way(client, race):
    driver = Driver.objects.get(name=LARSON)
    editor = as_role(client, "publisher")
    html, _ = asked(editor, driver)
    listed = f"{page('changelist', Entry)}?driver__id__exact={driver.pk}"
    assert f'<a href="{listed}">1 entry</a>' in html
    assert [entry.driver for entry in editor.get(listed).context_data["cl"].queryset] == [driver]


def test_whoever_may_not_delete_all_that_goes_deletes_nothing(client, race):
    steward = User.objects.create_user("steward", is_staff=True)
    steward.user_permissions.set(
        Permission.objects.filter(codename__in=["delete_race", "view_race", "view_entry", "change_official_race"])
    )
    client.force_login(steward)
    html, _ = asked(client, race)
    lacking = html.partition('id="deleted-objects"')[2].partition("</ul>")[0]
    assert [f"<li>{name}</li>" in lacking for name in ("entry", "result", "ruling")] == [True] * 3
    assert "stat line" not in lacking
    assert client.post(page("delete", Race, race.pk), {"post": "yes", "why": "Why"}).status_code == 403
    assert Race.objects.exists()


def test_few_queries_on_the_whole_history(client, full_book):
    """Of the pages of rows with which most goes, and of one that shows many."""
    editor = as_role(client, "publisher")
    race = Race.objects.get(season__series__slug="cup", season__year=2025, round=13)
    rows = [
        *(race, race.season, race.season.series, race.layout, race.track),
        *(Manufacturer.objects.get(slug="chevrolet"), Team.objects.get(slug="hendrick-motorsports")),
        *(Driver.objects.get(slug="richard-petty"), race.sessions.get(kind="race"), race.entries.first()),
    ]
    found = {}
    for row in rows:
        for what in ("change", "history", "delete"):
            with counted_queries() as queries:
                assert editor.get(page(what, type(row), row.pk)).status_code == 200
            found[what, f"{type(row).__name__} {row}"] = len(queries)
    selected = [race.pk for race in Race.objects.filter(season=race.season)]
    with counted_queries() as queries:
        editor.post(page("changelist", Race), {"action": "delete_selected", "_selected_action": selected})
    found["delete", "a season's races"] = len(queries)
    assert {label: count for label, count in found.items() if count > MOST_QUERIES} == {}
