"""An import as a whole, in a book on disk: a dry run leaves the file alone, an import is written whole or not at all,
and what was written is on record."""

import gc
import hashlib
import json
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from drivers.models import Team
from importing import run
from importing.run import Busy, Interrupted, Options, Refused, import_file
from importing.write.apply import PARENTS_FIRST
from importing.write.bulk import insert
from races.derived.refresh import differences
from races.models import ImportRun, Race
from testing.books import everything
from testing.files.samples import document

NEW = document(round=40, name="Sample 400", date="2025-12-07")
EARLIER = document(season=2024, round=40, name="Sample 300", date="2024-12-08", rulings=[])
EARLIER["entries"][0]["team"] = "A New Team"
BEFORE = {"round": 11, "name": "Sample 200", "date": "2025-05-04", "rulings": []}
KNOWN = document(laps=266, note="As printed", caution_segments=None, lead_segments=None)


def make_book() -> None:
    """A race on file, and the race before it."""
    call_command("loaddata", "10_reference", verbosity=0)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "races.jsonl"
        path.write_text("\n".join(json.dumps(document(**changes)) for changes in ({}, BEFORE)))
        import_file(str(path), Options(create_drivers=True))


@pytest.fixture
def bring(made_file, tmp_path):
    """Imports documents as one file into the book on disk, which has no import on record yet."""
    ImportRun.objects.all().delete()

    def bring(*documents, name="races.jsonl", **options):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(map(json.dumps, documents)))
        return import_file(str(path), Options(**options))

    return bring


def bytes_of(book) -> list[bytes]:
    """The book's file, and beside it the log of what was written last."""
    return [path.read_bytes() if path.exists() else b"" for path in (book, book.with_name(f"{book.name}-wal"))]


# A dry run.


@pytest.mark.parametrize(
    "documents",
    [
        pytest.param([NEW], id="a new race"),
        pytest.param([NEW, EARLIER], id="two seasons"),
        pytest.param([KNOWN], id="a race of the book, with disagreements"),
        pytest.param([NEW | {"season": 2030}], id="a new season"),
    ],
)
@pytest.mark.parametrize("overwrite", [False, True], ids=["keeping", "overwriting"])
def test_a_dry_run_leaves_the_file_as_it_was(made_file, bring, documents, overwrite):
    before = bytes_of(made_file)
    assert bring(*documents, dry_run=True, overwrite_official=overwrite).changes_anything
    assert bytes_of(made_file) == before


@pytest.mark.parametrize("wrong", [{"track": "Nowhere"}, {"laps": "many"}], ids=["against the book", "in itself"])
@pytest.mark.parametrize("dry_run", [True, False], ids=["dry", "in earnest"])
def test_a_refusal_leaves_the_file_as_it_was(made_file, bring, wrong, dry_run):
    before = bytes_of(made_file)
    with pytest.raises(Refused):
        bring(EARLIER, NEW | wrong, dry_run=dry_run, strict=True)
    assert bytes_of(made_file) == before


def test_an_import_does_not(made_file, bring):
    before = bytes_of(made_file)
    bring(NEW)
    assert bytes_of(made_file) != before


# One transaction.


class Failure(Exception):
    """Something that nobody has thought of."""


def failing(monkeypatch, name, error, call=1):
    """Let the nth call of something that an import does fail, once its work is done; tells what was written by then."""
    owner, _, name = name.rpartition(".")
    owner = getattr(run, owner) if owner else run
    real, calls, written = getattr(owner, name), [], []

    def fails(*args, **options):
        result = real(*args, **options)
        calls.append(name)
        if len(calls) == call:
            written.append(everything())
            raise error
        return result

    monkeypatch.setattr(owner, name, fails)
    return written


@pytest.mark.parametrize(
    ("name", "call"),
    [
        pytest.param("save", 1, id="new names are written"),
        pytest.param("apply", 1, id="a season is written"),
        pytest.param("apply", 2, id="another season is written"),
        pytest.param("plan_season", 2, id="another season is planned"),
        pytest.param("touch", 1, id="the derived rows are made"),
        pytest.param("store_health", 1, id="the health is stored"),
        pytest.param("ImportRun.save", 1, id="the run is put on record"),
    ],
)
def test_a_failure_leaves_nothing_behind(made_file, bring, monkeypatch, name, call):
    before = everything()
    with monkeypatch.context() as patch:
        written = failing(patch, name, Failure(), call)
        with pytest.raises(Failure):
            bring(EARLIER, NEW)
    assert written != [before]
    assert len(written) == 1
    assert everything() == before
    assert len(bring(EARLIER, NEW).new) == 2


