"""Rulings and results in the admin: neither is saved where it contradicts the other, and a disqualification is a
ruling."""

from datetime import date

import pytest
from django.urls import reverse

from races.derived.refresh import deferred
from races.models import Race, Result, Ruling, RulingChange, Session
from testing.editing import complaints, page, typed, with_row
from testing.makers import BYRON, HARVICK, LARSON, make_race, make_result, make_ruling
from testing.roles import as_role

BACK = ({"position": 2, "disqualified": False}, {"position": 3, "disqualified": True})


@deferred()
def make_book() -> None:
    """Three cars, of which Harvick's was put back from second to last, and Larson's up."""
    race = make_race(2023, 31, "Talladega", date=date(2023, 10, 1), laps=188)
    rows = {
        name: make_result(race, name, place, number=number, laps=188)
        for place, (name, number) in enumerate(((BYRON, "24"), (HARVICK, "4"), (LARSON, "5")), 1)
    }
    make_ruling(race, date(2023, 10, 3), {rows[HARVICK]: BACK, rows[LARSON]: ({"position": 3}, {"position": 2})})


@pytest.fixture
def editor(client, small_book):
    return as_role(client, "editor")


def opened(client, row) -> tuple[str, dict]:
    address = page("change", type(row), row.pk)
    return address, typed(client.get(address))


def row_of(name: str) -> Result:
    return Result.objects.get(entry__driver__name=name)


def cell(data: dict, row: Result, name: str) -> str:
    """The name of a cell in the grid of the race's session."""
    at = next(
        key for key, value in data.items() if key.startswith("results-") and key.endswith("-id") and value == row.pk
    )
    return f"{at.removesuffix('id')}{name}"


@pytest.mark.parametrize(
    ("side", "said", "complaint"),
    [
        pytest.param(
            "after",
            '{"position": 40, "disqualified": true}',
            "Race: 3, No. 4 Kevin Harvick: position is 40 by this ruling, and the result says 3.",
            id="not what the result says",
        ),
        pytest.param("before", '{"position": 5, "disqualified": false}', "", id="a before that nothing contradicts"),
        pytest.param("after", '{"position": 3, "disqualified": true, "points": 1}', "the same columns", id="a column"),
    ],
)
def test_a_row_that_contradicts_its_result_is_refused(editor, side, said, complaint):
    ruling = Ruling.objects.get()
    address, data = opened(editor, ruling)
    response = editor.post(address, {**data, f"changes-0-{side}": said})
    if complaint:
        assert complaint in complaints(response)
        assert RulingChange.objects.get(result=row_of(HARVICK)).after == BACK[1]
    else:
        assert response.status_code == 302


def test_a_row_that_contradicts_another_ruling_is_refused(editor):
    """What a later ruling begins with is what this one leaves."""
    result, race = row_of(HARVICK), Race.objects.get()
    later = make_ruling(race, date(2023, 10, 20), {result: BACK[::-1]}, kind="appeal")
    address, data = opened(editor, Ruling.objects.first())
    response = editor.post(address, {**data, "changes-0-after": '{"position": 38, "disqualified": true}'})
    assert "the next one, of October 20, 2023, begins with 3" in complaints(response)
    address, data = opened(editor, later)
    response = editor.post(address, {**data, "announced": "2023-10-02"})
    assert "and the result says" in complaints(response)


def test_the_page_of_one_row_too(editor):
    change = RulingChange.objects.get(result=row_of(HARVICK))
    address, data = opened(editor, change)
    response = editor.post(address, {**data, "after": '{"position": 40, "disqualified": true}'})
    assert "position is 40 by this ruling, and the result says 3." in complaints(response)


def test_a_ruling_on_a_result_that_was_not_carried_out_is_refused(editor):
    address, data = opened(editor, Ruling.objects.get())
    said = {"before": '{"position": 1}', "after": '{"position": 2}', "result": row_of(BYRON).pk}
    response = editor.post(address, with_row(data, "changes", **said))
    assert "position is 2 by this ruling, and the result says 1." in complaints(response)


