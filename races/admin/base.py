"""What every admin page of the book shares: safe saves, choices that stay cheap in long inlines, errors in words."""

import re
from contextlib import contextmanager
from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import ERROR_FLAG, SEARCH_VAR
from django.contrib.admin.widgets import AdminIntegerFieldWidget, AdminURLFieldWidget, AutocompleteSelect
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models
from django.forms.models import InlineForeignKeyField
from django.http import HttpResponseRedirect
from django.utils.text import capfirst, smart_split

from races.derived.refresh import deferred
from racestats.constraints import LARGEST_SMALL, broken_by, columns_of, doubles
from racestats.errors import BadFilter, bad_filter
from racestats.photos import PhotoField
from racestats.searching import TextField

from .health import tell_health


class BookSelect(AutocompleteSelect):
    """An autocomplete that labels its choice as the search does; a value that makes no sense is no choice.

    `known` is the row's stored choice, where its formset has read it with the rows: no query for each row then.
    """

    known = None

    def optgroups(self, name, value, attrs=None):
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        if chosen := self._chosen(value[0] if value else ""):
            options.append(self.create_option(name, str(chosen.pk), self._label(chosen), True, len(options)))
        return [(None, options, 0)]

    def _chosen(self, key: str):
        if self.known is not None and key == str(self.known.pk):
            return self.known
        model_admin = self.admin_site.get_model_admin(self.field.remote_field.model)
        try:
            return joined(self.choices.queryset, model_admin).get(pk=key) if key else None
        except (ObjectDoesNotExist, ValueError, OverflowError):
            return None

    def _label(self, chosen) -> str:
        if chosen is self.known:
            return str(chosen)
        return self.admin_site.get_model_admin(type(chosen)).choice_label(chosen)


class BookAutocomplete(AutocompleteJsonView):
    """The search behind the autocompletes, with labels that tell one race's cars and sessions from another's."""

    def get(self, request, *args, **kwargs):
        try:
            return super().get(request, *args, **kwargs)
        except ValidationError as problem:
            return bad_filter(request, BadFilter({"term": problem.messages}), "json")

    def serialize_result(self, obj, to_field_name):
        label = getattr(self.model_admin, "choice_label", str)
        return {"id": str(getattr(obj, to_field_name)), "text": label(obj)}


class BookForm(forms.ModelForm):
    """A form that keeps every constraint of its model, those over columns it does not show included.

    Django leaves out the constraints that name a column off the form or an inline's parent; the database would then
    answer with an error page.
    """

    def _post_clean(self):
        if self.instance.pk and not self.has_changed():
            return
        super()._post_clean()
        if not self.errors:
            self._keep_the_other_constraints()

    def _keep_the_other_constraints(self):
        opts = self.instance._meta
        parents = {name for name, field in self.fields.items() if isinstance(field, InlineForeignKeyField)}
        unasked = {field.name for field in opts.concrete_fields} - self.fields.keys() | parents
        unsaved = {name for name in parents if getattr(self.instance, opts.get_field(name).attname) is None}
        for constraint in opts.constraints:
            if unasked.intersection(columns_of(constraint)):
                try:
                    constraint.validate(type(self.instance), self.instance, exclude=unsaved)
                except ValidationError as error:
                    self.add_error(None, error)

    def add_error(self, field, error):
        """Show what a model's `clean` says of a column that this form leaves out above the form."""
        if field is None and hasattr(error, "error_dict"):
            elsewhere = error.error_dict.keys() - self.fields.keys() - {NON_FIELD_ERRORS}
            for name in elsewhere:
                error.error_dict.setdefault(NON_FIELD_ERRORS, []).extend(error.error_dict.pop(name))
        super().add_error(field, error)


def link_nowhere(widget):
    """Leave out the links to the chosen row: in a long list they are only in the way."""
    widget.can_change_related = widget.can_view_related = False


def name_cells(form, row: str):
    """Give each cell of a row a name for those who do not see where it stands: “Laps, No. 5 Kyle Larson”."""
    for field in form.fields.values():
        if not field.widget.is_hidden:
            # A select within its links has attributes of its own.
            box = getattr(field.widget, "widget", field.widget)
            box.attrs["aria-label"] = f"{capfirst(field.label)}, {row}"


NEW_ROW = "new row"


