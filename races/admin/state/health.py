"""What an editor is told after a save: what does not add up in the race."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from importing.health import look_again
from races.models import Race
from racestats.formatting import plural

MOST_TOLD = 5
"""So many kinds of warnings are told after one save."""


def tell_health(request: HttpRequest, races: Iterable[int]) -> None:
    """Look again at these races, and tell what does not add up: each kind once, with how often it is so."""
    kinds = defaultdict(list)
    for race, checks in look_again(races).items():
        for check in checks:
            kinds[race, check.code].append(check)
    for (race, _), found in list(kinds.items())[:MOST_TOLD]:
        first = min(found, key=lambda check: not check.place)  # What only counts the others has no place.
        more = f" ({len(found) - 1} more of this kind)" if len(found) > 1 else ""
        messages.warning(request, format_html("{}: {}{}. {}", race.label, first.message, more, health_links(race)))
    if len(kinds) > MOST_TOLD:
        (race, _), *_ = list(kinds)[MOST_TOLD:]
        kinds_left = plural(len(kinds) - MOST_TOLD, "more kind")
        messages.warning(request, format_html("And {} of doubt. {}", kinds_left, health_links(race)))


def health_links(race: Race) -> str:
    """Where to read all of it, and where to accept what is right all the same."""
    return format_html(
        '<a href="{}#health">Data checks</a>, <a href="{}">accept what is right</a>',
        race.get_absolute_url(),
        checks_address(race.pk),
    )


def checks_address(race: int) -> str:
    """The list of a race's checks, by its id: a page with mistakes shows a race that has no address."""
    return f"{reverse('admin:races_racecheck_changelist')}?race__id__exact={race}"
