"""The fields of the finder: ranges of numbers, car numbers, and where drivers are from."""

from __future__ import annotations

import re
from typing import Any

from racestats.names.searching import TextField
from stats.finder.declared.ranges import Range, read_range

from .fields import unclear
from .widgets import TextInput


class RangeField(TextField):
    """A range of whole numbers: “5”, “1-5”, “100-”, “-5”."""

    whole = True
    example = "5, 1-5, 100- or -5"

    def __init__(self, **options: Any):
        widget = TextInput(attrs={"autocomplete": "off", "placeholder": "1-5, 100-"})
        super().__init__(widget=widget, **options)

    def clean(self, value: str) -> Range | None:
        text = super().clean(value)
        if not text:
            return None
        found = read_range(text, self.whole)
        if found is None:
            raise unclear(f"“{text}” is no number and no range of numbers, such as {self.example}.", [])
        return found


class DecimalRangeField(RangeField):
    """A range of numbers, with up to three decimals."""

    whole = False
    example = "0.1, 0-0.5 or 2-"


class NumberField(TextField):
    """A car number, which is a text: “00” is not “0”."""

    def __init__(self, **options: Any):
        super().__init__(widget=TextInput(attrs={"autocomplete": "off"}), **options)

    def clean(self, value: str) -> str | None:
        text = super().clean(value)
        if text and not re.fullmatch("[0-9A-Za-z]{1,4}", text):
            raise unclear(f"“{text}” is no car number.", [])
        return text or None


class StateField(TextField):
    """A state or a country, as home towns name it: “North Carolina”, “Ontario”."""

    def __init__(self, **options: Any):
        super().__init__(widget=TextInput(attrs={"placeholder": "North Carolina"}), **options)

    def clean(self, value: str) -> str | None:
        text = " ".join((super().clean(value) or "").split())
        if text and not re.fullmatch(r"[^\W\d_][^\W\d_ .'’-]*(?:[ .'’-]+[^\W\d_]+)*\.?", text):
            raise unclear(f"“{text}” is no state and no country, such as North Carolina.", [])
        return text or None
