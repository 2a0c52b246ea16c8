"""Rules for every table: each column sorts both ways, pages hold each row once, and no address asks for too much."""

from decimal import Decimal
from itertools import islice

import pytest
from django.http import QueryDict
from django.urls import reverse

from pages.kit.tables import columns
from pages.kit.tables.base import BaseTable
from pages.kit.tables.racing_columns import FigureColumn, StatColumn
from races.models import StatLine
from testing.answers import read_once, tables_of
from testing.reading import Page
from testing.site import FIRST_OF_EACH, named

pytestmark = pytest.mark.django_db

TABLES = [
    ("/", "finishes watch wins top_fives laps_led standings"),
    ("/drivers/?q=al", "drivers"),
    (
        "/drivers/kyle-larson/",
        "seasons races poles close sessions titles types grids teams makes decades tracks figures firsts waits "
        "teammates",
    ),
    ("/drivers/kyle-larson/races/", "races"),
    ("/drivers/kyle-larson/vs/", "rivals"),
    ("/drivers/kyle-larson/vs/denny-hamlin/", "races figures first_two seasons tracks"),
    ("/teams/", "teams"),
    ("/teams/hendrick-motorsports/", "seasons figures records winners tracks wins races"),
    ("/teams/hendrick-motorsports/races/?from=2024", "races"),
    ("/manufacturers/", "manufacturers"),
    ("/manufacturers/chevrolet/?track=kansas", "seasons figures records winners tracks wins races"),
    ("/manufacturers/chevrolet/races/?season=2025", "races"),
    ("/leaderboards/", "leaderboards"),
    ("/leaderboards/laps_led/?from=1990", "leaderboard"),
    ("/leaderboards/laps_led/?by=team", "leaderboard"),
    ("/leaderboards/average_finish/?from=2022&min_starts=2", "leaderboard"),
    ("/leaderboards/titles/", "leaderboard"),
    ("/leaderboards/titles/?by=manufacturer", "leaderboard"),
    ("/champions/", "champions drivers"),
    ("/standings/?as_of=cup-2025-11", "standings rounds"),
    ("/standings/cup/2025/", "standings final rounds"),
    ("/streaks/", "streaks"),
    ("/streaks/top_fives/", "streaks"),
    ("/streaks/wins_at_track/", "streaks"),
    ("/milestones/", "watch milestones"),
    ("/milestones/cup-laps-led-10000/", "members next ways"),
    ("/closest-finishes/?era=next-gen", "finishes drivers"),
    ("/finder/", "questions"),
    ("/finder/examples/", "examples"),
    ("/finder/?find=results&finish=1&season=2025&order=age", "results"),
    ("/finder/?find=races&cautions=0-5&order=cautions", "races"),
    ("/finder/?find=drivers&by=season&finish=1&from=2020", "groups"),
    ("/finder/?find=seasons&count=wins&series=cup", "groups"),
    ("/finder/?find=drivers&series=cup&finish=1&count=longest-run", "groups"),
    ("/finder/?find=drivers&by=track&count=share&finish=1-5&from=2025", "groups"),
    ("/finder/?find=tracks&series=cup&count=first", "groups"),
    ("/races/?season=2022", "races"),
    ("/races/cup/?track=kansas", "races"),
    ("/races/cup/2025/", "races standings wins poles laps_led winners closest"),
    ("/races/cup/2023/?type=superspeedway", "races closest"),
    ("/races/cup/2025/12/", "results stages qualifying leads notes"),
    ("/races/cup/2025/12/preview/", "lines"),
    ("/races/cup/2025/12/notes/", "lines"),
    ("/races/cup/2025/12/qualifying/", "results"),
    ("/races/cup/2025/12/stage-1/", "results"),
    ("/races/cup/2023/31/race/", "results"),
    ("/drivers/kyle-larson/streaks/", "streaks"),
    ("/about/", "sources series"),
    ("/glossary/", "statistics terms"),
    ("/data/", "files columns"),
    ("/privacy/", "traces"),
    ("/api/", "operations"),
    ("/on-this-day/", "races people"),
    ("/on-this-day/07-04/", "races people"),
    ("/rulings/", "rulings"),
    ("/corrections/", "corrections"),
    ("/stories/", "stories"),
    ("/search/?q=larson", "results"),
    ("/tracks/", "tracks"),
    ("/tracks/charlotte/", "races layouts winners poles makes teams starts sweeps records lineage"),
]
"""Every page of the site, with the tables on it in order; the first is the main one and has no prefix."""


