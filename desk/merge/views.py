"""Merging drivers, teams and tracks: which one stays is chosen, and the plan looked over and confirmed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from changes.models import LONGEST_REASON
from desk.permissions import may_merge
from drivers.models import Driver, Team
from races.admin.forms.kept_names import FOUND, YEARS, KeptName
from races.admin.forms.near import known_by, near_rows
from races.derived.refresh import wait_for_other_writers
from races.models import Race
from racestats.formatting import listed
from racestats.names.searching import TextField
from stats.finding import find

from .plan import MERGED, MergePlan, moved_slugs, plan_of
from .write import merge

MOST = 12
"""So many are offered to merge into."""
CHANGED = "The book has changed since this plan was made. Nothing was merged: look it over once more."


class Search(forms.Form):
    q = TextField(required=False, label="Name")


class Confirmation(KeptName):
    """What is left to say once the plan was looked over."""

    sure = forms.BooleanField(
        label="They are one all the same.", error_messages={"required": "Tick that they are one, or leave them apart."}
    )
    why = forms.CharField(
        max_length=LONGEST_REASON,
        label="Official races are among what it changes. Why?",
        widget=AdminTextInputWidget,
        error_messages={"required": "Say why: official races are among what it changes."},
    )

    def __init__(self, plan: MergePlan, data: Any = None):
        asks_for_years = not isinstance(plan.goes, Driver) and plan.goes.name in plan.names
        super().__init__(data, initial=_usual(plan) if asks_for_years else None)
        if not asks_for_years:
            for name in ("kept", "first", "last"):
                del self.fields[name]
        if not plan.doubts:
            del self.fields["sure"]
        if not plan.is_of_official_races:
            del self.fields["why"]


def _usual(plan: MergePlan) -> dict[str, Any]:
    """Of names alike one is another spelling; else it is a name of the years raced under it."""
    goes, stays = plan.goes, plan.stays
    alike = goes.pk in {row.pk for row in near_rows(type(stays), str(stays))}
    of_its = {"entries__team": goes} if isinstance(goes, Team) else {"layout__track": goes}
    raced = Race.objects.filter(**of_its).aggregate(first=Min("season__year"), last=Max("season__year"))
    return {"kept": FOUND if alike or not raced["first"] else YEARS, **raced}


def choose_or_show(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Which one stays; once it is chosen, the plan, and what comes of it."""
    model = MERGED.get(kind)
    if model is None:
        raise Http404(f"There is no merging of a “{kind}”.")
    if not may_merge(request.user, model):
        raise PermissionDenied
    goes = model.objects.filter(pk=pk).first()
    if goes is None:
        messages.warning(request, f"That {model._meta.verbose_name} is not in the book any more.")
        return redirect(f"admin:{model._meta.app_label}_{kind}_changelist")
    into = request.GET.get("into", "")
    stays = model.objects.filter(pk=into).first() if into.isdecimal() and len(into) < 19 else None
    if stays is None or stays == goes:
        return _choose(request, goes, chosen_in_vain=bool(into))
    if request.method == "POST":
        return _confirmed(request, goes, stays)
    plan = plan_of(goes, stays)
    return _show(request, plan, Confirmation(plan))


def _choose(request: HttpRequest, goes: Any, chosen_in_vain: bool) -> HttpResponse:
    """Those that are called nearly so, or what was looked for."""
    if chosen_in_vain:
        messages.warning(request, "Choose another one that is in the book.")
    model, search = type(goes), Search(request.GET)
    text = search.cleaned_data["q"] if search.is_valid() else ""
    rows = find(model, text, MOST).rows if text else near_rows(model, str(goes))
    rows = [row for row in rows if row != goes][:MOST]
    known = known_by(model, [goes, *rows])
    context = {"known": known[goes.pk], "search": search, "asked": text}
    offered = [(row, known[row.pk], f"?into={row.pk}") for row in rows]
    return _page(request, "desk/merge/choose.html", goes, f"Merge {goes} into another", offered=offered, **context)


def _show(request: HttpRequest, plan: MergePlan, form: Confirmation) -> HttpResponse:
    goes, stays = plan.goes, plan.stays
    known = known_by(type(goes), [goes, stays])
    context = {
        **{"plan": plan, "form": form, "stays": stays},
        **{"known_goes": known[goes.pk], "known_stays": known[stays.pk]},
        "other_way": f"{_address(stays)}?into={goes.pk}",
        "leads_on": moved_slugs(plan),
    }
    return _page(request, "desk/merge/plan.html", goes, f"Merge {goes} into {stays}", **context)


def _confirmed(request: HttpRequest, goes: Any, stays: Any) -> HttpResponse:
    """Merge where the plan is still the one that was shown, in one transaction with looking at it again."""
    with transaction.atomic():
        wait_for_other_writers()
        plan = plan_of(goes, stays)
        form = Confirmation(plan, request.POST)
        if request.POST.get("plan") != plan.hash:
            messages.warning(request, CHANGED)
            return _show(request, plan, Confirmation(plan))
        if not form.is_valid():
            return _show(request, plan, form)
        gone, key, counted = str(goes), goes.pk, plan.counted()
        model_admin = admin.site.get_model_admin(type(goes))
        try:
            with transaction.atomic():
                model_admin.log_deletions(request, type(goes).objects.filter(pk=key))
                merge(plan, form.days, form.cleaned_data.get("why", ""))
                model_admin.log_change(request, stays, f"Merged {gone} into it: {listed(counted) or 'nothing'} moved.")
        except ValidationError as error:
            form.add_error(None, error)
            rows = type(goes).objects.in_bulk([key, stays.pk])
            return _show(request, plan_of(rows[key], rows[stays.pk]), form)
    moved = f" {listed(counted)} moved." if counted else ""
    messages.success(request, f"{gone} is merged into {stays}.{moved} The addresses of {gone} lead there.")
    return redirect(f"admin:{type(stays)._meta.app_label}_{type(stays)._meta.model_name}_change", stays.pk)


def _address(row: Any) -> str:
    return reverse("admin:desk_merge", args=[row._meta.model_name, row.pk])


def _page(request: HttpRequest, template: str, goes: Any, title: str, **context: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, "opts": goes._meta, "goes": goes, **context}
    return TemplateResponse(request, template, context)
