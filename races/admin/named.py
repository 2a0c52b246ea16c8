"""What has names: a search that finds none shows those that are near it."""

from django.contrib import messages

from stats.finding import suggest

from .base import BookAdmin
from .named_forms import NamedForm, RenamedForm

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


class RenamedAdmin(NamedAdmin):
    """And of what stays one under every name: a name that changes is kept for its years, if it was one."""

    form = RenamedForm

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.keep_the_old_name()
