"""A race without a result is nowhere the latest, and one that has not been run counts nowhere."""

from datetime import date

import pytest
from django.urls import reverse

from races.derived.refresh import deferred, differences
from testing.answers import in_each_form
from testing.makers import make_entry, make_little_book, make_race, make_season, make_session
from testing.site import FIRST_OF_EACH, TODAY

make_book = make_little_book
pytestmark = pytest.mark.django_db
FEEDS = [reverse(f"feed-of-{what}") for what in ("results", "milestones", "rulings")]
ON_THE_SCHEDULE = {reverse("drivers:milestones"), reverse("search")}
"""Whose rows may name a race to come."""


@deferred()
def make_races_to_come() -> None:
    """One that should have been run by now, one of the future, one that was cancelled, and a season of its own."""
    late = make_race(2025, 13, "Kansas", status="scheduled", date=date(2025, 5, 25), stages=2)
    make_race(2025, 14, "Texas", status="scheduled", date=date(TODAY.year, 12, 31))
    make_race(2025, 15, "Kansas", status="cancelled", date=date(2025, 6, 8))
    make_race(2025, "all-star-race", "Kansas", status="scheduled", date=date(2025, 5, 18))
    make_race(2026, 1, "Kansas", status="scheduled", date=date(2026, 2, 15))
    make_entry(late, "Kyle Larson", "5")
    for kind in ("qualifying", "stage", "race"):
        make_session(late, kind)


def read(client, address: str) -> dict:
    return client.get(address, {"format": "json"}).json()


def entries(client, address: str) -> str:
    return client.get(address).content.decode().partition("<entry>")[2]


def test_races_to_come_count_nowhere(client, small_book):
    before = {address: read(client, address) for address in FIRST_OF_EACH}
    feeds = [entries(client, address) for address in FEEDS]
    make_races_to_come()
    assert differences() == 0
    for address, told in before.items():
        answers = in_each_form(client, address, ("html", "json"))
        now = answers["json"].json()
        if address in ON_THE_SCHEDULE:
            del now["rows"], told["rows"]
        assert now == told, address
        assert answers["html"].status_code == 200, address
    assert [entries(client, address) for address in FEEDS] == feeds
    for address in (reverse("schedule"), reverse("sitemap-part", args=["races"])):
        assert client.get(address).status_code == 200
    for key in ("13", "14", "15", "all-star-race"):
        page = client.get(reverse("races:race", args=["cup", 2025, key])).content.decode()
        assert "it has not been run." in page


def text_of(client, name: str, *args) -> str:
    return client.get(reverse(name, args=args)).content.decode()


@pytest.mark.parametrize("make", [make_races_to_come, lambda: make_race(2025, 13, "Charlotte", date=date(2025, 5, 25))])
def test_the_latest_is_the_last_with_results(client, small_book, make):
    """Also where one after it was run, and how is not on file."""
    season = make_season(2025)
    season.rounds = 36
    season.save()
    make()
    home = text_of(client, "home")
    assert "Latest race · round 12 of 36" in home
    assert "Standings after round 12<" in home
    assert "round 12 of 36</p>" in text_of(client, "races:season", "cup", 2025)
    standings = text_of(client, "drivers:latest-standings")
    assert "after round 12 of 36</p>" in standings
    assert "After round 12 of 36, 2025 Kansas." in standings
    assert "after round 13" not in standings
