"""The queue of what readers report, each with its answer; and stories."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst

from races.admin.forms.page import PageForm
from races.admin.kit.base import BookAdmin
from racestats import clock
from racestats.formatting import plural

from .models import Report, ReportQuerySet, Story


class ReportAnswerForm(PageForm):
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


class Declined(forms.Form):
    """Why nothing was changed, after several reports."""

    answer = Report._meta.get_field("answer").formfield(
        label="Why was nothing changed?", help_text="One answer for all of them.", required=True
    )


MOST_SHOWN = 30
"""Characters of what a reader wrote, in a list."""


@admin.register(Report)
class ReportAdmin(BookAdmin):
    form = ReportAnswerForm
    list_display = ("at", "__str__", "was_shown", "should_be", "state", "closed_at")
    list_display_links = ("__str__",)
    list_filter = ("state",)
    search_fields = ("address", "page", "row", "field", "says", "source", "answer")
    date_hierarchy = "at"
    list_select_related = ("closed_by",)
    actions = ("decline",)
    readonly_fields = (
        *("where", "in_the_book", "page", "table", "row", "field", "value", "says", "source", "contact", "at"),
        *("closed_at", "closed_by"),
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *("where", "in_the_book", ("page", "table"), ("row", "field"), ("value", "says")),
                    *("source", "contact", "at"),
                )
            },
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

    @admin.display(description="in the book", empty_value="—")
    def in_the_book(self, report: Report) -> SafeString | None:
        """Leading to the pages on which it is corrected."""
        links = []
        for row in report.records():
            model_admin = self.admin_site.get_model_admin(type(row))
            address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
            links.append((address, capfirst(row._meta.verbose_name), model_admin.choice_label(row)))
        return format_html_join(", ", '<a href="{}">{} {}</a>', links) or None

    @admin.display(description="as it was shown", ordering="value")
    def was_shown(self, report: Report) -> str:
        return Truncator(report.value).chars(MOST_SHOWN)

    @admin.display(description="should be", ordering="says")
    def should_be(self, report: Report) -> str:
        return Truncator(report.says).chars(MOST_SHOWN)

    @admin.action(description="Decline the selected reports", permissions=["change"])
    def decline(self, request: HttpRequest, queryset: ReportQuerySet) -> HttpResponse | None:
        """With one answer to those that are open; the page asks for it."""
        reports = list(queryset.open())
        if not reports:
            self.message_user(request, "They are closed already: nothing was changed.", messages.INFO)
            return None
        form = Declined(request.POST if "answer" in request.POST else None)
        if not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "title": f"Decline {plural(len(reports), 'report')}",
                "opts": self.opts,
                "reports": reports,
                "form": form,
                "checkbox": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/newsroom/report/decline.html", context)
        for report in reports:
            report.close(Report.State.DECLINED, form.cleaned_data["answer"], request.user)
        Report.objects.bulk_update(reports, ["state", "answer", "contact", "closed_at", "closed_by"])
        said = [{"changed": {"fields": ["state", "answer"]}}]
        LogEntry.objects.log_actions(request.user.pk, reports, CHANGE, said)
        self.message_user(request, f"{plural(len(reports), 'report')} declined.", messages.SUCCESS)
        return None


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
