"""Uploaded files into rows of cells: CSV, Excel's XLSX, OpenDocument's ODS. Bounded before anything is unpacked.

tablib is not asked: its ODS leaves out repeated cells, so that others move into their columns, and neither of its
readers stops before the end of a sheet that says it has a million rows.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Collection, Iterator
from itertools import islice

from defusedxml.ElementTree import iterparse
from openpyxl import load_workbook

from importing.formats.other_files import is_json, kind_of
from importing.formats.registry import GZIP
from racestats.formatting import first_few, megabytes

from .reading import HIGHEST_HEADING, MOST_COLUMNS, MOST_ROWS, Cells, NoSheet, Rows, arrange, read_text

LARGEST = 4_000_000
"""Bytes of a file: a sheet of a race has some thousands."""
UNPACKED = 12_000_000
"""Bytes of all that is in a workbook, by what it says of itself: so much is unpacked at most."""
PARTS = 1_000
ROWS_READ = MOST_ROWS + HIGHEST_HEADING
NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
TABLE, OFFICE, TEXT = (NS % name for name in ("table", "office", "text"))
Recognises = Callable[[list[str]], list[str]]


def read_file(data: bytes, recognises: Recognises) -> Cells:
    """Cells of a file, whatever its name says that it is. Raise Unreadable."""
    if len(data) > LARGEST:
        raise NoSheet(f"The file has {megabytes(len(data))}: a sheet may have {megabytes(LARGEST)}. Nothing was read.")
    if data.startswith(b"PK\x03\x04"):
        return _read_workbook(data, recognises)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise NoSheet("This is an old Excel file (.xls): save it as .xlsx or as CSV.")
    if data.startswith(b"%PDF"):
        raise NoSheet("This is a PDF: copy its table, and paste it into the box.")
    if data.startswith(GZIP):
        raise NoSheet("The file is compressed: unpack it, and choose the sheet in it.")
    told = []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    elif kind := kind_of(data):
        raise NoSheet(f"The file is {kind}. A sheet is CSV, XLSX or ODS.")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
            told = ["The file is not UTF-8, and was read as text of Windows: see that the accents are right."]
    if "\0" in text:
        raise NoSheet("The file is no text. A sheet is CSV, XLSX or ODS.")
    if is_json(text):
        raise NoSheet("The file is JSON, and neither a race document nor a feed’s file of a race.")
    cells = read_text(text, recognises)
    return Cells(cells.headings, cells.rows, [*told, *cells.told])


def _read_workbook(data: bytes, recognises: Recognises) -> Cells:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            size = sum(part.file_size for part in parts)
    except Exception as error:
        raise NoSheet("The file is damaged: it cannot be unpacked.") from error
    if size > UNPACKED or len(parts) > PARTS:
        raise NoSheet(
            f"The file would unpack to {megabytes(size)} in {len(parts):,} parts, and a sheet may have "
            f"{megabytes(UNPACKED)}: nothing was unpacked."
        )
    reader = _xlsx if "xl/workbook.xml" in names else _ods if "content.xml" in names else None
    if reader is None:
        raise NoSheet("This is a zip archive, and no workbook: unpack it, and choose the file in it.")
    try:
        rows, told = reader(data)
    except NoSheet:
        raise
    except Exception as error:  # What a library makes of a broken or a hostile workbook, whatever that is.
        raise NoSheet("The workbook is damaged, and cannot be read: save it again, or as CSV.") from error
    if len(rows) > ROWS_READ:
        raise NoSheet(f"The first sheet has more than {MOST_ROWS} rows. Nothing was read.")
    return arrange(rows, recognises, told)


def _xlsx(data: bytes) -> tuple[Rows, list[str]]:
    """The first sheet: its values, and where a formula stands."""
    bounds = {"max_row": ROWS_READ + 1, "max_col": MOST_COLUMNS + 1}
    book = load_workbook(io.BytesIO(data), read_only=True)
    formulas = {
        (n, place): cell.coordinate
        for n, row in enumerate(book.worksheets[0].iter_rows(**bounds))
        for place, cell in enumerate(row)
        if cell.data_type == "f"
    }
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    values = list(book.worksheets[0].iter_rows(**bounds, values_only=True))
    empty = {where for (n, place), where in formulas.items() if values[n][place] is None}
    rows = [[_text(value) for value in row] for row in values]
    return _without_blank_end(rows), [*_of_formulas([*formulas.values()], empty), *_of_sheets(book.sheetnames)]


def _text(value: object) -> str:
    """A value as an editor sees it: 5.0 is 5, a time of a lap is minutes and seconds."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, dt.time):
        seconds = f"{value.second:02}.{value.microsecond // 1000:03}"
        return f"{60 * value.hour + value.minute}:{seconds}"
    return str(value)


def _ods(data: bytes) -> tuple[Rows, list[str]]:
    """The same of an OpenDocument. Equal cells beside each other, and equal rows, stand there once, with a number."""
    rows: Rows = []
    names: list[str] = []
    formulas: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as content:
        for event, element in iterparse(content, events=("start", "end")):
            if event == "start" and element.tag == f"{TABLE}table":
                names.append(element.get(f"{TABLE}name", ""))
            elif event == "end" and element.tag == f"{TABLE}table-row":
                if len(names) == 1 and len(rows) <= ROWS_READ:
                    cells = list(islice(_ods_cells(element, len(rows) + 1, formulas), MOST_COLUMNS + 1))
                    times = min(_times(element, "rows"), ROWS_READ + 1 - len(rows))
                    rows += [cells] * (times if any(cells) else min(times, HIGHEST_HEADING))
                element.clear()
    return _without_blank_end(rows), [*_of_formulas(formulas), *_of_sheets(names)]


def _ods_cells(row, number: int, formulas: list[str]) -> Iterator[str]:
    place = 0
    for cell in row:
        if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        if cell.get(f"{TABLE}formula"):
            formulas.append(f"row {number}, column {place + 1}")
        value = cell.get(f"{OFFICE}value") if cell.get(f"{OFFICE}value-type") == "float" else None
        text = value if value is not None else " ".join("".join(each.itertext()) for each in cell.iter(f"{TEXT}p"))
        for _ in range(min(_times(cell, "columns"), MOST_COLUMNS + 1)):
            place += 1
            yield text


def _times(element, what: str) -> int:
    text = element.get(f"{TABLE}number-{what}-repeated", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _without_blank_end(rows: Rows) -> Rows:
    """Without empty rows and columns after the last that says something."""
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((n + 1 for row in rows for n, cell in enumerate(row) if cell), default=0)
    return [row[:width] for row in rows]


def _of_formulas(places: list[str], empty: Collection[str] = ()) -> list[str]:
    """Where formulas stand, whose values were read; and where the file has none of them."""
    told = []
    if with_value := [place for place in places if place not in empty]:
        told.append(f"Formulas stand in {first_few(with_value, 5)}: the values that the file has of them were read.")
    if without := [place for place in places if place in empty]:
        told.append(
            f"Of the formulas in {first_few(without, 5)} the file has no value: save it in a spreadsheet first."
        )
    return told


def _of_sheets(names: list[str]) -> list[str]:
    return [f"The file has {len(names)} sheets: “{names[0]}”, the first, was read."] if len(names) > 1 else []
