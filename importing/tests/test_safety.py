"""Whatever a file holds: it comes in whole, or it is refused with a place and a reason for each mistake, and the book
stays as it was."""

import copy
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import models, transaction
from hypothesis import event, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from importing.document import schema as doc
from importing.export import race_documents
from importing.outcome import Outcome
from importing.run import Options, Refused, import_file
from races.derived.refresh import Dirty, deferred, differences, touch
from races.models import (
    CautionSegment,
    Citation,
    Entry,
    LeadSegment,
    Penalty,
    Race,
    ReliefDriver,
    Result,
    Ruling,
    RulingChange,
    Session,
)
from racestats.constraints import rules_of
from testing.books import everything
from testing.examples import examples
from testing.files.imports import attempt
from testing.files.samples import as_bytes, document
from testing.makers import BUESCHER, LARSON, make_layout, make_race, make_result, make_ruling, make_source

# Values that a document may hold and a table may not.


def set_at(path: tuple, value):
    def change(found: dict) -> None:
        part = found
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value

    return change


def repeat(path: tuple, **changed):
    """Let the first row of a list stand twice."""

    def change(found: dict) -> None:
        part = found
        for step in path:
            part = part[step]
        part.append({**part[0], **changed})

    return change


RULING = {"kind": "penalty", "announced": "2025-05-14", "title": "A penalty"}
CHANGE = {"car": "5", "before": {"points": 30}, "after": {"points": 20}}
MOVED_UP = {"car": "5", "before": {"position": 2}, "after": {"position": 1}}

