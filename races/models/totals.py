"""What stands above the races: totals that a source gives, the totals of seasons, and milestones."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from drivers.models import Driver
from racestats.addresses import address_of

from ..order import race_order
from ..statistics import CAREER_COUNTS, STATISTICS
from .keys import NaturalKeyQuerySet
from .series import Season, Series
from .sources import Source

GIVEN = (*CAREER_COUNTS, "laps", "races_led", "lead_lap_finishes", "dnfs", "points")
"""What a source may sum."""
SUMMED = (
    *GIVEN,
    *("runner_ups", "pole_wins", "races_led_most", "races_led_and_lost", "stage_sweeps"),
    *("close_wins", "close_runner_ups"),
)
"""All counts of the totals of seasons."""


class Totals(models.Model):
    """Sums of many races of one driver. A null count is unknown; `..._unknown` tells of how many of the races it is not
    known what they add to it, so that the count is at least so much.

    An average is of the races whose value is known: `start_known` races have the places at the start that add up to
    `start_sum`.
    """

    starts = models.PositiveIntegerField(null=True, blank=True)
    starts_unknown = models.PositiveSmallIntegerField(default=0)
    wins = models.PositiveIntegerField(null=True, blank=True)
    wins_unknown = models.PositiveSmallIntegerField(default=0)
    top_fives = models.PositiveIntegerField(null=True, blank=True)
    top_fives_unknown = models.PositiveSmallIntegerField(default=0)
    top_tens = models.PositiveIntegerField(null=True, blank=True)
    top_tens_unknown = models.PositiveSmallIntegerField(default=0)
    poles = models.PositiveIntegerField(null=True, blank=True)
    poles_unknown = models.PositiveSmallIntegerField(default=0)
    laps = models.PositiveIntegerField(null=True, blank=True)
    laps_unknown = models.PositiveSmallIntegerField(default=0)
    laps_led = models.PositiveIntegerField(null=True, blank=True)
    laps_led_unknown = models.PositiveSmallIntegerField(default=0)
    races_led = models.PositiveIntegerField(null=True, blank=True)
    races_led_unknown = models.PositiveSmallIntegerField(default=0)
    stage_wins = models.PositiveIntegerField(null=True, blank=True)
    stage_wins_unknown = models.PositiveSmallIntegerField(default=0)
    lead_lap_finishes = models.PositiveIntegerField(null=True, blank=True)
    lead_lap_finishes_unknown = models.PositiveSmallIntegerField(default=0)
    dnfs = models.PositiveIntegerField(null=True, blank=True)
    dnfs_unknown = models.PositiveSmallIntegerField(default=0)
    points = models.IntegerField(null=True, blank=True)
    points_unknown = models.PositiveSmallIntegerField(default=0)
    start_sum = models.PositiveIntegerField(null=True, blank=True)
    start_known = models.PositiveSmallIntegerField(default=0)
    finish_sum = models.PositiveIntegerField(null=True, blank=True)
    finish_known = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True


class GivenTotalsQuerySet(models.QuerySet["GivenTotals"]):
    def get_by_natural_key(self, driver: str, series: str, year: int | None) -> GivenTotals:
        return self.get(driver__slug=driver, series__slug=series, season__year=year)


class GivenTotals(Totals):
    """What a named source sums up of a driver's races through a round: of a whole career, or of one season."""

    driver = models.ForeignKey(Driver, on_delete=models.CASCADE, related_name="given_totals")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="given_totals")
    season = models.ForeignKey(
        Season, on_delete=models.CASCADE, null=True, blank=True, help_text="Empty: career totals."
    )
    through_season = models.PositiveSmallIntegerField()
    through_round = models.PositiveSmallIntegerField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="given_totals")
    note = models.CharField(max_length=400, blank=True)

    COUNTS = GIVEN

    objects = GivenTotalsQuerySet.as_manager()

    class Meta:
        ordering = ["driver", "series", F("season__year").asc(nulls_first=True)]
        verbose_name_plural = "given totals"
        constraints = [
            models.UniqueConstraint(
                name="giventotals_career_once",
                fields=["driver", "series"],
                condition=Q(season__isnull=True),
                violation_error_message="This driver already has career given totals in that series.",
            ),
            models.UniqueConstraint(
                name="giventotals_season_once",
                fields=["driver", "series", "season"],
                condition=Q(season__isnull=False),
                violation_error_message="This driver already has given totals for that season.",
            ),
            models.CheckConstraint(
                name="giventotals_counts_nested",
                condition=(Q(wins__isnull=True) | Q(top_fives__isnull=True) | Q(wins__lte=F("top_fives")))
                & (Q(top_fives__isnull=True) | Q(top_tens__isnull=True) | Q(top_fives__lte=F("top_tens")))
                & (Q(top_tens__isnull=True) | Q(starts__isnull=True) | Q(top_tens__lte=F("starts"))),
                violation_error_message="Wins are among the top fives, top fives among the top tens, "
                "and top tens among the starts.",
            ),
        ]

    def __str__(self):
        return f"{self.driver}, {self.through_in_words}"

    def natural_key(self):
        return (*self.driver.natural_key(), *self.series.natural_key(), self.season and self.season.year)

    natural_key.dependencies = ["drivers.driver", "races.series", "races.season", "races.source"]

    @property
    def through_in_words(self) -> str:
        """“through 2024 round 12”; round 0 is before the first of the season."""
        if not self.through_round:
            return f"through {self.through_season - 1}"
        return f"through {self.through_season} round {self.through_round}"

    @property
    def in_words(self) -> str:
        """“454 starts, 3 wins, 661+ laps led”, of what it says."""
        parts = [
            STATISTICS[key].amount(value, at_least=getattr(self, f"{key}_unknown") > 0)
            for key in self.COUNTS
            if (value := getattr(self, key)) is not None
        ]
        return ", ".join(parts)

    @property
    def through_order(self) -> int:
        return race_order(self.through_season, self.through_round)


