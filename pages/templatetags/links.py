"""Links that keep the page's series and day: see `pages.kit.links`; and the parts of a page's title."""

from __future__ import annotations

from django import template
from django.db.models import Model
from django.utils.http import urlencode

from pages.kit.links import Links
from racestats.addresses import address_of
from stats.scope import PageTitle

register = template.Library()


@register.simple_tag(takes_context=True)
def scoped_url(context, to: str | Model, *args, **query) -> str:
    """An address that keeps the page's series and day: of a page by name, of a row, or one that is made already.

    {% scoped_url 'races:season' 'cup' 2025 %}, {% scoped_url driver %}, {% scoped_url note.url %}; further values make
    its query: {% scoped_url 'drivers:leaderboards' season=2025 %}.
    """
    if isinstance(to, Model):
        url = to.get_absolute_url()
    elif to.startswith("/"):
        url = to
    else:
        url = address_of(to, *args)
    if query:
        url += f"?{urlencode(query)}"
    # A page that tells an error has no filters, but may say what was asked for besides what was wrong.
    links = context.get("links") or Links(context.get("asked") or {})
    return links.keep(url)


@register.filter
def heading(title: str) -> str:
    """What a page is called without what narrows it, which stands in the line above."""
    return title.heading if isinstance(title, PageTitle) else title


@register.filter
def narrowing(title: str) -> tuple[str, ...]:
    """What narrows a page: “Cup Series”, “on road courses”."""
    return title.narrowed if isinstance(title, PageTitle) else ()
