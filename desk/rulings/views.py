"""The pages of rulings: what can be done to a race's results, what it would change, and what was written."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from desk.permissions import MAY_RULE
from races.admin.state.health import tell_health
from races.admin.state.official import text_of
from races.derived.refresh import wait_for_other_writers
from races.models import Race, Ruling, RulingChange
from racestats import clock

from .actions import RACE, Impossible, RulingPlan
from .book import RuledRace
from .drawing import lines_of
from .forms import LONGEST_REASON, ActionForm, Amended, Appeal, Credit, Disqualify, Penalise, Said, SaidOfAmended
from .ripple import ripple
from .words import draft
from .write import revoke, write

CHANGED = "Nothing was written: the book has changed since this was shown. See it again."


class Action(NamedTuple):
    """What can be done: its title, what it means, and the form that asks whose and what."""

    title: str
    help: str
    form: type[ActionForm]


ACTIONS = {
    "disqualify": Action(
        "Disqualify",
        "The car goes last, with the points of that place and none of its stages; those behind it move up.",
        Disqualify,
    ),
    "penalise": Action("Penalise points", "Points of the season are taken; the result stands.", Penalise),
    "credit": Action("Award a place", "The car is given a place; those it passes move down.", Credit),
    "appeal": Action("Restore on appeal", "What a ruling changed goes back on the day of the appeal.", Appeal),
}
METHODS = require_http_methods(["GET", "HEAD", "POST"])


View = Callable[..., HttpResponse]


def one_writer(view: View) -> View:
    """For those who may rule. What a request that writes has read nobody else changes until it has written."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **named)
        with transaction.atomic():
            wait_for_other_writers()
            return view(request, *args, **named)

    return permission_required(MAY_RULE, raise_exception=True)(METHODS(answer))


def race_or_404(pk: int) -> Race:
    if pk >= 2**63:
        raise Http404
    return get_object_or_404(Race.objects.for_list().select_related("coverage"), pk=pk)


def with_changes() -> Any:
    changes = RulingChange.objects.select_related("result__entry__driver", "result__session").order_by("pk")
    rulings = Ruling.objects.select_related("race__season__series", "race__event", "race__layout__track")
    return rulings.prefetch_related(Prefetch("changes", changes), "penalties__driver")


