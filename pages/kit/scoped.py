"""What every page of a scope says."""

from __future__ import annotations

from stats.scope import Scope

from .forms import TablePage, filters_as_asked

ACTIVE = "Started one of the last ten races of the series in the book"


def scope_page(
    title: str, filters, scope: Scope, page_tables: dict, *, tells_active: bool = False, **more
) -> TablePage:
    """A page of a scope: its filters and its `as of` are said in every form.

    A page that can be asked for the active says who they are, and so does one that tells it in other ways.
    """
    notes = list(more.pop("notes", []))
    if tells_active or "active" in filters.form.fields:
        notes.append(f"Active are those who {ACTIVE[0].lower()}{ACTIVE[1:]}{', by then' if scope.as_of else ''}.")
    if scope.as_of:
        notes.append(f"{scope.as_of.in_words[0].upper()}{scope.as_of.in_words[1:]}.")
    return TablePage(
        title,
        page_tables,
        notes=notes,
        as_of=str(scope.as_of) if scope.as_of else None,
        filters=filters_as_asked(filters.form),
        **more,
    )
