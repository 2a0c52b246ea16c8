"""Official races in the admin: contributors look at them, editors change them with a reason."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from changes.models import ChangeSet
from races.models import Citation, Entry, Race, Result, Session
from testing.editing import WHY, complaints, page, typed
from testing.makers import LARSON, make_race, make_result, make_source
from testing.roles import as_role

pytestmark = pytest.mark.django_db


def make_book() -> None:
    """An official race and a provisional one, each with a result and a source."""
    for number, status in ((12, "official"), (13, "provisional")):
        race = make_race(2025, number, laps=267, field_size=1, status=status)
        make_result(race, LARSON, 1, number="5", laps=267, laps_led=221)
        race.citations.create(source=make_source(f"Source {number}"))


def rows_of(race: Race) -> list:
    """The race, and a row of each part."""
    return [race, *(model.objects.filter(**{path: race}).first() for model, path in PARTS.items())]


PARTS = {Entry: "race", Session: "race", Result: "session__race", Citation: "race"}


@pytest.fixture
def races(small_book) -> tuple[Race, Race]:
    return Race.objects.get(round=12), Race.objects.get(round=13)


def test_a_contributor_writes_what_is_no_official_race(client, races):
    """Of an official race the pages are shown, and nothing of them is taken; its rows are not deleted, in a list
    neither; and nothing is moved or added to it."""
    contributor = as_role(client, "contributor")
    for race, may in zip(races, (False, True)):
        for row in rows_of(race):
            response = contributor.get(page("change", type(row), row.pk))
            assert response.context_data["has_change_permission"] == may, row
            inlines = response.context_data["inline_admin_formsets"]
            kept = {inline.has_change_permission for inline in inlines if inline.opts.model in (*PARTS, Race)}
            assert kept <= {may}
            sent = typed(response) if may else {}
            assert contributor.post(page("change", type(row), row.pk), sent).status_code == (302 if may else 403), row
    official, other = races
    entry = official.entries.get()
    assert contributor.post(page("delete", Entry, entry.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"}
    assert contributor.post(page("changelist", Entry), chosen).status_code == 403
    moved = typed(contributor.get(page("change", Entry, other.entries.get().pk))) | {"race": official.pk}
    assert "is official: an editor changes it." in complaints(
        contributor.post(page("change", Entry, other.entries.get().pk), moved)
    )
    new = {"race": official.pk, "number": "9", "driver": entry.driver_id, "why": WHY}
    added = typed(contributor.get(page("add", Entry))) | new
    assert "is official: an editor changes it." in complaints(contributor.post(page("add", Entry), added))
    assert Entry.objects.filter(race=official).count() == 1


def test_a_contributor_makes_no_race_official(client, races):
    _, race = races
    contributor = as_role(client, "contributor")
    address = page("change", Race, race.pk)
    response = contributor.get(address)
    assert "Make official" not in response.content.decode()
    sent = typed(response) | {"status": "official"}
    assert "An editor makes a race official." in complaints(contributor.post(address, sent))
    chosen = {"action": "make_official", "_selected_action": race.pk}
    contributor.post(page("changelist", Race), chosen)
    race.refresh_from_db()
    assert race.status == "provisional"


@pytest.mark.parametrize("role", ["editor", "superuser"])
def test_an_official_race_is_changed_with_a_reason(client, races, role):
    """Which stands in its history; a page of another race asks for none."""
    client, (official, other) = as_role(client, role), races
    for row in rows_of(official):
        address = page("change", type(row), row.pk)
        sent = typed(client.get(address))
        assert "say why it is changed" in complaints(client.post(address, sent | {"why": " "})), row
        assert client.post(address, sent | {"why": WHY}).status_code == 302, row
        assert LogEntry.objects.first().get_change_message() == f"No fields changed. Reason: {WHY}"
    for row in rows_of(other):
        assert "why" not in typed(client.get(page("change", type(row), row.pk))), row
    address = page("change", Race, official.pk)
    sent = typed(client.get(address))
    assert client.post(address, sent | {"cautions": "5"}).status_code == 302
    kept = ChangeSet.objects.first()
    assert (kept.reason, kept.user.username) == (WHY, role)
    assert LogEntry.objects.first().get_change_message() == f"Changed Cautions. Reason: {WHY}"


def test_a_part_that_is_added_has_a_reason_too(client, races):
    """On a page of its own; on the race's own page it is one of the changes there."""
    client, (official, other) = as_role(client, "editor"), races
    said = {"race": official.pk, "number": "11", "driver": official.entries.get().driver_id}
    sent = typed(client.get(page("add", Entry))) | said
    assert "say why it is changed" in complaints(client.post(page("add", Entry), sent | {"why": ""}))
    assert client.post(page("add", Entry), sent).status_code == 302
    assert client.post(page("add", Entry), sent | {"race": other.pk, "number": "12", "why": ""}).status_code == 302
    assert official.entries.count() == other.entries.count() == 2
    moved = page("change", Entry, other.entries.last().pk)
    told = complaints(client.post(moved, typed(client.get(moved)) | {"race": official.pk}))
    assert "add it there anew, with a reason" in told


def test_a_ruling_is_a_reason(client, races):
    official, _ = races
    client = as_role(client, "editor")
    ruling = official.rulings.create(number=1, kind="penalty", announced="2025-05-13", title="A penalty")
    address = page("change", type(ruling), ruling.pk)
    sent = typed(client.get(address))
    assert "why" not in sent
    assert client.post(address, sent).status_code == 302


def test_a_part_is_deleted_with_a_reason_and_by_itself(client, races):
    official, other = races
    client, entry = as_role(client, "editor"), official.entries.get()
    address = page("delete", Entry, entry.pk)
    assert "Why is it deleted?" in client.get(address).content.decode()
    assert client.post(address, {"post": "yes"}).url == address
    chosen = {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"}
    assert client.post(page("changelist", Entry), chosen).status_code == 403
    assert Entry.objects.filter(pk=entry.pk).exists()
    assert client.post(address, {"post": "yes", "why": WHY}).url == page("changelist", Entry)
    assert not Entry.objects.filter(pk=entry.pk).exists()
    assert LogEntry.objects.first().change_message.endswith(WHY)
    chosen["_selected_action"] = other.entries.get().pk
    assert client.post(page("changelist", Entry), chosen).status_code == 302


def test_a_sheet_of_an_official_race_asks_why(client, races):
    official, other = races
    editor = as_role(client, "editor")
    for race in (official, other):
        html = editor.get(reverse("admin:desk_sheet", args=[race.pk, "race"])).content.decode()
        assert ('name="why"' in html) == (race == official)
