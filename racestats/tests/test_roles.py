"""Every address for every role: what each may read, and that nobody writes where there is nothing to write."""

import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from uuid import UUID

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse

from changes.models import ChangeSet
from desk.models import UpdateProblem, UpdateRun
from drivers.models import Driver, DriverAlias, Team
from newsroom.models import Report, Story
from races.admin.state.official import is_official
from races.models import (
    CautionSegment,
    Champion,
    Citation,
    Entry,
    Era,
    FinalPlace,
    GivenTotals,
    LeadSegment,
    Milestone,
    PlayOffRound,
    PointsFormat,
    Race,
    ReliefDriver,
    Result,
    Ruling,
    Series,
    SeriesName,
    Session,
    Source,
)
from testing.answers import read_once
from testing.books import book_models
from testing.editing import page
from testing.makers import make_little_book, make_race
from testing.roles import KEPT_BY_THE_COMPUTER, ROLES, as_role, example
from testing.site import API, BESIDE, CHART_ADDRESSES, DOCUMENTS, FIRST_OF_EACH

make_book = make_little_book
pytestmark = pytest.mark.django_db

PUBLIC = {
    **dict.fromkeys(FIRST_OF_EACH, 200),
    **dict.fromkeys([reverse(name, args=cases[0]) for name, cases in (DOCUMENTS | BESIDE).items()], 200),
    reverse("data-file", args=BESIDE["data-file"][0]): 404,  # No download has been made.
    **dict.fromkeys(API.values(), 200),
    API["api:milestone"]: 404,  # A little book has no such club.
    "/api/v1/nothing": 404,
    "/healthz": 200,
    "/readyz": 200,
    "/metrics": 200,
    "/favicon.ico": 302,
    "/robots.txt": 200,
    "/media/drivers/nobody.jpg": 404,
    "/nothing/": 404,
}
"""What each address of the public site answers, whoever asks."""


def since(first: str, status: int = 200, before: int = 403) -> tuple[int, ...]:
    """What an address answers to each role: who is not of the staff is sent to log in, who comes `before` the first
    that may see it is refused."""
    place = ROLES.index(first)
    return tuple(302 if each < 2 else before if each < place else status for each in range(len(ROLES)))


NOBODY = since("nobody", 403)
PARTS_OF_RACES = {Entry, Session, Result, ReliefDriver, CautionSegment, LeadSegment, Citation}
NEW_NAMES = {Source, Driver, DriverAlias, Team}
OF_PUBLISHERS = {
    *(Champion, FinalPlace, PlayOffRound, Milestone, Era, PointsFormat, GivenTotals, Series, SeriesName),
}


