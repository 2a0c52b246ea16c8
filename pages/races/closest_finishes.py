"""The page of the closest finishes."""

from __future__ import annotations

from itertools import islice

from racestats import formatting
from stats.race.closest_finishes import closest, denominator, drivers_involved, finishes_by_year, with_a_speed
from stats.race.known_ranks_of_scope import known_ranks_of
from stats.race.margins import gaps_of

from ..charts.closest import BY_YEAR, TO_SCALE, by_year_chart, in_short, to_scale_chart
from ..kit.charts_on_pages import ChartView, on_page
from ..kit.filters.filter_sets import ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.scoped import dirt_notes, scope_page
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column, DateColumn, MarginColumn, NumberColumn, RankColumn, RateColumn
from ..kit.tables.racing_columns import FirstTwoColumn, FootnoteColumn, MarginRankColumn, RaceItselfColumn, TrackColumn


class ClosestFinishFilter(ScopeFilterSet):
    keys = ("series", "era", "from", "to", "track", "type", "driver", "manufacturer", "max_margin", "as_of")


class ClosestFinishTable(BaseTable):
    heads_rows = "race"

    rank = MarginRankColumn(accessor="place", priority=2)
    margin = MarginColumn()
    race = RaceItselfColumn()
    date = DateColumn(priority=3)
    track = TrackColumn(priority=3)
    winner = FirstTwoColumn("Winner", place=1)
    runner_up = FirstTwoColumn("Second", place=2, priority=2)
    note = FootnoteColumn("Note", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "No race on file matches with a margin in seconds."

    def first(self) -> list:
        """The first three of all, where the table begins with them."""
        return list(islice(self.page_records(), 3)) if self.begins else []

    def closest(self) -> list:
        """The closest of all, where the table begins with it and it is the only one so close."""
        return [race for race in self.first()[:1] if race.ranked and race.tied == 1]


class SecondRankColumn(RankColumn):
    """The rank by second places; none for who has none."""

    def raw(self, record):
        return super().raw(record) if record.runner_up else None


class InvolvementTable(BaseTable):
    caption = "Drivers in these finishes"

    rank = RankColumn(title="By wins")
    driver = Column("Driver", link="driver")
    involved = NumberColumn("Involved", title="First or second in one of these races", bar=True)
    share = RateColumn("Share", show=formatting.percent, title="Of the races listed", priority=2)
    won = NumberColumn("Won")
    runner_up = NumberColumn("Second", title="Second places", priority=2)
    runner_up_rank = SecondRankColumn("Rank by seconds", title="By second places", priority=3)

    class Meta(BaseTable.Meta):
        empty_text = "Nobody: no race is listed."


class ClosestFinishesView(TablePageView):
    template_name = "pages/closest_finishes.html"
    filterset_class = ClosestFinishFilter
    has_card = True
    is_data_set = True

    def get_page(self, filters):
        scope, limit = filters.scope, filters.value("max_margin")
        out_of, known_ranks = denominator(scope, limit), known_ranks_of(scope)
        table = ClosestFinishTable(closest(scope, limit, known_ranks))
        to_scale, by_year = in_short(out_of.matching, with_a_speed(scope, limit).exists())
        return scope_page(
            scope.title("Closest finishes"),
            filters,
            scope,
            {
                "finishes": table,
                "drivers": InvolvementTable(drivers_involved(scope, limit, out_of.matching), prefix="drivers-"),
            },
            notes=[*out_of.notes(scope, limit), *filter(None, [known_ranks.in_words]), *dirt_notes(scope)],
            total=out_of.total,
            matching=out_of.matching,
            context={
                "to_scale_chart": on_page(to_scale, "races:to-scale-chart", asked=filters, table=table),
                "by_year_chart": on_page(by_year, "races:by-year-chart", asked=filters, table=table),
            },
        )


class ToScaleChartView(ChartView):
    filterset_class = ClosestFinishFilter

    def get_chart(self, filters):
        return to_scale_chart(gaps_of(with_a_speed(filters.scope, filters.value("max_margin"))[:TO_SCALE]))


class ByYearChartView(ChartView):
    filterset_class = ClosestFinishFilter

    def get_chart(self, filters):
        # One more than are drawn tells whether they are all.
        return by_year_chart(finishes_by_year(filters.scope, filters.value("max_margin"), BY_YEAR + 1))
