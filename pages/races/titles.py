"""The pages of titles: the champions by year, and the board of those with most titles."""

from __future__ import annotations

from races.statistics import STATISTICS, TITLES
from racestats import formatting
from stats.boards.titles import most_titles
from stats.careers.active import active_drivers
from stats.evidence import LINEAGE
from stats.subjects import SUBJECTS
from stats.titles import Titles, seasons_won, titles

from ..kit.filters.filter_sets import InSeries, ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.scoped import ACTIVE, scope_page
from ..kit.tables.base import BaseTable, BoardTable
from ..kit.tables.columns import (
    Column,
    LowestFirstColumn,
    MakeColumn,
    MarkColumn,
    PointsColumn,
    RankColumn,
    SeasonColumn,
    SentenceColumn,
)
from ..kit.tables.racing_columns import StatColumn


class ChampionFilter(InSeries, ScopeFilterSet):
    keys = ("series", "season", "from", "to", "driver", "team", "manufacturer", "as_of")


class TitleBoardFilter(InSeries, ScopeFilterSet):
    keys = ("by", "series", "season", "from", "to", "manufacturer", "team", "active", "as_of")


MOST_YEARS = 100
"""Seasons on a page."""


class ChampionTable(BaseTable):
    """Records are seasons that somebody won."""

    season = SeasonColumn(accessor="champion__season__year", link="champion__season")
    driver = Column("Champion", accessor="champion__driver", link="champion__driver")
    nth = LowestFirstColumn(
        "Title", show=formatting.ordinal, title="Which title of the driver's in the series", priority=2
    )
    team = Column("Team", accessor="champion__team_name", link="champion__team", priority=2)
    manufacturer = MakeColumn(accessor="champion__manufacturer", link="champion__manufacturer", priority=1)
    wins = StatColumn(STATISTICS["wins"], "wins", abbreviated=False, evidence=True, priority=2)
    points = PointsColumn(
        "Points", title="At the season's end, as they stood; not those added up from race results", priority=3
    )
    margin = PointsColumn("Margin", accessor="champion__margin", title="In points, over the second", priority=3)
    source = SentenceColumn("Source", accessor="champion__source", orderable=False)
    note = SentenceColumn("Note", accessor="champion__note", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "No champion matches."


class TitledTable(BoardTable):
    """Those with most titles. Whoever is ranked stands in a column of that name."""

    class Meta(BaseTable.Meta):
        empty_text = "No champion matches."

    def __init__(self, rows, by: str = "driver", value: str = "titles", *, tells_active: bool = False, **kwargs):
        active = ("active", MarkColumn("Active", title=ACTIVE, priority=2))
        super().__init__(
            rows,
            extra_columns=[
                ("rank", RankColumn()),
                (by, Column(SUBJECTS[by].heading, accessor="who", link="who")),
                (value, StatColumn(TITLES, "titles", abbreviated=False, evidence=True, bar=True)),
                ("years", SentenceColumn("Seasons", orderable=False, priority=2)),
                *([active] if tells_active else []),
            ],
            **kwargs,
        )


class ChampionsView(TablePageView):
    template_name = "pages/champions.html"
    filterset_class = ChampionFilter
    is_data_set = True

    def get_page(self, filters):
        scope = filters.scope
        found = titles(scope)
        return scope_page(
            scope.title("Champions"),
            filters,
            scope,
            {
                "champions": ChampionTable(seasons_won(found), caption="By year", rows_shown=MOST_YEARS),
                "drivers": TitledTable(most_titles(found), prefix="drivers-", caption="Most titles"),
            },
            notes=found.notes,
            total=found.seasons,
            matching=len(found.won),
        )


class TitleBoardView(TablePageView):
    template_name = "pages/title_board.html"
    filterset_class = TitleBoardFilter
    is_data_set = True

    def get_page(self, filters):
        scope, by, active = filters.scope, filters.value("by") or "driver", filters.value("active")
        found, now = titles(scope), active_drivers(scope, by)
        rows = most_titles(found, by, now, active)
        heading = TITLES.label if by == "driver" else f"{TITLES.label} by {SUBJECTS[by].one}"
        return scope_page(
            scope.title(heading),
            filters,
            scope,
            {"leaderboard": TitledTable(rows, by, "value", tells_active=True)},
            notes=[f"{TITLES.tooltip}.", *found.notes, *notes_on_cars(found, by)],
            total=found.seasons,
            matching=len(found.won),
            context={"others": [(f"By {each.one}", key) for key, each in SUBJECTS.items() if key != by]},
        )


def notes_on_cars(found: Titles, by: str) -> list[str]:
    """What a board of teams or makes does not know."""
    if by == "driver":
        return []
    unnamed = found.unnamed(by)
    notes = [LINEAGE] if by == "team" else []
    return (
        [*notes, f"The {SUBJECTS[by].one} is unknown for {formatting.plural(unnamed, 'title')}."] if unnamed else notes
    )
