"""What an update takes of a list and what it asks for, how often it asks, and that only one does at a time."""

import subprocess
import sys
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from datetime import date

import pytest

from desk.models import FeedAddress
from desk.updates.asking import (
    ListedRace,
    comes_as_listed,
    is_asked_for,
    list_address,
    waits_for_an_editor,
    weekend_address,
)
from desk.updates.fetching import ask
from desk.updates.lock import Going, locked
from importing.source import Unreadable
from testing.feeds import serve_feeds

BASE = "https://cf.nascar.com/cacher"
DAY, LATER, LONG_AFTER = date(2026, 2, 15), date(2026, 3, 17), date(2026, 3, 18)


def race(status=None, has_results=False, is_edited=False, *, was_run=True, number=7001, day=DAY) -> ListedRace:
    return ListedRace("$[0]", "cup", 2026, number, "A race", day, was_run, 1, None, status, has_results, is_edited)


CASES = [
    pytest.param(race(was_run=False), True, False, id="to come, and not in the book"),
    pytest.param(race("scheduled", was_run=False), True, False, id="to come"),
    pytest.param(race(), True, True, id="run, and not in the book"),
    pytest.param(race("scheduled"), True, True, id="run since"),
    pytest.param(race("provisional"), True, True, id="run, without results"),
    pytest.param(race("official"), False, True, id="official without results"),
    pytest.param(race("provisional", True), False, True, id="provisional"),
    pytest.param(race("official", True), False, True, id="official"),
    pytest.param(race("scheduled", False, True, was_run=False), False, False, id="to come, as an editor has it"),
    pytest.param(race("scheduled", False, True), False, True, id="run since, an editor's"),
    pytest.param(race("cancelled"), False, False, id="cancelled by an editor"),
    pytest.param(race("provisional", number=None), True, False, id="without a number"),
    pytest.param(race("official", True, day=None), False, False, id="official of an unknown day"),
]


@pytest.mark.parametrize(("listed", "comes", "asked"), CASES)
def test_what_comes_and_what_is_asked_for(listed, comes, asked):
    assert comes_as_listed(listed) == comes
    assert is_asked_for(listed, LATER, all_of_them=False, waits=False) == asked


@pytest.mark.parametrize(
    ("listed", "waits"),
    [
        (race(), False),
        (race("scheduled", False, True), False),
        (race("provisional", True), False),
        (race("provisional", True, True), True),
        (replace(race("scheduled", False, True), is_undone=True), True),
        (race("official", True), True),
        (race("official"), True),
    ],
    ids=["new", "an editor's schedule", "provisional", "an editor's results", "undone", "official", "no results"],
)
def test_what_waits_for_an_editor(listed, waits):
    assert waits_for_an_editor(listed) == waits


@pytest.mark.parametrize(
    ("today", "all_of_them", "waits", "asked"),
    [
        (LATER, False, False, True),
        (LONG_AFTER, False, False, False),
        (LONG_AFTER, True, False, True),
        (LONG_AFTER, False, True, True),
    ],
    ids=["for a month", "no longer", "the season is asked for", "something of it waits"],
)
def test_how_long_an_official_race_is_watched(today, all_of_them, waits, asked):
    assert is_asked_for(race("official", True), today, all_of_them=all_of_them, waits=waits) == asked


def test_a_race_without_results_is_asked_for_however_long_ago():
    assert is_asked_for(race("provisional"), date(2027, 1, 1), all_of_them=False, waits=False)


def test_addresses():
    assert list_address(BASE, 2026) == "https://cf.nascar.com/cacher/2026/race_list_basic.json"
    assert weekend_address(BASE, 2026, 1, 5596) == "https://cf.nascar.com/cacher/2026/1/5596/weekend-feed.json"


BUSY = (503, {}, b"")
WAITS = [
    pytest.param([BUSY, BUSY, b"1"], [5, 15], True, id="busy"),
    pytest.param([(429, {"Retry-After": "30"}, b""), b"1"], [30], True, id="says how long"),
    pytest.param([(429, {"Retry-After": "Thu, 26 Feb 2015 10:00:00 GMT"}, b""), b"1"], [5], True, id="by then"),
    pytest.param([(503, {"Retry-After": "3600"}, b"")], [], False, id="far too long"),
    pytest.param([BUSY, BUSY, BUSY], [5, 15], False, id="too often"),
    pytest.param(["hang up", b"1"], [5], True, id="hangs up"),
    pytest.param([500], [], False, id="out of order"),
    pytest.param([404], [], False, id="not there"),
]


@pytest.mark.parametrize(("answers", "slept", "came"), WAITS)
def test_who_asks_to_wait_is_asked_again(monkeypatch, settings, answers, slept, came):
    monkeypatch.setenv("no_proxy", "*")
    settings.FETCH_PRIVATE = True
    waited = []
    with serve_feeds() as server:
        server.answers, server.asked = {"/x": answers}, Counter()
        feed = FeedAddress(address=f"http://127.0.0.1:{server.server_port}/x")
        with nullcontext() if came else pytest.raises(Unreadable):
            assert ask(feed, whole=False, sleep=waited.append).data == b"1"
    assert (waited, answers) == (slept, [])


HOLD = """
import fcntl, sys
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_process_that_is_killed_leaves_nothing_locked(tmp_path):
    path, pipe = tmp_path / "lock", subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdin=pipe, stdout=pipe) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(Going), locked(path):
            pass
        other.kill()
    with locked(path):
        assert path.exists()
