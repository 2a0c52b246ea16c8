"""The contract of the six forms: the same rows in the same order, each form with its own care for the values."""

import csv
import io
import json
import re
from datetime import date, datetime
from decimal import Decimal
from html import unescape

import pytest
from django.http import HttpRequest, QueryDict
from openpyxl import load_workbook

from pages.kit.tables import columns
from pages.kit.tables.base import BaseTable
from pages.kit.tables.table_page import TablePage
from pages.kit.writers import WRITERS, XLSX
from races.derived.refresh import deferred
from testing.answers import Answer, read_once
from testing.makers import make_race, make_result, make_season
from testing.reading import Page, read_csv, read_md
from testing.site import CONTENT_TYPES, FORMS, PARAMETERS, named

pytestmark = pytest.mark.django_db

ALL_FORMS = (*FORMS, "xlsx")
"""With the workbook: each case is read once, and kept in all of them."""
TOP = ["title", "as_of", "filters", "total", "matching", "notes", "columns", "rows"]
CASES = [
    ("/", "finishes watch wins top_fives laps_led standings"),
    ("/drivers/?q=kyle", "drivers"),
    ("/search/?q=kansas+2024", "results"),
    (
        "/drivers/kyle-larson/",
        "seasons races poles close sessions titles types grids teams makes decades tracks figures firsts waits "
        "teammates",
    ),
    ("/drivers/kyle-larson/races/?track=kansas", "races"),
    ("/drivers/kyle-larson/races/?stat=laps_led&series=cup", "races"),
    ("/teams/?type=short-track", "teams"),
    ("/teams/hendrick-motorsports/", "seasons figures records winners tracks wins races"),
    ("/teams/hendrick-motorsports/races/?stat=wins", "races"),
    ("/manufacturers/?era=next-gen", "manufacturers"),
    ("/manufacturers/ford/?track=bristol", "seasons figures records winners tracks wins races"),
    ("/drivers/kyle-larson/vs/", "rivals"),
    ("/drivers/kyle-larson/vs/chris-buescher/", "races figures first_two seasons tracks"),
    ("/leaderboards/", "leaderboards"),
    ("/leaderboards/wins/?by=team", "leaderboard"),
    ("/leaderboards/laps_led/?as_of=2025-05-11", "leaderboard"),
    ("/manufacturers/ford/races/?season=2024&track=kansas", "races"),
    ("/leaderboards/titles/", "leaderboard"),
    ("/champions/?from=1990", "champions drivers"),
    ("/standings/", "standings final rounds"),
    ("/streaks/", "streaks"),
    ("/streaks/wins_at_track/?as_of=2025-05-11", "streaks"),
    ("/milestones/", "watch milestones"),
    ("/milestones/cup-laps-led-10000/", "members next ways"),
    ("/closest-finishes/?era=next-gen&max_margin=0.500&as_of=2024-05-06", "finishes drivers"),
    ("/finder/", "questions"),
    ("/finder/examples/", "examples"),
    ("/finder/?find=results&finish=1&led=200-&order=-led", "results"),
    ("/finder/?find=races&cautions=0-5&order=cautions", "races"),
    ("/finder/?find=drivers&by=season&finish=1-5", "groups"),
    ("/finder/?find=drivers&count=average_start&track=kansas", "groups"),
    ("/finder/?find=drivers&series=cup&finish=1&count=longest-run", "groups"),
    ("/races/?track=kansas", "races"),
    ("/races/cup/?season=2023", "races"),
    ("/races/cup/2023/?track=kansas", "races closest"),
    ("/races/cup/2025/", "races standings wins poles laps_led winners closest"),
    ("/standings/cup/2025/?as_of=2025-05-15", "standings rounds"),
    ("/races/cup/2025/12/", "results stages qualifying leads notes"),
    ("/races/cup/2025/12/preview/", "lines"),
    ("/races/cup/2025/12/notes/", "lines"),
    ("/races/cup/2025/12/qualifying/", "results"),
    ("/drivers/kyle-larson/streaks/", "streaks"),
    ("/rulings/?driver=chris-buescher", "rulings"),
    ("/corrections/", "corrections"),
    ("/stories/", "stories"),
    ("/about/", "sources series"),
    ("/glossary/", "statistics terms"),
    ("/data/", "files columns"),
    ("/privacy/", "traces"),
    ("/api/", "operations"),
    ("/on-this-day/", "races people"),
    ("/on-this-day/07-04/?as_of=2024-05-06", "races people"),
    ("/tracks/?type=dirt", "tracks"),
    ("/tracks/kansas/", "races layouts winners poles makes teams starts sweeps records lineage"),
]


