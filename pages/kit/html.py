"""Texts in HTML that is written out, cell by cell."""

from __future__ import annotations

from html import escape

from django.utils.safestring import SafeString


def escaped(text: str) -> SafeString:
    """A text as HTML has it. Cells are thousands, and none is lazy, for which Django's own looks several times."""
    return text if isinstance(text, SafeString) else SafeString(escape(text))
