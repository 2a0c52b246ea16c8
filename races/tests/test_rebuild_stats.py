"""`rebuild_stats`: what it mends, what it says, and how it ends."""

import io

import pytest
from django.core.management import CommandError, call_command

from races.models import RaceCoverage, StatLine
from testing.makers import HAMLIN, LARSON, make_race, make_result


@pytest.fixture
def race(empty_book):
    race = make_race(2025, 12, laps=267)
    make_result(race, LARSON, 1, laps=267)
    make_result(race, HAMLIN, 2, laps=267)
    return race


def run(*options) -> str:
    out = io.StringIO()
    call_command("rebuild_stats", *options, stdout=out)
    return out.getvalue()


def spoil_a_line():
    StatLine.objects.filter(finish=2).update(finish=3)


def spoil_everything():
    StatLine.objects.all()._raw_delete("default")
    RaceCoverage.objects.all()._raw_delete("default")


@pytest.mark.parametrize(
    ("spoil", "mended"),
    [
        (lambda: None, "0 derived rows changed.\n"),
        (spoil_a_line, "1 derived row changed.\n"),
        (spoil_everything, "5 derived rows changed.\n"),
    ],
    ids=["nothing", "one line", "everything"],
)
def test_a_rebuild_makes_every_row_right(race, spoil, mended):
    lines = list(StatLine.objects.order_by("finish").values("driver", "finish", "wins_after"))
    spoil()
    assert run() == mended
    assert list(StatLine.objects.order_by("finish").values("driver", "finish", "wins_after")) == lines
    assert run("--check") == "No derived row differs from a rebuild.\n"


def test_a_check_finds_and_writes_nothing(race):
    spoil_a_line()
    with pytest.raises(CommandError, match="1 derived row would change") as caught:
        run("--check")
    assert caught.value.returncode == 1
    assert StatLine.objects.filter(finish=3).exists()


def test_the_demo_content_is_right(db):
    assert run("--check") == "No derived row differs from a rebuild.\n"
