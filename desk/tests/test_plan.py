"""The plan of an import as the desk's pages show it."""

import pytest
from django.template.loader import render_to_string

from desk import plan as shown
from desk.plan import cell_in_words, plan_of, plan_of_errors
from importing.problems import Problem
from importing.run import Options, import_data
from testing.files.samples import as_bytes, document, sound
from testing.makers import make_driver, make_race


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("race.caution_laps", "Caution laps"),
        ("entries[00].team", "Team, No. 00"),
        ("race[5].laps_led", "Laps led, No. 5"),
        ("qualifying[5].position", "Position, No. 5, qualifying"),
        ("stage-2[Kyle Larson].points", "Points, Kyle Larson, stage 2"),
        ("sessions[0].date", "Date, session 1"),
        ("relief[Erik Jones].took_flag", "Took flag, Erik Jones, relief"),
        ("caution_segments", "Caution segments"),
        ("rulings[0].changes[1].before", "Rulings[0].changes[1].before"),
    ],
)
def test_a_cell_in_words(path, words):
    assert cell_in_words(path) == words


@pytest.fixture
def planned(small_book):
    """A file of a race that is in the book, official, a new one, and one whose driver nobody knows."""
    make_race(2025, 12, name="The 400", laps=267)
    unknown = document(round=14, name="A third race")
    unknown["entries"][0]["driver"] = "Kyle Larsen"
    data = as_bytes([sound(), document(round=13, name="<b>A new race</b>", rulings=[]), unknown])

    def planned(**options):
        return import_data(data, "races.json", Options(dry_run=True, **options))

    return planned


def drawn(plan, accepting=True) -> str:
    return render_to_string("desk/includes/plan.html", {"plan": plan, "accepting": accepting})


def test_a_plan_tells_all_that_an_import_would_do(planned):
    plan = plan_of(planned(), ticked=["laps-led-sum"])
    lists = {title: listed.rows for title, listed in plan.lists}
    assert plan.in_sum.startswith("1 race new, 1 changed, 0 unchanged, 1 left out; ")
    assert lists["New races"] == ["cup 2025 round 13, <b>A new race</b>"]
    assert lists["Changed races"] == ["2025 Kansas, The 400: 13 rows added, 11 cells changed"]
    assert lists["New sources"] == ["A result sheet"]
    (kept,) = (cells.rows for title, cells in plan.tables if title.startswith("Disagreements"))
    assert kept == [("2025 Kansas, The 400", "Name", "The 400", "AdventHealth 400")]
    ((race, errors),) = plan.errors.items()
    assert (race, [error.value for error in errors]) == ("cup 2025 round 14, A third race", ["Kyle Larsen"])
    assert errors[0].told.endswith("did you mean Kyle Larson? “Make drivers that the book lacks” makes a new one")
    assert {kind.code: kind.ticked for kind in plan.kinds} == {"laps-led-sum": True, "led-by-segment": False}

    page = drawn(plan)
    assert "&lt;b&gt;A new race" in page
    assert '<input type="checkbox" name="accept" value="laps-led-sum" checked>' in page
    assert "checkbox" not in drawn(plan, accepting=False)
    for said in ("Left out", "In the book", "laps led add up to 0"):
        assert said in page


def test_lists_are_bounded_and_say_how_many_more(planned, monkeypatch):
    monkeypatch.setattr(shown, "MOST", 2)
    plan = plan_of(planned(overwrite_official=True))
    (changes,) = (cells for title, cells in plan.tables if title == "Changes")
    assert (len(changes.rows), changes.more) == (2, changes.count - 2)
    assert f"… and {changes.more} more." in drawn(plan)
    errors = plan_of_errors([Problem("a.csv", f"line {n}", "x" * 200, "is no number", race="a race") for n in range(5)])
    assert (len(errors.errors["a race"]), errors.more_errors) == (2, 3)
    page = drawn(errors)
    assert "Nothing can come in" in page
    assert "… and 3 more errors." in page
    assert "x" * 81 not in page


def test_another_plan_has_another_hash(planned):
    first = plan_of(planned())
    assert plan_of(planned(), ticked=["laps-led-sum"]).hash == first.hash
    assert plan_of(planned(overwrite_official=True)).hash != first.hash
    make_driver("Kyle Larsen")
    assert plan_of(planned()).hash != first.hash
