"""How the places in the standings changed from round to round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drivers.models import Driver
from races.as_of import AsOf
from races.models import Race

from .table import Standings


@dataclass(frozen=True)
class AfterRound:
    """The places after a race, by driver: in the book as it stood then, and after the last of them as it stands now.

    Who has no points by then has no place.
    """

    race: Race
    places: Mapping[int, int]

    @property
    def round(self) -> int:
        return self.race.points_round


@dataclass(frozen=True)
class PlacesByRound:
    """The rounds of a season up to a moment, and the drivers first in the standings then, in order."""

    rounds: Sequence[AfterRound]
    drivers: Sequence[Driver]
    ranks: Mapping[int, str]

    def of(self, driver: Driver) -> list[tuple[int, int | None]]:
        """A driver's places by round; None for a round that is not on file, or before his first points."""
        places = {each.round: each.places.get(driver.pk) for each in self.rounds}
        return [(round_, places.get(round_)) for round_ in range(1, self.last + 1)]

    @property
    def last(self) -> int:
        return self.rounds[-1].round if self.rounds else 0

    @property
    def missing(self) -> int:
        """How many rounds up to the last are not on file."""
        return self.last - len(self.rounds)


def places_by_round(standings: Standings, most: int) -> PlacesByRound:
    """The places of the first so many after each round run by then. Pure; no driver where there are no standings."""
    first = standings.order[:most]
    earlier = standings.races[:-1] if first else []
    rounds = [AfterRound(race, standings.book.at(AsOf.after(race)).numbers) for race in earlier]
    if first:
        rounds.append(AfterRound(standings.races[-1], standings.numbers))
    return PlacesByRound(rounds, [standings.book.drivers[pk] for pk in first], standings.ranks if first else {})