def in_all_forms(drawn, path: str, names: str) -> dict[str, Answer]:
    """The answers of a case in each of its forms, with the book read once for them and for its tables alone."""
    with read_once(path.partition("?")[0]):
        for name in names.split() if " " in names else ():
            drawn(path, format="json", table=name)
        return drawn.in_each_form(path, ALL_FORMS)


def test_every_page_is_here():
    assert {named(path.partition("?")[0]) for path, _ in CASES} == set(PARAMETERS)


@pytest.mark.parametrize(("path", "names"), CASES)
def test_five_forms(drawn, path, names):
    """Every address takes five forms, each under its own content type; without being told it is a page."""
    answers = in_all_forms(drawn, path, names)
    for form in FORMS:
        answer = answers[form]
        assert (answer.status, answer.response["Content-Type"]) == (200, CONTENT_TYPES[form])
        assert answer.text.strip(), form
        assert ("X-Frame-Options" in answer.response) == (form != "embed"), form
        if form == "embed":
            assert (answer.page.problems, len(answer.page.headings)) == ([], 1)


def get(client, path, form):
    response = client.get(path + ("&" if "?" in path else "?") + f"format={form}")
    assert response.status_code == 200
    return response


def as_json(client, path):
    return get(client, path, "json").json()


@pytest.mark.parametrize(("path", "names"), CASES)
def test_json_shape(drawn, path, names):
    """The keys of the answer, in order; the further tables by name; each row as its columns say."""
    answer = in_all_forms(drawn, path, names)["json"]
    body = answer.json
    assert answer.text == json.dumps(body, ensure_ascii=False)
    _main, *others = names.split()
    assert list(body) == TOP + (["tables"] if others else [])
    assert list(body.get("tables", {})) == others
    assert isinstance(body["title"], str)
    assert all(isinstance(note, str) for note in body["notes"])
    assert isinstance(body["total"], int | None)
    assert isinstance(body["matching"], int | None)
    for table in (body, *body.get("tables", {}).values()):
        keys = [column["key"] for column in table["columns"]]
        assert [list(column) for column in table["columns"]] == [["key", "label"]] * len(keys)
        assert all(column["label"] for column in table["columns"])
        for row in table["rows"]:
            # Right behind a value stands whether it is exact, if it is a count, and its address, if it is linked.
            assert [key for key in row if not key.endswith(("_exact", "_url")) or key in keys] == keys
            assert all(
                value is None or (isinstance(value, str | int | float | bool) and value != "") for value in row.values()
            )
            for key, value in row.items():
                if key.endswith("_exact") and key not in keys:
                    assert isinstance(value, bool)
                    assert not (value and row[key.removesuffix("_exact")] is None)
                    assert list(row).index(key) == list(row).index(key.removesuffix("_exact")) + 1
                if key.endswith("_url") and value is not None:
                    assert value.startswith(("/", "https://", "http://") if path == "/about/" else "/")
                    behind = list(row)[: list(row).index(key)]
                    assert key.removesuffix("_url") == [each for each in behind if not each.endswith("_exact")][-1]


