"""What can be found by a text, and the words to find it by: derived rows, which nobody edits."""

from __future__ import annotations

from django.db import models

from .keys import NaturalKeyQuerySet

LONGEST = 200
"""Characters of a name: a longer one is cut."""
LONGEST_WORD = 40


class Findable(models.Model):
    """One thing that has a page, under all its names: a driver, a race, a season.

    It is named by its kind and the id of its row, and its address by its kind and the slugs of it. Of two that a text
    fits as well the one of more fame is meant.
    """

    class Kind(models.TextChoices):
        DRIVER = "driver"
        TEAM = "team"
        MAKE = "make"
        TRACK = "track"
        RACE = "race"
        SERIES = "series"
        SEASON = "season"
        STANDINGS = "standings"
        MILESTONE = "milestone"

    kind = models.CharField(max_length=10, choices=Kind)
    key = models.PositiveBigIntegerField(
        serialize=False, help_text="The id of its row; of standings that of the season."
    )
    name = models.CharField(max_length=LONGEST)
    detail = models.CharField(max_length=LONGEST, blank=True, help_text="What tells it from others of that name.")
    address = models.CharField(max_length=200, help_text="The parts of its address: “cup/2011/31”.")
    year = models.PositiveSmallIntegerField(null=True, db_index=True, help_text="Of a race or a season.")
    words = models.TextField(help_text="Its names as names are compared, each between two strokes: “/ kyle larson /”.")
    fame = models.IntegerField(help_text="A hundred for every doubling of what it has won, and for 25 years.")

    natural_lookups = ("kind", "address")
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-fame", "kind", "key"]
        constraints = [
            models.UniqueConstraint(
                name="findable_once",
                fields=["kind", "key"],
                violation_error_message="This can be found already.",
            ),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.kind, self.address)


class FindableWord(models.Model):
    """A word that is in the names of something: what a misspelt one is compared with."""

    word = models.CharField(max_length=LONGEST_WORD, unique=True)

    natural_lookups = ("word",)
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["word"]

    def __str__(self):
        return self.word

    def natural_key(self):
        return (self.word,)
