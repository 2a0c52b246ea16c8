"""A file against the book: what is new, what changes, what stays, and every error of a file at once."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from rich.console import Console

from drivers.models import Driver
from importing.document.schema import RaceDocument
from importing.names.names import BookNames
from importing.plan.race import plan_race
from importing.plan.season import batches, plan_season
from importing.report import show_outcome, show_problems
from importing.run import Options, Refused
from importing.stored import stored_races
from importing.write.work import Work
from races.as_of import AsOf
from races.derived.refresh import deferred, differences, rebuild
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
    Source,
    StatLine,
    Track,
    TrackLayout,
)
from testing.files.samples import as_bytes, document, weekend
from testing.makers import (
    BUESCHER,
    HAMLIN,
    LARSON,
    make_driver,
    make_entry,
    make_layout,
    make_manufacturer,
    make_penalty,
    make_race,
    make_result,
    make_ruling,
    make_season,
    make_team,
)

BELL = "Christopher Bell"
KANSAS = date(2025, 5, 11)


@deferred()
def kansas(**fields) -> Race:
    """The race that `samples.document` is about, with Larson's car, as the book has it."""
    race = make_race(2025, 12, name="AdventHealth 400", date=KANSAS, **fields)
    make_result(race, LARSON, 1, number="5", laps=267)
    return race


def changes(outcome, kept=False) -> dict:
    """(before, after) by path of every cell that changed, or that was kept."""
    races = outcome.kept if kept else outcome.changed
    return {
        change.path: (change.before, change.after) for race in races for change in race.changes if change.kept == kept
    }


def minimal(**fields) -> dict:
    """A document that says nothing but which race it is."""
    race = {"series": "cup", "season": 2025, "round": 12, "name": "AdventHealth 400", "track": "kansas"}
    return race | fields


def entered(*cars, **fields) -> dict:
    """A document with these (number, driver) entered, each with the race's result in that order."""
    entries = [{"car": car, "driver": driver} for car, driver in cars]
    results = [{"car": car, "driver": driver, "position": place} for place, (car, driver) in enumerate(cars, 1)]
    return minimal(entries=entries, sessions=[{"kind": "race", "results": results}], **fields)


def numbers(race: Race) -> list[tuple]:
    return list(race.entries.order_by("pk").values_list("number", "twin", "driver__name"))


# New, changed, unchanged.


def test_a_new_race_comes_in_whole(small_book, bring):
    outcome = bring(document())
    assert (outcome.new, outcome.changed, outcome.unchanged) == (["cup 2025 round 12, AdventHealth 400"], [], 0)
    race = Race.objects.get()
    assert (race.layout.track.slug, race.laps, race.margin, race.status) == (
        "kansas",
        267,
        Decimal("0.712"),
        "official",
    )
    assert (race.pole.number, race.margin_against.number) == ("5", "20")
    assert Result.objects.count() == 4
    assert Result.objects.get(session__kind="qualifying").lap_time == Decimal("29.391")
    assert StatLine.objects.filter(finish=1).get().driver.name == LARSON
    assert differences() == 0


def test_the_same_file_again_changes_nothing(small_book, bring):
    bring(document())
    outcome = bring(document())
    assert (outcome.new, outcome.changed, outcome.unchanged, outcome.kept) == ([], [], 1, [])
    assert not outcome.changes_anything


def test_a_changed_race_names_each_cell(small_book, bring):
    kansas(status="provisional", laps=266)
    outcome = bring(entered(("5", LARSON), ("11", BUESCHER), laps=267))
    assert changes(outcome) == {"race.laps": (266, 267)}
    assert (outcome.rows_created, outcome.rows_updated) == (2, 1)
    assert [race.label for race in outcome.changed] == ["2025 Kansas, AdventHealth 400"]


def test_a_plan_leaves_stored_rows_as_they_are_and_holds_what_it_makes(small_book):
    kansas(status="provisional", laps=266)
    stored = stored_races(Race.objects.all())[0]
    before = [(row, dict(vars(row))) for row in stored.rows()]
    work, names, said = Work(), BookNames(), RaceDocument.model_validate(document())
    plan = plan_race(said, "$", stored, names, work, overwrite_official=True, fill_in=False)
    assert all(vars(row) == columns for row, columns in before)
    assert (stored.race.laps, plan.race.laps, work.as_planned(stored.race).laps) == (266, 267, 267)
    made = plan_season([said], ["$"], "a file", names).made
    assert {model: [str(row) for row in rows] for model, rows in made.items()} == {Source: ["A result sheet"]}
    assert names.new_rows.waiting == {}


def test_what_the_source_does_not_have_is_left_as_it_is(small_book, bring):
    race = kansas(
        laps=267, margin="0.712", note="A note", cautions=4, lineup="qualifying", duration=timedelta(hours=3), stages=2
    )
    Result.objects.update(points=61, status="running", start=1, laps_led=221, gap=Decimal(0), note="First")
    Entry.objects.update(team=make_team("Hendrick Motorsports"), manufacturer=make_manufacturer())
    before = [list(model.objects.values()) for model in (Race, Entry, Session, Result)]
    for status in ("official", "provisional"):
        Race.objects.update(status=status)
        outcome = bring(entered(("5", LARSON)))
        assert (outcome.changes_anything, outcome.kept) == (False, [])
    Race.objects.update(status="official")
    assert [list(model.objects.values()) for model in (Race, Entry, Session, Result)] == before
    assert race.key == "12"


def test_what_was_unknown_is_filled_in(small_book, bring):
    kansas(status="official")
    outcome = bring(document())
    race, result = Race.objects.get(), Result.objects.get(session__kind="race", entry__number="5")
    assert (race.laps, race.lineup, race.cautions, race.margin) == (267, "qualifying", 1, Decimal("0.712"))
    assert (result.start, result.laps_led, result.status) == (1, 0, "running")
    assert result.entry.team.name == "Some Team"
    assert changes(outcome)["race.laps"] == (None, 267)
    assert outcome.kept == []
    assert differences() == 0


