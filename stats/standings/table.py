"""The standings of a season after any of its rounds: every driver's points, less what rulings took, ranked.

What they were at a moment is a pure count over a `SeasonBook`, which `reading` makes.
Points are those printed for each race; where a driver has given totals of the season, they go on from these.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from drivers.models import Driver
from races.as_of import AsOf, stood
from races.derived.counts import Count, SeasonRaces, SoFar, doubtful_orders, larger, told_by
from races.derived.points_beside import PointsBeside
from races.derived.season_totals import given_count
from races.models import GivenTotals, Penalty, Race, Season
from races.order import missing_orders, race_order
from races.statistics import STATISTICS, Statistic
from racestats import formatting
from stats.completeness import FLAGS, Completeness, are_half, is_covered
from stats.evidence import evidence_query, race_log_url
from stats.figures.figure import Figure
from stats.scope import Scope

POINTS, STARTS, WINS = STATISTICS["points"], STATISTICS["starts"], STATISTICS["wins"]
COUNTED = tuple(
    STATISTICS[key] for key in ("points", "wins", "top_fives", "top_tens", "starts", "stage_wins", "laps_led", "poles")
)
"""What is counted of each driver."""
LAST_PLACE = 60
"""Ties are ordered by finishes down to this place."""


class SeasonLine(NamedTuple):
    """One driver in one race, in one version of the book, and by key what it adds to each of the statistics counted."""

    driver: int
    order: int
    valid_from: date
    valid_to: date | None
    finish: int | None
    adds: Mapping[str, int | None]
    number: str = ""
    make: str | None = None


@dataclass(frozen=True)
class SeasonBook:
    """All that the standings of one season rest on: its points races that were run, in order, and their lines."""

    season: Season
    races: Sequence[Race]
    lines: Sequence[SeasonLine]
    openings: dict[int, GivenTotals]
    penalties: Sequence[Penalty]
    drivers: dict[int, Driver]
    beside: Sequence[PointsBeside] = ()

    def at(self, as_of: AsOf | None) -> Standings:
        """The standings then, or now. Pure."""
        races = [race for race in self.races if race.was_run_by(as_of)]
        orders = {race.coverage.order for race in races}
        openings = {pk: each for pk, each in self.openings.items() if each.through_order <= max(orders, default=0)}
        lines = defaultdict(list)
        for order in orders:
            for line in self._lines_by_order[order]:
                if stood(line, as_of):
                    lines[line.driver].append(line)
        penalties = [each for each in self.penalties if races and each.ruling.applies_as_of(as_of)]
        beside = [each for each in self.beside if races and each.counted(as_of)]
        if beside:
            started = {(line.driver, line.order) for of_driver in lines.values() for line in of_driver}
            beside = [each for each in beside if (each.driver, each.order) not in started]
        return Standings(self, races, lines, openings, penalties, beside)

    @cached_property
    def _lines_by_order(self) -> Mapping[int, list[SeasonLine]]:
        found: Mapping[int, list[SeasonLine]] = defaultdict(list)
        for line in self.lines:
            found[line.order].append(line)
        return found


@dataclass(frozen=True)
class StandingsRow:
    """A driver's place in the standings. `behind` is the gap to first, `gap` the one to the place before; `number` and
    `make` are of the latest car."""

    rank: str
    driver: Driver
    number: str | None
    make: str | None
    values: dict[str, Figure]
    behind: int
    gap: int | None
    movement: int | None
    penalties: int | None
    penalty_url: str | None
    queries: dict[str, str]

    @property
    def points(self) -> Figure:
        return self.values["points"]

    def evidence(self, statistic: Statistic) -> str:
        """The address of the races behind a figure."""
        return race_log_url(self.driver) + self.queries[statistic.key]


@dataclass(frozen=True)
class Leader:
    """A driver among the first by one statistic."""

    rank: str
    driver: Driver
    value: Figure
    starts: Figure
    active: bool
    queries: dict[str, str]

    def evidence(self, statistic: Statistic) -> str:
        return race_log_url(self.driver) + self.queries[statistic.key]


@dataclass(frozen=True)
class Standings:
    """The season at one moment: the races run by then, and what each driver had."""

    book: SeasonBook
    races: list[Race]
    lines: dict[int, list[SeasonLine]]
    openings: dict[int, GivenTotals]
    penalties: list[Penalty]
    beside: list[PointsBeside]

    @property
    def last(self) -> Race | None:
        """The race that these are the standings after."""
        return self.races[-1] if self.races else None

    @property
    def last_counted(self) -> Race | None:
        """The last race of which anything is counted: a result, or what a source sums through it."""
        given = max((each.through_order for each in self.openings.values()), default=0)
        counted = [race for race in self.races if race.has_results or race.coverage.order <= given]
        return counted[-1] if counted else None

    @property
    def is_over(self) -> bool:
        """Whether the last of the season's rounds had been run."""
        return self.last is not None and self.last.ends_season

    @cached_property
    def complete(self) -> Completeness:
        """Of the races up to the last round run."""
        known = {flag: sum(is_covered(race.coverage, flag) for race in self.races) for flag in FLAGS}
        return Completeness(self.last.points_round if self.last else 0, len(self.races), known)

    @cached_property
    def points_known(self) -> tuple[int, int]:
        """Of how many results the points are known, of how many held."""
        known = [line.adds["points"] is not None for lines in self.lines.values() for line in lines]
        return sum(known), len(known)

    @cached_property
    def season_races(self) -> SeasonRaces:
        """What of the season so far is on file."""
        on_file = {race.coverage.order for race in self.races}
        season = self.book.season
        last = self.last.points_round if self.last else 0
        missing = missing_orders(season.year, last, on_file)
        return SeasonRaces(
            season=season.pk,
            series=season.series_id,
            year=season.year,
            held=len(self.races),
            last=race_order(season.year, last),
            doubtful=doubtful_orders((race.coverage for race in self.races), missing),
        )

    @cached_property
    def who(self) -> frozenset[int]:
        """The drivers of whom there is anything."""
        return frozenset(self.lines.keys() | self.openings.keys() | {each.driver for each in self.counted_beside})

    @cached_property
    def totals(self) -> dict[int, dict[str, Figure]]:
        """By driver, every statistic."""
        return {driver: self._totals(driver) for driver in self.who}

    def _totals(self, driver: int) -> dict[str, Figure]:
        return {statistic.key: self.figures_of(statistic)[driver] for statistic in COUNTED}

    def figures_of(self, statistic: Statistic) -> dict[int, Figure]:
        """By driver, one statistic; counted when it is first asked for."""
        if statistic.key not in self._figures:
            self._figures[statistic.key] = {driver: self._figure(driver, statistic) for driver in self.who}
        return self._figures[statistic.key]

    @cached_property
    def _figures(self) -> dict[str, dict[int, Figure]]:
        return {}

    def _figure(self, driver: int, statistic: Statistic) -> Figure:
        listed, summed = self._counts(driver, statistic)
        figure = Figure.of_count(larger(listed, summed))
        if statistic is POINTS and figure.value is not None:
            return figure._replace(value=figure.value + self.beside_of(driver) - self.taken_from(driver))
        return figure

    def taken_from(self, driver: int) -> int:
        """The points that penalties took from a driver, less those given back, beside his given totals."""
        return sum(penalty.points for penalty in self._on_top(driver))

    def beside_of(self, driver: int) -> int:
        """The points of a driver that no line holds, beside his given totals."""
        return sum(each.points for each in self.counted_beside if each.driver == driver)

    def _counts(self, driver: int, statistic: Statistic) -> tuple[Count, Count | None]:
        """What a driver's lines add up to, and, where that is not exact, what is given and the lines after it."""
        lines, given = self.lines.get(driver, ()), self.openings.get(driver)
        # Who has points without a start has none of the rest, which is known.
        listed = self._listed(lines, statistic) if lines or given else Count(0)
        official = given_count(given, statistic.key)
        if listed.exact or not (given and official):
            return listed, None
        so_far = SoFar(self.season_races, told_by(statistic.key))
        for line in sorted(lines, key=lambda line: line.order):
            so_far.add(line.order, line.adds[statistic.key])
        return listed, official.plus(so_far.since(given.through_order, to_the_end=True))

    def _listed(self, lines: Sequence[SeasonLine], statistic: Statistic) -> Count:
        """What a driver's lines add up to, in doubt for what they lack and for the other races that are in doubt."""
        key, value = statistic.key, 0
        doubtful = self.season_races.doubtful[told_by(key)]
        unknown = len(doubtful) - sum(line.order in doubtful for line in lines) if doubtful else 0
        for line in lines:
            if (added := line.adds[key]) is None:
                unknown += 1
            else:
                value += added
        return Count(value, unknown)

    @cached_property
    def gone_on(self) -> dict[int, GivenTotals]:
        """By driver, the given totals that his points go on from: those that say more than his lines."""
        found = {}
        for driver, given in self.openings.items():
            listed, summed = self._counts(driver, POINTS)
            if summed and summed.known is not None and larger(listed, summed) != listed:
                found[driver] = given
        return found

    def points_of(self, driver: int) -> int:
        points: int = self.figures_of(POINTS)[driver].value
        return points

    def _on_top(self, driver: int) -> list[Penalty]:
        """A driver's penalties that are not in the given totals: those announced after the day of these."""
        mine = [penalty for penalty in self.penalties if penalty.driver_id == driver]
        last_day = self._last_day_given(driver) if mine else None
        return [penalty for penalty in mine if last_day is None or penalty.ruling.announced > last_day]

    def _last_day_given(self, driver: int) -> date | None:
        """The day of the last race that is in the given totals which a driver's points go on from."""
        given = self.gone_on.get(driver)
        races = [race.coverage for race in self.races if given and race.coverage.order <= given.through_order]
        return races[-1].known_on if races else None

    @cached_property
    def counted_beside(self) -> list[PointsBeside]:
        """Points without a line that count: those that are not in the given totals."""
        return [each for each in self.beside if not self._is_given(each)]

    def _is_given(self, each: PointsBeside) -> bool:
        if each.order is None:
            last_day = self._last_day_given(each.driver)
            return last_day is not None and each.valid_from <= last_day
        given = self.gone_on.get(each.driver)
        return given is not None and each.order <= given.through_order

    @cached_property
    def ranked(self) -> list[int]:
        """The drivers with points, or with points taken, whoever has most first; none where of no race half the field
        is on file."""
        if not self.gone_on and not any(are_half(race.coverage.lines, race.field_size) for race in self.races):
            return []
        penalised = {penalty.driver_id for penalty in self.penalties}
        ranked = [
            pk
            for pk, figure in self.figures_of(POINTS).items()
            if (points := figure.value) or (points == 0 and pk in penalised)
        ]
        return sorted(ranked, key=self.points_of, reverse=True)

    @cached_property
    def order(self) -> list[int]:
        """The same as they are listed, those who are level as well."""
        return sorted(self.ranked, key=self._place)

    def _place(self, driver: int) -> tuple[int, int, list[int], str]:
        """Points decide; of drivers level, wins and then the best finishes held come first in the list."""
        wins = self.figures_of(WINS)[driver].value
        finishes = Counter(line.finish for line in self.lines.get(driver, ()))
        best = [-finishes[place] for place in range(1, LAST_PLACE)]
        return -self.points_of(driver), -(wins or 0), best, str(self.book.drivers[driver])

    @cached_property
    def numbers(self) -> dict[int, int]:
        """By driver, the place as a number: of drivers level, that of the first."""
        first: dict[int, int] = {}
        return {
            driver: first.setdefault(self.points_of(driver), number)
            for number, driver in enumerate(self.ranked, start=1)
        }

    @property
    def ranks(self) -> dict[int, str]:
        """By driver, the rank as it is shown."""
        return dict(zip(self.order, formatting.ranks(map(self.points_of, self.order))))

    @cached_property
    def before(self) -> Standings | None:
        """The standings after the round before, in the book as it stood then."""
        if len(self.races) < 2:
            return None
        race = self.races[-2]
        through = race.season.series_id, race.coverage.order
        return self.book.at(AsOf(race.coverage.known_on, "the round before", *through))

    def places(self, scope: Scope, most: int | None = None) -> list[StandingsRow]:
        """The table, or its first so many rows; `scope` is the season's, and its links lead to the races behind."""
        queries = {statistic.key: evidence_query(scope, statistic, "driver") for statistic in COUNTED}
        points = [self.points_of(driver) for driver in self.order]
        before = self.before.numbers if self.before else {}
        made = []
        ranks = self.ranks
        for at, driver in enumerate(self.order[:most]):
            mine = [penalty for penalty in self.penalties if penalty.driver_id == driver]
            latest = max(self.lines.get(driver, ()), key=lambda line: line.order, default=None)
            made.append(
                StandingsRow(
                    ranks[driver],
                    self.book.drivers[driver],
                    latest and latest.number,
                    latest and latest.make,
                    self._totals(driver),
                    behind=points[0] - points[at],
                    gap=points[at - 1] - points[at] if at else None,
                    movement=before[driver] - self.numbers[driver] if driver in before else None,
                    penalties=sum(penalty.points for penalty in mine) if mine else None,
                    penalty_url=mine[-1].ruling.race.get_absolute_url() if mine else None,
                    queries=queries,
                )
            )
        return made

    def leaders(self, statistic: Statistic, scope: Scope, most: int, active: Collection[int] = ()) -> list[Leader]:
        """The first by a statistic, as many as asked for and those level with the last of them."""
        found = [(pk, figure) for pk, figure in self.figures_of(statistic).items() if figure.value]
        found.sort(key=lambda row: (-row[1].value, str(self.book.drivers[row[0]])))
        queries = {each.key: evidence_query(scope, each, "driver") for each in (statistic, STARTS)}
        first = formatting.first_and_tied(found, most, lambda row: row[1].value)
        return [
            Leader(rank, self.book.drivers[pk], value, self.figures_of(STARTS)[pk], pk in active, queries)
            for rank, (pk, value) in zip(formatting.ranks(figure.value for _, figure in first), first)
        ]
