"""What is turned away before any page sees it, and what is told where none can be made."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError, DataError, IntegrityError, InterfaceError
from django.http import HttpRequest, HttpResponse

from .errors import BadFilter, bad_filter, bad_request, unavailable

logger = logging.getLogger(__name__)
NULL = "\0"


def refuse_null_characters(get_response: Callable[[HttpRequest], HttpResponse]):
    """Answer 400 to an address or a cookie with a null character: nothing has one, and PostgreSQL takes none in a text.

    What is posted is left to the forms, which name the field.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if NULL in request.path or any(NULL in value for value in request.COOKIES.values()):
            return bad_request(request)
        if bad := [name for name, values in request.GET.lists() if any(NULL in text for text in (name, *values))]:
            problem = BadFilter({name.replace(NULL, "%00"): ["Null characters are not allowed."] for name in bad})
            return bad_filter(request, request.GET.get("format", "html"), problem)
        return get_response(request)

    return answer


def tell_of_the_database(get_response: Callable[[HttpRequest], HttpResponse]):
    """Answer 503 where the database is missing, locked, full, read-only or older than the code."""

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        of_values = isinstance(error, DataError | IntegrityError)
        if of_values or not isinstance(error, DatabaseError | InterfaceError):
            return None
        logger.error("The database does not answer: %s", error, exc_info=error)
        return unavailable(request)

    answer.process_exception = process_exception
    return answer
