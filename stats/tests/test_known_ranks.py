"""Ranks among the closest are known: no race of which the margin is unknown, or that is not held, could be closer."""

from datetime import date
from decimal import Decimal

import pytest

from races.models import Era, Race, Season
from stats.race.closest_finishes import closest
from stats.race.known_ranks import ALL_RANKS, NO_RANKS, Declared, KnownRanks, LookedUp, declared, known_ranks, not_held
from stats.race.known_ranks_of_scope import known_ranks_of
from stats.scope import Eras, Scope
from testing.makers import make_race, make_series

DECLARED = Declared(None, 2024012, Decimal("0.500"))
SINCE_1993 = Declared(date(1993, 5, 16), 2024012, Decimal("0.008"))


@pytest.mark.parametrize(
    ("unknown", "declared", "found"),
    [
        ([], None, ALL_RANKS),
        ([], DECLARED, ALL_RANKS),
        ([2022021], None, NO_RANKS),
        ([2022021], DECLARED, KnownRanks(Decimal("0.500"))),
        ([2024012], DECLARED, KnownRanks(Decimal("0.500"))),
        ([2024020, 2024013], DECLARED, KnownRanks(before=2024013)),
        ([1949001, 2024013], SINCE_1993, KnownRanks(Decimal("0.008"), date(1993, 5, 16), 2024013)),
    ],
)
def test_known_ranks(unknown, declared, found):
    assert known_ranks(unknown, declared) == found


ELECTRONIC = LookedUp(date(1993, 5, 16), date(2025, 12, 31), Decimal("0.008"))
NEXT_GEN = LookedUp(date(2022, 2, 20), date(2024, 5, 5), Decimal("0.500"))
HELD = [(1949001, date(1949, 6, 19)), (2024012, date(2024, 5, 5)), (2024013, date(2024, 5, 12))]


@pytest.mark.parametrize(
    ("eras", "first", "found"),
    [
        pytest.param([], date(2022, 2, 20), None, id="nothing was looked up"),
        pytest.param([ELECTRONIC, NEXT_GEN], date(2022, 2, 20), (None, 2024012, "0.500"), id="the widest around it"),
        pytest.param([NEXT_GEN, ELECTRONIC], date(2021, 2, 14), (None, 2024013, "0.008"), id="the one around it"),
        pytest.param(
            [NEXT_GEN, ELECTRONIC],
            date(1949, 6, 19),
            (date(1993, 5, 16), 2024013, "0.008"),
            id="the first later one",
        ),
        pytest.param([NEXT_GEN._replace(through=date(1948, 1, 1))], date(2023, 1, 1), (None, 0, "0.500"), id="no race"),
    ],
)
def test_declared(eras, first, found):
    assert declared(eras, first, HELD) == (found and Declared(*found[:2], Decimal(found[2])))


@pytest.mark.parametrize(
    ("held", "rounds", "missing"),
    [
        pytest.param([2024001, 2024002], {2024: 36}, set(), id="a season that is going on"),
        pytest.param([2024002], {2024: 36}, {2024001}, id="its first race"),
        pytest.param([2023001, 2024001], {2023: 3, 2024: 36}, {2023002, 2023003}, id="the end of a past season"),
        pytest.param([2023002, 2024001], {2023: None, 2024: None}, {2023001}, id="seasons of unknown length"),
        pytest.param([2024001], {2023: 2, 2024: 1}, {2023001, 2023002}, id="a whole season"),
        pytest.param([2024001], {2024: 1, 2025: 36}, set(), id="a season to come"),
        pytest.param([2023001, 2024001], {2023: 1}, set(), id="only the seasons asked of"),
        pytest.param([], {2024: 36}, set(), id="nothing held"),
    ],
)
def test_not_held(held, rounds, missing):
    assert not_held(held, rounds) == missing


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (ALL_RANKS, ""),
        (NO_RANKS, "Without ranks: not every margin of these races is known, so closer finishes may be missing."),
        (
            KnownRanks(Decimal("0.500")),
            "Ranked: the finishes of .500 s or less, all of which are known. Of the others not every margin is.",
        ),
        (
            KnownRanks(Decimal("0.008"), date(1993, 5, 16), 2024013),
            "Ranked: the finishes of .008 s or less since May 16, 1993 before round 13 of 2024, all of which are "
            "known. Of the others not every margin is.",
        ),
    ],
)
def test_in_words(found, words):
    assert found.in_words == words


@pytest.mark.parametrize(
    ("finish", "run", "order", "included"),
    [
        (".008", date(1993, 5, 16), 1993010, True),
        (".009", date(1993, 5, 16), 1993010, False),
        (".001", date(1993, 5, 15), 1993009, False),
        (".001", date(2024, 5, 13), 2024013, False),
    ],
)
def test_includes(finish, run, order, included):
    assert KnownRanks(Decimal("0.008"), date(1993, 5, 16), 2024013).includes(Decimal(finish), run, order) == included


def make_margins(year: int, *margins: str | None) -> None:
    for round_, each in enumerate(margins, start=1):
        fields = {"margin": each} if each and each[0].isdigit() else {"margin_kind": each or ""}
        make_race(year, round_, date=date(year, 3, round_), **fields)


