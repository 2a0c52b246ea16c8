"""The production server, as `make serve` starts it: what its workers answer, and what ends them."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings

from drivers.models import Driver

HEADERS = {"X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}
LARSON = "/drivers/kyle-larson/"
SOON = 30


def options() -> list[str]:
    """Those of the server in the Makefile, with two workers wherever the tests run."""
    text = (Path(settings.BASE_DIR) / "Makefile").read_text().replace("\\\n", " ")
    (found,) = re.findall(r"^SERVER := (.+)$", text, re.MULTILINE)
    return found.replace("$$(nproc)", "2").split()


@contextmanager
def served(book: Path):
    """The address of a server that answers from this book."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DEBUG": "false",
        "SECRET_KEY": "for-this-test-alone-" * 4,
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": f"sqlite:///{book}",
        "DJANGO_SETTINGS_MODULE": "testing.settings_served",
    }
    command = [sys.executable, "-m", "granian", "--port", str(port), *options(), "racestats.wsgi:application"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, start_new_session=True, **quiet)
    try:
        yield f"http://127.0.0.1:{port}", server
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


def test_workers_answer_alike_and_see_every_write(book_file):
    with served(book_file) as (site, _):
        status, headers, _ = ask(site + LARSON)
        assert (status, headers["content-encoding"]) == (200, "gzip")
        etag = headers["etag"]
        for _ in range(6):
            assert ask(site + LARSON, **{"If-None-Match": etag})[0] == 304
        Driver.objects.filter(slug="kyle-larson").update(name="Kyle M. Larson")
        for _ in range(6):
            assert ask(site + LARSON, **{"If-None-Match": etag})[0] == 200


def test_a_worker_that_dies_is_followed_by_another(book_file):
    with served(book_file) as (site, server):
        ask(site + LARSON)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        workers = [int(pid) for pid in children if "tracker" not in Path(f"/proc/{pid}/cmdline").read_text()]
        assert len(workers) == 2
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        assert ask(site + LARSON)[0] == 200


def test_wrong_passwords_are_counted_by_all_workers(book_file):
    with served(book_file) as (site, _):
        _, headers, page = ask(f"{site}/admin/login/", **{"Accept-Encoding": "identity"})
        (token,) = re.findall(b'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        typed = urlencode({"csrfmiddlewaretoken": token, "username": "chief", "password": "wrong"}).encode()
        sent = {"Cookie": headers["set-cookie"], "Referer": site.replace("http:", "https:"), "Connection": "close"}
        told = [ask(f"{site}/admin/login/", typed, **sent, **{"X-Forwarded-For": "203.0.113.7"}) for _ in range(8)]
        assert [status for status, _, _ in told] == [200] * 4 + [429] * 4


def test_it_ends_when_told(book_file):
    with served(book_file) as (site, server):
        ask(site + LARSON)
        server.send_signal(signal.SIGTERM)
        assert server.wait(SOON) == 0
