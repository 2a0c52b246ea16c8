"""Given totals and milestones."""

from django.contrib import admin

from ..models import GivenTotals, Milestone
from .base import BookAdmin


@admin.register(GivenTotals)
class GivenTotalsAdmin(BookAdmin):
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
                "description": "Counts up to and including a round, as a source gives them or its results add up to. "
                "The book counts on from there.",
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
