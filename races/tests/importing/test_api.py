"""Race documents over HTTP are what an import reads, under the published schema."""

import pytest
from django.urls import reverse

from races.importing.document import RaceDocument
from races.importing.export import document_of
from races.importing.stored import stored_races
from races.models import Race
from racestats.tests.site import DOCUMENTS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("parameters", DOCUMENTS["races:race-document"], ids=str)
def test_a_race_as_a_document(client, parameters):
    response = client.get(reverse("races:race-document", args=parameters))
    assert response["Content-Type"] == "application/json"
    race = Race.objects.get_by_natural_key(*parameters)
    stored = document_of(stored_races(Race.objects.filter(pk=race.pk))[0])
    assert RaceDocument.model_validate_json(response.content) == stored


def test_the_schema_is_of_the_race_document(client):
    schema = client.get(reverse("races:race-document-schema")).json()
    assert schema["title"] == "RaceDocument"
    assert {"series", "season", "name", "track"} <= set(schema["required"])
    assert "CautionPart" in schema["$defs"]
