"""All that the page of one race tells of it, as the book stands or stood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch

from drivers.models import Driver
from races.as_of import AsOf
from races.derived.lines import is_whole, laps_of, on_lead_lap
from races.models import Citation, LeadSegment, Penalty, Race, RaceCheck, ReliefDriver, Result, Ruling, Session
from races.models.races import RaceQuerySet
from racestats.formatting import plural

from .closest_finishes import footnote
from .results import results_as_of, started
from .rulings import rulings_of


@dataclass(frozen=True)
class Stage:
    """How a stage ended: its length in laps, and who was first and second."""

    stage: int
    laps: int | None
    winner: Driver | None
    second: Driver | None
    url: str


@dataclass(frozen=True)
class RacePage:
    """One race with its rows: `sessions` are the results by the slug of each, by finish; none of those to come.

    Of its rulings, `later_rulings` had not been announced by the day. A race is `run` if it had been run by then.
    `previous` and `next` are the points races of the season before and after it.
    """

    race: Race
    run: bool
    sessions: Mapping[str, Sequence[Result]]
    rulings: Sequence[Ruling]
    later_rulings: Sequence[Ruling]
    relief: Sequence[ReliefDriver]
    previous: Race | None = None
    next: Race | None = None

    @property
    def told(self) -> bool:
        """Whether what the race's row says is told: not of one that was run after the day."""
        return self.run or not self.race.was_run

    @property
    def qualified(self) -> bool:
        """Whether qualifying had been held, of a race that was run."""
        qualifying = [each.slug for each in self.race.sessions.all() if each.kind == Session.Kind.QUALIFYING]
        return self.race.was_run and any(self.sessions[slug] for slug in qualifying)

    @property
    def results(self) -> Sequence[Result]:
        return self.sessions.get("race", ())

    @cached_property
    def started(self) -> list[Result]:
        return started(self.results)

    @property
    def podium(self) -> list[Result]:
        """The first three, of a race of which more is known than the winner."""
        first_three = [result for result in self.started if result.position and result.position <= 3]
        return first_three if len(self.started) > 1 else []

    @property
    def runners_up(self) -> list[Driver]:
        return [result.entry.driver for result in self.started if result.position == 2]

    @property
    def stages(self) -> list[Stage]:
        return [self._stage(session) for session in self.race.sessions.all() if session.kind == Session.Kind.STAGE]

    def _stage(self, session: Session) -> Stage:
        by_position = {result.position: result.entry.driver for result in reversed(self.sessions[session.slug])}
        return Stage(session.number, session.laps, by_position.get(1), by_position.get(2), session.get_absolute_url())

    @property
    def footnote(self) -> str:
        return footnote(self.race, next(iter(self.runners_up), None))

    @property
    def on_lead_lap(self) -> int | None:
        """How many finished on the lead lap; unknown where the results are not whole."""
        race = self.race
        if not self.run or not race.coverage.whole:
            return None
        laps = laps_of(race.laps, self.results)
        return sum(bool(on_lead_lap(result.disqualified, result.laps, laps)) for result in self.results)

    @property
    def held(self) -> list[str]:
        """The sentences that say how much of it is on file."""
        race = self.race
        if not self.told:
            return ["It had not been run by then."]
        if not race.was_run:
            return [f"{race.get_status_display()}: it has not been run."]
        held = len(self.started)
        if is_whole(held, race.field_size):
            return [f"Results for all {plural(held, 'car')}.", *not_started(self.results)]
        known = f"{held} of {plural(race.field_size, 'car')}" if race.field_size else plural(held, "car")
        return [f"Results on file for {known}.", *not_started(self.results)]


def not_started(results: Sequence[Result]) -> list[str]:
    """The sentence that says how many of the cars did not start, where some did not."""
    others = len(results) - len(started(results))
    return [f"{plural(others, 'more car')} did not start."] if others else []


def with_details(races: RaceQuerySet) -> RaceQuerySet:
    """Races with all that their own page names of each. Eight queries."""
    return (
        races.for_list()
        .select_related("pole__driver", "led_to_green__driver", "margin_against__driver", "coverage")
        .prefetch_related(
            "season__series__names",
            "sessions",
            "caution_segments",
            Prefetch("lead_segments", LeadSegment.objects.select_related("entry__driver")),
            Prefetch("checks", RaceCheck.objects.with_accepted().order_by("accepted", "code", "message", "pk")),
            Prefetch("citations", Citation.objects.select_related("source").order_by("pk")),
        )
    )


def race_page(race: Race, as_of: AsOf | None) -> RacePage:
    """The page of a race that was read `with_details`. Eight queries, five where there are no rulings."""
    rulings = list(
        rulings_of(race).prefetch_related(
            Prefetch("penalties", Penalty.objects.select_related("driver")),
            Prefetch("citations", Citation.objects.select_related("source").order_by("pk")),
        )
    )
    sessions: dict[str, list[Result]] = {session.slug: [] for session in race.sessions.all()}
    for result in results_as_of(race, Result.objects.filter(session__race=race), rulings, as_of):
        sessions[result.session.slug].append(result)
    beside = {each.round: each for each in _rounds_beside(race)}
    relief = ReliefDriver.objects.filter(entry__race=race).select_related("entry__driver", "driver")
    return RacePage(
        race=race,
        run=race.was_run_by(as_of),
        sessions=sessions,
        rulings=[ruling for ruling in rulings if ruling.applies_as_of(as_of)],
        later_rulings=[ruling for ruling in rulings if not ruling.applies_as_of(as_of)],
        relief=list(relief.order_by("entry__number", "took_flag", "entry__driver__name", "driver__name")),
        previous=beside.get(race.points_round - 1) if beside else None,
        next=beside.get(race.points_round + 1) if beside else None,
    )


def _rounds_beside(race: Race) -> RaceQuerySet:
    """The rounds before and after a race; none of a race without a round."""
    if race.round is None:
        return Race.objects.none()
    return Race.objects.with_label().filter(season=race.season_id, round__in=(race.round - 1, race.round + 1))
