"""A new race made from last year's of the event and the field of the last round."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.urls import reverse

from desk.copies import guessed_date, next_races
from races.derived.refresh import deferred, differences
from races.models import Entry, Race, Season, Series, Session
from testing.makers import (
    BYRON,
    HAMLIN,
    LARSON,
    make_entry,
    make_layout,
    make_race,
    make_season,
    make_session,
)
from testing.queries import counted_queries
from testing.roles import as_role

NEW_RACE = reverse("admin:desk_new_race")


@deferred()
def make_book() -> None:
    """The spring of 2024 at Dover, Kansas and Darlington, the All-Star Race, and 2025 until Dover."""
    make_layout("Kansas", first_season=2001)
    make_layout("Kansas", slug="infield-road-course", first_season=2001, last_season=2010)
    make_race(2024, 11, "Dover", name="Würth 400", date=date(2024, 4, 28))
    kansas = {"name": "AdventHealth 400", "date": date(2024, 5, 5), "scheduled_laps": 267, "stages": 2, "laps": 268}
    kansas = make_race(2024, 12, nth_at_track=1, lineup="qualifying", **kansas)
    for number, laps in ((1, 80), (2, 85)):
        make_session(kansas, "stage", number, laps=laps)
    make_session(kansas, "qualifying")
    make_race(2024, 13, "Darlington", name="Goodyear 400", date=date(2024, 5, 12))
    make_race(2024, "all-star-race", "North Wilkesboro", date=date(2024, 5, 19), scheduled_laps=200)
    for round_ in range(1, 11):
        make_race(2025, round_, f"Track {round_}")
    dover = make_race(2025, 11, "Dover", name="Another name", date=date(2025, 5, 4))
    for driver, number in ((LARSON, "5"), (HAMLIN, "11"), (BYRON, "24")):
        make_entry(dover, driver, number, team="Some Team", manufacturer="Chevrolet")


@pytest.fixture
def editor(client, small_book):
    return as_role(client, "editor")


def address(old: Race | None = None, season: int = 2025, series: str = "cup") -> str:
    return f"{NEW_RACE}?series={series}&season={season}&of={old.pk if old else ''}"


def last_years_kansas() -> Race:
    return Race.objects.get(season__year=2024, round=12)


def typed(response) -> dict:
    """What a browser would send for a new race's page that nobody has touched."""
    values = {box.html_name: box.value() for box in response.context_data["form"]}
    return {name: value for name, value in values.items() if value not in (None, False)}


def offered(series: str, year: int) -> tuple[int, list[str], list[str]]:
    found = next_races(Series.objects.get(slug=series), year)
    return found.round, [race.name for race in found.rounds], [race.name for race in found.others]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("year", "round_", "rounds", "others"),
    [
        # All came again, under other names, layouts and rounds, but Fontana.
        pytest.param(2024, 37, ["Pala Casino 400"], [], id="2024"),
        # Richmond had one race fewer; the Clash moved, under another name.
        pytest.param(2025, 37, ["Toyota Owners 400"], ["Busch Light Clash at The Coliseum"], id="2025"),
    ],
)
def test_what_a_season_lacks_of_the_year_before(year, round_, rounds, others):
    assert offered("cup", year) == (round_, rounds, others)


@pytest.mark.django_db
def test_the_next_round_comes_first():
    Race.objects.get(season__series__slug="cup", season__year=2024, round=12).delete()
    assert offered("cup", 2024) == (12, ["AdventHealth 400", "Pala Casino 400"], [])
    round_, rounds, others = offered("cup", 2026)
    assert (round_, rounds[0], len(rounds), len(others)) == (1, "Daytona 500", 36, 5)


@pytest.mark.parametrize(
    ("day", "guess"),
    [
        ("2024-02-18", "2025-02-16"),  # The Daytona 500.
        ("2024-05-26", "2025-05-25"),  # The Coca-Cola 600.
        ("2024-09-01", "2025-08-31"),  # The Southern 500.
        ("2024-11-10", "2025-11-09"),  # Phoenix was on November 2: it is a guess.
    ],
)
def test_the_date_is_guessed(day, guess):
    assert str(guessed_date(Race(date=date.fromisoformat(day)))) == guess


