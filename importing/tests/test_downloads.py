"""The download is the book: every table of it, every row and every column with a meaning, in each of the forms."""

import csv
import gzip
import hashlib
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from changes.subjects import PARENTS
from importing.downloads import export as exporting
from importing.downloads.export import CHECKSUMS, CONTENTS, export, latest
from importing.downloads.files import dictionary
from importing.downloads.tables import DERIVED, LEFT_OUT, plain_value, table_name, tables
from importing.export import Unwritable
from importing.run import Options, import_data
from races.models import Race, Result
from racestats import clock
from testing.makers import make_two_car_book

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(empty_book):
    make_two_car_book()


def test_every_table_of_the_book_is_in():
    """But those that tell of editors; and each column says what it means."""
    names = [table.name for table in tables()]
    assert len(set(names)) == len(names)
    assert {table_name(model) for model in {*PARENTS, *DERIVED} - LEFT_OUT} == {*names} - {"race_results"}
    assert [row for row in dictionary(tables()) if not row[3].strip()] == []
    assert [row for row in dictionary(tables()) if "user" in row[1] or "photo" in row[1]] == []


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (timedelta(hours=2, seconds=3, microseconds=500_000), Decimal("7203.5")),
        ([40, 35], "[40, 35]"),
        (None, None),
        (0, 0),
    ],
)
def test_what_a_value_is_to_a_machine(value, plain):
    assert plain_value(value) == plain


def test_each_form_has_every_row(book, tmp_path):
    """As many as the book has, and the same values; and the checksums are theirs."""
    download = export(tmp_path, 3)
    files = {file.name: (download.folder / file.name).read_bytes() for file in download.files}
    assert {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} == {
        file.name: file.sha256 for file in download.files
    }
    assert all(f"{file.sha256}  {file.name}\n" in (download.folder / CHECKSUMS).read_text() for file in download.files)
    (tmp_path / "plain.sqlite3").write_bytes(gzip.decompress(files["racestats.sqlite3.gz"]))
    sheets = zipfile.ZipFile(io.BytesIO(files["racestats-csv.zip"]))
    with closing(sqlite3.connect(tmp_path / "plain.sqlite3")) as plain:
        for table in tables():
            rows = list(table.rows())
            heads = [column.name for column in table.columns]
            (count,) = plain.execute(f'SELECT COUNT(*) FROM "{table.name}"').fetchone()
            sheet = list(csv.reader(io.StringIO(sheets.read(f"{table.name}.csv").decode())))
            assert (table.name, count, sheet[0], len(sheet) - 1) == (table.name, len(rows), heads, len(rows))
            assert download.rows[table.name] == count
        (led,) = plain.execute("SELECT SUM(laps_led) FROM results").fetchone()
        assert led == sum(Result.objects.exclude(laps_led=None).values_list("laps_led", flat=True))
        assert plain.execute("SELECT COUNT(*) FROM race_results WHERE driver_slug = 'kyle-larson'").fetchone() > (0,)
    assert {"dictionary.csv", "NOTICE.txt"} <= set(sheets.namelist())


def test_parquet_has_the_same(book, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    download = export(tmp_path, 3)
    with zipfile.ZipFile(download.folder / "racestats-parquet.zip") as archive:
        for table in tables():
            held = parquet.read_table(io.BytesIO(archive.read(f"{table.name}.parquet")))
            assert held.num_rows == download.rows[table.name]
            assert [tuple(row.values()) for row in held.to_pylist()] == list(table.rows())


def test_without_the_library_there_is_no_parquet(book, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(exporting, "writes_parquet", lambda: False)
    call_command("export_data", tmp_path)
    assert "Without Parquet: pyarrow is not installed." in capsys.readouterr().out
    assert latest(tmp_path).file("racestats-parquet.zip") is None


def test_the_documents_make_the_book_again(book, tmp_path):
    """Imported once more they change nothing, and into a book without races they bring all."""
    packed = (export(tmp_path, 3).folder / "racestats-races.jsonl.gz").read_bytes()
    before = gzip.decompress(packed)
    assert len(before.splitlines()) == Race.objects.count()
    assert import_data(packed, "racestats-races.jsonl.gz", Options()).unchanged == Race.objects.count()
    Race.objects.all().delete()
    import_data(packed, "racestats-races.jsonl.gz", Options(create_drivers=True, create_tracks=True))
    after = gzip.decompress((export(tmp_path, 3).folder / "racestats-races.jsonl.gz").read_bytes())
    assert [json.loads(line) for line in after.splitlines()] == [json.loads(line) for line in before.splitlines()]


def test_the_latest_days_stay(book, tmp_path, monkeypatch):
    for day in (1, 2, 3, 3):
        monkeypatch.setattr(clock, "today", lambda day=day: date(2026, 1, day))
        export(tmp_path, 2)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["2026-01-02", "2026-01-03"]
    (tmp_path / "2026-02-30").mkdir()  # No day, and so no download.
    (tmp_path / "2026-01-03" / CONTENTS).unlink()
    assert latest(tmp_path).day == date(2026, 1, 2)


def test_what_cannot_be_written_leaves_the_last(book, tmp_path, monkeypatch):
    kept = export(tmp_path, 3)

    def fail(path):
        raise Unwritable("2024 Kansas I cannot be written as a document.")

    monkeypatch.setattr(exporting, "write_documents", fail)
    with pytest.raises(CommandError, match=r"cannot be written as a document\. Nothing was changed"):
        call_command("export_data", tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [kept.day.isoformat()]
    assert latest(tmp_path) == kept


def test_the_page(book, client, settings, tmp_path):
    """It has the files of the latest download, and no other."""
    settings.DATA_ROOT = tmp_path
    assert "This site has made no download yet" in client.get("/data/").content.decode()
    download = export(tmp_path, 3)
    page = client.get("/data/")
    assert page["Cache-Control"] == "no-cache"
    assert f"{download.rows['race_results']} results of" in page.content.decode()
    for row in client.get("/data/?format=json").json()["rows"]:
        answer = client.get(row["name_url"])
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == row["sha256"]
        assert client.get(row["name_url"], headers={"If-None-Match": answer["ETag"]}).status_code == 304
    day = download.day.isoformat()
    for path in (f"{day}/{CONTENTS}", f"{day}/..%2f{day}%2fNOTICE.txt", "2020-01-01/NOTICE.txt", "today/NOTICE.txt"):
        assert client.get(f"/data/{path}", follow=True).status_code == 404
