"""The admin: counted queries, saves that refresh once, mistakes told in words."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.messages import get_messages
from django.template.response import SimpleTemplateResponse
from django.urls import reverse

from drivers.models import Driver
from importing.health import look_again
from races.admin.forms.page import BookForm
from races.derived import refresh
from races.derived.refresh import deferred
from races.models import (
    Citation,
    Entry,
    GivenTotals,
    Milestone,
    MilestoneReached,
    Race,
    RaceCoverage,
    Result,
    Ruling,
    Season,
    Session,
    StatLine,
    TrackLayout,
)
from testing.books import book_models
from testing.editing import WHY, complaints, page, typed, with_row
from testing.makers import (
    HAMLIN,
    HARVICK,
    LARSON,
    make_driver,
    make_entry,
    make_manufacturer,
    make_race,
    make_result,
    make_ruling,
    make_session,
    make_source,
    make_team,
)
from testing.queries import counted_queries
from testing.roles import KEPT_BY_THE_COMPUTER, as_role, example

MODELS = book_models()


def queries_of(client, address) -> int:
    with counted_queries() as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.fixture
def log_in(client, db):
    """A client for someone of this role."""
    return partial(as_role, client)


@pytest.fixture
def editor(log_in):
    return log_in("publisher")


@pytest.fixture
def few_rows_on_a_page(monkeypatch):
    """Lists of two rows, where it is not their rows that are looked at."""
    for model_admin in admin.site._registry.values():
        monkeypatch.setattr(model_admin, "list_per_page", 2)


@pytest.fixture
def without_sidebar(monkeypatch):
    """Pages without the list of all models, which is the same on each of a role's pages."""
    monkeypatch.setattr(admin.site, "get_app_list", lambda request, app_label=None: [])


@pytest.fixture
def unwritten(without_sidebar, monkeypatch):
    """Pages that are made up and not written out, where it is their forms or their status that is looked at."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")


@pytest.fixture
def refreshes(monkeypatch):
    """The calls of `refresh` from now on."""
    calls = []
    real = refresh.refresh
    monkeypatch.setattr(refresh, "refresh", lambda *args: calls.append(args) or real(*args))
    return calls


@deferred()
def make_book() -> None:
    """Kansas with two cars, their results, and a ruling on one of them."""
    race = make_race(2025, 12, laps=267, field_size=2, lineup="qualifying", date=date(2025, 5, 11))
    make_result(race, LARSON, 1, number="5", team="Hendrick Motorsports", laps=267, laps_led=221, start=1)
    second = make_result(race, HAMLIN, 2, number="11", laps=267, laps_led=46)
    make_ruling(race, date(2025, 5, 13), {second: ({"points": 40}, {"points": -20})})
    make_session(race, "qualifying")


@pytest.fixture
def race(small_book) -> Race:
    return Race.objects.get()


@deferred()
def large_field(race, cars: int):
    """Fill a race up to so many cars, each with a result and a row in the race's ruling."""
    ruling = race.rulings.get()
    for place in range(race.entries.count() + 1, cars + 1):
        team, make = make_team(f"Team {place}"), make_manufacturer(f"Make {place}")
        result = make_result(race, f"Driver {place}", place, number=str(100 + place), team=team, manufacturer=make)
        ruling.changes.create(result=result, before={"position": place + 1}, after={"position": place})
        Citation.objects.create(race=race, source=make_source(f"Source {place}"))


# Pages


def test_every_model_has_its_pages():
    assert {model for model in MODELS if not admin.site.is_registered(model)} == set()


@pytest.mark.parametrize("role", ["viewer", "superuser", "publisher"])
def test_what_may_not_be_written_is_not(log_in, role):
    client = log_in(role)
    for model in MODELS if role == "viewer" else KEPT_BY_THE_COMPUTER:
        row = example(model)
        for what, args in (("add", ()), ("change", (row.pk,)), ("delete", (row.pk,))):
            assert client.post(page(what, model, *args), {"post": "yes"}).status_code == 403, (what, model)
        assert model.objects.filter(pk=row.pk).exists(), model


