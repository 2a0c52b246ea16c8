"""After a save in the admin the race's health is made anew and told; what is right all the same is accepted once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from importing.health import look_again
from races.admin.races import RaceAdmin
from races.derived.refresh import deferred
from races.models import AcceptedWarning, CautionSegment, Race, RaceCheck, Result
from testing.editing import typed
from testing.makers import BLANEY, HAMLIN, LARSON, make_format, make_race, make_result, make_ruling

DOUBLED = "position 1 stands 2 times"


@pytest.fixture
def editor(client, db):
    client.force_login(User.objects.create_superuser("editor", password="x"))
    return client


@pytest.fixture
def race(small_book) -> Race:
    return Race.objects.get()


def make_book() -> None:
    sound_race()


@deferred()
def sound_race(number: int = 12) -> Race:
    """Three cars whose results add up."""
    race = make_race(2025, number, laps=267, field_size=3, date=date(2025, 5, number))
    for place, (driver, led) in enumerate(((LARSON, 221), (HAMLIN, 46), (BLANEY, 0)), 1):
        make_result(race, driver, place, number=str(place), laps=267, laps_led=led, start=place)
    return race


def save(client, row, **changes) -> list[str]:
    """Save a row's page with these changes; the warnings that the editor is told, without what links say."""
    address = reverse(f"admin:races_{row._meta.model_name}_change", args=[row.pk])
    response = client.post(address, typed(client.get(address)) | changes)
    assert response.status_code == 302, response.context_data["errors"]
    told = [message for message in get_messages(response.wsgi_request) if message.level_tag == "warning"]
    assert all(f'href="{Race.objects.get().get_absolute_url()}#health"' in str(message) for message in told)
    return [str(message).partition(" <a ")[0] for message in told]


def health() -> list[tuple[str, str]]:
    return list(RaceCheck.objects.order_by("code", "message").values_list("code", "message"))


def test_a_sound_race_is_saved_without_a_word(race, editor):
    assert save(editor, race) == save(editor, race.sessions.get()) == health() == []


def test_results_that_do_not_add_up_are_told_and_kept_as_health(race, editor):
    session = race.sessions.get()
    wrong = {"results-1-position": "1", "results-1-laps_led": "45", "results-2-start": "1"}
    assert save(editor, session, **wrong) == [
        f"{race.label}: laps led add up to 266, the race had 267 laps.",
        f"{race.label}: {DOUBLED}.",
        f"{race.label}: starting position 1 stands twice.",
    ]
    assert [code for code, _ in health()] == ["laps-led-sum", "positions", "starting-positions"]
    right = {"results-1-position": "2", "results-1-laps_led": "46", "results-2-start": "3"}
    assert save(editor, session, **right) == health() == []


def test_a_kind_is_told_once_with_how_often_it_is_so(race, editor):
    told = save(editor, race.sessions.get(), **{f"results-{row}-laps": str(300 + row) for row in range(3)})
    assert told == [
        f"{race.label}: Denny Hamlin has 301 laps, Kyle Larson in the place before has 300 (2 more of this kind).",
    ]


def test_what_only_counts_the_others_is_not_what_is_told(race, editor):
    told = save(editor, race.sessions.get(), **{"results-1-position": "1", "results-2-position": "20"})
    assert ("positions", "and 1 more like it") in health()
    assert not any("more like it" in text for text in told)
    assert any(text.startswith(f"{race.label}: position ") for text in told)


@pytest.mark.parametrize(
    ("model", "changes", "code"),
    [
        (Race, {"laps": "266"}, "laps-led-sum"),
        (Race, {"field_size": "2"}, "field-size"),
        (Race, {"field_size": "380"}, "field-size"),
        (Race, {"stages": "9"}, "stages"),
        (Result, {"position": "2"}, "positions"),
        (Result, {"points": "9"}, "points-order"),
    ],
    ids=["its laps", "its field", "a field too large", "its stages", "a result", "points without a format"],
)
def test_each_page_of_a_race_looks_again(race, editor, model, changes, code):
    Race.objects.update(stages=0)
    for place, result in enumerate(Result.objects.order_by("pk")):
        Result.objects.filter(pk=result.pk).update(points=40 - place)
    save(editor, model.objects.order_by("pk").first(), **changes)
    assert code in dict(health())


