"""The pages of milestones: who is near one, all clubs, and one club with those who are next."""

from __future__ import annotations

from operator import attrgetter

from django import forms
from django.db.models import F
from django.http import Http404
from django_filters import ChoiceFilter, Filter

from races.models import Milestone
from races.statistics import CAREER_STATISTICS
from racestats import formatting
from stats.careers.active import ONE_OF_THE_LAST
from stats.milestones.by_driver import by_driver
from stats.milestones.clubs import Club, club, milestone_at, neighbours
from stats.milestones.watch import FEWEST_STARTS, HIGHEST, NEAR, SOON, Watch, next_in, watch
from stats.milestones.ways import ways_to
from stats.scope import Scope

from ..charts.boards import way_chart
from ..charts.tables import WayTable
from ..kit.charts_on_pages import ChartView, on_page
from ..kit.filters.filter_sets import AsOfFilter, InSeries, ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.scoped import ACTIVE, SaidAbove, scope_page
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column, DateColumn, LowestFirstColumn, MarkColumn, NumberColumn, RateColumn
from ..kit.tables.racing_columns import FigureColumn, RaceColumn, RaceNameColumn
from ..kit.tables.table_page import TablePage

CARDS = 8
"""So many drivers have a card; the table has all that is in reach."""
NEXT = 10
"""So many are listed as next to reach a milestone."""


class WatchFilter(InSeries, ScopeFilterSet):
    keys = ("series", "driver", "as_of")

    @classmethod
    def get_filters(cls):
        stat = ChoiceFilter(
            choices=[(each.key, each.label) for each in CAREER_STATISTICS], label="Statistic", empty_label="Any"
        )
        within = Filter(label="Races to it, at most", min_value=1, max_value=1000)
        within.field_class = forms.IntegerField
        series, driver, as_of = super().get_filters().values()
        return {"series": series, "stat": stat, "driver": driver, "within": within, "as_of": as_of}


def _rate(per_start: float) -> str:
    """Two digits behind the point: 0.13 wins, 41.30 laps led."""
    return formatting.decimal(per_start, 2)


NOBODY_NEAR = "No active driver is near a mark."


class NextColumn(Column):
    """A driver's way to a figure, in a few words."""

    def __init__(self, **options):
        super().__init__("Next milestone", accessor="watch", url="target__url", orderable=False, **options)


class AtMostColumn(LowestFirstColumn):
    """A distance, which is at most so much where the total is at least so much."""

    def write(self, record) -> str:
        text = super().write(record)
        return text if record.total.exact or self.raw(record) is None else f"up to {text}"


class PaceTable(BaseTable):
    """What says how fast a driver comes nearer."""

    rate = RateColumn(
        "Pace per race", accessor="per_start", show=_rate, title="Per start, this season and the last", priority=3
    )
    starts = NumberColumn("Starts", accessor="rate__starts", title="The starts that the pace is of", priority=3)
    races_away = AtMostColumn("Races at this pace", title="About so many, with a start in each", priority=2)


class WatchTable(PaceTable):
    """Who is near what."""

    caption = "Next milestones"

    driver = Column("Driver", link="driver")
    watch = NextColumn()
    total = FigureColumn("Total", url="evidence")
    to_go = LowestFirstColumn("To go", priority=2)
    statistic = Column("Statistic", accessor="statistic__label", priority=3)
    race = RaceNameColumn(
        "Would be in", accessor="race__label", link="race", orderable=False, title="On the schedule on file", priority=3
    )

    class Meta(BaseTable.Meta):
        empty_text = NOBODY_NEAR
        sequence = ("driver", "watch", "total", "to_go", "...", "statistic", "race")


