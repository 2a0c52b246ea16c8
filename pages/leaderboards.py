"""The pages of leaderboards: their index, and one board."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse

from races.statistics import STATISTICS, TITLES, Statistic
from stats.boards.leaderboards import Leaderboard, leaderboard
from stats.boards.points_formats import mixed_formats
from stats.subjects import SUBJECTS, Subject

from .kit.columns import Column, MarkColumn, NumberColumn, RankColumn
from .kit.filters import InSeries, ScopeFilterSet
from .kit.forms import TablePageView
from .kit.racing_columns import StatColumn
from .kit.scoped import ACTIVE, dirt_notes, scope_page
from .kit.tables import BaseTable, BoardTable


class LeaderboardIndexFilter(InSeries, ScopeFilterSet):
    keys = ("series", "season", "as_of")


class LeaderboardFilter(InSeries, ScopeFilterSet):
    keys = (
        "by",
        "series",
        "season",
        "from",
        "to",
        "era",
        "track",
        "type",
        "manufacturer",
        "team",
        "active",
        "min_starts",
        "as_of",
    )


OVER = NumberColumn("Over", title="The starts that the figure is of: a whole field, and a known value", priority=2)
STARTS = StatColumn(STATISTICS["starts"], abbreviated=False, evidence=True, priority=2)


class WordColumn(Column):
    """The same word in every row, for where it leads."""

    def __init__(self, subject: Subject, *, url: str):
        super().__init__(f"By {subject.one}", url=url, orderable=False)
        self.word = subject.many

    def raw(self, record):
        return self.word


class WithoutRankColumn(RankColumn):
    """Of a board whose figures do not compare."""

    def raw(self, record):
        return None


class LeaderboardTable(BoardTable):
    """One board. Whoever is ranked stands in a column of that name: `driver`, `team` or `manufacturer`."""

    rank = RankColumn()

    class Meta(BaseTable.Meta):
        empty_text = "Nobody on file matches."

    def __init__(self, board: Leaderboard, *, ranked: bool = True, **kwargs):
        self.title = board.statistic.label
        super().__init__(
            board.rows,
            extra_columns=[
                *([] if ranked else [("rank", WithoutRankColumn())]),
                (board.by, Column(board.subject.heading, accessor="who", link="who")),
                ("value", value_column(board.statistic)),
                *([("over", OVER)] if board.statistic.is_rate else []),
                *([("starts", STARTS)] if board.statistic.key != "starts" else []),
                ("active", MarkColumn("Active", title=ACTIVE)),
            ],
            **kwargs,
        )


def value_column(statistic: Statistic) -> StatColumn:
    """The figure that a board is about. A bar is drawn where more is better: of an average finish it would mislead."""
    return StatColumn(statistic, "value", abbreviated=False, evidence=True, bar=statistic.descending)


class StatisticTable(BaseTable):
    """The index of leaderboards; records are dicts of a statistic and the addresses of its boards."""

    statistic = Column("Leaderboard", accessor="statistic__label", url="driver", orderable=False)
    counts = Column("What it counts", accessor="statistic__tooltip", orderable=False, priority=2)
    team = WordColumn(SUBJECTS["team"], url="team")
    manufacturer = WordColumn(SUBJECTS["manufacturer"], url="manufacturer")


class LeaderboardIndexView(TablePageView):
    template_name = "pages/leaderboards.html"
    filterset_class = LeaderboardIndexFilter

    def get_page(self, filters):
        scope = filters.scope
        rows = [
            {"statistic": statistic} | {by: board_url(statistic, by, scope) for by in SUBJECTS}
            for statistic in (TITLES, *STATISTICS.values())
        ]
        return scope_page(
            scope.title("Leaderboards"),
            filters,
            scope,
            {"leaderboards": StatisticTable(rows)},
            total=len(rows),
            matching=len(rows),
        )


def board_url(statistic, by, scope) -> str:
    """The address of a board of drivers, teams or makes."""
    asked = {} if by == "driver" else {"by": by}
    return reverse("drivers:leaderboard", args=[statistic.key]) + scope.query(**asked)


class LeaderboardView(TablePageView):
    template_name = "pages/leaderboard.html"
    filterset_class = LeaderboardFilter
    has_card = True
    is_data_set = True

    def get_page(self, filters, key):
        statistic = STATISTICS.get(key.replace("-", "_"))
        if statistic is None:
            raise Http404(f"There is no leaderboard “{key}”.")
        scope, by = filters.scope, filters.value("by") or "driver"
        board = leaderboard(
            statistic, scope, by=by, active=filters.value("active"), min_starts=filters.value("min_starts")
        )
        mixed = mixed_formats(scope) if statistic.key == "points" and scope.series else ""
        heading = statistic.label if by == "driver" else f"{statistic.label} by {SUBJECTS[by].one}"
        return scope_page(
            scope.title(heading),
            filters,
            scope,
            {"leaderboard": LeaderboardTable(board, ranked=not mixed)},
            notes=[*board.notes, *filter(None, [mixed]), *dirt_notes(scope)],
            total=board.complete.expected,
            matching=board.complete.of(statistic),
            canonical=reverse("drivers:leaderboard", args=[statistic.key]),
            context={
                "boards": [
                    (f"By {each.one}", board_url(statistic, key, scope)) for key, each in SUBJECTS.items() if key != by
                ]
            },
        )
