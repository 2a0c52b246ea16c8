"""Facts of the demo content that were once misprinted, or that it once had wrong."""

import pytest

from races.models import Race

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
