"""Natural keys: how fixtures name a row without its database id."""

from django.db import models


class NaturalKeyQuerySet(models.QuerySet):
    """Reads a row by the lookups its model lists in `natural_lookups`, in the order of its natural key."""

    def get_by_natural_key(self, *parts):
        lookups = self.model.natural_lookups
        if len(parts) != len(lookups):
            raise self.model.DoesNotExist(
                f"{self.model._meta.verbose_name} is named by {len(lookups)} values, not {len(parts)}"
            )
        return self.get(**dict(zip(lookups, parts)))
