"""An import that is killed, interrupted, or met by another: the book on disk is as before or as after, never between.

The import runs in a process of its own, and what befalls it does so at a named statement, whatever the clock says.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from importing.run import Options, import_file
from races.derived.refresh import rebuild
from races.models import ImportRun, Race
from testing.books import another_book, everything, in_use
from testing.makers import make_race, make_result

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals as POSIX has them")

SEASONS, RACES, CARS = 3, 4, 36

PROGRAM = """
import collections, json, os, signal, sys
# A process in the background, the tests' own too, may have been started to take no notice of Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
import django
django.setup()
from django.core.management import execute_from_command_line
from django.db import connection

deed, patience, moments = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
seen = collections.Counter()

def befall(moment):
    seen[moment] += 1
    if [moment, seen[moment]] not in moments:
        return
    if deed == "wait":
        print(moment, seen[moment], flush=True)
        sys.stdin.readline()
    else:
        os.kill(os.getpid(), signal.Signals[deed])

def statement(execute, sql, *args):
    if sql.startswith("BEGIN"):
        befall("BEGIN")
    result = execute(sql, *args)
    for moment in {moment for moment, _ in moments if moment != "BEGIN" and sql.startswith(moment)}:
        befall(moment)
    return result

def commit():
    befall("before COMMIT")
    real_commit()
    befall("after COMMIT")

with connection.cursor() as cursor:
    cursor.execute("PRAGMA cache_size = 10")  # Much is on disk before the transaction ends.
    cursor.execute(f"PRAGMA busy_timeout = {patience}")
