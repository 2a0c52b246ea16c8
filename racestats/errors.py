"""Errors as pages: in the site's design, or in the form that was asked for. Nothing here reads the database."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from racestats.formatting import megabytes, plural

from .serving.requests import request_id

logger = logging.getLogger(__name__)
MAX_BODY = 10_000_000
"""Bytes of one request: a photo and the form around it."""
NOT_KEPT = {"Cache-Control": "no-store"}


class MeantParameter(NamedTuple):
    """What a parameter was probably meant to be: another value of it, or the same under another name."""

    text: str
    value: str | None = None
    name: str | None = None


class ProblemText(str):
    """What is wrong with a parameter, in a sentence; a page says less of it, and links to what was meant."""

    said: str
    meant: tuple[MeantParameter, ...]

    def __new__(cls, sentence: str, said: str, meant: Iterable[MeantParameter]) -> ProblemText:
        told = super().__new__(cls, sentence)
        told.said, told.meant = said, tuple(meant)
        return told


class ShownProblem(NamedTuple):
    """The same as a page shows it: the links by their texts."""

    text: str
    links: list[tuple[str, str]]


def problems_of(query: QueryDict, errors: dict[str, list[str]]) -> dict[str, list[ShownProblem]]:
    """What is wrong with an address, by parameter. Each link mends one and keeps the others, but no page of a table."""
    return {
        name: [
            ShownProblem(each.said, [(meant.text, _mended(query, name, meant)) for meant in each.meant])
            if isinstance(each, ProblemText)
            else ShownProblem(str(each), [])
            for each in found
        ]
        for name, found in errors.items()
    }


def _mended(query: QueryDict, name: str, meant: MeantParameter) -> str:
    mended = query.copy()
    values = mended.pop(name, [""])
    for each in list(mended):
        if each.rpartition("-")[2] == "page":
            del mended[each]
    mended[meant.name or name] = values[-1] if meant.value is None else meant.value
    return f"?{mended.urlencode()}"


class BadFilter(Exception):
    """A parameter that makes no sense, by its name or by its value: which, and why."""

    def __init__(self, errors: dict[str, list[str]]):
        super().__init__(str(errors))
        self.errors = errors


API = "/api/v1/"
"""All below it is for programs, and so are its errors."""


def form_of(request: HttpRequest) -> str:
    """The form in which an error is told: as `format` asks; without one as JSON where that is preferred to a page."""
    if request.path.startswith(API):
        return "json"
    try:
        asked = request.GET.get("format")
    except SuspiciousOperation:  # too many parameters to be read
        asked = None
    if asked is None:
        liked = request.get_preferred_type(("text/html", "application/json"))
        return "json" if liked == "application/json" else "html"
    return {"json": "json", "csv": "text", "md": "text", "txt": "text"}.get(asked, "html")


def answer_error(
    request: HttpRequest,
    status: int,
    error: str,
    title: str,
    sentence: str = "",
    *,
    form: str = "",
    template: str = "error.html",
    headers: dict[str, str] | None = None,
    context: dict | None = None,
    **beside,
) -> HttpResponse:
    """An error in the form that was asked for: `error` and what is `beside` it as JSON, title and sentence else."""
    form = form or form_of(request)
    if form == "json":
        response: HttpResponse = JsonResponse({"error": error, **beside}, status=status)
    elif form == "text":
        text = sentence or f"{title}.\n"
        response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    else:
        shown = {"title": title, "sentence": sentence, "id": beside.get("id", ""), **(context or {})}
        response = render(request, template, shown, status=status)
    for name, value in (headers or {}).items():
        response[name] = value
    patch_vary_headers(response, ["Accept"])
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A 400 for what Django itself turns away: too many fields, a cookie that was tampered with. A 413 for a form too
    large."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return answer_error(request, 400, "bad request", "That request makes no sense")


def bad_filter(request: HttpRequest, problem: BadFilter, form: str = "", context: dict | None = None) -> HttpResponse:
    """A 400 that names the field; `context` has what its page needs to show the filters as they were."""
    lines = "".join(f"{name}: {' '.join(errors)}\n" for name, errors in problem.errors.items())
    asked = {name: value for name, value in request.GET.items() if name not in problem.errors}
    context = {"problems": problems_of(request.GET, problem.errors), "asked": asked, **(context or {})}
    return answer_error(
        request,
        400,
        "bad filter",
        "We couldn’t use that filter",
        lines,
        form=form,
        template="400.html",
        context=context,
        fields=problem.errors,
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A 403: who is logged in may not do this, or a reason of its own."""
    sentence = "This is for editors who have been given it: ask the owner of the site, or log in as somebody else."
    return answer_error(
        request, 403, "forbidden", "You may not do this", reason_of(exception) or sentence, headers=NOT_KEPT
    )


