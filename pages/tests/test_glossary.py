"""The glossary: every statistic as it is defined, a place for each term, and the way there."""

import pytest

from races.statistics import STATISTICS
from testing.site import FIRST_OF_EACH

pytestmark = pytest.mark.django_db


def test_the_index_of_boards_names_who_leads_each(drawn):
    """As the board itself has it; of figures that do not compare nobody leads."""
    rows = {row["statistic"]: row for row in drawn("/leaderboards/?format=json").json["rows"]}
    told = ("leader", "value", "value_exact", "leader_url")
    assert [rows["Wins"][key] for key in told] == ["Richard Petty", 200, True, "/drivers/richard-petty/"]
    assert rows["Titles"]["leader"] == "Dale Earnhardt, Jimmie Johnson and Richard Petty"
    assert [rows["Points"][key] for key in told] == [None, None, False, None]
    for name, key in (("Laps led", "laps_led"), ("Average finish", "average_finish")):
        first = drawn(f"/leaderboards/{key}/?format=json").json["rows"][0]
        assert [rows[name][key] for key in ("leader", "value")] == [first["driver"], first["value"]]


def test_every_statistic_is_explained(drawn):
    """In the words of its tooltip, and leading to its board."""
    body = drawn("/glossary/?format=json").json
    found = {row["term_url"]: (row["term"], row["abbreviation"], row["meaning"]) for row in body["rows"]}
    for statistic in STATISTICS.values():
        expected = (statistic.label, statistic.abbreviation, f"{statistic.tooltip}.")
        assert found[f"/leaderboards/{statistic.key}/"] == expected
    assert found["/leaderboards/titles/"][0] == "Titles"


def test_each_term_has_an_address_of_its_own(drawn):
    """So that another page can lead to it; in order, and none of them twice."""
    page = drawn("/glossary/").page
    assert page.problems == []
    assert {"poles", "laps-led", "margin-of-victory", "lead-lap", "at-least", "did-not-finish", "ruling"} <= page.ids
    _, terms = page.tables
    names = [row[0] for row in terms.rows]
    assert names == sorted(set(names))


@pytest.mark.parametrize("path", FIRST_OF_EACH[:6])
def test_every_page_leads_there(drawn, path):
    links = {link["href"] for link in drawn(path).page.links}
    assert {"/glossary/", "/about/", "/about/#how-we-count"} <= links
