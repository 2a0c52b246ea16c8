"""`manage.py history`: a series' results and tables from their addresses or from a folder, once; what does not come."""

import gzip
import io
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from importing import history
from importing.history import HISTORY, results_of, tables_of
from importing.management.commands import history as command
from importing.run import Busy
from races.derived.refresh import differences
from races.models import ImportRun, Race
from testing.files.samples import csv_bytes, csv_race, recorded
from testing.makers import make_series

CUP, TABLE, NEXT = "/cup_series.csv", "/nascar_cup/schedule/1962_schedule.csv", "/nascar_cup/schedule/1963_schedule.csv"
RESULTS = csv_bytes(*csv_race())
SECOND = csv_bytes(*csv_race(), *csv_race(Race="2"))
OF_1963 = csv_bytes(*csv_race(), *csv_race(Season="1963"))


def table(*rounds: int, year: int = 1962) -> bytes:
    """A season table of these rounds, each at the sample's track and with its winner."""
    header = "season,series_id,race_num,race_date,race_track_name,race_track_id,race_winner_name"
    rows = [f"{year},W,{n},0{n}/01/{year % 100},Sample,Sample_Speedway,Driver A,,3,90.5,7" for n in rounds]
    return "\n".join([f"{header},race_pole_time,race_cautions,race_speed,race_lead_changes", *rows, ""]).encode()


class Answers(BaseHTTPRequestHandler):
    """Answers as the test has laid out: bytes, a code, or bytes that break off or never come."""

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.server.asked[self.path] += 1
        answers = self.server.answers.get(self.path, 404)
        answer = answers.pop(0) if isinstance(answers, list) else answers
        if answer == "silence":
            self.server.over.wait(5)
            return
        broken = isinstance(answer, str)
        body = RESULTS[:40] if broken else b"" if isinstance(answer, int) else answer
        self.send_response(answer if isinstance(answer, int) else 200)
        self.send_header("Content-Length", str(len(body) + 10 * broken))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(autouse=True)
def at_home(settings):
    """The servers of these tests are on this machine."""
    settings.FETCH_PRIVATE = True


@pytest.fixture
def server(monkeypatch):
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as running:
        running.over, running.asked, running.answers = threading.Event(), Counter(), {}
        running.daemon_threads = True
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        for name in ("RESULTS_AT", "TABLES_AT"):
            monkeypatch.setattr(history, name, f"http://127.0.0.1:{running.server_port}")
        yield running
        running.over.set()
        running.shutdown()
        thread.join()


@pytest.fixture
def book(empty_book, monkeypatch):
    """A book with the series, and a history of the Cup alone."""
    for slug in ("cup", "national", "trucks"):
        make_series(slug)
    monkeypatch.setattr(command, "HISTORY", HISTORY[:1])


def run(*folder, **options) -> tuple[str, str, str]:
    """What is said, what is said of errors, and the last word of a run that did not bring all."""
    out, errors, failure = io.StringIO(), io.StringIO(), ""
    try:
        call_command("history", *map(str, folder), stdout=out, stderr=errors, **options)
    except CommandError as error:
        failure = str(error)
    return out.getvalue(), errors.getvalue(), failure


def known() -> list[tuple[int, int, int | None]]:
    return list(Race.objects.order_by("season__year", "round").values_list("season__year", "round", "cautions"))


# From the addresses.


def test_results_come_in_and_then_their_tables(server, book):
    server.answers |= {CUP: OF_1963, TABLE: table(1)}
    out, errors, failure = run()
    assert (known(), errors, failure) == ([(1962, 1, 3), (1963, 1, None)], "", "")
    assert "2 races new, 0 changed, 0 unchanged" in out
    assert "not there, and passed over: 1963" in out
    assert differences() == 0