def test_search_finds_and_counts(editor, few_rows_on_a_page, without_sidebar):
    for model in MODELS:
        example(model)
        with counted_queries() as queries:
            response = editor.get(page("changelist", model), {"q": "kansas 2025"})
        assert (response.status_code, len(queries) <= 40) == (200, True), model
        assert response.context_data["cl"].query == "kansas 2025", model


# Queries


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_lists_and_searches_cost_the_same_for_two_rows_and_fifty(editor, without_sidebar, model, monkeypatch):
    example(model)
    with monkeypatch.context() as patch:
        patch.setattr(admin.site.get_model_admin(model), "list_per_page", 2)
        queries_of(editor, page("changelist", model))
        few = queries_of(editor, page("changelist", model))
    assert queries_of(editor, page("changelist", model)) == few <= 12


@pytest.mark.parametrize("role", ["publisher", "viewer"])
def test_long_inlines_cost_no_query_for_each_row(log_in, race, role):
    client, rows = log_in(role), [race, race.sessions.get(kind="race"), race.rulings.get(), race.entries.first()]
    addresses = [page("change", type(row), row.pk) for row in rows]
    for address in addresses:
        queries_of(client, address)
    few = [queries_of(client, address) for address in addresses]
    large_field(race, 15)
    assert [queries_of(client, address) for address in addresses] == few
    assert [count <= most for count, most in zip(few, (15, 10, 10, 10))] == [True] * 4


def test_an_inline_offers_only_the_cars_of_its_race(editor, race):
    other = make_entry(make_race(2025, 13), HARVICK, "4")
    for row in (race, race.sessions.get(kind="race"), race.rulings.get()):
        html = editor.get(page("change", type(row), row.pk)).content.decode()
        assert "No. 5 Kyle Larson" in html
        assert str(other) not in html


LABELS = {
    # field, what is typed: the row that it finds
    ("races.result.session", "qualifying"): "2025 Cup Series 12: Kansas 12, Qualifying",
    ("races.result.entry", "larson 2025"): "No. 5 Kyle Larson, 2025 Cup Series 12: Kansas 12",
    ("races.rulingchange.result", "hamlin"): "No. 11 Denny Hamlin, 2025 Cup Series 12: Kansas 12, Race",
    ("races.rulingchange.ruling", "ruling"): "A ruling, 2025 Cup Series 12: Kansas 12",
    ("races.entry.race", "kansas 2025"): "2025 Cup Series 12: Kansas 12",
    ("races.session.race", "2025 12"): "2025 Cup Series 12: Kansas 12",
    ("races.entry.driver", "larson"): "Kyle Larson (born 1992)",
    ("races.race.layout", "kansas"): "Kansas, Oval, 1.5 miles, 2025",
    ("races.race.season", "2025"): "2025 Cup Series",
}


def autocomplete(field: str, term: str) -> str:
    app, model, name = field.split(".")
    return reverse(
        "admin:autocomplete", query={"app_label": app, "model_name": model, "field_name": name, "term": term}
    )


def test_autocompletes_say_which_row_they_mean(editor, race):
    Driver.objects.filter(name=LARSON).update(birth_year=1992)
    found = {asked: editor.get(autocomplete(*asked)).json()["results"] for asked in LABELS}
    assert {asked: [row["text"] for row in rows] for asked, rows in found.items()} == {
        asked: [label] for asked, label in LABELS.items()
    }
    few = {asked: queries_of(editor, autocomplete(*asked)) for asked in LABELS}
    large_field(race, 20)
    make_race(2025, 13)
    for field, term in LABELS:
        assert queries_of(editor, autocomplete(field, "")) <= few[field, term], field


# Saving


