"""How the pages are laid out in a real browser: on a phone, a tablet and a desk, scrolled, printed, read by axe."""

import pytest

from testing.site import FIRST_OF_EACH, REPORTING

BAR = 56
"""Pixels of the bar that stays at the top."""
PHONE, TABLET, DESK = 390, 820, 1440
WIDTHS = (320, PHONE, 640, TABLET, 1024, 1280, DESK)
PAGES = [
    *(*FIRST_OF_EACH, *REPORTING),
    *("/drivers/richard-petty/", "/races/cup/2023/31/", "/nothing/", "/closest-finishes/?era=x"),
]
EMBEDDED = "/closest-finishes/?format=embed"

SPILLING = """() => {
  const page = document.documentElement;
  const found = page.scrollWidth > page.clientWidth ? [`the page: ${page.scrollWidth} in ${page.clientWidth}`] : [];
  for (const table of document.querySelectorAll("section.table table")) {
    const box = table.closest(".scroll") ?? table.parentElement;
    if (!table.offsetWidth || ["auto", "scroll"].includes(getComputedStyle(box).overflowX)) continue;
    if (table.offsetWidth > box.clientWidth) {
      found.push(`${table.caption.textContent}: ${table.offsetWidth} in ${box.clientWidth}`);
    }
  }
  return found;
}"""


@pytest.mark.parametrize("path", PAGES)
def test_every_table_fits_its_box(open_page, path):
    """With the columns that are left out where there is no room; and no page is wider than its window."""
    page = open_page(path)
    spilling = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if found := page.evaluate(SPILLING):
            spilling[width] = found
    assert spilling == {}


