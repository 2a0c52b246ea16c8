"""The editor's manual: it is shown with its pictures, and names what is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from desk.manual import MANUAL
from testing.roles import as_role

ROOT = Path(settings.BASE_DIR)


@pytest.mark.django_db
def test_it_is_a_page_of_the_desk(client, small_book):
    editor = as_role(client, "editor")
    assert reverse("admin:desk_manual") in editor.get(reverse("admin:index")).content.decode()
    text = editor.get(reverse("admin:desk_manual")).content.decode()
    assert "<h2>A Sunday evening</h2>" in text
    assert "<td>Ctrl+D</td>" in text
    pictures = re.findall(r'<img[^>]* src="([^"]+)"', text)
    assert len(pictures) == MANUAL.read_text().count("](../static/") > 0
    for picture in pictures:
        assert finders.find(picture.removeprefix("/static/")), picture


def test_what_it_names_is_there():
    """The words of buttons, links and lists."""
    named = set(re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", MANUAL.read_text()))
    shown = "".join(path.read_text() for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/**/*.py")])
    assert {name for name in named if name.lower() not in shown.lower()} == set()
    assert len(named) > 10