def test_a_whole_race_through_the_pages(editor, unwritten, empty_book, refreshes):
    def add(model, rows=(), **said):
        data = {**typed(editor.get(page("add", model))), **said}
        for prefix, row in rows:
            data = with_row(data, prefix, **row)
        return save(page("add", model), data)

    def save(address, data):
        refreshes.clear()
        response = editor.post(address, {**data, "_continue": "1"})
        assert response.status_code == 302, complaints(response)
        assert len(refreshes) == 1
        return response.url.split("/")[-3]

    series = add(apps.get_model("races.series"), name="Cup Series", short_name="Cup", slug="cup")
    season = add(Season, series=series, year=2025, rounds=36)
    track = add(
        apps.get_model("races.track"),
        [("layouts", {"name": "Oval", "slug": "oval", "type": "intermediate", "length": "1.5"})],
        name="Kansas Speedway",
        short_name="Kansas",
        slug="kansas",
    )
    layout = TrackLayout.objects.get(track=track)
    add(Milestone, series=series, statistic="wins", threshold=1)
    source = add(apps.get_model("races.source"), title="NASCAR.com", slug="nascar-com", url="nascar.com")
    cars = [
        {"number": number, "driver": add(Driver, name=name, slug=slug), "twin": 0}
        for number, name, slug in (("5", "Kyle Larson", "kyle-larson"), ("17", "Chris Buescher", "chris-buescher"))
    ]
    race = add(
        Race,
        [
            *(("entries", car) for car in cars),
            ("sessions", {"kind": "race", "number": 1}),
            ("sessions", {"kind": "qualifying", "number": 1}),
            ("citations", {"source": source, "fact": "result"}),
        ],
        season=season,
        round=12,
        name="AdventHealth 400",
        layout=layout.pk,
        date="2025-05-11",
        laps=267,
        field_size=2,
        stages=0,
        lineup="qualifying",
        margin_kind="time",
        margin="0.712",
    )
    race = Race.objects.get(pk=race)
    larson, buescher = race.entries.order_by("pk")

    qualifying, session = race.sessions.order_by("kind")
    address = page("change", Session, qualifying.pk) + "?every_car=1"
    data = typed(editor.get(address))
    assert [data["results-0-entry"], data["results-1-entry"]] == [larson.pk, buescher.pk]
    save(address, {**data, "results-0-position": 1, "results-0-lap_time": "29.391"})
    assert qualifying.results.get().lap_speed == Decimal("183.730")

    data = typed(editor.get(page("change", Session, session.pk)))
    for entry, position, led in ((larson, 1, 221), (buescher, 8, 46)):
        said = {"entry": entry.pk, "position": position, "laps": 267, "laps_led": led, "status": "running"}
        data = with_row(data, "results", **said, points=29)
    save(page("change", Session, session.pk), data)

    data = typed(editor.get(page("change", Race, race.pk)))
    save(page("change", Race, race.pk), {**data, "pole": larson.pk})

    ruling = add(Ruling, race=race.pk, number=1, kind="penalty", announced="2025-05-13", title="Buescher penalised")
    amended = session.results.get(entry=buescher)
    data = typed(editor.get(page("change", Result, amended.pk)))
    save(page("change", Result, amended.pk), {**data, "points": -31})
    data = typed(editor.get(page("change", Ruling, ruling)))
    changed = {"result": amended.pk, "before": '{"points": 29}', "after": '{"points": -31}'}
    save(page("change", Ruling, ruling), with_row(data, "changes", **changed))

    lines = StatLine.objects.order_by("finish", "valid_from")
    assert list(lines.values_list("driver__slug", "finish", "points", "pole", "valid_from", "valid_to")) == [
        ("kyle-larson", 1, 29, True, date(2025, 5, 11), None),
        ("chris-buescher", 8, 29, False, date(2025, 5, 11), date(2025, 5, 13)),
        ("chris-buescher", 8, -31, False, date(2025, 5, 13), None),
    ]
    assert MilestoneReached.objects.get().race == race
    assert refresh.differences() == 0

    refreshes.clear()
    assert editor.post(page("delete", Race, race.pk), {"post": "yes", "why": WHY}).status_code == 302
    assert len(refreshes) == 1
    assert (Race.objects.count(), StatLine.objects.count(), MilestoneReached.objects.count()) == (0, 0, 0)


