"""What Lighthouse says of each kind of page on a phone: in `make bench`, or by `python -m bench.lighthouse BOOK`.

`lighthouse` is a command of npm's package of that name; without it nothing is measured, and that is said. Its marks for
speed are of this machine, and of this moment.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from .serving import Site

KINDS = ("performance", "accessibility", "best-practices", "seo")
WANTED = 98
PAGES = (
    "/",
    "/drivers/",
    "/drivers/kyle-larson/",
    "/drivers/kyle-larson/races/",
    "/drivers/kyle-larson/vs/denny-hamlin/",
    "/races/cup/2025/",
    "/races/cup/2025/12/",
    "/standings/cup/2025/",
    "/leaderboards/wins/",
    "/closest-finishes/",
    "/milestones/",
    "/milestones/cup-wins-50/",
    "/streaks/wins/",
    "/tracks/kansas/",
    "/teams/hendrick-motorsports/",
    "/champions/",
    "/rulings/",
)
FLAGS = "--headless --no-sandbox --disable-gpu --disable-background-networking"


def scores(address: str) -> dict[str, int | None]:
    """By kind, the mark out of a hundred; None where Lighthouse gives none."""
    command = ["lighthouse", address, "--quiet", "--output=json", f"--chrome-flags={FLAGS}"]
    headers = json.dumps({"X-Forwarded-Proto": "https"})  # The site itself speaks http, behind a proxy.
    found = subprocess.run([*command, f"--extra-headers={headers}"], capture_output=True, text=True, check=True)
    marks = json.loads(found.stdout)["categories"]
    return {kind: mark and round(mark * 100) for kind in KINDS for mark in [marks[kind]["score"]]}


def show(book: Path) -> bool:
    """Print the marks of every page; return whether all are as wanted."""
    if not shutil.which("lighthouse"):
        print("No marks of Lighthouse: the command is not here (npm install --global lighthouse).")
        return True
    os.environ.setdefault("CHROME_PATH", shutil.which("chromium") or "/usr/bin/chromium")
    table, all_right = Table(title="Lighthouse, on a phone"), True
    for heading in ("page", *KINDS):
        table.add_column(heading)
    site = Site(book)
    with site.served():
        for path in PAGES:
            found = scores(f"http://127.0.0.1:{site.port}{path}")
            all_right &= all((mark or 0) >= WANTED for mark in found.values())
            table.add_row(path, *(str(found[kind]) for kind in KINDS))
    Console(width=120).print(table)
    return all_right


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copy(sys.argv[1], folder)
        sys.exit(not show(Path(copy)))