@pytest.mark.parametrize(
    ("status", "overwrite", "taken"),
    [("official", False, False), ("official", True, True), ("provisional", False, True), ("scheduled", False, True)],
)
def test_a_disagreement_is_kept_on_an_official_race(small_book, bring, status, overwrite, taken):
    race = kansas(status=status, laps=266, field_size=38)
    Entry.objects.update(driver=make_driver(BUESCHER), team=make_team("RFK Racing"))
    Result.objects.update(points=50, disqualified=True)
    rebuild()
    said = entered(("5", LARSON), laps=267, field_size=37, date="2025-05-12")
    said["entries"][0]["team"] = "Some Team"
    said["sessions"][0]["results"][0] |= {"points": 61, "laps": 266, "disqualified": False}
    outcome = bring(said, overwrite_official=overwrite)
    found = {
        "entries[5].driver": (BUESCHER, LARSON),
        "entries[5].team": ("RFK Racing", "Some Team"),
        "race.date": (KANSAS, date(2025, 5, 12)),
        "race.field_size": (38, 37),
        "race.laps": (266, 267),
        "race[5].disqualified": (True, False),
        "race[5].laps": (267, 266),
        "race[5].points": (50, 61),
    }
    told = changes(outcome, not taken)
    told |= {path: tuple(map(str, pair)) for path, pair in told.items() if path.startswith("entries")}
    assert told == found
    assert changes(outcome, taken) == {}
    race.refresh_from_db()
    result = Result.objects.get()
    stands = (race.laps, race.field_size, result.points, result.disqualified, str(result.entry.driver))
    assert stands == ((267, 37, 61, False, LARSON) if taken else (266, 38, 50, True, BUESCHER))
    assert outcome.changes_anything == taken
    assert differences() == 0


def test_other_spellings_of_one_text_are_no_disagreement(small_book, bring):
    with deferred():
        race = make_race(2025, 12, name="AdventHealth 400", note="The Wall Street Journal’s note", end_reason="Rain")
        make_result(race, LARSON, 1, number="5", status_text="running")
    said = entered(
        ("5", "KYLE LARSON #"), name="adventhealth  400", note="the wall street journal's note", end_reason="rain"
    )
    said["sessions"][0]["results"][0]["status_text"] = "Running"
    outcome = bring(said)
    assert (outcome.kept, outcome.changes_anything) == ([], False)


@pytest.mark.parametrize("status", ["provisional", "official"])
def test_a_schedule_says_nothing_of_a_race_that_was_run(small_book, bring, status):
    """Rain may have put it off; of what is unknown the schedule is better than nothing."""
    kansas(status=status)
    planned = minimal(status="scheduled", date="2025-05-10", scheduled_laps=267)
    outcome = bring(planned, overwrite_official=True)
    assert (changes(outcome), outcome.kept) == ({"race.scheduled_laps": (None, 267)}, [])
    Race.objects.update(date=None)
    assert changes(bring(planned)) == {"race.date": (None, date(2025, 5, 10))}


def test_a_race_that_was_run_becomes_official(small_book, bring):
    kansas(status="provisional")
    assert not bring(minimal(status="scheduled")).changed
    assert bring(minimal(status="official")).changed
    assert Race.objects.get().status == "official"


def test_a_race_that_was_made_official_stays_so(small_book, bring):
    """A feed of before does not take it back, whatever it may replace."""
    kansas(status="official")
    outcome = bring(minimal(status="provisional"), overwrite_official=True)
    assert (outcome.changed, outcome.kept, Race.objects.get().status) == ([], [], "official")


@pytest.mark.parametrize("status", [None, "scheduled"])
def test_no_race_becomes_official_by_a_file_that_may_not_say_so(small_book, bring, status):
    if status:
        kansas(status=status)
    bring(document(), provisional=True, create_tracks=True)
    assert Race.objects.get().status == "provisional"


# The margin, and the pole.