@pytest.mark.parametrize(
    ("path", "table", "keys"),
    [
        ("/closest-finishes/", None, "rank margin race date track winner runner_up note"),
        ("/closest-finishes/", "drivers", "rank driver involved share won runner_up"),
        ("/leaderboards/wins/", None, "rank driver value"),
        ("/leaderboards/average_finish/?from=2022&min_starts=2", None, "rank driver value"),
        ("/leaderboards/wins/?by=team", None, "rank team value"),
        ("/leaderboards/laps_led/?by=manufacturer", None, "rank manufacturer value"),
    ],
)
def test_promised_keys_come_first(client, path, table, keys):
    """The keys that addresses promise come first, in the order promised."""
    body = as_json(client, path)
    shown = body["tables"][table] if table else body
    keys = keys.split()
    assert [column["key"] for column in shown["columns"]][: len(keys)] == keys
    assert [key for key in shown["rows"][0] if not key.endswith(("_exact", "_url"))][: len(keys)] == keys
    if table is None and path == "/closest-finishes/":
        assert [column["key"] for column in shown["columns"]] == keys
        assert set(shown["rows"][0]) == {*keys, "race_url", "track_url", "winner_url", "runner_up_url"}


def test_json_values_are_raw(client):
    """Numbers are numbers, margins and times decimal texts, ranks as shown, the unknown null."""
    finish = as_json(client, "/closest-finishes/?track=talladega")["rows"][0]
    assert (finish["rank"], finish["margin"], finish["date"]) == ("1", "0.002", "2011-04-17")
    finishes = as_json(client, "/closest-finishes/?era=next-gen")["rows"]
    assert finishes[2]["margin"] == "0.006"
    assert finishes[0]["note"] is None
    driver = as_json(client, "/closest-finishes/?era=next-gen&max_margin=0.5&as_of=2024-05-06")["tables"]["drivers"]
    assert driver["rows"][0] | {"driver_url": "/drivers/kyle-larson/?as_of=2024-05-06"} == driver["rows"][0]
    assert [driver["rows"][0][key] for key in ("rank", "driver", "involved", "share", "won", "runner_up")] == [
        "1",
        "Kyle Larson",
        7,
        0.241,
        5,
        2,
    ]
    qualifying = as_json(client, "/races/cup/2025/12/qualifying/")["rows"]
    first, last = qualifying[0], qualifying[-1]
    assert (first["position"], first["car"], first["lap_speed"], first["lap_time"]) == (1, "5", "183.730", "29.391")
    assert (last["position"], last["lap_speed"], last["lap_time"]) == (38, "171.942", "31.406")
    assert as_json(client, "/leaderboards/wins/")["rows"][0]["value"] == 200
    averages = as_json(client, "/leaderboards/average_finish/?from=2022&min_starts=2")["rows"]
    assert isinstance(averages[0]["value"], float)
    assert as_json(client, "/races/cup/2001/28/")["rows"][1]["car"] is None


def test_a_count_is_exact_or_at_least_in_every_form(client, empty_book):
    """Of three wins one is certain to be all there is; a plus tells people, and a column beside it tells machines."""
    season = make_season(2024)
    season.rounds = 3
    with deferred():
        season.save()
        make_result(make_race(2023, 1, field_size=1), "Kyle Larson", 1)
        make_result(make_race(2024, 1), "Denny Hamlin", 1)
        make_result(make_race(2024, 3), "Denny Hamlin", 1)
        make_result(make_race(2025, 1, field_size=2), "Denny Hamlin", 1)
    path = "/leaderboards/wins/"
    rows = as_json(client, path)["rows"]
    assert [(row["driver"], row["value"], row["value_exact"]) for row in rows] == [
        ("Denny Hamlin", 3, False),
        ("Kyle Larson", 1, True),
    ]
    head, in_csv = read_csv(get(client, path, "csv"))
    place = head.index("value")
    assert head[place + 1] == "value_exact"
    assert [row[place : place + 2] for row in in_csv] == [["3", "false"], ["1", "true"]]
    shown = {form: Page(get(client, path, form).content.decode()).tables[0] for form in ("html", "embed")}
    for table in (*shown.values(), read_md(get(client, path, "md"))[0]):
        assert [row[table.head.index("Wins")] for row in table.rows] == ["3+", "1"]


