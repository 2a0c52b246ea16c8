"""Slugs that drivers, teams, makes and tracks had before: their addresses lead to the one of today."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from drivers.models import Driver, Manufacturer, Team

from .tracks import Track

HOLDERS: dict[type[models.Model], str] = {
    Driver: "driver",
    Team: "team",
    Manufacturer: "manufacturer",
    Track: "track",
}
"""Whose slugs are kept, and by which column."""


def _of_one(holder: str) -> Q:
    return Q(**{f"{each}__isnull": each != holder for each in HOLDERS.values()})


class FormerSlugQuerySet(models.QuerySet["FormerSlug"]):
    def get_by_natural_key(self, holder: str, slug: str) -> FormerSlug:
        if holder not in HOLDERS.values():
            raise self.model.DoesNotExist(f"“{holder}” has no slugs that are kept.")
        return self.get(**{f"{holder}__isnull": False, "slug": slug})

    def of_kind(self, model: type[models.Model]) -> FormerSlugQuerySet:
        """Those of drivers, or of teams, makes or tracks; of every other model none."""
        return self.filter(**{f"{HOLDERS[model]}__isnull": False}) if model in HOLDERS else self.none()

    def todays(self) -> dict[type[models.Model], dict[str, str]]:
        """By whose they are, the slug of today by each former one that nobody else has taken since. One query."""
        taken = Q()
        for model, holder in HOLDERS.items():
            taken |= Q(**{f"{holder}__isnull": False, "slug__in": model._default_manager.order_by().values("slug")})
        found: dict[type[models.Model], dict[str, str]] = {model: {} for model in HOLDERS}
        rows = self.exclude(taken).order_by()
        for slug, *holders in rows.values_list("slug", *(f"{holder}__slug" for holder in HOLDERS.values())):
            for of_kind, today in zip(found.values(), holders):
                if today is not None:
                    of_kind[slug] = today
        return found

    def keys_of(self, model: type[models.Model], slugs: Collection[str]) -> set[int]:
        """The ids of who has these slugs, and of who had one that nobody has today. Two queries."""
        todays = dict(model._default_manager.filter(slug__in=slugs).order_by().values_list("slug", "pk"))
        former = self.of_kind(model).filter(slug__in=set(slugs) - todays.keys()).order_by()
        return {*todays.values(), *former.values_list(f"{HOLDERS[model]}_id", flat=True)}

    def todays_of(self, model: type[models.Model], slug: str) -> str | None:
        """The slug of today of who had this one; none where nobody had."""
        rows = self.of_kind(model).filter(slug=slug)
        return rows.values_list(f"{HOLDERS[model]}__slug", flat=True).first() if model in HOLDERS else None


class FormerSlug(models.Model):
    """A slug that a driver, a team, a make or a track had: the addresses under it lead to the one of today."""

    slug = models.SlugField(max_length=120)
    driver = models.ForeignKey(Driver, on_delete=models.CASCADE, null=True, blank=True, related_name="former_slugs")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="former_slugs")
    manufacturer = models.ForeignKey(
        Manufacturer,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="former_slugs",
        verbose_name="make",
    )
    track = models.ForeignKey(Track, on_delete=models.CASCADE, null=True, blank=True, related_name="former_slugs")

    objects = FormerSlugQuerySet.as_manager()

    class Meta:
        ordering = ["slug", "pk"]
        constraints = [
            models.CheckConstraint(
                name="formerslug_of_one",
                condition=_of_one("driver") | _of_one("team") | _of_one("manufacturer") | _of_one("track"),
                violation_error_message="A former slug is of one driver, one team, one make or one track.",
            ),
            *(
                models.UniqueConstraint(
                    name=f"formerslug_of_one_{holder}",
                    fields=["slug"],
                    condition=Q(**{f"{holder}__isnull": False}),
                    violation_error_message=f"This slug already leads to a {model._meta.verbose_name}.",
                )
                for model, holder in HOLDERS.items()
            ),
        ]

    def __str__(self):
        return self.slug

    def natural_key(self):
        holder = self.holder
        return (holder, self.slug)

    natural_key.dependencies = ["drivers.driver", "drivers.team", "drivers.manufacturer", "races.track"]

    @property
    def holder(self) -> str | None:
        """The column of whose it is."""
        return next((name for name in HOLDERS.values() if getattr(self, f"{name}_id")), None)

    def clean(self):
        """What is somebody's slug leads to them."""
        super().clean()
        model = next((model for model, name in HOLDERS.items() if name == self.holder), None)
        if model and (taken := model._default_manager.filter(slug=self.slug).first()):
            raise ValidationError({"slug": f"“{self.slug}” is the slug of {taken}, and leads there."})
