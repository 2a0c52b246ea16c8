"""The page of one driver: who it is, the career and its places, seasons, what is next, parts, firsts, teammates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import NamedTuple

from django.db.models import F
from django.utils.safestring import SafeString

from drivers.models import Driver
from newsroom.models import Story
from races.statistics import STATISTICS, TITLES
from racestats import formatting
from stats.boards.places import CareerBoards, Place
from stats.careers.page import DriverPage, driver_page, latest_of, record_of
from stats.careers.profile import FURTHER, DriverRecord, SeriesCareer
from stats.milestones.watch import HIGHEST, Watched, near_of

from ..charts.career import career_chart, last_ten_chart
from ..kit.charts_on_pages import ChartView, on_page
from ..kit.filters.filter_sets import AsOfFilter
from ..kit.forms import TablePageView
from ..kit.found import found_or_404
from ..kit.schema_org import person
from ..kit.scoped import scope_page
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import (
    Column,
    DateColumn,
    FinishColumn,
    LowestFirstColumn,
    MarginColumn,
    MarkColumn,
    NoteColumn,
    NumberColumn,
    SeasonColumn,
    SentenceColumn,
    finish_class,
)
from ..kit.tables.figures_table import FiguresTable
from ..kit.tables.racing_columns import FigureColumn, RaceColumn, RaceNameColumn, SeriesColumn, StatColumn
from ..kit.tables.stat_strip import StripFigure, tells
from .race_log import RaceLogTable

NEXT = 3
"""How many of the next milestones a driver's page shows."""


class SeasonStatColumn(StatColumn):
    """A figure of a season, bold where it is the best of the career in its series."""

    def __init__(self, key: str, priority: int = 1):
        super().__init__(STATISTICS[key], "figures", evidence=True, priority=priority)

    def html(self, record) -> SafeString:
        text = super().html(record)
        return SafeString(f'<b class="best">{text}</b>') if self.statistic.key in record.best else text


class SeasonTable(BaseTable):
    """Records are seasons of a career; which series they are of is shown where they are of several."""

    caption = "Season by season"
    heads_rows = "season"
    is_wide = False
    """Its columns are narrow ones."""

    season = SeasonColumn(url="season_url")
    champion = MarkColumn("Title", title="Won the title of the season", priority=1)
    series = SeriesColumn("Series", link="series")
    held = NumberColumn(
        "Races on file", accessor="races_held", title="Points races of that season with a result on file"
    )
    starts = SeasonStatColumn("starts")
    wins = SeasonStatColumn("wins")
    top_fives = SeasonStatColumn("top_fives")
    top_tens = SeasonStatColumn("top_tens", 2)
    poles = SeasonStatColumn("poles", 2)
    laps_led = SeasonStatColumn("laps_led", 2)
    stage_wins = SeasonStatColumn("stage_wins", 2)
    average_start = SeasonStatColumn("average_start", 3)
    average_finish = SeasonStatColumn("average_finish")
    points = SeasonStatColumn("points", 2)

    class Meta(BaseTable.Meta):
        empty_text = "No points race and no season's totals on file."

    def __init__(self, seasons: Sequence, **options):
        super().__init__(seasons, **options)
        self.not_drawn = {"held"}
        if len({each.series for each in seasons}) < 2:
            self.not_drawn.add("series")
        if not any(each.champion for each in seasons):
            self.not_drawn.add("champion")
        if not any(each.figures["stage_wins"].value for each in seasons):
            self.not_drawn.add("stage_wins")

    @cached_property
    def html_columns(self) -> list:
        return [bound for bound in super().html_columns if bound.name not in self.not_drawn]


class SplitTable(BaseTable):
    """Records are parts of a career."""

    part = Column("Part", accessor="name", url="url")
    starts = StatColumn(STATISTICS["starts"], "figures", evidence=True)
    wins = StatColumn(STATISTICS["wins"], "figures", evidence=True, best=True)
    top_fives = StatColumn(STATISTICS["top_fives"], "figures", evidence=True)
    top_tens = StatColumn(STATISTICS["top_tens"], "figures", evidence=True)
    laps_led = StatColumn(STATISTICS["laps_led"], "figures", evidence=True, priority=2)
    average_finish = StatColumn(STATISTICS["average_finish"], "figures", evidence=True)


class FirstTable(BaseTable):
    """Records are the firsts and lasts of a career."""

    caption = "Firsts and lasts"
    heads_rows = "what"

    what = Column("What", accessor="name", orderable=False)
    race = RaceNameColumn("Race", accessor="race__label", link="race", orderable=False)
    date = DateColumn(accessor="race__date", orderable=False)
    start = NumberColumn("Start no.", title="Which start of the career it was", orderable=False)
    finish = FinishColumn(orderable=False)
    age = Column("Age", orderable=False, priority=2)


