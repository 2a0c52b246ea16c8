"""Rulings as actions: shown with all that they change, confirmed, restored on appeal, and revoked."""

from datetime import date, timedelta
from unittest import mock

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.db import connection
from django.urls import reverse

from changes.models import ChangeSet
from desk.rulings.ripple import Ripple, snapshot
from races.derived.refresh import deferred, differences
from races.models import Race, Result, RevokedRuling, Ruling, RulingChange
from races.models.rulings import TO_COME
from racestats import clock
from testing.editing import boxes, complaints, typed
from testing.editing import page as page_of
from testing.makers import BLANEY, BUESCHER, BYRON, HAMLIN, HARVICK, LARSON, make_format, make_race, make_result
from testing.queries import counted_queries
from testing.roles import as_role

MOST_QUERIES = 190
DRIVERS = {"12": BLANEY, "4": HARVICK, "24": BYRON, "11": HAMLIN, "5": LARSON, "17": BUESCHER}
"""The cars of a race at Talladega, as they finished."""


@deferred()
def make_book() -> None:
    """A race of six cars in a field of 38, measured at the line; Harvick was second, and won its first stage."""
    make_format(by_position=[40, 35, 34, 33, 32, 31], by_stage_position=[10, 9, 8])
    race = make_race(2023, 31, "Talladega", date=date(2023, 10, 1), margin="0.012", stages=1, laps=188, field_size=38)
    for place, (number, driver) in enumerate(DRIVERS.items(), 1):
        points = [40, 45, 43, 33, 32, 31][place - 1]
        make_result(race, driver, place, number=number, points=points, laps=188, laps_led=188 * (place == 1))
    for place, number in enumerate(("4", "24"), 1):
        make_result(race, DRIVERS[number], place, number=number, points=11 - place, session="stage-1")


@pytest.fixture
def editor(client, db):
    return as_role(client, "editor")


@pytest.fixture
def race(small_book) -> Race:
    return Race.objects.with_label().get()


def cup(year: int, round_: int) -> Race:
    return Race.objects.get_by_natural_key("cup", year, str(round_))


def document(client, race: Race) -> dict:
    return client.get(reverse("races:race-document", args=race.natural_key())).json()


def address(race: Race, action: str, car: str = "", **asked) -> str:
    made = reverse("admin:desk_new_ruling", args=[race.pk, action])
    asked |= {"car": race.entries.get(number=car).pk} if car else {}
    return f"{made}?{'&'.join(f'{name}={value}' for name, value in asked.items())}"


def confirm(client, page: str, **said):
    """Send a page of a ruling as it is shown, with what is said otherwise. What it would change all over the book takes
    longest to tell, and is looked at by itself."""
    with mock.patch("desk.rulings.views.ripple", return_value=Ripple({}, [])):
        return client.post(page, {**boxes(client.get(page)), "confirm": "yes", **said})


def disqualified(client, race: Race, car: str, announced: str) -> Ruling:
    response = confirm(client, address(race, "disqualify", car), announced=announced)
    assert response.status_code == 302, response.content.decode()
    return race.rulings.latest("pk")


def revoked(client, ruling: Ruling, why: str = "") -> None:
    response = confirm(client, reverse("admin:desk_revoke_ruling", args=[ruling.pk]), why=why)
    assert response.status_code == 302, response.content.decode()


def revoke_all(client, race: Race) -> None:
    """The last first, as one undoes the other."""
    for ruling in reversed(race.rulings.order_by("number")):
        revoked(client, ruling)


def points_on(client, year: int, day: str, names) -> dict[str, int]:
    """In the standings of a season as of a day, by driver."""
    rows = client.get(f"/standings/cup/{year}/", {"format": "json", "as_of": day}).json()["rows"]
    return {row["driver"]: row["points"] for row in rows if row["driver"] in names}


def places(race: Race, session: str = "race") -> list[tuple]:
    """The rows of a session: car, place, points, whether disqualified."""
    rows = Result.objects.filter(session__race=race, session__kind=session)
    return list(rows.values_list("entry__number", "position", "points", "disqualified").order_by("position", "pk"))


