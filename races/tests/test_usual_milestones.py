"""A new series has the usual milestones from the start; what an editor deletes stays deleted."""

import json
from pathlib import Path

import pytest
from django.conf import settings

from importing.names.new_rows import save
from races.models import Milestone, Series
from races.models.totals import USUAL_MILESTONES
from races.statistics import CAREER_COUNTS
from testing.editing import page, typed

pytestmark = pytest.mark.django_db

USUAL = {(statistic, each) for statistic, thresholds in USUAL_MILESTONES.items() for each in thresholds}


def milestones_of(slug: str) -> set[tuple[str, int]]:
    return set(Milestone.objects.filter(series__slug=slug).values_list("statistic", "threshold"))


def test_of_every_statistic():
    assert set(USUAL_MILESTONES) == set(CAREER_COUNTS)
    assert all(list(each) == sorted(set(each)) for each in USUAL_MILESTONES.values())


def test_by_an_import(empty_book):
    save({Series: [Series(name="Arca West Series", short_name="Arca West", slug="arca-west")]})
    assert milestones_of("arca-west") == USUAL


def test_in_the_admin(admin_client, empty_book):
    """Made with the series; not made again when it is written again."""
    added = typed(admin_client.get(page("add", Series)))
    response = admin_client.post(
        page("add", Series), {**added, "name": "Arca", "short_name": "Arca", "slug": "arca", "level": 4}
    )
    series = Series.objects.get()
    assert (response.status_code, milestones_of("arca")) == (302, USUAL)
    Milestone.objects.filter(statistic="wins").delete()
    address = page("change", Series, series.pk)
    assert admin_client.post(address, {**typed(admin_client.get(address)), "level": 5}).status_code == 302
    assert Series.objects.get().level == 5
    assert milestones_of("arca") == {each for each in USUAL if each[0] != "wins"}


def test_those_of_the_cup_series_are_its_own():
    """As the demo content has them, once each."""
    rows = json.loads(Path(settings.BASE_DIR, "fixtures/90_milestones.json").read_text())
    cup = {
        (row["fields"]["statistic"], row["fields"]["threshold"]) for row in rows if row["fields"]["series"] == ["cup"]
    }
    assert milestones_of("cup") == cup
