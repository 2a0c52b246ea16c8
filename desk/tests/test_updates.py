"""`manage.py update_results`: what comes by itself, what waits for an editor, what can be wrong with a server."""

import io
import json
import re
from collections import Counter
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from changes.models import ChangeSet
from changes.recording import by, change_set
from desk.management.commands import update_results
from desk.models import FeedAddress, UpdateProblem, UpdateRun
from desk.updates.fetching import ask
from desk.updates.lock import only_one
from importing.run import Busy
from importing.source import Unreadable
from races.derived.refresh import differences
from races.models import Citation, Race, Result
from testing.books import everything
from testing.feeds import serve_feeds
from testing.files.samples import DRIVERS, as_bytes, csv_bytes, csv_row, race_list, race_row, real, results, weekend
from testing.makers import make_driver, make_series
from testing.roles import as_role

LIST, WEEKEND, CSV = "/2026/race_list_basic.json", "/2026/1/7001/weekend-feed.json", "/cup_series.csv"
SAMPLE = "cup 2026 round 1, Sample 100"
RUN = {"race_id": 7001, "race_season": 2026, "race_name": "Sample 100", "race_date": "2026-02-15T15:30:00"}
"""The race that the list has first, and the only one that was run."""


@pytest.fixture(scope="module")
def running():
    with serve_feeds() as server:
        yield server


@pytest.fixture
def server(running, settings, monkeypatch):
    """The feeds, and nascaR.data's results, on this machine; nobody sleeps."""
    running.asked, running.answers = Counter(), {}
    monkeypatch.setenv("no_proxy", "*")
    settings.FETCH_PRIVATE = True
    settings.UPDATE_RESULTS = "off"
    settings.UPDATE_FEEDS = f"http://127.0.0.1:{running.server_port}"
    monkeypatch.setattr(update_results.Command, "sleep", staticmethod(lambda seconds: None))
    return running


def make_book() -> None:
    """The Cup and its drivers, without a race."""
    make_series("cup")
    for name, _ in DRIVERS.values():
        make_driver(name)


def season(**changes) -> bytes:
    """The list of 2026: its first race was run, the others are to come."""
    rows = race_list(22, race_season=2026, winner_driver_id=0, inspection_complete=False)["series_1"]
    for n, row in enumerate(rows[1:]):
        row["race_date"] = f"2026-{n // 4 + 3:02}-{n % 4 * 7 + 1:02}T15:30:00"
    rows[0] |= {**RUN, "winner_driver_id": 9001} | changes
    return as_bytes({"series_1": rows, "series_2": [], "series_3": []})


def feed(**changes) -> bytes:
    """The results of its first race."""
    return as_bytes(weekend(**RUN | {"inspection_complete": False} | changes))


def update(**options) -> tuple[str, str, str]:
    """What is said, what is complained of, and the last word of a run in which something did not come."""
    out, errors, failure = io.StringIO(), io.StringIO(), ""
    try:
        call_command("update_results", stdout=out, stderr=errors, **options)
    except CommandError as error:
        failure = str(error)
    return out.getvalue(), errors.getvalue(), failure


def first() -> Race:
    return Race.objects.get(round=1)


def finishes() -> dict[str, int]:
    rows = Result.objects.filter(session__race=first(), session__kind="race").order_by("position")
    return dict(rows.values_list("entry__number", "points"))


def waiting(client) -> list[str]:
    """What waits of updates at the desk, by its links."""
    kinds = {kind.key: kind for kind in client.get(reverse("admin:index")).context_data["waiting"]}
    return [item.url for item in kinds["updates"].newest] if "updates" in kinds else []


# A season, step by step.


