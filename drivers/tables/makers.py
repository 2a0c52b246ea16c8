"""The tables of teams and makes: their index, and those of one of them."""

from __future__ import annotations

from races.statistics import STATISTICS
from racestats.columns import Column, NumberColumn, PlaceColumn, RankColumn
from racestats.tables import BaseTable
from stats.careers.totals import CAREER

from .columns import StatColumn

SELDOM_KNOWN = ("poles", "stage_wins")


def _stat_columns(keys=tuple(statistic.key for statistic in CAREER)) -> list[tuple[str, StatColumn]]:
    """Columns of `Figures`, each figure linked to its races."""
    return [(key, StatColumn(STATISTICS[key], f"values__{key}", evidence=True)) for key in keys]


class MakerTable(BaseTable):
    """The index; records are the figures of each team or make."""

    optional = SELDOM_KNOWN

    def __init__(self, by: str, heading: str, *args, **kwargs):
        extra = [
            (by, Column(heading, accessor="of", link="of")),
            *_stat_columns(("starts", "wins", "top_fives", "poles", "laps_led")),
            ("first", PlaceColumn("First", accessor="values__first", show=str, title="First season in this book")),
            ("last", PlaceColumn("Latest", accessor="values__last", show=str, title="Latest season in this book")),
        ]
        super().__init__(*args, extra_columns=extra, **kwargs)


class MakerSeasonTable(BaseTable):
    caption = "By season"
    optional = SELDOM_KNOWN

    season = PlaceColumn("Season", accessor="of", show=str, url="season_url", initial_sort_descending=True)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no result that matches."

    def __init__(self, *args, **kwargs):
        super().__init__(*args, extra_columns=_stat_columns(), **kwargs)


class WinnerTable(BaseTable):
    caption = "Winners"
    optional = SELDOM_KNOWN

    rank = RankColumn()
    driver = Column("Driver", accessor="of", link="of")

    class Meta(BaseTable.Meta):
        empty_text = "Nobody won in the races held here."

    def __init__(self, *args, **kwargs):
        keys = ("wins", "starts", "top_fives", "top_tens", "poles", "laps_led", "stage_wins")
        super().__init__(*args, extra_columns=_stat_columns(keys), **kwargs)


class MakerTrackTable(BaseTable):
    caption = "By track"
    optional = SELDOM_KNOWN

    track = Column("Track", accessor="of", link="of")

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no result that matches."

    def __init__(self, *args, **kwargs):
        super().__init__(*args, extra_columns=_stat_columns(), **kwargs)


class MakerRecordTable(BaseTable):
    caption = "Records"

    record = Column("Record", orderable=False)
    value = NumberColumn("Figure", show=str, url="value_url", orderable=False)
    holder = Column("Whose or where", url="holder_url", orderable=False)
    race = Column("Race", link="race", accessor="race__label", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no record."
