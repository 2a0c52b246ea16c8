"""Each request has an id: the answer carries it, and so does every line that is logged meanwhile."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import NamedTuple
from uuid import uuid4
from weakref import WeakKeyDictionary

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Request-ID"
SENT_AS = "HTTP_X_REQUEST_ID"
PLAIN = re.compile(r"[\w.-]{1,64}", re.ASCII)


class LoggedRequest(NamedTuple):
    """What the log says of the request that is being answered."""

    id: str
    method: str
    address: str


_asked: ContextVar[LoggedRequest | None] = ContextVar("the request being answered", default=None)
_asked_by: WeakKeyDictionary[HttpRequest, LoggedRequest] = WeakKeyDictionary()
"""The same by request, for as long as there is anything to tell of it."""


def with_id(get_response: Callable[[HttpRequest], HttpResponseBase]):
    """Take the id that a proxy gave the request, or give it one."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        # Of `request.headers` all would be made, for one.
        given = request.META.get(SENT_AS, "")
        id_ = given if PLAIN.fullmatch(given) else uuid4().hex
        asked = LoggedRequest(id_, request.method or "", request.get_full_path())
        _asked_by[request] = asked
        token = _asked.set(asked)
        try:
            response = get_response(request)
        finally:
            _asked.reset(token)
        response[HEADER] = asked.id
        return response

    return answer


def request_id() -> str:
    """The id of the request being answered; empty outside one."""
    asked = _asked.get()
    return asked.id if asked else ""


class OfRequest(logging.Filter):
    """Gives every record the id, the method and the address of the request during which it was logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        # Django tells of a 404 when the answer has left all middleware, with the request beside.
        asked = _asked.get() or (_asked_by.get(request) if isinstance(request, HttpRequest) else None)
        record.request_id, record.method, record.address = asked or ("", "", "")
        return True
