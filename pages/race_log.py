"""Race logs: every result of a driver, a team or a make, or those behind one figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache, cached_property
from itertools import islice
from typing import NamedTuple

from django.db.models import F, Model, QuerySet, Value
from django.db.models.functions import NullIf

from drivers.models import TeamName
from races.models import Race, StatLine
from races.statistics import STATISTICS
from racestats import formatting
from racestats.dated_names import name_on
from stats.careers.figure import evidence
from stats.evidence import race_log_url
from stats.scope import Scope
from stats.subjects import SUBJECTS, Subject

from .kit.columns import CarColumn, Column, DateColumn, LowestFirstColumn, NumberColumn
from .kit.filters import ScopeFilterSet
from .kit.forms import TablePageView
from .kit.found import found_or_404
from .kit.racing_columns import RaceColumn
from .kit.scoped import scope_page
from .kit.tables import READ_AT_ONCE, BaseTable, QueryRecords


class RaceLogFilter(ScopeFilterSet):
    keys = ("stat", "series", "season", "from", "to", "era", "track", "type", "manufacturer", "team", "as_of")


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

    date: date | None
    label: str
    url: str
    track_name: str
    track: NameAndUrl
    day: date
    """The day whose names it goes by."""

    @classmethod
    def of(cls, race: Race) -> LoggedRace:
        return cls(race.date, race.label, race.get_absolute_url(), race.track_name, NameAndUrl.of(race.track), race.day)

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

    @property
    def team_name(self) -> str | None:
        return self.team and self.team.name


VALUES = ("number", "start", "finish", "laps", "laps_led", "stage_wins", "points", "pole", "status")
"""The last fields of a log line, which are columns of a stat line."""
NAMES = [f"{key}__{column}" for key, each in SUBJECTS.items() for column in each.columns]


class RaceLog(QueryRecords):
    """The log of these lines, of which there are `count`. Each race, driver, team and make is name_and_url once."""

    def __init__(self, lines: QuerySet[StatLine], count: int):
        super().__init__(lines.values_list("race", *NAMES, *VALUES))
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


class RaceLogTable(BaseTable):
    """Records are stat lines, or the lines of a race log."""

    caption = "Race log"

    date = DateColumn(accessor="race__date", order=F("race_order"))
    race = RaceColumn()
    track = Column("Track", accessor="race__track_name", link="race__track", order=F("track__name"))
    car = CarColumn(number="number")
    team = Column("Team", accessor="team_name", link="team", order=F("team__name"))
    manufacturer = Column("Make", link="manufacturer", order=F("manufacturer__name"))
    start = LowestFirstColumn("Start", show=str)
    finish = LowestFirstColumn("Finish", show=str)
    laps = NumberColumn("Laps")
    laps_led = NumberColumn("Led", title="Laps led")
    stage_wins = NumberColumn("Stages", title="Stage wins")
    points = NumberColumn("Points")
    pole = Column("Pole", show=formatting.yes_no, title="Pole award")
    status = Column("Status", order=NullIf(F("status"), Value("")))

    class Meta(BaseTable.Meta):
        empty_text = "No points race on file matches."


class CarLogTable(RaceLogTable):
    """The results of the cars of a team or a make."""

    driver = Column("Driver", link="driver", order=F("driver__name"))

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no result that matches."
        sequence = ("date", "race", "track", "car", "driver", "...")


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
        if statistic:
            lines = lines.filter(statistic.evidence)
            found = evidence(statistic, scope)
            count, total, notes = found.listed, everything.lines().count(), found.notes
        else:
            count = lines.count()
            total = count if scope == everything else everything.lines().count()
        notes = [
            *notes,
            f"{count:,} of the {formatting.plural(total, *self.nouns)} of this {subject.one} in the book.",
        ]
        if words := scope.narrowed(**{self.by: None}).in_words():
            notes.append(f"Counted: {words}.")
        table = self.table_class(RaceLog(lines.latest_first(), count))
        return scope_page(
            f"{who}: {statistic.in_text}, race by race" if statistic else f"{who}: race log",
            filters,
            scope,
            {"races": table},
            notes=notes,
            total=total,
            matching=count,
            context={"who": who, "statistic": statistic, "race_log_url": race_log_url(who)},
        )


class TeamLogView(RaceLogView):
    filterset_class = TeamLogFilter
    table_class = CarLogTable
    by = "team"
    nouns = "result", "results"


class ManufacturerLogView(TeamLogView):
    filterset_class = ManufacturerLogFilter
    by = "manufacturer"
