"""The pages of races, tracks and closest finishes. Each builds a `TablePage`; `racestats.pages` gives it its form."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count, F, Max, Min, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404

from drivers.models import Driver
from racestats import formatting
from racestats.pages import TablePage, TablePageView, filters_as_asked

from . import tables
from .closest_finishes import closest, denominator, drivers_involved, footnote, with_first_two
from .filters import (
    ClosestFinishFilter,
    RaceFilter,
    RacePageFilter,
    SeasonFilter,
    SeriesRaceFilter,
    TrackFilter,
    TrackListFilter,
)
from .margins import distance_of
from .models import (
    Citation,
    Race,
    ReliefDriver,
    Result,
    RulingChange,
    Season,
    Series,
    Session,
    StatLine,
    Track,
    TrackLayout,
)
from .querysets import of_key
from .records import tally, track_records
from .scope import Scope


def scope_page(title: str, filters, scope: Scope, page_tables: dict, **more) -> TablePage:
    """A page of a scope: its filters and its `as of` are said in every form."""
    notes = list(more.pop("notes", []))
    if scope.as_of:
        notes.append(f"{scope.as_of.in_words[0].upper()}{scope.as_of.in_words[1:]}.")
    return TablePage(
        title,
        page_tables,
        notes=notes,
        as_of=str(scope.as_of) if scope.as_of else None,
        filters=filters_as_asked(filters.form),
        **more,
    )


class ClosestFinishesView(TablePageView):
    template_name = "races/closest_finishes.html"
    filterset_class = ClosestFinishFilter

    def get_page(self, filters):
        scope, limit = filters.scope, filters.value("max_margin")
        out_of = denominator(scope, limit)
        title = "Closest finishes"
        if words := scope.in_words():
            title += f": {words}"
        return scope_page(
            title,
            filters,
            scope,
            {
                "finishes": tables.ClosestFinishTable(closest(scope, limit)),
                "drivers": tables.InvolvementTable(drivers_involved(scope, limit, out_of.matching), prefix="drivers-"),
            },
            notes=out_of.notes(scope, limit),
            total=out_of.total,
            matching=out_of.matching,
        )


class RaceListView(TablePageView):
    """Points races that have been run. The page of their season lists the others."""

    template_name = "races/race_list.html"
    filterset_class = RaceFilter

    def scope(self, filters, **kwargs) -> Scope:
        return filters.scope

    def title(self, scope: Scope) -> str:
        return f"Races: {scope.in_words()}" if scope.in_words() else "Races"

    def get_page(self, filters, **kwargs):
        scope = self.scope(filters, **kwargs)
        races = with_first_two(scope.races().for_list(), scope).select_related("coverage")
        total = scope.narrowed(track=None, type=None).races().count()
        table = tables.RaceListTable(races, order_by=self.order_by)
        return scope_page(
            self.title(scope),
            filters,
            scope,
            {"races": table},
            total=total,
            matching=len(table.rows),
            notes=[*self.notes(scope, total), f"{formatting.plural(len(table.rows), 'race')} listed."],
            context=self.extra_context(scope),
        )

    order_by = "-race"

    def notes(self, scope: Scope, total: int) -> list[str]:
        return []

    def extra_context(self, scope: Scope) -> dict:
        return {"series_list": Series.objects.all()}


class SeriesView(RaceListView):
    template_name = "races/series.html"
    filterset_class = SeriesRaceFilter

    def scope(self, filters, series):
        return filters.scope.narrowed(series=get_object_or_404(Series, slug=series))

    def title(self, scope):
        return str(scope.series)

    def extra_context(self, scope):
        seasons = scope.series.seasons.filter(races__isnull=False).distinct().order_by("-year")
        return {"series": scope.series, "seasons": seasons, "names": scope.series.names.all()}


class SeasonView(RaceListView):
    template_name = "races/season.html"
    filterset_class = SeasonFilter
    order_by = "round"

    def scope(self, filters, series, year):
        self.season = get_object_or_404(
            Season.objects.select_related("series").prefetch_related("series__names"), series__slug=series, year=year
        )
        return filters.scope.narrowed(series=self.season.series, season=year)

    def title(self, scope):
        return f"{self.season.year} {self.season.series.name_in(self.season.year)}"

    def notes(self, scope, total):
        if not self.season.rounds:
            return ["How many points races the season had is not in the book."]
        return [f"The book holds {total:,} of the season's {formatting.plural(self.season.rounds, 'points race')}."]

    def extra_context(self, scope):
        others = Race.objects.filter(season=self.season).exclude(kind=Race.Kind.POINTS, status__in=RUN)
        return {"season": self.season, "other_races": others.for_list()}


RUN = (Race.Status.PROVISIONAL, Race.Status.OFFICIAL)


def race_or_404(series: str, year: int, key: str) -> Race:
    races = Race.objects.for_list().prefetch_related("season__series__names")
    return get_object_or_404(
        races.select_related("pole__driver", "led_to_green__driver", "margin_against__driver", "coverage"),
        of_key(key),
        season__series__slug=series,
        season__year=year,
    )


class FirstOrSecond(NamedTuple):
    finish: int
    driver: Driver


class RaceView(TablePageView):
    template_name = "races/race.html"
    filterset_class = RacePageFilter

    def get_page(self, filters, series, year, key):
        race = race_or_404(series, year, key)
        lines = list(StatLine.objects.standing().filter(race=race).select_related("driver").order_by("finish", "pk"))
        race.first_two = [line for line in lines if line.finish and line.finish <= 2]
        sessions = {session: [] for session in race.sessions.all()}
        for session in sessions:
            session.race = race
        of_session = {session.pk: found for session, found in sessions.items()}
        for result in Result.objects.filter(session__race=race).for_table().order_by("session", *FINISH_ORDER):
            of_session[result.session_id].append(result)
        by_slug = {session.slug: found for session, found in sessions.items()}
        results = by_slug.get("race", [])
        if race.kind != Race.Kind.POINTS:
            # What does not count in careers has no stat lines; its results say who won.
            race.first_two = [FirstOrSecond(r.position, r.entry.driver) for r in results if r.position in (1, 2)]
        page_tables = {"results": tables.RaceResultTable(results)}
        stages = [self.stage_row(session, found) for session, found in sessions.items() if session.kind == "stage"]
        if stages:
            page_tables["stages"] = tables.StageTable(stages, prefix="stages-")
        if "qualifying" in by_slug:
            page_tables["qualifying"] = tables.LapResultTable(
                by_slug["qualifying"], prefix="qualifying-", caption="Qualifying"
            )
        return TablePage(
            race.label,
            page_tables,
            notes=self.notes(race, results),
            total=race.field_size,
            matching=len(results),
            context={
                "race": race,
                "sessions": list(sessions),
                "series_name": race.season.series.name_in(race.season.year),
                "distance": distance_of(race),
                "footnote": footnote(race),
                "lead_lap": self.on_lead_lap(race, lines),
                "rulings": race.rulings.prefetch_related(
                    Prefetch("changes", RulingChange.objects.select_related("result__entry__driver")),
                    Prefetch("citations", Citation.objects.select_related("source")),
                ),
                "citations": race.citations.select_related("source"),
                "cautions": race.caution_segments.all(),
                "leads": race.lead_segments.select_related("entry__driver"),
                "checks": race.checks.all(),
                "relief": ReliefDriver.objects.filter(entry__race=race).select_related("entry__driver", "driver"),
            },
        )

    @staticmethod
    def stage_row(session: Session, results: list[Result]) -> dict:
        by_position = {result.position: result.entry.driver for result in reversed(results)}
        return {
            "stage": session.number,
            "laps": session.laps,
            "winner": by_position.get(1),
            "second": by_position.get(2),
            "url": session.get_absolute_url(),
        }

    @staticmethod
    def notes(race: Race, results: list[Result]) -> list[str]:
        if not race.was_run:
            return [f"{race.get_status_display()}: it has not been run."]
        if race.field_size and len(results) >= race.field_size:
            return [f"All {race.field_size} cars' results are in the book."]
        known = f" of {race.field_size}" if race.field_size else ""
        return [f"Partial: the book holds the results of {len(results)}{known} cars."]

    @staticmethod
    def on_lead_lap(race: Race, lines: list[StatLine]) -> int | None:
        """How many finished on the lead lap; unknown where the results are not whole."""
        if not getattr(race, "coverage", None) or not race.coverage.whole:
            return None
        return sum(1 for line in lines if line.lead_lap)


FINISH_ORDER = (F("position").asc(nulls_last=True), "pk")


class SessionView(TablePageView):
    filterset_class = RacePageFilter
    template_name = "races/session.html"

    def get_page(self, filters, series, year, key, session):
        race = race_or_404(series, year, key)
        found = next((each for each in race.sessions.all() if each.slug == session), None)
        if found is None:
            raise Http404(f"{race.label} has no session “{session}” in this book.")
        found.race = race
        results = Result.objects.filter(session=found).for_table()
        table = tables.results_of(found.kind)(results, order_by="position")
        table.caption = found.name
        count = len(table.rows)
        notes = [f"{formatting.plural(count, 'car')} in the book."]
        if found.cancelled:
            notes.insert(0, "This session was cancelled.")
        if found.note:
            notes.append(found.note)
        return TablePage(
            f"{race.label}: {found.name}",
            {"results": table},
            notes=notes,
            total=race.field_size,
            matching=count,
            context={"race": race, "session": found, "sessions": race.sessions.all()},
        )


class TrackListView(TablePageView):
    template_name = "races/track_list.html"
    filterset_class = TrackListFilter

    def get_page(self, filters):
        scope = filters.scope
        races = scope.races().filter(layout__track=OuterRef("pk")).order_by().values("layout__track")
        longest = TrackLayout.objects.filter(track=OuterRef("pk")).order_by("-length").values("length")[:1]
        found = Track.objects.annotate(
            race_count=Coalesce(Subquery(races.annotate(n=Count("pk")).values("n")), 0),
            first_season=Subquery(races.annotate(n=Min("season__year")).values("n")),
            last_season=Subquery(races.annotate(n=Max("season__year")).values("n")),
            longest=Subquery(longest),
        )
        total = Track.objects.count()
        if scope.series or scope.type:
            found = found.filter(race_count__gte=1)
        table = tables.TrackTable(found, order_by="track")
        return scope_page("Tracks", filters, scope, {"tracks": table}, total=total, matching=len(table.rows))


class TrackView(TablePageView):
    template_name = "races/track.html"
    filterset_class = TrackFilter

    def get_page(self, filters, slug):
        track = get_object_or_404(Track.objects.prefetch_related("names"), slug=slug)
        scope = filters.scope.narrowed(track=track)
        # All at one track, which the table does not name: no dated names are read.
        races = scope.races().for_list().prefetch_related(None).select_related("pole__driver")
        races = with_first_two(races, scope)
        layouts = track.layouts.annotate(race_count=Count("races", filter=Q(races__in=scope.races())))
        winners, poles = tally(scope.lines().filter(finish=1)), tally(scope.lines().filter(pole=True))
        table = tables.TrackRaceTable(races, order_by="-race")
        count = len(table.rows)
        coverage = scope.coverage().aggregate(
            held=Count("pk"), poles=Count("pk", filter=Q(pole=True)), led=Count("pk", filter=Q(laps_led=True))
        )
        notes = [
            f"{formatting.plural(count, 'points race')} at this track in the book; the pole award is known for "
            f"{coverage['poles']:,}, every lap leader for {coverage['led']:,}."
        ]
        return scope_page(
            track.name,
            filters,
            scope,
            {
                "races": table,
                "layouts": tables.LayoutTable(list(layouts), prefix="layouts-"),
                "winners": tables.TallyTable(winners, prefix="winners-", caption="Winners"),
                "poles": tables.TallyTable(poles, prefix="poles-", caption="Pole winners"),
                "records": tables.TrackRecordTable(track_records(scope, winners, poles), prefix="records-"),
            },
            notes=notes,
            total=count,
            matching=count,
            context={"track": track},
        )
