"""From one race's record to its stat lines: pure functions, no database.

A race's results hold the book as amended. The book as it stood before a ruling is made by undoing it, so a race with
rulings has several versions, each with the days between which it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from races.finishes import TOP_FIVE, TOP_TEN, by_finish, did_not_finish, has_started
from races.lineups import may_give_pole
from races.margins import SETTLED, seconds_of

LONG_RACE = 100
SLIP = 2
"""So many laps, or so many in a hundred, the laps led of a race of more than `LONG_RACE` laps may be out by."""


class ResultRecord(NamedTuple):
    """One row of the race's result, or the first row of a stage, as the tables of truth hold it."""

    id: int
    entry_id: int
    driver_id: int
    team_id: int | None
    manufacturer_id: int | None
    number: str
    position: int | None
    start: int | None = None
    laps: int | None = None
    laps_led: int | None = None
    points: int | None = None
    status: str = ""
    disqualified: bool = False


@dataclass(frozen=True)
class RulingRecord:
    """A ruling's day, and what each result it touched said before it."""

    announced: date
    before: dict[int, dict[str, Any]]


@dataclass(frozen=True)
class RaceRecord:
    """All that the lines of one race are made from."""

    id: int
    series_id: int
    season_id: int
    year: int
    order: int | None
    track_id: int
    layout_id: int
    layout_type: str
    known_on: date
    race_date: date | None = None
    counts: bool = True
    laps: int | None = None
    field_size: int | None = None
    stages: int | None = None
    lineup: str = ""
    pole_driver_id: int | None = None
    margin_kind: str = ""
    margin: Decimal | None = None
    results: tuple[ResultRecord, ...] = ()
    stage_results: dict[int, tuple[ResultRecord, ...]] = field(default_factory=dict)
    rulings: tuple[RulingRecord, ...] = ()


class StatLineValues(NamedTuple):
    """A stat line without its running counts; the fields are the columns of `StatLine`, in one fixed order."""

    driver_id: int
    race_id: int
    valid_from: date
    valid_to: date | None
    series_id: int
    season_id: int
    track_id: int
    layout_id: int
    manufacturer_id: int | None
    team_id: int | None
    year: int
    race_order: int
    race_date: date | None
    layout_type: str
    number: str
    start: int | None
    finish: int | None
    laps: int | None
    laps_led: int | None
    points: int | None
    status: str
    lead_lap: bool | None
    dnf: bool | None
    pole: bool | None
    stage_wins: int | None
    first: bool
    margin: Decimal | None
    led_most: bool | None
    swept: bool | None
    race_laps: int | None

    @property
    def key(self) -> tuple[int, int, date]:
        return self[:3]


class Coverage(NamedTuple):
    """What the book holds of one race; the fields are the columns of `RaceCoverage`."""

    race_id: int
    race_order: int | None
    known_on: date
    lines: int
    whole: bool
    winner: bool
    second: bool
    top_five: bool
    top_ten: bool
    start: bool
    laps: bool
    points: bool
    status: bool
    laps_led: bool
    pole: bool
    stages: bool
    margin: bool


def lines_of(race: RaceRecord) -> list[StatLineValues]:
    """Every line of a race, those that rulings closed included; a race that does not count has none, nor an order."""
    if not race.counts or race.order is None:
        return []
    lines: list[StatLineValues] = []
    still_open: dict[int, StatLineValues] = {}
    for valid_from, version in versions_of(race):
        current = {line.driver_id: line for line in _lines_of_version(version, race.order, valid_from)}
        for driver_id, line in still_open.items():
            if driver_id not in current or current[driver_id]._replace(valid_from=line.valid_from) != line:
                lines.append(line._replace(valid_to=valid_from))
            else:
                current[driver_id] = line
        still_open = current
    return lines + list(still_open.values())


def versions_of(race: RaceRecord) -> Iterator[tuple[date, RaceRecord]]:
    """The race as the book gave it, oldest first, each with the day from which it stood."""
    for day, later in version_days(race.known_on, race.rulings):
        yield day, _undo(race, later)


