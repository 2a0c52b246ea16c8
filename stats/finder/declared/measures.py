"""What of the results or races that a question finds is counted: each measure is declared here, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from races.statistics import STATISTICS, LineStatistic
from racestats import formatting

from .field import Field
from .fields import FIELDS

How = Literal[
    "count", "different", "statistic", "sum", "mean", "fewest", "most", "first", "last", "share", "run", "wait"
]


@dataclass(frozen=True)
class Measure:
    """One thing to count. `of` is the column of what is different, or nothing; `field` what is summed or compared.

    `descending` says which figures stand first. A count may be at least so much; a mean or a share is of whole fields.
    """

    key: str
    label: str
    how: How
    of: str = ""
    field: Field | None = None
    statistic: LineStatistic | None = None
    descending: bool = True
    show: Callable[[Any], str] = formatting.number

    @property
    def is_count(self) -> bool:
        if self.statistic:
            return not self.statistic.is_rate
        return self.how in ("count", "different", "sum", "run", "wait")

    @property
    def is_mean(self) -> bool:
        return self.how in ("mean", "share") or bool(self.statistic and self.statistic.is_rate)

    @property
    def is_run(self) -> bool:
        return self.how in ("run", "wait")

    @property
    def is_when(self) -> bool:
        return self.how in ("first", "last")

    @property
    def of_races(self) -> bool:
        """Whether races alone have it, without their results."""
        return self.key in ("results", "races") or self.is_when or bool(self.field and self.field.of_race)


DIFFERENT = {
    "races": ("race", "Races"),
    "drivers": ("driver", "Drivers"),
    "teams": ("team", "Teams"),
    "makes": ("manufacturer", "Makes"),
    "tracks": ("track", "Tracks"),
    "seasons": ("year", "Seasons"),
    "series": ("series", "Series"),
}


def _of_fields() -> list[Measure]:
    found = []
    for field in FIELDS.values():
        if not field.is_number or field.head.endswith(("No.", "by then")):
            continue
        label = field.label.lower()
        if field.adds_up and field.key not in ("led", "laps", "points", "stages"):
            found.append(Measure(f"sum-{field.key}", f"Sum of {label}", "sum", field=field))
        if field.key not in ("finish", "start"):
            found.append(
                Measure(f"average-{field.key}", f"Average {label}", "mean", field=field, show=formatting.decimal)
            )
        extremes: tuple[tuple[How, str], ...] = (("fewest", field.fewest), ("most", field.most))
        for how, word in extremes:
            label_of = f"{word.capitalize()} {label}"
            found.append(
                Measure(f"{word}-{field.key}", label_of, how, field=field, descending=how == "most", show=field.show)
            )
    return found


MEASURES: dict[str, Measure] = {
    measure.key: measure
    for measure in (
        Measure("results", "Results", "count"),
        *(Measure(key, label, "different", of=column) for key, (column, label) in DIFFERENT.items()),
        *(
            Measure(each.key, each.label, "statistic", statistic=each, descending=each.descending, show=each.show)
            for each in STATISTICS.values()
            if each.key != "starts"
        ),
        *_of_fields(),
        Measure("share", "Share of the results", "share", show=formatting.percent),
        Measure("first", "First", "first", descending=False),
        Measure("last", "Last", "last"),
        Measure("longest-run", "Longest run", "run"),
        Measure("run-now", "Run that goes on", "run"),
        Measure("longest-wait", "Longest wait between two", "wait"),
        Measure("wait-now", "Wait since the last", "wait"),
    )
}
OVER: dict[str, str] = {
    "starts": "own starts: a missed race does not end a run",
    "races": "every race of the series: a missed race ends a run",
    "seasons": "seasons in which it came about",
    "days": "days",
}
"""What runs and waits are counted over."""