@pytest.mark.parametrize(
    ("book", "said", "kept", "replaced"),
    [
        (
            {"margin_kind": "time", "margin": "0.001", "margin_method": "photo", "margin_note": "By photo"},
            {"kind": "time", "seconds": "0.002", "method": "transponder"},
            ("time", Decimal("0.001"), "photo", "By photo"),
            ("time", Decimal("0.002"), "transponder", ""),
        ),
        (
            {"margin_kind": "time", "margin": "0.001"},
            {"kind": "caution", "note": "The feed's word"},
            ("time", Decimal("0.001"), "", ""),
            ("caution", None, "", "The feed's word"),
        ),
        (
            {"margin_kind": "caution"},
            {"kind": "time", "seconds": "0.5"},
            ("caution", None, "", ""),
            ("time", Decimal("0.500"), "", ""),
        ),
        (
            {"margin_kind": "laps", "margin": "2"},
            {"kind": "car-lengths", "value": "2"},
            ("laps", Decimal("2.000"), "", ""),
            ("car-lengths", Decimal("2.000"), "", ""),
        ),
        (
            {"margin_kind": "time", "margin": "0.001"},
            {"note": "Not known"},
            ("time", Decimal("0.001"), "", ""),
            ("time", Decimal("0.001"), "", ""),
        ),
        (
            {"margin_kind": "time", "margin": "0.001"},
            {"kind": "time", "seconds": "0.001", "method": "photo", "note": "A note"},
            ("time", Decimal("0.001"), "photo", "A note"),
            ("time", Decimal("0.001"), "photo", "A note"),
        ),
        (
            {"margin_note": "Not known"},
            {"kind": "time", "seconds": "0.5", "method": "film"},
            ("time", Decimal("0.500"), "film", "Not known"),
            ("time", Decimal("0.500"), "film", "Not known"),
        ),
    ],
    ids=["other time", "caution", "from caution", "other kind", "unknown", "same", "filled in"],
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_margin_is_one_statement(small_book, bring, book, said, kept, replaced, overwrite):
    kansas(**book)
    bring(minimal(margin=said), overwrite_official=overwrite)
    race = Race.objects.get()
    stands = (race.margin_kind, race.margin, race.margin_method, race.margin_note)
    assert stands == (replaced if overwrite else kept)


def test_a_margin_that_stays_keeps_whom_it_was_against(small_book, bring):
    race = kansas(margin="0.712")
    said = entered(("5", LARSON), ("20", BELL), margin={"kind": "time", "seconds": "0.7", "against": {"car": "20"}})
    outcome = bring(said)
    race.refresh_from_db()
    assert race.margin_against is None
    assert changes(outcome, kept=True) == {"race.margin": (".712 s", ".700 s")}
    bring(said, overwrite_official=True)
    race.refresh_from_db()
    assert race.margin_against.number == "20"


@pytest.mark.parametrize(
    ("book", "said", "overwrite", "stands"),
    [
        ({"lineup": "formula"}, {"pole": {"car": "5"}}, False, ("formula", None)),
        ({"lineup": "formula"}, {"pole": {"car": "5"}}, True, ("formula", None)),
        ({"lineup": "formula"}, {"pole": {"car": "5"}, "lineup": "qualifying"}, False, ("formula", None)),
        ({"lineup": "formula"}, {"pole": {"car": "5"}, "lineup": "qualifying"}, True, ("qualifying", "5")),
        ({"lineup": "", "pole": "5"}, {"lineup": "draw"}, False, ("", "5")),
        ({"lineup": "", "pole": "5"}, {"lineup": "draw"}, True, ("draw", None)),
        ({"lineup": "qualifying", "pole": "5"}, {"lineup": "draw"}, False, ("qualifying", "5")),
        ({"lineup": "qualifying", "pole": "5"}, {"lineup": "draw"}, True, ("draw", None)),
        ({"lineup": ""}, {"pole": {"car": "5"}}, False, ("", "5")),
        ({"lineup": "qualifying"}, {"pole": {"driver": LARSON}}, False, ("qualifying", "5")),
    ],
)
def test_a_pole_goes_only_with_qualifying(small_book, bring, book, said, overwrite, stands):
    race = kansas(lineup=book["lineup"])
    if "pole" in book:
        Race.objects.update(pole=race.entries.get())
        rebuild()
    bring(minimal(**said), overwrite_official=overwrite)
    race.refresh_from_db()
    assert (race.lineup, race.pole and race.pole.number) == stands
    assert Entry.objects.count() == 1
    assert differences() == 0


@pytest.mark.parametrize(
    ("pole", "words"),
    [
        ({"driver": LARSON}, LARSON),
        ({"car": "5"}, "No. 5"),
        ({"car": "5", "driver": LARSON}, LARSON),
        ({"driver_id": "nascar:4030"}, "nascar:4030"),
    ],
)
def test_a_pole_that_is_not_taken_is_told_by_whatever_names_it(small_book, bring, pole, words):
    kansas(lineup="formula")
    (race,) = bring(minimal(pole=pole)).kept
    assert [(change.path, change.after) for change in race.kept] == [("race.pole", words)]


def test_a_pole_by_id_alone(small_book, bring):
    """The race list names the winner of the pole by the feed's number: known, or left out and said."""
    larson = make_driver(LARSON)
    larson.aliases.create(alias="nascar:4030")
    kansas()
    outcome = bring(minimal(pole={"driver_id": "nascar:1"}))
    assert [(warning.code, warning.value) for warning in outcome.warnings] == [("unknown-driver", "nascar:1")]
    bring(minimal(pole={"driver_id": "nascar:4030"}))
    assert Race.objects.get().pole.driver == larson
    assert Entry.objects.count() == 1


def test_a_pole_of_a_car_that_is_not_entered_yet(small_book, bring):
    kansas()
    bring(minimal(pole={"driver": BELL}))
    assert Race.objects.get().pole.driver.name == BELL
    bring(entered(("5", LARSON), ("20", BELL)))
    assert sorted(numbers(Race.objects.get())) == [("20", 0, BELL), ("5", 0, LARSON)]


# Which car is which.


@pytest.mark.parametrize(
    ("book", "file", "stands"),
    [
        ([("5", LARSON)], [("5", LARSON)], [("5", 0, LARSON)]),
        ([("", LARSON)], [("5", LARSON)], [("5", 0, LARSON)]),
        ([("5", LARSON)], [(None, LARSON)], [("5", 0, LARSON)]),
        ([("5", LARSON)], [("17", BUESCHER)], [("5", 0, LARSON), ("17", 0, BUESCHER)]),
        ([("5", LARSON), ("", LARSON)], [("17", LARSON)], [("5", 0, LARSON), ("17", 0, LARSON)]),
        ([("5", LARSON)], [("5", LARSON), ("17", LARSON)], [("5", 0, LARSON), ("17", 0, LARSON)]),
        ([("", LARSON)], [("5", LARSON), ("17", LARSON)], [("5", 0, LARSON), ("17", 0, LARSON)]),
        ([("5", LARSON)], [("05", LARSON)], [("5", 0, LARSON)]),
        ([("5", LARSON), ("05", BUESCHER)], [("5", LARSON), ("05", BUESCHER)], [("5", 0, LARSON), ("05", 0, BUESCHER)]),
        ([("5", LARSON)], [("7", LARSON), ("5", BUESCHER)], [("5", 0, LARSON), ("7", 0, LARSON)]),
        ([("", LARSON), ("", BELL)], [(None, BELL), ("5", LARSON)], [("5", 0, LARSON), ("", 0, BELL)]),
        (
            [("5", LARSON), ("", LARSON)],
            [(None, LARSON), ("6", LARSON)],
            [("5", 0, LARSON), ("", 0, LARSON), ("6", 0, LARSON)],
        ),
    ],
    ids=[
        "by number",
        "number filled in",
        "number not known to the file",
        "another car",
        "second car's number filled in",
        "second car is new",
        "two cars, one known",
        "another number of the only car",
        "text as painted",
        "number of another car",
        "by driver",
        "of two cars the one without a number",
    ],
)
def test_a_car_is_found_by_number_then_by_driver(small_book, bring, book, file, stands):
    with deferred():
        race = make_race(2025, 12, name="AdventHealth 400")
        for number, driver in book:
            make_result(race, driver, number=number)
    bring(entered(*file))
    assert numbers(race) == stands
    results = Result.objects.filter(session__kind="race")
    assert results.count() == len(stands)
    assert differences() == 0


def test_an_official_number_stays_and_a_provisional_one_changes(small_book, bring):
    with deferred():
        race = make_race(2025, 12, name="AdventHealth 400", status="provisional")
        make_result(race, LARSON, 1, number="5")
    bring(entered(("05", LARSON)))
    assert numbers(race) == [("05", 0, LARSON)]


def test_two_cars_under_one_number_stay_two(small_book, bring):
    said = entered(("25", LARSON), ("25", BUESCHER), ("7", BELL))
    said["entries"][1]["twin"] = 1
    bring(said)
    race = Race.objects.get()
    assert numbers(race) == [("25", 0, LARSON), ("25", 1, BUESCHER), ("7", 0, BELL)]
    places = dict(Result.objects.values_list("entry__driver__name", "position"))
    assert places == {LARSON: 1, BUESCHER: 2, BELL: 3}
    assert not bring(said).changes_anything


def test_a_twin_whose_number_was_unknown_gets_both(small_book, bring):
    with deferred():
        race = make_race(2025, 12, name="AdventHealth 400")
        for number, driver in (("25", LARSON), ("", BUESCHER)):
            make_result(race, driver, number=number)
    said = entered(("25", LARSON), ("25", BUESCHER))
    said["entries"][1]["twin"] = 1
    bring(said)
    assert numbers(race) == [("25", 0, LARSON), ("25", 1, BUESCHER)]
    assert not bring(said).changes_anything


def test_one_driver_in_two_cars_has_two_results(small_book, bring):
    said = entered(("5", LARSON), ("17", BUESCHER), ("6", LARSON))
    bring(said)
    places = Result.objects.filter(entry__driver__name=LARSON).values_list("entry__number", "position")
    assert sorted(places) == [("5", 1), ("6", 3)]
    assert not bring(said).changes_anything
    assert StatLine.objects.get(driver__name=LARSON).finish == 1


def test_a_car_that_the_book_alone_has_is_found_without_entries(small_book, bring, refused):
    with deferred():
        race = kansas()
        make_result(race, BUESCHER, 2, number="17")
    bring(
        minimal(sessions=[{"kind": "race", "results": [{"car": "17", "laps": 267}, {"driver": LARSON, "points": 9}]}])
    )
    assert set(Result.objects.values_list("entry__number", "laps", "points")) == {("17", 267, None), ("5", 267, 9)}
    make_entry(race, BELL, "17", twin=1)
    reason = "2 cars of this race are called that: name the driver, by name or id too"
    told = refused(minimal(sessions=[{"kind": "race", "results": [{"car": "17", "laps": 1}, {"car": "99"}]}]))
    assert told == [
        ("$.sessions[0].results[0]", reason),
        ("$.sessions[0].results[1]", "no entry of this race is that car"),
    ]


# Which race is which.


@pytest.fixture
@deferred()
def season(small_book):
    """Four points races, two of them at Kansas and one without a date, and an exhibition on a race's day."""
    make_race(2025, 1, "Daytona", date=date(2025, 2, 16), name="Daytona 500")
    make_race(2025, 12, date=KANSAS, name="AdventHealth 400")
    make_race(2025, 13, "Charlotte", name="Coca-Cola 600")
    make_race(2025, 30, date=date(2025, 9, 28), name="Hollywood Casino 400")
    make_race(2025, "clash", "Kansas", date=KANSAS, name="Clash")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"date": "2025-05-11"}, 12),
        ({"date": "2025-05-11", "track": "Anywhere", "name": "Another name"}, None),
        ({"date": "2025-05-11", "name": "Another name"}, 12),
        ({"date": "2025-05-25", "track": "charlotte"}, 13),
        ({"date": "2025-05-25", "track": "charlotte", "name": "Another name"}, 13),
        ({"track": "charlotte", "name": "Another name"}, 13),
        ({"date": "2025-05-12"}, 12),
        ({"name": "Hollywood Casino 400"}, 30),
        ({"date": "2025-05-25", "name": "Another name"}, None),
        ({"name": "Another name"}, None),
        ({"track": "charlotte", "season": 2024}, None),
        ({"track": "Kansas Speedway Dirt Track", "date": KANSAS}, 12),
    ],
    ids=[
        "date",
        "date, another place",
        "date, another name",
        "track, no date in the book",
        "track alone, no date in the book",
        "track alone, no date in the file",
        "track and name, a day later",
        "track and name",
        "two races at the track",
        "two races at the track, no date",
        "another season",
        "date, its track with a layout",
    ],
)
def test_a_round_is_found_for_a_feed_without_one(season, bring, refused, said, found):
    race = minimal(**{"round": None, "scheduled_laps": 267} | said)
    if said.get("track") == "Anywhere":
        found = 12  # A day has one race; a track that the book does not know says nothing.
    if found:
        bring(race)
        assert Race.objects.get(scheduled_laps=267).round == found
        return
    reason = "the file names no round, and the book holds no race of that series on that day or at that track"
    assert refused(race) == [("$.round", reason)]


