"""The sheet of a weekend: what printed ones say, that no preview knows what came after, and what is not there."""

import sys
from datetime import date

import pytest

from races.derived.refresh import deferred
from races.models import Race
from racestats import formatting
from testing.makers import (
    BUESCHER,
    BYRON,
    HAMLIN,
    LARSON,
    make_driver,
    make_entry,
    make_penalty,
    make_race,
    make_result,
)

pytestmark = pytest.mark.django_db

KANSAS, BRISTOL, DAYTONA, TALLADEGA = (f"/races/cup/{race}/" for race in ("2025/12", "2025/9", "1967/5", "2023/31"))


def rows_of(client, path: str) -> list[dict]:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}format=json")
    assert answer.status_code == 200
    return answer.json()["rows"]


def lines_of(client, path: str) -> dict[str, list[str]]:
    """By section, the texts of its lines."""
    found: dict[str, list[str]] = {}
    for row in rows_of(client, path):
        found.setdefault(row["section"], []).append(row["text"])
    return found


@pytest.mark.parametrize(
    ("path", "section", "text"),
    [
        (f"{KANSAS}preview/", "The race", "Distance: 267 laps, 400.5 miles, with 2 scoring stages"),
        (f"{KANSAS}preview/", "The race", "The 39th Cup race at Kansas on file, the first in 2001"),
        (
            f"{KANSAS}preview/",
            "Milestones this race may bring",
            "Kyle Larson, 9,851 laps led: 149 laps led from 10,000",
        ),
        (
            f"{KANSAS}preview/",
            "Milestones this race may bring",
            "Kyle Larson, 31 wins: 1 win from tying Dale Jarrett (32)",
        ),
        (
            f"{KANSAS}preview/",
            "Milestones near",
            "Denny Hamlin, 56 wins: 4 wins from 60 and from tying Kevin Harvick (60)",
        ),
        (f"{KANSAS}preview/", "Standings before the race", "2. Kyle Larson, 408, 13 behind"),
        (f"{KANSAS}preview/", "Last winners at Kansas", "2024 Kansas I, spring: Kyle Larson (Chevrolet), .001 s"),
        (
            f"{KANSAS}preview/",
            "Closest finishes at Kansas",
            ".001 s: 2024 Kansas I, spring, Kyle Larson over Chris Buescher",
        ),
        (f"{KANSAS}preview/", "Streaks alive", "Kyle Larson: 3 top fives in a row"),
        (
            f"{KANSAS}preview/",
            "Longest without a win",
            "Chase Elliott: 38 starts since the last win, 2024 Texas",
        ),
        (f"{KANSAS}preview/?as_of=2025-04-13", "Standings before the race", "2. Denny Hamlin, 316, 30 behind"),
        (f"{KANSAS}notes/", "The race", "Kyle Larson led 221 of 267 laps from the pole and won by .712 seconds."),
        (
            f"{KANSAS}notes/",
            "Milestones and records",
            "Kyle Larson passed 10,000 career laps led: 10,072 after this race.",
        ),
        (f"{KANSAS}notes/", "Makes", "Chevrolet's 14th Kansas pole."),
        (f"{KANSAS}notes/", "Standings after the race", "1. Kyle Larson, 469 points (+1)"),
        (
            f"{KANSAS}notes/",
            "Rulings",
            "Chris Buescher (No. 17) docked 60 points: penalty announced May 15, 2025.",
        ),
        (f"{BRISTOL}notes/", "Drivers", "Kyle Larson swept both stages and won."),
        (f"{DAYTONA}notes/", "Drivers", "Mario Andretti's first and only career win."),
        (
            f"{TALLADEGA}notes/",
            "The race",
            "Measured to Kevin Harvick, who crossed the line second; William Byron is the",
        ),
    ],
)
def test_facts(client, path, section, text):
    assert any(line.startswith(text) for line in lines_of(client, path)[section])


