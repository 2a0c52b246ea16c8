"""Reporting a number: the way from a row of a table to the desk, and what is turned away."""

from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from drivers.models import Driver
from newsroom.models import Report
from testing.answers import read_once, with_query
from testing.editing import boxes
from testing.makers import make_little_book
from testing.reading import Page
from testing.site import FIRST_OF_EACH

make_book = make_little_book
pytestmark = pytest.mark.django_db
FORM, THANKS = "/report/", "/report/thanks/"
BOARD = "/leaderboards/wins/"
SAID = {"says": "2", "source": "The paper of Monday"}
OF_LARSON = {"address": BOARD, "table": "leaderboard", "row": "1", "shown": "Kyle Larson", "number": "value"}


@pytest.fixture(autouse=True)
def counted_anew(monkeypatch):
    monkeypatch.setattr("django_ratelimit.core.time", SimpleNamespace(time=lambda: 1_000_000))
    caches["default"].clear()


def send(client, **changed):
    return client.post(FORM, {**OF_LARSON, **SAID, **changed})


def test_a_row_is_reported(client, small_book):
    """Its button leads to a form that has page, row and numbers; what comes of it is what the page showed."""
    button = '<button name="row" value="1" title="Report"></button>'
    html = client.get(BOARD).content.decode()
    assert [html.count(each) for each in (button, '<form action="/report/">', f'value="{BOARD}"')] == [1, 1, 1]
    response = client.get(with_query(FORM, address=BOARD, table="leaderboard", row="1"))
    page = Page(response.content.decode())
    assert (response.status_code, page.problems, page.headings) == (200, [], ["Report a number"])
    assert ("Kyle Larson" in page.text, BOARD in [link["href"] for link in page.links]) == (True, True)
    assert "Wins: 1" in page.text
    answer = client.post(FORM, boxes(response) | SAID | {"number": "value"})
    assert (answer.status_code, answer["Location"]) == (302, THANKS)
    (report,) = Report.objects.all()
    told = (report.address, report.table, report.row, report.field, report.value, report.says, report.source)
    assert told == (BOARD, "leaderboard", "Kyle Larson", "Wins", "1+", *SAID.values())
    assert (report.what, report.row_address) == ("Wins: Cup Series: Kyle Larson", "/drivers/kyle-larson/")
    assert client.get(THANKS).status_code == 200


@pytest.mark.parametrize("path", FIRST_OF_EACH)
def test_every_row_of_every_table_can_be_reported(drawn, path):
    """By a button that sends its place; but not where a table stands on another site."""
    answers = drawn.with_its_data(path)
    html = answers["html"].text
    tables = html.split('<form action="/report/">')[1:]
    assert len(tables) == html.count("<tbody>")
    for table in tables:
        body = table.partition("<tbody>")[2].partition("</tbody>")[0]
        assert body.count("<tr") == body.count('<button name="row"') > 0
        assert f'value="{body.count("<tr")}" title="Report"' in body
    assert 'name="row"' not in answers["embed"].text


@pytest.mark.parametrize(
    "address",
    [f"{BOARD}?by=team", "/drivers/?sort=-starts&per_page=5", "/drivers/kyle-larson/", "/races/cup/2025/12/", "/"],
)
def test_the_row_of_a_page_as_it_was_asked_for(client, db, address):
    """Sorted, narrowed and cut as its reader has it: each of its first tables' rows is found again."""
    with read_once(address.partition("?")[0]):
        html = client.get(address).content.decode()
        found, name = Page(html).tables[0], html.partition('name="table" value="')[2].partition('"')[0]
        asked = [with_query(FORM, address=address, table=name, row=str(place)) for place in (1, len(found.rows))]
        answers = [client.get(each) for each in asked]
    for place, response in zip((1, len(found.rows)), answers):
        texts = [" ".join(cell.split()) for cell in found.rows[place - 1]]
        assert boxes(response)["shown"] in texts
        assert response.content.decode().count("<option") == 1 + len(texts)


@pytest.mark.parametrize(
    "typed",
    [
        *("/drivers/kyle-larson/?series=cup", "http://testserver/drivers/kyle-larson/?series=cup"),
        *("https://TestServer/drivers/kyle-larson/?series=cup", "testserver/drivers/kyle-larson/?series=cup"),
        *("/drivers/kyle-larson?series=cup", "https://testserver/drivers/kyle-larson?series=cup"),
    ],
)
def test_an_address_as_people_type_it(client, small_book, typed):
    assert send(client, address=typed, table="", row="", shown="", number="Wins").status_code == 302
    assert Report.objects.get().address == "/drivers/kyle-larson/?series=cup"


def test_a_row_of_a_page_that_has_another_address_by_now(client, small_book):
    """Who opened it before the slug changed reports it all the same."""
    driver = Driver.objects.get(slug="kyle-larson")
    driver.slug = "larson"
    driver.save()
    asked = {"address": "/drivers/kyle-larson/", "table": "seasons", "row": "1"}
    response = client.get(with_query(FORM, **asked))
    assert boxes(response)["shown"] == "2025"
    assert client.post(FORM, boxes(response) | SAID | {"number": "wins"}).status_code == 302
    assert Report.objects.get().page == "Kyle Larson"


