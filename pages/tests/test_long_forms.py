"""Very many rows come in parts, in the forms that hold all of fewer: each says which it is and where the next is."""

import pytest

from testing.reading import read_csv
from testing.site import FORMS

LOG = "/manufacturers/chevrolet/races/?season=2025"
PART = 200


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr("pages.kit.tables.base.SENT_AT_ONCE", PART)


@pytest.mark.parametrize("sort", ["", "&sort=laps_led"])
def test_the_parts_are_the_whole(client, db, monkeypatch, sort):
    whole = client.get(f"{LOG}{sort}&format=json")
    assert "Link" not in whole
    rows, count = whole.json()["rows"], whole.json()["matching"]
    monkeypatch.setattr("pages.kit.tables.base.SENT_AT_ONCE", PART)
    found, address, notes = [], f"{LOG}{sort}&format=json", []
    while address:
        answer = client.get(address)
        assert len(answer.json()["rows"]) <= PART
        found += answer.json()["rows"]
        notes.append(answer.json()["notes"][-1])
        further = answer.headers.get("Link", "")
        address = further and LOG.partition("?")[0] + further.removeprefix("<").partition(">")[0]
    assert found == rows
    assert (len(found), len(notes)) == (count, -(-count // PART))
    assert notes[0] == f"These are rows 1 to 200 of {count:,}. page=2 has the next."
    assert notes[-1] == f"These are rows {count // PART * PART + 1:,} to {count:,} of {count:,}."


@pytest.mark.parametrize("form", [form for form in FORMS if form != "html"])
def test_each_form_leads_on(client, db, short, form):
    answer = client.get(f"{LOG}&format={form}")
    assert answer["Link"] == f'<?season=2025&format={form}&page=2>; rel="next"'
    assert ("These are rows 1 to 200 of" in answer.content.decode()) == (form != "csv")
    if form == "csv":
        assert len(read_csv(answer)[1]) == PART


def test_a_part_that_there_is_not(client, db, short):
    answer = client.get(f"{LOG}&format=json&page=9")
    assert answer.status_code == 400
    assert answer.json()["fields"]["page"][0].startswith("There is no page 9: the last is ")


def test_a_page_has_its_own_parts(client, db, short):
    answer = client.get(f"{LOG}&page=2")
    assert "Link" not in answer
    assert "These are rows" not in answer.content.decode()
