"""Race documents over HTTP are what an import reads, under the published schema."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from importing.document.schema import RaceDocument
from importing.export import race_documents
from races.models import CautionSegment, Race
from testing.makers import make_race
from testing.site import DOCUMENTS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("parameters", DOCUMENTS["races:race-document"], ids=str)
def test_a_race_as_a_document(client, parameters):
    response = client.get(reverse("races:race-document", args=parameters))
    assert response["Content-Type"] == "application/json"
    race = Race.objects.get_by_natural_key(*parameters)
    (stored,) = race_documents(Race.objects.filter(pk=race.pk))
    assert RaceDocument.model_validate_json(response.content) == stored


def test_the_schema_is_of_the_race_document(client):
    schema = client.get(reverse("races:race-document-schema")).json()
    assert schema["title"] == "RaceDocument"
    assert {"series", "season", "name", "track"} <= set(schema["required"])
    assert "CautionPart" in schema["$defs"]


def test_a_race_that_no_document_can_say(client, empty_book):
    """What was typed by hand and no document may hold is told, not crashed over: on the page and by the command."""
    race = make_race(2024, 1)
    CautionSegment.objects.create(race=race, start_lap=1, end_lap=2, beneficiary="#5")
    response = client.get("/api/races/cup/2024/1")
    assert response.status_code == 409
    said = "2024 Kansas cannot be written as a document: beneficiary “#5” must be a car number"
    assert response.json()["error"].startswith(said)
    with pytest.raises(CommandError, match="cannot be written as a document"):
        call_command("export_results")