def test_each_line_has_its_evidence(client):
    """As of the day that it is of."""
    rows = {row["text"]: row for row in rows_of(client, f"{KANSAS}preview/")}
    of_wins = rows["Kyle Larson, 31 wins: 1 win from tying Dale Jarrett (32)"]
    assert of_wins["text_url"] == "/drivers/kyle-larson/races/?series=cup&as_of=2025-05-10&stat=wins"
    assert of_wins["exact"] is True
    assert all(row["text_url"].startswith("/") for row in rows.values())
    streak = rows["Kyle Larson: 3 top fives in a row"]["text_url"]
    assert len(rows_of(client, streak)) == 3
    assert len(rows_of(client, rows["Chase Elliott: 38 starts since the last win, 2024 Texas"]["text_url"])) == 38


def test_the_day_it_is_of_is_said(client):
    notes = {
        path: client.get(f"{path}format=json").json()["notes"] for path in (f"{KANSAS}preview/?", f"{KANSAS}notes/?")
    }
    assert "As it stood on May 10, 2025." in notes[f"{KANSAS}preview/?"]
    assert "Milestones, averages and birthdays are of the 38 drivers entered." in notes[f"{KANSAS}preview/?"]
    assert "Streaks alive: Consecutive starts of the driver; a race missed does not end a streak." in str(notes)
    of_a_day = client.get(f"{KANSAS}preview/?as_of=2025-04-13&format=json").json()
    assert of_a_day["as_of"] == "2025-04-13"
    assert any(note.endswith("no list of entries is on file.") for note in of_a_day["notes"])
    assert rows_of(client, f"{KANSAS}notes/?as_of=2025-05-10") == []


@deferred()
def make_season_so_far() -> Race:
    """Two rounds, and the cars entered for the third."""
    make_driver(LARSON, born=date(1992, 3, 15))
    for round_, first in ((1, [LARSON, BYRON, HAMLIN]), (2, [BYRON, LARSON, HAMLIN])):
        race = make_race(2025, round_, date=date(2025, 3, round_), margin="0.5", field_size=3, laps=100)
        for place, driver in enumerate(first, start=1):
            make_result(race, driver, place, start=place, points=40 - place, laps=100, status="running")
    to_come = make_race(2025, 3, date=date(2025, 3, 15), status="scheduled", field_size=3, scheduled_laps=100)
    for driver in (LARSON, BYRON, BUESCHER):
        make_entry(to_come, driver)
    return to_come


def test_a_preview_knows_nothing_of_the_race_and_after(client, empty_book):
    """Whatever happens, it stays as it was on the day before."""
    race = make_season_so_far()
    path = "/races/cup/2025/3/preview/"
    before = lines_of(client, path)
    assert before["Standings before the race"][0] == "T1. Kyle Larson, 77 points"
    assert before["Anniversaries"] == ["Kyle Larson's birthday on the day of the race: 33 years"]
    with deferred():
        race.status, race.laps, race.margin_kind, race.margin = "official", 100, "time", "0.001"
        race.save()
        for place, driver in enumerate([BUESCHER, LARSON, BYRON], start=1):
            make_result(race, driver, place, start=1, points=50, laps=100, laps_led=33, status="running")
        later = make_race(2025, 4, date=date(2025, 3, 20), margin="0.002", field_size=1, laps=100)
        make_result(later, HAMLIN, 1, start=1, points=60, laps=100, status="running")
        make_penalty(Race.objects.get(round=1), LARSON, 10, date(2025, 3, 15))
    assert lines_of(client, path) == before
    assert "Chris Buescher's first" in str(lines_of(client, "/races/cup/2025/3/notes/")["Drivers"])


def test_who_is_known_by_a_win_alone_is_not_told_before_it(client):
    """Of a race known by its winner, whose car would be the only one entered."""
    body = client.get("/races/cup/1967/1/preview/?format=json").json()
    assert any("active driver" in note for note in body["notes"])


