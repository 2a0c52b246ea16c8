"""Race documents over HTTP: what `export_results` writes and `import_results` reads, and their schema."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from importing.document.schema import RaceDocument
from importing.export import Unwritable, as_json, race_documents
from races.models import Race

from ..kit.filters.parameters import takes
from ..kit.found import race_or_404


@takes()
def race_document(request: HttpRequest, series: str, year: int, key: str) -> HttpResponse:
    """One race as a document, or a 409 that says what in the book keeps it from being one."""
    race = race_or_404(Race, series, year, key)
    try:
        (document,) = race_documents(Race.objects.filter(pk=race.pk))
    except Unwritable as problem:
        return JsonResponse({"error": str(problem)}, status=409)
    return HttpResponse(as_json(document), content_type="application/json")


@takes()
def race_document_schema(request: HttpRequest) -> JsonResponse:
    """The JSON Schema of a race document."""
    return JsonResponse(RaceDocument.model_json_schema())
