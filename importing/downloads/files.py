"""The files of the download, each written row by row."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from races.models import Race

from ..export import as_json, race_documents
from .tables import AT_ONCE, Kind, Table

SQLITE_TYPES: dict[Kind, str] = {
    "integer": "INTEGER",
    "decimal": "NUMERIC",
    "boolean": "INTEGER",
    "date": "TEXT",
    "time": "TEXT",
    "text": "TEXT",
}
DICTIONARY = ("table", "column", "kind", "meaning")
RACES_AT_ONCE = 100


def write_sqlite(tables: Sequence[Table], path: Path, notice: str) -> dict[str, int]:
    """One database, with an index on each column that points to rows; how many rows each table has."""
    counts = {}
    with closing(sqlite3.connect(path)) as book:
        book.execute("PRAGMA journal_mode = OFF")
        book.execute("PRAGMA synchronous = OFF")
        for table in tables:
            columns = ", ".join(f'"{column.name}" {SQLITE_TYPES[column.kind]}' for column in table.columns)
            book.execute(f'CREATE TABLE "{table.name}" ({columns})')
            marks = ", ".join("?" * len(table.columns))
            rows = (tuple(map(_for_sqlite, row)) for row in table.rows())
            counts[table.name] = book.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', rows).rowcount
            for column in table.columns:
                if column.name == "id" or column.name.endswith(("_id", "slug")):
                    unique = "UNIQUE " if column.name == "id" else ""
                    book.execute(
                        f'CREATE {unique}INDEX "{table.name}_{column.name}" ON "{table.name}" ("{column.name}")'
                    )
        book.execute('CREATE TABLE dictionary ("table" TEXT, "column" TEXT, kind TEXT, meaning TEXT)')
        book.executemany("INSERT INTO dictionary VALUES (?, ?, ?, ?)", dictionary(tables))
        book.execute("CREATE TABLE notice (text TEXT)")
        book.execute("INSERT INTO notice VALUES (?)", [notice])
        book.commit()
    return counts


def write_csv(tables: Sequence[Table], path: Path, notice: str) -> None:
    """A sheet for each table in one archive, beside the dictionary. Unknown is empty."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            _sheet(archive, table.name, [column.name for column in table.columns], table.rows())
        _sheet(archive, "dictionary", DICTIONARY, dictionary(tables))
        archive.writestr("NOTICE.txt", notice)


def _sheet(archive: zipfile.ZipFile, name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with (
        archive.open(f"{name}.csv", "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, "utf-8", newline="") as text,
    ):
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(map(_for_csv, row) for row in rows)


def writes_parquet() -> bool:
    """Whether the library that does is installed: it is large, and nothing else needs it."""
    return importlib.util.find_spec("pyarrow") is not None


def write_parquet(tables: Sequence[Table], path: Path, notice: str) -> None:
    """A file for each table in one archive."""
    import pyarrow
    from pyarrow import parquet

    types = {
        "integer": pyarrow.int64(),
        "decimal": pyarrow.decimal128(18, 6),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
        "time": pyarrow.timestamp("us", tz="UTC"),
        "text": pyarrow.string(),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for table in tables:
            schema = pyarrow.schema([(column.name, types[column.kind]) for column in table.columns])
            with (
                archive.open(f"{table.name}.parquet", "w", force_zip64=True) as raw,
                parquet.ParquetWriter(raw, schema) as writer,
            ):
                for rows in _by(AT_ONCE, table.rows()):
                    columns = [
                        pyarrow.array(values, field.type) for values, field in zip(zip(*rows), schema, strict=True)
                    ]
                    writer.write_table(pyarrow.Table.from_arrays(columns, schema=schema))
        archive.writestr("NOTICE.txt", notice)


def write_documents(path: Path) -> int:
    """Every race as a document, a line each, which `import_results` takes; how many there are."""
    ids = list(Race.objects.order_by("season__series__slug", "season__year", "pk").values_list("pk", flat=True))
    with gzip.open(path, "wt", encoding="utf-8", newline="\n") as file:
        for some in _by(RACES_AT_ONCE, ids):
            races = Race.objects.filter(pk__in=some).order_by("season__series__slug", "season__year", "pk")
            file.writelines(f"{as_json(document)}\n" for document in race_documents(races))
    return len(ids)


def dictionary(tables: Sequence[Table]) -> Iterator[tuple[str, str, str, str]]:
    """What each table and each column is: without a column, the table."""
    for table in tables:
        yield table.name, "", "table", table.meaning
        for column in table.columns:
            yield table.name, column.name, column.kind, column.meaning


def _by(most: int, values: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while some := list(islice(rest, most)):
        yield some


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _for_csv(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else value