def test_what_is_in_is_not_done_again(server, book):
    """Nor asked for again: but for the results, and the table of the last season, which may have grown."""
    server.answers |= {CUP: OF_1963, TABLE: table(1), NEXT: table(1, year=1963)}
    run()
    out, errors, failure = run()
    assert (errors, failure, ImportRun.objects.count()) == ("", "", 3)
    assert server.asked == {CUP: 2, TABLE: 1, NEXT: 2}
    assert out.count("in already") == 3


def test_a_table_that_told_nothing_new_is_in_too(server, book):
    server.answers |= {CUP: RESULTS, TABLE: table(2)}
    run()
    assert ImportRun.objects.filter(format="season-table", updated_count=0).count() == 1
    assert "in already" in run()[0].splitlines()[-1]


def test_new_results_bring_the_tables_again(server, book):
    """A table may tell of a race that was not in yet."""
    server.answers |= {CUP: RESULTS, TABLE: table(1, 2)}
    out, errors, _ = run()
    assert errors == ""
    assert "no-such-race" in out
    server.answers[CUP] = SECOND
    run()
    assert known() == [(1962, 1, 3), (1962, 2, 3)]


def test_an_answer_that_breaks_off_is_asked_for_again(server, book):
    server.answers |= {CUP: ["broken", "broken", RESULTS], TABLE: ["broken", table(1)]}
    assert run()[1:] == ("", "")
    assert (known(), server.asked) == ([(1962, 1, 3)], {CUP: 3, TABLE: 2})


FAILURES = {
    "missing": (404, "the server answers 404 Not Found."),
    "broken": ("broken", "the answer broke off after 40 of 50 bytes."),
    "slow": ("silence", "the server did not answer in full within 0.2 seconds."),
    "large": (RESULTS * 100, "this is larger than the 5,000 bytes allowed."),
    "a web page": (b"<!DOCTYPE html><html>", "the file is a web page"),
    "no results": (b"a,b\n1,2\n", "the file is of no known format"),
}


@pytest.mark.parametrize(("answer", "reason"), FAILURES.values(), ids=FAILURES)
def test_results_that_do_not_come_are_told_and_their_tables_wait(server, book, monkeypatch, answer, reason):
    monkeypatch.setattr(history, "RESULTS_TIMEOUT", 0.2)
    monkeypatch.setattr(history, "MAX_BYTES", 5000)
    server.answers |= {CUP: answer, TABLE: table(1)}
    out, errors, failure = run()
    assert reason in errors
    assert failure == (
        "1 file did not come. What is in stays; the same command goes on from there. Files of your own: HISTORY=FOLDER."
    )
    assert "cup: its season tables wait for the results" in out
    assert (Race.objects.count(), server.asked[TABLE]) == (0, 0)


def test_tables_that_do_not_come_are_told_and_brought_later(server, book):
    """They are all at one place: after the first that does not come no other is asked for."""
    server.answers |= {CUP: OF_1963, TABLE: 500, NEXT: table(1, year=1963)}
    _, errors, failure = run()
    assert "the server answers 500" in errors
    assert failure.startswith("1 file did not come.")
    assert server.asked[NEXT] == 0
    server.answers[TABLE] = table(1)
    assert run()[1:] == ("", "")
    assert known() == [(1962, 1, 3), (1963, 1, 3)]


def test_without_a_network(book, monkeypatch):
    monkeypatch.setattr(history, "RESULTS_AT", "http://127.0.0.1:1")
    monkeypatch.setattr(command, "HISTORY", HISTORY)
    _, errors, failure = run()
    assert [line.rpartition(": ")[2] for line in errors.splitlines()] == ["the server refuses the connection."] * 3
    assert failure.startswith("3 files did not come.")


def test_a_race_with_an_error_is_left_out_and_named(server, book):
    server.answers |= {CUP: csv_bytes(*csv_race(), *csv_race(Race="2", Laps="many")), TABLE: table(1)}
    _, errors, failure = run()
    assert "left out cup 1962 round 2" in errors
    assert (known(), failure) == ([(1962, 1, 3)], "1 left out; the rest is in.")