def test_a_failure_of_the_progress_bar_leaves_nothing_behind(made_file, tmp_path):
    def progress(seasons, count):
        yield seasons[0]
        raise Failure

    path = tmp_path / "races.jsonl"
    path.write_text(f"{json.dumps(EARLIER)}\n{json.dumps(NEW)}")
    before = everything()
    with pytest.raises(Failure):
        import_file(str(path), Options(), progress)
    assert everything() == before


@pytest.fixture
def theirs(monkeypatch):
    """Somebody else's race of the same round, written between plan and apply."""
    known = Race.objects.get(season__year=2025, season__series__slug="cup", round=12)
    real = run.apply

    def apply(work):
        if not Race.objects.filter(name="Theirs").exists():
            Race.objects.create(season=known.season, layout=known.layout, round=40, name="Theirs")
        real(work)

    monkeypatch.setattr(run, "apply", apply)


def test_what_only_the_database_could_refuse_is_told_in_words(made_file, theirs, bring):
    before = everything()
    with pytest.raises(Refused) as refused:
        bring(NEW)
    (problem,) = refused.value.problems
    assert (problem.place, problem.code) == ("cup 2025 round 40, Sample 400", "refused")
    assert problem.reason == "This season already has a race with that round."
    assert everything() == before


def test_a_race_that_the_database_refuses_is_left_out_of_its_season(made_file, theirs, bring):
    another = document(round=41, name="Sample 500", date="2025-12-14")
    with pytest.raises(Refused):
        bring(NEW, another, EARLIER, strict=True)
    outcome = bring(NEW, another, EARLIER)
    assert [each.reason for each in outcome.left_out["cup 2025 round 40, Sample 400"]] == [
        "This season already has a race with that round."
    ]
    assert outcome.new == ["cup 2025 round 41, Sample 500", "cup 2024 round 40, Sample 300"]
    names = Race.objects.filter(round__gte=40, season__series__slug="cup", season__year__gt=2023)
    assert set(names.values_list("name", flat=True)) == {"Theirs", "Sample 300", "Sample 500"}


# Stopped from the keyboard.


@pytest.mark.parametrize("name", ["read", "parse", "plan_season", "apply", "touch", "store_health"])
def test_a_keyboard_interrupt_is_told_and_leaves_nothing_behind(made_file, bring, monkeypatch, name):
    before = everything()
    failing(monkeypatch, name, KeyboardInterrupt())
    with pytest.raises(Interrupted, match=r"^Interrupted\. Nothing was written\.$"):
        bring(NEW)
    assert everything() == before


def test_an_interrupt_while_committing_claims_nothing(made_file, bring, monkeypatch):
    def commit():
        real()
        raise KeyboardInterrupt

    book = connection.cursor().db
    real = book.commit
    monkeypatch.setattr(book, "commit", commit)
    with pytest.raises(KeyboardInterrupt):
        bring(NEW)
    monkeypatch.undo()
    assert Race.objects.filter(name="Sample 400").exists()


# Other writers.


def test_another_writer_is_told_in_a_sentence(made_file, bring):
    before = everything()
    connection.cursor().execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(made_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy) as busy:
            bring(NEW)
        assert str(busy.value) == "Somebody else is writing to the book. Nothing was written; try again in a moment."
        assert bring(NEW, dry_run=True).new == ["cup 2025 round 40, Sample 400"]
        other.execute("ROLLBACK")
    assert everything() == before
    assert bring(NEW).new == ["cup 2025 round 40, Sample 400"]


def test_another_fault_of_the_database_is_not_taken_for_a_writer(made_file, bring, monkeypatch):
    before = everything()
    failing(monkeypatch, "apply", OperationalError("disk I/O error"))
    with pytest.raises(OperationalError, match=r"disk I/O error"):
        bring(NEW)
    assert everything() == before


# On record.


