"""A driver's career in one series taken apart: by type of track, track, start, team, make and decade.

Each part has the figures that a page of its scope gives, counted here for all of them at once: in doubt are the lines
that lack a value, and the races between his first season and his last in which he may have started, for all that is
known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from drivers.models import Manufacturer, Team
from races.derived.counts import NO_SEASONS, seasons_between, seasons_within, tells_of_absent, told_by
from races.derived.season_totals import silent_on
from races.derived.tallies import SummedColumns, Tally
from races.models import StatLine, Track, TrackLayout
from races.statistics import STATISTICS, Statistic
from stats.evidence import evidence_of
from stats.figures.basis import Basis
from stats.figures.drivers import career_spans
from stats.figures.reading import Figures, SeasonFigures
from stats.scope import Scope

from .profile import SEASON

SHOWN = tuple(STATISTICS[key] for key in ("starts", "wins", "top_fives", "top_tens", "laps_led", "average_finish"))
COUNTED = tuple(each for each in SHOWN if not each.is_rate)
SUMMED_COLUMNS = SummedColumns.of(SHOWN)
TOLD = tuple(sorted({told_by(each.key) for each in COUNTED}))
"""The columns of a race's coverage that tell that it added nothing to these counts of a driver without a line."""


class GridPositions(NamedTuple):
    """Starting positions that are counted together."""

    name: str
    first: int
    last: int | None = None

    @property
    def lines(self) -> Q:
        """The lines of those who started there."""
        return Q(start__gte=self.first) & (Q(start__lte=self.last) if self.last else Q())

    def takes_in(self, start: int | None) -> bool:
        """The same of one start."""
        return start is not None and self.first <= start and (self.last is None or start <= self.last)


GRIDS = {
    "1": GridPositions("1st", 1, 1),
    "2-5": GridPositions("2nd to 5th", 2, 5),
    "6-10": GridPositions("6th to 10th", 6, 10),
    "11-20": GridPositions("11th to 20th", 11, 20),
    "21-": GridPositions("21st or lower", 21),
}
"""By the name that an address has for them."""


@dataclass(frozen=True)
class Split:
    """One part of a career; `url` is the page of its track, its team or its make."""

    name: str
    url: str | None
    scope: Scope
    count: Callable[[], Figures]
    starts: int = 0
    grid: str = ""

    @cached_property
    def figures(self) -> Figures:
        """Of many tracks few are looked at."""
        return self.count()

    def evidence(self, statistic: Statistic) -> str:
        """The address of the races behind a figure."""
        url = self._races_behind(statistic)
        return f"{url}&start={self.grid}" if self.grid else url

    @cached_property
    def _races_behind(self) -> Callable[[Statistic], str]:
        return evidence_of(self.scope, self.scope.the_driver)


@dataclass(frozen=True)
class Splits:
    """All parts: types, tracks, teams and makes with most starts first, grids from the front, decades in order."""

    types: Sequence[Split] = ()
    tracks: Sequence[Split] = ()
    grids: Sequence[Split] = ()
    teams: Sequence[Split] = ()
    makes: Sequence[Split] = ()
    decades: Sequence[Split] = ()


def lines_of_career(scope: Scope) -> list[Any]:
    """The lines of the driver and the series of a scope, oldest first, each with what it adds to each of `COUNTED`
    (`adds_wins`) and what is known of its race. One query."""
    lines: QuerySet[StatLine] = scope.lines().order_by("race_order", "pk")
    told = {column: F(f"race__coverage__{column}") for column in TOLD}
    adds = {f"adds_{each.key}": each.addend for each in COUNTED}
    named = {f"{of}_{column}": F(f"{of}__{column}") for of in ("team", "manufacturer") for column in ("name", "slug")}
    named |= {"track_name": F("track__short_name"), "track_slug": F("track__slug")}
    columns = (
        "race_id",
        "race_order",
        "year",
        "track_id",
        "layout_type",
        "team_id",
        "manufacturer_id",
        "start",
        "finish",
    )
    return list(lines.annotate(**named, **told, **adds).values_list(*columns, *named, *told, *adds, named=True))


