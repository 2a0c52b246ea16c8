"""The statistics of the book, each named once: columns, cards, boards and documents all read them here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, Case, Count, F, Q, Sum, When

from racestats import formatting

CLOSE = Decimal("0.500")
"""Seconds: a finish this close or closer is a close one."""


EVERY_LINE = Q()


@dataclass(frozen=True)
class Statistic:
    """One statistic over stat lines.

    `counting` picks the lines that make it up; `summing` names the column that is added up instead of counted, and
    `averaging` the one whose known values are averaged. `covered_by` is the column of `RaceCoverage` that says whether
    a race's part of it is known. `opening` is true where opening totals hold it.
    """

    key: str
    label: str
    abbreviation: str
    tooltip: str
    counting: Q = EVERY_LINE
    summing: str = ""
    averaging: str = ""
    covered_by: str = "whole"
    opening: bool = False
    descending: bool = True
    show: Callable = formatting.number

    def total(self):
        """The aggregate over lines; null where every addend is unknown."""
        if self.summing:
            return Sum(self.summing)
        if self.averaging:
            return Avg(F(self.averaging) * Decimal("1.0"))
        if self.key == "win_rate":
            return Avg(Case(When(self.counting, then=1), When(finish__isnull=False, then=0)))
        return Count("pk", filter=self.counting)

    @property
    def is_rate(self) -> bool:
        """Averages and rates do not add up: opening totals cannot carry them on, and few starts make them empty."""
        return bool(self.averaging) or self.key == "win_rate"


WIN = Q(finish=1)

STATISTICS = {
    statistic.key: statistic
    for statistic in (
        Statistic("starts", "Starts", "St", "Points races started", opening=True),
        Statistic("wins", "Wins", "W", "Official wins in points races", WIN, covered_by="winner", opening=True),
        Statistic(
            "top_fives", "Top fives", "T5", "Finished 1st to 5th", Q(finish__lte=5), covered_by="top_five", opening=True
        ),
        Statistic(
            "top_tens", "Top tens", "T10", "Finished 1st to 10th", Q(finish__lte=10), covered_by="top_ten", opening=True
        ),
        Statistic(
            "poles",
            "Poles",
            "P",
            "Pole awards: the fastest qualifier, not whoever started first",
            Q(pole=True),
            covered_by="pole",
            opening=True,
        ),
        Statistic("laps", "Laps", "Laps", "Laps completed", summing="laps"),
        Statistic(
            "laps_led",
            "Laps led",
            "Led",
            "Laps led at the line",
            Q(laps_led__gte=1),
            summing="laps_led",
            covered_by="laps_led",
            opening=True,
        ),
        Statistic("races_led", "Races led", "RL", "Races with a lap led", Q(laps_led__gte=1), covered_by="laps_led"),
        Statistic(
            "stage_wins",
            "Stage wins",
            "SW",
            "First at the end of a stage, since 2017",
            Q(stage_wins__gte=1),
            summing="stage_wins",
            covered_by="stages",
            opening=True,
        ),
        Statistic("lead_lap_finishes", "Lead-lap finishes", "LL", "Finished zero laps behind", Q(lead_lap=True)),
        Statistic("dnfs", "DNFs", "DNF", "Out at the finish: status other than running", Q(dnf=True)),
        Statistic(
            "average_start",
            "Average start",
            "Avg St",
            "Average of the known starting positions",
            averaging="start",
            descending=False,
            show=formatting.decimal,
        ),
        Statistic(
            "average_finish",
            "Average finish",
            "Avg Fin",
            "Average of the known finishing positions",
            averaging="finish",
            descending=False,
            show=formatting.decimal,
        ),
        Statistic("points", "Points", "Pts", "Points earned in races, as printed", summing="points", opening=True),
        Statistic(
            "win_rate", "Win rate", "W%", "Wins in a hundred starts with a known finish", WIN, show=formatting.percent
        ),
        Statistic(
            "close_wins",
            "Close wins",
            "CW",
            f"Won by {formatting.margin(CLOSE)} s or less",
            WIN & Q(margin__lte=CLOSE),
            covered_by="margin",
        ),
        Statistic(
            "close_runner_ups",
            "Close second places",
            "C2",
            f"Second by {formatting.margin(CLOSE)} s or less",
            Q(finish=2, margin__lte=CLOSE),
            covered_by="margin",
        ),
    )
}