def test_a_season_step_by_step(small_book, server, client):
    editor = as_role(client, "editor")
    server.answers |= {LIST: season(winner_driver_id=0)}
    out, errors, failure = update()
    assert (errors, failure, Race.objects.count(), first().status) == ("", "", 22, "scheduled")
    assert out.splitlines() == [
        "2026, list of races: 22 races new, 0 changed, 0 unchanged; 44 rows created, 0 updated.",
        "2026: cup: 1 address asked, 0 with nothing new.",
    ]
    # The race is run: the list names its winner, and the feed has its results.
    server.answers |= {LIST: season(), WEEKEND: feed()}
    out, errors, failure = update()
    assert (errors, failure, first().status, finishes()["08"]) == ("", "", "provisional", 49)
    latest = ChangeSet.objects.first()
    assert (latest.kind, latest.title, latest.user) == ("import", "Update: 2026 Richmond, Sample 100", None)
    # Nothing is new: nothing is read, and nothing is written but that it was asked.
    before, runs = everything(), UpdateRun.objects.count()
    assert update()[0].splitlines() == ["2026: cup: 2 addresses asked, 2 with nothing new."]
    assert (everything(), UpdateRun.objects.count()) == (before, runs + 1)
    # A provisional race is corrected, and does not become official, whatever the feed says.
    server.answers[WEEKEND] = feed(results=results(car_8={"points_earned": 40}), inspection_complete=True)
    update()
    assert (first().status, finishes()["8"], waiting(editor)) == ("provisional", 40, [])
    # An editor makes it official. That the feed is as it was changes nothing.
    Race.objects.filter(round=1).update(status="official")
    assert (update()[1:], waiting(editor)) == (("", ""), [])
    # A later correction waits, once, however often it is asked for.
    server.answers[WEEKEND] = feed(results=results(car_8={"points_earned": 20}))
    _, errors, failure = update()
    told = "2026 Richmond, Sample 100: it is official, and it stays as it is: the feed has 1 cell otherwise."
    assert (told in errors, failure, finishes()["8"]) == (True, "", 40)
    assert update()[1:] == ("", "")
    [link] = waiting(editor)
    plan = editor.get(link).url
    assert editor.get(link).url == plan
    page = editor.get(plan)
    assert [cell.what for cell in page.context_data["plan"].tables[0][1].rows] == ["Points, No. 8"]
    shown = re.search(r'name="plan" value="(\w+)"', page.content.decode())[1]
    editor.post(plan, {"confirm": "", "plan": shown, "why": "The penalty of Tuesday"})
    assert (first().status, finishes()["8"], waiting(editor)) == ("official", 20, [])
    assert (update()[1:], waiting(editor)) == (("", ""), [])
    assert [feed.packed for feed in FeedAddress.objects.filter(address__endswith="weekend-feed.json")] == [b""]
    assert differences() == 0


def test_what_is_ticked_off_waits_no_more(small_book, server, client):
    editor = as_role(client, "editor")
    server.answers |= {LIST: season(), WEEKEND: feed()}
    update()
    Race.objects.filter(round=1).update(status="official")
    server.answers[WEEKEND] = feed(results=results(car_8={"points_earned": 0}))
    update()
    listed = reverse("admin:desk_updateproblem_changelist")
    chosen = {"action": "tick_off", "_selected_action": [UpdateProblem.objects.get().pk]}
    editor.post(listed, chosen)
    assert (waiting(editor), update()[1:], waiting(editor)) == ([], ("", ""), [])
    server.answers[WEEKEND] = feed(results=results(car_8={"points_earned": 1}))
    update()
    assert len(waiting(editor)) == 1
    server.answers[WEEKEND] = feed()
    update()
    assert UpdateProblem.objects.count() == 0


def test_what_an_editor_has_typed_is_not_written_over(small_book, server, client):
    editor = as_role(client, "editor")
    server.answers |= {LIST: season(), WEEKEND: feed()}
    update()
    with by(User.objects.get()), change_set(kind="save", title="A race"):
        race = first()
        race.cautions = 3
        race.save()
    server.answers[WEEKEND] = feed(results=results(car_8={"points_earned": 40}))
    _, errors, failure = update()
    said = "2026 Richmond, Sample 100: an editor has changed it, and it stays as it is: the feed has 2 cells otherwise."
    assert (said in errors, failure, first().cautions, finishes()["8"]) == (True, "", 3, 48)
    assert len(waiting(editor)) == 1
    ChangeSet.objects.filter(kind="save").update(undone_by=ChangeSet.objects.last())
    assert (update()[1:], first().cautions, finishes()["8"], waiting(editor)) == (("", ""), 2, 40, [])


def test_what_an_editor_undoes_does_not_come_back_by_itself(small_book, server, client):
    editor = as_role(client, "editor")
    server.answers |= {LIST: season(), WEEKEND: feed()}
    update()
    undo = reverse("admin:desk_undo", args=[ChangeSet.objects.first().pk])
    editor.post(undo, {"plan": editor.get(undo).context_data["plan"]})
    assert finishes() == {}
    assert "an editor has changed it" in update()[1]
    assert (finishes(), len(waiting(editor))) == ({}, 1)


def test_a_driver_whom_the_book_lacks_is_made_by_an_editor(small_book, server, client):
    editor = as_role(client, "editor")
    server.answers |= {LIST: season(), WEEKEND: feed(results=results(car_8={"driver_fullname": "Gus New"}))}
    _, errors, failure = update()
    assert ("“Make drivers that the book lacks”" in errors, finishes()) == (True, {})
    assert failure.startswith("1 thing did not come.")
    plan = editor.get(waiting(editor)[0]).url
    editor.post(plan, {"look": "", "make_drivers": "on"})
    shown = re.search(r'name="plan" value="(\w+)"', editor.get(plan).content.decode())[1]
    editor.post(plan, {"confirm": "", "plan": shown})
    assert (len(finishes()), waiting(editor), update()[1:]) == (6, [], ("", ""))


