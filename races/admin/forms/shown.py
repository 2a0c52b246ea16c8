"""What a page showed when it was opened: kept in it, and compared with the book when it is saved.

So a save writes what its editor changed and nothing else; and where somebody else has changed the same meanwhile, the
page comes back with both. Values are compared, not times: an import or a shell may have written too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.forms.models import InlineForeignKeyField
from django.utils.timezone import localtime

from races.models import ImportRun

Shown = dict[str, object]
"""What a form showed, by column."""


class ShownBox(forms.BoundField):
    """The hidden box: whatever was sent in it, it says what the page shows now."""

    def value(self) -> str:
        return json.dumps(self.form.shows(), separators=(",", ":"))


class ShownField(forms.CharField):
    """The hidden field of a form whose `shows` tells what it shows."""

    widget = forms.HiddenInput
    bound_field_class = ShownBox

    def __init__(self) -> None:
        super().__init__(required=False)

    def has_changed(self, initial: object, data: object) -> bool:
        return False


def read(text: str) -> Mapping[str, object]:
    """What the hidden box brought back; nothing, where it is not what a page would have sent."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def stored(form: forms.ModelForm) -> Shown:
    """What the book says in the columns of a form, as JSON holds it."""
    columns = (name for name, field in form.fields.items() if not isinstance(field, InlineForeignKeyField))
    return {name: _plain(form.initial[name]) for name in columns if name in form.initial}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (bool, int, str, list, dict)) else str(value)


def is_as_shown(form: forms.ModelForm, name: str, shown: object) -> bool:
    """Whether a box was sent as it was shown."""
    if name not in form.fields:
        return True
    field, sent = form.fields[name], form[name].data
    is_text = isinstance(shown, str) and not isinstance(field, (forms.ModelChoiceField, forms.FileField))
    try:
        return not field.has_changed(field.to_python(shown) if is_text else shown, sent)
    except (ValidationError, TypeError, ValueError):
        return False


def in_words(form: forms.ModelForm, name: str, value: object) -> str:
    """A stored value as a sentence has it."""
    if value in (None, ""):
        return "nothing"
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        value = getattr(form.instance, name)
    elif isinstance(field, forms.ChoiceField):
        value = dict(field.choices).get(value, value)
    elif isinstance(value, bool):
        value = "yes" if value else "no"
    return f"“{value}”"


def changed_meanwhile(form: forms.ModelForm, name: str, value: object, who: str) -> str:
    """What is said at a cell that somebody else has changed, and the editor too."""
    return f"Meanwhile this was changed to {in_words(form, name, value)}{who}. Save again to write yours over it."


def last_saved(*rows: tuple[type[Model], int | None]) -> str:
    """Who saved one of these rows last, as far as the book knows, and what was imported after that."""
    of_rows = Q()
    for model, pk in rows:
        of_rows |= Q(content_type=ContentType.objects.get_for_model(model), object_id=str(pk))
    log = LogEntry.objects.filter(of_rows).select_related("user").order_by("-action_time").first()
    runs = ImportRun.objects.filter(started__gt=log.action_time) if log else ImportRun.objects.all()
    said = []
    if log:
        said.append(f"last saved by {log.user} on {_moment(log.action_time)}")
    if run := runs.first():
        said.append(f"{run.file_name} imported on {_moment(run.started)}")
    return f" ({'; '.join(said)})" if said else ""


def _moment(time) -> str:
    return f"{localtime(time):%B %-d, %H:%M %Z}"
