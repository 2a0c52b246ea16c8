"""The pages of drivers, leaderboards and milestones. Each builds a `TablePage`; `racestats.pages` gives it its form."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from races.models import Result, Session, StatLine
from races.scope import Scope
from races.statistics import CLOSE, STATISTICS
from races.views import scope_page
from racestats import formatting
from racestats.pages import TablePage, TablePageView

from . import tables
from .careers import careers, seasons
from .filters import (
    ClubFilter,
    DriverFilter,
    DriverPageFilter,
    LeaderboardFilter,
    LeaderboardIndexFilter,
    RaceLogFilter,
)
from .index import driver_index
from .leaderboards import leaderboard
from .milestones import club, clubs
from .models import Driver

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
        table = tables.DriverTable(rows)
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
                "seasons": tables.SeasonTable(seasons(driver, careers_)),
                "races": tables.RaceLogTable(
                    lines.for_log().order_by("-race_order"), prefix="races-", caption="Latest races", rows_shown=LATEST
                ),
                "poles": tables.RaceLogTable(
                    list(lines.filter(pole=True).for_log().order_by("-race_order")), prefix="poles-", caption="Poles"
                ),
                "close": tables.CloseFinishTable(close_finishes(lines), prefix="close-", order_by="margin"),
                "sessions": tables.SessionLogTable(list(sessions), prefix="sessions-"),
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
        table = tables.RaceLogTable(scope.lines().for_log().order_by("-race_order", "pk"))
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


class LeaderboardIndexView(TablePageView):
    template_name = "drivers/leaderboard_index.html"
    filterset_class = LeaderboardIndexFilter

    def get_page(self, filters):
        scope = filters.scope
        query = scope.query()
        rows = [
            {
                "statistic": statistic,
                "url": reverse("drivers:leaderboard", args=[statistic.key]) + query,
            }
            for statistic in STATISTICS.values()
        ]
        return scope_page(
            f"Leaderboards: {scope.in_words()}" if scope.in_words() else "Leaderboards",
            filters,
            scope,
            {"leaderboards": tables.StatisticTable(rows)},
            total=len(rows),
            matching=len(rows),
        )


class LeaderboardView(TablePageView):
    template_name = "drivers/leaderboard.html"
    filterset_class = LeaderboardFilter

    def get_page(self, filters, key):
        statistic = STATISTICS.get(key.replace("-", "_"))
        if statistic is None:
            raise Http404(f"There is no leaderboard “{key}”.")
        scope = filters.scope
        board = leaderboard(statistic, scope, filters.value("active"), filters.value("min_starts"))
        table = tables.LeaderboardTable(statistic, board.rows)
        return scope_page(
            f"{statistic.label}: {scope.in_words()}" if scope.in_words() else statistic.label,
            filters,
            scope,
            {"leaderboard": table},
            notes=board.notes,
            total=board.complete.expected,
            matching=board.complete.of(statistic),
            context={"statistic": statistic},
        )


class MilestonesView(TablePageView):
    template_name = "drivers/milestones.html"
    filterset_class = DriverPageFilter

    def get_page(self, filters):
        table = tables.MilestoneTable(clubs())
        count = len(table.rows)
        return TablePage(
            "Milestones",
            {"milestones": table},
            notes=["Clubs of round numbers, in the records held here."],
            total=count,
            matching=count,
        )


class ClubView(TablePageView):
    template_name = "drivers/club.html"
    filterset_class = ClubFilter

    def get_page(self, filters, slug):
        milestone = next((each for each in clubs().select_related("source") if each.slug == slug), None)
        if milestone is None:
            raise Http404(f"There is no milestone “{slug}”.")
        scope = filters.scope.narrowed(series=milestone.series)
        members = club(milestone, scope)
        active = [str(member.driver) for member in members if member.active]
        unknown = sum(1 for member in members if member.race is None)
        notes = [f"{formatting.plural(len(members), 'driver')} in the records held here."]
        if active:
            notes.append(f"Active: {formatting.listed(sorted(active))}.")
        if unknown:
            notes.append(f"{unknown:,} reached it before the book's own count of them began: the race is not in it.")
        if milestone.note:
            notes.append(milestone.note)
        return scope_page(
            f"{milestone.series.short_name}: {milestone.name}",
            filters,
            scope,
            {"members": tables.ClubTable(members)},
            notes=notes,
            total=len(members),
            matching=len(members),
            context={"milestone": milestone},
        )
