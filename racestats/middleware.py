"""What is turned away before any page sees it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .errors import BadFilter, bad_filter, bad_request

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