def made(path: str) -> dict:
    address, _, query = path.partition("?")
    return tables_of(address, f"?{query}")


def configured(table: BaseTable, **asked) -> BaseTable:
    """The table as an address with these parameters, under the table's own prefix, asks for it."""
    assert wrong_with(table, **asked) == {}
    return table


def wrong_with(table: BaseTable, *, in_pages: bool = True, **asked) -> dict[str, list[str]]:
    """What is wrong with such an address."""
    query = QueryDict(mutable=True)
    query.update({f"{table.prefix}{name}": value for name, value in asked.items()})
    return table.sort(query) | table.cut(query, in_pages=in_pages)


def identity(record):
    return repr(getattr(record, "pk", None) or record)


def test_every_page_is_here():
    """The list above names every page."""
    of_each = [path.partition("?")[0] for path, _ in TABLES]
    assert {named(path) for path in of_each} == {named(path) for path in FIRST_OF_EACH}


@pytest.mark.parametrize(("path", "names"), TABLES)
def test_each_table_counts_and_sorts(client, path, names):
    """The list above names every table, each under a prefix of its own; every count tells whether it is exact. Sorted
    by any column: the known values in order, the unknown last, and no row lost. The first column of each kind is
    sorted either way, the others in turn this way or that; by the first, each row is on one page."""
    with read_once(path.partition("?")[0]):
        tables = made(path)
        assert list(tables) == names.split()
        prefixes = [table.prefix for table in tables.values()]
        assert prefixes[0] == "" or path == "/"
        assert len(set(prefixes)) == len(prefixes)
        assert_sort_links(client, path, tables)
    for name, table in tables.items():
        assert_counts_tell_whether_they_are_exact(name, table)
        everyone = sorted(identity(record) for record in table.all_records())
        kinds: set[type] = set()
        for place, bound in enumerate(bound for bound in table.columns if bound.orderable):
            column = bound.column
            ways = ("", "-") if type(column) not in kinds else ("-" if place % 2 else "",)
            kinds.add(type(column))
            for way in ways:
                sort = f"{way}{bound.name}"
                if place == 0:
                    seen = in_two_pages(table, sort, len(everyone) // 2 + 1)
                else:
                    assert wrong_with(table, in_pages=False, sort=sort) == {}
                    seen = list(table.all_records())
                assert sorted(identity(record) for record in seen) == everyone, (name, sort)
                assert_in_order(column, seen, name, sort)


def assert_counts_tell_whether_they_are_exact(name: str, table: BaseTable) -> None:
    """Every column of a statistic that counts; what is not exact has a plus, unless nothing of it is known."""
    for key, column in table.shown_columns():
        if not isinstance(column, FigureColumn):
            continue
        assert column.holds_counts == (not isinstance(column, StatColumn) or not column.statistic.is_rate), key
        for record in islice(table.all_records(), 60):
            value, exact = column.raw(record), column.exact(record)
            assert isinstance(exact, bool) or not column.holds_counts
            if column.holds_counts:
                assert column.write(record).endswith("+") == (value is not None and not exact), (name, key)


def in_two_pages(table: BaseTable, sort: str, size: int) -> list:
    """The records of a table's pages, one after another, each of which is written in HTML."""
    seen, page, pages = [], 1, 1
    while page <= pages:
        configured(table, sort=sort, per_page=str(size), page=str(page))
        pages = table.paginator.num_pages
        records = list(table.page_records())
        assert len(records) <= size
        assert str(table.html_rows()).count("<tr") == len(records)
        seen += records
        page += 1
    return seen


def assert_in_order(column, records, name, sort):
    if isinstance(column, columns.DateColumn) and column.order_expression:
        return  # A race log's dates: races without one are ordered by season and round.
    values = [column.raw(record) for record in records]
    known = [value for value in values if value is not None]
    assert values[: len(known)] == known, f"{name} {sort}: unknown values are not last"
    # Races sort in the order they were run, tracks and people by their names today, cars by their numbers.
    if isinstance(column, columns.NumberColumn):
        assert known == sorted(known, reverse=sort.startswith("-")), (name, sort)


def assert_sort_links(client, path: str, tables: dict[str, BaseTable]) -> None:
    """Each heading's link sorts its own table, and keeps what else was asked; the first or the last table says so."""
    followed = list(tables)[-([each for each, _ in TABLES].index(path) % 2)]
    address, _, query = path.partition("?")
    asked = "&".join([query, "format=html", *(f"{table.prefix}per_page=2" for table in tables.values())])
    links = [link["href"] for link in Page(client.get(f"{address}?{asked}").content.decode()).links]
    for name, table in tables.items():
        prefix = f"{table.prefix}sort="
        own = [link for link in links if link.rpartition("&")[2].startswith(prefix)]
        is_list = path in ("/", "/races/cup/2025/") and name in ("wins", "top_fives", "poles", "laps_led")
        if not len(table.rows) or is_list:
            assert own == []
            continue
        # A column that has nothing to say in two rows is not drawn.
        sorting = {link.rpartition("=")[2].removeprefix("-") for link in own}
        orderable = {bound.name for bound in table.columns if bound.orderable}
        assert sorting <= orderable
        assert bool(sorting) is bool(orderable)
        for link in own[:1] if name == followed else ():
            assert "format=html" in link
            html = client.get(address + link).content.decode()
            assert html.count("aria-sort=") == 1 + sum(
                bool(other.order_by) for other in tables.values() if other is not table
            )


CARS = ["1", "2", "9", "10", "08", "0", "00", "99", ""]


@pytest.mark.parametrize("direction", ["", "-"])
def test_car_numbers_sort_as_numbers(direction):
    """9 before 10, 08 beside 8, an unknown number last: from the database and in a list alike."""
    lines = list(StatLine.objects.all()[: len(CARS)])
    for line, number in zip(lines, CARS):
        line.number = number
    StatLine.objects.bulk_update(lines, ["number"])
    found = StatLine.objects.filter(pk__in=[line.pk for line in lines])

    class CarTable(BaseTable):
        car = columns.CarColumn(number="number")

    order = {}
    for records in (found, list(found)):
        table = configured(CarTable(records), sort=f"{direction}car")
        order[type(records)] = [record.number for record in table.all_records()]
    expected = [{"0", "00"}, {"1"}, {"2"}, {"08"}, {"9"}, {"10"}, {"99"}]
    expected = expected[::-1] if direction else expected
    for numbers in order.values():
        assert numbers[-1] == ""
        assert [number for number in numbers if number] == sorted(
            (number for number in numbers if number),
            key=lambda number: next(place for place, group in enumerate(expected) if number in group),
        )


class Listed(BaseTable):
    """A table of dicts, to try the rules for lists on."""

    name = columns.Column("Name")
    count = columns.NumberColumn("Count")
    rank = columns.RankColumn()


ROWS = [
    {"name": "b", "count": 2, "rank": "1"},
    {"name": "a", "count": None, "rank": "T2"},
    {"name": "", "count": 0, "rank": "T2"},
    {"name": "c", "count": 2, "rank": "4"},
]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("", "b a - c"),
        ("count", "- b c a"),
        ("-count", "b c - a"),
        ("name", "a b c -"),
        ("-name", "c b a -"),
    ],
)
def test_lists_sort_as_querysets_do(sort, names):
    """Zero is a number, unknown comes last both ways, ties stay as they were."""
    table = configured(Listed(ROWS), sort=sort)
    assert " ".join(record["name"] or "-" for record in table.all_records()) == names


