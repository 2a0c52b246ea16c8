"""The API, version 1: its operations, and the errors of all in one shape."""

from __future__ import annotations

from functools import cache
from inspect import Parameter, Signature
from typing import Annotated, Any

from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.urls.converters import SlugConverter
from ninja import NinjaAPI, Path
from ninja.errors import ValidationError

from racestats.errors import API, BadFilter, bad_filter, not_found
from racestats.serving.marks import without_marks

from ..kit.filters.filter_sets import AsOfFilter
from ..kit.filters.parameters import takes, wrong_parameters
from .answering import answer_list
from .facts import FACTS, Facts
from .parameters import Described, parameter, parameters_of, words_of
from .promises import DESCRIPTION
from .resources import PARTS, RESOURCES, Part, Resource
from .shapes import Problem

PREFIX = API.strip("/")
ADDRESSES = {each.name: f"/{PREFIX}{each.path}" for each in (*FACTS, *RESOURCES)}
"""By name, the address of everything, with the parts that stand for an id in braces."""
WRONG = {400: Problem, 404: Problem, 429: Problem}
api = NinjaAPI(
    title="racestats",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)


@api.exception_handler(BadFilter)
def told_wrong(request: HttpRequest, problem: BadFilter) -> HttpResponseBase:
    return bad_filter(request, problem, "json")


@api.exception_handler(Http404)
@api.exception_handler(ValidationError)
def told_missing(request: HttpRequest, problem: Exception) -> HttpResponseBase:
    return not_found(request, problem)


@api.exception_handler(Exception)
def go_on(request: HttpRequest, problem: Exception) -> HttpResponseBase:
    """Of everything else the site's own middleware knows what to do."""
    raise problem


def nothing_here(request: HttpRequest) -> HttpResponseBase:
    """A 404 for an address that the API does not have."""
    return not_found(request)


@takes()
def index(request: HttpRequest) -> JsonResponse:
    """Where everything is."""
    return JsonResponse({"documentation": reverse("api"), "schema": reverse("openapi"), "resources": ADDRESSES})


def add_list(resource: Resource) -> None:
    """The operation of a list."""

    def answer(request: HttpRequest, **parts: str) -> HttpResponseBase:
        return answer_list(request, resource, parts)

    parameters = parameters_of(resource)
    lines = {"application/jsonl": {"schema": {"type": "string"}}}
    more = {"parameters": parameters, "responses": {200: {"content": lines}}}
    _add(answer, resource.pattern, resource.parts, resource.name, resource.says, resource.group, resource.answer, more)


def add_facts(facts: Facts) -> None:
    """The operation of one thing."""

    def answer(request: HttpRequest, **parts: str) -> HttpResponseBase:
        found = facts.find(parts[facts.name])
        filters = AsOfFilter(query := without_marks(request.GET))
        wrong = wrong_parameters(query, ["as_of"])
        if not filters.is_valid():
            wrong = filters.form.errors | wrong
        if wrong:
            raise BadFilter(wrong)
        return JsonResponse(facts.tell(found, filters.scope.as_of).model_dump())

    as_of = parameter("as_of", *words_of(AsOfFilter.get_filters()["as_of"].field))
    path = facts.path.replace("{", "{slug:")
    _add(answer, path, [facts.name], facts.name, facts.says, facts.group, facts.answer, {"parameters": [as_of]})


def path_of(part: Part) -> Any:
    """How the schema describes a part of an address."""
    return Path(description=part.says, example=part.example, pattern=f"^{SlugConverter.regex}$")


def _add(
    answer: Any, path: str, parts: list[str], name: str, says: str, group: str, shape: type, more: Described
) -> None:
    named = {part: Annotated[str, path_of(PARTS[part])] for part in parts}
    answer.__name__ = name.replace("-", "_")
    answer.__doc__ = None
    answer.__signature__ = Signature(
        [Parameter("request", Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)]
        + [Parameter(part, Parameter.KEYWORD_ONLY, annotation=kind) for part, kind in named.items()]
    )
    common = {"response": {200: shape, **WRONG}, "summary": says, "tags": [group], "operation_id": name}
    api.get(path, url_name=name, openapi_extra=more, **common)(answer)
    api.api_operation(["HEAD"], path, url_name=name, include_in_schema=False)(answer)


for facts in FACTS:
    add_facts(facts)
for resource in RESOURCES:
    add_list(resource)


@cache
def schema() -> dict[str, Any]:
    """The OpenAPI schema."""
    return api.get_openapi_schema(path_prefix=f"{PREFIX}/")


@takes()
def openapi(request: HttpRequest) -> JsonResponse:
    """The OpenAPI schema as a file."""
    return JsonResponse(schema())
