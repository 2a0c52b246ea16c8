"""The forms of the book's pages: every rule of a model is kept, and nobody's work is written over in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import ForeignKey, UniqueConstraint
from django.forms.models import InlineForeignKeyField, construct_instance
from django.utils.functional import cached_property

from races.admin.state.official import OfOfficialRaces
from racestats.constraints import rules_of

from . import shown
from .cells import NotedField


class BookForm(forms.ModelForm):
    """A form that keeps every constraint of its model, those over columns it does not show included, and writes only
    what was changed in it: `base` is what it showed, where the page knows.

    Django asks the database for each constraint of each row, and leaves out those that name a column off the form or an
    inline's parent; the database would then answer with an error page.
    """

    bound_field_class = NotedField
    notes: Mapping[str, Sequence[str]] = {}
    """What is said below its boxes, by column."""
    base: Mapping[str, object] = {}
    parents: tuple[tuple[type, int | None], ...] = ()
    """The rows on whose pages this one is edited too."""
    conflicts: tuple[str, ...] = ()
    """The columns that the editor has changed, and somebody else to something else."""

    @cached_property
    def stored(self) -> shown.Shown:
        return shown.stored(self)

    @cached_property
    def changed_data(self) -> list[str]:
        """The columns that the editor has changed; not those that somebody else has, since they were shown."""
        return [name for name in super().changed_data if not self._is_untouched(name)]

    def _is_untouched(self, name: str) -> bool:
        return name in self.base and shown.is_as_shown(self, name, self.base[name])

    def shows(self) -> shown.Shown:
        """What the form shows of its row: of a conflict both, so that saving again decides."""
        if self.instance.pk is None:
            return {}
        if not self.is_bound:
            return self.stored
        return {**self.base, **{name: self.stored[name] for name in self.conflicts}}

    def _clean_form(self):
        self._leave_what_others_changed()
        super()._clean_form()

    def _post_clean(self):
        if self.instance.pk and not self.has_changed():
            return
        self._tell_conflicts()
        self._fill_the_instance()
        if not self.errors:
            self._keep_checks()
        if not self.errors:
            self._keep_uniques()

    def _leave_what_others_changed(self):
        """The stored value of a column that the editor has not touched, whatever the page showed."""
        for name in self.base.keys() & self.stored.keys() if self.base else ():
            if self.base[name] != self.stored[name] and name not in self.changed_data:
                self._errors.pop(name, None)
                self.cleaned_data[name] = getattr(self.instance, name)

    def _tell_conflicts(self):
        self.conflicts = tuple(
            name for name in self.changed_data if name in self.base and self.base[name] != self.stored[name]
        )
        who = shown.last_saved(self._key, *self.parents) if self.conflicts else ""
        for name in self.conflicts:
            self.add_error(name, shown.changed_meanwhile(self, name, self.stored[name], who))

    @property
    def _key(self):
        return type(self.instance), self.instance.pk

    def _fill_the_instance(self):
        """As Django does, but without a query for each rule and each row that is chosen: those are asked already."""
        opts = self._meta
        asked = self._get_validation_exclusions() | {
            field.name for field in self.instance._meta.concrete_fields if isinstance(field, ForeignKey)
        }
        try:
            self.instance = construct_instance(self, self.instance, opts.fields, opts.exclude)
            self.instance.full_clean(asked, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            self._update_errors(error)

    def _keep_checks(self):
        for check in rules_of(type(self.instance)).checks:
            if check.condition(self.instance) is False:
                self.add_error(None, check.message)

    def _keep_uniques(self):
        """What no two rows may have alike; rows of one parent are compared by their formset."""
        parents = {name for name, field in self.fields.items() if isinstance(field, InlineForeignKeyField)}
        self.validate_unique()
        for constraint in self.instance._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and not parents.intersection(constraint.fields):
                try:
                    constraint.validate(type(self.instance), self.instance)
                except ValidationError as error:
                    self.add_error(None, error)

    def add_error(self, field, error):
        """Show what a model's `clean` says of a column that this form leaves out above the form."""
        if field is None and hasattr(error, "error_dict"):
            elsewhere = error.error_dict.keys() - self.fields.keys() - {NON_FIELD_ERRORS}
            for name in elsewhere:
                error.error_dict.setdefault(NON_FIELD_ERRORS, []).extend(error.error_dict.pop(name))
        super().add_error(field, error)


class PageForm(OfOfficialRaces, BookForm):
    """The form of a row's own page, which brings back what it showed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shown"] = shown.ShownField()
        if self.is_bound and self.instance.pk:
            self.base = shown.read(self.data.get(self.add_prefix("shown"), ""))
