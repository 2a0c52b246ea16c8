"""Sources, what they say, and the files that were imported."""

from collections import Counter

from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode

from ..models import Citation, ImportRun, Source
from .kit.base import BookAdmin, BookInline, DerivedAdmin, narrow


class CitationInline(BookInline):
    """What sources say of the race, result or ruling whose page this is."""

    model = Citation
    fields = ("source", "fact", "reading", "note", "retrieved")
    autocomplete_fields = ("source",)
    list_select_related = ("source",)
    show_change_link = False
    formfield_overrides = {**BookInline.formfield_overrides, models.CharField: {"widget": narrow(24)}}


@admin.register(Source)
class SourceAdmin(BookAdmin):
    list_display = ("title", "publisher", "published", "slug")
    list_filter = ("publisher",)
    search_fields = ("title", "slug", "publisher", "url")
    date_hierarchy = "published"
    prepopulated_fields = {"slug": ("title",)}


@admin.register(Citation)
class CitationAdmin(BookAdmin):
    list_display = ("source", "fact", "race", "result", "ruling", "reading", "retrieved")
    list_display_links = ("source", "fact")
    list_select_related = (
        "source",
        "race__season__series",
        "result__entry__driver",
        "result__session__race__season__series",
        "ruling",
    )
    list_filter = ("fact",)
    search_fields = ("source__title", "source__publisher", "fact", "reading", "note", "race__name", "ruling__title")
    autocomplete_fields = ("source", "race", "result", "ruling")
    fieldsets = (
        (None, {"fields": ("source", "fact", "retrieved")}),
        (
            "Of what",
            {
                "fields": ("race", "result", "ruling"),
                "description": "Fill in one of the three and leave the others empty.",
            },
        ),
        (
            "Reading",
            {
                "fields": ("reading", "note"),
                "description": "What the source prints, where it differs from the book. Both are shown to readers.",
            },
        ),
    )


@admin.register(ImportRun)
class ImportRunAdmin(DerivedAdmin):
    readonly_fields = ("changed", "warnings_by_kind")
    list_display = ("file_name", "format", "started", "user", "created_count", "updated_count", "unchanged_count")
    list_select_related = ("user",)
    list_filter = ("format",)
    search_fields = ("file_name", "file_hash")
    date_hierarchy = "started"

    @admin.display(description="what it changed")
    def changed(self, run) -> str:
        """Where that is shown, and can be undone."""
        change_set = run.change_sets.first()
        if change_set is None:
            return "–"
        return format_html('<a href="{}">See it, or undo it</a>', change_set.get_absolute_url())

    @admin.display(description="warnings")
    def warnings_by_kind(self, run) -> str:
        """The open and the accepted warnings of each kind, counted, with links to where they are accepted."""
        listed = reverse("admin:races_importwarning_changelist")
        kinds = Counter(run.warnings.with_accepted().order_by().values_list("code", "accepted"))
        rows = [
            {
                "url": listed
                + "?"
                + urlencode({"run__id__exact": run.pk, "code": code, "accepted": "yes" if accepted else "no"}),
                "words": f"{code}: {count:,}{' accepted' if accepted else ''}",
            }
            for (code, accepted), count in sorted(kinds.items())
        ]
        items = format_html_join("", '<li><a href="{url}">{words}</a></li>', rows)
        return format_html("<ul>{}</ul>", items) if rows else "none"
