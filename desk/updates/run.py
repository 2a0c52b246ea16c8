"""One update from beginning to end: the season's list, the results of its races, and those of nascaR.data where a race
is still without. Whatever does not come is told, and the others go on."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from desk.models import RUNS_KEPT_FOR, FeedAddress, UpdateProblem, UpdateRun
from desk.plan import hash_of_race, in_boxes
from importing.formats import nascar_data, race_list
from importing.formats.feed_race import SERIES, FeedRace
from importing.formats.parsed import Parsed
from importing.formats.weekend_feed import feed as weekend_feed
from importing.history import HISTORY, RESULTS_AT, RESULTS_TIMEOUT, SeriesHistory
from importing.outcome import Outcome
from importing.plan.race import RacePlan
from importing.problems import Problem, printable
from importing.run import Busy, Options, Refused, import_parsed, read_races
from importing.source import MAX_BYTES, TIMEOUT, Answer, Unreadable
from importing.summary import in_sum
from races.models import Race, Session
from racestats import clock
from racestats.formatting import plural

from .asking import (
    ListedRace,
    comes_as_listed,
    is_asked_for,
    list_address,
    waits_for_an_editor,
    weekend_address,
)
from .book import look_up
from .fetching import Sleep, ask
from .lock import only_one

MOST_SILENCES = 3
"""Then the rest waits for the next run: each silence takes its time."""
LARGEST_FEED = 10_000_000
"""Bytes. A season's list has half a million, a weekend's feed as many."""
LONGEST_NAME, LONGEST_TOLD = (UpdateProblem._meta.get_field(name).max_length for name in ("of", "message"))
NUMBERS = {slug: number for number, slug in SERIES.items()}


@dataclass(frozen=True)
class Wanted:
    """What to update: a season of these series. `all_of_them`: its official races too, however long ago they were;
    `create_drivers`: make those whom the book lacks, and let no editor say whether they are new."""

    season: int
    series: Sequence[str]
    all_of_them: bool = False
    create_drivers: bool = False
    dry_run: bool = False

    def __str__(self) -> str:
        return f"{self.season}: {', '.join(self.series)}"


class Found(NamedTuple):
    """What an address could not bring, as `UpdateProblem` has it. What `lasts` is of an answer that is remembered; else
    the whole answer is asked for again."""

    of: str
    message: str
    plan: str = ""
    official: bool = False
    lasts: bool = False


@dataclass
class Teller:
    """Whom a run tells what comes, in a line; what is wrong; and, where it is dry, each plan."""

    came: Callable[[str], object]
    wrong: Callable[[str], object]
    plan: Callable[[str, Outcome, Options], object]


Handle = Callable[[bytes, str], list[Found]]
"""Takes what an address answered."""


@dataclass
class Update:
    """A run. `failed` is how much did not come, but for what an editor has ticked off or is to decide."""

    wanted: Wanted
    teller: Teller
    sleep: Sleep
    failed: int = 0
    silences: int = 0
    """How often the server could not be reached, or did not answer in time."""
    listed: list[ListedRace] = field(default_factory=list)
    came: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.record = UpdateRun(of=str(self.wanted)[:100])

    def run(self) -> None:
        """Raise Going where another run is going on."""
        with only_one():
            self._keep_record()
            try:
                self._ask_all()
            except BaseException:
                self.wrong.append("The run was broken off.")
                with suppress(DatabaseError):
                    self._keep_record()
                raise
            self.record.finished = timezone.now()
            self._keep_record()
            UpdateRun.objects.filter(started__lt=timezone.now() - RUNS_KEPT_FOR).delete()

    def _keep_record(self) -> None:
        self.record.came, self.record.wrong = "\n".join(self.came), "\n".join(self.wrong)
        if not self.wanted.dry_run:
            self.record.save()

    def _ask_all(self) -> None:
        listed = settings.UPDATE_FEEDS == "off" or self._ask_feeds()
        if settings.UPDATE_RESULTS == "off":
            return
        for history in HISTORY:
            if history.series in self.wanted.series and (not listed or self._lacks(history.series)):
                self._ask_results(history)

    # NASCAR's feeds.

    def _ask_feeds(self) -> bool:
        """Whether the list came, of now or of an earlier run."""
        season, base = self.wanted.season, settings.UPDATE_FEEDS
        # The same list is asked for whatever part of it is wanted, of which other races may be wrong.
        part = "" if len(self.wanted.series) == len(NUMBERS) else f"#{','.join(self.wanted.series)}"
        address = list_address(base, season) + part
        self._ask(address, f"{season}, list of races", self._take_list, keep=True)
        if not self.listed:
            self._take_kept_list(address)
        today, waiting = clock.today(), set(UpdateProblem.objects.values_list("feed__address", flat=True))
        for race in self.listed:
            if self.silences == MOST_SILENCES:
                self._tell_silence()
                break
            at = weekend_address(base, season, NUMBERS[race.series], race.number or 0)
            if is_asked_for(race, today, all_of_them=self.wanted.all_of_them, waits=at in waiting):
                self._ask(at, race.label, partial(self._take_weekend, race), whole=race.is_lacking)
        return bool(self.listed)

    def _tell_silence(self) -> None:
        self.wrong.append("The server does not answer: the rest was not asked for.")
        self.teller.wrong(self.wrong[-1])

    def _take_kept_list(self, address: str) -> None:
        """Today's did not come: the last one tells which races there are all the same."""
        kept = FeedAddress.objects.filter(address=address).first()
        if kept and (data := kept.data):
            with suppress(Refused):
                self.listed = self._look_up(
                    read_races(data, address, self._options(race_list.KEY, "")), race_list.races_of(data)
                )

    def _take_list(self, data: bytes, address: str) -> list[Found]:
        """Bring in what the list has of races without results."""
        of, options = f"{self.wanted.season}, list of races", self._options(race_list.KEY, "list of races")
        parsed, numbered = read_races(data, address, options), race_list.races_of(data)
        self.listed = self._look_up(parsed, numbered)
        taken = {race.place for race in self.listed if comes_as_listed(race)}
        chosen, problems = parsed.without(set(parsed.places) - taken), parsed.errors
        if chosen.documents:
            problems = problems_of(self._import(chosen, data, address, options, of))
            self.listed = self._look_up(parsed, numbered)
        return told(filter(self._is_wanted, problems), of)

    def _is_wanted(self, problem: Problem) -> bool:
        """Whether a race that is left out is of a series of this run, as far as can be told."""
        others = {slug for slug in NUMBERS if slug not in self.wanted.series}
        return problem.race.partition(" ")[0] not in others

    def _take_weekend(self, race: ListedRace, data: bytes, address: str) -> list[Found]:
        """Bring in the results of a race, or have an editor decide about those of an official one."""
        options = self._options(weekend_feed.KEY, race.label)
        parsed = read_races(data, address, options)
        others = [
            each for each in weekend_feed.races_of(data) if (each.season, each.number) != (race.season, race.number)
        ]
        if others or len(parsed.documents) != 1 or parsed.documents[0].of_season != (race.series, race.season):
            numbers = ", ".join(f"{each.season} {each.number}" for each in others) or "another"
            return [Found(race.label, f"asked for {race.season} {race.number}, the answer is of {numbers}.")]
        document = parsed.documents[0].model_copy(update={"round": race.round, "slug": race.slug})
        if not any(session.kind == Session.Kind.RACE and session.results for session in document.sessions):
            return [Found(race.label, "the list names a winner, but the results are not there yet.")]
        parsed = Parsed([document], parsed.places, parsed.errors, parsed.warnings, parsed.format)
        trial = import_parsed(parsed, data, address, self._options(weekend_feed.KEY, "", trial=True))
        if trial.changed and waits_for_an_editor(race):
            [changed] = trial.changed
            if not (what := otherwise(changed)):
                return []
            if self.wanted.dry_run:
                self.teller.plan(address, trial, options)
            why = "it is official" if changed.was_official else "an editor has changed it"
            message = f"{why}, and it stays as it is: the feed has {what} otherwise. An editor decides."
            return [Found(race.label, message, hash_of_race(changed), changed.was_official, lasts=True)]
        if trial.changes_anything:
            trial = self._import(parsed, data, address, options, race.label)
        return told(problems_of(trial), race.label)

    # nascaR.data's results.

    def _lacks(self, series: str) -> bool:
        """Whether a points race of the season was run, by its day, yesterday or before, and is without results."""
        of_season = Race.objects.points().filter(season__series__slug=series, season__year=self.wanted.season)
        return of_season.without_results(clock.today() - dt.timedelta(days=1)).exists()

    def _ask_results(self, history: SeriesHistory) -> None:
        # The same file is asked for each season, of which another may be lacking.
        address = f"{settings.UPDATE_RESULTS or RESULTS_AT}/{history.results[0]}.csv#{self.wanted.season}"
        of = f"{self.wanted.season} {history.series}, results"
        take = partial(self._take_results, history.series)
        self._ask(address, of, take, keep=False, timeout=RESULTS_TIMEOUT, max_bytes=MAX_BYTES)

    def _take_results(self, series: str, data: bytes, address: str) -> list[Found]:
        """Bring in, of the whole history, the season's races of which the book has no results."""
        of = f"{self.wanted.season} {series}, results"
        options = self._options(nascar_data.KEY, of, series)
        parsed = read_races(data, address, options)
        lacking = {race.place for race in self._look_up(parsed) if comes_as_listed(race)}
        parsed = parsed.without(set(parsed.places) - lacking)
        if not parsed.documents:
            return []
        return told(problems_of(self._import(parsed, data, address, options, of)), of)

    # What all of them share.

    def _options(self, format: str, title: str, series: str | None = None, *, trial: bool = False) -> Options:
        return Options(
            format=format,
            series=series,
            create_drivers=self.wanted.create_drivers,
            create_tracks=True,
            overwrite_official=trial,
            dry_run=trial or self.wanted.dry_run,
            provisional=True,
            title=f"Update: {title}",
        )

    def _look_up(self, parsed: Parsed, numbered: Iterable[FeedRace] = ()) -> list[ListedRace]:
        """The races of it that are wanted, as the book has them."""
        return look_up(parsed, self.wanted.season, self.wanted.series, numbered)

    def _import(self, parsed: Parsed, data: bytes, address: str, options: Options, of: str) -> Outcome:
        outcome = import_parsed(parsed, data, address, options)
        if outcome.changes_anything:
            if self.wanted.dry_run:
                self.teller.plan(address, outcome, options)
            else:
                self.came.append(f"{of}: {in_sum(outcome)}")
                self.teller.came(self.came[-1])
        return outcome

    def _ask(
        self,
        address: str,
        of: str,
        take: Handle,
        *,
        whole: bool = False,
        keep: bool | None = None,
        timeout: float = TIMEOUT,
        max_bytes: int = LARGEST_FEED,
    ) -> None:
        """Ask an address, and take what it answers, or what is kept of its last answer. With `whole` it answers also
        where nothing has changed, unless that is kept; with `keep` an answer is kept, else while something is wrong."""
        feed = FeedAddress.objects.filter(address=address).first() or FeedAddress(address=address)
        self.record.asked += 1
        answer, data = None, None
        try:
            answer = ask(feed, whole=whole and not feed.packed, timeout=timeout, max_bytes=max_bytes, sleep=self.sleep)
            self.record.unchanged += answer.data is None
            data = feed.data if answer.data is None else answer.data
            found = take(data, address) if data is not None else []
        except Unreadable as problem:
            self.silences += problem.silent
            found = [Found(of, problem.problem.reason)]
        except Busy as problem:
            found = [Found(of, str(problem))]
        except Refused as refused:
            found = told(refused.problems, of)
        silent = set() if self.wanted.dry_run else self._settle(feed, answer, found, keep, whole=data is not None)
        for each in found:
            line = f"{each.of}: {each.message}"
            self.wrong.append(line)
            if each not in silent:
                self.failed += not each.plan
                self.teller.wrong(line)

    @staticmethod
    def _settle(
        feed: FeedAddress, answer: Answer | None, found: list[Found], keep: bool | None, *, whole: bool
    ) -> set[Found]:
        """Remember the answer and what is wrong now; with `whole` all else is so no more, without only what was of the
        way there. Return of what there is nothing to tell: it was ticked off, or waits for an editor already."""
        with transaction.atomic():
            if answer and all(each.lasts for each in found):
                feed.take(answer, keep=bool(found) if keep is None else keep)
            if not found and feed.pk is None:
                return set()
            if feed.pk is None:
                feed.save()
            known = {(row.message, row.plan): row for row in feed.problems.all()}
            now = {(each.message, each.plan): each for each in found}
            over = [row.pk for key, row in known.items() if key not in now and (whole or not row.lasts)]
            UpdateProblem.objects.filter(pk__in=over).delete()
            rows = [UpdateProblem(feed=feed, **each._asdict()) for key, each in now.items() if key not in known]
            UpdateProblem.objects.bulk_create(rows)
        return {now[key] for key, row in known.items() if key in now and (row.ticked_at or row.plan)}


def problems_of(outcome: Outcome) -> list[Problem]:
    return [problem for of_race in outcome.left_out.values() for problem in of_race]


def otherwise(race: RacePlan) -> str:
    """How much of a race a feed has otherwise; nothing where it would only be one more source of the same."""
    cells = sum(not change.kept for change in race.changes)
    rows = sum(not place.startswith("sources") for place in race.added)
    return " and ".join(plural(count, name) for count, name in ((cells, "cell"), (rows, "row")) if count)


def told(problems: Iterable[Problem], of: str) -> list[Found]:
    """What is wrong with each race, and with the answer as a whole: the first of it, and how much more there is."""
    by_race: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_race[problem.race].append(problem)
    found = []
    for race, (first, *others) in by_race.items():
        more = f"; and {plural(len(others), 'more error')}" if others else ""
        reason = in_boxes(first.reason).partition("; known are ")[0]
        message = f"{reason} (“{printable(first.value)}”)" if first.value else reason
        found.append(Found((race or of)[:LONGEST_NAME], f"{message}{more}."[:LONGEST_TOLD], lasts=bool(race)))
    return found
