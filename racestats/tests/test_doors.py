"""Who is turned away for a time: wrong passwords, and clients who ask for too much."""

from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.test import Client

from racestats.serving.clients import client_of, is_known
from racestats.serving.data_version import SqliteVersion
from racestats.serving.requests import OfRequest
from testing.reading import Page

LOGIN = "/admin/login/"
HERE, THERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def counted_anew(settings, monkeypatch):
    """Behind a proxy that is believed, with nothing counted yet, and within one minute."""
    monkeypatch.setattr("django_ratelimit.core.time", SimpleNamespace(time=lambda: 1_000_000))
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    caches["default"].clear()
    caches["logins"].clear()


@pytest.fixture
def chief(db):
    return get_user_model().objects.create_superuser("chief", password="right")


def log_in(password: str, name: str = "chief", at: str = HERE, **headers):
    typed = {"username": name, "password": password}
    return Client().post(LOGIN, typed, headers={"x-forwarded-for": at, **headers}, secure=True)


ADDRESSES = [
    # who is connected, what the proxy tells, whether it is believed: the client
    ("127.0.0.1", None, True, "127.0.0.1"),
    ("127.0.0.1", HERE, True, HERE),
    ("127.0.0.1", f"10.0.0.1, {HERE}", True, HERE),
    ("127.0.0.1", f"{HERE}, {THERE}", True, THERE),
    ("127.0.0.1", HERE, False, "127.0.0.1"),
    ("127.0.0.1", f"{HERE}, nonsense", True, "127.0.0.1"),
    ("", HERE, True, HERE),
    ("", "", True, "unknown"),
    ("2001:db8:1:2:3::4", "", True, "2001:db8:1:2::/64"),
    ("127.0.0.1", "2001:db8:1:2:9::9", True, "2001:db8:1:2::/64"),
    ("::ffff:203.0.113.7", "", True, HERE),
    ("::1", "", True, "::/64"),
]


@pytest.mark.parametrize(("connected", "told", "believed", "client"), ADDRESSES)
def test_who_the_client_is(rf, settings, connected, told, believed, client):
    if not believed:
        settings.SECURE_PROXY_SSL_HEADER = None
    headers = {} if told is None else {"x-forwarded-for": told}
    assert client_of(rf.get("/", headers=headers, REMOTE_ADDR=connected)) == client


@pytest.mark.parametrize(
    ("client", "known"),
    [
        (HERE, True),
        ("10.0.0.1", True),
        ("2001:db8::/64", True),
        ("127.0.0.1", False),
        ("::1", False),
        ("unknown", False),
    ],
)
def test_behind_a_silent_proxy_nobody_is_one_client(client, known):
    assert is_known(client) == known


def test_wrong_passwords_lock_one_name_from_one_address_for_a_time(chief, settings):
    answers = [log_in("wrong") for _ in range(6)]
    assert [each.status_code for each in answers] == [200] * 4 + [429] * 2
    page = Page(answers[-1].content.decode())
    assert (page.headings, page.problems) == (["Too many requests"], [])
    assert "The password was wrong too often. Please try again in 15 minutes." in page.text
    assert (answers[-1]["Retry-After"], answers[-1]["Cache-Control"]) == ("900", "no-store")
    assert log_in("right").status_code == 429
    assert log_in("right", at=THERE).status_code == 302
    assert log_in("wrong", name="other").status_code == 200
    as_json = log_in("wrong", accept="application/json")
    assert as_json.json() == {"error": "too many requests", "retry_after": 900}
    caches["logins"].clear()
    assert log_in("right").status_code == 302


def test_what_is_tried_while_locked_does_not_lock_for_longer(chief):
    for _ in range(5):
        log_in("wrong")
    (key,) = [key for key in caches["logins"]._cache if "axes" in key]
    ends = caches["logins"]._expire_info[key]
    assert log_in("wrong").status_code == 429
    assert caches["logins"]._expire_info[key] == ends


def test_the_right_password_forgets_the_wrong_ones(chief):
    for _ in range(3):
        assert [log_in("wrong").status_code for _ in range(4)] == [200] * 4
        assert log_in("right").status_code == 302


def test_the_log_has_the_address_and_neither_name_nor_password(chief, caplog):
    with caplog.filtering(OfRequest()):
        log_in("a-secret", **{"x-request-id": "nine"})
    (record,) = [each for each in caplog.records if each.name.startswith("axes")]
    assert (record.levelname, record.request_id, HERE in record.getMessage()) == ("WARNING", "nine", True)
    assert "chief" not in record.getMessage()
    assert "a-secret" not in record.getMessage()


def test_a_flood_of_wrong_passwords_leaves_the_kept_pages_as_they_are(made_file):
    version = SqliteVersion(str(made_file))
    before = version.read()
    for number in range(30):
        log_in("wrong", name=f"name {number % 4}", at=f"203.0.113.{number}")
    assert version.read() == before


@pytest.fixture
def few(settings):
    settings.CLIENT_LIMIT = "3/m"


def ask(path: str, at: str = HERE, client: Client | None = None, **headers):
    return (client or Client()).get(path, headers={"x-forwarded-for": at, **headers})


def test_who_asks_for_too_much_waits(db, few, caplog):
    answers = [ask("/about/") for _ in range(5)]
    assert [each.status_code for each in answers] == [200] * 3 + [429] * 2
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert Page(answers[-1].content.decode()).headings == ["Too many requests"]
    assert ask("/drivers/?format=json").json()["error"] == "too many requests"
    assert ask("/about/", at=THERE).status_code == 200
    assert ask("/about/", at="127.0.0.1").status_code == 200
    assert [record.name for record in caplog.records if HERE in record.getMessage()] == ["racestats.middleware"]


def test_kept_pages_are_not_counted(made_file, settings, few):
    settings.PAGE_CACHE_BYTES = 10_000_000
    reader = Client()
    assert [ask("/about/", client=reader).status_code for _ in range(9)] == [200] * 9


def test_editors_may_ask_for_more(chief, few):
    client = Client()
    client.force_login(chief)
    assert [ask("/about/", client=client).status_code for _ in range(9)] == [200] * 9
    client.force_login(get_user_model().objects.create_user("reader"))
    assert ask("/about/", client=client).status_code == 429


def test_without_a_limit_there_is_none(db, settings):
    settings.CLIENT_LIMIT = None
    assert [ask("/about/").status_code for _ in range(9)] == [200] * 9


def test_many_names_from_one_address_are_too_much(db):
    statuses = [log_in("wrong", name=f"name {number}").status_code for number in range(25)]
    assert statuses == [200] * 20 + [429] * 5
    assert log_in("wrong", at=THERE).status_code == 200