def reason_of(exception: Exception | None) -> str:
    """What an exception says in words; of a 404, what is not there."""
    return exception.args[0] if exception and exception.args and isinstance(exception.args[0], str) else ""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A 403 for a form that did not come from a page of ours; the log says why."""
    sentence = (
        "It is out of date, or your browser sent no cookie with it; nothing was saved. Go back, where what you typed "
        "still stands; keep it, load the page again and send it once more."
    )
    return answer_error(request, 403, "csrf", "That form cannot be taken", sentence, headers=NOT_KEPT)


def not_found(
    request: HttpRequest, exception: Exception | None = None, near: Iterable[tuple[str, str]] = ()
) -> HttpResponse:
    """A 404, with what a page says is not there, and what is `near` it: texts and addresses."""
    context = {"reason": reason_of(exception), "near": list(near), "asked": request.GET.dict()}
    return answer_error(
        request, 404, "not found", "Page not found", "Not found.\n", template="404.html", context=context
    )


def not_allowed(request: HttpRequest, permitted: str) -> HttpResponse:
    """A 405: the methods that the address takes."""
    return answer_error(
        request,
        405,
        "method not allowed",
        "That cannot be done here",
        f"This address takes {permitted}.",
        headers={"Allow": permitted},
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """A 413: more bytes than anybody has to send."""
    sentence = f"A request may have {megabytes(MAX_BODY)}, and a form without files less; nothing was saved."
    return answer_error(request, 413, "too large", "That is too large", sentence)


def too_many(request: HttpRequest, sentence: str, seconds: int) -> HttpResponse:
    """A 429: in so many seconds it may be tried again."""
    headers = {"Retry-After": str(seconds), **NOT_KEPT}
    return answer_error(
        request, 429, "too many requests", "Too many requests", sentence, headers=headers, retry_after=seconds
    )


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials=None) -> HttpResponse:
    """A 429 in place of the log-in page, after too many wrong passwords."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    sentence = f"The password was wrong too often. Please try again in {plural(seconds // 60, 'minute')}."
    return too_many(request, sentence, seconds)


def server_error(request: HttpRequest) -> HttpResponse:
    """A 500: the log has what happened, under the id that the page names."""
    sentence = "The fault is ours, and it is in our log."
    try:
        return answer_error(
            request, 500, "server error", "Something broke", sentence, headers=NOT_KEPT, id=request_id()
        )
    except Exception:
        # What is broken may be what all pages are made of.
        logger.exception("The page of an error cannot be made")
        return HttpResponse(f"{sentence}\n", status=500, content_type="text/plain; charset=utf-8", headers=NOT_KEPT)


def unavailable(request: HttpRequest, sentence: str) -> HttpResponse:
    """A 503: the database cannot be read or written just now, and nothing was."""
    headers = {"Retry-After": "30", **NOT_KEPT}
    return answer_error(
        request,
        503,
        "unavailable",
        "The book is closed for a moment",
        sentence,
        headers=headers,
        id=request_id(),
    )
