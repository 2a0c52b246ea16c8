"""Filters that forgive: parts of names, days as people write them, and errors at their field with what was meant."""

import json
import re
from html import unescape

import pytest
from django.http import QueryDict
from django.urls import reverse

from drivers.models import Driver, DriverAlias
from pages.kit.filters.filter_sets import SCOPE_FILTERS, ScopeFilterSet
from races.models import Race
from testing.reading import Page

pytestmark = pytest.mark.django_db


class EveryFilter(ScopeFilterSet):
    keys = tuple(SCOPE_FILTERS)


def read(**asked: str) -> EveryFilter:
    query = QueryDict(mutable=True)
    query.update(asked)
    return EveryFilter(query)


NAMED = [
    ("driver", "Hamlin", "denny-hamlin"),
    ("driver", "kyle lars", "kyle-larson"),
    ("driver", "LARSON, Kyle", "kyle-larson"),
    ("driver", "Dale Earnhardt", "dale-earnhardt"),
    ("driver", "earnhardt jr", "dale-earnhardt-jr"),
    ("driver", "suárez", "daniel-suarez"),
    ("driver", "Yung Money", "kyle-larson"),
    ("team", "Hendrick", "hendrick-motorsports"),
    ("team", "joe gibbs", "joe-gibbs-racing"),
    ("track", "Kansas Speedway", "kansas"),
    ("track", "talladega super", "talladega"),
    ("track", "Atlanta Motor Speedway", "atlanta"),
    ("manufacturer", "Chevy", "chevrolet"),
    ("manufacturer", "toy", "toyota"),
    ("series", "Cup Series", "cup"),
    ("era", "Next Gen", "next-gen"),
    ("era", "electronic", "electronic-scoring"),
]


@pytest.mark.parametrize(("key", "text", "slug"), NAMED)
def test_a_part_of_a_name_is_taken(key, text, slug):
    """Where it is of one alone; without case and accents, and of other and former names too."""
    DriverAlias.objects.create(driver=Driver.objects.get(slug="kyle-larson"), alias="Yung Money")
    filters = read(**{key: text})
    assert filters.is_valid(), filters.form.errors
    assert filters.value(key).slug == slug
    assert f"{key}={slug}" in filters.scope.query()


UNCLEAR = [
    ("driver", "Busch", "“Busch” fits 2 drivers.", ["kyle-busch", "kurt-busch"]),
    ("driver", "Earnhart", "We know no driver called “Earnhart”.", ["dale-earnhardt", "dale-earnhardt-jr"]),
    ("driver", "zzz", "We know no driver called “zzz”.", []),
    ("team", "Hendrik Motorsport", "We know no team called “Hendrik Motorsport”.", ["hendrick-motorsports"]),
    ("track", "Taladega", "We know no track called “Taladega”.", ["talladega"]),
    ("manufacturer", "Chevrolte", "We know no make called “Chevrolte”.", ["chevrolet"]),
    ("era", "Next Gen era", "We know no era called “Next Gen era”.", ["next-gen"]),
    ("type", "Dirt", "“Dirt” is not on this list.", ["dirt"]),
    ("type", "super speedway", "“super speedway” is not on this list.", ["superspeedway"]),
    ("kind", "penlty", "“penlty” is not on this list.", ["penalty"]),
    ("season", "24", "Say a year with four digits, such as 2024.", []),
    ("min_starts", "few", "Say a whole number of starts, from 0 to 5,000.", []),
    ("max_margin", "close", "Say seconds from 0 to 1,000, such as 0.5 or 0.125.", []),
    ("from", "yesterday", "“yesterday” is no day and no race that we know.", []),
    ("as_of", "cup-2025-99", "We have no race “cup-2025-99”.", []),
]
PAGES_OF = {
    "driver": "/closest-finishes/",
    "manufacturer": "/closest-finishes/",
    "max_margin": "/closest-finishes/",
    "kind": "/rulings/",
}


