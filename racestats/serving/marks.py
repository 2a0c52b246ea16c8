"""The marks that other sites add to a link: they are passed over, as if they were not there."""

from __future__ import annotations

from django.http import QueryDict

MARKS = frozenset({"fbclid", "gclid", "igshid", "mc_cid", "mc_eid", "msclkid", "ref"})
"""By these, and by all that begins with `utm_`, other sites and mailings tell where a reader came from."""


def without_marks(query: QueryDict) -> QueryDict:
    """A query without the marks of other sites, so that no link of a page carries them on."""
    marks = [name for name in query if name in MARKS or name.startswith("utm_")]
    if marks:
        query = query.copy()
        for name in marks:
            del query[name]
    return query
