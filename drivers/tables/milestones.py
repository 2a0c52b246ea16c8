"""The tables of milestones and their clubs."""

from __future__ import annotations

from django.db.models import F

from racestats import formatting
from racestats.columns import (
    Column,
    DateColumn,
    NumberColumn,
    PlaceColumn,
)
from racestats.tables import BaseTable

from .columns import RaceColumn


class MilestoneTable(BaseTable):
    milestone = Column("Milestone", accessor="name", link=lambda record: record, orderable=False)
    series = Column("Series", order=F("series__name"))
    threshold = NumberColumn("Threshold")
    members = NumberColumn("Members", title="In the records held here")

    class Meta(BaseTable.Meta):
        empty_text = "No milestone is set up."


class ClubTable(BaseTable):
    order = PlaceColumn("Order", show=str, title="The how-manieth to get there, where the race is known")
    driver = Column("Driver", link="driver")
    race = RaceColumn("Reached in", order=F("order"))
    date = DateColumn(accessor="race__date")
    count_after = NumberColumn("Count then", title="After that race, or in the opening totals")
    start_number = NumberColumn("In start", title="The how-manieth start of the career it was")
    total = NumberColumn("Total", title="As of the latest race counted")
    active = Column("Active", show=formatting.yes_no, title="Started one of the last ten races in the book")

    class Meta(BaseTable.Meta):
        empty_text = "Nobody in the book has reached it."