@pytest.mark.parametrize(
    ("problem", "said", "code"),
    [
        (KeyboardInterrupt, "Interrupted. What is in stays; the same command goes on from there.", 130),
        (Busy("Busy."), "Busy. What is in stays; the same command goes on from there.", 1),
    ],
)
def test_a_run_that_is_stopped_keeps_what_is_in(server, book, monkeypatch, problem, said, code):
    server.answers |= {CUP: RESULTS, TABLE: table(1)}
    whole = command.bring

    def stopped(file, *args, **options):
        if file.year:
            raise problem
        return whole(file, *args, **options)

    monkeypatch.setattr(command, "bring", stopped)
    with pytest.raises(CommandError) as failure:
        call_command("history", verbosity=0)
    assert (str(failure.value), failure.value.returncode, known()) == (said, code, [(1962, 1, None)])


# From a folder.


def test_the_files_of_a_folder(book, tmp_path, monkeypatch):
    """Compressed or not, under any of their names; what is not there is passed over, and said."""
    monkeypatch.setattr(command, "HISTORY", HISTORY)
    tables = tmp_path / "season_tables" / "cup"
    tables.mkdir(parents=True)
    (tmp_path / "cup_series_1949_2025.csv.gz").write_bytes(gzip.compress(RESULTS))
    (tmp_path / "nxs_series.csv").write_bytes(RESULTS)
    (tables / "1962_schedule.csv.gz").write_bytes(gzip.compress(table(1)))
    (tables / "notes_schedule.csv").write_text("no table")
    out, errors, failure = run(tmp_path)
    assert (errors, failure) == ("", "")
    assert list(Race.objects.order_by("season__series__slug").values_list("season__series__slug", "cautions")) == [
        ("cup", 3),
        ("national", None),
    ]
    assert f"trucks: no results in {tmp_path} (truck_series.csv): passed over" in out
    assert f"national: no season tables in {tmp_path}: passed over" in out
    assert run(tmp_path)[0].count("in already") == 3


def test_tables_alone_tell_of_the_races_on_file(book, tmp_path):
    (tmp_path / "cup_series.csv").write_bytes(RESULTS)
    run(tmp_path)
    (tmp_path / "cup_series.csv").unlink()
    tables = tmp_path / "season_tables" / "cup"
    tables.mkdir(parents=True)
    (tables / "1962_schedule.csv").write_bytes(table(1))
    run(tmp_path)
    assert known() == [(1962, 1, 3)]


def test_a_bad_table_of_a_folder_leaves_the_others(book, tmp_path):
    tables = tmp_path / "season_tables" / "cup"
    tables.mkdir(parents=True)
    (tmp_path / "cup_series.csv").write_bytes(OF_1963)
    (tables / "1962_schedule.csv").write_text("a,b\n1,2\n")
    (tables / "1963_schedule.csv").write_bytes(table(1, year=1963))
    _, errors, failure = run(tmp_path)
    assert "the file is of no known format" in errors
    assert failure == "1 file did not come. What is in stays; the same command goes on from there."
    assert known() == [(1962, 1, None), (1963, 1, 3)]


def test_a_folder_that_is_not_there(book, tmp_path):
    assert run(tmp_path / "none")[2] == f"{tmp_path / 'none'} is no folder."


def test_a_folder_without_a_file_of_the_history(book, tmp_path):
    (tmp_path / "cup.csv").write_text("Season,Race")
    said = run(tmp_path)[2]
    assert said.startswith(f"{tmp_path} holds no file of the history: results are named cup_series.csv, ")


def test_the_real_files_are_found():
    folder = recorded("cup_series_1949_2025.csv.gz").parent
    found = [(results_of(each, folder), tables_of(each, folder)) for each in HISTORY]
    assert [Path(results.location).name if results else None for results, _ in found] == [
        "cup_series_1949_2025.csv.gz",
        "xfinity_series.csv.gz",
        None,
    ]
    assert [[table.year for table in tables] for _, tables in found] == [
        list(range(1949, 2026)),
        list(range(1982, 2026)),
        [],
    ]
