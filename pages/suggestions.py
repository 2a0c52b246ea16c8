"""Names for what a reader has begun to type, as the scripts of the site ask for them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, JsonResponse

from racestats.errors import BadFilter
from racestats.searching import TextField
from stats.finding import KINDS, suggest

from .kit.parameters import takes

MOST = 8


@takes("q")
def suggestions(request: HttpRequest, kind: str) -> JsonResponse:
    """The drivers, teams, makes or tracks that are called so, the best known first: names, slugs and addresses."""
    if kind not in KINDS:
        raise Http404(f"There are suggestions for {', '.join(KINDS)}, none for “{kind}”.")
    try:
        begun = TextField(required=False).clean(request.GET.get("q", ""))
    except ValidationError as problem:
        raise BadFilter({"q": problem.messages}) from None
    rows = suggest(KINDS[kind], begun, MOST)
    found = [{"name": str(row), "slug": row.slug, "url": row.get_absolute_url()} for row in rows]
    return JsonResponse({"suggestions": found})