def test_another_races_track_is_no_detail(season, refused, bring):
    """A file that counts the rounds otherwise must not write one race's results into another."""
    told = refused(minimal(round=1, name="AdventHealth 400"))
    assert told == [("$.track", "the book has 2025 Daytona at Daytona Speedway: is this another race?")]
    Race.objects.filter(round=1).update(status="scheduled")
    bring(minimal(round=1))
    assert Race.objects.get(round=1).layout.track.slug == "kansas"


def test_a_race_at_a_track_that_the_book_lacks_is_asked_about(season, bring, refused):
    """Not taken for a race at another track; with the option it is made, and an official race stays where it is."""
    lacks = "no track of the book is called that;"
    for track, meant in (("Kansaz Speedway", " did you mean Kansas Speedway?"), ("Bowman Gray Stadium", "")):
        told = [("$.track", f"{lacks}{meant} --create-tracks makes a new one")]
        assert refused(minimal(track=track)) == told
        Race.objects.filter(round=30).update(status="scheduled")
        assert refused(minimal(round=30, track=track)) == told
    there = "the book has 2025 Kansas at Kansas Speedway: is this another race?"
    assert refused(minimal(track="Bowman Gray Stadium"), create_tracks=True) == [("$.track", there)]
    assert not Track.objects.filter(name="Bowman Gray Stadium").exists()
    bring(minimal(round=30, track="Bowman Gray Stadium"), create_tracks=True)
    assert Race.objects.get(round=30).layout.track.name == "Bowman Gray Stadium"
    assert not bring(minimal(track="elsewhere", track_name="Kansas Speedway")).changes_anything
    assert not bring(minimal(track="Kansas Speedway Road Course")).changes_anything


def test_a_day_tells_the_race_whatever_its_track_is_called(season, bring):
    """A feed may have a track's new name before the book does."""
    outcome = bring(minimal(round=None, date=KANSAS, track="Anywhere"))
    reason = "the book lacks a track of that name, and has the race at Kansas Speedway, where it stays"
    assert [(problem.code, problem.value, problem.reason) for problem in outcome.warnings] == [
        ("unknown-track", "Anywhere", reason)
    ]
    assert (outcome.unchanged, Track.objects.filter(name="Anywhere").count()) == (1, 0)


