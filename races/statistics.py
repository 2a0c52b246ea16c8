"""The statistics of the book, each named once: columns, cards, boards and documents all read them here.

What a statistic counts is said twice, side by side: as a condition of a query, and of one line.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Q

from racestats import formatting

from .finishes import TOP_FIVE, TOP_TEN
from .margins import NOT_CLOSE
from .statistic_kinds import (
    EVERY_LINE,
    LineAverage,
    LineCount,
    LineDifference,
    LineRate,
    LineShare,
    LineStatistic,
    LineSum,
    Mean,
    Statistic,
    lacks,
)

__all__ = [
    "CAREER_COUNTS",
    "CAREER_STATISTICS",
    "CLOSE",
    "EVERY_LINE",
    "STATISTICS",
    "TITLES",
    "WIN",
    "LineAverage",
    "LineCount",
    "LineDifference",
    "LineRate",
    "LineShare",
    "LineStatistic",
    "LineSum",
    "Statistic",
]

CLOSE = Decimal("0.500")
"""Seconds: a finish this close or closer is a close one."""

WIN = Q(finish=1)
SECOND = Q(finish=2)
UNMEASURED = Q(margin__isnull=True) & ~Q(race__margin_kind__in=sorted(NOT_CLOSE))


def _finished_within(line: Any, places: int) -> bool:
    return line.finish is not None and line.finish <= places


def _finished_close(line: Any, place: int) -> bool | None:
    """Without seconds it is known only of the kinds of margin that are not close."""
    if line.finish != place:
        return False
    if line.margin is None:
        return False if line.race.margin_kind in NOT_CLOSE else None
    close: bool = line.margin <= CLOSE
    return close


def _led_and_lost(line: Any) -> bool | None:
    if line.finish == 1:
        return False
    return None if line.laps_led is None else line.laps_led >= 1


CLOSE_IN_WORDS = f"{formatting.margin(CLOSE)} s or less"

STATISTICS: dict[str, LineStatistic] = {
    statistic.key: statistic
    for statistic in (
        LineCount(
            key="starts",
            label="Starts",
            one="start",
            abbreviation="St",
            tooltip="Points races started",
            counting=EVERY_LINE,
            counts=lambda line: True,
        ),
        LineCount(
            key="wins",
            label="Wins",
            one="win",
            abbreviation="W",
            tooltip="Official wins in points races",
            counting=WIN,
            counts=lambda line: _finished_within(line, 1),
            covered_by="winner",
        ),
        LineCount(
            key="runner_ups",
            label="Runner-up finishes",
            one="runner-up finish",
            abbreviation="2nd",
            tooltip="Finished 2nd",
            counting=SECOND,
            counts=lambda line: line.finish == 2,
            covered_by="second",
        ),
        LineCount(
            key="top_fives",
            label="Top fives",
            one="top five",
            abbreviation="T5",
            tooltip="Finished 1st to 5th",
            counting=Q(finish__lte=TOP_FIVE),
            counts=lambda line: _finished_within(line, TOP_FIVE),
            covered_by="top_five",
        ),
        LineCount(
            key="top_tens",
            label="Top tens",
            one="top ten",
            abbreviation="T10",
            tooltip="Finished 1st to 10th",
            counting=Q(finish__lte=TOP_TEN),
            counts=lambda line: _finished_within(line, TOP_TEN),
            covered_by="top_ten",
        ),
        LineCount(
            key="poles",
            label="Poles",
            one="pole",
            abbreviation="P",
            tooltip="Pole awards: the fastest qualifier, not whoever started first",
            counting=Q(pole=True),
            counts=lambda line: line.pole,
            unmeasured=lacks("pole"),
            covered_by="pole",
        ),
        LineCount(
            key="pole_wins",
            label="Wins from the pole",
            one="win from the pole",
            abbreviation="PW",
            tooltip="Won with the pole award",
            counting=WIN & Q(pole=True),
            counts=lambda line: line.finish == 1 and line.pole,
            unmeasured=WIN & lacks("pole"),
            covered_by="pole",
        ),
        LineSum(
            key="laps",
            label="Laps",
            one="lap",
            abbreviation="Laps",
            tooltip="Laps completed",
            column="laps",
            covered_by="laps",
        ),
        LineSum(
            key="laps_led",
            label="Laps led",
            one="lap led",
            abbreviation="Led",
            tooltip="Laps led at the line",
            column="laps_led",
            covered_by="laps_led",
        ),
        LineCount(
            key="races_led",
            label="Races led",
            one="race led",
            abbreviation="RL",
            tooltip="Races with a lap led",
            counting=Q(laps_led__gte=1),
            counts=lambda line: None if line.laps_led is None else line.laps_led >= 1,
            unmeasured=lacks("laps_led"),
            covered_by="laps_led",
        ),
        LineCount(
            key="races_led_most",
            label="Times led most laps",
            one="time led most laps",
            abbreviation="ML",
            tooltip="Races in which nobody led more laps; those who led as many count each",
            counting=Q(led_most=True),
            counts=lambda line: line.led_most,
            unmeasured=lacks("led_most"),
            covered_by="laps_led",
        ),
        LineCount(
            key="races_led_and_lost",
            label="Races led, not won",
            one="race led, not won",
            abbreviation="RLL",
            tooltip="Races with a lap led that another won",
            counting=Q(laps_led__gte=1) & ~WIN,
            counts=_led_and_lost,
            unmeasured=lacks("laps_led") & ~WIN,
            covered_by="laps_led",
        ),
        LineShare(
            key="laps_led_share",
            label="Share of laps led",
            one="share of laps led",
            abbreviation="SLL",
            tooltip="Laps led in a hundred laps run, of races in which both are known",
            columns=("laps_led", "laps"),
            made_of=Mean("share_led", "share_led_known", "share_led_of"),
            covered_by="laps laps_led",
            show=formatting.percent,
        ),
        LineShare(
            key="laps_run_share",
            label="Share of laps run",
            one="share of laps run",
            abbreviation="SLR",
            tooltip="Laps completed in a hundred laps of the races started",
            columns=("laps", "race_laps"),
            made_of=Mean("share_run", "share_run_known", "share_run_of"),
            covered_by="laps",
            show=formatting.percent,
        ),
        LineSum(
            key="stage_wins",
            label="Stage wins",
            one="stage win",
            abbreviation="SW",
            tooltip="First at the end of a stage, since 2017",
            column="stage_wins",
            covered_by="stages",
        ),
        LineCount(
            key="stage_sweeps",
            label="Stage sweeps",
            one="stage sweep",
            abbreviation="Swp",
            tooltip="Won the race and every stage of it, since 2017",
            counting=Q(swept=True),
            counts=lambda line: line.swept,
            unmeasured=lacks("swept"),
            covered_by="stages",
        ),
        LineCount(
            key="lead_lap_finishes",
            label="Lead-lap finishes",
            one="lead-lap finish",
            abbreviation="LL",
            tooltip="Finished zero laps behind; a disqualified car did not",
            counting=Q(lead_lap=True),
            counts=lambda line: line.lead_lap,
            unmeasured=lacks("lead_lap"),
            covered_by="laps",
        ),
        LineCount(
            key="dnfs",
            label="DNFs",
            one="DNF",
            abbreviation="DNF",
            tooltip="Out at the finish: status other than running",
            counting=Q(dnf=True),
            counts=lambda line: line.dnf,
            unmeasured=lacks("dnf"),
            covered_by="status",
        ),
        LineAverage(
            key="average_start",
            label="Average start",
            one="average start",
            abbreviation="Avg St",
            tooltip="Average of the known starting positions",
            column="start",
            covered_by="start",
            descending=False,
            show=formatting.decimal,
        ),
        LineAverage(
            key="average_finish",
            label="Average finish",
            one="average finish",
            abbreviation="Avg Fin",
            tooltip="Average of the known finishing positions",
            column="finish",
            descending=False,
            show=formatting.decimal,
        ),
        LineDifference(
            key="places_gained",
            label="Places gained",
            one="place gained",
            abbreviation="PG",
            tooltip="Start minus finish, added up over the starts in which both are known",
            columns=("start", "finish"),
            made_of=Mean("gained_sum", "gained_known"),
            covered_by="start",
            show=formatting.signed,
        ),
        LineDifference(
            key="average_places_gained",
            label="Average places gained",
            one="average of places gained",
            abbreviation="Avg PG",
            tooltip="Start minus finish, the average of the starts in which both are known",
            columns=("start", "finish"),
            made_of=Mean("gained_sum", "gained_known", "gained_known"),
            covered_by="start",
            show=formatting.signed_decimal,
        ),
        LineSum(
            key="points",
            label="Points",
            one="point",
            abbreviation="Pts",
            tooltip="Points earned in races, as printed",
            column="points",
            covered_by="points",
        ),
        LineRate(
            key="win_rate",
            label="Win rate",
            one="win rate",
            abbreviation="W%",
            tooltip="Wins in a hundred starts with a known finish",
            column="finish",
            counting=WIN,
            counts=lambda line: _finished_within(line, 1),
            made_of=Mean("finish_wins", "finish_known", "finish_known"),
            show=formatting.percent,
        ),
        LineCount(
            key="close_wins",
            label="Close wins",
            one="close win",
            abbreviation="CW",
            tooltip=f"Won by {CLOSE_IN_WORDS}",
            counting=WIN & Q(margin__lte=CLOSE),
            counts=lambda line: _finished_close(line, 1),
            unmeasured=WIN & UNMEASURED,
            covered_by="margin",
        ),
        LineCount(
            key="close_runner_ups",
            label="Close second places",
            one="close second place",
            abbreviation="C2",
            tooltip=f"Second by {CLOSE_IN_WORDS}",
            counting=SECOND & Q(margin__lte=CLOSE),
            counts=lambda line: _finished_close(line, 2),
            unmeasured=SECOND & UNMEASURED,
            covered_by="margin",
        ),
    )
}

CAREER_COUNTS = ("starts", "wins", "top_fives", "top_tens", "poles", "laps_led", "stage_wins")
"""What is counted from race to race through a career, in the order of pages."""
CAREER_STATISTICS = tuple(STATISTICS[key] for key in CAREER_COUNTS)

TITLES = Statistic(
    key="titles",
    label="Titles",
    one="title",
    abbreviation="Ti",
    tooltip="Seasons won, as the title was awarded",
)
"""What no line counts, and so stands apart: whose a season was is a fact of its own (`stats.titles`)."""
