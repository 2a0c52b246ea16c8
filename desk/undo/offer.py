"""After a page has written: the way back, among what it says of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from changes.models import ChangeSet

HAS_ITS_OWN = (ChangeSet.Kind.RULING, ChangeSet.Kind.UNDO)
"""A ruling is revoked, and an undo leads to the page of itself."""


def offer(request: HttpRequest, response: HttpResponse, kept: Sequence[ChangeSet]) -> None:
    """Lead from what is said of a save to the plan of undoing it."""
    made = [change_set.pk for change_set in kept if change_set.kind not in HAS_ITS_OWN]
    if not made or response.status_code != 302:
        return
    if not admin.site.get_model_admin(ChangeSet).has_view_permission(request):
        return
    if found := ChangeSet.objects.filter(pk__in=made).first():  # What was rolled back since is not there.
        address = reverse("admin:desk_undo", args=[found.pk])
        link = '<a href="{}">Undo this {} …<span class="visually-hidden"> {}</span></a>'
        messages.info(request, format_html(link, address, found.get_kind_display().lower(), found.title))
