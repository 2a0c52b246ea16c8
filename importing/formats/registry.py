"""The formats that files come in: told by their content, and turned into race documents.

Each adapter is a function from bytes to `Parsed`: it reads no table, no clock and no network, and it never
raises: what is wrong with a file is told, all of it, with place and value.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from importing.problems import Findings

from . import nascar_data, race_documents, race_list, season_table, season_totals, stage_winners
from .parsed import Parsed
from .weekend_feed import feed as weekend_feed

__all__ = ["FORMATS", "Format", "Parsed", "parse", "recognise"]

GZIP = b"\x1f\x8b"
LARGEST = 200 * 1024 * 1024
"""A compressed file may unpack to so many bytes: the whole history is 15 MB."""

HEAD = 256 * 1024
"""So many bytes are enough to tell a format."""


@dataclass(frozen=True)
class Format:
    """One kind of file: `recognises` looks at the beginning of its text, `parse` reads it."""

    key: str
    label: str
    recognises: Callable[[str], bool]
    parse: Callable[[bytes, str, str | None], Parsed]


FORMATS = {
    format.key: format
    for format in (
        Format(weekend_feed.KEY, "NASCAR's weekend-feed.json", weekend_feed.recognises, weekend_feed.parse),
        Format(race_list.KEY, "NASCAR's race_list_basic.json", race_list.recognises, race_list.parse),
        Format(race_documents.KEY, "race documents (JSON)", race_documents.recognises, race_documents.parse),
        Format(season_totals.KEY, "season totals (CSV)", season_totals.recognises, season_totals.parse),
        Format(stage_winners.KEY, "stage winners (CSV)", stage_winners.recognises, stage_winners.parse),
        Format(
            season_table.KEY,
            "season table of racing-data-repository (CSV)",
            season_table.recognises,
            season_table.parse,
        ),
        Format(nascar_data.KEY, "nascaR.data (CSV)", nascar_data.recognises, nascar_data.parse),
    )
}


def recognise(data: bytes) -> Format | None:
    """The format of a file, by its content; of a compressed one, by what is inside."""
    if data.startswith(GZIP):
        try:
            data = _unpack(data, HEAD)
        except (OSError, EOFError, zlib.error):
            return None
    head = data[:HEAD].decode("utf-8-sig", errors="replace")
    return next((format for format in FORMATS.values() if format.recognises(head)), None)


def parse(data: bytes, file: str, format: str | None = None, series: str | None = None) -> Parsed:
    """Turn a file into race documents. `series` is asked for, or meant where the file does not say."""
    findings = Findings(file)
    if data.startswith(GZIP):
        try:
            data = _unpack(data, LARGEST + 1)
        except (OSError, EOFError, zlib.error) as error:
            broken = "breaks off" if isinstance(error, EOFError) else "is damaged"
            findings.error("the compressed file", "", f"{broken}: it cannot be unpacked", "compressed")
            return Parsed.of(findings, format or "")
        if len(data) > LARGEST:
            most = LARGEST // 1024**2
            findings.error("the compressed file", "", f"unpacks to more than {most} MB", "too-large")
            return Parsed.of(findings, format or "")
    chosen = FORMATS.get(format) if format else recognise(data)
    if chosen is None:
        known = ", ".join(f"{each.key} ({each.label})" for each in FORMATS.values())
        reason = f"there is no format “{format}”" if format else _unknown(data)
        findings.error("the beginning", _excerpt(data), f"{reason}; known are {known}", "unknown-format")
        return Parsed.of(findings, format or "")
    return chosen.parse(data, file, series)


def _unpack(data: bytes, most: int) -> bytes:
    """The first bytes of a compressed file; never more than asked for, whatever it would unpack to."""
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
        return packed.read(most)


def _excerpt(data: bytes) -> str:
    return data[:60].decode("utf-8", errors="replace")


def _unknown(data: bytes) -> str:
    """Why a file is of no known format, where its beginning shows it."""
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1000].lower()
    if not head:
        return "the file is empty"
    if head.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "the file is a web page, perhaps an error message instead of the data"
    if head.startswith(b"pk\x03\x04"):
        return "the file is a zip archive or a spreadsheet"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "the file is UTF-16; save it as UTF-8"
    if re.fullmatch(rb"null\s*", head):
        return "the file says null: the server had nothing"
    return "the file is of no known format"