def test_drivers_are_made_where_that_is_asked_for(small_book, server):
    server.answers |= {LIST: season(), WEEKEND: feed(results=results(car_8={"driver_fullname": "Gus New"}))}
    assert (update(create_drivers=True)[1:], len(finishes())) == (("", ""), 6)


def test_records_are_kept_for_a_year(small_book, server):
    for days in (365, 367):
        UpdateRun.objects.create(of=f"{days} days", started=timezone.now() - timedelta(days=days))
    update()
    assert [run.of for run in UpdateRun.objects.all()] == ["2026: cup", "365 days"]


def test_who_made_it_meanwhile_is_found_in_what_is_kept(small_book, server):
    """The server says that nothing is new, and so it is asked for nothing."""
    server.answers |= {LIST: season(), WEEKEND: feed(results=results(car_8={"driver_fullname": "Gus New"}))}
    update()
    make_driver("Gus New")
    out, errors, failure = update()
    assert (errors, failure, len(finishes()), UpdateProblem.objects.count()) == ("", "", 6, 0)
    assert "2 addresses asked, 2 with nothing new." in out


def test_a_dry_run_writes_nothing(small_book, server):
    server.answers |= {LIST: season(), WEEKEND: feed()}
    before = everything()
    out, errors, failure = update(dry_run=True)
    assert (everything(), UpdateRun.objects.count(), FeedAddress.objects.count()) == (before, 0, 0)
    assert (errors, failure) == ("", "")
    assert "1 race new" in out
    assert "(dry run: nothing is written)" in out


def test_an_official_race_of_long_ago_is_asked_for_by_its_season(small_book, server):
    server.answers |= {LIST: season(), WEEKEND: feed()}
    update()
    Race.objects.update(status="official", date="2026-01-20")
    for options, times in (({}, 1), ({"season": 2026}, 2)):
        update(**options)
        assert server.asked[WEEKEND] == times


def test_results_of_another_source_where_the_feeds_have_none(small_book, server, settings):
    settings.UPDATE_RESULTS = settings.UPDATE_FEEDS
    rows = [
        csv_row(place, Season="2026", Track="Richmond", Name="Sample 100", Length="0.75", Surface="paved", Driver=name)
        for place, (name, _) in enumerate(DRIVERS.values(), 1)
    ]
    other = [csv_row(1, Season="2025")]
    server.answers |= {LIST: season(), WEEKEND: 404, CSV: csv_bytes(*rows, *other)}
    _, errors, _ = update()
    assert "2026 Richmond, Sample 100: the server answers 404 Not Found." in errors
    assert (first().status, len(finishes()), Race.objects.filter(season__year=2025).exists()) == (
        "provisional",
        6,
        False,
    )
    update()
    assert server.asked[CSV] == 1


# What goes wrong.

LOOP = (302, {"Location": WEEKEND}, b"")
WRONG = (
    (404, "the server answers 404 Not Found."),
    (500, "the server answers 500 Internal Server Error."),
    (LOOP, "to no http(s) address that can be followed."),
    (b"<!DOCTYPE html><html><body>Sorry</body></html>", "the file is a web page, perhaps an error message"),
    (b"null", "the file says null: the server had no feed of this weekend"),
    (as_bytes({"weekend_race": None, "weekend_runs": []}), "the feed holds no race"),
    (feed()[:900], "was the file cut short?"),
    ((200, {"Content-Length": "99999"}, feed()), "the answer broke off after"),
    ((200, {"Content-Length": "99999999"}, b""), "larger than the 10 MB allowed."),
    (feed(race_season=2025), "asked for 2026 7001, the answer is of 2025 7001."),
    (feed(race_id=7002), "asked for 2026 7001, the answer is of 2026 7002."),
    (feed(results=[]), "the results are not there yet."),
    (feed(winner_driver_id=0, results=[]), "the results are not there yet."),
    (season(), "the file is race-list"),
    ("hang up", "the server hung up without an answer."),
)


def test_what_does_not_come_is_told(small_book, server):
    """And nothing of it is written; once it is there it comes."""
    server.answers |= {LIST: season()}
    for answer, said in WRONG:
        server.answers[WEEKEND] = answer
        _, errors, failure = update()
        assert (said in errors, errors.count("\n"), failure[:20]) == (True, 1, "1 thing did not come"), said
        assert [problem.message in errors for problem in UpdateProblem.objects.all()] == [True], said
        assert (said in UpdateRun.objects.first().wrong, finishes()) == (True, {}), said
    server.answers[WEEKEND] = feed()
    assert (update()[1:], len(finishes()), UpdateProblem.objects.count()) == (("", ""), 6, 0)


