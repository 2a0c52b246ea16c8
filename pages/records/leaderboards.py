"""The pages of leaderboards: their index, and one board."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.http import Http404

from races.statistics import STATISTICS, TITLES, Statistic
from racestats import formatting
from racestats.addresses import address_of
from stats.boards.leaderboards import Leaderboard, leaderboard, leaderboards
from stats.boards.points_formats import mixed_formats
from stats.boards.ranking import BoardRow
from stats.boards.titles import Titled, most_titles
from stats.finder.asking.presets import PRESETS
from stats.scope import Scope
from stats.subjects import SUBJECTS, Subject
from stats.titles import titles

from ..charts.boards import TOP, board_chart, has_bars
from ..kit.charts_on_pages import ChartView, as_asked
from ..kit.filters.filter_sets import InSeries, ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.scoped import ACTIVE, dirt_notes, scope_page
from ..kit.tables.base import BaseTable, BoardTable
from ..kit.tables.columns import Column, MarkColumn, NoteColumn, NumberColumn, RankColumn
from ..kit.tables.racing_columns import OwnFigureColumn, StatColumn


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
        "without",
        "min_starts",
        "as_of",
    )


OVER = NumberColumn("Over", title="The starts that the figure is of: a whole field, and a known value", priority=2)
STARTS = StatColumn(STATISTICS["starts"], abbreviated=False, evidence=True, priority=2)


NEVER_WON = tuple(STATISTICS[key] for key in ("laps_led", "starts", "top_fives", "poles"))
"""The boards on which fans look for those without a win."""
NAMED = 3
SEVERAL = "several"
"""Of those who share the lead of a board so many are named."""


class WordColumn(Column):
    """The same word in every row, for where it leads."""

    def __init__(self, subject: Subject, **options):
        super().__init__(f"By {subject.one}", orderable=False, **options)
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
    """The figure that a board is about."""
    return StatColumn(statistic, "value", abbreviated=False, evidence=True, bar=statistic.has_bars)


class StatisticTable(BaseTable):
    """The index of leaderboards; records are dicts of a statistic, who leads it, and the addresses of its boards."""

    statistic = Column("Leaderboard", accessor="statistic__label", url="driver", orderable=False)
    leader = NoteColumn("Leader", accessor="leaders", link="leader", orderable=False, priority=1)
    value = OwnFigureColumn("Figure", url="evidence", orderable=False)
    team = WordColumn(SUBJECTS["team"], url="team", priority=2)
    manufacturer = WordColumn(SUBJECTS["manufacturer"], url="manufacturer", priority=2)
    counts = Column("What it counts", accessor="statistic__tooltip", orderable=False, priority=3)


class LeaderboardIndexView(TablePageView):
    template_name = "pages/leaderboards.html"
    filterset_class = LeaderboardIndexFilter

    def get_page(self, filters):
        scope = filters.scope
        rows = [
            {"statistic": statistic, **first_of(statistic, places)}
            | {by: board_url(statistic, by, scope) for by in SUBJECTS}
            for statistic, places in firsts(scope)
        ]
        return scope_page(
            scope.title("Leaderboards"),
            filters,
            scope,
            {"leaderboards": StatisticTable(rows)},
            total=len(rows),
            matching=len(rows),
            context={
                "never_won": [(f"Most {each.in_text} without a win", without_a_win(each, scope)) for each in NEVER_WON],
                "more_records": more_records(scope),
            },
        )


def more_records(scope: Scope) -> dict[str, list[tuple[str, str]]]:
    """By subject, questions of the finder over the scope, each with its address."""
    found: dict[str, list[tuple[str, str]]] = {}
    for each in PRESETS:
        if each.is_of(scope):
            found.setdefault(each.subject, []).append((each.text, address_of("races:finder") + each.asked_in(scope)))
    return found


def without_a_win(statistic, scope) -> str:
    """The address of a board of those who never won."""
    return address_of("drivers:leaderboard", statistic.key) + scope.query(without="wins")


def firsts(scope: Scope) -> Iterator[tuple[Statistic, Sequence[Titled | BoardRow]]]:
    """Every statistic with the first places of its board, which may share the lead: none of figures that do not
    compare. Of all boards together, in so many queries as one takes."""
    yield TITLES, most_titles(titles(scope))[: NAMED + 1]
    mixed = bool(mixed_formats(scope)) if scope.series else True
    for board in leaderboards(tuple(STATISTICS.values()), scope, named=NAMED + 1):
        yield board.statistic, [] if mixed and board.statistic.key == "points" else board.rows[: NAMED + 1]


def first_of(statistic: Statistic, places: Sequence[Titled | BoardRow]) -> dict[str, object]:
    """Who leads a board, of more than a few that some do, with the figure and its evidence."""
    leading = [row for row in places if row.rank == places[0].rank]
    alone = len(leading) == 1
    return {
        "leaders": formatting.listed([str(row.who) for row in leading]) if len(leading) <= NAMED else SEVERAL,
        "leader": leading[0].who if alone else None,
        "value": (leading[0].titles if isinstance(leading[0], Titled) else leading[0].value) if leading else None,
        "evidence": leading[0].evidence(statistic) if alone else None,
    }


def board_url(statistic, by, scope) -> str:
    """The address of a board of drivers, teams or makes."""
    asked = {} if by == "driver" else {"by": by}
    return address_of("drivers:leaderboard", statistic.key) + scope.query(**asked)


class LeaderboardView(TablePageView):
    template_name = "pages/leaderboard.html"
    filterset_class = LeaderboardFilter
    has_card = True
    is_data_set = True

    def get_page(self, filters, key):
        board = board_or_404(filters, key)
        statistic, scope, by = board.statistic, board.scope, board.by
        mixed = is_mixed(board)
        is_whole = by == "driver" and not board.without
        return scope_page(
            heading_of(board),
            filters,
            scope,
            {"leaderboard": LeaderboardTable(board, ranked=not mixed)},
            notes=[*board.notes, *filter(None, [mixed]), *dirt_notes(scope)],
            total=board.complete.expected,
            matching=board.complete.of(statistic),
            canonical=address_of("drivers:leaderboard", statistic.key),
            context={
                "chart": address_of("drivers:board-chart", key) + as_asked(filters)
                if has_bars(statistic, len(board.rows)) and not mixed
                else "",
                "boards": [
                    (f"By {each.one}", board_url(statistic, key, scope)) for key, each in SUBJECTS.items() if key != by
                ]
                + ([("Without a win", without_a_win(statistic, scope))] if statistic in NEVER_WON and is_whole else []),
            },
        )


def board_or_404(filters, key: str) -> Leaderboard:
    """The board that an address names, under its filters."""
    statistic = STATISTICS.get(key.replace("-", "_"))
    if statistic is None:
        raise Http404(f"There is no leaderboard “{key}”.")
    by, active, min_starts = (filters.value(name) for name in ("by", "active", "min_starts"))
    return leaderboard(
        statistic,
        filters.scope,
        by=by or "driver",
        active=active,
        min_starts=min_starts,
        without=STATISTICS.get(filters.value("without")),
    )


def is_mixed(board: Leaderboard) -> str:
    """Why the board is no ranking, where it is of points of several formats."""
    return mixed_formats(board.scope) if board.statistic.key == "points" and board.scope.series else ""


def heading_of(board: Leaderboard) -> str:
    label = board.statistic.label
    if board.without:
        label = f"{label} without a {board.without.one}"
    return board.scope.title(label if board.by == "driver" else f"{label} by {board.subject.one}")


class BoardChartView(ChartView):
    filterset_class = LeaderboardFilter

    def get_chart(self, filters, key):
        board = board_or_404(filters, key)
        return None if is_mixed(board) else board_chart(heading_of(board), board.statistic, board.rows[:TOP])
