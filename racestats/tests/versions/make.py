"""Makes the books beside it: for each version, what its own code makes of its own fixtures, as SQL.

`python racestats/tests/versions/make.py 0.1.0 f9f76ce` takes the commit out of the project's history beside, migrates
an empty book and fills it. A new version needs this once, on the day of its release.
"""

import gzip
import io
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOO_MUCH = ("30_", "40_", "50_", "70_")
"""Of the fixtures: other seasons, and rulings of theirs."""


def main(version: str, commit: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(
            ["git", "archive", commit], cwd=HERE.parents[2], check=True, capture_output=True
        ).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        book = Path(folder) / "book.sqlite3"
        environment = os.environ | {"DATABASE_URL": f"sqlite:///{book}", "DJANGO_SETTINGS_MODULE": "racestats.settings"}
        fixtures = sorted(
            path.name for path in (Path(folder) / "fixtures").iterdir() if not path.name.startswith(TOO_MUCH)
        )
        for command in (["migrate", "-v0"], ["loaddata", "-v0", *fixtures], ["rebuild_stats", "--check"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=folder, env=environment, check=True)
        with closing(sqlite3.connect(book)) as opened:
            text = "\n".join(opened.iterdump())
    (HERE / f"{version}.sql.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


main(*sys.argv[1:])
