"""A login that ends while somebody types costs nothing of it, and gives nobody what another has typed."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.core.cache import caches
from django.test import Client

from races.models import Race
from testing.editing import page, typed
from testing.makers import make_race
from testing.roles import as_role

RIGHT = {"login-username": "editor", "login-password": "x"}


def make_book() -> None:
    make_race(2025, 12, laps=267, date=date(2025, 5, 11))


@pytest.fixture
def race(small_book) -> Race:
    return Race.objects.get()


@pytest.fixture
def cut_off(race):
    """A window on the race's page, of which the login has ended; it sends its token with all that was typed."""
    client = as_role(Client(enforce_csrf_checks=True), "editor")
    address = page("change", Race, race.pk)
    response = client.get(address)
    window = {**typed(response), "_editor": User.objects.get().pk, "note": 'Rain <"late"> & wind', "name": "Renamed"}
    token = client.cookies["csrftoken"].value
    client.cookies.pop("sessionid")
    caches["logins"].clear()
    yield client, address, {**window, "csrfmiddlewaretoken": token}
    caches["logins"].clear()


def kept(response) -> dict:
    return dict(response.context_data["kept"])


def test_what_was_typed_is_kept_and_saved_after_the_login(cut_off, race):
    client, address, window = cut_off
    response = client.post(address, {**window, "new_password": "secret"})
    assert response.status_code == 200
    html = response.content.decode()
    assert "Your login has ended. What you typed is kept on this page" in html
    assert '<input type="hidden" name="note" value="Rain &lt;&quot;late&quot;&gt; &amp; wind">' in html
    assert "secret" not in html
    assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert set(kept(response)) == set(window) - {"csrfmiddlewaretoken"}
    race.refresh_from_db()
    assert race.name != "Renamed"
    again = {**kept(response), "csrfmiddlewaretoken": window["csrfmiddlewaretoken"], **RIGHT}
    saved = client.post(address, again)
    assert (saved.status_code, saved.url) == (302, page("changelist", Race))
    race.refresh_from_db()
    assert (race.name, race.note) == ("Renamed", 'Rain <"late"> & wind')
    assert client.get(address).status_code == 200


def test_a_wrong_password_keeps_it_too_and_counts(cut_off, race):
    client, address, window = cut_off
    wrong = {**window, **RIGHT, "login-password": "wrong"}
    response = client.post(address, wrong)
    assert "Please enter the correct username and password" in response.content.decode()
    assert kept(response)["note"] == window["note"]
    assert "wrong" not in str(kept(response))
    answers = [client.post(address, wrong).status_code for _ in range(5)]
    assert answers[-1] == 429
    assert client.post(address, {**window, **RIGHT}).status_code == 429
    race.refresh_from_db()
    assert race.name != "Renamed"


def test_nobody_saves_what_another_has_typed(cut_off, race):
    client, address, window = cut_off
    User.objects.create_superuser("other", password="y")
    response = client.post(address, {**window, "login-username": "other", "login-password": "y"})
    assert (response.status_code, response.url) == (302, address)
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "You are logged in as other. What was typed on this page was editor's: it was not saved."
    ]
    race.refresh_from_db()
    assert race.name != "Renamed"


def test_who_is_not_of_the_staff_gets_no_further(cut_off, race):
    client, address, window = cut_off
    reader = User.objects.create_user("reader", password="x")
    sent = {**window, "_editor": reader.pk, "login-username": "reader", "login-password": "x"}
    assert "for a staff account" in client.post(address, sent).content.decode()
    race.refresh_from_db()
    assert race.name != "Renamed"


@pytest.mark.parametrize("change", [{"csrfmiddlewaretoken": "x" * 64}, {"csrfmiddlewaretoken": ""}])
def test_a_form_of_another_site_is_refused(cut_off, change):
    client, address, window = cut_off
    assert client.post(address, {**window, **RIGHT, **change}).status_code == 403


def test_what_is_no_page_of_an_editor_leads_to_the_login(cut_off):
    client, address, window = cut_off
    del window["_editor"]
    response = client.post(address, window)
    assert (response.status_code, response.url.partition("?")[0]) == (302, "/admin/login/")


def test_a_mistake_comes_back_after_the_login(cut_off):
    client, address, window = cut_off
    response = client.post(address, {**window, "laps": "many", **RIGHT})
    html = response.content.decode()
    assert "Enter a whole number." in html
    assert 'value="Renamed"' in html
    token = client.cookies["csrftoken"].value
    assert token != window["csrfmiddlewaretoken"]
    again = {**typed(response), "_editor": window["_editor"], "laps": "266", "csrfmiddlewaretoken": token}
    assert client.post(address, again).status_code == 302


def test_a_login_in_another_window_costs_nothing_either(race):
    """The token of the page is out of date then."""
    client = as_role(Client(enforce_csrf_checks=True), "editor")
    address, me = page("change", Race, race.pk), User.objects.get()
    window = {**typed(client.get(address)), "_editor": me.pk, "name": "Renamed", "csrfmiddlewaretoken": "x" * 64}
    here = {"HTTP_ORIGIN": "http://testserver"}
    response = client.post(address, window, **here)
    assert response.status_code == 403
    assert "you have logged in anew since this page was opened" in response.content.decode()
    assert kept(response)["name"] == "Renamed"
    for said, origin in (
        (window, {}),
        (window, {"HTTP_ORIGIN": "https://elsewhere.example"}),
        ({**window, "_editor": me.pk + 1}, here),
    ):
        answer = client.post(address, said, **origin)
        assert (answer.status_code, "Renamed" in answer.content.decode()) == (403, False)
    token = client.cookies["csrftoken"].value
    assert client.post(address, {**kept(response), "csrfmiddlewaretoken": token}, **here).status_code == 302
    race.refresh_from_db()
    assert race.name == "Renamed"
