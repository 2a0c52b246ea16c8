"""The one row that an address names, or a 404 that says what there is not."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404


def found_or_404(rows: Any, what: str, *lookups, **equal):
    """Of a model's or a queryset's rows the one with these; `what` ends “There is no …”."""
    try:
        return get_object_or_404(rows, *lookups, **equal)
    except Http404:
        raise Http404(f"There is no {what} in this book.") from None