@pytest.mark.parametrize(("key", "text", "problem", "meant"), UNCLEAR)
def test_an_error_is_at_its_field(client, key, text, problem, meant):
    """The page's own form, as it was, with what is wrong at the field and links to what may be meant."""
    path = PAGES_OF.get(key, "/leaderboards/wins/")
    response = client.get(path, {"series": "cup", key: text, "page": "3", "sort": "race"})
    html = response.content.decode()
    page = Page(html)
    assert (response.status_code, page.problems, page.headings) == (400, [], ["We couldn’t use that filter"])
    at_field = re.search(rf'<p class="problem" id="id_{key}_error">(.*?)</p>', html, re.DOTALL)[1]
    assert problem in at_field.replace("&#x27;", "'")
    assert re.findall(rf'href="\?series=cup&amp;sort=race&amp;{key}=(.*?)"', at_field)[: len(meant)] == meant
    assert bool(meant) == ("Did you mean" in at_field)
    assert '<details class="filters" open>' in html
    assert html.index(f'id="id_{key}"') == html.index('id="id_'), "the first of the form, to be seen at once"
    assert '<option value="cup" selected>' in html
    if f'<input type="text" name="{key}"' in html:
        assert f'name="{key}" value="{text}"' in html
    # The other forms say it in words.
    told = client.get(path, {key: text, "format": "json"}).json()["fields"][key][0]
    assert told.startswith(problem)
    assert ("Did you mean" in told) == bool(meant)


def test_links_mend_one_and_keep_the_others(client):
    """Each of two errors can be mended alone; an unknown parameter goes on under its right name."""
    html = client.get("/closest-finishes/?trak=kansas&driver=Busch&era=next-gen&drivers-page=2").content.decode()
    assert 'href="?driver=Busch&amp;era=next-gen&amp;track=kansas"' in html
    assert 'href="?trak=kansas&amp;era=next-gen&amp;driver=kyle-busch"' in html
    assert "Did you mean <a" in html


def test_a_field_is_told_what_is_given_twice(client):
    page = Page(client.get("/closest-finishes/?track=kansas&track=bristol").content.decode())
    assert "id_track_error" in page.ids
    assert "“track” is given more than once" in page.text


def test_the_way_to_a_rival_asks_again(client):
    """With all else that was asked."""
    html = client.get("/drivers/kyle-larson/vs/?driver=Busch&era=next-gen").content.decode()
    assert 'href="?era=next-gen&amp;driver=kurt-busch"' in html
    assert 'name="driver" value="Busch"' in html
    assert '<input type="hidden" name="era" value="next-gen">' in html
    to = client.get("/drivers/kyle-larson/vs/?driver=hamlin&era=next-gen")
    assert to["Location"] == "/drivers/kyle-larson/vs/denny-hamlin/?era=next-gen"


DAYS = [
    ("from", "5/6/2024", "2024-05-06"),
    ("from", "May 2024", "2024-05-01"),
    ("to", "May 2024", "2024-05-31"),
    ("to", "6 May 2024", "2024-05-06"),
    ("as_of", "May 6, 2024", "2024-05-06"),
    ("as_of", "February 2024", "2024-02-29"),
    ("as_of", "2024", "2024-12-31"),
    ("from", "2024", "2024"),
    ("to", "cup-2024-12", "cup-2024-12"),
]


@pytest.mark.parametrize(("key", "text", "plainly"), DAYS)
def test_days_as_people_write_them(client, key, text, plainly):
    """They are taken, and written on as addresses have them."""
    asked = {key: text, "season": "2024"}
    body = client.get("/races/", asked | {"format": "json"}).json()
    assert body["filters"][key] == plainly
    assert body["rows"]
    page = Page(client.get("/races/", asked).content.decode())
    said = [link["href"] for link in page.links if f"{key}=" in link["href"]]
    assert said
    assert all(f"{key}={plainly}" in href for href in said)


def test_chips_say_what_is_set(client):
    asked = {"from": "5/6/2024", "driver": "kyle lars", "track": "kansas", "max_margin": "0.5", "as_of": "2025"}
    html = client.get("/closest-finishes/", asked).content.decode()
    chips = re.findall(r'<span class="unseen">Remove </span>(.*?)</a>', html)
    said = ["From: May 6, 2024", "Track: Kansas Speedway", "Driver: Kyle Larson", "Margin at most (s): 0.5"]
    assert chips == said
    assert 'href="?driver=kyle+lars&amp;track=kansas&amp;max_margin=0.5&amp;as_of=2025-12-31"' in html
    assert 'value="Kyle Larson"' in html
    assert 'data-slug="kyle-larson"' in html


