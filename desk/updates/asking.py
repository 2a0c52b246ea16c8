"""What to ask for: of a season's list, which races come in as it has them, and whose results are asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

WATCHED = dt.timedelta(days=30)
"""So long after its day an official race is still asked for: by then officials have ruled on it."""

OFFICIAL, CANCELLED = "official", "cancelled"
"""What an editor says of a race, and no feed takes back."""


@dataclass(frozen=True)
class ListedRace:
    """A race of a season's list, and what the book has of it."""

    place: str
    """Where in the list it stands."""
    series: str
    season: int
    number: int | None
    """The feeds' own."""
    label: str
    day: dt.date | None
    was_run: bool
    """By the list, which then names a winner."""
    round: int | None = None
    slug: str | None = None
    """The one or the other: the book's, or the list's where the book lacks the race."""
    status: str | None = None
    """In the book; none where it lacks the race."""
    has_results: bool = False
    """In the book."""
    is_edited: bool = False
    """Whether an editor was the last to change it."""
    is_undone: bool = False
    """Whether that was to undo what had been done."""

    @property
    def is_lacking(self) -> bool:
        """Whether it was run, and the book has no results of it."""
        return self.was_run and not self.has_results


def comes_as_listed(race: ListedRace) -> bool:
    """Whether the list's row comes in: of results their own feed tells more, and an editor's word stands."""
    return not (race.has_results or race.is_edited) and race.status not in (OFFICIAL, CANCELLED)


def waits_for_an_editor(race: ListedRace) -> bool:
    """Whether its results, where they are other than the book's, are for an editor to bring in."""
    return race.status == OFFICIAL or (race.is_edited and (race.has_results or race.is_undone))


def is_asked_for(race: ListedRace, today: dt.date, *, all_of_them: bool, waits: bool) -> bool:
    """Whether to ask for a race's results. `waits`: something of it waits for an editor, and may have been settled."""
    if not race.was_run or race.number is None or race.status == CANCELLED:
        return False
    if race.is_lacking or race.status != OFFICIAL or all_of_them or waits:
        return True
    return race.day is not None and today - race.day <= WATCHED


def list_address(base: str, season: int) -> str:
    return f"{base}/{season}/race_list_basic.json"


def weekend_address(base: str, season: int, series: int, number: int) -> str:
    return f"{base}/{season}/{series}/{number}/weekend-feed.json"
