"""Races, and the events they belong to across the years."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from racestats import formatting
from racestats.addresses import address_of

from ..as_of import AsOf
from ..laps import FASTEST_RACE, LONGEST_RACE
from ..lineups import WITH_A_POLE
from ..margins import MEASURED
from ..order import MOST_ROUNDS
from .keys import NaturalKeyQuerySet, of_key
from .series import Season
from .tracks import Track, TrackLayout


class Event(models.Model):
    """A race that is held year after year under changing names: the Daytona 500, the Southern 500."""

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=100, unique=True)
    crown_jewel = models.BooleanField(
        default=False, help_text="Its races are called by this name: “2023 Southern 500”, not “2023 Darlington II”."
    )

    natural_lookups = ("slug",)
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)


LABEL = ("season__series", "event", "layout__track")
"""What a race's label and address read."""


def label_of(race: str) -> tuple[str, ...]:
    """The same of rows that lead to a race under this name."""
    return tuple(f"{race}__{of}" for of in LABEL)


class RaceQuerySet(models.QuerySet["Race"]):
    def get_by_natural_key(self, series: str, year: int, key: str) -> Race:
        """Read a race by series, season and its key: the round, or the slug of a race without one."""
        return self.filter(season__series__slug=series, season__year=year).get(of_key(key))

    def run(self) -> RaceQuerySet:
        """Races that have been run, provisional or official."""
        return self.filter(status__in=Race.RUN)

    def with_results(self) -> RaceQuerySet:
        """Races that have been run and of which a result is on file: no other is the latest."""
        return self.filter(coverage__lines__gt=0)

    def run_by(self, as_of: AsOf | None) -> RaceQuerySet:
        """Races that had been run by then; without a day, those that have been run."""
        return self.run().filter(as_of.run_by_then("season__series", "coverage__")) if as_of else self.run()

    def to_come(self, as_of: AsOf | None) -> RaceQuerySet:
        """Races that are on the schedule and had not been run by then."""
        scheduled = self.exclude(status=Race.Status.CANCELLED)
        if as_of is None:
            return scheduled.exclude(status__in=Race.RUN)
        return scheduled.exclude(pk__in=Race.objects.run_by(as_of).order_by().values("pk"))

    def without_results(self, day: date) -> RaceQuerySet:
        """Races that were to be run by this day, and of which the book has no result."""
        held = Race.objects.filter(pk=OuterRef("pk"), sessions__kind="race", sessions__results__isnull=False)
        return self.filter(~Exists(held), date__lte=day).exclude(status=Race.Status.CANCELLED)

    def points(self) -> RaceQuerySet:
        """Races that count: points races."""
        return self.filter(kind="points")

    def with_label(self) -> RaceQuerySet:
        """With all that a race's label and address read."""
        return self.select_related(*LABEL)

    def for_list(self) -> RaceQuerySet:
        """With all that a list names of races: the label, and the track's name of the day."""
        return self.with_label().prefetch_related("layout__track__names")


