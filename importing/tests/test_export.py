"""What goes out as race documents comes in again as it was."""

from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from drivers.models import Driver, DriverAlias, Manufacturer, Team
from importing.export import as_json, race_documents
from importing.run import Options, import_file
from races.derived.refresh import Dirty, deferred, differences, refresh, touch
from races.models import (
    AcceptedWarning,
    CautionSegment,
    Citation,
    Event,
    Findable,
    FormerSlug,
    ImportRun,
    ImportWarning,
    LeadSegment,
    Race,
    RaceCheck,
    ReliefDriver,
    Result,
    Track,
)
from races.status import make_provisional
from testing.books import book_models
from testing.examples import examples
from testing.makers import (
    BLANEY,
    HAMLIN,
    HARVICK,
    LARSON,
    make_driver,
    make_entry,
    make_layout,
    make_race,
    make_result,
    make_ruling,
    make_session,
    make_source,
)

NOT_IN_DOCUMENTS = {AcceptedWarning, ImportRun, ImportWarning, RaceCheck}
DAY = date(2024, 5, 5)


def contents() -> dict[str, list[str]]:
    """What every row says in its own columns; which row points to which, `lines` tell."""
    said = {}
    for model in book_models():
        own = [field.name for field in model._meta.concrete_fields if not field.is_relation and not field.primary_key]
        if model is Findable:
            own.remove("key")  # The id of the row that is found.
        if model not in NOT_IN_DOCUMENTS:
            said[model.__name__] = sorted(map(repr, model.objects.order_by().values_list(*own)))
    return said


def lines() -> str:
    races = Race.objects.order_by("season__year", "round", "slug")
    return "\n".join(map(as_json, race_documents(races)))


def without_races() -> None:
    """Delete every race and all that belongs to one; people, places and sources stay."""
    with deferred():
        Race.objects.all().delete()


def bring(folder, text: str, **options):
    path = folder / "races.jsonl"
    path.write_text(text)
    return import_file(str(path), Options(**options))


def there_and_back(folder, **options) -> None:
    """Export, delete the races, import: the same book, down to the derived rows."""
    before, text = contents(), lines()
    without_races()
    bring(folder, text, **options)
    assert contents() == before
    assert lines() == text
    assert differences() == 0
    again = bring(folder, text, **options)
    assert (again.new, again.changed, again.kept, again.changes_anything) == ([], [], [], False)


# Everything that a document can say, in one race.


@pytest.fixture
@deferred()
def full_race(empty_book):
    layout = make_layout("Talladega", length=Decimal("2.66"), type="superspeedway", surface="asphalt")
    race = make_race(
        2023,
        31,
        layout=layout,
        name="YellaWood 500",
        event=Event.objects.create(name="Talladega 500", slug="talladega-500"),
        date=date(2023, 10, 1),
        nth_at_track=2,
        status="provisional",
        scheduled_laps=188,
        laps=188,
        end_reason="overtime",
        field_size=4,
        stages=2,
        lineup="qualifying",
        cautions=6,
        caution_laps=33,
        lead_changes=70,
        leaders=17,
        duration=timedelta(hours=3, minutes=25, seconds=9),
        average_speed=Decimal("146.226"),
        note="Two lines,\nthe second of them.",
    )
    cars = {"12": BLANEY, "24": "William Byron", "4": HARVICK, "": LARSON}
    for place, (number, name) in enumerate(cars.items(), 1):
        team = {"team": "Team Penske", "manufacturer": "Ford"} if number else {}
        line = {"position": place, "start": place, "laps": 188, "laps_led": 47, "status": "running", "points": 40}
        make_result(race, name, number=number, crossed_line=place, gap=Decimal(place), **line, **team)
        make_result(race, name, place, session="stage-1", number=number, points=11 - place)
    by_car = {entry.number: entry for entry in race.entries.all()}
    make_session(race, "practice", 1, cancelled=True, note="Rain")
    make_session(race, "stage", 2, laps=60, date=date(2023, 10, 1))
    made = {"lap_time": Decimal("52.374"), "lap_speed": Decimal("182.838")}
    make_result(race, HARVICK, 1, session="qualifying", number="4", status_text="Q2", note="His best lap.", **made)
    harvick = Result.objects.get(session__kind="race", entry=by_car["4"])
    ruling = make_ruling(
        race,
        date(2023, 10, 1),
        {harvick: ({"position": 2, "disqualified": False}, {"position": 38, "disqualified": True})},
        title="Harvick disqualified from 2nd",
        reason="Windscreen fasteners",
    )
    ruling.penalties.create(driver=make_driver(HARVICK), points=60)
    ruling.penalties.create(driver=make_driver(BLANEY), points=-30)
    harvick.encumbered, harvick.ineligible = True, True
    harvick.save()
    ReliefDriver.objects.create(entry=by_car["12"], driver=make_driver(HAMLIN), took_flag=True)
    CautionSegment.objects.create(
        race=race, start_lap=20, end_lap=24, reason="Accident", comment="Turn 3", beneficiary="24"
    )
    LeadSegment.objects.create(race=race, start_lap=0, end_lap=0, entry=by_car["4"])
    LeadSegment.objects.create(race=race, start_lap=1, end_lap=188, entry=by_car[""])
    for fact, target in (("result", {"race": race}), ("margin", {"result": harvick}), ("", {"ruling": ruling})):
        said = {"reading": ".012", "note": "page 3", "retrieved": DAY}
        Citation.objects.create(source=make_source("NASCAR.com"), fact=fact, **said, **target)
    Race.objects.filter(pk=race.pk).update(
        pole=by_car["4"],
        led_to_green=by_car["24"],
        margin_kind="time",
        margin=Decimal("0.012"),
        margin_method="transponder",
        margin_against=by_car["4"],
        margin_note="Harvick was second at the line.",
    )
    refresh(races=[race.pk])
    return race


