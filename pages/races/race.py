"""The pages of one race and its sessions."""

from __future__ import annotations

from django.db.models import F, Value
from django.db.models.functions import NullIf
from django.http import Http404

from newsroom.models import Story
from races.as_of import AsOf
from races.finishes import has_started
from races.models import Race, Result
from racestats import formatting
from stats.notes import NewsKind, Note, lines_of, notes_of
from stats.race.margins import distance_of
from stats.race.page import RacePage, not_started, race_page, with_details
from stats.race.results import results_as_of, started
from stats.race.rulings import rulings_of
from stats.race.sentence import in_a_sentence, outcome_of

from ..charts.race import laps_led_chart
from ..kit.charts_on_pages import ChartView, on_page
from ..kit.filters.filter_sets import AsOfFilter
from ..kit.forms import TablePageView
from ..kit.found import race_or_404
from ..kit.schema_org import sports_event
from ..kit.scoped import SaidAbove, SaidBelow, scope_page
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import (
    CarColumn,
    Column,
    FinishColumn,
    GainColumn,
    LowestFirstColumn,
    MakeColumn,
    NoteColumn,
    NumberColumn,
)
from ..kit.tables.racing_columns import StatusColumn


class LapsLedColumn(NumberColumn):
    """Laps led, of which people need none told for a car that was not in the race."""

    def write(self, record) -> str:
        return super().write(record) if self.raw(record) or has_started(record.status, record.laps) else ""


class PlacesGainedColumn(GainColumn):
    """From the start to the finish, where both are known."""

    def raw(self, record):
        return record.start - record.position if record.start and record.position else None


