"""The pages of drivers: their index, and one driver: the career in each series, seasons, latest results."""

from __future__ import annotations

from django.db.models import F, Q

from drivers.models import Driver
from races.models import Result, Session, StatLine
from races.statistics import CLOSE, STATISTICS, TITLES
from racestats import formatting
from stats.careers.index import DriverIndex
from stats.careers.profile import record_of
from stats.scope import Scope
from stats.titles import honours

from .kit.columns import Column, DateColumn, MarginColumn, NoteColumn, NumberColumn, PlaceColumn, SentenceColumn
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
        return {"q": name_filter(), **super().get_filters()}


class DriverTable(BaseTable):
    driver = Column("Driver", accessor="driver", link="driver")
    hometown = Column("Home town", accessor="driver__hometown")
    starts = StatColumn(STATISTICS["starts"], "figures", abbreviated=False, evidence=True)
    wins = StatColumn(STATISTICS["wins"], "figures", abbreviated=False, evidence=True)
    top_fives = StatColumn(STATISTICS["top_fives"], "figures", abbreviated=False, evidence=True)
    laps_led = StatColumn(STATISTICS["laps_led"], "figures", abbreviated=False, evidence=True)
    held = NumberColumn("Results held", url="held_url", title="Points races with a result in this book")
    first = PlaceColumn("First", show=str, title="First season in this book")
    last = PlaceColumn("Latest", show=str, title="Latest season in this book")

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

    season = PlaceColumn("Season", show=str, url="season_url", initial_sort_descending=True)
    series = Column("Series", link="series")
    held = NumberColumn("Held", accessor="races_held", title="Results of that season held in this book")
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
    """Records are stat lines of the first two cars."""

    caption = "Close finishes"

    margin = MarginColumn()
    date = DateColumn(accessor="race__date", order=F("race_order"))
    race = RaceColumn()
    result = Column("Result", accessor="won_or_lost", order=F("finish"))
    other = Column("Other driver", accessor="other_driver", link="other_driver", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no finish so close of this driver."


class SessionLogTable(BaseTable):
    """Practice and qualifying; records are results."""

    caption = "Practice and qualifying"

    date = DateColumn(accessor="session__date")
    race = Column("Race", accessor="session__race__label", link="session__race", orderable=False)
    session = Column("Session", accessor="session__name", link="session", order=F("session__kind"))
    position = PlaceColumn("Position", show=str)
    lap_speed = NumberColumn("Speed (mph)", show=lambda value: f"{value:.3f}")
    lap_time = PlaceColumn("Lap (s)", show=formatting.lap_time)
    note = NoteColumn("Note", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no practice or qualifying of this driver."


class HonoursTable(BaseTable):
    """The titles of one driver by series."""

    caption = "Titles"

    series = Column("Series", orderable=False)
    titles = StatColumn(TITLES, abbreviated=False, evidence=True)
    seasons = SentenceColumn("Seasons", accessor="years", orderable=False)


LATEST = 10
"""How many races a driver's page shows of the log."""


class DriverView(TablePageView):
    template_name = "pages/driver.html"
    filterset_class = AsOfFilter

    def get_page(self, filters, slug):
        driver = found_or_404(Driver, f"driver “{slug}”", slug=slug)
        scope = filters.scope.narrowed(driver=driver)
        record = record_of(driver, scope.as_of)
        lines = notable_lines(scope)
        page_tables = {
            "seasons": SeasonTable(record.seasons),
            "races": RaceLogTable(lines[:LATEST], prefix="races-", caption="Latest races on file"),
            "poles": RaceLogTable([line for line in lines if line.pole], prefix="poles-", caption="Poles"),
            "close": CloseFinishTable(close_finishes(lines, scope), prefix="close-", order_by="margin"),
            "sessions": SessionLogTable(timed_sessions(scope), prefix="sessions-"),
        }
        won = honours(driver, scope)
        if won:
            page_tables["titles"] = HonoursTable(won, prefix="titles-")
        return scope_page(
            str(driver),
            filters,
            scope,
            page_tables,
            notes=[f"{formatting.plural(record.lines, 'points race')} of this driver in the book."],
            matching=record.lines,
            context={"driver": driver, "careers": record.careers, "honours": won, "close_limit": CLOSE},
        )


def notable_lines(scope: Scope) -> list[StatLine]:
    """The driver's latest lines and, however old, those of poles and close finishes; the latest first."""
    lines = scope.lines()
    latest = lines.order_by("-race_order").values("pk")[:LATEST]
    notable = Q(pk__in=latest) | Q(pole=True) | Q(finish__lte=2, margin__lte=CLOSE)
    return list(lines.filter(notable).for_log().order_by("-race_order", "pk"))


def close_finishes(lines: list[StatLine], scope: Scope) -> list[StatLine]:
    """Those lines that are close finishes, each with the other of the first two."""
    found = [line for line in lines if line.finish in (1, 2) and line.margin is not None and line.margin <= CLOSE]
    found.sort(key=lambda line: line.margin)
    others = {
        line.race_id: line.driver
        for line in StatLine.objects.as_of(scope.as_of)
        .filter(race__in=[line.race_id for line in found], finish__lte=2)
        .exclude(driver=scope.driver)
        .select_related("driver")
    }
    for line in found:
        line.other_driver = others.get(line.race_id)
        line.won_or_lost = "won" if line.finish == 1 else "second"
    return found


def timed_sessions(scope: Scope) -> list[Result]:
    """The driver's practice and qualifying, the latest first; as of a day, of the races run by then."""
    results = Result.objects.filter(
        entry__driver=scope.driver, session__kind__in=[Session.Kind.PRACTICE, Session.Kind.QUALIFYING]
    )
    return list(
        results.of_races_run_by(scope.as_of)
        .select_related("session__race__season__series", "session__race__event", "session__race__layout__track")
        .order_by(
            "-session__race__season__year",
            F("session__race__round").desc(nulls_last=True),
            "session__kind",
            "session__number",
        )
    )
