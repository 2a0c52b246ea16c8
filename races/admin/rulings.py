"""Rulings, and what they changed row by row."""

from django.contrib import admin
from django.db import models

from ..models import Penalty, Result, RevokedRuling, Ruling, RulingChange
from ..models.rulings import AMENDABLE
from .base import BookAdmin, BookInline, DerivedAdmin, narrow
from .choices import Choices
from .filters import SeriesFilter
from .rows import BookFormSet
from .sources import CitationInline


class RulingChangeFormSet(BookFormSet):
    """Rows that choose among their race's results."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        results = Result.objects.filter(session__race=self.instance.race_id)
        by_session = results.order_by("session__kind", "session__number", "position", "pk")
        self.results = Choices(by_session.select_related("entry__driver", "session"), result_label)

    def add_fields(self, form, index):
        super().add_fields(form, index)
        self.results.put_on(form, "result")

    def row_name(self, form) -> str:
        return self.results.label_of(form.instance.result_id)


class RulingChangeInline(BookInline):
    model = RulingChange
    formset = RulingChangeFormSet
    list_select_related = ("result__entry__driver", "result__session")
    show_change_link = False
    formfield_overrides = {
        **BookInline.formfield_overrides,
        models.JSONField: {"widget": narrow(40)},
    }


class PenaltyInline(BookInline):
    model = Penalty
    fields = ("driver", "points")
    autocomplete_fields = ("driver",)
    list_select_related = ("driver",)
    show_change_link = False
    verbose_name_plural = "penalties: points of the season, taken (60) or given back (-30)"


@admin.register(Ruling)
class RulingAdmin(BookAdmin):
    affects_race_checks = True
    list_display = ("announced", "title", "kind", "race", "number")
    list_display_links = ("announced", "title")
    list_select_related = ("race__season__series",)
    list_filter = ("kind", ("race__season__series", SeriesFilter))
    search_fields = ("title", "reason", "race__name", "race__season__year")
    date_hierarchy = "announced"
    autocomplete_fields = ("race",)
    inlines = (RulingChangeInline, PenaltyInline, CitationInline)
    fieldsets = (
        (
            None,
            {
                "fields": ("race", ("number", "kind", "announced"), "title", "reason"),
                "description": "The results themselves hold the book as amended. List below every row that the ruling "
                'changed, with what it said before and after, such as {"position": 2} and {"position": 38}. '
                f"The columns are {', '.join(AMENDABLE)}.",
            },
        ),
    )

    def get_inlines(self, request, obj):
        """A ruling that is not saved yet has no race, and so no results to choose among."""
        return self.inlines if obj else ()

    def choice_label(self, obj) -> str:
        return f"{obj.title}, {obj.race}"


@admin.register(RulingChange)
class RulingChangeAdmin(BookAdmin):
    affects_race_checks = True
    list_display = ("ruling", "row", "before", "after")
    list_select_related = ("ruling", "result__entry__driver", "result__session__race__season__series")
    search_fields = ("ruling__title", "result__entry__driver__name")
    autocomplete_fields = ("ruling", "result")

    @admin.display(description="result", ordering="result")
    def row(self, change) -> str:
        return result_label(change.result)


@admin.register(Penalty)
class PenaltyAdmin(BookAdmin):
    list_display = ("driver", "points", "ruling", "announced")
    list_select_related = ("driver", "ruling")
    search_fields = ("driver__name", "driver__slug", "ruling__title")
    autocomplete_fields = ("ruling", "driver")

    @admin.display(ordering="ruling__announced")
    def announced(self, penalty):
        return penalty.ruling.announced


@admin.register(RevokedRuling)
class RevokedRulingAdmin(DerivedAdmin):
    """The record of rulings that were mistakes: the desk writes it."""

    list_display = ("revoked", "title", "race", "user", "why")
    list_display_links = ("revoked", "title")
    list_select_related = ("race__season__series", "user")
    search_fields = ("title", "why", "race__name", "race__season__year")


def result_label(result: Result) -> str:
    """A result among those of its race: “Race: 2, No. 4 Kevin Harvick”."""
    place = "–" if result.position is None else result.position
    return f"{result.session.name}: {place}, {result.entry}"
