"""The vocabulary for reading drivers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from racestats.searching import words_of


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
