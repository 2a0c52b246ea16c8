"""An import that is killed, interrupted, or met by another: the book on disk is as before or as after, never between.

The import runs in a process of its own, and what befalls it does so at a named statement, whatever the clock says.
"""

import json
import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from importing.run import Options, import_file
from races.models import ImportRun, Race
from testing.books import everything
from testing.makers import make_race, make_result

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals as POSIX has them")

SEASONS, RACES, CARS = 3, 4, 36

PROGRAM = """
import os, signal, sys
# A process in the background, the tests' own too, may have been started to take no notice of Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
import django
django.setup()
from django.core.management import execute_from_command_line
from django.db import connection

deed, moment, times, patience = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]

def befall():
    if deed == "wait":
        print("here", flush=True)
        sys.stdin.readline()
    else:
        os.kill(os.getpid(), signal.Signals[deed])

def statement(execute, sql, *args):
    global times
    if sql.startswith("BEGIN") and moment == "BEGIN":
        befall()
    result = execute(sql, *args)
    if moment in sql and moment != "BEGIN":
        times -= 1
        if times == 0:
            befall()
    return result

def commit():
    if moment == "before COMMIT":
        befall()
    real_commit()
    if moment == "after COMMIT":
        befall()

with connection.cursor() as cursor:
    cursor.execute("PRAGMA cache_size = 10")  # Much is on disk before the transaction ends.
    cursor.execute(f"PRAGMA busy_timeout = {patience}")
real_commit, connection.commit = connection.commit, commit
connection.execute_wrappers.append(statement)
execute_from_command_line(["manage.py", *sys.argv[5:]])
"""

