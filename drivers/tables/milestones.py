"""The tables of milestones and their clubs."""

from __future__ import annotations

from django.db.models import F

from races.tables.columns import itself
from racestats import formatting
from racestats.columns import (
    Column,
    DateColumn,
    NumberColumn,
    PlaceColumn,
    RateColumn,
)
from racestats.tables import BaseTable

from .columns import RaceColumn


def _rate(per_start: float) -> str:
    """Two digits behind the point: 0.13 wins, 41.30 laps led."""
    return formatting.decimal(per_start, 2)


class SentenceColumn(Column):
    """A few words, kept wide enough to read on a phone."""

    css = "sentence"


class WatchTable(BaseTable):
    """Who is near what."""

    caption = "Watch"
    optional = ("race",)

    driver = Column("Driver", link="driver")
    watch = SentenceColumn("Watch", url="target__url", orderable=False)
    total = NumberColumn("Total", url="evidence")
    to_go = PlaceColumn("To go")
    rate = RateColumn("Rate", accessor="per_start", show=_rate, title="Per start, this season and the last")
    starts = NumberColumn("In starts", accessor="rate__starts", title="The starts that the rate is of")
    races_away = PlaceColumn("Races away", title="At this rate, with a start in every race")
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
    watch = SentenceColumn("Watch", url="target__url", orderable=False)
    total = NumberColumn("Total", url="evidence", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "Nobody who is active is near anything."


class MilestoneTable(BaseTable):
    caption = "Clubs"

    milestone = Column("Milestone", accessor="name", link=itself, orderable=False)
    series = Column("Series", order=F("series__name"))
    threshold = NumberColumn("Threshold")
    members = NumberColumn("Members", title="In the records held here")

    class Meta(BaseTable.Meta):
        empty_text = "No milestone is set up."


class ClubTable(BaseTable):
    order = PlaceColumn("Order", show=str, title="The how-manieth to get there, where that is known")
    driver = Column("Driver", link="driver")
    race = RaceColumn("Reached in", order=F("order"))
    date = DateColumn(accessor="race__date")
    count_after = NumberColumn("Count then", title="After that race, or in the opening totals")
    start_number = NumberColumn("In start", title="The how-manieth start of the career it was")
    total = NumberColumn("Total", url="evidence", title="As of the latest race counted")
    active = Column("Active", show=formatting.yes_no, title="Started one of the last ten races in the book")

    class Meta(BaseTable.Meta):
        empty_text = "Nobody in the book has reached it."
