"""Run the benchmarks on the full Cup history and print a table of ratios with their limits.

What is measured is CPU time, so that a busy machine changes no ratio.

The history is looked for in the folder that RACESTATS_DATA names, or in ../shared/data; without it there is nothing
to measure, and that is said.
"""

import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from . import book, importing, lighthouse, pages

HISTORY = "cup_series_1949_2025.csv.gz"
WEEKEND = "nascar_weekend_feed_2023_1_5274.json"


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    data = Path(os.environ.get("RACESTATS_DATA", root.parent / "shared" / "data"))
    if not (data / HISTORY).exists():
        print(f"Nothing to measure: {HISTORY} is not in {data}. Name its folder in RACESTATS_DATA.")
        return 0
    table = Table(title="Benchmarks")
    for heading in ("what", "measured", "against", "ratio", "limit", ""):
        table.add_column(heading)
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        for row in (
            *importing.measure(root, scratch, data / HISTORY, data / WEEKEND),
            *pages.measure(root, scratch, data / HISTORY),
            *book.measure(root, scratch / pages.WHOLE),
        ):
            failed |= not row.holds
            table.add_row(*row.cells())
        Console(width=140).print(table)
        failed |= not lighthouse.show(scratch / pages.WHOLE)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
