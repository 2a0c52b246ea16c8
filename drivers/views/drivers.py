"""The index of drivers, a driver's page and race log."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from races.models import Result, Session, StatLine
from races.scope import Scope
from races.statistics import CLOSE
from races.views.scoped import scope_page
from racestats import formatting
from racestats.pages import TablePage, TablePageView

from ..careers import careers, seasons
from ..filters import (
    DriverFilter,
    DriverPageFilter,
    RaceLogFilter,
)
from ..index import driver_index
from ..models import Driver
from ..tables.careers import CloseFinishTable, DriverTable, RaceLogTable, SeasonTable, SessionLogTable

LATEST = 10
"""How many races a driver's page shows of his log."""


class DriverListView(TablePageView):
    template_name = "drivers/driver_list.html"
    filterset_class = DriverFilter

    def get_page(self, filters):
        scope = filters.scope
        rows, notes = driver_index(scope, filters.value("q") or "", filters.value("active"))
        title = f"Drivers: {scope.in_words()}" if scope.in_words() else "Drivers"
        total = Driver.objects.count()
        table = DriverTable(rows)
        return scope_page(title, filters, scope, {"drivers": table}, notes=notes, total=total, matching=len(rows))


def driver_or_404(slug: str) -> Driver:
    return get_object_or_404(Driver, slug=slug)


class DriverView(TablePageView):
    template_name = "drivers/driver_detail.html"
    filterset_class = DriverPageFilter

    def get_page(self, filters, slug):
        driver = driver_or_404(slug)
        lines = Scope(driver=driver).lines()
        sessions = (
            Result.objects.filter(
                entry__driver=driver, session__kind__in=[Session.Kind.PRACTICE, Session.Kind.QUALIFYING]
            )
            .select_related("session__race__season__series", "session__race__event", "session__race__layout__track")
            .order_by("-session__race__season__year", "-session__race__round", "session__kind", "session__number")
        )
        careers_ = careers(driver)
        count = sum(career.lines for career in careers_)
        return TablePage(
            str(driver),
            {
                "seasons": SeasonTable(seasons(driver, careers_)),
                "races": RaceLogTable(
                    lines.for_log().order_by("-race_order"), prefix="races-", caption="Latest races", rows_shown=LATEST
                ),
                "poles": RaceLogTable(
                    list(lines.filter(pole=True).for_log().order_by("-race_order")), prefix="poles-", caption="Poles"
                ),
                "close": CloseFinishTable(close_finishes(lines), prefix="close-", order_by="margin"),
                "sessions": SessionLogTable(list(sessions), prefix="sessions-"),
            },
            notes=[f"{formatting.plural(count, 'points race')} of this driver in the book."],
            matching=count,
            context={"driver": driver, "careers": careers_, "close_limit": CLOSE},
        )


def close_finishes(lines):
    """The driver's lines of close finishes, each with the other of the first two."""
    close = lines.filter(finish__lte=2, margin__lte=CLOSE).for_log().prefetch_related(None)
    found = list(close.order_by("margin", "-race_order"))
    others = {
        line.race_id: line.driver
        for line in StatLine.objects.standing()
        .filter(race__in=[line.race_id for line in found], finish__lte=2)
        .exclude(driver__in={line.driver_id for line in found})
        .select_related("driver")
    }
    for line in found:
        line.other_driver = others.get(line.race_id)
        line.won_or_lost = "won" if line.finish == 1 else "second"
    return found


class RaceLogView(TablePageView):
    template_name = "drivers/race_log.html"
    filterset_class = RaceLogFilter

    def get_page(self, filters, slug):
        driver = driver_or_404(slug)
        scope = filters.scope.narrowed(driver=driver)
        table = RaceLogTable(scope.lines().for_log().order_by("-race_order", "pk"))
        count, total = len(table.rows), Scope(driver=driver, as_of=scope.as_of).lines().count()
        notes = [f"{count:,} of the {formatting.plural(total, 'points race')} of this driver in the book."]
        if words := scope.narrowed(driver=None).in_words():
            notes.append(f"Counted: {words}.")
        return scope_page(
            f"{driver}: race log",
            filters,
            scope,
            {"races": table},
            notes=notes,
            total=total,
            matching=count,
            context={"driver": driver},
        )