def test_car_numbers_are_texts(client, empty_book):
    """00 and 0 are two cars, in every form."""
    with deferred():
        race = make_race(2024, 1)
        make_result(race, "Kyle Larson", 1, number="0")
        make_result(race, "Chris Buescher", 2, number="00")
        make_result(race, "Denny Hamlin", 3)
    path = "/races/cup/2024/1/race/"
    assert [row["car"] for row in as_json(client, path)["rows"]] == ["0", "00", None]
    assert '"0","Kyle Larson"' in get(client, path, "csv").content.decode()
    assert '"00","Chris Buescher"' in get(client, path, "csv").content.decode()
    for table in (read_md(get(client, path, "md"))[0], Page(client.get(path).content.decode()).tables[0]):
        assert [row[table.head.index("Car")] for row in table.rows] == ["0", "00", "—"]


@pytest.mark.parametrize(("path", "names"), CASES)
def test_forms_agree(drawn, path, names):
    """Under the same filters the five forms hold the same rows in the same order."""
    answers = in_all_forms(drawn, path, names)
    body, page, embedded = answers["json"].json, answers["html"].page, answers["embed"].page
    in_md = read_md(answers["md"].response)
    head, in_csv = read_csv(answers["csv"].response)

    tables = [body, *body.get("tables", {}).values()]
    keys = [column["key"] for column in body["columns"]]
    assert [key for key in head if not key.endswith("_exact") or key in keys] == keys
    # Without addresses a row of CSV is one of JSON.
    assert in_csv == [[_as_csv(row[key]) for key in head] for row in body["rows"]]
    assert all([key for key in row if not key.endswith("_url") or key in keys] == head for row in body["rows"])

    # The other three show values as people read them: Markdown has every table, an embedded page the main one.
    assert [len(table.rows) for table in in_md] == [len(table["rows"]) for table in tables]
    assert [table.head for table in in_md] == [[column["label"] for column in table["columns"]] for table in tables]
    for table, wanted in zip(tables, in_md):
        for row, cells in zip(table["rows"], wanted.rows):
            for column, cell in zip(table["columns"], cells):
                exact = row.get(f"{column['key']}_exact")
                assert cell.endswith("+") == (exact is False and row[column["key"]] is not None) or exact is None
    assert embedded.tables[0].head == in_md[0].head
    assert embedded.tables[0].rows == in_md[0].rows
    assert len(embedded.tables) == 1

    # A page of HTML leaves out what has no rows or nothing to say, and may show its tables in another order.
    shown = {table.caption: table for table in page.tables}
    for name, wanted in zip((names.split()), in_md):
        # The home page cuts its tables short; the notes on a race and the lines of its sheets are lists, as are the
        # leaders of a season.
        leads = path.startswith("/races/cup/") and name in ("wins", "poles", "laps_led")
        if path == "/" or name in ("notes", "lines") or leads or not wanted.rows:
            continue
        found = next(each for each in shown.values() if _shown(wanted, each) == each.rows[: len(wanted.rows)])
        assert set(found.head) <= set(wanted.head)
        assert len(found.rows) == len(wanted.rows) or len(found.rows) in (10, 50)


def _shown(wanted, found) -> list[list[str]] | None:
    """The rows of a Markdown table under the headings, and to the length, of one in HTML."""
    if not set(found.head) <= set(wanted.head):
        return None
    places = [wanted.head.index(heading) for heading in found.head]
    return [[row[place] for place in places] for row in wanted.rows[: len(found.rows)]]