def version_days(known_on: date, rulings: Sequence[RulingRecord]) -> Iterator[tuple[date, Sequence[RulingRecord]]]:
    """The days from which versions of a race stood, oldest first, each with the rulings that came later.

    A version that did not outlast its day is left out: the book is asked for as it stood at the end of a day.
    """
    days = [known_on, *(max(ruling.announced, known_on) for ruling in rulings)]
    for place, day in enumerate(days):
        if place + 1 == len(days) or days[place + 1] > day:
            yield day, rulings[place:]


def coverage_of(race: RaceRecord) -> Coverage:
    """What the book holds of a race, as it stands now."""
    started = _started(race)
    positions = {result.position for result in started if result.position}
    whole = is_whole(len(started), race.field_size)
    return Coverage(
        race_id=race.id,
        race_order=race.order if race.counts else None,
        known_on=race.known_on,
        lines=len(started),
        whole=whole,
        winner=1 in positions,
        second=2 in positions or _first_places_known(positions, started, 2, whole),
        top_five=_first_places_known(positions, started, TOP_FIVE, whole),
        top_ten=_first_places_known(positions, started, TOP_TEN, whole),
        start=whole and all(result.start is not None for result in started),
        laps=whole and all(result.laps is not None for result in started),
        points=whole and all(result.points is not None for result in started),
        status=whole and all(result.status for result in started),
        laps_led=_laps_led_known(race, started),
        pole=_pole_known(race),
        stages=_stage_winners(race) is not None,
        margin=race.margin_kind in SETTLED,
    )


def known_days(season_year: int, races: list[tuple[int, int | None, date | None]]) -> dict[int, date]:
    """For each (id, round, date) of one season, the day by which it had been run.

    A race without a date had been run by the next dated round; where none follows, or where it is no round itself, by
    the end of its season.
    """
    latest = end = date(season_year, 12, 31)
    known = {race_id: day or end for race_id, round_, day in races if round_ is None}
    for race_id, _, day in sorted((race for race in races if race[1] is not None), key=itemgetter(1), reverse=True):
        known[race_id] = latest = day or latest
    return known


def values_before(rulings: Sequence[RulingRecord]) -> dict[int, dict[str, Any]]:
    """By the id of a result, what it said before these rulings, in the columns that they changed.

    The rulings come in the order they were announced, and are undone the latest first: the earliest has the last word.
    """
    found: dict[int, dict[str, Any]] = {}
    for ruling in reversed(rulings):
        for result_id, before in ruling.before.items():
            found.setdefault(result_id, {}).update(before)
    return found


def _undo(race: RaceRecord, rulings: Sequence[RulingRecord]) -> RaceRecord:
    if not rulings:
        return race
    before = values_before(rulings)
    return replace(
        race,
        results=_with_values(race.results, before),
        stage_results={number: _with_values(results, before) for number, results in race.stage_results.items()},
    )


def _with_values(
    results: tuple[ResultRecord, ...], values: Mapping[int, Mapping[str, Any]]
) -> tuple[ResultRecord, ...]:
    """The results with these of their columns changed; marks that no record has change nothing."""
    return tuple(
        result._replace(**{name: value for name, value in before.items() if name in ResultRecord._fields})
        if (before := values.get(result.id))
        else result
        for result in results
    )


def _lines_of_version(race: RaceRecord, order: int, valid_from: date) -> Iterator[StatLineValues]:
    started = _started(race)
    by_driver: dict[int, list[ResultRecord]] = {}
    for result in started:
        by_driver.setdefault(result.driver_id, []).append(result)
    race_laps = laps_of(race.laps, race.results)
    led_known = _laps_led_known(race, started)
    pole_known = _pole_known(race)
    most_led = max((result.laps_led or 0 for result in started), default=0) if led_known else None
    stage_winners = _stage_winners(race)
    for driver_id, results in by_driver.items():
        # A driver credited with two cars has one start and the better result, of points and laps led too.
        best = min(results, key=by_finish)
        yield StatLineValues(
            driver_id=driver_id,
            race_id=race.id,
            valid_from=valid_from,
            valid_to=None,
            series_id=race.series_id,
            season_id=race.season_id,
            track_id=race.track_id,
            layout_id=race.layout_id,
            manufacturer_id=best.manufacturer_id,
            team_id=best.team_id,
            year=race.year,
            race_order=order,
            race_date=race.race_date,
            layout_type=race.layout_type,
            number=best.number,
            start=best.start,
            finish=best.position,
            laps=best.laps,
            laps_led=counted_laps_led(best.laps_led, led_known),
            points=best.points,
            status=best.status,
            lead_lap=on_lead_lap(best.disqualified, best.laps, race_laps),
            dnf=did_not_finish(best.status),
            pole=race.pole_driver_id == driver_id if pole_known else None,
            stage_wins=None if stage_winners is None else stage_winners.count(driver_id),
            first=best.position == 1 or race.pole_driver_id == driver_id or driver_id in (stage_winners or ()),
            margin=seconds_of(race.margin_kind, race.margin) if best.position in (1, 2) else None,
            led_most=None if most_led is None else most_led > 0 and (best.laps_led or 0) == most_led,
            swept=has_swept(best.position, driver_id, race.stages, stage_winners),
            race_laps=race_laps or None,
        )


