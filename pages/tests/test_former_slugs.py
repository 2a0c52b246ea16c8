"""Every address and filter under a slug that somebody had before leads to the one of today, in every form."""

import pytest
from django.urls import reverse

from drivers.models import Driver, Manufacturer, Team
from pages.kit.links import filters_of
from races.models import FormerSlug, Track
from races.models.former_slugs import HOLDERS
from testing.site import CHARTS, DOCUMENTS, PARAMETERS, view_class

pytestmark = pytest.mark.django_db

EXAMPLES = {Driver: "kyle-larson", Team: "hendrick-motorsports", Manufacturer: "chevrolet", Track: "kansas"}
ADDRESSED = {
    (name, args): reverse(name, args=args)
    for pages in (PARAMETERS, CHARTS, DOCUMENTS)
    for name, cases in pages.items()
    for args in cases
}


@pytest.fixture
def was():
    """A former slug of each driver, team, make and track that an address of the tests names."""
    named = {str(part) for _, args in ADDRESSED for part in args}
    for model, holder in HOLDERS.items():
        rows = model.objects.filter(slug__in=named | set(EXAMPLES.values()))
        FormerSlug.objects.bulk_create(FormerSlug(slug=f"was-{row.slug}", **{holder: row}) for row in rows)
    return set(FormerSlug.objects.values_list("slug", flat=True))


def test_every_address(client, was):
    """By its path, with the query that it had."""
    walked, wrong = set(), []
    for (name, args), today in ADDRESSED.items():
        for place, part in enumerate(args):
            if f"was-{part}" not in was:
                continue
            old = reverse(name, args=[*args[:place], f"was-{part}", *args[place + 1 :]])
            answer = client.get(f"{old}?format=csv&from=2020")
            walked.add(name)
            if (answer.status_code, answer.headers.get("Location")) != (301, f"{today}?format=csv&from=2020"):
                wrong.append((old, answer.status_code, answer.headers.get("Location")))
    assert wrong == []
    assert {
        *("drivers:detail", "drivers:races", "drivers:rivals", "drivers:versus", "drivers:own-streaks"),
        *("drivers:driver-card", "drivers:versus-card", "drivers:career-chart", "drivers:ahead-chart"),
        *("drivers:team", "drivers:team-races", "drivers:manufacturer", "drivers:manufacturer-races"),
        *("races:track", "races:winners-chart", "races:speeds-chart", "feed-of-driver"),
    } <= walked


def test_every_filter(client, was):
    """Of every page that takes one, in every form."""
    wrong, walked = [], set()
    pages = {name: reverse(name, args=cases[0]) for group in (PARAMETERS, CHARTS) for name, cases in group.items()}
    for name, path in pages.items():
        taken = filters_of(view_class(path)) if hasattr(view_class(path), "filterset_class") else ()
        for model, holder in HOLDERS.items():
            if holder not in taken:
                continue
            walked.add(holder)
            today = EXAMPLES[model]
            answer = client.get(f"{path}?{holder}=was-{today}&format=json")
            if (answer.status_code, answer.headers.get("Location")) != (301, f"{path}?{holder}={today}&format=json"):
                wrong.append((name, holder, answer.status_code, answer.headers.get("Location")))
    assert wrong == []
    assert walked == set(HOLDERS.values())


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/drivers/was-kyle-larson/vs/was-chris-buescher/", "/drivers/kyle-larson/vs/was-chris-buescher/"),
        ("/drivers/kyle-larson/vs/?driver=was-chris-buescher", "/drivers/kyle-larson/vs/?driver=chris-buescher"),
        ("/closest-finishes/?driver=Was+Kyle+Larson", "/closest-finishes/?driver=kyle-larson"),
        ("/drivers/was-kyle-larson/?utm_source=x", "/drivers/kyle-larson/"),
    ],
)
def test_what_is_kept_of_an_address(client, was, asked, answered):
    answer = client.get(asked)
    assert (answer.status_code, answer["Location"]) == (301, answered)


def test_two_former_slugs_lead_on_one_after_the_other(client, was):
    answer = client.get("/drivers/was-kyle-larson/vs/was-chris-buescher/", follow=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == "/drivers/kyle-larson/vs/chris-buescher/"


def test_a_slug_in_use_wins(client, was):
    """Whoever has it now, it is not sent on to whom it was before."""
    FormerSlug.objects.create(slug="chris-buescher", driver=Driver.objects.get(slug="kyle-larson"))
    assert client.get("/drivers/chris-buescher/").status_code == 200
    assert client.get("/closest-finishes/?driver=chris-buescher").status_code == 200


def test_no_browser_keeps_where_it_led(client, was):
    """The slug may be given to somebody else."""
    assert "max-age=0" in client.get("/drivers/was-kyle-larson/")["Cache-Control"]
