"""What is new in the book as Atom feeds."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timezone

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from drivers.models import Driver
from stats import news
from stats.news import News

from ..kit.filters.parameters import takes
from ..kit.found import found_or_404

UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold."""
BEGINNING = datetime(1970, 1, 1, tzinfo=timezone.utc)


def printable(text: str) -> str:
    return UNPRINTABLE.sub(" ", text)


class SteadyAtomFeed(Atom1Feed):
    """Without news it is the same at any time: Django would have it updated just now."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else BEGINNING


class NewsFeed(Feed):
    """A list of news: of one kind, or of one driver."""

    feed_type = SteadyAtomFeed
    author_name = "racestats"

    def __init__(self, host: str, title: str, description: str, url: str, found: list[News]):
        self.host = host.partition(":")[0]
        self.title, self.subtitle, self.link, self.found = printable(title), description, url, found

    def items(self) -> list[News]:
        return self.found

    def item_title(self, item: News) -> str:
        return printable(item.title)

    def item_description(self, item: News) -> str:
        """Read as HTML."""
        return escape(printable(item.text))

    def item_link(self, item: News) -> str:
        return item.url

    def item_guid(self, item: News) -> str:
        """The same for as long as the address of what it is about is the same."""
        return f"tag:{self.host},{item.day}:{item.url.partition('#')[0]}{item.key}"

    def item_updateddate(self, item: News) -> datetime:
        """The news is of a day: noon, in the zone of computers, is on that day nearly everywhere."""
        return datetime.combine(item.day, time(12), timezone.utc)

    item_pubdate = item_updateddate


def _feed(title: str, description: str, page: str, find: Callable[[], list[News]]) -> Callable[..., HttpResponse]:
    @takes()
    def answer(request: HttpRequest) -> HttpResponse:
        return NewsFeed(request.get_host(), title, description, reverse(page), find())(request)

    return answer


results = _feed("Results · racestats", "How the latest races ended.", "races:list", news.results)
milestones = _feed("Milestones · racestats", "Who came to a round number.", "drivers:milestones", news.milestones)
rulings = _feed("Rulings · racestats", "What was changed after a race.", "races:rulings", news.rulings)
corrections = _feed(
    "Corrections · racestats",
    "Which numbers of this site were corrected, and how.",
    "races:corrections",
    news.corrections,
)
stories = _feed("Stories · racestats", "Stories about the records.", "stories", news.stories)


@takes()
def driver(request: HttpRequest, slug: str) -> HttpResponse:
    who = found_or_404(Driver, f"driver “{slug}”", slug=slug)
    described = f"The latest races and milestones of {printable(str(who))}."
    return NewsFeed(request.get_host(), f"{who} · racestats", described, who.get_absolute_url(), news.of_driver(who))(
        request
    )