@deferred()
def make_odd_races() -> None:
    make_race(2025, 1, status="cancelled", date=date(2025, 2, 1))
    make_race(2025, 2, status="scheduled")
    make_race(2025, 3)
    make_race(2025, "all-star-race", status="scheduled", date=date(2025, 5, 18))


@pytest.mark.parametrize(
    ("race", "sheet", "says"),
    [
        ("1", "preview", "It was cancelled: there is nothing to look forward to."),
        ("1", "notes", "Cancelled: it has not been run."),
        ("2", "preview", "No earlier race at Kansas is on file."),
        ("2", "preview", "nobody has points."),
        ("2", "notes", "Scheduled: it has not been run."),
        ("3", "preview", "No earlier race at Kansas is on file."),
        ("3", "notes", "Results on file for 0 cars."),
        ("all-star-race", "preview", "It is no points race"),
        ("all-star-race", "notes", "Scheduled: it has not been run."),
    ],
)
def test_what_there_is_nothing_to_tell_of(client, empty_book, race, sheet, says):
    make_odd_races()
    path = f"/races/cup/2025/{race}/{sheet}/"
    assert says in client.get(path).content.decode()
    assert client.get(path, {"format": "json"}).status_code == 200


def test_the_pages_of_a_race_lead_to_them(client):
    body = client.get(KANSAS).content.decode()
    assert f'href="{KANSAS}preview/"' in body
    assert f'href="{KANSAS}notes/"' in body


@pytest.mark.parametrize("sheet", ["preview", "notes"])
def test_plain_text(client, sheet):
    """To paste: no line is too wide, none has a mark-up, and every line of the sheet is there."""
    answer = client.get(f"{KANSAS}{sheet}/?format=txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == f'inline; filename="races-cup-2025-12-{sheet}.txt"'
    text = answer.content.decode()
    assert max(map(len, text.splitlines())) <= 100
    assert text.startswith(f"{sheet.upper()}: 2025 KANSAS I, SPRING\nAdventHealth 400 · Kansas Speedway · Sunday")
    assert text.endswith(f"Every line with its evidence: http://testserver{KANSAS}{sheet}/\n")
    assert not {"<", ">", "*", "_", "|"} & set(text)
    flowing = " ".join(text.split())
    assert [row["text"] for row in rows_of(client, f"{KANSAS}{sheet}/") if row["text"] not in flowing] == []


def test_what_is_asked_wrongly_is_told_in_plain_text(client):
    for query, status in (("?format=txt&as_of=x", 400), ("?format=txt&table=lines", 400), ("?format=docx", 400)):
        assert client.get(f"{KANSAS}notes/{query}").status_code == status
    answer = client.get("/races/cup/2025/37/notes/?format=txt")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert client.get("/?format=txt").status_code == 400


@pytest.mark.parametrize("sheet", ["preview", "notes"])
def test_pdf(client, sheet):
    try:
        import weasyprint  # noqa: F401
    except OSError:
        pytest.skip("Pango is not installed.")
    answer = client.get(f"{KANSAS}{sheet}/?format=pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == f'inline; filename="races-cup-2025-12-{sheet}.pdf"'
    assert answer.content.startswith(b"%PDF-")


def test_where_nothing_makes_a_pdf_it_is_said(client, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    answer = client.get(f"{KANSAS}notes/?format=pdf")
    assert answer.status_code == 503
    assert "This site has nothing to make a PDF with." in answer.content.decode()


def test_its_averages_are_those_of_the_board(client):
    board = client.get("/leaderboards/average_finish/?series=cup&track=kansas&as_of=2025-05-10&format=json").json()
    values = {row["driver"]: formatting.decimal(row["value"]) for row in board["rows"]}
    lines = lines_of(client, f"{KANSAS}preview/")["Best average finish at Kansas"]
    assert len(lines) == 8
    for line in lines:
        driver, told = line.split(". ", 1)[1].split(", ")
        assert told.split()[0] == values[driver]
