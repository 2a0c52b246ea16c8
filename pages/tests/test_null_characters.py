"""A null character in an address or a cookie is a 400 on every page; PostgreSQL would break off at it."""

import json

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from pages.kit.links import filters_taken
from races.models import Race
from testing.books import book_models
from testing.editing import page
from testing.reading import Page
from testing.site import CONTENT_TYPES, FIRST_OF_EACH, FORMS

pytestmark = pytest.mark.django_db
NULL = "%00"
TOLD = "Null characters are not allowed."


@pytest.fixture
def editor():
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("editor"))
    return client


def answers(client, addresses) -> dict:
    """What is answered with anything but 400."""
    return {address: status for address in addresses if (status := client.get(address).status_code) != 400}


@pytest.mark.parametrize("path", FIRST_OF_EACH)
def test_public_pages(client, path):
    names = ["q", "page", "sort", "nothing", *filters_taken(path)]
    queries = [f"{name}=a{NULL}b" for name in names] + [f"{NULL}=1", f"q=a&q={NULL}"]
    assert answers(client, [f"{path}?{query}" for query in queries] + [f"{path}{NULL}/"]) == {}


def addresses_of(model) -> list[str]:
    """The pages of a model, with a null character in each of its own filters, in an id and in a field."""
    named = [each for each in admin.site.get_model_admin(model).list_filter if not isinstance(each, type)]
    names = ["q", *(each if isinstance(each, str) else each[0] for each in named)]
    changelist, field = page("changelist", model), model._meta.concrete_fields[-1].name
    addresses = [f"{changelist}?{name}={NULL}" for name in names]
    return [*addresses, f"{changelist}{NULL}/change/", f"{page('add', model)}?{field}={NULL}"]


def test_pages_of_the_admin(editor):
    """Of each model; and on one list all else that a list may be asked."""
    races, asked = page("changelist", Race), ["o", "p", "e", "_facets", "_popup", "_to_field", "_changelist_filters"]
    asked += ["id__in", "season__exact", "season__in", NULL, *(f"date__{part}" for part in ("year", "month", "gte"))]
    addresses = [f"{races}?{name}={NULL}" for name in asked]
    addresses += [f"{races}{NULL}/{what}/" for what in ("delete", "history")]
    assert answers(editor, addresses + [each for model in book_models() for each in addresses_of(model)]) == {}


@pytest.mark.parametrize("name", ["app_label", "model_name", "field_name", "term", "page"])
def test_searches_of_the_admin(editor, name):
    asked = {"app_label": "races", "model_name": "race", "field_name": "season", "term": "x", name: "\0"}
    assert answers(editor, [reverse("admin:autocomplete", query=asked), f"/admin/login/?next=/{NULL}"]) == {}


def test_cookies(client):
    """An octal escape in a quoted cookie is read as the character that it stands for."""
    response = client.get("/admin/", headers={"cookie": 'sessionid="\\000aaaaaaaaaaaaaaa"'})
    assert response.status_code == 400


@pytest.mark.parametrize("path", ["/static/site%00.css", "/media/%00.png", "/nothing%00", "/%00/"])
def test_other_addresses(client, path):
    assert client.get(path).status_code in (400, 404)


def test_other_encodings(client):
    """A request may name the encoding of its address, in which a null character looks otherwise."""
    response = client.get("/drivers/?q=%2BAAA-", CONTENT_TYPE="text/plain; charset=utf-7")
    assert response.status_code == 400


@pytest.mark.parametrize("form", FORMS)
def test_the_parameter_is_named(client, form):
    response = client.get(f"/drivers/?q=a{NULL}&format={form}")
    text = response.content.decode()
    if form == "json":
        assert json.loads(text) == {"error": "bad filter", "fields": {"q": [TOLD]}}
    elif form in ("csv", "md"):
        assert text == f"q: {TOLD}\n"
    else:
        assert response["Content-Type"] == CONTENT_TYPES["html"]
        assert f"q {TOLD}" in Page(text).text
    assert "\0" not in client.get(f"/drivers/?{NULL}=1&format={form}").content.decode()


@pytest.mark.parametrize("path", ["/drivers/?q=%00", "/%00/"])
def test_the_answer_is_the_sites_own_page(client, path):
    response = client.get(path)
    found = Page(response.content.decode())
    assert (response.status_code, len(found.headings), found.problems) == (400, 1, [])
    assert response["X-Frame-Options"] == "DENY"


def test_what_is_posted_is_left_to_the_forms(editor):
    response = editor.post(reverse("admin:login"), {"username": "a\0", "password": "x"})
    assert response.status_code == 200
    assert TOLD in response.content.decode()