def test_another_layout_of_the_track(season, bring):
    make_layout("Kansas", "road", type="road-course", length=Decimal("2.1"))
    outcome = bring(minimal(layout={"slug": "road"}))
    assert {path: tuple(map(str, pair)) for path, pair in changes(outcome, kept=True).items()} == {
        "race.layout": ("Kansas, Oval, 1.5 miles", "Kansas, Road, 2.1 miles")
    }
    bring(minimal(layout={"slug": "road"}), overwrite_official=True)
    assert Race.objects.get(round=12).layout.slug == "road"
    assert not bring(minimal(layout={"slug": "unheard-of"})).changes_anything


def test_an_exhibition_by_its_slug(season, bring):
    race = minimal(round=None, slug="clash", kind="qualifying", laps=150)
    outcome = bring(race)
    assert changes(outcome, kept=True) == {
        "race.kind": ("exhibition", "qualifying"),
        "race.name": ("Clash", "AdventHealth 400"),
    }
    assert Race.objects.get(slug="clash").laps == 150


def test_a_race_stands_once_in_a_file(season, bring, refused):
    """Nobody can tell which of two is right; of two alike there is no question."""
    place = "the race stands in the file twice, as"
    both = [("line 1", f"{place} line 2"), ("line 2", f"{place} line 1")]
    for twice in ({}, {"round": 20}):
        assert refused(minimal(**twice), minimal(name="Another", **twice)) == both
    assert refused(minimal(), minimal(round=None, date=KANSAS)) == both
    outcome = bring(minimal(round=21), minimal(round=21))
    assert (outcome.new, [each.code for each in outcome.warnings]) == (
        ["cup 2025 round 21, AdventHealth 400"],
        ["race-twice"],
    )


def test_a_season_of_very_many_races(small_book, bring):
    """SQLite allows no condition of a thousand parts."""
    kind = {"kind": "exhibition", "round": None}
    bring(*(minimal(slug=f"race-{number}", **kind) for number in range(1100)))
    assert Race.objects.count() == 1100


def test_a_file_is_planned_season_by_season():
    from importing.document.schema import RaceDocument

    documents = [RaceDocument(**minimal(season=season)) for season in (2025, 2024, 2025)]
    assert list(batches(documents)) == [[0, 2], [1]]


# Sessions, segments, relief, rulings and sources.


def test_a_sessions_columns_are_merged(small_book, bring):
    race = make_race(2025, 12, name="AdventHealth 400")
    race.sessions.create(kind="stage", number=1, laps=80)
    race.sessions.create(kind="race", laps=None)
    sessions = [
        {"kind": "stage", "number": 1, "laps": 90, "note": "A note"},
        {"kind": "race", "date": "2025-05-11", "laps": 267},
        {"kind": "practice", "number": 2, "cancelled": True},
    ]
    outcome = bring(minimal(sessions=sessions))
    assert changes(outcome, kept=True) == {"sessions[0].laps": (80, 90)}
    stands = race.sessions.order_by("kind").values_list("kind", "number", "laps", "cancelled", "note", "date")
    assert list(stands) == [
        ("practice", 2, None, True, "", None),
        ("race", 1, None, False, "", KANSAS),
        ("stage", 1, 80, False, "A note", None),
    ]


def test_a_lap_is_completed_where_that_fits(small_book, bring):
    laps = [
        {"car": "5", "time": "29.391"},
        {"car": "17", "speed": "183.730"},
        {"car": "20", "time": "29", "speed": "10"},
    ]
    said = entered(("5", LARSON), ("17", BUESCHER), ("20", BELL))
    said["sessions"].append({"kind": "qualifying", "results": laps})
    bring(said)
    made = Result.objects.filter(session__kind="qualifying").order_by("pk").values_list("lap_time", "lap_speed")
    assert list(made) == [
        (Decimal("29.391"), Decimal("183.730")),
        (Decimal("29.391"), Decimal("183.730")),
        (Decimal("29.000"), Decimal("10.000")),
    ]
    make_layout("Kansas", "pikes-peak", length=Decimal("49"))
    slow = entered(("5", LARSON), round=13, layout={"slug": "pikes-peak"})
    slow["sessions"][0]["results"][0]["speed"] = "6"
    bring(slow)
    result = Result.objects.get(session__race__round=13)
    assert (result.lap_time, result.lap_speed) == (None, Decimal("6.000"))


@pytest.mark.parametrize("lap", [{"speed": "90.000"}, {"time": "36.000"}], ids=["speed", "time"])
def test_a_lap_on_a_layout_of_unknown_length_is_taken_as_it_is(small_book, bring, lap):
    make_layout("Kansas", "unmeasured", length=None)
    said = entered(("5", LARSON), round=13, layout={"slug": "unmeasured"})
    said["sessions"].append({"kind": "qualifying", "results": [{"car": "5", **lap}]})
    bring(said)
    result = Result.objects.get(session__race__round=13, session__kind="qualifying")
    assert {"time": result.lap_time, "speed": result.lap_speed} == {"time": None, "speed": None} | {
        name: Decimal(value) for name, value in lap.items()
    }


@pytest.mark.parametrize(
    ("status", "expected"), [("official", (48, None)), ("provisional", (None, 50))], ids=["official", "provisional"]
)
def test_laps_led_of_a_car_whose_laps_a_source_has_given_up(small_book, bring, status, expected):
    """Jack Smith, Charlotte 1959: 48 laps, it was printed, of which he led 50. The book keeps what is official."""
    results = kansas(status=status).sessions.get().results
    results.update(laps=48)
    said = entered(("5", LARSON))
    said["sessions"][0]["results"][0] |= {"laps_led": 50}
    outcome = bring(said)
    assert results.values_list("laps", "laps_led").get() == expected
    assert ("race[5].laps_led" in changes(outcome, kept=True)) == (status == "official")


def test_two_cautions_from_one_lap_are_one(small_book, bring):
    """Where laps under caution do not count, as in the 2024 Clash, the next can begin on the same lap."""
    first = {"start": 77, "end": 77, "reason": "Accident", "comment": "#48 in turn 4"}
    race = minimal(caution_segments=[first, first | {"comment": "#34 in turn 2"}])
    bring(race)
    caution = CautionSegment.objects.get()
    assert (caution.start_lap, caution.end_lap, caution.comment) == (77, 77, "#48 in turn 4; #34 in turn 2")
    assert changes(bring(race)) == {}


def test_a_speed_on_a_layout_of_unknown_length(small_book, bring):
    """It is taken as it is: no time can be worked out."""
    TrackLayout.objects.update(length=None)
    rows = [{"car": "5", "driver": LARSON, "position": 1, "speed": "90.000"}]
    bring(minimal(entries=[{"car": "5", "driver": LARSON}], sessions=[{"kind": "qualifying", "results": rows}]))
    result = Result.objects.get()
    assert (result.lap_speed, result.lap_time) == (Decimal(90), None)


