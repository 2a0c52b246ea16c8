"""Clubs: who reached a round number, in order, in which race, as the book stands and as it stood."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from races.as_of import AsOf
from races.derived.counts import Count, CountedLine, GivenCounts, SeasonRaces, SeasonSoFar
from races.derived.refresh import deferred, differences, rebuild
from races.models import GivenTotals, Milestone, Race, Result, StatLine
from races.statistics import CAREER_COUNTS, STATISTICS
from stats.boards.leaderboards import leaderboard
from stats.figures.figure import Figure
from stats.figures.running import run_of, runs
from stats.milestones.clubs import club, milestone_at, reached_in
from stats.notes.reading import notes_of
from stats.scope import Scope
from testing.makers import (
    BLANEY,
    BYRON,
    HAMLIN,
    LARSON,
    PETTY,
    make_given,
    make_milestone,
    make_race,
    make_result,
    make_ruling,
    make_season,
    make_series,
)

pytestmark = pytest.mark.django_db
needs_an_empty_book = pytest.mark.usefixtures("empty_book")

CAST = {"L": LARSON, "H": HAMLIN, "B": BYRON, "R": BLANEY, "P": PETTY}


def make_season_of(orders: str, year=2024) -> None:
    """Whole races on March 1, 2 and so on, with these finishing orders; the winner leads 10 laps."""
    season = make_season(year)
    season.rounds = len(orders.split())
    season.save()
    with deferred():
        for round_, order in enumerate(orders.split(), start=1):
            race = make_race(year, round_, date=date(year, 3, round_), field_size=len(order), laps=10)
            for place, letter in enumerate(order, start=1):
                make_result(race, CAST[letter], place, laps=10, laps_led=10 if place == 1 else 0)


def on(day: str | None) -> AsOf | None:
    return AsOf.on(date.fromisoformat(day)) if day else None


def members(milestone: Milestone, as_of: str | None = None) -> list[tuple]:
    """Order, driver, round, count then and start of each member."""
    found = club(milestone, Scope(series=make_series(), as_of=on(as_of))).members
    return [
        (each.order, str(each.driver), each.race and each.race.round, each.count_after, each.start_number)
        for each in found
    ]


LED = (1, LARSON, 3, 20, 3)


@needs_an_empty_book
@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (None, [LED, (2, HAMLIN, 4, 20, 3)]),
        ("2024-03-02", []),
        ("2024-03-03", [LED]),
        ("2024-03-04", [LED, (2, HAMLIN, 4, 20, 3)]),
    ],
)
def test_in_the_order_they_got_there(as_of, expected):
    """In which race and in which start; the day before, the member is not in."""
    make_season_of("LHB HL LB HL")
    assert members(make_milestone("laps_led", 20), as_of) == expected


TAKEN = [(1, LARSON, 3, 2, 3), (2, HAMLIN, 4, 2, 4)]
GIVEN = [(1, HAMLIN, 4, 2, 4), (2, LARSON, 5, 2, 5)]


@needs_an_empty_book
@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2024-03-03", TAKEN[:1]), ("2024-03-09", TAKEN), ("2024-03-10", GIVEN), (None, GIVEN)],
)
def test_as_it_stood_before_a_ruling(as_of, expected):
    """A win that a ruling took away had made its driver a member until then."""
    make_season_of("LHB HLB LBH HLB LHB")
    third = make_season().races.get(round=3)
    larson, byron = Result.objects.filter(session__race=third, position__lte=2).order_by("position")
    make_ruling(
        third,
        date(2024, 3, 10),
        {larson: ({"position": 1}, {"position": 2}), byron: ({"position": 2}, {"position": 1})},
    )
    assert members(make_milestone("wins", 2), as_of) == expected


@needs_an_empty_book
def test_reached_before_the_count_began():
    """Who was over the threshold in the given totals has no race; who gets there later is counted, and listed first."""
    with deferred():
        make_given(PETTY, (2024, 0), starts=900, wins=199)
        make_given(HAMLIN, (2024, 0), starts=500, wins=49)
        make_season_of("HL LH")
    assert members(make_milestone("wins", 50)) == [(2, HAMLIN, 1, 50, 501), (None, PETTY, None, 199, None)]


@needs_an_empty_book
def test_order_is_not_guessed():
    """Someone whose race is not known may have been earlier than all until the given totals: no number for those."""
    with deferred():
        make_season_of("LH HL LH HL")
        make_given(PETTY, (2024, 3), starts=900, wins=199)
    assert members(make_milestone("wins", 2)) == [
        (3, HAMLIN, 4, 2, 4),
        (None, PETTY, None, 199, None),
        (None, LARSON, 3, 2, 3),
    ]


def leave_in_doubt(round_: int) -> None:
    """It is no longer known whether the field of this race is whole."""
    race = make_season().races.get(round=round_)
    race.field_size = None
    race.save()


@needs_an_empty_book
@pytest.mark.parametrize("as_of", [None, "2024-12-31"])
def test_order_is_in_doubt_only_where_it_is(as_of):
    """Of one who may have been in a race in which he has no line it is known between which races it was: the order of
    those before and after that stands."""
    with deferred():
        make_season_of("PBR PBL PL PBH LHB LHB HB")
        leave_in_doubt(4)  # Larson's third start is the fourth race or the fifth.
    assert members(make_milestone("starts", 3), as_of) == [
        (1, PETTY, 3, 3, 3),
        (4, HAMLIN, 6, 3, 3),
        (None, LARSON, None, None, None),
        (None, BYRON, 4, 3, 3),
    ]


@needs_an_empty_book
@pytest.mark.parametrize("as_of", [None, "2024-12-31"])
def test_unknown_addend_hides_the_race(as_of):
    """A total is known in part where the running count is in doubt: the driver is in, and the race is not known."""
    make_season_of("HL" + 19 * " LH")
    first = Result.objects.filter(session__race__round=1)
    first.filter(position=1).update(laps_led=9)
    first.filter(position=2).update(laps_led=None)
    rebuild()
    found = members(make_milestone("laps_led", 20), as_of)
    assert found == [(None, LARSON, None, None, None)]
    (larson,) = club(Milestone.objects.get(), Scope(series=make_series())).members
    assert larson.total == Figure(190, unknown=1)


AFTER_EACH = [10, 20, 30, 40]
FOURTH, NOBODY_KNOWS = (1, LARSON, 4, 40, 4), (None, LARSON, None, None, None)


@needs_an_empty_book
@pytest.mark.parametrize(
    ("given", "total", "member", "after_each"),
    [
        pytest.param({"starts": 3}, Figure(40), FOURTH, AFTER_EACH, id="silent, and the lines are the whole"),
        pytest.param({"wins": 3}, Figure(40), FOURTH, AFTER_EACH, id="silent of starts too"),
        pytest.param({"starts": 300}, Figure(40, unknown=297), NOBODY_KNOWS, AFTER_EACH, id="silent of many starts"),
        pytest.param({"laps_led": 5}, Figure(40), FOURTH, AFTER_EACH, id="the lines say more"),
        pytest.param(
            {"laps_led": 500}, Figure(510), (None, LARSON, None, 500, None), [10, 20, 500, 510], id="it was before"
        ),
    ],
)
def test_what_given_totals_say_of_it(client, given, total, member, after_each):
    """By the board, by the club, in what is held, in the counts that stand with each line, and in the notes: the lines
    are counted where they say more, and exactly where they are the whole of a career."""
    with deferred():
        make_season_of("LH LH LH LH")
        make_given(LARSON, (2024, 3), **given)
        milestone = make_milestone("laps_led", 40)
    for as_of in (None, "2024-12-31", "2024-03-04"):
        board = leaderboard(STATISTICS["laps_led"], Scope(series=make_series(), as_of=on(as_of)))
        assert [(str(row.who), row.value) for row in board.rows] == [(LARSON, total)]
        assert members(milestone, as_of) == [member]
    exact = member[2] is not None
    held = milestone.reached.filter(race__isnull=False, exact=True)
    assert list(held.values_list("race__round", "count_after", "start_number")) == ([member[2:]] if exact else [])
    lines = StatLine.objects.filter(driver__name=LARSON).order_by("race_order")
    assert [line.laps_led_after for line in lines] == after_each
    race = make_season().races.get(round=4)
    noted = [note.text for note in notes_of(race, list(Result.objects.filter(session__race=race)))]
    assert (f"{LARSON} reached 40 career laps led." in noted) is exact
    assert differences() == 0
    assert client.get(milestone.get_absolute_url()).status_code == 200


adds = st.lists(st.none() | st.integers(0, 9), min_size=1, max_size=25)
official = st.none() | st.tuples(st.integers(0, 30), st.builds(Count, st.integers(0, 99), st.integers(0, 2)))


@settings(deadline=None)
@given(adds, official, st.sets(st.integers(1, 25)))
def test_whoever_has_a_total_has_reached_it_somewhere(added, official, partial):
    """Whatever a figure is made of, and whatever is in doubt: a place is found for every threshold up to it; and where
    the race is told, the count was below before it."""
    lines = [(order, CountedLine(order, (1, add))) for order, add in enumerate(added, 1)]
    orders = sorted(each for each in partial if each <= len(added))
    races = SeasonRaces(1, 1, 0, len(added), len(added), {"whole": orders})
    absent = len([each for each in orders if each > len(added)])
    totals = tuple(
        Count(sum(each or 0 for each in of), sum(each is None for each in of) + absent)
        for of in ([1] * len(added), added)
    )
    given = official and GivenCounts(official[0], (None, official[1]))
    run = run_of(lines, [SeasonSoFar(races, totals)], given, ["whole", "whole"])
    for threshold in range(1, run.total.value + 1):
        found = reached_in(threshold, run)
        assert found.since <= found.by
        assert found.count is None or found.count >= threshold
        if found.race is not None:
            before = [count.value for order, count in zip(run.orders, run.counts) if order < found.by]
            assert not before or before[-1] < threshold


@needs_an_empty_book
def test_races_that_are_missing_make_nobody_less(client):
    """Who is known to be over a threshold is a member, whatever is not on file; the index says the same."""
    with deferred():
        make_season_of("LH LH")
        milestone = make_milestone("wins", 2)

    def club_of_two_wins() -> tuple:
        body = client.get("/milestones/cup-wins-2/?format=json").json()
        index = client.get("/milestones/?format=json").json()["tables"]["milestones"]["rows"]
        (row,), (member,) = body["rows"], members(milestone)
        assert body["matching"] == index[0]["members"] == 1
        return member[2], row["total"], row["total_exact"]

    season = make_season(2024)
    assert club_of_two_wins() == (2, 2, True)
    season.rounds = 30
    with deferred():
        season.save()
        make_season_of("HL", year=2025)
    # The missing rounds come after the second win, and are in doubt of the total.
    assert club_of_two_wins() == (2, 2, False)
    Race.objects.filter(season=season, round=1).update(round=9)
    Race.objects.filter(season=season, round=2).update(round=10)
    rebuild()
    assert club_of_two_wins() == (None, 2, False)


@pytest.mark.parametrize(
    ("turn", "day"), [*enumerate([None, "2199-12-31", "2025-05-10", "2024-05-06", "2023-10-03", "2003-03-16"])]
)
def test_what_is_held_is_what_the_lines_say(turn, day):
    """As of any day, whatever has changed since, a club of the demo content is as counted out of the lines: of each
    statistic some, in turns."""
    scope = Scope(series=make_series(), as_of=on(day))
    milestones = Milestone.objects.filter(statistic__in=["wins", "laps_led", "stage_wins"])
    for milestone in milestones.order_by("statistic", "threshold")[4 * turn :: 24]:
        found = club(milestone, scope)
        careers = runs(found.board.statistic, scope, {each.driver.pk for each in found.members})
        for each in found.members:
            said = (each.season, each.race and each.race.pk, each.count_after, each.start_number)
            at = reached_in(milestone.threshold, careers[each.driver.pk])
            assert said == (at.season, at.race, at.count, at.start), each


@pytest.mark.parametrize("day", [None, "2025-05-10", "2023-10-03"])
@pytest.mark.parametrize("key", ["starts", "wins", "laps_led"])
def test_what_a_career_comes_to_takes_few_of_its_lines(key, day):
    """Of those whose career a source gives, and of others, at the end of each season and in all."""
    scope, statistic = Scope(series=make_series(), as_of=on(day)), STATISTICS[key]
    drivers = {*GivenTotals.objects.filter(season=None).values_list("driver", flat=True)}
    drivers |= {*StatLine.objects.filter(year=2025, finish__lt=9).values_list("driver", flat=True)}
    whole, short = (runs(statistic, scope, drivers, race_by_race=each) for each in (True, False))
    assert {pk: run.total for pk, run in short.items()} == {pk: run.total for pk, run in whole.items()}
    assert {pk: run.known_at for pk, run in short.items()} == {pk: run.known_at for pk, run in whole.items()}
    assert 0 < sum(len(run.races) for run in short.values()) < sum(len(run.races) for run in whole.values())


CLUBS = ("cup-starts-600", "cup-wins-50", "cup-top-tens-300")


def seasons_of(slug: str) -> dict[str, int | None]:
    members = club(milestone_at(slug), Scope(series=make_series())).members
    return {each.driver.slug: each.season for each in members}


@pytest.fixture
def seasons_by_totals(db) -> dict[str, dict[str, int | None]]:
    """Of clubs of the demo content, which knows most old careers by the totals of their seasons."""
    return {slug: seasons_of(slug) for slug in CLUBS}


def test_where_the_race_is_not_known_the_season_is(seasons_by_totals, full_book):
    """The same season as every result of the history says."""
    assert seasons_by_totals["cup-starts-600"]["bobby-allison"] == 1984
    for slug, seasons in seasons_by_totals.items():
        assert seasons == seasons_of(slug), slug
        assert len(seasons) > 5


WHOLE_DAYS = ("2025-05-11", "1985-06-01")


@pytest.mark.parametrize("day", ["2025-05-11", "cup-2025-12", "1985-06-01"])
def test_clubs_of_the_whole_history(full_book, client, day):
    """They answer as of other days too: on each the largest of stage wins, of which most given totals say nothing,
    and on some the largest of every statistic. Some of today are stations of the walk through the whole history."""
    lowest: dict[str, int] = {}
    for milestone in Milestone.objects.order_by("threshold").select_related("series") if day in WHOLE_DAYS else ():
        if milestone.threshold == lowest.setdefault(milestone.statistic, milestone.threshold):
            assert client.get(milestone.get_absolute_url(), {"as_of": day}).status_code == 200, milestone
    body = client.get("/milestones/cup-stage-wins-10/", {"format": "json", "as_of": day}).json()
    assert (body["matching"], body["rows"] == []) == (len(body["rows"]), day == "1985-06-01")


def test_clubs_that_given_totals_say_nothing_of(full_book):
    """Where Hamlin's do not speak of stage wins, the clubs count his lines as the board does, and so do the counts that
    stand with the lines. What is held agrees with the clubs."""
    totals = GivenTotals.objects.get(driver__name=HAMLIN, season=None)
    totals.stage_wins = None
    totals.save()
    scope = Scope(series=make_series())
    board = leaderboard(STATISTICS["stage_wins"], scope)
    (hamlin,) = (row for row in board.rows if str(row.who) == HAMLIN)
    (run,) = runs(board.statistic, scope, {hamlin.who.pk}).values()
    lines = StatLine.objects.as_of().filter(driver=hamlin.who, series=scope.series).order_by("race_order")
    counted = sum(line.stage_wins or 0 for line in lines)
    assert (hamlin.value.value, hamlin.value.unknown) == run.total
    assert hamlin.value.value == counted > 0
    assert [line.stage_wins_after for line in lines] == [count.known for count in run.counts]
    for threshold in (10, 20, 30, 40, 50):
        milestone = Milestone.objects.get(statistic="stage_wins", threshold=threshold)
        found = club(milestone, scope).members
        assert {each.total for each in found if str(each.driver) == HAMLIN} == {hamlin.value}
        said = {each.driver.pk: (each.race.pk, each.count_after) for each in found if each.race}
        held = milestone.reached.filter(race__isnull=False, exact=True)
        assert {driver: tuple(rest) for driver, *rest in held.values_list("driver", "race", "count_after")} == said


def test_index_counts_as_the_clubs_do(client):
    """The number beside each milestone is that of the club's page."""
    for first, asked in enumerate(({}, {"as_of": "2025-05-10"})):
        asked["format"] = "json"
        rows = client.get("/milestones/", asked).json()["tables"]["milestones"]["rows"]
        assert len(rows) == Milestone.objects.count()
        for row in rows[7 * first :: 14]:
            body = client.get(row["milestone_url"].partition("?")[0], asked).json()
            assert body["matching"] == row["members"], row