@pytest.mark.parametrize("path", [*PAGES, EMBEDDED])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page, path, scheme):
    """No violation of WCAG 2.2 AA, nor of what axe calls best practice."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page(path, viewport={"width": PHONE, "height": 844}, color_scheme=scheme)
    found = axe.run(page).response["violations"]
    assert [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found] == []


SHORT_LINKS = """() => [
  ...document.querySelectorAll("td a, tbody th a, nav a, .chips a, .pill, summary, button, .card a")]
  .filter((link) => link.getClientRects().length && !link.closest(".unseen, p"))
  .map((link) => [link.getBoundingClientRect().height, link.textContent.trim()])
  .filter(([height]) => height < 24)"""


@pytest.mark.parametrize("path", PAGES)
def test_links_are_high_enough_for_a_thumb(open_page, path):
    """24 pixels on a phone, where a link stands for itself; within a sentence it is as high as its line."""
    assert open_page(path, viewport={"width": PHONE, "height": 844}).evaluate(SHORT_LINKS) == []


def test_the_sections_of_a_page_stay_in_one_row(open_page):
    """They scroll sideways in a box of their own, in which the one that is shown is in sight."""
    page = open_page("/drivers/kyle-larson/streaks/", viewport={"width": PHONE, "height": 844})
    sections = page.locator(".section-nav")
    assert sections.evaluate("nav => new Set([...nav.children].map((each) => each.offsetTop)).size") == 1
    assert sections.evaluate("nav => nav.scrollWidth > nav.clientWidth")
    sections.get_by_text("Milestones").focus()
    assert sections.evaluate("nav => nav.scrollLeft > 0")


def top_of(locator) -> float:
    return locator.evaluate("each => each.getBoundingClientRect().top")


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("path", ["/races/cup/2025/12/", "/leaderboards/wins/", "/drivers/kyle-larson/races/"])
def test_heads_stay_in_sight(open_page, path, width):
    """Scrolled down a table, its heads stay under the bar, which stays at the top."""
    page = open_page(path, viewport={"width": width, "height": 700})
    table = page.locator("section.table").filter(has=page.locator("tbody tr:nth-child(20)")).first
    row = table.locator("tbody tr:nth-child(18)")
    row.evaluate("row => window.scrollBy({top: row.getBoundingClientRect().top - 300, behavior: 'instant'})")
    assert top_of(page.locator("header.bar")) == 0
    assert top_of(table.locator("thead th").first) == pytest.approx(BAR, abs=1)
    assert top_of(table.locator("tbody tr").first) < 0


BESIDE = """(table) => {
  const at = (selector) => table.querySelector(selector).getBoundingClientRect();
  const box = at(".scroll");
  return [at("thead th.key").top - box.top, at("tbody tr:nth-child(13) th").left - box.left];
}"""
"""How far the head of the rows' names is from the top of the box, and a row's name from its left edge."""


def test_all_columns_scroll_beside_their_heads(open_page):
    """On a phone “All columns” brings the others back: the table then scrolls in its box, by keyboard too.

    Its heads and what its rows are about stay in sight.
    """
    page = open_page("/drivers/kyle-larson/races/", viewport={"width": PHONE, "height": 700})
    table = page.locator("section.table").first
    hidden = table.locator("thead th.p3").first
    assert not hidden.is_visible()
    table.get_by_label("All columns").check()
    assert hidden.is_visible()
    box = table.locator(".scroll")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    box.focus()
    page.keyboard.press("ArrowRight")
    box.evaluate("box => new Promise(done => box.scrollLeft ? done() : box.addEventListener('scroll', done))")
    box.evaluate("box => box.scrollTo({left: 500, top: 300, behavior: 'instant'})")
    # Measured together, for the page itself may still be gliding to the box.
    assert table.evaluate(BESIDE) == [pytest.approx(0, abs=1), pytest.approx(0, abs=1)]
    assert page.evaluate(SPILLING) == []


def test_printed_whole(open_page):
    """On paper a table has all its columns, within the page; what only a screen can do is left out."""
    page = open_page("/closest-finishes/", viewport={"width": 760, "height": 1000})
    page.emulate_media(media="print")
    assert page.locator("section.table thead th").first.evaluate("head => getComputedStyle(head).position") == "static"
    for head in page.locator("section.table").first.locator("thead th").all():
        assert head.is_visible(), head.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    for hidden in ("header.bar nav", ".filter-bar", ".actions", ".all-columns"):
        assert not page.locator(hidden).first.is_visible()


@pytest.mark.parametrize("finish", ["win", "five", "ten"])
def test_a_finish_is_printed_in_ink(open_page, finish):
    """Browsers print no backgrounds: a pale digit on a dark chip would be lost on white paper."""
    page = open_page("/drivers/kyle-larson/races/")
    page.emulate_media(media="print")
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert page.locator(f".chip.{finish}").first.evaluate("chip => getComputedStyle(chip).color") == ink


def test_marks_are_seen_without_colours(open_page):
    """Where the reader's own colours are forced, a chip keeps an edge; where motion is unwelcome, nothing glides."""
    page = open_page("/drivers/kyle-larson/races/", forced_colors="active", reduced_motion="reduce")
    chip = page.locator(".chip.win").first
    assert chip.evaluate("chip => getComputedStyle(chip).borderTopStyle") == "solid"
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert open_page("/").evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "smooth"


def test_the_menu_by_keyboard(open_page):
    """It opens with Enter, closes with Escape, which leads back to it, and closes when the reader goes elsewhere."""
    page = open_page("/", viewport={"width": PHONE, "height": 844})
    menu, link = page.locator(".sheet summary"), page.locator(".sheet .drop a").first
    menu.focus()
    page.keyboard.press("Enter")
    assert link.is_visible()
    page.keyboard.press("Tab")
    assert link.evaluate("link => link === document.activeElement")
    page.keyboard.press("Escape")
    assert not link.is_visible()
    assert menu.evaluate("menu => menu === document.activeElement")
    page.keyboard.press("Enter")
    page.locator("main").click(position={"x": 5, "y": 500})
    assert not link.is_visible()


def test_a_slash_leads_to_the_search_field(open_page):
    """From anywhere but a field that is being filled in."""
    page = open_page("/leaderboards/wins/")
    page.keyboard.press("/")
    field = page.locator("#find")
    assert field.evaluate("field => field === document.activeElement")
    page.keyboard.type("a/b")
    assert field.input_value() == "a/b"


def test_focus_is_seen(open_page):
    """Whatever the keyboard reaches has an outline: the first thirty stops of a page."""
    page = open_page("/leaderboards/wins/")
    for _ in range(30):
        page.keyboard.press("Tab")
        width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert width >= 2, page.evaluate("document.activeElement.outerHTML")
