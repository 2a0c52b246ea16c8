"""Every address for every role: what each may read, and that nobody writes where there is nothing to write."""

from collections.abc import Iterator
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
from drivers.models import Driver
from newsroom.models import Report
from races.models import Race, Ruling
from testing.answers import read_once
from testing.books import book_models
from testing.editing import page
from testing.makers import make_little_book
from testing.roles import KEPT_BY_THE_COMPUTER, ROLES, as_role, example
from testing.site import BESIDE, CHART_ADDRESSES, DOCUMENTS, FIRST_OF_EACH

make_book = make_little_book
pytestmark = pytest.mark.django_db

PUBLIC = {
    **dict.fromkeys(FIRST_OF_EACH, 200),
    **dict.fromkeys([reverse(name, args=cases[0]) for name, cases in (DOCUMENTS | BESIDE).items()], 200),
    "/healthz": 200,
    "/readyz": 200,
    "/metrics": 200,
    "/favicon.ico": 302,
    "/robots.txt": 200,
    "/media/drivers/nobody.jpg": 404,
    "/nothing/": 404,
}
"""What each address of the public site answers, whoever asks."""

TO_THE_LOGIN = (302, 302)
"""Who is not of the staff is sent to log in."""
STAFF = (*TO_THE_LOGIN, 200, 200, 200, 200)
MAY_VIEW = (*TO_THE_LOGIN, 403, 200, 200, 200)
MAY_WRITE = (*TO_THE_LOGIN, 403, 403, 200, 200)
MAY_ALL = (*TO_THE_LOGIN, 403, 403, 403, 200)
NOBODY = (*TO_THE_LOGIN, 403, 403, 403, 403)


def of_the_admin() -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each address of the admin, and what it answers to each of the roles."""
    yield reverse("admin:login"), (200, 200, 302, 302, 302, 302)
    yield reverse("admin:logout"), (*TO_THE_LOGIN, 405, 405, 405, 405)
    for name in ("index", "jsi18n", "password_change", "password_change_done"):
        yield reverse(f"admin:{name}"), STAFF
    for label, statuses in (
        ("drivers", (404, 200, 200, 200)),
        ("changes", (404, 200, 200, 200)),
        ("newsroom", (404, 200, 200, 200)),
        ("auth", (404, 404, 404, 200)),
    ):
        yield reverse("admin:app_list", args=[label]), (*TO_THE_LOGIN, *statuses)
    searched = {"app_label": "races", "model_name": "entry", "field_name": "driver", "term": "larson"}
    yield reverse("admin:autocomplete", query=searched), MAY_VIEW
    yield reverse("admin:desk_sheet", args=[Race.objects.first().pk, "all"]), MAY_WRITE
    race, ruling = Race.objects.first(), example(Ruling)
    yield reverse("admin:desk_rulings", args=[race.pk]), MAY_WRITE
    yield reverse("admin:desk_new_ruling", args=[race.pk, "disqualify"]), MAY_WRITE
    yield reverse("admin:desk_amend", args=[race.pk, "race"]), MAY_WRITE
    yield reverse("admin:desk_ruling", args=[ruling.pk]), MAY_WRITE
    yield reverse("admin:desk_revoke_ruling", args=[ruling.pk]), MAY_WRITE
    driver = Driver.objects.first()
    of_drivers = ContentType.objects.get_for_model(Driver).pk
    yield reverse("admin:view_on_site", args=[of_drivers, driver.pk]), (302,) * len(ROLES)
    yield reverse("admin:desk_manual"), STAFF
    yield reverse("admin:desk_merge", args=["driver", driver.pk]), MAY_WRITE
    yield reverse("admin:desk_new_race"), MAY_WRITE
    yield "/admin/nothing/", (*TO_THE_LOGIN, 404, 404, 404, 404)
    yield reverse("admin:desk_import"), MAY_WRITE
    change_set = ChangeSet.objects.create(at="2025-05-12T00:00Z", kind="save", title="Driver: Kyle Larson")
    for what, *args in (("changelist",), ("change", change_set.pk), ("history", change_set.pk)):
        yield page(what, ChangeSet, *args), MAY_VIEW
    for what, *args in (("add",), ("delete", change_set.pk)):
        yield page(what, ChangeSet, *args), NOBODY
    yield page("change", ChangeSet, change_set.pk).removesuffix("change/"), (302,) * len(ROLES)
    yield reverse("admin:desk_undo", args=[change_set.pk]), MAY_VIEW
    yield reverse("admin:desk_import_plan", args=[UUID(int=0)]), (*TO_THE_LOGIN, 403, 403, 302, 302)
    for model in (*book_models(), Report, User, Group):
        yield from of_a_model(model)


def of_a_model(model) -> Iterator[tuple[str, tuple[int, ...]]]:
    if model is User:
        row, reads, writes = User.objects.create(username="somebody"), MAY_ALL, MAY_ALL
        yield reverse("admin:auth_user_password_change", args=[row.pk]), MAY_ALL
    elif model is Group:
        row, reads, writes = Group.objects.create(name="Stewards"), MAY_ALL, MAY_ALL
    elif model is Report:
        row, reads, writes = example(model), MAY_VIEW, MAY_WRITE
    else:
        row, reads, writes = example(model), MAY_VIEW, NOBODY if model in KEPT_BY_THE_COMPUTER else MAY_WRITE
    yield page("changelist", model), reads
    yield page("add", model), NOBODY if model is Report else writes
    for what, statuses in (("change", reads), ("history", reads), ("delete", writes)):
        yield page(what, model, row.pk), statuses
    yield page("change", model, row.pk).removesuffix("change/"), (302,) * len(ROLES)


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


def test_what_everybody_reads(small_book):
    clients = [as_role(Client(), role) for role in ROLES]
    for address, status in PUBLIC.items():
        with read_once(address) if address in FIRST_OF_EACH else nullcontext():
            assert [client.get(address).status_code for client in clients] == [status] * len(ROLES), address
    for address in CHART_ADDRESSES:
        # A little book has not enough for all of them.
        with read_once(address):
            assert len({client.get(address).status_code for client in clients}) == 1, address


@pytest.mark.parametrize("role", ROLES)
def test_what_is_read_in_the_admin(few_rows_on_a_page, monkeypatch, role):
    """Pages are written out for a viewer; the others have the same, with more or less in it."""
    client, found, expected = as_role(Client(), role), {}, {}
    if role != "viewer":
        monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    for address, statuses in of_the_admin():
        found[address], expected[address] = client.get(address).status_code, statuses[ROLES.index(role)]
    assert found == expected


@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_written_without_a_form(role):
    """What is posted to a page is refused, and what is posted to the admin has a form's token or is refused."""
    client = as_role(Client(enforce_csrf_checks=True), role)
    read = [*PUBLIC, *CHART_ADDRESSES]
    found = {address: client.post(address, {"post": "yes"}).status_code for address in read}
    assert found == dict.fromkeys(read, 405) | {reverse("report"): 403}
    found = {address: client.post(address, {"post": "yes"}) for address, _ in of_the_admin()}
    assert {address for address, answer in found.items() if answer.status_code != 403} == set()
    assert {address for address, answer in found.items() if b"That form cannot be taken" not in answer.content} == set()
