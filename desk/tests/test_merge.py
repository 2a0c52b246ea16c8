"""Two rows of one driver, team or track made one: what would move, what is in doubt, and what is left."""

from collections import defaultdict
from datetime import date

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.urls import reverse

from changes.models import ChangeSet
from desk.merge.plan import MERGED, plan_of, relations_to
from desk.merge.write import merge
from drivers.models import Driver, DriverAlias, Team, TeamName
from newsroom.models import Story
from races.derived.refresh import deferred, differences
from races.derived.signals import DERIVED
from races.models import (
    Champion,
    Entry,
    FinalPlace,
    Findable,
    FormerSlug,
    GivenTotals,
    MilestoneReached,
    Penalty,
    Race,
    ReliefDriver,
    StatLine,
    Track,
    TrackLayout,
    TrackName,
)
from testing.editing import WHY, boxes, page
from testing.makers import (
    ALLISON,
    BAKER,
    PETTY,
    WALTRIP,
    make_champion,
    make_driver,
    make_entry,
    make_given,
    make_layout,
    make_milestone,
    make_penalty,
    make_race,
    make_result,
    make_season,
    make_source,
    make_team,
    make_track,
)
from testing.queries import counted_queries
from testing.roles import as_role

ALISON = "Bobby Alison"
"""As some sources have him."""


