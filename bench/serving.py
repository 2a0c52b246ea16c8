"""How the site serves under load: `python -m bench.serving BOOK FOLDER`, of a copy of a book with the whole history.

FOLDER holds the weekend that is imported meanwhile. `wrk` finds how much the server can answer, `h2load` (of Debian's
nghttp2-client) how long it takes at a pace; without them nothing is measured, and that is said. Collect the static
files before. The machine should have nothing else to do.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from .load import TimedAnswer, ask_at_a_pace, percentile

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("/drivers/kyle-larson/", "/races/cup/2024/12/", "/leaderboards/wins/", "/closest-finishes/")
CONNECTIONS = (1, 8, 32)
TURNS = 7
"""How often a page and its file are asked for in turn: of each the middle one is told."""
WEEKEND = "nascar_weekend_feed_2023_1_5274.json"
EDITOR = """
import itertools, sys, time
import django
django.setup()
from races.models import Result
results = list(Result.objects.filter(session__kind="race", session__race__season__year=2024, session__race__round=12,
    session__race__season__series__slug="cup").order_by("pk")[:20])
for n in itertools.count():
    began = time.time()
    if began > float(sys.argv[1]):
        break
    result = Result.objects.get(pk=results[n % len(results)].pk)
    result.points = n % 50
    result.save()
    print(time.time(), result.pk, result.points, flush=True)
    time.sleep(max(0, 0.5 - (time.time() - began)))
"""
UNDO = """
import django
django.setup()
from races.models import Result
result = Result.objects.filter(session__kind="race", session__race__season__year=2023, session__race__round=12,
    session__race__season__series__slug="cup", position=1).get()
