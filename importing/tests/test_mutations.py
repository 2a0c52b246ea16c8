"""Files of every format, damaged in structure and in bytes, brought in by the command as an editor would."""

import copy
import gzip
import io
import json
import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import event, given
from hypothesis import strategies as st

from importing.formats.registry import parse
from races.derived.refresh import deferred, differences
from testing.books import everything
from testing.examples import examples
from testing.files.damage import ODD_CELLS, RAW, damage
from testing.files.imports import attempt
from testing.files.samples import DRIVERS, csv_bytes, csv_race, document, qualifying, race_list, run, run_row, weekend
from testing.makers import LARSON, make_driver, make_layout, make_race, make_result, make_track

# The files, and what is done to them.

VALUES = {
    "a weekend feed": [
        weekend(),
        weekend([qualifying(), run("Practice", run_row(1, "08", 22.1), run_type=1), run("Final Round")]),
    ],
    "a race list": [race_list(20), race_list(20)["series_1"]],
    "race documents": [
        document(),
        {"races": [document(round=1, name="Sample 100"), document(round=2, date="2025-03-02")]},
    ],
}
TABLE = [*csv_race(4), *csv_race(3, Season="2023", Race="2", S1="1.0")]


def damaged_json(draw, value) -> bytes:
    value = copy.deepcopy(value)
    for _ in range(draw(st.integers(0, 3))):
        value = damage(value, draw)
        if not isinstance(value, (dict, list)):
            break
    text = json.dumps(value, ensure_ascii=draw(st.booleans()))
    for mark, raw in RAW.items():
        text = text.replace(f'"{mark}"', raw)
    return text.replace("<twice>", "").encode(errors="surrogatepass")


def damaged_table(draw) -> bytes:
    rows = copy.deepcopy(TABLE)
    for _ in range(draw(st.integers(0, 3))):
        row = draw(st.sampled_from(rows))
        row[draw(st.sampled_from(sorted(row)))] = draw(st.sampled_from(ODD_CELLS))
    return csv_bytes(*rows)


ODD_BYTES = [
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b"\xe2\x80", b'"', b"{", b"}", b"[" * 3000),
    *(b",", b"\n", b"\r", b"9" * 500),
]
SPOILT = {
    "cut": lambda data, at, end, odd: data[:end],
    "a hole": lambda data, at, end, odd: data[:at] + data[end:],
    "a part twice": lambda data, at, end, odd: data[:end] + data[at:],
    "something inserted": lambda data, at, end, odd: data[:at] + odd + data[at:],
    "something overwritten": lambda data, at, end, odd: data[:at] + odd + data[at + len(odd) :],
    "all of it twice": lambda data, at, end, odd: data + b"\n" + data,
    "a key twice": lambda data, at, end, odd: data[:at] + re.sub(rb'("\w+"): ', rb"\1: 1, \1: ", data[at:], count=1),
    "another encoding": lambda data, at, end, odd: data.decode(errors="replace").encode("utf-16"),
    "letters of another encoding": lambda data, at, end, odd: data.replace("í".encode(), "í".encode("latin-1")),
    "a mark before it": lambda data, at, end, odd: b"\xef\xbb\xbf" + data,
    "packed": lambda data, at, end, odd: gzip.compress(data, 1),
    "badly packed": lambda data, at, end, odd: gzip.compress(data, 1)[: at + 5],
}


def spoiled(draw, data: bytes) -> bytes:
    at, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
    odd = draw(st.sampled_from(ODD_BYTES) | st.binary(max_size=4))
    return SPOILT[draw(st.sampled_from(sorted(SPOILT)))](data, at, end, odd)


@st.composite
def files(draw, kind: str) -> bytes:
    data = damaged_table(draw) if kind == "a table" else damaged_json(draw, draw(st.sampled_from(VALUES[kind])))
    return spoiled(draw, data) if draw(st.booleans()) else data


# What must hold of them all.


@pytest.fixture
@deferred()
def book(empty_book):
    """A book that knows what the files name, with a race of each to be changed."""
    for name, *_ in (*DRIVERS.values(), (LARSON,), ("Chris Buescher",), ("Christopher Bell",), ("Driver A",)):
        make_driver(name)
    make_layout("Kansas")
    track = make_track("Richmond", name="Richmond Raceway")
    richmond = make_layout(track, length=Decimal("0.75"), type="short-track")
    make_layout("Sample", "dirt-track", length=Decimal("0.5"), type="dirt", surface="dirt")
    make_race(2023, 7, layout=richmond, date=date(2023, 4, 2), name="Sample 400", status="provisional", laps=300)
    make_result(make_race(2025, 12, name="AdventHealth 400", laps=100), LARSON, 1, number="5", laps=100)


def command(path, *options: str) -> tuple[int, list[str]]:
    """How the command ends, and the lines of its error stream."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    code = 0
    try:
        call_command("import_results", str(path), "--verbosity=2", *options, stdout=out, stderr=err)
    except CommandError as error:
        code = error.returncode
        err.write(f"{error}\n")
    err.flush()
    return code, err.buffer.getvalue().decode().split("\n")


def check(path, create: bool) -> None:
    """Refused with a place and a reason for each mistake and nothing written, the same dry; or in, and for good."""
    options = {"create_drivers": create}
    before = everything()
    errors, foreseen = attempt(path, options, dry_run=True)
    assert everything() == before
    code, told = command(path, *["--create-drivers"] * create)
    left_out = foreseen.left_out if foreseen else {}
    event("refused" if errors else "in part" if left_out else "in")
    problems = errors or [problem for each in left_out.values() for problem in each]
    assert [line for line in told[:-2] if not line.startswith("left out")] == [
        f"{'' if errors else '    '}error {problem.code}: {problem}" for problem in problems
    ]
    assert code == bool(problems)
    assert all(problem.place and problem.reason and problem.code != "refused" for problem in problems)
    if errors:
        assert everything() == before
        return
    assert [line for line in told if line.startswith("left out")] == [f"left out {race}" for race in left_out]
    assert differences() == 0
    _, outcome = attempt(path, options, dry_run=False)
    documents = parse(path.read_bytes(), "").documents
    # Which race one without a round meant is no longer plain, once a like one has come in beside it.
    unclear = len(documents) > 1 and any(document.key is None for document in documents)
    assert unclear or (outcome and not outcome.changes_anything)


@pytest.mark.parametrize("kind", [*VALUES, "a table"])
def test_a_damaged_file_comes_in_whole_or_not_at_all(book, tmp_path, kind):
    path = tmp_path / "file"

    @examples(12)
    @given(data=files(kind), create=st.booleans())
    def damaged(data, create):
        path.write_bytes(data)
        with transaction.atomic():
            check(path, create)
            transaction.set_rollback(True)

    damaged()


@pytest.mark.parametrize("kind", [*VALUES, "a table"])
def test_the_files_themselves_are_right(book, tmp_path, kind):
    """Else every damaged one would be refused for the same reason, and little tried."""
    values = [json.dumps(value).encode() for value in VALUES.get(kind, ())] or [csv_bytes(*TABLE)]
    for data in values:
        path = tmp_path / "file"
        path.write_bytes(data)
        assert attempt(path, {"create_drivers": True}, dry_run=True)[0] == []
