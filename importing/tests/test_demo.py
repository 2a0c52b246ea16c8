"""The demo content: the whole record of the Cup, and what loading it again does."""

import pytest
from django.core.management import call_command
from django.db.models import Count, F, Q

from drivers.models import Driver
from importing.export import as_json, race_documents
from importing.run import Options, import_file
from races.derived.refresh import deferred
from races.models import GivenTotals, Race, RaceCheck, RaceCoverage, Season, Series, StatLine, Track, TrackLayout
from races.statistics import STATISTICS
from stats.boards.leaderboards import leaderboards
from stats.figures.reading import figures
from stats.scope import Scope
from testing.books import HISTORY, everything
from testing.files.samples import recorded

pytestmark = pytest.mark.django_db

BOARDS = ("starts", "wins", "top_fives", "top_tens", "laps_led")
WHOLE = range(2018, 2026)


def cup():
    return Race.objects.filter(season__series__slug="cup")


def rows_of(client, path: str, **asked) -> list[dict]:
    return client.get(path, {"format": "json", **asked}).json()["rows"]


def board(client, statistic: str) -> list[tuple]:
    """The first fifty of an all-time board of the Cup, and who is tied with the fiftieth."""
    rows = rows_of(client, f"/leaderboards/{statistic}/", series="cup")
    least = rows[49]["value"]
    return sorted((-row["value"], row["driver"]) for row in rows if row["value"] >= least)


def test_every_cup_race_is_there_with_its_day_track_and_winner():
    points = cup().points()
    assert points.count() == 2822
    seasons = Season.objects.filter(series__slug="cup").order_by("year")
    assert list(seasons.values_list("year", flat=True)) == [*range(1949, 2026)]
    assert not points.filter(date=None).exists()
    assert not RaceCoverage.objects.filter(race__in=points, winner=False).exists()
    held = seasons.annotate(held=Count("races", filter=Q(races__round__gt=0)))
    assert not held.exclude(held=F("rounds")).exists()


def test_the_seasons_from_2018_on_are_whole():
    covered = RaceCoverage.objects.filter(race__season__year__in=WHOLE, race__round__gt=0)
    assert covered.count() == covered.filter(whole=True, start=True, laps=True, points=True).count() == 36 * len(WHOLE)
    assert cup().filter(round=None).count() == 10


@pytest.mark.parametrize("year", [*WHOLE])
def test_whole_standings(client, year):
    """Every driver who scored is in the table, and nobody's points are unknown."""
    rows = rows_of(client, f"/standings/cup/{year}/")
    lines = StatLine.objects.as_of().filter(series__slug="cup", year=year, points__gt=0)
    scored = {str(driver) for driver in Driver.objects.filter(pk__in=lines.values("driver"))}
    assert {row["driver"] for row in rows} >= scored
    assert all(row["points"] is not None for row in rows)


def test_boards_of_the_cup_have_ten_rows_or_more():
    """All but that of a feat which few drivers have done since 2017."""
    boards = leaderboards(tuple(STATISTICS.values()), Scope(series=Series.objects.get(slug="cup")))
    assert [board.statistic.key for board in boards if len(board.rows) < 10] == ["stage_sweeps"]


@pytest.mark.parametrize(
    ("driver", "counts"),
    [
        ("richard-petty", {"starts": 1184, "wins": 200, "poles": 123}),
        ("ricky-rudd", {"starts": 906, "wins": 23}),
        ("cale-yarborough", {"starts": 561, "wins": 83}),
        ("dale-earnhardt", {"starts": 676, "wins": 76}),
        ("martin-truex-jr", {"wins": 34, "stage_wins": 66}),
        ("denny-hamlin", {"wins": 60, "poles": 48}),
    ],
)
def test_a_career(driver, counts):
    pk = Driver.objects.get(slug=driver).pk
    scope = Scope(series=Series.objects.get(slug="cup"))
    found = figures(scope, [STATISTICS[key] for key in counts], who=[pk])[pk]
    assert {key: found[key].value for key in counts} == counts


def test_ricky_rudd_started_in_32_seasons(client):
    assert len(rows_of(client, "/drivers/ricky-rudd/")) == 32


