"""Race logs: every result of a driver, a team or a make, or those behind one figure."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from races.evidence import COUNTED, race_log_url
from races.scope import Scope
from races.statistics import STATISTICS
from races.views.scoped import scope_page
from racestats import formatting
from racestats.pages import TablePageView

from ..evidence import evidence
from ..filters import ManufacturerLogFilter, RaceLogFilter, TeamLogFilter
from ..race_log import RaceLog
from ..tables.careers import CarLogTable, RaceLogTable


class RaceLogView(TablePageView):
    """The results of a driver; with `stat`, those that a figure is made of, and the figure taken apart."""

    template_name = "drivers/race_log.html"
    filterset_class = RaceLogFilter
    table_class = RaceLogTable
    by = "driver"
    one = "points race", "points races"

    def get_page(self, filters, slug):
        who = get_object_or_404(COUNTED[self.by], slug=slug)
        scope = filters.scope.narrowed(**{self.by: who})
        statistic = STATISTICS.get(filters.value("stat"))
        whole, lines, notes = Scope(as_of=scope.as_of).narrowed(**{self.by: who}), scope.lines(), []
        if statistic:
            lines = lines.filter(statistic.evidence)
            found = evidence(statistic, scope)
            count, total, notes = found.listed, whole.lines().count(), found.notes
        else:
            count = lines.count()
            total = count if scope == whole else whole.lines().count()
        known_as = {"driver": "driver", "team": "team", "manufacturer": "make"}[self.by]
        notes = [*notes, f"{count:,} of the {formatting.plural(total, *self.one)} of this {known_as} in the book."]
        if words := scope.narrowed(**{self.by: None}).in_words():
            notes.append(f"Counted: {words}.")
        table = self.table_class(RaceLog(lines.latest_first(), count))
        return scope_page(
            f"{who}: {statistic.in_text}, race by race" if statistic else f"{who}: race log",
            filters,
            scope,
            {"races": table},
            notes=notes,
            total=total,
            matching=count,
            context={"who": who, "statistic": statistic, "race_log_url": race_log_url(who)},
        )


class TeamLogView(RaceLogView):
    filterset_class = TeamLogFilter
    table_class = CarLogTable
    by = "team"
    one = "result", "results"


class ManufacturerLogView(TeamLogView):
    filterset_class = ManufacturerLogFilter
    by = "manufacturer"
