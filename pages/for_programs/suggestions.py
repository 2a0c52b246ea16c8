"""What a reader may mean who has begun to type, as the scripts of the site ask for it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, JsonResponse

from racestats.errors import BadFilter
from racestats.names.searching import TextField
from stats.finding import KINDS, suggest
from stats.search import search

from ..kit.filters.filter_sets import AsOfFilter
from ..kit.filters.parameters import takes
from ..kit.links import Links

MOST = 8
ALL = "all"


@takes("q", "as_of")
def suggestions(request: HttpRequest, kind: str) -> JsonResponse:
    """The drivers, teams, makes or tracks that are called so, or whatever can be searched for, the best known first:
    names, slugs and addresses, which keep the day of the page."""
    if kind != ALL and kind not in KINDS:
        raise Http404(f"There are suggestions for {', '.join((ALL, *KINDS))}, none for “{kind}”.")
    filters = AsOfFilter(request.GET)
    wrong = {} if filters.is_valid() else dict(filters.form.errors)
    try:
        begun = TextField(required=False).clean(request.GET.get("q", ""))
    except ValidationError as problem:
        wrong["q"] = problem.messages
    if wrong:
        raise BadFilter(wrong)
    links = Links(filters.data)
    if kind == ALL:
        results, told = search(begun, MOST, as_of=filters.scope.as_of), ("name", "kind", "detail", "slug")
    else:
        results, told = suggest(KINDS[kind], begun, MOST), ("name", "slug")
    found = [{name: getattr(each, name) for name in told} | {"url": links.keep(each.url)} for each in results]
    return JsonResponse({"suggestions": found})
