"""A server of feeds on this machine, which answers as a test has laid out."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answers(BaseHTTPRequestHandler):
    """By the path: bytes, which are known by their ETag; a code; (code, headers, bytes); “hang up”; or a list of such,
    one for each time."""

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.server.asked[self.path] += 1
        answers = self.server.answers.get(self.path, 404)
        answer = answers.pop(0) if isinstance(answers, list) else answers
        if answer == "hang up":
            return
        code, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
        if isinstance(answer, int):
            code, body = answer, b""
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        if code == 200 and self.headers["If-None-Match"] == etag:
            code, body = 304, b""
        self.send_response(code)
        for name, value in {"ETag": etag, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve_feeds() -> Iterator[ThreadingHTTPServer]:
    """The server: a test sets `answers`, and `asked`, a Counter."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