def splits(scope: Scope, lines: Sequence[Any], basis: Basis, seasons: Iterable[SeasonFigures]) -> Splits:
    """The parts of the career that these lines and these seasons are of. Two queries."""
    span = career_spans(scope).get((scope.the_driver.pk, scope.the_series.pk), NO_SEASONS)
    at = _doubtful_at(scope, span)
    anywhere: Counter[str] = Counter()
    for each in seasons_within(basis.in_doubt, scope.the_series.pk, *span):
        anywhere.update({told: each.in_doubt(told) for told in TOLD})

    def part(
        name: str, lines: list[Any], doubtful: Mapping[str, int], url: str | None = None, **narrower: Any
    ) -> Split:
        grid = narrower.pop("grid", "")
        counted = partial(_counted, lines, doubtful)
        return Split(name, url, scope.narrowed(**narrower), counted, len(lines), grid)

    grid_of = {start: _grid(start) for start in {line.start for line in lines}}
    by_type = _grouped(lines, [line.layout_type for line in lines])
    by_track = _grouped(lines, [line.track_id for line in lines])
    by_grid = _grouped(lines, [grid_of[line.start] for line in lines])
    by_team = _grouped(lines, [line.team_id for line in lines])
    by_make = _grouped(lines, [line.manufacturer_id for line in lines])
    types = [part(TrackLayout.Type(of).label, some, at["type"][of], type=of) for of, some in by_type.items()]
    tracks = [_at_or_for("track", Track, some, at["track"][of], part) for of, some in by_track.items()]
    grids = [part(GRIDS[of].name, by_grid[of], anywhere, grid=of) for of in GRIDS if of in by_grid]
    teams = [_at_or_for("team", Team, some, anywhere, part) for some in by_team.values()]
    makes = [_at_or_for("manufacturer", Manufacturer, some, anywhere, part) for some in by_make.values()]
    return Splits(
        sorted(types, key=_most_starts),
        sorted(tracks, key=_most_starts),
        grids,
        sorted(teams, key=_most_starts),
        sorted(makes, key=_most_starts),
        _decades(scope, basis, seasons, span),
    )


def _grouped(lines: Iterable[Any], keys: Iterable[Any]) -> dict[Any, list[Any]]:
    """The lines by their keys; those without one are in no part."""
    found = defaultdict(list)
    for key, line in zip(keys, lines):
        if key:
            found[key].append(line)
    return found


def _grid(start: int | None) -> str:
    return next((key for key, grid in GRIDS.items() if grid.takes_in(start)), "")


def _at_or_for(
    key: str,
    model: type[Track | Team | Manufacturer],
    lines: list[Any],
    doubtful: Mapping[str, int],
    part: Callable[..., Split],
) -> Split:
    """The part of the track, the team or the make that these lines have in common."""
    line = lines[0]
    name, slug = (getattr(line, f"{key}_{column}") for column in ("name", "slug"))
    who = model(pk=getattr(line, f"{key}_id"), name=name, slug=slug)
    return part(name, lines, doubtful, who.get_absolute_url(), **{key: who})


def _most_starts(split: Split) -> tuple[int, str]:
    return -split.starts, split.name


def _doubtful_at(scope: Scope, span: tuple[int, int]) -> dict[str, dict[Any, Counter[str]]]:
    """By track and by type, how many races of a career's seasons say nothing of a driver without a line. One query."""
    found: dict[str, dict[Any, Counter[str]]] = {"track": defaultdict(Counter), "type": defaultdict(Counter)}
    races = scope.coverage().filter(silent_on("whole"), race__season__year__range=span)
    columns = {"track": F("race__layout__track"), "type": F("race__layout__type")}
    for race in races.annotate(**columns).order_by().values_list(*columns, *TOLD, named=True):
        silent = [told for told in TOLD if not tells_of_absent(race, told)]
        for of, by in found.items():
            by[getattr(race, of)].update(silent)
    return found


def _counted(lines: Sequence[Any], doubtful: Mapping[str, int]) -> Figures:
    """What these lines add up to. Of the `doubtful` races those in which he has a line are in no doubt."""
    # A whole field tells of everybody.
    not_whole = [line for line in lines if not line.whole]
    sums: dict[str, Any] = dict.fromkeys(SUMMED_COLUMNS.parts, 0)
    for statistic in COUNTED:
        told, adds = told_by(statistic.key), attrgetter(f"adds_{statistic.key}")
        known = [added for added in map(adds, lines) if added is not None]
        doubted = doubtful[told] - sum([not tells_of_absent(line, told) for line in not_whole])
        sums[f"sum_{statistic.key}"] = sum(known)
        sums[f"lacking_{statistic.key}"] = len(lines) - len(known) + doubted
    finishes = [line.finish for line in lines if line.whole and line.finish is not None]
    return Figures(Tally.of_lines(SUMMED_COLUMNS, sums | {"finish_sum": sum(finishes), "finish_known": len(finishes)}))


def _decades(scope: Scope, basis: Basis, seasons: Iterable[SeasonFigures], span: tuple[int, int]) -> list[Split]:
    """The seasons of each decade added up, the latest first."""
    of_series = [each for each in seasons if each.series == scope.the_series.pk]
    present = {each.year for each in of_series}
    gaps = seasons_between(basis.gaps, scope.the_series.pk, *span)
    found = []
    for decade in sorted({year // 10 * 10 for year in present}, reverse=True):
        years = range(decade, decade + 10)
        tally = Tally.of(SummedColumns.of(SEASON))
        for each in of_series:
            if each.year in years:
                tally.add(each.figures.tally)
        for gap in gaps:
            if gap.year in years and gap.year not in present:
                tally.doubt(gap)
        found.append(Split(f"{decade}s", None, scope.narrowed(from_=decade, to=decade + 9), partial(Figures, tally)))
    return found