def test_segments_are_taken_over_as_a_whole(small_book, bring):
    kansas(status="provisional", laps=267)
    cautions = [{"start": 10, "end": 14, "reason": "Debris"}, {"start": 80, "end": 85}]
    leaders = [{"start": 0, "end": 0, "car": "5"}, {"start": 1, "end": 267, "car": "5"}]
    bring(minimal(caution_segments=cautions, lead_segments=leaders))
    assert (CautionSegment.objects.count(), LeadSegment.objects.count()) == (2, 2)
    first = CautionSegment.objects.get(start_lap=10).pk

    better = [{**cautions[0], "comment": "Turn 2", "beneficiary": "5"}, cautions[1]]
    assert set(changes(bring(minimal(caution_segments=better)))) == {
        "caution_segments[0].comment",
        "caution_segments[0].beneficiary",
    }
    assert CautionSegment.objects.get(comment="Turn 2").pk == first

    outcome = bring(minimal(caution_segments=cautions[:1]))
    assert changes(outcome) == {"caution_segments": ("2 segments", "1 segments")}
    assert CautionSegment.objects.get().start_lap == 10

    Race.objects.update(status="official")
    outcome = bring(minimal(caution_segments=[], lead_segments=[]))
    assert changes(outcome, kept=True) == {
        "caution_segments": ("1 segments", "0 segments"),
        "lead_segments": ("2 segments", "0 segments"),
    }
    assert (CautionSegment.objects.count(), LeadSegment.objects.count()) == (1, 2)
    assert not bring(minimal()).changes_anything


def test_relief_drivers_are_added_once(small_book, bring):
    make_driver(HAMLIN)
    said = entered(("5", LARSON))
    said["entries"][0]["relief"] = [{"driver": HAMLIN}, {"driver": BELL, "took_flag": True}]
    bring(said)
    assert list(ReliefDriver.objects.values_list("driver__name", "took_flag")) == [(HAMLIN, False), (BELL, True)]
    assert not bring(said).changes_anything
    said["entries"][0]["relief"][0]["took_flag"] = True
    bring(said)
    assert ReliefDriver.objects.filter(took_flag=True).count() == 2


@pytest.mark.parametrize("listed", [True, False], ids=["with the results", "the ruling alone"])
def test_a_ruling_that_is_new_to_the_book_changes_an_official_race(small_book, bring, listed):
    with deferred():
        race = make_race(2025, 12, name="AdventHealth 400", date=KANSAS)
        for place, (number, driver) in enumerate((("5", LARSON), ("17", BUESCHER), ("20", BELL)), 1):
            make_result(race, driver, place, number=number, points=40 - place)
    said = entered(("5", LARSON), ("20", BELL), ("17", BUESCHER)) if listed else minimal()
    if listed:
        said["sessions"][0]["results"][2] |= {"position": 3, "disqualified": True, "points": 1}
    ruled = [
        {"car": "17", "before": {"position": 2, "disqualified": False}, "after": {"position": 3, "disqualified": True}},
        {"car": "20", "before": {"position": 3}, "after": {"position": 2}},
    ]
    ruling = {"kind": "disqualification", "announced": "2025-05-13", "title": "Buescher disqualified", "changes": ruled}
    outcome = bring(said | {"rulings": [ruling]})
    places = dict(Result.objects.values_list("entry__number", "position"))
    assert places == {"5": 1, "17": 3, "20": 2}
    assert Result.objects.get(entry__number="17").disqualified
    assert set(changes(outcome, kept=True)) == ({"race[17].points"} if listed else set())
    before = dict(StatLine.objects.as_of(AsOf.on(date(2025, 5, 12))).values_list("driver__name", "finish"))
    assert before == {LARSON: 1, BUESCHER: 2, BELL: 3}
    assert differences() == 0
    assert not bring(said | {"rulings": [ruling]}).changes_anything


def test_an_older_ruling_does_not_undo_a_later_one(small_book, bring):
    """The book has the appeal that gave second place back; the file knows of the disqualification before it."""
    with deferred():
        race = make_race(2025, 12, name="AdventHealth 400", date=KANSAS)
        result = make_result(race, LARSON, 3, number="5")
        make_ruling(race, date(2025, 6, 1), {result: ({"position": 3}, {"position": 2})}, number=2, kind="appeal")
    change = {"car": "5", "before": {"position": 2}, "after": {"position": 3}}
    ruling = {"number": 1, "kind": "penalty", "announced": "2025-05-13", "title": "A penalty", "changes": [change]}
    bring(minimal(rulings=[ruling]))
    assert Result.objects.get().position == 2
    assert Ruling.objects.count() == 2
    assert differences() == 0


def test_an_unknown_status_before_a_ruling(small_book, bring):
    with deferred():
        race = make_race(2025, 12, name="AdventHealth 400")
        make_result(race, LARSON, 3, number="5", status="running", disqualified=True)
    change = {
        "car": "5",
        "before": {"status": "running", "disqualified": True},
        "after": {"status": None, "disqualified": None},
    }
    ruling = {"kind": "appeal", "announced": "2025-05-13", "title": "An appeal", "changes": [change]}
    bring(minimal(rulings=[ruling]))
    assert Result.objects.values_list("status", "disqualified").get() == ("", False)


def of_may(number: int, before: dict, after: dict) -> dict:
    """A ruling on the car of Larson, of a day of May 2025."""
    change = {"car": "5", "before": before, "after": after}
    said = {"kind": "penalty", "announced": f"2025-05-{12 + number}", "title": "A ruling"}
    return {"number": number, **said, "changes": [change]}


@pytest.mark.parametrize(
    ("rulings", "place", "told"),
    [
        pytest.param(
            [of_may(1, {"position": 5}, {"position": 40})],
            "rulings[0].changes[0].position",
            "position is 40 by this ruling, and the result says 1",
            id="not what the result says",
        ),
        pytest.param(
            [of_may(1, {"position": 3}, {"position": 4}), of_may(2, {"position": 2}, {"position": 1})],
            "rulings[0].changes[0].position",
            "position is 4 by this ruling, and the next one, of May 14, 2025, begins with 2",
            id="not what the next one begins with",
        ),
    ],
)
@pytest.mark.parametrize("held", [True, False], ids=["a race of the book", "a new race"])
def test_a_ruling_that_contradicts_the_results(small_book, refused, held, rulings, place, told):
    said = entered(("5", LARSON), rulings=rulings)
    said["sessions"][0]["results"][0]["position"] = 1
    if held:
        kansas()
    assert [(where.rpartition("$.")[2], reason) for where, reason in refused(said)] == [(place, told)]
    assert not Ruling.objects.exists()


