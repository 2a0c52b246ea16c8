"""What every page of a scope says."""

from __future__ import annotations

from django.db.models import Count

from races.models import TrackLayout
from racestats.formatting import number, plural
from stats.careers.active import ONE_OF_THE_LAST
from stats.scope import DIMENSIONS, Scope

from .forms import TablePage, filters_as_asked

ACTIVE = f"Started {ONE_OF_THE_LAST} of the series on file"


def scope_page(
    title: str,
    filters,
    scope: Scope,
    page_tables: dict,
    *,
    tells_active: bool = False,
    **more,
) -> TablePage:
    """A page of a scope: its filters and its `as of` are said in every form.

    A page that can be asked for the active says who they are, and so does one that tells it in other ways.
    """
    notes = list(more.pop("notes", []))
    if tells_active or "active" in filters.form.fields:
        notes.append(f"Active are those who {ACTIVE[0].lower()}{ACTIVE[1:]}{', by then' if scope.as_of else ''}.")
    notes += _untyped_notes(scope)
    day_in_words = ""
    if scope.as_of:
        day_in_words = f"{scope.as_of.in_words[0].upper()}{scope.as_of.in_words[1:]}."
        notes.append(SaidAbove(day_in_words))
    return TablePage(
        title,
        page_tables,
        notes=notes,
        as_of=str(scope.as_of) if scope.as_of else None,
        day_in_words=day_in_words,
        filters=filters_as_asked(filters.form),
        **more,
    )


def _untyped_notes(scope: Scope) -> list[str]:
    """Of how many more races of a scope of one track type nobody knows the type: they are not in it."""
    if not scope.type:
        return []
    count = scope.narrowed(type=None).denominator().filter(layout__type="").count()
    if not count:
        return []
    verb, they = ("was", "it is") if count == 1 else ("were", "they are")
    return [f"{plural(count, 'further race')} {verb} run at layouts of unknown type: {they} not counted here."]


class SaidAbove(str):
    """A note that the page's own template says, with its links, so that in HTML it is not told twice."""

    said_above = True


class SaidBelow(str):
    """A note that the race's page lists further down, with its link; where it is embedded there is no such list."""

    said_below = True


class NoteWithType(str):
    """A note that in HTML leads to the same page of one track type: `link` says which races these are."""

    type: str
    link: str


def dirt_notes(scope: Scope, counts: dict[str, int] | None = None) -> list[NoteWithType]:
    """How many of a track's races were on dirt, where others were not, and the way to leave them out.

    Where the others are of several types themselves, it leads to those on dirt. `counts` are the track's races by type:
    where they are not at hand, one query.
    """
    if not scope.track or scope.type:
        return []
    if counts is None:
        types = scope.denominator().order_by().values("layout__type").annotate(races=Count("pk"))
        counts = dict(types.values_list("layout__type", "races"))
    dirt = counts.get(TrackLayout.Type.DIRT, 0)
    if not dirt or len(counts) == 1:
        return []
    others = [type_ for type_ in counts if type_ != TrackLayout.Type.DIRT]
    verb = "was" if dirt == 1 else "were"
    races, untyped = plural(sum(counts.values()), "race"), counts.get("", 0)
    of_the_rest = f"; of {number(untyped)} the track type is unknown" if untyped else ""
    note = NoteWithType(f"{number(dirt)} of these {races} at {scope.track.short_name} {verb} on dirt{of_the_rest}.")
    note.type = others[0] if len(others) == 1 and others[0] else TrackLayout.Type.DIRT.value
    note.link = f"Only those {DIMENSIONS['type'].words(note.type)}"
    return [note]
