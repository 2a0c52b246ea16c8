"""The pages of milestones and their clubs."""

from __future__ import annotations

from django.http import Http404

from races.views.scoped import scope_page
from racestats import formatting
from racestats.pages import TablePage, TablePageView

from ..filters import (
    ClubFilter,
    DriverPageFilter,
)
from ..milestones import club, clubs
from ..tables.milestones import ClubTable, MilestoneTable


class MilestonesView(TablePageView):
    template_name = "drivers/milestones.html"
    filterset_class = DriverPageFilter

    def get_page(self, filters):
        table = MilestoneTable(clubs())
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
            {"members": ClubTable(members)},
            notes=notes,
            total=len(members),
            matching=len(members),
            context={"milestone": milestone},
        )
