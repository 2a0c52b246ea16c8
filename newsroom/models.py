"""What readers write in."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from racestats import clock

MOST_OPEN = 500
"""So many reports wait at most: who floods the desk fills no more than that."""


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> ReportQuerySet:
        """Those that wait for an answer."""
        return self.filter(state=Report.State.OPEN)

    def corrections(self) -> ReportQuerySet:
        """Those that led to a change of the book, the latest first."""
        return self.filter(state=Report.State.CORRECTED).order_by("-closed_at", "-pk")


class Report(models.Model):
    """A number that a reader says is wrong: where it stands, what it should be, and how the reader knows."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CORRECTED = "corrected", "Corrected"
        DECLINED = "declined", "Declined"

    address = models.CharField("page", max_length=500, help_text="The address on this site.")
    table = models.CharField(max_length=50, blank=True, help_text="Which table of the page.")
    row = models.CharField(max_length=200, blank=True, help_text="What the row is about.")
    field = models.CharField("number", max_length=200, help_text="Which one: the head of its column, or in words.")
    value = models.CharField("as it was shown", max_length=300, blank=True)
    says = models.CharField("should be", max_length=300)
    source = models.TextField("how the reader knows", max_length=1000)
    contact = models.CharField(max_length=200, blank=True, help_text="Kept until the report is closed, for questions.")
    at = models.DateTimeField("written", default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.TextField(
        max_length=1000, blank=True, help_text="Shown to everybody among the corrections, where the report led to one."
    )
    closed_at = models.DateTimeField("closed", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="report_closed_has_answer",
                condition=Q(state="open", closed_at__isnull=True)
                | ~Q(state="open") & ~Q(answer="") & Q(closed_at__isnull=False),
                violation_error_message="A report that is corrected or declined needs an answer.",
            ),
            models.CheckConstraint(
                name="report_closed_without_contact",
                condition=Q(state="open") | Q(contact=""),
                violation_error_message="How to reach the reader is not kept once a report is closed.",
            ),
        ]

    def __str__(self):
        return " · ".join(filter(None, (self.row, self.field))) or self.address

    def close(self, state: str, answer: str, by: object) -> None:
        """Answer it; the way to reach its reader is forgotten. The caller saves it."""
        self.state, self.answer, self.contact = state, answer, ""
        self.closed_at, self.closed_by = timezone.now(), by

    def open_again(self) -> None:
        """It waits once more."""
        self.state, self.closed_at, self.closed_by = self.State.OPEN, None, None

    @property
    def day(self) -> date | None:
        """On which day it was closed, where the races are."""
        return self.closed_at and self.closed_at.astimezone(clock.RACING).date()
