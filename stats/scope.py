"""The scope of a statistic: which races it counts, in whose cars, and as the book stood when.

A page reads its filters once into a `Scope`. The scope selects lines and races, says itself in words and makes the
links that keep it. Each way to narrow the book is one `Dimension`, and works on every page that takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q

from drivers.models import Driver, Manufacturer, Team
from races.as_of import AsOf
from races.models import Era, Race, RaceCoverage, Series, StatLine, Track, TrackLayout
from races.models.derived import RaceCoverageQuerySet, StatLineQuerySet
from races.models.races import RaceQuerySet
from races.order import MOST_ROUNDS, is_within, race_order, year_and_round
from racestats.formatting import day


class PageTitle(str):
    """What a page is called, “Wins: Cup Series, on road courses”: its `heading` “Wins”, and `narrowed`, the rest."""

    heading: str
    narrowed: tuple[str, ...]

    @classmethod
    def of(cls, heading: str, narrowed: Iterable[str]) -> PageTitle:
        parts = tuple(narrowed)
        title = cls(f"{heading}: {', '.join(parts)}" if parts else heading)
        title.heading, title.narrowed = heading, parts
        return title


@dataclass(frozen=True)
class AtRace:
    """A race of a series as the end of a stretch of its races: exact where races have no date."""

    series: Series = field(compare=False)
    year: int
    round: int
    label: str = field(compare=False)

    @classmethod
    def of(cls, race: Race) -> AtRace:
        return cls(race.season.series, race.season.year, race.points_round, race.label)

    def __str__(self) -> str:
        return f"{self.series.slug}-{self.year}-{self.round}"


@dataclass(frozen=True)
class Eras:
    """An era by its slug; where several series have one of that name, each series' own."""

    slug: str
    eras: tuple[Era, ...] = field(compare=False)

    def __str__(self) -> str:
        return self.slug


@dataclass(frozen=True)
class Dimension:
    """One way to narrow the book: how it picks stat lines and races, how it is said and how it is written.

    What is of a car picks no races by itself: a race is in where one of its first two cars is all that is asked.
    """

    key: str
    lines: Callable[[Any], Q]
    races: Callable[[Any], Q] | None
    words: Callable[[Any], str]
    written: Callable[[Any], str] = str


def _slug(value: Any) -> str:
    return str(value.slug)


def _equal(
    key: str, line: str, race: str, words: Callable[[Any], str], written: Callable[[Any], str] = _slug
) -> Dimension:
    return Dimension(key, lambda v: Q(**{line: v}), lambda v: Q(**{race: v}), words, written)


def _of_car(key: str, words: Callable[[Any], str]) -> Dimension:
    return Dimension(key, lambda v: Q(**{key: v}), None, words, _slug)


class ColumnNames(NamedTuple):
    """What a table calls a race's series, year, day and order."""

    series: str
    year: str
    day: str
    order: str


LINE = ColumnNames("series", "year", "race_date", "race_order")
RACE = ColumnNames("season__series", "season__year", "date", "coverage__race_order")


def first_whole_year(value: int | date | AtRace) -> int:
    """The first year that lies whole in a stretch from then on."""
    if isinstance(value, int):
        return value
    begins = value.round <= 1 if isinstance(value, AtRace) else (value.month, value.day) == (1, 1)
    return value.year if begins else value.year + 1


def last_whole_year(value: int | date | AtRace) -> int:
    """The last year that lies whole in a stretch up to then. Of a race it is not known whether it ended the year."""
    if isinstance(value, int):
        return value
    ends = not isinstance(value, AtRace) and (value.month, value.day) == (12, 31)
    return value.year if ends else value.year - 1