result.points = 0
result.save()
"""
"""So that the next import of the same weekend has something to write."""


class Site:
    """A server of its own on a copy of the book."""

    def __init__(self, book: Path):
        self.book = book
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{book}",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "ALLOWED_HOSTS": "127.0.0.1",
            "CLIENT_LIMIT": "off",
            "DEBUG": "false",
            "DJANGO_SETTINGS_MODULE": "racestats.settings",
        }

    @contextmanager
    def served(self) -> Iterator[None]:
        command = [sys.executable, "-m", "racestats.serve", "--port", str(self.port)]
        log = self.book.with_name("log").open("ab")
        began = time.time()
        self.server = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        while not all(answer.status == 200 for answer in ask_at_a_pace(self.port, ["/healthz"], 10, 0.1, 1)):
            if self.server.poll() is not None or time.time() > began + 60:
                raise SystemExit(self.book.with_name("log").read_text()[-2000:])
            time.sleep(0.02)
        try:
            yield
        finally:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait()

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text().split()
        return [int(pid) for pid in children]

    def cpu(self) -> float:
        """Seconds of all workers."""
        stats = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in self.workers()]
        return sum(int(each[11]) + int(each[12]) for each in stats) / os.sysconf("SC_CLK_TCK")

    def run(self, *arguments: str, script: str = "") -> subprocess.Popen:
        command = [sys.executable, *(["-c", script] if script else ["manage.py"]), *arguments]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


def began_at(pid: int) -> int:
    """When a process began, in ticks since the machine did."""
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19])


def wrk(site: Site, path: str, connections: int) -> tuple[float, float]:
    """Answers a second, and CPU seconds of the server for each."""
    before = site.cpu()
    headers = ["-H", "X-Forwarded-Proto: https", "-H", "Accept-Encoding: br, gzip"]
    address = f"http://127.0.0.1:{site.port}{path}"
    said = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", "-d2", *headers, address],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"{path}: {said}")
    count = int(re.search(r"(\d+) requests in", said).group(1))
    return float(re.search(r"Requests/sec: +([\d.]+)", said).group(1)), (site.cpu() - before) / count


def warm_pages(site: Site, table: Table) -> float:
    """Kept pages against static files of the same size; how many of them the server answers a second, all in all."""
    rates = []
    for page in PAGES:
        size = len(bench_body(site, page))
        for connections in CONNECTIONS:
            turns = []
            for _ in range(TURNS):
                turns.append((*wrk(site, page, connections), *wrk(site, f"/static/bench-{size}.bin", connections)))
            rate, cpu, file_rate, file_cpu = map(median, zip(*turns))
            rates += [rate] if connections > 1 else []
            row(
                table,
                f"{page}, {connections} at once",
                f"{rate:,.0f}/s",
                f"file: {file_rate:,.0f}/s",
                rate / file_rate,
                1,
            )
            row(table, "   by CPU", f"{cpu * 1e3:.3f} ms", f"file: {file_cpu * 1e3:.3f} ms", file_cpu / cpu, 1)
    return sum(rates) / len(rates)


def bench_body(site: Site, page: str) -> bytes:
    said = subprocess.run(
        [
            "curl",
            "-s",
            "-H",
            "X-Forwarded-Proto: https",
            "-H",
            "Accept-Encoding: br",
            f"http://127.0.0.1:{site.port}{page}",
        ],
        capture_output=True,
        check=True,
    )
    return said.stdout


def row(table: Table, what: str, measured: str, against: str, figure: float, limit: float, at_most: bool = False):
    holds = figure <= limit if at_most else figure >= limit
    table.add_row(
        what, measured, against, f"{figure:.2f}", f"{'≤' if at_most else '≥'} {limit:g}", "ok" if holds else "NO"
    )


def steady(site: Site, table: Table, most: float) -> None:
    """The slowest of a hundred answers at half of what the server can give, asked for by a client that costs little."""
    ask_at_a_pace(site.port, PAGES, 4, 5, 4)  # made once
    log, addresses, connections = site.book.with_name("times"), site.book.with_name("addresses"), 16
    addresses.write_text("".join(f"http://127.0.0.1:{site.port}{page}\n" for page in PAGES))
    pace = ["--h1", "-t1", f"-c{connections}", f"--rps={most / 2 / connections:.1f}", "-D15"]
    headers = ["-Hx-forwarded-proto: https", "-Haccept-encoding: br, gzip"]
    command = ["h2load", *pace, *headers, f"--input-file={addresses}", f"--log-file={log}"]
    subprocess.run(command, capture_output=True, check=True)
    answers = [line.split("\t") for line in log.read_text().splitlines()]
    if any(status != "200" for _, status, _ in answers):
        raise SystemExit("Not every answer at half of the pace is a 200.")
    times = [int(microseconds) / 1e6 for *_, microseconds in answers]
    half, last = percentile(times, 0.5), percentile(times, 0.99)
    row(
        table,
        f"p99 at {len(times) / 15:,.0f}/s",
        f"{last * 1e3:.1f} ms",
        f"p50: {half * 1e3:.1f} ms",
        last / half,
        5,
        True,
    )


def while_written(site: Site, table: Table, rate: float, seconds: float, weekend: Path, kills: int = 0) -> None:
    """Readers, an editor who saves twice a second, and imports one by one; workers and imports may be killed."""
    edits: list[tuple[float, int, int]] = []
    end = time.time() + seconds
    editor = site.run(str(end), script=EDITOR)
    listening = threading.Thread(target=lambda: edits.extend(parsed(line) for line in editor.stdout))
    listening.start()
    ended, killed = [], []

    def imports():
        while time.time() < end:
            site.run(script=UNDO).wait()
            importer = site.run("import_results", str(weekend), "--create-drivers", "--create-tracks", "-v0")
            if len(killed) < kills and len(killed) % 2:
                time.sleep(1 + 0.2 * len(killed))
                importer.kill()
                killed.append("import")
            ended.append(importer.wait())

    def kill_workers():
        while time.time() < end and len(killed) < kills:
            # The server ends with a worker that dies within 5.5 seconds: it takes it for one that cannot start.
            time.sleep(3.5)
            if not len(killed) % 2:
                os.kill(min(site.workers(), key=began_at), signal.SIGKILL)
                killed.append("worker")

    threads = [threading.Thread(target=imports), *([threading.Thread(target=kill_workers)] if kills else [])]
    for thread in threads:
        thread.start()
    answers = ask_at_a_pace(site.port, PAGES, rate, seconds, 32)
    for thread in threads:
        thread.join()
    editor.wait()
    listening.join()
    tell(site, table, answers, edits, ended, killed, seconds)


def parsed(line: str) -> tuple[float, int, int]:
    when, pk, points = line.split()
    return float(when), int(pk), int(points)


def tell(site: Site, table: Table, answers: list[TimedAnswer], edits, ended, killed: list[str], seconds: float) -> None:
    what = f"{len(killed)} killed: " if killed else ""
    faults = sum(answer.status >= 500 for answer in answers)
    broken = sum(answer.status == 0 for answer in answers)
    note = f"{len(answers) / seconds:,.0f}/s, {broken} broken off"
    row(table, f"{what}5xx of {len(answers):,}", str(faults), note, faults, 0, True)
    commits = sorted(when for when, *_ in edits)
    ages = [age for answer in answers if answer.read_at and (age := age_of(answer, commits)) > 0]
    oldest = max(ages, default=0)
    note = f"{len(ages) / len(answers):.0%} while another made it anew"
    row(table, f"{what}seconds that a page was behind", f"{oldest:.1f} s", note, oldest, 60, True)
    with closing(sqlite3.connect(site.book)) as opened:
        stored = dict(opened.execute("SELECT id, points FROM races_result"))
    last = {pk: points for _, pk, points in edits}
    lost = sum(stored[pk] != points for pk, points in last.items())
    row(table, f"{what}edits lost", str(lost), f"{len(edits)} edits, {len(ended)} imports", lost, 0, True)
    doctor = site.run("doctor")
    said = doctor.communicate()[0]
    wrong = sum(not line.startswith(("disk", "All is well")) for line in said.splitlines())
    row(table, f"{what}what the doctor finds", str(wrong), said.strip().replace("\n", "; ")[:60], wrong, 0, True)


def age_of(answer: TimedAnswer, commits: list[float]) -> float:
    """How long before it was asked for somebody had committed what an answer does not hold."""
    unseen = next((when for when in commits if answer.read_at < when < answer.sent), None)
    return answer.sent - unseen if unseen else 0


def backups(site: Site, table: Table, folder: Path) -> None:
    before = time.time()
    made = site.run("backup", str(folder / "backups"))
    if made.wait():
        raise SystemExit(made.stderr.read())
    there = time.time()
    (archive,) = (folder / "backups").glob("*.gz")
    if (restored := site.run("restore", str(archive), "--yes")).wait():
        raise SystemExit(restored.stderr.read())
    size = f"{site.book.stat().st_size / 1e6:,.0f} MB"
    row(table, f"backup, read back and compared ({size})", f"{there - before:.1f} s", "", there - before, 120, True)
    back = time.time() - there
    row(table, "restore, with a backup before, compared", f"{back:.1f} s", "", back, 240, True)


def main() -> int:
    if missing := [each for each in ("wrk", "h2load") if not shutil.which(each)]:
        print(f"Nothing to measure: {' and '.join(missing)} not installed (apt-get install wrk nghttp2-client).")
        return 0
    source, weekend = Path(sys.argv[1]), Path(sys.argv[2]) / WEEKEND
    table = Table(title="Serving")
    for heading in ("what", "measured", "against", "figure", "limit", ""):
        table.add_column(heading)
    with tempfile.TemporaryDirectory() as scratch:
        book = Path(scratch) / "book.sqlite3"
        with closing(sqlite3.connect(source)) as whole, closing(sqlite3.connect(book)) as copy:
            whole.backup(copy)
        site = Site(book)
        files = []
        with site.served():
            sizes = {len(bench_body(site, page)) for page in PAGES}
        try:
            for size in sizes:
                files.append(ROOT / "staticfiles" / f"bench-{size}.bin")
                files[-1].write_bytes(secrets.token_bytes(size))
            with site.served():
                most = warm_pages(site, table)
                steady(site, table, most)
                while_written(site, table, most * 0.7, 60, weekend)
                while_written(site, table, most * 0.3, 120, weekend, kills=20)
                backups(site, table, Path(scratch))
        finally:
            for file in files:
                file.unlink()
    Console(width=150).print(table)
    return int(any("NO" in str(cell) for column in table.columns for cell in column.cells))


if __name__ == "__main__":
    sys.exit(main())
