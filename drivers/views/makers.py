"""The pages of teams and makes."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from races.views.scoped import scope_page
from racestats import formatting
from racestats.pages import TablePageView
from stats.careers.teams_and_makes import CAREER, LATEST, incomplete, maker_page, makers_index
from stats.evidence import race_log_url

from ..filters import MakerFilter, MakerListFilter
from ..models import Manufacturer, Team
from ..tables.careers import CarLogTable
from ..tables.makers import MakerRecordTable, MakerSeasonTable, MakerTable, MakerTrackTable, WinnerTable


def _notes(scope, complete) -> list[str]:
    """What the figures count, and how complete they are."""
    races = f"{complete.held:,} of {formatting.plural(complete.expected, 'race')}"
    notes = [f"Counted car by car, in the races held here: {races} of the {scope.series}."]
    return [*notes, unknown] if (unknown := incomplete(complete)) else notes


class TeamListView(TablePageView):
    template_name = "drivers/maker_list.html"
    filterset_class = MakerListFilter
    model = Team
    title = "Teams"

    def get_page(self, filters):
        scope = filters.scope
        rows, complete = makers_index(self.model, scope, filters.value("q") or "", filters.value("active"))
        by = self.model._meta.model_name
        return scope_page(
            f"{self.title}: {scope.in_words()}" if scope.in_words() else self.title,
            filters,
            scope,
            {f"{by}s": MakerTable(by, self.title.removesuffix("s"), rows)},
            notes=_notes(scope, complete),
            total=self.model.objects.count(),
            matching=len(rows),
            context={"by": by},
        )


class ManufacturerListView(TeamListView):
    model = Manufacturer
    title = "Makes"


class TeamView(TablePageView):
    template_name = "drivers/maker.html"
    filterset_class = MakerFilter
    model = Team

    def get_page(self, filters, slug):
        maker = get_object_or_404(self.model, slug=slug)
        by = self.model._meta.model_name
        scope = filters.scope.narrowed(**{by: maker})
        found = maker_page(maker, scope)
        words = scope.narrowed(**{by: None, "series": None}).in_words()
        return scope_page(
            f"{maker}: {words}" if words else str(maker),
            filters,
            scope,
            {
                "seasons": MakerSeasonTable(found.seasons),
                "records": MakerRecordTable(found.records, prefix="records-"),
                "winners": WinnerTable(found.winners, prefix="winners-", rows_shown=LATEST),
                "tracks": MakerTrackTable(found.tracks, prefix="tracks-", rows_shown=LATEST),
                "wins": CarLogTable(found.latest_wins, prefix="wins-", caption="Latest wins"),
                "races": CarLogTable(found.latest, prefix="races-", caption="Latest results"),
            },
            notes=_notes(scope, found.complete),
            total=found.complete.expected,
            matching=found.complete.held,
            context={
                "totals": [(each, found.totals.values[each.key], found.totals.evidence(each)) for each in CAREER],
                "race_log_url": race_log_url(maker) + scope.narrowed(**{by: None}).query(),
                "by": by,
            },
        )


class ManufacturerView(TeamView):
    model = Manufacturer
