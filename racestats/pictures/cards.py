"""Pictures that stand for a page where it is shared: 1200 by 630 pixels, drawn with the fonts of the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)
EDGE, GAP = 72, 28
"""Pixels that stay free at the sides, and between figures."""
PAPER, RAISED, INK, QUIET, RED, GOLD = "#0f1216", "#1d232b", "#ffffff", "#a2abb8", "#ff5a6a", "#f2c230"
COLOURS = 48
"""So many are enough for a few flat ones and the edges of letters."""
SERIF, SANS, FIGURES = "newsreader", "inter", "barlow-condensed"
MOST_FIGURES, MOST_ROWS = 6, 5
ELLIPSIS = "…"
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True)
class Card:
    """What a card says: a line above its title, a car's number before it; below, figures with their labels, or rows of
    a place, a name and a figure; and a sentence."""

    kicker: str
    title: str
    plate: str = ""
    figures: Sequence[tuple[str, str]] = ()
    rows: Sequence[tuple[str, str, str]] = ()
    sentence: str = ""


def png(card: Card) -> bytes:
    """The picture, as a PNG of a few colours."""
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 12, SIZE[1]), fill=RED)
    _brand(draw)
    room = SIZE[0] - 2 * EDGE - 180
    draw.text((EDGE, 64), cut(card.kicker.upper(), font(SANS, 26, 600), room), QUIET, font(SANS, 26, 600))
    y = _title(draw, card, 112)
    if card.sentence:
        y = _sentence(draw, card.sentence, y, lines=2 if card.figures or card.rows else 4)
    if card.figures:
        _figures(draw, card.figures[:MOST_FIGURES])
    elif card.rows:
        _rows(draw, card.rows[:MOST_ROWS], y)
    kept = BytesIO()
    image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
    return kept.getvalue()


@lru_cache(maxsize=64)
def font(name: str, size: int, weight: int = 400) -> Font:
    """A font of the site, whose file is unpacked once for each size; Pillow's own where it was built without what
    unpacks it."""
    path = Path(settings.BASE_DIR) / "static" / "fonts" / f"{name}.woff2"
    try:
        loaded = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
    except OSError:
        return ImageFont.load_default(size)
    if name == SANS:
        loaded.set_variation_by_axes([weight])
    return loaded


def cut(text: str, of: Font, room: float) -> str:
    """As much of a text, in one line, as there is room for."""
    text = " ".join(text[:300].split())
    if of.getlength(text) <= room:
        return text
    while text and of.getlength(text + ELLIPSIS) > room:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def _brand(draw: ImageDraw.ImageDraw) -> None:
    serif = font(SERIF, 34)
    right = SIZE[0] - EDGE
    draw.text((right - serif.getlength("stats"), 56), "stats", RED, serif)
    draw.text((right - serif.getlength("racestats"), 56), "race", INK, serif)


def _title(draw: ImageDraw.ImageDraw, card: Card, y: int) -> int:
    """The title as large as fits; return where what follows may begin."""
    x = EDGE
    if card.plate:
        plate = font(FIGURES, 72)
        width = int(plate.getlength(card.plate[:4])) + 36
        draw.rounded_rectangle((x, y + 6, x + width, y + 92), 10, fill=INK)
        draw.text((x + width / 2, y + 50), card.plate[:4], PAPER, plate, anchor="mm")
        x += width + 28
    room = SIZE[0] - EDGE - x
    size = next((size for size in (76, 64, 54, 46) if font(SERIF, size).getlength(card.title) <= room), 40)
    draw.text((x, y + 50), cut(card.title, font(SERIF, size), room), INK, font(SERIF, size), anchor="lm")
    return y + 124


def _sentence(draw: ImageDraw.ImageDraw, text: str, y: int, lines: int) -> int:
    """A text of at most so many lines."""
    sans, room = font(SANS, 32), SIZE[0] - 2 * EDGE
    words, line = text[:600].split(), ""
    while words and lines:
        longer = f"{line} {words[0]}".strip()
        if sans.getlength(longer) <= room and lines > 1:
            line = longer
            words.pop(0)
            if words:
                continue
        elif lines == 1 or not line:
            line, words = cut(f"{line} {' '.join(words)}".strip(), sans, room), []
        draw.text((EDGE, y), line, QUIET, sans)
        y, line, lines = y + 46, "", lines - 1
    return y + 12


def _figures(draw: ImageDraw.ImageDraw, figures: Sequence[tuple[str, str]]) -> None:
    """Figures side by side at the foot, each above its label, all of one size."""
    small, room = font(SANS, 26), (SIZE[0] - 2 * EDGE) // len(figures) - GAP
    labels = [cut(label, small, max(room, 150)) for _, label in figures]

    def widths(size: int) -> list[float]:
        large = font(FIGURES, size)
        return [max(large.getlength(value), small.getlength(label)) for (value, _), label in zip(figures, labels)]

    full = SIZE[0] - 2 * EDGE - GAP * (len(figures) - 1)
    size = next((size for size in (120, 104, 88, 72) if sum(widths(size)) <= full), 56)
    wide = widths(size)
    spare, x = max(full - sum(wide), 0) / len(figures), float(EDGE)
    for place, ((value, _), label) in enumerate(zip(figures, labels)):
        draw.line((x, 412, x + wide[place] + spare, 412), fill=RED if place == 0 else RAISED, width=4)
        draw.text((x, 524), value[:12], INK, font(FIGURES, size), anchor="ls")
        draw.text((x, 568), label, QUIET, small, anchor="ls")
        x += wide[place] + spare + GAP


def _rows(draw: ImageDraw.ImageDraw, rows: Sequence[tuple[str, str, str]], y: int) -> None:
    """Rows of a place, a name and a figure, the first in gold."""
    sans, bold, high = font(SANS, 34), font(SANS, 34, 600), 66
    y = max(y, SIZE[1] - 40 - high * len(rows))
    for place, (rank, name, value) in enumerate(rows):
        at = y + place * high
        if place:
            draw.line((EDGE, at - 8, SIZE[0] - EDGE, at - 8), fill=RAISED, width=2)
        figure = font(FIGURES, 44)
        room = SIZE[0] - 2 * EDGE - 110 - figure.getlength(value) - 24
        draw.text((EDGE, at + 24), rank, GOLD if place == 0 else QUIET, sans, anchor="lm")
        draw.text((EDGE + 110, at + 24), cut(name, bold, room), INK, bold, anchor="lm")
        draw.text((SIZE[0] - EDGE, at + 24), value, INK, figure, anchor="rm")
