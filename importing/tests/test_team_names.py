"""Teams come in under any of their names and go out under the name of the day."""

from datetime import date

import pytest

from drivers.models import Team, TeamName
from importing.export import race_documents
from importing.names.names import BookNames
from races.models import Entry, Race
from testing.files.samples import document
from testing.makers import make_season, make_team

HENDRICK, ALL_STAR = "Hendrick Motorsports", "All-Star Racing"


@pytest.fixture
def teams(empty_book):
    """Hendrick, once All-Star Racing, and RFK with two former names; the season of 1984."""
    make_season(1984)
    hendrick, roush = make_team(HENDRICK), make_team("RFK Racing")
    for team, name, first, last in (
        (hendrick, ALL_STAR, 1984, 1984),
        (roush, "Roush Racing", 1988, 2006),
        (roush, "Roush Fenway Racing", 2007, 2021),
    ):
        TeamName.objects.create(team=team, name=name, first_day=date(first, 1, 1), last_day=date(last, 12, 31))


@pytest.mark.parametrize(
    ("name", "year", "slug"),
    [
        (ALL_STAR, 1984, "hendrick-motorsports"),
        ("ALL STAR racing", 1984, "hendrick-motorsports"),
        (HENDRICK, 1984, "hendrick-motorsports"),
        (HENDRICK, 2024, "hendrick-motorsports"),
        ("Roush Fenway Racing", 2010, "rfk-racing"),
        ("Roush Fenway Racing", 1995, "rfk-racing"),
        ("Roush Racing", 2024, "rfk-racing"),
    ],
    ids=["of the day", "spelt otherwise", "today's then", "today's", "former", "before it had it", "after it had it"],
)
def test_a_team_by_each_of_its_names(teams, name, year, slug):
    names = BookNames()
    assert names.team(name, date(year, 4, 29)).slug == slug
    assert names.new_rows.waiting == {}


@pytest.mark.parametrize(("year", "slug"), [(1984, "hendrick-motorsports"), (2024, "all-star-racing")])
def test_of_two_teams_of_one_name_the_one_that_had_it_on_the_day(teams, year, slug):
    make_team(ALL_STAR)
    assert BookNames().team(ALL_STAR, date(year, 4, 29)).slug == slug


def race_of_all_star(day: str | None = "1984-04-29") -> dict:
    entry = {"car": "5", "driver": "Geoff Bodine", "team": ALL_STAR}
    race = document(season=1984, round=8, date=day, track="kansas", entries=[entry], sessions=[])
    return race | {"pole": None, "margin": None, "rulings": []}


@pytest.mark.parametrize("day", ["1984-04-29", None])
def test_it_goes_out_under_the_name_of_the_day_and_comes_in_again(teams, bring, day):
    bring(race_of_all_star(day), create_drivers=True, create_tracks=True)
    assert Entry.objects.get().team.name == HENDRICK
    assert not Team.objects.filter(name=ALL_STAR).exists()
    (said,) = race_documents(Race.objects.all())
    assert said.entries[0].team == ALL_STAR
    assert not bring(said.model_dump(mode="json", exclude_none=True)).changes_anything


def test_cars_of_a_team_of_that_name_move_to_the_lineage_when_asked(teams, bring):
    race = race_of_all_star()
    bring(race, create_drivers=True, create_tracks=True)
    Entry.objects.update(team=make_team(ALL_STAR))
    (kept,) = bring(race).kept
    assert [(str(change.before), str(change.after)) for change in kept.kept] == [(ALL_STAR, HENDRICK)]
    bring(race, overwrite_official=True)
    assert Entry.objects.get().team.name == HENDRICK
