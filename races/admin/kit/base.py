"""What every admin page of the book shares: safe saves, choices that stay cheap in long inlines, errors in words."""

import re
from contextlib import contextmanager
from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.admin.views.main import ERROR_FLAG, SEARCH_VAR
from django.contrib.admin.widgets import AdminIntegerFieldWidget, AdminURLFieldWidget
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst, smart_split

from changes.recording import describe
from races.derived.refresh import Dirty, deferred, touch, wait_for_other_writers
from races.derived.signals import touched_by
from racestats.constraints import LARGEST_SMALL, broken_by
from racestats.errors import BadFilter, bad_filter
from racestats.formatting import listed, plural
from racestats.names.searching import TextField
from racestats.pictures.photos import PhotoField

from ..forms.choices import BookChoice, BookSelect, autocomplete, joined, link_nowhere
from ..forms.page import PageForm
from ..forms.rows import BookFormSet, RowForm
from ..forms.shown import last_saved
from ..state.health import tell_health
from ..state.official import NO_REASON, ReasonField, may_change, reason_of, wants_reason, with_reason
from ..state.status import tell_provisional
from .deletion import what_goes
from .history import ShowsHistory


class BookFields:
    """What pages and inlines share: numbers that fit every database, and autocompletes."""

    # SQLite would take any number; PostgreSQL, where the book may move, would not.
    formfield_overrides = {
        models.ImageField: {"form_class": PhotoField},
        models.URLField: {"widget": AdminURLFieldWidget, "assume_scheme": "https"},
        models.SmallIntegerField: {
            "widget": AdminIntegerFieldWidget,
            "min_value": -LARGEST_SMALL,
            "max_value": LARGEST_SMALL,
        },
        models.PositiveSmallIntegerField: {"widget": AdminIntegerFieldWidget, "max_value": LARGEST_SMALL},
        models.IntegerField: {"widget": AdminIntegerFieldWidget, "min_value": -(2**31), "max_value": 2**31 - 1},
        models.PositiveIntegerField: {"widget": AdminIntegerFieldWidget, "max_value": 2**31 - 1},
        models.DurationField: {
            "validators": [MinValueValidator(timedelta(0)), MaxValueValidator(timedelta(days=99))],
        },
    }
    list_select_related: tuple[str, ...] = ()
    """The relations that a row's words read: lists, searches, inlines and pages all read them with the rows."""

    def get_queryset(self, request):
        return joined(super().get_queryset(request), self)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("form_class", BookChoice)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = BookSelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(db_field, models.ForeignKey):
            field.widget.can_delete_related = False
        return field


def narrow(size: int, mode: str = "text") -> forms.TextInput:
    """A box as wide as what goes into it; a number in it does not turn with the mouse wheel."""
    return forms.TextInput(attrs={"size": size, "inputmode": mode})


