"""The front page of the admin: what waits, where to begin, and the tables as editors look for them."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from desk.tables import ORDER
from drivers.models import Driver
from races.models import (
    AcceptedWarning,
    Entry,
    ImportRun,
    ImportWarning,
    Race,
    RaceCheck,
    Result,
    Session,
    Track,
    TrackLayout,
)
from testing.editing import page, typed
from testing.makers import HAMLIN, LARSON, make_race, make_result, make_ruling
from testing.queries import counted_queries
from testing.roles import KEPT_BY_THE_COMPUTER, as_role
from testing.site import TODAY

INDEX = reverse("admin:index")


def make_book() -> None:
    """Kansas with two cars; Charlotte, which was run yesterday, and Nashville, which is to come."""
    race = make_race(2025, 12, laps=267, date=date(2025, 5, 11))
    second = make_result(race, HAMLIN, 2, number="11", laps=267)
    make_result(race, LARSON, 1, number="5", laps=267)
    make_ruling(race, date(2025, 5, 13), {second: ({"points": 40}, {"points": -20})})
    make_race(2025, 13, track="Charlotte", date=TODAY - timedelta(days=1), status="scheduled")
    make_race(2025, 14, track="Nashville", date=TODAY + timedelta(days=1), status="scheduled")
    make_race(2025, 15, track="Michigan", date=TODAY - timedelta(days=1), status="cancelled")


def waiting(client) -> dict[str, tuple[int, list[str], int]]:
    """Of each kind how many, the labels, and how many its list has."""
    response = client.get(INDEX)
    assert response.status_code == 200
    return {
        kind.key: (
            kind.count,
            [item.label for item in kind.newest],
            client.get(kind.all_url).context_data["cl"].result_count,
        )
        for kind in response.context_data["waiting"]
    }


def test_who_may_see_none_of_it_is_not_told_that_nothing_waits(client, small_book):
    assert "What waits" in as_role(client, "viewer").get(INDEX).content.decode()
    assert "What waits" not in as_role(client, "nobody").get(INDEX).content.decode()


def test_what_waits(client, small_book):
    editor = as_role(client, "editor")
    assert waiting(editor) == {"no-results": (1, ["2025 Charlotte"], 1)}
    Race.objects.filter(round=12).update(status="provisional")
    kansas = Race.objects.get(round=12)
    for code in ("laps-run", "positions"):
        RaceCheck.objects.create(race=kansas, code=code, message="position 3 is missing")
    AcceptedWarning.objects.create(
        race=kansas, code="positions", message="position 3 is missing", accepted_at="2025-05-12T00:00Z"
    )
    run = ImportRun.objects.create(
        file_name="/files/feed.json", file_hash="0" * 64, format="feed", started="2025-05-12T00:00Z"
    )
    for number in range(7):
        ImportWarning.objects.create(run=run, number=number, code="names", message="Nobody is called that")
    assert waiting(editor) == {
        "no-results": (1, ["2025 Charlotte"], 1),
        "provisional": (1, ["2025 Kansas"], 1),
        "checks": (1, ["2025 Kansas"], 1),
        "warnings": (7, ["feed.json"] * 5, 7),
    }
    html = editor.get(INDEX).content.decode()
    paste = reverse("admin:desk_sheet", args=[Race.objects.get(round=13).pk, "all"])
    assert [address in html for address in (paste, reverse("admin:desk_new_race"), "#no-results")] == [True] * 3


def test_only_what_the_user_may_see(client, small_book):
    user = User.objects.create_user("somebody", is_staff=True)
    client.force_login(user)
    html = client.get(INDEX).content.decode()
    assert ("You may not see or edit anything yet" in html, "Races without results" in html) == (True, False)
    user.user_permissions.add(Permission.objects.get(codename="view_race"))
    html = client.get(INDEX).content.decode()
    assert ("2025 Charlotte" in html, "Paste results" in html, "New race" in html) == (True, False, False)


def test_the_same_queries_for_many_races(client, small_book):
    editor = as_role(client, "editor")

    def queries() -> int:
        with counted_queries() as found:
            editor.get(INDEX)
        return len(found)

    few = queries()
    for round_ in range(16, 30):
        make_race(2025, round_, date=date(2025, 5, 1), status="scheduled")
    assert few == queries() <= 14


def test_the_tables_are_in_order_and_the_others_folded_away(client, db):
    superuser = as_role(client, "superuser")
    groups = superuser.get(INDEX).context_data["app_list"]
    shown = [table["model"] for group in groups for table in group["models"]]
    folded = [table["model"] for group in groups for table in group.get("folded", ())]
    assert [model.__name__ for model in shown] == ORDER
    assert {*shown, *folded} == set(admin.site._registry)
    assert {*folded} >= KEPT_BY_THE_COMPUTER
    (app,) = superuser.get(reverse("admin:app_list", args=["drivers"])).context_data["app_list"]
    assert [table["object_name"] for table in app["models"]] == ["Driver", "Team", "Manufacturer"]
    assert [table["object_name"] for table in app["folded"]] == ["DriverAlias", "TeamName"]


def test_recent_actions_name_their_race(client, small_book):
    editor = as_role(client, "editor")
    race = Race.objects.get(round=12)
    rows = [race.sessions.get(), race.entries.first(), Result.objects.first(), race.rulings.get()]
    for row in rows:
        address = page("change", type(row), row.pk)
        field = {Session: "note", Entry: "twin", Result: "note"}.get(type(row), "reason")
        assert editor.post(address, {**typed(editor.get(address)), field: 1}).status_code == 302
    html = editor.get(INDEX).content.decode()
    actions = html.partition('id="recent-actions-module"')[2].partition("</ul>")[0]
    assert actions.count("2025 Cup Series 12: Kansas 12") == len(rows)
    assert "2025 Cup Series 12: Kansas 12, Race" in actions


# Lists


def listed(client, model, **query) -> list[str]:
    return [str(row) for row in client.get(page("changelist", model), query).context_data["cl"].queryset]


def test_lists_by_season_and_series(client, small_book):
    make_race(2024, 12)
    truck = make_race(2023, 1, series="trucks")
    editor = as_role(client, "editor")
    for model, to_race in ((Race, ""), (Entry, "race__"), (Session, "race__"), (Result, "session__race__")):
        year, series = f"{to_race}season__year", f"{to_race}season__series__id__exact"
        changelist = editor.get(page("changelist", model), {year: 2025}).context_data["cl"]
        assert changelist.queryset.count() == model.objects.filter(**{year: 2025}).count() > 0
        filters = {each.title: each for each in changelist.filter_specs}
        assert [each["display"] for each in filters["season"].choices(changelist)] == ["All", "2025", "2024", "2023"]
        assert len(filters["series"].lookup_choices) == 2
        html = editor.get(page("changelist", model), {series: truck.season.series_id, "q": "kansas"}).content.decode()
        assert f'name="{year}"' in html
        assert '<input type="hidden" name="q" value="kansas">' in html
        of_trucks = html.partition("By season")[2].partition("</ul>")[0]
        assert ("2023" in of_trucks, "2025" in of_trucks) == (True, False)
        odd = {year: "abc", series: "9" * 30}
        assert editor.get(page("changelist", model), odd).status_code == 302


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2025 12", ["2025 Cup Series 12: Kansas 12"]),
        ("2025 kansas", ["2025 Cup Series 12: Kansas 12"]),
        ("2025 13", ["2025 Cup Series 13: Charlotte 13"]),
    ],
)
def test_races_are_found_by_round_and_by_track(client, small_book, text, found):
    assert listed(as_role(client, "editor"), Race, q=text) == found


def test_names_are_found_by_alias_and_by_what_is_near(client, db):
    editor = as_role(client, "editor")
    assert listed(editor, Driver, q="Darrell Wallace") == ["Bubba Wallace"]
    for model, text, name in (
        (Driver, "Wiliam Byron", "William Byron"),
        (Track, "Talladegga", "Talladega Superspeedway"),
    ):
        response = editor.get(page("changelist", model), {"q": text})
        assert name in map(str, response.context_data["cl"].queryset)
        assert "Nothing is called that." in response.content.decode()
    asked = {"app_label": "races", "model_name": "entry", "field_name": "driver", "term": "Wiliam Byron"}
    assert "William Byron" in editor.get(reverse("admin:autocomplete"), asked).json()["results"][0]["text"]
    response = editor.get(page("changelist", Driver), {"q": "qqqq zzzz"})
    assert (response.context_data["cl"].result_count, "Nothing is called" in response.content.decode()) == (0, False)


@pytest.mark.parametrize("day", ["2025-05-25", "5/25/2025", "May 25, 2025", "25.05.2025"])
def test_dates_as_people_write_them(client, small_book, day):
    editor = as_role(client, "editor")
    race = Race.objects.get(round=12)
    address = page("change", Race, race.pk)
    assert editor.post(address, {**typed(editor.get(address)), "date": day}).status_code == 302
    assert Race.objects.get(round=12).date == date(2025, 5, 25)


def test_a_list_of_layouts_says_when_they_were_raced_on(client, small_book):
    html = as_role(client, "editor").get(page("changelist", TrackLayout)).content.decode()
    assert '<td class="field-raced">2025</td>' in html
