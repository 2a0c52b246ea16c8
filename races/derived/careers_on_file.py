"""What the book holds of careers, season by season: what the kept rows and running counts of a career are made from."""

from __future__ import annotations

from collections.abc import Mapping

from races.models import GivenTotals, SeasonTotals
from races.models.totals import SUMMED

from .counts import SeasonRaces
from .season_totals import PARTS
from .tallies import SummedColumns, TotalsColumns

KEPT_COLUMNS = SummedColumns(SUMMED, PARTS)
"""All that is added up."""


class CareersOnFile:
    """The totals of the seasons of some drivers, and what sources give of their seasons and careers. Two queries.

    `races` has all seasons by id; `gaps` are those of which it is not known who started in them.
    """

    def __init__(self, drivers: list[int], races: Mapping[int, SeasonRaces]):
        self.drivers, self.races = drivers, races
        self.gaps = [each for each in races.values() if each.is_gap]
        totals = SeasonTotals.objects.filter(driver__in=drivers).order_by()
        self.seasons: list[TotalsColumns] = list(
            totals.values("driver", "series", "season", "year", *KEPT_COLUMNS.columns)
        )
        self.given = list(GivenTotals.objects.filter(driver__in=drivers).order_by())
