"""The editor's pages for what happened: one module per noun, as in `races.models`."""

from . import derived, points, races, results, rulings, segments, series, sources, titles, totals, tracks

__all__ = [
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
