"""The formats that files come in: told by their content, and turned into race documents.

Each adapter is a function from bytes to `Parsed`: it reads no table, no clock and no network, and it never
raises: what is wrong with a file is told, all of it, with place and value.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from importing.problems import IS_UTF_16, UTF_16, Findings
from importing.text.json import breaks_off, parse_text
from racestats.formatting import megabytes

from . import nascar_data, nascar_data_rows, race_documents, race_list, season_table, season_totals, stage_winners
from .other_files import is_json, kind_of, likely_kind, sure_kind
from .parsed import Parsed
from .weekend_feed import feed as weekend_feed

__all__ = ["FORMATS", "FileFormat", "Parsed", "parse", "recognise"]

GZIP = b"\x1f\x8b"
LARGEST = 200_000_000
"""Bytes to which a compressed file may unpack, unless told otherwise: the whole history is 15 MB."""

HEAD = 256 * 1024
"""So many bytes are enough to tell a format."""


@dataclass(frozen=True)
class FileFormat:
    """One kind of file: `recognises` looks at the beginning of its text, `parse` reads it."""

    key: str
    label: str
    recognises: Callable[[str], bool]
    parse: Callable[[bytes, str, str | None], Parsed]

    @property
    def is_json(self) -> bool:
        return self.key not in HEADINGS


FORMATS = {
    format.key: format
    for format in (
        FileFormat(weekend_feed.KEY, "NASCAR's weekend-feed.json", weekend_feed.recognises, weekend_feed.parse),
        FileFormat(race_list.KEY, "NASCAR's race_list_basic.json", race_list.recognises, race_list.parse),
        FileFormat(race_documents.KEY, "race documents (JSON)", race_documents.recognises, race_documents.parse),
        FileFormat(season_totals.KEY, "season totals (CSV)", season_totals.recognises, season_totals.parse),
        FileFormat(stage_winners.KEY, "stage winners (CSV)", stage_winners.recognises, stage_winners.parse),
        FileFormat(
            season_table.KEY,
            "season table of racing-data-repository (CSV)",
            season_table.recognises,
            season_table.parse,
        ),
        FileFormat(nascar_data.KEY, "nascaR.data (CSV)", nascar_data.recognises, nascar_data.parse),
    )
}


HEADINGS = {
    season_totals.KEY: season_totals.NEEDED,
    stage_winners.KEY: stage_winners.NEEDED,
    season_table.KEY: season_table.NEEDED,
    nascar_data.KEY: nascar_data_rows.NEEDED,
}
"""The headings that each sheet needs."""


def recognise(data: bytes) -> FileFormat | None:
    """The format of a file, by its content; of a compressed one, by what is inside."""
    if data.startswith(GZIP):
        try:
            data = _unpack(data, HEAD)
        except (OSError, EOFError, zlib.error):
            return None
    head = data[:HEAD].decode("utf-8-sig", errors="replace")
    return next((format for format in FORMATS.values() if format.recognises(head)), None)


def parse(
    data: bytes, file: str, format: str | None = None, series: str | None = None, largest: int = LARGEST
) -> Parsed:
    """Turn a file into race documents. `series` is asked for, or meant where the file does not say; a compressed file
    may unpack to so many bytes as `largest` says."""
    findings = Findings(file)
    if data.startswith(GZIP):
        try:
            data = _unpack(data, largest + 1)
        except (OSError, EOFError, zlib.error) as error:
            broken = "breaks off" if isinstance(error, EOFError) else "is damaged"
            findings.error("the compressed file", "", f"{broken}: it cannot be unpacked", "compressed")
            return Parsed.of(findings, format or "")
        if len(data) > largest:
            findings.error("the compressed file", "", f"unpacks to more than {megabytes(largest)}", "too-large")
            return Parsed.of(findings, format or "")
    chosen = FORMATS.get(format) if format else recognise(data)
    if (problem := _not_so(data, format)) or chosen is None:
        text = data.decode("utf-8-sig", errors="replace")
        if is_json(text) and breaks_off(text):
            parse_text(text, findings)  # It tells where; what it would have been nobody knows.
        else:
            findings.error("the beginning", _excerpt(data), problem or "", "unknown-format")
        return Parsed.of(findings, format or "")
    return chosen.parse(data, file, series)


def _not_so(data: bytes, format: str | None) -> str | None:
    """Why a file cannot be read as this format or, where none is named, as any: what it is instead."""
    known = f"known are {', '.join(f'{each.key} ({each.label})' for each in FORMATS.values())}"
    if format and format not in FORMATS:
        return f"there is no format “{format}”; {known}"
    if format and (data.strip() in (b"", b"null") or data.startswith(UTF_16)):
        return None  # Its reader tells.
    if data.startswith(UTF_16):
        return f"{IS_UTF_16}; {known}"
    if kind := kind_of(data):
        return f"the file is {kind}; {known}"
    found = recognise(data)
    if format and found and found.key != format:
        meant = f"{found.key} ({found.label}), not {format} ({FORMATS[format].label})"
        return f"the file is {meant}; leave out the format, which its content tells"
    if found:
        return None
    text = data[:HEAD].decode("utf-8-sig", errors="replace")
    if kind := sure_kind(text):
        return f"the file {kind}; {known}"
    kind = likely_kind(text, HEADINGS)
    if format is None:
        return f"the file is of no known format: it {kind}; {known}"
    if text.strip() and is_json(text) != FORMATS[format].is_json:
        return f"the file {kind}, and cannot be {format} ({FORMATS[format].label})"
    return None


def _unpack(data: bytes, most: int) -> bytes:
    """The first bytes of a compressed file; never more than asked for, whatever it would unpack to."""
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
        return packed.read(most)


def _excerpt(data: bytes) -> str:
    return data[:60].decode("utf-8", errors="replace")
