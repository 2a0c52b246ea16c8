"""Scheduled until there are results, provisional then, official when an editor says so."""

from datetime import date

import pytest
from django.contrib.messages import get_messages

from importing.health import accept, look_again
from importing.run import Options, import_file
from races.derived.refresh import deferred, differences
from races.models import Race, RaceCheck, Result, Session
from testing.editing import page, typed, with_row
from testing.files.samples import as_bytes, document
from testing.makers import BYRON, HAMLIN, LARSON, make_entry, make_race, make_result, make_session
from testing.queries import counted_queries
from testing.roles import as_role

LIST = "changelist"


@deferred()
def make_book() -> None:
    """Texas with its results, and Kansas, which is to come, with two cars."""
    make_race(2025, 11, "Texas", status="provisional", date=date(2025, 5, 4), laps=267, field_size=2, stages=0)
    texas = Race.objects.get(round=11)
    make_result(texas, LARSON, 1, number="5", laps=267, laps_led=267, start=1, status="running")
    make_result(texas, HAMLIN, 2, number="11", laps=267, laps_led=0, start=2, status="running")
    kansas = make_race(2025, 12, status="scheduled", date=date(2025, 5, 11), stages=2)
    for driver, number in ((LARSON, "5"), (HAMLIN, "11")):
        make_entry(kansas, driver, number)
    for kind, number in (("qualifying", 1), ("stage", 1), ("stage", 2), ("race", 1)):
        make_session(kansas, kind, number)


@pytest.fixture
def editor(client, small_book):
    return as_role(client, "editor")


@pytest.fixture
def texas(small_book) -> Race:
    return Race.objects.get(round=11)


@pytest.fixture
def kansas(small_book) -> Race:
    return Race.objects.get(round=12)


def status_of(race: Race) -> str:
    race.refresh_from_db()
    return race.status


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def save_result(editor, race: Race, kind: str, **columns):
    """What comes of a result that is typed into a session of a race."""
    address = page("change", Session, race.sessions.get(kind=kind, number=1).pk)
    data = with_row(typed(editor.get(address)), "results", entry=race.entries.first().pk, **columns)
    response = editor.post(address, data)
    assert response.status_code == 302
    return response


def make_official(editor, *races: Race, **more):
    said = {"action": "make_official", "_selected_action": [race.pk for race in races], **more}
    return editor.post(page(LIST, Race), said)


def test_a_race_that_is_added_by_hand_is_scheduled(editor):
    assert typed(editor.get(page("add", Race)))["status"] == "scheduled"


def test_it_is_provisional_once_it_has_a_finish(editor, kansas):
    save_result(editor, kansas, "qualifying", position=1, lap_speed="180")
    # A starting order is known before the race.
    save_result(editor, kansas, "race", start=1)
    assert status_of(kansas) == "scheduled"
    Result.objects.filter(session__kind="race", session__race=kansas).delete()
    response = save_result(editor, kansas, "race", position=1, status="running")
    assert status_of(kansas) == "provisional"
    assert told(response)[0].startswith("The session")
    assert "2025 Kansas has results, and is provisional now." in told(response)
    assert differences() == 0


@pytest.mark.parametrize("status", ["provisional", "official", "cancelled"])
def test_any_other_status_stays(editor, kansas, status):
    Race.objects.filter(pk=kansas.pk).update(status=status)
    save_result(editor, kansas, "race", position=1)
    assert status_of(kansas) == status


@pytest.mark.parametrize(
    ("said", "status"),
    [
        pytest.param({}, "provisional", id="none"),
        pytest.param({"status": "official"}, "official", id="its own"),
        pytest.param({"sessions": [], "rulings": []}, "scheduled", id="without results"),
    ],
)
def test_what_an_import_makes_of_it(kansas, tmp_path, said, status):
    """What it says of the status holds; where it says nothing, results make it provisional."""
    kansas.entries.all().delete()
    race = {name: value for name, value in document().items() if name != "status"}
    (tmp_path / "race.json").write_bytes(as_bytes(race | said))
    import_file(str(tmp_path / "race.json"), Options(create_drivers=True))
    assert status_of(kansas) == status
    assert differences() == 0


