"""Race logs: every result of a driver, a team or a make, or those behind one figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache, cached_property
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import F, Model, QuerySet, Value
from django.db.models.functions import NullIf
from django_filters import ChoiceFilter

from drivers.models import TeamName
from races.models import Race, Season, StatLine
from races.statistics import STATISTICS
from racestats import formatting
from racestats.names.dated_names import name_on
from stats.careers.figure import evidence
from stats.careers.splits import GRIDS
from stats.evidence import race_log_url
from stats.scope import Scope
from stats.subjects import SUBJECTS, Subject

from ..kit.filters.filter_sets import ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.found import found_or_404
from ..kit.scoped import scope_page
from ..kit.tables.base import READ_AT_ONCE, BaseTable, QueryRecords
from ..kit.tables.columns import (
    CarColumn,
    Column,
    DateColumn,
    FinishColumn,
    LowestFirstColumn,
    MakeColumn,
    MarkColumn,
    NumberColumn,
)
from ..kit.tables.racing_columns import RaceColumn, StatusColumn


class RaceLogFilter(ScopeFilterSet):
    keys = ("stat", "series", "season", "from", "to", "era", "track", "type", "manufacturer", "team", "as_of")

    @classmethod
    def get_filters(cls):
        choices = [(key, grid.name) for key, grid in GRIDS.items()]
        return {**super().get_filters(), "start": ChoiceFilter(choices=choices, label="Started", empty_label="Any")}


class TeamLogFilter(ScopeFilterSet):
    keys = ("stat", "series", "season", "from", "to", "era", "track", "type", "manufacturer", "driver", "as_of")


class ManufacturerLogFilter(ScopeFilterSet):
    keys = ("stat", "series", "season", "from", "to", "era", "track", "type", "team", "driver", "as_of")


class NameAndUrl(NamedTuple):
    """What a table shows of a driver, a team, a make or a track: its name and its address."""

    name: str
    url: str

    @classmethod
    def of(cls, subject: Model) -> NameAndUrl:
        return cls(str(subject), subject.get_absolute_url())

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.url


class LoggedRace(NamedTuple):
    """What a race log shows of a race."""

    season: Season
    date: date | None
    label: str
    full_label: str
    url: str
    track_name: str
    track: NameAndUrl
    short_track: str
    day: date
    """The day whose names it goes by."""

    @classmethod
    def of(cls, race: Race) -> LoggedRace:
        track, short = NameAndUrl.of(race.track), race.track.short_name
        names = race.label, race.full_label, race.get_absolute_url(), race.track_name
        return cls(race.season, race.date, *names, track, short, race.day)

    def get_absolute_url(self) -> str:
        return self.url


class LogLine(NamedTuple):
    """One line of a race log. Its fields are named as those of a `StatLine`, so that one table shows both."""

    race: LoggedRace
    driver: NameAndUrl
    team: NameAndUrl | None
    manufacturer: NameAndUrl | None
    number: str
    start: int | None
    finish: int | None
    laps: int | None
    laps_led: int | None
    stage_wins: int | None
    points: int | None
    pole: bool | None
    status: str
    dnf: bool | None
    beside: Any = None
    """What the query has under that name, if it has."""

    @property
    def team_name(self) -> str | None:
        return self.team and self.team.name


VALUES = ("number", "start", "finish", "laps", "laps_led", "stage_wins", "points", "pole", "status", "dnf")
"""The fields of a log line that are columns of a stat line."""
NAMES = [f"{key}__{column}" for key, each in SUBJECTS.items() for column in each.columns]


class RaceLog(QueryRecords):
    """The log of these lines, of which there are `count`. The name and the address of each race, driver, team and
    make are made once."""

    def __init__(self, lines: QuerySet[StatLine], count: int):
        further = ["beside"] if "beside" in lines.query.annotations else []
        super().__init__(lines.values_list("race", *NAMES, *VALUES, *further))
        self.count = count
        self._races: dict[int, LoggedRace] = {}
        self._name_and_url = cache(name_and_url)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, places: slice) -> list[LogLine]:
        return self._lines(list(super().__getitem__(places)))

    def __iter__(self) -> Iterator[LogLine]:
        rows = super().__iter__()
        while some := list(islice(rows, READ_AT_ONCE)):
            yield from self._lines(some)

    def _lines(self, rows: list[tuple]) -> list[LogLine]:
        """The rows as lines; a row whose race was deleted since it was read is left out."""
        self._read_races({race for race, *_ in rows} - self._races.keys())
        return [self._line(self._races[race], iter(values)) for race, *values in rows if race in self._races]

    def _line(self, race: LoggedRace, values: Iterator) -> LogLine:
        """A line of a race, from the values of `NAMES`, subject by subject, and those of `VALUES` after them."""
        who = {key: self._name_and_url(each, *islice(values, len(each.columns))) for key, each in SUBJECTS.items()}
        return LogLine(race, who["driver"], self._of_the_day(race, who["team"]), who["manufacturer"], *values)

    def _of_the_day(self, race: LoggedRace, team: NameAndUrl | None) -> NameAndUrl | None:
        """A team under its name of the day."""
        former = self._former_names.get(team.url) if team else None
        return team._replace(name=name_on(race.day, former, team.name)) if team and former else team

    @cached_property
    def _former_names(self) -> dict[str, list[TeamName]]:
        """By the address of a team, the names that it had for a time: few have any."""
        found = defaultdict(list)
        for dated in TeamName.objects.select_related("team").order_by("first_day"):
            found[dated.team.get_absolute_url()].append(dated)
        return found

    def _read_races(self, missing: set[int]) -> None:
        if missing:
            races = Race.objects.filter(pk__in=missing).for_list().order_by()
            self._races |= {race.pk: LoggedRace.of(race) for race in races}


def name_and_url(subject: Subject, *values: str | None) -> NameAndUrl | None:
    """Whom the values of a subject's columns name, if anybody."""
    return None if None in values else NameAndUrl.of(subject.model(**dict(zip(subject.columns, values))))


