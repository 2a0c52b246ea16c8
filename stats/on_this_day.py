"""What happened on a day of the year in one series: races and what they meant, and who was born or died.

Of each race is told what is rare; the page of the race has all its notes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q

from drivers.models import Driver
from races.margins import seconds_of
from races.models import Race, StatLine
from races.statistics import STATISTICS, TITLES, Statistic
from racestats.clock import YearDay

from .evidence import evidence_url
from .figures.figure import Figure
from .figures.reading import Figures, figures
from .notes import NewsKind, Note
from .notes.note import ranked
from .race.closest_finishes import with_first_two
from .race.sentence import in_a_sentence, outcome_for
from .rare_news import CloseFinishes, notes_on_races
from .scope import Scope
from .titles import Titles, titles, titles_url


@dataclass(frozen=True)
class Anniversary:
    """A race of the day: its winners' lines, and what there is to tell of it, the rarest first."""

    race: Race
    won: Sequence[StatLine]
    notes: Sequence[Note]

    @property
    def worth(self) -> tuple[int, int, int]:
        """What sorts the day's races: the rarest news first, then a crown jewel, then the latest."""
        news = min([NewsKind.WINNER, *(note.news for note in self.notes)])
        jewel = bool(self.race.event and self.race.event.crown_jewel)
        return (news, not jewel, -self.race.season.year)

    @property
    def winner(self) -> Driver | None:
        return self.won[0].driver if self.won else None

    @property
    def margin(self) -> Decimal | None:
        """In seconds; None where it was not measured in them."""
        return seconds_of(self.race.margin_kind, self.race.margin)

    @property
    def told(self) -> str:
        """How the race ended in one sentence; empty where nobody is known to have won."""
        if not self.won:
            return ""
        first_win = any(note.news is NewsKind.FIRST_WIN for note in self.notes)
        line, winners = self.won[0], [str(line.driver) for line in self.won]
        return in_a_sentence(
            outcome_for(self.race, line, winners, had_pole=bool(line.pole), first_win=first_win and len(winners) == 1)
        )

    @property
    def meant(self) -> list[Note]:
        """The notes beside that sentence, which tells a first win itself."""
        return [note for note in self.notes if note.news is not NewsKind.FIRST_WIN or len(self.won) > 1]

    @property
    def in_words(self) -> str | None:
        """What it meant, in sentences."""
        return " ".join(note.text for note in self.notes) or None


class BornOrDied(NamedTuple):
    """A driver who was born, or died, on the day, with figures in the series, None where there are none."""

    what: str
    day: date
    driver: Driver
    figures: Figures | None
    titles: Figure
    scope: Scope

    def evidence(self, statistic: Statistic) -> str:
        scope = self.scope.narrowed(driver=None)
        return titles_url(self.driver, scope) if statistic is TITLES else evidence_url(scope, statistic, self.driver)

    def value(self, key: str) -> int:
        return self.figures[key].value or 0 if self.figures else 0

    @property
    def worth(self) -> tuple[int, int, int, str]:
        return (-(self.titles.value or 0), -self.value("wins"), -self.value("starts"), str(self.driver))


@dataclass(frozen=True)
class OnThisDay:
    """The races of a day of the year and its people, each by worth."""

    day: YearDay
    races: list[Anniversary]
    people: list[BornOrDied]


def on_this_day(day: YearDay, scope: Scope, close: CloseFinishes | None = None) -> OnThisDay:
    """Read it for the series that the scope names; its close finishes, where the caller has not. A fixed number of
    queries."""
    dates = [each for each in day.dates() if not scope.as_of or each <= scope.as_of.day]
    races = {race.pk: race for race in with_first_two(scope.races().for_list(), scope).filter(date__in=dates)}
    born, died = Q(born__in=dates), Q(died__in=dates)
    drivers = list(Driver.objects.filter(born | died).only("name", "suffix", "slug", "born", "died"))
    won = titles(scope, [driver.pk for driver in drivers])
    told: dict[int, list[Note]] = {pk: [] for pk in races}
    for race, note in notes_on_races(races, won, scope, close) if races else ():
        told[race].append(note)
    anniversaries = [Anniversary(race, _winners(race), ranked(told[pk])) for pk, race in races.items()]
    return OnThisDay(
        day,
        sorted(anniversaries, key=lambda each: each.worth),
        sorted(_people(drivers, set(dates), won, scope), key=lambda each: each.worth),
    )


def _winners(race: Any) -> list[StatLine]:
    return [line for line in race.first_two if line.finish == 1]


def _people(drivers: Sequence[Driver], dates: Collection[date], won: Titles, scope: Scope) -> Iterator[BornOrDied]:
    of_them = [STATISTICS[key] for key in ("starts", "wins")]
    found = figures(scope, of_them, who={driver.pk for driver in drivers}) if drivers else {}
    for driver in drivers:
        for what, day in (("Born", driver.born), ("Died", driver.died)):
            if day and day in dates:
                yield BornOrDied(what, day, driver, found.get(driver.pk), won.figure(driver.pk), scope)
