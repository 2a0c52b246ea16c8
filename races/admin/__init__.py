"""The editor's pages for what happened: one module per noun, as in `races.models`."""

from . import checks, derived, points, races, results, rulings, segments, series, sources, titles, totals, tracks
from .kit import former_slugs

__all__ = [
    "checks",
    "derived",
    "former_slugs",
    "points",
    "races",
    "results",
    "rulings",
    "segments",
    "series",
    "sources",
    "titles",
    "totals",
    "tracks",
]
