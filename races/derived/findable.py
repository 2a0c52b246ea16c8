"""Makes the rows of what can be found: every thing that has a page under its names, with its fame.

A kind of thing has one function, which makes the rows of some of it, all from the tables of truth and from what was
counted before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from math import log2
from typing import NamedTuple

from django.db.models import Count, Max, Model, OuterRef, Subquery

from drivers.models import SAID, Driver, DriverAlias, Manufacturer, Team
from races.models import (
    CareerTotals,
    Champion,
    Findable,
    FindableWord,
    Milestone,
    Race,
    Season,
    Series,
    StatLine,
    Track,
    TrackLayout,
)
from races.models.findable import LONGEST, LONGEST_WORD
from races.models.races import time_of_year
from races.order import FIRST_YEAR
from races.statistics import WIN
from racestats.formatting import years
from racestats.names.spelling import plain

from .rows import batches, delete, insert, write_differences

Kind = Findable.Kind
Named = Iterable[tuple[str, int]]
"""Things by their kind and the id of their row."""
BETWEEN = "/"
"""Stands between the names of one thing; no name as it is compared has it."""
WIN_WEIGHS, TITLE_WEIGHS = 20, 200
"""In starts: what makes a driver known."""
A_YEAR = 4
"""What a year is worth in fame: 25 of them outweigh a doubling."""


class Made(NamedTuple):
    """A row as it is made; the first two columns tell it from others."""

    kind: str
    key: int
    name: str
    detail: str
    address: str
    year: int | None
    words: str
    fame: int


def refresh_findable(named: Named) -> int:
    """Make the rows of these things right, and the words of all names; return how many rows changed."""
    keys: dict[str, set[int]] = defaultdict(set)
    for kind, key in named:
        keys[kind].add(key)
    changed, came, went = 0, set[str](), set[str]()
    for kind in sorted(keys):
        for some in batches(keys[kind]):
            stored = Findable.objects.filter(kind=kind, key__in=some).order_by()
            had = dict(stored.values_list("key", "words"))
            made = {row[:2]: row for row in MAKERS[kind](some)}
            touched = write_differences(stored, Made._fields, made)
            changed += len(touched)
            for _, key in touched:
                new = made[kind, key].words if (kind, key) in made else ""
                if new != had.get(key, ""):
                    came |= _words_of(new)
                    went |= _words_of(had.get(key, ""))
    return changed + _write_words(came, went - came)


def found_by(rows: Iterable[Model]) -> set[tuple[str, int]]:
    """What is found by the names in rows that were written without a signal: with races their tracks, which are the
    better known for each, and with series their milestones."""
    named: set[tuple[str, int]] = set()
    races: list[int] = []
    for row in rows:
        if isinstance(row, DriverAlias):
            named.add((Kind.DRIVER.value, row.driver_id))
        elif isinstance(row, TrackLayout):
            named.add((Kind.TRACK.value, row.track_id))
        named.update((kind.value, row.pk) for kind, model in MODELS.items() if isinstance(row, model))
        if isinstance(row, Race):
            races.append(row.pk)
        elif isinstance(row, Series):
            clubs = row.milestones.order_by().values_list("pk", flat=True)
            named.update((Kind.MILESTONE.value, club) for club in clubs)
    return named | with_tracks(races)


def with_tracks(races: Iterable[int]) -> set[tuple[str, int]]:
    """What is found of these races: they and their tracks."""
    named = {(Kind.RACE.value, race) for race in races}
    for some in batches(race for _, race in named):
        tracks = Track.objects.filter(layouts__races__in=some).order_by().values_list("pk", flat=True)
        named |= {(Kind.TRACK.value, track) for track in tracks.distinct()}
    return named


def all_findable() -> Iterator[tuple[str, int]]:
    """Everything that there is or was to be found."""
    yield from Findable.objects.order_by().values_list("kind", "key")
    for kind, model in MODELS.items():
        yield from ((kind.value, pk) for pk in model._default_manager.order_by().values_list("pk", flat=True))


def refresh_all_findable() -> int:
    """The same of everything; the words too are compared, each with those that there are."""
    changed = refresh_findable(all_findable())
    words: set[str] = set()
    for text in Findable.objects.order_by().values_list("words", flat=True).distinct():
        words |= _words_of(text)
    stored = dict(FindableWord.objects.order_by().values_list("word", "pk"))
    gone = [pk for word, pk in stored.items() if word not in words]
    new = sorted(words - stored.keys())
    delete(FindableWord, gone)
    insert(FindableWord, ["word"], zip(new))
    return changed + len(gone) + len(new)


def _write_words(came: set[str], went: set[str]) -> int:
    """Words that came are written, those that nothing has any more deleted."""
    stored = set()
    for some in _in_parts(came):
        stored |= set(FindableWord.objects.filter(word__in=some).order_by().values_list("word", flat=True))
    new = sorted(came - stored)
    insert(FindableWord, ["word"], zip(new))
    gone = [word for word in went if not Findable.objects.filter(words__contains=f" {word} ").exists()]
    for some in _in_parts(gone):
        FindableWord.objects.filter(word__in=some).delete()
    return len(new) + len(gone)


def _in_parts(words: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(words)
    for start in range(0, len(ordered), 500):
        yield ordered[start : start + 500]


def _words_of(text: str) -> set[str]:
    return {word for word in text.split() if word != BETWEEN and len(word) <= LONGEST_WORD}


def _words(*names: str | None) -> str:
    """Each name once, as names are compared, between two strokes; one with a hyphen also as one word."""
    as_one_word = [name.replace("-", "") for name in names if name and "-" in name]
    written = dict.fromkeys(plain(name) for name in (*names, *as_one_word) if name)
    return f"{BETWEEN} " + "".join(f"{name} {BETWEEN} " for name in written if name)[:-1]


def _together(*words: str) -> str:
    """Texts of names as one."""
    return f"{BETWEEN}{''.join(text[1:-1] + BETWEEN for text in words if len(text) > 3)}"


def _fame(weight: float, year: int | None) -> int:
    return round(100 * log2(1 + weight)) + A_YEAR * ((year or FIRST_YEAR) - FIRST_YEAR)


def _made(kind: str, key: int, name: str, detail: str, address: str, year: int | None, words: str, fame: int) -> Made:
    return Made(str(kind), key, name[:LONGEST], detail[:LONGEST], address, year, words, fame)


def _drivers(keys: list[int]) -> Iterator[Made]:
    weights: dict[int, float] = defaultdict(float)
    spans: dict[int, list[int]] = defaultdict(list)
    careers = CareerTotals.objects.filter(driver__in=keys).order_by()
    columns = ("driver", "series__level", "starts", "wins", "first_season", "last_season")
    for driver, level, starts, wins, first, last in careers.values_list(*columns):
        weights[driver] += ((starts or 0) + WIN_WEIGHS * (wins or 0)) / _depth(level)
        spans[driver] += [year for year in (first, last) if year]
    titles = Champion.objects.filter(driver__in=keys).order_by()
    for driver, level in titles.values_list("driver", "season__series__level"):
        weights[driver] += TITLE_WEIGHS / _depth(level)
    aliases: dict[int, list[str]] = defaultdict(list)
    # An alias with a colon is an id of a source.
    called = DriverAlias.objects.filter(driver__in=keys).exclude(alias__contains=":").order_by("pk")
    for key, alias in called.values_list("driver", "alias"):
        aliases[key].append(alias)
    for driver in Driver.objects.filter(pk__in=keys).order_by().only("name", "suffix", "slug"):
        span = spans.get(driver.pk)
        yield _made(
            Kind.DRIVER,
            driver.pk,
            str(driver),
            years(min(span), max(span)) if span else "",
            driver.slug,
            None,
            _words(str(driver), *aliases[driver.pk]),
            _fame(weights.get(driver.pk, 0), max(span) if span else None),
        )


def _depth(level: int) -> float:
    """By how much less a lower series makes known."""
    return 2.0 ** (min(level, 10) - 1)


def _teams(keys: list[int]) -> Iterator[Made]:
    fame = _fame_of_cars(Team, "team", keys)
    for team in Team.objects.filter(pk__in=keys).order_by().prefetch_related("names"):
        words = _words(team.name, *(each.name for each in team.names.all()))
        yield _made(Kind.TEAM, team.pk, team.name, "", team.slug, None, words, fame[team.pk] - 150)


def _makes(keys: list[int]) -> Iterator[Made]:
    fame = _fame_of_cars(Manufacturer, "manufacturer", keys)
    for make in Manufacturer.objects.filter(pk__in=keys).order_by():
        names = [make.name, *([SAID[make.name]] if make.name in SAID else [])]
        yield _made(Kind.MAKE, make.pk, make.name, "", make.slug, None, _words(*names), fame[make.pk])


def _fame_of_cars(model: type[Model], of: str, keys: list[int]) -> dict[int, int]:
    """By wins and the last year in a race: no more of the lines is read than what indexes have ready."""
    lines = StatLine.objects.as_of(None).order_by()
    won = dict(lines.filter(WIN, **{f"{of}__in": keys}).values_list(of).annotate(Count("pk")))
    raced = lines.filter(**{of: OuterRef("pk")}).order_by("-race_order").values("year")
    last = {f"last_{pk}": Subquery(raced.filter(series=pk)[:1]) for pk in Series.objects.values_list("pk", flat=True)}
    rows = model._default_manager.filter(pk__in=keys).order_by().values_list("pk", *last.values())
    return {
        pk: _fame(WIN_WEIGHS * won.get(pk, 0), max((year for year in in_series if year), default=None))
        for pk, *in_series in rows
    }


def _tracks(keys: list[int]) -> Iterator[Made]:
    run = Race.objects.run().points().filter(layout__track__in=keys).order_by()
    held = {
        track: (races, last)
        for track, races, last in run.values_list("layout__track").annotate(Count("pk"), Max("season__year"))
    }
    for track in Track.objects.filter(pk__in=keys).order_by().prefetch_related("names", "layouts"):
        races, last = held.get(track.pk, (0, None))
        words = _words(
            track.short_name,
            track.name,
            *(each.name for each in track.names.all()),
            *(each.label for each in track.layouts.all()),
        )
        fame = _fame(WIN_WEIGHS * races, last)
        place = ", ".join(part for part in (track.city, track.region) if part)
        yield _made(Kind.TRACK, track.pk, track.name, place, track.slug, None, words, fame)


def _races(keys: list[int]) -> Iterator[Made]:
    races = Race.objects.filter(pk__in=keys).order_by().for_list()
    at: dict[int, str] = {}
    of: dict[int, str] = {}
    for race in races.prefetch_related("season__series__names"):
        season, track, series = race.season, race.track, race.season.series
        is_jewel = bool(race.event and race.event.crown_jewel)
        if track.pk not in at:
            at[track.pk] = _words(track.short_name, track.name, *(each.name for each in track.names.all()))
        if season.pk not in of:
            of[season.pk] = _words(*_words_of_series(series, season.year))
        nth = f"{race.layout.race_label} {race.nth_at_track}" if race.nth_at_track else ""
        own = (race.label.partition(" ")[2], nth, race.name, race.event.name if race.event else "", race.layout.label)
        words = _together(_words(*own, time_of_year(race.date) if race.date else ""), at[track.pk], of[season.pk])
        fame = 60 * is_jewel - 60 * (series.level - 1) - 60 * (race.kind != Race.Kind.POINTS) - 60 * (not race.was_run)
        yield _made(
            Kind.RACE,
            race.pk,
            race.full_label,
            race.name if race.name not in race.label else "",
            f"{series.slug}/{season.year}/{race.key}",
            season.year,
            words,
            fame + _fame(0, season.year),
        )


def _words_of_series(series: Series, year: int) -> tuple[str, ...]:
    return series.name_in(year), series.name, series.slug


def _seasons(keys: list[int]) -> Iterator[Made]:
    for season, series, fame in _seasons_of(keys):
        words = _words("season", "champion", "schedule", *_words_of_series(series, season.year))
        name, address = f"{season.year} {series.name_in(season.year)}", f"{series.slug}/{season.year}"
        yield _made(Kind.SEASON, season.pk, name, "", address, season.year, words, fame + 300)


def _standings(keys: list[int]) -> Iterator[Made]:
    for season, series, fame in _seasons_of(keys):
        words = _words("standings", "points", *_words_of_series(series, season.year))
        name, address = f"{season.year} {series.name} standings", f"{series.slug}/{season.year}"
        yield _made(Kind.STANDINGS, season.pk, name, "", address, season.year, words, fame + 200)


def _seasons_of(keys: list[int]) -> Iterator[tuple[Season, Series, int]]:
    seasons = Season.objects.filter(pk__in=keys).order_by().select_related("series")
    for season in seasons.prefetch_related("series__names"):
        yield season, season.series, _fame(0, season.year) - 60 * (season.series.level - 1)


def _series(keys: list[int]) -> Iterator[Made]:
    for series in Series.objects.filter(pk__in=keys).order_by().prefetch_related("names"):
        words = _words(series.name, series.slug, *(each.name for each in series.names.all()))
        yield _made(Kind.SERIES, series.pk, series.name, "", series.slug, None, words, 1500 - 100 * series.level)


def _milestones(keys: list[int]) -> Iterator[Made]:
    for milestone in Milestone.objects.filter(pk__in=keys).order_by().select_related("series"):
        series = milestone.series
        words = _words(f"{milestone.threshold} {milestone.get_statistic_display()}", "club", series.short_name)
        fame = _fame(milestone.threshold, None) // 10 + 600 - 60 * series.level
        name = f"{milestone.name}, {series.short_name}"
        yield _made(Kind.MILESTONE, milestone.pk, name, "Who reached it", milestone.slug, None, words, fame)


MODELS: Mapping[Kind, type[Model]] = {
    Kind.DRIVER: Driver,
    Kind.TEAM: Team,
    Kind.MAKE: Manufacturer,
    Kind.TRACK: Track,
    Kind.RACE: Race,
    Kind.SERIES: Series,
    Kind.SEASON: Season,
    Kind.STANDINGS: Season,
    Kind.MILESTONE: Milestone,
}
MAKERS: Mapping[str, Callable[[list[int]], Iterator[Made]]] = {
    Kind.DRIVER: _drivers,
    Kind.TEAM: _teams,
    Kind.MAKE: _makes,
    Kind.TRACK: _tracks,
    Kind.RACE: _races,
    Kind.SERIES: _series,
    Kind.SEASON: _seasons,
    Kind.STANDINGS: _standings,
    Kind.MILESTONE: _milestones,
}
