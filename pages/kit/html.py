"""Texts in HTML that is written out, cell by cell."""

from __future__ import annotations

import re
from html import escape

from django.utils.safestring import SafeString

SPECIAL = re.compile("[&<>\"']")


def escaped(text: str) -> SafeString:
    """A text as HTML has it. Cells are thousands, and none is lazy, for which Django's own looks several times; in few
    of them is anything to escape."""
    if isinstance(text, SafeString):
        return text
    return SafeString(escape(text) if SPECIAL.search(text) else text)
