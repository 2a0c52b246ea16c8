"""Files that are none of ours: what they are, so that an error names the kind and what to do instead."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence

from importing.problems import printable
from racestats.formatting import first_few

SIGNATURES = {
    b"%PDF": "a PDF; look for the same figures as CSV or JSON",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"SQLite format 3": "an SQLite database",
    b"PAR1": "a Parquet table; save it as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save its sheet as CSV",
    b"BZh": "compressed with bzip2; unpack it, or compress it with gzip",
    b"\xfd7zXZ": "compressed with xz; unpack it, or compress it with gzip",
    b"\x28\xb5\x2f\xfd": "compressed with zstd; unpack it, or compress it with gzip",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it",
    b"Rar!": "a RAR archive; unpack it",
}
"""What a file is whose first bytes are these."""

IN_ARCHIVES = {
    "xl/": "an Excel file; save its sheet as CSV",
    "word/": "a Word file",
    "content.xml": "an OpenDocument file; save its sheet as CSV",
}

JSON_KINDS = {
    ("model", "fields"): "a Django fixture; load it with loaddata",
    ("$schema",): "a JSON schema, which describes data and holds none",
    ("title", "filters", "columns", "rows"): "a table of this site; export_results writes what can come in",
    ("race_id", "vehicles", "flag_state"): "NASCAR's live feed; the weekend-feed.json of the race has its results",
    ("laps", "Number", "FullName"): "NASCAR's lap times; the weekend-feed.json of the race has its results",
    ("Nascar_Driver_ID",): "NASCAR's list of drivers",
    ("items", "track_id", "track_name"): "NASCAR's list of tracks",
    ("driver_name", "delta_leader", "points"): "NASCAR's points standings; season totals come in as CSV",
    ("finishing_position", "car_number"): "NASCAR's rows of results; the weekend-feed.json of the race has them",
    ("MRData",): "a feed of Ergast or Jolpica",
    ("leagues", "events"): "a scoreboard of ESPN",
    ("type", "features"): "GeoJSON",
}
"""What a JSON file is whose beginning names all these keys."""

OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs"}
"""What other tables have between their cells, where ours have commas."""
KEY = re.compile(r'"((?:[^"\\]|\\.){1,60})"\s*:')
MOST_KEYS = 6
"""How many of its keys or headings are named where a file is of another kind."""


def kind_of(data: bytes) -> str | None:
    """What kind of file these bytes are, where their beginning shows that they are no text of ours; else None."""
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        return "empty"
    if data.startswith(b"PK\x03\x04"):
        return _archive(data)
    if found := next((kind for start, kind in SIGNATURES.items() if data.startswith(start)), None):
        return found
    start = head[:1000].lower()
    if start.startswith(b"<?xml") and b"<html" not in start:
        return "XML"
    if start.startswith(b"<"):
        return "a web page, perhaps an error message instead of the data"
    return None


def _archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError):  # All that a damaged archive raises when opened.
        return "a zip archive or a spreadsheet, and damaged"
    kinds = (kind for part, kind in IN_ARCHIVES.items() if any(name.startswith(part) for name in names))
    return next(kinds, f"a zip archive with {_listed(names)}; unpack it")


def is_json(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[")


def sure_kind(text: str) -> str | None:
    """What a text of no format of ours is, where its beginning leaves no doubt; else None."""
    if re.fullmatch(r"\s*null\s*", text):
        return "says null: the server had nothing"
    if is_json(text):
        keys = set(_keys(text))
        return next((f"is {kind}" for named, kind in JSON_KINDS.items() if keys.issuperset(named)), None)
    separator = OTHER_SEPARATORS.get(_separator(_first_line(text)) or "")
    return f"is a table whose cells are parted by {separator}; save it as CSV, with commas" if separator else None


def likely_kind(text: str, headings: Mapping[str, Sequence[str]]) -> str:
    """What else a text may be; `headings` are those that each of our sheets needs, by its key."""
    if is_json(text):
        keys = _keys(text)
        wanted = "a race document names its series, season, name and track"
        return f"is JSON with {_listed(keys)}; {wanted}" if keys else f"is JSON without a name; {wanted}"
    if "\0" in text[:1000]:
        return "is no text; look for the same figures as CSV or JSON"
    first = _first_line(text)
    if _separator(first) is None:
        return "is text, and no table"
    named = [cell.strip() for cell in next(csv.reader([first]))]
    in_lower_case = {name.lower() for name in named}

    def share(key: str) -> float:
        return sum(heading.lower() in in_lower_case for heading in headings[key]) / len(headings[key])

    nearest = max(headings, key=share)
    if not share(nearest):
        return f"is a table with {_listed(named)}, which none of our sheets has"
    lacking = [heading for heading in headings[nearest] if heading not in named]
    return f"is a table with {_listed(named)}; nearest is {nearest}, of which it lacks {_listed(lacking)}"


def _keys(text: str) -> list[str]:
    return list(dict.fromkeys(KEY.findall(text[:20_000])))


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0] if len(lines) > 1 else ""


def _separator(line: str) -> str | None:
    """What is between the cells of a table with this first line; None of a line with one cell."""
    separator = max(",;\t", key=line.count)
    return separator if separator in line else None


def _listed(names: Sequence[str]) -> str:
    return first_few([printable(name) for name in names], MOST_KEYS)
