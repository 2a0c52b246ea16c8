"""What the row of a result tells of how a car's race ended."""

from types import SimpleNamespace

import pytest

from races.finishes import NOT_STARTED, by_finish, did_not_finish, has_started
from races.models import Result


@pytest.mark.parametrize(
    ("status", "laps", "started"),
    [
        ("running", 200, True),
        ("engine", 0, True),
        ("", None, True),
        ("did-not-start", 0, False),
        ("did-not-qualify", None, False),
        ("withdrew", 0, False),
        ("withdrew", 12, True),
    ],
)
def test_has_started(status, laps, started):
    assert has_started(status, laps) == started


@pytest.mark.parametrize(("status", "out"), [("running", False), ("", None), ("engine", True), ("parked", True)])
def test_did_not_finish(status, out):
    """A row of the tables says the same, with False for the unknown."""
    assert did_not_finish(status) is out
    assert Result(status=status).did_not_finish is bool(out)


def test_the_statuses_are_those_of_results():
    assert set(Result.Status.values) >= NOT_STARTED | {"running"}


def test_by_finish():
    rows = [SimpleNamespace(position=position, id=id_) for id_, position in enumerate((None, 2, 1, 2, None))]
    assert [row.id for row in sorted(rows, key=by_finish)] == [2, 1, 3, 0, 4]
