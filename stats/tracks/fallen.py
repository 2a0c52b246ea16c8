"""The records of a track that one race set or equalled, each with the one before it."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q

from drivers.models import Driver
from races.models import Race
from races.statistics import STATISTICS, WIN
from racestats.formatting import listed
from stats.completeness import are_half, completeness
from stats.race.known_ranks_of_scope import known_ranks_of
from stats.scope import Scope

from .lineage import Record, RecordFigure
from .records import MOST_LED, RecordKind, career_records, lap_records, lines_at, qualifying_laps, race_records

OF_CAREERS = tuple(STATISTICS[key] for key in ("wins", "laps_led"))
"""The records of careers that may be news: others change hands from race to race."""
COUNTED_IN = WIN | Q(laps_led__gt=0)
"""The lines that any of the records is made of."""


class FallenRecord(NamedTuple):
    """A record: what of, how much, whose. What it was `before`, whose and since which race; of one that was `equalled`
    that is as much. It is `exact` where nothing that is unknown could have been more."""

    label: str
    value: str
    holder: str
    equalled: bool
    before: str
    before_holder: str
    before_race: str
    exact: bool


def fallen_in(race: Race, scope: Scope) -> list[FallenRecord]:
    """Those of the track of a scope which ends with the race; none where it was the first there. The most laps led in a
    race are told by a note. Eight queries, and two
    where there are any."""
    complete = completeness(scope)
    of_careers = [each for each in OF_CAREERS if are_half(complete.of(each), complete.held)]
    lines = lines_at(scope, COUNTED_IN)
    kinds = [
        *career_records(lines, {}, of_careers),
        *race_records(lines, complete, known_ranks_of(scope)),
        *lap_records(qualifying_laps(scope), lines),
    ]
    fell = [(kind, kind.records[-2:]) for kind in kinds if kind.label != MOST_LED and _fell(kind.records, race.pk)]
    marks = [mark for _, records in fell for record in records for mark in record.marks]
    drivers = Driver.objects.in_bulk({mark.holder for mark in marks})
    races = Race.objects.with_label().in_bulk({mark.race for mark in marks})

    def told(kind: RecordKind, records: list[Record]) -> FallenRecord:
        now, (mine, earlier) = records[-1], _parted(records[-1], race.pk)
        before = earlier or list(records[0].marks)
        counted = next((each for each in OF_CAREERS if each is kind.statistic), None)
        exact = not kind.at_least and (counted is None or complete.tells_all(counted))
        return FallenRecord(
            kind.label,
            kind.value(now.marks[-1]._replace(value=now.value)),
            listed(sorted({str(drivers[mark.holder]) for mark in mine})),
            bool(earlier),
            kind.value(before[0]._replace(value=records[0].value)),
            listed(sorted({str(drivers[mark.holder]) for mark in before})),
            races[before[0].race].label,
            exact,
        )

    return [told(kind, records) for kind, records in fell]


def _fell(records: list[Record], race: int) -> bool:
    """Whether the race set the last of them, in place of another, or equalled it."""
    mine, earlier = _parted(records[-1], race)
    return bool(mine and (earlier or len(records) > 1))


def _parted(record: Record, race: int) -> tuple[list[RecordFigure], list[RecordFigure]]:
    """The marks of a record that were set in a race, and those before."""
    mine = [mark for mark in record.marks if mark.race == race]
    return mine, [mark for mark in record.marks if mark.race != race]
