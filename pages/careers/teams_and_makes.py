"""The pages of teams and makes: their indexes, and one of them."""

from __future__ import annotations

from functools import partial

from django.utils.functional import SimpleLazyObject

from races.statistics import CAREER_STATISTICS, STATISTICS
from racestats import formatting
from racestats.names.dated_names import dated
from stats.careers.teams_and_makes import LATEST, TeamOrMakeFigures, incomplete, team_or_make_page, teams_or_makes_index
from stats.evidence import race_log_url
from stats.subjects import SUBJECTS, Subject
from stats.titles import honours

from ..kit.filters.filter_sets import InSeries, ScopeFilterSet, name_filter
from ..kit.forms import TablePageView
from ..kit.found import found_or_404
from ..kit.scoped import scope_page
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column, LowestFirstColumn, MakeColumn, NumberColumn, RankColumn, SeasonColumn
from ..kit.tables.figures_table import FiguresTable
from ..kit.tables.racing_columns import RaceNameColumn, StatColumn
from ..kit.tables.stat_strip import StripFigure, tells
from .race_log import CarLogTable


class TeamOrMakeFilter(InSeries, ScopeFilterSet):
    keys = ("series", "from", "to", "era", "track", "type", "as_of")


class TeamOrMakeListFilter(InSeries, ScopeFilterSet):
    keys = ("series", "from", "to", "era", "track", "type", "active", "as_of")

    @classmethod
    def get_filters(cls):
        return {"q": name_filter(), **super().get_filters()}


def _stat_columns(**priorities: int) -> list[tuple[str, StatColumn]]:
    """Columns of `Figures`, each figure linked to its races, each with its priority where there is no room."""
    return [
        (key, StatColumn(STATISTICS[key], f"values__{key}", evidence=True, priority=priority, bar=key == "wins"))
        for key, priority in priorities.items()
    ]


COUNTS = {"starts": 1, "wins": 1, "top_fives": 1, "top_tens": 2, "poles": 3, "laps_led": 2, "stage_wins": 3}


class TeamOrMakeTable(BaseTable):
    """The index; records are the figures of each team or make."""

    def __init__(self, subject: Subject, *args, **kwargs):
        named = MakeColumn(subject.heading, accessor="of", link="of", priority=1)
        if subject.key == "team":
            named = Column(subject.heading, accessor="of", link="of")
        extra = [
            (subject.key, named),
            *_stat_columns(starts=1, wins=1, top_fives=2, poles=3, laps_led=2),
            (
                "first",
                LowestFirstColumn("First", accessor="values__first", show=str, title="First season", priority=2),
            ),
            ("last", LowestFirstColumn("Latest", accessor="values__last", show=str, title="Latest season", priority=2)),
        ]
        super().__init__(*args, extra_columns=extra, **kwargs)


class TeamOrMakeSeasonTable(BaseTable):
    caption = "Season by season"

    season = SeasonColumn(accessor="of", url="season_url")

    class Meta(BaseTable.Meta):
        empty_text = "No result on file matches."

    def __init__(self, *args, **kwargs):
        super().__init__(*args, extra_columns=_stat_columns(**COUNTS), **kwargs)


class WinnerTable(BaseTable):
    caption = "Winners"

    rank = RankColumn()
    driver = Column("Driver", accessor="of", link="of")

    def __init__(self, *args, **kwargs):
        columns = _stat_columns(wins=1, **{key: priority for key, priority in COUNTS.items() if key != "wins"})
        super().__init__(*args, extra_columns=columns, **kwargs)


class TeamOrMakeTrackTable(BaseTable):
    caption = "Track by track"

    track = Column("Track", accessor="of", link="of")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, extra_columns=_stat_columns(**COUNTS), **kwargs)


class TeamOrMakeRecordTable(BaseTable):
    caption = "Records"

    record = Column("Record", orderable=False)
    value = NumberColumn("Figure", show=str, url="value_url", orderable=False)
    holder = Column("By", url="holder_url", orderable=False)
    race = RaceNameColumn("Race", link="race", accessor="race__label", orderable=False, priority=2)


def years_raced(seasons: list[TeamOrMakeFigures]) -> str:
    """“1984–2025”, of seasons that begin with the latest."""
    return formatting.years(seasons[-1].of, seasons[0].of) if seasons else ""


def _notes(scope, complete) -> list[str]:
    """What the figures count, and how complete they are."""
    if not complete.expected:
        return [f"No race of the {scope.series} is on file."]
    races = f"{complete.held:,} of {formatting.plural(complete.expected, 'race')}"
    notes = [f"Counted car by car, in the races on file: {races} of the {scope.series}."]
    return [*notes, unknown] if (unknown := incomplete(complete)) else notes


class TeamListView(TablePageView):
    template_name = "pages/teams_and_makes.html"
    filterset_class = TeamOrMakeListFilter
    subject = SUBJECTS["team"]

    def get_page(self, filters):
        scope, subject = filters.scope, self.subject
        rows, complete = teams_or_makes_index(subject, scope, filters.value("q") or "", filters.value("active"))
        title = subject.many.capitalize()
        return scope_page(
            scope.title(title),
            filters,
            scope,
            {f"{subject.key}s": TeamOrMakeTable(subject, rows)},
            notes=_notes(scope, complete),
            total=subject.model.objects.count(),
            matching=len(rows),
            context={"by": subject.key},
        )


class ManufacturerListView(TeamListView):
    subject = SUBJECTS["manufacturer"]


class TeamView(TablePageView):
    template_name = "pages/team_or_make.html"
    filterset_class = TeamOrMakeFilter
    subject = SUBJECTS["team"]

    def get_page(self, filters, slug):
        by = self.subject.key
        who = found_or_404(self.subject.model, f"{self.subject.one} “{slug}”", slug=slug)
        scope = filters.scope.narrowed(**{by: who})
        found = team_or_make_page(who, scope)
        return scope_page(
            scope.narrowed(**{by: None, "series": None}).title(str(who)),
            filters,
            scope,
            {
                "seasons": TeamOrMakeSeasonTable(found.seasons),
                "figures": FiguresTable(
                    [each for each in found.further if tells(each.statistic, each.figure)],
                    prefix="figures-",
                    rows_shown=len(found.further),
                ),
                "records": TeamOrMakeRecordTable(found.records, prefix="records-"),
                "winners": WinnerTable(found.winners, prefix="winners-", rows_shown=LATEST),
                "tracks": TeamOrMakeTrackTable(found.tracks, prefix="tracks-", rows_shown=LATEST),
                "wins": CarLogTable(found.latest_wins, prefix="wins-", caption="Latest wins"),
                "races": CarLogTable(found.latest, prefix="races-", caption="Latest results"),
            },
            notes=_notes(scope, found.complete),
            total=found.complete.expected,
            matching=found.complete.held,
            context={
                "strip": [
                    StripFigure.of(each, figure, found.totals.evidence(each))
                    for each in CAREER_STATISTICS
                    if tells(each, figure := found.totals.values[each.key])
                ],
                "who": who,
                "series": scope.series,
                "years": years_raced(found.seasons),
                "honours": honours(who, scope),
                "race_log_url": race_log_url(who) + scope.narrowed(**{by: None}).query(),
                "subject": self.subject,
                # Read where they are drawn.
                "former_names": SimpleLazyObject(partial(self.former_names, who)),
            },
        )

    @staticmethod
    def former_names(team):
        return dated(team.names.all())


class ManufacturerView(TeamView):
    subject = SUBJECTS["manufacturer"]

    @staticmethod
    def former_names(make):
        return ()
