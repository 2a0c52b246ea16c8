"""The boxes of a form, with what is noted at them."""

from django import forms
from django.utils.html import format_html, format_html_join


class NotedField(forms.BoundField):
    """A box, and below it the `notes` of its form at this column."""

    def as_widget(self, *args, **kwargs):
        box = super().as_widget(*args, **kwargs)
        notes = self.form.notes.get(self.name, ())
        if not notes:
            return box
        said = format_html_join(" ", "<span>{}</span>", ((note,) for note in notes))
        return format_html('{}<div class="note" id="{}">{}</div>', box, self._id_of_notes, said)

    @property
    def _id_of_notes(self):
        return f"{self.auto_id}_notes"

    @property
    def aria_describedby(self):
        described = super().aria_describedby
        if self.form.notes.get(self.name):
            return f"{described} {self._id_of_notes}".strip() if described else self._id_of_notes
        return described
