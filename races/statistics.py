"""The statistics of the book, each named once: columns, cards, boards and documents all read them here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, Case, Count, F, IntegerField, Q, Sum, Value, When

from racestats import formatting

CLOSE = Decimal("0.500")
"""Seconds: a finish this close or closer is a close one."""


EVERY_LINE = Q()


@dataclass(frozen=True)
class Statistic:
    """One statistic over stat lines.

    `one` is what a single one of it is called. `counting` picks the lines that make it up; `summing` names the column
    that is added up instead of counted, and `averaging` the one whose known values are averaged. `known_by` is the
    column without which a line's part of it is unknown, or `unmeasured` picks such lines. `covered_by` is the column of
    `RaceCoverage` that says whether a race's part of it is known.
    """

    key: str
    label: str
    one: str
    abbreviation: str
    tooltip: str
    counting: Q = EVERY_LINE
    summing: str = ""
    averaging: str = ""
    known_by: str = ""
    unmeasured: Q | None = None
    covered_by: str = "whole"
    descending: bool = True
    show: Callable = formatting.number

    def total(self, among: Q = EVERY_LINE):
        """The aggregate over lines, or over those among them; null where every addend is unknown."""
        if self.summing:
            return Sum(self.summing, filter=among)
        if self.averaging:
            return Avg(F(self.averaging) * Decimal("1.0"), filter=among)
        if self.key == "win_rate":
            return Avg(Case(When(self.counting, then=1), When(KNOWN_FINISH, then=0)), filter=among)
        return Count("pk", filter=self.counting & among)

    @property
    def unknown(self) -> Q | None:
        """The lines of which it is unknown what they add; None where every line tells: a car without a place has not
        won, so much is known."""
        if self.unmeasured:
            return self.unmeasured
        column = self.summing or self.known_by
        return Q(**{f"{column}__isnull": True}) if column else None

    @property
    def evidence(self) -> Q:
        """The lines that a figure of it rests on: those counted, those that add to a sum, those an average is of."""
        if self.summing:
            return Q(**{f"{self.summing}__isnull": False}) & ~Q(**{self.summing: 0})
        if self.averaging:
            return IN_A_WHOLE_FIELD & Q(**{f"{self.averaging}__isnull": False})
        return IN_A_WHOLE_FIELD & KNOWN_FINISH if self.key == "win_rate" else self.counting

    def amount(self, value) -> str:
        """A figure and its name: “32 wins”, “1 lap led”."""
        return f"{self.show(value)} {self.one if value == 1 else self.in_text}"

    @property
    def in_text(self) -> str:
        """Its label within a sentence: “laps led”, “DNFs”."""
        return self.label if self.label[:2].isupper() else self.label.lower()

    @property
    def is_rate(self) -> bool:
        """Averages and rates do not add up: given totals cannot carry them on, and few starts make them empty."""
        return bool(self.averaging) or self.key == "win_rate"


WIN = Q(finish=1)
KNOWN_FINISH = Q(finish__isnull=False)
IN_A_WHOLE_FIELD = Q(race__coverage__whole=True)
UNMEASURED = Q(margin__isnull=True) & ~Q(race__margin_kind="caution")

STATISTICS = {
    statistic.key: statistic
    for statistic in (
        Statistic("starts", "Starts", "start", "St", "Points races started"),
        Statistic(
            "wins",
            "Wins",
            "win",
            "W",
            "Official wins in points races",
            WIN,
            covered_by="winner",
        ),
        Statistic(
            "top_fives",
            "Top fives",
            "top five",
            "T5",
            "Finished 1st to 5th",
            Q(finish__lte=5),
            covered_by="top_five",
        ),
        Statistic(
            "top_tens",
            "Top tens",
            "top ten",
            "T10",
            "Finished 1st to 10th",
            Q(finish__lte=10),
            covered_by="top_ten",
        ),
        Statistic(
            "poles",
            "Poles",
            "pole",
            "P",
            "Pole awards: the fastest qualifier, not whoever started first",
            Q(pole=True),
            known_by="pole",
            covered_by="pole",
        ),
        Statistic("laps", "Laps", "lap", "Laps", "Laps completed", summing="laps", covered_by="laps"),
        Statistic(
            "laps_led",
            "Laps led",
            "lap led",
            "Led",
            "Laps led at the line",
            Q(laps_led__gte=1),
            summing="laps_led",
            covered_by="laps_led",
        ),
        Statistic(
            "races_led",
            "Races led",
            "race led",
            "RL",
            "Races with a lap led",
            Q(laps_led__gte=1),
            known_by="laps_led",
            covered_by="laps_led",
        ),
        Statistic(
            "stage_wins",
            "Stage wins",
            "stage win",
            "SW",
            "First at the end of a stage, since 2017",
            Q(stage_wins__gte=1),
            summing="stage_wins",
            covered_by="stages",
        ),
        Statistic(
            "lead_lap_finishes",
            "Lead-lap finishes",
            "lead-lap finish",
            "LL",
            "Finished zero laps behind; a disqualified car did not",
            Q(lead_lap=True),
            known_by="lead_lap",
            covered_by="laps",
        ),
        Statistic(
            "dnfs",
            "DNFs",
            "DNF",
            "DNF",
            "Out at the finish: status other than running",
            Q(dnf=True),
            known_by="dnf",
            covered_by="status",
        ),
        Statistic(
            "average_start",
            "Average start",
            "average start",
            "Avg St",
            "Average of the known starting positions",
            averaging="start",
            covered_by="start",
            descending=False,
            show=formatting.decimal,
        ),
        Statistic(
            "average_finish",
            "Average finish",
            "average finish",
            "Avg Fin",
            "Average of the known finishing positions",
            averaging="finish",
            descending=False,
            show=formatting.decimal,
        ),
        Statistic(
            "points",
            "Points",
            "point",
            "Pts",
            "Points earned in races, as printed",
            summing="points",
            covered_by="points",
        ),
        Statistic(
            "win_rate",
            "Win rate",
            "win rate",
            "W%",
            "Wins in a hundred starts with a known finish",
            WIN,
            show=formatting.percent,
        ),
        Statistic(
            "close_wins",
            "Close wins",
            "close win",
            "CW",
            f"Won by {formatting.margin(CLOSE)} s or less",
            WIN & Q(margin__lte=CLOSE),
            unmeasured=WIN & UNMEASURED,
            covered_by="margin",
        ),
        Statistic(
            "close_runner_ups",
            "Close second places",
            "close second place",
            "C2",
            f"Second by {formatting.margin(CLOSE)} s or less",
            Q(finish=2, margin__lte=CLOSE),
            unmeasured=Q(finish=2) & UNMEASURED,
            covered_by="margin",
        ),
    )
}

TITLES = Statistic("titles", "Titles", "title", "Ti", "Seasons won, as the title was awarded")
"""What no line counts, and so stands apart: whose a season was is a fact of its own (`stats.titles`)."""


def addend(statistic: Statistic) -> Case | F | Value:
    """The number that a line adds, as a column of a query of lines; null where what is counted is unknown."""
    if statistic.summing:
        return F(statistic.summing)
    if not statistic.counting:
        return Value(1)
    counts = When(statistic.counting, then=1)
    if not statistic.known_by:
        return Case(counts, default=0)
    unknown = When(**{f"{statistic.known_by}__isnull": True}, then=None)
    return Case(unknown, counts, default=0, output_field=IntegerField())
