"""What is turned away before any page sees it, and what is told where none can be made."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_ratelimit.core import get_usage

from .ailments import ailment_of
from .errors import MAX_BODY, BadFilter, bad_filter, bad_request, not_allowed, too_large, too_many, unavailable
from .formatting import plural
from .serving import kept_values
from .serving.clients import client_of, is_known

logger = logging.getLogger(__name__)
NULL = "\0"
READING = ("GET", "HEAD", "OPTIONS")
FOR_PROGRAMS = "/api/"
TRIES = "20/m"
"""What somebody who is not logged in may post: passwords, and reports."""


def refuse_writing(get_response: Callable[[HttpRequest], HttpResponse]):
    """Answer 405 to what would write anywhere but in the admin and where a view `takes_posts`, and 413 to more than a
    request may hold."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            # Views and Django's decorators turn methods away without a word.
            return not_allowed(request, response["Allow"])
        return response

    def process_view(request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if request.method in READING:
            return None
        if "admin" not in request.resolver_match.namespaces and not getattr(view, "takes_posts", False):
            return not_allowed(request, ", ".join(READING))
        size = request.headers.get("Content-Length", "")
        return too_large(request) if size.isdecimal() and int(size) > MAX_BODY else None

    answer.process_view = process_view
    return answer


def let_other_sites_read(get_response: Callable[[HttpRequest], HttpResponse]):
    """Let scripts on any site read what is for programs. Nothing there is of one reader."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(FOR_PROGRAMS):
            return get_response(request)
        if request.method == "OPTIONS":
            allowed = {"Allow": ", ".join(READING), "Access-Control-Allow-Methods": ", ".join(READING)}
            response = HttpResponse(status=204, headers={**allowed, "Access-Control-Max-Age": "86400"})
            response["Access-Control-Allow-Headers"] = "If-None-Match"
        else:
            response = get_response(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
        return response

    return answer


def limit_clients(get_response: Callable[[HttpRequest], HttpResponse]):
    """Answer 429 to a client who asks for more than `CLIENT_LIMIT` of what is not kept, or posts what only somebody who
    guesses would. Editors may."""

    def answer(request: HttpRequest) -> HttpResponse:
        client = client_of(request)
        reads = request.method in READING
        counted = get_usage(
            request,
            group="read" if reads else "written",
            key=lambda *_: client,
            rate=(settings.CLIENT_LIMIT if reads else TRIES) if is_known(client) else None,
            increment=True,
        )
        if counted is None or not counted["should_limit"] or request.user.is_staff:
            return get_response(request)
        if counted["count"] == counted["limit"] + 1:
            logger.warning("%s asks for too much, and is answered 429", client)
        seconds = max(counted["time_left"], 1)
        return too_many(request, f"Please try again in {plural(seconds, 'second')}.", seconds)

    return answer


def refuse_null_characters(get_response: Callable[[HttpRequest], HttpResponse]):
    """Answer 400 to an address or a cookie with a null character: nothing has one, and PostgreSQL takes none in a text.

    What is posted is left to the forms, which name the field.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if NULL in request.path or any(NULL in value for value in request.COOKIES.values()):
            return bad_request(request)
        if bad := [name for name, values in request.GET.lists() if any(NULL in text for text in (name, *values))]:
            problem = BadFilter({name.replace(NULL, "%00"): ["Null characters are not allowed."] for name in bad})
            return bad_filter(request, problem)
        return get_response(request)

    return answer


def tell_of_the_database(get_response: Callable[[HttpRequest], HttpResponse]):
    """Answer 503 where the database is missing, locked, full, read-only or older than the code."""

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        ailment = ailment_of(error)
        if ailment is None:
            return None
        logger.error("The database does not answer: %s %s", error, ailment.help, exc_info=error)
        kept_values.forget()  # What answers next may be another book.
        return unavailable(request, ailment.sentence)

    answer.process_exception = process_exception
    return answer
