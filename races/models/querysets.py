"""The vocabulary for reading races, entries, sessions, results and stat lines."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ..as_of import AsOf, versions_that_stood

RACE = "session__race__"
"""From a result to its race."""


class RaceQuerySet(models.QuerySet):
    def get_by_natural_key(self, series: str, year: int, key: str):
        """Read a race by series, season and its key: the round, or the slug of a race without one."""
        return self.filter(season__series__slug=series, season__year=year).get(of_key(key))

    def run(self) -> RaceQuerySet:
        """Races that have been run, provisional or official."""
        return self.filter(status__in=["provisional", "official"])

    def run_by(self, as_of: AsOf | None) -> RaceQuerySet:
        """Races that had been run by then; without a day, those that have been run."""
        return self.run().filter(as_of.run_by_then("season__series", "coverage__")) if as_of else self.run()

    def points(self) -> RaceQuerySet:
        """Races that count: points races."""
        return self.filter(kind="points")

    def with_label(self) -> RaceQuerySet:
        """With all that a race's label and address read."""
        return self.select_related("season__series", "event", "layout__track")

    def for_list(self) -> RaceQuerySet:
        """With all that a list names of races: the label, and the track's name of the day."""
        return self.with_label().prefetch_related("layout__track__names")


def of_key(key: str, prefix: str = "") -> Q:
    """The condition that picks a race within its season by its key."""
    text = str(key)
    if text.isdecimal():
        return Q(**{f"{prefix}round": int(text)})
    return Q(**{f"{prefix}slug": text})


class EntryQuerySet(models.QuerySet):
    def get_by_natural_key(self, series: str, year: int, key: str, number: str, twin: int, driver: str):
        return self.filter(of_key(key, "race__")).get(
            race__season__series__slug=series,
            race__season__year=year,
            number=number,
            twin=twin,
            driver__slug=driver,
        )


class SessionQuerySet(models.QuerySet):
    def get_by_natural_key(self, series: str, year: int, key: str, kind: str, number: int):
        return self.filter(of_key(key, "race__")).get(
            race__season__series__slug=series, race__season__year=year, kind=kind, number=number
        )


class ResultQuerySet(models.QuerySet):
    def get_by_natural_key(
        self, series: str, year: int, key: str, kind: str, session: int, number: str, twin: int, driver: str
    ):
        return self.filter(of_key(key, "session__race__")).get(
            session__race__season__series__slug=series,
            session__race__season__year=year,
            session__kind=kind,
            session__number=session,
            entry__number=number,
            entry__twin=twin,
            entry__driver__slug=driver,
        )

    def for_table(self) -> ResultQuerySet:
        """With the people and makes that a result table names; their names of the day read the race too."""
        relations = self.select_related("entry__driver", "entry__team", "entry__manufacturer")
        return relations.prefetch_related("entry__team__names")

    def of_qualifying(self) -> ResultQuerySet:
        """Those of qualifying as a whole: its rounds are further sessions, and a cancelled one says nothing."""
        return self.filter(session__kind="qualifying", session__number=1, session__cancelled=False)

    def of_races_run_by(self, as_of: AsOf | None) -> ResultQuerySet:
        """Those of races that had been run by then; without a day, all."""
        return self.filter(as_of.run_by_then(f"{RACE}season__series", f"{RACE}coverage__")) if as_of else self


class StatLineQuerySet(models.QuerySet):
    def get_by_natural_key(self, driver: str, valid_from: str, series: str, year: int, key: str):
        return self.filter(of_key(key, "race__")).get(
            driver__slug=driver,
            valid_from=valid_from,
            race__season__series__slug=series,
            race__season__year=year,
        )

    def as_of(self, as_of: AsOf | None = None) -> StatLineQuerySet:
        """The lines of the book as it is now, or as it was then."""
        stood = self.filter(versions_that_stood(as_of))
        return stood.filter(as_of.up_to_race("series", "race_order")) if as_of else stood

    def first_two(self, as_of: AsOf | None = None) -> StatLineQuerySet:
        """The lines of winners and runners-up, as the book stands or stood."""
        return self.as_of(as_of).filter(finish__lte=2)

    def latest_first(self) -> StatLineQuerySet:
        """The latest race first; in a race by finish, those without a place last."""
        return self.order_by("-race_order", F("finish").asc(nulls_last=True), "pk")

    def for_log(self) -> StatLineQuerySet:
        """With all that a race log names."""
        return self.select_related(
            "race__season__series", "race__event", "race__layout__track", "manufacturer", "team"
        ).prefetch_related("race__layout__track__names", "team__names")