@pytest.mark.parametrize(
    ("sort", "problem"),
    [
        ("rank", "“rank” is not a column that sorts. This table sorts by name, count."),
        ("nonsense", "“nonsense” is not a column that sorts. This table sorts by name, count."),
        ("-Nam", "“Nam” is not a column that sorts: did you mean “name”?"),
        ("--count", "“-count” is not a column that sorts: did you mean “count”?"),
        ("count.real", "“count.real” is not a column that sorts: did you mean “count”?"),
        ("count,name", "“count,name” is not a column that sorts: did you mean “count”?"),
        ("pk", "“pk” is not a column that sorts. This table sorts by name, count."),
        ("-", "“” is not a column that sorts. This table sorts by name, count."),
    ],
)
def test_what_sorts_nothing_is_refused(sort, problem):
    """A name that is no column, or one that does not sort, is a fault of the address; it may mean one that does."""
    assert wrong_with(Listed(ROWS, prefix="second-"), sort=sort) == {"second-sort": [problem]}


def test_a_table_that_nothing_sorts():
    problem = "“name” is not a column that sorts. Nothing sorts this table."
    assert wrong_with(Listed(ROWS, exclude=("name", "count")), sort="name") == {"sort": [problem]}


ODD_NUMBERS = ["-1", "0", "abc", "1e9", "٣", "9" * 30, " 7 ", "1_0", "0x10", "1.5", "-99999999999"]