def test_segments_and_rulings_look_again(race, editor):
    Race.objects.update(caution_laps=6, cautions=1)
    caution = CautionSegment.objects.create(race=race, start_lap=10, end_lap=15)
    assert save(editor, caution, end_lap="14") == [f"{race.label}: 6 caution laps are stated, the cautions make 5."]
    assert save(editor, caution, end_lap="15") == []
    results = list(Result.objects.order_by("position"))
    Result.objects.filter(pk=results[2].pk).update(laps=268)
    ruling = make_ruling(race, date(2025, 5, 14), {results[1]: ({"points": 40}, {"points": -20})})
    assert save(editor, race) == []
    address = reverse("admin:races_ruling_delete", args=[ruling.pk])
    assert editor.post(address, {"post": "yes"}).status_code == 302
    assert health() == [("laps-run", "Ryan Blaney has 268 laps, Denny Hamlin in the place before has 267")]


def test_another_length_of_a_layout_looks_again(race, editor):
    Race.objects.update(duration=timedelta(hours=3), average_speed=Decimal("133.5"))
    too_far = "267 laps of 1.6 miles in 3:00:00 make 142.400 mph, 133.500 mph are stated"
    layout, messages = race.layout, [f"{race.label}: {too_far}."]
    assert save(editor, layout, length="1.6") == messages
    assert save(editor, layout.track, **{"layouts-0-length": "1.5"}) == health() == []


def test_another_points_format_looks_again(race, editor):
    """In the seasons that it was of, and those that it is of now."""
    Race.objects.update(stages=0)
    rules = make_format(2020)
    for place, points in enumerate((40, 35, 33), 1):
        Result.objects.filter(position=place).update(points=points)
    wrong = "Ryan Blaney has 33 points; the format “Stages” makes it 34"
    assert save(editor, rules, note="As printed") == [f"{race.label}: {wrong}."]
    assert save(editor, rules, last_season="2024") == health() == []
    assert save(editor, rules, last_season="") == [f"{race.label}: {wrong}."]
    assert editor.post(reverse("admin:races_pointsformat_delete", args=[rules.pk]), {"post": "yes"}).status_code == 302
    assert health() == []


def test_a_deleted_result_looks_again(race, editor):
    look_again([race.pk])
    data = {"action": "delete_selected", "post": "yes", "_selected_action": [Result.objects.get(position=3).pk]}
    Race.objects.update(field_size=2, status=Race.Status.PROVISIONAL)
    Result.objects.filter(position=2).update(laps_led=45)
    assert editor.post(reverse("admin:races_result_changelist"), data).status_code == 302
    assert health() == [("laps-led-sum", "laps led add up to 266, the race had 267 laps")]


def test_a_race_that_no_document_may_say_is_told_too(race, editor):
    Race.objects.update(nth_at_track=0)
    (told,) = save(editor, race.sessions.get(), **{"results-0-start": "2"})
    assert "cannot be written as a document" in told
    assert [code for code, _ in health()] == ["unwritable"]


def test_what_only_an_import_could_tell_stays(race, editor):
    RaceCheck.objects.create(race=race, code="win-ordinal", message="the report calls it the winner's 6th win")
    save(editor, race.sessions.get())
    assert [code for code, _ in health()] == ["win-ordinal"]


def queries(races) -> int:
    with CaptureQueriesContext(connection) as captured:
        look_again(races)
    return len(captured)


def test_a_look_asks_the_same_however_many_races(race):
    one = queries([race.pk])
    others = [sound_race(number).pk for number in (13, 14, 15)]
    assert queries([race.pk, *others]) == one <= 18


# Shown at their boxes.


def notes(response) -> dict[str, str]:
    """What is noted at the boxes of a page, by their names, and above its rows, without what links say."""
    inlines = response.context_data["inline_admin_formsets"]
    forms = [response.context_data["adminform"].form, *(form for each in inlines for form in each.formset.forms)]
    found = {form.add_prefix(name): said for form in forms for name, said in form.notes.items()}
    at_boxes = {name: " ".join(each.partition(" <a ")[0] for each in said) for name, said in found.items()}
    loose = [check.message for check in response.context_data["loose_checks"]]
    return {**at_boxes, **({"": "; ".join(loose)} if loose else {})}


