"""Races by name: readers are told spring from fall wherever a list names a race, machines are given the plain label."""

import re

import pytest
from django.utils.html import escape

from races.models import Race
from testing.site import FIRST_OF_EACH

pytestmark = pytest.mark.django_db

NAMED = re.compile(
    r'<(?:t[dh]|li|h2)[^>]*>\s*<a href="/races/[a-z]+/\d{4}/\d+/[^"]*"[^>]*>(\d{4} [^<]+ [IVX]+(, [a-z]+)?)</a>'
)
"""A race that a cell, a line of a list or a heading names by its number at the track."""


def test_the_long_name_of_a_race_is_whole_where_it_is_cut_short(client):
    """A sponsor's name takes one line of a table, and nothing is lost of it."""
    name = "Jack Link's 500 Presented by Somebody With Much to Say"
    race = Race.objects.get(season__series__slug="cup", season__year=2025, round=10)
    Race.objects.filter(pk=race.pk).update(name=name)
    told = escape(name)
    assert f'<span class="clip" title="{told}">{told}</span>' in client.get("/races/cup/2025/").content.decode()
    assert name in [row["name"] for row in client.get("/races/cup/2025/?format=json").json()["rows"]]


@pytest.mark.parametrize("path", FIRST_OF_EACH)
def test_lists_tell_spring_from_fall(drawn, path):
    assert [name for name, time_of_year in NAMED.findall(drawn(path).text) if not time_of_year] == []


@pytest.mark.parametrize(
    "path", ["/drivers/clint-bowyer/races/?track=talladega&season=2011", "/races/cup/2011/?track=talladega"]
)
def test_machines_are_given_the_label(client, path):
    rows = client.get(f"{path}&format=json").json()["rows"]
    assert "2011 Talladega II" in [row["race"] for row in rows]
    assert '"2011 Talladega II"' in client.get(f"{path}&format=csv").content.decode()
    for form in ("html", "md", "embed"):
        assert "2011 Talladega II, fall" in client.get(f"{path}&format={form}").content.decode(), form
