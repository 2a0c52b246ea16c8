"""What can be found, and under which words: right after every write of a name, whoever writes it."""

from datetime import date

import pytest
from django.db import connection, transaction

from drivers.models import Driver, DriverAlias, Manufacturer, Team, TeamName
from races.derived.refresh import deferred, differences, refresh
from races.derived.signals import NAMED
from races.models import (
    Champion,
    Event,
    Findable,
    FindableWord,
    Milestone,
    Race,
    Season,
    Series,
    SeriesName,
    Track,
    TrackLayout,
    TrackName,
)
from racestats.names.trigrams import holding, index_of, make_index, sharing
from testing.makers import (
    LARSON,
    make_champion,
    make_driver,
    make_entry,
    make_layout,
    make_manufacturer,
    make_milestone,
    make_race,
    make_result,
    make_season,
    make_series,
    make_team,
    make_track,
)

pytestmark = pytest.mark.django_db


def make_book() -> None:
    """Two races at Kansas and one at Darlington, which is an event; with former names and a champion."""
    with deferred():
        cars = {"team": make_team(), "manufacturer": make_manufacturer()}
        for round, day in ((1, date(2024, 5, 5)), (2, date(2024, 9, 29))):
            race = make_race(2024, round, nth_at_track=round, date=day, name=f"Kansas {round}")
            make_result(race, LARSON, 1, **cars)
        southern = Event.objects.create(name="Southern 500", slug="southern-500", crown_jewel=True)
        make_result(make_race(2023, 27, "Darlington", event=southern, name="Cook Out Southern 500"), LARSON, 1)
        DriverAlias.objects.create(driver=make_driver(), alias="Yung Money")
        TrackName.objects.create(track=make_track("Kansas"), name="Old Kansas")
        TeamName.objects.create(team=make_team(), name="All-Star Racing", last_day=date(1984, 12, 31))
        SeriesName.objects.create(series=make_series(), name="Winston Cup Series", last_season=2003)
        make_milestone("wins", 50)
        make_champion(2023)


