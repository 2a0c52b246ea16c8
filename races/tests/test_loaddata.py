"""`loaddata`: what it writes, what it refuses and in which words, and that a refusal leaves no trace."""

import gzip
import io
import json
from copy import deepcopy
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from drivers.models import Driver
from races.derived import refresh
from races.models import Entry, Race, RaceCheck, Result, StatLine
from racestats.constraints import broken_by
from testing.files.samples import as_bytes, csv_bytes, csv_row, document, weekend

RACE = ["cup", 2025, "12"]
LARSON = [*RACE, "5", 0, "kyle-larson"]
BUESCHER = [*RACE, "17", 0, "chris-buescher"]
RACE_SESSION = [*RACE, "race", 1]

BOOK = [
    ("drivers.driver", {"name": "Kyle Larson", "slug": "kyle-larson"}),
    ("drivers.driver", {"name": "Chris Buescher", "slug": "chris-buescher"}),
    ("drivers.manufacturer", {"name": "Chevrolet", "slug": "chevrolet"}),
    ("races.series", {"name": "Cup Series", "short_name": "Cup", "slug": "cup"}),
    ("races.season", {"series": ["cup"], "year": 2025}),
    ("races.track", {"name": "Kansas Speedway", "short_name": "Kansas", "slug": "kansas"}),
    (
        "races.tracklayout",
        {"track": ["kansas"], "name": "Oval", "slug": "oval", "length": "1.5", "type": "intermediate"},
    ),
    (
        "races.race",
        {
            "season": ["cup", 2025],
            "round": 12,
            "name": "AdventHealth 400",
            "layout": ["kansas", "oval"],
            "date": "2025-05-11",
            "laps": 267,
            "lineup": "qualifying",
            "pole": LARSON,
            "margin_kind": "time",
            "margin": "0.712",
        },
    ),
    ("races.entry", {"race": RACE, "number": "5", "driver": ["kyle-larson"], "manufacturer": ["chevrolet"]}),
    ("races.entry", {"race": RACE, "number": "17", "driver": ["chris-buescher"]}),
    ("races.session", {"race": RACE, "kind": "race", "number": 1}),
    ("races.result", {"session": RACE_SESSION, "entry": LARSON, "position": 1, "laps": 267, "laps_led": 221}),
    ("races.result", {"session": RACE_SESSION, "entry": BUESCHER, "position": 8, "laps": 267, "laps_led": 0}),
    (
        "races.ruling",
        {"race": RACE, "number": 1, "kind": "penalty", "announced": "2025-05-13", "title": "Buescher penalised"},
    ),
    (
        "races.rulingchange",
        {
            "ruling": [*RACE, 1],
            "result": [*RACE_SESSION, "17", 0, "chris-buescher"],
            "before": {"laps": 266},
            "after": {"laps": 267},
        },
    ),
    ("races.source", {"title": "NASCAR.com", "slug": "nascar-com"}),
    ("races.citation", {"source": ["nascar-com"], "race": RACE, "fact": "result"}),
    ("races.milestone", {"series": ["cup"], "statistic": "wins", "threshold": 1}),
]
RACE_AT, LAYOUT_AT, LARSON_AT, BUESCHER_AT, RESULT_AT, CHANGE_AT, CITATION_AT = 7, 6, 8, 9, 11, 14, 16


def nodes():
    return [{"model": model, "fields": deepcopy(fields)} for model, fields in BOOK]


def changed(place, added=None, **said):
    """The book with one object changed; `...` takes a field away, `added` puts another object after it."""
    book = nodes()
    if "pk" in said:
        book[place]["pk"] = said.pop("pk")
    fields = {**book[place]["fields"], **said}
    book[place]["fields"] = {name: value for name, value in fields.items() if value is not ...}
    if added:
        book.insert(place + 1, {"model": added[0], "fields": added[1]})
    return book


