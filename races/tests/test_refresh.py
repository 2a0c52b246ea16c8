"""The derived rows are right after every write, whoever writes, and as cheap in a long history as in a short one."""

import json
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from drivers.models import Driver
from importing.export import as_json, race_documents
from importing.run import Options, Refused, import_file
from races.as_of import AsOf
from races.derived import refresh as book
from races.derived.findable import found_by
from races.derived.refresh import deferred, differences, rebuild, refresh
from races.derived.signals import DERIVED, RACES_OF
from races.models import (
    CareerTotals,
    CautionSegment,
    Entry,
    GivenTotals,
    LeadSegment,
    Milestone,
    MilestoneReached,
    Race,
    RaceCoverage,
    Result,
    Ruling,
    RulingChange,
    Season,
    SeasonTotals,
    Session,
    StatLine,
    TrackLayout,
)
from testing.examples import examples
from testing.makers import (
    BUESCHER,
    HAMLIN,
    LARSON,
    make_driver,
    make_entry,
    make_given,
    make_layout,
    make_manufacturer,
    make_milestone,
    make_race,
    make_result,
    make_results,
    make_ruling,
    make_season,
    make_series,
    make_session,
    make_team,
    make_track,
)

SUNDAY, WEDNESDAY = date(2024, 2, 18), date(2024, 2, 21)


def make_book() -> None:
    """Three races of 2023, the second without a date, and two of 2024; Larson wins the odd rounds, Buescher the even.

    A ruling took Hamlin's second place of 2024 round 1 away; he counts on from 54 wins, and two wins are a club.
    """
    with deferred():
        make_milestone("wins", 2)
        make_given(HAMLIN, (2023, 3), starts=600, wins=54, top_fives=220, top_tens=330, laps_led=15_000)
        for year, round, day in (
            (2023, 1, date(2023, 2, 19)),
            (2023, 2, None),
            (2023, 3, date(2023, 3, 5)),
            (2024, 1, SUNDAY),
            (2024, 2, date(2024, 2, 25)),
        ):
            race = make_race(year, round, date=day, laps=200, field_size=3, stages=0, lineup="qualifying")
            order = (LARSON, BUESCHER, HAMLIN) if round % 2 else (BUESCHER, LARSON, HAMLIN)
            make_results(race, order, laps=200, laps_led=0, status="running")
            race.sessions.get().results.filter(position=1).update(laps_led=200)
        race = race_of(2024, 1)
        hamlin, buescher = result_of(race, HAMLIN), result_of(race, BUESCHER)
        make_ruling(
            race,
            WEDNESDAY,
            {hamlin: ({"position": 2}, {"position": 3}), buescher: ({"position": 3}, {"position": 2})},
        )
        # A lone race of another series, which no write to the others may change.
        make_result(make_race(2024, 1, series="trucks", date=SUNDAY), LARSON, 1)


def race_of(year, round, series="cup"):
    return Race.objects.get(season__year=year, round=round, season__series__slug=series)


def result_of(race, driver):
    return Result.objects.get(session__race=race, session__kind="race", entry__driver=make_driver(driver))


def line_of(race, driver):
    return StatLine.objects.as_of().get(race=race, driver=make_driver(driver))


def counts_of(driver, statistic="wins", series="cup"):
    """The running count after each of a driver's races, in their order."""
    lines = StatLine.objects.as_of().filter(driver=make_driver(driver), series__slug=series)
    return list(lines.order_by("race_order").values_list(f"{statistic}_after", flat=True))


def reached():
    """Who reached what, in which race, with which count, in which start."""
    rows = MilestoneReached.objects.select_related("driver", "race", "milestone")
    return {
        (row.driver.name, row.milestone.threshold): (row.race and row.race.key, row.count_after, row.start_number)
        for row in rows
    }


