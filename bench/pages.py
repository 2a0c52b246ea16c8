"""The pages: how long each takes with the whole history and with a tenth of it."""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from .process import manage, run
from .rows import Row

PAGES = {
    "home": "/",
    "a driver": "/drivers/kyle-larson/",
    "a race log": "/drivers/denny-hamlin/races/",
    "drivers": "/drivers/",
    "a driver's streaks": "/drivers/kyle-larson/streaks/",
    "head-to-head": "/drivers/kyle-larson/vs/denny-hamlin/",
    "a season's board": "/leaderboards/wins/?season=2024",
    "a track's board": "/leaderboards/laps_led/?track=kansas",
    "races": "/races/",
    "a season": "/races/cup/2024/",
    "a race": "/races/cup/2024/12/",
    "a session": "/races/cup/2024/12/race/",
    "standings": "/standings/cup/2024/",
    "closest finishes": "/closest-finishes/",
    "tracks": "/tracks/",
    "a track": "/tracks/kansas/",
    "rulings": "/rulings/",
    "milestones": "/milestones/",
    "a team": "/teams/hendrick-motorsports/",
    "a make": "/manufacturers/toyota/",
}
BOARDS = {
    "the board of starts": "/leaderboards/starts/",
    "the board of wins": "/leaderboards/wins/",
    "the board of top tens": "/leaderboards/top_tens/",
    "the board of laps led": "/leaderboards/laps_led/",
    "the board of average finishes": "/leaderboards/average_finish/",
    "the board of teams": "/leaderboards/wins/?by=team",
    "the board of makes": "/leaderboards/wins/?by=manufacturer",
}
"""All-time boards rank the whole history."""
OF_ALL_TIME = {
    "a club": "/milestones/cup-wins-50/",
    "the largest make": "/manufacturers/chevrolet/",
    "teams": "/teams/",
    "makes": "/manufacturers/",
    "streaks of top tens": "/streaks/top_tens/",
    "streaks of starts": "/streaks/starts/",
}
"""These read the races of the whole history."""
WHOLE = "whole.sqlite3"
A_TENTH = 2018
"""The seasons from this one on hold about a tenth of the results."""

ROUNDS = 3
"""In turns, and the best of all counts: caches of the processor warm and cool."""

SCRIPT = """
import json, sys, time
import django
django.setup()
from django.test import Client
client, found = Client(HTTP_HOST="localhost"), {}
for path in json.loads(sys.argv[1]):
    assert client.get(path).status_code == 200, path
    times = []
    for _ in range(4):
        started = time.process_time()
        client.get(path)
        times.append(time.process_time() - started)
    found[path] = min(times)
print(json.dumps(found))
"""


def measure(root: Path, scratch: Path, history: Path) -> Iterator[Row]:
    whole, tenth = scratch / WHOLE, scratch / "tenth.sqlite3"
    part = scratch / "tenth.csv"
    cut(history, part)
    for database, file in ((whole, history), (tenth, part)):
        manage(root, database, "migrate", "-v0")
        manage(root, database, "loaddata", "10_reference", "15_points_formats", "90_milestones", "-v0")
        manage(root, database, "import_results", str(file), "-v0", "--create-drivers")
    paths = json.dumps([*PAGES.values(), *BOARDS.values(), *OF_ALL_TIME.values()])
    in_whole, in_tenth = {}, {}
    for _ in range(ROUNDS):
        for database, best in ((whole, in_whole), (tenth, in_tenth)):
            for path, found in json.loads(run(root, database, SCRIPT, paths)).items():
                best[path] = min(best.get(path, found), found)
    for pages, limit in ((PAGES, 2), (BOARDS, 1.5), (OF_ALL_TIME, 4)):
        for name, path in pages.items():
            long, short = in_whole[path] * 1000, in_tenth[path] * 1000
            yield Row(name, long, "with a tenth of the history", short, limit, "ms")


def cut(history: Path, part: Path) -> None:
    """Write the latest tenth of the history."""
    with gzip.open(history, "rt", newline="") as source, part.open("w", newline="") as target:
        reader = csv.DictReader(source)
        writer = csv.DictWriter(target, reader.fieldnames)
        writer.writeheader()
        writer.writerows(row for row in reader if int(row["Season"]) >= A_TENTH)