def _from(value: int | date | AtRace, of: ColumnNames) -> Q:
    """From a year, a day or a race; a race without a date counts from the year after the day."""
    if isinstance(value, int):
        return Q(**{f"{of.year}__gte": value})
    if isinstance(value, AtRace):
        return Q(**{of.series: value.series.pk, f"{of.order}__gte": race_order(value.year, value.round)})
    return Q(**{f"{of.day}__gte": value}) | Q(**{f"{of.day}__isnull": True, f"{of.year}__gte": first_whole_year(value)})


def _to(value: int | date | AtRace, of: ColumnNames) -> Q:
    if isinstance(value, int):
        return Q(**{f"{of.year}__lte": value})
    if isinstance(value, AtRace):
        return Q(**{of.series: value.series.pk, f"{of.order}__lte": race_order(value.year, value.round)})
    return Q(**{f"{of.day}__lte": value}) | Q(**{f"{of.day}__isnull": True, f"{of.year}__lte": last_whole_year(value)})


def _era(value: Eras, of: ColumnNames) -> Q:
    """In the era's days. A race without a date is in where its whole season is: never by guess."""
    condition = Q(pk__in=[])
    for era in value.eras:
        within = _from(era.starts, of)
        if era.ends:
            within &= _to(era.ends, of)
        condition |= Q(**{of.series: era.series_id}) & within
    return condition


DIMENSIONS = {
    dimension.key: dimension
    for dimension in (
        _equal("series", "series", "season__series", str),
        # Lines by order, for which there is an index.
        Dimension(
            "season",
            lambda v: Q(race_order__range=(race_order(v, 0), race_order(v, MOST_ROUNDS))),
            lambda v: Q(season__year=v),
            lambda v: f"{v} season",
        ),
        Dimension("from_", lambda v: _from(v, LINE), lambda v: _from(v, RACE), lambda v: f"from {_when(v)}"),
        Dimension("to", lambda v: _to(v, LINE), lambda v: _to(v, RACE), lambda v: f"to {_when(v)}"),
        Dimension(
            "era",
            lambda v: _era(v, LINE),
            lambda v: _era(v, RACE),
            lambda v: f"{v.eras[0].name} era",
        ),
        _equal("track", "track", "layout__track", lambda v: f"at {v.short_name}"),
        _equal(
            "type",
            "layout_type",
            "layout__type",
            lambda v: f"on {_TYPES_IN_WORDS[v]}",
            written=str,
        ),
        _of_car("manufacturer", lambda v: f"in {v} cars"),
        _of_car("team", lambda v: f"for {v}"),
        _of_car("driver", lambda v: f"with {v}"),
    )
}

_TYPES_IN_WORDS: dict[str, str] = {
    TrackLayout.Type.SUPERSPEEDWAY: "superspeedways",
    TrackLayout.Type.INTERMEDIATE: "intermediate tracks",
    TrackLayout.Type.SHORT_TRACK: "short tracks",
    TrackLayout.Type.ROAD_COURSE: "road courses",
    TrackLayout.Type.DIRT: "dirt",
}


def _when(value: int | date | AtRace) -> str:
    if isinstance(value, AtRace):
        return value.label
    return str(value) if isinstance(value, int) else day(value)