def test_a_source_without_rulings_takes_none_back(small_book, bring):
    """A feed of the evening, on a provisional race, after the disqualification."""
    with deferred():
        race = make_race(2025, 12, name="AdventHealth 400", date=KANSAS, status="provisional")
        result = make_result(race, LARSON, 40, number="5", points=1, laps=267)
        make_ruling(race, date(2025, 5, 12), {result: ({"position": 2, "points": 45}, {"position": 40, "points": 1})})
    said = entered(("5", LARSON))
    said["sessions"][0]["results"][0] |= {"position": 2, "points": 45, "laps": 266}
    outcome = bring(said)
    kept = {change.path: change.after for plan in outcome.kept for change in plan.kept}
    assert (kept["race[5].position"], kept["race[5].points"]) == (2, 45)
    assert Result.objects.values_list("position", "points", "laps").get() == (40, 1, 266)


def test_what_a_ruling_left_is_filled_into_a_new_result(small_book, bring):
    said = entered(("5", LARSON), rulings=[of_may(1, {"points": None, "position": 2}, {"points": 1, "position": 40})])
    said["sessions"][0]["results"][0]["position"] = 40
    bring(said)
    assert Result.objects.values_list("position", "points").get() == (40, 1)


PENALTY = {"kind": "penalty", "announced": "2025-05-15", "title": "Docked 60 points"}


def test_a_penalty_comes_in_once_and_changes_no_result(small_book, bring):
    make_race(2025, 12)
    said = minimal(rulings=[PENALTY | {"penalties": [{"driver": BUESCHER, "points": 60}]}])
    bring(said)
    assert [str(penalty) for penalty in Penalty.objects.all()] == ["Chris Buescher: 60-point penalty"]
    assert not bring(said).changes_anything


@pytest.mark.parametrize(("replace", "points"), [(False, 60), (True, 30)], ids=["kept", "replaced"])
def test_a_penalty_is_merged_by_its_driver(small_book, bring, replace, points):
    with deferred():
        make_penalty(make_race(2025, 12), BUESCHER, 60, date(2025, 5, 15), title="Docked 60 points")
    said = minimal(rulings=[PENALTY | {"penalties": [{"driver": BUESCHER, "points": 30}]}])
    bring(said, overwrite_official=replace)
    assert [penalty.points for penalty in Penalty.objects.all()] == [points]


@pytest.mark.parametrize(
    ("penalties", "reason"),
    [
        ([{"driver": "Nobody Known", "points": 60}], "no driver of the book"),
        ([{"driver": BUESCHER, "points": 0}], "zero is neither"),
        ([{"driver": BUESCHER}], "missing"),
        ([{"points": 60}], "missing"),
        ([{"driver": BUESCHER, "points": 30}] * 2, "already has a penalty for that driver"),
    ],
    ids=["an unknown driver", "of nothing", "without points", "without a driver", "twice"],
)
def test_a_penalty_that_makes_no_sense(small_book, refused, penalties, reason):
    make_race(2025, 12)
    [(place, told)] = refused(minimal(rulings=[PENALTY | {"penalties": penalties}]))
    assert "rulings[0].penalties" in place
    assert reason in told
    assert not Penalty.objects.exists()


def test_a_ruling_is_merged_by_its_number(small_book, bring):
    with deferred():
        race = kansas()
        ruling = make_ruling(
            race, date(2025, 5, 14), {Result.objects.get(): ({"points": 61}, {"points": 41})}, kind="penalty"
        )
    said = {"number": 1, "kind": "appeal", "announced": "2025-05-14", "title": "A ruling", "reason": "A reason"}
    changed = [{"car": "5", "before": {"points": 61}, "after": {"points": 51}}]
    outcome = bring(minimal(rulings=[said | {"changes": changed, "sources": [{"title": "NASCAR.com"}]}]))
    assert changes(outcome, kept=True) == {
        "rulings[0].kind": ("penalty", "appeal"),
        "rulings[0].changes[0].after": ({"points": 41}, {"points": 51}),
    }
    ruling.refresh_from_db()
    assert (ruling.reason, ruling.citations.count(), RulingChange.objects.count()) == ("A reason", 1, 1)


def test_sources_are_cited_once(small_book, bring):
    sources = [{"title": "A sheet", "fact": "result"}, {"title": "A sheet", "fact": "margin", "reading": ".712"}]
    said = entered(("5", LARSON), sources=sources)
    said["sessions"][0]["results"][0]["sources"] = [{"title": "A sheet", "fact": "points"}]
    bring(said)
    assert sorted(Citation.objects.values_list("fact", flat=True)) == ["margin", "points", "result"]
    assert Citation.objects.get(fact="points").result.entry.number == "5"
    assert not bring(said).changes_anything
    said["sources"][1] |= {"reading": ".713", "note": "Page 3"}
    assert set(changes(bring(said), kept=True)) == {"sources[a-sheet].reading"}
    assert Citation.objects.get(fact="margin").note == "Page 3"


# Errors, all at once.


def test_every_error_of_a_file_is_told_with_its_place(small_book, refused):
    """Three mistakes in three races of two seasons."""
    nobody, made = "no driver of the book is called that;", "--create-drivers makes a new one"
    nowhere = "no track of the book is called that;"
    told = refused(
        entered(("5", "Kyle Larsen")),
        entered(("5", LARSON), ("6", "Ada Swift"), round=13),
        minimal(season=2024, track="Kansaz"),
    )
    assert told == [
        ("line 1, entries[0].driver", f"{nobody} did you mean Kyle Larson? {made}"),
        ("line 2, entries[1].driver", f"{nobody} {made}"),
        ("line 3, track", f"{nowhere} did you mean Kansas Speedway? --create-tracks makes a new one"),
    ]
    assert (Race.objects.count(), Entry.objects.count()) == (0, 0)


UNSOUND = {
    "unknown-series": minimal(series="arca"),
    "unknown-name": entered(("5", "Ada Swift")),
    "invalid": minimal(round=20, track="(i)"),
    "no-car": minimal(sessions=[{"kind": "race", "results": [{"car": "5", "position": 1}]}]),
    "which-race": minimal(round=None, season=2024),
    "another-track": minimal(round=1),
    "doubled-race": minimal(),
}


