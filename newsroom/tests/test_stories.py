"""Stories at the desk: who writes them, and when they are published."""

from datetime import timedelta

import pytest

from newsroom.models import Story
from testing.editing import complaints, page, typed
from testing.roles import as_role
from testing.site import TODAY

pytestmark = pytest.mark.django_db


def test_a_publisher_writes_a_story(client):
    """A draft first; not for a day to come, and with no table of one. It is theirs who wrote it."""
    publisher = as_role(client, "publisher")
    said = {"title": "A win", "slug": "a-win", "body": "[He](/drivers/kyle-larson/)"}
    sent = typed(publisher.get(page("add", Story))) | said
    tomorrow = str(TODAY + timedelta(days=1))
    for name in ("published", "as_of"):
        assert "still to come" in complaints(publisher.post(page("add", Story), sent | {name: tomorrow})), name
    assert publisher.post(page("add", Story), sent).status_code == 302
    story = Story.objects.get()
    assert (str(story.author), story.published, [each.slug for each in story.drivers.all()]) == (
        *("publisher", None),
        ["kyle-larson"],
    )
    address = page("change", Story, story.pk)
    assert publisher.post(address, typed(publisher.get(address)) | {"published": str(TODAY)}).status_code == 302
    assert list(Story.objects.published()) == [story]


def test_others_look_at_it(client):
    story = Story.objects.create(title="A win", slug="a-win", body="Words.")
    editor = as_role(client, "editor")
    assert editor.get(page("change", Story, story.pk)).status_code == 200
    assert editor.post(page("change", Story, story.pk), {}).status_code == 403