MISTAKES = {
    "a position of 0": (set_at(("sessions", 1, "results", 0, "position"), 0), "$.sessions[1].results[0].position"),
    "laps above a small column": (set_at(("laps",), 32_768), "$.laps"),
    "points below it": (set_at(("sessions", 1, "results", 0, "points"), -32_769), "$.sessions[1].results[0].points"),
    "a number of no size at all": (set_at(("cautions",), 10**30), "$.cautions"),
    "a round of 0": (set_at(("round",), 0), "$.round"),
    "a name too long": (set_at(("name",), "A" * 121), "$.name"),
    "a driver's name too long": (set_at(("entries", 0, "driver"), "A" * 101), "$.entries[0].driver"),
    "a make too long": (set_at(("entries", 0, "manufacturer"), "A" * 61), "$.entries[0].manufacturer"),
    "an event too long": (set_at(("event",), "A" * 101), "$.event"),
    "a car number too long": (set_at(("entries", 0, "car"), "12345"), "$.entries[0].car"),
    "an id too long": (set_at(("entries", 0, "driver_id"), "x" * 125), "$.entries[0].driver"),
    "words too long": (set_at(("end_reason",), "A" * 101), "$.end_reason"),
    "a null character": (set_at(("note",), "a\x00b"), "$.note"),
    "half a character": (set_at(("note",), "\ud800"), "$.note"),
    "a margin with too many digits": (set_at(("margin", "seconds"), "10000.001"), "$.margin.seconds"),
    "a margin below nothing": (set_at(("margin", "seconds"), "-0.001"), "$.margin.seconds"),
    "a speed of nothing": (set_at(("average_speed",), "0"), "$.average_speed"),
    "no time at all": (set_at(("time",), "0:00:00"), "$.time"),
    "a time of forty days": (set_at(("time",), "960:00:00"), "$.time"),
    "a day that is none": (set_at(("date",), "2025-02-30"), "$.date"),
    "more laps led than run": (set_at(("sessions", 1, "results", 0, "laps_led"), 268), "$.sessions[1].results[0]"),
    "more caution laps than laps": (set_at(("caution_laps",), 268), "$.caution_laps"),
    "a pole with a draw": (set_at(("lineup",), "draw"), "$.pole"),
    "a caution twice": (repeat(("caution_segments",)), "$.caution_segments[1]"),
    "two cautions from one lap": (repeat(("caution_segments",), end=99), "$.caution_segments[1]"),
    "two leaders of one lap": (repeat(("lead_segments",), car="17"), "$.lead_segments[2]"),
    "a caution backwards": (set_at(("caution_segments", 0, "end"), 79), "$.caution_segments[0].start"),
    "a car twice": (repeat(("entries",)), "$.entries[3].car"),
    "a driver twice without a number": (
        lambda found: [entry.pop("car") for entry in (repeat(("entries",))(found), *found["entries"])[1:]],
        "$.entries[3].driver",
    ),
    "a session twice": (repeat(("sessions",)), "$.sessions[2]"),
    "a second race session": (repeat(("sessions",), kind="race", number=2), "$.sessions[2].number"),
    "a result twice": (repeat(("sessions", 1, "results")), "$.sessions[1].results[3]"),
    "a relief driver twice": (
        set_at(("entries", 0, "relief"), [{"driver": BUESCHER}, {"driver": BUESCHER}]),
        "$.entries[0].relief[1]",
    ),
    "a ruling's number twice": (repeat(("rulings",)), "$.rulings[0].number"),
    "a result twice in a ruling": (repeat(("rulings", 0, "changes")), "$.rulings[0].changes[1]"),
    "a column that no ruling changes": (
        set_at(("rulings", 0, "changes", 0, "after"), {"gap": 1}),
        "$.rulings[0].changes[0]",
    ),
    "a ruling to a position of 0": (
        set_at(("rulings", 0, "changes"), [{**CHANGE, "before": {"position": 1}, "after": {"position": 0}}]),
        "$.rulings[0].changes[0]",
    ),
    "a ruling to points without end": (
        set_at(("rulings", 0, "changes"), [{**CHANGE, "after": {"points": 10**20}}]),
        "$.rulings[0].changes[0]",
    ),
    "a ruling to no status": (
        set_at(("rulings", 0, "changes"), [{**CHANGE, "before": {"status": "x"}, "after": {"status": "y"}}]),
        "$.rulings[0].changes[0]",
    ),
    "a fact cited twice": (repeat(("sources",)), "$.sources[1]"),
    "a fact of a result cited twice": (
        set_at(("sessions", 1, "results", 0, "sources"), [{"title": "A"}, {"title": "a"}]),
        "$.sessions[1].results[0].sources[1]",
    ),
    "a fact of a ruling cited twice": (
        set_at(("rulings", 0, "sources"), [{"title": "A"}, {"title": "A"}]),
        "$.rulings[0].sources[1]",
    ),
    "a source without letters": (set_at(("sources", 0, "title"), "  "), "$.sources[0].title"),
    "a season of antiquity": (set_at(("season",), 79), "$.season"),
    "a layout as long as a country": (set_at(("layout", "length"), "50"), "$.layout.length"),
}


