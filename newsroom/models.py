"""What readers write in, and what editors write: reports and stories."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import reduce
from html import unescape
from operator import or_
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import Truncator

from drivers.models import Driver, Manufacturer, Team
from races.models import FormerSlug, Race, Track
from races.models.keys import of_key
from racestats import clock
from racestats.templatetags.racing import markdown

MOST_OPEN = 500
"""So many reports wait at most: who floods the desk fills no more than that."""


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> ReportQuerySet:
        """Those that wait for an answer."""
        return self.filter(state=Report.State.OPEN)

    def corrections(self) -> ReportQuerySet:
        """Those that led to a change of the book, the latest first."""
        return self.filter(state=Report.State.CORRECTED).order_by("-closed_at", "-pk")

    def about(self, row: Any) -> ReportQuerySet:
        """Those of a page of this driver, race and so on, or of a row that leads to one."""
        address = row.get_absolute_url()
        pages = Q(address__startswith=address) | Q(row_address__startswith=address)
        return self.filter(pages | Q(address__contains=f"/vs/{row.slug}/") if isinstance(row, Driver) else pages)


class Report(models.Model):
    """A number that a reader says is wrong: where it stands, what it should be, and how the reader knows."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CORRECTED = "corrected", "Corrected"
        DECLINED = "declined", "Declined"

    address = models.CharField(max_length=500, help_text="The page on this site.")
    page = models.CharField(max_length=200, blank=True, help_text="What the page is called.")
    table = models.CharField(max_length=50, blank=True, help_text="Which table of the page.")
    row = models.CharField(max_length=200, blank=True, help_text="What the row is about.")
    row_address = models.CharField(max_length=500, blank=True, help_text="The page to which the row leads.")
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
        return f"{self.what} · {self.field}"

    @property
    def what(self) -> str:
        """What the number is of: the page and the row, or the page's address where these are not known."""
        return ": ".join(filter(None, (self.page, self.row))) or self.address

    def records(self) -> list[models.Model]:
        """Whom and what the page and the row are of: drivers, races and so on. At most nine queries."""
        named = NamedSlugs.by((self.address, self.row_address))
        found: list[models.Model] = []
        for model, slugs in named.slugs.items():
            found += model.objects.filter(pk__in=FormerSlug.objects.keys_of(model, slugs))
        return [*found, *(Race.objects.filter(named.races).with_label() if named.races else ())]

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


class StoryQuerySet(models.QuerySet["Story"]):
    def published(self, day: date | None = None) -> StoryQuerySet:
        """Those that everybody reads, the latest first; with a day those that stood there at its end."""
        found = self.filter(published__isnull=False) if day is None else self.filter(published__lte=day)
        return found.order_by("-published", "-pk")

    def note_again(self, texts: Iterable[str]) -> None:
        """Note whom they name, of those in which one of these texts stands: whoever moves addresses calls this with
        parts of them, such as “/kyle-larson/”."""
        for story in self.filter(reduce(or_, (Q(body__contains=text) for text in texts), Q(pk__in=()))):
            story.note_whom_it_names()


class Story(models.Model):
    """A text about the book, in Markdown, with tables of the book in it. A draft has no day yet."""

    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=150, unique=True)
    body = models.TextField(
        max_length=50_000,
        help_text="Markdown. An address of this site on a line of its own, as /leaderboards/wins/?series=cup, shows "
        "the table there. Link people, races and tracks by their addresses: their pages then lead here.",
    )
    published = models.DateField(null=True, blank=True, help_text="Empty: a draft, which editors alone see.")
    as_of = models.DateField(
        "tables as of", null=True, blank=True, help_text="The day at whose end its tables stand. Empty: when published."
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    drivers = models.ManyToManyField(Driver, related_name="+", editable=False)
    races = models.ManyToManyField(Race, related_name="+", editable=False)
    tracks = models.ManyToManyField(Track, related_name="+", editable=False)

    objects = StoryQuerySet.as_manager()

    class Meta:
        ordering = ["-published", "-pk"]
        verbose_name_plural = "stories"

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("story", args=[self.slug])

    def note_whom_it_names(self) -> None:
        """Keep the people, races and tracks to which its text links, under a slug of today or a former one: their pages
        lead to it. Whoever has saved another text calls this."""
        named = NamedSlugs.by(addresses_in(self.body))
        self.drivers.set(FormerSlug.objects.keys_of(Driver, named.slugs.get(Driver, ())))
        self.races.set(Race.objects.filter(named.races) if named.races else ())
        self.tracks.set(FormerSlug.objects.keys_of(Track, named.slugs.get(Track, ())))

    @property
    def day_of_tables(self) -> date | None:
        """The day at whose end its tables stand; None of a draft that says none: today's."""
        return self.as_of or self.published

    @property
    def beginning(self) -> str:
        """Its first words, without marks."""
        text = "\n".join(line for line in self.body.splitlines() if not ALONE.fullmatch(line))
        return Truncator(" ".join(unescape(strip_tags(markdown(text))).split())).chars(200)


ALONE = re.compile(r"\s*(/\S*)\s*")
"""An address on a line of its own."""
LINK = re.compile(r'href="(/[^"]*)"')


def addresses_in(body: str) -> Iterator[str]:
    """The addresses of this site that a text links to, or stands on a line of their own."""
    yield from (unescape(found) for found in LINK.findall(markdown(body)))
    yield from (found[1] for line in body.splitlines() if (found := ALONE.fullmatch(line)))


OF_ONE: dict[str, type[Any]] = {
    "/drivers/": Driver,
    "/teams/": Team,
    "/manufacturers/": Manufacturer,
    "/tracks/": Track,
}
"""Whose pages stand at addresses that begin so."""


class NamedSlugs(NamedTuple):
    """The slugs of those of whom addresses are, by model, and the races as a condition."""

    slugs: dict[type[Any], set[str]]
    races: Q

    @classmethod
    def by(cls, addresses: Iterable[str]) -> NamedSlugs:
        slugs, races = defaultdict[type[Any], set[str]](set), Q()
        for address in addresses:
            try:
                match = resolve(urlsplit(address).path)
            except (Resolver404, ValueError):
                continue
            said = match.kwargs
            if model := next((model for begins, model in OF_ONE.items() if address.startswith(begins)), None):
                slugs[model].update(said[name] for name in ("slug", "rival") if name in said)
            elif match.view_name.startswith("races:") and "key" in said:
                races |= of_key(said["key"]) & Q(season__series__slug=said["series"], season__year=said["year"])
        return cls(slugs, races)
