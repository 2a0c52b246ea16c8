"""Points formats, and the points that they give to results typed without any."""

from contextlib import contextmanager

from django import forms
from django.contrib import admin, messages
from django.db import models

from importing.health import judged_otherwise
from racestats.formatting import listed, plural

from ..finishes import has_started
from ..models import PointsFormat, Race, Result, Session
from ..points import led_and_led_most, most_led, points_for, possible_points
from .base import BookAdmin
from .health import tell_health

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


def fill_in_points(session: Session) -> list[tuple[int, str]]:
    """Give the results of a points race that have no points those that the season's format gives them.

    What was typed stays. Return what an editor should know, as (level, message).
    """
    race = session.race
    if session.kind != Session.Kind.RACE or race.kind != Race.Kind.POINTS:
        return []
    results = list(session.results.all())
    empty = [result for result in results if result.points is None and has_started(result.status, result.laps)]
    rules = PointsFormat.objects.filter(series=race.season.series_id).in_season(race.season.year).first()
    if not empty or rules is None:
        return []
    most = most_led([result.laps_led for result in results], race.laps)
    stages = _stage_positions(race) if rules.by_stage_position else {}
    timed = [result for result in results if result.lap_time and result.position and not result.disqualified]
    fastest = min(timed, key=lambda result: (result.lap_time, result.position), default=None)
    filled = []
    for result in empty:
        points = _points(result, rules, most, stages, result is fastest)
        if points is not None:
            result.points = points
            result.save(update_fields=["points"])
            filled.append(result)
    told = _report(filled, len(empty) - len(filled), rules, stages, fastest)
    if filled and rules.title_contenders and race.ends_season:
        who = f"the {rules.title_contenders} who race for the title score for their place alone"
        told.append((messages.WARNING, f"In the season's last race {who}: see that theirs are right."))
    return told


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


def _stage_positions(race: Race) -> dict[int, list[int]] | None:
    """By entry, the places in the race's stages; None where the results of a stage, or how many there were, are
    unknown."""
    rows = Result.objects.filter(session__race=race, session__kind=Session.Kind.STAGE, position__isnull=False)
    places: dict[int, list[int]] = {}
    stages = set()
    for stage, entry, position, out in rows.values_list("session", "entry", "position", "disqualified"):
        stages.add(stage)
        if not out:
            places.setdefault(entry, []).append(position)
    return places if race.stages is not None and len(stages) >= race.stages else None


def _report(filled: list[Result], left: int, rules: PointsFormat, stages, fastest) -> list[tuple[int, str]]:
    told = []
    if filled:
        cars = plural(len(filled), "car")
        told.append((messages.SUCCESS, f"Points left empty were filled in for {cars}, by the format “{rules.name}”."))
        if rules.fastest_lap and fastest is None:
            point = plural(rules.fastest_lap, "point")
            told.append(
                (
                    messages.WARNING,
                    f"The {point} for the fastest lap is not among them: no best lap of the race is known.",
                )
            )
    if left:
        wanted = ["the finishing position"]
        wanted += ["the laps led of every car, and the laps run"] if rules.lap_led or rules.most_laps_led else []
        wanted += ["the results of every stage"] if stages is None else []
        told.append((messages.WARNING, f"The points of {plural(left, 'car')} stay empty: they need {listed(wanted)}."))
    return told
