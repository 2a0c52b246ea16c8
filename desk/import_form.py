"""The forms of an import: which file or address, and how it is read."""

from __future__ import annotations

from django import forms
from django.contrib.admin.widgets import AdminURLFieldWidget

from importing.run import BULK
from races.models import Series
from racestats.errors import MAX_BODY
from racestats.formatting import megabytes

from .models import Upload
from .plan import MAKE_DRIVERS, MAKE_TRACKS

BOUNDS = f"At most {megabytes(MAX_BODY)}, also unpacked, and fewer than {BULK} races."


class OptionsForm(forms.ModelForm):
    """How a file is read. Whoever may not make drivers or tracks is not asked whether to."""

    series = forms.ChoiceField(required=False)

    class Meta:
        model = Upload
        fields = ("series", "overwrite_official", "make_drivers", "make_tracks", "strict")
        labels = {
            "overwrite_official": "Replace what the book says of official races",
            "make_drivers": MAKE_DRIVERS,
            "make_tracks": MAKE_TRACKS,
            "strict": "Take nothing unless all of it is right; else a race with an error is left out alone",
        }

    def __init__(self, *arguments, user, **named):
        super().__init__(*arguments, **named)
        self.fields["series"].choices = [("", "As the file says"), *Series.objects.values_list("slug", "name")]
        for name, permission in (("make_drivers", "drivers.add_driver"), ("make_tracks", "races.add_track")):
            if not user.has_perm(permission):
                del self.fields[name]


class ImportForm(OptionsForm):
    """The same, and the file itself."""

    file = forms.FileField(
        required=False,
        widget=forms.FileInput(
            attrs={"data-most": MAX_BODY, "data-too-large": f"It has more than {megabytes(MAX_BODY)}."}
        ),
        help_text=f"{BOUNDS} What has more comes in on the server, by manage.py import_results.",
    )
    address = forms.URLField(
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=AdminURLFieldWidget,
        help_text="Of a file on the web, in place of one of yours.",
    )
    field_order = ("file", "address")

    def clean(self):
        cleaned = super().clean()
        if not self.errors and bool(cleaned["file"]) == bool(cleaned["address"]):
            both = "Choose a file or give an address, not both."
            self.add_error("file", both if cleaned["file"] else "Choose a file, or give an address.")
        return cleaned
