"""Who comes to the site, and a row of each kind for them to look at."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from desk.models import FeedAddress, UpdateProblem, UpdateRun
from drivers.models import Driver
from newsroom.models import Report, Story
from races.models import (
    AcceptedWarning,
    CareerTotals,
    CautionSegment,
    Entry,
    Findable,
    FindableWord,
    FormerSlug,
    ImportRun,
    ImportWarning,
    LeadSegment,
    MilestoneReached,
    Race,
    RaceCheck,
    RaceCoverage,
    ReliefDriver,
    RevokedRuling,
    RulesVersion,
    SeasonTotals,
    StatLine,
)

GROUPS = ("contributor", "editor", "publisher")
"""The roles that are groups of the site, each with what the one before may do."""
ROLES = ("anonymous", "reader", "nobody", "viewer", *GROUPS, "superuser")
"""A reader is logged in and no more; nobody is of the staff and has no permission; a viewer may look at everything."""
KEPT_BY_THE_COMPUTER = {
    *(StatLine, RaceCoverage, SeasonTotals, CareerTotals, MilestoneReached, RulesVersion, Findable, FindableWord),
    *(RaceCheck, ImportRun, ImportWarning, AcceptedWarning, RevokedRuling, UpdateRun, UpdateProblem),
}
"""What editors look at and never write."""


def as_role(client: Client, role: str) -> Client:
    """The client, with somebody of this role logged in."""
    if role == "anonymous":
        return client
    user = User.objects.create_user(role, password="x", is_staff=role != "reader", is_superuser=role == "superuser")
    if role in GROUPS:
        # To the user, for tests that take one away.
        user.user_permissions.set(Group.objects.get(name=role.capitalize()).permissions.all())
    elif role == "viewer":
        of_us = Permission.objects.filter(content_type__app_label__in=["drivers", "races", "newsroom"])
        user.user_permissions.set(of_us.filter(codename__startswith="view_"))
    client.force_login(user)
    return client


def example(model):
    """The last row of this model, with which little else goes: the demo content has one of nearly every kind."""
    found = model.objects.order_by("pk").last()
    if found is None and model is ReliefDriver:
        found = ReliefDriver.objects.create(entry=Entry.objects.first(), driver=Driver.objects.last())
    if found is None and model in (CautionSegment, LeadSegment):
        laps = {"race": Race.objects.first(), "start_lap": 1, "end_lap": 2}
        found = model.objects.create(**laps, **({"entry": Entry.objects.first()} if model is LeadSegment else {}))
    if found is None and model is FormerSlug:
        found = FormerSlug.objects.create(slug="as-it-was", driver=Driver.objects.last())
    if found is None and model is RaceCheck:
        found = RaceCheck.objects.create(race=Race.objects.first(), code="positions", message="position 3 is missing")
    if found is None and model is ImportRun:
        found = ImportRun.objects.create(
            file_name="weekend-feed.json", file_hash="0" * 64, format="feed", started="2025-05-12T00:00Z"
        )
    if found is None and model is RevokedRuling:
        said = {"title": "A mistake", "announced": "2025-05-12", "revoked": "2025-05-13", "record": {}}
        found = RevokedRuling.objects.create(race=Race.objects.first(), number=1, **said)
    if found is None and model is ImportWarning:
        found = ImportWarning.objects.create(run=example(ImportRun), number=1, code="positions", message="A message")
    if found is None and model is UpdateRun:
        found = UpdateRun.objects.create(of="2025: cup")
    if found is None and model is UpdateProblem:
        feed = FeedAddress.objects.create(address="https://example.org/weekend-feed.json")
        found = UpdateProblem.objects.create(feed=feed, of="A race", message="the server answers 404 Not Found.")
    if found is None and model is Report:
        found = Report.objects.create(address="/drivers/", field="Wins", says="2", source="The paper")
    if found is None and model is Story:
        found = Story.objects.create(title="A story", slug="a-story", body="Words.", published="2025-05-12")
    if found is None and model is AcceptedWarning:
        found = AcceptedWarning.objects.create(code="positions", message="A message", accepted_at="2025-05-12T00:00Z")
    return found
