"""What the script makes of filters in a real browser: names are offered, a choice works at once, back leads back."""

from urllib.parse import parse_qs, urlsplit

import pytest

FOCUSED = "document.activeElement.id"
LISTED = ["Kyle Busch", "Kurt Busch"]


def asked(page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@pytest.fixture
def closest(open_page):
    """The closest finishes of an era, with the filters open."""
    page = open_page("/closest-finishes/?era=next-gen")
    page.locator(".filters summary").click()
    return page


def test_a_name_is_chosen_by_keyboard(closest):
    """Arrows go through the list, which a screen reader is told; Enter takes the name, and the filter works at once."""
    field = closest.locator("#id_driver")
    assert field.get_attribute("role") == "combobox"
    field.press_sequentially("busc")
    names = closest.locator("#id_driver-names [role=option]")
    names.first.wait_for()
    assert names.all_inner_texts()[:2] == LISTED
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowUp")
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == names.first.get_attribute("id")
    assert names.first.get_attribute("aria-selected") == "true"
    field.press("Enter")
    closest.wait_for_url("**driver=**")
    assert asked(closest) == {"era": ["next-gen"], "driver": ["kyle-busch"]}
    # The page that comes is as the reader left it.
    assert closest.locator("#id_driver").input_value() == "Kyle Busch"
    assert closest.locator(".filters").evaluate("filters => filters.open")
    assert closest.evaluate(FOCUSED) == "id_driver"


def test_a_list_of_names_closes(closest):
    """With Escape, and when the reader goes on; what was typed stays."""
    field, names = closest.locator("#id_driver"), closest.locator("#id_driver-names")
    for key in ("Escape", "Tab"):
        field.fill("")
        field.press_sequentially("busc")
        names.locator("li").first.wait_for()
        field.press(key)
        names.wait_for(state="hidden")
        assert field.input_value() == "busc"
        assert field.get_attribute("aria-expanded") == "false"


def test_a_list_works_at_once_by_mouse_alone(closest):
    """By keyboard each arrow is another choice: there the button shows it. Back leads to what was asked before."""
    track = closest.locator("#id_track")
    track.focus()
    track.press("ArrowDown")
    picked = track.input_value()
    assert picked
    assert asked(closest) == {"era": ["next-gen"]}
    track.dispatch_event("pointerdown")
    track.select_option("kansas")
    closest.wait_for_url("**track=kansas**")
    assert asked(closest) == {"era": ["next-gen"], "track": ["kansas"]}
    assert closest.evaluate(FOCUSED) == "id_track"
    closest.go_back()
    closest.wait_for_url("**era=next-gen")
    assert closest.locator("#id_track").input_value() == ""
    closest.go_forward()
    closest.wait_for_url("**track=kansas**")
    assert closest.locator("#id_track").input_value() == "kansas"


def test_an_address_has_only_what_was_chosen(open_page):
    """What a list stands at by itself is left out, as the empty fields are."""
    page = open_page("/leaderboards/wins/")
    page.locator(".filters summary").click()
    page.locator("[name=track]").select_option("kansas")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**track=kansas")
    assert asked(page) == {"track": ["kansas"]}


def test_a_chip_is_taken_off(open_page):
    page = open_page("/closest-finishes/?era=modern&track=kansas&driver=Kyle+Larson")
    page.locator(".chips a", has_text="Driver: Kyle Larson").click()
    page.wait_for_url("**track=kansas")
    assert asked(page) == {"era": ["modern"], "track": ["kansas"]}


@pytest.mark.parametrize(
    ("path", "field", "typed", "leads_to"),
    [
        ("/", "#find", "larso", "/drivers/kyle-larson/"),
        ("/drivers/?as_of=2025-05-11", "#find", "larso", "/drivers/kyle-larson/?as_of=2025-05-11"),
        ("/nothing/", "#look", "larso", "/drivers/kyle-larson/"),
        ("/drivers/kyle-larson/", "#rival", "hamlin", "/drivers/kyle-larson/vs/denny-hamlin/"),
        ("/drivers/kyle-larson/vs/?driver=Busch&era=modern", "#again-driver", "hamlin", "denny-hamlin/?era=modern"),
    ],
)
def test_a_name_leads_to_its_page(open_page, path, field, typed, leads_to):
    page = open_page(path)
    page.locator(field).fill("")
    page.locator(field).press_sequentially(typed)
    page.locator(f"{field}-names li").first.click()
    page.wait_for_url(lambda url: url.endswith(leads_to))


def test_filters_work_without_a_script(open_page):
    """A part of a name is enough; what is unclear comes back with links, and all else is kept."""
    page = open_page("/closest-finishes/?era=modern", java_script_enabled=False)
    page.locator(".filters summary").click()
    page.locator("#id_driver").fill("Busch")
    page.locator("#id_max_margin").fill("0.1")
    page.get_by_role("button", name="Show").click()
    assert page.locator("#id_driver_error").inner_text().startswith("“Busch” fits 2 drivers.")
    assert page.locator("#id_driver").input_value() == "Busch"
    assert page.locator("#id_max_margin").input_value() == "0.1"
    page.locator("#id_driver_error a", has_text="Kurt Busch").click()
    found = {name: values for name, values in asked(page).items() if values != [""]}
    assert found == {"era": ["modern"], "max_margin": ["0.1"], "driver": ["kurt-busch"]}
