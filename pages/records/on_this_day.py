"""What happened on a day of the year, in one series; without a day, today."""

from __future__ import annotations

from django.db.models import Count

from races.models import Series
from races.statistics import STATISTICS, TITLES
from racestats.addresses import address_of
from racestats.clock import YearDay
from racestats.formatting import number, plural
from racestats.serving.page_cache import today_for
from stats.on_this_day import Anniversary, on_this_day

from ..kit.filters.filter_sets import InSeries, ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.scoped import scope_page
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column, DateColumn, MarginColumn, SentenceColumn
from ..kit.tables.racing_columns import RaceNameColumn, StatColumn

TOLD = 6
"""So many races are told in words; all are in the table."""
AROUND = range(-3, 4)
"""The days that the page leads to, from this one."""


class DayFilter(InSeries, ScopeFilterSet):
    keys = ("series", "as_of")


class DayRaceTable(BaseTable):
    """Records are anniversaries, by worth."""

    caption = "Races"
    heads_rows = "race"

    date = DateColumn(accessor="race__date", priority=1)
    race = RaceNameColumn("Race", accessor="race__label", link="race")
    track = Column("Track", accessor="race__track_name", link="race__layout__track", priority=3)
    winner = Column("Winner", link="winner")
    margin = MarginColumn(priority=2)
    meant = SentenceColumn("What it meant", accessor="in_words", orderable=False, priority=2)

    class Meta(BaseTable.Meta):
        empty_text = "No race of the series on file ended on this day."


class PersonTable(BaseTable):
    """Records are people who were born or died on the day, by worth."""

    caption = "Born and died"
    heads_rows = "driver"

    what = Column("What")
    day = DateColumn(priority=1)
    driver = Column("Driver", link="driver")
    titles = StatColumn(TITLES, evidence=True)
    wins = StatColumn(STATISTICS["wins"], "figures", evidence=True)
    starts = StatColumn(STATISTICS["starts"], "figures", evidence=True)


class OnThisDayView(TablePageView):
    template_name = "pages/on_this_day.html"
    filterset_class = DayFilter

    def get_page(self, filters, day: YearDay | None = None):
        scope = filters.scope
        of_today = YearDay.of(today_for(self.request)) if day is None else None
        found = on_this_day(day or of_today, scope)
        on_file = scope.races().aggregate(races=Count("pk"), dated=Count("date"))
        series = scope.series
        undated = on_file["races"] - on_file["dated"]
        return scope_page(
            f"{found.day.in_words} in {series} history" if series else found.day.in_words,
            filters,
            scope,
            {
                "races": DayRaceTable(found.races, rows_shown=100),
                "people": PersonTable(found.people, prefix="people-"),
            },
            notes=[
                f"{plural(on_file['dated'], 'race')} on file with a date"
                f"{f'; {number(undated)} without one are on no day' if undated else ''}. The rarest news comes first.",
                "A race is of the day on which it ended.",
            ],
            canonical=address_of("on-this-day", found.day),
            total=on_file["dated"],
            matching=len(found.races),
            context={
                "found": found,
                "told": told(found.races),
                "series": series,
                "series_list": filters.reference.rows(Series),
                "days": [found.day.shifted(days) for days in AROUND],
                "months": YearDay.months(),
                "of_today": of_today,
            },
        )


def told(races: list[Anniversary]) -> list[Anniversary]:
    """Those worth telling in words."""
    return [race for race in races if race.told][:TOLD]
