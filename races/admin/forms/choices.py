"""What a page offers to choose from: cheap in long lists of rows, and told apart in words."""

from collections.abc import Mapping

from django import forms
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model

from racestats.errors import BadFilter, bad_filter


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


def autocomplete(request):
    return BookAutocomplete.as_view(admin_site=admin.site)(request)


class BookChoice(forms.ModelChoiceField):
    """A choice among rows of which the page has read some already: those are in `known`, by their keys."""

    known: Mapping[str, Model] = {}

    def to_python(self, value):
        return self.known.get(str(value)) or super().to_python(value)


NEW_ROW = "new row"


class Choices:
    """The few rows that a field of one page offers, read once for all the rows of its inline."""

    def __init__(self, rows, label=str, order=None):
        self.rows = rows
        self.in_order = sorted(rows, key=order) if order else list(rows)
        self.labels = [("", "---------"), *((row.pk, label(row)) for row in self.in_order)]
        self.by_key = dict(self.labels[1:])
        self.known = {str(row.pk): row for row in rows}

    def label_of(self, key: int | None) -> str:
        """What the row with this key is called; one that is not among them is not chosen yet."""
        return self.by_key.get(key, NEW_ROW)

    def put_on(self, form, *names):
        for name in names:
            if name in form.fields:
                field = form.fields[name]
                field.queryset, field.choices, field.known = self.rows, self.labels, self.known
                link_nowhere(field.widget)
                field.widget.can_add_related = False


def link_nowhere(widget):
    """Leave out the links to the chosen row: in a long list they are only in the way."""
    widget.can_change_related = widget.can_view_related = False


def joined(rows, model_admin):
    """The rows with what their words read; `select_related()` without a name would join everything."""
    names = model_admin.list_select_related
    return rows.select_related(*names) if names else rows