def test_a_number_that_stands_in_no_table(client, small_book):
    words = {
        "address": "http://testserver/races/cup/2025/12/",
        "number": "The time of race",
        "contact": "me@example.org",
    }
    assert send(client, table="", row="", shown="", **words).status_code == 302
    report = Report.objects.get()
    assert (report.address, report.field, report.row, report.value) == ("/races/cup/2025/12/", words["number"], "", "")
    assert report.contact == words["contact"]


WRONG = [
    # what is sent, the field at which it is told
    ({"says": ""}, "says"),
    ({"says": "x" * 301}, "says"),
    ({"says": "\0"}, "says"),
    ({"source": " "}, "source"),
    ({"source": "x" * 1001}, "source"),
    ({"number": "nonsense"}, "number"),
    ({"contact": "x" * 201}, "contact"),
    ({"shown": "Chris Buescher"}, "shown"),
    *(
        ({"address": address}, "address")
        for address in (
            *("", "/nothing/", "/admin/", "/healthz", "https://example.org/x/", "//example.org/", "javascript:x"),
            *("x" * 501, f"{BOARD}\0", "http://[", "/feeds/results/", "/report/"),
            *("http://testserver.example.org/drivers/", "testserver@example.org/drivers/", "testserverx/drivers/"),
        )
    ),
]


@pytest.mark.parametrize(("changed", "field"), WRONG)
def test_what_cannot_be_taken_is_told_at_its_field(client, small_book, changed, field):
    response = send(client, **changed)
    assert (response.status_code, Report.objects.count()) == (400, 0)
    page = Page(response.content.decode())
    assert page.problems == []
    assert [name for name in page.ids if name.endswith("_error")] == [f"id_{field}_error"]


@pytest.mark.parametrize(
    "asked",
    [
        {"address": "http://[", "table": "x", "row": "1"},
        {"address": f"{BOARD}?era=nonsense", "table": "leaderboard", "row": "1"},
        {"address": BOARD, "table": "leaderboard", "row": "999999999"},
        {"address": BOARD, "table": "leaderboard", "row": "٣"},
        {"address": BOARD, "table": "nonsense", "row": "1"},
        {"address": "/drivers/nobody/", "table": "races", "row": "1"},
        {"address": "\ud800".encode("utf-8", "surrogatepass").decode("latin1"), "table": "leaderboard", "row": "1"},
        {"address": f"{BOARD}?format=csv", "table": "leaderboard", "row": "1"},
    ],
    ids=repr,
)
def test_an_odd_address_is_a_form_to_be_filled_in(client, small_book, asked):
    assert client.get(with_query(FORM, **asked)).status_code == 200
    assert client.post(FORM, {**asked, **SAID}).status_code in (400, 302)


def test_what_it_does_not_take_is_refused(client, small_book):
    assert client.get(f"{FORM}?nonsense=1").status_code == 400
    assert client.get(f"{FORM}?utm_source=x").status_code == 200


def test_machines_and_floods(client, small_book, settings, monkeypatch):
    """A field that people do not see drops the report without a word; one client sends so many an hour, and so many
    wait at most."""
    assert send(client, website="https://example.org").status_code == 302
    assert Report.objects.count() == 0
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    stranger = Client(headers={"x-forwarded-for": "203.0.113.7"})
    assert [send(stranger).status_code for _ in range(11)] == [302] * 10 + [429]
    assert send(client).status_code == 302
    monkeypatch.setattr("pages.about.report.MOST_OPEN", 11)
    assert send(client).status_code == 400
    assert Report.objects.count() == 11


def test_a_form_of_another_site_is_refused(small_book):
    client = Client(enforce_csrf_checks=True)
    assert send(client).status_code == 403
    response = client.get(FORM)
    assert response["Cache-Control"] == "private, no-store"
    token = client.cookies["csrftoken"].value
    assert send(client, csrfmiddlewaretoken=token).status_code == 302


def test_more_than_a_form_may_hold(client, small_book):
    assert send(client, source="x" * 3_000_000).status_code == 413


def test_corrections(client, small_book):
    """What was corrected is listed with its answer, and in a feed; what was declined, is open or was said is not."""
    for row, state in (("Kyle Larson", "corrected"), ("Chris Buescher", "declined"), ("Denny Hamlin", "open")):
        report = Report(
            page="Wins", row=row, address=BOARD, field="Wins", value="1", says="two", source="a secret", contact="me"
        )
        if state != "open":
            report.close(state, f"Answer about {row}", None)
        report.save()
    body = client.get("/corrections/?format=json").json()
    assert [(row["what"], row["what_url"], row["number"], row["was"]) for row in body["rows"]] == [
        ("Wins: Kyle Larson", BOARD, "Wins", "1")
    ]
    assert (body["rows"][0]["answer"], body["total"]) == ("Answer about Kyle Larson", 1)
    for address in ("/corrections/", "/feeds/corrections/", "/corrections/?sort=-day"):
        text = client.get(address).content.decode()
        assert "Answer about Kyle Larson" in text
        assert [word for word in ("Buescher", "Hamlin", "secret", "two") if word in text] == []


def test_a_way_to_reach_the_reader_is_forgotten():
    report = Report(address=BOARD, field="Wins", says="2", source="x", contact="me@example.org")
    report.close("declined", "It was one win.", None)
    assert (report.contact, report.state, report.closed_at is None) == ("", "declined", False)


def test_robots_leave_the_form_alone(client):
    assert "Disallow: /report/" in client.get(reverse("report").replace("report/", "robots.txt")).content.decode()