def test_a_race_with_everything_comes_back(full_race, tmp_path):
    there_and_back(tmp_path)


def test_what_is_unknown_is_left_out(empty_book):
    make_race(2024, 1, name="A race")
    document = next(iter(race_documents(Race.objects.all())))
    assert as_json(document) == (
        '{"format":"racestats.race/1","series":"cup","season":2024,"round":1,"name":"A race","track":"kansas",'
        '"track_name":"Kansas Speedway","layout":{"slug":"oval","name":"Oval","length":"1.5000","type":"intermediate"},'
        '"kind":"points","status":"official","entries":[],"sessions":[],"rulings":[],"sources":[]}'
    )


def test_an_unknown_type_of_layout_stays_unknown(empty_book, tmp_path):
    race = make_race(2024, 1, layout=make_layout("Mystery", type=""))
    assert '"layout":{"slug":"oval","name":"Oval","length":"1.5000"},' in as_json(
        next(iter(race_documents(Race.objects.all())))
    )
    make_result(race, HAMLIN, 1)
    there_and_back(tmp_path)


@pytest.mark.parametrize(
    ("kind", "margin"), [("time", "0.001"), ("laps", "14"), ("car-lengths", "0.5"), ("feet", "2"), ("caution", None)]
)
def test_margins_of_each_kind(empty_book, tmp_path, kind, margin):
    value = {"margin": margin} if margin else {}
    race = make_race(2024, 1, margin_kind=kind, **value, margin_method="photo", margin_note="As printed")
    Race.objects.filter(pk=race.pk).update(margin_against=make_entry(race, HAMLIN))
    there_and_back(tmp_path)


def test_an_unknown_margin_keeps_its_note(empty_book, tmp_path):
    make_race(2024, 1, margin_note="The winner was thrown out.", margin_method="film")
    there_and_back(tmp_path)


def test_ties_twins_and_shared_cars(empty_book, tmp_path):
    """A dead heat, two cars of one number, one driver in two cars, and one whose number is not known for one."""
    race = make_race(1949, 3)
    first = make_entry(race, LARSON, "25")
    second = make_entry(race, HAMLIN, "25", twin=1)
    for entry, place in (
        (first, 3),
        (second, 3),
        (make_entry(race, BLANEY, "7"), 5),
        (make_entry(race, BLANEY, ""), 6),
    ):
        Result.objects.create(session=make_session(race), entry=entry, position=place)
    there_and_back(tmp_path)


@pytest.mark.parametrize("create", [False, True])
def test_two_drivers_of_one_name_stay_two(empty_book, tmp_path, create):
    make_driver("Bill Smith")
    make_driver("Bill Smith", slug="bill-smith-1930")
    make_driver("J.D. McDuffie", slug="j-d-mcduffie")
    race = make_race(1950, 1)
    for slug, place in (("bill-smith-1930", 1), ("bill-smith", 2), ("j-d-mcduffie", 3)):
        entry = race.entries.create(driver=Driver.objects.get(slug=slug))
        Result.objects.create(session=make_session(race), entry=entry, position=place)
    relieved = race.entries.first()
    ReliefDriver.objects.create(entry=relieved, driver=Driver.objects.get(slug="bill-smith"))
    if not create:
        there_and_back(tmp_path)
        return
    before, text = contents(), lines()
    without_races()
    Driver.objects.all().delete()
    bring(tmp_path, text, create_drivers=True)
    assert (contents(), lines()) == (before, text)


