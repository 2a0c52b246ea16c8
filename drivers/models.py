"""Who: drivers and the names sources know them by, teams and manufacturers. Nothing here knows of races."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from racestats.searching import words_of


class ByName(models.QuerySet):
    """Reads a maker or team by its slug, as fixtures name it."""

    def get_by_natural_key(self, slug: str):
        return self.get(slug=slug)


class Manufacturer(models.Model):
    """The make of a car: Chevrolet, Ford, Plymouth."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)

    objects = ByName.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("drivers:manufacturer", args=[self.slug])

    def natural_key(self):
        return (self.slug,)


class Team(models.Model):
    """The organisation that entered a car. A team that changed its name keeps one row for each name it raced under."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=120, unique=True)

    objects = ByName.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("drivers:team", args=[self.slug])

    def natural_key(self):
        return (self.slug,)


class DriverQuerySet(models.QuerySet):
    def get_by_natural_key(self, slug: str):
        return self.get(slug=slug)

    def matching(self, text: str) -> DriverQuerySet:
        """Drivers whose name, or an alias of theirs, holds every word of the text."""
        found = self
        for word in words_of(text):
            found = found.filter(
                Q(name__icontains=word)
                | Q(suffix__icontains=word)
                | Q(pk__in=self.model.aliases.field.model.objects.filter(alias__icontains=word).values("driver"))
            )
        return found


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

    def get_absolute_url(self):
        return reverse("drivers:detail", args=[self.slug])

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
