"""The addresses of the site for those who search it, by kind, so many in a part."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.sitemaps import Sitemap, views
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from drivers.models import Driver, Manufacturer, Team
from newsroom.models import Story
from races.models import Milestone, Race, Season, Series, Track
from races.statistics import STATISTICS
from racestats.clock import YearDay
from racestats.errors import BadFilter
from stats.streaks.runs import KINDS

from ..kit.filters.parameters import takes
from ..kit.tables.base import NO_NUMBER, is_count

IN_A_PART = 5000
PAGES = (
    *(
        "home",
        "about",
        "stories",
        "glossary",
        "data",
        "privacy",
        "api",
        "drivers:list",
        "drivers:teams",
        "drivers:manufacturers",
    ),
    *("drivers:leaderboards", "drivers:titles", "drivers:champions", "drivers:streaks", "drivers:milestones"),
    *("races:list", "races:closest-finishes", "races:rulings", "races:corrections", "races:tracks"),
    "races:finder",
    "races:finder-examples",
)
"""Those of which there is one each."""
RACE = ("season__series__slug", "season__year", "round", "slug")
"""What the addresses of a race are made of."""


class AddressKind(Sitemap):
    """The addresses of one kind: of what `rows` has in order, each the arguments of the address `named`."""

    limit = IN_A_PART

    def __init__(self, named: str, rows: Callable[[], Any]):
        self.named, self.rows = named, rows

    def items(self) -> Any:
        return self.rows()

    def location(self, item: Any) -> str:
        return reverse(self.named, args=item)


class OneOfEach(AddressKind):
    def location(self, item: Any) -> str:
        return reverse(item)


class Races(AddressKind):
    def location(self, item: Any) -> str:
        series, year, round_, slug = item
        return reverse(self.named, args=(series, year, round_ or slug))


def _slugs(model: Any) -> Callable[[], Any]:
    return lambda: model.objects.order_by("pk").values_list("slug")


def _seasons() -> Any:
    held = Season.objects.filter(races__isnull=False).distinct()
    return held.order_by("pk").values_list("series__slug", "year")


def _races() -> Any:
    return Race.objects.order_by("pk").values_list(*RACE)


def _latest(run: bool) -> Callable[[], Any]:
    """The races of the latest season of each series, those that were run or all: what is told of earlier ones is found
    from their pages."""

    def races() -> Any:
        seasons = Season.objects.filter(races__isnull=False).order_by("-year").values("year")
        years = seasons.filter(series=OuterRef("season__series"))[:1]
        found = Race.objects.filter(kind=Race.Kind.POINTS, season__year=Subquery(years))
        return (found.run() if run else found).order_by("pk").values_list(*RACE)

    return races


def _days() -> Iterable[tuple[YearDay]]:
    return [(day,) for days in YearDay.months().values() for day in days]


def _clubs() -> Iterable[tuple[str]]:
    return [(each.slug,) for each in Milestone.objects.select_related("series").order_by("pk")]


KINDS_OF_PAGES: dict[str, AddressKind] = {
    "pages": OneOfEach("", lambda: PAGES),
    "drivers": AddressKind("drivers:detail", _slugs(Driver)),
    "races": Races("races:race", _races),
    "previews": Races("races:preview", _latest(run=False)),
    "notes": Races("races:notes", _latest(run=True)),
    "seasons": AddressKind("races:season", _seasons),
    "standings": AddressKind("drivers:standings", _seasons),
    "series": AddressKind("races:series", _slugs(Series)),
    "tracks": AddressKind("races:track", _slugs(Track)),
    "teams": AddressKind("drivers:team", _slugs(Team)),
    "makes": AddressKind("drivers:manufacturer", _slugs(Manufacturer)),
    "leaderboards": AddressKind("drivers:leaderboard", lambda: [(key,) for key in STATISTICS]),
    "streaks": AddressKind("drivers:streak", lambda: [(key,) for key in KINDS]),
    "milestones": AddressKind("drivers:milestone", _clubs),
    "stories": AddressKind("story", lambda: Story.objects.published().order_by("pk").values_list("slug")),
    "days": AddressKind("on-this-day", _days),
}


@takes()
def index(request: HttpRequest) -> HttpResponse:
    """The parts of the sitemap."""
    return views.index(request, KINDS_OF_PAGES, sitemap_url_name="sitemap-part").render()


@takes("p")
def part(request: HttpRequest, section: str) -> HttpResponse:
    """The addresses of one kind; where there are many, those of the page `p` of them."""
    if not is_count(request.GET.get("p", "1")):
        raise BadFilter({"p": [NO_NUMBER.format(request.GET["p"])]})
    return views.sitemap(request, KINDS_OF_PAGES, section=section).render()
