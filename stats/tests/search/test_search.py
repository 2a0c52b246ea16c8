"""What people type, and what they mean by it."""

import csv
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from races.as_of import AsOf
from races.models import Findable
from stats.search import FoundThing, search
from stats.search.asked import SearchText
from stats.search.fixed import fixed
from testing.site import PARAMETERS

pytestmark = pytest.mark.django_db

with Path(__file__).with_name("typed.csv").open(encoding="utf-8", newline="") as file:
    TYPED = list(csv.DictReader(file))
"""Texts as people type them, about half of them misspelt, unfinished or with accents, each with what is wanted."""
SOME = TYPED[::10]


def missed(rows: list[dict[str, str]], among: int) -> list[str]:
    """The texts of which what is wanted is not among the first so many."""
    found = {row["typed"]: search(row["typed"], among) for row in rows}
    wanted = {row["typed"]: (row["kind"], row["wanted"]) for row in rows}
    return [text for text, results in found.items() if wanted[text] not in {(each.kind, each.name) for each in results}]


def test_some_of_what_people_type():
    assert missed(SOME, 5) == []
    assert len(missed(SOME, 1)) <= len(SOME) * 5 / 100


def test_what_people_type_into_the_whole_history(full_book):
    """First in 95 of 100, and among the first five in 99."""
    assert len(TYPED) >= 200
    assert sum(row["how"] in ("misspelt", "partial", "accented") for row in TYPED) >= len(TYPED) / 2
    first, among = missed(TYPED, 1), missed(TYPED, 5)
    assert len(first) <= len(TYPED) * 5 / 100, first
    assert len(among) <= len(TYPED) / 100, among


@pytest.mark.parametrize(
    ("text", "words", "year"),
    [
        ("2011 Talladega", ("talladega",), 2011),
        ("who won the 2011 talladega race", ("talladega",), 2011),
        ("Talladega, autumn 2011", ("talladega", "fall"), 2011),
        ("2011 2012", ("2012",), 2011),
        ("Hamlin vs. Busch", ("hamlin", "busch"), None),
        ("SVG 2025", ("shane", "van", "gisbergen"), 2025),
        ("leaders", ("leaders",), None),
        ("1899", ("1899",), None),
        ("the race", ("the", "race"), None),
        ("Suárez", ("suarez",), None),
        ("car 2", ("car", "2"), None),
        ("", (), None),
        ("%_'\"", (), None),
        ("a b c d e f g h i j k", ("b", "c", "d", "e", "f", "g", "h"), None),
    ],
)
def test_what_a_text_asks_for(text, words, year):
    assert SearchText.of(text) == (words, year)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            "2011 talladega fall",
            ("race", "2011 Talladega II, fall", "Good Sam Club 500 · won by Clint Bowyer"),
        ),
        ("2011 champion", ("season", "2011 Sprint Cup Series", "champion Tony Stewart")),
        ("talladega", ("track", "Talladega Superspeedway")),
        ("2011 tony stewart", ("driver", "Tony Stewart")),  # no race has his name: the year is passed over
        ("southern 500", ("race", "2025 Southern 500")),  # the latest
        ("petty", ("driver", "Richard Petty")),
        ("busch", ("driver", "Kyle Busch")),
        ("coke 600", ("race", "2025 Coca-Cola 600")),
        ("indy", ("track", "Indianapolis Motor Speedway")),
        ("jgr", ("team", "Joe Gibbs Racing")),
        ("wins leaders", ("statistic", "Wins")),
        ("points leader 2025", ("standings", "2025 Cup Series standings")),
        ("laps", ("statistic", "Laps")),
        ("zzzz", None),
        ("", None),
    ],
)
def test_what_comes_first(text, first):
    results = search(text, 5)
    if first is None:
        assert results == []
    else:
        assert first == (results[0].kind, results[0].name, results[0].detail)[: len(first)]


def test_the_order_of_a_year():
    """The Cup first, and the rounds of one track as they were run."""
    names = [each.name for each in search("2011 talladega", 3)]
    assert names[:2] == ["2011 Talladega I, spring", "2011 Talladega II, fall"]


def test_only_of_some_kinds():
    assert {each.kind for each in search("daytona", kinds={"race"})} == {"race"}
    assert {each.kind for each in search("larson", kinds={"driver"})} == {"driver"}
    assert search("kyle larson", kinds={"track"}) == []


def test_who_won_is_told_as_of_a_day():
    name = "AdventHealth 400"
    for day, detail in ((date(2024, 5, 4), name), (date(2024, 5, 5), f"{name} · won by Kyle Larson")):
        (found,) = search("kansas spring 2024", 1, as_of=AsOf.on(day))
        assert found == FoundThing("race", "2024 Kansas I, spring", detail, "/races/cup/2024/12/")


HOSTILE = [
    "'; DROP TABLE races_findable; --",
    '" OR 1=1',
    'a" NEAR "b',
    "words:larson",
    "larson*",
    "-larson",
    "%",
    "___",
    "\\",
    "(((",
    "{}[]",
    "NOT AND OR",
    "<script>alert(1)</script>",
    "ﷺ" * 50,
    "a" * 100,
    "é" * 100,
    " ".join("abcdefghijklmnop"),
    "🏁🏁🏁",
    "\u202e\u0000x",
    ". .",
    "٢٠١١ talladega",
    "9" * 40,
    "0000",
    "2011" * 10,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_a_text(text):
    assert all(isinstance(each, FoundThing) for each in search(text))
    assert Findable.objects.exists()


def test_every_page_without_a_row_is_found():
    """Whoever adds a page gives it the names by which it is looked for."""
    pages = {each.url for each in fixed()}
    alone = {reverse(name) for name, cases in PARAMETERS.items() if cases == [()]}
    assert alone - pages <= {"/", "/search/", "/standings/", "/leaderboards/titles/"}


@pytest.mark.parametrize("each", fixed(), ids=lambda each: each.name)
def test_what_is_of_no_row_is_found_by_its_name(each):
    assert each.url in [result.url for result in search(each.name, 3)]
