"""A team keeps its identity under every name, and is found and shown under the name of the day."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from drivers.models import Team, TeamName
from testing.editing import complaints, page, typed, with_row
from testing.makers import make_team

HENDRICK, ALL_STAR, ROUSH = "Hendrick Motorsports", "All-Star Racing", "RFK Racing"


@pytest.fixture
def team(empty_book) -> Team:
    """Hendrick, which was All-Star Racing in 1984."""
    made = make_team(HENDRICK)
    TeamName.objects.create(team=made, name=ALL_STAR, first_day=date(1984, 1, 1), last_day=date(1984, 12, 31))
    return made


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(1983, 12, 31), HENDRICK),
        (date(1984, 1, 1), ALL_STAR),
        (date(1984, 12, 31), ALL_STAR),
        (date(1985, 1, 1), HENDRICK),
    ],
)
def test_the_name_of_the_day(team, day, name):
    assert team.name_on(day) == name


@pytest.mark.parametrize(
    ("of", "name", "first", "last", "problem"),
    [
        (HENDRICK, "Hendrick Racing", date(1985, 1, 1), None, None),
        (HENDRICK, "Hendrick Racing", None, date(1983, 12, 31), None),
        (HENDRICK, "Hendrick Racing", date(1984, 12, 31), None, "The team was called “All-Star Racing” on some of"),
        (HENDRICK, "Hendrick Racing", None, None, None),
        (ROUSH, ALL_STAR, date(1985, 1, 1), None, None),
        (
            ROUSH,
            "all-star racing",
            date(1984, 6, 1),
            date(1984, 6, 1),
            "Hendrick Motorsports was called “All-Star Racing”",
        ),
        (ROUSH, "Roush Racing", date(1984, 6, 1), date(1984, 6, 1), None),
    ],
)
def test_one_name_on_a_day_and_a_name_of_one_team(team, of, name, first, last, problem):
    dated = TeamName(team=make_team(of), name=name, first_day=first, last_day=last)
    if problem is None:
        dated.full_clean()
        return
    with pytest.raises(ValidationError, match=problem):
        dated.full_clean()


def test_a_stored_name_does_not_clash_with_itself(team):
    team.names.get().full_clean()


def test_a_fixture_that_gives_two_names_of_a_day_stops(team, tmp_path):
    path = tmp_path / "names.json"
    path.write_text(
        '[{"model": "drivers.teamname", "fields": {"team": ["hendrick-motorsports"], "name": "Hendrick Racing", '
        '"first_day": "1984-06-01"}}]'
    )
    with pytest.raises(CommandError, match="The team was called “All-Star Racing” on some of these days"):
        call_command("loaddata", str(path), verbosity=0)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([("Roush Racing", "1988-01-01", "2006-12-31"), ("Roush Fenway Racing", "2007-01-01", "2021-12-31")], ""),
        ([("Roush Racing", "1988-01-01", "2007-01-01"), ("Roush Fenway Racing", "2007-01-01", "")], "“Roush Racing”"),
        ([("Roush Racing", "2006-12-31", "1988-01-01")], "The last day must not come before the first."),
        ([(ALL_STAR, "1984-04-29", "1984-04-29")], "Hendrick Motorsports was called “All-Star Racing”"),
    ],
    ids=["one after another", "two of one day", "days crosswise", "another team's"],
)
def test_an_editor_gives_names_with_the_team(team, admin_client, rows, problem):
    data = typed(admin_client.get(page("add", Team))) | {"name": ROUSH, "slug": "rfk-racing"}
    for name, first, last in rows:
        data = with_row(data, "names", name=name, first_day=first, last_day=last)
    answer = admin_client.post(page("add", Team), data)
    if problem:
        assert problem in complaints(answer)
        assert not Team.objects.filter(name=ROUSH).exists()
    else:
        assert answer.status_code == 302
        assert [str(name) for name in Team.objects.get(name=ROUSH).names.all()] == [name for name, *_ in rows]


@pytest.mark.parametrize(
    ("text", "found"), [("hendrick", [HENDRICK]), ("ALL-star", [HENDRICK]), ("star motorsports", [HENDRICK]), ("x", [])]
)
def test_is_found_by_a_former_name(team, text, found):
    make_team("Petty Enterprises")
    assert [str(each) for each in Team.objects.matching(text)] == found


@pytest.mark.parametrize(("asked", "status"), [("hendrick-motorsports", 200), ("All-Star Racing", 200), ("Petty", 400)])
def test_a_filter_takes_a_former_name(team, client, asked, status):
    assert client.get("/leaderboards/wins/", {"team": asked}).status_code == status


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(1978, 2, 1), date(1996, 11, 1), "1978–1996"),
        (date(1978, 2, 1), date(1978, 11, 1), "1978"),
        (date(1978, 2, 1), None, "since 1978"),
        (None, date(1996, 11, 1), "until 1996"),
        (None, None, ""),
    ],
)
def test_the_years_of_a_name(first, last, words):
    assert TeamName(name="A", first_day=first, last_day=last).years_in_words == words
