"""Who won each race at a track, in what, and how fast."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from drivers.models import Driver
from races.order import year_and_round
from races.statistics import WIN
from stats.scope import Scope


class Winner(NamedTuple):
    """The winner of a race at the track; `speed` is the average of the race, in miles an hour."""

    year: int
    order: int
    pk: int
    driver: str
    make: str | None
    speed: Decimal | None
    layout: int
    layout_name: str


def winners_at(scope: Scope) -> list[Winner]:
    """Those of the races of a scope that names a track, the oldest first; of a race of several series each. One
    query."""
    won = scope.lines().filter(WIN).order_by("race_order", "race", "pk")
    columns = (
        "driver",
        "driver__name",
        "driver__suffix",
        "manufacturer__name",
        "race__average_speed",
        "layout",
        "layout__name",
    )
    return [
        Winner(
            year_and_round(order)[0], order, pk, str(Driver(name=name, suffix=suffix)), make, speed, layout, layout_name
        )
        for order, pk, name, suffix, make, speed, layout, layout_name in won.values_list("race_order", *columns)
    ]