def test_deleting_from_the_list_refreshes_once(editor, race, refreshes):
    make_result(make_race(2025, 13), HAMLIN, 1)
    Race.objects.update(status="provisional")
    refreshes.clear()
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in Race.objects.all()], "post": "yes"}
    assert editor.post(page("changelist", Race), chosen).status_code == 302
    assert (len(refreshes), StatLine.objects.count()) == (1, 0)


def test_looking_refreshes_nothing(editor, race, refreshes):
    for address in (page("changelist", Race), page("change", Race, race.pk), page("delete", Race, race.pk)):
        assert editor.get(address).status_code == 200
    assert refreshes == []


def test_an_untouched_page_changes_nothing(editor, unwritten, race):
    large_field(race, 12)

    def book():
        return {model: list(model.objects.order_by("pk").values()) for model in MODELS}

    look_again([race.pk])
    before = book()
    for row in (race, *race.sessions.all(), race.rulings.get(), race.entries.first(), Driver.objects.first()):
        address = page("change", type(row), row.pk)
        assert editor.post(address, typed(editor.get(address))).status_code == 302
    assert book() == before


# Mistakes


MISTAKES = {
    Race: [
        ({"round": ""}, "A points race has a round and no slug; any other race a slug and no round."),
        ({"slug": "kansas-1"}, "A points race has a round and no slug; any other race a slug and no round."),
        ({"kind": "exhibition", "round": "", "slug": "5"}, "A slug must not be a bare number"),
        ({"margin_kind": "laps"}, "How many laps? Type the margin, or leave its kind empty where it is unknown."),
        ({"margin_kind": "caution", "margin": "1"}, "A finish under caution has no margin: empty this box, or choose"),
        ({"margin_kind": "time", "margin": "-1"}, "A margin cannot be less than zero."),
        ({"margin_kind": "time", "margin": "99999999999999999999"}, "no more than 7 digits"),
        ({"margin_kind": "time", "margin": "1e400"}, "no more than 7 digits"),
        ({"margin_kind": "time", "margin": "NaN"}, "Enter a number."),
        ({"lineup": "draw", "pole": "LARSON"}, "There is no pole award where qualifying did not set the lineup."),
        ({"pole": "99999999999999999999"}, "Select a valid choice."),
        ({"pole": "abc"}, "Select a valid choice."),
        ({"season": "abc"}, "Select a valid choice."),
        ({"season": "99999999999999999999"}, "Select a valid choice."),
        ({"laps": "99999999999999999999"}, "less than or equal to 32767"),
        ({"laps": "9" * 5000}, "Enter a whole number."),
        ({"laps": "40000"}, "less than or equal to 32767"),
        ({"laps": "-1"}, "greater than or equal to 0"),
        ({"laps": "2.5"}, "Enter a whole number."),
        ({"caution_laps": "300"}, "There cannot be more caution laps than laps."),
        ({"duration": "999999999 00:00:00"}, "Ensure this value is less than or equal to"),
        ({"duration": "-3:00:00"}, "Ensure this value is greater than or equal to"),
        ({"duration": "a while"}, "Enter a valid duration."),
        ({"average_speed": "301"}, "An average speed lies between 0 and 300 mph."),
        ({"date": "2025-02-30"}, "Enter a valid date."),
        ({"name": "Advent\0Health"}, "Null characters are not allowed."),
        ({"entries-1-number": "5"}, "This race already has a car with that number."),
        ({"entries-1-number": "0 8"}, "A car number is letters and figures as painted"),
        ({"entries-1-driver": "99999999999999999999"}, "Select a valid choice."),
        ({"entries-1-driver": "abc"}, "Select a valid choice."),
        ({"entries-1-twin": "99999999999999999999"}, "less than or equal to 32767"),
        ({"sessions-0-kind": "race"}, "This race already has that session."),
        ({"sessions-1-number": "2"}, "A race weekend has one race session."),
        ({"rulings-0-number": "0"}, "Rulings are counted from 1."),
    ],
    Session: [
        ({"results-0-position": "0"}, "The position counts from 1."),
        ({"results-0-laps_led": "268"}, "A car cannot lead more laps than it ran."),
        ({"results-0-points": "-32769"}, "greater than or equal to -32767"),
        ({"results-1-entry": "LARSON"}, "This session already has a result for that car."),
        ({"number": "2"}, "A race weekend has one race session."),
        ({"results-TOTAL_FORMS": "x"}, "ManagementForm data is missing or has been tampered with"),
    ],
    Driver: [
        ({"aliases-TOTAL_FORMS": "99999999999999999999"}, "Please submit at most 250 forms."),
        ({"slug": "denny-hamlin"}, "Driver with this Slug already exists."),
        ({"slug": "Kyle Larson"}, "Enter a valid “slug”"),
        ({"suffix": "Esq."}, "A suffix is Jr., Sr., I, II, III, IV or V."),
        ({"birth_year": "99999999999999999999"}, "less than or equal to 32767"),
        ({"birth_year": "1800"}, "The year of birth must lie between 1870 and 2100."),
        ({"born": "1992-07-31", "birth_year": "1992"}, "Give the date of birth or only its year, not both."),
    ],
    Result: [
        ({"lap_time": "30", "lap_speed": "100"}, "30 s on 1.5 miles is 180.000 mph, not 100 mph."),
        ({"lap_time": "0"}, "A lap time and a speed are more than zero; leave an unknown one empty."),
        ({"lap_time": "0.001"}, "is not the speed of a racing lap"),
        ({"gap": "-0.1"}, "A gap cannot be less than zero."),
        ({"entry": "OTHER"}, "is entered in another race than this session's."),
    ],
    Ruling: [
        ({"changes-0-before": '{"hair": 1}', "changes-0-after": '{"hair": 2}'}, "“hair” cannot be changed by"),
        ({"changes-0-before": '{"points": 1, "laps": 2}'}, "Before and after must name the same columns."),
        ({"changes-0-before": '{"points": "many"}'}, "expected int or null."),
        ({"changes-0-before": "[1]"}, "Write the columns that change"),
        ({"changes-0-before": "{"}, "Enter a valid JSON."),
        ({"changes-0-before": "null"}, "This field is required."),
    ],
    Entry: [
        ({"number": "5"}, "This race already has a car with that number."),
    ],
    Season: [
        ({"year": "20255"}, "A season lies between 1900 and 2200."),
    ],
    TrackLayout: [
        ({"length": "50"}, "A layout is longer than 0 and shorter than 50 miles."),
        ({"length": "1.12345"}, "Ensure that there are no more than 4 decimal places."),
    ],
}
"""On each page: what is typed, and what the page says of it."""


