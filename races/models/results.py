"""Entries, sessions and results: who drove which car, and how it went."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from drivers.models import Driver, Manufacturer, Team
from racestats.addresses import address_of

from ..as_of import AsOf
from ..finishes import did_not_finish
from ..laps import LapMismatch, complete_lap
from .keys import of_key
from .races import Race

RACE = "session__race__"
"""From a result to its race."""
CAR_NUMBER = r"^[0-9A-Za-z]+([-.][0-9A-Za-z]+)?"
"""Letters and figures as painted. The early years had 4-11, 41.5, B-29, 2jr and X."""


class EntryQuerySet(models.QuerySet["Entry"]):
    def get_by_natural_key(self, series: str, year: int, key: str, number: str, twin: int, driver: str) -> Entry:
        return self.filter(of_key(key, "race__")).get(
            race__season__series__slug=series,
            race__season__year=year,
            number=number,
            twin=twin,
            driver__slug=driver,
        )


class Entry(models.Model):
    """One car in one race. The driver is the one credited with the result; a relief driver is a row beside it."""

    race = models.ForeignKey(Race, on_delete=models.CASCADE, related_name="entries")
    number = models.CharField(
        "car number",
        max_length=4,
        blank=True,
        validators=[
            RegexValidator(rf"{CAR_NUMBER}\Z", "A car number is letters and figures as painted: 5, 08, 17x, B-29.")
        ],
        help_text="Text: 00 is not 0. Empty: unknown.",
    )
    twin = models.PositiveSmallIntegerField(
        default=0, help_text="0, except where two cars of one race really ran under one number: then 1 for the second."
    )
    driver = models.ForeignKey(Driver, on_delete=models.PROTECT, related_name="entries")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    manufacturer = models.ForeignKey(
        Manufacturer, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["race", "number", "pk"]
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                name="entry_number_once_in_race",
                fields=["race", "number", "twin"],
                condition=~Q(number=""),
                violation_error_message="This race already has a car with that number.",
            ),
            models.UniqueConstraint(
                name="entry_driver_once_without_number",
                fields=["race", "driver"],
                condition=Q(number=""),
                violation_error_message="This race already has an entry of that driver without a number.",
            ),
        ]

    def __str__(self):
        return f"No. {self.number} {self.driver}" if self.number else str(self.driver)

    def natural_key(self):
        return (*self.race.natural_key(), *self.key_in_race)

    @property
    def key_in_race(self) -> tuple:
        """The natural key without that of its race."""
        return (self.number, self.twin, *self.driver.natural_key())

    @property
    def team_name(self) -> str | None:
        """The team's name of the day."""
        return self.team and self.team.name_on(self.race.day)

    natural_key.dependencies = ["races.race", "drivers.driver", "drivers.team", "drivers.manufacturer"]


class ReliefDriverQuerySet(models.QuerySet["ReliefDriver"]):
    def get_by_natural_key(self, *key):
        *entry, driver = key
        return self.get(entry=Entry.objects.get_by_natural_key(*entry), driver__slug=driver)


