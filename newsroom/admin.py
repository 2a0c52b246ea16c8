"""The queue of what readers report, each with its answer; and stories."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from races.admin.base import BookAdmin
from races.admin.forms import PageForm
from racestats import clock

from .models import Report, Story


class ReportForm(PageForm):
    """What becomes of a report: closed with an answer, or open again."""

    def clean(self):
        said = super().clean()
        if "state" not in self.changed_data or "state" not in said:
            return said
        if said["state"] == Report.State.OPEN:
            self.instance.open_again()
        elif said.get("answer"):
            self.instance.close(said["state"], said["answer"], self.user)
        elif "answer" not in self.errors:
            self.add_error("answer", "Say what was changed, or why nothing was.")
        return said


@admin.register(Report)
class ReportAdmin(BookAdmin):
    form = ReportForm
    list_display = ("at", "__str__", "value", "says", "state", "closed_at")
    list_display_links = ("__str__",)
    list_filter = ("state",)
    search_fields = ("address", "page", "row", "field", "says", "source", "answer")
    date_hierarchy = "at"
    list_select_related = ("closed_by",)
    readonly_fields = (
        *(
            "where",
            "page",
            "table",
            "row",
            "field",
            "value",
            "says",
            "source",
            "contact",
            "at",
            "closed_at",
            "closed_by",
        ),
    )
    fieldsets = (
        (
            None,
            {"fields": ("where", ("page", "table"), ("row", "field"), ("value", "says"), "source", "contact", "at")},
        ),
        (
            "Answer",
            {
                "fields": ("state", "answer", ("closed_at", "closed_by")),
                "description": "Correct the number in the record book first. A correction is listed for everybody with "
                "its answer; what the reader wrote is not. How to reach the reader is forgotten once it is closed.",
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Readers write them."""
        return False

    @admin.display(description="address")
    def where(self, report: Report) -> SafeString:
        """Leading to it."""
        return format_html('<a href="{}">{}</a>', report.address, report.address)


class StoryForm(PageForm):
    def clean_published(self):
        """A story is published when it is: pages show it from then on."""
        return self._come("published", "leave it a draft until then.")

    def clean_as_of(self):
        """What is still to come would change the tables."""
        return self._come("as_of", "its tables would change until then.")

    def _come(self, name: str, why: str) -> date | None:
        day = self.cleaned_data[name]
        if day and day > clock.today():
            raise forms.ValidationError(f"That day is still to come: {why}")
        return day


@admin.register(Story)
class StoryAdmin(BookAdmin):
    form = StoryForm
    list_display = ("title", "published", "as_of", "author")
    list_filter = (("published", admin.EmptyFieldListFilter),)
    search_fields = ("title", "slug", "body")
    date_hierarchy = "published"
    list_select_related = ("author",)
    prepopulated_fields = {"slug": ("title",)}
    readonly_fields = ("author",)
    fieldsets = (
        (None, {"fields": ("title", "slug", "body")}),
        (
            "Days",
            {
                "fields": (("published", "as_of"), "author"),
                "description": "“View on site” shows a draft to editors.",
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: Story, form, change: bool) -> None:
        if not change:
            obj.author = request.user
        super().save_model(request, obj, form, change)
        obj.note_whom_it_names()