def test_a_name_that_is_anothers_alias_is_told_apart(empty_book, tmp_path):
    DriverAlias.objects.create(driver=make_driver("William Smith"), alias="Bill Smith")
    with deferred():
        race = make_race(1950, 1)
        make_result(race, "Bill Smith", 1)
        make_result(race, "William Smith", 2)
    there_and_back(tmp_path)


def test_a_race_without_a_round_goes_by_its_slug(empty_book, tmp_path):
    with deferred():
        make_result(make_race(2024, "all-star-race", date=DAY), LARSON, 1)
        make_race(2024, "duel-1", kind="qualifying")
        make_race(2024, 1)
    there_and_back(tmp_path)


def test_into_a_book_that_knows_nobody(full_race, tmp_path):
    """Drivers, teams, makes, events and tracks are made anew, under the slugs, names and ids of sources they had."""
    DriverAlias.objects.create(driver=make_driver(BLANEY), alias="nascar:4023")
    track = Track.objects.get()
    track.name, track.short_name, track.slug = "Talladega Superspeedway", "Talladega", "dega"
    track.save()
    FormerSlug.objects.all().delete()
    before, text = contents(), lines()
    without_races()
    for model in (Driver, Team, Manufacturer, Event, Track):
        model.objects.all().delete()
    bring(tmp_path, text, create_drivers=True, create_tracks=True)
    assert (contents(), lines()) == (before, text)


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("Two\r\nlines", "Two\nlines"),
        ("A tab\tand a bell\x07", "A tab\tand a bell"),
        ("  space  ", "space"),
        ("\x0b", None),
    ],
)
def test_texts_that_a_document_may_not_hold_are_cleaned(empty_book, stored, written):
    race = make_race(2024, 1, note=stored)
    Citation.objects.create(source=make_source("A list"), race=race, note=stored[:400])
    document = next(iter(race_documents(Race.objects.all())))
    assert (document.note, document.sources[0].note) == (written, written)


def test_a_ruling_does_not_name_a_result_of_another_race(empty_book):
    """An editor has moved the result since: neither race's document can say what the ruling changed."""
    with deferred():
        race, other = make_race(2024, 1), make_race(2024, 2)
        result = make_result(race, LARSON, 3, number="5")
        make_ruling(race, DAY, {result: ({"position": 1}, {"position": 3})})
    assert len(next(iter(race_documents(Race.objects.order_by("round")))).rulings[0].changes) == 1
    with deferred():
        result.session, result.entry = make_session(other), make_entry(other, LARSON, "5")
        result.save()
    first, second = race_documents(Race.objects.order_by("round"))
    assert first.rulings[0].changes == []
    assert second.rulings == []


def test_an_address_that_is_not_of_the_web_is_left_out(empty_book):
    source = make_source("A list")
    source.url = "ftp://example.org/list"
    source.save()
    Citation.objects.create(source=source, race=make_race())
    assert next(iter(race_documents(Race.objects.all()))).sources[0].url is None


def test_an_export_costs_the_same_for_any_number_of_races(full_race, django_assert_num_queries):
    with django_assert_num_queries(20):
        race_documents(Race.objects.filter(pk=full_race.pk))
    with deferred():
        for number in range(1, 8):
            make_result(make_race(2023, number), LARSON, 1)
    with django_assert_num_queries(20):
        race_documents(Race.objects.all())


# Books made up.

DRIVERS = ("Ada Swift", "Ben Stone Jr.", "Cora Díaz", "Dan O'Neil", "E.V. Marsh", "Finn Lake")
small = st.integers(0, 400)
unknown_or = lambda values: st.none() | values  # noqa: E731
words = st.text("abc é-'.5\n", max_size=12).map(str.strip)
places = st.integers(1, 40)


@st.composite
def cars(draw):
    """The cars of a race: numbers that may be unknown or shared, and drivers that may have several."""
    numbers = draw(st.lists(st.sampled_from(["", "5", "05", "17x", "B-2"]), min_size=1, max_size=6))
    drawn = [(number, draw(st.sampled_from(DRIVERS))) for number in numbers]
    seen, made = set(), []
    for number, driver in drawn:
        twin = sum(1 for other, _, _ in made if number and other == number)
        key = (number, twin) if number else driver
        if key not in seen and (driver not in [d for n, _, d in made if n == number]):
            seen.add(key)
            made.append((number, twin, driver))
    return made


penalties = st.dictionaries(st.sampled_from(DRIVERS), st.integers(-100, 100).filter(bool), max_size=2)


