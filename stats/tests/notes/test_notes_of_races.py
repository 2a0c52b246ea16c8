"""The notes of races in the book: what they count, what a ruling makes of them, and where their evidence is."""

import re
from datetime import date
from urllib.parse import parse_qsl

import pytest

from races.derived.refresh import deferred
from races.models import Result
from stats.notes import notes_of
from testing import answers, site
from testing.makers import (
    ALLISON,
    BYRON,
    HAMLIN,
    LARSON,
    WALTRIP,
    make_given,
    make_milestone,
    make_race,
    make_result,
    make_ruling,
    make_season,
)

pytestmark = pytest.mark.django_db


def texts(race, as_of: str | None = None) -> list[str]:
    race.refresh_from_db()
    results = list(Result.objects.filter(session__race=race, session__kind="race").for_table())
    return [note.text for note in notes_of(race, results, answers.as_of(as_of))]


def make_season_of(winners: list[str], year=2024, **fields) -> list:
    """A whole season of races of two cars, the second always Hamlin's."""
    season = make_season(year)
    season.rounds = len(winners)
    season.save()
    races = []
    for round_, winner in enumerate(winners, start=1):
        with deferred():
            race = make_race(
                year, round_, date=date(year, 3, round_), laps=10, field_size=2, stages=0, lineup="draw", **fields
            )
            make_result(race, winner, 1, laps=10, laps_led=10, number="1")
            make_result(race, HAMLIN, 2, laps=10, laps_led=0, number="2")
        races.append(race)
    return races


@pytest.mark.usefixtures("empty_book")
class TestRulings:
    def test_an_earlier_ruling_changes_a_later_note(self):
        """The first race goes from Larson to Hamlin: Larson's win in the third becomes the second."""
        first, _, third = make_season_of([LARSON, BYRON, LARSON])
        assert f"{LARSON}'s 2nd career win, tying {HAMLIN}" not in "".join(texts(third))
        assert f"{LARSON}'s 2nd career win, passing {BYRON}, 1st all-time." in texts(third)
        larson, hamlin = first.sessions.get(kind="race").results.order_by("position")
        make_ruling(
            first,
            date(2024, 4, 1),
            {
                larson: ({"position": 1, "disqualified": False}, {"position": 2, "disqualified": True}),
                hamlin: ({"position": 2}, {"position": 1}),
            },
        )
        Result.objects.filter(pk=larson.pk).update(position=2, disqualified=True)
        hamlin.position = 1
        hamlin.save()
        assert f"{LARSON}'s first career win." in texts(third)
        # The book of the day before says what it said before.
        assert f"{LARSON}'s 2nd career win, passing {BYRON}, 1st all-time." in texts(third, "2024-03-31")
        assert f"{LARSON}'s first career win." in texts(third, "2024-04-01")

    def test_a_count_as_of_a_day_before_a_ruling_of_decades_later(self):
        """Allison's later wins of the year count one less in the book of the day before he was given the first."""
        first, second = make_season_of([ALLISON, ALLISON], 1971)
        given = first.sessions.get(kind="race").results.get(position=1)
        make_ruling(first, date(2024, 10, 23), {given: ({"position": None}, {"position": 1})}, kind="correction")
        assert any(text.startswith(f"{ALLISON}'s 2nd career win") for text in texts(second))
        assert any(text.startswith(f"{ALLISON}'s 2nd career win") for text in texts(second, "2024-10-23"))
        assert any(text.startswith(f"{ALLISON}'s first career win") for text in texts(second, "2024-10-22"))

    def test_there_and_back(self):
        """An appeal that gives a win back: three books, each on its days."""
        (race,) = make_season_of([LARSON])
        larson, hamlin = race.sessions.get(kind="race").results.order_by("position")
        swapped = {
            larson: ({"position": 1}, {"position": 2}),
            hamlin: ({"position": 2}, {"position": 1}),
        }
        make_ruling(race, date(2024, 3, 3), swapped)
        back = {result: (after, before) for result, (before, after) in swapped.items()}
        make_ruling(race, date(2024, 4, 4), back, number=2, kind="appeal")
        won = {day: texts(race, day)[0] for day in ("2024-03-02", "2024-03-03", "2024-04-03", "2024-04-04")}
        assert [name for day in sorted(won) for name in (LARSON, HAMLIN) if name in won[day]] == [
            LARSON,
            HAMLIN,
            HAMLIN,
            LARSON,
        ]


@pytest.mark.usefixtures("empty_book")
def test_a_career_goes_on_from_what_is_given_of_it():
    """The book holds one race and none of the season before: what it cannot know it does not say."""
    before = make_season(2023)
    before.rounds = 36
    with deferred():
        before.save()
        make_given(LARSON, (2024, 0), wins=30, starts=374)
        make_given(WALTRIP, (2024, 0), wins=31)
        race = make_race(2024, 1, laps=10, field_size=2, lineup="qualifying", date=date(2024, 2, 20))
        make_result(race, LARSON, 1, laps=10, laps_led=4)
    assert f"{LARSON}'s 31st career win, tying {WALTRIP}." in texts(race)
    assert "Kyle Larson's first win at Kansas (1 race there on file)." in texts(race)
    assert not any("pole" in text for text in texts(race))


