"""Importing files and addresses: what would come in is shown, and what was shown comes in once it is confirmed."""

from __future__ import annotations

import gzip
from collections.abc import Collection
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from importing.advice import ADVICE
from importing.problems import Problem
from importing.run import BULK, Busy, Options, Refused, hash_of, import_data, is_whole_history, read_races
from importing.source import Unreadable, read
from races.admin.state.official import NO_REASON_FOR_SOME, reason_of
from races.models import ImportRun
from racestats.ailments import ailment_of
from racestats.errors import MAX_BODY
from racestats.formatting import plural

from .import_form import ImportForm, OptionsForm
from .models import UpdateProblem, Upload
from .permissions import MAY_IMPORT
from .plan import ShownPlan, plan_of, plan_of_errors

ANSWER_SECONDS = 20
"""So long may an address take to answer: what is left of a request's time is for reading the file."""
LATEST = 10
"""So many of the last imports are listed."""
TOO_LONG = f"{BULK} races or more take longer than a page may: bring them in on the server, by manage.py import_results"

CHANGED = "The book has changed since the plan was made. Nothing was imported: look again."
NOTHING = "The book has all of it already, and no warning was ticked: there was nothing to do."


@permission_required(MAY_IMPORT, raise_exception=True)
def choose(request: HttpRequest) -> HttpResponse:
    """A file or an address to import, and what was imported last."""
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ImportForm(*posted, user=request.user)
    plan = None
    if form.is_valid():
        try:
            return redirect("admin:desk_import_plan", keep(form, request.user).pk)
        except Unreadable as unreadable:
            form.add_error("address", unreadable.problem.reason)
        except Refused as refused:
            plan = plan_of_errors(refused.problems)
        except DatabaseError as error:
            form.add_error(None, _in_words(error))
    runs = ImportRun.objects.select_related("user")[:LATEST]
    return _page(request, "desk/import.html", "Import results", form=form, plan=plan, runs=runs)


def keep(form: ImportForm, user: AbstractBaseUser) -> Upload:
    """Keep a file for its plan; raise Unreadable or Refused where it can never come in, however it is read."""
    upload, file, address = form.save(commit=False), form.cleaned_data["file"], form.cleaned_data["address"]
    data = file.read() if file else read(address, timeout=ANSWER_SECONDS, max_bytes=MAX_BODY)
    upload.user, upload.name = user, file.name if file else address
    parsed = read_races(data, upload.name, Options(), largest=MAX_BODY)
    if is_whole_history(parsed):
        raise Refused([Problem(upload.name, "the whole file", "", TOO_LONG, "whole-history")])
    upload.packed, upload.sha256 = gzip.compress(data, mtime=0), hash_of(data)
    with transaction.atomic():
        upload.save()
        Upload.objects.prune(user)
    return upload


@permission_required(MAY_IMPORT, raise_exception=True)
def show_plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What an upload of this user would do, to be confirmed or to be looked at with other options."""
    try:
        return _show(request, Upload.objects.select_related("user", "run").get(pk=pk, user=request.user))
    except Upload.DoesNotExist:
        messages.warning(request, "That file is not kept any more: choose it again.")
        return redirect("admin:desk_import")


@permission_required(MAY_IMPORT, raise_exception=True)
def show_update(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan of what an update could not bring in by itself."""
    problem = UpdateProblem.objects.with_file().filter(pk=pk, has_file=True).first()
    if problem is None:
        messages.warning(request, "That waits no more.")
        return redirect("admin:desk_updateproblem_changelist")
    return redirect("admin:desk_import_plan", problem.upload_for(request.user).pk)


def _show(request: HttpRequest, upload: Upload) -> HttpResponse:
    may_accept = request.user.has_perm("races.add_acceptedwarning")
    ticked = [kind for kind in request.POST.getlist("accept") if may_accept and kind in ADVICE]
    form = OptionsForm(request.POST if "look" in request.POST else None, instance=upload, user=request.user)
    try:
        if form.is_valid():
            form.save()
            return redirect(request.path)
        confirmed = "confirm" in request.POST
        if confirmed and (told := apply(upload, request.POST.get("plan", ""), ticked, reason_of(request))):
            messages.warning(request, told)
    except (Refused, Busy, DatabaseError) as error:
        messages.error(request, _in_words(error))
    if run := upload.run:
        counts = f"{plural(run.created_count, 'row')} created, {run.updated_count:,} updated"
        messages.success(request, f"Imported {run.file_name}: {counts}.")
        return redirect("admin:races_importrun_change", run.pk)
    plan = plan_for(upload, ticked)
    before = ImportRun.objects.select_related("user").filter(file_hash=upload.sha256).first()
    context = {"upload": upload, "form": form, "plan": plan, "accepting": may_accept, "before": before}
    return _page(request, "desk/import_plan.html", f"Import {upload.name}", why=reason_of(request), **context)


def plan_for(upload: Upload, ticked: Collection[str] = ()) -> ShownPlan:
    """What its import would do to the book as it is now."""
    try:
        return plan_of(import_data(upload.data, upload.name, upload.options(dry_run=True)), ticked)
    except Refused as refused:
        return plan_of_errors(refused.problems)


def apply(upload: Upload, shown: str, accept: Collection[str], reason: str) -> str:
    """Import it once: `upload.run` tells of it. Return why nothing was written, where nothing was."""
    with transaction.atomic():
        # A second click waits here for the first.
        held = Upload.objects.select_for_update().only("run").get(pk=upload.pk)
        run = held.run
        if run is None:
            plan = plan_for(upload)
            if not shown or plan.hash != shown:
                return CHANGED
            if plan.changes_official and not reason:
                return NO_REASON_FOR_SOME
            options = upload.options(dry_run=False, accept=accept, reason=reason)
            run = held.run = import_data(upload.data, upload.name, options).run
            held.save(update_fields=["run"])
            if run:
                UpdateProblem.objects.filter(feed__address=upload.name).delete()
    upload.run = run
    return "" if run else NOTHING


def _in_words(error: Exception) -> str:
    """Why nothing was written; what is none of the database's ailments is raised again."""
    if isinstance(error, Refused | Busy):
        return str(error)
    if ailment := ailment_of(error):
        return ailment.sentence
    raise error


def _page(request: HttpRequest, template: str, title: str, **context: object) -> HttpResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), "title": title, **context})
