"""The pages of streaks: the longest runs of each kind, and those of one driver."""

from __future__ import annotations

from django.db.models import F
from django.http import Http404

from drivers.models import Driver
from racestats.addresses import address_of
from racestats.formatting import MOST_NAMED
from stats.completeness import completeness
from stats.streaks.longest import driver_streaks, longest_of_each_kind, streak_board
from stats.streaks.runs import KINDS

from ..kit.filters.filter_sets import InSeries, ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.found import found_or_404
from ..kit.scoped import SaidAbove, dirt_notes, scope_page
from ..kit.tables.base import BaseTable, on_the_podium
from ..kit.tables.columns import Column, MarkColumn, NoteColumn, RankColumn
from ..kit.tables.racing_columns import FigureColumn, RaceNameColumn


class StreakIndexFilter(InSeries, ScopeFilterSet):
    keys = ("series", "as_of")


class StreakFilter(InSeries, ScopeFilterSet):
    keys = ("series", "season", "from", "to", "era", "track", "type", "driver", "active", "as_of")


class IfAnyColumn(FigureColumn):
    """A length where there is a streak; where there is none, nothing, for that is known."""

    def text(self, value) -> str:
        return "" if value is None else super().text(value)


class YearsColumn(NoteColumn):
    """The seasons of a streak, on one line."""

    css = "d"
    priority = 2


class StreakIndexTable(BaseTable):
    """The index of streaks; records are the longest of each kind, active and ever."""

    streak = Column("Streak", accessor="kind__label", url="url", orderable=False)
    active = IfAnyColumn(
        "Active",
        accessor="active__length",
        title="The longest that can still go on; its bar is its share of the record",
        bar=lambda row: row.record.length.value,
        orderable=False,
    )
    drivers = NoteColumn("Driver", accessor="active__holders", link="active__holder", orderable=False, priority=1)
    record = IfAnyColumn("Record", accessor="record__length", title="The longest ever", orderable=False)
    holders = NoteColumn("Held by", accessor="record__holders", link="record__holder", orderable=False, priority=1)
    years = YearsColumn("In", accessor="record__years", orderable=False)
    rule = Column("What it counts", accessor="kind__rule", orderable=False, priority=3)


class StreakTable(BaseTable):
    rank = RankColumn()
    driver = Column("Driver", link="driver")
    track = Column("Track", link="track")
    length = FigureColumn("Length", url="url", title="Races in a row; the link leads to them", bar=True)
    active = MarkColumn("Active", title="It can go on in the next race, and the driver is active", priority=1)
    first = RaceNameColumn(
        "From", accessor="first__label", link="first", order=F("first__coverage__race_order"), priority=2
    )
    last = RaceNameColumn("To", accessor="last__label", link="last", order=F("last__coverage__race_order"), priority=2)

    class Meta(BaseTable.Meta):
        empty_text = "No streak on file matches."


class DriverStreakTable(BaseTable):
    """One driver's streaks, of each kind the longest and the active one."""

    caption = "Streaks"

    streak = Column("Streak", accessor="kind__label", url="board_url", orderable=False)
    length = FigureColumn("Longest", url="url", title="Races in a row; the link leads to them")
    track = NoteColumn("Track", link="track")
    first = RaceNameColumn(
        "From", accessor="first__label", link="first", order=F("first__coverage__race_order"), priority=2
    )
    last = RaceNameColumn("To", accessor="last__label", link="last", order=F("last__coverage__race_order"), priority=2)
    active = IfAnyColumn("Active", accessor="active_length", url="active_url", title="The streak that can still go on")
    active_track = NoteColumn("Active at", link="active_track")

    class Meta(BaseTable.Meta):
        empty_text = "No streak on file."


class StreakIndexView(TablePageView):
    template_name = "pages/streaks.html"
    filterset_class = StreakIndexFilter

    def get_page(self, filters):
        scope = filters.scope
        rows = longest_of_each_kind(scope)
        return scope_page(
            scope.title("Streaks"),
            filters,
            scope,
            {"streaks": StreakIndexTable(rows)},
            tells_active=True,
            notes=[
                SaidAbove(
                    "The longest active streak of each kind, and the longest ever; each kind leads to the whole list."
                )
            ],
            total=len(rows),
            matching=len(rows),
        )


class DriverStreaksView(TablePageView):
    template_name = "pages/driver_streaks.html"
    filterset_class = StreakIndexFilter

    def get_page(self, filters, slug):
        driver = found_or_404(Driver, f"driver “{slug}”", slug=slug)
        scope = filters.scope.narrowed(driver=driver)
        table = DriverStreakTable(driver_streaks(scope) if scope.series else [])
        return scope_page(
            f"{driver}: streaks",
            filters,
            scope,
            {"streaks": table},
            tells_active=True,
            notes=[
                "The longest of each kind, and the one that can still go on.",
                "What is unknown ends a streak, and so does a race that is not on file: it may have been longer (+). A "
                "disqualification counts as ruled.",
                *completeness(filters.scope).whole_fields,
            ],
            total=len(KINDS),
            matching=len(table.rows),
            context={"driver": driver, "series": scope.series},
        )


class StreakView(TablePageView):
    template_name = "pages/streak.html"
    filterset_class = StreakFilter
    is_data_set = True

    def get_page(self, filters, key):
        kind = KINDS.get(key.replace("-", "_"))
        if kind is None:
            raise Http404(f"There is no kind of streak “{key}”.")
        scope = filters.scope
        board = streak_board(kind, scope, filters.value("active"))
        table = StreakTable(board.rows, exclude=() if kind.at_track else ("track",))
        return scope_page(
            scope.title(kind.title),
            filters,
            scope,
            {"streaks": table},
            notes=[SaidAbove(kind.rule), *board.notes[1:], *dirt_notes(scope)],
            total=board.found,
            matching=len(board.rows),
            canonical=address_of("drivers:streak", kind.key),
            context={
                "kind": kind,
                "first": on_the_podium(board.rows),
                "active": [] if filters.value("active") else board.active[:MOST_NAMED],
                "further": max(len(board.active) - MOST_NAMED, 0),
                "others": [each for each in KINDS.values() if each != kind],
            },
        )
