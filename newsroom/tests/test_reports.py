"""The queue of reports: what becomes of one, and what is kept of it."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from newsroom.models import Report
from testing.editing import complaints, page, typed
from testing.roles import as_role

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
    html = as_role(client, "editor").get(reverse("admin:index")).content.decode()
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