@pytest.mark.parametrize("model", MISTAKES, ids=lambda model: model.__name__)
def test_mistakes_are_told_on_the_page(editor, race, monkeypatch, model):
    """One of each page is written out; of the others it is what is told that is looked at."""
    other = make_entry(make_race(2025, 13), LARSON, "5")
    row = {
        Race: race,
        Session: race.sessions.get(kind="race"),
        Result: Result.objects.get(position=1),
        Ruling: race.rulings.get(),
        Entry: race.entries.get(number="11"),
        Driver: make_driver(),
        Season: race.season,
        TrackLayout: race.layout,
    }[model]
    meant = {"LARSON": race.entries.get(number="5").pk, "OTHER": other.pk}
    address = page("change", model, row.pk)
    untouched = typed(editor.get(address))
    for place, (said, message) in enumerate(MISTAKES[model]):
        data = {**untouched, **{name: meant.get(value, value) for name, value in said.items()}}
        response = editor.post(address, data)
        for told in (complaints(response), *([] if place else [response.content.decode()])):
            assert message in told.replace("&#x27;", "'").replace("&quot;", '"'), said
        monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")


CLASHES = [
    (
        "entries",
        [{"number": "7", "driver": "HARVICK", "twin": 0}, {"number": "7", "driver": "BYRON", "twin": 0}],
        "This race already has a car with that number.",
    ),
    (
        "entries",
        [{"number": "", "driver": "HARVICK", "twin": 0}] * 2,
        "This race already has an entry of that driver without a number.",
    ),
    ("sessions", [{"kind": "stage", "number": 1}] * 2, "This race already has that session."),
    (
        "citations",
        [{"source": "SOURCE", "fact": "margin"}] * 2,
        "This source is already cited for that fact of the race.",
    ),
    (
        "rulings",
        [{"number": 2, "kind": "penalty", "announced": "2025-05-13", "title": "A"}] * 2,
        "This race already has a ruling with that number.",
    ),
]


