"""Health, and what is told where the database does not answer."""

import json
import logging
import os
import sqlite3
from contextlib import closing

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from pythonjsonlogger.json import JsonFormatter

from drivers.models import Driver
from pages.about.about import AboutView
from races.models import RulesVersion
from racestats import health
from racestats.serving.requests import OfRequest
from testing.editing import typed

PAGES = [
    "/",
    "/drivers/kyle-larson/",
    "/leaderboards/wins/?format=json",
    "/races/cup/2025/12/",
    "/api/races/cup/2025/12",
]


def test_it_is_alive_without_a_book(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content, response["Cache-Control"]) == (200, b"ok\n", "no-store")


def test_it_is_ready(client, db):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "looked_at": ["database", "migrations", "rules", "disk"],
        "problems": {},
    }


def test_what_stands_in_the_way_is_told(client, book_file, monkeypatch):
    def problems() -> dict:
        response = client.get("/readyz")
        assert response.status_code == 503
        return response.json()["problems"]

    RulesVersion.objects.update(version=1)
    assert problems()["rules"].startswith("Older rules made the derived rows")
    monkeypatch.setattr(health, "LEAST_FREE", 10**18)
    assert "MB are free" in problems()["disk"]
    MigrationRecorder.Migration.objects.filter(app="races", name__gt="0015").delete()
    assert problems()["migrations"].startswith("Not applied: races.0015")


def take_away(book):
    connection.close()
    os.replace(book, book.with_suffix(".gone"))


def make_empty(book):
    take_away(book)
    with closing(sqlite3.connect(book)):
        pass


def make_nonsense(book):
    connection.close()
    book.write_bytes(b"no database at all " * 1000)


def make_older(book):
    with closing(sqlite3.connect(book)) as other:
        other.execute("DROP TABLE races_careertotals")
        other.execute("DROP TABLE races_statline")


@pytest.mark.parametrize("spoil", [make_empty, make_nonsense, make_older])
def test_a_book_that_cannot_be_read_is_a_page_that_says_so(client, book_file, spoil, caplog):
    client.raise_request_exception = False
    spoil(book_file)
    for path in PAGES:
        response = client.get(path)
        if response.status_code != 200:
            assert response.status_code == 503, path
            assert response["Retry-After"] == "30"
            assert response["X-Request-ID"] in response.content.decode()
    assert client.get("/leaderboards/wins/").status_code == 503
    assert "The database does not answer" in caplog.text


def test_an_editor_is_told_that_nothing_was_saved(client, db, monkeypatch):
    client.raise_request_exception = False
    client.force_login(get_user_model().objects.create_superuser("chief", password="x"))

    def fail(*args, **kwargs):
        raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(Driver, "save", fail)
    driver = Driver.objects.get(slug="kyle-larson")
    page = client.get(f"/admin/drivers/driver/{driver.pk}/change/")
    response = client.post(f"/admin/drivers/driver/{driver.pk}/change/", typed(page) | {"name": "Kyle M. Larson"})
    assert response.status_code == 503
    assert b"nothing was saved" in response.content


def test_a_kept_connection_leaves_a_book_that_is_gone(client, book_file):
    """Else it would read and write on in a file that nobody finds again."""
    assert client.get("/drivers/kyle-larson/").status_code == 200
    gone = book_file.with_suffix(".gone")
    os.replace(book_file, gone)
    connection.close_if_unusable_or_obsolete()  # As Django does when a request begins.
    client.raise_request_exception = False
    assert client.get("/drivers/kyle-larson/").status_code == 503
    assert client.get("/readyz").status_code == 503
    assert not book_file.exists()
    with closing(sqlite3.connect(gone)) as other:
        other.execute("UPDATE drivers_driver SET hometown = 'Otherville' WHERE slug = 'kyle-larson'")
        other.commit()
    os.replace(gone, book_file)
    connection.close_if_unusable_or_obsolete()
    assert "Otherville" in client.get("/drivers/kyle-larson/").content.decode()


def test_a_kept_connection_reads_the_book_that_takes_its_place(client, book_file):
    assert "Otherville" not in client.get("/drivers/kyle-larson/").content.decode()
    another = book_file.with_suffix(".new")
    with closing(sqlite3.connect(another)) as other:
        connection.connection.backup(other)
        other.execute("UPDATE drivers_driver SET hometown = 'Otherville' WHERE slug = 'kyle-larson'")
        other.commit()
    os.replace(another, book_file)
    connection.close_if_unusable_or_obsolete()
    assert "Otherville" in client.get("/drivers/kyle-larson/").content.decode()


@pytest.mark.parametrize("given", ["", "a-proxys-id.7", "no good\nat all", "x" * 65])
def test_each_request_has_an_id(client, db, given):
    said = client.get("/about/", headers={"x-request-id": given} if given else {})["X-Request-ID"]
    assert (said == given) == (given == "a-proxys-id.7")
    assert 0 < len(said) <= 64


def test_the_log_of_a_fault_can_be_worked_with(client, db, monkeypatch, settings):
    lines = []

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(json.loads(self.format(record)))

    kept = Kept()
    kept.addFilter(OfRequest())
    options = settings.LOGGING["formatters"]["json"]
    kept.setFormatter(JsonFormatter(options["format"], style="{", rename_fields=options["rename_fields"]))
    logging.getLogger("django.request").addHandler(kept)
    client.raise_request_exception = False

    def fail(*args, **kwargs):
        raise ZeroDivisionError("of nothing")

    monkeypatch.setattr(AboutView, "get_page", fail)
    try:
        response = client.get("/about/?format=json", headers={"x-request-id": "seven"})
    finally:
        logging.getLogger("django.request").removeHandler(kept)
    assert response.json() == {"error": "server error", "id": "seven"}
    assert response.status_code == 500
    (line,) = lines
    assert {name: line[name] for name in ("level", "request_id", "method", "address")} == {
        "level": "ERROR",
        "request_id": "seven",
        "method": "GET",
        "address": "/about/?format=json",
    }
    assert line["time"]
    assert "ZeroDivisionError: of nothing" in line["exception"]
    assert b"seven" in client.get("/about/", headers={"x-request-id": "seven"}).content


def test_the_log_of_a_page_that_is_not_there_names_it(client, db, caplog):
    with caplog.filtering(OfRequest()):
        client.get("/drivers/nobody/?format=json", headers={"x-request-id": "eight"})
    (record,) = [each for each in caplog.records if each.name == "django.request"]
    assert (record.request_id, record.method, record.address) == ("eight", "GET", "/drivers/nobody/?format=json")
