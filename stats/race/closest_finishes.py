"""The closest finishes: the list of races by margin, and the drivers who were in them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import Coalesce, Rank

from drivers.models import Driver
from races.margins import MEASURED, TIME
from races.models import Race, Result, StatLine
from races.models.races import RaceQuerySet
from racestats import formatting
from stats.scope import Scope

from .known_ranks import ALL_RANKS, KnownRanks

WIDEST = Decimal("9999.999")
"""No margin is wider."""


def with_first_two(races: QuerySet[Race], scope: Scope) -> QuerySet[Race]:
    """Races with their first two cars' lines in `first_two`, sortable by `winner_name` and `runner_up_name`."""
    first_two = StatLine.objects.first_two(scope.as_of).order_by("finish", "pk")
    name = first_two.filter(race=OuterRef("pk")).values("driver__name")
    return races.prefetch_related(
        Prefetch("stat_lines", queryset=first_two.select_related("driver", "manufacturer"), to_attr="first_two")
    ).alias(winner_name=Subquery(name.filter(finish=1)[:1]), runner_up_name=Subquery(name.filter(finish=2)[:1]))


def closest(
    scope: Scope, max_margin: Decimal | None = None, known_ranks: KnownRanks = ALL_RANKS, most: int | None = None
) -> QuerySet[Race]:
    """Races by margin, closest first, each with its `place` in this list; those in the first so many places where not
    all are asked for.

    Those that are `ranked`, whose rank is known, have their competition `rank` among the races ranked and
    the number of them `tied` at it.
    """
    timed = _timed_races(scope, max_margin)
    if most is not None:
        # Places and ranks are those among all the same, for nothing closer is left out; but few are put in order.
        last = timed.order_by("margin").values("margin")[most - 1 : most]
        timed = timed.filter(margin__lte=Coalesce(Subquery(last), WIDEST))
    ranked = timed.annotate(
        ranked=Case(When(_within(known_ranks), then=Value(True)), default=Value(False)),
        place=Window(Rank(), order_by=F("margin").asc()),
        rank=Window(Rank(), partition_by=[F("ranked")], order_by=F("margin").asc()),
        tied=Window(Count("pk"), partition_by=[F("ranked"), F("margin")]),
    )
    return (
        with_first_two(ranked.for_list(), scope)
        .select_related("margin_against__driver")
        .order_by("margin", "date", "season__year", "round", "pk")
    )


def finishes_by_year(scope: Scope, max_margin: Decimal | None, most: int) -> list[tuple[int, Decimal]]:
    """The season and the margin of the first so many, the closest first. One query."""
    timed = _timed_races(scope, max_margin).order_by("margin", "season__year", "round")
    return [(year, margin) for year, margin in timed.values_list("season__year", "margin")[:most] if margin is not None]


def with_a_speed(scope: Scope, max_margin: Decimal | None) -> RaceQuerySet:
    """Those of the races whose margin is also a distance, the closest first."""
    of_layout = Result.objects.fastest_in_qualifying().order_by().values("session__race__layout")
    known = Q(average_speed__isnull=False) | Q(layout__in=of_layout)
    timed = _timed_races(scope, max_margin).filter(known, margin__gt=0)
    return timed.with_label().order_by("margin", "date", "season__year", "round", "pk")


def _timed_races(scope: Scope, max_margin: Decimal | None) -> RaceQuerySet:
    """The races that the list is of."""
    return scope.races().filter(_timed(max_margin))


def _timed(max_margin: Decimal | None) -> Q:
    """Of races, those with a margin in seconds, of at most so many."""
    timed = Q(margin_kind=TIME)
    return timed if max_margin is None else timed & Q(margin__lte=max_margin)


def _within(known_ranks: KnownRanks) -> Q:
    """`KnownRanks.includes`, of races."""
    within = ~Q(pk=None)
    if known_ranks.seconds is not None:
        within &= Q(margin__lte=known_ranks.seconds)
    if known_ranks.since is not None:
        within &= Q(coverage__known_on__gte=known_ranks.since)
    if known_ranks.before is not None:
        within &= Q(coverage__race_order__lt=known_ranks.before)
    return within