def test_what_a_list_stands_at_is_no_chip(client):
    """A form without a script sends it all the same."""
    html = client.get("/leaderboards/wins/?by=driver&track=kansas").content.decode()
    assert re.findall(r'<span class="unseen">Remove </span>(.*?)</a>', html) == ["Track: Kansas Speedway"]
    assert "Rank: Teams" in client.get("/leaderboards/wins/?by=team").content.decode()


PILLS = [
    ("/leaderboards/wins/", {}, ["All time", "Modern", "Next Gen", "2025"], "All time"),
    ("/leaderboards/wins/?season=2025", {}, ["All time", "Modern", "Next Gen", "2025"], "2025"),
    ("/closest-finishes/?from=2025&to=2025", {}, ["All time", "Modern", "Next Gen", "2025"], "2025"),
    ("/closest-finishes/?era=modern", {}, ["All time", "Modern", "Next Gen", "2025"], "Modern"),
    ("/closest-finishes/?era=electronic-scoring", {}, ["All time", "Modern", "Next Gen", "2025"], None),
    ("/leaderboards/wins/?as_of=1990-01-01", {}, ["All time", "Modern", "Next Gen"], "All time"),
    ("/leaderboards/wins/?season=20", {}, ["All time", "Modern", "Next Gen", "2025"], None),
    ("/champions/", {}, [], None),
]


@pytest.mark.parametrize(("path", "asked", "pills", "current"), PILLS)
def test_pills_of_years(client, path, asked, pills, current):
    html = client.get(path, asked or None).content.decode()
    found = re.findall(r'<a class="pill" href="(.*?)"( aria-current="true")?>(.*?)</a>', html)
    assert [text for _, _, text in found] == pills
    assert [text for _, marked, text in found if marked] == ([current] if current else [])
    for url, _, text in found:
        again = client.get(path.partition("?")[0] + unescape(url) if "?" in url else url).content.decode()
        assert f'aria-current="true">{text}</a>' in again


def test_tracks_come_in_two_groups(client):
    """Those of the last two seasons first. Every empty choice says of what it is any."""
    html = client.get("/races/").content.decode()
    groups = dict(re.findall(r'<optgroup label="(\w+ tracks)">(.*?)</optgroup>', html, re.DOTALL))
    current, former = (
        set(re.findall(r'value="(.*?)"', groups[group])) for group in ("Current tracks", "Former tracks")
    )
    assert {"kansas", "daytona"} <= current
    assert {"ontario", "fontana"} <= former
    latest = Race.objects.points().run().filter(season__year__gte=2024).values_list("layout__track__slug", flat=True)
    assert current == set(latest)
    empty = re.findall(r'<option value=""[^>]*>(.*?)</option>', html)
    assert empty == ["Any series", "Any era", "Any track", "Any track type"]


def test_without_script_the_form_works(client):
    """Names have a plain field, and every hint stands where the field says it does."""
    page = client.get("/closest-finishes/").content.decode()
    assert '<button type="submit">Show</button>' in page
    ids = Page(page).ids
    assert {each for text in re.findall(r'aria-describedby="(.*?)"', page) for each in text.split()} <= ids
    wrong = client.get("/closest-finishes/?from=x&driver=y").content.decode()
    described = {each for text in re.findall(r'aria-describedby="(.*?)"', wrong) for each in text.split()}
    assert {"id_from_error", "id_from_helptext", "id_driver_error"} <= described <= Page(wrong).ids


# Suggestions.


def suggested(client, kind: str, text: str) -> list[str]:
    response = client.get(reverse("suggestions", args=[kind]), {"q": text})
    assert response.status_code == 200
    return [each["name"] for each in json.loads(response.content)["suggestions"]]


@pytest.mark.parametrize(
    ("kind", "text", "first"),
    [
        ("drivers", "bus", ["Kyle Busch", "Kurt Busch"]),
        ("drivers", "EARN", ["Dale Earnhardt", "Dale Earnhardt Jr."]),
        ("drivers", "Earnhart", ["Dale Earnhardt", "Dale Earnhardt Jr."]),
        ("drivers", "suár", ["Daniel Suarez"]),
        ("teams", "hend", ["Hendrick Motorsports"]),
        ("manufacturers", "chevy", ["Chevrolet"]),
        ("tracks", "dayt", ["Daytona International Speedway"]),
    ],
)
def test_suggestions(client, kind, text, first):
    assert suggested(client, kind, text)[: len(first)] == first


