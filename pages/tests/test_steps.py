"""How few steps lead from the home page of a phone to what fans look for: clicks and keys, not time."""

import pytest

PHONE = {"width": 390, "height": 844}


class Steps:
    """Counts what a reader does."""

    def __init__(self, page):
        self.page = page
        self.clicks = self.keys = 0

    def click(self, what: str, *, text: str | None = None) -> None:
        self.page.locator(what, has_text=text).locator("visible=true").first.click()
        self.clicks += 1

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def find(self, text: str, suggested: str) -> None:
        """Type it into the field of the bar, and go to what is then suggested."""
        self.click("#find")
        self.write(text)
        options = self.page.locator("#find-names li")
        options.filter(has_text=suggested).first.wait_for()
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        place = [suggested in each for each in options.all_inner_texts()].index(True)
        self.press(*["ArrowDown"] * (place + 1), "Enter")


def fall_at_talladega(steps: Steps) -> None:
    steps.find("2011 tall", "2011 Talladega II, fall")
    steps.page.wait_for_url("**/races/cup/2011/*/")
    assert "Clint Bowyer" in steps.page.locator(".story").inner_text()


def hamlin_against_busch_at_bristol(steps: Steps) -> None:
    steps.find("ham", "Denny Hamlin")
    steps.page.wait_for_url("**/drivers/denny-hamlin/")
    steps.click("a[href='/drivers/denny-hamlin/vs/']")
    steps.page.wait_for_url("**/vs/")
    steps.click("a[href*='/vs/kyle-busch/']")
    steps.page.wait_for_url("**/vs/kyle-busch/**")
    steps.click("a[href*='track=bristol']")
    steps.page.wait_for_url("**track=bristol**")
    assert "Bristol" in steps.page.locator("main").inner_text()


def earnhardts_career(steps: Steps) -> None:
    steps.find("earnh", "Dale Earnhardt")
    steps.page.wait_for_url("**/drivers/dale-earnhardt/")


def elliott_on_road_courses(steps: Steps) -> None:
    steps.click("main a[href='/drivers/chase-elliott/']")
    steps.page.wait_for_url("**/drivers/chase-elliott/")
    steps.click("a[href*='type=road-course'][href*='stat=top_tens']")
    steps.page.wait_for_url("**stat=top_tens**")


def last_ford_at_phoenix(steps: Steps) -> None:
    steps.click(".site-map a", text="Tracks")
    steps.page.wait_for_url("**/tracks/")
    steps.click("main a", text="Phoenix Raceway")
    steps.page.wait_for_url("**/tracks/phoenix/")
    steps.click("#table .all-columns")
    first = steps.page.locator("#table tbody tr", has_text="Ford").locator("visible=true").first
    assert "Ryan Blaney" in first.inner_text()


def next_to_fifty_wins(steps: Steps) -> None:
    steps.click(".site-map a", text="Milestones")
    steps.page.wait_for_url("**/milestones/")
    steps.click("a[href='/milestones/cup-wins-50/']")
    steps.page.wait_for_url("**/cup-wins-50/")
    assert steps.page.locator("#next-table tbody tr").first.is_visible()


def this_day(steps: Steps) -> None:
    steps.click(".site-map a", text="On this day")
    steps.page.wait_for_url("**/on-this-day/")


def a_table_into_an_article(steps: Steps) -> None:
    """As a snippet, or as Markdown."""
    panel = steps.page.locator("main .actions").locator("visible=true").first
    steps.click("main .actions summary")
    assert panel.locator("a[href*='format=md']").is_visible()
    steps.click("main .actions textarea")
    assert panel.locator("textarea").input_value().startswith("<iframe")


def most_laps_led_without_a_win(steps: Steps) -> None:
    steps.click("a[href='/leaderboards/']")
    steps.page.wait_for_url("**/leaderboards/")
    steps.click("main a", text="Most laps led without a win")
    steps.page.wait_for_url("**/leaderboards/laps_led/**without=wins")
    assert steps.page.locator("h1").inner_text() == "Laps led without a win"
    assert steps.page.locator("#table tbody tr").first.is_visible()


@pytest.mark.parametrize(
    ("way", "clicks", "keys"),
    [
        (fall_at_talladega, 1, 12),
        (hamlin_against_busch_at_bristol, 4, 12),
        (earnhardts_career, 1, 9),
        (elliott_on_road_courses, 2, 0),
        (last_ford_at_phoenix, 3, 0),
        (next_to_fifty_wins, 2, 0),
        (this_day, 1, 0),
        (a_table_into_an_article, 2, 0),
        (most_laps_led_without_a_win, 2, 0),
    ],
    ids=lambda way: getattr(way, "__name__", None),
)
def test_few_steps_lead_there(open_page, way, clicks, keys):
    steps = Steps(open_page("/", viewport=PHONE))
    way(steps)
    assert steps.clicks <= clicks
    assert steps.keys <= keys


def test_search_by_keyboard_alone(open_page):
    """“/” leads to the field; arrows and Enter go to a suggestion, Escape leaves what was typed, Enter finds that."""
    page = open_page("/about/")
    field, options = page.locator("#find"), page.locator("#find-names li")
    page.keyboard.press("/")
    page.keyboard.type("earnhart")
    options.first.wait_for()
    assert "Dale Earnhardt\nDriver" in options.first.inner_text()
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Escape")
    options.first.wait_for(state="hidden")
    assert field.input_value() == "earnhart"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=earnhart")
    assert page.locator("main tbody a").first.inner_text() == "Dale Earnhardt"


def test_search_without_a_script(open_page):
    page = open_page("/nothing/", java_script_enabled=False)
    page.locator("#look").fill("2011 talladega fall")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/search/?q=2011+talladega+fall")
    assert page.locator("main tbody th").first.inner_text() == "2011 Talladega II, fall"
