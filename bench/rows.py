"""One line of the table of ratios."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A measured figure, the `base` it is compared with, and the `limit`: the most times the base that it may be."""

    what: str
    measured: float
    against: str
    base: float
    limit: float
    unit: str = "s"

    @property
    def ratio(self) -> float:
        return self.measured / self.base

    @property
    def holds(self) -> bool:
        return self.ratio <= self.limit

    def cells(self) -> tuple[str, ...]:
        return (
            self.what,
            f"{self.measured:.2f} {self.unit}",
            f"{self.against}: {self.base:.2f} {self.unit}",
            f"{self.ratio:.3f}",
            f"{self.limit:g}",
            "ok" if self.holds else "TOO SLOW",
        )
