"""Kept pages: the same as fresh ones, after any write and in every form, and answered without a query."""

import gzip
import shutil
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event

import brotli
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, RequestFactory
from hypothesis import given, strategies

from drivers.models import Driver, Manufacturer
from pages.kit.tables import base as tables
from races.derived.refresh import rebuild
from races.models import Race, Result, Source, StatLine
from racestats import clock
from racestats.serving.data_version import SqliteVersion, version_of_database
from racestats.serving.page_cache import (
    BEHIND_AT_MOST,
    FRESH,
    READ_AT,
    Kept,
    PageCache,
    PageKey,
    key_of,
    last_copy,
    takes,
)
from testing.examples import examples
from testing.makers import LITTLE_DAY, make_little_book
from testing.queries import counted_queries
from testing.site import FIRST_OF_EACH, FORMS

make_book = make_little_book
LARSON = "/drivers/kyle-larson/"
PAGES = ["/", LARSON, "/races/cup/2025/12/", "/leaderboards/wins/", "/standings/cup/2025/", "/closest-finishes/"]


@pytest.fixture
def fresh(client):
    """A reader who is never answered from what is kept."""
    return client


@pytest.fixture
def reader(made_file, settings):
    """A reader of a site that keeps its pages."""
    settings.PAGE_CACHE_BYTES = 10_000_000
    kept = Client()
    assert kept.get("/about/").status_code == 200
    settings.PAGE_CACHE_BYTES = 0
    return kept


def body(response) -> bytes:
    content = b"".join(response)
    decoded = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
    return decoded[response.headers.get("Content-Encoding", "")](content)


def test_what_is_kept_is_what_was_sent(reader, fresh, subtests, django_assert_num_queries, monkeypatch):
    """What is sent in several blocks too."""
    monkeypatch.setattr(tables, "READ_AT_ONCE", 2)
    for path, form in (("/", "html"), (LARSON, "csv"), *(("/closest-finishes/", form) for form in FORMS)):
        with subtests.test(path, form=form):
            kept_as_sent(reader, fresh, django_assert_num_queries, path, form)


def kept_as_sent(reader, fresh, django_assert_num_queries, path, form):
    first = reader.get(path, {"format": form})
    sent = body(first)
    with django_assert_num_queries(0):
        again = reader.get(path, {"format": form})
        assert body(again) == sent
    expected = fresh.get(path, {"format": form})
    assert sent == expected.content
    of_each = {"Vary", "Content-Length", "X-Request-ID"}
    kept = {name: value for name, value in again.items() if name in expected}
    assert {name: kept[name] for name in kept.keys() - of_each} == {
        name: value for name, value in expected.items() if name not in of_each
    }
    assert (again["Cache-Control"], again["Vary"], int(again["Content-Length"])) == (
        FRESH,
        "Accept-Encoding",
        len(again.content),
    )
    assert not again.cookies


def test_every_kind_of_page_is_kept(reader, django_assert_num_queries):
    for path in FIRST_OF_EACH:
        assert reader.get(path).status_code == 200, path
        with django_assert_num_queries(0):
            assert reader.get(path).status_code == 200, path


def by_saving():
    driver = Driver.objects.get(slug="kyle-larson")
    driver.name = "Kyle M. Larson"
    driver.save()


def by_another_process():
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("UPDATE drivers_driver SET name = 'Kyle M. Larson' WHERE slug = 'kyle-larson'")
        other.commit()


