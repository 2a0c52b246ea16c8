"""What waits for an editor: races without results, provisional ones, open data checks,
open warnings of imports, what updates could not bring, and numbers that readers report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import PurePath
from typing import Any, NamedTuple

from django.contrib.admin import AdminSite
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator

from newsroom.models import Report
from races.models import ImportWarning, Race, RaceCheck
from racestats import clock

from .models import UpdateProblem
from .permissions import may_import

MOST_SHOWN = 5
MOST_OF_A_TEXT = 30
"""Characters of what a reader wrote."""


Items = Callable[[QuerySet[Any]], Iterable["Item"]]


class Item(NamedTuple):
    """One of them, the page where it is mended, and, of a race without results, the page where they are pasted."""

    label: str
    detail: str
    url: str
    paste: str = ""


class Waiting(NamedTuple):
    """One kind of what waits: how many, the newest of them, and the list of all."""

    key: str
    title: str
    count: int
    newest: list[Item]
    all_url: str


def waiting(request: HttpRequest, site: AdminSite) -> Iterator[Waiting]:
    """What of it there is and this user may see. Two queries for each kind."""
    user = request.user
    for key, title, rows, items, query in _kinds(user.has_perm("races.add_result"), may_import(user)):
        model_admin = site.get_model_admin(rows.model)
        if model_admin.has_view_permission(request) and (count := rows.count()):
            opts = rows.model._meta
            listed = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
            yield Waiting(key, title, count, list(items(rows)), f"{listed}?{query}")


def _kinds(can_paste: bool, can_import: bool) -> Iterator[tuple[str, str, QuerySet[Any], Items, str]]:
    """The key and title of each kind, its rows, how they are told, and what narrows their list to them."""
    without = Race.objects.without_results(clock.today())
    yield "no-results", "Races without results", without, partial(_races, can_paste=can_paste), "results=none"
    provisional = Race.objects.filter(status=Race.Status.PROVISIONAL)
    yield "provisional", "Provisional races", provisional, _races, "status__exact=provisional"
    yield "checks", "Open data checks", RaceCheck.objects.open(), _checks, "accepted=no"
    updates = partial(_updates, can_import=can_import)
    yield "updates", "What updates could not bring", UpdateProblem.objects.open(), updates, "ticked=no"
    yield "reports", "Numbers that readers report", Report.objects.open(), _reports, "state__exact=open"
    yield "warnings", "Open warnings of imports", ImportWarning.objects.open(), _warnings, "accepted=no"


def _races(rows: QuerySet[Race], can_paste: bool = False) -> Iterator[Item]:
    for race in rows.with_label().order_by("-date", "-pk")[:MOST_SHOWN]:
        paste = reverse("admin:desk_sheet", args=[race.pk, "all"]) if can_paste else ""
        yield Item(race.label, _detail(race), reverse("admin:races_race_change", args=[race.pk]), paste)


def _detail(race: Race) -> str:
    day = f"{race.date:%B} {race.date.day}" if race.date else ""
    return " · ".join(filter(None, (race.season.series.short_name, race.name, day)))


def _checks(rows: QuerySet[RaceCheck]) -> Iterator[Item]:
    newest = rows.select_related("race__season__series", "race__event", "race__layout__track")
    for check in newest.order_by("-race__season__year", "-race__date", "-pk")[:MOST_SHOWN]:
        yield Item(check.race.label, check.message, reverse("admin:races_race_change", args=[check.race_id]))


def _warnings(rows: QuerySet[ImportWarning]) -> Iterator[Item]:
    for warning in rows.select_related("run").order_by("-run__started", "number")[:MOST_SHOWN]:
        detail = f"{warning.place}: {warning.message}" if warning.place else warning.message
        yield Item(
            PurePath(warning.run.file_name).name, detail, reverse("admin:races_importwarning_change", args=[warning.pk])
        )


def _updates(rows: QuerySet[UpdateProblem], can_import: bool) -> Iterator[Item]:
    for problem in rows.with_file()[:MOST_SHOWN]:
        name = "import_update" if can_import and problem.has_file else "updateproblem_change"
        yield Item(problem.of, problem.message, reverse(f"admin:desk_{name}", args=[problem.pk]))


def _reports(rows: QuerySet[Report]) -> Iterator[Item]:
    for report in rows[:MOST_SHOWN]:
        shown, says = (Truncator(text).chars(MOST_OF_A_TEXT) for text in (report.value or "as shown", report.says))
        detail = f"{shown} should be {says}"
        yield Item(str(report), detail, reverse("admin:newsroom_report_change", args=[report.pk]))