@one_writer
def rulings(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be done to a race, car by car, and what was."""
    race = race_or_404(pk)
    book = RuledRace(race)
    sessions = [RACE, *book.results.stages]
    context = {
        "title": f"Rulings: {race.label}",
        "cars": book.results.of(RACE) + [row for row in book.results.rows if row.session == RACE and not row.position],
        "sessions": [(session, session.replace("-", " ").capitalize()) for session in sessions],
        "rulings": book.rulings,
        "revoked": race.revoked_rulings.select_related("user"),
    }
    return _page(request, "rulings.html", race, context)


@one_writer
def new_ruling(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """One action: what it is asked of, then all that it changes, and once that is confirmed its ruling."""
    race = race_or_404(pk)
    if action not in ACTIONS:
        raise Http404
    book, kind = RuledRace(race), ACTIONS[action]
    form = kind.form(book, request.GET or None)
    context: dict[str, Any] = {"title": f"{kind.title}: {race.label}", "action": kind, "asked": form}
    if form.is_valid():
        try:
            plan = form.plan()
        except Impossible as problem:
            form.add_error(None, str(problem))
        else:
            day = book.day if action == "disqualify" else clock.today()
            said = Said(book, plan, request.POST or None, initial={"announced": day, "title": plan.title})
            return _plan(request, book, plan, said, context)
    return _page(request, "new.html", race, context)


@one_writer
def amend(request: HttpRequest, pk: int, session: str) -> HttpResponse:
    """The results of a session as cells; what was changed in them, shown, makes a ruling."""
    race = race_or_404(pk)
    book = RuledRace(race)
    if session not in (RACE, *book.results.stages):
        raise Http404
    amended = Amended(book, session, request.POST or None)
    name = session.replace("-", " ").capitalize()
    context: dict[str, Any] = {"title": f"Amend {name.lower()}: {race.label}", "amended": amended}
    if request.method == "POST" and not amended.errors:
        try:
            plan = amended.plan()
        except Impossible as problem:
            context["problem"] = str(problem)
        else:
            asks = "confirm" in request.POST or "look" in request.POST
            initial = {"announced": clock.today(), "title": plan.title, "kind": plan.kind}
            posted = request.POST if asks and "title" in request.POST else None
            said = SaidOfAmended(book, plan, posted, initial=initial)
            return _plan(request, book, plan, said, context)
    return _page(request, "amend.html", race, context)


def _plan(request: HttpRequest, book: RuledRace, plan: RulingPlan, said: Said, context: dict[str, Any]) -> HttpResponse:
    """What a plan changes, with the form that confirms it; once it is confirmed, the ruling."""
    if "confirm" in request.POST and said.is_valid():
        if plan.fingerprint == request.POST.get("plan"):
            made = write(book, plan, **said.cleaned_data)
            admin.site.get_model_admin(Ruling).log_addition(request, made, [{"added": {}}])
            messages.success(request, f"The book has it: {made.title}.")
            tell_health(request, [book.race.pk])
            return HttpResponseRedirect(reverse("admin:desk_ruling", args=[made.pk]))
        messages.error(request, CHANGED)
    context |= {
        "plan": plan,
        "lines": lines_of(plan),
        "ripple": ripple(book.race, plan, lambda: write(RuledRace(race_or_404(book.race.pk)), plan, book.day)),
        "said": said,
    }
    return _page(request, "amend.html" if "amended" in context else "new.html", book.race, context)


@one_writer
def ruling(request: HttpRequest, pk: int) -> HttpResponse:
    """A ruling that is in the book: what it changed, and its note for the public page, drafted and published here."""
    found = get_object_or_404(with_changes(), pk=min(pk, 2**63 - 1))
    reason, step = found.reason, request.POST.get("step", "")
    if step == "draft":
        reason = " ".join(filter(None, [found.reason.strip(), draft(found)]))
    elif step == "publish":
        found.reason = text_of(request, "reason", LONGEST_REASON)
        found.save(update_fields=["reason"])
        model_admin = admin.site.get_model_admin(Ruling)
        model_admin.log_change(request, found, [{"changed": {"fields": ["reason"]}}])
        messages.success(request, "The note is on the public page.")
        return HttpResponseRedirect(reverse("admin:desk_ruling", args=[found.pk]))
    context = {
        "title": found.title,
        "ruling": found,
        "reason": reason,
        "longest": LONGEST_REASON,
        "is_draft": step == "draft",
    }
    return _page(request, "ruling.html", found.race, context)


@one_writer
def revoke_ruling(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out a ruling that was a mistake: what that changes, and once it is confirmed the rows as before."""
    found = get_object_or_404(with_changes(), pk=min(pk, 2**63 - 1))
    book = RuledRace(race_or_404(found.race_id))
    context: dict[str, Any] = {"title": f"Revoke: {found.title}", "ruling": found, "longest": LONGEST_REASON}
    try:
        plan = book.put_back(found)
    except Impossible as problem:
        return _page(request, "revoke.html", book.race, context | {"problem": str(problem)})
    day, why = clock.today(), text_of(request, "why", LONGEST_REASON)
    if "confirm" in request.POST:
        if plan.fingerprint == request.POST.get("plan"):
            revoke(book, found, plan, request.user, day, why)
            messages.success(request, f"Revoked: {found.title}. The results are as they were before it.")
            tell_health(request, [book.race.pk])
            return HttpResponseRedirect(reverse("admin:desk_rulings", args=[book.race.pk]))
        messages.error(request, CHANGED)

    def take_out() -> None:
        again = RuledRace(race_or_404(book.race.pk))
        revoke(again, again.race.rulings.get(pk=pk), plan, request.user, day)

    context |= {"plan": plan, "lines": lines_of(plan), "ripple": ripple(book.race, plan, take_out), "why": why}
    return _page(request, "revoke.html", book.race, context)


def _page(request: HttpRequest, template: str, race: Race, context: dict[str, Any]) -> HttpResponse:
    shared = {**admin.site.each_context(request), "race": race, "actions": ACTIONS}
    return TemplateResponse(request, f"desk/rulings/{template}", {**shared, **context})