def _as_csv(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if str(value).startswith("+") else str(value)  # A spreadsheet would run it.


@pytest.mark.parametrize("form", [form for form in FORMS if form != "html"])
def test_paging_is_for_people(client, form):
    """Every form but HTML holds all rows, whatever page is asked for."""
    everything, paged = (get(client, f"/races/?season=2025{asked}", form) for asked in ("", "&per_page=2&page=3"))
    if form == "embed":
        rows = Page(paged.content.decode()).tables[0].rows
        assert len(rows) == 36
        assert rows == Page(everything.content.decode()).tables[0].rows
    else:
        assert paged.content == everything.content


@pytest.mark.parametrize("form", FORMS)
def test_sorting_is_for_every_form(client, form):
    """The order asked for is kept in every form."""
    path = "/closest-finishes/?era=next-gen&max_margin=0.3&sort=-margin"
    response = get(client, path, form)
    if form == "json":
        first, last = (response.json()["rows"][place]["margin"] for place in (0, -1))
        assert Decimal(first) > Decimal(last) == Decimal("0.001")
    elif form == "csv":
        assert read_csv(response)[1][-1][1] == "0.001"
    else:
        rows = read_md(response)[0].rows if form == "md" else Page(response.content.decode()).tables[0].rows
        assert rows[-1][1] == ".001"


def test_who_may_frame(client):
    """Other sites may frame the form that is for them, and no other."""
    frames = {form: get(client, "/closest-finishes/", form).headers.get("X-Frame-Options") for form in FORMS}
    assert frames == {"html": "DENY", "csv": "DENY", "json": "DENY", "md": "DENY", "embed": None}
    assert client.get("/closest-finishes/?format=embed&era=x")["X-Frame-Options"] == "DENY"


def test_embedded_table_leaves_its_frame(client):
    """Links of an embedded table open in a page of their own, at this site."""
    html = get(client, "/closest-finishes/", "embed").content.decode()
    assert '<base target="_blank">' in html
    assert "<script" not in html


def test_links_to_the_other_forms_keep_the_filters(client):
    """Each page links to its other forms under its own filters, without its paging."""
    page = Page(client.get("/closest-finishes/?era=next-gen&max_margin=0.5&page=2&per_page=5").content.decode())
    links = [link["href"] for link in page.links if "format=" in link["href"]]
    asked, forms = "?era=next-gen&max_margin=0.5&format=", ("csv", "xlsx", "json", "md", "embed")
    assert links == [f"{asked}{form}" for form in forms] + [f"{asked}{form}&table=drivers" for form in forms]


FILE_NAMES = [
    ("/", "home"),
    ("/races/cup/2025/12/", "races-cup-2025-12"),
    ("/tracks/kansas/?table=winners", "tracks-kansas-winners"),
]


@pytest.mark.parametrize(("path", "name"), FILE_NAMES)
def test_csv_has_a_file_name(client, path, name):
    """A table that is saved is named for its address, and a further one for itself too."""
    assert get(client, path, "csv")["Content-Disposition"] == f'inline; filename="{name}.csv"'


def read_xlsx(response) -> tuple[list[str], list[list]]:
    """The head and the rows of the one sheet of a workbook."""
    head, *rows = load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)
    return list(head), [list(row) for row in rows]


@pytest.mark.parametrize(("path", "names"), CASES)
def test_a_workbook_has_what_the_json_has(drawn, path, names):
    """Its head and its rows are those of the main table; numbers are numbers, days are days, the unknown is empty."""
    answers = in_all_forms(drawn, path, names)
    response = answers["xlsx"].response
    assert response["Content-Type"] == XLSX
    assert response["Content-Disposition"].startswith("attachment; filename=")
    head, rows = read_xlsx(response)
    body = answers["json"].json
    assert head == [key for key in (body["rows"] or [{}])[0] if not key.endswith("_url") or key in head] or not rows
    assert len(rows) == len(body["rows"])
    for cells, row in zip(rows[:50], body["rows"]):
        for key, cell in zip(head, cells):
            assert is_same(cell, row[key]), (key, cell, row[key])


