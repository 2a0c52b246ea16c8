"""The page of an undo: what is put back, what stands in the way, and its confirmation."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from changes.models import ChangeSet
from changes.reading import parts_of
from desk.merge.plan import MERGED
from desk.permissions import may_merge
from desk.plan import PlanChanged
from races.admin.state.official import NO_REASON_FOR_SOME, reason_of
from racestats.constraints import broken_by

from .obstacles import obstacles
from .plan import UndoPlan, plan_of
from .write import undo

LINES_OF_A_SUBJECT = 100
SUBJECTS = 20


@require_http_methods(["GET", "HEAD", "POST"])
def undo_page(request: HttpRequest, pk: int) -> HttpResponse:
    if not admin.site.get_model_admin(ChangeSet).has_view_permission(request):
        raise PermissionDenied
    change_set = get_object_or_404(ChangeSet.objects.select_related("user", "undone_by"), pk=min(pk, 2**63 - 1))
    plan = plan_of(change_set)
    may = may_undo(request.user, plan)
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        reason = reason_of(request)
        if plan.is_of_official_races and not reason:
            messages.error(request, NO_REASON_FOR_SOME)
            return HttpResponseRedirect(request.path)
        try:
            undone = undo(change_set, request.POST.get("plan", ""), reason)
        except PlanChanged:
            messages.error(request, "Nothing was undone: the book has changed since this plan was shown. See it again.")
        except IntegrityError as error:
            rule = broken_by(error)
            messages.error(request, f"Nothing was undone: {rule.message if rule else 'the database refuses it.'}")
        else:
            messages.success(request, f"Undone: {change_set.title}.")
            return HttpResponseRedirect(undone.get_absolute_url())
        return HttpResponseRedirect(request.path)
    changes = list(plan.inverted)
    context = {
        **admin.site.each_context(request),
        "title": f"Undo: {change_set.title}",
        "set": change_set,
        "obstacles": obstacles(plan),
        "may": may,
        "asks_why": plan.is_of_official_races,
        "plan": plan.fingerprint,
        "parts": parts_of(changes[:SUBJECTS], LINES_OF_A_SUBJECT),
        "more": len(changes) - SUBJECTS,
    }
    return TemplateResponse(request, "desk/history/undo.html", context)


def may_undo(user: AbstractBaseUser | AnonymousUser, plan: UndoPlan) -> bool:
    """Who may do by hand what it does; of a merge, and what undid one, who may merge: that moves rows which they may
    not change otherwise, such as titles and given totals."""
    first = plan.change_set
    while first.undoes:
        first = first.undoes
    if first.kind != ChangeSet.Kind.MERGE:
        return user.has_perms(plan.permissions)
    written = {*(model for model, keys in plan.taken.items() if keys), *(key.model for key in plan.restored)}
    return all(may_merge(user, model) for model in MERGED.values() if model in written)
