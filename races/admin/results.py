"""Entries, sessions and results."""

from django.contrib import admin

from ..models import Entry, ReliefDriver, Result, Session
from ..order import car_order
from .forms.choices import Choices
from .forms.page import PageForm
from .forms.rows import BookFormSet
from .kit.base import LEAVE_UNKNOWN_EMPTY, BookAdmin, BookInline
from .kit.filters import SeasonFilter, SeriesFilter
from .points import fill_in_points
from .sources import CitationInline
from .state.checks_at_cells import show_on_session
from .state.ruled import ask_for_a_ruling, hold_to_rulings

RACE_WITH_SERIES = "race__season__series"
OUTCOME = ("position", "crossed_line", "start", "laps", "laps_led", "status", "points")
FLAGS = ("disqualified", "encumbered", "ineligible")
TIMED_FIELDS = ("position", "lap_time", "lap_speed", "gap", "laps", "status")
COLUMNS = {
    Session.Kind.RACE: ("entry", *OUTCOME, "disqualified", "ineligible"),
    Session.Kind.STAGE: ("entry", "position", "points", "disqualified", "ineligible"),
    Session.Kind.QUALIFYING: ("entry", *TIMED_FIELDS, "disqualified"),
    Session.Kind.PRACTICE: ("entry", *TIMED_FIELDS),
}
"""What an editor types for each kind of session; the rest is on the result's own page."""
EVERY_CAR = "every_car"


def cars_of(race_id: int | None) -> Choices:
    """The cars of one race, by number."""
    return Choices(Entry.objects.filter(race=race_id).select_related("driver"), order=by_number)


def by_number(entry: Entry):
    return car_order(entry.number), entry.pk


class ReliefDriverInline(BookInline):
    model = ReliefDriver
    fields = ("driver", "took_flag")
    autocomplete_fields = ("driver",)
    list_select_related = ("driver",)
    show_change_link = False


@admin.register(Entry)
class EntryAdmin(BookAdmin):
    affects_race_checks = True
    list_display = ("number", "driver", "team", "manufacturer", "race")
    list_display_links = ("number", "driver")
    list_select_related = ("driver", "team", "manufacturer", RACE_WITH_SERIES)
    list_filter = (("race__season__series", SeriesFilter), ("race__season__year", SeasonFilter), "manufacturer")
    search_fields = (
        "=number",
        "driver__name",
        "driver__slug",
        "team__name",
        "race__name",
        "race__layout__track__short_name",
        "race__season__year",
    )
    ordering = ("-pk",)
    autocomplete_fields = ("race", "driver", "team", "manufacturer")
    inlines = (ReliefDriverInline,)
    fieldsets = (
        (
            None,
            {
                "fields": ("race", ("number", "twin"), "driver", "team", "manufacturer"),
                "description": "The driver who started and is credited with the result. "
                "Whoever took over the car is listed below.",
            },
        ),
    )

    def choice_label(self, obj) -> str:
        return f"{obj}, {obj.race}"


@admin.register(ReliefDriver)
class ReliefDriverAdmin(BookAdmin):
    list_display = ("driver", "entry", "race", "took_flag")
    list_select_related = ("driver", "entry__driver", f"entry__{RACE_WITH_SERIES}")
    list_filter = ("took_flag",)
    search_fields = ("driver__name", "entry__driver__name", "entry__race__name")
    autocomplete_fields = ("entry", "driver")

    @admin.display(ordering="entry__race")
    def race(self, relief):
        return relief.entry.race


class ResultFormSet(BookFormSet):
    """Rows that choose among their race's cars; with `every_car`, a new row for each car that has none yet."""

    every_car = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.cars = cars_of(self.instance.race_id)
        if self.every_car:
            listed = {result.entry_id for result in self.stored.values()}
            self.initial_extra = [{"entry": car.pk} for car in self.cars.in_order if car.pk not in listed]
            self.extra = len(self.initial_extra)

    def in_order(self, rows):
        """As they finished; cars without a place by number."""
        return sorted(rows, key=lambda row: (row.position is None, row.position, by_number(row.entry)))

    def add_fields(self, form, index):
        super().add_fields(form, index)
        self.cars.put_on(form, "entry")
        if self.instance.kind == Session.Kind.RACE and "status" in form.fields and form.instance.pk is None:
            form.initial["status"] = Result.Status.RUNNING

    def clean(self):
        super().clean()
        changed = [form for form in self.initial_forms if self._is_kept(form) and not form.errors]
        for form in changed:
            ask_for_a_ruling(form, self.instance.race_id)
        hold_to_rulings(changed, self.instance.race_id)

    def row_name(self, form) -> str:
        """The car: a new row may begin with one."""
        return self.cars.label_of(form.instance.entry_id or form.initial.get("entry"))


