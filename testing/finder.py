"""An answer of the finder in one line, from its JSON form: as the file of examples has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

BESIDE = ("rank", "value", "value_exact", "over", "results", "years", "start", "end")


def told(body: Mapping[str, Any], most: int) -> str:
    """“Cale Yarborough 55, Ned Jarrett 49; 13 in all”; of a list “Carl Edwards (2008 Bristol II); 22 in all”."""
    rows = body["rows"][:most]
    line = ", ".join(" ".join(_grouped(row)) if "value" in row else _listed(row) for row in rows)
    return f"{line}; {body['matching']:,} in all" if body["matching"] > len(rows) else line


def _listed(row: Mapping[str, Any]) -> str:
    label = f"{row['driver']} ({row['race']})" if "driver" in row else str(row["race"])
    return f"{label} {row['beside']}" if row.get("beside") is not None else label


def _grouped(row: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(each) for key, each in row.items() if key not in BESIDE and not key.endswith("_url"))
    value = row["value"]
    shown = f"{value:.2f}" if isinstance(value, float) else f"{value:,}"
    yield f"{shown}{'' if row.get('value_exact', True) else '+'}"
