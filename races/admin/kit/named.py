"""What has names: a search that finds none shows those that are near it, and two of one thing can be merged."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse

from stats.finding import suggest

from ..forms.named import NamedForm, RenamedForm
from .base import BookAdmin

MOST_NEAR = 8


class NamedAdmin(BookAdmin):
    """Lists and choices of drivers, teams, makes and tracks: “Wiliam Byron” finds William Byron, and says so. A new one
    of a name near his is asked about."""

    form = NamedForm

    def get_search_results(self, request, queryset, search_term):
        found, may_have_doubles = super().get_search_results(request, queryset, search_term)
        if not search_term.strip() or found.exists():
            return found, may_have_doubles
        near = [each.slug for each in suggest(self.model, search_term, MOST_NEAR)]
        request.shows_near = bool(near)
        return queryset.filter(slug__in=near), False

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        if getattr(request, "shows_near", False):
            names = self.opts.verbose_name_plural
            self.message_user(request, f"Nothing is called that. These {names} have names near it.", messages.WARNING)
        return response


class MergedAdmin(NamedAdmin):
    """Of what may be in the book twice: leads to the desk's pages that merge two."""

    actions = ("merge",)

    @admin.action(description="Merge the selected %(verbose_name_plural)s", permissions=["delete"])
    def merge(self, request, queryset):
        keys = list(queryset.values_list("pk", flat=True)[:3])
        if len(keys) > 2:
            named = self.opts.verbose_name_plural
            self.message_user(request, f"Choose the two {named} to be merged, or the one that goes.", messages.WARNING)
            return None
        into = f"?into={keys[0]}" if len(keys) == 2 else ""
        return HttpResponseRedirect(self._merge_address(keys[-1]) + into)

    def _merge_address(self, key) -> str:
        return reverse("admin:desk_merge", args=[self.opts.model_name, key])

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and self.has_delete_permission(request, obj):
            context["merge_address"] = self._merge_address(obj.pk)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def render_delete_form(self, request, context):
        return super().render_delete_form(
            request, {**context, "merge_address": self._merge_address(context["object"].pk)}
        )


class RenamedAdmin(MergedAdmin):
    """And of what stays one under every name: a name that changes is kept for its years, if it was one."""

    form = RenamedForm

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.keep_the_old_name()