class ResultInline(BookInline):
    model = Result
    formset = ResultFormSet
    list_select_related = ("entry__driver",)

    def get_fields(self, request, obj=None):
        return COLUMNS.get(obj.kind, ("entry", *OUTCOME)) if obj else ("entry", *OUTCOME)

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.every_car = EVERY_CAR in request.GET
        return formset


@admin.register(Session)
class SessionAdmin(BookAdmin):
    affects_race_checks = True
    list_display = ("race", "name", "date", "laps", "cancelled")
    list_display_links = ("race", "name")
    list_select_related = (RACE_WITH_SERIES, "race__layout")
    list_filter = (("race__season__series", SeriesFilter), ("race__season__year", SeasonFilter), "kind", "cancelled")
    search_fields = ("kind", "race__name", "=race__round", "race__layout__track__short_name", "race__season__year")
    date_hierarchy = "date"
    ordering = ("-pk",)
    autocomplete_fields = ("race",)
    inlines = (ResultInline,)

    def get_inlines(self, request, obj):
        """A session that is not saved yet has no race, and so no cars to choose among."""
        return self.inlines if obj else ()

    def get_fieldsets(self, request, obj=None):
        fields = ("race", ("kind", "number"), ("date", "laps"), "cancelled", "note")
        hint = "Save the session first: its results are then listed here."
        if obj:
            hint = (
                f'<a href="?{EVERY_CAR}=1">Add a row for every car without a result</a>. Untouched rows are not saved.'
            )
        return self.with_why(request, obj, ((None, {"fields": fields, "description": hint}),))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and request.method == "GET":
            rows = [form for inline in context["inline_admin_formsets"] for form in inline.formset.initial_forms]
            context["loose_checks"] = show_on_session(obj, context["adminform"].form, rows)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        for level, message in fill_in_points(form.instance.race):
            self.message_user(request, message, level)

    def choice_label(self, obj) -> str:
        return f"{obj.race}, {obj.name}"


class ResultForm(PageForm):
    """One result, as rulings left it."""

    def _post_clean(self):
        super()._post_clean()
        if self.instance.pk and not self.errors:
            race = self.instance.session.race_id
            ask_for_a_ruling(self, race)
            hold_to_rulings([self], race)


@admin.register(Result)
class ResultAdmin(BookAdmin):
    form = ResultForm
    affects_race_checks = True
    list_display = ("entry", "race", "session", "position", "start", "laps", "laps_led", "points", "status")
    list_select_related = ("entry__driver", f"session__{RACE_WITH_SERIES}")
    list_filter = (
        ("session__race__season__series", SeriesFilter),
        ("session__race__season__year", SeasonFilter),
        "session__kind",
        "status",
        *FLAGS,
    )
    search_fields = (
        "=entry__number",
        "entry__driver__name",
        "session__race__name",
        "session__race__layout__track__short_name",
        "session__race__season__year",
        "session__kind",
    )
    ordering = ("-pk",)
    autocomplete_fields = ("session", "entry")
    inlines = (CitationInline,)
    fieldsets = (
        (None, {"fields": ("session", "entry")}),
        (
            "Outcome",
            {
                "fields": (
                    ("position", "crossed_line", "start"),
                    ("laps", "laps_led", "points"),
                    ("status", "status_text"),
                ),
                "description": LEAVE_UNKNOWN_EMPTY,
            },
        ),
        ("Best lap", {"fields": (("lap_time", "lap_speed", "gap"),)}),
        ("Flags and note", {"fields": (FLAGS, "note")}),
    )

    @admin.display(ordering="session__race")
    def race(self, result):
        return result.session.race

    def choice_label(self, obj) -> str:
        return f"{obj.entry}, {obj.session.race}, {obj.session.name}"
