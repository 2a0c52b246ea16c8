"""The API: what it answers is of the shapes that its schema tells, and its figures are those of the pages."""

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client

from drivers.models import Driver
from pages.api.facts import FACTS
from pages.api.resources import BY_NAME, RESOURCES
from pages.api.shapes import Problem
from pages.api.version_one import schema
from races.models import FormerSlug

pytestmark = pytest.mark.django_db
V1 = "/api/v1"
PINNED = Path(__file__).parent / "api_version_one.json"


def example(resource) -> str:
    return f"{V1}{resource.example_path}{f'?{resource.example}' if resource.example else ''}"


def rows_at(client, address: str) -> list[dict]:
    """All rows of a list, part by part."""
    rows = []
    while address:
        answer = client.get(address).json()
        rows += answer["rows"]
        address = answer["next"]
    return rows


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.name)
def test_each_list(client, resource):
    """With its example, as its shape says, strictly."""
    address = example(resource)
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    found = resource.answer.model_validate_json(response.content, strict=True)
    assert found.rows


@pytest.mark.parametrize("name", ["drivers", "team-races", "races", "champions", "finder"])
def test_lines(client, name):
    """The same rows, of lists of every make: queries, logs, what is read when it is looked at, and what is at hand."""
    resource = BY_NAME[name]
    rows = client.get(f"{V1}{resource.example_path}?limit=3").json()["rows"]
    lines = client.get(f"{V1}{resource.example_path}?format=jsonl&limit=3")
    assert lines["Content-Type"] == "application/jsonl; charset=utf-8"
    assert [json.loads(line) for line in lines.content.splitlines()] == rows
    assert len(rows) == 3
    assert "Link" in lines


@pytest.mark.parametrize("facts", FACTS, ids=lambda each: each.name)
def test_each_thing(client, facts):
    for asked in ("", "?as_of=2024-06-01"):
        response = client.get(f"{V1}{facts.example_path}{asked}")
        assert response.status_code == 200
        facts.answer.model_validate_json(response.content, strict=True)


def test_a_race_before_it_was_run(client):
    """Its place on the schedule is known then, and nothing that came of it."""
    after, before = (client.get(f"{V1}/races/cup-2025-12?as_of={day}").json() for day in ("2025-05-11", "2025-05-01"))
    assert [each["id"] for each in after["first_three"]] == ["kyle-larson", "christopher-bell", "ryan-blaney"]
    assert (after["margin"], after["laps"], after["status"]) == ({"kind": "time", "value": "0.712"}, 267, "official")
    assert (before["first_three"], before["margin"], before["laps"], before["pole"]) == ([], None, None, None)
    assert (before["status"], before["date"]) == ("scheduled", "2025-05-11")


SAME = [
    ("drivers?q=larson", "/drivers/?q=larson", "driver"),
    ("boards/laps-led?season=2025", "/leaderboards/laps-led/?season=2025", "driver"),
    ("standings/cup-2025?as_of=cup-2025-10", "/standings/cup/2025/?as_of=cup-2025-10", "driver"),
    ("tracks/kansas/winners", "/tracks/kansas/?table=winners", "driver"),
    ("drivers/kyle-larson/races?season=2025", "/drivers/kyle-larson/races/?season=2025", "race"),
]


@pytest.mark.parametrize(("address", "page", "about"), SAME)
def test_one_figure(client, address, page, about):
    """What a page shows and what the API tells is the same, with whether it is exact, in the same order."""
    rows = rows_at(client, f"{V1}/{address}")
    shown = client.get(f"{page}{'&' if '?' in page else '?'}format=json").json()["rows"]
    assert len(rows) == len(shown) > 0
    for row, cells in zip(rows, shown):
        assert row.get("who", row.get(about))["url"] == cells[f"{about}_url"]
        for name, value in row.items():
            if isinstance(value, dict) and "value" in value:
                assert (value["value"], value["exact"]) == (cells[name], cells.get(f"{name}_exact"))
            elif name in cells and not isinstance(value, dict):
                assert value == cells[name]


def test_a_list_comes_in_parts(client):
    """Each row once, in order; the header has the address of the next part too."""
    address = f"{V1}/races?season=2025&series=cup"
    whole = client.get(address).json()
    first = client.get(f"{address}&limit=5")
    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    assert rows_at(client, f"{address}&limit=5") == whole["rows"]
    assert (whole["next"], len(whole["rows"]) > 5) == (None, True)
    lines = client.get(f"{address}&limit=5&format=jsonl")
    further = lines["Link"].partition(">")[0][1:]
    assert [json.loads(line) for line in client.get(further).content.splitlines()] == whole["rows"][5:10]


def test_a_list_that_has_changed(client):
    """Whoever goes on in a list that is another by now is told so, rather than given a row twice or not at all."""
    further = client.get(f"{V1}/drivers?limit=1&q=kyle").json()["next"]
    Driver.objects.filter(slug="kyle-busch").update(hometown="Henderson, Nevada")
    for address in (further, f"{further}&format=jsonl", further.replace("kyle", "chase")):
        response = client.get(address)
        assert (response.status_code, list(response.json()["fields"])) == (400, ["cursor"])