class Choices:
    """The few rows that a field of one page offers, read once for all the rows of its inline."""

    def __init__(self, rows, label=str):
        self.rows = rows
        self.labels = [("", "---------"), *((row.pk, label(row)) for row in rows)]
        self.by_key = dict(self.labels[1:])

    def label_of(self, key: int | None) -> str:
        """What the row with this key is called; one that is not among them is not chosen yet."""
        return self.by_key.get(key, NEW_ROW)

    def put_on(self, form, *names):
        for name in names:
            if name in form.fields:
                field = form.fields[name]
                field.queryset, field.choices = self.rows, self.labels
                link_nowhere(field.widget)
                field.widget.can_add_related = False


def joined(rows, model_admin):
    """The rows with what their words read; `select_related()` without a name would join everything."""
    names = model_admin.list_select_related
    return rows.select_related(*names) if names else rows


class BookFormSet(forms.BaseInlineFormSet):
    """Inline rows that keep their model's unique constraints among each other, the conditional ones included."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name, field in form.fields.items():
            select = getattr(field.widget, "widget", None)
            if isinstance(select, BookSelect) and self.model._meta.get_field(name).is_cached(form.instance):
                select.known = getattr(form.instance, name)
                field.widget.can_add_related = False
        name_cells(form, self.row_name(form))

    def row_name(self, form) -> str:
        """What a row is called in the names of its cells."""
        return str(form.instance) if form.instance.pk else NEW_ROW

    def validate_unique(self):
        kept = [form for form in self.forms if form.is_valid() and self._is_kept(form)]
        for clash in doubles(form.instance for form in kept):
            kept[clash.place].add_error(None, clash.message)
        super().validate_unique()

    def _is_kept(self, form) -> bool:
        blank = form.empty_permitted and not form.has_changed()
        return not blank and not self._should_delete_form(form)


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
    form = BookForm
    formset = BookFormSet
    extra = 0
    max_num = 250
    show_change_link = True

    def get_formset(self, request, obj=None, **kwargs):
        # Whoever may not add rows still sees the one that there is.
        return super().get_formset(request, obj, absolute_max=max(self.max_num, 1), **kwargs)

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

    def changelist_view(self, request, extra_context=None):
        if not all(re.fullmatch("[0-9]{1,18}", pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            return bad_filter(request, BadFilter({ACTION_CHECKBOX_NAME: ["Select rows of the list."]}))
        try:
            return super().changelist_view(request, extra_context)
        except ValidationError as problem:
            return bad_filter(request, BadFilter({SEARCH_VAR: problem.messages}))


LEAVE_UNKNOWN_EMPTY = "Leave unknown values empty; 0 means none."


class BookAdmin(BookFields, SearchedAdmin):
    """A page of the book: what a save touches is refreshed once, with it, in its transaction."""

    form = BookForm
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
            yield
            if self.affects_race_checks and touched.races:
                tell_health(request, touched.races)

    def choice_label(self, obj) -> str:
        """What a row is called where its page and its parent's do not say the rest."""
        return str(obj)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["subtitle"] = self.choice_label(obj) if obj else None
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            with self.writing(request):
                return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            # The forms keep every constraint: this is what somebody else has written in the meantime.
            rule = broken_by(error)
            reason = rule.message if rule else "the book has changed since this page was opened."
            self.message_user(request, f"Nothing was saved: {reason}", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def delete_view(self, request, object_id, extra_context=None):
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

    def get_deleted_objects(self, objs, request):
        """Derived rows go with the truth they were made from: nobody needs a permission for them."""
        tree, counts, missing, protected = super().get_deleted_objects(objs, request)
        derived = {
            model._meta.verbose_name
            for model, model_admin in self.admin_site._registry.items()
            if isinstance(model_admin, DerivedAdmin)
        }
        return tree, counts, missing - derived, protected


class DerivedAdmin(BookAdmin):
    """Rows that the computer keeps: to be looked at, never edited."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def autocomplete(request):
    return BookAutocomplete.as_view(admin_site=admin.site)(request)


admin.site.unregister([User, Group])


@admin.register(User)
class SearchedUserAdmin(SearchedAdmin, UserAdmin):
    """Django's own page, with our search."""


@admin.register(Group)
class SearchedGroupAdmin(SearchedAdmin, GroupAdmin):
    """The same of groups."""


admin.site.autocomplete_view = autocomplete
