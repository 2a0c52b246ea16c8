"""Whatever has a page, found by what a reader types: `search` is all that others need."""

from .results import FoundThing, search

__all__ = ["FoundThing", "search"]
