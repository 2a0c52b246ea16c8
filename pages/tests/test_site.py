"""Rules for the whole site: every address answers well in every form, and it refuses to start half-configured."""

import os
import re
import runpy
import subprocess
import sys
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.urls import reverse

from drivers.models import Driver, Manufacturer, Team
from races.derived.refresh import deferred
from races.models import Milestone, Track
from testing.answers import in_each_form
from testing.makers import (
    make_driver,
    make_entry,
    make_given,
    make_layout,
    make_milestone,
    make_race,
    make_result,
    make_ruling,
    make_season,
    make_series,
    make_session,
    make_source,
    make_track,
)
from testing.reading import LEAKS, Page
from testing.site import (
    ADDRESSES,
    BESIDE,
    CHARTS,
    DOCUMENTS,
    FIRST_OF_EACH,
    LINKED_DOCUMENTS,
    MILESTONES,
    PARAMETERS,
    UNKNOWN,
    named,
    public_names,
)

pytestmark = pytest.mark.django_db


def test_every_named_address_is_walked():
    """A page that is added to the site is added to the walk."""
    assert public_names() == {*PARAMETERS, *CHARTS, *DOCUMENTS, *BESIDE}
    assert {milestone.slug for milestone in Milestone.objects.all()} >= set(MILESTONES)


@pytest.mark.parametrize("path", ADDRESSES)
def test_page_is_whole(drawn, path):
    """A page is one well-formed document with one heading and a title, and shows nothing raw."""
    answer = drawn(path)
    response, page = answer.response, answer.page
    assert response.status_code == 200
    assert page.problems == []
    assert len(page.headings) == 1
    assert page.headings[0].strip()
    assert re.fullmatch(r"\S.* · racestats|racestats: .+", page.title)
    assert {name: found for name, mark in LEAKS.items() if (found := re.findall(mark, page.text))} == {}
    assert response["X-Frame-Options"] == "DENY"


