"""The health of races, the warnings of imports, and accepting them."""

from collections import defaultdict

from django.contrib import admin, messages

from importing.health import accept
from racestats.formatting import plural

from ..models import AcceptedWarning, ImportWarning, RaceCheck
from .kit.base import DerivedAdmin

RACE_WITH_SERIES = "race__season__series"


class AcceptedFilter(admin.SimpleListFilter):
    """What is open, or what was accepted."""

    title = "accepted"
    parameter_name = "accepted"

    def lookups(self, request, model_admin):
        return [("no", "No"), ("yes", "Yes")]

    def queryset(self, request, queryset):
        return queryset.filter(accepted=self.value() == "yes") if self.value() in ("no", "yes") else queryset


class WarningAdmin(DerivedAdmin):
    """Warnings that the computer keeps, and an editor accepts."""

    list_filter = (AcceptedFilter, "code")
    actions = ("accept_selected",)

    def get_queryset(self, request):
        return super().get_queryset(request).with_accepted()

    def has_accept_permission(self, request):
        return request.user.has_perm("races.add_acceptedwarning")

    @admin.action(description="Accept the selected warnings: they are right all the same", permissions=["accept"])
    def accept_selected(self, request, queryset):
        facts = defaultdict(list)
        for warning in queryset:
            facts[getattr(warning, "run_id", None)].append(warning.fact)
        count = sum(accept(of_run, request.user, run) for run, of_run in facts.items())
        self.message_user(request, f"{plural(count, 'warning')} accepted.", messages.SUCCESS)

    @admin.display(boolean=True, ordering="accepted")
    def is_accepted(self, warning) -> bool:
        return warning.accepted


@admin.register(RaceCheck)
class RaceCheckAdmin(WarningAdmin):
    list_display = ("race", "code", "message", "place", "is_accepted")
    list_select_related = (RACE_WITH_SERIES,)
    search_fields = ("race__name", "race__season__year", "message")


@admin.register(ImportWarning)
class ImportWarningAdmin(WarningAdmin):
    list_display = ("run", "race", "code", "place", "value", "message", "is_accepted")
    list_select_related = ("run", RACE_WITH_SERIES)
    search_fields = ("race__name", "race__season__year", "message", "place")
    date_hierarchy = "run__started"


@admin.register(AcceptedWarning)
class AcceptedWarningAdmin(DerivedAdmin):
    list_display = ("race", "code", "place", "value", "message", "user", "accepted_at", "run")
    list_select_related = (RACE_WITH_SERIES, "user", "run")
    list_filter = ("code",)
    search_fields = ("race__name", "race__season__year", "message", "place")
    date_hierarchy = "accepted_at"
    actions = ("tell_again",)

    def has_take_back_permission(self, request):
        return request.user.has_perm("races.delete_acceptedwarning")

    @admin.action(description="Tell the selected warnings again", permissions=["take_back"])
    def tell_again(self, request, queryset):
        count = queryset.count()
        queryset.delete()
        self.message_user(request, f"{plural(count, 'warning')} will be told again.", messages.SUCCESS)
