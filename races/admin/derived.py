"""The rows derived from results, which are only shown."""

from django.contrib import admin

from ..models import (
    CareerTotals,
    Findable,
    FindableWord,
    MilestoneReached,
    RaceCoverage,
    RulesVersion,
    SeasonTotals,
    StatLine,
)
from .kit.base import DerivedAdmin
from .kit.filters import SeriesFilter


@admin.register(StatLine)
class StatLineAdmin(DerivedAdmin):
    list_display = ("driver", "race", "finish", "start", "laps_led", "points", "valid_from", "valid_to")
    list_select_related = (
        "driver",
        "race__season__series",
        "season__series",
        "series",
        "track",
        "layout__track",
        "manufacturer",
        "team",
    )
    list_filter = ("series", ("valid_to", admin.EmptyFieldListFilter), "layout_type")
    search_fields = ("driver__name", "race__name", "track__short_name", "year")
    ordering = ("-pk",)


@admin.register(RaceCoverage)
class RaceCoverageAdmin(DerivedAdmin):
    list_display = (
        "race",
        "known_on",
        "lines",
        "whole",
        "winner",
        "top_five",
        "top_ten",
        "laps_led",
        "pole",
        "stages",
        "margin",
    )
    list_select_related = ("race__season__series",)
    list_filter = ("whole", "winner", "laps_led", "pole", "stages", "margin", ("race__season__series", SeriesFilter))
    search_fields = ("race__name", "race__season__year")
    date_hierarchy = "known_on"


@admin.register(SeasonTotals)
class SeasonTotalsAdmin(DerivedAdmin):
    list_display = ("driver", "season", "lines", "given", "starts", "wins", "top_fives", "laps_led", "points")
    list_select_related = ("driver", "season__series", "series")
    list_filter = ("series", "given")
    search_fields = ("driver__name", "driver__slug", "year")


@admin.register(CareerTotals)
class CareerTotalsAdmin(DerivedAdmin):
    list_display = ("driver", "series", "first_season", "last_season", "starts", "wins", "top_fives", "laps_led")
    list_select_related = ("driver", "series")
    list_filter = ("series",)
    search_fields = ("driver__name", "driver__slug")


@admin.register(MilestoneReached)
class MilestoneReachedAdmin(DerivedAdmin):
    list_display = ("milestone", "driver", "race", "count_after", "start_number")
    list_select_related = ("milestone__series", "driver", "race__season__series")
    list_filter = ("milestone__series", "milestone__statistic")
    search_fields = ("driver__name", "race__name", "milestone__statistic", "milestone__threshold")


@admin.register(Findable)
class FindableAdmin(DerivedAdmin):
    list_display = ("name", "kind", "detail", "year", "fame")
    list_filter = ("kind",)
    search_fields = ("words",)


@admin.register(FindableWord)
class FindableWordAdmin(DerivedAdmin):
    search_fields = ("word",)


admin.site.register(RulesVersion, DerivedAdmin)
