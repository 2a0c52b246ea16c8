"""Results typed without points get those of the season's format; what was typed stays."""

from datetime import date
from decimal import Decimal
from itertools import permutations, takewhile

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.urls import reverse

from races.admin.points import fill_in_points
from races.derived.refresh import deferred, differences
from races.models import PointsFormat, Race, Result, Season, StatLine
from testing.editing import typed
from testing.makers import (
    BLANEY,
    BYRON,
    HAMLIN,
    LARSON,
    make_format,
    make_penalty,
    make_race,
    make_result,
    make_session,
)

LATFORD = {"by_position": [175, 170, 165, 160], "lap_led": 5, "most_laps_led": 5}
STAGES = {"by_position": [40, 35, 34, 33], "by_stage_position": [10, 9, 8]}
FILLED_STAGES = "The stage points of {} were filled in, by the format “Stages”."
FILLED = "Points left empty were filled in for {}, by the format “Stages”."


@pytest.fixture
def editor(client, db):
    client.force_login(User.objects.create_superuser("editor", password="x"))
    return client


def save(editor, race: Race, session="race") -> list[str]:
    """Save the race's results as they stand, and return what the editor is told before that they were saved."""
    session = race.sessions.get(kind=session)
    address = reverse("admin:races_session_change", args=[session.pk])
    response = editor.post(address, typed(editor.get(address)), follow=True)
    told = [str(message) for message in get_messages(response.wsgi_request)]
    return list(takewhile(lambda message: "was changed successfully" not in message, told))


def points(race: Race) -> dict[str, int | None]:
    results = Result.objects.filter(session__race=race, session__kind="race").order_by("position", "pk")
    return {str(result.entry.driver): result.points for result in results.select_related("entry__driver")}


@deferred()
def race_of(*rows, year=1990, **fields) -> Race:
    """A race of the modern cars with results that say no points; (driver, position, what else)."""
    race = make_race(year, 1, **{"laps": 100, "field_size": len(rows), "date": date(year, 3, 1), **fields})
    for driver, position, more in rows:
        make_result(race, driver, position, **more)
    return race


def test_empty_points_are_filled_in(empty_book, editor):
    make_format(1975, 2003, **LATFORD)
    race = race_of((LARSON, 1, {"laps_led": 30}), (BYRON, 2, {"laps_led": 70}), (HAMLIN, 3, {"laps_led": 0}))
    assert save(editor, race) == [FILLED.format("3 cars")]
    assert points(race) == {LARSON: 180, BYRON: 180, HAMLIN: 165}
    assert StatLine.objects.get(driver__name=LARSON).points == 180
    assert differences() == 0
    assert save(editor, race) == []


@pytest.mark.parametrize(("laps", "cars"), [(0, "1 car"), (5, "2 cars")])
def test_who_withdrew_after_the_start_has_started(empty_book, editor, laps, cars):
    make_format(1975, 2003)
    race = race_of((LARSON, 1, {}), (BYRON, 2, {"status": "withdrew", "laps": laps}))
    assert save(editor, race) == [FILLED.format(cars)]
    assert points(race) == {LARSON: 40, BYRON: 35 if laps else None}


def test_what_was_typed_stays(empty_book, editor):
    make_format(1975, 2003, **LATFORD)
    race = race_of((LARSON, 1, {"laps_led": 100, "points": 7}), (BYRON, 2, {"laps_led": 0, "points": 0}))
    assert save(editor, race) == []
    assert points(race) == {LARSON: 7, BYRON: 0}


def test_stages_count(empty_book, editor):
    make_format(2017, **STAGES)
    with deferred():
        race = race_of((LARSON, 1, {}), (BYRON, 2, {}), (HAMLIN, 3, {}), year=2020, stages=2)
        for stage, order in ((1, (BYRON, LARSON, HAMLIN)), (2, (LARSON, HAMLIN, BYRON))):
            for place, driver in enumerate(order, start=1):
                make_result(race, driver, place, session=f"stage-{stage}")
    assert save(editor, race) == [FILLED_STAGES.format("6 rows"), FILLED.format("3 cars")]
    assert points(race) == {LARSON: 40 + 9 + 10, BYRON: 35 + 10 + 8, HAMLIN: 34 + 8 + 9}
    assert set(Result.objects.filter(session__kind="stage").values_list("position", "points")) == {
        (1, 10),
        (2, 9),
        (3, 8),
    }


