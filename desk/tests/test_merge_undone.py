"""A merge that is undone leaves the book as it was: each row under its id, its documents, what is derived."""

from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from changes.models import ChangeSet
from changes.values import values_of
from desk.merge.plan import MERGED, plan_of
from desk.merge.write import merge
from desk.undo.obstacles import obstacles
from desk.undo.plan import plan_of as undoing_of
from desk.undo.write import undo
from drivers.models import Driver, DriverAlias, Team, TeamName
from importing.export import as_json, race_documents
from newsroom.models import Story
from races.derived.refresh import deferred, differences
from races.models import Champion, FinalPlace, FormerSlug, Race, ReliefDriver, StatLine, Track, TrackName
from testing.books import book_models
from testing.examples import examples
from testing.makers import (
    ALLISON,
    PETTY,
    make_driver,
    make_entry,
    make_given,
    make_layout,
    make_penalty,
    make_race,
    make_result,
    make_season,
    make_source,
    make_team,
    make_track,
)
from testing.roles import KEPT_BY_THE_COMPUTER, as_role
from testing.scorebook import make_whole_book

TRUTH = [model for model in book_models() if model not in KEPT_BY_THE_COMPUTER]
GOES = {Driver: "Bobby Alison", Team: "DiGard Motorsports", Track: "Lowe's Speedway"}
STAYS = {Driver: ALLISON, Team: "DiGard Racing", Track: "Charlotte Speedway"}


@deferred()
def make_book() -> None:
    """Two races, and of each that is to go something of all that can be of it, also what the other has."""
    source, season = make_source(), make_season(1983)
    for number, short_name, driver, team in (
        (1, "Lowe's", GOES[Driver], GOES[Team]),
        (2, "Charlotte", STAYS[Driver], STAYS[Team]),
    ):
        track = make_track(short_name)
        oval = make_layout(track, "oval")
        make_layout(track, "road", type="road-course", length=str(number))
        TrackName.objects.create(track=track, name="Charlotte Oval", last_day=date(1970, 1, 1))
        race = make_race(1983, number, layout=oval, field_size=2, date=date(1983, 5, number))
        make_result(race, driver, 1, number="1", laps=200, laps_led=200, team=team)
        make_result(race, PETTY, 2, number="2", laps=200, laps_led=0, team="Others")
        made = make_driver(driver, hometown="Miami" if number == 1 else "")
        make_given(driver, (1982, 30), wins=number)
        make_given(driver, (1982, 30), season=True, wins=number)
        FinalPlace.objects.create(season=season, driver=made, place=number, source=source)
        TeamName.objects.create(team=make_team(team), name="Gardner", first_day=date(1970 + number, 1, 1))
    goes = make_driver(GOES[Driver])
    make_penalty(race, goes, 10, date(1983, 5, 16))
    ReliefDriver.objects.create(entry=make_entry(race, PETTY, "2"), driver=goes)
    Champion.objects.create(season=season, driver=goes, team=make_team(GOES[Team]), source=source)
    DriverAlias.objects.create(driver=goes, alias="x:1")
    FormerSlug.objects.create(slug="alison", driver=goes)


def book() -> dict:
    """Every row of the tables of truth by its id, and what goes out."""
    rows = {model: {row.pk: values_of(row) for row in model.objects.all()} for model in TRUTH}
    return {**rows, "documents": [as_json(document) for document in race_documents(Race.objects.all())]}


def merge_and_undo(goes, stays, days=(None, None)) -> None:
    before, lines = book(), StatLine.objects.count()
    merge(plan_of(goes, stays), days)
    assert book() != before
    assert differences() == 0
    made = ChangeSet.objects.first()
    plan = undoing_of(made)
    assert obstacles(plan) == []
    undo(made, plan.fingerprint)
    assert book() == before
    assert (differences(), StatLine.objects.count()) == (0, lines)


@pytest.mark.parametrize("model", MERGED.values(), ids=lambda model: model.__name__)
@pytest.mark.parametrize("days", [(None, None), (date(1970, 2, 1), date(1970, 12, 31))], ids=["found", "of its years"])
def test_leaves_the_book_as_it_was(small_book, model, days):
    rows = {str(row): row for row in model.objects.all()}
    merge_and_undo(rows[GOES[model]], rows[STAYS[model]], days if model is not Driver else (None, None))


@pytest.mark.parametrize(("role", "may"), [("contributor", False), ("editor", True), ("publisher", True)])
def test_who_may_merge_may_undo_it(small_book, client, role, may):
    """Of a driver with a title and given totals, which an editor may not change by hand; and again what undid it."""
    rows = {str(row): row for row in Driver.objects.all()}
    merge(plan_of(rows[GOES[Driver]], rows[STAYS[Driver]]))
    somebody = as_role(client, role)
    for _ in range(2):
        made = ChangeSet.objects.first()
        assert somebody.get(reverse("admin:desk_undo", args=[made.pk])).context_data["may"] == may
        undo(made, undoing_of(made).fingerprint)


@pytest.mark.parametrize("model", [Driver, Track], ids=lambda model: model.__name__)
def test_stories_name_whom_their_links_lead_to(small_book, model):
    """One that names who goes names who stays, and again who went once that is undone; and so on."""
    rows = {str(row): row for row in model.objects.all()}
    goes, stays = rows[GOES[model]], rows[STAYS[model]]
    stories = [
        Story.objects.create(title="x", slug=str(row.pk), body=f"[x]({row.get_absolute_url()})")
        for row in (goes, stays)
    ]
    for story in stories:
        story.note_whom_it_names()

    def named() -> list[list[str]]:
        return [[row.slug for each in (story.drivers, story.tracks) for row in each.all()] for story in stories]

    apart, as_one = [[goes.slug], [stays.slug]], [[stays.slug], [stays.slug]]
    assert named() == apart
    merge(plan_of(goes, stays))
    assert named() == as_one
    for expected in (apart, as_one):
        made = ChangeSet.objects.first()
        undo(made, undoing_of(made).fingerprint)
        assert named() == expected


@examples(3)
@given(seed=st.integers(0, 2**16), kind=st.sampled_from(sorted(MERGED)), data=st.data())
def test_of_any_two_in_any_book(empty_book, seed, kind, data):
    with transaction.atomic():
        make_whole_book(seed)
        rows = list(MERGED[kind].objects.order_by("slug"))
        goes, stays = data.draw(st.permutations(rows))[:2]
        merge_and_undo(goes, stays)
        transaction.set_rollback(True)
