"""Who won the season: champions as they were awarded, final orders, and the rounds of play-offs."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from drivers.models import Driver, Manufacturer, Team

from .keys import NaturalKeyQuerySet
from .races import naming_day
from .series import Season
from .sources import Source


class Champion(models.Model):
    """Who won the title of a season: a fact with a source, never computed from added-up points."""

    season = models.OneToOneField(Season, on_delete=models.CASCADE, related_name="champion")
    driver = models.ForeignKey(Driver, on_delete=models.PROTECT, related_name="titles")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="titles")
    manufacturer = models.ForeignKey(
        Manufacturer, on_delete=models.PROTECT, null=True, blank=True, related_name="titles", verbose_name="make"
    )
    margin = models.DecimalField(
        "margin in points",
        max_digits=7,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Over the second of the final order. Empty: unknown.",
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="champions", help_text="Who says that it was awarded so."
    )
    note = models.CharField(
        max_length=300, blank=True, help_text="Where the margin, the team and the make are from. Shown to readers."
    )

    natural_lookups = ("season__series__slug", "season__year")
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-season__year", "season__series"]
        constraints = [
            models.CheckConstraint(
                name="champion_margin_not_negative",
                condition=Q(margin__isnull=True) | Q(margin__gte=0),
                violation_error_message="A champion's margin cannot be less than zero.",
            ),
        ]

    def __str__(self):
        return f"{self.driver}, {self.season.year}"

    def natural_key(self):
        return self.season.natural_key()

    @property
    def team_name(self) -> str | None:
        """The team's name in the season."""
        return self.team and self.team.name_on(naming_day(None, self.season.year))

    natural_key.dependencies = [
        "races.season",
        "races.source",
        "drivers.driver",
        "drivers.team",
        "drivers.manufacturer",
    ]


class FinalPlace(models.Model):
    """A driver's place and points in a season's final order, where other than added-up points made it."""

    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="final_places")
    driver = models.ForeignKey(Driver, on_delete=models.PROTECT, related_name="final_places")
    place = models.PositiveSmallIntegerField()
    points = models.DecimalField(
        max_digits=8,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="As they stood in the end. Empty: unknown.",
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="final_places")

    natural_lookups = ("season__series__slug", "season__year", "driver__slug")
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["season", "place", "driver"]
        constraints = [
            models.UniqueConstraint(
                name="finalplace_driver_once_in_season",
                fields=["season", "driver"],
                violation_error_message="This driver already has a place in that season's final order.",
            ),
            models.CheckConstraint(
                name="finalplace_place_from_one",
                condition=Q(place__gte=1),
                violation_error_message="A place counts from 1.",
            ),
            models.CheckConstraint(
                name="finalplace_points_not_negative",
                condition=Q(points__isnull=True) | Q(points__gte=0),
                violation_error_message="Final points cannot be less than zero.",
            ),
        ]

    def __str__(self):
        return f"{self.place}: {self.driver}, {self.season.year}"

    def natural_key(self):
        return (*self.season.natural_key(), *self.driver.natural_key())

    natural_key.dependencies = ["races.season", "races.source", "drivers.driver"]


class PlayOffRound(models.Model):
    """A part of a season's play-offs: from one race to another, and how many drivers were still in."""

    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="play_off_rounds")
    number = models.PositiveSmallIntegerField(help_text="1 for the first round of the play-offs.")
    first_race = models.PositiveSmallIntegerField(help_text="By its round in the season.")
    last_race = models.PositiveSmallIntegerField(help_text="By its round in the season.")
    drivers = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How many were in. Empty: unknown.")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="play_off_rounds")

    natural_lookups = ("season__series__slug", "season__year", "number")
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["season", "number"]
        verbose_name = "play-off round"
        constraints = [
            models.UniqueConstraint(
                name="playoffround_once_in_season",
                fields=["season", "number"],
                violation_error_message="This season already has that round of play-offs.",
            ),
            models.CheckConstraint(
                name="playoffround_from_one",
                condition=Q(number__gte=1, first_race__gte=1),
                violation_error_message="Rounds are counted from 1.",
            ),
            models.CheckConstraint(
                name="playoffround_races_in_order",
                condition=Q(last_race__gte=F("first_race")),
                violation_error_message="The last race must not come before the first.",
            ),
        ]

    def __str__(self):
        return f"{self.season.year} play-offs, round {self.number}"

    def natural_key(self):
        return (*self.season.natural_key(), self.number)

    natural_key.dependencies = ["races.season", "races.source"]