def test_what_comes_next_is_offered(editor):
    """The series that races now and the season of the day, unless others are asked for."""
    response = editor.get(NEW_RACE)
    assert (response.context_data["season"].year, response.context_data["found"].round) == (2026, 1)
    response = editor.get(NEW_RACE, {"series": "cup", "season": 2025})
    found = response.context_data["found"]
    assert [race.name for race in found.rounds] == ["AdventHealth 400", "Goodyear 400"]
    assert [race.name for race in found.others] == ["All-Star-Race"]
    assert f"?series=cup&amp;season=2025&amp;of={last_years_kansas().pk}" in response.content.decode()


def test_a_race_is_copied(editor):
    old = last_years_kansas()
    page = editor.get(address(old))
    data = typed(page)
    assert (data["round"], data["date"], data["stage_laps"]) == (12, date(2025, 5, 4), "80, 85")
    assert "the weekend that was May 5, 2024" in page.content.decode()
    # Nothing is written before it is saved.
    assert not Race.objects.filter(season__year=2025, round=12).exists()
    response = editor.post(address(old), data | {"name": "AdventHealth 400 at Night", "date": "2025-05-11"})
    race = Race.objects.get(season__year=2025, round=12)
    assert response["Location"] == reverse("admin:races_race_change", args=[race.pk])
    told, way_back = (str(message) for message in get_messages(response.wsgi_request))
    assert told == "2025 Kansas I, AdventHealth 400 at Night, is scheduled, with 4 sessions and 3 cars."
    assert "Undo this new race …" in way_back
    assert (race.status, race.date, race.layout, race.nth_at_track) == ("scheduled", date(2025, 5, 11), old.layout, 1)
    assert (race.scheduled_laps, race.stages, race.lineup) == (267, 2, "qualifying")
    # What came of last year's race is not taken over.
    assert (race.laps, race.margin, race.pole, race.note) == (None, None, None, "")
    sessions = Session.objects.filter(race=race).values_list("kind", "number", "laps")
    assert list(sessions) == [("qualifying", 1, None), ("race", 1, None), ("stage", 1, 80), ("stage", 2, 85)]
    cars = Entry.objects.filter(race=race).values_list("number", "driver__name", "team__name", "manufacturer__name")
    assert set(cars) == {(number, name, "Some Team", "Chevrolet") for number, name in CARS.items()}
    assert LogEntry.objects.get().get_edited_object() == race
    assert differences() == 0


CARS = {"5": LARSON, "11": HAMLIN, "24": BYRON}


def test_a_car_is_left_out(editor):
    old = last_years_kansas()
    data = typed(editor.get(address(old)))
    editor.post(address(old), data | {"cars": data["cars"][1:], "qualifying": ""})
    race = Race.objects.get(season__year=2025, round=12)
    assert {entry.number for entry in race.entries.all()} == {"11", "24"}
    assert {session.kind for session in race.sessions.all()} == {"stage", "race"}


def test_its_results_may_come_next(editor):
    old = last_years_kansas()
    response = editor.post(address(old), typed(editor.get(address(old))) | {"paste": "yes"})
    race = Race.objects.get(season__year=2025, round=12)
    assert response["Location"] == reverse("admin:desk_sheet", args=[race.pk, "all"])


def test_an_exhibition_is_copied(editor):
    """It has a slug for its round, and no stages."""
    old = Race.objects.get(slug="all-star-race")
    data = typed(editor.get(address(old)))
    assert "round" not in data
    editor.post(address(old), data)
    race = Race.objects.get(season__year=2025, slug="all-star-race")
    assert (race.kind, race.scheduled_laps, race.date) == ("exhibition", 200, date(2025, 5, 18))
    assert [session.kind for session in race.sessions.all()] == ["race"]


def test_the_first_race_of_a_season(editor):
    """It has the field of the last one, and a season that is new is made with it, not before."""
    old = Race.objects.get(season__year=2025, round=1)
    page = editor.get(NEW_RACE, {"of": old.pk})
    assert "2026 Cup Series is not in the book yet." in page.content.decode()
    assert not Season.objects.filter(year=2026).exists()
    response = editor.post(f"{NEW_RACE}?of={old.pk}", typed(page))
    race = Race.objects.get(season__year=2026)
    assert (race.round, race.entries.count()) == (1, 3)
    told, _ = [str(message) for message in get_messages(response.wsgi_request)]
    assert told.endswith("2026 Cup Series was not in the book, and is now.")


