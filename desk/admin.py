"""The history of the book among the admin's lists: who changed what, when; and what updates brought, and could not."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from changes.models import ChangeSet
from changes.reading import parts_of
from races.admin.kit.base import DerivedAdmin
from racestats.formatting import plural

from .models import UpdateProblem, UpdateRun
from .permissions import may_import

SUBJECTS_ON_A_PAGE = 20
LINES_OF_A_SUBJECT = 300


class HoldsFilter(admin.SimpleListFilter):
    """What holds, or what was undone."""

    title = "undone"
    parameter_name = "undone"

    def lookups(self, request, model_admin):
        return [("no", "No"), ("yes", "Yes")]

    def queryset(self, request, queryset):
        return (
            queryset.filter(undone_by=None)
            if self.value() == "no"
            else (queryset.exclude(undone_by=None) if self.value() == "yes" else queryset)
        )


@admin.register(ChangeSet)
class ChangeSetAdmin(DerivedAdmin):
    """Whoever may see the races may see their history."""

    list_display = ("at", "what", "kind", "who", "holds")
    list_display_links = ("at", "what")
    list_select_related = ("user", "undone_by", "undoes", "run")
    list_filter = ("kind", ("user", admin.RelatedOnlyFieldListFilter), HoldsFilter)
    search_fields = ("title", "user__username")
    date_hierarchy = "at"

    def has_view_permission(self, request: HttpRequest, obj: ChangeSet | None = None) -> bool:
        return request.user.has_perm("races.view_race") or request.user.has_perm("races.change_race")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        change_set = self.get_object(request, object_id)
        if change_set is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request):
            raise PermissionDenied
        page = Paginator(change_set.changes.all(), SUBJECTS_ON_A_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": change_set.title,
            "opts": self.opts,
            "set": change_set,
            "page": page,
            "parts": parts_of(page, LINES_OF_A_SUBJECT),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "desk/history/change_set.html", context)

    history_view = change_view

    @admin.display(description="what", ordering="title")
    def what(self, change_set: ChangeSet) -> str:
        return change_set.title

    @admin.display(ordering="user__username", empty_value="the command line")
    def who(self, change_set: ChangeSet) -> str | None:
        return change_set.user and str(change_set.user)

    @admin.display(description="undone", empty_value="")
    def holds(self, change_set: ChangeSet) -> str | None:
        if change_set.undone_by_id is None:
            return None
        url = ChangeSet(pk=change_set.undone_by_id).get_absolute_url()
        return format_html('<a href="{}">undone</a>', url)


class UpdatesAdmin(DerivedAdmin):
    """Whoever sees imports sees updates."""

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("races.view_importrun")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(UpdateRun)
class UpdateRunAdmin(UpdatesAdmin):
    list_display = ("of", "started", "finished", "asked", "unchanged", "what_came", "what_was_wrong")
    search_fields = ("of", "came", "wrong")
    date_hierarchy = "started"

    @admin.display(description="came", empty_value="–")
    def what_came(self, run: UpdateRun) -> str | None:
        return linebreaksbr(run.came) or None

    @admin.display(description="wrong", empty_value="–")
    def what_was_wrong(self, run: UpdateRun) -> str | None:
        return linebreaksbr(run.wrong) or None


class TickedFilter(admin.SimpleListFilter):
    """What is open, or what was ticked off."""

    title = "ticked off"
    parameter_name = "ticked"

    def lookups(self, request, model_admin):
        return [("no", "No"), ("yes", "Yes")]

    def queryset(self, request, queryset):
        return queryset.filter(ticked_at__isnull=self.value() == "no") if self.value() in ("no", "yes") else queryset


@admin.register(UpdateProblem)
class UpdateProblemAdmin(UpdatesAdmin):
    fields = ("of", "message", "feed", "official", "since", "plan_to_look_at", "ticked_by", "ticked_at")
    readonly_fields = ("plan_to_look_at",)
    list_display = ("of", "message", "plan_to_look_at", "since", "ticked_by", "ticked_at", "feed")
    list_select_related = ("feed", "ticked_by")
    list_filter = (TickedFilter, "official")
    search_fields = ("of", "message", "feed__address")
    actions = ("tick_off",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[UpdateProblem]:
        return super().get_queryset(request).with_file()

    def has_tick_off_permission(self, request: HttpRequest) -> bool:
        return may_import(request.user)

    @admin.action(description="Tick off the selected: they wait no more", permissions=["tick_off"])
    def tick_off(self, request: HttpRequest, queryset: QuerySet[UpdateProblem]) -> None:
        open_ones = UpdateProblem.objects.open().filter(pk__in=queryset.values("pk"))
        count = open_ones.update(ticked_by=request.user, ticked_at=timezone.now())
        self.message_user(request, f"{plural(count, 'problem')} ticked off.", messages.SUCCESS)

    @admin.display(description="plan")
    def plan_to_look_at(self, problem: UpdateProblem) -> str:
        if not problem.has_file:
            return "–"
        return format_html('<a href="{}">look at it</a>', reverse("admin:desk_import_update", args=[problem.pk]))
