"""A login that ended while somebody typed: what was sent is kept in the form that asks for another, and sent then."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from racestats import errors

EDITOR = "_editor"
"""The hidden field of a page in which something is typed: the id of whom it was shown to."""
PREFIX = "login"
"""What the names of the boxes for name and password begin with, among those of any page."""


def is_cut_off(request: HttpRequest, site: AdminSite) -> bool:
    """Whether somebody who is not logged in sends what was typed."""
    return request.method == "POST" and EDITOR in request.POST and not site.has_permission(request)


@never_cache
def log_in_again(request: HttpRequest, site: AdminSite, go_on: Callable[[], HttpResponse]) -> HttpResponse:
    """Ask for a login with all that was sent, and go on with it once it was right."""
    sent = request.POST
    tries = f"{PREFIX}-password" in sent
    form = AdminAuthenticationForm(request, data=sent if tries else None, prefix=PREFIX)
    if tries and form.is_valid():
        login(request, form.get_user())
        # The login has changed the token of forms; views of the admin read it from the cookie once more.
        request.COOKIES[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]
        if sent[EDITOR] != str(request.user.pk):
            return _drop(request, sent[EDITOR])
        request.POST = _without_login(sent)
        return go_on()
    context = {
        **site.each_context(request),
        "title": "Log in to go on",
        "form": form,
        "kept": list(_kept(sent)),
        "files": [file.name for file in request.FILES.values()],
    }
    return TemplateResponse(request, "admin/login_again.html", context)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form whose token is out of date, as after a login in another window: an editor's own is kept, to
    be sent again; of any other form nothing is."""
    is_from_here = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if not (is_from_here and request.path.startswith(reverse("admin:index")) and _is_of_its_editor(request)):
        return errors.csrf_failure(request, reason)
    context = {
        **admin.site.each_context(request),
        "title": "Send it again",
        "kept": list(_kept(request.POST)),
        "files": [file.name for file in request.FILES.values()],
    }
    return TemplateResponse(request, "admin/send_again.html", context, status=403, headers=errors.NOT_KEPT)


def _is_of_its_editor(request: HttpRequest) -> bool:
    return request.user.is_staff and request.POST.get(EDITOR) == str(request.user.pk)


def _drop(request: HttpRequest, editor: str) -> HttpResponse:
    """What another has typed is nobody's to save."""
    found = get_user_model().objects.filter(pk=editor) if editor.isdecimal() and len(editor) < 19 else ()
    whose = next((f"{user}'s" for user in found), "somebody else's")
    said = f"You are logged in as {request.user}. What was typed on this page was {whose}: it was not saved."
    messages.warning(request, said)
    return HttpResponseRedirect(request.get_full_path())


def _is_of_login(name: str) -> bool:
    return name == "csrfmiddlewaretoken" or name.startswith(f"{PREFIX}-")


def _kept(sent: QueryDict) -> Iterator[tuple[str, str]]:
    """All fields that were sent, but no password among them."""
    for name, values in sent.lists():
        if not _is_of_login(name) and "password" not in name:
            yield from ((name, value) for value in values)


def _without_login(sent: QueryDict) -> QueryDict:
    rest = sent.copy()
    for name in sent:
        if _is_of_login(name):
            del rest[name]
    rest._mutable = False
    return rest
