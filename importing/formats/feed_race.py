"""A race as NASCAR's feeds print it: the columns that race list and weekend feed have alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from django.utils.text import slugify

from importing.document.places import place_name
from importing.document.schema import Columns
from importing.problems import printable, row_name
from races.laps import FASTEST_RACE, round_half_up
from races.order import FIRST_YEAR, LAST_YEAR, is_year
from racestats.names.spelling import tidy

from .feed_words import FIRST_STAGES
from .fields import Fields, figure

SERIES = {1: "cup", 2: "national", 3: "trucks"}
LARGEST_ID = 10**9

TIME = re.compile(r"0*([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])(\.[0-9]+)?")
SECONDS = re.compile(r"([0-9]*\.?[0-9]+)\s*(?:s|sec|secs|seconds?)?\.?", re.IGNORECASE)
COUNTED = re.compile(r"([0-9]*\.?[0-9]+)\s*(laps?|car[- ]lengths?|feet|foot|ft)\.?", re.IGNORECASE)


def race_of(row: Fields) -> tuple[str, int | None]:
    """How a message names the race of a row that may be wrong, and its season."""
    season, name = row.source.get("race_season"), row.source.get("race_name")
    year = season if is_year(season) else None
    number = row.source.get("series_id")
    series = SERIES.get(number, "") if isinstance(number, int) else ""
    if not (series and year and isinstance(name, str)):
        return printable(f"the race of {row.path}"), year
    return printable(row_name(series, year, tidy(name), row.path)), year


def alias_of(driver_id: int) -> str:
    """The alias under which the book keeps a driver's id of the feeds: “nascar:4030”."""
    return f"nascar:{driver_id}"


class FeedRace(NamedTuple):
    """Which race a row of a feed is of, by the feed's own number, and whether it was run: then it names a winner."""

    place: str
    series: str
    season: int
    number: int
    was_run: bool


def feed_races(rows: Iterable[Fields]) -> Iterator[FeedRace]:
    """Those of the rows that say which race they are of."""
    for row in rows:
        series = SERIES.get(row.whole("series_id", most=LARGEST_ID) or 0)
        season, number = row.whole("race_season", FIRST_YEAR, LAST_YEAR), row.whole("race_id", most=LARGEST_ID)
        if series and season and number:
            yield FeedRace(row.path, series, season, number, bool(row.whole("winner_driver_id", most=LARGEST_ID)))


def race_columns(row: Fields, completed: bool) -> Columns:
    """The columns of a race that race list and weekend feed print alike.

    Laps, cars and figures of a race not yet run are filled in beforehand, so they count only where it was run.
    """
    number = row.whole("series_id")
    if number not in SERIES:
        row.wrong("series_id", "must be 1, 2 or 3: Cup, the second series or Trucks")
    season = row.needed(row.whole("race_season", FIRST_YEAR, LAST_YEAR), "race_season", "the season")
    name = row.needed(row.text("race_name", 120), "race_name", "the name")
    track = row.needed(row.text("track_name", 120), "track_name", "the track")
    place, layout = place_name(track or "")
    kind = _kind(row)
    scheduled = row.positive("scheduled_laps")
    laps = row.positive("actual_laps")
    lengths = [row.whole(f"stage_{stage}_laps") or 0 for stage in (1, 2, 3, 4)]
    distances = [each for each in (scheduled, laps if completed else None) if each]
    official = row.flag("inspection_complete")
    race: Columns = {
        "series": None if number is None else SERIES.get(number),
        "season": season,
        "name": name,
        "date": row.day("race_date"),
        "track": place,
        "layout": layout,
        "kind": kind,
        "status": ("official" if official else "provisional") if completed else "scheduled",
        "scheduled_laps": scheduled,
        "stages": scoring_stages(lengths, distances, season or 0, kind),
        "comment": row.text("race_comments"),
    }
    if kind != "points":
        race["slug"] = _slug(row, name or "")
    if completed:
        race |= {"laps": laps, "field_size": row.positive("number_of_cars_in_field"), "margin": margin_of(row)}
        race |= _figures(row)
    return race


