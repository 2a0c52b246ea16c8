"""Notes: what a race meant for the book, stated by rule from records. `notes_of` makes them for one race.

A rule is one small object (`note.NoteRule`) in one of the modules of `rules`; it reads a `RaceStory`, which `reading`
makes of the book and which rules alone know nothing beyond.
"""

from .note import NewsKind, Note, lines_of
from .reading import notes_of

__all__ = ["NewsKind", "Note", "lines_of", "notes_of"]
