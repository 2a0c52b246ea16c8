"""Where figures come from: sources, what they say of a row, and the files that were imported."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .keys import NaturalKeyQuerySet


class Source(models.Model):
    """Something a reader can go and look at: an article, a data set, a result sheet, a feed file."""

    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, unique=True)
    publisher = models.CharField(max_length=100, blank=True)
    url = models.URLField("address", max_length=500, blank=True)
    published = models.DateField(null=True, blank=True)

    natural_lookups = ("slug",)
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["title", "slug"]

    def __str__(self):
        return self.title

    def natural_key(self):
        return (self.slug,)


class CitationQuerySet(models.QuerySet):
    def get_by_natural_key(self, source: str, target: str | None, fact: str, *key):
        if target is None:
            raise self.model.DoesNotExist("A citation of nothing is nowhere.")
        cited = self.model._meta.get_field(target).related_model.objects.get_by_natural_key(*key)
        return self.get(**{"source__slug": source, "fact": fact, target: cited})


class Citation(models.Model):
    """What one source says of one race, result or ruling. A reading that disagrees is kept and shown."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations")
    race = models.ForeignKey("races.Race", on_delete=models.CASCADE, null=True, blank=True, related_name="citations")
    result = models.ForeignKey(
        "races.Result", on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    ruling = models.ForeignKey(
        "races.Ruling", on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    fact = models.CharField(max_length=60, blank=True, help_text="What is cited: “result”, “margin”, “date”.")
    reading = models.CharField(max_length=60, blank=True, help_text="What the source prints, where it disagrees.")
    note = models.CharField(max_length=400, blank=True)
    retrieved = models.DateField("retrieved on", null=True, blank=True)

    TARGETS = ("race", "result", "ruling")
    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["fact", "source__title", "pk"]
        constraints = [
            models.CheckConstraint(
                name="citation_of_one_thing",
                condition=Q(race__isnull=False, result__isnull=True, ruling__isnull=True)
                | Q(race__isnull=True, result__isnull=False, ruling__isnull=True)
                | Q(race__isnull=True, result__isnull=True, ruling__isnull=False),
                violation_error_message="A citation is of one race, one result or one ruling.",
            ),
            *(
                models.UniqueConstraint(
                    name=f"citation_once_for_{target}",
                    fields=["source", target, "fact"],
                    condition=Q(**{f"{target}__isnull": False}),
                    violation_error_message=f"This source is already cited for that fact of the {target}.",
                )
                for target in ("race", "result", "ruling")
            ),
        ]

    def __str__(self):
        return f"{self.source}: {self.fact}" if self.fact else str(self.source)

    def natural_key(self):
        target = next((name for name in self.TARGETS if getattr(self, f"{name}_id")), None)
        cited = getattr(self, target).natural_key() if target else ()
        return (self.source.slug, target, self.fact, *cited)

    natural_key.dependencies = ["races.source", "races.race", "races.result", "races.ruling"]


class ImportRun(models.Model):
    """One file that was applied to the book: what it was, who brought it, what it changed."""

    file_name = models.CharField(max_length=300)
    file_hash = models.CharField("SHA-256 of the file", max_length=64)
    format = models.CharField(max_length=60)
    started = models.DateTimeField()
    finished = models.DateTimeField(null=True, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    created_count = models.PositiveIntegerField("rows created", default=0)
    updated_count = models.PositiveIntegerField("rows updated", default=0)
    unchanged_count = models.PositiveIntegerField("rows unchanged", default=0)
    noted = models.TextField(blank=True, help_text="What there is nothing to do about, and how often it is so.")
    left_out = models.TextField(blank=True, help_text="Each race of the file that had an error, and the first of them.")

    natural_lookups = ("file_hash", "started")
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-started", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="importrun_once",
                fields=["file_hash", "started"],
                violation_error_message="This run is already recorded.",
            ),
        ]

    def __str__(self):
        return f"{self.file_name}, {self.started:%Y-%m-%d %H:%M}"

    def natural_key(self):
        return (self.file_hash, self.started.isoformat())