class PlaceColumn(Column):
    """The track of a race: people read its short name, machines its name of the day."""

    priority = 3

    def __init__(self):
        super().__init__("Track", accessor="race__track_name", link="race__track", order=F("track__name"))

    def write(self, record) -> str:
        race = record.race
        return race.short_track if isinstance(race, LoggedRace) else race.track.short_name


class TeamColumn(Column):
    """A team under its name of the day, kept on one line."""

    css = "d"
    priority = 3

    def __init__(self):
        super().__init__("Team", accessor="team_name", link="team", order=F("team__name"))


class RaceLogTable(BaseTable):
    """Records are stat lines, or the lines of a race log."""

    caption = "Race log"

    race = RaceColumn()
    date = DateColumn(accessor="race__date", order=F("race_order"))
    series = Column("Series", accessor="race__season__series__short_name", order=F("series__level"))
    track = PlaceColumn()
    car = CarColumn(number="number")
    team = TeamColumn()
    manufacturer = MakeColumn(link="manufacturer", order=F("manufacturer__name"), priority=3)
    start = LowestFirstColumn("Start", show=str, priority=2)
    finish = FinishColumn(dnf="dnf")
    laps = NumberColumn("Laps", priority=3)
    laps_led = NumberColumn("Led", title="Laps led", bar=True)
    stage_wins = NumberColumn("Stages", title="Stage wins", priority=3)
    points = NumberColumn("Points", priority=2)
    pole = MarkColumn("Pole", title="Pole award", priority=3)
    status = StatusColumn("Status", order=NullIf(F("status"), Value("")), priority=3)

    class Meta(BaseTable.Meta):
        empty_text = "No points race on file matches."

    @cached_property
    def html_columns(self) -> list:
        """Without the series where all races shown are of one."""
        columns = super().html_columns
        several = len({record.race.season.series_id for record in self.page_records()}) > 1
        return [bound for bound in columns if several or bound.name != "series"]


class CarLogTable(RaceLogTable):
    """The results of the cars of a team or a make."""

    driver = Column("Driver", link="driver", order=F("driver__name"))
    laps_led = NumberColumn("Led", title="Laps led", bar=True, priority=2)

    class Meta(BaseTable.Meta):
        empty_text = "No result on file matches."
        sequence = ("race", "date", "series", "track", "car", "driver", "...")


class RaceLogView(TablePageView):
    """The results of a driver; with `stat`, those that count towards that statistic, and how it is made."""

    template_name = "pages/race_log.html"
    filterset_class = RaceLogFilter
    table_class = RaceLogTable
    by = "driver"
    nouns = "points race", "points races"

    def get_page(self, filters, slug):
        subject = SUBJECTS[self.by]
        who = found_or_404(subject.model, f"{subject.one} “{slug}”", slug=slug)
        scope = filters.scope.narrowed(**{self.by: who})
        statistic = STATISTICS.get(filters.value("stat"))
        everything, lines, notes = Scope(as_of=scope.as_of).narrowed(**{self.by: who}), scope.lines(), []
        grid = GRIDS.get(filters.value("start"))
        if grid:
            lines = lines.filter(grid.lines)
        if statistic:
            lines = lines.filter(statistic.evidence)
        if statistic and not grid:
            found = evidence(statistic, scope)
            count, notes = found.listed, found.notes
        else:
            count = lines.count()
        total = count if scope == everything and not (statistic or grid) else everything.lines().count()
        notes = [
            *notes,
            f"{count:,} of the {formatting.plural(total, *self.nouns)} of this {subject.one} on file.",
        ]
        words = scope.narrowed(**{self.by: None}).in_words()
        if words or grid:
            notes.append(f"Counted: {', '.join(filter(None, [words, grid and f'started {grid.name}']))}.")
        table = self.table_class(RaceLog(lines.latest_first(), count))
        return scope_page(
            f"{who}: {statistic.in_text}, race by race" if statistic else f"{who}: race log",
            filters,
            scope,
            {"races": table},
            notes=notes,
            total=total,
            matching=count,
            context={
                "who": who,
                "driver": scope.driver if self.by == "driver" else None,
                "statistic": statistic,
                "race_log_url": race_log_url(who),
            },
        )


class TeamLogView(RaceLogView):
    filterset_class = TeamLogFilter
    table_class = CarLogTable
    by = "team"
    nouns = "result", "results"


class ManufacturerLogView(TeamLogView):
    filterset_class = ManufacturerLogFilter
    by = "manufacturer"