class Race(models.Model):
    """One event weekend with its sessions: a points race, an exhibition or a qualifying race."""

    class Kind(models.TextChoices):
        POINTS = "points", "Points race"
        EXHIBITION = "exhibition", "Exhibition"
        QUALIFYING = "qualifying", "Qualifying race"

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", "Scheduled"
        PROVISIONAL = "provisional", "Provisional"
        OFFICIAL = "official", "Official"
        CANCELLED = "cancelled", "Cancelled"

    RUN = (Status.PROVISIONAL, Status.OFFICIAL)
    """The statuses of a race that was run."""

    class Lineup(models.TextChoices):
        QUALIFYING = "qualifying", "Qualifying"
        FORMULA = "formula", "Formula"
        OWNER_POINTS = "owner-points", "Owner points"
        DRAW = "draw", "Draw"
        HEATS = "heats", "Heat races"
        PRIOR_RACE = "prior-race", "Finish of the race before"
        INVERSION = "inversion", "Inversion"

    class MarginKind(models.TextChoices):
        TIME = "time", "Seconds"
        LAPS = "laps", "Laps"
        CAR_LENGTHS = "car-lengths", "Car lengths"
        FEET = "feet", "Feet"
        CAUTION = "caution", "Finished under caution"

    class MarginMethod(models.TextChoices):
        TRANSPONDER = "transponder", "Transponder"
        PHOTO = "photo", "Photo finish"
        HAND = "hand", "Hand watch"
        FILM = "film", "Film review"

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="races")
    round = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)], help_text="The 12th points race of a season is 12."
    )
    slug = models.SlugField(
        max_length=80,
        blank=True,
        validators=[RegexValidator(r"\D", "A slug must not be a bare number: that is a round's address.")],
        help_text="The address of a race without a round: “all-star-race”.",
    )
    event = models.ForeignKey(Event, on_delete=models.SET_NULL, null=True, blank=True, related_name="races")
    name = models.CharField(max_length=120)
    layout = models.ForeignKey(TrackLayout, on_delete=models.PROTECT, related_name="races")
    nth_at_track = models.PositiveSmallIntegerField(
        "number at the track that season",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="1 for “2024 Kansas I”. Empty where the track has one points race that season.",
    )
    date = models.DateField(null=True, blank=True, help_text="The day it ended. Empty: unknown.")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.POINTS)
    status = models.CharField(max_length=12, choices=Status, default=Status.OFFICIAL)
    scheduled_laps = models.PositiveSmallIntegerField(null=True, blank=True)
    laps = models.PositiveSmallIntegerField("laps run", null=True, blank=True)
    end_reason = models.CharField(
        max_length=100, blank=True, help_text="Why it ended off its distance: overtime, rain, darkness."
    )
    field_size = models.PositiveSmallIntegerField(
        "cars in the field", null=True, blank=True, help_text="Tells whole results from partial ones. Empty: unknown."
    )
    stages = models.PositiveSmallIntegerField(
        "scoring stages", null=True, blank=True, help_text="0 for races before stages, 2 as a rule. Empty: unknown."
    )

    lineup = models.CharField("lineup set by", max_length=14, choices=Lineup, blank=True)
    pole = models.ForeignKey(
        "races.Entry",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="pole award",
        help_text="The fastest legal qualifier: not always who started first.",
    )
    led_to_green = models.ForeignKey("races.Entry", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    margin_kind = models.CharField(max_length=12, choices=MarginKind, blank=True)
    margin = models.DecimalField("margin of victory", max_digits=7, decimal_places=3, null=True, blank=True)
    margin_method = models.CharField("margin measured by", max_length=12, choices=MarginMethod, blank=True)
    margin_against = models.ForeignKey(
        "races.Entry",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The car that crossed the line second, where a ruling made another the official runner-up.",
    )
    margin_note = models.CharField(max_length=300, blank=True)

    cautions = models.PositiveSmallIntegerField(null=True, blank=True)
    caution_laps = models.PositiveSmallIntegerField(null=True, blank=True)
    lead_changes = models.PositiveSmallIntegerField(null=True, blank=True)
    leaders = models.PositiveSmallIntegerField("different leaders", null=True, blank=True)
    duration = models.DurationField("time of race", null=True, blank=True)
    average_speed = models.DecimalField("average speed (mph)", max_digits=6, decimal_places=3, null=True, blank=True)
    note = models.TextField(blank=True)

    objects = RaceQuerySet.as_manager()

    class Meta:
        ordering = ["-season__year", F("round").desc(nulls_last=True), "-date", "slug"]
        permissions = [("change_official_race", "Can make a race official, and change it afterwards")]
        constraints = [
            models.UniqueConstraint(
                name="race_round_once_in_season",
                fields=["season", "round"],
                condition=Q(round__isnull=False),
                violation_error_message="This season already has a race with that round.",
            ),
            models.UniqueConstraint(
                name="race_slug_once_in_season",
                fields=["season", "slug"],
                condition=~Q(slug=""),
                violation_error_message="This season already has a race with that slug.",
            ),
            models.CheckConstraint(
                name="race_addressed_by_round_or_slug",
                condition=Q(kind="points", round__isnull=False, round__gte=1, slug="")
                | (~Q(kind="points") & Q(round=None) & ~Q(slug="")),
                violation_error_message="A points race has a round and no slug; any other race a slug and no round.",
            ),
            models.CheckConstraint(
                name="race_round_possible",
                condition=Q(round__isnull=True) | Q(round__lte=MOST_ROUNDS),
                violation_error_message=f"A season has {MOST_ROUNDS} rounds at most.",
            ),
            models.CheckConstraint(
                name="race_margin_value_where_measured",
                condition=Q(margin_kind__in=list(MEASURED), margin__isnull=False)
                | (~Q(margin_kind__in=list(MEASURED)) & Q(margin__isnull=True)),
                violation_error_message="A measured margin needs its value; "
                "a finish under caution or an unknown margin has none.",
            ),
            models.CheckConstraint(
                name="race_margin_not_negative",
                condition=Q(margin__isnull=True) | Q(margin__gte=0),
                violation_error_message="A margin cannot be less than zero.",
            ),
            models.CheckConstraint(
                name="race_no_pole_award_without_qualifying",
                condition=Q(pole__isnull=True) | Q(lineup__in=list(WITH_A_POLE)),
                violation_error_message="There is no pole award where qualifying did not set the lineup.",
            ),
            models.CheckConstraint(
                name="race_caution_laps_within_laps",
                condition=Q(caution_laps__isnull=True) | Q(laps__isnull=True) | Q(caution_laps__lte=F("laps")),
                violation_error_message="There cannot be more caution laps than laps.",
            ),
            models.CheckConstraint(
                name="race_duration_possible",
                condition=Q(duration__isnull=True) | Q(duration__gt=timedelta(0), duration__lt=LONGEST_RACE),
                violation_error_message="The time of a race is more than nothing and less than thirty days.",
            ),
            models.CheckConstraint(
                name="race_average_speed_possible",
                condition=Q(average_speed__isnull=True) | Q(average_speed__gt=0, average_speed__lt=FASTEST_RACE),
                violation_error_message=f"An average speed lies between 0 and {FASTEST_RACE} mph.",
            ),
        ]
        indexes = [models.Index(fields=["margin_kind", "margin"], name="race_by_margin")]

    def __str__(self):
        return f"{self.season} {self.key}: {self.name}"

    def get_absolute_url(self) -> str:
        return address_of("races:race", self.season.series.slug, self.season.year, self.key)

    def natural_key(self):
        return (*self.season.natural_key(), self.key)

    natural_key.dependencies = ["races.season", "races.tracklayout", "races.event"]

    @property
    def key(self) -> str:
        """What names the race within its season: the round, or the slug of a race without one."""
        return self.slug if self.round is None else str(self.round)

    @property
    def points_round(self) -> int:
        """The round, of a points race: no other has one."""
        if self.round is None:
            raise ValueError(f"“{self}” is no points race.")
        return self.round

    @property
    def ends_season(self) -> bool:
        """Whether it is the last of the rounds that its season is said to have."""
        return self.round is not None and self.round == self.season.rounds

    @property
    def label(self) -> str:
        """What the press calls it: “2024 Kansas I”, “2022 Daytona 500”, or the year and the name."""
        year = self.season.year
        if self.event and self.event.crown_jewel:
            return f"{year} {self.event.name}"
        if self.kind != self.Kind.POINTS:
            return f"{year} {self.name}"
        place = f"{year} {self.layout.race_label}"
        return f"{place} {roman(self.nth_at_track)}" if self.nth_at_track else place

    @property
    def full_label(self) -> str:
        """The label as heads and lists have it for readers: with the time of year where the track has further races
        that season, “2011 Talladega II, fall”. Without a date there is none to tell.
        """
        is_numbered = (
            self.nth_at_track and self.kind == self.Kind.POINTS and not (self.event and self.event.crown_jewel)
        )
        return f"{self.label}, {time_of_year(self.date)}" if is_numbered and self.date else self.label

    @property
    def track(self) -> Track:
        return self.layout.track

    @property
    def day(self) -> date:
        """The day whose names it goes by."""
        return naming_day(self.date, self.season.year)

    @property
    def track_name(self) -> str:
        """The track's name of the day."""
        return self.track.name_on(self.day)

    @property
    def margin_in_words(self) -> str:
        return margin_in_words(self.margin_kind, self.margin)

    @property
    def was_run(self) -> bool:
        return self.status in self.RUN

    @property
    def has_results(self) -> bool:
        """`with_results` of a race that was run and is read with its coverage."""
        return self.coverage.lines > 0

    def was_run_by(self, as_of: AsOf | None) -> bool:
        """Whether it had been run by then: `run_by` of a race that is read, with its coverage and season."""
        return self.was_run and (as_of is None or as_of.includes(self))

    def is_to_come(self, as_of: AsOf | None) -> bool:
        """`to_come` of a race that is read, with its coverage and season."""
        return self.status != self.Status.CANCELLED and not self.was_run_by(as_of)

    def clean(self):
        super().clean()
        errors = {}
        for field in ("pole", "led_to_green", "margin_against"):
            entry = getattr(self, field)
            if entry and entry.race_id != self.pk:
                errors[field] = f"{entry} is not an entry of this race."
        if errors:
            raise ValidationError(errors)


def margin_in_words(kind: str, margin: Decimal | None) -> str:
    """“.712 s”, “2 laps”, “1 car length”, “under caution”; empty where it is unknown."""
    if kind == Race.MarginKind.CAUTION:
        return "under caution"
    if margin is None:
        return ""
    if kind == Race.MarginKind.TIME:
        return f"{formatting.margin(margin)} s"
    one, many = {"laps": ("lap", "laps"), "car-lengths": ("car length", "car lengths"), "feet": ("foot", "feet")}[kind]
    return f"{formatting.miles(margin)} {one if margin == 1 else many}"


def time_of_year(day: date) -> str:
    """When a race is run, as the press says it: spring until midsummer, fall from September on."""
    if day.month in (12, 1):
        return "winter"
    if (day.month, day.day) <= (6, 20):
        return "spring"
    return "summer" if day.month < 9 else "fall"


def naming_day(day: date | None, year: int) -> date:
    """The day whose names a race goes by: without a date, the middle of its season."""
    return day or date(year, 7, 1)


def roman(number: int) -> str:
    """1 to 39 in Roman figures: enough for the races of one track in one season."""
    return "X" * (number // 10) + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number % 10]
