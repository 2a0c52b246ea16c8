"""Champions, final orders and play-offs: the demo content against the sheets, and how an editor enters one."""

import csv
from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import call_command

from drivers.models import Driver
from races.models import Champion, FinalPlace, PlayOffRound, PointsFormat, Season
from testing.editing import complaints, page, typed, with_row
from testing.files.samples import recorded
from testing.makers import BLANEY, LARSON, make_driver, make_season, make_source

pytestmark = pytest.mark.django_db

SAME = {"Johnny Benson": "Johnny Benson Jr.", "Dale Earnhardt, Inc.": "Dale Earnhardt Inc."}
"""As the races' documents have them, where the sheet has another spelling."""


def sheet(name: str) -> list[dict]:
    with recorded(f"../facts/{name}").open() as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("series", "year", "driver", "team", "make", "margin"),
    [
        ("cup", 1949, "Red Byron", "Raymond Parks (Owner)", "Oldsmobile", "117.5"),
        ("cup", 1973, "Benny Parsons", "DeWitt Racing", "Chevrolet", "67.2"),
        ("cup", 1979, "Richard Petty", "Petty Enterprises", "Chevrolet", "11.0"),
        ("cup", 2011, "Tony Stewart", "Stewart-Haas Racing", "Chevrolet", None),
        ("cup", 2024, "Joey Logano", "Team Penske", "Ford", "5.0"),
        ("cup", 2025, "Kyle Larson", "Hendrick Motorsports", "Chevrolet", "3.0"),
        ("national", 1995, "Johnny Benson Jr.", None, None, None),
        ("national", 2017, "William Byron", "JR Motorsports", None, None),
        ("trucks", 1998, "Ron Hornaday Jr.", None, "Chevrolet", "3.0"),
        ("trucks", 2008, "Johnny Benson Jr.", None, None, None),
        ("trucks", 2025, "Corey Heim", "TRICON Garage", "Toyota", None),
    ],
)
def test_champions_of_the_demo(series, year, driver, team, make, margin):
    found = Season.objects.get(series__slug=series, year=year).champion
    said = (str(found.driver), found.team and found.team.name, found.manufacturer and found.manufacturer.name)
    assert said == (driver, team, make)
    assert found.margin == (margin and Decimal(margin))


def test_every_season_of_a_title_has_one_and_a_source():
    seasons = Counter(Champion.objects.values_list("season__series__slug", flat=True))
    assert seasons == {"cup": 77, "national": 44, "trucks": 31}
    general = Champion.objects.filter(source__slug="champions-general-knowledge")
    assert {champion.season.series.slug for champion in general} == {"trucks"}
    assert general.count() == 10


def test_champions_are_those_of_the_sheet():
    rows = sheet("champions.csv")
    assert len(rows) == Champion.objects.count()
    for row in rows:
        found = Champion.objects.get(season__series__slug=row["series"], season__year=row["season"])
        assert str(found.driver) == SAME.get(row["driver"], row["driver"])
        assert found.margin == (Decimal(row["points_margin"]) if row["points_margin"] else None)
        assert (found.manufacturer.name if found.manufacturer else "") == row["manufacturer"]
        # An owner is told in the note: he is no team of the book.
        assert (found.team.name if found.team else "") == SAME.get(row["team"], row["team"]) or (
            found.team is None and f"Owner: {row['team']}." in found.note
        )


def test_final_places_are_those_of_the_sheet():
    rows = sheet("final_points.csv")
    assert {(row["series"], int(row["season"]), int(row["rank"]), row["driver"], row["points"]) for row in rows} == {
        (each.season.series.slug, each.season.year, each.place, str(each.driver), f"{each.points:.0f}")
        for each in FinalPlace.objects.select_related("season__series", "driver")
    }


def test_who_is_first_in_a_final_order_is_the_champion():
    firsts = list(FinalPlace.objects.filter(place=1).select_related("season__champion"))
    assert [each.season.year for each in firsts] == [2025, 2024]
    for each in firsts:
        assert each.driver_id == each.season.champion.driver_id
        assert each.points - each.season.champion.margin == each.season.final_places.get(place=2).points


def test_play_offs_lie_in_their_seasons():
    """Ten races to the season's end, without a gap; the formats of these seasons say that play-offs decide."""
    for season in Season.objects.filter(play_off_rounds__isnull=False).distinct():
        rounds = season.play_off_rounds.order_by("number")
        held = [race for each in rounds for race in range(each.first_race, each.last_race + 1)]
        assert held == list(range(27, season.rounds + 1)), season
        assert [each.drivers for each in rounds] == [16, 12, 8, 4]
        rules = PointsFormat.objects.filter(series=season.series).in_season(season.year).get()
        assert rules.title_by == PointsFormat.TitleBy.PLAY_OFFS
    assert PlayOffRound.objects.count() == 8 * 4


@pytest.mark.parametrize(
    ("series", "year", "decided"),
    [
        ("cup", 2003, ""),
        ("cup", 2004, "chase"),
        ("cup", 2024, "play-offs"),
        ("national", 2015, ""),
        ("cup", 2026, "chase"),
    ],
)
def test_formats_say_what_decides_the_title(series, year, decided):
    rules = PointsFormat.objects.filter(series__slug=series).in_season(year).get()
    assert rules.title_by == decided


def test_loading_the_fixture_again_changes_nothing():
    def rows():
        return [list(model.objects.order_by("pk").values()) for model in (Champion, FinalPlace, PlayOffRound, Driver)]

    before = rows()
    call_command("loaddata", "65_champions", verbosity=0)
    assert rows() == before


def test_an_editor_enters_a_season_with_its_champion(admin_client, empty_book):
    season, source, driver = make_season(2023), make_source(), make_driver(BLANEY)
    address = page("change", Season, season.pk)
    data = with_row(typed(admin_client.get(address)), "champion", driver=driver.pk, source=source.pk, margin="1")
    data = with_row(data, "final_places", driver=driver.pk, place=1, points="5035", source=source.pk)
    assert admin_client.post(address, data).status_code == 302
    season.refresh_from_db()
    assert (season.champion.driver, season.champion.margin) == (driver, 1)
    assert season.final_places.get().points == 5035
    assert "Ryan Blaney, 2023" in admin_client.get(page("changelist", Season)).content.decode()


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"driver": ""}, "This field is required."),
        ({"source": ""}, "This field is required."),
        ({"margin": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"season": "taken"}, "Champion with this Season already exists."),
    ],
    ids=["a team without a champion", "no source", "a margin below zero", "a second champion"],
)
def test_what_makes_no_champion_is_told(admin_client, empty_book, said, complaint):
    taken = Champion.objects.create(season=make_season(2022), driver=make_driver(LARSON), source=make_source())
    typed_in = {
        "season": make_season(2023).pk,
        "driver": taken.driver_id,
        "source": taken.source_id,
        **said,
    }
    if said.get("season"):
        typed_in["season"] = taken.season_id
    address = page("add", Champion)
    response = admin_client.post(address, {**typed(admin_client.get(address)), **typed_in})
    assert complaint in complaints(response)
    assert Champion.objects.count() == 1