def is_same(cell, value) -> bool:
    """Whether a cell of a workbook says what JSON does, where decimals and days are texts."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() == value
    if isinstance(cell, bool) or cell is None or isinstance(cell, str):
        return cell == (value if value != "" else None) or cell == f"'{value}"
    return float(value) == pytest.approx(cell)


@pytest.mark.parametrize(("path", "names"), [case for case in CASES if " " in case[1]])
def test_each_table_can_be_asked_for_alone(drawn, path, names):
    """By its name, which its own links say; it then stands alone, with the rows that it has beside the others."""
    main, *others = names.split()
    whole = in_all_forms(drawn, path, names)["json"].json
    for name in others:
        alone = drawn(path, format="json", table=name).json
        of_all = whole["tables"][name]
        assert (alone["columns"], alone["rows"]) == (of_all["columns"], of_all["rows"])
        assert ("tables" in alone, alone["total"], alone["matching"]) == (False, None, None)
    alone = drawn(path, format="json", table=main).json
    assert (alone["rows"], alone["matching"]) == (whole["rows"], whole["matching"])


def test_a_table_that_there_is_not(client):
    wrong = client.get("/tracks/kansas/", {"format": "csv", "table": "nothing"})
    told = wrong.content.decode().startswith("table: “nothing” is not a table of this page")
    assert (wrong.status_code, told) == (400, True)


def test_a_page_takes_no_table(client):
    """Whose tables stand together on it."""
    assert client.get("/closest-finishes/?table=drivers").status_code == 400


@pytest.mark.parametrize(
    ("asked", "status", "holds"),
    [
        ("", 200, "From <a href"),
        ("&rows=3&theme=dark", 200, 'class="embed dark"'),
        ("&theme=light&credit=no", 200, 'class="embed light"'),
        ("&rows=0", 400, "is not a whole number"),
        ("&rows=many", 400, "is not a whole number"),
        ("&theme=pink", 400, "is not one of auto, light, dark"),
        ("&credit=perhaps", 400, "is neither yes nor no"),
        ("&colour=red", 400, "Unknown parameter"),
    ],
)
def test_how_a_table_is_embedded(client, asked, status, holds):
    """How many rows, in which colours, and whether our name stands under it; its title leads to the page anyway."""
    response = client.get(f"/closest-finishes/?era=next-gen&format=embed{asked}")
    text = response.content.decode()
    assert (response.status_code, holds in text) == (status, True)
    if status == 200:
        page = Page(text)
        assert page.problems == []
        assert len(page.tables[0].rows) == (3 if "rows=3" in asked else 50) or "rows" not in asked
        assert "http://testserver/closest-finishes/?era=next-gen" in [link["href"] for link in page.links]
        assert ("From racestats" in page.text) == ("credit=no" not in asked)


def test_a_snippet_shows_the_table_it_stands_under(client):
    """The address in it is a whole one, and asks for the table, the form and some rows."""
    html = client.get("/closest-finishes/?era=next-gen").content.decode()
    snippets = [unescape(text) for text in re.findall("<textarea[^>]*>(.*?)</textarea>", html)]
    addresses = [unescape(re.search('src="(.*?)"', snippet)[1]) for snippet in snippets]
    start = "http://testserver/closest-finishes/?era=next-gen&format=embed"
    assert addresses == [f"{start}&rows=10", f"{start}&table=drivers&rows=10"]
    assert "&lt;iframe src=&quot;http://testserver/closest-finishes/?era=next-gen&amp;amp;format=embed" in html
    for address in addresses:
        for choice in ("", "&theme=light", "&theme=dark", "&credit=no"):  # As the text below each snippet says.
            assert client.get(address.removeprefix("http://testserver") + choice).status_code == 200


# The writers on their own, with values that no page holds today.


class Values(BaseTable):
    """One column of each kind of value."""

    caption = "All | kinds"

    text = columns.Column("Text | here")
    number = columns.NumberColumn("Number")
    exact = columns.MarginColumn("Exact")
    day = columns.DateColumn("Day")
    flag = columns.Column("Flag")


def written(form: str, *rows: dict):
    empty = {"text": None, "number": None, "exact": None, "day": None, "flag": None}
    request = HttpRequest()
    request.GET, request.path = QueryDict(), "/values/"
    request.META.update(SERVER_NAME="example.org", SERVER_PORT="80")
    table = Values([empty | row for row in rows])
    answer = WRITERS[form](request, TablePage("Values", {"values": table}, notes=["A note."]))
    return b"".join(answer).decode()


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ({"text": "00", "number": 5}, '"00",5,"","",""'),
        ({"text": 'say “hi”, "you"', "flag": True}, '"say “hi”, ""you""","","","","true"'),
        ({"number": -60, "exact": Decimal("-0.010")}, '"",-60,-0.010,"",""'),
        ({"number": 0, "exact": Decimal("0.000"), "flag": False}, '"",0,0.000,"","false"'),
        ({"day": date(2024, 5, 5)}, '"","","","2024-05-05",""'),
        ({"text": "=1+1"}, '"\'=1+1","","","",""'),
        ({"text": "+49"}, '"\'+49","","","",""'),
        ({"text": "-x"}, '"\'-x","","","",""'),
        ({"text": "@SUM(A1)"}, '"\'@SUM(A1)","","","",""'),
        ({"text": "\t=1"}, '"\'\t=1","","","",""'),
        ({"text": "'quoted'"}, '"\'quoted\'","","","",""'),
        ({"text": "A.J. Foyt IV"}, '"A.J. Foyt IV","","","",""'),
        ({"text": "two\nlines"}, '"two\nlines","","","",""'),
        ({"text": "Suárez 🏁"}, '"Suárez 🏁","","","",""'),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)