def test_a_result_is_not_changed_under_its_ruling(editor):
    """In the grid and on its own page; what no ruling is of is."""
    row, session = row_of(HARVICK), Session.objects.get()
    address, data = opened(editor, session)
    response = editor.post(address, {**data, cell(data, row, "position"): "1"})
    told = complaints(response)
    assert "“A ruling”: position is 3 by this ruling, and the result says 1." in told
    assert reverse("admin:desk_rulings", args=[session.race_id]) in told
    assert editor.post(address, {**data, cell(data, row, "laps"): "187"}).status_code == 302
    address, data = opened(editor, row)
    assert "the result says 1" in complaints(editor.post(address, {**data, "position": "1"}))
    row.refresh_from_db()
    assert (row.position, row.laps) == (3, 187)


@pytest.mark.parametrize("where", ["grid", "page"])
def test_a_car_that_is_marked_disqualified_is_offered_the_ruling(editor, where):
    """What was typed stays, and it can be saved without one."""
    row, session = row_of(BYRON), Session.objects.get()
    address, data = opened(editor, session if where == "grid" else row)
    named = (lambda name: cell(data, row, name)) if where == "grid" else (lambda name: name)
    sent = {**data, named("disqualified"): "on", named("laps"): "180"}
    response = editor.post(address, sent)
    told = complaints(response)
    assert "A ruling moves the others too, and keeps the day" in told
    assert f"{reverse('admin:desk_new_ruling', args=[session.race_id, 'disqualify'])}?car={row.entry_id}" in told
    assert typed(response)[named("laps")] == "180"
    assert f'name="{named("without_a_ruling")}"' in response.content.decode()
    assert editor.post(address, {**sent, named("without_a_ruling"): "on"}).status_code == 302
    assert row_of(BYRON).disqualified


@pytest.fixture
def appealed(editor) -> Race:
    """Harvick's car was given back its place, and Larson's went back."""
    race = Race.objects.get()
    back = {row_of(HARVICK): BACK[::-1], row_of(LARSON): ({"position": 2}, {"position": 3})}
    make_ruling(race, date(2023, 10, 20), back, kind="appeal", title="The appeal")
    return race


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"rulings-0-announced": "2023-10-21"}, id="another day"),
        pytest.param({"rulings-0-announced": "2023-10-20", "rulings-0-number": "3"}, id="another number of one day"),
        pytest.param({"rulings-1-DELETE": "on", "rulings-1-with_others": "on"}, id="without the appeal"),
    ],
)
def test_rulings_are_not_put_in_an_order_that_contradicts_the_results(editor, appealed, said):
    address, data = opened(editor, appealed)
    assert data["rulings-0-announced"] == date(2023, 10, 3)
    told = complaints(editor.post(address, {**data, **said}))
    assert "The rulings would not lead to what the results say. “" in told
    assert [str(each) for each in appealed.rulings.all()] == ["A ruling", "The appeal"]


def test_a_day_in_the_same_order_is_taken(editor, appealed):
    address, data = opened(editor, appealed)
    assert editor.post(address, {**data, "rulings-0-announced": "2023-10-04"}).status_code == 302
    assert appealed.rulings.first().announced == date(2023, 10, 4)


def test_what_another_ruling_depends_on_is_not_deleted(editor, appealed):
    appeal = appealed.rulings.get(title="The appeal")
    for row in (appeal, appeal.changes.first()):
        answer = editor.post(page("delete", type(row), row.pk), {"post": "yes"}, follow=True)
        assert "Nothing was deleted: what is left would contradict the results." in answer.content.decode()
    chosen = {"action": "delete_selected", "_selected_action": [appeal.pk]}
    assert "rulings on which others depend" in editor.post(page("changelist", Ruling), chosen).content.decode()
    assert editor.post(page("changelist", Ruling), {**chosen, "post": "yes"}).status_code == 403
    assert (appealed.rulings.count(), appeal.changes.count()) == (2, 2)
    chosen |= {"_selected_action": [each.pk for each in Ruling.objects.all()], "post": "yes"}
    assert editor.post(page("changelist", Ruling), chosen).status_code == 302
    assert not Ruling.objects.exists()


def test_a_ruling_that_is_to_be_deleted_can_be_revoked(editor):
    ruling = Ruling.objects.get()
    response = editor.get(page("delete", Ruling, ruling.pk)).content.decode()
    assert reverse("admin:desk_revoke_ruling", args=[ruling.pk]) in response
