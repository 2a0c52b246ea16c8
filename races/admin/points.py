"""Points formats, and the points that they give to results typed without any."""

from collections import Counter
from contextlib import contextmanager

from django import forms
from django.contrib import admin, messages
from django.db import models

from importing.health import judged_otherwise
from racestats.formatting import listed, plural

from ..finishes import has_started
from ..models import PointsFormat, Race, Result, Session
from ..points import led_and_led_most, most_led, points_for, possible_points, stage_place_points
from .forms.rows import write_rows
from .kit.base import BookAdmin
from .state.health import tell_health

WIDE = {"widget": forms.Textarea(attrs={"rows": 3, "cols": 90})}


@admin.register(PointsFormat)
class PointsFormatAdmin(BookAdmin):
    list_display = ("name", "series", "first_season", "last_season", "in_words")
    list_select_related = ("series", "source")
    list_filter = ("series",)
    search_fields = ("name", "note", "series__name", "first_season")
    autocomplete_fields = ("series", "source")
    formfield_overrides = {**BookAdmin.formfield_overrides, models.JSONField: WIDE}
    fieldsets = (
        (None, {"fields": ("series", "name", ("first_season", "last_season"))}),
        (
            "Points of a race",
            {
                "fields": ("by_position", ("win_bonus", "lap_led", "most_laps_led", "fastest_lap")),
                "description": "Results typed without points get them from here, and imports are checked against it.",
            },
        ),
        ("Points of each stage", {"fields": ("by_stage_position",)}),
        ("Title, note and source", {"fields": (("title_by", "title_contenders"), "note", "source")}),
    )

    @contextmanager
    def writing(self, request):
        """The points of the races whose format it was, or is now, are looked at again."""
        with super().writing(request):
            with judged_otherwise() as judged:
                yield
            if judged:
                tell_health(request, judged)


def fill_in_points(race: Race) -> list[tuple[int, str]]:
    """Give the results of a points race and of its stages that have no points those that the season's format gives
    them, whichever of them was written last.

    What was typed stays. Return what an editor should know, as (level, message).
    """
    rules = PointsFormat.objects.filter(series=race.season.series_id).in_season(race.season.year).first()
    if race.kind != Race.Kind.POINTS or rules is None:
        return []
    scoring = Result.objects.filter(session__race=race, session__kind__in=(Session.Kind.RACE, Session.Kind.STAGE))
    rows = list(scoring.select_related("session", "entry__driver"))
    results = [row for row in rows if row.session.kind == Session.Kind.RACE]
    in_stages = [row for row in rows if row.session.kind == Session.Kind.STAGE and row.position]
    barred = {row.entry_id for row in results if row.ineligible}
    of_stages = _fill_stages(in_stages, rules, barred)
    in_race, told = _fill_race(race, results, in_stages, rules)
    write_rows(Result, of_stages + in_race, ())
    if of_stages:
        said = f"The stage points of {plural(len(of_stages), 'row')} were filled in, by the format “{rules.name}”."
        told.insert(0, (messages.SUCCESS, said))
    for row in in_stages:
        if row.entry_id in barred and row.points:
            said = f"{row.entry} may not score, and has {plural(row.points, 'point')} of {row.session.name.lower()}."
            told.append((messages.WARNING, said))
    return told


def _fill_stages(rows: list[Result], rules: PointsFormat, barred: set[int]) -> list[Result]:
    empty = [row for row in rows if row.points is None] if rules.by_stage_position else []
    for row in empty:
        scores = not (row.ineligible or row.disqualified or row.entry_id in barred)
        row.points = stage_place_points(rules, row.position) if scores else 0
    return empty


def _fill_race(
    race: Race, results: list[Result], in_stages: list[Result], rules: PointsFormat
) -> tuple[list[Result], list[tuple[int, str]]]:
    """The results that get points, and what is said of it."""
    empty = [result for result in results if result.points is None and has_started(result.status, result.laps)]
    if not empty:
        return [], []
    most = most_led([result.laps_led for result in results], race.laps)
    stages = _stage_positions(race, len(results), in_stages, rules)
    timed = [result for result in results if result.lap_time and result.position and not result.disqualified]
    fastest = min(timed, key=lambda result: (result.lap_time, result.position), default=None)
    for result in empty:
        result.points = _points(result, rules, most, stages, result is fastest)
    filled = [result for result in empty if result.points is not None]
    left = [result for result in empty if result.points is None]
    told = _report(filled, rules, fastest)
    if left:
        wanted = listed(_wanted(race, left, rules, stages))
        told.append((messages.WARNING, f"The points of {plural(len(left), 'car')} stay empty: they need {wanted}."))
    if filled and rules.title_contenders and race.ends_season:
        who = f"the {rules.title_contenders} who race for the title score for their place alone"
        told.append((messages.WARNING, f"In the season's last race {who}: see that theirs are right."))
    return filled, told


def _points(result: Result, rules: PointsFormat, most, stages, is_fastest: bool) -> int | None:
    """The points of one result, or None where something that counts is unknown."""
    if result.ineligible:
        return 0
    if result.position is None:
        return None
    if result.disqualified:
        # Since 2019: the points of its place, which is behind everybody's, and no others.
        return points_for(rules, result.position)
    if stages is None:
        return None
    places = stages.get(result.entry_id, ())
    possible = possible_points(rules, result.position, *led_and_led_most(result.laps_led, most), places, is_fastest)
    return possible.start if len(possible) == 1 else None


def _stage_positions(race: Race, cars: int, rows: list[Result], rules: PointsFormat) -> dict[int, list[int]] | None:
    """By entry, the places in the race's stages; None where how many there were, or a place of one that scores, is
    unknown."""
    if not rules.by_stage_position:
        return {}
    scoring = min(len(rules.by_stage_position), cars)
    listed_in = Counter(row.session_id for row in rows)
    whole = sum(count >= scoring for count in listed_in.values())
    if race.stages is None or whole < race.stages:
        return None
    places: dict[int, list[int]] = {}
    for row in rows:
        if not row.disqualified:
            places.setdefault(row.entry_id, []).append(row.position)
    return places


def _wanted(race: Race, left: list[Result], rules: PointsFormat, stages) -> list[str]:
    """What the cars left without points wait for."""
    placed = [result for result in left if result.position]
    wanted = ["the finishing position"] if len(placed) < len(left) else []
    if placed and stages is not None:
        wanted.append("the laps led of every car, and the laps run")
    elif placed:
        wanted.append("the number of scoring stages" if race.stages is None else "the results of every stage")
    return wanted


def _report(filled: list[Result], rules: PointsFormat, fastest) -> list[tuple[int, str]]:
    if not filled:
        return []
    cars = plural(len(filled), "car")
    told = [(messages.SUCCESS, f"Points left empty were filled in for {cars}, by the format “{rules.name}”.")]
    if rules.fastest_lap and fastest is None:
        said = f"The {plural(rules.fastest_lap, 'point')} for the fastest lap is not among them"
        told.append((messages.WARNING, f"{said}: no best lap of the race is known."))
    return told
