"""Errors as pages: in the site's design, or in the form that was asked for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from .serving.requests import request_id


class BadFilter(Exception):
    """A parameter that makes no sense, by its name or by its value: which, and why."""

    def __init__(self, errors: dict[str, list[str]]):
        super().__init__(str(errors))
        self.errors = errors


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A 404 in the site's design, or as JSON where that was asked for."""
    reason = exception.args[0] if exception and exception.args and isinstance(exception.args[0], str) else ""
    if request.GET.get("format") == "json":
        return JsonResponse({"error": "not found"}, status=404)
    context = {"title": "Not found", "reason": reason, "asked": request.GET.dict()}
    return render(request, "404.html", context, status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A 400 for what Django itself turns away: a form too large, a cookie that was tampered with."""
    context = {"errors": {}, "title": "That request makes no sense"}
    return render(request, "400.html", context, status=400)


def bad_filter(request: HttpRequest, form: str, problem: BadFilter) -> HttpResponse:
    """A 400 that names the field, in the form that was asked for."""
    if form == "json":
        return JsonResponse({"error": "bad filter", "fields": problem.errors}, status=400)
    if form in ("csv", "md"):
        lines = [f"{name}: {' '.join(errors)}" for name, errors in problem.errors.items()]
        return HttpResponse("\n".join(lines) + "\n", status=400, content_type="text/plain; charset=utf-8")
    asked = {name: value for name, value in request.GET.items() if name not in problem.errors}
    context = {"errors": problem.errors, "title": "That request makes no sense", "asked": asked}
    return render(request, "400.html", context, status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """A 500: the log has what happened, under the id that the page names."""
    if request.GET.get("format") == "json":
        return JsonResponse({"error": "server error", "id": request_id()}, status=500)
    return render(request, "500.html", {"id": request_id()}, status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """A 503: the database cannot be read or written just now, and nothing was."""
    headers = {"Retry-After": "30", "Cache-Control": "no-store"}
    if request.GET.get("format") == "json":
        return JsonResponse({"error": "unavailable", "id": request_id()}, status=503, headers=headers)
    page = render_to_string("503.html", {"id": request_id()})
    return HttpResponse(page, status=503, headers=headers)
