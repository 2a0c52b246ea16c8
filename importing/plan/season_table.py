"""From a season table to race documents: the book's races, each with the figures that the book lacks.

A row is taken for the race that its winner won at its track, on its day or in its round; the round alone is not enough.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from drivers.models import Driver
from importing.document.schema import Columns, RaceDocument, SourcePart
from importing.formats.parsed import TableRow
from importing.formats.season_table import COLUMNS
from importing.names.drivers import OWN_ID
from importing.names.names import BookNames
from importing.names.new_rows import Unknown
from importing.problems import Findings
from importing.stored import race_rows
from races.lineups import may_give_pole
from races.models import Entry, Race, Result, Session
from racestats.names.spelling import plain

from .sheet_documents import SheetDocuments, named_as

SOURCE = SourcePart(
    title="Racing-Reference season tables, collected in racing-data-repository",
    slug="racing-data-repository",
    publisher="armstjc",
    url="https://github.com/armstjc/racing-data-repository",
    fact="race figures",
)


class Won(NamedTuple):
    """The winner's line in a race."""

    entry: Entry
    start: int | None


class Qualified(NamedTuple):
    """The line of a car in qualifying as a whole."""

    entry: int
    speed: Decimal | None


def documents_of(table: Sequence[TableRow], names: BookNames, findings: Findings) -> SheetDocuments:
    """A fixed number of queries. What the book says stays, and where the table says otherwise, that is told."""
    sheet, book = SheetDocuments(), _Book(table, names)
    found = [_of_day_or_round(row, book) for row in table]
    rows_of_race = Counter(race.pk for race in found if race)
    for number, (row, race) in enumerate(zip(table, found)):
        if race is None and (race := _left_over(row, book)) and race.pk not in rows_of_race:
            found[number] = race
    rows_of_race = Counter(race.pk for race in found if race)
    for row, race in zip(table, found):
        with findings.of(row.label, row.race[1]):
            if race is None:
                _tell_of_none(row, book, findings)
            elif rows_of_race[race.pk] > 1:
                reason = f"is {race.label} of the book, as another row is: nobody can tell which is right"
                findings.error(row.place, row.winners[0], reason)
            if row.label in findings.left_out:
                sheet.refused.add(row.place)
            elif race:
                sheet.documents.append(_document(row, race, book, findings))
                sheet.places.append(row.place)
    return sheet


class _Book:
    """What the book has of the seasons that a table is of."""

    def __init__(self, table: Sequence[TableRow], names: BookNames):
        self.names = names
        seasons = {row.race[1] for row in table}
        of_season = {"season__year__in": seasons, "season__series__slug__in": {row.race[0] for row in table}}
        self.races: dict[tuple[str, int], list[Race]] = defaultdict(list)
        for race in race_rows(Race.objects.points().run().filter(**of_season).select_related("pole__driver")):
            self.races[race.season.series.slug, race.season.year].append(race)
        of_session = {f"session__race__{key}": value for key, value in of_season.items()}
        results = Result.objects.filter(**of_session).order_by("session__number", "pk")
        self.winners: dict[int, list[Won]] = defaultdict(list)
        for result in results.filter(session__kind="race", position=1).select_related("session", "entry__driver"):
            self.winners[result.session.race_id].append(Won(result.entry, result.start))
        self.qualified: dict[int, list[Qualified]] = defaultdict(list)
        lines = results.filter(session__kind="qualifying", session__number=Session.OVERALL)
        for in_race, entry, speed in lines.values_list("session__race", "entry", "lap_speed"):
            self.qualified[in_race].append(Qualified(entry, speed))

    def fitting(self, row: TableRow) -> list[Race]:
        """The races of its season that the row's winner won at its track."""
        races = self.races[row.race[:2]]
        return [race for race in races if _is_at(race, row, self.names) and _winner(race, row, self)]

    def of_round(self, row: TableRow) -> Race | None:
        """The race that has the row's round, whichever it is."""
        return next((race for race in self.races[row.race[:2]] if race.round == row.race[2]), None)


# Which race a row is.


def _of_day_or_round(row: TableRow, book: _Book) -> Race | None:
    """The race that the row's winner won at its track on its day; else in its round."""
    fitting = book.fitting(row)
    on_day = [race for race in fitting if race.date and race.date == row.date]
    found = [race for race in on_day or fitting if race.round == row.race[2]] or on_day
    return found[0] if len(found) == 1 else None


def _left_over(row: TableRow, book: _Book) -> Race | None:
    """Where the book has another race in its round: the only race without a known day that fits."""
    undated = [race for race in book.fitting(row) if not (race.date and row.date)]
    return undated[0] if len(undated) == 1 and book.of_round(row) else None


