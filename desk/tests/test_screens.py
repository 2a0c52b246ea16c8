"""The admin on a laptop and on a phone: read by axe, every column in sight, and one result corrected."""

import pytest
from django.conf import settings
from django.db.models import Count, prefetch_related_objects
from django.test import Client
from django.urls import reverse

from changes.models import ChangeSet
from drivers.models import Driver
from races.derived.refresh import deferred
from races.models import Race, Ruling, Session
from testing.editing import page as page_of
from testing.roles import as_role
from testing.served.browser import DESK, PHONE
from testing.site import TODAY

DAY = TODAY


@pytest.fixture(scope="module")
def editor(address):
    """The cookie of somebody who may edit."""
    cookie = as_role(Client(), "editor").cookies[settings.SESSION_COOKIE_NAME]
    return {"name": cookie.key, "value": cookie.value, "url": address}


@pytest.fixture(scope="module")
def kansas(address) -> Race:
    """A race of three cars, for axe reads each row alike; it waits on the front page."""
    race = Race.objects.get_by_natural_key("cup", 2025, "12")
    with deferred():
        race.entries.exclude(number__in=["5", "17", "20"]).delete()
    Race.objects.filter(pk=race.pk).update(status="provisional")
    # While a browser is open nothing is read.
    prefetch_related_objects([race], "sessions")
    return race


@pytest.fixture(scope="module")
def session(kansas) -> Session:
    return next(each for each in kansas.sessions.all() if each.kind == "race")


@pytest.fixture(scope="module")
def addresses(kansas, session) -> list[str]:
    """The front page, a list, the pages with the widest tables, those that ask before rows go, and the desk's."""
    counted = Driver.objects.annotate(given=Count("given_totals"), called=Count("aliases"))
    driver = counted.filter(given__gt=0, called__gt=0).order_by("given", "pk").first()
    ruling = Ruling.objects.filter(changes__isnull=False).order_by("race__season__year").first()
    rows = [kansas, session, ruling, driver]
    other = counted.filter(given__gt=0).exclude(pk=driver.pk).order_by("given", "pk").first()
    car, deletion = session.results.last().entry_id, ChangeSet.objects.first()  # Of the cars of Kansas.
    team, rival = (entry.team for entry in kansas.entries.exclude(team=None).order_by("team")[:2])
    return [
        reverse("admin:index"),
        page_of("changelist", Race) + "?season__year=2025&q=kansas",
        *(page_of("change", type(row), row.pk) for row in rows),
        *(page_of("delete", type(row), row.pk) for row in (kansas, driver)),
        reverse("admin:desk_new_race"),
        reverse("admin:desk_sheet", args=[kansas.pk, "all"]),
        reverse("admin:desk_import"),
        reverse("admin:desk_merge", args=["driver", driver.pk]),
        reverse("admin:desk_merge", args=["driver", driver.pk], query={"into": other.pk}),
        reverse("admin:desk_merge", args=["team", team.pk], query={"into": rival.pk}),
        reverse("admin:desk_rulings", args=[kansas.pk]),
        reverse("admin:desk_new_ruling", args=[kansas.pk, "disqualify"], query={"car": car}),
        reverse("admin:desk_new_ruling", args=[kansas.pk, "penalise"]),
        reverse("admin:desk_new_ruling", args=[kansas.pk, "credit"], query={"car": car, "place": 1}),
        reverse("admin:desk_new_ruling", args=[ruling.race_id, "appeal"], query={"of": ruling.pk}),
        reverse("admin:desk_amend", args=[kansas.pk, "race"]),
        reverse("admin:desk_ruling", args=[ruling.pk]),
        reverse("admin:desk_revoke_ruling", args=[ruling.pk]),
        *(page_of("history", type(row), row.pk) for row in (kansas, driver)),
        page_of("changelist", ChangeSet),
        deletion.get_absolute_url(),
        reverse("admin:desk_undo", args=[deletion.pk]),
    ]


