"""Backups: made while the site writes, read back, put back, and refused where they are not whole."""

import sqlite3
import tarfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from drivers.models import Driver
from races.models import RulesVersion, SeasonTotals
from racestats.serving.backups import BadBackup, back_up, digest, put_back
from racestats.serving.data_version import SqliteVersion
from testing.makers import make_little_book

make_book = make_little_book


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "drivers").mkdir(parents=True)
    (settings.MEDIA_ROOT / "drivers" / "larson.jpg").write_bytes(b"a portrait")
    return settings.MEDIA_ROOT


def digest_of(book: Path) -> str:
    with closing(sqlite3.connect(book)) as opened:
        return digest(opened)


def archives(folder: Path) -> list[Path]:
    return sorted(folder.glob("racestats-*"))


def test_what_was_backed_up_comes_back(made_file, media, tmp_path, capsys):
    folder = tmp_path / "backups"
    before = digest_of(made_file)
    call_command("backup", folder)
    (made,) = archives(folder)
    assert f"{made}: " in capsys.readouterr().out
    made = made.rename(folder / "racestats-2026-01-01T000000.tar.gz")  # Its name is of a second: that of the next one.
    Driver.objects.filter(slug="kyle-larson").update(name="Somebody Else")
    (media / "drivers" / "larson.jpg").unlink()
    version = SqliteVersion(str(made_file))
    seen = version.read()
    connection.close()
    call_command("restore", made, yes=True)
    assert version.read() != seen
    assert digest_of(made_file) == before
    assert Driver.objects.get(slug="kyle-larson").name == "Kyle Larson"
    assert (media / "drivers" / "larson.jpg").read_bytes() == b"a portrait"
    assert len(archives(folder)) == 2


def test_the_latest_stay(made_file, media, tmp_path):
    small = tmp_path / "small.sqlite3"
    with closing(sqlite3.connect(small)) as book:
        book.execute("CREATE TABLE races (name)")
    for day in range(1, 6):
        back_up(small, media, tmp_path / "backups", datetime(2026, 1, day), keep=3)
    assert [path.name[10:20] for path in archives(tmp_path / "backups")] == ["2026-01-03", "2026-01-04", "2026-01-05"]
    with pytest.raises(BadBackup, match="is there already"):
        back_up(small, media, tmp_path / "backups", datetime(2026, 1, 5), keep=3)


def cut(archive: Path):
    archive.write_bytes(archive.read_bytes()[:-5000])


def of_something_else(archive: Path):
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(__file__, "letter.txt")


def of_nonsense(archive: Path):
    archive.write_bytes(b"no archive")


def outside(archive: Path):
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(__file__, "../../evil.py")


def of_a_damaged_book(archive: Path):
    damaged = archive.with_name("damaged")
    damaged.write_bytes(b"SQLite format 3\0" + b"nonsense" * 1000)
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(damaged, "book.sqlite3")


@pytest.mark.parametrize("spoil", [cut, of_something_else, of_nonsense, outside, of_a_damaged_book])
def test_a_bad_archive_changes_nothing(made_file, media, tmp_path, spoil):
    archive = back_up(made_file, media, tmp_path / "backups", datetime(2026, 1, 1), keep=3)
    spoil(archive)
    before = digest_of(made_file)
    with pytest.raises(BadBackup):
        put_back(archive, made_file, media)
    assert digest_of(made_file) == before
    assert not (tmp_path / "evil.py").exists()


def test_a_full_disk_leaves_no_half_archive(made_file, media, tmp_path, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "add", full)
    with pytest.raises(CommandError, match=r"No space left on device.* No archive was made\."):
        call_command("backup", tmp_path / "backups")
    assert not list((tmp_path / "backups").iterdir())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["restore", "nowhere.tar.gz"], "There is no archive nowhere.tar.gz"),
        (["backup", "folder", "--keep=0"], "--keep 0: keep at least one."),
    ],
)
def test_mistakes_are_told(made_file, arguments, said):
    with pytest.raises(CommandError, match=said):
        call_command(*arguments)


def test_nothing_is_restored_without_a_yes(made_file, media, tmp_path, monkeypatch):
    archive = back_up(made_file, media, tmp_path / "backups", datetime(2026, 1, 1), keep=3)
    monkeypatch.setattr("builtins.input", lambda asked: "no")
    with pytest.raises(CommandError, match=r"Nothing was done\."):
        call_command("restore", archive)


def test_the_doctor(made_file, capsys):
    call_command("doctor")
    assert capsys.readouterr().out == "All is well.\n"
    SeasonTotals.objects.filter(year=2025)._raw_delete("default")
    RulesVersion.objects.update(version=1)
    with pytest.raises(CommandError, match=r"2 things to see to\."):
        call_command("doctor")
    told = capsys.readouterr().out
    assert "rules: Older rules made the derived rows" in told
    assert "derived rows: " in told
    assert "would change. Run: manage.py rebuild_stats" in told
