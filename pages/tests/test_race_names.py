"""Races by name: readers are told spring from fall wherever a list names a race, machines are given the plain label."""

import re

import pytest

from testing.site import FIRST_OF_EACH

pytestmark = pytest.mark.django_db

NAMED = re.compile(
    r'<(?:t[dh]|li|h2)[^>]*>\s*<a href="/races/[a-z]+/\d{4}/\d+/[^"]*"[^>]*>(\d{4} [^<]+ [IVX]+(, [a-z]+)?)</a>'
)
"""A race that a cell, a line of a list or a heading names by its number at the track."""


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
