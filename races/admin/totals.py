"""Given totals and milestones."""

from django.contrib import admin

from ..models import GivenTotals, Milestone
from .kit.base import LEAVE_UNKNOWN_EMPTY, BookAdmin


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
                "description": "A source's totals through a round, inclusive. The book adds the races after it.",
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
                "description": LEAVE_UNKNOWN_EMPTY,
            },
        ),
        (
            "Races of which it is not known",
            {
                "fields": (
                    tuple(f"{key}_unknown" for key in ("starts", "wins", "top_fives", "top_tens")),
                    tuple(f"{key}_unknown" for key in ("poles", "laps_led", "stage_wins", "points")),
                    tuple(f"{key}_unknown" for key in ("laps", "races_led", "lead_lap_finishes", "dnfs")),
                ),
                "description": "With any such race the count above is a minimum. 0: it is known of every race.",
            },
        ),
        ("Sums of positions", {"fields": (("start_sum", "start_known"), ("finish_sum", "finish_known"))}),
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
