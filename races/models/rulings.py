"""Rulings: dated decisions that changed the book, with what each row said before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from drivers.models import Driver
from racestats import clock
from racestats.constraints import LARGEST_SMALL
from racestats.formatting import in_words, plural

from ..as_of import AsOf
from ..order import order_of, race_order
from ..rulings import Contradiction, RulingStep, contradictions
from .races import Race
from .results import Result

AMENDABLE = {
    "position": int,
    "points": int,
    "laps": int,
    "laps_led": int,
    "status": str,
    "disqualified": bool,
    "encumbered": bool,
    "ineligible": bool,
}
"""The columns of a result that a ruling may change, and the type of their values; unknown is null."""
TO_COME = "This day is still to come: a ruling is entered once it is announced."
LEAST = {"position": 1, "points": -LARGEST_SMALL}


class RulingQuerySet(models.QuerySet["Ruling"]):
    def get_by_natural_key(self, series: str, year: int, key: str, number: int) -> Ruling:
        return self.get(race=Race.objects.get_by_natural_key(series, year, key), number=number)

    def as_of(self, as_of: AsOf | None) -> RulingQuerySet:
        """The rulings that the book took in by then; without a day, all."""
        if as_of is None:
            return self
        order = Coalesce(race_order(F("race__season__year"), F("race__round")), 0)  # A race without a round has none.
        announced = self.alias(order=order).filter(announced__lte=as_of.day)
        return announced.filter(as_of.up_to_race("race__season__series", "order"))


class Ruling(models.Model):
    """A disqualification, penalty, appeal or correction. Results hold the book as amended; the rows here undo it."""

    class Kind(models.TextChoices):
        DISQUALIFICATION = "disqualification", "Disqualification"
        PENALTY = "penalty", "Penalty"
        APPEAL = "appeal", "Appeal"
        CORRECTION = "correction", "Correction"

    race = models.ForeignKey(Race, on_delete=models.CASCADE, related_name="rulings")
    number = models.PositiveSmallIntegerField(default=1, help_text="The order of this race's rulings.")
    kind = models.CharField(max_length=20, choices=Kind)
    announced = models.DateField("announced on", help_text="The book changes on this day.")
    title = models.CharField(max_length=200, help_text="“Kevin Harvick (No. 4) disqualified from 2nd”.")
    reason = models.TextField(blank=True)

    objects = RulingQuerySet.as_manager()

    class Meta:
        ordering = ["announced", "race", "number"]
        constraints = [
            models.UniqueConstraint(
                name="ruling_number_once_in_race",
                fields=["race", "number"],
                violation_error_message="This race already has a ruling with that number.",
            ),
            models.CheckConstraint(
                name="ruling_number_from_one",
                condition=Q(number__gte=1),
                violation_error_message="Rulings are counted from 1.",
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        if self.announced and self.announced > clock.today():
            raise ValidationError({"announced": TO_COME})

    def natural_key(self):
        return (*self.race.natural_key(), self.number)

    natural_key.dependencies = ["races.race"]

    def applies_as_of(self, as_of: AsOf | None) -> bool:
        """Whether the book took it in by then: `as_of` of a ruling that is read, with its race and season."""
        return as_of is None or as_of.takes_in(self.race.season.series_id, self.announced, order_of(self.race))


class RulingChangeQuerySet(models.QuerySet["RulingChange"]):
    def get_by_natural_key(self, series, year, key, number, *result):
        return self.get(
            ruling=Ruling.objects.get_by_natural_key(series, year, key, number),
            result=Result.objects.get_by_natural_key(series, year, key, *result),
        )


class RulingChange(models.Model):
    """What a ruling changed in one result: {"position": 2} before, {"position": 38} after."""

    ruling = models.ForeignKey(Ruling, on_delete=models.CASCADE, related_name="changes")
    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="ruling_changes")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    objects = RulingChangeQuerySet.as_manager()

    class Meta:
        ordering = ["ruling", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="rulingchange_result_once_in_ruling",
                fields=["ruling", "result"],
                violation_error_message="This ruling already has a row for that result.",
            ),
        ]

    def __str__(self):
        return "; ".join(self.in_words)

    def natural_key(self):
        return (*self.ruling.natural_key(), *self.result.key_in_race)

    natural_key.dependencies = ["races.ruling", "races.result"]

    @property
    def changed(self) -> dict[str, tuple[Any, Any]]:
        """By column, the values before and after; nothing of what makes no sense as a change."""
        if problem_of(self.before) or problem_of(self.after):
            return {}
        return {name: (self.before.get(name), after) for name, after in self.after.items()}

    @property
    def in_words(self) -> list[str]:
        """One phrase for each column changed: “position 2 → 38”, “disqualified”."""
        return [change_in_words(name, *values) for name, values in self.changed.items()]

    def clean(self):
        super().clean()
        errors = {side: problem for side in ("before", "after") if (problem := problem_of(getattr(self, side)))}
        if not errors and set(self.before) != set(self.after):
            errors["after"] = "Before and after must name the same columns."
        if self.ruling_id and self.result_id and self.result.session.race_id != self.ruling.race_id:
            errors["result"] = "This result is of another race than the ruling's."
        if errors:
            raise ValidationError(errors)


def change_in_words(column: str, before: object, after: object) -> str:
    """“points 7 → 1”, “points now 1” where they were unknown, “disqualified”, “no longer encumbered”."""
    name = column.replace("_", " ")
    if isinstance(after, bool):
        return name if after else f"no longer {name}"
    return f"{name} now {in_words(after)}" if before is None else f"{name} {in_words(before)} → {in_words(after)}"


def contradicting(changes: Iterable[RulingChange]) -> Iterator[Contradiction]:
    """Where rulings do not lead from one to the next and to what their results say. Of each result all changes are
    given, with their rulings and the result; a step is `of` its change."""
    steps: dict[object, list[RulingStep]] = defaultdict(list)
    results: dict[object, Result] = {}
    for change in changes:
        key = change.result_id or id(change.result)  # One that is not written yet has no id.
        results[key], said = change.result, (undone(change.before), undone(change.after))
        steps[key].append(RulingStep(change.ruling.announced, change.ruling.number, *said, change))
    for key, result in results.items():
        yield from contradictions(steps[key], {name: getattr(result, name) for name in AMENDABLE})


def undone(before) -> dict:
    """What a result says once a change from this is undone; what makes no sense as a change undoes nothing."""
    return {} if problem_of(before) else before


class PenaltyQuerySet(models.QuerySet["Penalty"]):
    def get_by_natural_key(self, series: str, year: int, key: str, number: int, driver: str) -> Penalty:
        return self.get(ruling=Ruling.objects.get_by_natural_key(series, year, key, number), driver__slug=driver)


class Penalty(models.Model):
    """Points of the season that a ruling took from a driver, or gave back: the points of the race itself stay."""

    ruling = models.ForeignKey(Ruling, on_delete=models.CASCADE, related_name="penalties")
    driver = models.ForeignKey(Driver, on_delete=models.PROTECT, related_name="penalties")
    points = models.SmallIntegerField(
        help_text="Taken from the driver in the standings: 60. Below zero: given back, as on appeal."
    )

    objects = PenaltyQuerySet.as_manager()

    class Meta:
        ordering = ["ruling", "pk"]
        verbose_name_plural = "penalties"
        constraints = [
            models.UniqueConstraint(
                name="penalty_driver_once_in_ruling",
                fields=["ruling", "driver"],
                violation_error_message="This ruling already has a penalty for that driver.",
            ),
            models.CheckConstraint(
                name="penalty_not_of_nothing",
                condition=~Q(points=0),
                violation_error_message="A penalty takes points or gives them back: zero is neither.",
            ),
        ]

    def __str__(self):
        return f"{self.driver}: {self.in_words}"

    def natural_key(self):
        return (*self.ruling.natural_key(), *self.driver.natural_key())

    natural_key.dependencies = ["races.ruling", "drivers.driver"]

    @property
    def in_words(self) -> str:
        """“60-point penalty”, “30 points restored”."""
        return f"{self.points:,}-point penalty" if self.points > 0 else f"{plural(-self.points, 'point')} restored"


class RevokedRulingQuerySet(models.QuerySet["RevokedRuling"]):
    def get_by_natural_key(self, series: str, year: int, key: str, number: int) -> RevokedRuling:
        return self.get(race=Race.objects.get_by_natural_key(series, year, key), number=number)


class RevokedRuling(models.Model):
    """A ruling that was entered by mistake and taken back: the book is as if it had never been, and this is the record
    of it. One that officials took back is another ruling, an appeal."""

    race = models.ForeignKey(Race, on_delete=models.CASCADE, related_name="revoked_rulings")
    number = models.PositiveSmallIntegerField(help_text="The order in which this race's rulings were revoked.")
    title = models.CharField(max_length=200)
    announced = models.DateField("announced on")
    revoked = models.DateField("revoked on")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    why = models.TextField(blank=True)
    record = models.JSONField(help_text="What it said, as a race document has a ruling.")

    objects = RevokedRulingQuerySet.as_manager()

    class Meta:
        ordering = ["-revoked", "race", "-number"]
        constraints = [
            models.UniqueConstraint(
                name="revokedruling_number_once_in_race",
                fields=["race", "number"],
                violation_error_message="This race already has a revoked ruling with that number.",
            ),
        ]

    def __str__(self):
        return self.title

    def natural_key(self):
        return (*self.race.natural_key(), self.number)

    natural_key.dependencies = ["races.race"]


def problem_of(columns) -> str | None:
    """Say what is wrong with one side of a change, or None."""
    if not isinstance(columns, dict) or not columns:
        return 'Write the columns that change, such as {"position": 2}.'
    for name, value in columns.items():
        if name not in AMENDABLE:
            name = str(name).encode(errors="backslashreplace").decode()
            return f"“{name}” cannot be changed by a ruling. The columns are {', '.join(AMENDABLE)}."
        if value is not None and type(value) is not AMENDABLE[name]:
            return f"“{name}” is {value!r}: expected {AMENDABLE[name].__name__} or null."
        if name == "status" and value not in (None, *Result.Status.values):
            return f"“{name}” is {value!r}: expected one of {', '.join(filter(None, Result.Status.values))}."
        if AMENDABLE[name] is int and value is not None and not LEAST.get(name, 0) <= value <= LARGEST_SMALL:
            return f"“{name}” is {value}: expected {LEAST.get(name, 0)} to {LARGEST_SMALL:,}, or null."
    return None
