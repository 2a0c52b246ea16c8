"""What every page of a scope says."""

from __future__ import annotations

from stats.scope import Scope

from .forms import TablePage, filters_as_asked


def scope_page(title: str, filters, scope: Scope, page_tables: dict, **more) -> TablePage:
    """A page of a scope: its filters and its `as of` are said in every form."""
    notes = list(more.pop("notes", []))
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