# On the demo content.


def test_a_disqualified_runner_up(editor):
    """The Coca-Cola 600 of 2025: all that would change is shown and nothing written; then the page, the standings and
    the closest finishes are as they were the day before, and as ruled from the day on; then it is revoked."""
    race = cup(2025, 13)
    before, page = document(editor, race), address(race, "disqualify", "24")
    with counted_queries() as queries:
        response = editor.get(page)
    assert len(queries) < MOST_QUERIES
    found = response.context_data["ripple"]
    effects = {(each.who, each.what): (each.before, each.after) for group in found.groups.values() for each in group}
    assert effects["2025 Coca-Cola 600", "runner-up"] == (BYRON, "Chase Briscoe")
    assert effects[BYRON, "points"] == ("1,155", "1,091")
    assert effects[BYRON, "place"] == ("3", "5")
    assert effects[BYRON, "stage wins in 2025"] == ("11", "8")
    assert effects["Chase Elliott", "top fives in 2025"] == ("11", "12")
    assert (BYRON, "30 stage wins") in effects
    pages = {each.url for each in found.pages}
    assert {race.get_absolute_url(), "/standings/cup/2025/", "/closest-finishes/", "/drivers/william-byron/"} <= pages
    assert document(editor, race) == before

    response = editor.post(page, {**boxes(response), "confirm": "yes", "announced": "2025-05-28"})
    assert response.status_code == 302
    for day, place, second, points in (("2025-05-27", 2, BYRON, 499), ("2025-05-28", 40, "Chase Briscoe", 435)):
        asked = {"format": "json", "as_of": day}
        (row,) = [each for each in editor.get(race.get_absolute_url(), asked).json()["rows"] if each["driver"] == BYRON]
        assert row["position"] == place
        table = editor.get("/standings/cup/2025/", asked).json()["rows"]
        assert [each["points"] for each in table if each["driver"] == BYRON] == [points]
        rows = editor.get("/closest-finishes/", asked).json()["rows"]
        assert [each["runner_up"] for each in rows if each["race_url"].startswith(race.get_absolute_url())] == [second]
    race.refresh_from_db()
    assert str(race.margin_against.driver) == BYRON
    assert Result.objects.get(session__race=race, session__kind="race", entry__number="24").crossed_line == 2

    revoked(editor, race.rulings.get(), "Another car was meant.")
    assert document(editor, race) == before


@pytest.mark.parametrize(
    ("round_", "cars"),
    [pytest.param(32, ["35"], id="Herbst at the Roval"), pytest.param(10, ["60", "22"], id="two at Talladega")],
)
def test_the_rulings_of_2025_made_anew_are_those_of_the_book(editor, round_, cars):
    """Of Talladega the book has nobody's points before the rulings, and of the Roval not where the cars crossed the
    line."""
    race = cup(2025, round_)
    before = document(editor, race)
    revoke_all(editor, race)
    for car in cars:
        confirm(editor, address(race, "disqualify", car), announced=str(race.date))
    after = document(editor, race)
    lacking = {10: "points", 32: "crossed_line"}[round_]
    for found in (before, after):
        for ruling in found["rulings"]:
            ruling |= {"reason": "", "sources": [], "changes": [] if round_ == 10 else ruling["changes"]}
        for session in found["sessions"]:
            for row in session["results"]:
                row.pop(lacking, None)
    assert after == before


def test_a_win_of_1971(editor):
    race = cup(1971, 34)
    before = document(editor, race)
    revoked(editor, race.rulings.get())
    assert all(row.get("position") != 1 for row in document(editor, race)["sessions"][-1]["results"])
    confirm(editor, address(race, "credit", "49", place=1), announced="2024-10-23")
    after = document(editor, race)
    assert after["sessions"] == before["sessions"]
    assert after["rulings"][0]["changes"] == before["rulings"][0]["changes"]


