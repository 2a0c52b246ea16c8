"""Rules for the whole site: every address answers well in every form, and it refuses to start half-configured."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from races.models import Milestone

from .site import (
    ADDRESSES,
    CONTENT_TYPES,
    FIRST_OF_EACH,
    FORMS,
    MILESTONES,
    PARAMETERS,
    UNKNOWN,
    Page,
    named,
    public_names,
)

pytestmark = pytest.mark.django_db

LEAKS = {
    "None": r"(?<![\w“])None(?![\w”])",
    "a template": r"\{\{|\}\}|\{%|%\}",
    "a Python object": r"<[\w.]+ object|Decimal\(|datetime\.|&lt;\w+: ",
    "markup as text": r"&lt;/?(?:a|p|td|tr|strong|span)\b",
}
"""What must not show as text on any page."""
LINKS_OF_A_KIND = 10


def test_every_named_address_is_walked():
    """A page that is added to the site is added to the walk."""
    assert public_names() == set(PARAMETERS)
    assert {milestone.slug for milestone in Milestone.objects.all()} == set(MILESTONES)


@pytest.mark.parametrize("path", ADDRESSES)
def test_page_is_whole(client, path):
    """A page is one well-formed document with one heading and a title, and shows nothing raw."""
    response = client.get(path)
    html = response.content.decode()
    page = Page(html)
    assert response.status_code == 200
    assert page.problems == []
    assert len(page.headings) == 1
    assert page.headings[0].strip()
    assert re.fullmatch(r"\S.* · racestats|racestats: .+", page.title)
    assert {name: found for name, mark in LEAKS.items() if (found := re.findall(mark, page.text))} == {}
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", FIRST_OF_EACH)
def test_five_forms(client, path, form):
    """Every address takes five forms, each under its own content type."""
    response = client.get(path, {"format": form})
    assert response.status_code == 200
    assert response["Content-Type"] == CONTENT_TYPES[form]
    assert response.content.strip()
    assert ("X-Frame-Options" in response) == (form != "embed")
    if form == "embed":
        page = Page(response.content.decode())
        assert page.problems == []
        assert len(page.headings) == 1


def test_links_lead_somewhere(client):
    """What the pages link to is there: every fragment, and of every kind of page some addresses from end to end."""
    broken, found = [], {}
    for path in ADDRESSES:
        page = Page(client.get(path).content.decode())
        for link in page.links:
            href = link["href"]
            if href.startswith("#"):
                broken += [] if href[1:] in page.ids else [(path, href)]
            # The same page in another order or form is tested elsewhere.
            elif href.startswith("/") and "nofollow" not in link.get("rel", ""):
                found.setdefault((named(href.partition("?")[0]), "?" in href), set()).add(href)
            elif not href.startswith(("?", "https://", "http://")):
                broken.append((path, href))
    for links in found.values():
        ordered = sorted(links)
        for href in ordered[:: len(ordered) // LINKS_OF_A_KIND + 1]:
            status = client.get(href).status_code
            broken += [] if status == 200 else [(href, status)]
    assert broken == []
    assert {name for name, _ in found} == set(PARAMETERS)


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
    assert page.headings == ["Not found"]
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


def test_migrations_are_up_to_date():
    """The models say nothing that the migrations do not."""
    found = run("manage.py", "makemigrations", "--check", "--dry-run")
    assert (found.returncode, found.stdout.strip()) == (0, "No changes detected")


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
    ],
    ids=["no secret", "no hosts", "odd flag"],
)
def test_refuses_to_start_half_configured(changes, sentence):
    """A missing or odd variable stops the site with a sentence that names it."""
    found = run("manage.py", "check", PYTHONIOENCODING="utf-8", **{**PRODUCTION, **changes})
    assert found.returncode != 0
    assert sentence in found.stderr.strip().splitlines()[-1]


def test_starts_without_any_variable():
    """With no variables at all it runs for development."""
    found = run("manage.py", "check")
    assert (found.returncode, found.stderr) == (0, "")


def test_floors_of_the_house():
    """No module imports one above it."""
    if "[tool.importlinter]" not in (settings.BASE_DIR / "pyproject.toml").read_text():
        pytest.skip("pyproject.toml has no [tool.importlinter]")
    lint = Path(sys.executable).with_name("lint-imports")
    found = run(str(lint), "--no-cache")
    assert found.returncode == 0, found.stdout + found.stderr