@pytest.mark.parametrize("add", [True, False], ids=["new race", "old race"])
def test_rows_of_one_page_that_clash(editor, unwritten, race, add):
    """Each row is refused beside the other, and one of each is not."""
    meant = {"HARVICK": make_driver(HARVICK).pk, "BYRON": make_driver("William Byron").pk, "SOURCE": make_source().pk}
    address = page("add", Race) if add else page("change", Race, race.pk)
    data = typed(editor.get(address))
    if add:
        data |= {"season": race.season_id, "round": 14, "name": "Charlotte", "layout": race.layout_id}
    no_clash = data
    for prefix, rows, message in CLASHES:
        first, second = ({name: meant.get(value, value) for name, value in row.items()} for row in rows)
        no_clash = with_row(no_clash, prefix, **first)
        clash = with_row(with_row(data, prefix, **first), prefix, **second)
        assert message in complaints(editor.post(address, clash)), prefix
    assert editor.post(address, no_clash).status_code == 302


def test_twins_and_unknown_numbers_are_no_clash(editor, unwritten, race):
    address = page("change", Race, race.pk)
    data = typed(editor.get(address))
    for number, driver, twin in (("5", HARVICK, 1), ("", HARVICK, 0), ("", "William Byron", 0)):
        data = with_row(data, "entries", number=number, driver=make_driver(driver).pk, twin=twin)
    assert editor.post(address, data).status_code == 302
    assert race.entries.count() == 5


def test_cars_exchange_their_numbers_in_one_save(editor, unwritten, race, refreshes):
    """Two, and three in a circle; what hangs on them stays. So do results that exchange their cars."""
    make_result(race, HARVICK, 3, number="4")
    was, results = dict(race.entries.values_list("number", "pk")), list(Result.objects.order_by("pk").values())
    for numbers in ({"5": "11", "11": "5"}, {"5": "11", "11": "4", "4": "5"}):
        address, data = page("change", Race, race.pk), {}
        before = dict(race.entries.values_list("pk", "number"))
        data = typed(editor.get(address))
        rows = {data[f"entries-{row}-number"]: f"entries-{row}-number" for row in range(3)}
        refreshes.clear()
        response = editor.post(address, {**data, **{rows[number]: new for number, new in numbers.items()}})
        assert response.status_code == 302, complaints(response)
        after = {pk: numbers.get(number, number) for pk, number in before.items()}
        assert (dict(race.entries.values_list("pk", "number")), len(refreshes)) == (after, 1)
    assert set(race.entries.values_list("pk", flat=True)) == set(was.values())
    assert list(Result.objects.order_by("pk").values()) == results
    address = page("change", Session, race.sessions.get(kind="race").pk)
    data = typed(editor.get(address))
    swapped = {"results-0-entry": data["results-1-entry"], "results-1-entry": data["results-0-entry"]}
    assert editor.post(address, {**data, **swapped}).status_code == 302
    assert [row["entry_id"] for row in results[:2]] == list(
        Result.objects.order_by("-position").filter(position__lte=2).values_list("entry", flat=True)
    )
    assert refresh.differences() == 0


def test_columns_off_the_form_are_kept_too(editor, unwritten, race):
    """A result's lap is on its own page; what is wrong with it shows above the row."""
    Result.objects.filter(position=1).update(lap_time="30", lap_speed="100")
    address = page("change", Session, race.sessions.get(kind="race").pk)
    data = {**typed(editor.get(address)), "results-0-points": 60}
    assert "30.000 s on 1.5 miles is 180.000 mph" in complaints(editor.post(address, data))