@pytest.mark.parametrize(
    ("year", "round_", "announced", "taken", "printed"),
    [
        # Roof deflectors, found before the race; as Yahoo Sports printed it.
        pytest.param(
            *(2024, 2, "2024-02-27", {"10": 35, "41": 35}, {"Noah Gragson": -6, "Ryan Preece": 0}), id="Atlanta, 2024"
        ),
        # A spoiler, and ballast; as NBC Sports printed it.
        pytest.param(
            *(2025, 1, "2025-02-19", {"19": 100, "34": 10, "51": 10}),
            {"Chase Briscoe": -67, "Todd Gilliland": 10, "Cody Ware": 2},
            id="Daytona, 2025",
        ),
    ],
)
def test_points_taken_make_the_standings_that_were_printed(editor, year, round_, announced, taken, printed):
    """By the rulings of the book, and by the same entered anew."""
    race = cup(year, round_)
    assert points_on(editor, year, announced, printed) == printed
    revoke_all(editor, race)
    assert not set(points_on(editor, year, announced, printed).items()) & set(printed.items())
    for car, points in taken.items():
        assert confirm(editor, address(race, "penalise", car, points=points), announced=announced).status_code == 302
    assert points_on(editor, year, announced, printed) == printed


def test_points_are_given_back_as_was_printed(editor):
    """Briscoe's, of the Daytona 500 of 2025, on the day of the appeal: 72, as was printed."""
    race, days, briscoe = cup(2025, 1), ("2025-03-04", "2025-03-05"), "Chase Briscoe"
    assert [points_on(editor, 2025, day, [briscoe])[briscoe] for day in days] == [-28, 72]
    revoke_all(editor, race)
    confirm(editor, address(race, "penalise", "19", points=100), announced="2025-02-19")
    confirm(editor, address(race, "appeal", of=race.rulings.get().pk), announced="2025-03-05")
    assert [points_on(editor, 2025, day, [briscoe])[briscoe] for day in days] == [-28, 72]


# On a small book.


def test_others_may_write_while_the_book_is_read_as_it_is(editor, race, monkeypatch):
    """The trial of a ruling keeps them from it no longer than it must."""
    depths = []

    def read(*arguments):
        depths.append(len(connection.savepoint_ids))
        return snapshot(*arguments)

    monkeypatch.setattr("desk.rulings.ripple.snapshot", read)
    editor.get(address(race, "disqualify", "4"))
    assert depths[0] < depths[1]


def test_a_ruling_and_its_rows(editor, race):
    ruling = disqualified(editor, race, "4", "2023-10-03")
    assert places(race) == [
        ("12", 1, 40, False),
        ("24", 2, 45, False),
        ("11", 3, 34, False),
        ("5", 4, 33, False),
        ("17", 5, 32, False),
        ("4", 38, 0, True),
    ]
    assert places(race, "stage") == [("4", None, 0, True), ("24", 1, 10, False)]
    assert (ruling.title, ruling.kind, ruling.number) == (
        "Kevin Harvick (No. 4) disqualified from 2nd",
        "disqualification",
        1,
    )
    first = ruling.changes.get(result__entry__number="4", result__session__kind="race")
    assert first.before == {"position": 2, "disqualified": False, "points": 45}
    assert first.after == {"position": 38, "disqualified": True, "points": 0}


def test_the_record_of_a_revoked_ruling_stays(editor, race):
    ruling = disqualified(editor, race, "4", "2023-10-03")
    changes = ruling.changes.count()
    revoked(editor, ruling, "Another car was meant.")
    record = RevokedRuling.objects.get(race=race)
    assert (record.title, record.announced, record.why) == (ruling.title, date(2023, 10, 3), "Another car was meant.")
    assert len(record.record["changes"]) == changes
    assert record.user.username == "editor"
    page = editor.get(reverse("admin:desk_rulings", args=[race.pk])).content.decode()
    assert "by editor. Another car was meant." in page


def test_a_ruling_is_of_no_day_to_come(editor, race):
    tomorrow = str(clock.today() + timedelta(days=1))
    page = address(race, "disqualify", "4")
    assert TO_COME in confirm(editor, page, announced=tomorrow).content.decode()
    ruling = disqualified(editor, race, "4", "2023-10-03")
    page = page_of("change", Ruling, ruling.pk)
    assert TO_COME in complaints(editor.post(page, {**typed(editor.get(page)), "announced": tomorrow}))
    ruling.refresh_from_db()
    assert ruling.announced == date(2023, 10, 3)


