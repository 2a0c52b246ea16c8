"""Reads the story of a race out of the book: in as many queries, however long the history is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from django.db.models import Count as CountOf
from django.db.models import Max, Q

from drivers.models import Driver, Manufacturer, Team
from races.as_of import AsOf
from races.derived.counts import Count
from races.margins import SETTLED, seconds_of
from races.models import (
    Era,
    Race,
    RaceCoverage,
    Result,
    Season,
    Series,
    StatLine,
    Track,
)
from races.order import race_order, season_length, year_and_round
from races.statistics import CAREER_COUNTS, CAREER_STATISTICS, STATISTICS
from racestats.addresses import address_of
from racestats.formatting import MOST_NAMED
from stats.careers.active import latest_lines
from stats.evidence import race_log_url
from stats.figures.basis import Basis
from stats.figures.reading import Figures, figures
from stats.race.known_ranks_of_scope import looked_up
from stats.scope import Eras, Scope
from stats.titles import champions_url, titles

from . import rules  # noqa: F401  # They register themselves.
from .note import Note, notes_on
from .story import (
    FEATS,
    POLE,
    WIN,
    Counts,
    CoverageSoFar,
    Finish,
    NameAndLog,
    NoteLine,
    Period,
    RaceStory,
    SeasonTitle,
    Threshold,
)

READ = (
    "race_order",
    "year",
    "driver",
    "team",
    "manufacturer",
    "track",
    "finish",
    "pole",
    "laps_led",
    "stage_wins",
)
"""The columns of stat lines that the lines of a story are made of, in their order."""
LOOKED_BACK = 1
"""Of those who ran, the lines of this season and of so many before it are read: of a run of starts that may be longer
nothing is told."""


def notes_of(race: Race, results: list[Result], as_of: AsOf | None = None, pole_alone: bool = False) -> list[Note]:
    """What a points race that was run meant for the book as it stands, or stood; none for any other race.

    With `pole_alone`, what was known before the race: the pole.
    """
    if race.kind != Race.Kind.POINTS or not race.was_run:
        return []
    story = _story(race, results, as_of)
    return notes_on(_before_the_race(story) if pole_alone else story)


def _before_the_race(story: RaceStory) -> RaceStory:
    """The story with the pole alone."""

    def poles(counts: Mapping[int, Counts]) -> dict[int, Counts]:
        return {driver: {POLE.key: of[POLE.key]} for driver, of in counts.items() if POLE.key in of}

    return replace(
        story,
        lines=tuple(line._replace(finish=None, laps_led=None, stage_wins=None) for line in story.lines),
        careers=poles(story.careers),
        in_the_season=poles(story.in_the_season),
        margin=None,
        title=None,
    )


def _story(race: Race, results: list[Result], as_of: AsOf | None) -> RaceStory:
    series, year = race.season.series, race.season.year
    order = race.coverage.order
    day = race.date or race.coverage.known_on
    lines, history, drivers = _lines(race, order, {result.entry.driver_id for result in results}, as_of)
    in_this_race = {line.driver for line in lines}
    so_far = Scope(series=series, as_of=AsOf(as_of.day if as_of else date.max, "", series.pk, order))
    basis = Basis(so_far)
    of_season = basis.of_season(year)
    scope = Scope(series=series, as_of=AsOf(day, f"{series.slug}-{year}-{race.round}"))
    track = race.layout.track
    eras = series.eras.all()
    story = RaceStory(
        order=order,
        year=year,
        track=track.pk,
        track_name=track.short_name,
        day=day,
        lines=lines,
        since=year - LOOKED_BACK,
        history=history,
        drivers=drivers,
        teams=_teams_or_makes((result.entry.team, result.entry.team_name) for result in results),
        manufacturers=_teams_or_makes(
            (result.entry.manufacturer, str(result.entry.manufacturer)) for result in results
        ),
        careers=_careers(basis, lines),
        in_the_season=_counts(figures(of_season.scope, CAREER_STATISTICS, who=in_this_race, basis=of_season)),
        seasons=_seasons(series, order, basis),
        here=_here(series, race.layout.track_id, order),
        title=_title(race, as_of),
        milestones=_milestones(series),
        stages=race.stages,
        margin=seconds_of(race.margin_kind, race.margin),
        finishes=_finishes(race, order) if race.margin_kind == Race.MarginKind.TIME else (),
        eras=tuple(period for period in map(_period, eras) if period.first <= day <= period.last),
        looked_up=tuple(each for era in eras for each in looked_up(era)),
        evidence=partial(_evidence, scope, track, year),
        closest=partial(_closest, scope),
    )
    company = {
        driver
        for feat in FEATS
        for line in story.achievers(feat)
        for found in story.company(line, feat).values()
        if len(found) <= MOST_NAMED
        for driver in found
    }
    if story.title:
        tied = story.title.tied
        company |= {story.title.driver, *(tied if len(tied) <= MOST_NAMED else ())}
    unnamed = Driver.objects.filter(pk__in=company - drivers.keys())
    named = {each.pk: _driver(each.name, each.suffix, each.slug) for each in unnamed}
    return replace(story, drivers=drivers | named, stayed_alone=_stayed_alone(story, Scope(series=series, as_of=as_of)))


def _stayed_alone(story: RaceStory, scope: Scope) -> frozenset[int]:
    """Of those whose first win it was, those who in a book of this scope have no other, and are not active: theirs is
    exact, and can become no more. Where it was somebody's first, the queries of one driver's figures."""
    firsts = {line.driver for line in story.achievers(WIN) if story.career(line, WIN.key) == 1}
    firsts -= set(latest_lines(scope).filter(driver__in=firsts).values_list("driver", flat=True)) if firsts else set()
    if not firsts:
        return frozenset()
    counts = _counts(figures(scope, [STATISTICS[WIN.key]], who=firsts))
    return frozenset(driver for driver, of in counts.items() if of[WIN.key] == Count(1))


def _title(race: Race, as_of: AsOf | None) -> SeasonTitle | None:
    """The title of the season, where this was its last race. Two queries then, else none."""
    season = race.season
    if not race.ends_season:
        return None
    found = titles(Scope(series=season.series, to=season.year, as_of=as_of))
    champion = found.won[-1].driver if found.won and found.won[-1].season == season.pk else None
    if champion is None:
        return None
    final = season.play_off_rounds.filter(first_race=race.points_round, last_race=race.points_round)
    totals = {driver: len(won) for driver, won in found.of("driver").items()}
    url = f"{champions_url(Scope(series=season.series, to=season.year))}#drivers-table"
    return SeasonTitle(champion, totals, not found.missing, final.exists(), url)


def _lines(
    race: Race, order: int, drivers: set[int], as_of: AsOf | None
) -> tuple[tuple[NoteLine, ...], tuple[NoteLine, ...], dict[int, NameAndLog]]:
    """The race's lines, those before it that rules look back at, and the drivers of all of them."""
    up_to_it = StatLine.objects.as_of(as_of).order_by().filter(series=race.season.series_id, race_order__lte=order)
    lines = up_to_it.values_list("driver__name", "driver__suffix", "driver__slug", *READ)
    # Three selections, each by an index of its own: one with "or" would read every line of the series.
    firsts = lines.filter(first=True)
    here = lines.filter(track=race.layout.track_id, laps_led__gte=1)
    lately = lines.filter(driver__in=drivers, race_order__gte=race_order(race.season.year - LOOKED_BACK, 0))
    found: list[NoteLine] = []
    people: dict[int, NameAndLog] = {}
    for name, suffix, slug, *read in firsts.union(here, lately):
        line = NoteLine._make(read)
        found.append(line)
        if line.driver not in people:
            people[line.driver] = _driver(name, suffix, slug)
    found.sort(key=lambda line: (line.order, line.finish is None, line.finish or 0, line.driver))
    return (
        tuple(line for line in found if line.order == order),
        tuple(line for line in found if line.order != order),
        people,
    )


