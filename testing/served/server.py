"""The site served within the process of the tests, on the database that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any
from unittest import mock

from django.core.handlers.wsgi import WSGIHandler
from pytest_django.live_server_helper import LiveServer


@contextmanager
def served() -> Iterator[str]:
    """Serve until the end, and say where."""
    with mock.patch.object(WSGIHandler, "__call__", one_at_a_time(WSGIHandler.__call__)):
        server = LiveServer("127.0.0.1")
        try:
            yield server.url
        finally:
            server.stop()


def one_at_a_time(answer: Callable[..., Any]) -> Callable[..., list[bytes]]:
    """Let no two requests be answered at once: a book in memory has one connection, on which two threads may wait for
    each other without end. An answer is read to its end, for one that is sent in blocks asks the book meanwhile."""
    lock = RLock()

    def answer_alone(handler: WSGIHandler, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with lock:
            response = answer(handler, environ, start_response)
            try:
                return [b"".join(response)]
            finally:
                if hasattr(response, "close"):
                    response.close()

    return answer_alone
