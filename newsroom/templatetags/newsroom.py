"""What readers report, on the admin's pages of what it is about."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.db.models import Model
from django.template import Context

from newsroom.models import OF_ONE, Report
from races.models import Race

register = template.Library()

MOST = 10
"""So many stand on a page."""


@register.simple_tag(takes_context=True)
def reports_about(context: Context, row: Model | None) -> Iterable[Report]:
    """The open reports about a driver, a race and so on, for those who may look at them. One query at most."""
    if not isinstance(row, (Race, *OF_ONE.values())) or not context["request"].user.has_perm("newsroom.view_report"):
        return ()
    return Report.objects.open().about(row)[:MOST]