@deferred()
def make_book() -> None:
    """Bobby Allison under two names, a team under two, Charlotte under two: 1983, by and large."""
    for round, (track, first, second) in enumerate(
        [("Daytona", ALLISON, PETTY), ("Dover", ALISON, WALTRIP), ("Pocono", PETTY, ALISON)], 1
    ):
        race = make_race(1983, round, track, field_size=3, date=date(1983, 2 + round, 1))
        for place, driver in enumerate((first, second, BAKER), 1):
            team = "DiGard Racing" if driver == ALLISON else "DiGard Motorsports" if driver == ALISON else "Others"
            make_result(race, driver, place, number=str(place), laps=200, laps_led=200 // place, team=team)
    make_milestone("wins", 2)
    make_driver(ALLISON).aliases.create(alias="Robert Allison")
    make_driver(ALISON).aliases.create(alias="stockcars:17")
    make_champion(1983, ALISON, team="DiGard Motorsports")


def two(model, goes, stays):
    """The two rows, as the desk reads them."""
    by_name = {str(row): row for row in model.objects.all()}
    return by_name[goes], by_name[stays]


def merged(model, goes, stays, **options):
    plan = plan_of(*two(model, goes, stays))
    merge(plan, **options)
    return plan


class TestDrivers:
    def test_everything_moves(self, small_book):
        merged(Driver, ALISON, ALLISON)
        allison = Driver.objects.get(slug="bobby-allison")
        assert not Driver.objects.filter(slug="bobby-alison").exists()
        assert allison.entries.count() == 3
        assert allison.titles.get().season.year == 1983
        assert {alias.alias for alias in allison.aliases.all()} == {"Robert Allison", ALISON, "stockcars:17"}
        assert FormerSlug.objects.todays()[Driver] == {"bobby-alison": "bobby-allison"}
        lines = StatLine.objects.filter(driver=allison, finish=1).order_by("race_order")
        assert list(lines.values_list("wins_after", flat=True)) == [1, 2]
        assert MilestoneReached.objects.get().driver == allison
        assert " bobby alison " in Findable.objects.get(kind="driver", key=allison.pk).words
        assert differences() == 0

    def test_his_address_leads_on(self, small_book, client):
        merged(Driver, ALISON, ALLISON)
        answer = client.get("/drivers/bobby-alison/races/?stat=wins")
        assert (answer.status_code, answer["Location"]) == (301, "/drivers/bobby-allison/races/?stat=wins")

    def test_slugs_that_led_to_the_one_that_goes_lead_on(self, small_book):
        alison = Driver.objects.get(slug="bobby-alison")
        alison.slug = "alison"
        alison.save()
        merged(Driver, ALISON, ALLISON)
        todays = {"bobby-alison": "bobby-allison", "alison": "bobby-allison"}
        assert FormerSlug.objects.todays()[Driver] == todays

    @pytest.mark.parametrize(
        ("of_goes", "of_stays", "left"),
        [
            pytest.param({"hometown": "Miami"}, {}, {"hometown": "Miami"}, id="an empty one is filled"),
            pytest.param({"hometown": "Miami"}, {"hometown": "Hueytown"}, {"hometown": "Hueytown"}, id="his is kept"),
            pytest.param(
                {"born": date(1937, 12, 3)},
                {"birth_year": 1937},
                {"born": date(1937, 12, 3), "birth_year": None},
                id="a day for its year",
            ),
            pytest.param(
                {"birth_year": 1938},
                {"born": date(1937, 12, 3)},
                {"born": date(1937, 12, 3), "birth_year": None},
                id="no rule is broken",
            ),
            pytest.param({"suffix": "Jr."}, {}, {"suffix": ""}, id="no suffix is a name too"),
            pytest.param(
                {"died": date(1930, 1, 1)},
                {"born": date(1937, 12, 3)},
                {"died": None},
                id="nor died before he was born",
            ),
        ],
    )
    def test_his_facts(self, empty_book, of_goes, of_stays, left):
        goes, stays = make_driver(ALISON, **of_goes), make_driver(ALLISON, **of_stays)
        merge(plan_of(goes, stays))
        found = Driver.objects.get()
        assert {name: getattr(found, name) for name in left} == left

    def test_both_have_totals_of_one_season(self, small_book):
        """Those of the one that stays are kept whole: what a source says is not filled from another."""
        make_given(ALISON, (1983, 30), season=True, wins=6, poles=0)
        kept = make_given(ALLISON, (1983, 30), season=True, wins=5)
        make_given(ALISON, (1983, 30), wins=84)
        plan = plan_of(*two(Driver, ALISON, ALLISON))
        ((name, pair),) = plan.others
        assert name == "Given totals Bobby Allison, through 1983 round 30"
        assert [(cell.label, cell.goes, cell.stays, cell.after) for cell in pair.cells] == [
            ("Wins", "6", "5", "5"),
            ("Poles", "0", "—", "—"),
        ]
        merge(plan)
        assert {each.wins for each in GivenTotals.objects.all()} == {5, 84}
        assert GivenTotals.objects.filter(pk=kept.pk).exists()
        assert differences() == 0

    def test_both_in_one_race(self, small_book):
        """They may well be two."""
        make_entry(Race.objects.get(round=1), ALISON, "9")
        plan = plan_of(*two(Driver, ALISON, ALLISON))
        assert plan.doubts == ["Both were in 1 race, in two cars: 1983 Daytona (No. 9 and No. 1)."]

    def test_born_on_two_days(self, small_book):
        Driver.objects.filter(slug="bobby-alison").update(birth_year=1961)
        Driver.objects.filter(slug="bobby-allison").update(born=date(1937, 12, 3))
        assert plan_of(*two(Driver, ALISON, ALLISON)).doubts == ["They were born on different days."]

    def test_a_name_of_a_third_is_no_alias(self, small_book):
        DriverAlias.objects.create(driver=make_driver(PETTY), alias=ALISON)
        assert merged(Driver, ALISON, ALLISON).names == []

    def test_as_many_queries_for_many_races(self, small_book):
        def asked() -> int:
            with counted_queries() as queries:
                plan_of(*two(Driver, ALISON, ALLISON)).first_rows()
            return len(queries)

        few = asked()
        for round in range(4, 12):
            make_entry(make_race(1983, round, "Dover"), ALISON, "9")
            make_given(ALISON, (1980 + round, 30), season=True)
            make_given(ALLISON, (1980 + round, 30), season=True)
        assert asked() <= few + 2


def test_what_was_written_is_kept_as_one_change(small_book):
    """All by which it can be undone: whose each row was, and who is gone."""
    goes, stays = two(Driver, ALISON, ALLISON)
    keys = goes.pk, stays.pk
    merge(plan_of(goes, stays))
    made = ChangeSet.objects.get(kind=ChangeSet.Kind.MERGE)
    assert str(made) == "Merge: Bobby Alison into Bobby Allison"
    said = defaultdict(lambda: defaultdict(dict))
    for change in made.changes.all():
        for model, steps in change.rows.items():
            for what, rows in steps.items():
                said[model][what].update(rows)
    assert list(said["drivers.driver"]["removed"]) == [str(keys[0])]
    his = Entry.objects.filter(driver=stays).exclude(race__round=1)
    assert said["races.entry"]["changed"] == {str(entry.pk): {"driver": list(keys)} for entry in his}
    assert [row["slug"] for row in said["races.formerslug"]["added"].values()] == ["bobby-alison"]
    assert [row["alias"] for row in said["drivers.driveralias"]["added"].values()] == [ALISON]
    assert len(said["races.champion"]["changed"]) == 1


class TestTeams:
    def test_a_name_of_its_years(self, small_book):
        merged(Team, "DiGard Motorsports", "DiGard Racing", days=(date(1983, 1, 1), date(1984, 12, 31)))
        team = Team.objects.get(slug="digard-racing")
        assert team.name_on(date(1983, 5, 1)) == "DiGard Motorsports"
        assert team.name_on(date(1985, 5, 1)) == "DiGard Racing"
        assert (team.entries.count(), team.titles.count()) == (3, 1)
        assert differences() == 0

    def test_another_spelling(self, small_book):
        """It is found by it, and was called so on no day."""
        merged(Team, "DiGard Motorsports", "DiGard Racing")
        team = Team.objects.get(slug="digard-racing")
        assert team.name_on(date(1983, 5, 1)) == "DiGard Racing"
        assert Team.objects.names().meant("DiGard Motorsports") == {team.pk}

    def test_no_two_names_of_one_day(self, small_book):
        TeamName.objects.create(
            team=make_team("DiGard Racing"), name="DiGard", first_day=date(1973, 1, 1), last_day=date(1983, 12, 31)
        )
        with pytest.raises(
            ValidationError, match="would have been called “DiGard” and “DiGard Motorsports” on the same days"
        ):
            merged(Team, "DiGard Motorsports", "DiGard Racing", days=(date(1983, 1, 1), date(1983, 12, 31)))

    def test_the_same_former_name(self, small_book):
        for team in ("DiGard Motorsports", "DiGard Racing"):
            TeamName.objects.create(team=make_team(team), name="Gardner Racing", last_day=date(1975, 1, 1))
        merged(Team, "DiGard Motorsports", "DiGard Racing")
        assert sorted(TeamName.objects.values_list("name", flat=True)) == ["DiGard Motorsports", "Gardner Racing"]


class TestTracks:
    @pytest.fixture
    def charlotte(self, empty_book):
        """Charlotte, and Lowe's as if it were another place."""
        with deferred():
            stays, goes = make_track("Charlotte"), make_track("Lowe's", slug="lowes")
            make_layout(stays, "oval", surface="asphalt")
            make_layout(goes, "oval", length="1.5", note="In 2006 paved anew.")
            for round, track in ((1, stays), (2, goes)):
                race = make_race(2005, round, layout=make_layout(track, "oval"), date=date(2005, 5, round))
                make_result(race, ALLISON, 1)
        return goes, stays

    def test_one_layout_comes_of_two(self, charlotte):
        merge(plan_of(*charlotte), days=(date(1999, 1, 1), date(2009, 12, 31)))
        layout = TrackLayout.objects.get()
        assert (layout.races.count(), layout.surface, layout.note) == (2, "asphalt", "In 2006 paved anew.")
        track = Track.objects.get()
        assert {(each.name, each.years_in_words) for each in track.names.all()} == {
            ("Lowe's Speedway", "1999–2009"),
            ("Lowe's", ""),
        }
        assert FormerSlug.objects.todays()[Track] == {"lowes": "charlotte"}
        assert StatLine.objects.filter(track=track, layout=layout).count() == 2
        assert differences() == 0

    @pytest.mark.parametrize("other", [{"length": "1.017"}, {"type": "short-track"}, {"surface": "concrete"}])
    def test_layouts_that_differ_stay_two(self, charlotte, other):
        goes, stays = charlotte
        goes.layouts.update(**other)
        merge(plan_of(goes, stays))
        assert [(each.slug, each.races.count()) for each in stays.layouts.all()] == [("oval", 1), ("oval-2", 1)]
        assert differences() == 0

    def test_ordinals_are_to_be_looked_after(self, charlotte):
        assert plan_of(*charlotte).doubts == [
            "Both had points races in 2005: look afterwards at their ordinals, such as “Kansas II”."
        ]


def test_no_relation_is_forgotten():
    """Every column of a table of truth that points to what can be merged."""
    for model in MERGED.values():
        pointing = {
            (other, field.name)
            for other in apps.get_models()
            for field in other._meta.get_fields(include_hidden=True)
            if isinstance(field, ForeignKey) and field.related_model is model and other not in DERIVED
        }
        assert {(column.model, column.name) for column in relations_to(model)} == pointing
    assert {(column.model, column.name) for column in relations_to(Driver)} >= {
        *(
            (model, "driver")
            for model in (DriverAlias, Entry, ReliefDriver, GivenTotals, Penalty, Champion, FinalPlace)
        ),
        (FormerSlug, "driver"),
    }


def test_of_each_relation_one_row(empty_book):
    """All that can point to a driver points to the one that stays."""
    goes, stays = make_driver(ALISON), make_driver(ALLISON)
    race, season, source = make_race(1983, 1, "Dover", date=date(1983, 5, 15)), make_season(1983), make_source()
    make_result(race, goes, 1)
    other = make_entry(race, PETTY, "43")
    ReliefDriver.objects.create(entry=other, driver=goes)
    make_penalty(race, goes, 10, date(1983, 5, 16))
    make_given(goes, (1982, 30), wins=1)
    make_champion(1983, goes)
    FinalPlace.objects.create(season=season, driver=goes, place=1, source=source)
    DriverAlias.objects.create(driver=goes, alias="x:1")
    FormerSlug.objects.create(slug="b-alison", driver=goes)
    for slug, named in (("one", [goes]), ("both", [goes, stays])):
        Story.objects.create(title=slug, slug=slug).drivers.set(named)
    merge(plan_of(goes, stays))
    assert [story.drivers.count() for story in Story.objects.order_by("slug")] == [1, 0]
    for column in relations_to(Driver):
        rows = column.model._base_manager.exclude(**{f"{column.name}__slug": "richard-petty"})
        if column.model is FormerSlug or rows.exists():
            assert set(rows.exclude(**{column.name: None}).values_list(f"{column.name}__slug", flat=True)) == {
                "bobby-allison"
            }, column
        else:
            pytest.fail(f"{column} has no row in this test: give it one")
    assert differences() == 0


class TestPages:
    @pytest.fixture
    def editor(self, client, small_book):
        return as_role(client, "editor")

    @pytest.fixture
    def address(self, editor):
        goes, stays = two(Driver, ALISON, ALLISON)
        return f"{reverse('admin:desk_merge', args=['driver', goes.pk])}?into={stays.pk}"

    def test_offers_those_that_are_called_nearly_so(self, editor):
        goes, stays = two(Driver, ALISON, ALLISON)
        html = editor.get(reverse("admin:desk_merge", args=["driver", goes.pk])).content.decode()
        assert f'<a href="?into={stays.pk}">Merge into Bobby Allison</a> (1 start, 1983)' in html
        assert "Buddy Baker" not in html

    def test_finds_any_other(self, editor):
        goes, _ = two(Driver, ALISON, ALLISON)
        html = editor.get(reverse("admin:desk_merge", args=["driver", goes.pk]), {"q": "petty"}).content.decode()
        assert "Merge into Richard Petty</a> (3 starts, 1983)" not in html
        assert "Merge into Richard Petty</a> (2 starts, 1983)" in html

    def test_shows_and_merges(self, editor, address):
        shown = editor.get(address)
        html = shown.content.decode()
        for said in ("2 entries", "1 champion", "1 driver alias", "<code>bobby-alison</code>", "“Bobby Alison” too"):
            assert said in html, said
        answer = editor.post(address, boxes(shown), follow=True)
        told, way_back = (str(each) for each in get_messages(answer.wsgi_request))
        assert told == (
            "Bobby Alison is merged into Bobby Allison. 2 entries, 1 champion and 1 driver alias moved. "
            "The addresses of Bobby Alison lead there."
        )
        assert reverse("admin:desk_undo", args=[ChangeSet.objects.latest("pk").pk]) in way_back
        assert not Driver.objects.filter(slug="bobby-alison").exists()
        log = LogEntry.objects.order_by("pk").values_list("object_repr", "action_flag")
        assert list(log) == [(ALISON, 3), (ALLISON, 2)]

    def test_official_races_are_changed_for_a_reason(self, editor, address):
        sent = boxes(editor.get(address))
        html = editor.post(address, {**sent, "why": " "}).content.decode()
        assert "Say why: official races are among what it changes." in html
        assert Driver.objects.filter(slug="bobby-alison").exists()
        editor.post(address, sent)
        assert ChangeSet.objects.latest("pk").reason == WHY

    def test_of_other_races_no_reason_is_asked(self, editor, address):
        Race.objects.update(status="provisional")
        assert "why" not in boxes(editor.get(address))

    def test_a_plan_that_is_out_of_date_is_shown_anew(self, editor, address):
        sent = boxes(editor.get(address))
        make_entry(Race.objects.get(round=1), ALISON, "9")
        answer = editor.post(address, sent)
        assert "The book has changed since this plan was made. Nothing was merged" in answer.content.decode()
        assert Driver.objects.filter(slug="bobby-alison").exists()

    def test_doubts_want_a_tick(self, editor, address):
        make_entry(Race.objects.get(round=1), ALISON, "9")
        sent = boxes(editor.get(address))
        assert "Tick that they are one, or leave them apart." in editor.post(address, sent).content.decode()
        editor.post(address, {**sent, "sure": "on"})
        assert not Driver.objects.filter(slug="bobby-alison").exists()

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({"first": "", "last": ""}, "Say from which year, through which, or both."),
            ({"first": "1985", "last": "1983"}, "The last year must not come before the first."),
            ({"first": "83"}, "Ensure this value is greater than or equal to"),
        ],
    )
    def test_years_of_a_name(self, editor, said, told):
        goes, stays = two(Team, "DiGard Motorsports", "Others")
        address = f"{reverse('admin:desk_merge', args=['team', goes.pk])}?into={stays.pk}"
        sent = boxes(editor.get(address))
        assert (sent["first"], sent["last"]) == ("1983", "1983")
        answer = editor.post(address, {**sent, "kept": "years", **said})
        assert told in answer.content.decode()
        assert Team.objects.filter(pk=goes.pk).exists()

    def test_names_of_one_day_are_refused(self, editor):
        goes, stays = two(Team, "DiGard Motorsports", "Others")
        TeamName.objects.create(team=stays, name="DiGard", last_day=date(1990, 1, 1))
        address = f"{reverse('admin:desk_merge', args=['team', goes.pk])}?into={stays.pk}"
        answer = editor.post(address, {**boxes(editor.get(address)), "kept": "years"})
        assert "It would have been called “DiGard” and “DiGard Motorsports” on the same days" in answer.content.decode()
        assert Team.objects.get(pk=goes.pk).entries.exists()

    def test_two_that_are_selected(self, editor):
        goes, stays = two(Driver, ALISON, ALLISON)
        chosen = {"action": "merge", "_selected_action": [goes.pk, stays.pk]}
        answer = editor.post(page("changelist", Driver), chosen)
        assert answer.status_code == 302
        assert editor.get(answer["Location"]).status_code == 200
        chosen["_selected_action"] = [each.pk for each in Driver.objects.all()]
        assert "Choose the two drivers" in editor.post(page("changelist", Driver), chosen, follow=True).content.decode()

    def test_led_to_from_its_page_and_from_the_deletion_that_is_refused(self, editor):
        goes, _ = two(Driver, ALISON, ALLISON)
        address = reverse("admin:desk_merge", args=["driver", goes.pk])
        for what in ("change", "delete"):
            assert f'href="{address}"' in editor.get(page(what, Driver, goes.pk)).content.decode()

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("driver/999999/", 302),
            ("driver/1/?into=x", 302),
            ("race/1/", 404),
            ("manufacturer/1/", 404),
        ],
    )
    def test_what_is_not_there(self, editor, path, status):
        assert editor.get(f"/admin/merge/{path}").status_code == status

    def test_into_itself_or_nobody(self, editor):
        goes, _ = two(Driver, ALISON, ALLISON)
        address = reverse("admin:desk_merge", args=["driver", goes.pk])
        for into in (goes.pk, 999_999, "x", "9" * 30):
            html = editor.get(f"{address}?into={into}").content.decode()
            assert "Choose another one that is in the book." in html


def test_undated_names_are_of_no_day(empty_book, client):
    track = make_track("Charlotte")
    TrackName.objects.create(track=track, name="Lowe's")
    assert track.name_on(date(2005, 5, 1)) == "Charlotte Speedway"
    assert Track.objects.names().meant("Lowe's") == {track.pk}
    assert "Raced as" not in client.get("/tracks/charlotte/").content.decode()
