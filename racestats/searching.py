"""What a reader may type: a bounded text, and of the words in it each once.

Every word to look for is another condition on every row: without bounds one address could keep a server busy.
"""

from __future__ import annotations

from django import forms

LONGEST = 100
"""Characters: longer than any name of the book."""


class TextField(forms.CharField):
    """A text of a bounded length, on one line."""

    def __init__(self, **options):
        super().__init__(max_length=LONGEST, **options)

    def widget_attrs(self, widget):
        """The browser keeps the length too; a list to choose from has none."""
        return super().widget_attrs(widget) if isinstance(widget, forms.TextInput) else {}


def words_of(text: str) -> list[str]:
    """The words of a text, each once."""
    return list(dict.fromkeys(text.split()))
