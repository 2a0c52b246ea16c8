"""What becomes of a name that a team or a track no longer has: kept for its years, or only to be found by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Model

from drivers.models import Team, TeamName
from races.models import Track, TrackName
from races.order import FIRST_YEAR, LAST_YEAR

DATED_NAMES: dict[type[Model], tuple[type[Any], str]] = {Team: (TeamName, "team"), Track: (TrackName, "track")}
"""Where the names are that something had for a time, and by which column they are its own."""
YEARS, FOUND, NONE = "years", "found", "none"
Days = tuple[date | None, date | None]


class KeptName(forms.Form):
    """Asks for the years of a name, or whether it was none."""

    kept = forms.ChoiceField(widget=forms.RadioSelect)
    first = forms.IntegerField(label="from", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    last = forms.IntegerField(label="through", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)

    CHOICES: Sequence[tuple[str, str]] = (
        (YEARS, "Its name in races"),
        (FOUND, "Another spelling, by which it is found"),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any):
        super().__init__(data, **options)
        self.fields["kept"].choices = self.CHOICES
        for name in ("first", "last"):
            self.fields[name].widget.attrs["class"] = "vIntegerField"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kept") == YEARS and not self.errors:
            first, last = said.get("first"), said.get("last")
            if first is None and last is None:
                self.add_error("first", "Say from which year, through which, or both.")
            elif first and last and last < first:
                self.add_error("last", "The last year must not come before the first.")
        return said

    @property
    def is_kept(self) -> bool:
        return self.cleaned_data.get("kept", NONE) != NONE

    @property
    def days(self) -> Days:
        """From the first day of the first year to the last one of the last; none, where it was called so on no day."""
        said = self.cleaned_data
        if said.get("kept") != YEARS:
            return None, None
        first, last = said["first"], said["last"]
        return first and date(first, 1, 1), last and date(last, 12, 31)


class FormerName(KeptName):
    """The same of a name that is changed, which may have been a mistake."""

    CHOICES = (*KeptName.CHOICES, (NONE, "A mistake, to be forgotten"))