def change(row, **fields):
    """Save a row with other values, as a shell or the admin does."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


WRITES = {
    "race renamed": lambda: change(race_of(2024, 1), name="Daytona 500"),
    "race dated": lambda: change(race_of(2023, 2), date=date(2023, 2, 26)),
    "race undated": lambda: change(race_of(2023, 3), date=None),
    "race given another round": lambda: change(race_of(2023, 3), round=9),
    "race moved to another season": lambda: change(race_of(2023, 3), season=make_season(2024), round=9),
    "race moved to a season to come": lambda: change(race_of(2023, 3), season=make_season(2030), round=1),
    "race moved to another series": lambda: change(race_of(2023, 3), season=make_season(2023, "xfinity")),
    "race moved to another layout": lambda: change(race_of(2023, 3), layout=make_layout("Daytona")),
    "race made an exhibition": lambda: change(race_of(2023, 3), kind="exhibition", round=None, slug="clash"),
    "race cancelled": lambda: change(race_of(2023, 3), status="cancelled"),
    "race back on the schedule": lambda: change(race_of(2024, 2), status="scheduled"),
    "race provisional": lambda: change(race_of(2024, 2), status="provisional"),
    "race of other laps": lambda: change(race_of(2024, 2), laps=201),
    "race of an unknown field": lambda: change(race_of(2024, 2), field_size=None),
    "race with stages": lambda: change(race_of(2024, 2), stages=2),
    "race lined up by draw": lambda: change(race_of(2024, 2), lineup="draw"),
    "race with its pole": lambda: change(race_of(2024, 2), pole=result_of(race_of(2024, 2), HAMLIN).entry),
    "race with its margin": lambda: change(race_of(2024, 2), margin_kind="time", margin="0.001"),
    "race deleted": lambda: race_of(2023, 3).delete(),
    "race deleted whose car stands in another's result": lambda: (
        change(result_of(race_of(2023, 1), LARSON), entry=make_entry(race_of(2024, 2), "Tyler Reddick")),
        race_of(2024, 2).delete(),
    ),
    "race added": lambda: make_result(make_race(2024, 9, date=date(2024, 4, 14)), LARSON, 1),
    "race added before an undated one": lambda: make_race(2023, 4, date=date(2023, 3, 12)),
    "races deleted at once": lambda: Race.objects.filter(season__year=2023, round__in=[1, 3]).delete(),
    "season of another year": lambda: change(make_season(2023), year=2022),
    "season of another series": lambda: change(make_season(2023), series=make_series("xfinity")),
    "season of known rounds": lambda: change(make_season(2023), rounds=36),
    "layout of another type": lambda: change(make_layout(), type="superspeedway"),
    "layout of another track": lambda: change(make_layout(), track=make_track("Daytona")),
    "entry of another driver": lambda: change(result_of(race_of(2023, 1), LARSON).entry, driver=make_driver("Reddick")),
    "entry of another team": lambda: change(result_of(race_of(2023, 1), LARSON).entry, team=make_team()),
    "entry of another make": lambda: change(
        result_of(race_of(2023, 1), LARSON).entry, manufacturer=make_manufacturer("Ford")
    ),
    "entry of another number": lambda: change(result_of(race_of(2023, 1), LARSON).entry, number="05"),
    "entry moved to another race": lambda: change(
        result_of(race_of(2023, 1), LARSON).entry, race=race_of(2024, 2), number="5"
    ),
    "entry deleted": lambda: result_of(race_of(2023, 1), LARSON).entry.delete(),
    "entries deleted at once": lambda: Entry.objects.filter(driver=make_driver(LARSON)).delete(),
    "entry without a result": lambda: make_entry(race_of(2023, 1), "Tyler Reddick"),
    "session moved to another race": lambda: change(
        make_session(race_of(2023, 1)), race=make_race(2023, 9, date=date(2023, 4, 2))
    ),
    "session of another kind": lambda: change(make_session(race_of(2023, 1)), kind="practice"),
    "session deleted": lambda: make_session(race_of(2023, 1)).delete(),
    "stage won": lambda: (
        make_result(race_of(2024, 1), LARSON, 1, session="stage-1"),
        change(race_of(2024, 1), stages=1),
    ),
    "result of another position": lambda: change(result_of(race_of(2023, 1), LARSON), position=11),
    "result of no position": lambda: change(result_of(race_of(2023, 1), LARSON), position=None),
    "result of unknown laps led": lambda: change(result_of(race_of(2023, 1), LARSON), laps_led=None),
    "result of a car that did not start": lambda: change(result_of(race_of(2023, 1), LARSON), status="withdrew"),
    "result disqualified": lambda: change(result_of(race_of(2023, 1), LARSON), disqualified=True),
    "result of another car": lambda: change(
        result_of(race_of(2023, 1), LARSON), entry=make_entry(race_of(2023, 1), "Tyler Reddick")
    ),
    "result moved to another session": lambda: change(
        result_of(race_of(2023, 1), LARSON), session=make_session(race_of(2023, 1), "practice")
    ),
    "result moved to another race": lambda: change(
        result_of(race_of(2023, 1), LARSON), session=make_session(make_race(2023, 9, date=date(2023, 4, 2)))
    ),
    "result added": lambda: make_result(race_of(2023, 1), "Tyler Reddick", 4),
    "result deleted": lambda: result_of(race_of(2023, 1), LARSON).delete(),
    "results deleted at once": lambda: Result.objects.filter(position=1).delete(),
    "ruling of another day": lambda: change(Ruling.objects.get(), announced=SUNDAY),
    "ruling moved to another race": lambda: change(Ruling.objects.get(), race=race_of(2024, 2)),
    "ruling deleted": lambda: Ruling.objects.get().delete(),
    "ruling added": lambda: make_ruling(
        race_of(2023, 1),
        date(2023, 2, 21),
        {result_of(race_of(2023, 1), LARSON): ({"position": 1}, {"position": 36})},
    ),
    "change of another text": lambda: change(RulingChange.objects.first(), before={"position": 1}),
    "change that makes no sense": lambda: change(RulingChange.objects.first(), before={"position": "second"}),
    "change that is no change at all": lambda: change(RulingChange.objects.first(), before=[2]),
    "change of another result": lambda: change(
        RulingChange.objects.first(), result=result_of(race_of(2024, 1), LARSON)
    ),
    "change moved to another ruling": lambda: change(
        RulingChange.objects.first(), ruling=make_ruling(race_of(2024, 1), date(2024, 3, 1), {})
    ),
    "change deleted": lambda: RulingChange.objects.first().delete(),
    "opening of other counts": lambda: change(GivenTotals.objects.get(), wins=1),
    "opening of unknown counts": lambda: change(GivenTotals.objects.get(), wins=None),
    "opening through another round": lambda: change(GivenTotals.objects.get(), through_season=2024, through_round=1),
    "opening of another driver": lambda: change(GivenTotals.objects.get(), driver=make_driver(LARSON)),
    "opening of another series": lambda: change(GivenTotals.objects.get(), series=make_series("trucks")),
    "opening of one season": lambda: change(GivenTotals.objects.get(), season=make_season(2023)),
    "opening added": lambda: make_given(LARSON, (2022, 36), wins=19, top_fives=90, top_tens=120),
    "opening of who never started": lambda: make_given("Bobby Allison", (2022, 36), wins=85),
    "opening deleted": lambda: GivenTotals.objects.get().delete(),
    "milestone of another threshold": lambda: change(Milestone.objects.get(), threshold=3),
    "milestone of another statistic": lambda: change(Milestone.objects.get(), statistic="starts"),
    "milestone of no statistic": lambda: change(Milestone.objects.get(), statistic="cautions"),
    "milestone of another series": lambda: change(Milestone.objects.get(), series=make_series("trucks"), threshold=1),
    "milestone added": lambda: make_milestone("laps_led", 400),
    "milestone deleted": lambda: Milestone.objects.get().delete(),
    "stat line typed over": lambda: change(StatLine.objects.first(), wins_after=200, finish=7),
    "coverage typed over": lambda: change(RaceCoverage.objects.first(), lines=40, winner=False),
    "totals of a season typed over": lambda: change(SeasonTotals.objects.first(), wins=200),
    "totals of a career typed over": lambda: change(CareerTotals.objects.first(), wins=200),
    "season of more races": lambda: change(make_season(2023), rounds=36),
    "season after the latest": lambda: make_result(make_race(2025, 3, field_size=2), LARSON, 2),
    "field of an unknown size": lambda: change(race_of(2023, 2), field_size=None),
    "field of a larger size": lambda: change(race_of(2023, 3), field_size=4),
    "race that ended under caution": lambda: change(race_of(2023, 1), margin_kind="caution"),
    "season's totals given": lambda: make_given(LARSON, (2023, 1), season=make_season(2023), wins=4, poles=2),
    "club typed over": lambda: change(MilestoneReached.objects.first(), count_after=200),
}


def test_nothing_differs_from_a_rebuild_after_any_write(small_book, subtests):
    assert differences() == 0
    for name, write in WRITES.items():
        with subtests.test(name), transaction.atomic():
            write()
            assert differences() == 0
            transaction.set_rollback(True)


def test_every_table_of_truth_is_written_above():
    """Whoever makes lines depend on a further model adds its writes to the table. No line depends on segments."""
    first_words = {"season", "layout", "change", "opening", "milestone", "race", "entry", "session", "result", "ruling"}
    models = {Season, TrackLayout, RulingChange, GivenTotals, Milestone, Race, Entry, Session, Result, Ruling}
    assert {*RACES_OF, GivenTotals, Milestone} == {*models, CautionSegment, LeadSegment}
    assert first_words <= {name.split()[0] for name in WRITES}


class TestWhatTheRowsSay:
    """`differences` compares with a rebuild, which is our own work too: these say what is right."""

    def test_a_small_book(self, small_book):
        assert counts_of(LARSON) == [1, 1, 2, 3, 3]
        assert counts_of(LARSON, "laps_led") == [200, 200, 400, 600, 600]
        assert counts_of(BUESCHER) == [0, 1, 1, 1, 2]
        # His total after the third race has more than is on file: some of it came before.
        assert counts_of(HAMLIN) == [None, None, 54, 54, 54]
        assert counts_of(HAMLIN, "top_fives") == [1, 2, 220, 221, 222]
        assert counts_of(HAMLIN, "poles") == [None] * 5
        assert counts_of(LARSON, series="trucks") == [1]
        assert reached() == {(LARSON, 2): ("3", 2, 3), (BUESCHER, 2): ("2", 2, 5), (HAMLIN, 2): (None, 54, None)}

    def test_entry_of_another_driver_takes_the_start_along(self, small_book):
        change(result_of(race_of(2023, 1), LARSON).entry, driver=make_driver("Tyler Reddick"))
        assert counts_of(LARSON) == [0, 1, 2, 2]
        assert counts_of("Tyler Reddick") == [1]
        assert reached()[LARSON, 2] == ("1", 2, 3)

    def test_result_moved_to_another_race_leaves_its_own(self, small_book):
        later = make_race(2023, 9, date=date(2023, 4, 2))
        change(result_of(race_of(2023, 1), LARSON), session=make_session(later))
        assert not StatLine.objects.filter(race=race_of(2023, 1), driver=make_driver(LARSON)).exists()
        assert line_of(later, LARSON).finish == 1
        assert not race_of(2023, 1).coverage.winner

    def test_race_moved_to_another_season_takes_its_lines_and_its_day(self, small_book):
        assert race_of(2023, 2).coverage.known_on == date(2023, 3, 5)
        change(race_of(2023, 3), season=make_season(2024), round=9)
        assert race_of(2023, 2).coverage.known_on == date(2023, 12, 31)
        assert line_of(race_of(2023, 2), LARSON).valid_from == date(2023, 12, 31)
        line = line_of(race_of(2024, 9), LARSON)
        assert (line.year, line.race_order, line.wins_after) == (2024, 2024009, 3)

    def test_undated_race_is_known_by_the_next_that_is_left(self, small_book):
        make_race(2023, 4, date=date(2023, 3, 12))
        Race.objects.filter(season__year=2023, round__in=[1, 3]).delete()
        assert race_of(2023, 2).coverage.known_on == date(2023, 3, 12)

    @pytest.mark.parametrize(
        "fields",
        [
            pytest.param({"status": "cancelled"}, id="cancelled"),
            pytest.param({"status": "scheduled"}, id="scheduled again"),
            pytest.param({"kind": "exhibition", "round": None, "slug": "clash"}, id="an exhibition"),
        ],
    )
    def test_race_that_counts_no_longer(self, fields, small_book):
        race = change(race_of(2023, 3), **fields)
        assert not race.stat_lines.exists()
        assert RaceCoverage.objects.filter(race=race).exists() is ("kind" in fields)
        assert counts_of(LARSON) == [1, 1, 2, 2]
        assert reached()[LARSON, 2] == ("1", 2, 3)

    def test_race_deleted_whose_driver_reached_a_milestone_there(self, small_book):
        race_of(2024, 2).delete()
        assert (BUESCHER, 2) not in reached()
        race_of(2023, 3).delete()
        assert reached()[LARSON, 2] == ("1", 2, 3)

    def test_milestone_reached_and_taken_back(self, small_book):
        result = change(result_of(race_of(2024, 2), BUESCHER), position=3)
        assert (BUESCHER, 2) not in reached()
        change(result, position=1)
        assert reached()[BUESCHER, 2] == ("2", 2, 5)

    def test_milestone_is_reached_by_ruling(self, small_book):
        """The count is of the book as it stands; closed lines carry none."""
        race = race_of(2024, 1)
        make_ruling(
            race,
            date(2024, 10, 23),
            {
                result_of(race, LARSON): ({"position": 1}, {"position": 40}),
                result_of(race, BUESCHER): ({"position": 2}, {"position": 1}),
            },
        )
        assert counts_of(LARSON) == [1, 1, 2, 2, 2]
        assert reached()[BUESCHER, 2] == ("1", 2, 4)
        closed = StatLine.objects.exclude(valid_to=None)
        assert closed.exists()
        assert not closed.exclude(wins_after=None, starts_after=None).exists()

    def test_ruling_keeps_the_book_before_it(self, small_book):
        race = race_of(2024, 1)
        assert {
            day: [
                line.finish
                for line in StatLine.objects.as_of(AsOf.on(day)).filter(race=race, driver=make_driver(HAMLIN))
            ]
            for day in (SUNDAY - timedelta(1), SUNDAY, WEDNESDAY - timedelta(1), WEDNESDAY)
        } == {SUNDAY - timedelta(1): [], SUNDAY: [2], WEDNESDAY - timedelta(1): [2], WEDNESDAY: [3]}

    def test_given_totals_count_on(self, small_book):
        """Those of a season that is not on file, and those of a career, which hold that season."""
        make_given(LARSON, (2022, 36), season=True, wins=3)
        assert counts_of(LARSON) == [4, 4, 5, 6, 6]
        make_given(LARSON, (2022, 36), wins=19)
        assert counts_of(LARSON) == [20, 20, 21, 22, 22]
        assert reached()[LARSON, 2] == (None, 19, None)

    def test_opening_that_the_lines_add_up_to(self, small_book):
        make_given(LARSON, (2023, 3), wins=2, starts=3)
        assert counts_of(LARSON) == [1, 1, 2, 3, 3]
        assert reached()[LARSON, 2] == ("3", 2, 3)

    def test_two_races_on_one_day(self, small_book):
        """A twin bill: the rounds say which came first."""
        change(race_of(2024, 2), date=SUNDAY)
        assert counts_of(BUESCHER) == [0, 1, 1, 1, 2]
        assert StatLine.objects.as_of(AsOf.on(SUNDAY)).filter(driver=make_driver(BUESCHER), year=2024).count() == 2

    def test_a_save_that_failed_does_not_stand_in_the_way(self, small_book):
        result = result_of(race_of(2023, 1), LARSON)
        with pytest.raises(IntegrityError), transaction.atomic():
            change(result, position=0)
        result.delete()
        # Who won the first race is not known any more: it may have been he.
        assert counts_of(LARSON) == [None, 1, 2, 2]

    def test_driver_who_changes_car_within_a_race_keeps_one_line(self, small_book):
        race = race_of(2024, 2)
        make_result(race, LARSON, 3, number="17", laps_led=0)
        assert line_of(race, LARSON).finish == 2
        result_of_first = Result.objects.get(session__race=race, entry__driver=make_driver(LARSON), entry__number="")
        result_of_first.delete()
        assert line_of(race, LARSON).finish == 3


class TestDeferred:
    @pytest.fixture
    def refreshed(self, monkeypatch):
        """The races that each call of `refresh` was asked for."""
        calls = []

        def counted(races=(), *rest, refresh=book.refresh):
            calls.append(sorted(races))
            return refresh(races, *rest)

        monkeypatch.setattr(book, "refresh", counted)
        return calls

    def test_refreshes_once_at_the_end(self, small_book, refreshed):
        race = race_of(2023, 1)
        with deferred():
            for driver, laps_led in ((LARSON, 0), (BUESCHER, 150)):
                change(result_of(race, driver), laps_led=laps_led)
            with deferred():
                change(race, laps=150)
            assert counts_of(LARSON, "laps_led") == [200, 200, 400, 600, 600]
        assert refreshed == [[race.pk]]
        assert counts_of(LARSON, "laps_led") == [0, 0, 200, 400, 400]
        assert differences() == 0

    def test_an_error_undoes_what_was_written(self, small_book, refreshed):
        with pytest.raises(ZeroDivisionError), deferred():  # noqa: PT012
            change(result_of(race_of(2023, 1), LARSON), laps_led=0)
            1 / 0  # noqa: B018
        assert refreshed == []
        assert result_of(race_of(2023, 1), LARSON).laps_led == 200
        assert differences() == 0

    def test_an_error_within_leaves_nothing_deferred(self, small_book, refreshed):
        with pytest.raises(ZeroDivisionError), deferred():
            raise ZeroDivisionError
        change(result_of(race_of(2023, 1), LARSON), laps_led=0)
        assert len(refreshed) == 1

    def test_an_inner_error_that_is_caught_is_still_refreshed(self, small_book, refreshed):
        with deferred():
            try:
                with deferred():
                    change(result_of(race_of(2023, 1), LARSON), laps_led=0)
                    raise ZeroDivisionError
            except ZeroDivisionError:
                pass
        assert len(refreshed) == 1
        assert differences() == 0

    def test_a_dry_run_needs_no_refresh(self, small_book, refreshed):
        with deferred():
            change(result_of(race_of(2023, 1), LARSON), laps_led=0)
            transaction.set_rollback(True)
        assert refreshed == []
        assert differences() == 0

    def test_a_write_that_touches_no_line_refreshes_nothing(self, small_book, refreshed):
        make_entry(race_of(2023, 1), "Tyler Reddick")
        make_layout("Daytona")
        assert refreshed == []

    def test_a_deletion_refreshes_once(self, small_book, refreshed):
        race = race_of(2023, 1)
        number = race.pk
        race.delete()
        assert refreshed == [[number]]
        Result.objects.filter(session__race=race_of(2023, 2)).delete()
        assert refreshed[1:] == [[race_of(2023, 2).pk]]


class TestRebuild:
    def test_finds_and_mends_what_was_spoilt(self, small_book):
        StatLine.objects.filter(finish=1).update(finish=2)
        StatLine.objects.filter(finish=3).delete()
        RaceCoverage.objects.update(winner=False)
        MilestoneReached.objects.update(count_after=1)
        spoilt = StatLine.objects.count()
        assert differences() > 0
        assert StatLine.objects.count() == spoilt
        assert rebuild() > 0
        assert differences() == 0
        assert counts_of(LARSON) == [1, 1, 2, 3, 3]

    def test_from_nothing(self, small_book):
        def book():
            return [
                list(model.objects.order_by().values_list(*columns).order_by(*columns))
                for model in DERIVED
                if (columns := [field.attname for field in model._meta.concrete_fields if field.attname != "id"])
            ]

        kept = book()
        for model in DERIVED:
            model.objects.all().delete()
        rebuild()
        assert book() == kept

    def test_after_bulk_writes(self, small_book):
        """They send no signals; whoever makes them says what they touched."""
        Result.objects.filter(session__race=race_of(2023, 1)).update(laps_led=0)
        assert differences() > 0
        refresh(races=[race_of(2023, 1).pk])
        assert differences() == 0

    def test_after_a_race_has_been_made_an_exhibition_in_bulk(self, small_book):
        """Who had no line in it is in doubt of one race fewer."""
        make_result(make_race(2024, 2, series="trucks"), BUESCHER, 1)
        race = race_of(2024, 1, "trucks")
        Race.objects.filter(pk=race.pk).update(kind="exhibition", round=None, slug="clash")
        refresh(races=[race.pk])
        assert differences() == 0

    @pytest.mark.parametrize("at_once", [1, 2, 3])
    def test_in_small_portions(self, at_once, small_book, monkeypatch):
        monkeypatch.setattr(book, "AT_ONCE", at_once)
        StatLine.objects.all().delete()
        rebuild()
        monkeypatch.undo()
        assert differences() == 0


def drivers(count):
    return [f"Driver {number}" for number in range(count)]


def queries_of(action):
    with CaptureQueriesContext(connection) as queries:
        action()
    return [query["sql"][:150] for query in queries]


class TestCost:
    def test_a_saved_result_costs_the_same_in_a_small_and_a_large_field(self, empty_book):
        spent = []
        for round, cars in ((1, 5), (2, 40)):
            race = make_race(2024, round, date=SUNDAY)
            make_results(race, drivers(cars), laps_led=1)
            result = result_of(race, "Driver 0")
            spent.append(len(queries_of(lambda result=result: change(result, laps_led=2))))
        assert spent[0] == spent[1] < 45

    def test_a_new_race_costs_the_same_in_a_small_and_a_large_field(self, empty_book):
        spent = []
        for round, cars in ((1, 5), (2, 40)):
            race = make_race(2024, round, date=SUNDAY)
            make_results(race, drivers(cars), laps_led=1)
            StatLine.objects.filter(race=race).delete()
            spent.append(len(queries_of(lambda race=race: refresh(races=[race.pk]))))
        assert spent[0] == spent[1] < 50

    def test_a_rebuild_costs_the_same_for_few_and_for_many_results(self, empty_book):
        spent = []
        for cars in (5, 40):
            Race.objects.all().delete()
            for round in range(1, 4):
                make_results(make_race(2024, round, date=SUNDAY), drivers(cars), laps_led=1)
            spent.append((len(queries_of(rebuild)), len(queries_of(differences))))
        assert spent[0] == spent[1]

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="Only there are indexes made after the lines.")
    def test_an_empty_table_is_filled_and_has_its_indexes_again(self, small_book, monkeypatch):
        def indexes():
            with connection.cursor() as cursor:
                cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name")
                return cursor.fetchall()

        monkeypatch.setattr(book, "AT_ONCE", 0)
        before = indexes()
        StatLine.objects.all().delete()
        with CaptureQueriesContext(connection) as context:
            rebuild()
        assert any(query["sql"].startswith("DROP INDEX") for query in context)
        assert indexes() == before
        assert differences() == 0

    def test_many_new_lines_are_measured_and_few_are_not(self, empty_book, monkeypatch):
        """SQLite picks its indexes by that, other databases measure unasked; one save, or a rebuild that changes
        nothing, does not wait for it."""
        monkeypatch.setattr(book, "AT_ONCE", 2)
        for round in (1, 2, 3):
            make_results(make_race(2024, round, date=SUNDAY), drivers(3), laps_led=1)
        assert "ANALYZE" not in queries_of(rebuild)
        Result.objects.update(laps_led=2)
        assert "ANALYZE" not in queries_of(lambda: refresh(races=[Race.objects.first().pk]))
        assert ("ANALYZE" in queries_of(rebuild)) is (connection.vendor == "sqlite")

    def test_no_query_names_more_values_than_any_database_takes(self, empty_book):
        """Older SQLite takes 999; a whole history has thousands of races and drivers."""
        many = 1100
        drivers = Driver.objects.bulk_create([Driver(name=f"Driver {n}", slug=f"driver-{n}") for n in range(many)])
        seasons = [make_season(1900 + n) for n in range(many // 50)]
        layout = make_layout()
        races = Race.objects.bulk_create(
            [Race(season=seasons[n // 50], round=n % 50 + 1, layout=layout, name="A race") for n in range(many)]
        )
        sessions = Session.objects.bulk_create([Session(race=race, kind="race") for race in races])
        entries = Entry.objects.bulk_create([Entry(race=race, driver=drivers[n]) for n, race in enumerate(races)])
        Result.objects.bulk_create(
            [Result(session=session, entry=entry, position=1) for session, entry in zip(sessions, entries)]
        )
        make_milestone("wins", 1)
        most = 0

        def watch(execute, sql, params, many, context):
            nonlocal most
            most = max(most, 0 if many else len(params or ()))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watch):
            refresh(races=[race.pk for race in races], named=found_by([*drivers, *races]))
            assert StatLine.objects.count() == MilestoneReached.objects.count() == many
            Result.objects.all()._raw_delete(connection.alias)
            # Lines, totals of seasons and of careers, and members of the club go; coverage and the fame of all change.
            assert differences() == 6 * many
            rebuild()
        assert not StatLine.objects.exists()
        assert most <= 999


class Editors(RuleBasedStateMachine):
    """Any sequence of edits, rulings, imports and deletions leaves the book as a rebuild would make it.

    Rows are picked by a number, modulo how many there are, so that an example can be repeated by hand.
    """

    pick = st.integers(0, 11)
    drivers = st.sampled_from([LARSON, BUESCHER, HAMLIN])
    years = st.sampled_from([2023, 2024])
    rounds = st.integers(1, 4)
    places = st.none() | st.integers(1, 3)
    few = st.none() | st.integers(0, 2)
    days = st.none() | st.dates(date(2023, 2, 1), date(2024, 11, 30))

    @initialize()
    def open_the_book(self):
        self.folder = TemporaryDirectory()
        self.file = Path(self.folder.name) / "race.json"
        self.page = transaction.atomic()
        self.page.__enter__()
        for year in (2023, 2024):
            make_results(make_race(year, 1), [LARSON, BUESCHER], laps_led=1)
        make_milestone("wins", 2)
        make_milestone("laps_led", 3)

    def teardown(self):
        transaction.set_rollback(True)
        self.page.__exit__(None, None, None)
        self.folder.cleanup()

    def one(self, model, pick):
        """One of the stored rows, if there is any."""
        rows = model.objects.order_by("pk")
        count = rows.count()
        return rows[pick % count] if count else None

    def edit(self, row, **fields):
        """Save a row, unless the database knows a reason why not."""
        if row:
            with suppress(IntegrityError), transaction.atomic():
                change(row, **fields)

    @rule(year=years, round=rounds, day=days, stages=few)
    def add_race(self, year, round, day, stages):
        self.edit(
            Race(season=make_season(year), round=round, layout=make_layout(), name="A race", stages=stages), date=day
        )

    @rule(pick=pick, day=days, status=st.sampled_from(["official", "provisional", "cancelled"]))
    def reschedule(self, pick, day, status):
        self.edit(self.one(Race, pick), date=day, status=status)

    @rule(pick=pick, year=years, round=rounds)
    def move_race(self, pick, year, round):
        self.edit(self.one(Race, pick), season=make_season(year), round=round, kind="points", slug="")

    @rule(pick=pick)
    def make_exhibition(self, pick):
        self.edit(self.one(Race, pick), round=None, kind="exhibition", slug=f"clash-{pick}")

    @rule(pick=pick, driver=drivers, place=places, led=few, session=st.sampled_from(["race", "race", "stage-1"]))
    def add_result(self, pick, driver, place, led, session):
        race = self.one(Race, pick)
        if race:
            with suppress(IntegrityError), transaction.atomic():
                make_result(race, driver, place, laps_led=led, session=session)

    @rule(pick=pick, place=places, led=few, status=st.sampled_from(["running", "engine", "withdrew", ""]))
    def correct_result(self, pick, place, led, status):
        self.edit(self.one(Result, pick), position=place, laps_led=led, status=status)

    @rule(pick=pick, to=pick)
    def move_result(self, pick, to):
        self.edit(self.one(Result, pick), session=self.one(Session, to))

    @rule(pick=pick, driver=drivers)
    def change_driver(self, pick, driver):
        self.edit(self.one(Entry, pick), driver=make_driver(driver))

    @rule(pick=pick, to=pick)
    def move_session(self, pick, to):
        self.edit(self.one(Session, pick), race=self.one(Race, to) or make_race(2024, 4))

    @rule(pick=pick)
    def award_pole(self, pick):
        if entry := self.one(Entry, pick):
            self.edit(entry.race, pole=entry)

    @rule(pick=pick, day=days.filter(bool), before=places, after=places)
    def rule_on(self, pick, day, before, after):
        if result := self.one(Result, pick):
            make_ruling(result.session.race, day, {result: ({"position": before}, {"position": after})})

    @rule(pick=pick, driver=drivers, year=years, round=st.integers(0, 4), wins=few, led=few)
    def open_totals(self, pick, driver, year, round, wins, led):
        opening = GivenTotals.objects.filter(driver=make_driver(driver), series=make_series()).first()
        opening = opening or make_given(driver)
        self.edit(opening, through_season=year, through_round=round, wins=wins, laps_led=led)

    @rule(pick=pick, led=few, overwrite=st.booleans(), driver=drivers)
    def import_a_race(self, pick, led, overwrite, driver):
        """A race's own document comes back with other laps led and a car more."""
        race = self.one(Race, pick)
        if not race or Result.objects.filter(session__race=race).exclude(entry__race=race).exists():
            return
        (document,) = race_documents(Race.objects.filter(pk=race.pk))
        found = json.loads(as_json(document))
        for session in found.get("sessions", ()):
            for result in session.get("results", ())[:1]:
                result["laps_led"] = led or 0
        found.setdefault("entries", []).append({"car": f"9{pick}", "driver": driver})
        self.file.write_text(json.dumps(found))
        with suppress(Refused):
            import_file(str(self.file), Options(overwrite_official=overwrite))

    @rule(pick=pick, threshold=st.integers(1, 3))
    def set_milestone(self, pick, threshold):
        self.edit(self.one(Milestone, pick), threshold=threshold)

    @rule(
        pick=pick, model=st.sampled_from([Race, Entry, Session, Result, Ruling, RulingChange, GivenTotals, Milestone])
    )
    def delete(self, pick, model):
        if row := self.one(model, pick):
            row.delete()

    @invariant()
    def equals_a_rebuild(self):
        assert differences() == 0

    @invariant()
    def says_what_the_results_say(self):
        """Each who started a points race that was run has one standing line there, with his best place in it."""
        best = {}
        for race, driver, place in (
            Result.objects.filter(session__kind="race", session__race__kind="points")
            .filter(session__race__status__in=["official", "provisional"])
            .exclude(status="withdrew")
            .values_list("session__race", "entry__driver", "position")
        ):
            best[race, driver] = min(filter(None, (place, best.get((race, driver)))), default=None)
        lines = StatLine.objects.as_of().values_list("race", "driver", "finish")
        assert {(race, driver): finish for race, driver, finish in lines} == best


