"""The pages of one race and its sessions."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import F, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404

from drivers.models import Driver
from racestats import formatting
from racestats.pages import TablePage, TablePageView

from ..closest_finishes import footnote
from ..filters import (
    RacePageFilter,
)
from ..margins import distance_of
from ..models import (
    Citation,
    Race,
    ReliefDriver,
    Result,
    RulingChange,
    Session,
    StatLine,
)
from ..querysets import of_key
from ..tables.results import LapResultTable, RaceResultTable, StageTable, results_of


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
        page_tables = {"results": RaceResultTable(results)}
        stages = [self.stage_row(session, found) for session, found in sessions.items() if session.kind == "stage"]
        if stages:
            page_tables["stages"] = StageTable(stages, prefix="stages-")
        if "qualifying" in by_slug:
            page_tables["qualifying"] = LapResultTable(
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
        table = results_of(found.kind)(results, order_by="position")
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