def counts():
    """How many rows each table holds."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


@pytest.fixture
def load(tmp_path, empty_book):
    """Load these objects, or this text, as one fixture file, and return what is printed."""

    def load(content, name="book.json", **options):
        path = tmp_path / name
        text = content if isinstance(content, (str, bytes)) else json.dumps(content)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        out = io.StringIO()
        call_command("loaddata", str(path), stdout=out, **options)
        return out.getvalue()

    return load


@pytest.fixture
def refused(load):
    """Load what must be refused without a trace, and return the message."""

    def refused(content, **options):
        before = counts()
        with pytest.raises(CommandError) as caught:
            load(content, **options)
        assert counts() == before
        return str(caught.value)

    return refused


def test_the_whole_book_and_its_derived_rows(load, monkeypatch):
    refreshes = []
    real = refresh.refresh
    monkeypatch.setattr(refresh, "refresh", lambda *args: refreshes.append(args) or real(*args))
    assert load(nodes()) == f"Installed {len(BOOK)} object(s) from 1 fixture(s)\n"
    assert len(refreshes) == 1
    assert refresh.differences() == 0
    race = Race.objects.get()
    assert str(race.pole) == "No. 5 Kyle Larson"
    assert list(StatLine.objects.as_of().order_by("finish").values_list("driver__slug", "wins_after")) == [
        ("kyle-larson", 1),
        # Earlier rounds of the season are not on file: at least none says nothing.
        ("chris-buescher", None),
    ]


def test_what_does_not_add_up_is_the_health_of_the_race(load):
    """Also where only a format of points is loaded."""
    load(changed(RESULT_AT, position=8, points=28))
    assert list(RaceCheck.objects.values_list("code", "message")) == [("positions", "position 8 stands 2 times")]
    points = {"series": ["cup"], "name": "Stages", "first_season": 2017, "by_position": list(range(40, 0, -1))}
    load([{"model": "races.pointsformat", "fields": points}])
    assert [check.code for check in RaceCheck.objects.all()] == ["points-table", "positions"]
    load(changed(RESULT_AT, points=40))
    assert not RaceCheck.objects.exists()


def test_loading_again_changes_nothing(load):
    load(nodes())
    before = {model: list(model.objects.order_by("pk").values()) for model in (Race, Entry, Result, StatLine)}
    load(nodes())
    assert {model: list(model.objects.order_by("pk").values()) for model in before} == before


def test_filled_in_what_the_book_says_stays(load):
    load(nodes())
    load(changed(RESULT_AT, position=2, start=1, laps_led=0), fill_in=True)
    result = Result.objects.get(entry__driver__slug="kyle-larson")
    assert (result.position, result.start, result.laps_led) == (1, 1, 221)
    Race.objects.update(pole=None, margin_note="")
    load(changed(RACE_AT, name="Another", margin_note="By a photo."), fill_in=True)
    race = Race.objects.get()
    assert (race.name, race.margin_note, str(race.pole)) == ("AdventHealth 400", "By a photo.", "No. 5 Kyle Larson")


def test_a_dump_comes_back_as_it_was(load, empty_book):
    load(nodes())

    def dump():
        out = io.StringIO()
        options = {"use_natural_foreign_keys": True, "use_natural_primary_keys": True}
        call_command("dumpdata", "drivers", "races", stdout=out, **options)
        return json.loads(out.getvalue())

    dumped = dump()
    for model in reversed(list(apps.get_app_config("races").get_models())):
        model.objects.all()._raw_delete("default")
    Driver.objects.all()._raw_delete("default")
    load(dumped)
    assert dump() == dumped


@pytest.mark.parametrize(
    ("content", "options", "races"),
    [
        pytest.param(gzip.compress(json.dumps(nodes()).encode()), {"name": "book.json.gz"}, 1, id="compressed"),
        pytest.param(nodes(), {"exclude": ["races", "drivers"]}, 0, id="excluded apps"),
        pytest.param(nodes()[:8], {"exclude": ["drivers.driver", "races.race"]}, 0, id="excluded models"),
        pytest.param([{"model": "races.lap", "fields": {}}, *nodes()], {"ignore": True}, 1, id="unknown model ignored"),
        pytest.param(changed(RACE_AT, purse=5), {"ignore": True}, 1, id="unknown field ignored"),
        pytest.param(changed(RACE_AT, margin=0.712), {}, 1, id="decimal as a number"),
        pytest.param(changed(RACE_AT, pole=None), {}, 1, id="no pole"),
    ],
)
def test_the_ways_to_load(load, content, options, races):
    load(content, **options)
    assert Race.objects.count() == races
    assert Race.objects.filter(margin=Decimal("0.712")).count() == races


def test_references_by_id(load):
    """A dump without natural keys names rows by their ids."""
    load(nodes()[:RACE_AT])
    larson = Driver.objects.get(slug="kyle-larson")
    load([{"model": "drivers.driveralias", "pk": 7, "fields": {"driver": larson.pk, "alias": "nascar:4030"}}])
    assert larson.aliases.get().pk == 7


def test_other_formats_load_as_django_does(load):
    lines = "\n".join(json.dumps(node) for node in nodes()[:RACE_AT])
    load(lines, name="book.jsonl")
    assert Driver.objects.count() == 2


def test_an_empty_fixture_is_only_told_of(load, capsys):
    load("[]")
    assert capsys.readouterr().err == "book.json holds no object: nothing was loaded of it.\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"model": "races.series",\n  "fields": {"name": }]', "book.json, line 2, column 22: Expecting value."),
        ("", "book.json is empty."),
        (as_bytes([document()]), "book.json is no fixture but race documents (JSON): bring it in with"),
        (csv_bytes(csv_row()), "book.json is no fixture but nascaR.data (CSV): bring it in with import_results."),
        (as_bytes(document()), "book.json is no fixture but race documents (JSON): bring it in with import_results."),
        (
            as_bytes(weekend()),
            "book.json is no fixture but NASCAR's weekend-feed.json: bring it in with import_results.",
        ),
        (b"[\xff]", "book.json is not JSON: 'utf-"),
        ("[" * 100_000, "book.json is not JSON: "),
        ('{"model": "races.series"}', 'book.json: a fixture is a list of objects, not {"model": "races.series"}.'),
        ("null", "book.json: a fixture is a list of objects, not null."),
        ("[5]", "book.json, object 1: 5 does not name its “model”."),
        ("[[]]", "book.json, object 1: [] does not name its “model”."),
        ('[{"fields": {}}]', 'book.json, object 1: {"fields": {}} does not name its “model”.'),
        ('[{"model": 5, "fields": {}}]', "does not name its “model”."),
        ('[{"model": "races.lap", "fields": {}}]', "book.json, object 1 (races.lap): there is no model “races.lap”."),
        ('[{"model": "lap", "fields": {}}]', "book.json, object 1 (lap): there is no model “lap”."),
        ('[{"model": "races.series"}]', "book.json, object 1 (races.series): its “fields” are missing, or are not"),
        ('[{"model": "races.series", "fields": []}]', "its “fields” are missing, or are not an object."),
    ],
)
def test_what_is_not_a_fixture(refused, text, message):
    assert message in refused(text)


@pytest.mark.parametrize(
    ("place", "said", "message"),
    [
        # references
        (
            LARSON_AT,
            {"driver": ["no-such-driver"]},
            'object 9 (races.entry): driver ["no-such-driver"] is not in the book.',
        ),
        (LARSON_AT, {"driver": ["kile-larson"]}, '"kile-larson"] is not in the book; did you mean ["kyle-larson"]?'),
        (LARSON_AT, {"driver": 999_999}, "object 9 (races.entry): driver 999999 is not in the book."),
        (LARSON_AT, {"team": ["no-such-team"]}, 'object 9 (races.entry): team ["no-such-team"] is not in the book.'),
        (
            RACE_AT,
            {"layout": ["kansas", "roval"]},
            'object 8 (races.race): layout ["kansas", "roval"] is not in the book.',
        ),
        (
            RACE_AT,
            {"pole": [*RACE, "99", 0, "kyle-larson"]},
            'pole ["cup", 2025, "12", "99", 0, "kyle-larson"] is not in',
        ),
        (
            RESULT_AT,
            {"entry": [*RACE, "5", 0, "nobody"]},
            'entry ["cup", 2025, "12", "5", 0, "nobody"] is not in the book.',
        ),
        (LARSON_AT, {"driver": None}, "driver null: this reference cannot be empty."),
        (LARSON_AT, {"driver": ...}, "object 9 (races.entry): driver is missing."),
        (LARSON_AT, {"driver": "kyle-larson"}, 'driver "kyle-larson": write the natural key as a list, [slug].'),
        (LARSON_AT, {"driver": {"slug": "kyle-larson"}}, "write the natural key as a list, [slug]."),
        (LARSON_AT, {"driver": {"kyle-larson": 1}}, "write the natural key as a list, [slug]."),
        (LARSON_AT, {"driver": 5.5}, "driver 5.5: write the natural key as a list, [slug]."),
        (LARSON_AT, {"driver": True}, "driver true: write the natural key as a list, [slug]."),
        (LARSON_AT, {"driver": []}, "driver []: write the natural key as a list, [slug]."),
        (
            LARSON_AT,
            {"driver": [["kyle-larson"]]},
            'driver [["kyle-larson"]]: write the natural key as a list, [slug].',
        ),
        (
            LARSON_AT,
            {"driver": ["kyle", "larson"]},
            'driver ["kyle", "larson"]: write the natural key as a list, [slug].',
        ),
        (RACE_AT, {"season": ["cup"]}, 'season ["cup"]: write the natural key as a list, [series slug, year].'),
        (
            LARSON_AT,
            {"race": ["cup", 2025]},
            'race ["cup", 2025]: write the natural key as a list, [series, year, key].',
        ),
        (RACE_AT, {"season": ["cup", "last"]}, 'season ["cup", "last"] does not name one season: '),
        (RACE_AT, {"season": ["cup", 10**30]}, "is not in the book."),
        # values
        (RESULT_AT, {"laps": "many"}, 'object 12 (races.result): laps "many": “many” value must be an integer.'),
        (RESULT_AT, {"laps": 12.5}, "laps 12.5: expected a whole number."),
        (RESULT_AT, {"laps": True}, "laps true: expected a text or a number, not true or false."),
        (RESULT_AT, {"laps": [267]}, "laps [267]: expected one value."),
        (RESULT_AT, {"laps": -1}, "laps -1: Ensure this value is greater than or equal to 0."),
        (RESULT_AT, {"laps": 10**30}, "Ensure this value is less than or equal to"),
        (RESULT_AT, {"status": "asleep"}, "'asleep' is not a valid choice. There are running, accident, "),
        (
            RESULT_AT,
            {"disqualified": "perhaps"},
            'disqualified "perhaps": “perhaps” value must be either True or False.',
        ),
        (RESULT_AT, {"disqualified": None}, "disqualified null: "),
        (RACE_AT, {"date": "2025-02-30"}, 'date "2025-02-30": '),
        (RACE_AT, {"date": 20250511}, "date 20250511: "),
        (RACE_AT, {"margin": "close"}, 'margin "close": “close” value must be a decimal number.'),
        (RACE_AT, {"margin": "NaN"}, 'margin "NaN": '),
        (RACE_AT, {"margin": "0.71234"}, 'margin "0.71234": Ensure that there are no more than 3 decimal places.'),
        (RACE_AT, {"duration": "long"}, 'duration "long": '),
        (RACE_AT, {"name": ""}, 'name "": This field cannot be blank.'),
        (RACE_AT, {"name": None}, "name null: This field cannot be null."),
        (RACE_AT, {"name": ...}, "object 8 (races.race): name is missing."),
        (RACE_AT, {"name": {"en": "AdventHealth"}}, 'name {"en": "AdventHealth"}: expected one value.'),
        (RACE_AT, {"name": "Advent\0Health"}, "a text cannot hold a null character."),
        (RACE_AT, {"laps_run": 267}, "“laps_run” is not a field of races.race"),
        (RACE_AT, {"caution": 5}, "“caution” is not a field of races.race: “cautions”?"),
        (RACE_AT, {"entries": []}, "“entries” is not a field of races.race"),
        (LARSON_AT, {"number": "5 5"}, 'number "5 5": A car number is letters and figures as painted'),
        (LARSON_AT, {"pk": "five"}, 'pk "five": '),
        # rules of one row
        (
            BUESCHER_AT,
            {"number": "5"},
            "object 10 (races.entry): This race already has a car with that number. "
            '(race ["cup", 2025, "12"], number "5")',
        ),
        (RACE_AT, {"kind": "exhibition"}, "A points race has a round and no slug; any other race a slug and no round."),
        (RACE_AT, {"margin": None}, "object 8 (races.race): A measured margin needs its value; "),
        (RACE_AT, {"lineup": "draw"}, "object 8 (races.race): There is no pole award where qualifying did not set"),
        (RESULT_AT, {"laps_led": 268}, "A car cannot lead more laps than it ran. (laps 267, laps_led 268)"),
        (RESULT_AT, {"position": 0}, "object 12 (races.result): The position counts from 1. (position 0)"),
        (
            CITATION_AT,
            {"race": None},
            "object 17 (races.citation): A citation is of one race, one result or one ruling.",
        ),
        (CITATION_AT, {"ruling": [*RACE, 1]}, "object 17 (races.citation): A citation is of one race, one result or"),
        (1, {"slug": "kyle-busch", "name": ""}, 'name "": This field cannot be blank.'),
        (
            5,
            {"slug": "kansas-2", "added": ("races.track", {"name": "Kansas Speedway", "short_name": "K", "slug": "k"})},
            'object 7 (races.track): Another track has this name. (name "Kansas Speedway")',
        ),
        # sense between rows
        (
            RESULT_AT,
            {"lap_time": "30.000", "lap_speed": "100"},
            "30.000 s on 1.5 miles is 180.000 mph, not 100.000 mph.",
        ),
        (
            CHANGE_AT,
            {"before": {"hair": "grey"}},
            "object 15 (races.rulingchange): “hair” cannot be changed by a ruling.",
        ),
        (CHANGE_AT, {"after": {"points": 1}}, "Before and after must name the same columns."),
        (
            CHANGE_AT,
            {"after": {"laps": 260}},
            "object 15 (races.rulingchange): No. 17 Chris Buescher, Race: laps is 260 by this ruling, and the result "
            "says 267.",
        ),
    ],
)
def test_an_object_that_is_wrong(refused, place, said, message):
    assert message in refused(changed(place, **said))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            ("races.result", {"session": ["cup", 2025, "13", "race", 1], "entry": LARSON}),
            "object 21 (races.result): No. 5 Kyle Larson is entered in another race than this session's.",
        ),
        (
            ("races.race", {**BOOK[RACE_AT][1], "round": 13}),
            "object 21 (races.race): No. 5 Kyle Larson is not an entry of this race.",
        ),
        (
            ("races.ruling", {**BOOK[13][1], "race": ["cup", 2025, "13"]}),
            "object 22 (races.rulingchange): This result is of another race than the ruling's.",
        ),
    ],
)
def test_rows_of_two_races(refused, wrong, message):
    second = {**BOOK[RACE_AT][1], "round": 13, "pole": None}
    change = {**BOOK[CHANGE_AT][1], "ruling": ["cup", 2025, "13", 1]}
    added = [("races.race", second), ("races.session", {"race": ["cup", 2025, "13"], "kind": "race"}), wrong]
    if wrong[0] == "races.ruling":
        added.append(("races.rulingchange", change))
    assert message in refused(nodes() + [{"model": model, "fields": fields} for model, fields in added])


def test_all_that_is_wrong_with_an_object_is_told_at_once(refused):
    message = refused(changed(RESULT_AT, laps="many", start="front", tyres=4))
    assert [line.partition(": ")[2].partition(" ")[0] for line in message.splitlines()] == ["“tyres”", "start", "laps"]


def test_an_error_in_the_last_file_undoes_the_first(tmp_path, empty_book):
    before = counts()
    for name, content in (("good.json", nodes()), ("bad.json", [{"model": "races.lap"}])):
        (tmp_path / name).write_text(json.dumps(content))
    with pytest.raises(CommandError) as caught:
        call_command("loaddata", str(tmp_path / "good.json"), str(tmp_path / "bad.json"))
    assert str(caught.value).startswith("bad.json, object 1 (races.lap): ")
    assert counts() == before


def test_a_missing_fixture(db):
    with pytest.raises(CommandError, match="No fixture named 'nowhere' found"):
        call_command("loaddata", "nowhere")


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (
            "UNIQUE constraint failed: races_entry.race_id, races_entry.number, races_entry.twin",
            ["race", "number", "twin"],
        ),
        ("UNIQUE constraint failed: races_track.slug", ["slug"]),
        ("CHECK constraint failed: result_led_within_laps", ["laps", "laps_led"]),
        (
            'duplicate key value violates unique constraint "entry_number_once_in_race"\nDETAIL: …',
            ["race", "number", "twin"],
        ),
        ('duplicate key value violates unique constraint "races_track_slug_key"\nDETAIL: …', ["slug"]),
        (
            'new row for relation "races_result" violates check constraint "result_led_within_laps"',
            ["laps", "laps_led"],
        ),
        ("NOT NULL constraint failed: races_race.name", None),
        ("FOREIGN KEY constraint failed", None),
    ],
)
def test_the_constraint_that_a_database_error_names(text, columns):
    found = broken_by(IntegrityError(text))
    assert (found and found.columns) == columns


def test_from_standard_input(empty_book, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(changed(RESULT_AT, laps="many"))))
    with pytest.raises(CommandError) as caught:
        call_command("loaddata", "-", format="json")
    assert str(caught.value).startswith("standard input, object 12 (races.result): laps ")
