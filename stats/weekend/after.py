"""What a race meant: its notes by whom they are about, and the records of its track that it set. Pure, over what is
read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from races.models import Race
from racestats.formatting import day, duration, listed, ordinal, plural, sentence
from stats.notes import Note
from stats.race.page import RacePage
from stats.tracks.fallen import FallenRecord

from .sheet import SheetLine, SheetSection

DRIVERS, TEAMS, MAKES, TRACK, RECORDS = "Drivers", "Teams", "Makes", "Track", "Milestones and records"
SECTION_OF_RULE = {
    "milestone": RECORDS,
    "closeness": RECORDS,
    "season-title": RECORDS,
    "most-laps-led": TRACK,
    "in-a-row-at-the-track": TRACK,
}
"""By the key of a rule; the notes of the others are about whom they name."""
COUNTED = {
    RECORDS: "As the records on file stood after the race.",
    DRIVERS: "Points races of the career, the season and the track, through this one.",
    TEAMS: "Counted car by car, in the points races on file through this one.",
    MAKES: "Counted car by car, in the points races on file through this one.",
    TRACK: "Of the points races at the track that are on file, through this one.",
}
"""What the lines of each section count."""
SECTION_OF_SUBJECT = {"team": TEAMS, "manufacturer": MAKES}


def story_of(found: RacePage, told: str) -> SheetSection:
    """The one sentence, the first three, and how the race went."""
    race, url = found.race, found.race.get_absolute_url()
    lines = [SheetLine(told, url)] if told else []
    for result in found.podium:
        entry = result.entry
        number = f"No. {entry.number}" if entry.number else ""
        car = ", ".join(filter(None, (number, str(entry.manufacturer or ""), entry.team_name)))
        start = f", started {ordinal(result.start)}" if result.start else ""
        lines.append(SheetLine(f"{result.position}. {entry.driver}{f' ({car})' if car else ''}{start}", url))
    return SheetSection("The race", [*lines, *(SheetLine(each, url) for each in _course(race, found))])


def _course(race: Race, found: RacePage) -> Iterator[str]:
    """How the race went, as far as it is known."""
    parts = []
    if race.lead_changes is not None:
        among = f" among {race.leaders} drivers" if race.leaders else ""
        parts.append(plural(race.lead_changes, "lead change") + among)
    if race.cautions is not None:
        laps = f" for {plural(race.caution_laps, 'lap')}" if race.caution_laps is not None else ""
        parts.append(plural(race.cautions, "caution") + laps)
    if found.on_lead_lap is not None:
        parts.append(f"{plural(found.on_lead_lap, 'car')} on the lead lap")
    if parts:
        yield listed(parts)
    if race.duration or race.average_speed:
        speed = f"{race.average_speed} mph on average" if race.average_speed else ""
        time = f"{duration(race.duration)} of racing" if race.duration else ""
        yield ", ".join(filter(None, (time, speed)))
    if found.footnote:
        yield found.footnote
    if race.pole:
        yield f"Pole award: {race.pole.driver}"


def notes_by_subject(notes: Sequence[Note]) -> dict[str, list[SheetLine]]:
    """The notes, the most newsworthy first, as lines under the titles of their sections."""
    found: dict[str, list[Note]] = {title: [] for title in COUNTED}
    for note in notes:
        found[_section_of(note)].append(note)
    return {
        title: [SheetLine(each.text, each.url, each.exact) for each in of_title] for title, of_title in found.items()
    }


def _section_of(note: Note) -> str:
    subject = note.about[0] if isinstance(note.about, tuple) else None
    return SECTION_OF_RULE.get(note.rule) or SECTION_OF_SUBJECT.get(str(subject), DRIVERS)


def records_of_track(fallen: Iterable[FallenRecord], url: str) -> list[SheetLine]:
    """The records of the track that the race set or equalled, and what they were before."""
    return [SheetLine(sentence(_record(each)), url, each.exact) for each in fallen]


def _record(each: FallenRecord) -> str:
    text = f"{each.label}: {each.value}, {each.holder}"
    if each.equalled:
        return f"{text}, who equalled the record of {each.before_holder} in {each.before_race}"
    if not each.before:
        return text
    return f"{text}; it was {each.before}, by {each.before_holder} in {each.before_race}"


def rulings_of_race(found: RacePage) -> SheetSection:
    """The rulings on the race by the day that is asked for."""
    url = f"{found.race.get_absolute_url()}#rulings"
    lines = [
        SheetLine(
            sentence(f"{ruling.title}: {ruling.get_kind_display().lower()} announced {day(ruling.announced)}"), url
        )
        for ruling in found.rulings
    ]
    return SheetSection("Rulings", lines)
