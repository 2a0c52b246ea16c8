"""The metrics: what they count, what they tell of the book, and to whom."""

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from drivers.models import Driver
from races.models import ImportRun
from racestats.serving.data_version import SqliteVersion

LARSON = "/drivers/kyle-larson/"


def figures_of(client) -> dict[tuple, float]:
    """Every figure by its name and its labels' values."""
    response = client.get("/metrics")
    assert response.status_code == 200
    families = text_string_to_metric_families(response.content.decode())
    return {(sample.name, *sample.labels.values()): sample.value for each in families for sample in each.samples}


def test_answers_are_counted_by_status_and_kind(book_file, settings):
    settings.PAGE_CACHE_BYTES = 10_000_000
    reader = Client()
    before = figures_of(reader)
    for path in (LARSON, LARSON, "/drivers/nobody/", "/drivers"):
        reader.get(path)
    after = figures_of(reader)

    def more(*of) -> float:
        return after.get(of, 0) - before.get(of, 0)

    assert more("racestats_answers_total", "kept", "2xx") == 1
    assert more("racestats_answers_total", "made", "2xx") == 2  # the metrics themselves are one
    assert more("racestats_answers_total", "made", "4xx") == 1
    assert more("racestats_answers_total", "made", "3xx") == 1
    assert more("racestats_answer_seconds_count", "kept") == 1
    assert after["racestats_kept_pages",] == 1
    assert 1000 < after["racestats_kept_bytes",] < 100_000


def test_writes_and_imports_are_told(client, book_file):
    latest = ImportRun.objects.order_by("-started").first()
    version = SqliteVersion(str(book_file))
    version.read()
    before = figures_of(client)
    assert before["racestats_import_timestamp_seconds",] == latest.finished.timestamp()
    Driver.objects.filter(slug="kyle-larson").update(name="Kyle M. Larson")
    version.read()
    version.read()
    after = figures_of(client)
    assert after["racestats_data_version",] == before["racestats_data_version",] + 1
    assert after["racestats_data_changed_timestamp_seconds",] > latest.finished.timestamp()


def test_health_is_told_also_without_a_book(client, book_file):
    looked_at = ("database", "migrations", "rules", "disk")
    healthy = figures_of(client)
    assert [healthy["racestats_healthy", name] for name in looked_at] == [1, 1, 1, 1]
    connection.close()
    book_file.write_bytes(b"no database at all " * 1000)
    healthy = figures_of(client)
    assert healthy["racestats_healthy", "database"] == 0
    assert ("racestats_import_timestamp_seconds",) not in healthy


@pytest.mark.parametrize(
    ("token", "asked_with", "status"),
    [
        ("", {}, 200),
        ("", {"REMOTE_ADDR": "::1"}, 200),
        ("", {"REMOTE_ADDR": "192.0.2.7"}, 403),
        ("", {"REMOTE_ADDR": "a socket"}, 403),
        ("", {"HTTP_X_FORWARDED_PROTO": "https"}, 403),
        ("", {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
        ("seven", {}, 403),
        ("seven", {"HTTP_AUTHORIZATION": "Bearer six"}, 403),
        ("seven", {"HTTP_AUTHORIZATION": "Bearer sevén"}, 403),
        ("seven", {"HTTP_AUTHORIZATION": "Bearer seven", "REMOTE_ADDR": "192.0.2.7"}, 200),
    ],
)
def test_who_may_read_them(client, db, settings, token, asked_with, status):
    settings.METRICS_TOKEN = token
    response = client.get("/metrics", **asked_with)
    assert response.status_code == status
    if status == 200:
        assert response["Cache-Control"] == "no-store"
    else:
        assert b"racestats_" not in response.content