def _kind(row: Fields) -> str:
    number = row.whole("race_type_id", most=99)
    if row.flag("is_qualifying_race"):
        return "qualifying"
    if not number:
        row.warn("race_type_id", "the kind of race is missing; taken as a points race", "race-type-missing")
    elif number > 3:
        row.warn("race_type_id", "an unknown kind of race; taken as an exhibition", "race-type-unknown")
    return "exhibition" if number and number > 1 else "points"


def _slug(row: Fields, name: str) -> str:
    slug = race_slug(name, row.whole("race_id", most=LARGEST_ID))
    number = row.whole("qualifying_race_no", most=99)
    return f"{slug}-{number}" if number and not slug.endswith(str(number)) else slug


def _figures(row: Fields) -> Columns:
    """Counts of a race that was run. No leaders at all means that none of them is known."""
    names = {
        "cautions": "number_of_cautions",
        "caution_laps": "number_of_caution_laps",
        "lead_changes": "number_of_lead_changes",
        "leaders": "number_of_leaders",
    }
    figures = {column: row.whole(key) for column, key in names.items()}
    if not figures["leaders"]:
        figures = {column: value or None for column, value in figures.items()}
    text = row.text("total_race_time")
    time = TIME.fullmatch(text or "")
    if text and not time:
        row.warn("total_race_time", "the time is not understood and left out", "time-unread")
    if time and not any(int(part) for part in time.groups()[:3]):
        time = None
    return figures | {
        "time": f"{int(time[1])}:{time[2]}:{time[3]}" if time else None,
        "average_speed": row.decimal("average_speed", FASTEST_RACE),
    }


def race_slug(name: str, race_id: int | None) -> str:
    """The address of a race without a round; never a bare number, which is a round's."""
    slug = slugify(unicodedata.normalize("NFKD", name))[:70].strip("-_")
    return slug if re.search(r"[a-z]", slug) else f"race-{race_id or slug or 'unnamed'}"


def margin_of(row: Fields) -> Columns | None:
    """A margin in any of a feed's spellings. Words that are not understood are kept as its note, and told."""
    key = "margin_of_victory"
    value = row.source.get(key)
    if not isinstance(value, str):
        seconds = row.decimal(key, 10_000)
        return {"kind": "time", "seconds": seconds} if seconds else None
    text = row.text(key, 300)
    if not text:
        return None
    if re.fullmatch(r"(finished )?(under )?(caution|yellow)( flag)?", text, re.IGNORECASE):
        return {"kind": "caution"}
    if (found := SECONDS.fullmatch(text)) and (seconds := _thousandths(found[1])) is not None:
        return {"kind": "time", "seconds": seconds} if seconds else None
    if (found := COUNTED.fullmatch(text)) and (count := _thousandths(found[1])):
        unit = found[2].lower()
        kind = "laps" if unit.startswith("lap") else "car-lengths" if unit.startswith("car") else "feet"
        return {"kind": kind, "value": count}
    row.warn(key, "the margin is not understood; it is kept as a note", "margin-unread")
    return {"note": text}


def _thousandths(text: str) -> Decimal | None:
    number = figure(text)
    return round_half_up(number) if number is not None and number < 10_000 else None


def scoring_stages(lengths: list[int], distances: list[int], season: int, kind: str) -> int | None:
    """How many stages score, from the stages' lengths and the scheduled and actual distance.

    The last stage listed is the rest of the race, unless the lengths leave a part of the distance over: the race list
    has the first three of the Coca-Cola 600's four. None is unknown.
    """
    if season < FIRST_STAGES:
        return 0
    listed = [length for length in lengths if length]
    if not listed:
        return None if kind == "points" else 0
    return len(listed) if distances and sum(listed) < min(distances) else len(listed) - 1
