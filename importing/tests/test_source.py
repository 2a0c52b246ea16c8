"""Reading files and addresses: what comes back, and a sentence for each way it can fail."""

import os
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from importing import connections, source
from importing.connections import is_public
from importing.source import Answer, Unreadable, agent, fetch, read

BODY = b'{"a": 1}'


class Answers(BaseHTTPRequestHandler):
    """Answers by the address: well, or in one of the ways a server can go wrong."""

    def log_message(self, *args):
        pass

    def do_GET(self):
        getattr(self, urlsplit(self.path).path.strip("/").partition("/")[0])()

    def answer(self, code=200, body=b"", length=None, **headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        if length != "":
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def good(self):
        self.answer(body=BODY)

    def without_length(self):
        self.answer(body=BODY, length="")

    def known(self):
        kept = {"ETag": '"a"', "Last-Modified": "Mon, 23 Feb 2026 10:00:00 GMT"}
        asked = (self.headers["If-None-Match"], self.headers["If-Modified-Since"])
        self.answer(304 if asked == tuple(kept.values()) else 200, body=b"" if asked[0] else BODY, **kept)

    def known_at_length(self):
        self.answer(body=BODY, ETag="x" * 201)

    def busy(self):
        self.answer(503, **{"Retry-After": "30"})

    def hanging_up(self):
        pass

    def odd_length(self):
        self.answer(body=BODY, length="soon")

    def missing(self):
        self.answer(404, b"not here")

    def broken(self):
        self.answer(500)

    def moved(self):
        self.answer(302, Location="/good")

    def moved_to_file(self):
        self.answer(302, Location="file:///etc/passwd")

    def moved_to_ftp(self):
        self.answer(302, Location="ftp://127.0.0.1/x")

    def moved_in_a_circle(self):
        self.answer(302, Location="/moved_in_a_circle")

    def large(self):
        self.answer(length=10**9)

    def cut_short(self):
        self.answer(body=BODY, length=100)

    def bad_chunk(self):
        self.protocol_version = "HTTP/1.1"
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"5\r\nab")

    def no_http(self):
        self.wfile.write(b"hello\r\n")

    def silent(self):
        self.server.over.wait(5)

    def endless(self):
        self.answer(length="")
        self.drip(b"x" * 4096, 0)

    def trickling(self):
        self.answer(length="")
        self.drip(b"x", 0.02)

    def many_headers(self):
        self.answer(body=BODY, **{f"X-{number}": "x" for number in range(200)})

    def long_header(self):
        self.answer(body=BODY, X="x" * 70_000)

    def long_headers(self):
        self.answer(body=BODY, **{f"X-{number}": "x" * 2000 for number in range(50)})

    def continuing(self):
        self.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0)

    def trickling_headers(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.drip(b"X: x\r\n", 0.02)

    def trickling_lengths(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n")
        self.drip(b"X: x\r\n", 0.02)

    def moved_often(self):
        hop = int(self.path.rpartition("/")[2])
        self.answer(302, Location=f"/moved_often/{hop + 1}" if hop < 7 else "/good")

    def moved_slowly(self):
        self.server.over.wait(0.2)
        self.answer(302, Location=f"{self.path}x")

    def drip(self, piece, pause):
        end = time.monotonic() + 5
        try:
            while time.monotonic() < end and not self.server.over.wait(pause):
                self.wfile.write(piece)
        except OSError:
            pass


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as running:
        running.over = threading.Event()
        running.daemon_threads = True
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.over.set()
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def at_home(monkeypatch, settings):
    """Without a proxy, and with a server on this machine."""
    monkeypatch.setenv("no_proxy", "*")
    settings.FETCH_PRIVATE = True


@pytest.mark.parametrize("path", ["good", "without_length", "odd_length", "moved"])
def test_an_address(server, path):
    assert read(f"{server}/{path}") == BODY


def test_what_is_known_is_not_sent_again(server):
    answer = fetch(f"{server}/known")
    assert answer == Answer(BODY, '"a"', "Mon, 23 Feb 2026 10:00:00 GMT")
    assert fetch(f"{server}/known", etag=answer.etag, last_modified=answer.last_modified) == answer._replace(data=None)
    assert fetch(f"{server}/known_at_length") == Answer(BODY)


@pytest.mark.parametrize(
    ("path", "ails"),
    [
        ("missing", (True, False, False, None)),
        ("broken", (False, False, False, None)),
        ("cut_short", (False, True, False, None)),
        ("hanging_up", (False, True, False, None)),
        ("busy", (False, False, True, 30)),
    ],
)
def test_whether_another_try_may_bring_it(server, path, ails):
    with pytest.raises(Unreadable) as told:
        read(f"{server}/{path}")
    problem = told.value
    assert (problem.missing, problem.broken, problem.busy, problem.wait) == ails


@pytest.mark.parametrize(
    ("hosts", "named"),
    [
        (["localhost", "127.0.0.1", "[::1]"], ""),
        (["*"], ""),
        (["10.0.0.1", ".example.org", "example.com"], " (+https://example.org/)"),
    ],
)
def test_a_server_is_told_who_asks(settings, hosts, named):
    settings.ALLOWED_HOSTS, settings.VERSION = hosts, "1.2.3"
    assert agent() == f"racestats/1.2.3{named}"


FAILURES = [
    pytest.param("missing", "the server answers 404 Not Found.", id="404"),
    pytest.param("broken", "the server answers 500 Internal Server Error.", id="500"),
    pytest.param("moved_to_file", "to no http(s) address that can be followed", id="moved to a file"),
    pytest.param("moved_to_ftp", "to no http(s) address that can be followed", id="moved to ftp"),
    pytest.param("moved_in_a_circle", "to no http(s) address that can be followed", id="circle"),
    pytest.param("large", "this is larger than the 1,000 bytes allowed.", id="announced too large"),
    pytest.param("endless", "this is larger than the 1,000 bytes allowed.", id="endless"),
    pytest.param("cut_short", "the answer broke off after 8 of 100 bytes.", id="cut short"),
    pytest.param("bad_chunk", "the answer broke off", id="broken off in a piece"),
    pytest.param("many_headers", "the server's headers are too long (got more than 100 headers).", id="many headers"),
    pytest.param("long_header", "the server's headers are too long", id="long header"),
    pytest.param("long_headers", "the server's headers are too long", id="long headers"),
    pytest.param("continuing", "the server's headers are too long", id="goes on and on"),
    pytest.param("trickling_headers", "did not answer in full within 0.3 seconds.", id="trickling headers"),
    pytest.param("trickling_lengths", "did not answer in full within 0.3 seconds.", id="trickling after the body"),
    pytest.param("moved_often/1", "to no http(s) address that can be followed", id="moved often"),
    pytest.param("moved_slowly/", "did not answer in full within 0.3 seconds.", id="moved slowly"),
    pytest.param("hanging_up", "the server hung up without an answer.", id="hangs up"),
    pytest.param("no_http", "the server does not speak http", id="not http"),
    pytest.param("silent", "the server did not answer in full within 0.3 seconds.", id="silent"),
    pytest.param("trickling", "the server did not answer in full within 0.3 seconds.", id="trickling"),
]


@pytest.mark.parametrize(("path", "sentence"), FAILURES)
def test_an_address_that_fails(server, path, sentence):
    address = f"{server}/{path}"
    begin = time.monotonic()
    with pytest.raises(Unreadable) as told:
        read(address, timeout=0.3, max_bytes=1000)
    assert time.monotonic() - begin < 4
    assert sentence in str(told.value)
    assert str(told.value).startswith(f"{address}: ")
    assert told.value.problem.file == address
    assert told.value.problem.reason in str(told.value)


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


ADDRESSES = [
    pytest.param("https://", "no proper address", id="no server"),
    pytest.param("http://127.0.0.1:port/", "no proper address", id="port in words"),
    pytest.param("http://127.0.0.1/a b", "no proper address", id="space"),
    pytest.param(f"http://{'a' * 70}.invalid/", "no proper address", id="long name"),
    pytest.param("http://[::1/", "no proper address", id="bracket"),
    pytest.param("http://nowhere.invalid/", "no server of that name", id="no such server"),
    pytest.param("ftp://example.org/x", "not ftp:", id="ftp"),
    pytest.param("file:///etc/passwd", "not file:", id="file"),
    pytest.param("data:text/plain,x", "not data:", id="data"),
    pytest.param("gopher://example.org", "not gopher:", id="gopher"),
]


@pytest.mark.parametrize(("address", "sentence"), ADDRESSES)
def test_an_address_that_cannot_be(address, sentence, monkeypatch):
    def nowhere(host, *args, **kwargs):
        host.encode("idna")
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(Unreadable) as told:
        read(address, timeout=1)
    assert sentence in str(told.value)


def test_a_server_that_is_not_there():
    with pytest.raises(Unreadable, match="the server refuses the connection"):
        read(f"http://127.0.0.1:{closed_port()}/", timeout=1)


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.5",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_of_this_machine_or_its_network(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.1.69", "2606:4700::6810:84e5"])
def test_what_is_of_the_web(address):
    assert is_public(address)


