"""The points formats of the demo content, without a database."""

import json
from functools import cache

from django.conf import settings

from races.models import PointsFormat, Series


@cache
def points_formats() -> list[PointsFormat]:
    nodes = json.loads((settings.BASE_DIR / "fixtures/15_points_formats.json").read_text())
    rows = [node["fields"] for node in nodes if node["model"] == "races.pointsformat"]
    return [PointsFormat(**row | {"series": Series(slug=row["series"][0]), "source": None}) for row in rows]


@cache
def format_of(season: int, series: str = "cup") -> PointsFormat | None:
    """What gave points in that season, or None before there was such a format."""
    return next((each for each in points_formats() if each.gave_points_in(series, season)), None)
