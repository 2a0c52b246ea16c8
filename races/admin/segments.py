"""How a race was run: cautions and leaders."""

from django.contrib import admin

from races.models import CautionSegment, LeadSegment

from .kit.base import BookAdmin, BookInline


class CautionInline(BookInline):
    model = CautionSegment
    fields = ("start_lap", "end_lap", "reason", "comment", "beneficiary")
    verbose_name_plural = "cautions"


@admin.register(CautionSegment)
class CautionSegmentAdmin(BookAdmin):
    affects_race_checks = True
    list_display = ("race", "start_lap", "end_lap", "reason", "comment", "beneficiary")
    list_select_related = ("race__season__series",)
    list_filter = ("reason",)
    search_fields = ("race__name", "race__season__year", "reason", "comment")
    autocomplete_fields = ("race",)


@admin.register(LeadSegment)
class LeadSegmentAdmin(BookAdmin):
    affects_race_checks = True
    list_display = ("race", "start_lap", "end_lap", "entry")
    list_select_related = ("race__season__series", "entry__driver")
    search_fields = ("race__name", "race__season__year", "entry__driver__name")
    autocomplete_fields = ("race", "entry")
