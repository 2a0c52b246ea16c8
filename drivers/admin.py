"""The editor's pages for drivers, teams and manufacturers."""

from itertools import combinations

from django.contrib import admin

from races.admin.forms.rows import BookFormSet
from races.admin.kit.base import BookAdmin, BookInline
from races.admin.kit.former_slugs import FormerSlugInline
from races.admin.kit.named import MergedAdmin, NamedAdmin, RenamedAdmin
from races.models import GivenTotals

from .models import Driver, DriverAlias, Manufacturer, Team, TeamName


class DriverAliasInline(BookInline):
    model = DriverAlias
    show_change_link = False
    verbose_name_plural = "names and ids under which sources know this driver"


class GivenTotalsInline(BookInline):
    """The figures that a driver's page counts on from."""

    model = GivenTotals
    template = admin.StackedInline.template
    fields = (
        ("series", "season"),
        ("through_season", "through_round"),
        GivenTotals.COUNTS[:4],
        GivenTotals.COUNTS[4:7],
        GivenTotals.COUNTS[7:],
        "source",
        "note",
    )
    autocomplete_fields = ("series", "season", "source")
    list_select_related = ("driver", "series", "season__series", "source")


@admin.register(Driver)
class DriverAdmin(MergedAdmin):
    list_display = ("__str__", "born", "birth_year", "died", "hometown", "slug")
    search_fields = ("name", "suffix", "slug", "aliases__alias")
    list_filter = (
        "suffix",
        ("biography", admin.EmptyFieldListFilter),
        ("photo", admin.EmptyFieldListFilter),
        ("born", admin.EmptyFieldListFilter),
        ("hometown", admin.EmptyFieldListFilter),
    )
    prepopulated_fields = {"slug": ("name", "suffix")}
    inlines = (DriverAliasInline, FormerSlugInline, GivenTotalsInline)
    fieldsets = (
        (None, {"fields": (("name", "suffix"), "slug")}),
        (
            "Life",
            {
                "fields": (("born", "birth_year", "died"), "hometown"),
                "description": "Give the year of birth only where the day is unknown.",
            },
        ),
        ("Page", {"fields": ("photo", "biography")}),
    )

    def choice_label(self, obj) -> str:
        """With the year of birth: it tells father from son."""
        return f"{obj} (born {obj.year_of_birth})" if obj.year_of_birth else str(obj)


@admin.register(DriverAlias)
class DriverAliasAdmin(BookAdmin):
    list_display = ("alias", "driver")
    list_select_related = ("driver",)
    search_fields = ("alias", "driver__name", "driver__slug")
    autocomplete_fields = ("driver",)


class TeamNameFormSet(BookFormSet):
    """The names of one team, of which no two may be of one day; those that are stored are left to their own `clean`."""

    def clean(self):
        super().clean()
        held = [form for form in self.forms if form.is_valid() and self._is_kept(form)]
        for one, other in combinations(held, 2):
            if one.instance.overlaps(other.instance):
                other.add_error(None, f"The team was called “{one.instance}” on some of these days.")


class TeamNameInline(BookInline):
    model = TeamName
    formset = TeamNameFormSet
    show_change_link = False
    verbose_name_plural = "former names, with the days they held; one without a day is only found by it"


@admin.register(TeamName)
class TeamNameAdmin(BookAdmin):
    list_display = ("name", "team", "first_day", "last_day")
    list_select_related = ("team",)
    search_fields = ("name", "team__name")
    autocomplete_fields = ("team",)


@admin.register(Manufacturer)
class ManufacturerAdmin(NamedAdmin):
    list_display = ("name", "slug")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (FormerSlugInline,)


@admin.register(Team)
class TeamAdmin(RenamedAdmin):
    list_display = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    search_fields = ("name", "slug", "names__name")
    inlines = (TeamNameInline, FormerSlugInline)
    fieldsets = ((None, {"fields": ("name", "slug"), "description": "A team stays one team under every name."}),)