def test_two_hundred_wins_of_richard_petty_have_their_races(client):
    assert len(rows_of(client, "/drivers/richard-petty/races/", series="cup", stat="wins")) == 200


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/races/cup/1967/1/", ["November 13, 1966", "Augusta International Speedway", "Richard Petty"]),
        ("/races/cup/2025/20/", ["July 13, 2025", "Sonoma Raceway", "Shane van Gisbergen"]),
        ("/races/cup/2024/busch-light-clash-at-the-coliseum/", ["February 3, 2024", "13 more cars did not start."]),
        ("/tracks/occoneechee/", ["Hillsborough, North Carolina"]),
        ("/drivers/dale-earnhardt/", ["April 29, 1951", "February 18, 2001", "Kannapolis"]),
    ],
)
def test_a_page_says(client, address, says):
    page = client.get(address).content.decode()
    assert [words for words in says if words not in page] == []


def test_a_whole_field(client):
    rows = rows_of(client, "/races/cup/2025/20/")
    assert len(rows) == 37
    assert all(row["start"] and row["laps"] is not None for row in rows)


def test_every_track_has_its_place():
    """But for one in whose name the source mixes several."""
    assert set(Track.objects.filter(city="").values_list("slug", flat=True)) == {"harris"}


@pytest.mark.xdist_group("full_book")
def test_the_boards_are_those_of_the_whole_history(client, request):
    """What season totals say before 2018 is what every result of it adds up to."""
    recorded(HISTORY)
    said = {key: board(client, key) for key in BOARDS}
    request.getfixturevalue("full_book")
    assert {key: board(client, key) for key in BOARDS} == said


# Loaded again.


def test_loaded_again_it_changes_nothing_not_even_what_an_editor_changed(book_file):
    with deferred():
        Driver.objects.filter(slug="kyle-larson").update(hometown="Sacramento, California")
        cup().filter(season__year=2024, round=12).update(margin_note="By a photo.", name="Another name")
        given = GivenTotals.objects.get(driver__slug="lee-petty", season__year=1959)
        given.laps_led = 1
        given.save()
        race = cup().get(season__year=1956, round=3)
        race.layout = TrackLayout.objects.get(track__slug="lancaster")
        race.save()
    before = everything()
    call_command("demo", verbosity=0)
    assert everything() == before


def test_what_does_not_add_up_in_it():
    """Every one of them looked at: the sources disagree, or the length of a layout; none is a false alarm."""
    found = dict(RaceCheck.objects.order_by().values_list("code").annotate(Count("pk")))
    assert found == {
        "average-speed": 7,  # Bristol's dirt and the Roval of some years were shorter than their layouts here.
        "gap-order": 1,
        "laps-led-sum": 1,
        "laps-run": 1,  # Erik Jones at Richmond in 2019, disqualified.
        "lead-changes": 20,
        "leaders": 1,
        "led-by-segment": 3,
        "points-table": 1,  # Mark Martin at Richmond in 1990, who lost 46.
    }


def test_what_stopped_halfway_is_not_taken_for_loaded(empty_book, monkeypatch):
    monkeypatch.setattr("importing.management.commands.demo.import_file", lambda *asked: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        call_command("demo", verbosity=0)
    assert not Season.objects.exists()


# Out and in again.

SAMPLE = {1949: 1, 1959: 1, 1967: 48, 1973: 27, 1993: 18, 2011: 13, 2019: 13, 2023: 31, 2025: 10}


def test_races_go_out_and_come_in_again(tmp_path):
    chosen = Q(season__year=2024, round=None)
    for year, round_ in SAMPLE.items():
        chosen |= Q(season__year=year, round=round_)

    def written() -> list[str]:
        races = cup().filter(chosen).order_by("season__year", "round", "slug")
        return [as_json(document) for document in race_documents(races)]

    said = written()
    file = tmp_path / "races.jsonl"
    file.write_text("\n".join(said))
    call_command("flush", interactive=False, verbosity=0)
    call_command("loaddata", "10_reference", verbosity=0)
    import_file(str(file), Options(create_drivers=True, create_tracks=True))
    assert written() == said
