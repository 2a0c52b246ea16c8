"""NASCAR's race_list_basic.json: a season's races, run and to come, of one series or of all three.

The list has no rounds: they are counted by date among the points races, where the list looks like a whole season. It
names the winner and the pole winner by number only, so it brings no entries.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from importing.document.schema import Columns
from importing.document.validation import build
from importing.problems import Findings
from importing.text.json import NOTHING, load

from .feed_race import LARGEST_ID, SERIES, race_columns
from .fields import Fields
from .parsed import Parsed

KEY = "race-list"
WHOLE_SEASON = 20
"""No series has fewer points races in a season. Of a shorter list nobody can tell which rounds they are."""

Race = tuple[Fields, Columns]
"""A row of the list, and the columns of its race."""

YEAR = re.compile(r"(?<![0-9])(?:19[4-9][0-9]|20[0-9]{2})(?![0-9])")


def recognises(head: str) -> bool:
    if re.match(r'\s*\{\s*"series_[0-9]+"\s*:', head):
        return True
    return bool(re.match(r"\s*\[\s*\{", head)) and '"race_season"' in head and '"race_id"' in head


def parse(data: bytes, file: str, series: str | None = None) -> Parsed:
    findings = Findings(file)
    content = load(data, findings)
    if content is NOTHING:
        return Parsed.of(findings, KEY)
    if isinstance(content, list) and any(isinstance(row, dict) and "finishing_position" in row for row in content):
        findings.error("$", content, "these are rows of results, not a race list", "results")
        return Parsed.of(findings, KEY)
    races = [race for rows in _lists(content, findings) for race in _races(rows, series, findings)]
    if not races and not findings.errors:
        findings.error("$", content, f"the list holds no race{f' of the series {series}' if series else ''}", "empty")
    _check_seasons(races, file, findings)
    _count_rounds(races, findings)
    _make_slugs_unique(races)
    documents, places = [], []
    for row, race in races:
        document = build(race, row.path, findings) if race.pop("sound") else None
        if document is not None:
            documents.append(document)
            places.append(row.path)
    return Parsed.of(findings, KEY, documents, places)


def _lists(content: object, findings: Findings) -> Iterator[list[Fields]]:
    """The lists of races: one bare list, or one for each series."""
    if content is None:
        findings.error("$", None, "the file says null: the server had no race list", "null")
    elif isinstance(content, list):
        rows = (Fields.of(each, f"$[{n}]", findings) for n, each in enumerate(content))
        yield [row for row in rows if row]
    elif fields := Fields.of(content, "$", findings):
        names = [key for key in fields.source if re.fullmatch(r"series_[0-9]+", key)]
        if not names:
            findings.error("$", content, "has no list of races: expected series_1, series_2 and series_3")
        for name in names:
            yield fields.rows(name)


def _races(rows: Iterable[Fields], series: str | None, findings: Findings) -> Iterator[Race]:
    """(row, columns) of each race of the series asked for; its columns are sound where nothing is wrong with them."""
    for row in rows:
        number = row.source.get("series_id")
        if series and isinstance(number, int) and SERIES.get(number, series) != series:
            continue
        before = findings.error_count
        won = bool(row.whole("winner_driver_id", most=LARGEST_ID))
        race = race_columns(row, completed=won)
        pole = row.whole("pole_winner_driver_id", most=LARGEST_ID)
        if won and pole and row.decimal("pole_winner_speed", 1000):
            race["pole"] = {"driver_id": f"nascar:{pole}"}
        title = f"NASCAR race list {race['season']}"
        race["sources"] = [{"title": title, "slug": f"nascar-race-list-{race['season']}", "publisher": "NASCAR"}]
        race["sound"] = findings.error_count == before
        yield row, race


def _check_seasons(races: list[Race], file: str, findings: Findings) -> None:
    """Asking the server for one season can return another's list: the file's name tells which was asked for."""
    seasons = Counter(race["season"] for _, race in races if race["season"])
    if not seasons:
        return
    usual = seasons.most_common(1)[0][0]
    asked = _year_of(file)
    if asked and asked != usual:
        reason = f"asked for {asked}, by the file's name; the list is of {usual}"
        findings.error("$", usual, reason, "wrong-season")
    for row, race in races:
        if race["season"] and race["season"] != usual:
            row.warn("race_season", f"the other races of the list are of {usual}", "mixed-season")


def _year_of(file: str) -> int | None:
    """The year in a file's name, or the folder of an address that is nothing but a year."""
    *folders, name = re.split(r"[/\\]", file)
    years = YEAR.findall(name) or [each for each in folders if YEAR.fullmatch(each)]
    return int(years[-1]) if years else None


def _count_rounds(races: list[Race], findings: Findings) -> None:
    seasons = defaultdict(list)
    for row, race in races:
        if race["kind"] == "points":
            seasons[race["series"], race["season"]].append((row, race))
    for (series, season), points in seasons.items():
        dated = sum(bool(race["date"]) for _, race in points)
        if dated < max(WHOLE_SEASON, len(points)):
            reason = (
                f"{dated} points races with a date, of {len(points)}, are no whole season: their rounds are left open"
            )
            findings.warn(points[0][0].path, f"{series} {season}", reason, "rounds-unknown")
            continue
        for number, (_, race) in enumerate(sorted(points, key=_by_date), 1):
            race["round"] = number


def _by_date(race: Race) -> tuple[dt.date, str, str]:
    row, columns = race
    return columns["date"], str(row.source["race_date"]), str(row.source.get("race_id"))


def _make_slugs_unique(races: list[Race]) -> None:
    """Races of one name in a season are numbered by date: duel-1, duel-2."""
    taken = defaultdict(list)
    for row, race in races:
        if "slug" in race:
            taken[race["series"], race["season"], race["slug"]].append((row, race))
    slugs = set(taken)
    for (series, season, slug), same in taken.items():
        if len(same) == 1:
            continue
        number = 0
        for _, race in sorted(same, key=lambda race: str(race[0].source.get("race_date"))):
            number += 1
            while (series, season, f"{slug}-{number}") in slugs:
                number += 1
            race["slug"] = f"{slug}-{number}"
