"""Slugs that were, on the pages of those who had them."""

from django.contrib import admin

from ...models import FormerSlug
from .base import BookAdmin, BookInline


class FormerSlugInline(BookInline):
    model = FormerSlug
    fields = ("slug",)
    show_change_link = False
    verbose_name_plural = "former slugs, whose addresses lead here"


@admin.register(FormerSlug)
class FormerSlugAdmin(BookAdmin):
    list_display = ("slug", "driver", "team", "manufacturer", "track")
    list_select_related = ("driver", "team", "manufacturer", "track")
    search_fields = ("slug",)
    autocomplete_fields = ("driver", "team", "manufacturer", "track")
