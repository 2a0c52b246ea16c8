"""The pages of the history: who changed what, from what to what, and what they cost."""

from datetime import date

import pytest

from changes.models import ChangeSet
from drivers.models import Driver
from importing.run import Options, import_data
from races.derived.refresh import deferred
from races.models import Entry, ImportRun, Race, Result, Session, Track
from testing.editing import page
from testing.files.samples import as_bytes, document
from testing.makers import HAMLIN, LARSON, make_driver, make_race, make_result, make_sample_book
from testing.queries import counted_queries
from testing.roles import as_role

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


@deferred()
def make_book() -> None:
    """Kansas with two cars and their results."""
    race = make_race(2025, 12, laps=267, date=date(2025, 5, 11))
    make_result(race, LARSON, 1, number="5", laps=267, laps_led=221)
    make_result(race, HAMLIN, 2, number="11", laps=267, laps_led=46)


@pytest.fixture
def reader(client, small_book):
    ChangeSet.objects.all().delete()
    return as_role(client, "viewer")


def cell(name: str, before: str, after: str) -> str:
    return f'<td>{name}</td><td class="before">{before}</td><td class="after">{after}</td>'


def save(row, **values) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def test_a_race_shows_what_was_done_to_all_of_it(reader):
    winner = Result.objects.get(position=1)
    save(winner, laps_led=220)
    Entry.objects.get(number="11").delete()
    race = Race.objects.get()
    for address in (page("history", Race, race.pk), page("history", Session, winner.session_id)):
        said = reader.get(address).text
        assert cell("Laps led", "221", "220") in said
        assert "Entry: No. 11 Denny Hamlin" in said
        assert cell("Laps led", "46", "–") in said


def test_a_result_shows_its_own(reader):
    winner, second = Result.objects.order_by("position")
    save(winner, laps_led=220)
    save(second, laps_led=47)
    said = reader.get(page("history", Result, winner.pk)).text
    assert cell("Laps led", "221", "220") in said
    assert cell("Laps led", "46", "47") not in said


@pytest.mark.parametrize(
    ("model", "values", "told"),
    [
        (Driver, {"born": date(1992, 7, 31)}, cell("Date of birth", "–", "1992-07-31")),
        (Track, {"name": "Kansas International"}, "Kansas International"),
        (Race, {"status": "official"}, cell("Status", "Scheduled", "Official")),
        (Entry, {"driver": "Ross Chastain"}, cell("Driver", "Kyle Larson", "Ross Chastain")),
    ],
)
def test_values_are_told_in_words(reader, model, values, told):
    if "status" in values:
        Race.objects.update(status="scheduled")
    if "driver" in values:
        values = {"driver": make_driver(values["driver"])}
    row = model.objects.get(slug="kyle-larson") if model is Driver else model.objects.order_by("pk").first()
    save(row, **values)
    assert told in reader.get(page("history", model, row.pk)).text
    assert told in reader.get(ChangeSet.objects.first().get_absolute_url()).text


def test_the_list_tells_who_and_leads_on(reader):
    save(make_driver(), hometown="Elk Grove")
    said = reader.get(page("changelist", ChangeSet)).text
    assert "Driver: Kyle Larson" in said
    assert "the command line" in said
    assert "Driver: Kyle Larson" not in reader.get(page("changelist", ChangeSet) + "?undone=yes").text


def test_an_import_is_told_by_how_much_came(client, empty_book):
    make_sample_book()
    import_data(as_bytes(document()), "kansas.json", Options(create_drivers=True))
    said = as_role(client, "viewer").get(ChangeSet.objects.first().get_absolute_url()).text
    assert "3 entries, added" in said
    assert "4 results, added" in said
    run = ImportRun.objects.get()
    assert ChangeSet.objects.first().get_absolute_url() in client.get(page("change", ImportRun, run.pk)).text


def test_many_rows_cost_as_much_as_few(reader):
    def asked(rows: int) -> dict[str, int]:
        race = Race.objects.get()
        with deferred():
            for number in range(rows):
                result = make_result(race, f"Driver {rows} {number}", number=f"{rows}{number}")
                save(result, laps=number)
        with deferred():
            for result in Result.objects.all():
                save(result, points=rows)
        change_set = ChangeSet.objects.first()
        found = {}
        for address in (
            page("history", Race, race.pk),
            change_set.get_absolute_url(),
            f"/admin/changes/changeset/{change_set.pk}/undo/",
            page("changelist", ChangeSet),
        ):
            with counted_queries() as queries:
                assert reader.get(address).status_code == 200
            found[address.replace(str(change_set.pk), "")] = len(queries)
        return found

    asked(2)
    few = asked(3)
    assert asked(11) == few
    assert max(few.values()) <= MOST_QUERIES
