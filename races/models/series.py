"""Series with their dated names, eras and seasons."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from races.order import FIRST_YEAR, LAST_YEAR, is_within
from racestats.addresses import address_of

from .keys import NaturalKeyQuerySet


class Series(models.Model):
    """A championship under its permanent, neutral slug: `cup`. Sponsors' names are dated rows beside it."""

    name = models.CharField(max_length=80, unique=True, help_text="The neutral name: “Cup Series”.")
    short_name = models.CharField(max_length=30, help_text="As in “17 Cup wins”.")
    slug = models.SlugField(max_length=40, unique=True)
    level = models.PositiveSmallIntegerField(default=1, help_text="1 for the top series: the one shown first.")

    natural_lookups = ("slug",)
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["level", "name"]
        verbose_name_plural = "series"

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("races:series", self.slug)

    def natural_key(self):
        return (self.slug,)

    def name_in(self, year: int) -> str:
        """The series' display name in a season; reads the prefetched `names` where there are any."""
        for dated in self.names.all():
            if is_within(year, dated.first_season, dated.last_season):
                return dated.name
        return self.name


class SeriesName(models.Model):
    """The name a series raced under in a run of seasons: Winston Cup Series, 1971 to 2003."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=80)
    first_season = models.PositiveSmallIntegerField(null=True, blank=True)
    last_season = models.PositiveSmallIntegerField(null=True, blank=True)

    natural_lookups = ("series__slug", "name")
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["series", "first_season", "name"]
        constraints = [
            models.UniqueConstraint(
                name="seriesname_once",
                fields=["series", "name"],
                violation_error_message="This series already has that name.",
            ),
            models.CheckConstraint(
                name="seriesname_seasons_in_order",
                condition=Q(first_season__isnull=True)
                | Q(last_season__isnull=True)
                | Q(last_season__gte=F("first_season")),
                violation_error_message="The last season must not come before the first.",
            ),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (*self.series.natural_key(), self.name)

    natural_key.dependencies = ["races.series"]


class Era(models.Model):
    """A named range of dates in one series: Next Gen, from 2022-02-20. Eras may overlap."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="eras")
    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=60)
    starts = models.DateField("first day")
    ends = models.DateField("last day", null=True, blank=True)
    description = models.CharField(max_length=300, blank=True)
    closest_known = models.DecimalField(
        "closest finishes known to",
        max_digits=7,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="In seconds: every finish of the era with a margin of at most so much is in this book, so these are "
        "ranked though other margins are unknown. Empty: not known.",
    )
    closest_known_through = models.DateField(
        "known through", null=True, blank=True, help_text="The day up to which that was looked up."
    )

    natural_lookups = ("series__slug", "slug")
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["series", "starts"]
        constraints = [
            models.UniqueConstraint(
                name="era_slug_once_in_series",
                fields=["series", "slug"],
                violation_error_message="This series already has an era with that slug.",
            ),
            models.CheckConstraint(
                name="era_dates_in_order",
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                violation_error_message="An era must not end before it starts.",
            ),
            models.CheckConstraint(
                name="era_closest_known_through",
                condition=Q(closest_known__isnull=True, closest_known_through__isnull=True)
                | Q(closest_known__gte=0, closest_known_through__isnull=False),
                violation_error_message="How close and through which day: say both, or neither.",
            ),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (*self.series.natural_key(), self.slug)

    natural_key.dependencies = ["races.series"]


class Season(models.Model):
    """One year of one series."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="seasons")
    year = models.PositiveSmallIntegerField()
    rounds = models.PositiveSmallIntegerField(
        "points races",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="How many points races the season had or will have, in this book or not. Empty: unknown.",
    )

    natural_lookups = ("series__slug", "year")
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["series", "-year"]
        constraints = [
            models.UniqueConstraint(
                name="season_year_once_in_series",
                fields=["series", "year"],
                violation_error_message="This series already has that season.",
            ),
            models.CheckConstraint(
                name="season_year_possible",
                condition=Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                violation_error_message=f"A season lies between {FIRST_YEAR} and {LAST_YEAR}.",
            ),
        ]

    def __str__(self):
        return f"{self.year} {self.series}"

    def get_absolute_url(self) -> str:
        return address_of("races:season", self.series.slug, self.year)

    def natural_key(self):
        return (*self.series.natural_key(), self.year)

    natural_key.dependencies = ["races.series"]
