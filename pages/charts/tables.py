"""The tables of those charts whose data stand nowhere else."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Sequence

from drivers.models import Driver
from stats.milestones.ways import Way
from stats.standings.rounds import PlacesByRound

from ..kit.tables.base import BaseTable
from ..kit.tables.columns import LowestFirstColumn
from ..kit.tables.racing_columns import RaceColumn
from .standings import NAMED


def named_columns(drivers: Sequence[Driver]) -> list[tuple[str, Driver, str, int]]:
    """A column for each: its key, whose it is, the last name, where no other has that, and the priority."""
    lasts = Counter(driver.name.split()[-1] for driver in drivers)
    found = []
    for at, driver in enumerate(drivers):
        last = driver.name.split()[-1]
        name, priority = last if lasts[last] == 1 else str(driver), 1 if at < 3 else 2 if at < 6 else 3
        found.append((driver.slug.replace("-", "_"), driver, name, priority))
    return found


class RoundPlaceColumn(LowestFirstColumn):
    """A driver's place after each round."""

    def __init__(self, driver: Driver, name: str, **options):
        super().__init__(name, show=str, title=str(driver), orderable=False, **options)
        self.driver = driver

    def raw(self, record):
        return record.places.get(self.driver.pk)


class RoundTable(BaseTable):
    """Records are rounds, with the places of the first few drivers after each."""

    caption = "Places by round"
    heads_rows = "race"

    round = LowestFirstColumn("Round", show=str, orderable=False)
    race = RaceColumn(orderable=False)

    def __init__(self, found: PlacesByRound, **kwargs):
        drivers = found.drivers[:NAMED]
        columns = [
            (key, RoundPlaceColumn(driver, name, priority=priority))
            for key, driver, name, priority in named_columns(drivers)
        ]
        super().__init__(found.rounds if drivers else [], extra_columns=columns, prefix="rounds-", **kwargs)


class CountColumn(LowestFirstColumn):
    """A driver's count after each season of the career."""

    def __init__(self, at: int, driver: Driver, name: str, **options):
        super().__init__(name, title=str(driver), orderable=False, **options)
        self.at = at

    def raw(self, record):
        return record[self.at]


class WayTable(BaseTable):
    """Records are seasons of a career: which it was, and the count of each driver after it."""

    caption = "By season of the career"
    heads_rows = "season"

    season = LowestFirstColumn("Season", show=str, accessor="0", orderable=False)

    def __init__(self, ways: Sequence[Way], **kwargs):
        longest = max((len(way.counts) for way in ways), default=0)
        rows = [(season, *(way.after(season) for way in ways)) for season in range(1, longest + 1)]
        columns = named_columns([way.driver for way in ways])
        super().__init__(
            rows,
            extra_columns=[
                (key, CountColumn(at, driver, name, priority=priority))
                for at, (key, driver, name, priority) in enumerate(columns, start=1)
            ],
            prefix="ways-",
            **kwargs,
        )
        self.columns["season"].column.raw = operator.itemgetter(0)