USUAL_MILESTONES = {
    "starts": range(100, 1001, 100),
    "wins": (10, 20, 30, 40, 50, 60, 70, 75, 80, 90, 100, 150, 200),
    "top_fives": range(50, 551, 50),
    "top_tens": (50, *range(100, 701, 100)),
    "poles": range(10, 101, 10),
    "laps_led": (1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000),
    "stage_wins": range(10, 71, 10),
}
"""What a new series gets by statistic, once: an editor may delete them."""


class Milestone(models.Model):
    """A round number of a statistic worth a club: 10,000 laps led in the Cup Series."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="milestones")
    statistic = models.CharField(
        max_length=20,
        choices=[(key, STATISTICS[key].in_text) for key in CAREER_COUNTS],
    )
    threshold = models.PositiveIntegerField()
    note = models.TextField(blank=True, help_text="Shown on the club's page: other readings, what is open.")
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, help_text="Where the other reading is printed."
    )

    natural_lookups = ("series__slug", "statistic", "threshold")
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["series", "statistic", "-threshold"]
        constraints = [
            models.UniqueConstraint(
                name="milestone_once",
                fields=["series", "statistic", "threshold"],
                violation_error_message="This milestone already exists.",
            ),
            models.CheckConstraint(
                name="milestone_threshold_from_one",
                condition=Q(threshold__gte=1),
                violation_error_message="A milestone is at least 1.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("drivers:milestone", self.slug)

    def natural_key(self):
        return (*self.series.natural_key(), self.statistic, self.threshold)

    natural_key.dependencies = ["races.series", "races.source"]

    @classmethod
    def make_usual(cls, series: Series) -> list[Milestone]:
        """Write the usual ones for a series that was just made, and so has no race that could reach one."""
        return cls.objects.bulk_create(
            cls(series=series, statistic=statistic, threshold=threshold)
            for statistic, thresholds in USUAL_MILESTONES.items()
            for threshold in thresholds
        )

    @property
    def name(self) -> str:
        """“10,000 laps led”."""
        return f"{self.threshold:,} {self.get_statistic_display()}"

    @property
    def slug(self) -> str:
        """Its address: `cup-laps-led-10000`."""
        return f"{self.series.slug}-{self.statistic.replace('_', '-')}-{self.threshold}"