class NearestTable(BaseTable):
    """The watch in short."""

    caption = "Milestone watch"

    driver = Column("Driver", link="driver", orderable=False)
    watch = NextColumn()
    total = FigureColumn("Total", url="evidence", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = NOBODY_NEAR


class NextTable(PaceTable):
    """Who is next to reach one milestone."""

    caption = "Who is next"

    driver = Column("Driver", link="driver")
    total = FigureColumn("Total", url="evidence", bar=True)
    to_go = AtMostColumn("To go")

    class Meta(BaseTable.Meta):
        empty_text = "No active driver is on the way."
        sequence = ("driver", "total", "to_go", "...")


class MilestoneTable(BaseTable):
    caption = "Clubs"

    milestone = Column("Milestone", accessor="milestone__name", link="milestone", orderable=False)
    series = Column("Series", accessor="milestone__series", order=F("milestone__series__name"), priority=3)
    threshold = NumberColumn("Mark", accessor="milestone__threshold", priority=2)
    members = NumberColumn("Drivers", title="Who have reached it, by the records on file")

    class Meta(BaseTable.Meta):
        empty_text = "No milestone is set up."


class ReachedColumn(RaceColumn):
    """The race, or the season, in which a milestone was reached; it may take two lines, so that the total has room."""

    css = ""

    def __init__(self):
        super().__init__(
            "Reached in",
            accessor="reached_in",
            order=F("reached_order"),
            title="The race, or the season by whose end the totals of sources are there",
        )


class ClubTable(BaseTable):
    """The members of a club."""

    caption = "Who is in it"

    order = LowestFirstColumn("No.", show=str, title="Place in the club, where that is known")
    driver = Column("Driver", link="driver")
    race = ReachedColumn()
    date = DateColumn(accessor="race__date")
    start_number = NumberColumn("Career start", title="Which start of the career it was", priority=2)
    count_after = NumberColumn("Total that day", title="After that race, or in the totals of a source", priority=3)
    total = FigureColumn("Total", url="evidence", title="As of the latest race counted", bar=True)
    active = MarkColumn("Active", title=ACTIVE)

    class Meta(BaseTable.Meta):
        empty_text = "Nobody on file has reached it."


class MilestonesView(TablePageView):
    """Who is near what; and every milestone with the size of its club."""

    template_name = "pages/milestones.html"
    filterset_class = WatchFilter

    def get_page(self, filters) -> TablePage:
        driver, stat, within = (filters.value(key) for key in ("driver", "stat", "within"))
        scope = filters.scope
        found = watch(scope.narrowed(driver=None))
        rows = [
            row
            for row in found.rows
            if (not driver or row.driver == driver) and (not stat or row.statistic.key == stat)
        ]
        if within:
            shown = [row for row in rows if row.races_away is not None and row.races_away <= within]
        else:
            shown = rows if driver else [row for row in rows if row.is_near]
        return scope_page(
            "Milestones",
            filters,
            scope,
            {"watch": WatchTable(shown), "milestones": MilestoneTable(found.clubs, prefix="milestones-")},
            notes=watch_notes(found, within, everything=bool(driver)),
            total=len(found.rows),
            matching=len(shown),
            context={
                "series": scope.series,
                "cards": by_driver(shown)[:CARDS] if not driver else [],
                "clubs": clubs_by_statistic(found),
            },
        )


def watch_notes(found: Watch, within: int | None, everything: bool) -> list[str]:
    """What is watched, at which pace, and what is left out."""
    notes = [
        f"Drivers who started {ONE_OF_THE_LAST}: how far each is from the next milestone, and from level with "
        f"the next name above on the all-time list, down to {formatting.ordinal(HIGHEST)} place."
    ]
    if found.season:
        notes.append(
            f"The pace is per start in {found.season - 1} and {found.season}, in the races of those that are on file "
            f"whole; of fewer than {FEWEST_STARTS} starts there is none. Races at this pace: with a start in each."
        )
    if within:
        notes.append(f"Shown: what is at most {formatting.plural(within, 'race')} away.")
    elif not everything:
        notes.append(f"Shown: what is at most {SOON} races away or, without a pace, within {NEAR:.0%} of the figure.")
    doubted = [board.statistic.in_text for board in found.boards if board.at_least or board.unknown]
    if doubted:
        notes.append(f"Drivers whose figures are not exact are left out: some, in {formatting.listed(doubted)}.")
    return notes


def clubs_by_statistic(found: Watch) -> list[tuple]:
    """The statistics that have milestones, each with the sizes of the clubs that have members."""
    grouped = [
        (
            board.statistic,
            [each for each in found.clubs if each.members and each.milestone.statistic == board.statistic.key],
        )
        for board in found.boards
    ]
    return [(statistic, sizes) for statistic, sizes in grouped if sizes]


class ClubView(TablePageView):
    """Who reached a milestone, in order, and who is next."""

    template_name = "pages/club.html"
    filterset_class = AsOfFilter

    def get_page(self, filters, slug) -> TablePage:
        milestone, scope, found = club_or_404(filters, slug)
        count = len(found.members)
        to_come = next_in(found, NEXT)
        lower, higher = neighbours(milestone)
        ways = ways_to(found, to_come)
        chart, table = way_chart(milestone, ways), WayTable(ways, rows_shown=100)
        return scope_page(
            f"{milestone.series.short_name}: {milestone.name}",
            filters,
            scope,
            {
                "members": ClubTable(found.members),
                "next": NextTable(to_come, prefix="next-"),
                **({"ways": table} if chart else {}),
            },
            tells_active=True,
            notes=club_notes(found),
            total=count,
            matching=count,
            context={
                "milestone": milestone,
                "way_chart": on_page(
                    chart, "drivers:way-chart", milestone.slug, asked=filters, table=table, folded=True
                ),
                "lower": lower,
                "higher": higher,
                "first": next((each for each in found.members if each.order == 1), None),
                "latest": max(
                    (each for each in found.members if each.race), key=attrgetter("reached_order"), default=None
                ),
                "next": to_come[:1],
            },
        )


def club_or_404(filters, slug: str) -> tuple[Milestone, Scope, Club]:
    """The milestone that an address names, and its club."""
    milestone = milestone_at(slug)
    if milestone is None:
        raise Http404(f"There is no milestone “{slug}”.")
    scope = filters.scope.narrowed(series=milestone.series)
    return milestone, scope, club(milestone, scope)


class WayChartView(ChartView):
    filterset_class = AsOfFilter

    def get_chart(self, filters, slug):
        milestone, _, found = club_or_404(filters, slug)
        return way_chart(milestone, ways_to(found, next_in(found, NEXT)))


def club_notes(found: Club) -> list[str]:
    """How many have reached it, who of them is active, and what is not known."""
    count = len(found.members)
    verb = "has" if count == 1 else "have"
    notes = [f"{formatting.plural(count, 'driver')} {verb} reached it, by the records on file."]
    if active := [str(member.driver) for member in found.members if member.active]:
        notes.append(f"Active: {formatting.listed(sorted(active))}.")
    if unnumbered := sum(member.order is None for member in found.members):
        notes.append(
            SaidAbove(
                f"{formatting.plural(unnumbered, 'driver')} without a number, listed last: in which race they got "
                "there, or who was there before them, is not on file."
            )
        )
    if unknown := sum(member.race is None for member in found.members):
        notes.append(
            f"For {unknown:,} the race is not known: they reached it before our own count of them begins, or where not "
            "every race is fully known."
        )
    if found.milestone.note:
        notes.append(found.milestone.note)
    notes.append("Whose total may be higher (+) has at most so far to go.")
    return [*notes, *found.board.notes[1:]]  # The first says what the statistic counts.
