"""The pages of tracks."""

from __future__ import annotations

from django.db.models import Count, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from racestats import formatting
from racestats.pages import TablePageView
from stats.completeness import completeness
from stats.race.closest_finishes import with_first_two
from stats.race.details import track_at
from stats.tracks.records import CAREERS, track_book

from ..filters import (
    TrackFilter,
    TrackListFilter,
)
from ..models import (
    Track,
    TrackLayout,
)
from ..tables.tracks import LayoutTable, TallyTable, TrackRaceTable, TrackRecordTable, TrackTable
from .scoped import scope_page


class TrackListView(TablePageView):
    template_name = "races/track_list.html"
    filterset_class = TrackListFilter

    def get_page(self, filters):
        scope = filters.scope
        races = scope.races().filter(layout__track=OuterRef("pk")).order_by().values("layout__track")
        layouts = TrackLayout.objects.filter(track=OuterRef("pk")).order_by().values("track")
        found = Track.objects.annotate(
            race_count=Coalesce(Subquery(races.annotate(n=Count("pk")).values("n")), 0),
            first_season=Subquery(races.annotate(n=Min("season__year")).values("n")),
            last_season=Subquery(races.annotate(n=Max("season__year")).values("n")),
            longest=Subquery(layouts.annotate(n=Max("length")).values("n")),
        )
        total = Track.objects.count()
        if scope.series or scope.type:
            found = found.filter(race_count__gte=1)
        table = TrackTable(found, order_by="track")
        return scope_page("Tracks", filters, scope, {"tracks": table}, total=total, matching=len(table.rows))


class TrackView(TablePageView):
    template_name = "races/track.html"
    filterset_class = TrackFilter

    def get_page(self, filters, slug):
        track = track_at(slug)
        if track is None:
            raise Http404(f"There is no track “{slug}”.")
        scope = filters.scope.narrowed(track=track)
        # All at one track, which the table does not name: no dated names are read.
        races = scope.races().for_list().prefetch_related(None).select_related("pole__driver")
        races = with_first_two(races, scope)
        layouts = track.layouts.annotate(race_count=Count("races", filter=Q(races__in=scope.races())))
        complete = completeness(scope)
        supported = {statistic.key for statistic in CAREERS if complete.supports(statistic)}
        book = track_book(scope, supported)
        table = TrackRaceTable(races, order_by="-race")
        count = complete.held
        notes = [
            f"{formatting.plural(count, 'points race')} at this track in the book; the pole award is known for "
            f"{complete.known['pole']:,}, every lap leader for {complete.known['laps_led']:,}, the margin for "
            f"{complete.known['margin']:,}."
        ]
        left_out = [statistic.label.lower() for statistic in CAREERS if statistic.key not in supported]
        if count and left_out:
            notes.append(f"No career record in {formatting.listed(left_out)}: too few of these races are fully known.")
        return scope_page(
            track.name,
            filters,
            scope,
            {
                "races": table,
                "layouts": LayoutTable(list(layouts), prefix="layouts-"),
                "winners": TallyTable(book.winners, prefix="winners-", caption="Winners"),
                "poles": TallyTable(book.poles, prefix="poles-", caption="Pole winners"),
                "records": TrackRecordTable(book.records, prefix="records-"),
                "lineage": TrackRecordTable(book.lineages, prefix="lineage-", caption="How the records fell"),
            },
            notes=notes,
            total=count,
            matching=count,
            context={"track": track},
        )
