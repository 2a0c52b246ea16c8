"""Errors as pages of the site, and in the other forms: each kind, asked for as a browser and as a machine."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory
from django.urls import reverse

from pages.about.about import AboutView
from racestats import errors
from testing.reading import Page

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
TYPED = {"username": "chief", "password": "x"}


@pytest.fixture
def browser():
    """A client without a session, whose forms are checked as a browser's are."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.fixture
def chief(browser):
    """The same, of a superuser who logged in."""
    browser.force_login(get_user_model().objects.create_superuser("chief"))
    return browser


def is_ours(response, status: int, title: str) -> None:
    page = Page(response.content.decode())
    assert (response.status_code, page.headings, page.problems) == (status, [title], [])
    assert reverse("drivers:list") in [link["href"] for link in page.links]
    assert response["X-Frame-Options"] == "DENY"
    assert response["Content-Security-Policy"]
    assert response["X-Request-ID"]
    assert "Accept" in response["Vary"]


def token(browser) -> str:
    """That of a form which the browser has just opened."""
    return re.search('name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(LOGIN).content.decode())[1]


PUBLIC = [
    "/",
    "/drivers/",
    "/drivers/nobody/",
    "/api/races/cup/2025/12",
    "/healthz",
    "/favicon.ico",
    "/robots.txt",
    "/media/x.jpg",
]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", PUBLIC)
def test_public_addresses_are_only_read(browser, path, method):
    """Whether the sender has a token of a form or not."""
    response = getattr(browser, method)(path)
    is_ours(response, 405, "That cannot be done here")
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert "This address takes GET, HEAD, OPTIONS." in response.content.decode()


def test_a_method_that_the_admin_does_not_take(chief):
    response = chief.get("/admin/logout/")
    is_ours(response, 405, "That cannot be done here")
    assert response["Allow"] == "POST, OPTIONS"


def test_a_form_from_elsewhere(browser, caplog):
    response = browser.post(LOGIN, TYPED)
    is_ours(response, 403, "That form cannot be taken")
    assert response["Cache-Control"] == "no-store"
    assert "CSRF cookie not set" in caplog.text
    assert browser.post(LOGIN, TYPED | {"csrfmiddlewaretoken": token(browser)}).status_code == 200


def test_who_may_not(chief, client):
    client.force_login(get_user_model().objects.create_user("helper", is_staff=True))
    response = client.get("/admin/drivers/driver/")
    is_ours(response, 403, "You may not do this")


def test_what_is_not_in_the_admin(chief):
    is_ours(chief.get("/admin/drivers/nothing/"), 404, "Page not found")


@pytest.mark.parametrize(
    ("size", "kind"),
    [
        pytest.param(3_000_000, "application/x-www-form-urlencoded", id="more than Django reads of a form"),
        pytest.param(errors.MAX_BODY + 1, "multipart/form-data; boundary=x", id="more than a request may have"),
    ],
)
def test_what_is_too_large(browser, size, kind):
    browser.get(LOGIN)
    response = browser.post(LOGIN, b"a" * size, content_type=kind)
    is_ours(response, 413, "That is too large")


def test_too_many_parameters(browser, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    is_ours(browser.get("/drivers/?" + "a=1&" * 20 + "format=json"), 400, "That request makes no sense")


def test_another_host(browser):
    response = browser.get("/drivers/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert Page(response.content.decode()).headings == ["That request makes no sense"]


def test_too_many_requests(rf):
    response = errors.too_many(rf.get("/"), "Wait.", 60)
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (429, "60", "no-store")
    assert Page(response.content.decode()).headings == ["Too many requests"]
    as_json = errors.too_many(rf.get("/?format=json"), "Wait.", 60)
    assert as_json.content == b'{"error": "too many requests", "retry_after": 60}'


def test_a_fault(browser, monkeypatch):
    monkeypatch.setattr(AboutView, "get_page", None)
    response = browser.get("/about/", headers={"x-request-id": "seven"})
    is_ours(response, 500, "Something broke")
    assert "Our log has it under seven." in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_a_fault_in_what_all_pages_are_made_of(browser, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(errors, "render", fail)
    monkeypatch.setattr(AboutView, "get_page", fail)
    response = browser.get("/about/")
    assert (response.status_code, response.content) == (500, b"The fault is ours, and it is in our log.\n")


FORMS = [
    ("", "", "html"),
    ("", "text/html,application/xhtml+xml,*/*;q=0.8", "html"),
    ("", "*/*", "html"),
    ("", "application/json", "json"),
    ("", "application/json;q=0.9, text/html;q=0.5", "json"),
    ("", "text/html, application/json;q=0.9", "html"),
    ("", "image/png", "html"),
    ("json", "text/html", "json"),
    ("html", "application/json", "html"),
    ("csv", "application/json", "text"),
    ("md", "", "text"),
    ("embed", "", "html"),
    ("xml", "application/json", "html"),
]


@pytest.mark.parametrize(("asked", "accept", "form"), FORMS)
def test_which_form(asked, accept, form):
    headers = {"accept": accept} if accept else {}
    request = RequestFactory().get("/", {"format": asked} if asked else {}, headers=headers)
    assert errors.form_of(request) == form


MACHINES = {
    "/drivers/nobody/": {"error": "not found"},
    "/drivers/?luck=7": {"error": "bad filter"},
    "/about/": {"error": "method not allowed"},
    LOGIN: {"error": "csrf"},
}


@pytest.mark.parametrize(("path", "expected"), MACHINES.items())
def test_machines_are_told_as_json(browser, path, expected):
    ask = browser.post if path in ("/about/", LOGIN) else browser.get
    response = ask(path, headers={"accept": "application/json"})
    assert response["Content-Type"] == "application/json"
    assert response.json()["error"] == expected["error"]
    assert response.status_code in (400, 403, 404, 405)


@pytest.mark.parametrize("form", ["csv", "md"])
def test_what_is_not_there_in_the_forms_of_texts(browser, form):
    response = browser.get("/drivers/nobody/", {"format": form})
    assert (response["Content-Type"], response.content) == ("text/plain; charset=utf-8", b"Not found.\n")


def test_no_error_reads_the_database(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        for make in (errors.forbidden, errors.csrf_failure, errors.not_found, errors.too_large, errors.server_error):
            assert make(rf.get("/")).content
        assert errors.unavailable(rf.get("/"), "Soon.").status_code == 503


def test_the_icon(client):
    response = client.get("/favicon.ico")
    assert (response.status_code, response["Location"]) == (302, "/static/icon.svg")
    assert response["Location"] in client.get("/about/").content.decode()
    assert finders.find("icon.svg")


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/drivers/nobody/", "driver “nobody”"),
        ("/drivers/nobody/races/", "driver “nobody”"),
        ("/drivers/nobody/vs/kyle-larson/", "driver “nobody”"),
        ("/teams/none/", "team “none”"),
        ("/manufacturers/none/races/", "make “none”"),
        ("/tracks/nowhere/", "track “nowhere”"),
        ("/races/cup/2025/99/", "race “cup-2025-99”"),
        ("/races/none/", "series “none”"),
        ("/standings/cup/1801/", "season 1801 of a series “cup”"),
    ],
)
def test_what_there_is_not_is_named(client, db, path, what):
    response = client.get(path)
    assert response.status_code == 404
    assert f"There is no {what} in our records." in response.content.decode()


def test_robots_may_read_all_but_the_desk_and_a_form(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /report/",
        "Sitemap: http://testserver/sitemap.xml",
    ]
