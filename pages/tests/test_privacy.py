"""What the site says it keeps of its readers, against what it does."""

from drivers.models import Manufacturer
from testing.editing import page, typed
from testing.makers import make_little_book
from testing.reading import Page
from testing.roles import as_role
from testing.site import FIRST_OF_EACH

make_book = make_little_book


def kept(client) -> dict[str, str]:
    return {row["what"]: row["kept"] for row in client.get("/privacy/?format=json").json()["rows"]}


def test_how_long_is_as_it_is_set(client, db, settings):
    found = kept(client)
    assert found["A count of requests by network address, in memory"] == "a minute"
    assert found["A count under a code made of name and network address"] == "15 minutes"
    assert found["A cookie, csrftoken"] == "364 days"
    assert found["A cookie, sessionid"] == "14 days, or until they log out"
    settings.CLIENT_LIMIT = None
    assert "A count of requests by network address, in memory" not in kept(client)


def test_readers_get_no_cookie(client, small_book, caplog):
    """And what goes well leaves no line in the log."""
    for path in [*FIRST_OF_EACH, "/nothing/", "/drivers/?luck=7"]:
        assert not client.get(path).cookies, path
    assert {record.getMessage() for record in caplog.records} == {"Not Found: /nothing/", "Bad Request: /drivers/"}


def test_every_cookie_is_named(client, db):
    """Those of the log-in page, and those of an editor who saves something."""
    assert set(client.get("/admin/login/").cookies) == {"csrftoken"}
    editor = as_role(client, "editor")
    address = page("add", Manufacturer)
    editor.post(address, typed(editor.get(address)) | {"name": "Lada", "slug": "lada"})
    named = {name for what in kept(client) for name in client.cookies if what == f"A cookie, {name}"}
    assert named == set(client.cookies) == {"csrftoken", "sessionid", "messages"}


def test_every_page_leads_there(client, db):
    assert "/privacy/" in [link["href"] for link in Page(client.get("/races/").content.decode()).links]
