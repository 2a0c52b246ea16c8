"""Reads the sheet of a race after it was run: what it meant, as the book stands or stood on a later day."""

from __future__ import annotations

from races.as_of import AsOf
from races.models import Race
from races.models.races import RaceQuerySet
from stats.notes import NewsKind, notes_of
from stats.race.page import race_page
from stats.race.sentence import in_a_sentence, outcome_of
from stats.scope import Scope
from stats.standings.reading import season_book
from stats.tracks.fallen import fallen_in

from .after import COUNTED, TRACK, notes_by_subject, records_of_track, rulings_of_race, story_of
from .here import track_url
from .points import standings_moved
from .sheet import SheetSection, WeekendSheet


def with_story(races: RaceQuerySet) -> RaceQuerySet:
    """Races with all that is told of how each went. Five queries at most."""
    told = races.for_list().select_related("coverage", "pole__driver", "margin_against__driver")
    return told.prefetch_related("season__series__names", "sessions")


def notes_sheet_of(race: Race, as_of: AsOf | None) -> WeekendSheet:
    """What there is to tell after a race that was read `with_story`, as of a day."""
    found = race_page(race, as_of)
    if not found.run:
        return WeekendSheet((), found.held)
    notes = notes_of(race, list(found.results), as_of)
    outcome = outcome_of(found, first_win=any(note.news is NewsKind.FIRST_WIN for note in notes))
    story = story_of(found, in_a_sentence(outcome) if outcome else "")
    if race.kind != Race.Kind.POINTS:
        return WeekendSheet.of(
            [story, rulings_of_race(found)], [*found.held, "It is no points race: it adds to no career."]
        )
    series = race.season.series
    after = AsOf.after(race)
    scope = Scope(series=series, as_of=after)
    at_track = scope.narrowed(track=race.layout.track)
    lines = notes_by_subject(notes)
    of_track = records_of_track(fallen_in(race, at_track), f"{track_url(at_track)}#records-table")
    standings = season_book(race.season).at(after)
    return WeekendSheet.of(
        [
            story,
            *(
                SheetSection(title, of_title, COUNTED[title] if of_title else "")
                for title, of_title in (lines | {TRACK: [*lines[TRACK], *of_track]}).items()
            ),
            standings_moved(standings, scope.narrowed(season=race.season.year), race),
            rulings_of_race(found),
        ],
        found.held,
    )
