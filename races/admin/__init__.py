"""The editor's pages for what happened: one module per noun, as in `races.models`."""

from . import checks, derived, points, races, results, rulings, segments, series, sources, titles, totals, tracks

__all__ = [
    "checks",
    "derived",
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