def test_in_the_last_race_those_who_race_for_the_title_are_left_to_the_editor(empty_book, editor):
    make_format(2017, **STAGES, title_contenders=2)
    race = race_of((LARSON, 1, {}), (BYRON, 2, {}), (HAMLIN, 3, {}), year=2020, stages=0)
    assert save(editor, race) == [FILLED.format("3 cars")]
    Season.objects.update(rounds=1)
    Result.objects.update(points=None)
    told = (
        "In the season's last race the 2 who race for the title score for their place alone: see that theirs are right."
    )
    assert save(editor, race) == [FILLED.format("3 cars"), told]


@pytest.mark.parametrize(
    ("stages", "rows", "wanted"),
    [
        (2, [2], "the results of every stage"),
        (2, [2, 1], "the results of every stage"),
        (None, [2, 2], "the number of scoring stages"),
    ],
    ids=["one of two is missing", "a place that scores is missing", "how many there were is unknown"],
)
def test_without_its_stages_nothing_is_filled_in(empty_book, editor, stages, rows, wanted):
    make_format(2017, **STAGES)
    with deferred():
        race = race_of((LARSON, 1, {}), (BYRON, 2, {}), year=2020, stages=stages)
        for stage, cars in enumerate(rows, 1):
            for place, driver in enumerate((LARSON, BYRON)[:cars], 1):
                make_result(race, driver, place, session=f"stage-{stage}", points=11 - place)
    assert save(editor, race) == [f"The points of 2 cars stay empty: they need {wanted}."]
    assert points(race) == {LARSON: None, BYRON: None}


def test_the_number_of_stages_may_be_saved_last(empty_book, editor):
    make_format(2017, **STAGES)
    race = race_of((LARSON, 1, {}), (BYRON, 2, {}), year=2020, stages=None)
    save(editor, race)
    address = reverse("admin:races_race_change", args=[race.pk])
    assert editor.post(address, typed(editor.get(address)) | {"stages": "0"}).status_code == 302
    assert points(race) == {LARSON: 40, BYRON: 35}


def test_stages_may_be_saved_last(empty_book, editor):
    make_format(2017, **STAGES)
    with deferred():
        race = race_of((LARSON, 1, {}), (BYRON, 2, {}), year=2020, stages=1)
    assert save(editor, race) == ["The points of 2 cars stay empty: they need the results of every stage."]
    for place, driver in enumerate((BYRON, LARSON), 1):
        make_result(race, driver, place, session="stage-1")
    assert save(editor, race, "stage") == [FILLED_STAGES.format("2 rows"), FILLED.format("2 cars")]
    assert points(race) == {LARSON: 40 + 9, BYRON: 35 + 10}
    assert differences() == 0


@pytest.mark.parametrize(
    ("year", "number", "missing"),
    [(2023, 31, []), (2024, 12, []), (2025, 12, [1])],
    ids=["2023 Talladega", "2024 Kansas", "2025 Kansas, but the point for the fastest lap"],
)
def test_whichever_is_written_last_the_points_are_those_published(db, year, number, missing):
    """The race and its two stages, written without a point: of one race in every order, of the others in two; no best
    lap of the race is on file."""
    race = Race.objects.get(season__series__slug="cup", season__year=year, round=number)
    scoring = Result.objects.filter(session__race=race, session__kind__in=("race", "stage"))
    published = dict(scoring.values_list("pk", "points"))
    sessions = {session: list(scoring.filter(session=session)) for session in race.sessions.exclude(kind="qualifying")}
    assert len(sessions) == 3
    orders = list(permutations(sessions))
    for order in orders if missing else (orders[0], orders[-1]):
        scoring._raw_delete(scoring.db)
        for session in order:
            for row in sessions[session]:
                row.points = None
            Result.objects.bulk_create(sessions[session])
            fill_in_points(race)
        made = dict(scoring.values_list("pk", "points"))
        assert [points - made[pk] for pk, points in published.items() if made[pk] != points] == missing, order