def test_a_revocation_can_be_undone_by_whoever_may_rule(editor, race):
    ruling = disqualified(editor, race, "4", "2023-10-03")
    ruled = document(editor, race)
    revoked(editor, ruling)
    page = reverse("admin:desk_undo", args=[ChangeSet.objects.latest("pk").pk])
    assert editor.post(page, boxes(editor.get(page))).status_code == 302
    assert document(editor, race) == ruled
    assert not RevokedRuling.objects.exists()
    assert differences() == 0


def test_what_has_changed_meanwhile_is_not_written_over(editor, race):
    page = address(race, "disqualify", "4")
    data = boxes(editor.get(page))
    Result.objects.filter(session__race=race, session__kind="race", entry__number="11").update(points=30)
    response = editor.post(page, {**data, "confirm": "yes"})
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "Nothing was written: the book has changed since this was shown. See it again."
    ]
    assert not race.rulings.exists()
    assert editor.post(page, {**boxes(response), "confirm": "yes"}).status_code == 302


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        pytest.param({"announced": "2023-09-30"}, "a ruling on it is not of a day before", id="before the race"),
        pytest.param({"announced": "May"}, "Enter a valid date", id="no day"),
        pytest.param({"title": ""}, "This field is required", id="no title"),
    ],
)
def test_what_is_said_wrongly_is_asked_again(editor, race, said, complaint):
    response = confirm(editor, address(race, "disqualify", "4"), **said)
    assert complaint in response.content.decode()
    assert not race.rulings.exists()


def test_rulings_on_the_same_rows_come_one_after_the_other(editor, race):
    ruling = disqualified(editor, race, "4", "2023-10-03")
    page = address(race, "disqualify", "11")
    assert (
        "changed the same results on October 3, 2023" in confirm(editor, page, announced="2023-10-02").content.decode()
    )
    assert confirm(editor, page, announced="2023-10-04").status_code == 302
    response = editor.get(reverse("admin:desk_revoke_ruling", args=[ruling.pk]))
    assert "a later one comes first" in response.content.decode()


def test_points_are_taken_and_half_of_them_given_back(editor, race):
    """As Buescher's were after Kansas in 2025."""
    confirm(editor, address(race, "penalise", "17", points=60), announced="2023-10-05")
    ruling = race.rulings.get()
    assert confirm(editor, address(race, "appeal", of=ruling.pk, points=30), announced="2023-10-18").status_code == 302
    penalty, appeal = race.rulings.order_by("announced")
    assert (penalty.title, penalty.kind) == ("Chris Buescher (No. 17) docked 60 points", "penalty")
    assert (appeal.title, appeal.kind) == (f"{penalty.title}: 30 of 60 points given back", "appeal")
    assert (penalty.penalties.get().points, appeal.penalties.get().points) == (60, -30)
    response = editor.get(address(race, "appeal", of=ruling.pk, points=40))
    assert "Chris Buescher has 30 points of this race left to be given back." in response.content.decode()


def test_a_disqualification_is_overturned(editor, race):
    """Between the two days the book is as ruled, and after the second as before the first."""
    before = document(editor, race)
    ruling = disqualified(editor, race, "4", "2023-10-03")
    confirm(editor, address(race, "appeal", of=ruling.pk), announced="2023-10-20")
    found = []
    for day in ("2023-10-02", "2023-10-03", "2023-10-19", "2023-10-20"):
        rows = editor.get(race.get_absolute_url(), {"format": "json", "as_of": day}).json()["rows"]
        found += [row["position"] for row in rows if row["driver"] == HARVICK]
    assert found == [2, 38, 38, 2]
    after = document(editor, race)
    assert [each["kind"] for each in after.pop("rulings")] == ["disqualification", "appeal"]
    before.pop("rulings", None)
    assert after == before
    assert differences() == 0