def of_the_admin() -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each address of the admin, and what it answers to each of the roles."""
    yield reverse("admin:login"), (200, 200, *[302] * (len(ROLES) - 2))
    yield reverse("admin:logout"), since("nobody", 405)
    for name in ("index", "jsi18n", "password_change", "password_change_done"):
        yield reverse(f"admin:{name}"), since("nobody")
    for label, first in (("drivers", "viewer"), ("changes", "viewer"), ("newsroom", "viewer"), ("auth", "superuser")):
        yield reverse("admin:app_list", args=[label]), since(first, before=404)
    searched = {"app_label": "races", "model_name": "entry", "field_name": "driver", "term": "larson"}
    yield reverse("admin:autocomplete", query=searched), since("viewer")
    for race in (Race.objects.filter(status="official").first(), make_race(2026, 1, status="provisional")):
        yield (
            reverse("admin:desk_sheet", args=[race.pk, "all"]),
            since("editor" if is_official(race) else "contributor"),
        )
    race, ruling = Race.objects.first(), example(Ruling)
    yield reverse("admin:desk_rulings", args=[race.pk]), since("editor")
    yield reverse("admin:desk_new_ruling", args=[race.pk, "disqualify"]), since("editor")
    yield reverse("admin:desk_amend", args=[race.pk, "race"]), since("editor")
    yield reverse("admin:desk_ruling", args=[ruling.pk]), since("editor")
    yield reverse("admin:desk_revoke_ruling", args=[ruling.pk]), since("editor")
    driver = Driver.objects.first()
    yield reverse("admin:desk_merge", args=["driver", driver.pk]), since("editor")
    of_drivers = ContentType.objects.get_for_model(Driver).pk
    yield reverse("admin:view_on_site", args=[of_drivers, driver.pk]), (302,) * len(ROLES)
    yield reverse("admin:desk_manual"), since("nobody")
    yield reverse("admin:desk_new_race"), since("contributor")
    yield "/admin/nothing/", since("nobody", 404)
    yield reverse("admin:desk_import"), since("editor")
    change_set = ChangeSet.objects.create(at="2025-05-12T00:00Z", kind="save", title="Driver: Kyle Larson")
    for what, *args in (("changelist",), ("change", change_set.pk), ("history", change_set.pk)):
        yield page(what, ChangeSet, *args), since("viewer")
    for what, *args in (("add",), ("delete", change_set.pk)):
        yield page(what, ChangeSet, *args), NOBODY
    yield page("change", ChangeSet, change_set.pk).removesuffix("change/"), (302,) * len(ROLES)
    yield reverse("admin:desk_undo", args=[change_set.pk]), since("viewer")
    yield reverse("admin:desk_import_plan", args=[UUID(int=0)]), since("editor", 302)
    yield reverse("admin:desk_import_update", args=[0]), since("editor", 302)
    for model in (*book_models(), UpdateRun, UpdateProblem, Report, Story, User, Group):
        yield from of_a_model(model)


def of_a_model(model) -> Iterator[tuple[str, tuple[int, ...]]]:
    if model is User:
        row = User.objects.create(username="somebody")
        yield reverse("admin:auth_user_password_change", args=[row.pk]), since("superuser")
    else:
        row = Group.objects.create(name="Stewards") if model is Group else example(model)
    added, deleted = written_by(model, row)
    reads = since("superuser") if model in (User, Group) else since("viewer")
    yield page("changelist", model), reads
    yield page("add", model), added
    for what, statuses in (("change", reads), ("history", reads), ("delete", deleted)):
        yield page(what, model, row.pk), statuses
    yield page("change", model, row.pk).removesuffix("change/"), (302,) * len(ROLES)


def written_by(model, row) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Who may add rows of a model, and who may delete this one."""
    if model in KEPT_BY_THE_COMPUTER:
        return NOBODY, NOBODY
    if model in (User, Group):
        return since("superuser"), since("superuser")
    if model in OF_PUBLISHERS | {Story}:
        return since("publisher"), since("publisher")
    if model in PARTS_OF_RACES:
        return since("contributor"), since("editor" if is_official(row) else "contributor")
    if model in NEW_NAMES | {Race}:
        return since("contributor"), since("editor")
    return NOBODY if model is Report else since("editor"), since("editor")


def routes(resolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern).removeprefix("^") if before else str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, route)


@pytest.fixture
def few_rows_on_a_page(monkeypatch):
    """Lists of two rows, for it is not their rows that are looked at."""
    for model_admin in admin.site._registry.values():
        monkeypatch.setattr(model_admin, "list_per_page", 2)


def test_every_address_is_in_the_table():
    walked = [*PUBLIC, *CHART_ADDRESSES, *(address for address, _ in of_the_admin())]
    assert {resolve(address.partition("?")[0]).route for address in walked} == set(routes(get_resolver()))


def one_of_each_kind(addresses: Iterable[str]) -> set[str]:
    """Of addresses that one rule answers for, whatever their model or their row: the first."""
    firsts: dict[str, str] = {}
    for address in addresses:
        path = address.partition("?")[0]
        if path.startswith("/admin/"):
            kind = re.sub(r"^admin/\w+/\w+/", "", resolve(path).route)
        else:
            kind = path.strip("/").partition("/")[0] if path not in PAGES else "page"
        firsts.setdefault(kind, address)
    return set(firsts.values())


