"""A file becomes the same cells as what is pasted; one that is no sheet, or hostile, is told in a sentence."""

import datetime as dt
import gzip
import io
import zipfile

import pytest
from openpyxl import Workbook

from desk.sheet.columns import columns_of, recognise
from desk.sheet.files import LARGEST, read_file
from desk.sheet.reading import NoSheet

COLUMNS = columns_of("all")
ROWS = [
    ["Pos", "Car", "Driver", "S1", "S2", "Laps"],
    [1, "00", "Daniel Suárez", None, None, 268],
    [2, 5, "X", 3, 3.0, 3],
]
CELLS = [["1", "00", "Daniel Suárez", "", "", "268"], ["2", "5", "X", "3", "3", "3"]]


def read(data):
    return read_file(data, lambda row: recognise(row, COLUMNS))


def xlsx(rows, *more_sheets):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name in more_sheets:
        book.create_sheet(name)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def zipped(**parts):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return written.getvalue()


def ods(rows):
    """A sheet as LibreOffice writes it, from the rows' XML."""
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("table", "office", "text"))  # fmt: skip  # noqa: E501
    table = f'<table:table table:name="Results">{rows}</table:table>'
    return zipped(
        mimetype="application/vnd.oasis.opendocument.spreadsheet",
        content_xml=f"<office:document-content {spaces}><office:body>{table}</office:body></office:document-content>",
    )


def cell(text="", **attributes):
    said = " ".join(f'{name.replace("__", ":").replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f"<table:table-cell {said}>{f'<text:p>{text}</text:p>' if text else ''}</table:table-cell>"


def row(*cells, times=1):
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


EMPTY = cell(table__number_columns_repeated=16380)
OF_ODS = ods(
    row(*(cell(text) for text in ROWS[0]), EMPTY)
    + row(cell("1"), cell("00"), cell("Daniel Suárez"), cell(table__number_columns_repeated=2), cell("268"), EMPTY)
    + row(cell("2"), cell("5"), cell("X"), cell("3.0", office__value_type="float", office__value=3,
                                                table__number_columns_repeated=3), EMPTY)
    + row(EMPTY, times=1048573)
)  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(xlsx(ROWS), id="xlsx"),
        pytest.param(OF_ODS, id="ods, where equal cells and empty ones stand once"),
        pytest.param("Pos,Car,Driver,S1,S2,Laps\n1,00,Daniel Suárez,,,268\n2,5,X,3,3,3".encode(), id="csv"),
        pytest.param("Pos;Car;Driver;S1;S2;Laps\n1;00;Daniel Suárez;;;268\n2;5;X;3;3;3".encode("utf-16"), id="utf-16"),
        pytest.param("Pos,Car,Driver,S1,S2,Laps\n1,00,Daniel Suárez,,,268\n2,5,X,3,3,3".encode("cp1252"), id="windows"),
    ],
)
def test_a_file_has_the_cells_that_it_shows(data):
    cells = read(data)
    assert (cells.headings, cells.rows) == (ROWS[0], CELLS)


def test_what_is_read_of_a_workbook_is_told():
    rows = [["Car", "Time", "Speed"], [5, dt.time(0, 1, 2, 345000), "=1+1"], [17, 29.391, 183.73]]
    cells = read(xlsx(rows, "Notes"))
    assert cells.rows == [["5", "1:02.345", ""], ["17", "29.391", "183.73"]]
    assert cells.told == [
        "Of the formulas in C2 the file has no value: save it in a spreadsheet first.",
        "The file has 2 sheets: “Sheet”, the first, was read.",
    ]
    of_formula = cell("2", table__formula="of:=1+1", office__value_type="float", office__value=2)
    cells = read(ods(row(cell("Car"), cell("Laps")) + row(cell("5"), of_formula)))
    assert (cells.rows, cells.told) == (
        [["5", "2"]],
        ["Formulas stand in row 2, column 2: the values that the file has of them were read."],
    )


BOMB = "<x>" + " " * 30_000_000 + "</x>"
FAR = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def with_sheet(data, xml):
    """A workbook whose sheet is this XML."""
    read, written = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in read.namelist():
            archive.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else read.read(name))
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "The file is empty", id="empty"),
        pytest.param(b"x" * (LARGEST + 1), "The file has 4 MB: a sheet may have 4 MB", id="large"),
        pytest.param(zipped(xl__workbook_xml=BOMB), "would unpack to 30 MB", id="a zip bomb"),
        pytest.param(b"PK\x03\x04 and no more", "The file is damaged", id="a broken archive"),
        pytest.param(xlsx(ROWS)[:-900], "The file is damaged", id="half a workbook"),
        pytest.param(zipped(xl__workbook_xml="<x>"), "The workbook is damaged", id="a broken workbook"),
        pytest.param(zipped(notes_txt="hello"), "This is a zip archive, and no workbook", id="another archive"),
        pytest.param(b"\xd0\xcf\x11\xe0 old", "This is an old Excel file", id="an old .xls"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "The file is a picture", id="a picture"),
        pytest.param(b"%PDF-1.7", "This is a PDF: copy its table", id="a PDF"),
        pytest.param(b"<html><body>", "The file is a web page", id="a page"),
        pytest.param(
            b'[{"name": "Kyle Larson"}]', "The file is JSON, and neither a race document nor", id="other JSON"
        ),
        pytest.param(gzip.compress(b"Pos,Car\n1,5"), "The file is compressed: unpack it", id="a compressed sheet"),
        pytest.param(b"Pos,Car\n1,\0", "The file is no text", id="a null character"),
        pytest.param(xlsx([["Pos", "Car"], *[[1, 5]] * 400]), "The first sheet has more than 250 rows", id="many rows"),
        pytest.param(
            with_sheet(xlsx(ROWS), FAR.format('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
            "There is nothing to read|The first sheet has more than 250 rows",
            id="a cell at the end of the world",
        ),
        pytest.param(
            ods(row(cell("Pos"), cell("Car")) + row(cell("1"), cell("5"), times=1_000_000)),
            "The first sheet has more than 250 rows",
            id="a row a million times",
        ),
        pytest.param(
            ods(row(cell("5", table__number_columns_repeated=999_999_999))),
            "These are 31 columns",
            id="a cell a billion times",
        ),
        pytest.param(
            zipped(content_xml='<!DOCTYPE x [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'),
            "The workbook is damaged",
            id="entities",
        ),
    ],
)
def test_what_is_no_sheet_is_told(data, reason):
    with pytest.raises(NoSheet, match=reason):
        read(data)