def test_values_are_amended(editor, race):
    page = reverse("admin:desk_amend", args=[race.pk, "race"])
    larson = Result.objects.get(session__kind="race", entry__number="5")
    data = boxes(editor.get(page))
    Result.objects.filter(session__kind="race", entry__number="17").update(laps=187)  # By somebody else, since.
    looked = editor.post(page, {**data, f"r{larson.pk}-laps": "180", f"r{larson.pk}-encumbered": "on", "look": "yes"})
    (line,) = looked.context_data["lines"]
    assert line.others == ["laps 188 → 180", "encumbered"]
    sent = {**boxes(looked), "announced": "2023-10-05", "kind": "penalty", "confirm": "yes"}
    assert editor.post(page, sent).status_code == 302
    change = RulingChange.objects.get()
    assert (change.ruling.kind, change.before) == ("penalty", {"laps": 188, "encumbered": False})
    assert change.after == {"laps": 180, "encumbered": True}
    larson.refresh_from_db()
    assert (larson.laps, larson.encumbered, larson.position) == (180, True, 5)


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        pytest.param({"laps_led": "x"}, "Ryan Blaney (No. 12), laps led: Enter a whole number.", id="no number"),
        pytest.param({"laps_led": "999"}, "a car cannot lead more laps than it ran", id="more led than run"),
        pytest.param({"position": "0"}, "greater than or equal to 1", id="no place"),
        pytest.param({}, "Nothing is amended", id="nothing"),
    ],
)
def test_what_cannot_be_amended(editor, race, cells, complaint):
    page = reverse("admin:desk_amend", args=[race.pk, "race"])
    key = Result.objects.get(session__kind="race", entry__number="12").pk
    sent = {f"r{key}-{name}": value for name, value in cells.items()}
    response = editor.post(page, {**boxes(editor.get(page)), **sent, "look": "yes"})
    assert complaint in response.content.decode()


def test_a_note_is_drafted_and_published(editor, race):
    ruling = disqualified(editor, race, "4", "2023-10-03")
    page = reverse("admin:desk_ruling", args=[ruling.pk])
    drafted = boxes(editor.post(page, {"step": "draft"}))["reason"]
    assert drafted == (
        "Kevin Harvick was disqualified from 2nd, and is credited with 38th. William Byron is the official runner-up. "
        "4 cars moved up."
    )
    ruling.refresh_from_db()
    assert ruling.reason == ""
    assert editor.post(page, {"step": "publish", "reason": f"\0{drafted}"}).status_code == 302
    ruling.refresh_from_db()
    assert ruling.reason == drafted  # Without what PostgreSQL could not hold.
    assert drafted in editor.get(race.get_absolute_url()).content.decode()


@pytest.mark.parametrize("missing", ["add_ruling", "change_ruling", "change_result"])
def test_who_may_not_change_results_makes_no_ruling(editor, race, missing):
    User.objects.get(username="editor").user_permissions.remove(Permission.objects.get(codename=missing))
    link = reverse("admin:desk_rulings", args=[race.pk])
    assert editor.get(link).status_code == 403
    assert f'"{link}"' not in editor.get(reverse("admin:races_race_change", args=[race.pk])).content.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("races/race/{pk}/rulings/nothing/", 404),
        ("races/race/{pk}/rulings/amend/qualifying/", 404),
        ("races/race/99999999999999999999/rulings/", 404),
        ("rulings/99999999999999999999/", 404),
        ("rulings/99999999999999999999/revoke/", 404),
        ("races/race/{pk}/rulings/disqualify/", 200),
        ("races/race/{pk}/rulings/disqualify/?car=0", 200),
        ("races/race/{pk}/rulings/disqualify/?car=x", 200),
        ("races/race/{pk}/rulings/penalise/?car=&points=99999999", 200),
        ("races/race/{pk}/rulings/appeal/?of=99999999999999999999", 200),
    ],
)
def test_addresses_that_mean_nothing(editor, race, path, status):
    assert editor.get("/admin/" + path.format(pk=race.pk)).status_code == status