@pytest.mark.parametrize("number", ODD_NUMBERS, ids=ascii)
def test_what_counts_no_pages_is_refused(number):
    problem = f"“{number}” is not a whole number from 1 to 999,999,999."
    for in_pages in (True, False):
        wrong = wrong_with(Listed(ROWS), in_pages=in_pages, page=number, per_page=number)
        assert wrong == {"page": [problem], "per_page": [problem]}


@pytest.mark.parametrize(
    ("asked", "rows", "pages"),
    [
        ({}, 4, 1),
        ({"page": "", "per_page": ""}, 4, 1),
        ({"per_page": "3"}, 3, 2),
        ({"page": "2", "per_page": "3"}, 1, 2),
        ({"page": "02", "per_page": "3"}, 1, 2),
        ({"per_page": "201"}, 4, 1),
        ({"per_page": "999999999"}, 4, 1),
    ],
)
def test_pages(asked, rows, pages):
    """Nothing said is nothing asked, and more rows than a page may hold are as many as it may."""
    table = configured(Listed(ROWS), **asked)
    assert (len(list(table.page_records())), table.paginator.num_pages) == (rows, pages)


@pytest.mark.parametrize("page", ["2", "99999", "999999999"])
def test_a_page_behind_the_last_is_refused(page):
    """Not an empty page, nor another than was asked for; an empty table has one page, which says that it is empty."""
    problem = f"There is no page {page}: the last is 1."
    for in_pages in (True, False):
        assert wrong_with(Listed(ROWS), in_pages=in_pages, page=page) == {"page": [problem]}
    assert wrong_with(Listed([]), page=page) == {"page": [problem]}
    assert list(configured(Listed([]), page="1").page_records()) == []


def test_no_page_holds_more_than_200_rows():
    """The most rows a page shows is 200, however many there are."""

    class Long(BaseTable):
        count = columns.NumberColumn("Count")

    table = configured(Long([{"count": count} for count in range(500)]), per_page="500", page="3")
    assert [record["count"] for record in table.page_records()] == list(range(400, 500))
    assert (table.paginator.per_page, table.paginator.num_pages) == (200, 3)
    assert len(list(table.all_records())) == 500


def test_second_tables_are_their_own(client):
    """The parameters of a second table carry its prefix: they change it, and it alone."""
    path = reverse("races:closest-finishes")
    before = [table.rows for table in Page(client.get(path).content.decode()).tables]
    html = client.get(f"{path}?drivers-sort=driver&drivers-per_page=5&drivers-page=2").content.decode()
    finishes, drivers = [table.rows for table in Page(html).tables]
    assert finishes == before[0]
    assert len(drivers) == 5
    names = sorted(row[1] for row in before[1])
    assert [row[1] for row in drivers] == names[5:10]


def test_columns_need_something_to_say(client):
    """A column that no row of the page fills is left out of it, and stays in the other forms."""
    without = "/closest-finishes/?from=2024-04-28&to=2024-05-06"
    assert "Note" not in Page(client.get(without).content.decode()).tables[0].head
    assert "Note" in Page(client.get("/closest-finishes/?from=2023").content.decode()).tables[0].head
    keys = [column["key"] for column in client.get(f"{without}&format=json").json()["columns"]]
    assert "note" in keys


def test_rates_are_numbers_and_times_are_not():
    """A share or an average is a plain number to machines; a margin keeps every digit."""

    class Figures(BaseTable):
        share = columns.RateColumn("Share")
        margin = columns.MarginColumn()

    table = Figures([{"share": Decimal("0.241"), "margin": Decimal("0.010")}, {"share": None, "margin": None}])
    first, second = ([column.raw(record) for _, column in table.shown_columns()] for record in table.all_records())
    assert first == [0.241, Decimal("0.010")]
    assert isinstance(first[0], float)
    assert second == [None, None]
