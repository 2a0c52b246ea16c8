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
                "description": "What a source sums up to and including a round. The book counts on from there.",
            },
        ),
        (
            "Counts",
            {
                "fields": (
                    ("starts", "wins", "top_fives", "top_tens"),
                    ("poles", "laps_led", "stage_wins", "points"),
                    ("laps", "races_led", "lead_lap_finishes", "dnfs"),
                ),
                "description": "Leave empty what is unknown: zero means none.",
            },
        ),
        (
            "Of how many of the races it is not known",
            {
                "fields": (
                    tuple(f"{key}_unknown" for key in ("starts", "wins", "top_fives", "top_tens")),
                    tuple(f"{key}_unknown" for key in ("poles", "laps_led", "stage_wins", "points")),
                    tuple(f"{key}_unknown" for key in ("laps", "races_led", "lead_lap_finishes", "dnfs")),
                ),
                "description": "The counts are then at least so much. Zero: known of every race.",
            },
        ),
        ("Places added up", {"fields": (("start_sum", "start_known"), ("finish_sum", "finish_known"))}),
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
