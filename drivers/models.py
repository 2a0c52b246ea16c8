"""Who: drivers and the names sources know them by, teams and manufacturers. Nothing here knows of races."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from racestats.addresses import address_of
from racestats.names.dated_names import DatedName, name_on
from racestats.names.searching import Names

Named = TypeVar("Named", bound=models.Model)


class ByName(models.QuerySet[Named]):
    """Reads a driver, team or make by its slug, as fixtures name it, and finds them by name."""

    def get_by_natural_key(self, slug: str) -> Named:
        return self.get(slug=slug)

    def names(self) -> Names:
        """Their names, with those that they had or are also called by. One query."""
        return Names(self.order_by("pk").values_list("pk", "name"))

    def matching(self, text: str) -> ByName[Named]:
        """Those whose names hold every word of the text, written in whatever way."""
        return self.filter(pk__in=self.model.objects.names().holding(text)) if text.strip() else self


SAID = {"Chevrolet": "Chevy"}
"""What fans call a make that is not in its name."""


class ManufacturerQuerySet(ByName["Manufacturer"]):
    def names(self) -> Names:
        rows = list(self.order_by("pk").values_list("pk", "name"))
        return Names([*rows, *((pk, SAID[name]) for pk, name in rows if name in SAID)])


class Manufacturer(models.Model):
    """The make of a car: Chevrolet, Ford, Plymouth."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)

    objects = ManufacturerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("drivers:manufacturer", self.slug)

    def natural_key(self):
        return (self.slug,)


class TeamQuerySet(ByName["Team"]):
    def names(self) -> Names:
        rows = self.order_by("pk").values_list("pk", "name", "names__name")
        return Names((pk, name) for pk, *names in rows for name in names if name)


class Team(models.Model):
    """The organisation that entered a car. It keeps its identity through new names and new owners."""

    name = models.CharField(max_length=120, unique=True, help_text="Today's name, or its last.")
    slug = models.SlugField(max_length=120, unique=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("drivers:team", self.slug)

    def natural_key(self):
        return (self.slug,)

    def name_on(self, day: date) -> str:
        """The team's name of the day; reads the prefetched `names` where there are any."""
        return name_on(day, self.names.all(), self.name)


class TeamNameQuerySet(models.QuerySet["TeamName"]):
    def get_by_natural_key(self, team: str, name: str) -> TeamName:
        return self.get(team__slug=team, name=name)


class TeamName(DatedName):
    """A name the team raced under for a time: All-Star Racing, in 1984."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=120)

    objects = TeamNameQuerySet.as_manager()

    class Meta:
        ordering = ["team", F("first_day").asc(nulls_first=True), "name"]
        constraints = [
            *DatedName.Meta.constraints,
            models.CheckConstraint(
                name="teamname_name_present",
                condition=~Q(name=""),
                violation_error_message="A team's name needs a text.",
            ),
            models.UniqueConstraint(
                name="teamname_once",
                fields=["team", "name"],
                violation_error_message="This team already has that name.",
            ),
        ]

    def natural_key(self):
        return (*self.team.natural_key(), self.name)

    natural_key.dependencies = ["drivers.team"]

    def clean(self):
        """A team has one name on a day, and a name is one team's on a day."""
        super().clean()
        others = type(self).objects.filter(Q(team=self.team_id) | Q(name__iexact=self.name)).exclude(pk=self.pk)
        for other in others.select_related("team"):
            if not self.overlaps(other):
                continue
            if other.team_id == self.team_id:
                raise ValidationError(f"The team was called “{other}” on some of these days.")
            raise ValidationError(f"{other.team} was called “{other}” on some of these days.")


class DriverQuerySet(ByName["Driver"]):
    def names(self) -> Names:
        rows = self.order_by("pk").values_list("pk", "name", "suffix", "aliases__alias")
        names = ((pk, (f"{name} {suffix}", alias)) for pk, name, suffix, alias in rows)
        # An alias with a colon is an id of a source.
        return Names((pk, name) for pk, of_one in names for name in of_one if name and ":" not in name)


class Driver(models.Model):
    """One person who drove. Father and son of one name are told apart by suffix and year of birth."""

    name = models.CharField(max_length=100, help_text="As printed, without the suffix: “Ricky Stenhouse”.")
    suffix = models.CharField(
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^(Jr\.|Sr\.|I{1,3}|IV|V)$", "A suffix is Jr., Sr., I, II, III, IV or V.")],
    )
    slug = models.SlugField(max_length=120, unique=True)
    born = models.DateField("date of birth", null=True, blank=True)
    died = models.DateField("date of death", null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Where only the year is known.")
    hometown = models.CharField("home town", max_length=120, blank=True)
    biography = models.TextField(blank=True, help_text="Markdown.")
    photo = models.ImageField(upload_to="drivers/", blank=True)

    objects = DriverQuerySet.as_manager()

    class Meta:
        ordering = ["name", "suffix", "slug"]
        constraints = [
            models.CheckConstraint(
                name="driver_name_present",
                condition=~Q(name=""),
                violation_error_message="A driver needs a name.",
            ),
            models.CheckConstraint(
                name="driver_died_after_born",
                condition=Q(born__isnull=True) | Q(died__isnull=True) | Q(died__gt=F("born")),
                violation_error_message="The date of death must be after the date of birth.",
            ),
            models.CheckConstraint(
                name="driver_birth_year_possible",
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1870, 2100)),
                violation_error_message="The year of birth must lie between 1870 and 2100.",
            ),
            models.CheckConstraint(
                name="driver_birth_once",
                condition=Q(born__isnull=True) | Q(birth_year__isnull=True),
                violation_error_message="Give the date of birth or only its year, not both.",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.suffix}".rstrip()

    def get_absolute_url(self) -> str:
        return address_of("drivers:detail", self.slug)

    def natural_key(self):
        return (self.slug,)

    @property
    def year_of_birth(self) -> int | None:
        return self.born.year if self.born else self.birth_year


class DriverAlias(models.Model):
    """A name or an id under which a source knows a driver: “Ricky Carven”, “nascar:4030”."""

    driver = models.ForeignKey(Driver, on_delete=models.CASCADE, related_name="aliases")
    alias = models.CharField(max_length=120, unique=True)

    class Manager(models.Manager):
        def get_by_natural_key(self, alias: str):
            return self.get(alias=alias)

    objects = Manager()

    class Meta:
        ordering = ["alias"]
        verbose_name_plural = "driver aliases"
        constraints = [
            models.CheckConstraint(
                name="driveralias_alias_present",
                condition=~Q(alias=""),
                violation_error_message="An alias needs a text.",
            ),
        ]

    def __str__(self):
        return self.alias

    def natural_key(self):
        return (self.alias,)
