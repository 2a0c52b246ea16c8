"""What has names: a search that finds none shows those that are near it."""

from django.contrib import messages

from stats.finding import suggest

from .base import BookAdmin

MOST_NEAR = 8


class NamedAdmin(BookAdmin):
    """Lists and choices of drivers, teams, makes and tracks: “Wiliam Byron” finds William Byron, and says so."""

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