def test_who_may_not_score_gets_none_and_who_is_disqualified_only_the_place(empty_book, editor):
    make_format(2017, **STAGES)
    out = {"disqualified": True}
    with deferred():
        race = race_of((LARSON, 1, {}), (BYRON, 2, {"ineligible": True}), (HAMLIN, 4, out), year=2020, stages=1)
        for place, driver in enumerate((HAMLIN, BYRON, LARSON), start=1):
            make_result(race, driver, place, session="stage-1")
    save(editor, race)
    assert points(race) == {LARSON: 40 + 8, BYRON: 0, HAMLIN: 33}
    in_stage = Result.objects.filter(session__kind="stage").order_by("position")
    assert list(in_stage.values_list("points", flat=True)) == [10, 0, 8]
    in_stage.filter(position=2).update(points=9)
    assert save(editor, race) == ["William Byron may not score, and has 9 points of stage 1."]


def test_who_led_waits_for_the_others_laps(empty_book, editor):
    """Who led no lap has no bonus to wait for; who led may have led the most."""
    make_format(1975, 2003, **LATFORD)
    race = race_of((LARSON, 1, {"laps_led": 30}), (BYRON, 2, {}), (HAMLIN, 3, {"laps_led": 0}), (BLANEY, None, {}))
    told = (
        "The points of 3 cars stay empty: they need the finishing position and the laps led of every car, "
        "and the laps run."
    )
    assert save(editor, race) == [FILLED.format("1 car"), told]
    assert points(race) == {LARSON: None, BYRON: None, HAMLIN: 165, BLANEY: None}


def test_the_fastest_lap(empty_book, editor):
    make_format(2025, **STAGES, fastest_lap=1)
    race = race_of((LARSON, 1, {}), (BYRON, 2, {"lap_time": Decimal("29.5")}), year=2025, stages=0)
    assert save(editor, race) == [FILLED.format("2 cars")]
    assert points(race) == {LARSON: 40, BYRON: 36}


def test_an_unknown_fastest_lap_is_said(empty_book, editor):
    make_format(2025, **STAGES, fastest_lap=1)
    race = race_of((LARSON, 1, {}), year=2025, stages=0)
    assert save(editor, race) == [
        FILLED.format("1 car"),
        "The 1 point for the fastest lap is not among them: no best lap of the race is known.",
    ]


@pytest.mark.parametrize(
    "build",
    [
        lambda: race_of((LARSON, 1, {"laps_led": 0}), year=1974),
        lambda: race_of((LARSON, 1, {"laps_led": 0, "status": "did-not-start"})),
        lambda: make_result(make_race(1990, "clash"), LARSON, 1, laps_led=0).session.race,
    ],
    ids=["before the format", "did not start", "an exhibition"],
)
def test_what_gives_no_points(empty_book, editor, build):
    make_format(1975, 2003, **LATFORD)
    race = build()
    assert save(editor, race) == []
    assert points(race) == {LARSON: None}


def test_a_session_without_results(empty_book, editor):
    make_format(1975, 2003, **LATFORD)
    race = make_race(1990, 1)
    make_session(race)
    assert save(editor, race) == []


def test_a_table_that_makes_no_sense_is_refused_in_words(empty_book, editor):
    rules = make_format(2017)
    address = reverse("admin:races_pointsformat_change", args=[rules.pk])
    for table, told in (("[35, 40]", "Place 2 has 40, more than the 35"), ("40, 35", "Enter a valid JSON")):
        response = editor.post(address, typed(editor.get(address)) | {"by_position": table})
        assert response.status_code == 200
        assert told in response.content.decode()
    assert PointsFormat.objects.get().by_position == [40, 35, 34]


def test_a_penalty_is_typed_under_its_ruling(empty_book, editor):
    with deferred():
        penalty = make_penalty(race_of((LARSON, 1, {})), LARSON, 60, date(1990, 3, 5))
    address = reverse("admin:races_ruling_change", args=[penalty.ruling_id])
    page = typed(editor.get(address))
    assert page["penalties-0-points"] == 60
    response = editor.post(address, page | {"penalties-0-points": "0"})
    assert "A penalty takes points or gives them back: zero is neither." in response.content.decode()
    assert editor.post(address, page | {"penalties-0-points": "-30"}).status_code == 302
    penalty.refresh_from_db()
    assert penalty.points == -30
