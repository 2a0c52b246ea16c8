"""What there was at the track before: winners, the closest finishes, anniversaries. Pure, over races that are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from drivers.models import Driver
from races.margins import seconds_of
from races.models import Race, StatLine
from racestats.formatting import first_and_tied, listed, margin, named, plural, possessive
from stats.scope import Scope

from .sheet import SheetLine, SheetSection

LAST, CLOSEST, MOST_WINS = 8, 5, 5
"""So many are told of each."""
ROUND_YEARS = (10, 20, 25, 30, 40, 50, 60, 70, 75)
"""An anniversary is so many years after."""


class RaceHere(NamedTuple):
    """A race at the track: by whom it was won and who was second, a few of them where they were level."""

    race: Race
    won: Sequence[StatLine]
    second: Sequence[StatLine]

    @classmethod
    def of(cls, race: Race, first_two: Sequence[StatLine]) -> RaceHere:
        return cls(race, *([line for line in first_two if line.finish == place] for place in (1, 2)))

    @property
    def seconds(self) -> Decimal | None:
        """The margin, where it is in seconds."""
        return seconds_of(self.race.margin_kind, self.race.margin)

    @property
    def winners(self) -> str:
        return listed([str(line.driver) for line in self.won])

    @property
    def told(self) -> str:
        """“2024 Kansas I, spring: Kyle Larson (Chevrolet), .001 s”."""
        if not self.won:
            return f"{self.race.full_label}: the winner is not on file"
        make = self.won[0].manufacturer
        parts = [f"{self.winners}{f' ({make})' if make else ''}", self.race.margin_in_words]
        return f"{self.race.full_label}: {', '.join(filter(None, parts))}"


def last_winners(here: Sequence[RaceHere], place: str) -> SheetSection:
    """The last of the races, which are the latest first."""
    lines = [SheetLine(each.told, each.race.get_absolute_url()) for each in here[:LAST]]
    counted = f"Of {plural(len(here), 'points race')} on file, the latest first; with the margin where it is known."
    return SheetSection(
        f"Last winners at {place}", lines, counted if here else f"No earlier race at {place} is on file."
    )


def most_wins(here: Sequence[RaceHere], field: Mapping[int, Driver], track: str) -> Iterator[SheetLine]:
    """Who has won most there, of all and of the field; at least so often where a winner is not on file. `track` is the
    address of its page."""
    wins = Counter(line.driver for each in here for line in each.won)
    ranked = sorted(wins.items(), key=lambda pair: (-pair[1], str(pair[0])))
    known = all(each.won for each in here)
    url = f"{track}#winners-table"
    if ranked and ranked[0][1] > 1:
        most = [str(driver) for driver, count in ranked if count == ranked[0][1]]
        plus = "" if known else "+"
        yield SheetLine(f"Most wins: {named(most, 'driver')}, {ranked[0][1]}{plus}", url, known)
    of_field = [(driver, count) for driver, count in ranked if driver.pk in field]
    if of_field:
        told = first_and_tied(of_field, MOST_WINS, lambda pair: pair[1])
        who = ", ".join(f"{driver} {count}{'' if known else '+'}" for driver, count in told)
        more = f" and {plural(len(of_field) - len(told), 'more driver')}" if len(of_field) > len(told) else ""
        yield SheetLine(f"Have won here: {who}{more}", url, known)


def track_url(scope: Scope) -> str:
    """The page of the track of a scope, of its series and day."""
    return f"{scope.track.get_absolute_url() if scope.track else ''}{scope.narrowed(track=None).query()}"


def closest_margins(here: Sequence[RaceHere], place: str) -> SheetSection:
    """Those with a margin in seconds, the closest first, and no tie cut."""
    timed = sorted(
        (each for each in here if each.seconds is not None and each.won),
        key=lambda each: (each.seconds, each.race.season.year, each.race.points_round),
    )
    lines = [
        SheetLine(f"{margin(each.seconds)} s: {each.race.full_label}, {_who(each)}", each.race.get_absolute_url())
        for each in first_and_tied(timed, CLOSEST, lambda each: each.seconds)
    ]
    known = f"{len(timed):,} of {plural(len(here), 'race')} there"
    counted = f"Of the margins that are on file in seconds: those of {known}." if here else ""
    return SheetSection(f"Closest finishes at {place}", lines, counted if timed else "")


def _who(each: RaceHere) -> str:
    """Who beat whom; a car that was second at the line and no more is not named."""
    if len(each.won) != 1 or len(each.second) != 1 or each.race.margin_against_id:
        return each.winners
    return f"{each.winners} over {each.second[0].driver}"


def anniversaries(race: Race, here: Sequence[RaceHere], field: Collection[Driver]) -> SheetSection:
    """Races there round years ago, of the same event where it is of one, and birthdays on the day of the race."""
    of_event = [each for each in here if race.event_id in (None, each.race.event_id)]
    lines = [
        SheetLine(f"{years} years ago: {each.told}", each.race.get_absolute_url())
        for years in ROUND_YEARS
        for each in reversed(of_event)
        if race.season.year - each.race.season.year == years and each.won
    ]
    if race.date:
        lines += _birthdays(race.date, field)
    return SheetSection("Anniversaries", lines)


def _birthdays(day: date, field: Collection[Driver]) -> Iterator[SheetLine]:
    for driver in sorted(field, key=str):
        if driver.born and (driver.born.month, driver.born.day) == (day.month, day.day):
            born = f"{possessive(str(driver))} birthday on the day of the race: {day.year - driver.born.year} years"
            yield SheetLine(born, driver.get_absolute_url())
