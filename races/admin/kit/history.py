"""The history of a row's page: every change set that touched it, with values; of a race those of its cars and results
too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from changes.models import Change
from changes.reading import parts_of, rows_of
from changes.subjects import PARENTS, RowKey, subjects_of
from races.models import Ruling, Session

SETS_ON_A_PAGE = 20
LINES_OF_A_SET = 50
"""So many rows of one change set are shown; its own page has all."""
MOST_LOGGED = 50
WHOLE = {*(model for model, parents in PARENTS.items() if not parents), Session, Ruling}
"""Whose page has rows of others on it: it shows the history of the whole subject."""


class ShowsHistory(ModelAdmin):
    """A page “History” with values, in place of Django's list of saves."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        only = RowKey(self.model, row.pk) if self.model not in WHOLE else None
        changes = changes_of(row, only) if self.model in PARENTS else []
        page = Paginator(changes, SETS_ON_A_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {self.choice_label(row)}",
            "opts": self.opts,
            "object": row,
            "page": page,
            "parts": parts_of(page, LINES_OF_A_SET, only),
            "logged": logged_before(row, page.object_list) if not page.has_next() else (),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "desk/history/row.html", context)


def changes_of(row: Model, only: RowKey | None) -> QuerySet[Change] | list[Change]:
    """What touched the subject of a row, the newest first; or of those only what touched one row."""
    key = RowKey(type(row), row.pk)
    subject = subjects_of([key], lambda _: None)[key]
    changes = Change.objects.filter(subject=subject.model._meta.label_lower, subject_id=subject.pk)
    changes = changes.select_related("change_set__user", "change_set__undone_by").order_by("-change_set")
    return changes if only is None else [change for change in changes if touches(change, only)]


def touches(change: Change, key: RowKey) -> bool:
    for rows in rows_of(change):
        if rows.model is key.model:
            came = any(first <= key.pk <= last for first, last in rows.came)
            return came or key.pk in rows.added or key.pk in rows.changed or key.pk in rows.removed
    return False


def logged_before(row: Model, changes: Sequence[Change]) -> QuerySet[LogEntry]:
    """The saves of the admin's log that are older than these: of those no values were kept."""
    of_model = ContentType.objects.get_for_model(row)
    log = LogEntry.objects.filter(content_type=of_model, object_id=str(row.pk)).select_related("user")
    if changes:
        log = log.filter(action_time__lt=min(change.change_set.at for change in changes))
    return log.order_by("-action_time")[:MOST_LOGGED]