def ranks(scope: Scope) -> list[tuple]:
    found = closest(scope, known_ranks=known_ranks_of(scope))
    return [(str(race.margin), race.rank if race.ranked else None) for race in found]


@pytest.fixture
def cup(empty_book):
    """2023 with one margin unknown, 2024 with none."""
    make_margins(2023, "0.004", None, "0.002", "0.030")
    make_margins(2024, "0.010", "caution", "0.020")
    series = make_series()
    Season.objects.filter(year=2023).update(rounds=4)
    return series


def test_nothing_is_ranked_where_a_margin_is_unknown(cup):
    assert {rank for _, rank in ranks(Scope(series=cup))} == {None}
    assert {rank for _, rank in ranks(Scope(series=cup, season=2023))} == {None}
    assert ranks(Scope(series=cup, season=2024)) == [("0.010", 1), ("0.020", 2)]
    assert ranks(Scope(series=cup, from_=2024)) == [("0.010", 1), ("0.020", 2)]
    assert ranks(Scope(season=2024)) == [("0.010", 1), ("0.020", 2)]


def test_nothing_is_ranked_where_a_race_is_not_held(cup):
    Season.objects.filter(year=2024).update(rounds=4)
    make_margins(2025, "0.001")
    assert {rank for _, rank in ranks(Scope(series=cup, season=2024))} == {None}


def test_an_era_of_which_the_closest_are_known(cup):
    """Ranked as far as was looked up, and after that day only as far as every margin is known."""
    era = Era.objects.create(
        series=cup,
        slug="all",
        name="All",
        starts=date(2023, 1, 1),
        closest_known=Decimal("0.010"),
        closest_known_through=date(2023, 12, 31),
    )
    scopes = [Scope(series=cup), Scope(), Scope(series=cup, era=Eras("all", (era,)))]
    for scope in scopes:
        assert ranks(scope) == [("0.002", 1), ("0.004", 2), ("0.010", 3), ("0.020", None), ("0.030", None)]
    Race.objects.filter(season__year=2024, round=1).update(margin_kind="", margin=None)
    make_race(2024, 4, date=date(2024, 3, 4), margin="0.001")
    for scope in scopes:
        assert ranks(scope) == [
            ("0.001", None),
            ("0.002", 1),
            ("0.004", 2),
            ("0.020", None),
            ("0.030", None),
        ]


def test_two_series_are_one_list_only_where_each_is_whole(cup):
    make_race(2024, 1, series="trucks", date=date(2024, 4, 1), margin="0.015")
    assert ranks(Scope(season=2024)) == [("0.010", 1), ("0.015", 2), ("0.020", 3)]
    assert {rank for _, rank in ranks(Scope())} == {None}


@pytest.mark.django_db
def test_closest_ever(client):
    """The ten of the list are ranked, and no race beyond it, for of others not every margin is known."""
    for query in ("?era=electronic-scoring", "?series=cup", "", "?era=electronic-scoring&as_of=2023-12-31"):
        body = client.get(f"/closest-finishes/{query}{'&' if query else '?'}format=json").json()
        for row in body["rows"]:
            assert (row["rank"] is not None) == (row["margin"] <= "0.008"), (query, row)
        assert any(note.startswith("Ranked: the finishes of .008 s or less") for note in body["notes"]), query
    page = client.get("/closest-finishes/?era=electronic-scoring").content.decode()
    assert "Ranked: the finishes of .008 s or less" in page


@pytest.mark.django_db
def test_closest_of_the_next_gen_era(client):
    """To half a second all were known on May 5, 2024, but for two of which no margin is."""
    body = client.get("/closest-finishes/?era=next-gen&as_of=2024-05-06&format=json").json()
    assert [row["rank"] is not None for row in body["rows"]] == [row["margin"] <= "0.500" for row in body["rows"]]
    today = client.get("/closest-finishes/?era=next-gen&format=json").json()["rows"]
    (talladega,) = (row for row in today if row["race"] == "2025 Talladega I")
    assert (talladega["margin"], talladega["rank"]) == ("0.022", "5")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "notes"),
    [
        ("/races/cup/2023/31/", [".012 s: the closest finish of the Next Gen era (of 58 measured in seconds)."]),
        ("/races/cup/2025/10/", [".022 s: the 5th closest finish of the Next Gen era (of 102 measured in seconds)."]),
    ],
)
def test_notes_of_margins(client, address, notes):
    """Ranked among the finishes of which the closest are all known, or not at all."""
    rows = client.get(f"{address}?format=json").json()["tables"]["notes"]["rows"]
    assert [row["note"] for row in rows if "measured in seconds" in row["note"]] == notes


@pytest.mark.django_db
def test_closest_of_a_season(client):
    """Of 2022 two margins are unknown, of 2023 none; to half a second all of both are known."""
    for year, ranked_to in ((2022, "0.500"), (2023, "9")):
        body = client.get(f"/races/cup/{year}/?format=json").json()
        rows = body["tables"]["closest"]["rows"]
        assert [row["rank"] is not None for row in rows] == [row["margin"] <= ranked_to for row in rows]
        assert any(note.startswith("Ranked: ") for note in body["notes"]) == (year == 2022)
