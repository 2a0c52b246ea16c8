"""Points formats: what a place, a lap led and a stage were worth in a run of seasons."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from races.order import LAST_YEAR, is_within

from ..points import problem_of
from .keys import NaturalKeyQuerySet
from .series import Series
from .sources import Source


def check_points(table) -> None:
    if problem := problem_of(table):
        raise ValidationError(problem)


class PointsFormatQuerySet(NaturalKeyQuerySet["PointsFormat"]):
    def in_season(self, year: int) -> PointsFormatQuerySet:
        return self.filter(Q(last_season=None) | Q(last_season__gte=year), first_season__lte=year)


class PointsFormat(models.Model):
    """How one series gave points from one season to another. `races.points` counts with it."""

    class TitleBy(models.TextChoices):
        CHASE = "chase", "the Chase"
        PLAY_OFFS = "play-offs", "play-offs"

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="points_formats")
    name = models.CharField(max_length=80)
    first_season = models.PositiveSmallIntegerField()
    last_season = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: still in force.")
    by_position = models.JSONField(
        "points by position", validators=[check_points], help_text="First place first: [40, 35, 34]."
    )
    win_bonus = models.PositiveSmallIntegerField(
        default=0, help_text="For the win, where it is not in the points of first place."
    )
    lap_led = models.PositiveSmallIntegerField("for leading a lap", default=0)
    most_laps_led = models.PositiveSmallIntegerField("for leading the most laps", default=0)
    by_stage_position = models.JSONField(
        "points by stage position",
        default=list,
        blank=True,
        validators=[check_points],
        help_text="Of each stage, first place first: [10, 9, 8]. [] where there are no stages.",
    )
    fastest_lap = models.PositiveSmallIntegerField("for the fastest lap", default=0)
    title_by = models.CharField(
        "title decided by",
        max_length=20,
        choices=TitleBy.choices,
        blank=True,
        help_text="Where the season's title did not go by the points of its races alone.",
    )
    title_contenders = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="How many race for the title in the season's last race, and score the points of their place alone "
        "there. Empty: nobody does.",
    )
    note = models.CharField(
        max_length=300, blank=True, help_text="What counted for the title beside the points of races. Shown to readers."
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="points_formats")

    natural_lookups = ("series__slug", "first_season")

    objects = PointsFormatQuerySet.as_manager()

    class Meta:
        ordering = ["series", "-first_season"]
        constraints = [
            models.UniqueConstraint(
                name="pointsformat_first_season_once",
                fields=["series", "first_season"],
                violation_error_message="This series already has a points format from that season.",
            ),
            models.CheckConstraint(
                name="pointsformat_seasons_in_order",
                condition=Q(last_season__isnull=True) | Q(last_season__gte=F("first_season")),
                violation_error_message="The last season must not come before the first.",
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.series}"

    def natural_key(self):
        return (*self.series.natural_key(), self.first_season)

    natural_key.dependencies = ["races.series", "races.source"]

    @property
    def in_words(self) -> str:
        """“40 points for a win, 35 for second and 34 for third; 10 to 1 for a stage; 1 for the fastest lap.”"""
        first, *others = self.by_position or [0]
        words = [f"{first + self.win_bonus} points for a win"]
        words[0] += "".join(f", {points} for {place}" for points, place in zip(others, ("second", "third")))
        if self.by_stage_position:
            words.append(f"{self.by_stage_position[0]} for winning a stage")
        for points, feat in (
            (self.lap_led, "leading a lap"),
            (self.most_laps_led, "leading the most laps"),
            (self.fastest_lap, "the fastest lap"),
        ):
            if points:
                words.append(f"{points} for {feat}")
        if self.title_contenders:
            words.append(
                f"in the last race the {self.title_contenders} who may win the title score for their place alone"
            )
        return f"{'; '.join(words)}."

    def is_of(self, season: int) -> bool:
        return is_within(season, self.first_season, self.last_season)

    def gave_points_in(self, series: str, season: int) -> bool:
        """Whether this is the format of a series, by its slug, in a season."""
        return self.series.slug == series and self.is_of(season)

    def clean(self):
        super().clean()
        if self.series_id and self.first_season:
            others = type(self).objects.filter(series=self.series_id).exclude(pk=self.pk)
            overlap = others.filter(
                Q(last_season=None) | Q(last_season__gte=self.first_season),
                first_season__lte=self.last_season or LAST_YEAR,
            ).first()
            if overlap:
                raise ValidationError({"first_season": f"These seasons are also in the format “{overlap.name}”."})