@pytest.mark.parametrize("code", UNSOUND)
def test_an_error_has_a_kind(season, bring, code):
    """That of the guide's table."""
    with pytest.raises(Refused) as told:
        bring(UNSOUND[code], *[minimal(name="Another")] * (code == "doubled-race"), create_tracks=True)
    assert {problem.code for problem in told.value.problems} == {code}


def test_what_is_told_of_an_id_is_on_one_line(small_book, refused):
    said = entered(("5", LARSON), ("6", BUESCHER))
    for entry in said["entries"]:
        entry["driver_id"] = "a\nb"
    reason = "a b stands with “kyle larson” and with “chris buescher” in this file: it cannot be Kyle Larson's as well"
    assert refused(said) == [("$.entries[1].driver", reason)]


def test_a_driver_with_two_ids_of_a_source_is_told(small_book, refused):
    said = entered(("5", LARSON), ("6", LARSON))
    for number, entry in enumerate(said["entries"], 1):
        entry["driver_id"] = f"feed:{number}"
    reason = f"{LARSON} stands with “feed:1” and with “feed:2” in this file: a driver has one id of a source"
    assert refused(said) == [("$.entries[1].driver", reason)]


def test_errors_of_one_race_are_told_together(small_book, refused):
    said = entered(("5", "Ada Swift"), ("6", "Ben Stone"), series="arca", track="Nowhere at all")
    assert [place for place, _ in refused(said)] == ["$.series", "$.track"]
    said = entered(("5", "Ada Swift"), ("6", "Ben Stone"))
    assert [place for place, _ in refused(said)] == ["$.entries[0].driver", "$.entries[1].driver"]
    said = entered(("5", LARSON), ("6", BUESCHER))
    said["entries"][0]["relief"] = [{"driver": "Ada Swift"}]
    said["entries"][1]["manufacturer"] = "M" * 61
    assert [place for place, _ in refused(said)] == ["$.entries[0].relief[0]", "$.entries[1].manufacturer"]


# What is shown.


def printed(outcome, verbosity=1, **options) -> str:
    text = io.StringIO()
    show_outcome(Console(file=text, width=200), "a-file.json", outcome, Options(**options), verbosity)
    return text.getvalue()


def test_a_plan_shows_before_and_after(small_book, bring):
    kansas(status="provisional", laps=266, cautions=None)
    Result.objects.update(disqualified=True)
    said = entered(("5", LARSON), laps=267, cautions=4)
    said["sessions"][0]["results"][0]["disqualified"] = False
    text = printed(bring(said, dry_run=True), dry_run=True)
    assert "a-file.json (dry run: nothing is written)" in text
    assert "0 races new, 1 changed, 0 unchanged" in text
    for cells in (
        ("race.laps", "266", "267"),
        ("race.cautions", "unknown", "4"),
        ("race[5].disqualified", "yes", "no"),
    ):
        assert any(all(f" {cell} " in line for cell in cells) for line in text.splitlines()), cells
    assert Race.objects.get().laps == 266


def test_a_plan_shows_what_stays(small_book, bring):
    kansas(laps=266)
    text = printed(bring(minimal(laps=267)))
    assert "Disagreements (1): the book's value stays without --overwrite-official" in text
    assert any("race.laps" in line and "266" in line and "267" in line for line in text.splitlines())


def test_a_plan_shows_what_is_made_and_what_is_near(small_book, bring):
    said = entered(("5", "Kyle Larsen"), ("6", "[red]Ben[/red]"), ("7", "Kyle Larrson"), name="[b]A race[/b]")
    lines = printed(bring(said, create_drivers=True)).splitlines()
    assert "New races: cup 2025 round 12, [b]A race[/b]" in lines
    assert "New drivers (3): Kyle Larsen; [red]Ben[/red]; Kyle Larrson" in lines
    assert "near Kyle Larsen; did you mean Kyle Larson? Kyle Larrson; did you mean Kyle Larson?" in lines


def test_long_lists_are_cut_and_counted(small_book, bring):
    races = [minimal(round=number, laps=10, name=f"Race {number}") for number in range(1, 31)]
    text = printed(bring(*races))
    assert "Race 3 … and 27 more" in text
    assert "Race 30" not in text
    for race in races:
        race["laps"] = 11
    outcome = bring(*races)
    assert "… and 10 more" in printed(outcome)
    assert "… and" not in printed(outcome, verbosity=2)


def test_errors_are_shown_one_by_one_and_very_many_counted(small_book, bring):
    from importing.problems import Problem

    def told(count, verbosity=1):
        text = io.StringIO()
        problems = [Problem("f.json", f"$[{n}]", "a [value]", "is wrong", "no-car") for n in range(count)]
        show_problems(Console(file=text, width=200), problems, verbosity)
        return text.getvalue()

    assert told(2) == "".join(f"error no-car: f.json, $[{n}]: is wrong (“a [value]”)\n" for n in range(2))
    assert told(203).splitlines()[-1] == "… and 3 more (--verbosity 2 shows all)"
    assert len(told(203, verbosity=2).splitlines()) == 203


# A feed, over the same paths.


def test_a_weekend_feed_over_a_book(empty_book, bring):
    make_race(
        2023,
        7,
        "Richmond",
        date=date(2023, 4, 2),
        name="Sample 400",
        layout=make_layout("Richmond", length=Decimal("0.75")),
    )
    outcome = bring(as_bytes(weekend()), name="weekend-feed.json", create_drivers=True)
    assert outcome.names["driver aliases"] == [f"nascar:{number}" for number in range(9001, 9007)]
    assert Driver.objects.count() == 6
    race = Race.objects.get()
    assert (race.round, race.laps, race.cautions, race.margin) == (7, 400, 2, Decimal("1.535"))
    assert race.pole.number == "08"
    assert race.sessions.get(kind="race").laps is None
    assert set(race.sessions.values_list("kind", "number")) == {
        ("qualifying", 1),
        ("stage", 1),
        ("stage", 2),
        ("race", 1),
    }
    again = bring(as_bytes(weekend()), name="weekend-feed.json")
    assert (again.changes_anything, again.kept) == (False, [])
    assert differences() == 0


def test_seasons_are_told_apart(small_book, bring):
    make_season(2024)
    make_race(2024, 12, name="AdventHealth 400")
    outcome = bring(minimal(), minimal(season=2024))
    assert (len(outcome.new), outcome.unchanged) == (1, 1)
