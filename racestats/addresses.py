"""The addresses of pages by their names."""

from __future__ import annotations

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=20_000)  # They are the code's alone, and pages lead to the same drivers, races and boards.
def address_of(name: str, *args: object) -> str:
    """Of the page with that name and these parts of its address; found among all names once."""
    return reverse(name, args=args)
