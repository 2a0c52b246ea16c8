"""Opening totals and milestones, and the rows derived from results, which are only shown."""

from django.contrib import admin

from racestats.admin import BookAdmin, DerivedAdmin

from ..models import Milestone, MilestoneReached, OpeningTotals, RaceCoverage, RulesVersion, StatLine


@admin.register(OpeningTotals)
class OpeningTotalsAdmin(BookAdmin):
    list_display = ("driver", "series", "season", "through_season", "through_round", "starts", "wins", "laps_led")
    list_select_related = ("driver", "series", "season__series", "source")
    list_filter = ("series", ("season", admin.EmptyFieldListFilter), "through_season")
    search_fields = ("driver__name", "driver__slug", "note")
    autocomplete_fields = ("driver", "series", "season", "source")
    fieldsets = (
        (
            None,
            {
                "fields": ("driver", "series", "season", ("through_season", "through_round")),
                "description": "Official counts up to and including a round. The book counts on from there.",
            },
        ),
        (
            "Counts",
            {
                "fields": (
                    ("starts", "wins", "top_fives", "top_tens"),
                    ("poles", "laps_led", "stage_wins", "points"),
                ),
                "description": "Leave empty what is unknown: zero means none.",
            },
        ),
        ("Source", {"fields": ("source", "note")}),
    )


@admin.register(Milestone)
class MilestoneAdmin(BookAdmin):
    list_display = ("statistic", "threshold", "series", "source")
    list_display_links = ("statistic", "threshold")
    list_select_related = ("series", "source")
    list_filter = ("series", "statistic")
    search_fields = ("statistic", "threshold", "note")
    autocomplete_fields = ("series", "source")


@admin.register(StatLine)
class StatLineAdmin(DerivedAdmin):
    list_display = ("driver", "race", "finish", "start", "laps_led", "points", "stands_from", "stands_until")
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
    list_filter = ("series", ("stands_until", admin.EmptyFieldListFilter), "layout_type")
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
    list_filter = ("whole", "winner", "laps_led", "pole", "stages", "margin", "race__season__series")
    search_fields = ("race__name", "race__season__year")
    date_hierarchy = "known_on"


@admin.register(MilestoneReached)
class MilestoneReachedAdmin(DerivedAdmin):
    list_display = ("milestone", "driver", "race", "count_after", "start_number")
    list_select_related = ("milestone__series", "driver", "race__season__series")
    list_filter = ("milestone__series", "milestone__statistic")
    search_fields = ("driver__name", "race__name", "milestone__statistic", "milestone__threshold")


admin.site.register(RulesVersion, DerivedAdmin)