def test_what_a_given_total_holds_beyond_the_races_on_file_came_before_them(empty_book):
    """A stage win that turns out to be of 2024 was of no race of 2018, so that year's running count is known."""
    first = make_result(make_race(2018, 1, stages=0), LARSON, 3)
    race = make_race(2024, 1)
    make_result(race, LARSON, 1)
    make_given(LARSON, (2024, 1), starts=3, stage_wins=1)
    line = StatLine.objects.get(race=first.session.race)
    assert line.stage_wins_after is None
    with deferred():
        make_result(race, LARSON, 1, session="stage-1")
        Race.objects.filter(pk=race.pk).update(stages=1)
    line.refresh_from_db()
    assert (line.stage_wins_after, differences()) == (0, 0)


def test_a_milestone_reached_after_a_given_total_stays_when_a_later_season_changes(empty_book):
    """Of three wins through the first race of 2023 and one after it four were reached in that one."""
    make_milestone("wins", 4)
    for round_ in (1, 2):
        make_result(make_race(2023, round_), LARSON, 1)
    later = make_result(make_race(2024, 1), LARSON, 5)
    make_given(LARSON, (2023, 1), wins=3)
    reached = MilestoneReached.objects.filter(driver__name=LARSON).values_list("race__round", "count_after")
    assert list(reached) == [(2, 4)]
    later.delete()
    assert (list(reached), differences()) == ([(2, 4)], 0)


def test_any_sequence_of_edits(empty_book):
    run_state_machine_as_test(Editors, settings=examples(5, stateful_step_count=10))
