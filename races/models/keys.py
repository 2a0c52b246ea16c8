"""Natural keys: how fixtures name a row without its database id."""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.db.models import Q

Named = TypeVar("Named", bound=models.Model)


class NaturalKeyQuerySet(models.QuerySet[Named]):
    """Reads a row by the lookups its model lists in `natural_lookups`, in the order of its natural key."""

    def get_by_natural_key(self, *parts: str | int) -> Named:
        lookups = self.model.natural_lookups
        if len(parts) != len(lookups):
            raise self.model.DoesNotExist(
                f"{self.model._meta.verbose_name} is named by {len(lookups)} values, not {len(parts)}"
            )
        return self.get(**dict(zip(lookups, parts)))


def of_key(key: str, prefix: str = "") -> Q:
    """The condition that picks a race within its season by its key."""
    text = str(key)
    if text.isdecimal():
        return Q(**{f"{prefix}round": int(text)})
    return Q(**{f"{prefix}slug": text})
