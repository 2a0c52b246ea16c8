"""The streaks and the droughts before a race. Pure, over what is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from drivers.models import Driver
from races.models import Race
from racestats.formatting import first_and_tied, plural
from stats.streaks.now import StreaksNow

from .sheet import SheetLine, SheetSection

SHORTEST = {"wins": 2, "top_fives": 3, "top_tens": 3}
"""By kind, the shortest streak that is told."""
STREAKS, DROUGHTS = 6, 8
"""So many of each kind are told."""
LONG = 20
"""Starts without a win: a shorter wait is no drought."""


def streaks_alive(now: StreaksNow, drivers: Mapping[int, Driver]) -> SheetSection:
    """Of each kind those that can go on, the longest first."""
    lines = []
    for kind, found in now.streaks.items():
        long = [streak for streak in found if streak.length >= SHORTEST[kind.key]]
        long.sort(key=lambda streak: (-streak.length, str(drivers[streak.driver])))
        for streak in first_and_tied(long, STREAKS, lambda streak: streak.length):
            driver = drivers[streak.driver]
            text = f"{driver}: {streak.length}{'' if streak.exact else '+'} {kind.statistic.in_text} in a row"
            lines.append(SheetLine(text, now.behind_streak(kind, streak, driver), streak.exact))
    counted = "Consecutive starts of the driver; a race missed does not end a streak."
    return SheetSection("Streaks alive", lines, counted if lines else "No active driver has one.")


def droughts(
    now: StreaksNow, drivers: Mapping[int, Driver], regulars: Collection[int], races: Mapping[int, Race]
) -> SheetSection:
    """The longest waits of regulars who have won; `races` are those won last, by order."""
    long = [wait for wait in now.waits if wait.driver in regulars and wait.starts >= LONG and wait.since in races]
    long.sort(key=lambda wait: (-wait.starts, str(drivers[wait.driver])))
    lines = []
    for wait in first_and_tied(long, DROUGHTS, lambda wait: wait.starts):
        driver = drivers[wait.driver]
        starts = f"{plural(wait.starts, 'start') if wait.exact else f'{wait.starts:,}+ starts'}"
        last = races[wait.since].full_label
        lines.append(
            SheetLine(f"{driver}: {starts} since the last win, {last}", now.behind_wait(wait, driver), wait.exact)
        )
    counted = "Of those who started half the races of the latest season and have won: starts since."
    return SheetSection("Longest without a win", lines, counted if lines else "")