class WaitTable(BaseTable):
    """Records are stretches of a career: how long without, and in how many seasons with."""

    caption = "Waits and runs"
    heads_rows = "what"

    what = Column("What", orderable=False)
    length = FigureColumn("Count", url="url", title="So many starts or seasons", orderable=False)
    days = NumberColumn("Days", title="To the latest race of the series on file", orderable=False)
    begins = RaceNameColumn(
        "From", link="first", title="The first race; of what goes on, the race after which it began", orderable=False
    )
    ends = RaceNameColumn("To", link="last", orderable=False, priority=2)


class TeammateTable(BaseTable):
    """Records are teammates."""

    caption = "Teammates"

    driver = Column("Driver", link="driver")
    team = Column("Team", link="team", priority=2)
    years = Column("Years", priority=2)
    together = NumberColumn("Races", url="urls__together", title="Races in which both started for the team", bar=True)
    ahead = NumberColumn("Ahead", url="urls__ahead", title="Finished ahead of the teammate in so many of them")
    behind = NumberColumn("Behind", url="urls__rival_ahead", title="Finished behind the teammate in so many of them")


class CloseFinishTable(BaseTable):
    caption = "Close finishes"

    margin = MarginColumn()
    date = DateColumn(accessor="race__date", order=F("race_order"))
    race = RaceColumn()
    result = Column("Result", order=F("finish"))
    other = Column("Other driver", link="other", orderable=False, priority=2)


class SessionLogTable(BaseTable):
    """Practice and qualifying; records are results."""

    caption = "Practice and qualifying"

    date = DateColumn(accessor="session__date", priority=3)
    race = RaceNameColumn("Race", accessor="session__race__label", link="session__race", orderable=False)
    session = Column("Session", accessor="session__name", link="session", order=F("session__kind"))
    position = LowestFirstColumn("Position", show=str)
    lap_speed = NumberColumn("Speed (mph)", show=lambda value: f"{value:.3f}", priority=2)
    lap_time = LowestFirstColumn("Lap (s)", show=formatting.lap_time, priority=2)
    note = NoteColumn("Note", orderable=False)


class HonoursTable(BaseTable):
    """The titles of one driver by series."""

    caption = "Titles"

    series = Column("Series", orderable=False)
    titles = StatColumn(TITLES, abbreviated=False, evidence=True)
    seasons = SentenceColumn("Seasons", accessor="years", orderable=False)


class CareerInSeries(NamedTuple):
    """A career in one series as the page shows it, with its places on the boards; of the main one also what is next."""

    of: SeriesCareer
    strip: list[StripFigure]
    active: bool = False
    next: Sequence[Watched] = ()

    @classmethod
    def of_main(cls, career: SeriesCareer) -> CareerInSeries:
        boards, driver = CareerBoards.of(career.scope, most=HIGHEST), career.scope.the_driver
        places = boards.places(driver.pk)
        found = cls(career, _strip(career, places), driver.pk in boards.active)
        return found._replace(next=near_of(driver, boards, places)[:NEXT]) if found.active else found

    @classmethod
    def of_further(cls, career: SeriesCareer) -> CareerInSeries:
        """Of another series: places are those of today, for the boards of another day would have to be read whole."""
        boards, pk = CareerBoards.of(career.scope, most=HIGHEST), career.scope.the_driver.pk
        if not boards.basis.is_kept:
            return cls(career, _strip(career, {}))
        return cls(career, _strip(career, boards.places(pk)), pk in boards.active)

    @property
    def when(self) -> str:
        """“Active since 2013”, “1958–1992”."""
        return f"Active since {self.of.figures.first}" if self.active and self.of.figures.first else self.of.seasons


def _strip(career: SeriesCareer, found: Mapping[str, Place]) -> list[StripFigure]:
    return [
        StripFigure.of(statistic, figure, url, found.get(statistic.key))
        for statistic, figure, _, url in career.totals
        if tells(statistic, figure)
    ]


SPLITS = (
    ("types", "By track type", "Type"),
    ("grids", "By starting position", "Started"),
    ("teams", "By team", "Team"),
    ("makes", "By make", "Make"),
    ("decades", "By decade", "Decade"),
    ("tracks", "By track", "Track"),
)
"""Of the parts of a career: the name, the caption of the table and what it calls a part."""
MOST_TRACKS = 10
FOLDED = {
    "titles": "titles",
    "poles": "poles",
    "close": "close finishes",
    "sessions": "practice and qualifying",
}
"""The tables that open on demand, with what they are called together."""