@st.composite
def lines_of_cars(draw, count):
    laps = draw(unknown_or(small))
    return [
        {
            "position": draw(unknown_or(places)),
            "crossed_line": draw(unknown_or(places)),
            "start": draw(unknown_or(places)),
            "laps": laps,
            "laps_led": draw(unknown_or(st.integers(0, 400 if laps is None else laps))),
            "points": draw(unknown_or(st.integers(-30, 60))),
            "status": draw(st.sampled_from(Result.Status.values)),
            "status_text": draw(words),
            "gap": draw(unknown_or(st.decimals(0, 99_999, places=3))),
            "disqualified": draw(st.booleans()),
            "encumbered": draw(st.booleans()),
            "ineligible": draw(st.booleans()),
            "note": draw(words),
        }
        for _ in range(count)
    ]


@st.composite
def races(draw):
    entered = draw(cars())
    kind = draw(st.sampled_from(["", *Race.MarginKind.values]))
    lineup = draw(st.sampled_from(["", *Race.Lineup.values]))
    laps = draw(unknown_or(small))
    sessions = draw(
        st.lists(st.sampled_from(["race", "qualifying", "qualifying-2", "practice-1", "stage-1"]), unique=True)
    )
    return {
        "cars": entered,
        "sessions": {session: draw(lines_of_cars(len(entered))) for session in sessions},
        "race": {
            "name": " ".join(draw(words).split()) or "A race",
            "date": draw(unknown_or(st.dates(date(1949, 1, 1), date(2100, 1, 1)))),
            "status": draw(st.sampled_from(Race.Status.values)),
            "laps": laps,
            "scheduled_laps": draw(unknown_or(small)),
            "caution_laps": draw(unknown_or(st.integers(0, 400 if laps is None else laps))),
            "field_size": draw(unknown_or(st.integers(0, 6))),
            "stages": draw(unknown_or(st.integers(0, 4))),
            "lineup": lineup,
            "end_reason": draw(words),
            "note": draw(words),
            "duration": draw(unknown_or(st.integers(1, 100_000).map(lambda seconds: timedelta(seconds=seconds)))),
            "average_speed": draw(unknown_or(st.decimals("0.001", "299.999", places=3))),
            "margin_kind": kind,
            **({"margin": draw(st.decimals(0, 9999, places=3))} if kind not in ("", "caution") else {}),
            "margin_method": draw(st.sampled_from(["", *Race.MarginMethod.values])),
            "margin_note": draw(words),
        },
        "own": {
            name: draw(unknown_or(st.integers(0, len(entered) - 1)))
            for name in ("pole", "led_to_green", "margin_against")
            if name != "pole" or lineup in ("", "qualifying")
        },
        "relief": draw(unknown_or(st.sampled_from(DRIVERS))),
        "segments": draw(st.lists(st.integers(0, 50), unique=True, max_size=3)),
        "rulings": draw(st.lists(st.tuples(st.dates(DAY, date(2030, 1, 1)), places, penalties), max_size=2)),
    }


def make_book(drawn: list[dict]) -> None:
    for number, each in enumerate(drawn, 1):
        race = make_race(2024, number if number < 3 else f"race-{number}", **each["race"])
        entries = [make_entry(race, driver, car, twin=twin) for car, twin, driver in each["cars"]]
        for session, results in each["sessions"].items():
            kind, _, nth = session.partition("-")
            made = make_session(race, kind, int(nth or 1), laps=30 if kind == "stage" else None)
            for entry, result in zip(entries, results):
                Result.objects.create(session=made, entry=entry, **result)
        for name, place in each["own"].items():
            Race.objects.filter(pk=race.pk).update(**{name: None if place is None else entries[place]})
        if each["relief"]:
            ReliefDriver.objects.create(entry=entries[0], driver=make_driver(each["relief"]))
        for start in each["segments"]:
            CautionSegment.objects.create(race=race, start_lap=start, end_lap=start + 3)
            LeadSegment.objects.create(race=race, start_lap=start, end_lap=start + 1, entry=entries[-1])
        changed = Result.objects.filter(session__race=race, position__isnull=False).first()
        rulings = sorted(each["rulings"], key=itemgetter(0)) if changed else []
        # One ruling begins with what the one before it left, and the result says what the last one did.
        left = [before for _, before, _ in rulings[1:]] + [changed and changed.position]
        for (announced, before, penalties), after in zip(rulings, left):
            ruling = make_ruling(race, announced, {changed: ({"position": before}, {"position": after})})
            for name, points in penalties.items():
                ruling.penalties.create(driver=make_driver(name), points=points)
    make_provisional(set(Race.objects.values_list("pk", flat=True)))  # As those become that come in with results.


@given(drawn=st.lists(races(), min_size=1, max_size=3))
@examples(8)
def test_any_book_comes_back(empty_book, tmp_path, drawn):
    with transaction.atomic():
        with deferred():
            for name in DRIVERS:
                make_driver(name)
            make_book(drawn)
            touch(Dirty(races=set(Race.objects.values_list("pk", flat=True))))
        there_and_back(tmp_path)
        transaction.set_rollback(True)