def test_a_race_that_was_not_held_the_year_before(editor):
    """Also where the series had no race: a blank page, with the field of the last round where there is one."""
    make_season(2025, "trucks")
    page = editor.get(NEW_RACE, {"series": "trucks", "season": 2025})
    assert (page.context_data["cars"], typed(page)["round"]) == ([], 1)
    page = editor.get(address())
    assert len(page.context_data["cars"]) == 3
    said = {"name": "Viva Mexico 250", "layout": make_layout("Mexico").pk, "stages": 2, "stage_laps": "20 25"}
    editor.post(address(), typed(page) | said)
    race = Race.objects.get(name="Viva Mexico 250")
    assert (race.round, race.kind, race.date) == (12, "points", None)
    assert list(race.sessions.filter(kind="stage").values_list("laps", flat=True)) == [20, 25]


@pytest.mark.parametrize(
    ("said", "field", "complaint"),
    [
        ({"round": 11}, "round", "2025 Cup Series has a race with that round: 2025 Dover, Another name."),
        ({"round": ""}, "round", "This field is required."),
        ({"round": 1000}, "__all__", "A season has 999 rounds at most."),
        ({"name": ""}, "name", "This field is required."),
        ({"date": "2025-02-30"}, "date", "Enter a valid date."),
        ({"layout": 0}, "layout", "Select a valid choice. That choice is not one of the available choices."),
        ({"scheduled_laps": 40_000}, "scheduled_laps", "Ensure this value is less than or equal to 32767."),
        ({"stage_laps": "80, x"}, "stage_laps", "“x” is no number of laps. Write them in order: 80, 85."),
        ({"stages": 3}, "stage_laps", "Laps are given for 2, and the scoring stages are 3."),
        ({"cars": ["0"]}, "cars", "The cars offered are others by now: look them over once more."),
    ],
)
def test_what_is_wrong_is_told_at_its_place(editor, said, field, complaint):
    """And nothing that was typed is lost."""
    old = last_years_kansas()
    before = Race.objects.count()
    said = typed(editor.get(address(old))) | {"name": "Typed by hand"} | said
    response = editor.post(address(old), said)
    form = response.context_data["form"]
    assert form.errors == {field: [complaint]}
    assert (Race.objects.count(), form["name"].value(), form["stage_laps"].value()) == (
        before,
        said["name"],
        said["stage_laps"],
    )


def test_a_round_that_another_took_meanwhile(editor, monkeypatch):
    """What the database alone knows is told as well."""
    old = last_years_kansas()
    data = typed(editor.get(address(old)))
    taken = {"season": make_season(2025), "round": 12, "name": "Another", "layout": old.layout}
    monkeypatch.setattr("desk.new_race.NewRaceForm._see_that_it_is_free", lambda *args: Race.objects.create(**taken))
    monkeypatch.setattr("races.admin.forms.page.BookForm._keep_uniques", lambda form: None)
    response = editor.post(address(old), data)
    assert response.context_data["form"].errors == {"__all__": ["This season already has a race with that round."]}


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("series=nothing", "Select a valid choice."),
        ("season=x", "Enter a whole number."),
        ("season=3000", "Ensure this value is less than or equal to 2200."),
        ("of=999", "The race to copy is not in the book."),
        ("of=x", "The race to copy is not in the book."),
        (f"of={'9' * 30}", "The race to copy is not in the book."),
    ],
)
def test_an_address_that_makes_no_sense(editor, query, complaint):
    assert complaint in editor.get(f"{NEW_RACE}?{query}").content.decode()


def test_who_may_not_add_a_season(editor):
    user = editor.get(NEW_RACE).wsgi_request.user
    user.user_permissions.remove(Permission.objects.get(codename="add_season"))
    told = "2026 Cup Series is not in the book, and you may not add a season."
    assert told in editor.get(address(season=2026)).content.decode()


def test_queries_do_not_grow_with_the_field(editor):
    old, dover = last_years_kansas(), Race.objects.get(season__year=2025, round=11)

    def queries() -> tuple[int, int]:
        with counted_queries() as to_show:
            data = typed(editor.get(address(old)))
        with counted_queries() as to_save:
            assert editor.post(address(old), data).status_code == 302
        Race.objects.get(season__year=2025, round=12).delete()
        return len(to_show), len(to_save)

    few = queries()
    for number in range(40):
        make_entry(dover, f"Driver {number}", f"{100 + number}")
    assert queries() == few
    assert few[0] <= 40