def test_what_somebody_else_wrote_first_is_told_in_words(editor, race, monkeypatch):
    monkeypatch.setattr(BookForm, "_keep_uniques", lambda self: None)
    monkeypatch.setattr("races.admin.forms.rows.doubles", lambda rows: [])
    address = page("change", Race, race.pk)
    data = with_row(typed(editor.get(address)), "entries", number="5", driver=make_driver(HARVICK).pk, twin=0)
    response = editor.post(address, {**data, "name": "Renamed"}, follow=True)
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "Nothing was saved: This race already has a car with that number."
    ]
    assert not Race.objects.filter(name="Renamed").exists()


def test_given_totals_on_the_drivers_page(editor, unwritten, race):
    driver = make_driver()
    address = page("change", Driver, driver.pk)
    said = {"series": race.season.series_id, "through_season": 2024, "through_round": 36, "source": make_source().pk}
    data = with_row(typed(editor.get(address)), "given_totals", **said, wins=30, starts=20, top_fives=10)
    assert "Wins are among the top fives" in complaints(editor.post(address, data))
    data |= {"given_totals-0-starts": 400, "given_totals-0-top_fives": 100}
    assert editor.post(address, data).status_code == 302
    assert GivenTotals.objects.get().driver == driver
    assert StatLine.objects.as_of().get(driver=driver).wins_after == 31


# Odd addresses


ODD_OF_ANY_LIST = [
    "?e=1",
    "?p=99999999999999999999",
    "?p=-1",
    "?p=abc",
    "?all=1",
    "?year=abc",
    "?_to_field=slug",
    "?_to_field=password",
    "?_popup=1",
    "?_facets=x",
    "?id__in=1,x",
    "?date__year=abc",
    "?date__gte=x",
]
"""What does not ask for a column of the list is read alike by all lists: two of them are tried."""
ODD_OF_A_MODEL = [
    "?q=" + "9" * 5000,
    "?o=99999999999999999999",
    "?id__exact=99999999999999999999",
    "?o=99.-99.x",
    "?pk=99999999999999999999",
    "?id__in=1,99999999999999999999",
]
ODD_OF_DATES = [
    "?{hierarchy}__year=abc",
    "?{hierarchy}__year=99999999999999999999",
    "?{hierarchy}__year=2025&{hierarchy}__month=13",
    "?{hierarchy}__year=0",
    "?{hierarchy}__year=9999&{hierarchy}__month=12&{hierarchy}__day=31",
    "?{hierarchy}__gte=x",
]
ODD_VALUES = ["abc", "99999999999999999999"]
ODD_IDS = ["99999999999999999999999", "-1", "abc", "0x10", "_5F", "9" * 5000, "1/../2", "١"]
EVERY_ODDITY = {Race, RaceCoverage}
"""Of pages with all that a list can have, and of pages that only show."""


def odd_addresses(model):
    """Of the model's list, of a row that is not there, and of a new row that starts with odd choices."""
    model_admin, is_full = admin.site.get_model_admin(model), model in EVERY_ODDITY
    odd = ODD_OF_A_MODEL + ODD_OF_ANY_LIST if is_full else ODD_OF_A_MODEL[:3]
    values = ODD_VALUES if is_full else ODD_VALUES[-1:]
    if model_admin.date_hierarchy:
        asked = ODD_OF_DATES if is_full else ODD_OF_DATES[:1]
        odd = odd + [query.format(hierarchy=model_admin.date_hierarchy) for query in asked]
    named = [each for each in model_admin.list_filter if not isinstance(each, type)]
    filters = [each if isinstance(each, str) else each[0] for each in named]
    lookups = [f"{name}{lookup}" for name in filters for lookup in (("", "__exact") if is_full else ("__exact",))]
    odd += [f"?{lookup}={value}" for lookup in lookups for value in values]
    ids = [(pk, what) for pk in ODD_IDS for what in ("change", "delete")] if is_full else [(ODD_IDS[0], "change")]
    choices = [field.name for field in model._meta.concrete_fields if field.remote_field]
    chosen = ["&".join(f"{name}={value}" for name in choices) for value in values] if choices else []
    yield from (page("changelist", model) + query for query in odd)
    yield from (page("changelist", model) + f"{pk}/{what}/" for pk, what in ids)
    yield from (page("add", model) + f"?{query}" for query in chosen)


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_odd_address_breaks_a_page(request, editor, model, few_rows_on_a_page, without_sidebar):
    """Written out are those of which every oddity is asked."""
    if model not in EVERY_ODDITY:
        request.getfixturevalue("unwritten")
    editor.raise_request_exception = False
    addresses = odd_addresses(model)
    broken = {address[:120]: status for address in addresses if (status := editor.get(address).status_code) >= 500}
    assert broken == {}


