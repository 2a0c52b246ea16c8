"""A book that older code has left: `migrate` rebuilds its derived rows, and a start without it is not silent."""

import io
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from races.derived import refresh, upgrade
from races.derived.refresh import RULES, deferred, differences
from races.models import (
    CareerTotals,
    Findable,
    FindableWord,
    MilestoneReached,
    Race,
    RaceCoverage,
    RulesVersion,
    StatLine,
    TrackLayout,
)
from testing.books import another_book, book_on_disk, in_use
from testing.makers import LARSON, make_layout, make_milestone, make_race, make_result
from testing.scorebook import make_whole_book

OLDER = f"Older rules made the derived rows (version unknown; this code has {RULES}): figures may be wrong."
NEWER = f"Newer rules made the derived rows (version {RULES + 1}; this code has {RULES}): figures may be wrong."


@deferred()
def make_book() -> None:
    """Two seasons of races, with drivers in a club."""
    make_whole_book(1)
    make_milestone("wins", 2)
    say_rules(RULES)


@pytest.fixture(scope="module")
def old_book(made_book, django_db_blocker):
    """The same under tables of older code."""
    with django_db_blocker.unblock(), another_book(":memory:") as book:
        made_book.connection.backup(book.connection)
        with in_use(book):
            call("migrate", "races", BEFORE_COVERAGE)
        yield book.connection


@pytest.fixture
def old_file(db, tmp_path, old_book):
    with book_on_disk(tmp_path / "book.sqlite3", old_book) as path:
        yield path


def call(command: str, *args, **options) -> str:
    out = io.StringIO()
    call_command(command, *args, stdout=out, **options)
    return out.getvalue()


def say_rules(version: int | None) -> None:
    RulesVersion.objects.all().delete()
    if version is not None:
        RulesVersion.objects.create(pk=1, version=version)


def without_zeros():
    """As rules that did not tell none from unknown left the running counts."""
    return sum(
        StatLine.objects.filter(**{column: 0}).update(**{column: None})
        for column in ("wins_after", "top_fives_after", "top_tens_after")
    )


DAMAGES = {
    "none for zero": without_zeros,
    "lines gone": lambda: StatLine.objects.all()._raw_delete("default"),
    "coverage gone": lambda: RaceCoverage.objects.all()._raw_delete("default"),
    "clubs gone": lambda: MilestoneReached.objects.all()._raw_delete("default"),
}


@pytest.mark.parametrize(
    ("damage", "version"),
    [*((damage, None) for damage in DAMAGES.values()), (without_zeros, RULES - 1)],
    ids=[*DAMAGES, "by an older version"],
)
def test_migrate_rebuilds_what_older_rules_made(small_book, damage, version):
    assert damage()
    wrong = differences()
    say_rules(version)
    assert wrong
    assert f"Older rules made the derived rows: rebuilt, {wrong:,} derived rows changed.\n" in call("migrate")
    assert (differences(), refresh.rules_of_the_book()) == (0, RULES)


def test_migrate_says_and_writes_nothing_where_the_rules_are_the_same(small_book):
    without_zeros()
    with CaptureQueriesContext(connection) as queries:
        assert "derived" not in call("migrate")
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []
    assert differences()


def test_migrate_is_silent_when_told_so(small_book):
    say_rules(None)
    assert call("migrate", verbosity=0) == ""
    assert refresh.rules_of_the_book() == RULES


@pytest.mark.parametrize("command", ["migrate", "rebuild_stats"])
def test_the_rules_of_an_empty_book_are_noted(empty_book, command):
    assert "Older rules" not in call(command)
    assert refresh.rules_of_the_book() == RULES


def test_what_newer_rules_made_is_left_to_the_operator(small_book):
    say_rules(RULES + 1)
    assert "derived" not in call("migrate")
    assert upgrade.what_is_behind() == f"{NEWER} Run: manage.py rebuild_stats"
    call("rebuild_stats")
    assert upgrade.what_is_behind() == ""


def test_of_two_that_migrate_one_rebuilds(small_book, monkeypatch):
    """The other waited for it, and finds the rules of the book as they are by now."""
    monkeypatch.setattr(upgrade, "made_by_older_rules", lambda: True)
    monkeypatch.setattr(refresh, "rebuild", lambda: pytest.fail("rebuilt twice"))
    assert "derived" not in call("migrate")


def test_a_rebuild_that_fails_is_told_and_can_be_tried_again(small_book, monkeypatch):
    without_zeros()
    say_rules(None)
    with monkeypatch.context() as patch:
        patch.setattr(refresh, "refresh_careers", lambda *asked: 1 / 0)
        with pytest.raises(CommandError, match="could not be rebuilt and are as they were: division by zero"):
            call("migrate")
    assert refresh.rules_of_the_book() is None
    assert "rebuilt" in call("migrate")
    assert differences() == 0


@pytest.mark.parametrize("damage", [lambda: 0, without_zeros], ids=["rows right", "rows wrong"])
def test_a_check_tells_of_other_rules(small_book, damage):
    damage()
    count = differences()
    say_rules(None)
    with pytest.raises(CommandError) as caught:
        call("rebuild_stats", "--check")
    assert caught.value.returncode == 1
    assert (
        str(caught.value) == f"{count:,} derived rows would change: run rebuild_stats. {OLDER} Run: manage.py migrate"
    )
    assert refresh.rules_of_the_book() is None