def test_csv_cells(row, line):
    """Texts are in quotes and numbers are not; what a spreadsheet would run is disarmed, and nothing else."""
    text = written("csv", row)
    assert text == f'"text","number","exact","day","flag"\r\n{line}\r\n'
    (_, cells) = csv.reader(io.StringIO(text))
    assert cells[0].removeprefix("'") == (row.get("text") or "").removeprefix("'")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a|b", "a\\|b"),
        ("a\\|b", "a\\\\\\|b"),
        ("[x](y)", "\\[x\\](y)"),
        ("*a* _b_ `c`", "\\*a\\* \\_b\\_ \\`c\\`"),
        ("<script>", "\\<script>"),
        ("two\nlines  and   gaps", "two lines and gaps"),
        ("Suárez", "Suárez"),
    ],
)
def test_md_cells(text, cell):
    """A cell stays one cell of its row, and shows its text as it is."""
    lines = written("md", {"text": text, "number": 1234, "exact": Decimal("0.5")}).splitlines()
    assert lines[-1] == f"| {cell} | 1,234 | .500 | — | — |"
    assert lines[0] == "# Values"
    assert "A note.  " in lines


def test_md_headings_are_escaped_too():
    """A heading with a pipe in it does not make a column more."""
    lines = written("md", {"text": "x"}).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert rows[0] == "| Text \\| here | Number | Exact | Day | Flag |"
    assert rows[1] == "| --- | ---: | ---: | --- | --- |"


def test_json_keeps_every_digit():
    """Decimals keep their zeros, days their form, and letters are letters."""
    text = written(
        "json", {"text": "Suárez", "number": 0, "exact": Decimal("1.500"), "day": date(2024, 5, 5), "flag": False}
    )
    assert json.loads(text)["rows"] == [
        {"text": "Suárez", "number": 0, "exact": "1.500", "day": "2024-05-05", "flag": False}
    ]
    assert "Suárez" in text


def test_html_is_escaped():
    """A name is text, whatever it is made of."""
    table = Values([{"text": '<b>&amp;"', "number": 1, "exact": None, "day": None, "flag": None}])
    assert "<td>&lt;b&gt;&amp;amp;&quot;</td>" in "".join(table.all_html_rows())
