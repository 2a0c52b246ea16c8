"""Reads races out of the tables of truth as the plain records that lines are made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from races.models import Race, Result, RulingChange
from races.models.rulings import undone
from races.order import order_of

from .lines import RaceRecord, ResultRecord, RulingRecord, known_days

RESULT_COLUMNS = (
    "id",
    "entry_id",
    "entry__driver_id",
    "entry__team_id",
    "entry__manufacturer_id",
    "entry__number",
    "position",
    "start",
    "laps",
    "laps_led",
    "points",
    "status",
    "disqualified",
)


def race_records(races: Iterable[int], known_on: Mapping[int, date]) -> Iterator[RaceRecord]:
    """The records of those of these races that were run; `known_on` has by race the day by which it had been. Three
    queries, however many races."""
    results, stages = defaultdict(list), defaultdict(lambda: defaultdict(list))
    rows = Result.objects.filter(session__race__in=races, session__kind__in=["race", "stage"]).order_by("pk")
    for race_id, kind, number, *columns in rows.values_list(
        "session__race", "session__kind", "session__number", *RESULT_COLUMNS
    ):
        target = results[race_id] if kind == "race" else stages[race_id][number]
        target.append(ResultRecord._make(columns))
    rulings = rulings_of(races)
    for race in (
        Race.objects.filter(pk__in=races)
        .run()
        .order_by("pk")
        .select_related("season", "layout", "pole")
        .only(
            "season__series",
            "season__year",
            "round",
            "layout__track",
            "layout__type",
            "date",
            "kind",
            "laps",
            "field_size",
            "stages",
            "lineup",
            "pole__driver",
            "margin_kind",
            "margin",
        )
    ):
        yield RaceRecord(
            id=race.pk,
            series_id=race.season.series_id,
            season_id=race.season_id,
            year=race.season.year,
            order=order_of(race),
            track_id=race.layout.track_id,
            layout_id=race.layout_id,
            layout_type=race.layout.type,
            known_on=known_on[race.pk],
            race_date=race.date,
            counts=race.kind == Race.Kind.POINTS,
            laps=race.laps,
            field_size=race.field_size,
            stages=race.stages,
            lineup=race.lineup,
            pole_driver_id=race.pole.driver_id if race.pole else None,
            margin_kind=race.margin_kind,
            margin=race.margin,
            results=tuple(results[race.pk]),
            stage_results={number: tuple(found) for number, found in stages[race.pk].items()},
            rulings=tuple(rulings.get(race.pk, ())),
        )


def rulings_of(races: Iterable[int]) -> dict[int, list[RulingRecord]]:
    """By race, the rulings in the order they were announced."""
    found: dict[int, dict[tuple, dict]] = defaultdict(lambda: defaultdict(dict))
    changes = RulingChange.objects.filter(ruling__race__in=races).order_by("ruling__announced", "ruling__number")
    for race_id, announced, number, result_id, before in changes.values_list(
        "ruling__race", "ruling__announced", "ruling__number", "result", "before"
    ):
        found[race_id][announced, number][result_id] = undone(before)
    return {
        race_id: [RulingRecord(announced, before) for (announced, _), before in of_race.items()]
        for race_id, of_race in found.items()
    }


def known_days_of(seasons: Iterable[int]) -> tuple[dict[int, date], set[int]]:
    """For every race of these seasons, the day by which it had been run; and the races of which the book has another,
    as when a neighbour's date moved. One query."""
    found: dict[tuple[int, int], list[tuple[int, int | None, date | None]]] = defaultdict(list)
    stored: dict[int, date | None] = {}
    races = Race.objects.filter(season__in=seasons).order_by()
    columns = ("pk", "season", "season__year", "round", "date", "coverage__known_on")
    for race_id, season_id, year, round_, day, known_on in races.values_list(*columns):
        found[season_id, year].append((race_id, round_, day))
        stored[race_id] = known_on
    known: dict[int, date] = {}
    for (_, year), of_season in found.items():
        known |= known_days(year, of_season)
    return known, {race for race, day in stored.items() if day and day != known[race]}
