"""Tracks with their dated names, and the layouts raced on them."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Max, Min, Q

from racestats import formatting
from racestats.addresses import address_of
from racestats.names.dated_names import DatedName, name_on
from racestats.names.searching import Names

from ..laps import LONGEST_LAYOUT
from .keys import NaturalKeyQuerySet


class TrackQuerySet(NaturalKeyQuerySet):
    def names(self) -> Names:
        """Their names, short and former ones too. One query."""
        rows = self.order_by("pk").values_list("pk", "name", "short_name", "names__name")
        return Names((pk, name) for pk, *names in rows for name in names if name)


class Track(models.Model):
    """A place. It keeps its identity through new names, new owners and new asphalt."""

    name = models.CharField(max_length=100, unique=True, help_text="Today's name.")
    short_name = models.CharField(max_length=40, unique=True, help_text="As in “2024 Kansas I”.")
    slug = models.SlugField(max_length=60, unique=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField("state or province", max_length=60, blank=True)
    country = models.CharField(max_length=60, blank=True)

    natural_lookups = ("slug",)
    objects = TrackQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("races:track", self.slug)

    def natural_key(self):
        return (self.slug,)

    @property
    def place(self) -> str:
        return ", ".join(part for part in (self.city, self.region, self.country) if part)

    def name_on(self, day: date) -> str:
        """The track's name of the day; reads the prefetched `names` where there are any."""
        return name_on(day, self.names.all(), self.name)


class TrackName(DatedName):
    """A name the track had for a time: Atlanta International Raceway, to 1990."""

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=100)

    natural_lookups = ("track__slug", "name")
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["track", F("first_day").asc(nulls_first=True), "name"]
        constraints = [
            *DatedName.Meta.constraints,
            models.UniqueConstraint(
                name="trackname_once",
                fields=["track", "name"],
                violation_error_message="This track already has that name.",
            ),
        ]

    def natural_key(self):
        return (*self.track.natural_key(), self.name)

    natural_key.dependencies = ["races.track"]


class TrackLayoutQuerySet(NaturalKeyQuerySet):
    def with_seasons(self) -> models.QuerySet:
        """Each with `first_raced` and `last_raced`, the seasons of its races on file."""
        raced = self.annotate(first_raced=Min("races__season__year"), last_raced=Max("races__season__year"))
        return raced.order_by(*self.model._meta.ordering)  # A grouped queryset loses its ordering.


class TrackLayout(models.Model):
    """What was raced on: a length and a surface, for a time. Lap records belong to a layout, not to a track."""

    class Type(models.TextChoices):
        SUPERSPEEDWAY = "superspeedway", "Superspeedway"
        INTERMEDIATE = "intermediate", "Intermediate"
        SHORT_TRACK = "short-track", "Short track"
        ROAD_COURSE = "road-course", "Road course"
        DIRT = "dirt", "Dirt"

    class Surface(models.TextChoices):
        ASPHALT = "asphalt", "Asphalt"
        CONCRETE = "concrete", "Concrete"
        MIXED = "mixed", "Asphalt and concrete"
        PAVED = "paved", "Paved"
        DIRT = "dirt", "Dirt"

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="layouts")
    name = models.CharField(max_length=60, help_text="“Oval”, “Roval”, “Dirt track”.")
    slug = models.SlugField(max_length=60)
    label = models.CharField(
        max_length=60, blank=True, help_text="What races on it are called, if not by the track: “Bristol Dirt”."
    )
    length = models.DecimalField("length in miles", max_digits=6, decimal_places=4, null=True, blank=True)
    type = models.CharField(max_length=20, choices=Type, blank=True, help_text="Empty: unknown.")
    surface = models.CharField(max_length=10, choices=Surface, blank=True)
    first_season = models.PositiveSmallIntegerField(null=True, blank=True)
    last_season = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    natural_lookups = ("track__slug", "slug")
    objects = TrackLayoutQuerySet.as_manager()

    class Meta:
        ordering = ["track", "first_season", "slug"]
        constraints = [
            models.UniqueConstraint(
                name="tracklayout_slug_once_at_track",
                fields=["track", "slug"],
                violation_error_message="This track already has a layout with that slug.",
            ),
            models.CheckConstraint(
                name="tracklayout_length_possible",
                condition=Q(length__isnull=True) | Q(length__gt=Decimal(0), length__lt=Decimal(LONGEST_LAYOUT)),
                violation_error_message=f"A layout is longer than 0 and shorter than {LONGEST_LAYOUT} miles.",
            ),
            models.CheckConstraint(
                name="tracklayout_seasons_in_order",
                condition=Q(first_season__isnull=True)
                | Q(last_season__isnull=True)
                | Q(last_season__gte=F("first_season")),
                violation_error_message="The last season must not come before the first.",
            ),
        ]

    def __str__(self):
        """What tells it from the track's other layouts: “Darlington, Oval, 1.366 miles, 1970–”."""
        length = f"{formatting.miles(self.length)} miles" if self.length is not None else ""
        return ", ".join(filter(None, (self.track.short_name, self.name, length, self.years_in_words)))

    def natural_key(self):
        return (*self.track.natural_key(), self.slug)

    natural_key.dependencies = ["races.track"]

    @property
    def years_in_words(self) -> str:
        """The seasons that are given, “1970–”; else those of its races, where they were read `with_seasons`."""
        if self.first_season or self.last_season:
            return f"{self.first_season or ''}–{self.last_season or ''}"
        first, last = getattr(self, "first_raced", None), getattr(self, "last_raced", None)
        return formatting.years(first, last) if first and last else ""

    @property
    def race_label(self) -> str:
        """What a race here is called: the layout's own label, or the track's short name."""
        return self.label or self.track.short_name
