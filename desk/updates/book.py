"""What the book has of the races that a source lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from changes.models import Change, ChangeSet
from importing.formats.feed_race import FeedRace
from importing.formats.parsed import Parsed
from importing.names.names import BookNames
from importing.plan.season import races_of
from races.models import Race, Result, Session

from .asking import ListedRace


def look_up(
    parsed: Parsed, season: int, series: Collection[str], numbered: Iterable[FeedRace] = ()
) -> list[ListedRace]:
    """The races that a source has of a season of these series; of a list with the feeds' own numbers, else as run. A
    fixed number of queries for each series."""
    numbers = {race.place: race for race in numbered}
    wanted = [
        (document, place)
        for document, place in zip(parsed.documents, parsed.places)
        if document.season == season and document.series in series
    ]
    names, found = BookNames(), []
    for _, group in groupby(sorted(wanted, key=lambda each: each[0].series), lambda each: each[0].series):
        documents, places = zip(*group)
        found += zip(documents, places, races_of(documents, names))
    known = [race.pk for _, _, race in found if race]
    held, last = with_results(known), last_changes(known)
    races = []
    for document, place, race in found:
        number, change = numbers.get(place), last.get(race.pk) if race else None
        races.append(
            ListedRace(
                place=place,
                series=document.series,
                season=document.season,
                number=number.number if number else None,
                label=f"{race.label}, {race.name}" if race else document.label,
                day=race.date if race and race.date else document.date,
                was_run=number.was_run if number else True,
                round=race.round if race else document.round,
                slug=(race.slug if race.round is None else None) if race else document.slug,
                status=race.status if race else None,
                has_results=race is not None and race.pk in held,
                is_edited=change is not None and change.user_id is not None,
                is_undone=change is not None and change.undoes_id is not None,
            )
        )
    return races


def with_results(races: Sequence[int]) -> set[int]:
    """Of these races those of which the book has results."""
    held = Result.objects.filter(session__race__in=races, session__kind=Session.Kind.RACE)
    return set(held.order_by().values_list("session__race", flat=True).distinct())


def last_changes(races: Sequence[int]) -> dict[int, ChangeSet]:
    """The last change of each of these races that holds."""
    changes = Change.objects.filter(subject=Race._meta.label_lower, subject_id__in=races, change_set__undone_by=None)
    rows = changes.select_related("change_set").defer("rows").order_by("change_set_id")
    return {change.subject_id: change.change_set for change in rows}
