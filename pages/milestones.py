"""The pages of milestones: the watch with all clubs, and one club."""

from __future__ import annotations

from django import forms
from django.db.models import F
from django.http import Http404
from django_filters import ChoiceFilter, Filter

from races.statistics import CAREER_STATISTICS
from racestats import formatting
from stats.careers.active import ONE_OF_THE_LAST
from stats.milestones.clubs import club, milestone_at
from stats.milestones.watch import FEWEST_STARTS, HIGHEST, NEAR, SOON, Watch, watch

from .kit.columns import Column, DateColumn, LowestFirstColumn, NumberColumn, RateColumn
from .kit.filters import AsOfFilter, InSeries, ScopeFilterSet
from .kit.forms import TablePageView
from .kit.racing_columns import FigureColumn, RaceColumn
from .kit.scoped import ACTIVE, scope_page
from .kit.table_page import TablePage
from .kit.tables import BaseTable


class WatchFilter(InSeries, ScopeFilterSet):
    keys = ("series", "driver", "as_of")

    @classmethod
    def get_filters(cls):
        stat = ChoiceFilter(
            choices=[(each.key, each.label) for each in CAREER_STATISTICS], label="Statistic", empty_label="Any"
        )
        within = Filter(label="Races away, at most", min_value=1, max_value=1000)
        within.field_class = forms.IntegerField
        series, driver, as_of = super().get_filters().values()
        return {"series": series, "stat": stat, "driver": driver, "within": within, "as_of": as_of}


def _rate(per_start: float) -> str:
    """Two digits behind the point: 0.13 wins, 41.30 laps led."""
    return formatting.decimal(per_start, 2)


class WideColumn(Column):
    """A few words, kept wide enough to read on a phone."""

    css = "sentence"


class WatchTable(BaseTable):
    """Who is near what."""

    caption = "Watch"

    driver = Column("Driver", link="driver")
    watch = WideColumn("Watch", url="target__url", orderable=False)
    total = FigureColumn("Total", url="evidence")
    to_go = LowestFirstColumn("To go")
    rate = RateColumn("Rate", accessor="per_start", show=_rate, title="Per start, this season and the last")
    starts = NumberColumn("In starts", accessor="rate__starts", title="The starts that the rate is of")
    races_away = LowestFirstColumn("Races away", title="At this rate, with a start in every race")
    statistic = Column("Statistic", accessor="statistic__label")
    race = Column(
        "Would be in", accessor="race__label", link="race", orderable=False, title="On the schedule held here"
    )

    class Meta(BaseTable.Meta):
        empty_text = "Nobody who is active is near anything."


class NearestTable(BaseTable):
    """The watch in short."""

    caption = "Milestone watch"

    driver = Column("Driver", link="driver", orderable=False)
    watch = WideColumn("Watch", url="target__url", orderable=False)
    total = FigureColumn("Total", url="evidence", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "Nobody who is active is near anything."


class MilestoneTable(BaseTable):
    caption = "Clubs"

    milestone = Column("Milestone", accessor="milestone__name", link="milestone", orderable=False)
    series = Column("Series", accessor="milestone__series", order=F("milestone__series__name"))
    threshold = NumberColumn("Threshold", accessor="milestone__threshold")
    members = NumberColumn("Members", title="In the records held here")

    class Meta(BaseTable.Meta):
        empty_text = "No milestone is set up."


class ClubTable(BaseTable):
    order = LowestFirstColumn("Order", show=str, title="Place in the club, where that is known")
    driver = Column("Driver", link="driver")
    race = RaceColumn(
        "Reached in",
        accessor="reached_in",
        order=F("reached_order"),
        title="The race, or the season by whose end the totals of sources are there",
    )
    date = DateColumn(accessor="race__date")
    count_after = NumberColumn("Count then", title="After that race, or in the given totals")
    start_number = NumberColumn("In start", title="Which start of the career it was")
    total = FigureColumn("Total", url="evidence", title="As of the latest race counted")
    active = Column("Active", show=formatting.yes_no, title=ACTIVE)

    class Meta(BaseTable.Meta):
        empty_text = "Nobody in the book has reached it."


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
            context={"clubs": clubs_by_statistic(found)},
        )


def watch_notes(found: Watch, within: int | None, everything: bool) -> list[str]:
    """What is watched, at which rate, and what is left out."""
    notes = [
        f"Drivers who started {ONE_OF_THE_LAST}: how far each is from the next milestone, and from level with "
        f"the next name above on the all-time list, down to {formatting.ordinal(HIGHEST)} place."
    ]
    if found.season:
        notes.append(
            f"The rate is per start in {found.season - 1} and {found.season}, in the races of those that are held "
            f"whole; of fewer than {FEWEST_STARTS} starts there is none. Races away: at that rate, with a start in "
            "every race."
        )
    if within:
        notes.append(f"Shown: what is at most {formatting.plural(within, 'race')} away.")
    elif not everything:
        notes.append(f"Shown: what is at most {SOON} races away or, without a rate, within {NEAR:.0%} of the figure.")
    doubted = [board.statistic.in_text for board in found.boards if board.at_least or board.unknown]
    if doubted:
        notes.append(f"Drivers whose figures are not exact are left out: some, in {formatting.listed(doubted)}.")
    return notes


def clubs_by_statistic(found: Watch) -> list[tuple]:
    """The statistics that have milestones, each with the sizes of their clubs."""
    grouped = [
        (board.statistic, [each for each in found.clubs if each.milestone.statistic == board.statistic.key])
        for board in found.boards
    ]
    return [(statistic, sizes) for statistic, sizes in grouped if sizes]


class ClubView(TablePageView):
    template_name = "pages/club.html"
    filterset_class = AsOfFilter

    def get_page(self, filters, slug) -> TablePage:
        milestone = milestone_at(slug)
        if milestone is None:
            raise Http404(f"There is no milestone “{slug}”.")
        scope = filters.scope.narrowed(series=milestone.series)
        found = club(milestone, scope)
        count = len(found.members)
        notes = [f"{formatting.plural(count, 'driver')} in the records held here."]
        if active := [str(member.driver) for member in found.members if member.active]:
            notes.append(f"Active: {formatting.listed(sorted(active))}.")
        if unknown := sum(member.race is None for member in found.members):
            notes.append(
                f"For {unknown:,} the race is not known: they reached it before the book's own count of them began, or "
                "where what it counts is not fully known."
            )
        if milestone.note:
            notes.append(milestone.note)
        return scope_page(
            f"{milestone.series.short_name}: {milestone.name}",
            filters,
            scope,
            {"members": ClubTable(found.members)},
            tells_active=True,
            notes=[*notes, *found.board.notes[1:]],  # The first says what the statistic counts.
            total=count,
            matching=count,
            context={"milestone": milestone},
        )
