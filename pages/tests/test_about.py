"""What the book says of itself: how much is in it, and where that comes from."""

from datetime import date

import pytest

from races.models import Citation
from testing.makers import make_race, make_source
from testing.reading import Page


@pytest.fixture
def book(empty_book):
    """Two seasons of one series; one source of a race, with two facts, and one of nothing."""
    first = make_race(2000, 1, date=date(2000, 2, 20))
    make_race(2001, 1, margin="0.5")
    make_race(2001, 2, status="scheduled")
    sheet = make_source("A sheet")
    sheet.url = "https://example.org/sheet"
    sheet.save()
    for fact in ("result", "margin"):
        Citation.objects.create(source=sheet, race=first, fact=fact)
    make_source("A paper")


def test_what_is_on_file_and_what_is_cited(client, book):
    found = client.get("/about/?format=json").json()
    assert found["notes"] == ["Cup Series: 2 points races on file, 2000 to 2001."]
    assert [(row["source"], row["source_url"], row["races"]) for row in found["rows"]] == [
        ("A sheet", "https://example.org/sheet", 1),
        ("A paper", None, 0),
    ]


def test_a_book_without_anything(client, empty_book):
    found = client.get("/about/?format=json").json()
    assert (found["notes"], found["rows"]) == ([], [])


def test_every_page_leads_there(client, book):
    assert "/about/" in [link["href"] for link in Page(client.get("/races/").content.decode()).links]
    links = {link["href"] for link in Page(client.get("/about/").content.decode()).links}
    assert {"https://example.org/sheet", "https://github.com/armstjc/racing-data-repository"} <= links


def test_how_much_is_on_file(client, book):
    """By series, of how many races each thing is known; and readers see it on the page."""
    (row,) = client.get("/about/?format=json").json()["tables"]["series"]["rows"]
    assert row == {
        "series": "Cup Series",
        "series_url": "/races/cup/",
        "races": 2,
        "first": 2000,
        "last": 2001,
        "whole": 0,
        "dates": 1,
        "poles": 0,
        "laps_led": 0,
        "margins": 1,
    }
    page = Page(client.get("/about/").content.decode())
    assert page.tables[0].rows == [["Cup Series", "2", "2000", "2001", "0", "1", "0", "0", "1"]]
    assert {"how-we-count", "corrections", "sources", "series-table"} <= page.ids
    assert not page.notes
