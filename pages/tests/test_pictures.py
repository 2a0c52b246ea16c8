"""Charts on pages in a real browser: for a desk or for a phone, in the colours of the page, under the site's policy."""

import pytest

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LOADED = """async (img) => { img.loading = "eager"; await img.decode(); return [img.currentSrc, img.naturalWidth]; }"""
CORNER = """async (img) => {
  img.loading = "eager";
  await img.decode();
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.drawImage(img, 0, 0);
  return [...canvas.getImageData(1, 1, 1, 1).data].slice(0, 3);
}"""
PAPER = {"light": [255, 255, 255], "dark": [15, 18, 22]}
SHOWN = [
    ("/standings/cup/2025/", 1),
    ("/drivers/kyle-larson/", 2),
    ("/races/cup/2025/12/", 1),
    ("/drivers/kyle-larson/vs/chris-buescher/", 1),
    ("/milestones/cup-wins-10/", 1),
    ("/closest-finishes/", 2),
    ("/tracks/kansas/", 2),
    ("/races/cup/2025/", 1),
]
"""Pages with charts, and how many each has."""


@pytest.mark.parametrize(("path", "count"), SHOWN)
def test_pictures_are_there(open_page, path, count):
    """Each is fetched in the size of the window, and none is in the way before it is looked at."""
    for window, size in ((DESK, "wide"), (PHONE, "narrow")):
        page = open_page(path, viewport=window)
        pictures = page.locator("picture img").all()
        assert len(pictures) == count
        for picture in pictures:
            assert picture.get_attribute("loading") == "lazy"
            source, width = picture.evaluate(LOADED)
            assert source.endswith("size=narrow") == (size == "narrow")
            assert 0 < width <= (960 if size == "wide" else 360)


@pytest.mark.parametrize("scheme", PAPER)
def test_a_picture_has_the_colours_of_its_page(open_page, scheme):
    page = open_page("/standings/cup/2025/", color_scheme=scheme)
    assert page.locator("picture img").first.evaluate(CORNER) == PAPER[scheme]


@pytest.mark.parametrize("scheme", PAPER)
def test_a_chart_by_itself_has_its_colours(open_page, scheme):
    """Its stylesheet is let through by the policy that comes with it, which is told where it is not."""
    page, told = open_page(color_scheme=scheme), []
    page.on("console", lambda message: told.append(message.text))
    page.goto("/standings/cup/2025/rounds.svg")
    paper = page.evaluate("getComputedStyle(document.querySelector('rect')).fill")
    assert paper == f"rgb({', '.join(map(str, PAPER[scheme]))})"
    assert [each for each in told if "Content Security Policy" in each] == []


@pytest.mark.parametrize(("path", "count"), [("/drivers/kyle-larson/", 2), ("/", 2)])
def test_nothing_moves_when_a_picture_comes(open_page, path, count):
    """Its place is kept from the start."""
    pictures = open_page(path).locator("picture img").all()
    assert len(pictures) == count
    for picture in pictures:
        before = picture.bounding_box()["height"]
        picture.evaluate(LOADED)
        assert picture.bounding_box()["height"] == before > 100


def test_a_picture_is_printed_light(open_page):
    """On white paper, whatever the reader's screen is."""
    page = open_page("/drivers/kyle-larson/", color_scheme="dark")
    page.emulate_media(media="print")
    picture = page.locator("picture img").first
    assert picture.evaluate(CORNER) == PAPER["light"]
    assert picture.is_visible()
