"""Who changed what in the book, from what to what: a change set for each write as a whole."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from races.models import ImportRun

LONGEST_REASON = 200


class ChangeSet(models.Model):
    """One write as a whole: a save, an import, a ruling. Nobody edits these."""

    class Kind(models.TextChoices):
        SAVE = "save", "Save"
        DELETION = "deletion", "Deletion"
        NEW_RACE = "new-race", "New race"
        SHEET = "sheet", "Sheet"
        IMPORT = "import", "Import"
        RULING = "ruling", "Ruling"
        MERGE = "merge", "Merge"
        UNDO = "undo", "Undo"

    at = models.DateTimeField("when", db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        verbose_name="who",
        help_text="Empty: from the command line.",
        related_name="+",
    )
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField("what", max_length=200)
    reason = models.CharField(
        "why", max_length=LONGEST_REASON, blank=True, help_text="Of a change to an official race."
    )
    run = models.ForeignKey(
        ImportRun, on_delete=models.SET_NULL, null=True, verbose_name="import", related_name="change_sets"
    )
    undoes = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="undoings")
    undone_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="+", help_text="Empty: it holds."
    )

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()
        verbose_name = "change"

    def __str__(self):
        return f"{self.get_kind_display()}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("admin:changes_changeset_change", args=[self.pk])

    def mark_what_it_undoes(self) -> None:
        """Note of the set that this one undoes that it holds no more; so what that one had undone holds again."""
        undone, by = self.undoes, self
        while undone is not None:
            undone.undone_by = by
            undone.save(update_fields=["undone_by"])
            undone, by = undone.undoes, undone if by is None else None


class Change(models.Model):
    """What a change set did to the rows of one subject: a race with its sessions, cars, results and rulings, a driver
    with his aliases, a track with its layouts.

    `rows` says by model which rows were `added`, with their values, `came` in with an import, without, from one id to
    another; which were `changed`, by column from what to what; and which were `removed`, with their values. The rows
    are no foreign keys: what is said of them outlasts them.
    """

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="changes")
    subject = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    rows = models.JSONField()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(name="change_of_subject", fields=["subject", "subject_id", "change_set"])]

    def __str__(self):
        return f"{self.subject} {self.subject_id}"
