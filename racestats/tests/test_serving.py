"""The production server, as `make serve` starts it: what its workers answer, and what ends them."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from django.conf import settings

from drivers.models import Driver
from racestats.serve import load
from testing.makers import make_little_book

HEADERS = {"X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}
make_book = make_little_book
LARSON = "/drivers/kyle-larson/"
SOON = 30


@contextmanager
def served(book: Path, **environment: str):
    """The address of a server that answers from this book, the server, and the file of its log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log, environment = (
        book.with_name("log"),
        {
            **os.environ,
            **environment,
            "DEBUG": "false",
            "SECRET_KEY": "for-this-test-alone-" * 4,
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": f"sqlite:///{book}",
            "DJANGO_SETTINGS_MODULE": "testing.served.settings",
            "WAIT_IN": str(book.parent),
        },
    )
    command = [sys.executable, "-m", "racestats.serve", "--port", str(port), "--workers", "2"]
    with log.open("wb") as told:
        server = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, start_new_session=True, stdout=told, stderr=told
        )
    try:
        yield f"http://127.0.0.1:{port}", server, log
    finally:
        # Workers outlive one that is killed.
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def ask(address: str, data: bytes | None = None, **headers):
    """The answer, asked for again while the server starts."""
    end = time.monotonic() + SOON
    while True:
        try:
            with urlopen(Request(address, data, headers=HEADERS | headers), timeout=SOON) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except HTTPError as error:
            return error.code, dict(error.headers), error.read()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def until(holds) -> bool:
    """Wait until something holds, but not for ever."""
    end = time.monotonic() + SOON
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(0.05)
    return held


def workers_of(server: subprocess.Popen) -> set[int]:
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return {int(pid) for pid in children if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()}


def wait_in_another_thread(site: str, folder: Path) -> Future:
    """A request that is not answered until the file `go` is there; it has been asked."""
    thread = ThreadPoolExecutor(1)
    answer = thread.submit(ask, f"{site}/wait/")
    assert until((folder / "asked").exists)
    return answer


def test_workers_answer_as_one(made_file):
    """One server for all of it, for a start takes long."""
    with served(made_file) as (site, server, _):
        count_together(site, server)
        answer_alike_and_see_every_write(site)
        count_wrong_passwords_together(site)


def count_together(site: str, server: subprocess.Popen) -> None:
    for _ in range(20):
        ask(site + LARSON)
    pattern = r'^racestats_answers_total\{kind="(?:kept|made)",status="2xx"\} (\d+)'
    with urlopen(f"{site}/metrics") as answer:
        told = answer.read().decode()
    counts = re.findall(pattern, told, re.MULTILINE)
    assert sum(map(int, counts)) == 20
    pids = set(map(int, re.findall(r'^racestats_data_version\{pid="(\d+)"', told, re.MULTILINE)))
    assert pids == workers_of(server)


def answer_alike_and_see_every_write(site: str) -> None:
    status, headers, _ = ask(site + LARSON)
    assert (status, headers["content-encoding"]) == (200, "gzip")
    etag = headers["etag"]
    for _ in range(6):
        assert ask(site + LARSON, **{"If-None-Match": etag})[0] == 304
    Driver.objects.filter(slug="kyle-larson").update(name="Kyle M. Larson")
    for _ in range(6):
        assert ask(site + LARSON, **{"If-None-Match": etag})[0] == 200


def count_wrong_passwords_together(site: str) -> None:
    _, headers, page = ask(f"{site}/admin/login/", **{"Accept-Encoding": "identity"})
    (token,) = re.findall(b'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    typed = urlencode({"csrfmiddlewaretoken": token, "username": "chief", "password": "wrong"}).encode()
    sent = {"Cookie": headers["set-cookie"], "Referer": site.replace("http:", "https:"), "Connection": "close"}
    told = [ask(f"{site}/admin/login/", typed, **sent, **{"X-Forwarded-For": "203.0.113.7"}) for _ in range(8)]
    assert [status for status, _, _ in told] == [200] * 4 + [429] * 4


def test_a_worker_that_dies_is_followed_by_another(made_file):
    with served(made_file) as (site, server, _):
        ask(site + LARSON)
        workers = workers_of(server)
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        assert ask(site + LARSON)[0] == 200
        assert until(lambda: len(workers_of(server)) == 2 and not workers & workers_of(server))


def test_it_ends_when_told_and_when_all_is_answered(made_file, tmp_path):
    with served(made_file) as (site, server, log):
        answer = wait_in_another_thread(site, tmp_path)
        server.send_signal(signal.SIGTERM)
        assert until(lambda: b"Shutting down" in log.read_bytes())
        assert not answer.done()
        (tmp_path / "go").touch()
        assert answer.result(SOON)[::2] == (200, b"waited")
        assert server.wait(SOON) == 0
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        assert {line["logger"] for line in lines} >= {"_granian"}


def test_new_workers_take_over_when_told(made_file, tmp_path):
    with served(made_file) as (site, server, log):
        answer = wait_in_another_thread(site, tmp_path)
        before = workers_of(server)
        server.send_signal(signal.SIGHUP)
        assert until(lambda: b"Stopping old worker" in log.read_bytes())
        (tmp_path / "go").touch()
        assert until(lambda: len(workers_of(server) - before) == 2 and not workers_of(server) & before)
        assert answer.result(SOON)[::2] == (200, b"waited")
        assert ask(site + LARSON)[0] == 200


def test_a_worker_that_does_not_answer_is_ended(made_file, tmp_path):
    with served(made_file, REQUEST_SECONDS="0.5") as (site, server, log):
        before = wait_in_another_thread(site, tmp_path) and workers_of(server)
        assert until(lambda: len(before & workers_of(server)) == 1)
        assert ask(site + LARSON)[0] == 200
        (told,) = [line for line in map(json.loads, log.read_text().splitlines()) if line["level"] == "ERROR"][:1]
        assert told["message"].startswith("No answer after 0.5 seconds: this worker ends. It was at\n")
        assert "in wait" in told["message"]
        assert told["address"] == "/wait/"
        (tmp_path / "go").touch()


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"DATABASE_URL": "sqlite:////nowhere/book.sqlite3"}, "The database cannot be read: unable to open"),
        ({"DATABASE_URL": "sqlite://:memory:"}, "migrations not applied, from "),
    ],
)
def test_what_stands_in_the_way_of_serving_is_told(made_file, environment, told):
    known = {"DEBUG": "false", "SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "x", "DATABASE_URL": f"sqlite:///{made_file}"}
    done = subprocess.run(
        [sys.executable, "-m", "racestats.serve"],
        cwd=settings.BASE_DIR,
        env={**os.environ, **known, "DJANGO_SETTINGS_MODULE": "testing.served.settings", **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_static_files_must_have_been_collected(db, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    assert load().startswith("The static files are not collected. Run: ")