class ReliefDriver(models.Model):
    """Someone who took over a car during the race. The credited driver stays the entry's own."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="relief_drivers")
    driver = models.ForeignKey(Driver, on_delete=models.PROTECT, related_name="relief_drives")
    took_flag = models.BooleanField("took the flag", default=False, help_text="Was in the car at the finish.")

    objects = ReliefDriverQuerySet.as_manager()

    class Meta:
        ordering = ["entry", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="reliefdriver_once_in_entry",
                fields=["entry", "driver"],
                violation_error_message="This driver is already listed as relief in this car.",
            ),
        ]

    def __str__(self):
        return str(self.driver)

    def natural_key(self):
        return (*self.entry.natural_key(), *self.driver.natural_key())

    natural_key.dependencies = ["races.entry", "drivers.driver"]


class SessionQuerySet(models.QuerySet["Session"]):
    def get_by_natural_key(self, series: str, year: int, key: str, kind: str, number: int) -> Session:
        return self.filter(of_key(key, "race__")).get(
            race__season__series__slug=series, race__season__year=year, kind=kind, number=number
        )


class Session(models.Model):
    """Practice, qualifying, a stage, or the race itself."""

    class Kind(models.TextChoices):
        PRACTICE = "practice", "Practice"
        QUALIFYING = "qualifying", "Qualifying"
        STAGE = "stage", "Stage"
        RACE = "race", "Race"

    OVERALL = 1
    """Qualifying of this number is its result as a whole, which decides the pole; earlier rounds follow as 2, 3 …"""

    race = models.ForeignKey(Race, on_delete=models.CASCADE, related_name="sessions")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    date = models.DateField(null=True, blank=True)
    laps = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of a stage: how many laps it is long.")
    cancelled = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["race", "kind", "number"]
        constraints = [
            models.UniqueConstraint(
                name="session_once_in_race",
                fields=["race", "kind", "number"],
                violation_error_message="This race already has that session.",
            ),
            models.CheckConstraint(
                name="session_number_from_one",
                condition=Q(number__gte=1),
                violation_error_message="Sessions are counted from 1.",
            ),
            models.CheckConstraint(
                name="session_one_race",
                condition=~Q(kind="race") | Q(number=1),
                violation_error_message="A race weekend has one race session.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("races:session", *self.race.natural_key(), self.slug)

    def natural_key(self):
        return (*self.race.natural_key(), self.kind, self.number)

    natural_key.dependencies = ["races.race"]

    @property
    def slug(self) -> str:
        """Its address within the race: `race`, `qualifying`, `qualifying-2`, `practice-1`, `stage-2`."""
        if self.kind == self.Kind.RACE or (self.kind == self.Kind.QUALIFYING and self.number == self.OVERALL):
            return self.kind
        return f"{self.kind}-{self.number}"

    @property
    def name(self) -> str:
        kind, _, number = self.slug.partition("-")
        label = self.Kind(kind).label
        return f"{label} {number}" if number else label


class ResultQuerySet(models.QuerySet["Result"]):
    def get_by_natural_key(
        self, series: str, year: int, key: str, kind: str, session: int, number: str, twin: int, driver: str
    ) -> Result:
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

    def in_qualifying(self) -> ResultQuerySet:
        """Those of qualifying and of its rounds, which are further sessions; a cancelled one says nothing."""
        return self.filter(session__kind=Session.Kind.QUALIFYING, session__cancelled=False)

    def of_qualifying(self) -> ResultQuerySet:
        """Those of qualifying as a whole."""
        return self.in_qualifying().filter(session__number=Session.OVERALL)

    def fastest_in_qualifying(self) -> ResultQuerySet:
        """The first of each qualifying as a whole, where his speed is known."""
        return self.of_qualifying().filter(position=1, lap_speed__isnull=False)

    def of_races_run_by(self, as_of: AsOf | None) -> ResultQuerySet:
        """Those of races that had been run by then; without a day, all."""
        return self.filter(as_of.run_by_then(f"{RACE}season__series", f"{RACE}coverage__")) if as_of else self


class Result(models.Model):
    """One entry's line in one session."""

    class Status(models.TextChoices):
        UNKNOWN = "", "Unknown"
        RUNNING = "running", "Running"
        ACCIDENT = "accident", "Accident"
        ENGINE = "engine", "Engine"
        MECHANICAL = "mechanical", "Other mechanical"
        PARKED = "parked", "Parked by the officials"
        RETIRED = "retired", "Retired, other"
        DID_NOT_START = "did-not-start", "Did not start"
        DID_NOT_QUALIFY = "did-not-qualify", "Did not qualify"
        WITHDREW = "withdrew", "Withdrew"

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="results")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="results")
    position = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The official position. Two cars may share one. Empty: none or unknown."
    )
    crossed_line = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The position at the line, where a ruling changed the official one."
    )
    start = models.PositiveSmallIntegerField("starting position", null=True, blank=True)
    laps = models.PositiveSmallIntegerField(null=True, blank=True)
    laps_led = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(max_length=16, choices=Status, blank=True)
    status_text = models.CharField(max_length=60, blank=True, help_text="The source's own words.")
    points = models.SmallIntegerField(null=True, blank=True)
    lap_time = models.DecimalField("best lap (seconds)", max_digits=7, decimal_places=3, null=True, blank=True)
    lap_speed = models.DecimalField(
        "best lap (mph)",
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="Give the time or the speed: the other is worked out from the layout's length.",
    )
    gap = models.DecimalField("gap to first (seconds)", max_digits=8, decimal_places=3, null=True, blank=True)
    disqualified = models.BooleanField(default=False)
    encumbered = models.BooleanField(
        default=False, help_text="The result counts, but not towards a place in the play-offs."
    )
    ineligible = models.BooleanField("ineligible for points", default=False)
    note = models.CharField(max_length=300, blank=True)

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ["session", F("position").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                name="result_entry_once_in_session",
                fields=["session", "entry"],
                violation_error_message="This session already has a result for that car.",
            ),
            *(
                models.CheckConstraint(
                    name=f"result_{field}_from_one",
                    condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 1}),
                    violation_error_message=f"The {words} counts from 1.",
                )
                for field, words in (
                    ("position", "position"),
                    ("crossed_line", "position at the line"),
                    ("start", "starting position"),
                )
            ),
            models.CheckConstraint(
                name="result_led_within_laps",
                condition=Q(laps_led__isnull=True) | Q(laps__isnull=True) | Q(laps_led__lte=F("laps")),
                violation_error_message="A car cannot lead more laps than it ran.",
            ),
            models.CheckConstraint(
                name="result_lap_positive",
                condition=(Q(lap_time__isnull=True) | Q(lap_time__gt=Decimal(0)))
                & (Q(lap_speed__isnull=True) | Q(lap_speed__gt=Decimal(0))),
                violation_error_message="A lap time and a speed are more than zero; leave an unknown one empty.",
            ),
            models.CheckConstraint(
                name="result_gap_not_negative",
                condition=Q(gap__isnull=True) | Q(gap__gte=0),
                violation_error_message="A gap cannot be less than zero.",
            ),
        ]

    def __str__(self):
        return str(self.entry)

    def natural_key(self):
        return (*self.session.natural_key(), *self.entry.key_in_race)

    natural_key.dependencies = ["races.session", "races.entry"]

    @property
    def key_in_race(self) -> tuple:
        """The natural key without that of its race."""
        return (self.session.kind, self.session.number, *self.entry.key_in_race)

    @property
    def did_not_finish(self) -> bool:
        """Whether the car is known to have been out at the end."""
        return bool(did_not_finish(self.status))

    @property
    def status_in_words(self) -> str:
        """“disqualified”, the source's own words, or the code's; empty where unknown."""
        if self.disqualified:
            return "disqualified"
        return self.status_text or (self.get_status_display().lower() if self.status else "")

    def clean(self):
        super().clean()
        if self.entry_id and self.session_id and self.entry.race_id != self.session.race_id:
            raise ValidationError({"entry": f"{self.entry} is entered in another race than this session's."})
        if self.session_id and (self.lap_time or self.lap_speed):
            length = self.session.race.layout.length
            try:
                self.lap_time, self.lap_speed = complete_lap(self.lap_time, self.lap_speed, length)
            except LapMismatch as mismatch:
                raise ValidationError({"lap_speed": str(mismatch)}) from None
