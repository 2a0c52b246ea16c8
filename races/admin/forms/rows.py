"""The rows of a parent's page: read, compared and written together, in as many queries for eighty as for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT, ManagementForm
from django.forms.utils import ErrorDict
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst

from changes import recording
from races.derived.refresh import touch
from races.derived.signals import touched_by
from racestats.constraints import doubles, rules_of
from racestats.formatting import listed

from . import shown
from .choices import NEW_ROW, BookChoice, BookSelect
from .page import BookForm


def name_cells(form, row: str):
    """Give each cell of a row a name for those who do not see where it stands: “Laps, No. 5 Kyle Larson”."""
    for field in form.fields.values():
        if not field.widget.is_hidden:
            # A select within its links has attributes of its own.
            box = getattr(field.widget, "widget", field.widget)
            box.attrs["aria-label"] = f"{capfirst(field.label)}, {row}"


MOST_DIGITS = 18
"""A longer id is nobody's."""


class RowForm(BookForm):
    """A row of a parent's page, which somebody may have deleted since it was shown."""

    is_gone = was_told = False

    @cached_property
    def is_left_out(self) -> bool:
        """Whether there is nothing more to say of a row that is gone: its editor changed nothing, or was told."""
        wants_the_same = bool(self.data.get(self.add_prefix("DELETE")))
        untouched = bool(self.base) and all(shown.is_as_shown(self, name, self.base[name]) for name in self.base)
        return self.is_gone and (self.was_told or wants_the_same or untouched)

    def full_clean(self):
        if not self.is_gone:
            super().full_clean()
            return
        self._errors, self.cleaned_data = ErrorDict(renderer=self.renderer), {}
        if not self.is_left_out:
            who = shown.last_saved(self._sent_key, *self.parents)
            told = f"Meanwhile this row was deleted{who}. Save again without it, or add it as a new one."
            self.add_error(None, told)

    @property
    def _sent_key(self):
        return type(self.instance), self.data.get(self.add_prefix("id"))

    def has_changed(self):
        return not self.is_gone and super().has_changed()


class RowsManagement(ManagementForm):
    """How many rows a page has, and what it showed of each."""

    shows = dict

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shown"] = shown.ShownField()


class BookFormSet(forms.BaseInlineFormSet):
    """Inline rows that keep their model's unique constraints among each other, the conditional ones included, and know
    what was shown of each: `None` of one that is gone, once it was told."""

    @cached_property
    def management_form(self):
        options = {"auto_id": self.auto_id, "prefix": self.prefix, "renderer": self.renderer}
        if self.is_bound:
            form = RowsManagement(self.data, **options)
            form.full_clean()
        else:
            counts = {TOTAL_FORM_COUNT: self.total_form_count(), INITIAL_FORM_COUNT: self.initial_form_count()}
            form = RowsManagement(initial=counts, **options)
        form.shows = self._shows
        return form

    def _shows(self) -> dict[str, object]:
        """By id, what is shown of each row."""
        if self.is_bound:
            return {form["id"].data: None if form.is_gone else form.shows() for form in self.initial_forms}
        return {str(form.instance.pk): form.shows() for form in self.initial_forms}

    @cached_property
    def base(self):
        return shown.read(self.data.get(f"{self.prefix}-shown", ""))

    @cached_property
    def stored(self) -> dict[int, Model]:
        """The rows as the book has them, by id, in their order."""
        return {row.pk: row for row in self.in_order(super().get_queryset())}

    def in_order(self, rows: Iterable[Model]) -> Iterable[Model]:
        return rows

    @cached_property
    def _listed(self) -> list[Model | None]:
        if not self.is_bound:
            return list(self.stored.values())
        sent = (self.data.get(f"{self.add_prefix(row)}-id", "") for row in range(self.initial_form_count()))
        return [self._existing_object(key) for key in sent]

    def get_queryset(self):
        """The rows; of a page that was sent those that it had, in its order, and None for each that is gone."""
        return self._listed

    def _existing_object(self, pk):
        key = str(pk)
        return self.stored.get(int(key)) if key.isdecimal() and len(key) <= MOST_DIGITS else None

    @cached_property
    def _chosen(self) -> dict[str, dict[str, Model]]:
        """What the sent rows choose, by column and key: read at once."""
        found: dict[str, dict[str, Model]] = {}
        for name, field in self.form.base_fields.items() if self.is_bound else ():
            if isinstance(getattr(field.widget, "widget", None), BookSelect):
                sent = {self.data.get(f"{self.add_prefix(row)}-{name}", "") for row in range(self.total_form_count())}
                keys = [key for key in sent if key.isdecimal() and len(key) <= MOST_DIGITS]
                rows = field.queryset.filter(pk__in=keys) if keys else ()
                found[name] = {str(row.pk): row for row in rows}
        return found

    def add_fields(self, form, index):
        super().add_fields(form, index)
        row = form.instance
        setattr(row, self.fk.name, self.instance)
        key = form.fields[self._pk_field.name] = BookChoice(
            self.model._default_manager.none(), initial=row.pk, required=False, widget=forms.HiddenInput
        )
        key.known = {str(row.pk): row} if row.pk else {}
        for name, field in form.fields.items():
            select = getattr(field.widget, "widget", None)
            if isinstance(select, BookSelect) and self.model._meta.get_field(name).is_cached(row):
                select.known = getattr(row, name)
                field.widget.can_add_related = False
            if name in self._chosen:
                field.known = self._chosen[name]
        if self.is_bound and index is not None and index < self.initial_form_count():
            self._compare(form)
        name_cells(form, self.row_name(form))

    def row_name(self, form) -> str:
        """What a row is called in the names of its cells."""
        return str(form.instance) if form.instance.pk else NEW_ROW

    def _compare(self, form):
        """Let a row know what was shown of it, and whether it is gone."""
        sent = self.data.get(form.add_prefix(self._pk_field.name), "")
        said = self.base.get(sent, {})
        form.base, form.was_told = said if isinstance(said, dict) else {}, said is None
        form.is_gone = form.instance.pk is None
        form.parents = ((type(self.instance), self.instance.pk),)

    def validate_unique(self):
        """No two rows of the page may have alike what one alone may have, nor one of the page and one that it does not
        show."""
        sent = {form.instance.pk for form in self.forms}
        others = [row for key, row in self.stored.items() if key not in sent]
        kept = [form for form in self.forms if form.is_valid() and self._is_kept(form)]
        for clash in doubles([*others, *(form.instance for form in kept)]):
            kept[clash.place - len(others)].add_error(None, clash.message)
        super().validate_unique()

    def _is_kept(self, form) -> bool:
        blank = form.empty_permitted and not form.has_changed()
        return not blank and not form.is_gone and not self._should_delete_form(form)

    @property
    def left_out(self) -> int:
        """How many rows that were shown somebody else has deleted."""
        return sum(form.is_gone for form in self.initial_forms)

    @property
    def conflicts(self) -> list[str]:
        """The boxes that somebody else has changed too, by their names, and the rows that are gone."""
        found = []
        for place, form in enumerate(self.initial_forms, 1):
            found += [f"{capfirst(form.fields[name].label)}, {self.row_name(form)}" for name in form.conflicts]
            if form.is_gone and not form.is_left_out:
                found.append(f"row {place} of the {self.model._meta.verbose_name_plural}")
        return found

    def save(self, commit=True):
        """Write all rows at once; what they touch is refreshed with them."""
        rows = super().save(commit=False)
        if commit:
            delete_rows(self.model, self.deleted_objects)
            write_rows(self.model, [row for row, _ in self.changed_objects], self.new_objects)
        return rows


