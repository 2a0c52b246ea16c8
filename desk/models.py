"""What the desk alone keeps."""

from __future__ import annotations

import gzip
from collections.abc import Collection
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from importing.run import Options
from races.models import ImportRun

KEPT_FOR = timedelta(days=1)
MOST_KEPT = 5
"""So many of one user."""


class UploadQuerySet(models.QuerySet["Upload"]):
    def prune(self, user: object) -> None:
        """Drop what is old, and of one user all but the latest."""
        latest = self.filter(user=user).order_by("-created").values_list("pk", flat=True)[:MOST_KEPT]
        old = models.Q(created__lt=timezone.now() - KEPT_FOR)
        self.filter(old | models.Q(user=user) & ~models.Q(pk__in=list(latest))).delete()


class Upload(models.Model):
    """A file that an editor is about to import, to the byte, and how: what is applied is what was shown."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=300, help_text="The file's name, or the address that it was read from.")
    packed = models.BinaryField(help_text="Its bytes, compressed.")
    sha256 = models.CharField("SHA-256 of the file", max_length=64)
    series = models.CharField(max_length=50, blank=True)
    make_drivers = models.BooleanField(default=False)
    make_tracks = models.BooleanField(default=False)
    overwrite_official = models.BooleanField(default=False)
    strict = models.BooleanField(default=False)
    created = models.DateTimeField(default=timezone.now)
    run = models.ForeignKey(
        ImportRun, on_delete=models.SET_NULL, null=True, related_name="+", help_text="What came of it; none before."
    )

    objects = UploadQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # It is its user's alone.

    def __str__(self):
        return self.name

    @property
    def data(self) -> bytes:
        return gzip.decompress(self.packed)

    def options(self, *, dry_run: bool, accept: Collection[str] = (), reason: str = "") -> Options:
        """How to import it."""
        return Options(
            series=self.series or None,
            create_drivers=self.make_drivers or None,
            create_tracks=self.make_tracks or None,
            overwrite_official=self.overwrite_official,
            strict=self.strict,
            accept=tuple(accept),
            dry_run=dry_run,
            user=self.user,
            reason=reason,
        )
