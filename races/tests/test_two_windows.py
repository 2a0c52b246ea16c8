"""Two windows on one page: what one saves the other does not write over, unless its editor says so."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import models
from django.db.models import Model
from django.template.response import SimpleTemplateResponse

from changes.models import Change
from races.derived.refresh import deferred, differences
from races.models import Entry, FormerSlug, ImportRun, Race, Result
from racestats.constraints import violations
from testing.books import book_models
from testing.editing import WHY, complaints, page, typed, with_row
from testing.makers import HAMLIN, HARVICK, LARSON, make_driver, make_race, make_result, make_ruling, make_session
from testing.roles import KEPT_BY_THE_COMPUTER, as_role, example


@deferred()
def make_book() -> None:
    """Kansas with three cars, their results, and a ruling on one of them."""
    margin = {"margin_kind": "time", "margin": Decimal("0.673")}
    race = make_race(2025, 12, laps=267, cautions=8, field_size=3, date=date(2025, 5, 11), stages=0, **margin)
    make_session(race, "qualifying")
    for place, (driver, number, led) in enumerate(((LARSON, "5", 221), (HAMLIN, "11", 46), (HARVICK, "4", 0)), 1):
        result = make_result(race, driver, place, number=number, laps=267, laps_led=led, start=place, points=41 - place)
    make_ruling(race, date(2025, 5, 13), {result: ({"points": 40}, {"points": 38})})


@pytest.fixture
def race(small_book) -> Race:
    return Race.objects.get()


@pytest.fixture
def editor(client, db):
    return as_role(client, "publisher")


def opened(client, row: Model) -> tuple[str, dict]:
    """A window on a row's page: its address, and what it would send."""
    address = page("change", type(row), row.pk)
    return address, typed(client.get(address))


def save(client, address: str, data: dict) -> list[str]:
    """Save a page, and return what the editor is told beside that it was saved, and how to undo it."""
    response = client.post(address, data)
    assert response.status_code == 302, complaints(response)
    told = [str(message) for message in get_messages(response.wsgi_request)]
    return [text for text in told if "successfully" not in text and "Undo this" not in text]


def again(response) -> dict:
    """What a browser sends if the page that came back is saved as it is."""
    return typed(response)


def test_what_another_window_saved_stays(race, editor):
    address, window = opened(editor, race)
    save(editor, address, {**window, "margin": ".675"})
    save(editor, address, {**window, "cautions": "9"})
    race.refresh_from_db()
    assert (race.margin, race.cautions) == (Decimal("0.675"), 9)
    latest = [list(each.rows["races.race"]["changed"][str(race.pk)]) for each in Change.objects.order_by("-pk")[:2]]
    assert latest == [["cautions"], ["margin"]]


def test_rows_that_another_window_saved_stay(race, editor):
    address, window = opened(editor, race.sessions.get(kind="race"))
    save(editor, address, {**window, "results-1-laps": "265"})
    save(editor, address, {**window, "results-2-laps": "264"})
    assert list(Result.objects.order_by("position").values_list("laps", flat=True)) == [267, 265, 264]
    assert differences() == 0


def test_what_both_changed_is_shown_side_by_side(race, editor):
    address, window = opened(editor, race)
    save(editor, address, {**window, "margin": ".675"})
    response = editor.post(address, {**window, "margin": ".677", "cautions": "9", "entries-0-number": "44"})
    said = complaints(response)
    assert "Meanwhile this was changed to “0.675” (last saved by publisher on " in said
    assert typed(response)["margin"] == ".677"
    told = "Nothing is saved yet: somebody else has changed what you changed. See Margin of victory."
    assert told in response.content.decode()
    race.refresh_from_db()
    assert (race.margin, race.cautions, race.entries.filter(number="44").exists()) == (Decimal("0.675"), 8, False)
    save(editor, address, again(response))
    race.refresh_from_db()
    assert (race.margin, race.cautions, race.entries.filter(number="44").exists()) == (Decimal("0.677"), 9, True)


def test_what_comes_in_between_once_more_is_told_once_more(race, editor):
    address, window = opened(editor, race)
    Race.objects.update(margin="0.675")
    response = editor.post(address, {**window, "margin": ".677"})
    Race.objects.update(margin="0.676")
    assert "changed to “0.676”" in complaints(editor.post(address, again(response)))


def test_a_row_that_both_changed(race, editor):
    """By a shell and an import, which keep no log of rows; a choice and a tick are told in words."""
    session = race.sessions.get(kind="race")
    address, window = opened(editor, session)
    Result.objects.filter(position=2).update(status="engine", disqualified=True, laps=200)
    ImportRun.objects.create(file_name="feed.json", file_hash="0" * 64, format="feed", started="2025-05-12T10:00Z")
    changes = {"results-1-status": "accident", "results-1-laps": "200", "results-0-laps": "266"}
    response = editor.post(address, {**window, **changes})
    said = complaints(response)
    assert "changed to “Engine” (feed.json imported on May 12, 10:00 UTC)" in said
    assert said.count("Meanwhile") == 1
    save(editor, address, again(response))
    assert Result.objects.filter(position=2).values("status", "disqualified", "laps").get() == {
        "status": "accident",
        "disqualified": True,
        "laps": 200,
    }


def test_two_choose_another_driver(race, editor):
    address, window = opened(editor, race)
    entry, others = race.entries.get(number="5"), [make_driver("William Byron"), make_driver("Ryan Blaney")]
    row = next(name for name in window if window[name] == entry.pk and name.endswith("-id")).removesuffix("-id")
    Entry.objects.filter(pk=entry.pk).update(driver=others[0])
    response = editor.post(address, {**window, f"{row}-driver": others[1].pk})
    assert "changed to “William Byron”" in complaints(response)
    save(editor, address, again(response))
    assert race.entries.get(number="5").driver == others[1]