def test_a_dump_does_not_bring_the_rules_of_its_own_book(empty_book, tmp_path):
    make_result(make_race(2024, 1), LARSON, 1)
    say_rules(RULES + 1)
    dump = tmp_path / "book.json"
    dump.write_text(call("dumpdata", "drivers", "races"))
    say_rules(RULES)
    call("loaddata", str(dump))
    assert refresh.rules_of_the_book() == RULES


# Books on disk, whose tables can be put back.

BEFORE_COVERAGE = "0004_stat_line_indexes"
GUESSED = {"Autodromo Hermanos Rodriguez": ("road-course", "Course"), "Somewhere": ("", "Track")}
"""What a layout becomes, by its track's name."""


def test_tables_are_brought_forward_before_the_rows(old_file):
    assert "derived" not in call("migrate", "drivers")
    assert "Older rules made the derived rows: rebuilt, " in call("migrate", "races")
    assert differences() == 0


def test_who_has_gone_back_has_all_rows_again(made_file):
    """Going back drops the table of careers, and that of what can be found; they do not come again as empty ones."""
    models = (CareerTotals, Findable, FindableWord)
    rows = {model: model.objects.count() for model in models}
    assert all(rows.values())
    call("migrate", "races", "0014_accepted_warnings")
    assert refresh.rules_of_the_book() is None
    assert "Older rules made the derived rows: rebuilt, " in call("migrate", "races")
    assert {model: model.objects.count() for model in models} == rows
    assert differences() == 0


def measured_tables() -> set[str]:
    """Those of which SQLite knows how their indexes are filled."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tbl FROM sqlite_stat1")
        return {table for (table,) in cursor.fetchall()}


def test_tables_are_measured_again_once_a_migration_has_made_them_anew(made_file):
    refresh.measure_tables()
    before = {table for table in measured_tables() if table.startswith("races_")}
    assert StatLine._meta.db_table in before
    call("migrate", "races", BEFORE_COVERAGE)
    call("migrate")
    assert measured_tables() >= before


def test_a_type_that_was_guessed_is_forgotten(made_file):
    """An import had made ovals of layouts of which its source told nothing; an editor's own stay."""
    guessed = [make_race(2024, 100 + n, name, layout=make_layout(name, length=None)) for n, name in enumerate(GUESSED)]
    known = make_layout("Known", note="As its owners say.", length=None)
    for race in guessed:
        make_result(race, LARSON, 1)
    call("migrate", "races", "0010_season_totals")
    call("migrate", "races", "0011_layout_type_unknown")
    layouts = [TrackLayout.objects.get(pk=race.layout_id) for race in guessed]
    assert [(layout.type, layout.name) for layout in layouts] == list(GUESSED.values())
    lines = StatLine.objects.filter(race__in=guessed).order_by("race_order")
    assert list(lines.values_list("layout_type", flat=True)) == [type_ for type_, _ in GUESSED.values()]
    known.refresh_from_db()
    assert (known.type, known.name) == ("intermediate", "Oval")


def test_a_flushed_book_knows_its_rules(made_file):
    call("flush", interactive=False, verbosity=0)
    assert (Race.objects.count(), refresh.rules_of_the_book()) == (0, RULES)


def test_faked_migrations_are_not_taken_at_their_word(old_file):
    assert "derived" not in call("migrate", "races", fake=True)


def test_a_command_on_old_tables_says_so(old_file):
    for options in ([], ["--check"]):
        with pytest.raises(CommandError, match="migrations not applied, from races"):
            call("rebuild_stats", *options)


@pytest.mark.parametrize(
    ("version", "says"),
    [
        (RULES, ""),
        (None, f"{OLDER} Run: manage.py migrate"),
        (RULES + 1, f"{NEWER} Run: manage.py rebuild_stats"),
    ],
    ids=["nothing", "older rules", "newer rules"],
)
def test_what_is_behind_is_said(empty_book, version, says):
    say_rules(version)
    assert upgrade.what_is_behind() == says


def test_old_tables_are_behind(old_file):
    says = " not applied, from races.0005_coverage_of_each_car on: pages will fail. Run: manage.py migrate"
    assert upgrade.what_is_behind().endswith(says)


def told_at_start(path) -> str:
    """What is on stderr once a server has its application."""
    found = subprocess.run(
        [sys.executable, "-c", "import racestats.wsgi"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "racestats.settings", "DATABASE_URL": f"sqlite:///{path}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert found.returncode == 0
    return found.stderr


@pytest.mark.parametrize("is_behind", [False, True])
def test_a_start_says_what_is_behind(made_file, is_behind):
    if is_behind:
        say_rules(None)
    connection.close()
    assert told_at_start(made_file) == (f"{OLDER} Run: manage.py migrate\n" if is_behind else "")


def test_a_start_over_no_book_says_so(tmp_path):
    assert told_at_start(tmp_path).startswith("The book cannot be read: ")


def test_pages_do_not_look_for_what_is_behind(client, db):
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    assert [query for query in queries if "rulesversion" in query["sql"] or "migrations" in query["sql"]] == []