real_commit, connection.commit = connection.commit, commit
connection.execute_wrappers.append(statement)
execute_from_command_line(["manage.py", *sys.argv[4:]])
"""

BEGIN, END, COMMITTED = ("BEGIN", 1), ("before COMMIT", 1), ("after COMMIT", 1)
RACE_WRITTEN, LINES_MADE = ('INSERT INTO "races_race"', 1), ('INSERT INTO "races_statline"', 1)
ONE_SEASON, TWO_SEASONS, ALL_SEASONS = (('INSERT INTO "races_result"', nth) for nth in (1, 2, SEASONS))
MOMENTS = {
    # the statement, and which of them: whether by then anything is on disk
    BEGIN: False,
    ('INSERT INTO "drivers_driver"', 1): False,
    RACE_WRITTEN: True,
    ONE_SEASON: True,
    TWO_SEASONS: True,
    ALL_SEASONS: True,
    LINES_MADE: True,
    ('UPDATE "races_statline"', 1): True,
    ('INSERT INTO "races_importrun"', 1): True,
    END: True,
}


def race(season: int, number: int) -> dict:
    """A race of a field that nobody knows yet, another car winning each."""
    order = [str((place + number) % CARS) for place in range(CARS)]
    return {
        "series": "cup",
        "season": season,
        "round": 100 + number,
        "name": f"Sample {number}",
        "track": "kansas",
        "entries": [{"car": car, "driver": f"Driver {car}", "team": f"Team of {car}"} for car in order],
        "sessions": [
            {"kind": "race", "results": [{"car": car, "position": place} for place, car in enumerate(order, 1)]}
        ],
    }


def make_book() -> None:
    """One that is soon compared with a rebuild: it knows where the races are, and one of them."""
    call_command("loaddata", "10_reference", verbosity=0)
    make_result(make_race(2025, 1), "Kyle Larson", 1)
    rebuild()


@pytest.fixture
def file(tmp_path):
    """Some seasons, as a file of race documents."""
    return write(tmp_path / "races.jsonl", *range(2026, 2026 + SEASONS))


def write(path, *seasons: int):
    path.write_text("\n".join(json.dumps(race(year, number)) for year in seasons for number in range(RACES)))
    return path


def start(book, file, deed="", *moments: tuple[str, int], patience=20_000) -> subprocess.Popen:
    """Import a file in another process, which meets its fate at these moments; the book is left to it alone."""
    connection.close()
    command = [sys.executable, "-c", PROGRAM, deed, str(patience), json.dumps(moments)]
    return subprocess.Popen(
        [*command, "import_results", str(file), "--create-drivers"],
        env=os.environ | {"DATABASE_URL": f"sqlite:///{book}", "PYTHONPATH": str(settings.BASE_DIR)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def waits_at(process: subprocess.Popen, moment: tuple[str, int]) -> bool:
    return process.stdout.readline() == f"{moment[0]} {moment[1]}\n"


def go_on(process: subprocess.Popen) -> None:
    process.stdin.write("go on\n")
    process.stdin.flush()


def log_of(book: Path) -> Path:
    """Where SQLite keeps what was written last, committed or not."""
    return book.with_name(f"{book.name}-wal")


def left_now(book: Path, folder: Path) -> dict:
    """What would be left if the power failed now, while the other process waits: read from a copy of its files."""
    copy = folder / "left.sqlite3"
    for path, target in ((book, copy), (log_of(book), log_of(copy))):
        shutil.copy(path, target)
    with another_book(copy) as found, in_use(found):
        assert is_whole()
        return contents()


def contents() -> dict:
    """The whole book but for the times of its imports."""
    return everything() | {ImportRun: list(ImportRun.objects.values_list("file_hash", "created_count"))}


def rounds() -> dict[int, int]:
    """How many of the made-up races are in the book, by season."""
    found = Race.objects.filter(round__gte=100).values_list("season__year", flat=True)
    return {year: list(found).count(year) for year in sorted(set(found))}


def is_sound() -> bool:
    """Whether the database is whole, and its derived rows are those of a rebuild; else the check raises."""
    call_command("rebuild_stats", "--check", verbosity=0)
    return is_whole()


def is_whole() -> bool:
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


ALL = {2026: RACES, 2027: RACES, 2028: RACES}


def test_nothing_has_changed_until_all_has(made_file, file, tmp_path):
    before = contents()
    process = start(made_file, file, "wait", *MOMENTS)
    for moment, written in MOMENTS.items():
        assert waits_at(process, moment)
        assert (log_of(made_file).stat().st_size > 0) == written, moment
        assert left_now(made_file, tmp_path) == before, moment
        go_on(process)
    process.communicate()
    assert (process.returncode, rounds()) == (0, ALL)


@pytest.mark.parametrize("moment", [RACE_WRITTEN, LINES_MADE, END], ids=["early", "late", "at the very end"])
def test_an_import_that_is_killed_has_changed_nothing(made_file, file, moment):
    before = contents()
    process = start(made_file, file, "SIGKILL", moment)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert contents() == before
    assert is_sound()


def test_an_import_that_leaves_a_race_out_ends_with_1(made_file, file, tmp_path):
    """The book takes the first two seasons; what is wrong with the last shows only when those are written. Nothing has
    changed in its first try, nor as its second begins and ends."""
    *races, last = file.read_text().splitlines()
    file.write_text("\n".join([*races, json.dumps(json.loads(last) | {"track": "Nowhere"})]))
    before = contents()
    moments = [('INSERT INTO "races_result"', nth) for nth in (2, 3, 5)]
    process = start(made_file, file, "wait", *moments)
    for moment in moments:
        assert waits_at(process, moment)
        assert left_now(made_file, tmp_path) == before, moment
        go_on(process)
    _, err = process.communicate()
    assert err.splitlines()[0] == "left out cup 2028 round 103, Sample 3"
    assert err.splitlines()[-1] == "CommandError: 1 left out; the rest is in."
    assert (process.returncode, rounds()) == (1, ALL | {2028: RACES - 1})
    assert is_sound()


def test_an_import_that_is_killed_once_it_is_committed_has_changed_all(made_file, file):
    process = start(made_file, file, "SIGKILL", COMMITTED)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert is_sound()
    assert rounds() == ALL
    assert ImportRun.objects.count() == 1
    assert import_file(str(file), Options(create_drivers=True)).changes_anything is False


def test_an_import_that_is_interrupted_says_so_and_has_changed_nothing(made_file, file):
    before = contents()
    process = start(made_file, file, "SIGINT", ALL_SEASONS)
    assert process.communicate() == ("", "CommandError: Interrupted. Nothing was written.\n")
    assert process.returncode == 130
    assert contents() == before
    assert is_sound()


@pytest.mark.parametrize("moment", [BEGIN, END], ids=["begins", "ends"])
def test_an_import_that_is_interrupted_as_it_begins_or_ends_is_whole_or_not_there(made_file, file, moment):
    process = start(made_file, file, "SIGINT", moment)
    _, err = process.communicate()
    assert err == "CommandError: Interrupted. A --dry-run of the file tells whether it was written.\n"
    assert process.returncode == 130
    assert rounds() in ({}, ALL)
    assert is_sound()


def test_of_two_imports_the_patient_one_comes_after_the_first(made_file, file, tmp_path):
    """One without patience says that it may not."""
    other = write(tmp_path / "other.jsonl", 2025)
    first = start(made_file, file, "wait", TWO_SEASONS)
    assert waits_at(first, TWO_SEASONS)
    impatient, patient = start(made_file, other, patience=0), start(made_file, other, "wait", BEGIN)
    _, err = impatient.communicate()
    assert err == "CommandError: Somebody else is writing to the book. Nothing was written; try again in a moment.\n"
    assert impatient.returncode == 1
    assert rounds() == {}
    assert waits_at(patient, BEGIN)
    for each in (patient, first):
        go_on(each)
    for each in (first, patient):
        each.communicate()
        assert each.returncode == 0
    assert rounds() == {2025: RACES} | ALL
    assert ImportRun.objects.count() == 2
    assert is_sound()
