"""The facts of a race and its track, as they were known before it. Pure, over a race that is read."""

from __future__ import annotations

from collections.abc import Iterator

from races.models import Race
from racestats.formatting import day, miles, number, ordinal, plural

from .sheet import SheetLine, SheetSection


def facts_of(race: Race, before: int | None, first: int | None, log: str) -> SheetSection:
    """The lines of a race: which one it is, when and where, how long, and how many there were at the track `before`,
    the `first` in which year, which the page at `log` lists."""
    return SheetSection("The race", list(_facts(race, before, first, log)))


def _facts(race: Race, before: int | None, first: int | None, log: str) -> Iterator[SheetLine]:
    series, season, track, url = race.season.series, race.season, race.layout.track, race.get_absolute_url()
    of = f" of {season.rounds}" if season.rounds and race.round and season.rounds >= race.round else ""
    which = f"round {race.round}{of} of" if race.round else f"{race.get_kind_display().lower()} of"
    yield SheetLine(f"{race.name}: {which} the {season.year} {series.name_in(season.year)}", url)
    when = f"{race.date:%A}, {day(race.date)}" if race.date else "The day is not on file"
    place = ", ".join(filter(None, (race.track_name, track.place)))
    yield SheetLine(f"{when}; {place}", url)
    layout = race.layout
    known = [
        layout.name,
        f"{miles(layout.length)} miles" if layout.length else "length not on file",
        layout.get_type_display().lower() if layout.type else "type not on file",
        layout.get_surface_display().lower() if layout.surface else "",
    ]
    yield SheetLine(f"Track: {', '.join(filter(None, dict.fromkeys(known)))}", track.get_absolute_url())
    if race.scheduled_laps:
        length = f", {miles(layout.length * race.scheduled_laps)} miles" if layout.length else ""
        stages = f", with {plural(race.stages, 'scoring stage')}" if race.stages else ""
        yield SheetLine(f"Distance: {number(race.scheduled_laps)} laps{length}{stages}", url)
    if race.event and race.event.name not in race.label:
        yield SheetLine(f"Event: {race.event.name}", url)
    if before is None or not race.round:
        return
    if before:
        nth = f"The {ordinal(before + 1)} {series.short_name} race"
        yield SheetLine(f"{nth} at {track.short_name} on file, the first in {first}", log)
    else:
        yield SheetLine(f"The first {series.short_name} race at {track.short_name} on file", log)
