"""The tables of two drivers head to head."""

from __future__ import annotations

from django.db.models import F

from racestats import formatting
from racestats.columns import Column, DateColumn, MarginColumn, NumberColumn, PlaceColumn
from racestats.tables import BaseTable

from .columns import RaceColumn


def _figure(value: int | float) -> str:
    return formatting.decimal(value) if isinstance(value, float) else formatting.number(value)


class NameColumn(Column):
    """A name, kept on one line."""

    css = "d"


class PairTable(BaseTable):
    """A table of two drivers: `{driver}` and `{rival}` in its labels become their names."""

    def __init__(self, pair: tuple[str, str], *args, **kwargs):
        super().__init__(*args, **kwargs)
        driver, rival = pair
        for bound in self.columns:
            bound.column.verbose_name = bound.column.verbose_name.format(driver=driver, rival=rival)


class MeetingTable(PairTable):
    """Records are meetings."""

    caption = "Races together"
    optional = ("qualified", "rival_qualified", "pole", "margin")

    date = DateColumn(accessor="race__date", order=F("own__line__race_order"))
    race = RaceColumn(order=F("own__line__race_order"))
    track = Column("Track", accessor="race__track_name", link="race__layout__track")
    ahead = NameColumn("Ahead", title="Who of the two finished ahead")
    finish = PlaceColumn("{driver} finish", accessor="own__line__finish")
    rival_finish = PlaceColumn("{rival} finish", accessor="rival__line__finish")
    start = PlaceColumn("{driver} start", accessor="own__line__start")
    rival_start = PlaceColumn("{rival} start", accessor="rival__line__start")
    laps_led = NumberColumn("{driver} led", accessor="own__line__laps_led", title="Laps led")
    rival_laps_led = NumberColumn("{rival} led", accessor="rival__line__laps_led", title="Laps led")
    qualified = PlaceColumn("{driver} qualified", accessor="own__qualified")
    rival_qualified = PlaceColumn("{rival} qualified", accessor="rival__qualified")
    pole = NameColumn("Pole", title="Who of the two won the pole award")
    margin = MarginColumn(title="Seconds between the two, where they were first and second")

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no race that both started."


class FirstTwoTable(BaseTable):
    """Records are meetings in which the two were first and second."""

    caption = "First and second"

    margin = MarginColumn()
    date = DateColumn(accessor="race__date", order=F("own__line__race_order"))
    race = RaceColumn(order=F("own__line__race_order"))
    winner = Column("Winner", link="winner")

    class Meta(BaseTable.Meta):
        empty_text = "They have not been first and second in a race of this book."


class TallyTable(PairTable):
    caption = "Head to head"

    figure = Column("Figure", accessor="label", orderable=False)
    value = NumberColumn("{driver}", url="url", show=_figure, orderable=False)
    rival_value = NumberColumn("{rival}", url="rival_url", show=_figure, orderable=False)
    races = NumberColumn("Known in", title="Races in which it is known of both", orderable=False)
    counts = Column("What it counts", accessor="title", orderable=False)


class ShareTable(PairTable):
    together = NumberColumn("Together", url="urls__together", title="Races that both started")
    ahead = NumberColumn("{driver} ahead", url="urls__ahead", title="Finished ahead")
    rival_ahead = NumberColumn("{rival} ahead", url="urls__rival_ahead", title="Finished ahead")
    wins = NumberColumn("{driver} wins", url="urls__wins")
    rival_wins = NumberColumn("{rival} wins", url="urls__rival_wins")

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no race that both started."


class BySeasonTable(ShareTable):
    caption = "By season"

    season = PlaceColumn("Season", accessor="of__year", show=str, link="of", initial_sort_descending=True)

    class Meta(ShareTable.Meta):
        sequence = ("season", "...")


class ByTrackTable(ShareTable):
    caption = "By track"

    track = Column("Track", accessor="of", link="of")

    class Meta(ShareTable.Meta):
        sequence = ("track", "...")


class RivalryTable(BaseTable):
    rival = Column("Rival", link="rival")
    together = NumberColumn("Races together", url="urls__together", title="Races that both started")
    ahead = NumberColumn("Ahead", url="urls__ahead", title="Finished ahead of the rival")
    rival_ahead = NumberColumn("Behind", url="urls__rival_ahead", title="Finished behind the rival")

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no race of this driver that matches."
