"""Tracks with their dated names and their layouts."""

from django.contrib import admin

from ..models import Track, TrackLayout, TrackName
from .kit.base import BookAdmin, BookInline
from .kit.former_slugs import FormerSlugInline
from .kit.named import RenamedAdmin


class TrackNameInline(BookInline):
    model = TrackName
    show_change_link = False
    verbose_name_plural = "former names, with the days they held; one without a day is only found by it"


class TrackLayoutInline(BookInline):
    model = TrackLayout
    list_select_related = ("track",)
    fields = ("name", "slug", "label", "type", "surface", "length", "first_season", "last_season")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Track)
class TrackAdmin(RenamedAdmin):
    affects_race_checks = True  # Of the length of its layouts the speeds of their races are made.
    list_display = ("name", "short_name", "city", "region", "country", "slug")
    list_filter = ("country", "region")
    search_fields = ("name", "short_name", "slug", "city", "region", "names__name")
    prepopulated_fields = {"slug": ("short_name",)}
    inlines = (TrackLayoutInline, TrackNameInline, FormerSlugInline)
    fieldsets = (
        (
            None,
            {
                "fields": (("name", "short_name"), "slug", ("city", "region", "country")),
                "description": "A track stays one track under every name and on every layout.",
            },
        ),
    )


@admin.register(TrackLayout)
class TrackLayoutAdmin(BookAdmin):
    affects_race_checks = True
    list_display = ("track", "name", "type", "length", "surface", "raced")
    list_display_links = ("track", "name")
    list_select_related = ("track",)
    list_filter = ("type", ("type", admin.EmptyFieldListFilter), "surface")
    search_fields = ("name", "label", "slug", "track__name", "track__short_name", "track__names__name")
    autocomplete_fields = ("track",)
    prepopulated_fields = {"slug": ("name",)}

    @admin.display(description="seasons", ordering="first_raced")
    def raced(self, layout) -> str:
        return layout.years_in_words

    def get_queryset(self, request):
        """With the seasons of their races, which tell one oval of a track from another where they are chosen."""
        return super().get_queryset(request).with_seasons()


@admin.register(TrackName)
class TrackNameAdmin(BookAdmin):
    list_display = ("name", "track", "first_day", "last_day")
    list_select_related = ("track",)
    search_fields = ("name", "track__name", "track__short_name")
    autocomplete_fields = ("track",)