def rows_of_races() -> int:
    return sum(model.objects.count() for model in PARENTS_FIRST)


@pytest.mark.parametrize(
    ("documents", "options", "counts"),
    [
        pytest.param([NEW], {}, (None, 0, 0), id="a new race"),
        pytest.param([KNOWN], {"overwrite_official": True}, (None, None, 0), id="a changed race"),
        pytest.param([NEW, EARLIER], {"format": "race-document"}, (None, 0, 0), id="two, of a format that is told"),
    ],
)
def test_an_import_is_on_record(made_file, bring, tmp_path, documents, options, counts):
    rows, started = rows_of_races(), timezone.now()
    user = get_user_model().objects.create(username="editor")
    outcome = bring(*documents, user=user, **options)
    (found,) = ImportRun.objects.all()
    content = (tmp_path / "races.jsonl").read_bytes()
    assert (found.file_name, found.file_hash) == (
        str(tmp_path / "races.jsonl"),
        hashlib.sha256(content).hexdigest(),
    )
    assert (found.format, found.user) == ("race-document", user)
    assert started.replace(microsecond=0) <= found.started <= found.finished <= timezone.now()
    assert found.created_count == rows_of_races() - rows
    stated = (found.created_count, found.updated_count, found.unchanged_count)
    assert stated == (outcome.rows_created, outcome.rows_updated, outcome.unchanged)
    assert all(count is None or count == said for count, said in zip(counts, stated))
    assert differences() == 0


@pytest.mark.parametrize("again", [{}, {"dry_run": True}, {"format": "race-document"}], ids=repr)
def test_what_changes_nothing_is_not_on_record(made_file, bring, again):
    bring(NEW)
    assert ImportRun.objects.count() == 1
    outcome = bring(NEW, **again)
    assert (outcome.changes_anything, outcome.unchanged) == (False, 1)
    assert ImportRun.objects.count() == 1


def test_a_disagreement_that_is_kept_is_not_on_record(made_file, bring):
    stored = Race.objects.get(season__year=2025, season__series__slug="cup", round=12)
    bring(document(rulings=[], sources=[]))
    before = everything()
    outcome = bring(document(laps=stored.laps - 1, rulings=[], sources=[]))
    assert ("race.laps", stored.laps, stored.laps - 1) in [
        (change.path, change.before, change.after) for race in outcome.kept for change in race.kept
    ]
    assert everything() == before


def test_a_refused_file_is_not_on_record(made_file, bring):
    with pytest.raises(Refused):
        bring(NEW | {"track": "Nowhere"}, EARLIER | {"track": "Nowhere"})
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        (f"{'a' * 200}/{'b' * 200}/races.json", lambda name: len(name) == 300),
        ("races\udcff.json", lambda name: name.endswith("races?.json")),
    ],
    ids=["too long", "no text"],
)
def test_any_file_name_has_room(made_file, bring, name, stored):
    bring(NEW, name=name)
    assert stored(ImportRun.objects.get().file_name)


# Which series.


def test_a_misspelt_series_is_not_made(made_file, bring):
    before = everything()
    with pytest.raises(Refused) as refused:
        bring(NEW | {"series": "cupp"}, series="cupp")
    (problem,) = refused.value.problems
    assert (problem.place, problem.value, problem.code) == ("--series", "cupp", "unknown-series")
    assert problem.reason == "no series of the book has that slug; it has cup, national, trucks"
    assert everything() == before


# The collector.


@pytest.mark.parametrize("documents", [[NEW], [NEW | {"laps": "many"}]], ids=["in", "refused"])
@pytest.mark.parametrize("on", [True, False])
def test_the_collector_is_left_as_it_was(made_file, bring, documents, on):
    try:
        (gc.enable if on else gc.disable)()
        with suppress(Refused):
            bring(*documents)
        assert gc.isenabled() == on
    finally:
        gc.enable()


def test_a_row_that_is_gone_lends_its_id_to_no_other(empty_book):
    """The history of a row is kept under its id."""
    insert(Team, [Team(name="Wood Brothers", slug="wood-brothers")])
    gone = Team.objects.get()
    had = gone.pk
    gone.delete()
    insert(Team, [Team(name="Petty Enterprises", slug="petty-enterprises")])
    assert Team.objects.get().pk > had
