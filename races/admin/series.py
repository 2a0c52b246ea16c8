"""Series with their dated names and eras, and seasons."""

from django.contrib import admin

from races.derived.findable import found_by
from races.derived.refresh import Dirty, touch

from ..models import Era, Milestone, Season, Series, SeriesName
from .kit.base import BookAdmin, BookInline
from .titles import ChampionInline, FinalPlaceInline, PlayOffRoundInline


class SeriesNameInline(BookInline):
    model = SeriesName
    show_change_link = False
    verbose_name_plural = "names by season"


class EraInline(BookInline):
    model = Era
    show_change_link = False
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Series)
class SeriesAdmin(BookAdmin):
    list_display = ("name", "short_name", "slug", "level")
    search_fields = ("name", "short_name", "slug", "names__name")
    prepopulated_fields = {"slug": ("short_name",)}
    inlines = (SeriesNameInline, EraInline)
    fieldsets = (
        (
            None,
            {
                "fields": (("name", "short_name"), "slug", "level"),
                "description": "The neutral name stands for all time. Sponsors' names are listed below, by season. "
                "A new series gets the usual milestones, which may be deleted.",
            },
        ),
    )

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            Milestone.make_usual(obj)
            touch(Dirty(named=found_by([obj])))


@admin.register(SeriesName)
class SeriesNameAdmin(BookAdmin):
    list_display = ("name", "series", "first_season", "last_season")
    list_select_related = ("series",)
    list_filter = ("series",)
    search_fields = ("name", "series__name")
    autocomplete_fields = ("series",)


@admin.register(Era)
class EraAdmin(BookAdmin):
    list_display = ("name", "series", "starts", "ends", "description")
    list_select_related = ("series",)
    list_filter = ("series",)
    search_fields = ("name", "slug", "description", "series__name")
    autocomplete_fields = ("series",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Season)
class SeasonAdmin(BookAdmin):
    list_display = ("year", "series", "rounds", "champion")
    list_select_related = ("series", "champion__driver", "champion__season")
    list_filter = ("series",)
    search_fields = ("year", "series__name", "series__slug")
    autocomplete_fields = ("series",)
    inlines = (ChampionInline, FinalPlaceInline, PlayOffRoundInline)
