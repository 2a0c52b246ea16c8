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
from importing.text.json import UNREADABLE, has_sound_keys, is_sound, parse_text, text_of

from .feed_race import LARGEST_ID, SERIES, FeedRace, alias_of, feed_races, race_columns, race_of
from .fields import Fields
from .parsed import Parsed

KEY = "race-list"
WHOLE_SEASON = 20
"""No series has fewer points races in a season. Of a shorter list nobody can tell which rounds they are."""

PLACING = ("series_id", "race_season", "race_type_id", "is_qualifying_race")
"""What tells, with the day, which round a race is."""

ListedRace = tuple[Fields, Columns]
"""A row of the list, and the columns of its race."""

YEAR = re.compile(r"(?<![0-9])(?:19[4-9][0-9]|20[0-9]{2})(?![0-9])")

RESULTS = '"finishing_position"'
"""A key of results. They name their race too, so only without this key is a file a list of races."""


def recognises(head: str) -> bool:
    if re.match(r'\s*\{\s*"series_[0-9]+"\s*:', head):
        return True
    keys = ('"race_season"', '"race_id"')
    return bool(re.match(r"\s*\[\s*\{", head)) and all(key in head for key in keys) and RESULTS not in head


def parse(data: bytes, file: str, series: str | None = None) -> Parsed:
    findings = Findings(file)
    content = _content(data, findings)
    if content is UNREADABLE:
        return Parsed.of(findings, KEY)
    races = [race for rows in _lists(content, findings) for race in _races(rows, series, findings)]
    if not races and not findings.errors:
        findings.error("$", content, f"the list holds no race{f' of the series {series}' if series else ''}", "empty")
    _check_seasons(races, file, findings)
    _count_rounds(races, findings)
    _make_slugs_unique(races)
    documents, places = [], []
    for row, race in races:
        with findings.of(*race_of(row)):
            document = build(race, row.path, findings) if race.pop("sound") else None
        if document is not None:
            documents.append(document)
            places.append(row.path)
    return Parsed.of(findings, KEY, documents, places)


def races_of(data: bytes) -> list[FeedRace]:
    """The races of a list, as it numbers them: as many as can be told."""
    unheard = Findings("")
    content = _content(data, unheard)
    return [] if content is UNREADABLE else [race for rows in _lists(content, unheard) for race in feed_races(rows)]


def _content(data: bytes, findings: Findings) -> object:
    """Read, but not looked through yet: one unsound row is no reason to refuse the others."""
    text = text_of(data, findings)
    return UNREADABLE if text is None else parse_text(text, findings)


def _lists(content: object, findings: Findings) -> Iterator[list[Fields]]:
    """The lists of races: one bare list, or one for each series. Where a row is no race, the rounds of
    its list cannot be counted, so nothing of that list can come in."""
    if content is None:
        findings.error("$", None, "the file says null: the server had no race list", "null")
    elif isinstance(content, list):
        rows = (Fields.of(each, f"$[{n}]", findings) for n, each in enumerate(content))
        yield [row for row in rows if row]
    elif fields := Fields.of(content, "$", findings):
        names = [key for key in fields.source if re.fullmatch(r"series_[0-9]+", key)]
        if not names:
            findings.error("$", content, "has no list of races: expected series_1, series_2 and series_3")
        for name in names if has_sound_keys(fields.source, findings) else ():
            yield fields.rows(name)


def _races(rows: Iterable[Fields], series: str | None, findings: Findings) -> Iterator[ListedRace]:
    """Each race of the series asked for: its row and its columns, among them `sound`, False where others are wrong."""
    for row in rows:
        number = row.source.get("series_id")
        if series and isinstance(number, int) and SERIES.get(number, series) != series:
            continue
        before = findings.error_count
        with findings.of(*race_of(row)):
            is_sound(row.source, findings, row.path)
            won = bool(row.whole("winner_driver_id", most=LARGEST_ID))
            race = race_columns(row, completed=won)
            pole = row.whole("pole_winner_driver_id", most=LARGEST_ID)
            if won and pole and row.decimal("pole_winner_speed", 1000):
                race["pole"] = {"driver_id": alias_of(pole)}
        title = f"NASCAR race list {race['season']}"
        race["sources"] = [{"title": title, "slug": f"nascar-race-list-{race['season']}", "publisher": "NASCAR"}]
        race["sound"] = findings.error_count == before
        yield row, race


def _check_seasons(races: list[ListedRace], file: str, findings: Findings) -> None:
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
            with findings.of(*race_of(row)):
                row.warn("race_season", f"the other races of the list are of {usual}", "mixed-season")


def _year_of(file: str) -> int | None:
    """The year in a file's name, or the folder of an address that is nothing but a year."""
    *folders, name = re.split(r"[/\\]", file)
    years = YEAR.findall(name) or [each for each in folders if YEAR.fullmatch(each)]
    return int(years[-1]) if years else None


def _count_rounds(races: list[ListedRace], findings: Findings) -> None:
    """Number the points races of each season by date, also those that are left out for another error."""
    seasons = defaultdict(list)
    for row, race in races:
        if race["kind"] == "points":
            seasons[race["series"], race["season"]].append((row, race))
    told = {problem.place for problem in findings.errors}
    unplaced = any(row.at(key) in told for row, race in races if not race["sound"] for key in PLACING)
    for (series, season), points in seasons.items():
        dated = sum(bool(race["date"]) for _, race in points)
        reason = ""
        if unplaced:
            reason = "of a race of the list the series, season or kind cannot be read: the rounds are left open"
        elif dated < max(WHOLE_SEASON, len(points)):
            reason = (
                f"{dated} points races with a date, of {len(points)}, are no whole season: their rounds are left open"
            )
        if reason:
            with findings.of("", season):
                findings.warn(points[0][0].path, f"{series} {season}", reason, "rounds-unknown")
            continue
        for number, (_, race) in enumerate(sorted(points, key=_by_date), 1):
            race["round"] = number


def _by_date(race: ListedRace) -> tuple[dt.date, str, str]:
    row, columns = race
    return columns["date"], str(row.source["race_date"]), str(row.source.get("race_id"))


def _make_slugs_unique(races: list[ListedRace]) -> None:
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