class ResultBaseTable(BaseTable):
    """A session's results: who, in which car."""

    heads_rows = "driver"

    car = CarColumn(number="entry__number")
    driver = Column("Driver", accessor="entry__driver", link="entry__driver", order=F("entry__driver__name"))
    team = Column("Team", accessor="entry__team_name", link="entry__team", order=F("entry__team__name"), priority=3)
    manufacturer = MakeColumn(
        accessor="entry__manufacturer", link="entry__manufacturer", order=F("entry__manufacturer__name")
    )
    note = NoteColumn("Note", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "No results on file."

    def row_class(self, record) -> str:
        return "out" if record.disqualified else ""


class RaceResultTable(ResultBaseTable):
    caption = "Results"
    is_wide = False
    """Its columns are narrow ones."""

    position = FinishColumn(dnf="did_not_finish")
    start = LowestFirstColumn("Start", show=str, priority=2)
    gained = PlacesGainedColumn("+/−", title="Places gained or lost from start to finish")
    laps = NumberColumn("Laps", priority=2)
    laps_led = LapsLedColumn("Led", title="Laps led", bar=True)
    points = NumberColumn("Points", priority=2)
    status = StatusColumn("Status", accessor="status_in_words", order=NullIf(F("status_text"), Value("")), priority=3)
    crossed_line = LowestFirstColumn(
        "At the line", show=str, title="Position at the line, where a ruling changed it", priority=2
    )

    class Meta(ResultBaseTable.Meta):
        sequence = (
            "position",
            "start",
            "gained",
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

    position = LowestFirstColumn("Position", show=str)
    lap_speed = NumberColumn("Speed (mph)", show=lambda value: f"{value:.3f}")
    lap_time = LowestFirstColumn("Lap (s)", show=formatting.lap_time, priority=2)
    gap = LowestFirstColumn("Gap (s)", show=formatting.gap, title="Behind the first")

    class Meta(ResultBaseTable.Meta):
        sequence = ("position", "car", "driver", "team", "manufacturer", "lap_speed", "lap_time", "gap", "note")


class StageResultTable(ResultBaseTable):
    position = LowestFirstColumn("Position", show=str)
    points = NumberColumn("Points")

    class Meta(ResultBaseTable.Meta):
        sequence = ("position", "car", "driver", "team", "manufacturer", "points", "note")


class StageTable(BaseTable):
    """The stages of one race."""

    caption = "Stages"

    stage = LowestFirstColumn("Stage", show=str, url="url")
    laps = NumberColumn("Laps", title="Length of the stage", priority=2)
    winner = Column("Winner", link="winner")
    second = Column("Second", link="second")

    class Meta(BaseTable.Meta):
        empty_text = "No stages on file."


class LeadTable(BaseTable):
    """Runs of laps in front, in order."""

    caption = "Leaders, lap by lap"

    laps = LowestFirstColumn("Laps", accessor="in_words", show=str, orderable=False)
    driver = Column("Leader", accessor="entry__driver", link="entry__driver", orderable=False)


class NoteTable(BaseTable):
    """What the race meant; records are notes."""

    caption = "Notes"

    note = Column("Note", accessor="text", url="url", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "Nothing to note of this race."


def results_of(kind: str) -> type[ResultBaseTable]:
    """The table for a session of this kind."""
    return {"race": RaceResultTable, "stage": StageResultTable}.get(kind, LapResultTable)


class RaceView(TablePageView):
    template_name = "pages/race.html"
    filterset_class = AsOfFilter
    has_card = True

    def get_page(self, filters, series, year, key):
        race = race_or_404(with_details(Race.objects.all()), series, year, key)
        as_of = filters.scope.as_of
        found = race_page(race, as_of)
        notes = notes_on(found, as_of)
        page_tables = self.tables(found, notes)
        outcome = outcome_of(found, first_win=any(note.news is NewsKind.FIRST_WIN for note in notes))
        told = in_a_sentence(outcome) if outcome else ""
        return scope_page(
            race.label,
            filters,
            filters.scope,
            page_tables,
            notes=[*map(SaidAbove, found.held), *(SaidBelow(note.text) for note in notes)],
            total=race.field_size,
            matching=len(found.started),
            about=[sports_event(race, told, [result.entry.driver for result in found.podium])],
            context={
                "title": race.full_label,
                "race": race,
                "found": found,
                "written": Story.objects.published(as_of and as_of.day).filter(races=race),
                "laps_led_chart": on_page(
                    laps_led_chart(found),
                    "races:laps-led-chart",
                    *key_of(race),
                    asked=filters,
                    table=page_tables.get("leads", page_tables["results"]),
                    folded="leads" in page_tables,
                ),
                "told": told,
                "race_notes": lines_of(notes),
                "series_name": race.season.series.name_in(race.season.year),
                "distance": distance_of(race) if found.run else None,
            },
        )

    @staticmethod
    def tables(found: RacePage, notes: list[Note]) -> dict[str, BaseTable]:
        page_tables: dict[str, BaseTable] = {"results": RaceResultTable(found.results)}
        if found.stages and found.told:
            page_tables["stages"] = StageTable(found.stages, prefix="stages-")
        if "qualifying" in found.sessions:
            qualifying = found.sessions["qualifying"]
            page_tables["qualifying"] = LapResultTable(qualifying, prefix="qualifying-", caption="Qualifying")
        if found.told and (leads := list(found.race.lead_segments.all())):
            page_tables["leads"] = LeadTable(leads, prefix="leads-", rows_shown=200)
        page_tables["notes"] = NoteTable(notes, prefix="notes-")
        return page_tables


class LapsLedChartView(ChartView):
    filterset_class = AsOfFilter

    def get_chart(self, filters, series, year, key):
        race = race_or_404(with_details(Race.objects.all()), series, year, key)
        return laps_led_chart(race_page(race, filters.scope.as_of))


def key_of(race: Race) -> tuple[str, int, str]:
    return race.season.series.slug, race.season.year, race.key


def notes_on(found: RacePage, as_of: AsOf | None) -> list[Note]:
    """What the race meant; before it, what its pole meant."""
    if found.run:
        return notes_of(found.race, found.results, as_of)
    if found.qualified:
        of_race_day = AsOf.on(found.race.coverage.known_on)
        return notes_of(found.race, found.sessions.get("qualifying", []), of_race_day, pole_alone=True)
    return []


class SessionView(TablePageView):
    filterset_class = AsOfFilter
    template_name = "pages/session.html"

    def get_page(self, filters, series, year, key, session):
        races = Race.objects.for_list().select_related("coverage").prefetch_related("season__series__names")
        race = race_or_404(races, series, year, key)
        sessions = list(race.sessions.all())
        found = next((each for each in sessions if each.slug == session), None)
        if found is None:
            raise Http404(f"{race.label} has no session “{session}” on file.")
        as_of = filters.scope.as_of
        rulings = rulings_of(race) if as_of else []
        results = results_as_of(race, Result.objects.filter(session=found), rulings, as_of)
        table = results_of(found.kind)(results, order_by="position")
        table.caption = "Results"
        count = len(started(results))
        notes = [f"Results on file for {formatting.plural(count, 'car')}.", *not_started(results)]
        if found.cancelled:
            notes = ["This session was cancelled.", *(notes if count else [])]
        if found.note:
            notes.append(found.note)
        notes = [SaidAbove(note) for note in notes]
        return scope_page(
            f"{race.label}: {found.name}",
            filters,
            filters.scope,
            {"results": table},
            notes=notes,
            total=race.field_size,
            matching=count,
            context={
                "title": f"{race.full_label}: {found.name}",
                "race": race,
                "session": found,
                "sessions": sessions,
                "series_name": race.season.series.name_in(race.season.year),
            },
        )