def _careers(basis: Basis, lines: tuple[NoteLine, ...]) -> dict[int, Counts]:
    """All counts of those who ran, and of what any of them did here those of everybody, for the place among them."""
    done = [STATISTICS[feat.key] for feat in FEATS if any(feat.of(line) for line in lines)]
    careers = _counts(figures(basis.scope, done, basis=basis))
    return careers | _counts(figures(basis.scope, CAREER_STATISTICS, who={line.driver for line in lines}, basis=basis))


def _counts(found: dict[int, Figures]) -> dict[int, Counts]:
    return {driver: each.counts for driver, each in found.items()}


def _driver(name: str, suffix: str, slug: str) -> NameAndLog:
    driver = Driver(name=name, suffix=suffix, slug=slug)
    return NameAndLog(str(driver), race_log_url(driver))


def _teams_or_makes(found: Iterable[tuple[Team | Manufacturer | None, str | None]]) -> dict[int, NameAndLog]:
    return {who.pk: NameAndLog(name, race_log_url(who)) for who, name in found if who and name}


def _here(series: Series, track: int, order: int) -> CoverageSoFar:
    """Of how many races at the track so far it is known who won them, had the pole and led laps. One query."""
    here = RaceCoverage.objects.filter(
        race__season__series=series, race__layout__track=track, race_order__lte=order
    ).aggregate(
        held=CountOf("pk"),
        wins=CountOf("pk", filter=Q(winner=True)),
        poles=CountOf("pk", filter=Q(pole=True)),
        laps_led=CountOf("pk", filter=Q(laps_led=True)),
    )
    return CoverageSoFar(None, here.pop("held"), here)


