"""The whole of NASCAR, Cup, second series and Trucks: which files it is made of, and which of them are in already.

Of each series come the results that nascaR.data publishes, and after them the season tables of racing-data-repository,
which add to these races.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from races.models import ImportRun, Season

from .formats.nascar_data import PUBLISHED
from .outcome import Outcome
from .run import Options, hash_of, import_data
from .source import MAX_BYTES, TIMEOUT, Unreadable, read

RESULTS_AT = "https://nascar.kylegrealis.com"
TABLES_AT = "https://raw.githubusercontent.com/armstjc/racing-data-repository/main/racing_reference"
RESULTS_TIMEOUT = 300.0
"""Seconds for a series' results: the Cup's are 15 MB."""
LARGEST_TABLE = 1_000_000
TRIES = 3
"""So often an answer that breaks off is asked for."""

Progress = Callable[[Iterable, int], Iterable]


class SeriesHistory(NamedTuple):
    """Where a series' history is: the names of its results, without ending, and its folder of season tables.

    Published are the results under the first of these names; in a folder of one's own they may have any of them.
    """

    series: str
    results: tuple[str, ...]
    tables: str


HISTORY = (
    SeriesHistory("cup", PUBLISHED["cup"], "nascar_cup"),
    SeriesHistory("national", PUBLISHED["national"], "nascar_busch"),
    SeriesHistory("trucks", PUBLISHED["trucks"], "nascar_trucks"),
)


class HistoryFile(NamedTuple):
    """One file of the history; without a year it is a series' results."""

    series: str
    location: str
    year: int | None = None


class FileResult(NamedTuple):
    """What came of a file. Without an outcome it was in already."""

    size: int
    run: ImportRun
    outcome: Outcome | None


def results_of(history: SeriesHistory, folder: Path | None) -> HistoryFile | None:
    """A series' results at their address, or in a folder, where they are."""
    if folder is None:
        return HistoryFile(history.series, f"{RESULTS_AT}/{history.results[0]}.csv")
    paths = (folder / f"{name}{ending}" for name in history.results for ending in (".csv", ".csv.gz"))
    found = next((path for path in paths if path.is_file()), None)
    return HistoryFile(history.series, str(found)) if found else None


def tables_of(history: SeriesHistory, folder: Path | None) -> list[HistoryFile]:
    """A series' season tables: at their addresses one for each season of the book, or those in a folder."""
    if folder is None:
        years = Season.objects.filter(series__slug=history.series, races__round__isnull=False).distinct()
        return [
            HistoryFile(history.series, f"{TABLES_AT}/{history.tables}/schedule/{year}_schedule.csv", year)
            for year in years.order_by("year").values_list("year", flat=True)
        ]
    paths = (folder / "season_tables" / history.series).glob("*_schedule.csv*")
    named = [(re.fullmatch(r"([0-9]{4})_schedule\.csv(\.gz)?", path.name), path) for path in sorted(paths)]
    return [HistoryFile(history.series, str(path), int(name[1])) for name, path in named if name]


def is_in(table: HistoryFile, since: dt.datetime | None) -> bool:
    """Whether the table of this address came in since then: those of past seasons do not change."""
    return _runs(since).filter(file_name=table.location[:300]).exists()


def bring(file: HistoryFile, since: dt.datetime | None = None, progress: Progress = lambda x, n: x) -> FileResult:
    """Read a file and import it, unless the very same came in since then; raise what reading and importing raise."""
    data = _read(file)
    run = _runs(since).filter(file_hash=hash_of(data)).order_by("started").last()
    if run:
        return FileResult(len(data), run, None)
    options = Options(series=file.series, create_drivers=True, create_tracks=True, keep_record=True)
    outcome = import_data(data, file.location, options, progress)
    return FileResult(len(data), _runs(None).filter(file_hash=hash_of(data)).latest("started"), outcome)


def _runs(since: dt.datetime | None):
    return ImportRun.objects.filter(started__gte=since) if since else ImportRun.objects.all()


def _read(file: HistoryFile) -> bytes:
    """What is there; an answer that breaks off is asked for again."""
    timeout, most = (RESULTS_TIMEOUT, MAX_BYTES) if file.year is None else (TIMEOUT, LARGEST_TABLE)
    for _ in range(TRIES - 1):
        try:
            return read(file.location, timeout=timeout, max_bytes=most)
        except Unreadable as problem:
            if not problem.broken:
                raise
    return read(file.location, timeout=timeout, max_bytes=most)
