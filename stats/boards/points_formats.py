"""Whether the points of a scope compare: only those that were given in one way can be ranked."""

from __future__ import annotations

from races.models import PointsFormat
from racestats import formatting
from stats.scope import Scope


def mixed_formats(scope: Scope) -> str:
    """Why the points of a scope, of one series, are not ranked: a sentence; empty where one format gave them all.

    Seasons whose format the book does not know may each have had their own. Two queries.
    """
    years = sorted(set(scope.denominator().order_by().values_list("season__year", flat=True)))
    formats: dict[str, list[int]] = {}
    for each in PointsFormat.objects.filter(series=scope.series).order_by("first_season"):
        if given := list(filter(each.is_of, years)):
            formats.setdefault(each.name, []).extend(given)
    unknown = [year for year in years if not any(year in given for given in formats.values())]
    if len(formats) + len(unknown) < 2:
        return ""
    ways = [f"{name} ({formatting.years(given[0], given[-1])})" for name, given in formats.items()]
    if unknown:
        seasons = formatting.plural(len(unknown), "season")
        ways.append(f"unknown for {seasons} ({formatting.years(unknown[0], unknown[-1])})")
    return f"Without ranks, for these points were not all given in one way and do not compare: {'; '.join(ways)}."
