"""The page on which a new race is made: what comes next is chosen, looked over, changed, and saved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from races.admin.forms.page import BookForm
from races.models import Entry, Race, Season, Series, TrackLayout
from races.order import FIRST_YEAR, LAST_YEAR
from racestats import clock, formatting
from racestats.constraints import LARGEST_SMALL, broken_by

from .copies import (
    NextRaces,
    field_of,
    guessed_date,
    has_qualifying,
    layouts_for,
    make,
    next_races,
    sessions_for,
    stage_laps_of,
    with_a_field_before,
)

NEEDED = ("races.add_race", "races.add_session", "races.add_entry")
TEMPLATE = "desk/new_race.html"


class Choice(forms.Form):
    """Of which season the race is to be, and a copy of which race, where it is one."""

    series = forms.ModelChoiceField(Series.objects.all(), to_field_name="slug", empty_label=None)
    season = forms.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    of = forms.ModelChoiceField(
        Race.objects.for_list().select_related("event").prefetch_related("sessions"),
        required=False,
        error_messages={"invalid_choice": "The race to copy is not in the book."},
    )


class NewRaceForm(BookForm):
    """The new race: what is copied stands in its boxes, to be changed."""

    stage_laps = forms.CharField(
        label="Laps of the stages", required=False, max_length=60, help_text="In order: “80, 85”. Empty: unknown."
    )
    qualifying = forms.BooleanField(label="With a qualifying session", required=False)
    cars = forms.ModelMultipleChoiceField(
        Entry.objects.none(),
        required=False,
        error_messages={"invalid_choice": "The cars offered are others by now: look them over once more."},
    )

    class Meta:
        model = Race
        fields = (
            *("kind", "round", "slug", "name", "event", "layout", "nth_at_track"),
            *("date", "scheduled_laps", "stages", "lineup"),
        )
        widgets = {"date": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, season: Season, old: Race | None, before: Race | None, data: Any, initial: dict[str, Any]):
        super().__init__(data, initial=initial, instance=Race(season=season, status=Race.Status.SCHEDULED))
        layouts = TrackLayout.objects.select_related("track").order_by("track__name", "-first_season")
        if old:
            self.instance.kind = old.kind
            named, other = ("slug", "round") if old.round is None else ("round", "slug")
            self.fields[named].required = True
            del self.fields["kind"], self.fields[other]
            layouts = layouts.filter(track=old.layout.track_id)
            if old.date:
                self.fields[
                    "date"
                ].help_text = (
                    f"A guess: the weekend that was {formatting.day(old.date)} the year before. Correct it or empty it."
                )
        self.fields["layout"].queryset = layouts
        self.fields["layout"].label_from_instance = admin.site.get_model_admin(TrackLayout).choice_label
        if before:
            self.fields["cars"].queryset = before.entries.all()
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.validators.append(MaxValueValidator(LARGEST_SMALL))

    def clean_round(self) -> int | None:
        self._see_that_it_is_free("round")
        return self.cleaned_data["round"]

    def clean_slug(self) -> str:
        self._see_that_it_is_free("slug")
        return self.cleaned_data["slug"]

    def _see_that_it_is_free(self, name: str) -> None:
        season, value = self.instance.season, self.cleaned_data[name]
        taken = season.pk and value and Race.objects.with_label().filter(season=season, **{name: value}).first()
        if taken:
            raise forms.ValidationError(f"{season} has a race with that {name}: {taken.full_label}, {taken.name}.")

    def clean_stage_laps(self) -> list[int]:
        laps = re.split(r"[\s,;]+", self.cleaned_data["stage_laps"].strip(" ,;"))
        laps = [each for each in laps if each]
        if wrong := next((each for each in laps if not re.fullmatch("[1-9][0-9]{0,3}", each)), None):
            raise forms.ValidationError(f"“{wrong}” is no number of laps. Write them in order: 80, 85.")
        return [int(each) for each in laps]

    def clean(self) -> None:
        super().clean()
        laps, stages = self.cleaned_data.get("stage_laps"), self.cleaned_data.get("stages")
        if laps and len(laps) != stages:
            self.add_error("stage_laps", f"Laps are given for {len(laps)}, and the scoring stages are {stages or 0}.")

    def make(self) -> Race:
        """Write the race, its sessions and its cars."""
        said = self.cleaned_data
        make(self.instance, sessions_for(self.instance, said["stage_laps"], said["qualifying"]), said["cars"])
        return self.instance


def new_race(request: HttpRequest) -> HttpResponse:
    """What may come next in a season; once one is chosen, the form of the new race."""
    if not request.user.has_perms(NEEDED):
        raise PermissionDenied
    choice = Choice(asked(request))
    context: dict[str, Any] = {**admin.site.each_context(request), "title": "New race", "choice": choice}
    if choice.is_valid():
        series, year, old = (choice.cleaned_data[name] for name in ("series", "season", "of"))
        season = Season.objects.filter(series=series, year=year).first() or Season(series=series, year=year)
        if season.pk is None and not request.user.has_perm("races.add_season"):
            choice.add_error("season", f"{season} is not in the book, and you may not add a season.")
        else:
            found = next_races(series, year)
            context |= {"season": season, "found": found, "title": f"New race, {season}"}
            if old or "of" in request.GET or not (found.rounds or found.others):
                return filled_in(request, season, old, found, context)
    return TemplateResponse(request, TEMPLATE, context)


def asked(request: HttpRequest) -> dict[str, Any]:
    """What the address says, and what it leaves out: the series that races now, and the season of the day; of a copy
    the series of the race, and the year after it."""
    said = request.GET.dict()
    if re.fullmatch("[0-9]{1,18}", said.get("of", "")):
        old = Race.objects.select_related("season__series").filter(pk=said["of"]).first()
        if old:
            return {"series": old.season.series.slug, "season": old.season.year + 1, **said}
    year = clock.today().year
    racing = Series.objects.filter(seasons__year__gte=year - 1, seasons__races__isnull=False)
    series = racing.first() or Series.objects.first()
    return {"series": series and series.slug, "season": year, **said}


def filled_in(request: HttpRequest, season: Season, old: Race | None, found: NextRaces, context: dict) -> HttpResponse:
    """The form of the new race, and what comes of it."""
    before = with_a_field_before(season.series, season.year, found.round_of(old)).with_label().first()
    cars = field_of(before) if before else []
    form = NewRaceForm(season, old, before, request.POST or None, initial_of(old, season, found, cars))
    if request.method == "POST" and form.is_valid():
        is_new_season = season.pk is None
        try:
            race = form.make()
        except IntegrityError as error:
            # The form keeps every rule: this is what somebody else has written in the meantime.
            rule = broken_by(error)
            form.add_error(None, rule.message if rule else "The book has changed since this page was opened.")
        else:
            return made(request, race, len(form.cleaned_data["cars"]), is_new_season)
    ticked = {str(pk) for pk in form["cars"].value() or ()}
    context |= {
        "form": form,
        "adminform": AdminForm(form, fieldsets_of(form), {}),
        "old": old,
        "before": before,
        "cars": [(car, str(car.pk) in ticked) for car in cars],
    }
    return TemplateResponse(request, TEMPLATE, context)


def initial_of(old: Race | None, season: Season, found: NextRaces, cars: Sequence[Entry]) -> dict[str, Any]:
    """What stands in the boxes: what last year's race had; without one, what most races have."""
    said: dict[str, Any] = {"round": found.round_of(old), "cars": [car.pk for car in cars]}
    if old is None:
        return said | {"kind": Race.Kind.POINTS, "qualifying": True}
    copied = ("slug", "name", "event", "nth_at_track", "scheduled_laps", "stages", "lineup")
    return said | {
        **{name: getattr(old, name) for name in copied},
        "layout": layouts_for(old, season.year)[0],
        "date": guessed_date(old),
        "stage_laps": ", ".join(map(str, stage_laps_of(old))),
        "qualifying": has_qualifying(old),
    }


def fieldsets_of(form: NewRaceForm) -> list[tuple[str | None, dict[str, Any]]]:
    names = ("kind", "round", "slug", "name", "event")
    return [
        (None, {"fields": [name for name in names if name in form.fields]}),
        ("Where and when", {"fields": ("layout", "nth_at_track", "date")}),
        ("Distance and sessions", {"fields": (("scheduled_laps", "stages", "stage_laps"), "lineup", "qualifying")}),
    ]


def made(request: HttpRequest, race: Race, cars: int, is_new_season: bool) -> HttpResponse:
    """Say what was made, and lead to it."""
    admin.site.get_model_admin(Race).log_addition(request, race, [{"added": {}}])
    sessions = formatting.plural(race.sessions.count(), "session")
    told = f"{race.label}, {race.name}, is scheduled, with {sessions} and {formatting.plural(cars, 'car')}."
    if is_new_season:
        told += f" {race.season} was not in the book, and is now."
    messages.success(request, told)
    if "paste" in request.POST:
        return HttpResponseRedirect(reverse("admin:desk_sheet", args=[race.pk, "all"]))
    return HttpResponseRedirect(reverse("admin:races_race_change", args=[race.pk]))