@pytest.mark.usefixtures("empty_book")
def test_what_a_source_sums_of_a_season_leaves_no_gap():
    """The season before is not on file, but a source's totals reach to its end: nobody else won in it."""
    with deferred():
        make_given(LARSON, (2023, 36), season=make_season(2023), wins=4, starts=36)
        make_given(BYRON, (2023, 36), season=make_season(2023), wins=5, starts=36)
        race = make_race(2024, 1, laps=10, field_size=1, lineup="draw", date=date(2024, 2, 20))
        make_result(race, LARSON, 1, laps=10, laps_led=10)
    assert f"{LARSON}'s 5th career win, tying {BYRON}, tied for 1st all-time." in texts(race)


@pytest.mark.usefixtures("empty_book")
def test_an_ordinal_is_told_only_where_the_count_is_exact():
    """A race between his first and last season of which no winner is on file may be one more win."""
    first, second, third = make_season_of([LARSON, BYRON, LARSON])
    assert f"{LARSON}'s 2nd career win, 1st all-time." not in texts(third)
    assert f"{LARSON}'s 2nd career win, passing {BYRON}, 1st all-time." in texts(third)
    second.sessions.get(kind="race").results.all().delete()
    second.field_size = None
    second.save()
    assert not any("career" in text or "of 2024" in text for text in texts(third) if "win" in text)
    assert f"{LARSON}'s first career win." in texts(first)


@pytest.mark.usefixtures("empty_book")
def test_a_milestone_leads_to_its_club():
    with deferred():
        make_milestone("wins", 31)
        make_given(LARSON, (2024, 0), wins=30)
        race = make_race(2024, 1, laps=10, date=date(2024, 2, 20))
        make_result(race, LARSON, 1)
    results = list(Result.objects.for_table())
    found = {note.text: note.url for note in notes_of(race, results)}
    assert found[f"{LARSON} reached 31 career wins."] == "/milestones/cup-wins-31/"


@pytest.mark.usefixtures("empty_book")
@pytest.mark.parametrize(
    "fields", [{"kind": "exhibition", "round": None, "slug": "clash"}, {"status": "scheduled"}, {"status": "cancelled"}]
)
def test_what_does_not_count_has_no_notes(fields):
    with deferred():
        race = make_race(2024, **({"round": 1} | fields))
        make_result(race, LARSON, 1)
    assert notes_of(race, list(Result.objects.for_table())) == []


def test_the_closest_finish_ever(client):
    """The margin's rank is of the book up to that race."""
    body = client.get("/races/cup/2024/12/?format=json").json()
    found = {row["note"]: row["note_url"] for row in body["tables"]["notes"]["rows"]}
    closest = next(text for text in found if text.startswith(".001 s: the closest finish") and "era" not in text)
    evidence = client.get(f"{found[closest]}&format=json").json()
    assert (evidence["rows"][0]["margin"], evidence["rows"][0]["race"]) == ("0.001", "2024 Kansas I")
    assert f"(of {evidence['matching']:,} measured in seconds)" in closest


def test_every_note_leads_to_a_page(client):
    """Of each kind of address one, on the races of the demo content that have the most to say."""
    found = {}
    for address in ("/races/cup/2025/12/", "/races/cup/2025/9/", "/races/cup/2024/12/", "/races/cup/2023/31/"):
        rows = client.get(f"{address}?format=json").json()["tables"]["notes"]["rows"]
        assert rows
        for row in rows:
            path, _, query = row["note_url"].partition("?")
            found.setdefault((site.named(path), *dict(parse_qsl(query))), row)
    for row in found.values():
        assert client.get(row["note_url"]).status_code == 200, row


COUNTED = r"'s? (?:[\d,]+\w\w and )?(first|[\d,]+(?=st|nd|rd|th))\w* (?:Kansas )?(?:win|pole|stage win)s?\b"


def test_a_counts_evidence_is_that_long(client):
    """Where the book holds all of it: the list behind “the 14th Kansas pole for Chevrolet” has 14 races."""
    rows = client.get("/races/cup/2025/12/?format=json").json()["tables"]["notes"]["rows"]
    walked = 0
    for row in rows:
        found = re.search(COUNTED, row["note"])
        if not found or "track=kansas" not in row["note_url"]:
            continue
        evidence = client.get(f"{row['note_url']}&format=json").json()
        assert len(evidence["rows"]) == (1 if found[1] == "first" else int(found[1].replace(",", ""))), row["note"]
        walked += 1
    assert walked >= 5