PAGES = {*FIRST_OF_EACH, *CHART_ADDRESSES}


def test_what_everybody_reads(small_book):
    """Whoever is logged in reads what anybody reads: each address as nobody and, as JSON, as who may do everything, and
    one of each kind as every role."""
    example(Story)
    clients = {role: as_role(Client(), role) for role in ROLES}
    walked_by_all = one_of_each_kind(PUBLIC)
    for address, status in PUBLIC.items():
        with read_once(address) if address in FIRST_OF_EACH else nullcontext():
            if address in walked_by_all:
                found = [clients[role].get(address).status_code for role in ROLES]
            else:
                as_json = {"format": "json"} if address in FIRST_OF_EACH else {}
                found = [
                    clients[ROLES[0]].get(address).status_code,
                    clients[ROLES[-1]].get(address, as_json).status_code,
                ]
            assert set(found) == {status}, address
    for address in CHART_ADDRESSES:
        # A little book has not enough for all of them.
        with read_once(address):
            assert len({clients[role].get(address).status_code for role in (ROLES[0], ROLES[-1])}) == 1, address


class PastTheDoor(Exception):
    """Whoever asks is let in: what the page would show is not looked at."""


def let_in(*args, **kwargs):
    raise PastTheDoor


@pytest.fixture
def doors(monkeypatch):
    """Pages are as good as shown once the admin has let somebody in: it then reads rows or makes a form. The others are
    not written out, and what stands around every page is gathered once."""
    for name in ("get_changelist_instance", "get_form", "get_deleted_objects"):
        for model_admin in admin.site._registry.values():
            monkeypatch.setattr(model_admin, name, let_in)
    around: dict = {}
    gather = admin.site.each_context
    monkeypatch.setattr(admin.site, "each_context", lambda request: around or around.update(gather(request)) or around)
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")


@pytest.mark.parametrize("role", ROLES)
def test_what_is_read_in_the_admin(request, few_rows_on_a_page, monkeypatch, role):
    """Pages are written out for a viewer, and for the superuser where their queries are counted; of others it is asked
    who is let in. A reader, who is not of the staff either, is turned away as one who is not logged in: from one of
    each kind."""
    client, found, expected = as_role(Client(), role), {}, {}
    table = dict(of_the_admin())
    if role != "viewer":
        request.getfixturevalue("doors")
    if role not in ("anonymous", "reader"):
        # Who it is, and what he may do, is read once for all addresses.
        user = User.objects.get(username=role)
        monkeypatch.setattr("django.contrib.auth.middleware.get_user", lambda request: user)
    walked = one_of_each_kind(table) if role == "reader" else table
    for address in walked:
        try:
            found[address] = client.get(address).status_code
        except PastTheDoor:
            found[address] = 200
        expected[address] = table[address][ROLES.index(role)]
    assert found == expected


@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_written_without_a_form(role):
    """What is posted to a page is refused, and what is posted to the admin has a form's token or is refused: before
    anybody is asked who he is, so that most roles try one of each kind."""
    client = as_role(Client(enforce_csrf_checks=True), role)
    read, of_the_desk = [*PUBLIC, *CHART_ADDRESSES], [address for address, _ in of_the_admin()]
    if role not in ("anonymous", "superuser"):
        read, of_the_desk = ({*one_of_each_kind(each)} for each in (read, of_the_desk))
    found = {address: client.post(address, {"post": "yes"}).status_code for address in read}
    assert {address for address, status in found.items() if status != 405} <= {reverse("report")}
    assert found.get(reverse("report"), 403) == 403
    found = {address: client.post(address, {"post": "yes"}) for address in of_the_desk}
    assert {address for address, answer in found.items() if answer.status_code != 403} == set()
    assert {address for address, answer in found.items() if b"That form cannot be taken" not in answer.content} == set()
