"""The walk for the costliest addresses leaves out no page and no filter."""

from collections import defaultdict
from urllib.parse import parse_qs, urlsplit

from bench.costliest import Cost, addresses, in_form, measured, walk
from pages.kit.links import filters_taken
from testing.site import named, public_names


def test_every_page_is_asked_for_under_each_of_its_filters(db):
    asked, taken = defaultdict(set), defaultdict(set)
    for address in addresses():
        path, query = urlsplit(address).path, urlsplit(address).query
        asked[named(path)].update(parse_qs(query))
        taken[named(path)].update(filters_taken(path))
    assert set(asked) == public_names()
    assert asked == taken


def test_what_an_address_costs(client, db):
    cost = measured(client, in_form("/races/?season=2025", "json"))
    assert cost.address == "/races/?season=2025&format=json"
    assert cost.bytes == len(client.get(cost.address).content) > 1000
    assert cost.seconds > 0
    assert in_form("/races/", "html") == "/races/?per_page=200"


def test_the_costliest_are_asked_for_in_every_form(db, monkeypatch):
    costs = {"/races/": 1, "/tracks/": 2}
    monkeypatch.setattr("bench.costliest.OF_ALL_FORMS", 1)
    monkeypatch.setattr(
        "bench.costliest.measured", lambda client, address: Cost(address, costs.get(address.partition("?")[0], 0), 0)
    )
    assert [cost.address.partition("?")[2] for cost in walk(costs) if cost.seconds == 2] == [
        "per_page=200",
        "format=json",
        "format=csv",
        "format=xlsx",
        "format=md",
        "format=embed",
    ]
    assert [cost.address for cost in walk(costs) if cost.seconds == 1] == [
        "/races/?per_page=200",
        "/races/?format=json",
    ]