def test_a_row_deleted_elsewhere_is_told_at_its_row(race, editor):
    session = race.sessions.get(kind="race")
    address, window = opened(editor, session)
    save(editor, address, {**window, "results-0-DELETE": "on"})
    changes = {"results-0-start": "3", "results-2-start": "1"}
    response = editor.post(address, {**window, **changes})
    rows = response.context_data["inline_admin_formsets"][0]
    assert [bool(form.errors) for form in rows.formset.forms] == [True, False, False]
    assert "Meanwhile this row was deleted (last saved by publisher on " in str(rows.formset.forms[0].errors)
    assert [row.form.prefix for row in rows if row.original] == ["results-1", "results-2"]
    html = response.content.decode()
    assert html.count("Meanwhile this row was deleted") == 1
    assert "somebody else has changed what you changed. See row 1 of the results." in html
    assert html.count("has_original") == 3
    assert 'name="results-0-start" value="3"' in html
    assert not Result.objects.filter(position=3, start=1).exists()
    told = save(editor, address, again(response))
    assert told[0] == "1 row of the page had been deleted meanwhile, and stayed so."
    assert list(Result.objects.order_by("position").values_list("position", "start")) == [(2, 2), (3, 1)]


def test_a_row_deleted_elsewhere_that_was_not_touched_stays_deleted(race, editor):
    address, window = opened(editor, race.sessions.get(kind="race"))
    Result.objects.get(position=3).delete()
    told = save(editor, address, {**window, "results-0-start": "3"})
    assert told[0] == "1 row of the page had been deleted meanwhile, and stayed so."
    assert list(Result.objects.order_by("position").values_list("position", "start")) == [(1, 3), (2, 2)]


def test_a_row_added_elsewhere_clashes_in_words(race, editor):
    address, window = opened(editor, race)
    new = {"driver": make_driver("William Byron").pk, "twin": 0}
    save(editor, address, with_row(window, "entries", number="24", **new))
    response = editor.post(address, with_row(window, "entries", number="24", **new))
    assert "This race already has a car with that number." in complaints(response)


def test_a_race_deleted_elsewhere_keeps_what_was_typed(race, editor):
    address, window = opened(editor, race)
    assert editor.post(page("delete", Race, race.pk), {"post": "yes", "why": WHY}).status_code == 302
    response = editor.post(address, {**window, "note": "Rain on lap 12, <b>late</b>"})
    said = response.content.decode()
    assert response.status_code == 409
    assert "is no longer in the book" in said
    assert "last saved by publisher on" in said
    assert "Rain on lap 12, &lt;b&gt;late&lt;/b&gt;" in said
    assert "csrfmiddlewaretoken" not in said.partition("<main")[2]
    assert editor.get(address).status_code == 302


@pytest.mark.parametrize("shown", ["", "x", "[]", "[" * 100_000, '{"margin": {}, "nothing": 1}', '{"margin": "x"}'])
def test_what_no_page_has_shown_breaks_nothing(race, editor, shown):
    address, window = opened(editor, race)
    response = editor.post(address, {**window, "shown": shown, "entries-shown": shown, "name": "Renamed"})
    assert response.status_code in (200, 302)


# Every page


def other_values(row: Model):
    """Columns of a row that stand for nothing else, and another value for each."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.is_relation or field.choices or not field.editable:
            continue
        if (type(field) in (models.CharField, models.TextField) and not field.validators[1:]) or field.name == "slug":
            yield field.name, f"{value}x"
        elif type(field) is models.DateField and value:
            yield field.name, value + timedelta(days=1)
        elif type(field) in (models.PositiveSmallIntegerField, models.SmallIntegerField, models.PositiveIntegerField):
            yield field.name, (value or 0) + 1
        elif type(field) is models.BooleanField:
            yield field.name, not value
        elif type(field) is models.JSONField:
            yield field.name, [*value, 1] if isinstance(value, list) else {**value, "laps": 1}


def change_behind_its_back(row: Model) -> bool:
    """Change a column of a row as its rules allow, if any can be."""
    for name, value in other_values(row):
        before = getattr(row, name)
        setattr(row, name, value)
        if not list(violations([row])):
            type(row).objects.filter(pk=row.pk).update(**{name: value})
            return True
        setattr(row, name, before)
    return False


EDITED = [model for model in book_models() if model not in KEPT_BY_THE_COMPUTER]


def test_a_page_that_nobody_touched_writes_nothing_over(editor, monkeypatch):
    """Whichever page is open while its row and the rows on it change: saving it as it was shown changes nothing."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    tried = set()
    for model in EDITED:
        row = example(model)
        address, window = opened(editor, row)
        inlines = editor.get(address).context_data["inline_admin_formsets"]
        rows = [row, *(form.instance for inline in inlines for form in inline.formset.initial_forms[:1])]
        for each in rows:
            if change_behind_its_back(each):
                tried.add(type(each))
        before = [type(each).objects.filter(pk=each.pk).values().get() for each in rows]
        response = editor.post(address, window)
        assert response.status_code == 302, (model, complaints(response))
        assert [type(each).objects.filter(pk=each.pk).values().get() for each in rows] == before, model
    assert set(EDITED) - tried <= {FormerSlug}  # It says nothing beside whose it is.
