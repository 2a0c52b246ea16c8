"""How records fall: of figures set in race after race, those that were the best when they were set. Pure; no database.

A *mark* is one figure set by one holder in one race. Marks come in the order of their races; those of one race are set
at the same moment, so of them only the best counts. The records of single races are the `lineage` of the figures
themselves; for what adds up, such as wins at a track, take the `running_totals` first and the `holders_in_turn`
after it::

    led = [Mark(197, "Johnson", "2011 Kansas II"), Mark(150, "Larson", "2014 Kansas II"), Mark(221, "Larson", …)]
    before, now = lineage(led)  # 197, and the 221 that replaced it
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from operator import attrgetter, ge, le
from typing import NamedTuple

Value = int | Decimal


class RecordFigure(NamedTuple):
    """A figure, whose it is and the race it was set in; holder and race are any values that tell them apart."""

    value: Value
    holder: Hashable
    race: Hashable


class Record(NamedTuple):
    """A record: the figure, and the marks that set it, oldest first; a second mark has equalled the first."""

    value: Value
    marks: tuple[RecordFigure, ...]

    @property
    def holders(self) -> tuple[Hashable, ...]:
        """Each holder once, in the order they set it."""
        return tuple(dict.fromkeys(mark.holder for mark in self.marks))


def lineage(marks: Iterable[RecordFigure], best: Callable[[Iterable[Value]], Value] = max) -> list[Record]:
    """The marks that were the record when they were set, each better than the one before: the last is the record.

    `best` is `max`, or `min` where the smallest figure is the record. An equal mark shares the record it equals.
    """
    records: list[Record] = []
    is_as_good = ge if best is max else le
    # Most marks are not as good as the record before their race, and need no further look.
    as_good = (mark for mark in marks if not records or is_as_good(mark.value, records[-1].value))
    for _, of_race in groupby(as_good, key=attrgetter("race")):
        together = list(of_race)
        value = best(mark.value for mark in together)
        setting = tuple(mark for mark in together if mark.value == value)
        if records and value == records[-1].value:
            records[-1] = Record(value, (*records[-1].marks, *setting))
        elif not records or best((value, records[-1].value)) == value:
            records.append(Record(value, setting))
    return records


def running_totals(marks: Iterable[RecordFigure]) -> Iterator[RecordFigure]:
    """What each holder's figures add up to after each race in which one was added."""
    totals: defaultdict[Hashable, Value] = defaultdict(int)
    for mark in marks:
        totals[mark.holder] += mark.value
        yield RecordFigure(totals[mark.holder], mark.holder, mark.race)


def holders_in_turn(records: Iterable[Record]) -> list[Record]:
    """The lineage of a career record, one entry for each holder: adding to a record of one's own makes no new one.

    The value is what the record stood at before the next holder passed it. The first mark is the one that took the
    record; the others equalled its last value.
    """
    found: list[Record] = []
    for record in records:
        taken, *equalled = record.marks
        if found and taken.holder == found[-1].marks[0].holder:
            found[-1] = Record(record.value, (found[-1].marks[0], *equalled))
        else:
            found.append(record)
    return found