def test_suggestions_are_few_and_lead_somewhere(client):
    found = client.get("/suggestions/drivers/", {"q": "a"}).json()["suggestions"]
    assert len(found) == 8
    for each in found:
        assert each == {"name": each["name"], "slug": each["slug"], "url": f"/drivers/{each['slug']}/"}
    assert suggested(client, "drivers", "") == suggested(client, "drivers", "%") == []


def test_what_cannot_be_suggested(client):
    assert list(client.get("/suggestions/drivers/", {"q": "x" * 101}).json()["fields"]) == ["q"]
    assert list(client.get("/suggestions/drivers/", {"name": "x"}).json()["fields"]) == ["name"]
    assert client.get("/suggestions/races/", {"q": "x"}).status_code == 404
    assert client.get("/suggestions/drivers/", {"q": "\x00"}).status_code == 400


def test_suggestions_are_as_of_a_day(client):
    """Nobody is told then who won later; a day that is none is a 400."""
    asked = {"q": "kansas spring 2024", "as_of": "May 4, 2024"}
    found = client.get("/suggestions/all/", asked).json()["suggestions"][0]
    assert (found["detail"], found["url"]) == ("AdventHealth 400", "/races/cup/2024/12/?as_of=2024-05-04")
    wrong = client.get("/suggestions/all/", {"q": "x" * 101, "as_of": "zz"})
    assert (wrong.status_code, sorted(wrong.json()["fields"])) == (400, ["as_of", "q"])


def test_a_list_without_a_driver_suggests_some(client):
    """Only where no driver is called so."""
    html = client.get("/drivers/?q=earnhart").content.decode()
    near = re.search(r'<p class="meant">(.*?)</p>', html, re.DOTALL)[1]
    assert re.findall(r'href="(.*?)"', near)[:2] == ["/drivers/dale-earnhardt/", "/drivers/dale-earnhardt-jr/"]
    for query in ("q=larson", "q=larson&as_of=1900-01-01", "q=zzz"):
        assert 'class="meant"' not in client.get(f"/drivers/?{query}").content.decode()


NEAR = [
    ("/drivers/kyle-larsen/", {"/drivers/kyle-larson/": "Kyle Larson"}),
    ("/drivers/kyle-larsen/races/?season=2025", {"/drivers/kyle-larson/races/?season=2025": "Kyle Larson"}),
    ("/drivers/kyle-larson/vs/deny-hamlin/", {"/drivers/kyle-larson/vs/denny-hamlin/": "Denny Hamlin"}),
    ("/tracks/taladega/", {"/tracks/talladega/": "Talladega Superspeedway"}),
    ("/teams/hendrik-motorsports/", {"/teams/hendrick-motorsports/": "Hendrick Motorsports"}),
    ("/manufacturers/chevrolte/", {"/manufacturers/chevrolet/": "Chevrolet"}),
    ("/drivers/zzz/", {}),
    ("/races/cup/2025/99/", {}),
    ("/nothing/", {}),
    ("/wp-login.php/", {}),
    ("/talladega/", {"/tracks/talladega/": "Talladega Superspeedway"}),
    ("/driver/kyle-larsen/", {"/drivers/kyle-larson/": "Kyle Larson"}),
    ("/2011-talladega/", {"/races/cup/2011/8/": "2011 Talladega I", "/races/cup/2011/32/": "2011 Talladega II, fall"}),
    ("/2011-talladega-fall/", {"/races/cup/2011/32/": "2011 Talladega II, fall"}),
    ("/zz/" + "z" * 300 + "/", {}),
    ("/'; DROP TABLE--/", {}),
]


@pytest.mark.parametrize(("path", "near"), NEAR)
def test_what_is_not_there_but_nearly(client, path, near):
    """A 404 says what is not there, and leads to what is called nearly so and to the lists."""
    response = client.get(path)
    html = response.content.decode()
    page = Page(html)
    assert (response.status_code, page.headings, page.problems) == (404, ["Page not found"], [])
    links = {link["href"] for link in page.links}
    assert set(near) <= links
    assert ("Did you mean" in page.text) == bool(near)
    assert all(name in page.text for name in near.values())
    assert {"/drivers/", "/races/", "/tracks/", "/teams/", "/standings/", "/leaderboards/"} <= links
    assert client.get(path, headers={"accept": "application/json"}).json() == {"error": "not found"}
