"""The page of a season as of a day."""

from datetime import date

import pytest

from races.derived.refresh import deferred
from testing.makers import LARSON, make_race, make_result

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]


@pytest.mark.parametrize(
    ("run_on", "as_of", "listed"),
    [
        pytest.param(date(2024, 2, 4), "2024-02-03", False, id="before its day"),
        pytest.param(date(2024, 2, 4), "2024-02-04", True, id="on its day"),
        pytest.param(None, "2024-06-01", False, id="without a day, within its year"),
        pytest.param(None, "2024-12-31", True, id="without a day, at the end of its year"),
    ],
)
def test_an_exhibition_is_listed_from_when_its_page_has_it(client, run_on, as_of, listed):
    with deferred():
        make_result(make_race(2024, 1, date=date(2024, 2, 1)), LARSON, 1)
        race = make_race(2024, "clash", date=run_on)
        make_result(race, LARSON, 1)
    season = client.get(f"/races/cup/2024/?as_of={as_of}").content.decode()
    assert (f'href="{race.get_absolute_url()}' in season) == listed
    results = client.get(f"{race.get_absolute_url()}?as_of={as_of}&format=json").json()["rows"]
    assert bool(results) == listed


def test_an_exhibition_to_come_is_listed(client):
    race = make_race(2024, "clash", date=date(2024, 2, 4), status="scheduled")
    assert f'href="{race.get_absolute_url()}' in client.get("/races/cup/2024/").content.decode()