def change(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


WRITES = {
    Driver: (
        lambda: change(make_driver(), name="Kyle Miyata Larson", suffix="Jr."),
        lambda: change(make_driver(), slug="larson"),
        lambda: make_driver("Chase Elliott"),
        lambda: make_driver("Chase Elliott").delete(),
    ),
    DriverAlias: (
        lambda: change(DriverAlias.objects.get(), alias="Young Money"),
        lambda: change(DriverAlias.objects.get(), driver=make_driver("Chase Elliott")),
        lambda: change(DriverAlias.objects.get(), alias="nascar:4030"),
        lambda: DriverAlias.objects.get().delete(),
    ),
    Team: (lambda: change(make_team(), name="Hendrick"), lambda: Team.objects.create(name="Penske", slug="penske")),
    TeamName: (lambda: change(TeamName.objects.get(), name="No Star"), lambda: TeamName.objects.get().delete()),
    Manufacturer: (lambda: change(make_manufacturer(), name="Chevy"), lambda: make_manufacturer("Ford")),
    Track: (
        lambda: change(make_track("Kansas"), name="Kansas Ring", short_name="Ring", slug="ring"),
        lambda: change(make_track("Kansas"), city="Kansas City"),
        lambda: make_track("Bristol"),
        lambda: make_track("Bristol").delete(),
    ),
    TrackName: (lambda: change(TrackName.objects.get(), name="New"), lambda: TrackName.objects.get().delete()),
    TrackLayout: (
        lambda: change(make_layout("Kansas"), label="Kansas Dirt"),
        lambda: change(make_layout("Darlington"), track=make_track("Kansas"), slug="other"),
    ),
    Event: (
        lambda: change(Event.objects.get(), name="Labor Day 500"),
        lambda: change(Event.objects.get(), crown_jewel=False),
        lambda: Event.objects.get().delete(),
    ),
    Race: (
        lambda: change(Race.objects.get(round=27), name="Mountain Dew Southern 500", date=date(2023, 9, 3)),
        lambda: change(Race.objects.get(round=27), layout=make_layout("Kansas")),
        lambda: change(Race.objects.get(round=27), status="scheduled"),
        lambda: Race.objects.get(round=27).delete(),
        lambda: Race.objects.filter(season__year=2024).delete(),
    ),
    Season: (lambda: change(make_season(2023), year=2022), lambda: make_season(2025)),
    Series: (lambda: change(make_series(), name="First Series", slug="first", level=2), lambda: make_series("trucks")),
    SeriesName: (
        lambda: change(SeriesName.objects.get(), name="Nextel Cup Series", last_season=None),
        lambda: SeriesName.objects.get().delete(),
    ),
    Champion: (
        lambda: make_champion(2024),
        lambda: change(Champion.objects.get(), driver=make_driver("Chase Elliott")),
        lambda: Champion.objects.get().delete(),
    ),
    Milestone: (lambda: change(Milestone.objects.get(), threshold=60), lambda: Milestone.objects.get().delete()),
    Findable: (
        lambda: change(Findable.objects.filter(kind="driver").first(), words="/ nobody /", fame=-1),
        lambda: change(Findable.objects.filter(kind="race").first(), name="The race"),
    ),
}
"""Of each model whose rows have names, or make known, ways to write it."""


def words_of_rows() -> set[str]:
    return {word for text in Findable.objects.values_list("words", flat=True) for word in text.split()} - {"/"}


@pytest.mark.parametrize("model", WRITES, ids=lambda model: model.__name__)
def test_what_is_found_is_right_after_every_write(small_book, model):
    for write in WRITES[model]:
        with transaction.atomic():
            write()
            assert differences() == 0
            assert set(FindableWord.objects.values_list("word", flat=True)) == words_of_rows()
            transaction.set_rollback(True)


def test_every_model_with_names_is_written_above():
    assert {*NAMED, Findable} == {*WRITES}


@pytest.mark.parametrize(
    ("kind", "address", "name", "words"),
    [
        ("driver", "kyle-larson", LARSON, "/ kyle larson / yung money /"),
        ("team", "hendrick-motorsports", "Hendrick Motorsports", "/ hendrick motorsports / all star racing /"),
        ("make", "chevrolet", "Chevrolet", "/ chevrolet / chevy /"),
        ("race", "cup/2024/2", "2024 Kansas II, fall", "/ kansas ii / kansas 2 / fall / kansas /"),
        ("race", "cup/2023/27", "2023 Southern 500", "/ southern 500 / cook out southern 500 / darlington /"),
        ("milestone", "cup-wins-50", "50 wins, Cup", "/ 50 wins / club / cup /"),
    ],
)
def test_under_which_words(small_book, kind, address, name, words):
    row = Findable.objects.get(kind=kind, address=address)
    assert row.name == name
    assert {each for each in words.split("/") if each.strip()} <= set(row.words.split("/"))


def test_who_wins_more_is_better_known(small_book):
    def fame(name):
        return Findable.objects.get(kind="driver", name=name).fame

    race = make_race(2025, 1)
    make_entry(race, "Chase Elliott")
    make_result(race, "Kyle Busch", 2)
    assert fame("Chase Elliott") < fame("Kyle Busch") < fame(LARSON)


def test_rows_written_in_bulk_are_found_once_they_are_named(small_book):
    """They send no signals; whoever makes them says what they are."""
    (driver,) = Driver.objects.bulk_create([Driver(name="A.J. Foyt", slug="aj-foyt")])
    assert differences() > 0
    refresh(named=[("driver", driver.pk)])
    Race.objects.filter(round=2).update(name="Hollywood Casino 400", status="provisional")
    refresh(races=Race.objects.values_list("pk", flat=True))
    assert differences() == 0


def test_no_name_is_too_long(small_book):
    """Nor is one that a plain text makes longer: “&” is “and”."""
    make_driver("&" * 100)
    change(Race.objects.get(round=27), event=None, name="ﬃ" * 120)
    assert differences() == 0


class TestTheIndex:
    def found(self, *asked: list[str]) -> set[str]:
        rows = holding(Findable.objects.filter(kind="race"), "words", asked)
        return set(rows.values_list("address", flat=True))

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ([[" kansas "]], {"cup/2024/1", "cup/2024/2"}),
            ([[" kansas "], [" fall "]], {"cup/2024/2"}),
            ([[" fall ", "outher"]], {"cup/2024/2", "cup/2023/27"}),
            ([[" k"]], {"cup/2024/1", "cup/2024/2"}),
            ([['" OR "a']], set()),
            ([["%"]], set()),
            ([["'; DROP TABLE"]], set()),
        ],
    )
    def test_parts_of_a_text_are_found(self, small_book, asked, found):
        assert self.found(*asked) == found

    def test_what_shares_most_comes_first(self, small_book):
        words = sharing(FindableWord.objects.all(), "word", "darlingten", 1).values_list("word", flat=True)
        assert list(words) == ["darlington"]

    def test_it_follows_rows_that_no_model_wrote(self, small_book):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE races_findable SET words = '/ luck /' WHERE address = 'cup/2024/1'")
            cursor.execute("DELETE FROM races_findable WHERE address = 'cup/2024/2'")
        assert self.found([" kansas "]) == set()
        assert self.found([" luck "]) == {"cup/2024/1"}

    def test_it_is_made_again_where_a_migration_lost_it(self, small_book):
        """SQLite makes a table anew to change it, and its triggers are gone."""
        if connection.vendor != "sqlite":
            pytest.skip("only SQLite makes tables anew")
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {index_of(Findable)}_insert")
        Findable.objects.filter(address="cup/2024/2").delete()
        Findable.objects.bulk_create([Findable(kind="race", key=0, address="cup/2024/3", words="/ luck /", fame=0)])
        make_index(Findable, "words")
        assert self.found([" luck "]) == {"cup/2024/3"}
        assert self.found([" fall "]) == set()