class BookInline(BookFields, admin.TabularInline):
    """Rows of a parent's page, none of them blank, narrow enough for a screen."""

    formfield_overrides = {
        **BookFields.formfield_overrides,
        models.SmallIntegerField: {"widget": narrow(3), "min_value": -LARGEST_SMALL, "max_value": LARGEST_SMALL},
        models.PositiveSmallIntegerField: {"widget": narrow(3, "numeric"), "max_value": LARGEST_SMALL},
        models.DecimalField: {"widget": narrow(7, "decimal")},
    }
    form = RowForm
    formset = BookFormSet
    extra = 0
    max_num = 250
    show_change_link = True

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and may_change(request.user, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and may_change(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and may_change(request.user, obj)

    def get_formset(self, request, obj=None, **kwargs):
        # Whoever may not add rows, which makes the most of this object none, still has those that there are.
        return super().get_formset(request, obj, absolute_max=type(self).max_num, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(db_field, models.ForeignKey):
            link_nowhere(field.widget)
        return field


class SearchedAdmin(admin.ModelAdmin):
    """A list that answers what nobody could mean with a 400: a search too long, a pattern, rows that are none.

    Of a search it looks for each word once.
    """

    def lookup_allowed(self, lookup, value, request):
        """No pattern: a database that cannot read one would break off."""
        return not lookup.endswith("regex") and super().lookup_allowed(lookup, value, request)

    def get_search_results(self, request, queryset, search_term):
        text = TextField(required=False).clean(search_term)
        return super().get_search_results(request, queryset, " ".join(dict.fromkeys(smart_split(text))))

    def get_deleted_objects(self, objs, request):
        """Derived rows go with the truth they were made from: nobody needs a permission for them."""
        kept = self.admin_site._registry.items()
        derived = {model for model, model_admin in kept if isinstance(model_admin, DerivedAdmin)}
        return what_goes(objs, request, self.admin_site, derived)

    def changelist_view(self, request, extra_context=None):
        if not all(re.fullmatch("[0-9]{1,18}", pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            return bad_filter(request, BadFilter({ACTION_CHECKBOX_NAME: ["Select rows of the list."]}))
        try:
            return super().changelist_view(request, extra_context)
        except ValidationError as problem:
            return bad_filter(request, BadFilter({SEARCH_VAR: problem.messages}))


class Called:
    """A row under the label that tells which it is, for the log: “Stage 3” alone is of any race."""

    def __init__(self, row, label: str):
        self.row, self.label = row, label

    def __getattr__(self, name):
        return getattr(self.row, name)

    def __str__(self):
        return self.label


NOT_TYPED = re.compile("^(_|csrfmiddlewaretoken)|(_FORMS|shown)$")
"""What a page sends beside what was typed in it."""
LEAVE_UNKNOWN_EMPTY = "Leave unknown values empty; 0 means none."


class BookAdmin(BookFields, ShowsHistory, SearchedAdmin):
    """A page of the book: what a save touches is refreshed once, with it, in its transaction."""

    form = PageForm
    affects_race_checks = False
    """Whether its rows are parts of a race, whose health is made anew after a save and told to the editor."""
    list_per_page = 50
    show_full_result_count = False

    @contextmanager
    def writing(self, request):
        """For a request that writes: one transaction, with one refresh of the derived rows at its end, and a look at
        what does not add up in the races that it touched."""
        if request.method != "POST":
            yield
            return
        with deferred() as touched:
            wait_for_other_writers()  # What is read now and compared with the page is what is written over.
            yield
            if self.affects_race_checks and touched.races:
                tell_provisional(request, touched.races)
                tell_health(request, touched.races)

    def choice_label(self, obj) -> str:
        """What a row is called where its page and its parent's do not say the rest."""
        return str(obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and may_change(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and may_change(request.user, obj)

    def _asks_why(self, request, obj):
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return may and wants_reason(self.model, obj)

    def with_why(self, request, obj, fieldsets):
        """The fieldsets of a page; those of an official race and its parts end with why they are changed."""
        return (*fieldsets, ("Why", {"fields": ("why",)})) if self._asks_why(request, obj) else fieldsets

    def get_fieldsets(self, request, obj=None):
        return self.with_why(request, obj, super().get_fieldsets(request, obj))

    def get_form(self, request, obj=None, change=False, **kwargs):
        if kwargs.get("fields", ()) is not None and self._asks_why(request, obj):  # None asks what they are.
            kwargs["form"] = type(self.form.__name__, (self.form,), {"why": ReasonField()})
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def log_addition(self, request, obj, message):
        message = with_reason(message, reason_of(request))
        return super().log_addition(request, self.called(obj, request), message)

    def log_change(self, request, obj, message):
        message = with_reason(message, reason_of(request))
        return super().log_change(request, self.called(obj, request), message)

    def log_deletions(self, request, queryset):
        rows, told = [self.called(row, request) for row in queryset], with_reason([], reason_of(request))
        return LogEntry.objects.log_actions(request.user.pk, rows, DELETION, told or "")

    def called(self, row, request) -> Called:
        """A row as the log calls it; so is called the change set, of which it is the first, with why it was made."""
        named = Called(row, self.choice_label(row))
        describe(title=f"{capfirst(self.opts.verbose_name)}: {named}", reason=reason_of(request))
        return named

    def get_deleted_objects(self, objs, request):
        """Rows of official races go one by one, each with a reason."""
        found = super().get_deleted_objects(objs, request)
        if isinstance(objs, models.QuerySet) and any(wants_reason(self.model, row) for row in objs):
            found.lacking.add("rows of official races, each of which is deleted on its own page, with a reason")
        return found

    def render_delete_form(self, request, context):
        context["asks_why"] = wants_reason(self.model, context["object"])
        return super().render_delete_form(request, context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["subtitle"] = self.choice_label(obj) if obj else None
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            with self.writing(request):
                response = super().changeform_view(request, object_id, form_url, extra_context)
                tell_of_others(request, response)
                return response
        except IntegrityError as error:
            # The forms keep every constraint: this is what somebody else has written in the meantime.
            rule = broken_by(error)
            reason = rule.message if rule else "the book has changed since this page was opened."
            self.message_user(request, f"Nothing was saved: {reason}", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request, obj, form, change):
        """Of a page on which nothing but rows was changed they alone are written; its races are looked at all the
        same."""
        if form.has_changed() or not change:
            super().save_model(request, obj, form, change)
        elif self.affects_race_checks:
            touch(Dirty(races=touched_by(type(obj), obj.pk).races))

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        if formset.left_out:
            rows = plural(formset.left_out, "row")
            self.message_user(request, f"{rows} of the page had been deleted meanwhile, and stayed so.")

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """What was typed for a row that somebody has deleted meanwhile is shown, to be kept elsewhere."""
        if request.method != "POST":
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        typed = [(name, text) for name, text in request.POST.items() if text and not NOT_TYPED.search(name)]
        context = {
            **self.admin_site.each_context(request),
            "title": f"This {opts.verbose_name} is no longer in the book",
            "who": last_saved((self.model, object_id)),
            "typed": typed,
            "opts": opts,
        }
        return TemplateResponse(request, "admin/gone.html", context, status=409)

    def delete_view(self, request, object_id, extra_context=None):
        if request.method == "POST" and not reason_of(request):
            obj = self.get_object(request, object_id)
            if obj and wants_reason(self.model, obj) and self.has_delete_permission(request, obj):
                self.message_user(request, NO_REASON, messages.ERROR)
                return HttpResponseRedirect(request.get_full_path())
        with self.writing(request):
            return super().delete_view(request, object_id, extra_context)

    def changelist_view(self, request, extra_context=None):
        try:
            with self.writing(request):
                return super().changelist_view(request, extra_context)
        except OverflowError:
            # A number in the address that no column can hold: as Django does with other filters that make no sense.
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")

    def get_object(self, request, object_id, from_field=None):
        try:
            return super().get_object(request, object_id, from_field)
        except OverflowError:
            return None


def tell_of_others(request, response):
    """Say above a page that came back why it did and where, if somebody else has written meanwhile."""
    told = getattr(response, "context_data", None) or {}
    if request.method != "POST" or "adminform" not in told:
        return
    form, inlines = told["adminform"].form, told["inline_admin_formsets"]
    cells = [form.fields[name].label for name in form.conflicts]
    cells += [cell for inline in inlines for cell in inline.formset.conflicts]
    if cells:
        said = "Nothing is saved yet: somebody else has changed what you changed"
        messages.warning(request, f"{said}. See {listed(cells[:MOST_NAMED])}{' …' if cells[MOST_NAMED:] else '.'}")


MOST_NAMED = 5
"""So many boxes that somebody else has changed are named above a page."""


class DerivedAdmin(BookAdmin):
    """Rows that the computer keeps: to be looked at, never edited."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


admin.site.unregister([User, Group])


class OfSuperusers(SearchedAdmin):
    """Who may do what is no editor's to say: with a permission for it they could take all others."""

    def has_module_permission(self, request):
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser


@admin.register(User)
class SearchedUserAdmin(OfSuperusers, UserAdmin):
    """Django's own page, with our search."""


@admin.register(Group)
class SearchedGroupAdmin(OfSuperusers, GroupAdmin):
    """The same of groups."""


admin.site.autocomplete_view = autocomplete
