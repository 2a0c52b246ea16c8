"""Two drivers head to head, and the rivals of one."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect

from races.filters import SCOPE_FILTERS
from races.views.scoped import scope_page
from racestats import formatting
from racestats.pages import BadFilter, TablePageView, bad_filter
from stats.careers.head_to_head import head_to_head, rivalries, versus_url

from ..filters import RivalsFilter, VersusFilter
from ..models import Driver
from ..tables.head_to_head import BySeasonTable, ByTrackTable, FirstTwoTable, MeetingTable, RivalryTable, TallyTable


class RivalsView(TablePageView):
    """A driver's rivals; with `driver`, the way to that one."""

    template_name = "drivers/versus_rivals.html"
    filterset_class = RivalsFilter

    def get(self, request, slug):
        name = request.GET.get("driver", "")
        try:
            rival = SCOPE_FILTERS["driver"]().field.clean(name) if name else None
        except ValidationError as problem:
            return bad_filter(request, request.GET.get("format", "html"), BadFilter({"driver": problem.messages}))
        if rival:
            return redirect(versus_url(get_object_or_404(Driver, slug=slug), rival))
        return super().get(request, slug=slug)

    def get_page(self, filters, slug):
        driver = get_object_or_404(Driver, slug=slug)
        scope = filters.scope
        rows = rivalries(driver, scope)
        return scope_page(
            f"Rivals of {driver}: {scope.in_words()}" if scope.in_words() else f"Rivals of {driver}",
            filters,
            scope,
            {"rivals": RivalryTable(rows)},
            notes=["The drivers met in most races of this book. An unknown or shared finish counts for neither."],
            total=len(rows),
            matching=len(rows),
            context={"driver": driver},
        )


class VersusView(TablePageView):
    template_name = "drivers/versus.html"
    filterset_class = VersusFilter

    def get_page(self, filters, slug, rival):
        if slug == rival:
            raise Http404("A head-to-head takes two drivers.")
        found = {each.slug: each for each in Driver.objects.filter(slug__in=[slug, rival])}
        for name in (slug, rival):
            if name not in found:
                raise Http404(f"There is no driver “{name}”.")
        scope, only = filters.scope, filters.value("only")
        between = head_to_head(found[slug], found[rival], scope)
        shown = between.narrowed(only) if only else between.meetings
        pair = short_names(found[slug], found[rival])
        notes = between.notes
        if only:
            notes.append(f"Listed: {between.in_words(only)}, {formatting.plural(len(shown), 'race')}.")
        return scope_page(
            f"{found[slug]} vs. {found[rival]}: {scope.in_words()}",
            filters,
            scope,
            {
                "races": MeetingTable(pair, shown),
                "figures": TallyTable(pair, between.tallies(), prefix="figures-"),
                "first_two": FirstTwoTable(between.first_twos(), prefix="first-two-", order_by="margin"),
                "seasons": BySeasonTable(pair, between.by_season(), prefix="seasons-"),
                "tracks": ByTrackTable(pair, between.by_track(), prefix="tracks-"),
            },
            notes=notes,
            total=len(between.meetings),
            matching=len(shown),
            context={"driver": found[slug], "rival": found[rival], "other_way": scope.query()},
        )


def short_names(driver: Driver, rival: Driver) -> tuple[str, str]:
    """Last names, as a column has room for; whole names where those are the same."""
    last, rival_last = (each.name.split()[-1] for each in (driver, rival))
    return (last, rival_last) if last != rival_last else (str(driver), str(rival))
