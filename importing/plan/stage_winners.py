"""From a sheet of stage winners to race documents: the book's races, each with the stages whose winner it lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from drivers.models import Driver
from importing.document.schema import Columns
from importing.formats.feed_words import stages_in_all
from importing.formats.parsed import StageWin
from importing.names.names import BookNames
from importing.names.new_rows import Unknown
from importing.problems import Findings
from importing.stored import race_rows
from races.models import Entry, Race, Result, Session

from .sheet_documents import SheetDocuments, named_as


def documents_of(wins: Sequence[StageWin], names: BookNames, findings: Findings) -> SheetDocuments:
    """Three queries. A winner that the book has stays; a race that it lacks is passed over, and that is told."""
    sheet = SheetDocuments()
    by_race: dict[tuple[str, int, int], list[StageWin]] = defaultdict(list)
    for win in wins:
        by_race[win.race].append(win)
    seasons = {year for _, year, _ in by_race}
    found = Race.objects.points().run().filter(season__year__in=seasons).select_related("coverage")
    races = {(race.season.series.slug, race.season.year, race.round): race for race in race_rows(found)}
    drivers, winners = _drivers(seasons), _winners(seasons)
    for key, rows in by_race.items():
        race, place, label = races.get(key), rows[0].place, rows[0].label
        with findings.of(label, rows[0].race[1]):
            if race is None:
                reason = "the book has no such race that was run: passed over"
                findings.warn(place, label, reason, "no-such-race")
                continue
            columns = _columns(rows, race, winners[race.pk], drivers[race.pk], names, findings)
        if label in findings.left_out:
            sheet.refused.add(place)
            continue
        sheet.documents.append(named_as(race, columns))
        sheet.places.append(place)
    return sheet


def _columns(
    rows: list[StageWin], race: Race, winners: dict[int, int], drivers: set[int], names: BookNames, findings: Findings
) -> Columns:
    """What the sheet tells of a race: its stages and who won those whose winner the book lacks."""
    entries: dict[str, Columns] = {}
    sessions, sources = [], {}
    for row in rows:
        place = f"line {row.line}, winner"
        try:
            driver = names.drivers.find(row.winner)
        except Unknown as problem:
            findings.error(place, row.winner, str(problem), problem.code)
            continue
        if row.stage in winners:
            if winners[row.stage] != driver.pk:
                other = names.by_id[Driver][winners[row.stage]]
                reason = f"the book has {other} as winner of stage {row.stage}, who stays"
                findings.warn(place, row.winner, reason, "stage-winner")
            continue
        if driver.pk not in drivers:
            if race.coverage.whole:
                reason = f"was in no car of {race.label}, whose whole field is on file"
                findings.error(place, row.winner, reason, "no-car")
                continue
            entries[driver.slug] = {"driver": str(driver)}
        result = {"driver": str(driver), "position": 1}
        sessions.append({"kind": Session.Kind.STAGE.value, "number": row.stage, "results": [result]})
        sources[row.source] = {"title": row.source, "fact": "stage winners"}
    told = {*winners, *(row.stage for row in rows)}
    in_all = stages_in_all(race.name) if race.stages is None else race.stages
    return {
        "stages": in_all if told >= set(range(1, in_all + 1)) else None,
        "entries": [*entries.values()],
        "sessions": sessions,
        "sources": [*sources.values()],
    }


def _drivers(seasons: set[int]) -> defaultdict[int, set[int]]:
    """Who drove in each race."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for race, driver in Entry.objects.filter(race__season__year__in=seasons).values_list("race", "driver"):
        found[race].add(driver)
    return found


def _winners(seasons: set[int]) -> defaultdict[int, dict[int, int]]:
    """Who won each stage of each race, as far as the book knows."""
    first = Result.objects.filter(session__kind="stage", position=1, session__race__season__year__in=seasons)
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for race, stage, driver in first.values_list("session__race", "session__number", "entry__driver"):
        found[race][stage] = driver
    return found
