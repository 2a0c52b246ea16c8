"""The pages in a real browser: no errors, no request to another host, readable in light and dark, all by keyboard."""

import pytest

from testing.site import FIRST_OF_EACH

PHONE = {"width": 390, "height": 844}
PAGES = [
    *FIRST_OF_EACH,
    "/races/cup/2023/31/",
    "/nothing/",
    "/closest-finishes/?era=x",
    "/closest-finishes/?format=embed",
]


OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

COLOURS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const known = new Map();
  const read = (colour) => {
    if (!known.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      known.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return known.get(colour);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = read(getComputedStyle(each).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return read(matchMedia("(prefers-color-scheme: dark)").matches ? "#121212" : "#fff");
  };
  const found = {};
  const texts = "h1, h2, h3, p, a, td, th, dt, dd, li, label, summary, button, strong";
  for (const element of document.querySelectorAll(texts)) {
    if (!element.textContent.trim() || !element.getClientRects().length || element.closest(".skip, .unseen")) continue;
    const [one, other] = [luminance(read(getComputedStyle(element).color)), luminance(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const name = element.tagName.toLowerCase() + (element.className ? "." + element.className : "");
    found[name] = Math.min(found[name] ?? 99, ratio);
  }
  return {contrast: found, paper: read(getComputedStyle(document.body).backgroundColor).join()};
}"""


@pytest.mark.parametrize("path", PAGES)
def test_page_on_a_phone(phone, address, path):
    """No error, nothing from elsewhere, no sideways scrolling, and in light and dark a text that can be read."""
    page, problems = phone.new_page(), []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(address) else problems.append(request.url))
    response = page.goto(path)
    # The browser itself notes an answer of 400 or 404 as an error.
    assert [problem for problem in problems if f"status of {response.status}" not in problem] == []
    assert page.evaluate(OVERFLOW) == 0
    papers = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        colours = page.evaluate(COLOURS)
        assert {name: ratio for name, ratio in colours["contrast"].items() if ratio < 4.5} == {}, scheme
        assert "h1" in colours["contrast"]
        papers.add(colours["paper"])
    assert len(papers) == 2
    page.close()


def test_skip_link(open_page):
    """The first press of Tab shows a link past the heading of the site, and Enter follows it."""
    page = open_page("/closest-finishes/")
    skip = page.locator(".skip")
    assert not _on_screen(skip)
    page.keyboard.press("Tab")
    assert skip.evaluate("link => link === document.activeElement")
    assert _on_screen(skip)
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def _on_screen(locator) -> bool:
    box = locator.bounding_box()
    return box["x"] >= 0 and box["y"] >= 0


def test_filters_by_keyboard(open_page):
    """The filters open, are filled and sent without a mouse; empty ones stay out of the address."""
    page = open_page("/closest-finishes/")
    page.locator(".filters summary").focus()
    page.keyboard.press("Enter")
    page.locator(".filters [name=driver]").focus()
    page.keyboard.type("Kyle Larson")
    page.get_by_label("Margin at most").focus()
    page.keyboard.type("0.5")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/closest-finishes/?driver=Kyle+Larson&max_margin=0.5")
    page.locator(".filters summary").click()
    assert page.locator(".filters [name=driver]").input_value() == "Kyle Larson"
    assert "with Kyle Larson" in page.title()


STEPS = [
    # The task, the links that are clicked from the home page on, and what then stands in a row.
    (["Denny Hamlin", "Against", "Kyle Busch"], "Bristol", ["10", "6"]),
    (["Chase Elliott"], "Road course", ["37", "7", "26"]),
]


@pytest.mark.parametrize(("clicks", "row", "told"), STEPS, ids=["Hamlin against Busch at Bristol", "Elliott on roads"])
def test_steps_from_home_on_a_phone(phone, clicks, row, told):
    """A few clicks and no search answer what fans ask."""
    page = phone.new_page()
    page.goto("/")
    for link in clicks:
        with page.expect_navigation():
            page.get_by_role("link", name=link, exact=True).first.click()
    cells = page.locator("tr", has_text=row).first.inner_text()
    assert all(any(cell.startswith(each) for cell in cells.split("\t")) for each in told), cells
    page.close()


def test_filters_without_script(open_page):
    """Without JavaScript the form works the same: empty filters are sent, and mean nothing."""
    page = open_page("/closest-finishes/", java_script_enabled=False)
    page.locator(".filters summary").click()
    page.get_by_label("Era").select_option("next-gen")
    with page.expect_navigation():
        page.get_by_role("button", name="Show").click()
    assert "era=next-gen" in page.url
    assert "driver=&" in page.url
    assert "Next Gen era" in page.title()


def test_every_filter_has_a_label(open_page):
    """Each field of the form is named to those who do not see it."""
    page = open_page("/leaderboards/wins/")
    names = page.eval_on_selector_all(".filters [name]", "fields => fields.map(field => field.labels.length)")
    assert names
    assert set(names) == {1}


def test_sort_by_heading(open_page):
    """A click on a heading sorts by it, a second click turns the order, and the heading says so."""
    page = open_page("/closest-finishes/?era=next-gen")
    heading = page.locator("section.table").first.get_by_role("columnheader", name="Winner")
    assert heading.get_attribute("aria-sort") is None
    for order in ("ascending", "descending"):
        with page.expect_navigation():
            heading.get_by_role("link").click()
        assert heading.get_attribute("aria-sort") == order
        names = page.locator("section.table").first.locator("tbody tr td:nth-child(6)").all_inner_texts()
        assert names == sorted(names, reverse=order == "descending")
        assert "era=next-gen" in page.url


def test_printed_page(open_page):
    """On paper there are the title and the table, and neither menu nor filters."""
    page = open_page("/closest-finishes/")
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert page.locator("tbody tr").first.is_visible()
    for hidden in ("header.bar nav", ".filter-bar", ".actions"):
        assert not page.locator(hidden).first.is_visible()


def test_this_day_is_one_click_away(open_page):
    """From the home page, on a phone."""
    page = open_page("/", viewport=PHONE)
    with page.expect_navigation():
        page.locator("#on-this-day .more a").click()
    assert page.locator("h1").inner_text() == "February 26 in Cup Series history"
    assert "Mario Andretti" in page.locator("main").inner_text()
