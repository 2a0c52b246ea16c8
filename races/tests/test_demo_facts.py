"""Facts of the demo content that were once misprinted, or that it once had wrong."""

import pytest

from races.models import GivenTotals, Race, StatLine

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("year", "round_", "kind", "margin"),
    [
        pytest.param(2022, 11, "caution", None, id="Dover, where 2.577 was printed"),
        pytest.param(2022, 20, "time", "5.439", id="New Hampshire, where 5.767 was printed"),
        pytest.param(2022, 32, "time", "1.790", id="the Roval"),
        pytest.param(2023, 9, "time", "4.142", id="Martinsville"),
        pytest.param(2023, 13, "time", "0.781", id="Darlington"),
        pytest.param(2024, 4, "time", "5.465", id="Phoenix"),
        pytest.param(2022, 21, "", None, id="Pocono, whose first two were disqualified"),
        pytest.param(2022, 22, "", None, id="Indianapolis, whose second was penalised"),
    ],
)
def test_margin(year, round_, kind, margin):
    race = Race.objects.get(season__series__slug="cup", season__year=year, round=round_)
    assert (race.margin_kind, race.margin and str(race.margin)) == (kind, margin)


@pytest.mark.parametrize(
    ("year", "round_", "reading"), [(2022, 11, "2.577"), (2022, 20, "5.767")], ids=["Dover", "New Hampshire"]
)
def test_a_misprint_is_kept_as_a_reading(year, round_, reading):
    race = Race.objects.get(season__series__slug="cup", season__year=year, round=round_)
    assert race.citations.filter(fact="margin", reading=reading).exists()
    assert race.citations.filter(fact="margin", reading="", source__slug="nascar-result-feeds").exists()


@pytest.mark.parametrize(
    ("driver", "counts"),
    [
        ("richard-petty", {"starts": 1184, "wins": 200, "stage_wins": 0, "poles": None}),
        ("cale-yarborough", {"starts": 561}),
        ("bobby-isaac", {"starts": 308}),
        ("kyle-larson", {"starts": 374, "poles": 21, "stage_wins": 64}),
        ("denny-hamlin", {"poles": None, "stage_wins": 56}),
        ("martin-truex-jr", {"stage_wins": 66}),
        ("william-byron", {"laps_led": 3332}),
    ],
)
def test_career(driver, counts):
    given = GivenTotals.objects.get(driver__slug=driver, series__slug="cup", season=None)
    assert {key: getattr(given, key) for key in counts} == counts


def test_given_totals_are_called_sums_of_their_source():
    """Nobody in an office counted them; stage wins are given for all, for stages are of late and all known."""
    for given in GivenTotals.objects.filter(season=None).select_related("source"):
        assert given.note.startswith("Summed from the results that the source holds"), given
        assert "official" not in given.note, given
        assert given.stage_wins is not None, given


def test_given_totals_are_not_less_than_what_is_held():
    """Through the round that they are given for."""
    for given in GivenTotals.objects.filter(season=None):
        lines = StatLine.objects.standing().filter(
            driver=given.driver_id, series=given.series_id, race_order__lte=given.through_order
        )
        assert lines.count() <= given.starts, given
        assert lines.filter(finish=1).count() <= given.wins, given
        assert sum(line.stage_wins or 0 for line in lines) <= given.stage_wins, given