def _tell_of_none(row: TableRow, book: _Book, findings: Findings) -> None:
    """Why the book has no race for a row."""
    try:
        book.names.series(row.race[0])
    except Unknown as problem:
        findings.error(f"{row.place}, series_id", row.race[0], str(problem), problem.code)
        return
    there = book.of_round(row)
    if there is None:
        findings.warn(row.place, row.label, "the book has no such race that was run: passed over", "no-such-race")
        return
    at_track, winner = _is_at(there, row, book.names), _winner(there, row, book)
    won = " and ".join(str(each.entry.driver) for each in book.winners[there.pk])
    column, said = ("race_winner_name", row.winners[0]) if at_track else ("race_track_name", row.town)
    has = f"at {there.track_name}, {f'won by {won}' if won else 'without a winner'}"
    both = f"{row.winners[0]} at {row.tracks[0]}" if not (at_track or winner) else said
    findings.warn(
        f"{row.place}, {column}", said, f"the book has this round {has}, the table {both}: left out", "another-race"
    )


def _is_at(race: Race, row: TableRow, names: BookNames) -> bool:
    """By the track's name where the book knows a track of that name; else by the town's."""
    if known := {track.pk for name in row.tracks if (track := names.tracks.of_name(name))}:
        return race.layout.track_id in known
    track, town = race.track, plain(row.town)
    return any(town and plain(name).startswith(town) for name in (track.name, track.short_name, race.track_name))


def _winner(race: Race, row: TableRow, book: _Book) -> Won | None:
    """The winner on file, where he is the row's."""
    told = {plain(name) for name in row.winners}
    drivers = book.names.by_id[Driver]
    known = {book.names.drivers.by_name[name].pk for name in told if name in book.names.drivers.by_name}
    for won in book.winners[race.pk]:
        if won.entry.driver_id in known or plain(str(drivers[won.entry.driver_id])) in told:
            return won
    return None


# What it tells.


def _document(row: TableRow, race: Race, book: _Book, findings: Findings) -> RaceDocument:
    number = row.race[2]
    if race.round != number:
        reason = f"the table counts it as round {number}, the book as {race.round}: taken as that race"
        findings.warn(f"{row.place}, race_num", number, reason, "round-differs")
    return named_as(race, _columns(row, race, book, findings))


def _columns(row: TableRow, race: Race, book: _Book, findings: Findings) -> Columns:
    """What the table has and the book lacks."""
    columns: Columns = {}
    for name, told in {"date": row.date, **row.figures}.items():
        if _is_news(row, name, told, getattr(race, name), findings):
            columns[name] = told
    won = _winner(race, row, book)
    sessions = []
    if won and _is_news(row, "start", row.start, won.start, findings):
        sessions.append({"kind": "race", "results": [{**_car(won.entry), "start": row.start}]})
    if row.lineup:
        columns |= _lineup(row, race, findings)
    elif row.pole_speed:
        sessions += _qualifying(row, race, book.qualified[race.pk], findings)
    if columns or sessions:
        columns |= {"sessions": sessions, "sources": [SOURCE]}
    return columns


def _is_news(row: TableRow, column: str, told: object, known: object, findings: Findings) -> bool:
    """Whether the table tells what the book lacks; where it says otherwise than the book, that is told."""
    if told is not None and known is not None and told != known:
        reason = f"the table has {told}, the book {known}, which stays"
        findings.warn(f"{row.place}, {COLUMNS[column]}", told, reason, "table-differs")
    return told is not None and known is None


def _car(entry: Entry) -> Columns:
    return {"car": entry.number or None, "driver": str(entry.driver), "driver_id": OWN_ID + entry.driver.slug}


def _lineup(row: TableRow, race: Race, findings: Findings) -> Columns:
    """How a lineup was set for which nobody had the pole."""
    if race.pole is None and not race.lineup:
        return {"lineup": row.lineup}
    if race.pole or race.lineup != row.lineup:
        has = f"{race.pole.driver} on pole" if race.pole else f"it set by {race.get_lineup_display().lower()}"
        told = Race.Lineup(row.lineup).label.lower()
        reason = f"the table has the lineup set by {told}, the book has {has}, which stays"
        findings.warn(f"{row.place}, {COLUMNS['pole']}", row.lineup, reason, "table-differs")
    return {}


def _qualifying(row: TableRow, race: Race, lines: list[Qualified], findings: Findings) -> list[Columns]:
    """The speed of the pole, for the car that had it."""
    place = f"{row.place}, {COLUMNS['pole']}"
    if race.pole is None:
        if may_give_pole(race.lineup):
            findings.warn(place, row.pole_speed, "whose pole it was is not on file: left out", "pole-unknown")
        else:
            reason = (
                f"the table has a pole, the book the lineup set by {race.get_lineup_display().lower()}, which stays"
            )
            findings.warn(place, row.pole_speed, reason, "table-differs")
        return []
    if speed := next((line.speed for line in lines if line.entry == race.pole_id), None):
        if row.pole_speed != speed:
            reason = f"the table has {row.pole_speed}, the book {speed} of {race.pole.driver}, which stays"
            findings.warn(place, row.pole_speed, reason, "table-differs")
        return []
    result = {**_car(race.pole), "position": None if lines else 1, "speed": row.pole_speed}
    return [{"kind": "qualifying", "number": Session.OVERALL, "results": [result]}]
