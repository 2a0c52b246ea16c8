"""Slugs that were: kept whoever saves, given up when they are taken again, and understood in files."""

import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from drivers.models import Driver, DriverAlias, Manufacturer, Team
from importing.names.names import BookNames
from races.models import Entry, FormerSlug, GivenTotals, Track, TrackLayout, TrackName
from testing.editing import page, typed
from testing.makers import (
    HAMLIN,
    LARSON,
    make_driver,
    make_entry,
    make_layout,
    make_manufacturer,
    make_race,
    make_season,
    make_source,
    make_team,
    make_track,
)

MAKERS = {Driver: make_driver, Team: make_team, Manufacturer: make_manufacturer, Track: make_track}


def kept():
    return {(each.slug, str(getattr(each, each.holder))) for each in FormerSlug.objects.all()}


@pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)
def test_a_changed_slug_is_kept(empty_book, model):
    row = MAKERS[model]()
    was = row.slug
    row.slug = "another"
    row.save()
    row.slug = "a-third"
    row.save()
    assert kept() == {(was, str(row)), ("another", str(row))}
    assert FormerSlug.objects.todays()[model] == {was: "a-third", "another": "a-third"}


def test_kept_by_the_admin(empty_book, admin_client):
    driver = make_driver(LARSON)
    address = page("change", Driver, driver.pk)
    admin_client.post(address, {**typed(admin_client.get(address)), "slug": "larson-kyle"})
    assert kept() == {("kyle-larson", LARSON)}
    assert b"kyle-larson" in admin_client.get(address).content


def test_given_back(empty_book):
    driver = make_driver(LARSON)
    for slug in ("larson", "kyle-larson"):
        driver.slug = slug
        driver.save()
    assert kept() == {("larson", LARSON)}


def test_given_to_another(empty_book):
    """Who took the slug last has its addresses, also when he gives it up."""
    first, second = make_driver(LARSON), make_driver(HAMLIN)
    first.slug = "kyle"
    first.save()
    second.slug = "kyle-larson"
    second.save()
    assert kept() == {("denny-hamlin", HAMLIN)}
    second.slug = "hamlin"
    second.save()
    assert kept() == {("denny-hamlin", HAMLIN), ("kyle-larson", HAMLIN)}


def test_slugs_of_others_are_others(empty_book):
    """A team may have the slug that a driver had."""
    driver = make_driver("Junior Johnson")
    driver.slug = "robert-johnson"
    driver.save()
    make_team("Junior Johnson")
    assert kept() == {("junior-johnson", "Junior Johnson")}
    assert FormerSlug.objects.todays_of(Team, "junior-johnson") is None


def test_a_slug_in_use_is_nobodys_former_one(empty_book):
    driver = make_driver(LARSON)
    make_driver(HAMLIN)
    with pytest.raises(ValidationError, match="“denny-hamlin” is the slug of Denny Hamlin, and leads there"):
        FormerSlug(slug="denny-hamlin", driver=driver).full_clean()


@pytest.fixture
def moved(empty_book):
    """A driver and a track with a race, each under another slug by now."""
    race = make_race(2024, 1, "Kansas", layout=make_layout("Kansas"))
    make_entry(race, LARSON, "5")
    make_season(2024)
    make_source("A source")
    for model, was, slug in ((Driver, "kyle-larson", "larson"), (Track, "kansas", "kansas-speedway")):
        row = model.objects.get(slug=was)
        row.slug = slug
        row.save()
    return race


class TestFixtures:
    @pytest.fixture
    def load(self, moved, tmp_path, capsys):
        def load(*nodes):
            path = tmp_path / "book.json"
            path.write_text(json.dumps(nodes))
            call_command("loaddata", str(path), stdout=io.StringIO())
            return capsys.readouterr().err

        return load

    def test_a_reference_under_a_former_slug(self, load):
        """Wherever in a key it stands."""
        entry = {"race": ["cup", 2024, "1"], "driver": ["kyle-larson"], "number": "5"}
        load(
            {"model": "drivers.driveralias", "fields": {"driver": ["kyle-larson"], "alias": "Yung Money"}},
            {"model": "races.trackname", "fields": {"track": ["kansas"], "name": "Kansas Oval"}},
            {"model": "races.race", "fields": self.race()},
            {"model": "races.entry", "fields": entry},
            {"model": "races.session", "fields": {"race": ["cup", 2024, "1"], "kind": "race", "number": 1}},
            {
                "model": "races.result",
                "fields": {
                    "session": ["cup", 2024, "1", "race", 1],
                    "entry": ["cup", 2024, "1", "5", 0, "kyle-larson"],
                    "position": 1,
                },
            },
        )
        assert DriverAlias.objects.get().driver.slug == "larson"
        assert TrackName.objects.get().track.slug == "kansas-speedway"
        assert TrackLayout.objects.get().races.get().entries.get().results.get().position == 1
        assert (Driver.objects.count(), Entry.objects.count()) == (1, 1)

    @staticmethod
    def race():
        return {
            "season": ["cup", 2024],
            "round": 1,
            "name": "Kansas 1",
            "layout": ["kansas", "oval"],
            "status": "official",
        }

    def test_the_row_itself_is_left_as_it_is(self, load):
        told = load(
            {"model": "drivers.driver", "fields": {"name": "K. Larson", "slug": "kyle-larson"}},
            {"model": "races.track", "fields": {"name": "Kansas", "short_name": "Kansas", "slug": "kansas"}},
        )
        assert [str(driver) for driver in Driver.objects.all()] == [LARSON]
        assert [(track.name, track.slug) for track in Track.objects.all()] == [("Kansas Speedway", "kansas-speedway")]
        assert "“kyle-larson” is larson by now, and was passed over" in told

    def test_given_totals_of_a_former_slug(self, load):
        fields = {"driver": ["kyle-larson"], "series": ["cup"], "through_season": 2023, "through_round": 36, "wins": 23}
        load({"model": "races.giventotals", "fields": {**fields, "source": ["a-source"]}})
        assert GivenTotals.objects.get().driver.slug == "larson"


class TestImports:
    @pytest.fixture
    def names(self, moved):
        return BookNames(create_drivers=True, create_tracks=True)

    def test_finds_by_former_slug(self, names):
        assert names.drivers.find("Whoever", "racestats:kyle-larson").slug == "larson"
        assert names.drivers.known_under("racestats:kyle-larson").slug == "larson"
        assert names.tracks.find("kansas").slug == "kansas-speedway"

    def test_a_former_and_todays_slug_in_one_file_are_one(self, names):
        for slug in ("kyle-larson", "larson"):
            assert names.drivers.find(LARSON, f"racestats:{slug}").slug == "larson"

    def test_nobody_new_gets_a_slug_that_leads_elsewhere(self, names):
        assert names.drivers.find("Kyle-Larson Sr").slug == "kyle-larson-sr"
        former = make_driver("Somebody", slug="joe-doe")
        former.slug = "somebody"
        former.save()
        assert BookNames(create_drivers=True).drivers.find("Joe Doe").slug == "joe-doe-2"
