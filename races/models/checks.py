"""What an editor should look at: a race's health, the warnings of an import, and which of them were accepted."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.lookups import IsNull

from .races import Race
from .sources import ImportRun

SAID = ("code", "place", "value", "message")
"""With its race, what tells one warning from another."""


class Fact(NamedTuple):
    """What tells one warning from another: the race's id, where it is of a race, and what `SAID` names."""

    race: int | None
    code: str
    place: str
    value: str
    message: str

    @property
    def columns(self) -> dict[str, str]:
        """The columns of a row that keeps it, but for the race."""
        return {column: getattr(self, column) for column in SAID}


class WarningQuerySet(models.QuerySet):
    def with_accepted(self) -> WarningQuerySet:
        """Each with `accepted`: whether an editor has accepted it of the same race; of none, where it is of a file."""
        same = AcceptedWarning.objects.filter(**{column: OuterRef(column) for column in SAID})
        of_none = Q(IsNull(OuterRef("race"), True), race=None)
        return self.annotate(accepted=Exists(same.filter(Q(race=OuterRef("race")) | of_none)))

    def open(self) -> WarningQuerySet:
        """Those that nobody has accepted."""
        return self.with_accepted().filter(accepted=False)

    def get_by_natural_key(self, code: str, place: str, value: str, message: str, *race):
        of_race = Race.objects.get_by_natural_key(*race) if race else None
        return self.get(code=code, place=place, value=value, message=message, race=of_race)


class Warned(models.Model):
    """One thing that an editor should look at: its kind, where it is, which value and why."""

    code = models.SlugField("kind", max_length=40)
    place = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=100, blank=True)
    message = models.CharField(max_length=300)

    objects = WarningQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.code}: {self.message}"

    @property
    def fact(self) -> Fact:
        return Fact(self.race_id, self.code, self.place, self.value, self.message)

    def natural_key(self):
        race = self.race.natural_key() if self.race_id else ()
        return (self.code, self.place, self.value, self.message, *race)

    natural_key.dependencies = ["races.race"]


class RaceCheck(Warned):
    """Something about a race that does not add up as it stands in the book: its health. Nobody edits these."""

    race = models.ForeignKey(Race, on_delete=models.CASCADE, related_name="checks")

    class Meta:
        ordering = ["race", *SAID]
        constraints = [
            models.UniqueConstraint(
                name="racecheck_once",
                fields=["race", *SAID],
                violation_error_message="This race already has that check.",
            ),
        ]


class ImportWarningQuerySet(WarningQuerySet):
    def get_by_natural_key(self, file_hash: str, started: str, number: int):
        return self.get(run__file_hash=file_hash, run__started=started, number=number)


class ImportWarning(Warned):
    """What an import told when it was run, once its file was in."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="warnings")
    number = models.PositiveIntegerField(help_text="The first warning of the run is 1.")
    race = models.ForeignKey(Race, on_delete=models.CASCADE, null=True, blank=True, related_name="import_warnings")

    objects = ImportWarningQuerySet.as_manager()

    class Meta:
        ordering = ["-run__started", "number"]
        constraints = [
            models.UniqueConstraint(
                name="importwarning_once",
                fields=["run", "number"],
                violation_error_message="This run already has a warning of that number.",
            ),
        ]

    def natural_key(self):
        return (*self.run.natural_key(), self.number)

    natural_key.dependencies = ["races.importrun", "races.race"]


class AcceptedWarning(Warned):
    """A warning that an editor has looked at, of one race or of files: no import tells it of the same again, and the
    race's health does not count it."""

    race = models.ForeignKey(Race, on_delete=models.CASCADE, null=True, blank=True, related_name="accepted_warnings")
    run = models.ForeignKey(
        ImportRun,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="accepted",
        help_text="The import that reported the warning.",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        verbose_name="accepted by",
        help_text="Empty: from the command line.",
    )
    accepted_at = models.DateTimeField()

    class Meta:
        ordering = ["-accepted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="acceptedwarning_once",
                fields=["race", *SAID],
                condition=Q(race__isnull=False),
                violation_error_message="This warning is already accepted.",
            ),
            models.UniqueConstraint(
                name="acceptedwarning_of_files_once",
                fields=SAID,
                condition=Q(race__isnull=True),
                violation_error_message="This warning is already accepted of files.",
            ),
        ]