def test_checks_are_shown_at_their_boxes(race, editor):
    session = race.sessions.get()
    Race.objects.update(cautions=2, caution_laps=5, scheduled_laps=100)
    CautionSegment.objects.create(race=race, start_lap=10, end_lap=15)
    Result.objects.filter(position=3).update(laps=268, start=1)
    Result.objects.filter(position=2).update(laps_led=45)
    look_again([race.pk])
    on_race = editor.get(reverse("admin:races_race_change", args=[race.pk]))
    by_driver = "Ryan Blaney has 268 laps, Denny Hamlin in the place before has 267"
    assert notes(on_race) == {
        "laps": "Laps led add up to 266, the race had 267 laps.",
        "scheduled_laps": "The race had 267 laps, 100 were scheduled.",
        "caution_laps": "5 caution laps are stated, the cautions make 6.",
        "cautions": "2 cautions stated, 1 listed.",
        "": f"{by_driver}; starting position 1 stands twice",
    }
    html = on_race.content.decode()
    assert 'aria-describedby="id_cautions_notes"' in html
    assert f'<a href="{reverse("admin:races_racecheck_changelist")}?race__id__exact={race.pk}">Accept</a>' in html
    on_session = editor.get(reverse("admin:races_session_change", args=[session.pk]))
    twice = "Starting position 1 stands twice."
    assert notes(on_session) == {
        "results-0-start": twice,
        "results-2-start": twice,
        "results-2-laps": f"{by_driver}.",
        "": "laps led add up to 266, the race had 267 laps",
    }
    accept(editor, *RaceCheck.objects.all())
    assert notes(editor.get(reverse("admin:races_session_change", args=[session.pk]))) == {}


def test_the_list_counts_open_checks(race, editor):
    """Sorted by them, and of those with some alone."""
    sound_race(13)
    Result.objects.filter(session__race=race, position__in=(2, 3)).update(position=1, start=1)
    look_again(Race.objects.values_list("pk", flat=True))
    address = reverse("admin:races_race_changelist")

    def listed(query: str) -> list[tuple[int, int]]:
        races = editor.get(f"{address}?{query}").context_data["cl"].result_list
        return [(each.round, each.open_checks) for each in races]

    assert listed("checks=open") == [(12, 2)]
    assert listed("checks=none") == [(13, 0)]
    column = RaceAdmin.list_display.index("checks_open") + 1
    assert listed(f"o=-{column}") == [(12, 2), (13, 0)]
    assert listed(f"o={column}") == [(13, 0), (12, 2)]
    assert ">2 open</a>" in editor.get(address).content.decode()
    accept(editor, *RaceCheck.objects.all()[:1])
    assert listed("checks=open") == [(12, 1)]


# Accepting.


@pytest.fixture
def doubled(race) -> Race:
    Result.objects.filter(position=2).update(position=1)
    look_again([race.pk])
    return race


def accept(client, *checks):
    data = {"action": "accept_selected", "_selected_action": [check.pk for check in checks]}
    return client.post(reverse("admin:races_racecheck_changelist"), data)


def test_an_accepted_check_is_told_no_more_and_shown_as_accepted(doubled, editor, client):
    accept(editor, *RaceCheck.objects.all())
    kept = AcceptedWarning.objects.get()
    assert (kept.race, kept.code, kept.message, kept.user.username) == (doubled, "positions", DOUBLED, "editor")
    assert save(editor, doubled.sessions.get()) == []
    assert health() == [("positions", DOUBLED)]
    page = client.get(doubled.get_absolute_url()).content.decode()
    assert f'{DOUBLED} <span class="quiet">(looked at and accepted)' in page
    told = save(editor, doubled.sessions.get(), **{"results-2-start": "1"})
    assert told == [f"{doubled.label}: starting position 1 stands twice."]


def test_the_races_page_counts_them_and_leads_to_them(doubled, editor):
    address = reverse("admin:races_race_change", args=[doubled.pk])
    listed = f"{reverse('admin:races_racecheck_changelist')}?race__id__exact={doubled.pk}"
    page = editor.get(address).content.decode()
    assert f'<a href="{listed}">1 open, 0 accepted</a>' in page
    accept(editor, *RaceCheck.objects.all())
    assert "0 open, 1 accepted" in editor.get(address).content.decode()


def test_it_can_be_taken_back(doubled, editor):
    accept(editor, *RaceCheck.objects.all())
    data = {"action": "tell_again", "_selected_action": [AcceptedWarning.objects.get().pk]}
    assert editor.post(reverse("admin:races_acceptedwarning_changelist"), data).status_code == 302
    assert save(editor, doubled.sessions.get()) == [f"{doubled.label}: {DOUBLED}."]


def test_what_is_open_and_what_is_accepted_are_listed_apart(doubled, editor):
    address = reverse("admin:races_racecheck_changelist")

    def listed(query: str) -> int:
        return editor.get(f"{address}?{query}").context_data["cl"].result_count

    assert (listed("accepted=no"), listed("accepted=yes"), listed("accepted=maybe")) == (1, 0, 1)
    accept(editor, *RaceCheck.objects.all())
    assert (listed("accepted=no"), listed("accepted=yes"), listed("accepted=maybe")) == (0, 1, 1)


def test_who_may_not_accept_does_not(doubled, client):
    viewer = User.objects.create_user("viewer", password="x", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_racecheck"))
    client.force_login(viewer)
    accept(client, *RaceCheck.objects.all())
    assert not AcceptedWarning.objects.exists()
