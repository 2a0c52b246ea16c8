"""What is wrong with a file: where, which value and why. Errors stop an import; warnings are for an editor to judge."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong. `place` is a line (“line 12, Finish”) or a JSON path (“$.entries[3].driver”)."""

    file: str
    place: str
    value: str
    reason: str
    code: str = "invalid"

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= 80 else f"{self.value[:77]}…"
        return f"{self.file}, {self.place}: {self.reason}" + (f" (“{shown}”)" if shown else "")