HOME = "leads to 127.0.0.1, which is no address of the web but of this machine or its network. FETCH_PRIVATE=true"


@pytest.mark.parametrize("path", ["good", "moved"])
def test_a_private_address_is_not_read(server, settings, path):
    settings.FETCH_PRIVATE = False
    with pytest.raises(Unreadable) as told:
        read(f"{server}/{path}")
    assert HOME in str(told.value)


def leading(monkeypatch, *led: str) -> list[str]:
    """Lets every name lead to each of these in turn, as one who changes it between two look-ups can."""
    asked, real, turns = [], socket.getaddrinfo, iter(led)

    def look_up(host, port, *args, **kwargs):
        asked.append(host)
        return real(next(turns), port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_a_public_name_that_leads_home(server, settings, monkeypatch):
    """What is looked at is the address that is connected to, not one that was looked up before."""
    settings.FETCH_PRIVATE = False
    asked = leading(monkeypatch, "127.0.0.1")
    with pytest.raises(Unreadable) as told:
        read(server.replace("127.0.0.1", "example.org") + "/good")
    assert HOME in str(told.value)
    assert asked == ["example.org"]


def test_a_redirect_that_leads_home(server, settings, monkeypatch):
    """The first server is taken for a public one; where it sends us is looked at again."""
    settings.FETCH_PRIVATE = False
    public = iter([True, False])
    monkeypatch.setattr(connections, "is_public", lambda address: next(public))
    with pytest.raises(Unreadable) as told:
        read(f"{server}/moved")
    assert HOME in str(told.value)
    assert next(public, None) is None


def test_a_proxy_may_be_at_home(server, settings, monkeypatch):
    """It is the owner's, and looks up itself what it is asked for."""
    settings.FETCH_PRIVATE = False
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("http_proxy", server)
    with pytest.raises(Unreadable, match="the server answers 404"):
        read("http://example.org/missing")


def test_a_server_without_encryption(server):
    with pytest.raises(Unreadable, match=r"certificate or encryption|connection failed"):
        read(server.replace("http:", "https:"), timeout=1)


def test_a_file(tmp_path):
    path = tmp_path / "races: 2023 #1.json"
    path.write_bytes(BODY)
    assert read(str(path), max_bytes=len(BODY)) == BODY
    with pytest.raises(Unreadable, match="larger than the 7 bytes allowed"):
        read(str(path), max_bytes=len(BODY) - 1)


def test_the_usual_limit_is_said_in_megabytes(tmp_path, monkeypatch):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(source.MAX_BYTES + 1)
    with pytest.raises(Unreadable, match="larger than the 64 MB allowed"):
        read(str(path))


PATHS = [
    pytest.param("nothing.json", "there is no such file.", id="missing"),
    pytest.param("", "this is a directory", id="directory"),
    pytest.param("file/below", "a part of this path is a file", id="below a file"),
    pytest.param("pipe", "this is no ordinary file.", id="pipe"),
    pytest.param("a\0b", "cannot be read", id="null in the name"),
    pytest.param("x" * 5000, "cannot be read", id="long name"),
]


@pytest.mark.parametrize(("name", "sentence"), PATHS)
def test_a_file_that_cannot_be_read(tmp_path, name, sentence):
    (tmp_path / "file").write_bytes(BODY)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Unreadable) as told:
        read(f"{tmp_path}/{name}")
    assert sentence in str(told.value)


def test_a_file_that_is_not_ours(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(BODY)

    def forbidden(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(source.Path, "open", forbidden)
    with pytest.raises(Unreadable, match="you are not allowed to read this file"):
        read(str(path))
