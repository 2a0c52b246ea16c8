"""Stories and reports in a browser: where they are written and answered, and what everybody sees of them."""

import pytest
from django.conf import settings
from django.test import Client

from newsroom.models import Report, Story
from testing.editing import page as page_of
from testing.roles import as_role
from testing.served.browser import DESK, PHONE
from testing.site import TODAY

DAY = TODAY

BODY = """# How it ended

[Kyle Larson](/drivers/kyle-larson/) won [at Kansas](/tracks/kansas/), *by a nose*.

/closest-finishes/?track=kansas

1. The finish
2. The [race](/races/cup/2025/12/)

> Nothing is closer.

| a | b |
|---|---|
| 1 | 2 |

/races/cup/2025/12/

/leaderboards/wins/?track=darlington&from=2025&to=2025

/drivers/kyle-larson/
"""


@pytest.fixture(scope="module")
def written(address) -> tuple[Story, Report]:
    """A story with tables, one of them without rows; and two reports, of which one led to a correction."""
    story = Story.objects.create(title="Larson’s Kansas", slug="kansas", body=BODY, published=TODAY)
    story.note_whom_it_names()
    said = {"page": "Kyle Larson", "row": "2025", "field": "W", "value": "3", "says": "4" * 300, "source": "x" * 300}
    reports = [Report(address=f"/drivers/kyle-larson/?{'x' * n}", **said) for n in (300, 0)]
    reports[1].close("corrected", "He won four races. " * 20, None)
    for report in reports:
        report.save()
    return story, reports[0]


@pytest.fixture(scope="module")
def publisher(address):
    """The cookie of somebody who may write stories."""
    cookie = as_role(Client(), "publisher").cookies[settings.SESSION_COOKIE_NAME]
    return {"name": cookie.key, "value": cookie.value, "url": address}


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["a laptop", "a phone"])
def test_axe_finds_nothing(written, publisher, open_page, size, scheme):
    """No page is wider than its window either."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    story, report = written
    page, found = open_page(viewport=size, color_scheme=scheme), {}
    page.context.add_cookies([publisher])

    def look(where: str) -> None:
        violations = axe.run(page).response["violations"]
        found[where] = [(each["id"], [node["target"] for node in each["nodes"]]) for each in violations]
        found[where] += [] if page.evaluate("document.documentElement.scrollWidth") == size["width"] else ["too wide"]

    for where in (
        *("/stories/", story.get_absolute_url(), "/corrections/", "/drivers/kyle-larson/"),
        *(page_of("add", Story), page_of("change", Story, story.pk), page_of("changelist", Story)),
        *(page_of("change", Report, report.pk), page_of("changelist", Report)),
    ):
        page.goto(where)
        look(where)
    page.locator("#action-toggle").check()
    page.locator("[name=action]").select_option("decline")
    page.get_by_role("button", name="Go", exact=True).click()
    look("decline")
    page.goto("/report/?address=/drivers/kyle-larson/&table=seasons&row=1")
    page.get_by_role("button", name="Send").click()
    look("a form with errors")
    assert {where: each for where, each in found.items() if each} == {}