def test_it_is_official_at_once_where_nothing_is_in_doubt(editor, texas):
    look_again([texas.pk])
    response = make_official(editor, texas)
    assert (status_of(texas), told(response)[0]) == ("official", "2025 Texas is official.")
    assert response["Location"] == page(LIST, Race)
    assert told(make_official(editor, texas))[-1] == "Official already: nothing was changed."
    # On its form it can be made provisional again.
    address = page("change", Race, texas.pk)
    editor.post(address, typed(editor.get(address)) | {"status": "provisional"})
    assert status_of(texas) == "provisional"


def test_it_asks_first_where_something_is_missing(editor, texas, kansas):
    """Of several races those that are ready are official at once."""
    response = make_official(editor, texas, kansas)
    assert (status_of(texas), status_of(kansas)) == ("official", "scheduled")
    text = response.content.decode()
    for missing in (
        "No finish of the race is on file.",
        "No results are on file of Qualifying, Stage 1 and Stage 2.",
    ):
        assert f"<li>{missing}</li>" in text
    assert make_official(editor, kansas, all_the_same="yes").status_code == 302
    assert status_of(kansas) == "official"


@pytest.mark.parametrize(
    ("change", "doubts"),
    [
        pytest.param(lambda race: None, [], id="nothing"),
        pytest.param(
            lambda race: Race.objects.filter(pk=race.pk).update(field_size=38),
            ["The finish of 2 of 38 cars is on file."],
            id="cars",
        ),
        pytest.param(
            lambda race: make_entry(Race.objects.get(pk=race.pk), BYRON, "24"),
            [],
            id="a car that did not qualify",
        ),
        pytest.param(
            lambda race: Race.objects.filter(pk=race.pk).update(stages=2),
            ["0 of its 2 scoring stages on file."],
            id="stages",
        ),
        pytest.param(
            lambda race: make_session(race, "qualifying"), ["No results are on file of Qualifying."], id="qualifying"
        ),
        pytest.param(lambda race: make_session(race, "qualifying", cancelled=True), [], id="rained out"),
        pytest.param(lambda race: make_session(race, "practice"), [], id="practice"),
        pytest.param(
            lambda race: Result.objects.filter(position=2, session__race=race).update(position=3),
            ["position 2 is missing"],
            id="check",
        ),
    ],
)
def test_what_it_asks_about(editor, texas, change, doubts):
    change(texas)
    look_again([texas.pk])
    response = make_official(editor, texas, from_its_page="yes")
    if doubts:
        ((race, told),) = response.context_data["asked"]
        assert (race, told) == (texas, doubts)
        assert 'name="from_its_page"' in response.content.decode()
    else:
        assert response["Location"] == page("change", Race, texas.pk)


def test_a_check_that_was_accepted_is_no_doubt(editor, texas):
    Result.objects.filter(position=2, session__race=texas).update(position=3)
    look_again([texas.pk])
    accept([check.fact for check in RaceCheck.objects.all()])
    assert make_official(editor, texas).status_code == 302


def test_the_button_on_its_page(editor, client, texas):
    button = '<input type="submit" value="Make official">'
    assert button in editor.get(page("change", Race, texas.pk)).content.decode()
    make_official(editor, texas, all_the_same="yes")
    assert button not in editor.get(page("change", Race, texas.pk)).content.decode()


def test_who_may_not_change_a_race_makes_none_official(client, texas):
    viewer = as_role(client, "viewer")
    assert "Make official" not in viewer.get(page("change", Race, texas.pk)).content.decode()
    make_official(viewer, texas, all_the_same="yes")
    assert status_of(texas) == "provisional"


def test_queries_of_the_question_do_not_grow(editor, kansas):
    with counted_queries() as of_one:
        make_official(editor, kansas)
    others = [make_race(2025, round_, f"Track {round_}", status="scheduled") for round_ in range(20, 50)]
    with counted_queries() as of_many:
        make_official(editor, kansas, *others)
    assert len(of_many) == len(of_one) <= 40
