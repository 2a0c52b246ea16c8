"""The guide for editors, docs/importing.md: its examples come in, and it explains every key, value, kind and option."""

import ast
import re

import pytest
from django.conf import settings
from django.core.management import call_command, load_command_class

from importing.advice import ADVICE, NOTES
from importing.checks.checks import CHECKS
from importing.document import schema
from importing.document.agreement import WARNINGS
from importing.formats import season_totals, stage_winners
from importing.run import Options, import_file
from races.models import GivenTotals, Race, Result

GUIDE = settings.BASE_DIR / "docs" / "importing.md"
TEXT = GUIDE.read_text()

PARTS = {
    "The race": schema.RaceDocument,
    "The layout": schema.Layout,
    "Naming a car": schema.Car,
    "The margin": schema.Margin,
    "An entry": schema.EntryPart,
    "A relief driver": schema.Relief,
    "A session": schema.SessionPart,
    "A result": schema.ResultPart,
    "A caution": schema.CautionPart,
    "Laps led": schema.LeadPart,
    "A ruling": schema.RulingPart,
    "What a ruling changed": schema.ChangePart,
    "A penalty": schema.PenaltyPart,
    "A source": schema.SourcePart,
}
"""By heading, the part of a race document whose keys stand under it."""


def rows_under(heading: str) -> dict[str, str]:
    """The first table under a heading: what its first column names, and the rest of the row."""
    _, _, below = TEXT.partition(f"# {heading}\n")
    return dict(re.findall(r"^\| `([^`]+)` \|(.*)$", re.split(r"^#", below, maxsplit=1, flags=re.MULTILINE)[0], re.M))


def values_of(part: dict) -> list[str]:
    """The values that the JSON schema of a key lists."""
    return part.get("enum") or [value for each in part.get("anyOf", ()) for value in each.get("enum", ())]


# Examples.


def test_every_example_comes_in(empty_book, tmp_path):
    """In their order: each needs no more than those before it."""
    examples = re.findall(r"^```\w+ ([a-z-]+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert [kind for kind, _ in examples].count("race-document") == 3
    for number, (kind, content) in enumerate(examples):
        path = tmp_path / f"{number}.{'csv' if kind[0] == 's' else 'json'}"
        path.write_text(content)
        if kind == "fixture":
            call_command("loaddata", str(path), verbosity=0)
            continue
        made = {"create_drivers": True, "create_tracks": True} if kind == "race-document" else {}
        outcome = import_file(str(path), Options(strict=True, **made))
        assert (outcome.warnings, outcome.changes_anything) == ([], True), content
    assert sorted(race.key for race in Race.objects.all()) == ["12", "13", "all-star-race"]
    assert GivenTotals.objects.get().wins == 10
    stages = Result.objects.filter(session__kind="stage", position=1).values_list("session__number", flat=True)
    assert sorted(stages) == [1, 2]


# What is explained.


def test_every_part_of_a_document_has_its_heading():
    assert {schema.DocumentPart, *PARTS.values()} == {schema.DocumentPart, *_subclasses(schema.DocumentPart)}


def _subclasses(part: type) -> set[type]:
    return {part, *(each for child in part.__subclasses__() for each in _subclasses(child))}


@pytest.mark.parametrize("heading", PARTS)
def test_every_key_is_explained_and_no_other(heading):
    assert set(rows_under(heading)) == set(PARTS[heading].model_fields)


@pytest.mark.parametrize("heading", PARTS)
def test_every_value_that_there_is_to_choose_is_named(heading):
    rows = rows_under(heading)
    for key, part in PARTS[heading].model_json_schema()["properties"].items():
        named = set(re.findall(r"`([^`]+)`", rows[key]))
        assert set(values_of(part)) <= named, key


def test_every_check_is_explained():
    assert set(rows_under("What does not add up in a race")) == {*CHECKS, "unwritable", "win-ordinal"}


def test_every_warning_is_explained():
    explained = {*rows_under("What does not add up in a race"), *rows_under("How a file was understood")}
    assert explained == set(ADVICE)
    assert set(rows_under("What is only noted")) == set(NOTES)


def error_codes() -> set[str]:
    """The codes with which the modules of importing tell errors: given as an argument, or as the fourth part of a
    disagreement; without one it is the first two."""
    found = {"invalid", "unknown-name"}
    places = {"error": 3, "Problem": 4, "refuse": 5, "Unknown": 1}
    for path in (settings.BASE_DIR / "importing").rglob("*.py"):
        if "tests" in path.parts or path.name == "stated_wins.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                given = node.args[places.get(name, 99) :][:1]
            elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and path.name == "agreement.py":
                given = node.value.elts[3:]
            else:
                continue
            found |= {each.value for each in given if isinstance(each, ast.Constant)}
    return found - WARNINGS - {"race-twice", "same-name-driver", "same-name-track"}


def test_every_error_is_explained():
    codes = error_codes()
    assert {"no-car", "json", "unknown-format", "unreadable", "which-car", "refused"} <= codes
    assert set(rows_under("Errors")) == codes


def test_every_option_of_the_command_is_explained_and_no_other():
    plain = load_command_class("django.core", "check").create_parser("manage.py", "check")
    ours = load_command_class("importing", "import_results").create_parser("manage.py", "import_results")
    known = {word for action in ours._actions for word in action.option_strings}
    others = {word for action in plain._actions for word in action.option_strings}
    table = TEXT.partition("## The commands")[2].partition("The same file again")[0]
    told = set(re.findall(r"(--[a-z-]+)", "\n".join(re.findall(r"^\| .*….*$", table, re.M))))
    assert known - others <= told <= known


def test_every_column_of_a_sheet_is_named():
    told = set(re.findall(r"`([a-z_]+)`", TEXT.partition("- **Season totals**")[2].partition("```")[0]))
    assert {*season_totals.NEEDED, *season_totals.OPTIONAL, *stage_winners.NEEDED} <= told