MOMENTS = {
    # when: the statement, which of them, and whether by then anything is on disk
    "it begins": ("BEGIN", 1, False),
    "new drivers are written": ('INSERT INTO "drivers_driver"', 1, False),
    "the first races are written": ('INSERT INTO "races_race"', 1, True),
    "the first results are written": ('INSERT INTO "races_result"', 1, True),
    "the second season is written": ('INSERT INTO "races_result"', 2, True),
    "the last season is written": ('INSERT INTO "races_result"', SEASONS, True),
    "the lines are made": ('INSERT INTO "races_statline"', 1, True),
    "careers are counted": ('UPDATE "races_statline"', 1, True),
    "the run is on record": ('INSERT INTO "races_importrun"', 1, True),
    "it is to be committed": ("before COMMIT", 1, True),
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


@pytest.fixture
def small_file(book_file):
    """A book on disk that is soon compared with a rebuild: it knows where the races are, and one of them."""
    call_command("flush", interactive=False, verbosity=0)
    call_command("loaddata", "10_reference", verbosity=0)
    make_result(make_race(2025, 1), "Kyle Larson", 1)
    return book_file


@pytest.fixture
def file(tmp_path):
    """Some seasons, as a file of race documents."""
    return write(tmp_path / "races.jsonl", *range(2026, 2026 + SEASONS))


def write(path, *seasons: int):
    path.write_text("\n".join(json.dumps(race(year, number)) for year in seasons for number in range(RACES)))
    return path


def start(book, file, deed="", moment="never", times=1, patience=20_000) -> subprocess.Popen:
    """Import a file in another process; the book is left to it alone."""
    connection.close()
    command = [sys.executable, "-c", PROGRAM, deed, moment, str(times), str(patience)]
    return subprocess.Popen(
        [*command, "import_results", str(file), "--create-drivers"],
        env=os.environ | {"DATABASE_URL": f"sqlite:///{book}", "PYTHONPATH": str(settings.BASE_DIR)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


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
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize(("moment", "times", "written"), MOMENTS.values(), ids=MOMENTS)
def test_an_import_that_is_killed_has_changed_nothing(small_file, file, moment, times, written):
    before = contents()
    process = start(small_file, file, "SIGKILL", moment, times)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert (small_file.with_name(f"{small_file.name}-wal").stat().st_size > 0) == written
    assert contents() == before
    assert is_sound()


@pytest.fixture
def file_in_part(file):
    """The book takes the first two seasons; what is wrong with the last shows only when those are written."""
    *races, last = file.read_text().splitlines()
    file.write_text("\n".join([*races, json.dumps(json.loads(last) | {"track": "Nowhere"})]))
    return file


@pytest.mark.parametrize("nth", [2, 3, 5], ids=["the first try", "the second try begins", "the second try ends"])
def test_an_import_that_leaves_a_race_out_and_is_killed_has_changed_nothing(small_file, file_in_part, nth):
    before = contents()
    process = start(small_file, file_in_part, "SIGKILL", 'INSERT INTO "races_result"', nth)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert contents() == before
    assert is_sound()


def test_an_import_that_leaves_a_race_out_ends_with_1(small_file, file_in_part):
    process = start(small_file, file_in_part)
    _, err = process.communicate()
    assert err.splitlines()[0] == "left out cup 2028 round 103, Sample 3"
    assert err.splitlines()[-1] == "CommandError: 1 left out; the rest is in."
    assert (process.returncode, rounds()) == (1, {2026: RACES, 2027: RACES, 2028: RACES - 1})
    assert is_sound()


def test_an_import_that_is_killed_once_it_is_committed_has_changed_all(small_file, file):
    process = start(small_file, file, "SIGKILL", "after COMMIT")
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert is_sound()
    assert rounds() == {2026: RACES, 2027: RACES, 2028: RACES}
    assert ImportRun.objects.count() == 1
    assert import_file(str(file), Options(create_drivers=True)).changes_anything is False


def test_an_import_that_is_interrupted_says_so_and_has_changed_nothing(small_file, file):
    before = contents()
    process = start(small_file, file, "SIGINT", 'INSERT INTO "races_result"', SEASONS)
    assert process.communicate() == ("", "CommandError: Interrupted. Nothing was written.\n")
    assert process.returncode == 130
    assert contents() == before
    assert is_sound()


@pytest.mark.parametrize("moment", ["BEGIN", "before COMMIT"])
def test_an_import_that_is_interrupted_as_it_begins_or_ends_is_whole_or_not_there(small_file, file, moment):
    process = start(small_file, file, "SIGINT", moment)
    _, err = process.communicate()
    assert err == "CommandError: Interrupted. A --dry-run of the file tells whether it was written.\n"
    assert process.returncode == 130
    assert rounds() in ({}, {2026: RACES, 2027: RACES, 2028: RACES})
    assert is_sound()


# Two at once.


@pytest.fixture
def other(tmp_path):
    return write(tmp_path / "other.jsonl", 2025)


def test_a_second_import_without_patience_says_that_it_may_not(small_file, file, other):
    first = start(small_file, file, "wait", 'INSERT INTO "races_result"', 2)
    assert first.stdout.readline() == "here\n"
    second = start(small_file, other, patience=0)
    _, err = second.communicate()
    assert err == ("CommandError: Somebody else is writing to the book. Nothing was written; try again in a moment.\n")
    assert second.returncode == 1
    assert rounds() == {}
    first.communicate("go on\n")
    assert first.returncode == 0
    assert rounds() == {2026: RACES, 2027: RACES, 2028: RACES}
    assert is_sound()


def test_a_second_import_with_patience_comes_after_the_first(small_file, file, other):
    first = start(small_file, file, "wait", 'INSERT INTO "races_result"', 2)
    assert first.stdout.readline() == "here\n"
    second = start(small_file, other, "wait", "BEGIN")
    assert second.stdout.readline() == "here\n"
    second.stdin.write("go on\n")
    second.stdin.flush()
    first.communicate("go on\n")
    second.communicate()
    assert (first.returncode, second.returncode) == (0, 0)
    assert rounds() == {2025: RACES, 2026: RACES, 2027: RACES, 2028: RACES}
    assert ImportRun.objects.count() == 2
    assert is_sound()