@pytest.mark.parametrize(
    ("slug", "found"),
    [
        ("cup-laps-led-10000", "10,000 laps led"),
        ("cup-laps-led-010000", None),
        ("cup-laps_led-10000", None),
        ("cup-laps-led", None),
        ("cup-laps-led-1e4", None),
        ("10000", None),
        ("", None),
        (f"cup-wins-{'9' * 40}", None),
    ],
)
def test_address(slug, found):
    """A milestone by its slug, and no other spelling of it."""
    milestone = milestone_at(slug)
    assert (milestone and milestone.name) == found


def test_statistics_are_those_of_running_counts():
    """A milestone can be set up for each of them, and for no other."""
    assert [key for key, _ in Milestone._meta.get_field("statistic").choices] == list(CAREER_COUNTS)


def test_who_has_no_place_is_listed_last(client):
    """In order first; then who they are is said once in a page, and in every other form."""
    url, said = "/milestones/cup-laps-led-10000/", "without a number, listed last"
    body = client.get(url, {"format": "json"}).json()
    orders = [row["order"] for row in body["rows"]]
    placed = [each for each in orders if each is not None]
    assert orders == sorted(placed) + [None] * (len(orders) - len(placed))
    assert 0 < len(placed) < len(orders)
    (note,) = (each for each in body["notes"] if said in each)
    assert note.startswith(f"{len(orders) - len(placed)} drivers without")
    assert client.get(url).content.decode().count(said) == 1


def test_other_reading(client):
    """Our count, what it is based on, and the figure that an article printed with its source."""
    text = client.get("/milestones/cup-laps-led-10000/").content.decode()
    for said in (
        "21 drivers have reached it, by the records on file.",
        "Based on ",
        "One article counts 22",
        "Another count: Article on Kyle Larson",
    ):
        assert said in text
