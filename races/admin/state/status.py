"""Races become provisional with their results, and official when an editor says so."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from races.models import Race
from races.models.races import RaceQuerySet
from races.permissions import MAY_CHANGE_OFFICIAL
from races.status import make_provisional, missing
from racestats.formatting import listed

ALL_THE_SAME, FROM_ITS_PAGE = "all_the_same", "from_its_page"
"""What the forms of the action send beside the races: that the question was answered, and where it was asked."""


def tell_provisional(request: HttpRequest, races: set[int]) -> None:
    """Make those of the races provisional that have been run by now, and say so."""
    for race in make_provisional(races):
        messages.success(request, f"{race.label} has results, and is provisional now.")


class MakesOfficial(admin.ModelAdmin):
    """A list of races with the action that makes them official."""

    actions = ("make_official",)

    def has_make_official_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_CHANGE_OFFICIAL) and self.has_change_permission(request)

    @admin.action(description="Make official", permissions=["make_official"])
    def make_official(self, request: HttpRequest, queryset: RaceQuerySet) -> HttpResponse | None:
        """At once where nothing is missing or in doubt; else ask first, and say what."""
        doubts = missing(queryset.exclude(status=Race.Status.OFFICIAL))
        asked = {race: doubted for race, doubted in doubts.items() if doubted}
        if ALL_THE_SAME in request.POST:
            asked = {}
        official = [race for race in doubts if race not in asked]
        for race in official:
            race.status = Race.Status.OFFICIAL
            race.save(update_fields=["status"])
            self.log_change(request, race, [{"changed": {"fields": ["status"]}}])
        if official:
            are = "is" if len(official) == 1 else "are"
            self.message_user(request, f"{listed([race.label for race in official])} {are} official.", messages.SUCCESS)
        elif not asked:
            self.message_user(request, "Official already: nothing was changed.", messages.INFO)
        if asked:
            context = {
                **self.admin_site.each_context(request),
                "title": "Official all the same?",
                "opts": self.opts,
                "asked": asked.items(),
                "checkbox": ACTION_CHECKBOX_NAME,
                "from_its_page": FROM_ITS_PAGE in request.POST,
            }
            return TemplateResponse(request, "admin/races/race/make_official.html", context)
        if FROM_ITS_PAGE in request.POST and (race := queryset.first()):
            return HttpResponseRedirect(reverse("admin:races_race_change", args=[race.pk]))
        return None