def test_the_others_go_on(small_book, server):
    """The list of today is of no use, nor is a race's feed: what the last list named is asked for all the same."""
    both = season()
    rows = race_list(22, race_season=2026)["series_1"]
    for n, row in enumerate(rows):
        row["race_date"] = f"2026-{n // 4 + 2:02}-{n % 4 * 7 + 1:02}T15:30:00"
        row["winner_driver_id"] = 9001 * (n < 2)
    second = {"race_id": 7002, "race_season": 2026, "race_name": "Sample 200", "race_date": rows[1]["race_date"]}
    server.answers |= {LIST: as_bytes({"series_1": rows}), "/2026/1/7002/weekend-feed.json": 500}
    update()
    server.answers |= {LIST: both[:500], "/2026/1/7002/weekend-feed.json": as_bytes(weekend(**second))}
    _, errors, failure = update()
    assert "2026, list of races: the text that begins here never ends" in errors
    assert (failure[:21], Result.objects.filter(session__race__round=2, session__kind="race").count()) == (
        "2 things did not come",
        6,
    )


def test_a_real_season(db, server):
    """Of 2023 as it was after seven races, and of the eighth: in the demo content its points races are official."""
    listed = json.loads(real("nascar_race_list_basic_2023.json"))
    richmond = next(row for row in listed["series_1"] if row["race_id"] == 5274)
    richmond["winner_driver_id"] = 3989
    server.answers |= {
        "/2023/race_list_basic.json": as_bytes(listed),
        "/2023/1/5274/weekend-feed.json": real("nascar_weekend_feed_2023_1_5274.json"),
    }
    out, errors, failure = update(season=2023, series="cup", dry_run=True)
    assert "5 races new, 0 changed, 0 unchanged" in out
    assert (failure[:21], errors.count("404")) == ("7 things did not come", 7)
    assert "2023 Richmond I, Toyota Owners 400: it is official, and it stays as it is: the feed has 1 cell" in errors


def test_one_more_source_of_the_same_is_nothing_to_decide(small_book, server):
    server.answers |= {LIST: season(), WEEKEND: feed()}
    update()
    Race.objects.filter(round=1).update(status="official")
    Citation.objects.filter(race__round=1).delete()
    server.answers[WEEKEND] = feed(race_comments="Another report.")
    assert (update()[1:], Citation.objects.filter(race__round=1).count()) == (("", ""), 0)


def test_a_private_address_is_not_asked_by_a_redirect(small_book, server, settings):
    settings.FETCH_PRIVATE = False
    assert "which is no address of the web but of this machine or its network" in update()[1]


def test_a_server_that_is_silent_is_not_asked_for_everything(small_book, server, monkeypatch):
    rows = [
        race_row(**RUN | {"race_id": n, "race_date": f"2026-01-{n:02}"}, winner_driver_id=9001) for n in range(1, 9)
    ]
    server.answers |= {LIST: as_bytes(rows)}
    asked = []

    def silence(feed, **options):
        asked.append(feed.address)
        if LIST in feed.address:
            return ask(feed, **options)
        raise Unreadable(feed.address, "the server did not answer in full within 30 seconds.", silent=True)

    monkeypatch.setattr("desk.updates.run.ask", silence)
    assert "The server does not answer: the rest was not asked for." in update()[1]
    assert len(asked) == 4


def test_one_run_at_a_time(small_book, server):
    with only_one():
        assert update()[2] == "Another update is going on; this one asked for nothing."
    assert (server.asked, UpdateRun.objects.count()) == ({}, 0)


def test_somebody_else_is_writing(small_book, server, monkeypatch):
    server.answers |= {LIST: season(winner_driver_id=0)}

    def busy(*_, **__):
        raise Busy("Somebody else is writing to the book.")

    with monkeypatch.context() as patch:
        patch.setattr("desk.updates.run.import_parsed", busy)
        assert "list of races: Somebody else is writing to the book." in update()[1]
    assert (update()[1:], Race.objects.count()) == (("", ""), 22)


def test_a_run_that_breaks_off_is_on_record(small_book, server, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("desk.updates.run.import_parsed", stop)
    server.answers |= {LIST: season()}
    assert update()[2] == "Interrupted. What is in stays; the same command goes on from there."
    record = UpdateRun.objects.get()
    assert (record.finished, record.wrong) == (None, "The run was broken off.")


def test_a_book_without_a_series(empty_book, server):
    assert update()[2] == "The book has no series cup, national and trucks: make it in the admin."
