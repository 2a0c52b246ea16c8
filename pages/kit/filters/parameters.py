"""The parameters of an address: those that it takes, each given once, and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import wraps

from django.http import HttpRequest, HttpResponse, QueryDict

from racestats.errors import BadFilter, MeantParameter, ProblemText, bad_filter
from racestats.serving.marks import without_marks


def wrong_parameters(query: QueryDict, taken: Iterable[str], seldom: Iterable[str] = ()) -> dict[str, list[str]]:
    """What a query names that the address does not take, or more than once, each with a sentence that says so.

    Those it takes `seldom` are suggested where one is near, and left out where all are listed.
    """
    listed = list(taken)
    known = [*listed, *seldom]
    all_of_them = f"This address takes {', '.join(listed)}." if listed else "This address takes no parameters."
    wrong = {}
    for name, values in query.lists():
        if name not in known:
            told = suggesting(f"Unknown parameter “{name}”", name, known, all_of_them)
            wrong[name] = [
                ProblemText(told, told.said, [MeantParameter(each.text, name=each.text) for each in told.meant])
            ]
        elif len(values) > 1:
            wrong[name] = [f"“{name}” is given more than once, and takes one value."]
    return wrong


def suggesting(problem: str, wrong: str, known: Iterable[str], otherwise: str) -> ProblemText:
    """The problem, and what was probably meant: the nearest of what is known or, where none is near, what is said."""
    if near := get_close_matches(wrong.lower(), known, n=1):
        return ProblemText(f"{problem}: did you mean “{near[0]}”?", f"{problem}.", [MeantParameter(near[0], near[0])])
    return ProblemText(f"{problem}. {otherwise}", f"{problem}.", [])


def takes(*names: str) -> Callable:
    """A view that answers machines alone takes these parameters. A page of tables says so itself."""

    def checked(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, **kwargs) -> HttpResponse:
            request.GET = without_marks(request.GET)
            # First the answer: what is not there is a 404, whatever is asked of it.
            wrong = {}
            try:
                response = view(request, **kwargs)
            except BadFilter as problem:
                wrong = problem.errors
            wrong = wrong_parameters(request.GET, names) | wrong
            return bad_filter(request, BadFilter(wrong), "json") if wrong else response

        return answer

    return checked