def has_swept(position: int | None, driver: int, stages: int | None, winners: Sequence[int] | None) -> bool | None:
    """Whether a driver with such a result won the race and every stage of it, of which these are the winners; None
    where he won it and that is unknown."""
    if position != 1:
        return False
    if stages is None or winners is None:
        return None
    return 0 < stages <= winners.count(driver)


def on_lead_lap(disqualified: bool, laps: int | None, race_laps: int) -> bool | None:
    """Whether a car with such a result finished on the lead lap; None where that is unknown."""
    if disqualified:
        return False
    if laps is None or not race_laps:
        return None
    return laps >= race_laps


def counted_laps_led(led: int | None, known: bool) -> int | None:
    """How many laps a car led, from what its result says and whether the race's lap leaders are known.

    Where they are, a blank is zero. Where they are not, a 0 or a 1 may be a mark for who led and no count; more is one.
    """
    return led or 0 if known or (led or 0) > 1 else None


def _started(race: RaceRecord) -> list[ResultRecord]:
    return [result for result in race.results if has_started(result.status, result.laps)]


def laps_of(race_laps: int | None, results: Iterable[Any]) -> int:
    """How many laps a race had, else how many the first of its results ran; 0 where neither is known.

    A result is whatever has a position and laps.
    """
    return race_laps or max((result.laps or 0 for result in results if result.position == 1), default=0)


def is_whole(cars: int, field_size: int | None) -> bool:
    """Whether so many cars that started are the whole field; a size of 0 tells no more than an empty one."""
    return field_size is not None and 0 < field_size <= cars


def _laps_led_known(race: RaceRecord, started: list[ResultRecord]) -> bool:
    """Whether it is known how many laps each car led: they add up to the race's laps, and then a blank is zero.

    A sheet of a long race with every car's figure may be a little out: that is a slip of the source. Where sources only
    mark who led, with a 1 or by mistake with nothing, the sum is far too small.
    """
    laps, led = laps_of(race.laps, race.results), [result.laps_led for result in started]
    if not laps:
        return False
    out_by = abs(sum(each or 0 for each in led) - laps)
    complete = None not in led and is_whole(len(started), race.field_size)
    return out_by == 0 or (complete and laps > LONG_RACE and out_by <= max(SLIP, round(laps * SLIP / 100)))


def _pole_known(race: RaceRecord) -> bool:
    """The award is known where it is named, and where the lineup was set without qualifying: then there is none."""
    return race.pole_driver_id is not None or not may_give_pole(race.lineup)


def _stage_winners(race: RaceRecord) -> list[int] | None:
    """The drivers who won the stages, or None where any of them is unknown."""
    if race.stages is None:
        return None
    winners = [
        [result.driver_id for result in results if result.position == 1] for results in race.stage_results.values()
    ]
    if sum(1 for stage in winners if stage) < race.stages:
        return None
    return [driver_id for stage in winners for driver_id in stage]


def _first_places_known(positions: set[int], started: list[ResultRecord], places: int, whole: bool) -> bool:
    """Whether the first so many places are filled; a tie leaves the places after it empty."""
    filled = sum(1 for result in started if result.position and result.position <= places)
    return filled >= places or (whole and len(positions) > 0 and filled == len(started))
