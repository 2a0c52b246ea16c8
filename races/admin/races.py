"""Races, and the events they belong to."""

from collections import defaultdict

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.html import format_html

from races.status import missing
from racestats.formatting import first_few, listed, plural

from ..margins import MEASURED
from ..models import Entry, Event, Race, RaceCheck, Result, Ruling, RulingChange, Session, TrackLayout
from .forms.page import PageForm
from .forms.rows import AskingFormSet
from .kit.base import BookAdmin, BookInline, narrow
from .kit.filters import ResultsFilter, SeasonFilter, SeriesFilter
from .points import fill_in_points
from .results import by_number, cars_of
from .sources import CitationInline
from .state.checks_at_cells import show_on_race
from .state.health import checks_address
from .state.ruled import contradictions_without
from .state.status import MakesOfficial

MOST_NAMED = 3
NOT_IN_THIS_ORDER = "The rulings would not lead to what the results say."


class RaceForm(PageForm):
    """Offers the race's own cars for the pole and its like."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        cars_of(self.instance.pk).put_on(self, "pole", "led_to_green", "margin_against")

    def clean(self):
        """A margin and its kind go together; seconds are what is meant where no kind is said."""
        said = super().clean()
        self._ask_before_official()
        kind, margin = said.get("margin_kind"), said.get("margin")
        if not self.fields.keys() >= {"margin", "margin_kind"} or {"margin", "margin_kind"} & self.errors.keys():
            return said
        if margin is not None and not kind:
            said["margin_kind"] = Race.MarginKind.TIME
            self.took_seconds = True
        elif margin is None and kind in MEASURED:
            unit = Race.MarginKind(kind).label.lower()
            self.add_error("margin", f"How many {unit}? Type the margin, or leave its kind empty where it is unknown.")
        elif margin is not None and kind not in MEASURED:
            self.add_error("margin", "A finish under caution has no margin: empty this box, or choose “Seconds”.")
        return said

    took_seconds = False

    def _ask_before_official(self):
        """What is missing or in doubt is asked about by the action; the box takes only a race that is whole."""
        if (
            self.instance.pk
            and "status" in self.changed_data
            and self.cleaned_data.get("status") == Race.Status.OFFICIAL
        ):
            doubts = missing(Race.objects.filter(pk=self.instance.pk))
            for doubt in next(iter(doubts.values()), ()):
                self.add_error("status", f"{doubt} “Make official” asks whether it is official all the same.")


class EntryFormSet(AskingFormSet):
    """The cars of a race by their numbers; results go with a car."""

    def in_order(self, rows):
        return sorted(rows, key=by_number)

    def that_go_with(self, keys):
        sessions = defaultdict(list)
        for result in Result.objects.filter(entry__in=keys).select_related("session"):
            sessions[result.entry_id].append(result.session.name.lower())
        return {key: f"{plural(len(names), 'result')} in {listed(sorted(names))}" for key, names in sessions.items()}


class SessionFormSet(AskingFormSet):
    """The sessions of a race; results go with one."""

    def that_go_with(self, keys):
        found = Result.objects.filter(session__in=keys).order_by().values_list("session").annotate(Count("pk"))
        return {key: plural(count, "result") for key, count in found}


class RulingFormSet(AskingFormSet):
    """The rulings of a race; what is kept of their changes and penalties goes with one. In their order they lead to
    what the results say."""

    def clean(self):
        super().clean()
        kept = [form for form in self.initial_forms if self._is_kept(form) and not form.errors]
        moved = {form.instance.pk: form for form in kept if {"announced", "number"} & set(form.changed_data)}
        gone = [form.instance.pk for form in self.initial_forms if self._is_to_go(form)]
        if not moved and not gone:
            return
        rulings = {key: form.instance for key, form in moved.items()}
        if told := contradictions_without(RulingChange.objects.filter(ruling__in=gone), rulings):
            raise ValidationError(f"{NOT_IN_THIS_ORDER} {first_few(told, MOST_NAMED)}.")

    def that_go_with(self, keys):
        found = Ruling.objects.filter(pk__in=keys).order_by()
        counted = found.values_list("pk", Count("changes", distinct=True), Count("penalties", distinct=True))
        words = {
            key: [plural(changes, "change")] * bool(changes)
            + [plural(penalties, "penalty", "penalties")] * bool(penalties)
            for key, changes, penalties in counted
        }
        return {key: listed(each) for key, each in words.items() if each}


class EntryInline(BookInline):
    model = Entry
    formset = EntryFormSet
    fields = ("number", "driver", "team", "manufacturer", "twin")
    autocomplete_fields = ("driver", "team", "manufacturer")
    list_select_related = ("driver", "team", "manufacturer")
    formfield_overrides = {
        **BookInline.formfield_overrides,
        models.CharField: {"widget": narrow(4)},
    }


class SessionInline(BookInline):
    model = Session
    formset = SessionFormSet
    fields = ("kind", "number", "date", "laps", "cancelled", "note")
    verbose_name_plural = "sessions: their results are behind “change”"


class RulingInline(BookInline):
    model = Ruling
    formset = RulingFormSet
    fields = ("number", "kind", "announced", "title")
    verbose_name_plural = "rulings: what they changed is behind “change”"


class ChecksFilter(admin.SimpleListFilter):
    """The races that have something to look at."""

    title = "checks"
    parameter_name = "checks"

    def lookups(self, request, model_admin):
        return [("open", "With open checks"), ("none", "Without")]

    def queryset(self, request, queryset):
        if self.value() not in ("open", "none"):
            return queryset
        return queryset.filter(open_checks__gt=0) if self.value() == "open" else queryset.filter(open_checks=0)


@admin.register(Race)
class RaceAdmin(MakesOfficial, BookAdmin):
    affects_race_checks = True
    form = RaceForm
    list_display = ("season", "key", "name", "track", "date", "results_held", "checks_open", "won_by", "status")
    list_display_links = ("key", "name")
    list_select_related = ("season__series", "layout__track", "event", "coverage")
    list_filter = (
        ("season__series", SeriesFilter),
        ("season__year", SeasonFilter),
        "status",
        ResultsFilter,
        ChecksFilter,
        "kind",
        "lineup",
        "margin_kind",
        "layout__type",
    )
    search_fields = (
        "name",
        "slug",
        "event__name",
        "layout__track__name",
        "layout__track__short_name",
        "=round",
        "season__year",
        "season__series__name",
    )
    autocomplete_fields = ("season", "layout", "event")
    inlines = (SessionInline, EntryInline, RulingInline, CitationInline)
    readonly_fields = ("health",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "season",
                    ("kind", "status"),
                    ("round", "slug"),
                    "name",
                    "event",
                    ("layout", "nth_at_track"),
                ),
                "description": "A points race has a round; an exhibition or a qualifying race has a slug instead.",
            },
        ),
        (
            "Schedule and distance",
            {
                "fields": (("date", "scheduled_laps", "laps"), "end_reason", ("field_size", "stages")),
                "description": "Leave empty what is unknown: zero means none.",
            },
        ),
        (
            "Lineup and pole",
            {
                "fields": ("lineup", "pole", "led_to_green"),
                "description": "Save the cars of the race first: the pole is chosen among them. "
                "There is no pole award where qualifying did not set the lineup.",
            },
        ),
        (
            "Margin of victory",
            {
                "fields": (("margin_kind", "margin", "margin_method"), "margin_against", "margin_note"),
                "description": "As measured at the line: a later ruling does not change it. "
                "A finish under caution has no margin.",
            },
        ),
        (
            "Figures",
            {
                "fields": (
                    ("cautions", "caution_laps"),
                    ("lead_changes", "leaders"),
                    ("duration", "average_speed"),
                ),
                "description": "The time of race is hours:minutes:seconds.",
            },
        ),
        ("Notes and data checks", {"fields": ("note", "health")}),
    )

    def get_queryset(self, request):
        """With how many of its checks are open."""
        of_race = RaceCheck.objects.filter(race=OuterRef("pk")).open().order_by().values("race")
        count = Subquery(of_race.annotate(count=Count("pk")).values("count"))
        return super().get_queryset(request).annotate(open_checks=Coalesce(count, 0))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and request.method == "GET":
            inlines = context["inline_admin_formsets"]
            sessions = [form for inline in inlines if inline.opts.model is Session for form in inline.formset.forms]
            context["loose_checks"] = show_on_race(obj, context["adminform"].form, sessions)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def construct_change_message(self, request, form, formsets, add=False):
        """Name what has gone with a row."""
        changes = super().construct_change_message(request, form, formsets, add)
        gone = {row: words for formset in formsets for row, words in getattr(formset, "went_with", {}).items()}
        for change in changes:
            if (deleted := change.get("deleted", {})).get("object") in gone:
                deleted["object"] += f", {gone[deleted['object']]}"
        return changes

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if form.took_seconds:
            self.message_user(request, "The margin was taken as seconds.")
        for level, message in fill_in_points(form.instance):
            self.message_user(request, message, level)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "layout":
            kwargs["queryset"] = TrackLayout.objects.with_seasons()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request):
        """A race that is added by hand is to come, until it has results."""
        return {"status": Race.Status.SCHEDULED, **super().get_changeform_initial_data(request)}

    @admin.display(description="what does not add up")
    def health(self, race) -> str:
        """How many checks are open and accepted, leading to where they are accepted."""
        if race.pk is None:
            return "–"
        accepted = list(race.checks.with_accepted().order_by().values_list("accepted", flat=True))
        counts = accepted.count(False), accepted.count(True)
        return format_html('<a href="{}">{} open, {} accepted</a>', checks_address(race.pk), *counts)

    @admin.display(ordering="layout__track__short_name")
    def track(self, race) -> str:
        return race.layout.race_label

    @admin.display(description="margin", ordering="margin")
    def won_by(self, race) -> str | None:
        return race.margin_in_words or None

    @admin.display(description="checks", ordering="open_checks")
    def checks_open(self, race) -> str:
        """How many are open, leading to them."""
        if not race.open_checks:
            return ""
        return format_html('<a href="{}">{} open</a>', checks_address(race.pk), race.open_checks)

    @admin.display(description="results")
    def results_held(self, race) -> str:
        """How many of the field's results the book holds."""
        coverage = getattr(race, "coverage", None)
        if coverage is None:
            return "–"
        return f"{coverage.lines} of {race.field_size or '?'}"


@admin.register(Event)
class EventAdmin(BookAdmin):
    list_display = ("name", "crown_jewel", "slug")
    list_filter = ("crown_jewel",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
