"""Whatever has a page, found by what a reader types: `search` is all that others need."""

from .results import Result, search

__all__ = ["Result", "search"]
