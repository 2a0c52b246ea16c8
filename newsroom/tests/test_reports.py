"""The queue of reports: what becomes of one, and what is kept of it."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse

from drivers.models import Driver
from newsroom.models import Report
from races.models import Race
from testing.editing import complaints, page, typed
from testing.makers import make_little_book
from testing.roles import as_role

make_book = make_little_book
pytestmark = pytest.mark.django_db


def make_report(**fields) -> Report:
    said = {"address": "/drivers/", "row": "Kyle Larson", "field": "Wins", "value": "31", "says": "32"}
    return Report.objects.create(**said | {"source": "The paper", "contact": "me@example.org"} | fields)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"state": "corrected", "contact": ""}, "needs an answer"),
        ({"state": "declined", "contact": "", "answer": "No."}, "needs an answer"),
        ({"state": "declined", "answer": "No.", "closed_at": "2026-01-01T00:00Z"}, "How to reach the reader"),
        ({"closed_at": "2026-01-01T00:00Z"}, "needs an answer"),
    ],
)
def test_constraints(fields, message):
    report = make_report()
    for name, value in fields.items():
        setattr(report, name, value)
    with pytest.raises(ValidationError, match=message):
        report.full_clean()


def test_the_queue_stands_on_the_front_page(client):
    make_report()
    make_report(row="Another", says="x" * 300)
    html = as_role(client, "editor").get(reverse("admin:index")).content.decode()
    assert ("x" * 25 in html, "x" * 30 in html) == (True, False)
    assert ("Numbers that readers report" in html, "Kyle Larson · Wins" in html, "31 should be 32" in html) == (
        (True,) * 3
    )


def test_a_report_is_answered_and_opened_again(client):
    """With who answered and when; without an answer it is not closed, and how to reach the reader goes with it."""
    report, editor = make_report(), as_role(client, "editor")
    address = page("change", Report, report.pk)
    sent = typed(editor.get(address)) | {"state": "corrected"}
    assert "Say what was changed" in complaints(editor.post(address, sent))
    assert editor.post(address, sent | {"answer": "He won at Kansas."}).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.answer, report.contact) == ("corrected", "He won at Kansas.", "")
    assert (str(report.closed_by), report.closed_at is not None) == ("editor", True)
    assert list(Report.objects.corrections()) == [report]
    assert editor.post(address, typed(editor.get(address)) | {"state": "open"}).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.closed_by, report.closed_at) == ("open", None, None)


def test_what_a_reader_wrote_is_not_changed(client):
    report, editor = make_report(), as_role(client, "editor")
    address = page("change", Report, report.pk)
    sent = typed(editor.get(address)) | {"says": "99", "state": "declined", "answer": "It was 31."}
    editor.post(address, sent)
    report.refresh_from_db()
    assert (report.says, report.state) == ("32", "declined")


def decline(client, *reports, **said):
    chosen = {"action": "decline", ACTION_CHECKBOX_NAME: [report.pk for report in reports]}
    return client.post(page("changelist", Report), chosen | said)


def states() -> list[tuple[str, str, str]]:
    return list(Report.objects.order_by("pk").values_list("state", "answer", "contact"))


def test_several_are_declined_with_one_answer(client):
    """Once it is said why; those that are closed stay as they are."""
    reports = [make_report(), make_report(row="Denny Hamlin"), make_report(row="Chase Elliott")]
    reports[2].close("corrected", "He won.", None)
    reports[2].save()
    editor, before = as_role(client, "editor"), states()
    for said in ({}, {"answer": " "}, {"answer": "x" * 1001}):
        asked = decline(editor, *reports, **said)
        assert (asked.status_code, asked.context_data["title"], states()) == (200, "Decline 2 reports", before)
    assert decline(editor, *reports, answer="Spam.").status_code == 302
    assert states() == [("declined", "Spam.", "")] * 2 + [("corrected", "He won.", "")]
    assert {str(report.closed_by) for report in Report.objects.filter(state="declined")} == {"editor"}
    assert LogEntry.objects.filter(object_id=reports[0].pk, action_flag=CHANGE).count() == 1
    told = get_messages(decline(editor, *reports, answer="x").wsgi_request)
    assert [str(message) for message in told][-1] == "They are closed already: nothing was changed."


def test_who_may_not_answer_declines_nothing(client):
    report = make_report()
    decline(as_role(client, "contributor"), report, answer="No.")
    assert [state for state, *_ in states()] == ["open"]


@pytest.mark.parametrize(
    ("address", "row_address", "leads_to"),
    [
        ("/leaderboards/wins/?series=cup", "/drivers/kyle-larson/", ["/drivers/kyle-larson/"]),
        ("/drivers/kyle-larson/vs/denny-hamlin/", "", ["/drivers/denny-hamlin/", "/drivers/kyle-larson/"]),
        ("/drivers/chris-buescher/", "/races/cup/2025/12/", ["/drivers/chris-buescher/", "/races/cup/2025/12/"]),
        ("/tracks/kansas/", "/teams/hendrick-motorsports/", ["/teams/hendrick-motorsports/", "/tracks/kansas/"]),
        ("/manufacturers/chevrolet/?era=modern", "/drivers/nobody/", ["/manufacturers/chevrolet/"]),
        ("/about/", "", []),
    ],
)
def test_it_leads_to_the_record_and_the_record_to_it(client, small_book, address, row_address, leads_to):
    """Both ways between its page and those on which the number is corrected, for editors."""
    report, editor = make_report(address=address, row_address=row_address), as_role(client, "editor")
    rows = report.records()
    assert sorted(row.get_absolute_url() for row in rows) == leads_to
    html = editor.get(page("change", Report, report.pk)).content.decode()
    for row in rows:
        there = page("change", type(row), row.pk)
        assert f'href="{there}"' in html
        assert f'href="{page("change", Report, report.pk)}"' in editor.get(there).content.decode()
    others = set(Driver.objects.filter(slug="tyler-reddick")) | set(Race.objects.filter(round=11))
    for row in others:
        assert "Numbers that readers report" not in editor.get(page("change", type(row), row.pk)).content.decode()
