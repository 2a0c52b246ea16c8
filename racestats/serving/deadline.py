"""No answer takes for ever: a worker that is still at one after `REQUEST_SECONDS` ends, and another takes its place.

A thread cannot be stopped from outside, whatever it is at, so its process is: what it was writing is rolled back.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase

logger = logging.getLogger(__name__)
LOOK_EACH = 1
OTHERS_HAVE = 5
"""Seconds for what else the worker is answering."""


def within_time(get_response: Callable[[HttpRequest], HttpResponseBase]):
    """Watch how long each answer is in the making. One that is sent while its rows are read is not watched then: how
    long that takes is its reader's affair."""
    if not settings.REQUEST_SECONDS:
        raise MiddlewareNotUsed
    under_way: dict[int, tuple[float, HttpRequest]] = {}
    starting, watched = threading.Lock(), threading.Event()

    def start() -> None:
        """Not before the first request: a worker begins as a copy of a process, and threads are not copied."""
        with starting:
            if not watched.is_set():
                arguments = (under_way, settings.REQUEST_SECONDS)
                threading.Thread(target=end_when_late, args=arguments, daemon=True).start()
                watched.set()

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not watched.is_set():
            start()
        thread = threading.get_ident()
        under_way[thread] = time.monotonic(), request
        try:
            return get_response(request)
        finally:
            del under_way[thread]

    return answer


def end_when_late(under_way: dict[int, tuple[float, HttpRequest]], seconds: float) -> None:
    while True:
        time.sleep(LOOK_EACH)
        latest = time.monotonic() - seconds
        late = [(thread, request) for thread, (since, request) in list(under_way.items()) if since < latest]
        for thread, request in late:
            # Documented as the way to another thread's stack, in spite of its name.
            stack = "".join(traceback.format_stack(sys._current_frames().get(thread)))
            told = "No answer after %g seconds: this worker ends. It was at\n%s"
            logger.error(told, seconds, stack, extra={"request": request})
        if late:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(OTHERS_HAVE)
            os._exit(1)
