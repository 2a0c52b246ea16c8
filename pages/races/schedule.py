"""The schedule of a series as a calendar: the races of its latest season, how those run ended, and what milestones are
expected in those to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from django.http import HttpRequest, HttpResponse

from races.models import Race
from racestats.errors import BadFilter
from racestats.ics import CalendarEvent, calendar
from stats.milestones.watch import watch
from stats.news import News, results_of
from stats.scope import Scope

from ..kit.filters.filter_sets import InSeries, ScopeFilterSet
from ..kit.filters.parameters import takes

EXPECTED = 5
"""So many milestones of a race are named."""


class ScheduleFilter(InSeries, ScopeFilterSet):
    keys = ("series",)


@takes("series")
def schedule(request: HttpRequest) -> HttpResponse:
    """All races with a date, of the latest season on file and of those that are on the schedule."""
    filters = ScheduleFilter(request.GET)
    if not filters.is_valid():
        raise BadFilter(filters.form.errors)
    scope = filters.scope
    events = _events(request, scope) if scope.series else ()
    name = f"{scope.series or 'Races'} · racestats"
    return HttpResponse(
        calendar(name, events),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="schedule.ics"'},
    )


def _events(request: HttpRequest, scope: Scope) -> Iterator[CalendarEvent]:
    races = Race.objects.points().filter(season__series=scope.series)
    latest = scope.races().order_by("-season__year").values_list("season__year", flat=True).first()
    dated = races.filter(season__year__gte=latest or 0).exclude(date=None).for_list().order_by("date", "pk")
    told, expected = results_of(dated), _expected(scope)
    host = request.get_host().partition(":")[0]
    for race in dated:
        season = race.season
        yield CalendarEvent(
            f"{season.series.slug}-{season.year}-{race.key}@{host}",
            race.date,
            f"{race.label}: {race.name}" if race.name not in race.label else race.label,
            _describe(told.get(race.pk), expected.get(race.pk, ())),
            f"{race.track_name}, {race.layout.track.place}".removesuffix(", "),
            request.build_absolute_uri(race.get_absolute_url()),
            "CANCELLED" if race.status == Race.Status.CANCELLED else "CONFIRMED",
        )


def _describe(told: News | None, expected) -> str:
    if told:
        return told.text
    return f"Expected at this pace: {'; '.join(expected)}." if expected else ""


def _expected(scope: Scope) -> Mapping[int, list[str]]:
    """By race to come, the milestones and places on all-time lists that drivers will be at by then at their pace."""
    found = defaultdict(list)
    for row in watch(scope).rows:
        if row.race and row.is_near and len(found[row.race.pk]) < EXPECTED:
            found[row.race.pk].append(f"{row.driver}, now {row.watch}")
    return found