@pytest.mark.parametrize(("change", "place"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place(small_book, bring, change, place):
    """Alike in a dry run and in an import, whether or not it may overwrite what is official."""
    found = copy.deepcopy(document())
    change(found)
    before = everything()
    for overwrite in (False, True):
        told = []
        for dry_run in (True, False):
            with pytest.raises(Refused) as refused:
                bring(as_bytes_of(found), create_drivers=True, overwrite_official=overwrite, dry_run=dry_run)
            told.append(refused.value.problems)
        assert told[0] == told[1]
        assert place in {problem.place for problem in told[0]}, told[0]
        assert all(problem.reason and problem.code != "refused" for problem in told[0])
    assert everything() == before


def as_bytes_of(found: dict) -> bytes:
    """As JSON; half a character as the escape that JSON has for it."""
    import json

    return json.dumps(found).encode()


# What shows only when file and book are merged.


@pytest.fixture
@deferred()
def kansas(small_book):
    """The sample's race, official, with two cars and one result of a hundred laps."""
    race = make_race(2025, 12, name="AdventHealth 400", date=date(2025, 5, 11), laps=100, caution_laps=None)
    make_result(race, LARSON, 1, number="5", laps=100)
    make_result(race, BUESCHER, number="17", laps_led=50)
    return race


def only(**fields) -> dict:
    race = {"series": "cup", "season": 2025, "round": 12, "name": "AdventHealth 400", "track": "kansas"}
    return race | fields


@pytest.mark.parametrize(
    ("said", "place", "reason"),
    [
        (
            only(sessions=[{"kind": "race", "results": [{"car": "5", "laps": 150, "laps_led": 150}]}]),
            "$.sessions[0].results[0]",
            "A car cannot lead more laps than it ran.",
        ),
        (
            only(sessions=[{"kind": "race", "results": [{"car": "17", "laps": 49}]}]),
            "$.sessions[0].results[0]",
            "A car cannot lead more laps than it ran.",
        ),
        (only(laps=150, caution_laps=120), "$", "There cannot be more caution laps than laps."),
        (
            only(sessions=[{"kind": "race", "results": [{"car": "20", "position": 3}]}]),
            "$.sessions[0].results[0]",
            "no entry of this race is that car",
        ),
        (
            only(sessions=[{"kind": "qualifying", "results": [{"car": "5"}, {"driver": LARSON}]}]),
            "$.sessions[0].results[1]",
            "This session already has a result for that car.",
        ),
        (
            only(rulings=[RULING | {"changes": [MOVED_UP, {**MOVED_UP, "car": None, "driver": LARSON}]}]),
            "$.rulings[0].changes[1]",
            "This ruling already has a row for that result.",
        ),
        (
            only(rulings=[RULING | {"changes": [{**CHANGE, "session": "qualifying"}]}]),
            "$.rulings[0].changes[0]",
            "the session “qualifying” has no result of that car",
        ),
        (
            only(margin={"kind": "caution", "against": {"car": "99"}}),
            "$.margin_against",
            "no car of this race has that number",
        ),
        (
            only(lead_segments=[{"start": 1, "end": 2, "car": "99"}]),
            "$.lead_segments[0]",
            "no entry of this race is that car",
        ),
    ],
    ids=[
        "laps led, of laps that stay",
        "laps, below the laps led that stay",
        "caution laps, of laps that stay",
        "a car without an entry",
        "a car named in two ways",
        "a result named in two ways",
        "a session without that car",
        "a margin against nobody",
        "a leader from nowhere",
    ],
)
def test_what_shows_only_when_merged(kansas, bring, said, place, reason):
    before = everything()
    for dry_run in (True, False):
        with pytest.raises(Refused) as refused:
            bring(said, dry_run=dry_run)
        assert [(problem.place, problem.reason) for problem in refused.value.problems] == [(place, reason)]
        assert everything() == before


# The limits of documents and of tables are the same.


COLUMNS = {
    doc.RaceDocument: (Race, {"time": "duration", "stages": "stages"}),
    doc.EntryPart: (Entry, {"car": "number", "twin": "twin"}),
    doc.Relief: (ReliefDriver, {}),
    doc.SessionPart: (Session, {}),
    doc.ResultPart: (Result, {"time": "lap_time", "speed": "lap_speed"}),
    doc.CautionPart: (CautionSegment, {"start": "start_lap", "end": "end_lap"}),
    doc.LeadPart: (LeadSegment, {"start": "start_lap", "end": "end_lap"}),
    doc.RulingPart: (Ruling, {}),
    doc.PenaltyPart: (Penalty, {}),
    doc.SourcePart: (Citation, {}),
}
RESOLVED = {
    "series",
    "season",
    "event",
    "track",
    "track_name",
    "layout",
    "pole",
    "led_to_green",
    "margin",
    "comment",
    "format",
    "car",
}
RESOLVED |= {
    "driver",
    "driver_id",
    "team",
    "manufacturer",
    "relief",
    "entries",
    "sessions",
    "caution_segments",
    "results",
}
RESOLVED |= {
    "lead_segments",
    "rulings",
    "sources",
    "changes",
    "penalties",
    "title",
    "slug",
    "publisher",
    "url",
    "published",
}


def limits(part, name: str) -> dict:
    """What the schema allows a value to be."""
    found = part.model_json_schema()["properties"][name]
    kinds = found.get("anyOf", [found])
    return {key: value for kind in kinds for key, value in kind.items()}


@pytest.mark.parametrize(
    ("part", "name", "field"),
    [
        pytest.param(part, name, model._meta.get_field(renamed.get(name, name)), id=f"{part.__name__}.{name}")
        for part, (model, renamed) in COLUMNS.items()
        for name in part.model_fields
        if name not in RESOLVED or name in renamed
    ],
)
def test_what_a_document_allows_has_room_in_its_table(part, name, field):
    allowed = limits(part, name)
    if isinstance(field, models.PositiveSmallIntegerField):
        assert (allowed["minimum"] >= 0, allowed["maximum"] <= 32_767) == (True, True)
    elif isinstance(field, models.SmallIntegerField):
        assert (allowed["minimum"], allowed["maximum"]) == (-32_767, 32_767)
    elif isinstance(field, models.CharField) and field.max_length:
        assert set(allowed.get("enum", ())) <= {value for value, _ in field.choices or ()}
        assert allowed.get("enum") or allowed["maxLength"] <= field.max_length
    elif isinstance(field, models.DecimalField):
        allowed = TypeAdapter(part.model_fields[name].annotation)
        for value in (
            Decimal(10) ** (field.max_digits - field.decimal_places),
            Decimal(1).scaleb(-field.decimal_places - 1),
        ):
            with pytest.raises(ValidationError):
                allowed.validate_python(value)
    else:
        assert isinstance(field, (models.DateField, models.TextField, models.BooleanField, models.DurationField))


@pytest.mark.parametrize(
    "model", [model for model, _ in COLUMNS.values()] + [RulingChange], ids=lambda model: model.__name__
)
def test_every_rule_of_a_table_can_be_asked_of_a_row(model):
    rules = rules_of(model)
    assert len(rules.checks) + len(rules.uniques) == len(model._meta.constraints)


# Documents made up.

NASTY = [
    *(
        None,
        True,
        False,
        [],
        {},
        "",
        " ",
        "x",
        "5",
        "17",
        "é",
        "a\nb",
        "a\x00b",
        "\ud800",
        "9" * 5000,
        "A" * 59,
        "A" * 100,
    ),
    *(-1, 0, 1, 2, 99, 266, 267, 268, 999, 1000, 32_767, 32_768, 2**31, 2**63, 10**30, 0.5, -0.0, 1e308),
    *("0", "-0", "-1", "0.0005", "9999.999", "10000", "1e5", "1E-30", "NaN", "Infinity", "29.391", "183.730", "0.712"),
    *("0001-01-01", "9999-12-31", "2025-05-11", "2025-13-01", "2025-05-11T10:00:00"),
    *("official", "provisional", "scheduled", "qualifying", "draw", "race", "stage", "time", "caution", "points"),
    *(LARSON, "Kyle Larsen", "Christopher Bell", "#", "racestats:kyle-larson", "nascar:4030", "kansas", "oval"),
    *({"car": "5"}, {"driver": LARSON}, {"points": 1}, {"position": 2}, [{"car": "5"}], [{"driver": LARSON}]),
]


def paths(part, path=()) -> list[tuple]:
    """Where in a document something can be changed."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    found = [path] if path else []
    for key, value in inner:
        found += paths(value, (*path, key))
    return found


@st.composite
def mutations(draw) -> dict:
    """The sample, with a few places changed, dropped, or there twice, or with another place's value."""
    found = copy.deepcopy(document())
    found["entries"][0] |= {"relief": [{"driver": BUESCHER}], "driver_id": "nascar:4030"}
    found["sessions"].append({"kind": "stage", "laps": 80, "results": [{"car": "5", "position": 1, "points": 10}]})
    for _ in range(draw(st.integers(1, 4))):
        *above, last = draw(st.sampled_from(paths(found)))
        part = found
        for step in above:
            part = part[step]
        how = draw(st.sampled_from(["set", "set", "set", "drop", "twice", "from elsewhere"]))
        if how == "drop":
            del part[last]
        elif how == "twice" and isinstance(part, list):
            part.append(copy.deepcopy(part[last]))
        elif how == "from elsewhere":
            alike = [path for path in paths(found) if path[-1] == last and path != (*above, last)]
            if alike:
                other = found
                for step in draw(st.sampled_from(alike)):
                    other = other[step]
                part[last] = copy.deepcopy(other)
        else:
            part[last] = copy.deepcopy(draw(st.sampled_from(NASTY)))
    return found


def make_kansas(status: str) -> None:
    """The sample's race as another source had it: other laps, another order, a ruling, a caution, a cited fact."""
    with deferred():
        race = make_race(
            2025,
            12,
            name="AdventHealth 400",
            date=date(2025, 5, 11),
            status=status,
            laps=200,
            margin="0.5",
            duration=timedelta(hours=3),
        )
        make_result(race, BUESCHER, 1, number="17", laps=200, laps_led=150)
        second = make_result(race, LARSON, 2, number="", laps=200, points=30)
        make_result(race, LARSON, 1, session="qualifying", number="", lap_time=Decimal("29.5"))
        make_ruling(race, date(2025, 5, 12), {second: ({"points": 35}, {"points": 30})}, kind="penalty")
    CautionSegment.objects.create(race=race, start_lap=80, end_lap=84)
    LeadSegment.objects.create(race=race, start_lap=1, end_lap=150, entry=race.entries.get(number="17"))
    Citation.objects.create(source=make_source("A result sheet"), race=race, fact="result")
    make_layout("Kansas", "road", type="road-course", length=Decimal("2.1"))


def plan_of(outcome: Outcome | None) -> tuple:
    """What a dry run says as the import itself does."""
    return outcome and (outcome.new, outcome.names, outcome.rows_created, outcome.rows_updated, outcome.unchanged)


@given(
    found=mutations(),
    status=st.sampled_from([None, "official", "provisional", "scheduled"]),
    overwrite=st.booleans(),
    create=st.booleans(),
)
@examples(30)
def test_any_document_comes_in_whole_or_not_at_all(small_book, tmp_path, found, status, overwrite, create):
    path = tmp_path / "race.json"
    path.write_bytes(as_bytes_of(found))
    options = {"overwrite_official": overwrite, "create_drivers": create}
    with transaction.atomic():
        if status:
            with deferred():
                make_kansas(status)
                touch(Dirty(races=set(Race.objects.values_list("pk", flat=True))))
        before = everything()
        foreseen, plan = attempt(path, options, dry_run=True)
        assert everything() == before
        problems, outcome = attempt(path, options, dry_run=False)
        event("refused" if problems else "in")
        assert (problems, plan_of(outcome)) == (foreseen, plan_of(plan))
        assert all(problem.place and problem.reason and problem.code != "refused" for problem in problems)
        assert (everything() == before) == (bool(problems) or not outcome.changes_anything)
        if not problems:
            assert differences() == 0
            race_documents(Race.objects.all())
            again = import_file(str(path), Options(**options))
            assert (again.new, again.changed, again.changes_anything) == ([], [], False)
        transaction.set_rollback(True)


def test_the_sample_itself_is_right(small_book, bring):
    """Else every document made out of it would be refused, and nothing tried."""
    bring(as_bytes(document()))
    assert Race.objects.count() == 1
