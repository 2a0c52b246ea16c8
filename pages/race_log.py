"""Race logs: every result of a driver, a team or a make, or those behind one figure."""

from __future__ import annotations

from django.db.models import F, Value
from django.db.models.functions import NullIf
from django.shortcuts import get_object_or_404

from races.statistics import STATISTICS
from racestats import formatting
from stats.careers.figure import evidence
from stats.evidence import COUNTED, race_log_url
from stats.scope import Scope

from .kit.columns import CarColumn, Column, DateColumn, NumberColumn, PlaceColumn
from .kit.filters import ScopeFilterSet
from .kit.forms import TablePageView
from .kit.racing_columns import RaceColumn
from .kit.scoped import scope_page
from .kit.tables import BaseTable


class RaceLogFilter(ScopeFilterSet):
    keys = ("stat", "series", "season", "from", "to", "era", "track", "type", "manufacturer", "team", "as_of")


class TeamLogFilter(ScopeFilterSet):
    keys = ("stat", "series", "season", "from", "to", "era", "track", "type", "manufacturer", "driver", "as_of")


class ManufacturerLogFilter(ScopeFilterSet):
    keys = ("stat", "series", "season", "from", "to", "era", "track", "type", "team", "driver", "as_of")


class RaceLogTable(BaseTable):
    """Records are stat lines."""

    caption = "Race log"

    date = DateColumn(accessor="race__date", order=F("race_order"))
    race = RaceColumn()
    track = Column("Track", accessor="race__track_name", link="race__layout__track", order=F("track__name"))
    car = CarColumn(number="number")
    team = Column("Team", link="team", order=F("team__name"))
    manufacturer = Column("Make", link="manufacturer", order=F("manufacturer__name"))
    start = PlaceColumn("Start", show=str)
    finish = PlaceColumn("Finish", show=str)
    laps = NumberColumn("Laps")
    laps_led = NumberColumn("Led", title="Laps led")
    stage_wins = NumberColumn("Stages", title="Stage wins")
    points = NumberColumn("Points")
    pole = Column("Pole", show=formatting.yes_no, title="Pole award")
    status = Column("Status", order=NullIf(F("status"), Value("")))

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no points race of this driver that matches."


class CarLogTable(RaceLogTable):
    """The results of the cars of a team or a make; records are stat lines."""

    driver = Column("Driver", link="driver", order=F("driver__name"))

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no result that matches."
        sequence = ("date", "race", "track", "car", "driver", "...")


class RaceLogView(TablePageView):
    """The results of a driver; with `stat`, those that a figure is made of, and the figure taken apart."""

    template_name = "pages/race_log.html"
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
        table = self.table_class(lines.for_log().select_related("driver").latest_first())
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