def _milestones(series: Series) -> dict[str, tuple[Threshold, ...]]:
    """By statistic, the milestones of the series, with how many have reached each. One query."""
    found = defaultdict(list)
    for club in series.milestones.annotate(members=CountOf("reached")).order_by("threshold"):
        found[club.statistic].append(Threshold(club.threshold, club.members, club.get_absolute_url()))
    return {statistic: tuple(rounds) for statistic, rounds in found.items()}


def _seasons(series: Series, order: int, basis: Basis) -> dict[int, CoverageSoFar]:
    """Every season of the series so far: how many races it has had, and of how many each count is known."""
    summed = {each.year for each in basis.races.values() if each.is_summed}
    year, _ = year_and_round(order)
    so_far = Q(races__coverage__race_order__lte=order)
    known = {
        f"{key}_known": CountOf("pk", filter=so_far & Q(**{f"races__coverage__{STATISTICS[key].covered_by}": True}))
        for key in CAREER_COUNTS
    }
    rows = (
        Season.objects.filter(series=series, year__lte=year)
        .annotate(held=CountOf("races__coverage", filter=so_far), last=Max("races__round", filter=so_far), **known)
        .order_by("year")
        .values("year", "rounds", "last", "held", *known)
    )
    return {
        row["year"]: CoverageSoFar(
            season_length(row["rounds"], row["last"], row["year"] == year),
            row["held"],
            {key: row[f"{key}_known"] for key in CAREER_COUNTS},
            summed=row["year"] in summed,
        )
        for row in rows
    }


def _period(era: Era) -> Period:
    return Period(era.name, era.slug, era.starts, era.ends or date.max)


def _finishes(race: Race, order: int) -> tuple[Finish, ...]:
    """The finishes of the series, up to this one."""
    coverage = RaceCoverage.objects.filter(race__season__series=race.season.series_id, race_order__lte=order)
    rows = coverage.order_by().values_list("race_order", "known_on", "race__margin", "race__margin_kind")
    return tuple(
        Finish(order, day, seconds_of(kind, margin), kind in SETTLED)
        for order, day, margin, kind in rows
        if order is not None
    )


def _evidence(
    scope: Scope, track: Track, year: int, log: str, *, stat: str, at_track: bool = False, season: bool = False
) -> str:
    narrowed = scope.narrowed(track=track if at_track else None, season=year if season else None)
    return f"{log}{narrowed.query(stat=stat)}"


def _closest(scope: Scope, era: str = "") -> str:
    narrowed = scope.narrowed(era=Eras(era, ()) if era else None)
    return f"{address_of('races:closest-finishes')}{narrowed.query()}"
