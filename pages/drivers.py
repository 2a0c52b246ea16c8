"""The pages of drivers: their index, and one driver: the career in each series, seasons, latest results."""

from __future__ import annotations

from django.db.models import F

from drivers.models import Driver
from races.statistics import CLOSE, STATISTICS, TITLES
from racestats import formatting
from stats.careers.index import DriverIndex
from stats.careers.page import driver_page

from .kit.columns import Column, DateColumn, LowestFirstColumn, MarginColumn, NoteColumn, NumberColumn, SentenceColumn
from .kit.filters import AsOfFilter, ScopeFilterSet, name_filter
from .kit.forms import TablePageView
from .kit.found import found_or_404
from .kit.racing_columns import RaceColumn, StatColumn
from .kit.scoped import scope_page
from .kit.tables import BaseTable
from .race_log import RaceLogTable


class DriverFilter(ScopeFilterSet):
    keys = ("series", "active", "as_of")

    @classmethod
    def get_filters(cls):
        return {"q": name_filter(Driver), **super().get_filters()}


class DriverTable(BaseTable):
    driver = Column("Driver", accessor="driver", link="driver")
    hometown = Column("Home town", accessor="driver__hometown")
    starts = StatColumn(STATISTICS["starts"], "figures", abbreviated=False, evidence=True)
    wins = StatColumn(STATISTICS["wins"], "figures", abbreviated=False, evidence=True)
    top_fives = StatColumn(STATISTICS["top_fives"], "figures", abbreviated=False, evidence=True)
    laps_led = StatColumn(STATISTICS["laps_led"], "figures", abbreviated=False, evidence=True)
    held = NumberColumn("Races on file", url="held_url", title="Points races with a result on file")
    first = LowestFirstColumn("First", show=str, title="First season in this book")
    last = LowestFirstColumn("Latest", show=str, title="Latest season in this book")

    class Meta(BaseTable.Meta):
        empty_text = "No driver in the book matches."


class DriverListView(TablePageView):
    filterset_class = DriverFilter

    def get_page(self, filters):
        scope = filters.scope
        index = DriverIndex(scope, filters.value("q") or "", filters.value("active"))
        return scope_page(
            scope.title("Drivers"),
            filters,
            scope,
            {"drivers": DriverTable(index)},
            notes=index.notes,
            total=Driver.objects.count(),
            matching=len(index),
        )


class SeasonTable(BaseTable):
    caption = "By season"

    season = LowestFirstColumn("Season", show=str, url="season_url", initial_sort_descending=True)
    series = Column("Series", link="series")
    held = NumberColumn(
        "Races on file", accessor="races_held", title="Points races of that season with a result on file"
    )
    starts = StatColumn(STATISTICS["starts"], "figures", evidence=True)
    wins = StatColumn(STATISTICS["wins"], "figures", evidence=True)
    top_fives = StatColumn(STATISTICS["top_fives"], "figures", evidence=True)
    top_tens = StatColumn(STATISTICS["top_tens"], "figures", evidence=True)
    poles = StatColumn(STATISTICS["poles"], "figures", evidence=True)
    laps_led = StatColumn(STATISTICS["laps_led"], "figures", evidence=True)
    stage_wins = StatColumn(STATISTICS["stage_wins"], "figures", evidence=True)
    average_start = StatColumn(STATISTICS["average_start"], "figures", evidence=True)
    average_finish = StatColumn(STATISTICS["average_finish"], "figures", evidence=True)
    points = StatColumn(STATISTICS["points"], "figures", evidence=True)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no points race of this driver."


class CloseFinishTable(BaseTable):
    caption = "Close finishes"

    margin = MarginColumn()
    date = DateColumn(accessor="race__date", order=F("race_order"))
    race = RaceColumn()
    result = Column("Result", order=F("finish"))
    other = Column("Other driver", link="other", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no finish so close of this driver."


class SessionLogTable(BaseTable):
    """Practice and qualifying; records are results."""

    caption = "Practice and qualifying"

    date = DateColumn(accessor="session__date")
    race = Column("Race", accessor="session__race__label", link="session__race", orderable=False)
    session = Column("Session", accessor="session__name", link="session", order=F("session__kind"))
    position = LowestFirstColumn("Position", show=str)
    lap_speed = NumberColumn("Speed (mph)", show=lambda value: f"{value:.3f}")
    lap_time = LowestFirstColumn("Lap (s)", show=formatting.lap_time)
    note = NoteColumn("Note", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no practice or qualifying of this driver."


class HonoursTable(BaseTable):
    """The titles of one driver by series."""

    caption = "Titles"

    series = Column("Series", orderable=False)
    titles = StatColumn(TITLES, abbreviated=False, evidence=True)
    seasons = SentenceColumn("Seasons", accessor="years", orderable=False)


class DriverView(TablePageView):
    template_name = "pages/driver.html"
    filterset_class = AsOfFilter

    def get_page(self, filters, slug):
        driver = found_or_404(Driver, f"driver “{slug}”", slug=slug)
        scope = filters.scope.narrowed(driver=driver)
        found = driver_page(scope)
        page_tables = {
            "seasons": SeasonTable(found.record.seasons),
            "races": RaceLogTable(
                found.latest, prefix="races-", caption="Latest races on file", empty_text="No points race on file."
            ),
            "poles": RaceLogTable(found.poles, prefix="poles-", caption="Poles", empty_text="No pole on file."),
            "close": CloseFinishTable(found.close_finishes, prefix="close-", order_by="margin"),
            "sessions": SessionLogTable(found.timed, prefix="sessions-"),
        }
        if found.honours:
            page_tables["titles"] = HonoursTable(found.honours, prefix="titles-")
        lines = found.record.lines
        return scope_page(
            str(driver),
            filters,
            scope,
            page_tables,
            notes=[f"{formatting.plural(lines, 'points race')} of this driver in the book."],
            matching=lines,
            context={
                "driver": driver,
                "careers": found.record.careers,
                "honours": found.honours,
                "close_limit": CLOSE,
            },
        )
