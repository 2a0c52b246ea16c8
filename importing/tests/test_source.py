"""Reading files and addresses: what comes back, and a sentence for each way it can fail."""

import os
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from importing import source
from importing.source import Unreadable, read

BODY = b'{"a": 1}'


class Answers(BaseHTTPRequestHandler):
    """Answers by the address: well, or in one of the ways a server can go wrong."""

    def log_message(self, *args):
        pass

    def do_GET(self):
        getattr(self, self.path.strip("/").partition("/")[0])()

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
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")


@pytest.mark.parametrize("path", ["good", "without_length", "odd_length", "moved"])
def test_an_address(server, path):
    assert read(f"{server}/{path}") == BODY


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