CUT_OFF = """() => [document.documentElement, ...document.querySelectorAll(".tabular, .results")]
    .filter((each) => each.scrollWidth > each.clientWidth)
    .map((each) => each.closest("[id]")?.id ?? each.tagName)"""


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["a laptop", "a phone"])
def test_axe_finds_nothing_and_every_column_is_in_sight(addresses, editor, open_page, size):
    """No violation of WCAG 2.2 AA, nor of what axe calls best practice."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page, found = open_page(reverse("admin:login"), viewport=size), {}

    def look(address):
        violations = axe.run(page).response["violations"]
        if violations:
            found[address] = [(each["id"], [node["target"] for node in each["nodes"]]) for each in violations]

    look("login")
    page.context.add_cookies([editor])
    for address in addresses:
        page.goto(address)
        look(address)
        if size == DESK and (cut_off := page.evaluate(CUT_OFF)):
            found[address, "cut off"] = cut_off
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"], address
    assert found == {}


def test_without_javascript_nothing_is_under_the_edge(kansas, editor, open_page):
    page = open_page(java_script_enabled=False, viewport=DESK)
    page.context.add_cookies([editor])
    page.goto(reverse("admin:desk_rulings", args=[kansas.pk]))
    fold, heading = (page.locator(each).bounding_box() for each in ("#toggle-nav-sidebar", "#content h1"))
    assert heading["x"] >= fold["x"] + fold["width"]


def test_a_phone_corrects_one_result(session, editor, open_page):
    page = open_page(viewport=PHONE)
    page.context.add_cookies([editor])
    page.goto(page_of("change", Session, session.pk))
    cell = page.get_by_label("Laps led, No. 5 Kyle Larson")
    assert cell.input_value() == "221"
    box = cell.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    cell.fill("220")
    save = page.get_by_role("button", name="Save and continue editing")
    assert save.bounding_box()["y"] < PHONE["height"]  # In sight, wherever the cell is.
    with page.expect_navigation():
        save.click()
    assert "was changed successfully" in page.locator(".messagelist").inner_text()
    assert page.get_by_label("Laps led, No. 5 Kyle Larson").input_value() == "220"


OVERLAPPING = """() => {
  const title = document.querySelector("#content > h2"), box = document.createRange();
  box.selectNodeContents(title);
  const {right, bottom} = box.getBoundingClientRect();
  return [...document.querySelectorAll(".object-tools > li")]
    .filter((tool) => tool.getBoundingClientRect().left < right && tool.getBoundingClientRect().top < bottom)
    .map((tool) => tool.textContent.trim());
}"""


def test_no_button_lies_over_the_title_of_a_race(kansas, editor, open_page):
    page = open_page(viewport=DESK)
    page.context.add_cookies([editor])
    page.goto(page_of("change", Race, kansas.pk))
    assert page.locator(".object-tools > li").count() > 4
    assert page.evaluate(OVERLAPPING) == []


MOST_CLICKS = 4


def test_a_runner_up_is_disqualified_in_four_clicks_and_the_ruling_revoked(kansas, editor, open_page):
    """From the race's page, with all that changes read before it is confirmed."""
    page, document = open_page(), "/api/races/cup/2025/12"
    page.context.add_cookies([editor])
    before, clicks = page.request.get(document).json(), 0

    def click(role, name):
        nonlocal clicks
        clicks += 1
        with page.expect_navigation():
            page.get_by_role(role, name=name, exact=True).last.click()

    page.goto(page_of("change", Race, kansas.pk))
    page.locator(".object-tools").get_by_role("link", name="Rulings", exact=True).click()
    page.wait_for_url("**/rulings/")
    click("link", "Disqualify Christopher Bell (No. 20)")
    effects = page.locator(".ripple").inner_text()
    assert "Christopher Bell" in effects
    assert "Nothing is written yet." in page.locator("#content").inner_text()
    click("button", "Confirm this ruling")
    assert clicks + 1 <= MOST_CLICKS
    after = page.request.get(document).json()
    assert [row["title"] for row in after["rulings"]][-1:] == ["Christopher Bell (No. 20) disqualified from 2nd"]
    click("button", "Draft a note")
    assert "Christopher Bell was disqualified from 2nd" in page.get_by_label("Note on the public page").input_value()
    click("link", "Revoke, a mistake")
    click("button", "Revoke it")
    assert page.request.get(document).json() == before
