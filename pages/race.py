"""The pages of one race and its sessions."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import F, Value
from django.db.models.functions import NullIf
from django.http import Http404

from drivers.models import Driver
from races.as_of import AsOf
from races.derived.lines import counted_laps_led, has_started, on_lead_lap
from races.models import Race, Result, Session
from races.models.querysets import ResultQuerySet, of_key
from racestats import formatting
from stats.notes import notes_of
from stats.race.closest_finishes import footnote
from stats.race.details import unpack, with_details
from stats.race.margins import distance_of
from stats.race.rulings import rulings_and_citations, undo_later

from .kit.columns import CarColumn, Column, NoteColumn, NumberColumn, PlaceColumn
from .kit.filters import AsOfFilter
from .kit.forms import TablePageView
from .kit.found import found_or_404
from .kit.scoped import scope_page
from .kit.tables import BaseTable


class ResultBaseTable(BaseTable):
    """A session's results: who, in which car."""

    car = CarColumn(number="entry__number")
    driver = Column("Driver", accessor="entry__driver", link="entry__driver", order=F("entry__driver__name"))
    team = Column("Team", accessor="entry__team_name", link="entry__team", order=F("entry__team__name"))
    manufacturer = Column(
        "Make", accessor="entry__manufacturer", link="entry__manufacturer", order=F("entry__manufacturer__name")
    )
    note = NoteColumn("Note", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no results of this session."

    def row_class(self, record) -> str:
        return "out" if record.disqualified else ""


class RaceResultTable(ResultBaseTable):
    caption = "Race results"

    position = PlaceColumn("Finish", show=str)
    start = PlaceColumn("Start", show=str)
    laps = NumberColumn("Laps")
    laps_led = NumberColumn("Led", title="Laps led")
    points = NumberColumn("Points")
    status = Column("Status", accessor="status_in_words", order=NullIf(F("status_text"), Value("")))
    crossed_line = PlaceColumn("At the line", show=str, title="Position at the line, where a ruling changed it")

    class Meta(ResultBaseTable.Meta):
        sequence = (
            "position",
            "start",
            "car",
            "driver",
            "team",
            "manufacturer",
            "laps",
            "laps_led",
            "points",
            "status",
            "crossed_line",
            "note",
        )


class LapResultTable(ResultBaseTable):
    """Practice and qualifying: the best lap of each car."""

    position = PlaceColumn("Position", show=str)
    lap_speed = NumberColumn("Speed (mph)", show=lambda value: f"{value:.3f}")
    lap_time = PlaceColumn("Lap (s)", show=formatting.lap_time)
    gap = PlaceColumn("Gap (s)", show=formatting.gap, title="Behind the first")

    class Meta(ResultBaseTable.Meta):
        sequence = ("position", "car", "driver", "team", "manufacturer", "lap_speed", "lap_time", "gap", "note")


class StageResultTable(ResultBaseTable):
    position = PlaceColumn("Position", show=str)
    points = NumberColumn("Points")

    class Meta(ResultBaseTable.Meta):
        sequence = ("position", "car", "driver", "team", "manufacturer", "points", "note")


class StageTable(BaseTable):
    """The stages of one race; records are dicts made by the race page."""

    caption = "Stages"

    stage = PlaceColumn("Stage", show=str, url="url")
    laps = NumberColumn("Laps", title="Length of the stage")
    winner = Column("Winner", link="winner")
    second = Column("Second", link="second")

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no stages of this race."


class NoteTable(BaseTable):
    """What the race meant for the book; records are notes."""

    caption = "Notes"

    note = Column("Note", accessor="text", url="url", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "The book has nothing to note of this race."


def results_of(kind: str) -> type[ResultBaseTable]:
    """The table for a session of this kind."""
    return {"race": RaceResultTable, "stage": StageResultTable}.get(kind, LapResultTable)


def race_or_404(series: str, year: int, key: str, races=None) -> Race:
    if races is None:
        races = Race.objects.for_list().select_related("coverage").prefetch_related("season__series__names")
    what = f"race “{series}-{year}-{key}”"
    return found_or_404(races, what, of_key(key), season__series__slug=series, season__year=year)


class FirstOrSecond(NamedTuple):
    finish: int
    driver: Driver


class RaceView(TablePageView):
    template_name = "pages/race.html"
    filterset_class = AsOfFilter

    def get_page(self, filters, series, year, key):
        race = unpack(race_or_404(series, year, key, self.races()))
        as_of = filters.scope.as_of
        results = of_race(race, Result.objects.filter(session__race=race).select_related("session").order_by("pk"))
        rulings, citations = rulings_and_citations(race)
        undo_later(results, rulings, as_of)
        run = race.was_run and (not as_of or as_of.includes(race))
        sessions = {session.pk: [] for session in race.sessions.all()}
        for result in sorted(results, key=by_finish):
            if run or held_by(result.session, as_of):
                sessions[result.session_id].append(result)
        by_slug = {session.slug: sessions[session.pk] for session in race.sessions.all()}
        in_race = by_slug.get("race", [])
        count_laps_led(race, in_race)
        race.first_two = [FirstOrSecond(r.position, r.entry.driver) for r in _started(in_race) if r.position in (1, 2)]
        page_tables = {"results": RaceResultTable(in_race)}
        stages = [stage_row(each, by_slug[each.slug]) for each in race.sessions.all() if each.kind == "stage"]
        if stages and (run or not race.was_run):
            page_tables["stages"] = StageTable(stages, prefix="stages-")
        if "qualifying" in by_slug:
            page_tables["qualifying"] = LapResultTable(
                by_slug["qualifying"], prefix="qualifying-", caption="Qualifying"
            )
        qualified = race.was_run and any(
            by_slug[each.slug] for each in race.sessions.all() if each.kind == "qualifying"
        )
        notes = []
        if run:
            notes = notes_of(race, in_race, as_of)
        elif qualified:
            of_race_day = AsOf.on(race.coverage.known_on)
            notes = notes_of(race, by_slug["qualifying"], of_race_day, pole_alone=True)
        page_tables["notes"] = NoteTable(notes, prefix="notes-")
        held = _held(race, in_race) if run or not race.was_run else ["It had not been run by then."]
        page = scope_page(
            race.label,
            filters,
            filters.scope,
            page_tables,
            notes=[*held, *(note.text for note in notes)],
            total=race.field_size,
            matching=len(_started(in_race)),
            context={
                "race": race,
                "run": run,
                "qualified": qualified,
                "told": run or not race.was_run,
                "race_notes": notes,
                "series_name": race.season.series.name_in(race.season.year),
                "distance": distance_of(race) if run else None,
                "footnote": footnote(race),
                "lead_lap": _on_lead_lap(race, in_race),
                "rulings": [ruling for ruling in rulings if ruling.applies_as_of(as_of)],
                "later_rulings": [ruling for ruling in rulings if not ruling.applies_as_of(as_of)],
                "citations": citations,
            },
        )
        page.context["page_notes"] = [text for text in page.notes if text not in {note.text for note in notes}]
        return page

    @staticmethod
    def races():
        races = with_details(Race.objects.with_label())
        return races.select_related(
            "season__series",
            "event",
            "layout__track",
            "pole__driver",
            "led_to_green__driver",
            "margin_against__driver",
            "coverage",
        )


def of_race(race: Race, results: ResultQuerySet) -> list[Result]:
    """Results of a race with all that a table names; their cars know the race, whose day tells the teams' names."""
    rows = list(results.for_table())
    for row in rows:
        row.entry.race = race
    return rows


def stage_row(session: Session, results: list[Result]) -> dict:
    by_position = {result.position: result.entry.driver for result in reversed(results)}
    return {
        "stage": session.number,
        "laps": session.laps,
        "winner": by_position.get(1),
        "second": by_position.get(2),
        "url": session.get_absolute_url(),
    }


def count_laps_led(race: Race, results: list[Result]) -> None:
    """Give the results of a race what is known of the laps that each car led."""
    for result in results:
        result.laps_led = counted_laps_led(result.laps_led, race.was_run and race.coverage.laps_led)


def by_finish(result: Result) -> tuple:
    """Results in the order of a finish: the unplaced last."""
    return result.position is None, result.position or 0, result.pk


def held_by(session: Session, as_of: AsOf | None) -> bool:
    """Whether a session of a race that was not run yet had been held: practice and qualifying come before it."""
    before_race = session.kind in (Session.Kind.PRACTICE, Session.Kind.QUALIFYING)
    return not as_of or bool(before_race and session.date and session.date <= as_of.day)


def _held(race: Race, results: list[Result]) -> list[str]:
    if not race.was_run:
        return [f"{race.get_status_display()}: it has not been run."]
    held, not_started = len(_started(results)), _not_started(results)
    if race.field_size and held >= race.field_size:
        return [f"All {race.field_size} cars' results are in the book.", *not_started]
    known = f" of {race.field_size}" if race.field_size else ""
    return [f"Partial: the book holds the results of {held}{known} cars.", *not_started]


def _not_started(results: list[Result]) -> list[str]:
    others = len(results) - len(_started(results))
    return [f"{formatting.plural(others, 'more car')} did not start."] if others else []


def _started(results: list[Result]) -> list[Result]:
    return [result for result in results if has_started(result.status, result.laps)]


def _on_lead_lap(race: Race, results: list[Result]) -> int | None:
    """How many finished on the lead lap; unknown where the results are not whole."""
    if not race.was_run or not race.coverage.whole:
        return None
    laps = race.laps or max((result.laps or 0 for result in results if result.position == 1), default=0)
    return sum(1 for result in results if on_lead_lap(result, laps))


class SessionView(TablePageView):
    filterset_class = AsOfFilter
    template_name = "pages/session.html"

    def get_page(self, filters, series, year, key, session):
        race = race_or_404(series, year, key)
        found = next((each for each in race.sessions.all() if each.slug == session), None)
        if found is None:
            raise Http404(f"{race.label} has no session “{session}” in this book.")
        found.race = race
        as_of = filters.scope.as_of
        results = sorted(of_race(race, Result.objects.filter(session=found)), key=by_finish)
        if as_of and not (race.was_run and as_of.includes(race)) and not held_by(found, as_of):
            results = []
        elif as_of:
            undo_later(results, rulings_and_citations(race)[0], as_of)
        if found.kind == Session.Kind.RACE:
            count_laps_led(race, results)
        table = results_of(found.kind)(results, order_by="position")
        table.caption = found.name
        count = len(_started(results))
        notes = [f"{formatting.plural(count, 'car')} in the book.", *_not_started(results)]
        if found.cancelled:
            notes.insert(0, "This session was cancelled.")
        if found.note:
            notes.append(found.note)
        return scope_page(
            f"{race.label}: {found.name}",
            filters,
            filters.scope,
            {"results": table},
            notes=notes,
            total=race.field_size,
            matching=count,
            context={"race": race, "session": found, "sessions": race.sessions.all()},
        )