def test_links_lead_somewhere(drawn):
    """What the pages link to is there: every fragment, and one address of every kind of page, with a query and without.
    The walk through the whole history follows more."""
    broken, found = [], {}
    for path in ADDRESSES:
        page = drawn(path).page
        for link in page.links:
            href = link["href"]
            if href.startswith("#"):
                broken += [] if href[1:] in page.ids else [(path, href)]
            # The same page in another order or form is tested elsewhere.
            elif href.startswith("/") and "nofollow" not in link.get("rel", ""):
                address = href.partition("#")[0]
                found.setdefault((named(address.partition("?")[0]), "?" in address), set()).add(address)
            elif not href.startswith(("?", "https://", "http://")):
                broken.append((path, href))
    for links in found.values():
        href = sorted(links)[len(links) // 2]
        status = drawn(href).status
        broken += [] if status == 200 else [(href, status)]
    assert broken == []
    assert {name for name, _ in found} == {*PARAMETERS, *CHARTS, *LINKED_DOCUMENTS, "report"}


@pytest.mark.parametrize("path", [path for path in FIRST_OF_EACH if path != "/"])
def test_missing_last_slash_is_completed(client, path):
    """An address without its last slash leads to the one with it, and keeps its query."""
    response = client.get(f"{path[:-1]}?page=2")
    assert response.status_code == 301
    assert response["Location"] == f"{path}?page=2"


@pytest.mark.parametrize("path", UNKNOWN)
def test_unknown_address(client, path):
    """What the book does not have is a 404: in the site's design, or as JSON where that was asked for."""
    response = client.get(path)
    page = Page(response.content.decode())
    assert response.status_code == 404
    assert page.headings == ["Page not found"]
    assert page.problems == []
    assert reverse("drivers:list") in [link["href"] for link in page.links]
    as_json = client.get(path, {"format": "json"})
    assert as_json.status_code == 404
    assert as_json.json()["error"] == "not found"


@pytest.mark.parametrize("path", ["/", "/closest-finishes/", "/drivers/kyle-larson/"])
def test_pages_are_only_read(client, path):
    """A page answers HEAD as it does GET, and takes no writing."""
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405
    assert client.delete(path).status_code == 405


# Rows that the demo content has none of: every page shows them, and shows the unknown as a dash.


@deferred()
def make_unusual_rows() -> list[str]:
    """A book of exceptions, and the addresses of its pages."""
    cup, trucks = make_series(), make_series("trucks")
    make_season(2030).save()
    nobody = make_driver("Zz Nobody")
    named = make_driver(
        "Bob <b>O'Neil & Sons</b> Jr.",
        slug="bob",
        biography="# Hi\n\n<script>alert(1)</script> *Fast* [link](javascript:alert(1))",
        born=date(1930, 2, 28),
        died=date(1999, 12, 31),
        hometown="Québec | Canada",
    )
    make_driver("Year Only", birth_year=1900)
    make_track("Nowhere")
    unknown = make_layout("Mystery", length=None, type="")

    races = [
        make_race(2024, 1, layout=unknown),
        make_race(2024, 2, status="scheduled"),
        make_race(2024, 3, status="cancelled"),
        make_race(2024, 4, status="provisional", margin_kind="car-lengths", margin="1.5", lineup="draw"),
        make_race(2024, 5, margin_kind="laps", margin="2", laps=98, scheduled_laps=100, end_reason="rain"),
        make_race(2024, "clash", lineup="heats", margin="0.100"),
        make_race(2024, "duel-1", kind="qualifying", margin_kind="caution"),
        make_race(
            1949, 1, series="trucks", duration=timedelta(hours=1), average_speed="61.5", cautions=0, lead_changes=0
        ),
    ]
    for race in races:
        if race.was_run:
            make_result(
                race, named, 1, number="00", team="A & B", manufacturer="<Make>", points=-60, note="<i>\u2020</i>"
            )
            make_result(race, "Second Man", 2)
            make_result(race, "Second Too", 2, status="did-not-start")
            make_result(race, "Unplaced", None, disqualified=True)
    race = races[3]
    for session in ("practice-1", "practice-2", "qualifying-1", "qualifying-2", "stage-1"):
        make_result(race, named, None, session=session, number="00")
    make_session(race, "practice", 3, cancelled=True, note="Rain.")
    make_session(race, "stage", 2)
    entry = make_entry(race, named, "00")
    entry.relief_drivers.create(driver=nobody, took_flag=True)
    race.led_to_green = race.margin_against = entry
    race.note = "A <b>note</b> | with marks"
    race.save()
    make_ruling(race, date(2024, 6, 1), {}, title="Nothing <changed>", kind="appeal")
    race.citations.create(source=make_source("A <source>"), fact="date", reading="x < y", retrieved=date(2024, 1, 1))
    race.lead_segments.create(entry=entry, start_lap=0, end_lap=0)
    race.lead_segments.create(entry=entry, start_lap=1, end_lap=1)
    race.caution_segments.create(start_lap=3, end_lap=9, reason="Debris", comment="<oil>", beneficiary="00")
    race.checks.create(code="laps-led", message="Laps led add up to 1 & not 2.")
    make_given("Only Opened", (2020, 1))
    milestones = [make_milestone("wins", 1), make_milestone("wins", 1, "trucks"), make_milestone("poles", 9)]

    sessions = list(race.sessions.all())
    drivers, tracks = Driver.objects.all(), Track.objects.all()
    makers = [*Team.objects.all(), *Manufacturer.objects.all()]
    rows = [
        *races,
        *sessions,
        *drivers,
        *makers,
        *tracks,
        *milestones,
        cup,
        trucks,
        *cup.seasons.all(),
        *trucks.seasons.all(),
    ]
    return [row.get_absolute_url() for row in rows]


def test_unusual_rows(client, empty_book):
    """Exhibitions, races not run, sessions without results, odd names: no page breaks, and no markup gets through."""
    addresses = make_unusual_rows()
    kinds = {named(path) for path in addresses}
    assert {"races:race", "races:session", "drivers:detail", "races:track", "races:season"} <= kinds
    lists = [
        path
        for path in FIRST_OF_EACH
        if named(path) not in kinds and not re.search("larson|hendrick|chevrolet|2025", path)
    ]
    lists += ["/standings/cup/2024/", "/standings/cup/2030/", "/standings/trucks/1949/"]
    logs = ["/drivers/bob/races/", "/teams/a-b/races/", "/manufacturers/make/races/?stat=points"]
    for path in [*addresses, *lists, *logs, "/leaderboards/points/?series=trucks"]:
        for form, response in in_each_form(client, path).items():
            text = response.content.decode()
            assert response.status_code == 200, (path, form)
            assert "<script>alert" not in text
            assert "javascript:alert(1)" not in text
            if form in ("html", "embed"):
                page = Page(text)
                assert page.problems == [], (path, form)
                leaks = {name: found for name, mark in LEAKS.items() if (found := re.findall(mark, page.text))}
                assert leaks == {}, (path, form)
                assert "<b>O'Neil" not in text


SAID = [
    # page, what it says, what it does not
    ("/races/cup/2024/2/", "Scheduled: it has not been run.", "Margin unknown"),
    ("/races/cup/2024/3/", "Cancelled: it has not been run.", "Partial"),
    ("/races/cup/2024/4/", "Margin 1.5 car lengths", "seconds"),
    ("/races/cup/2024/5/", "Margin 2 laps", ".000 s"),
    ("/races/cup/2024/5/", "98 of 100 scheduled, rain", "98 laps"),
    ("/races/cup/2024/4/", "Results on file for 3 cars. 1 more car did not start.", "4 cars"),
    ("/races/cup/2024/4/race/", "Results on file for 3 cars. 1 more car did not start.", "4 cars"),
    ("/races/cup/2024/clash/", "Exhibition: not in career counts", "Nobody"),
    ("/races/cup/2024/clash/", "2nd Second Man", "Official"),
    ("/races/cup/2024/duel-1/", "none: it finished under caution", "Margin unknown"),
    ("/races/trucks/1949/1/", "Lead changes 0 Cautions 0 Time 1:00:00 Average speed 61.500 mph", "—s"),
    ("/races/cup/2024/4/practice-3/", "This session was cancelled. Rain.", "Position"),
    ("/drivers/bob/", "Starts 3+ T1st all-time T1st active Wins 3+ 1st all-time 1st active Top fives 3+", "Poles 0"),
    ("/drivers/bob/", "Not on file: starts of 2 races, wins of 2 races,", ", ."),
    ("/drivers/bob/", "Born February 28, 1930 , died December 31, 1999 , aged 69 · Québec | Canada", "alert"),
    ("/drivers/year-only/", "Born in 1900", "died"),
    ("/drivers/only-opened/", "No points race and no season's totals on file.", "Starts 0"),
    ("/races/cup/2024/", "Clash Exhibition", "2024 Clash Clash"),
    ("/tracks/mystery/", "Layout Races Oval 1", "None"),
    ("/milestones/cup-poles-9/", "Nobody on file has reached it.", "Active:"),
]


def test_unusual_rows_are_said_right(client, empty_book):
    """What is out of the ordinary is said in words, and nothing that is not so."""
    make_unusual_rows()
    texts = {path: Page(client.get(path).content.decode()).text for path, _, _ in SAID}
    assert [(path, says) for path, says, _ in SAID if says not in texts[path]] == []
    assert [(path, silent) for path, _, silent in SAID if silent in texts[path]] == []


def test_laps_and_lengths_are_no_seconds(client, empty_book):
    """In lists of races a margin in laps or car lengths is neither shown nor sorted as one in seconds."""
    with deferred():
        make_unusual_rows()
        make_race(2024, 9, margin="1.750")
    for path in ("/races/?sort=margin", "/races/cup/2024/?sort=-margin", "/tracks/kansas/?sort=margin&series=cup"):
        margins = [row["margin"] for row in client.get(f"{path}&format=json").json()["rows"]]
        assert margins[0] == "1.750"
        assert set(margins[1:]) == {None}


def test_empty_book(client, empty_book):
    """A book without a row has its pages all the same, and they say that they are empty."""
    for path in FIRST_OF_EACH:
        status = client.get(path).status_code
        takes_nothing = path.count("/") < 3 or path.startswith(
            ("/leaderboards/", "/streaks/", "/on-this-day/", "/finder/")
        )
        assert status == (200 if takes_nothing else 404), path
    assert "No race is on file yet." in client.get("/").content.decode()


# The commands and settings around the site: each in a process of its own, as it is started.

PRODUCTION = {"DEBUG": "false", "SECRET_KEY": "l9-" * 30 + "qwertzuiop", "ALLOWED_HOSTS": "example.org"}


def run(*command: str, **environment: str) -> subprocess.CompletedProcess:
    """Run a command of the project with these variables only, on a database of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env={**kept, "DATABASE_URL": "sqlite://:memory:", "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_migrations_are_up_to_date(capsys):
    """The models say nothing that the migrations do not."""
    call_command("makemigrations", check_changes=True, dry_run=True)
    assert capsys.readouterr().out.strip() == "No changes detected"


def test_deploy_check_is_clean():
    """With production settings Django has nothing to warn of."""
    found = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert found.returncode == 0, found.stderr
    assert "no issues" in found.stdout
    assert found.stderr == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing. With DEBUG off, set SECRET_KEY to a long random text."),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is missing. With DEBUG off, set it to the site's host names"),
        ({"DEBUG": "maybe"}, "DEBUG is “maybe”: say true or false."),
        ({"CLIENT_LIMIT": "many"}, "CLIENT_LIMIT is “many”: say a number and s, m, h or d, as in 240/m, or off."),
    ],
    ids=["no secret", "no hosts", "odd flag", "odd limit"],
)
def test_refuses_to_start_half_configured(monkeypatch, changes, sentence):
    """A missing or odd variable stops the site with a sentence that names it."""
    for name, value in {**PRODUCTION, **changes}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=re.escape(sentence)):
        runpy.run_path(str(settings.BASE_DIR / "racestats" / "settings.py"), run_name="racestats.settings")


def test_whoever_starts_it_half_configured_is_told_in_a_line():
    found = run("manage.py", "check", PYTHONIOENCODING="utf-8", **{**PRODUCTION, "SECRET_KEY": ""})
    assert found.returncode != 0
    assert "SECRET_KEY is missing." in found.stderr.strip().splitlines()[-1]


def test_starts_without_any_variable():
    """With no variables at all it runs for development."""
    found = run("manage.py", "check")
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.parametrize(
    ("as_of", "latest", "leader"),
    [
        ("2024-05-06", "2024 Kansas I, spring", ("T1", "Denny Hamlin", 3)),
        ("2024-04-30", "2024 Dover", ("T1", "Denny Hamlin", 3)),
        ("cup-2023-1", "2023 Daytona 500", ("1", "Ricky Stenhouse Jr.", 1)),
    ],
)
def test_home_as_of(client, as_of, latest, leader):
    """The latest race and the leaders of that day; its links keep the day."""
    html = client.get("/", {"as_of": as_of}).content.decode()
    assert f">{latest}</a></h2>" in html
    assert f"/milestones/?as_of={as_of}" in html
    assert f"/closest-finishes/?as_of={as_of}" in html
    body = client.get("/", {"as_of": as_of, "format": "json"}).json()
    assert (body["as_of"], "watch" in body["tables"]) == (as_of, False)
    row = body["tables"]["wins"]["rows"][0]
    assert (row["rank"], row["driver"], row["value"]) == leader
    assert "No race had been run by that day." in client.get("/?as_of=1940-01-01").content.decode()
