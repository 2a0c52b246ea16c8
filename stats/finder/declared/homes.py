"""Where drivers are from, as far as their home towns tell: the state, or the country."""

from __future__ import annotations

from django.db.models import Case, CharField, F, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import StrIndex, Substr

from stats.scope import Scope

SEPARATOR = ", "


def state_of_driver(scope: Scope) -> Combinable:
    """What stands after the town: “Chemung, New York” → “New York”; null where no home town, or no more of it, is on
    file."""
    town = F("driver__hometown")
    after = Substr(town, StrIndex(town, Value(SEPARATOR)) + len(SEPARATOR))
    return Case(When(driver__hometown__contains=SEPARATOR, then=after), output_field=CharField())