WRONG = {
    "drivers?sesies=cup": (400, ["sesies"]),
    "drivers?series=nascar": (400, ["series"]),
    "drivers?series=cup&series=trucks": (400, ["series"]),
    "drivers?sort=luck": (400, ["sort"]),
    "drivers?limit=0": (400, ["limit"]),
    "drivers?limit=1001": (400, ["limit"]),
    "drivers?limit=%D9%A3": (400, ["limit"]),
    "drivers?cursor=1": (400, ["cursor"]),
    "drivers?cursor=999999999.000000000000": (400, ["cursor"]),
    "drivers?cursor=999999999.000000000000&format=jsonl": (400, ["cursor"]),
    "drivers?format=csv": (400, ["format"]),
    "drivers?page=2": (400, ["page"]),
    "drivers?as_of=yesterday&limit=x&table=drivers": (400, ["as_of", "limit", "table"]),
    "drivers?q=%00": (400, ["q"]),
    "closest-finishes/drivers?sort=won": (400, ["sort"]),
    "drivers/kyle-larson?series=cup": (400, ["series"]),
    "drivers/kyle-larson?as_of=soon": (400, ["as_of"]),
    "finder?count=luck": (400, ["count"]),
    "drivers/nobody?sesies=cup": (404, None),
    "drivers/nobody/races?limit=x": (404, None),
    "drivers/%F0%9F%8F%81": (404, None),
    "races/cup-2025": (404, None),
    "races/cup-2025-99/results": (404, None),
    "races/cup-2025-12/sessions/practice-7": (404, None),
    "standings/cup": (404, None),
    "standings/cup-1948": (404, None),
    "boards/luck": (404, None),
    "luck": (404, None),
    "drivers/": (404, None),
}


@pytest.mark.parametrize(("address", "told"), WRONG.items())
def test_what_is_wrong_is_told_in_one_shape(client, address, told):
    """As JSON, whatever the asker likes best."""
    response = client.get(f"{V1}/{address}", headers={"accept": "text/html"})
    problem = Problem.model_validate_json(response.content, strict=True)
    assert (response.status_code, problem.fields and sorted(problem.fields)) == told
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("address", [f"{V1}/drivers", f"{V1}/drivers/kyle-larson", "/api/races/cup/2025/12"])
def test_methods(address):
    """It is read in every way of reading, and from any site; nothing is written."""
    client = Client()
    assert client.head(address).status_code == 200
    asked = client.options(address, headers={"origin": "https://example.org"})
    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, "*")
    written = client.post(address, headers={"accept": "application/json"})
    assert (written.status_code, written.json()) == (405, {"error": "method not allowed"})
    assert client.get("/drivers/").headers.get("Access-Control-Allow-Origin") is None


def test_answers_are_kept(book_file, settings):
    """Until somebody writes: whoever has the answer is told that it is still right."""
    settings.PAGE_CACHE_BYTES = 10_000_000
    client = Client()
    for address in (f"{V1}/boards/wins?season=2025", f"{V1}/drivers/kyle-larson"):
        first = client.get(address)
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert (first.status_code, again.status_code, again["Access-Control-Allow-Origin"]) == (200, 304, "*")


def test_a_former_id_leads_on(client):
    larson = Driver.objects.get(slug="kyle-larson")
    FormerSlug.objects.create(slug="yung-money", driver=larson)
    for old, today in (
        ("/drivers/yung-money/races?season=2025", "/drivers/kyle-larson/races?season=2025"),
        ("/drivers/yung-money", "/drivers/kyle-larson"),
        ("/closest-finishes?driver=yung-money", "/closest-finishes?driver=kyle-larson"),
    ):
        response = client.get(V1 + old)
        assert (response.status_code, response["Location"]) == (301, V1 + today)


def shapes() -> dict[str, list[str]]:
    """What version 1 has: of each address the parameters, of each shape the fields."""
    found = {
        path: [each["name"] for each in methods["get"]["parameters"]] for path, methods in schema()["paths"].items()
    }
    return found | {
        name: list(each["properties"])
        for name, each in schema()["components"]["schemas"].items()
        if "properties" in each
    }


def test_nothing_is_taken_away():
    """What was there once stays as long as there is a version 1. What is new joins the list with a release."""
    there, pinned = shapes(), json.loads(PINNED.read_text())
    gone = {name: sorted(set(fields) - set(there.get(name, ()))) for name, fields in pinned.items()}
    assert {name: fields for name, fields in gone.items() if fields} == {}


def test_the_schema_is_about_what_there_is(client):
    """Every operation of the schema is one of those that are walked, and every parameter has an example of its kind."""
    told = client.get("/api/openapi.json").json()
    names = {methods["get"]["operationId"] for methods in told["paths"].values()}
    assert names == {*BY_NAME, *(each.name for each in FACTS)}
    assert {method for methods in told["paths"].values() for method in methods} == {"get"}
    assert client.get(f"{V1}/").json()["resources"].keys() == names


NONSENSE = "☃ ~nonsense~"


def bad_values() -> list[str]:
    """Each operation with a value that none of its parameters takes, but those that take any text."""
    texts = {"q"}
    found = []
    for each in RESOURCES:
        names = [name for name in shapes()[f"{V1}{each.path}"] if name not in texts and name not in each.parts]
        found.append(f"{V1}{each.example_path}?{urlencode(dict.fromkeys(names, NONSENSE))}")
    return found


@pytest.mark.parametrize("address", bad_values())
def test_bad_values(client, address):
    """All of them are told at once."""
    response = client.get(address)
    assert response.status_code == 400
    assert Problem.model_validate_json(response.content, strict=True).fields
