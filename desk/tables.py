"""The tables of the book in the order in which editors look for them; what they seldom open is folded away."""

from __future__ import annotations

from typing import Any

GROUPS = {
    "Races": ("Race", "Entry", "Session", "Result", "Ruling", "Event"),
    "Who and where": ("Driver", "Team", "Manufacturer", "Track", "TrackLayout"),
    "Seasons and titles": ("Season", "Series", "Era", "Champion", "FinalPlace", "PlayOffRound", "PointsFormat"),
    "Totals and sources": ("GivenTotals", "Milestone", "Source", "Citation"),
    "Readers": ("Story", "Report"),
    "Users and history": ("User", "Group", "ChangeSet"),
}
ORDER = [name for names in GROUPS.values() for name in names]
Table = dict[str, Any]


def in_groups(tables: list[Table]) -> list[Table]:
    """These tables of the admin under the groups' names, and the others folded away below them."""
    left = {table["object_name"]: table for table in tables}
    groups: list[Table] = [
        {"name": group, "models": [left.pop(each) for each in names if each in left]} for group, names in GROUPS.items()
    ]
    groups.append({"name": "", "models": [], "folded": list(left.values())})
    return [group for group in groups if group["models"] or group.get("folded")]


def parted(app: Table) -> Table:
    """An app of the admin with its tables in this order, and the others folded away."""
    shown = [table for table in app["models"] if table["object_name"] in ORDER]
    folded = [table for table in app["models"] if table["object_name"] not in ORDER]
    return {**app, "models": sorted(shown, key=lambda table: ORDER.index(table["object_name"])), "folded": folded}