class AskingFormSet(BookFormSet):
    """Rows with which others go: one is deleted where the editor has ticked that those go too."""

    went_with: Mapping[str, str] = {}
    """What goes with each of the rows to be deleted, by what the row is called."""

    def that_go_with(self, keys: Collection[int]) -> Mapping[int, str]:
        """By key, in words, what goes with these rows; of one with which nothing goes, nothing."""
        raise NotImplementedError

    def clean(self):
        super().clean()
        deleted = {form.instance.pk: form for form in self.initial_forms if self._is_to_go(form)}
        others = self.that_go_with(deleted) if deleted else {}
        self.went_with = {str(deleted[key].instance): self._ask(deleted[key], words) for key, words in others.items()}
        unasked = [form for key, form in deleted.items() if key in others and self._box_of(form) not in self.data]
        if unasked:
            called = listed([str(form.instance) for form in unasked])
            raise ValidationError(f"{called}: tick at “Delete?” what goes too, or keep the row.")

    def _is_to_go(self, form) -> bool:
        return self.can_delete and form.instance.pk is not None and self._should_delete_form(form)

    def _box_of(self, form) -> str:
        return form.add_prefix("with_others")

    def _ask(self, form, words: str) -> str:
        """Draw a box beside “Delete?” that asks for what goes too; return what it says."""
        said, name = f"with its {words}", self._box_of(form)
        box = forms.CheckboxInput().render(name, name in self.data)
        form.notes = {"DELETE": [format_html("<label>{} {}</label>", box, said)]}
        return said


def delete_rows(model: type[Model], rows: Sequence[Model]) -> None:
    if rows:
        model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()


def write_rows(model: type[Model], changed: Sequence[Model], new: Sequence[Model]) -> None:
    """Write rows in their columns that differ from the book. Bulk writes send no signals: what is touched is told."""
    if not changed and not new:
        return
    rows = model._default_manager
    before = {row.pk: row for row in rows.filter(pk__in=[row.pk for row in changed])} if changed else {}
    touched = touched_by(model, *before)
    if _exchange(before, changed):
        # One after the other, each would have for a moment what another has still: all are taken out, and put in again.
        rows.filter(pk__in=list(before))._raw_delete(rows.db)
        rows.bulk_create(changed)
    elif columns := _differing(before, changed):
        rows.bulk_update(changed, columns)
    rows.bulk_create(new)
    recording.changed(before, changed)
    recording.added(new)
    touched |= touched_by(model, *before, *(row.pk for row in new))
    touch(touched)


def _differing(before: dict[int, Model], changed: Sequence[Model]) -> list[str]:
    """The columns in which any of the rows differs."""
    columns = changed[0]._meta.concrete_fields if changed else ()
    return [
        field.name
        for field in columns
        if any(getattr(before[row.pk], field.attname) != getattr(row, field.attname) for row in changed)
    ]


def _exchange(before: dict[int, Model], changed: Sequence[Model]) -> bool:
    """Whether one row takes what another gives up and no two may have alike."""
    ruled = rules_of(type(changed[0])).uniques if changed else ()
    for rule in ruled:
        held = {tuple(value(row) for value in rule.values): key for key, row in before.items()}
        taken = ((tuple(value(row) for value in rule.values), row.pk) for row in changed)
        if any(held.get(values, key) != key for values, key in taken):
            return True
    return False