def _tables(found: DriverPage, active: bool) -> dict[str, BaseTable]:
    """All tables of the page. The seasons are the main one."""
    of_main = found.record.main.series.short_name if found.record.main else ""
    tables: dict[str, BaseTable] = {
        "seasons": SeasonTable(found.record.seasons, rows_shown=100),
        "races": RaceLogTable(found.latest, prefix="races-", caption=f"Latest {of_main} races"),
        "poles": RaceLogTable(found.poles, prefix="poles-", caption="Poles"),
        "close": CloseFinishTable(found.close_finishes, prefix="close-", order_by="margin"),
        "sessions": SessionLogTable(found.timed, prefix="sessions-", rows_shown=10),
    }
    if found.honours:
        tables["titles"] = HonoursTable(found.honours, prefix="titles-")
    for name, caption, part in SPLITS:
        table = SplitTable(getattr(found.main.splits, name), prefix=f"{name}-", caption=caption, rows_shown=MOST_TRACKS)
        table.columns["part"].column.verbose_name = part
        tables[name] = table
    further = found.record.main.further if found.record.main else []
    tables["figures"] = FiguresTable(
        [each for each in further if tells(each.statistic, each.figure)],
        prefix="figures-",
        caption=f"More {of_main} figures",
        rows_shown=len(FURTHER),
    )
    tables["firsts"] = FirstTable(found.main.firsts, prefix="firsts-")
    # What goes on is told of who may still end it.
    waits = [each for each in found.main.waits if active or not each.goes_on]
    tables["waits"] = WaitTable(waits, prefix="waits-")
    tables["teammates"] = TeammateTable(found.main.teammates, prefix="teammates-")
    return tables


class DriverView(TablePageView):
    template_name = "pages/driver.html"
    filterset_class = AsOfFilter
    has_card = True

    def get_page(self, filters, slug):
        driver = found_or_404(Driver, f"driver “{slug}”", slug=slug)
        scope = filters.scope.narrowed(driver=driver)
        found = driver_page(scope)
        main = found.record.main and CareerInSeries.of_main(found.record.main)
        lines, tables = found.record.lines, _tables(found, active=bool(main and main.active))
        return scope_page(
            str(driver),
            filters,
            scope,
            tables,
            tells_active=True,
            notes=[f"{formatting.plural(lines, 'points race')} of this driver on file.", *_notes(found)],
            matching=lines,
            about=[_person(driver, found)],
            context={
                "driver": driver,
                "written": Story.objects.published(scope.as_of and scope.as_of.day).filter(drivers=driver),
                "career_chart": on_page(
                    career_chart(str(driver), found.record),
                    "drivers:career-chart",
                    driver.slug,
                    asked=filters,
                    table=tables["seasons"],
                ),
                "last_ten_chart": on_page(
                    last_ten_chart(str(driver), found.latest),
                    "drivers:last-ten-chart",
                    driver.slug,
                    asked=filters,
                    table=tables["races"],
                ),
                "found": found,
                "main": main,
                "others": [CareerInSeries.of_further(each) for each in found.record.careers[1:]],
                "last": found.latest[0] if found.latest else None,
                "last_ten_heading": _last_ten(len(found.latest)),
                "last_finishes": [
                    (line, line.finish and finish_class(line.finish, bool(line.dnf))) for line in found.latest
                ],
                "honours": found.honours,
                "wins": [each for what in ("first win", "last win") if (each := found.main.first(what))],
                # Asked for by the page alone, once its tables are cut: of many sessions few are read.
                "folded": partial(_folded, tables),
                "unfolded": any(name.rpartition("-")[0] in FOLDED for name in self.request.GET),
            },
        )


def _folded(tables: Mapping[str, BaseTable]) -> str:
    """What the tables that open on demand are called together, of those that have a row."""
    words = [words for name, words in FOLDED.items() if name in tables and len(tables[name].rows)]
    return formatting.listed(words).capitalize()


def _person(driver: Driver, found: DriverPage) -> dict:
    titles = [f"{won.series} champion {won.years}" for won in found.honours]
    last = found.latest[0] if found.latest else None
    return person(driver, titles, last.team_name or "" if last else "")


class DriverChartView(ChartView):
    """A chart of one driver."""

    filterset_class = AsOfFilter

    def read(self, filters, slug) -> tuple[Driver, DriverRecord]:
        driver = found_or_404(Driver, f"driver “{slug}”", slug=slug)
        return driver, record_of(filters.scope.narrowed(driver=driver))


class CareerChartView(DriverChartView):
    def get_chart(self, filters, slug):
        driver, record = self.read(filters, slug)
        return career_chart(str(driver), record)


class LastTenChartView(DriverChartView):
    def get_chart(self, filters, slug):
        driver, record = self.read(filters, slug)
        return record.main and last_ten_chart(str(driver), latest_of(record.main))


def _last_ten(count: int) -> str:
    return "Only finish" if count == 1 else f"Last {formatting.WORDS[count]} finishes"


def _notes(found: DriverPage) -> list[str]:
    """Where the figures come from, and what is missing of them."""
    notes = []
    for career in found.record.careers:
        whose = f"{career.series}: "
        if career.in_doubt:
            notes.append(f"{whose}{career.in_doubt} A plus means at least so many.")
        notes += [
            f"{whose}career totals {given.through_in_words} ({given.source}): {given.in_words}. {given.note}".strip()
            for given in career.given
            if given.in_words
        ]
    if found.main.splits.types:
        notes.append(
            "Bold is the best season. Parts of the career are counted race by race: what a source only "
            "sums is in decades alone."
        )
    return notes
