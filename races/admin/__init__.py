"""The editor's pages for what happened: one module per noun, as in `races.models`."""

from . import book, points, races, results, rulings, running, series, sources, tracks

__all__ = ["book", "points", "races", "results", "rulings", "running", "series", "sources", "tracks"]