@dataclass(frozen=True)
class Scope:
    """One value that says what a page of statistics counts. An empty field does not narrow."""

    series: Series | None = None
    season: int | None = None
    from_: int | date | AtRace | None = None
    to: int | date | AtRace | None = None
    era: Eras | None = None
    track: Track | None = None
    type: str | None = None
    manufacturer: Manufacturer | None = None
    team: Team | None = None
    driver: Driver | None = None
    as_of: AsOf | None = None

    @classmethod
    def from_filters(cls, cleaned: dict[str, Any]) -> Scope:
        """Read the cleaned values of a filter form; what the form does not have stays open."""
        names = {f.name: f.name.rstrip("_") for f in fields(cls)}
        return cls(**{name: cleaned.get(key) or None for name, key in names.items()})

    def narrowed(self, **changes: Any) -> Scope:
        return replace(self, **changes)

    @property
    def the_series(self) -> Series:
        """The series, of a scope that names one."""
        if self.series is None:
            raise ValueError("The scope names no series.")
        return self.series

    @property
    def the_driver(self) -> Driver:
        """The driver, of a scope that names one."""
        if self.driver is None:
            raise ValueError("The scope names no driver.")
        return self.driver

    def _in_force(self) -> list[tuple[Dimension, Any]]:
        # The fields are in the order of the dimensions.
        return [(DIMENSIONS[key], value) for key, value in vars(self).items() if value and key in DIMENSIONS]

    def lines(self) -> StatLineQuerySet:
        """The stat lines that count, in the book as it stands or stood."""
        lines = StatLine.objects.as_of(self.as_of)
        for dimension, value in self._in_force():
            lines = lines.filter(dimension.lines(value))
        return lines

    def races(self) -> RaceQuerySet:
        """The points races that were run, by `as_of` where that is asked."""
        races = Race.objects.points().run_by(self.as_of)
        of_car = Q()
        for dimension, value in self._in_force():
            if dimension.races:
                races = races.filter(dimension.races(value))
            else:
                of_car &= dimension.lines(value)
        if of_car:
            races = races.filter(pk__in=StatLine.objects.first_two(self.as_of).filter(of_car).values("race"))
        return races

    def races_to_come(self, after: int) -> RaceQuerySet:
        """The points races of its series that had not been run, in order: those on the schedule after a race order;
        none where it names no series."""
        year, round_ = year_and_round(after)
        later = Q(season__year__gt=year) | Q(season__year=year, round__gt=round_)
        races = Race.objects.points().filter(later, season__series=self.series).to_come(self.as_of)
        return races.with_label().order_by("season__year", "round")

    def of_every_car(self) -> Scope:
        """The same races, whose car it was aside."""
        return self.narrowed(driver=None, team=None, manufacturer=None)

    @property
    def cuts_seasons(self) -> bool:
        """Whether it may leave out races of its seasons, so that a season's length says nothing of its size."""
        return any((self.from_, self.to, self.era, self.track, self.type))

    def takes_year(self, year: int) -> bool:
        """Whether a year lies whole in its seasons, from the first to the last it asks for; whatever its era."""
        first = first_whole_year(self.from_) if self.from_ else None
        last = last_whole_year(self.to) if self.to else None
        return self.season in (None, year) and is_within(year, first, last)

    def denominator(self) -> RaceQuerySet:
        """The races that figures are out of."""
        return self.of_every_car().races().exclude(coverage=None)

    def coverage(self) -> RaceCoverageQuerySet:
        """What the book holds of those races."""
        if self.of_every_car().narrowed(series=None, as_of=None) == Scope():
            # The same races, without a look at each of them.
            run = RaceCoverage.objects.run_by(self.as_of)
            return run.filter(race__season__series=self.series) if self.series else run
        return RaceCoverage.objects.filter(race__in=self.denominator())

    def in_words(self) -> str:
        """“Cup Series, Next Gen era, at Kansas”, without the `as of`; empty where nothing narrows."""
        return ", ".join(self.words())

    def title(self, heading: str) -> PageTitle:
        """What a page of the scope is called: “Leaderboards: Cup Series”; the heading alone where nothing narrows."""
        return PageTitle.of(heading, self.words())

    def words(self) -> list[str]:
        """The same, part by part."""
        return [dimension.words(value) for dimension, value in self._in_force()]

    def query(self, **more: object) -> str:
        """The scope as an address's query, with further parameters; empty where there is nothing to say."""
        asked = {key.rstrip("_"): DIMENSIONS[key].written(getattr(self, key)) for key in self._keys_in_force()}
        if self.as_of:
            asked["as_of"] = str(self.as_of)
        asked |= {key: str(value) for key, value in more.items() if value not in (None, "")}
        return f"?{urlencode(asked)}" if asked else ""

    def _keys_in_force(self) -> list[str]:
        return [dimension.key for dimension, _ in self._in_force()]
