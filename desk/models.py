"""What the desk alone keeps."""

from __future__ import annotations

import gzip
from collections.abc import Collection
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from importing.run import Options, hash_of
from importing.source import LONGEST_HEADER, Answer
from races.models import ImportRun

KEPT_FOR = timedelta(days=1)
MOST_KEPT = 5
"""So many of one user."""
RUNS_KEPT_FOR = timedelta(days=366)
"""The records of updates."""


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


class FeedAddress(models.Model):
    """An address that updates ask, and what its server knows its last answer by, so that it may say “nothing new”.

    The answer itself is kept while it is needed again: the list of a season, and what has not come in whole.
    """

    address = models.CharField(max_length=300, unique=True)
    etag = models.CharField(max_length=LONGEST_HEADER, blank=True)
    last_modified = models.CharField(max_length=LONGEST_HEADER, blank=True)
    packed = models.BinaryField(default=bytes, help_text="The last answer, compressed; empty where it came in whole.")

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.address

    @property
    def data(self) -> bytes | None:
        """The answer that is kept."""
        return gzip.decompress(self.packed) if self.packed else None

    def take(self, answer: Answer, *, keep: bool) -> None:
        """Remember an answer, and with `keep` all of it. What is known already is not written: each write makes every
        page of the site anew."""
        before = self.etag, self.last_modified, bytes(self.packed)
        packed = before[2] if answer.data is None else gzip.compress(answer.data, mtime=0)
        after = answer.etag, answer.last_modified, packed if keep else b""
        if before != after or self.pk is None:
            self.etag, self.last_modified, self.packed = after
            self.save()


class UpdateRun(models.Model):
    """One run of `update_results`: what it asked for, what came, and what was wrong."""

    of = models.CharField("seasons", max_length=100)
    started = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True, help_text="Empty: it is going on, or was killed.")
    asked = models.PositiveIntegerField("addresses asked", default=0)
    unchanged = models.PositiveIntegerField("nothing new", default=0)
    came = models.TextField(blank=True, help_text="What came in, address by address.")
    wrong = models.TextField(blank=True, help_text="What was wrong.")

    class Meta:
        ordering = ["-started", "-pk"]
        default_permissions = ()
        verbose_name = "update"

    def __str__(self):
        return f"{self.of}, {self.started:%Y-%m-%d %H:%M}"


class UpdateProblemQuerySet(models.QuerySet["UpdateProblem"]):
    def open(self) -> UpdateProblemQuerySet:
        """What nobody has ticked off."""
        return self.filter(ticked_at=None)

    def with_file(self) -> UpdateProblemQuerySet:
        """With whether what came is kept, so that an editor can bring it in."""
        came = models.Exists(FeedAddress.objects.filter(pk=models.OuterRef("feed")).exclude(packed=b""))
        return self.annotate(has_file=came).select_related("feed").defer("feed__packed")


class UpdateProblem(models.Model):
    """What the last run that asked an address could not bring, until a later one can. An editor may tick it off, and is
    told again when something else is wrong."""

    feed = models.ForeignKey(FeedAddress, on_delete=models.CASCADE, related_name="problems", verbose_name="address")
    of = models.CharField("what", max_length=200, help_text="The race, or the list.")
    message = models.CharField(max_length=500)
    plan = models.CharField(max_length=64, blank=True, help_text="Which plan it is that waits for an editor.")
    official = models.BooleanField(default=False, help_text="It would change an official race.")
    lasts = models.BooleanField(default=False, help_text="It is of what came, and stays until something else comes.")
    since = models.DateTimeField(default=timezone.now)
    ticked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    ticked_at = models.DateTimeField("ticked off", null=True)

    objects = UpdateProblemQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        default_permissions = ()
        verbose_name = "problem of updates"
        verbose_name_plural = "problems of updates"
        constraints = [
            models.UniqueConstraint(
                name="updateproblem_once",
                fields=["feed", "message", "plan"],
                violation_error_message="This address already has that problem.",
            ),
        ]

    def __str__(self):
        return self.of

    def upload_for(self, user: object) -> Upload:
        """What came, for this user to look at and to bring in: one that is kept already, or a new one."""
        how = {"user": user, "name": self.feed.address, "overwrite_official": self.official}
        how["sha256"] = hash_of(self.feed.data or b"")
        kept = Upload.objects.filter(run=None, **how).first()
        return kept or Upload.objects.create(packed=bytes(self.feed.packed), **how)
