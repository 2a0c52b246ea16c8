"""A Sunday evening of an editor in Chromium: in how few pages and clicks a race comes into the book."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from races.models import Race, Result
from testing.roles import as_role

DAY = date(2024, 5, 5)
"""That of the AdventHealth 400, at Kansas."""
SHEET = (Path(__file__).parent / "results_2024_12_kansas.csv").read_text()
MOST_PAGES, MOST_CLICKS = 12, 25


class Evening:
    """An editor at the desk: counts the pages that come, and the clicks that bring them."""

    def __init__(self, page):
        self.page, self.pages, self.clicks = page, 0, 0
        page.on("framenavigated", self._count)

    def _count(self, frame) -> None:
        self.pages += frame == self.page.main_frame

    def click(self, role: str, name: str, exact: bool = True) -> None:
        """Press a button or follow a link, to the page that it brings."""
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name, exact=exact).first.click()
        self.clicks += 1

    def paste(self, text: str) -> None:
        self.page.get_by_label("From a spreadsheet").fill(text)
        self.clicks += 1

    def choose(self, label: str, option: str) -> None:
        """From a box of choices, which opens first."""
        box = self.page.get_by_label(label)
        box.select_option(box.locator("option", has_text=option).first.get_attribute("value"))
        self.clicks += 2


KANSAS = "/api/races/cup/2024/12"


@pytest.fixture(scope="module")
def editor(address):
    """The cookie of somebody who may edit."""
    cookie = as_role(Client(), "editor").cookies[settings.SESSION_COOKIE_NAME]
    return {"name": cookie.key, "value": cookie.value, "url": address}


@pytest.fixture(scope="module")
def kansas(address):
    """What the book had of the race before it was taken out, as a document and as the sheet of its qualifying."""
    document = Client().get(KANSAS).json()
    race = Race.objects.get_by_natural_key("cup", 2024, "12")
    laps = Result.objects.filter(session__race=race, session__kind="qualifying").order_by("position")
    rows = [(row.position, row.entry.number, row.entry.driver, row.lap_time) for row in laps]
    race.delete()
    return document, "\n".join("\t".join(map(str, row)) for row in [("Pos", "Car", "Driver", "Time"), *rows])


def test_a_race_of_an_evening(kansas, editor, open_page):
    before, qualifying = kansas
    page = open_page()
    page.context.add_cookies([editor])
    evening = Evening(page)
    page.goto(reverse("admin:index"))
    evening.click("link", "New race")
    evening.click("link", "AdventHealth 400")
    evening.click("button", "Save, and paste the results")
    evening.paste(SHEET.replace("Chase Briscoe", "Chase Brisco"))
    evening.click("button", "Read, in place of the rows below")
    evening.choose("Who or what “Chase Brisco” is", "Chase Briscoe")
    evening.click("button", "Check")
    evening.click("button", "Save, and go on with qualifying")
    evening.paste(qualifying)
    evening.click("button", "Read, in place of the rows below")
    evening.click("button", "Save")
    evening.click("button", "Make official")
    assert "2024 Kansas I is official." in page.locator(".messagelist").inner_text()
    assert evening.pages <= MOST_PAGES
    assert evening.clicks <= MOST_CLICKS
    after = page.request.get(KANSAS).json()
    assert (after["status"], after["date"]) == ("official", str(DAY))
    for name in ("name", "layout", "scheduled_laps", "stages", "lineup"):
        assert after[name] == before[name]
    assert outcomes(after) == outcomes(before)


def outcomes(document: dict) -> dict:
    """By session, what each car did."""
    wanted = ("car", "position", "laps", "laps_led", "points", "time")
    return {
        (session["kind"], session.get("number")): [[row.get(name) for name in wanted] for row in session["results"]]
        for session in document["sessions"]
    }