@dataclass(frozen=True)
class Denominator:
    """What a list of closest finishes is out of: races run, ended under caution, of unknown or other margin.

    `timed` are those measured in seconds within the limit asked for, and `matching` those of them that are listed.
    """

    total: int
    timed: int
    under_caution: int
    in_other_units: int
    unknown: int
    matching: int

    def notes(self, scope: Scope, max_margin: Decimal | None) -> list[str]:
        """The sentences that say what the list counts."""
        counted = f"Counted: {scope.in_words() or 'all series'}; points races that have been run."
        what = (
            f"were decided by {formatting.margin(max_margin)} s or less"
            if max_margin is not None
            else "have a margin in seconds"
        )
        notes = [
            f"{self.timed:,} of {formatting.plural(self.total, 'race')} "
            f"({formatting.percent(formatting.share(self.timed, self.total))}) {what}.",
            counted,
        ]
        if scope != scope.of_every_car():
            notes.insert(1, f"Listed: the {self.matching:,} of these in which a car asked for came first or second.")
        left_out = [
            text
            for count, text in (
                (self.under_caution, f"{self.under_caution:,} ended under caution"),
                (self.unknown, f"the margin is unknown for {self.unknown:,}"),
                (self.in_other_units, f"{self.in_other_units:,} were measured in laps, lengths or feet"),
            )
            if count
        ]
        if left_out:
            notes.append(f"Not listed: {formatting.listed(left_out)}.")
        return notes


def denominator(scope: Scope, max_margin: Decimal | None = None) -> Denominator:
    """Count the races behind the list in one query; whose cars are asked for narrows the match, not the total."""
    of_all = scope.of_every_car()
    timed = _timed(max_margin)
    of_car = Q() if scope == of_all else Q(pk__in=scope.races().values("pk"))
    races = of_all.races().order_by()
    counts = races.aggregate(
        total=Count("pk"),
        under_caution=Count("pk", filter=Q(margin_kind=Race.MarginKind.CAUTION)),
        unknown=Count("pk", filter=Q(margin_kind="")),
        in_other_units=Count("pk", filter=Q(margin_kind__in=[kind for kind in MEASURED if kind != TIME])),
        timed=Count("pk", filter=timed),
        matching=Count("pk", filter=timed & of_car),
    )
    return Denominator(**counts)


@dataclass(frozen=True)
class Involvement:
    """One driver in the races of a list: in how many first or second."""

    rank: str
    driver: Driver
    involved: int
    share: Decimal | None
    won: int
    runner_up: int
    runner_up_rank: str


def drivers_involved(scope: Scope, max_margin: Decimal | None, races: int) -> list[Involvement]:
    """The drivers of the list's first two places, most wins first; `races` is the length of the list."""
    matching = _timed_races(scope, max_margin)
    lines = StatLine.objects.first_two(scope.as_of).filter(race__in=matching.order_by().values("pk"))
    in_list: QuerySet[Driver] = Driver.objects.filter(stat_lines__in=lines.order_by().values("pk"))
    drivers = in_list.annotate(
        involved=Count("stat_lines"),
        won=Count("stat_lines", filter=Q(stat_lines__finish=1)),
        runner_up=Count("stat_lines", filter=Q(stat_lines__finish=2)),
    )
    found = sorted(drivers, key=lambda driver: (-driver.won, -driver.involved, str(driver)))
    seconds = sorted((driver.runner_up for driver in found), reverse=True)
    rank_of_seconds = dict(zip(seconds, formatting.ranks(seconds)))
    return [
        Involvement(
            rank,
            driver,
            driver.involved,
            formatting.share(driver.involved, races),
            driver.won,
            driver.runner_up,
            rank_of_seconds[driver.runner_up],
        )
        for rank, driver in zip(formatting.ranks(driver.won for driver in found), found)
    ]


def footnote(race: Race, runner_up: Driver | None) -> str:
    """What a reader must know of the margin: whom it was measured against, or what is disputed."""
    if not race.margin_against:
        return race.margin_note
    crossed = str(race.margin_against.driver)
    text = f"Measured to {crossed}, who crossed the line second"
    text += f"; {runner_up} is the official runner-up." if runner_up and str(runner_up) != crossed else "."
    return f"{text} {race.margin_note}".strip()