SEARCHED = [model for model, model_admin in admin.site._registry.items() if model_admin.search_fields]
CHOSEN = [
    (model, field.name)
    for model in admin.site._registry
    for field in model._meta.concrete_fields
    if field.remote_field and field.remote_field.model in SEARCHED
]
TOO_LONG = [2000 * "a ", " ".join(map(str, range(900))), 101 * "x"]
ODD_TEXTS = [" ".join(50 * "a"), '"', "'\"'", '"a b" "a c', "%_\\", "🏁", "\u202eİß\ufffe", "\0", "a\0b", 100 * "x"]


@pytest.mark.ignore_template_errors
def test_a_search_is_bounded(log_in, few_rows_on_a_page, without_sidebar):
    """Of every list of the admin: a text too long is refused, and any other answered."""
    superuser = log_in("superuser")
    for model in SEARCHED:
        for text in TOO_LONG if model is Race else TOO_LONG[:1]:
            response = superuser.get(page("changelist", model), {"q": text})
            said = response.content.decode()
            told = (response.status_code, "<code>q</code>" in said, "at most 100 characters" in said)
            assert told == (400, True, True), model
        for text in ODD_TEXTS if model is Race else ODD_TEXTS[:1]:
            status = superuser.get(page("changelist", model), {"q": text}).status_code
            assert status == (400 if "\0" in text else 200), (model, text)


def test_an_autocomplete_is_bounded(log_in):
    """Of every field that has one; those that choose among the same rows search alike."""
    superuser, tried = log_in("superuser"), set()
    for model, field in CHOSEN:
        asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
        chosen = model._meta.get_field(field).remote_field.model
        for text in TOO_LONG[:1] + ODD_TEXTS[:1] if chosen in tried else TOO_LONG + ODD_TEXTS:
            response = superuser.get(reverse("admin:autocomplete"), asked | {"term": text})
            refused = text in TOO_LONG or "\0" in text
            status, says = (400, "term") if refused else (200, '"results"')
            told = (response.status_code, says in response.content.decode())
            assert told == (status, True), (model, field, text)
        tried.add(chosen)


@pytest.mark.parametrize("model", SEARCHED, ids=lambda model: model.__name__)
def test_a_search_looks_for_each_word_once(db, rf, model):
    model_admin = admin.site.get_model_admin(model)
    once, often = (
        model_admin.get_search_results(rf.get("/"), model.objects.all(), text)[0].query
        for text in ("a 'b c'", "a 'b c' a a 'b c'")
    )
    assert str(once) == str(often)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?term=x",
        "?app_label=races&model_name=race&field_name=season&term=%00",
        "?app_label=races&model_name=race&field_name=season&page=99999999999999999999",
        "?app_label=races&model_name=race&field_name=season&page=abc",
        "?app_label=races&model_name=race&field_name=name",
        "?app_label=races&model_name=race&field_name=nothing",
        "?app_label=races&model_name=%00&field_name=season",
        "?app_label=races&model_name=importrun&field_name=user",
    ],
)
def test_no_odd_search_breaks_an_autocomplete(editor, query):
    editor.raise_request_exception = False
    assert editor.get(reverse("admin:autocomplete") + query).status_code < 500


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_no_list_can_mean_is_a_400(log_in, model):
    superuser, changelist = log_in("superuser"), page("changelist", model)
    assert superuser.get(changelist, {"pk__regex": "("}).status_code == 400
    for selected in ("abc", "-1", "", "9" * 30) if model in EVERY_ODDITY else ("9" * 30,):
        said = {"action": "delete_selected", "_selected_action": selected}
        assert superuser.post(changelist, said).status_code == 400, selected
