"""The colours of charts and their stylesheet, the same in every file, so that a policy can name it by its hash.

Each tone is a class that sets the colour; in the dark it sets another. They are those of the site's own stylesheet.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

TONES = {
    "paper": ("#fff", "#0f1216"),
    "ink": ("#14181f", "#e8eaee"),
    "quiet": ("#5b6472", "#a2abb8"),
    "rule": ("#e4e7ec", "#2a3038"),
    "pale": ("#dfe5ee", "#2b3646"),
    "mid": ("#a9b4c2", "#5a6675"),
    "deep": ("#2b3440", "#d5dae1"),
    "gold": ("#e0ac10", "#f2c230"),
    "red": ("#c8102e", "#ff5a6a"),
    "caution": ("#fbe68a", "#5a4d12"),
    "chevrolet": ("#ab8614", "#d8b545"),
    "ford": ("#1f4e9c", "#5b8def"),
    "toyota": ("#d1182b", "#ff6b78"),
    "dodge": ("#8a1c7c", "#c86bbb"),
    "other": ("#78828f", "#8b95a3"),
}
"""By name, the colour in light and in dark."""
MAKES = ("chevrolet", "ford", "toyota", "dodge")


def of_make(make: str | None) -> str:
    """The tone of a manufacturer, by its name."""
    name = (make or "").lower()
    return name if name in MAKES else "other"


def _rules(which: int) -> str:
    return "".join(f".{name}{{color:{colours[which]}}}" for name, colours in TONES.items())


SHAPES = (
    "svg{font:13px Inter,'Helvetica Neue',Arial,'Liberation Sans',sans-serif;font-variant-numeric:tabular-nums}"
    "text,rect,.f{fill:currentColor;stroke:none}"
    "path{fill:none;stroke:currentColor;stroke-width:1.5;stroke-linejoin:round;stroke-linecap:round}"
    ".b{font-weight:600}.e{text-anchor:end}.m{text-anchor:middle}"
    ".w{stroke-width:2.5}.h{stroke-width:1}.o{stroke-dasharray:1 4}.d{stroke-width:8}.s{stroke-width:4}"
)
"""Of texts: bold, at their end, around their middle. Of lines: wide, hair, dotted; dots and small dots are lines
without a length. `f` fills."""
STYLE = f"{SHAPES}{_rules(0)}@media(prefers-color-scheme:dark){{{_rules(1)}}}"
STYLE_HASH = f"'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
"""The stylesheet as a Content-Security-Policy names it."""
