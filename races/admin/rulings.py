"""Rulings, and what they changed row by row."""

from django.contrib import admin, messages
from django.db import models
from django.http import HttpResponseRedirect

from racestats.formatting import first_few

from ..models import Penalty, Result, RevokedRuling, Ruling, RulingChange
from ..models.rulings import AMENDABLE, contradicting
from .forms.choices import Choices
from .forms.page import PageForm
from .forms.rows import BookFormSet
from .kit.base import BookAdmin, BookInline, DerivedAdmin, narrow
from .kit.filters import SeriesFilter
from .sources import CitationInline
from .state.ruled import contradictions_without, result_label


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

    def clean(self):
        """What the rows say must lead to what the results say, with the race's other rulings before and after."""
        super().clean()
        if any(form.errors for form in self.forms) or not (self.has_changed() or self._moved()):
            return
        rows = {id(form.instance): form for form in self.forms if self._is_kept(form)}
        of = [form.instance.result_id for form in self.forms if form.instance.result_id]
        others = RulingChange.objects.filter(result__in=of).exclude(ruling=self.instance.pk)
        kept = [form.instance for form in rows.values()]
        for each in contradicting(
            [*kept, *others.select_related("ruling", "result__entry__driver", "result__session")]
        ):
            at = [id(step.of) for step in (each.step, each.later) if step and id(step.of) in rows]
            told = f"{result_label(each.step.of.result)}: {each.in_words}."
            if at:
                rows[at[0]].add_error("after" if at[0] == id(each.step.of) else "before", told)
            else:
                self._non_form_errors.append(told)

    def _moved(self) -> bool:
        """Whether the ruling comes before or after others than it did."""
        ruling = self.instance
        stored = Ruling.objects.filter(pk=ruling.pk).values_list("announced", "number").first()
        return stored != (ruling.announced, ruling.number)


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


NOT_DELETED = "Nothing was deleted: what is left would contradict the results. Revoke the ruling instead."
MOST_TOLD = 3


class KeptByOthers(BookAdmin):
    """Rows of rulings: none is deleted on which what another ruling says of a result depends."""

    def rows_that_go(self, rows: models.QuerySet) -> models.QuerySet[RulingChange]:
        raise NotImplementedError

    def _in_the_way(self, rows) -> list[str]:
        keys = [row.pk for row in rows if row]
        return contradictions_without(self.rows_that_go(self.model._default_manager.filter(pk__in=keys)))

    def delete_view(self, request, object_id, extra_context=None):
        if request.method == "POST" and (told := self._in_the_way([self.get_object(request, object_id)])):
            self.message_user(request, f"{NOT_DELETED} {first_few(told, MOST_TOLD)}.", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return super().delete_view(request, object_id, extra_context)

    def get_deleted_objects(self, objs, request):
        found = super().get_deleted_objects(objs, request)
        if isinstance(objs, models.QuerySet) and self._in_the_way(objs):
            found.lacking.add("rulings on which others depend: revoke each on its own page, the last one first")
        return found


@admin.register(Ruling)
class RulingAdmin(KeptByOthers):
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

    def rows_that_go(self, rows):
        return RulingChange.objects.filter(ruling__in=rows)

    def get_inlines(self, request, obj):
        """A ruling that is not saved yet has no race, and so no results to choose among."""
        return self.inlines if obj else ()

    def choice_label(self, obj) -> str:
        return f"{obj.title}, {obj.race}"


class RulingChangeForm(PageForm):
    """One row of a ruling, which leads to what its result says."""

    def _post_clean(self):
        super()._post_clean()
        if self.errors or not self.has_changed():
            return
        others = RulingChange.objects.filter(result=self.instance.result_id).exclude(pk=self.instance.pk)
        for each in contradicting([self.instance, *others.select_related("ruling", "result__entry__driver")]):
            self.add_error("after" if each.step.of is self.instance else "before", f"{each.in_words}.")


@admin.register(RulingChange)
class RulingChangeAdmin(KeptByOthers):
    form = RulingChangeForm
    affects_race_checks = True
    list_display = ("ruling", "row", "before", "after")
    list_select_related = ("ruling", "result__entry__driver", "result__session__race__season__series")
    search_fields = ("ruling__title", "result__entry__driver__name")
    autocomplete_fields = ("ruling", "result")

    def rows_that_go(self, rows):
        return rows

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