WRITES = {
    "a save": by_saving,
    "an update of many rows": lambda: Driver.objects.filter(slug="kyle-larson").update(name="Kyle M. Larson"),
    "rows made in bulk": lambda: Source.objects.bulk_create([Source(title="A list of 2026", slug="a-list-of-2026")]),
    "a fixture": lambda: call_command("loaddata", "10_reference", verbosity=0),
    "a rebuild": lambda: (StatLine.objects.filter(race_date=LITTLE_DAY)._raw_delete("default"), rebuild()),
    "another process": by_another_process,
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_whoever_asks_after_a_write_sees_it(reader, fresh, write):
    """All pages are of one version of the data: what follows any writes on other pages is seen below."""
    before = {path: reader.get(path) for path in (LARSON, "/standings/cup/2025/")}
    write()
    for path in before:
        after = reader.get(path)
        assert after.content == fresh.get(path).content
        assert after[READ_AT] > before[path][READ_AT]


def test_a_write_that_is_taken_back_changes_nothing(reader):
    before = reader.get(LARSON)
    with transaction.atomic():
        by_saving()
        transaction.set_rollback(True)
    assert reader.get(LARSON)[READ_AT] == before[READ_AT]


EDITS = {
    "a result": lambda number: Result.objects.filter(pk=Result.objects.values("pk")[number]["pk"]).update(
        laps_led=number
    ),
    "a name": lambda number: Driver.objects.filter(slug="kyle-larson").update(name=f"Kyle Larson {number}"),
    "a make": lambda number: Manufacturer.objects.filter(slug="chevrolet").update(name=f"Chevrolet {number}"),
    "a race": lambda number: Race.objects.filter(season__year=2025, round=12).first().save(),
}
steps = strategies.lists(
    strategies.one_of(
        strategies.tuples(strategies.sampled_from(sorted(EDITS)), strategies.integers(0, 9)),
        strategies.sampled_from([(path, form) for path in PAGES for form in ("html", "json")]),
    ),
    min_size=4,
    max_size=12,
)


@examples(5)
@given(steps)
def test_after_any_writes_every_page_is_as_fresh(reader, fresh, taken):
    for step in taken:
        if step[0] in EDITS:
            EDITS[step[0]](step[1])
        else:
            path, form = step
            asked = reader.get(path, {"format": form})
            assert body(asked) == fresh.get(path, {"format": form}).content


ACCEPTED = {
    "": "",
    "identity": "",
    "gzip": "gzip",
    "GZIP": "gzip",
    "gzip, deflate, br": "br",
    "gzip, deflate, br;q=0": "gzip",
    "br;q=0.5": "br",
    "*": "br",
    "gzip;q=0, br; q=0.0": "",
}


def test_each_asker_has_what_it_understands(reader, fresh):
    expected = fresh.get(LARSON).content
    for accepted, coding in [*ACCEPTED.items(), *ACCEPTED.items()]:
        response = reader.get(LARSON, headers={"accept-encoding": accepted})
        assert response.headers.get("Content-Encoding", "") == coding, accepted
        assert body(response) == expected


def test_what_the_asker_has_is_not_sent_again(reader):
    sent = {each: reader.get(LARSON, headers={"accept-encoding": each})["ETag"] for each in ("", "gzip", "br")}
    assert len(set(sent.values())) == 3
    for accepted, etag in sent.items():
        for has in (etag, f"W/{etag}", f'"another", {etag}'):
            again = reader.get(LARSON, headers={"accept-encoding": accepted, "if-none-match": has})
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
            assert (again["Cache-Control"], again["Vary"]) == (FRESH, "Accept-Encoding")
        assert (
            reader.get(LARSON, headers={"accept-encoding": accepted, "if-none-match": '"another"'}).status_code == 200
        )
    by_saving()
    assert reader.get(LARSON, headers={"if-none-match": sent[""]}).status_code == 200


def test_only_headers_are_asked_for(reader):
    whole = reader.get(LARSON)
    head = reader.head(LARSON)
    assert head.content == b""
    assert dict(head.items()) | {"X-Request-ID": ""} == dict(whole.items()) | {"X-Request-ID": ""}
    assert reader.head("/tracks/").content == b""
    assert reader.get("/tracks/").content


def test_who_is_logged_in_sees_every_page_anew(reader):
    reader.get(LARSON)
    editor = get_user_model().objects.create_user("editor", password="a-long-password")
    reader.force_login(editor)
    seen = reader.get(LARSON)
    assert READ_AT not in seen
    assert seen["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("cookie", ["", "x", "a" * 32, "logged out"])
def test_a_cookie_that_nobody_has_logged_in_with_makes_no_page_anew(reader, cookie):
    if cookie == "logged out":
        reader.force_login(get_user_model().objects.create(username="editor"))
        cookie = reader.cookies[settings.SESSION_COOKIE_NAME].value
        SessionStore(cookie).delete()
    made = reader.get("/drivers/")[READ_AT]
    reader.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert reader.get("/drivers/")[READ_AT] == made


def test_what_is_no_page_for_all_is_not_kept(reader):
    for path in ("/drivers/nobody/", "/drivers/?luck=7", "/races/cup/2025/012/", "/admin/login/"):
        for _ in range(2):
            assert READ_AT not in reader.get(path)


def test_a_book_put_in_place_of_another_is_seen(made_file, tmp_path):
    other = tmp_path / "other.sqlite3"
    connection.close()
    shutil.copy(made_file, other)
    version = SqliteVersion(str(made_file))
    before = version.read()
    other.replace(made_file)
    assert version.read() != before


def test_a_book_that_cannot_be_read_has_no_version(tmp_path):
    assert SqliteVersion(str(tmp_path / "missing.sqlite3")).read() is None
    assert not (tmp_path / "missing.sqlite3").exists()


def asked(path: str, **headers) -> PageKey:
    return key_of(RequestFactory(**headers).get(path))


def test_which_addresses_are_one():
    same = "/races/?season=2025&track=kansas"
    assert asked(same) == asked("/races/?track=kansas&season=2025&utm_source=a&fbclid=b")
    for other in ("/races/?season=2025", "/races/", f"{same}&format=json", "/race/?season=2025&track=kansas"):
        assert asked(same) != asked(other)
    assert asked(same) != asked(same, HTTP_HOST="127.0.0.1")
    assert asked(same) != key_of(RequestFactory().get(same, secure=True))


def kept(size: int) -> Kept:
    return Kept(1, {}, "", {"gzip": b"x" * (size - 1000)}, 0)


def test_the_bytes_kept_are_bounded():
    pages = PageCache(100_000)
    keys = [PageKey("http", "localhost", f"/{number}/", ()) for number in range(6)]
    for key in keys[:5]:
        pages.keep(key, kept(20_000))
    assert pages.get(keys[0])
    pages.keep(keys[5], kept(20_000))
    assert [bool(pages.get(key)) for key in keys] == [True, False, True, True, True, True]
    pages.keep(keys[2], kept(25_001))
    assert pages.get(keys[2]) is None
    assert pages.size == 80_000


def test_one_makes_a_page_at_a_time():
    pages, key = PageCache(1000), PageKey("http", "localhost", "/", ())
    with pages.making(key) as first:
        with pages.making(key) as second:
            assert (first, second.is_set()) == (None, False)
        with pages.making(key) as third:
            assert third is second
    assert second.is_set()
    with pages.making(key) as again:
        assert again is None


def test_others_have_the_last_copy_only_so_long():
    """While one request makes a page anew, others have the copy from before, and then wait for the new one."""
    pages, key, being_made = PageCache(100_000), PageKey("http", "localhost", "/", ()), Event()
    old, new = kept(2000), kept(2000)
    pages.keep(key, old)
    old.right_at = time.monotonic() + 1000
    assert last_copy(pages, key, old, being_made) is old
    old.right_at = time.monotonic() - BEHIND_AT_MOST
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(last_copy, pages, key, old, being_made)
        pages.keep(key, new)
        being_made.set()
        assert waiting.result() is new


def test_whoever_waits_for_a_page_that_fails_makes_it_himself():
    pages, key, failed = PageCache(100_000), PageKey("http", "localhost", "/", ()), Event()
    old = kept(2000)
    pages.keep(key, old)
    old.right_at = time.monotonic() - BEHIND_AT_MOST
    failed.set()
    assert last_copy(pages, key, old, failed) is None


def test_takes_reads_weights():
    request = RequestFactory().get("/", headers={"accept-encoding": "br;q=0.001, gzip;q=0.000"})
    assert takes(request, "br")
    assert not takes(request, "gzip")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite tells of commits by itself")
def test_postgresql_tells_of_every_commit():
    database = version_of_database()
    for write in (by_saving, WRITES["an update of many rows"], WRITES["rows made in bulk"]):
        before = database.read()
        write()
        assert database.read() != before
    unchanged = database.read()
    assert database.read() == unchanged
    database.connection.close()


def test_what_tells_the_day_is_kept_for_that_day(reader, monkeypatch):
    """And what does not is kept on."""
    of_the_day = ("/", "/on-this-day/", "/on-this-day/?format=csv")
    pages = (*of_the_day, "/on-this-day/05-11/", "/drivers/")

    def made_anew() -> list[str]:
        found = []
        for path in pages:
            with counted_queries() as queries:
                body(reader.get(path))
            found += [path] if queries else []
        return found

    assert (made_anew(), made_anew()) == (list(pages), [])
    monkeypatch.setattr(clock, "today", lambda: LITTLE_DAY)
    assert (made_anew(), made_anew()) == (list(of_the_day), [])
    assert "May 11 in Cup Series history" in body(reader.get("/on-this-day/")).decode()
