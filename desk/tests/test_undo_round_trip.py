"""Any sequence of what editors do and undo, undone from its end, leaves the book as it began."""

from contextlib import suppress
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from changes.models import ChangeSet
from changes.values import values_of
from desk.copies import make, sessions_for
from desk.rulings.actions import Impossible, disqualify
from desk.rulings.book import RuledRace
from desk.rulings.write import revoke, write
from desk.undo.obstacles import obstacles
from desk.undo.plan import plan_of
from desk.undo.write import undo
from importing.export import as_json, race_documents
from importing.run import Options, import_data
from races.admin.forms.rows import delete_rows, write_rows
from races.derived.refresh import deferred, differences
from races.models import Entry, Race, Result, Ruling
from testing.books import book_models
from testing.examples import examples
from testing.files.samples import as_bytes, document
from testing.makers import make_driver, make_entry, make_race, make_result, make_ruling, make_sample_book
from testing.roles import KEPT_BY_THE_COMPUTER

TRUTH = [model for model in book_models() if model not in KEPT_BY_THE_COMPUTER]
CARS = {"5": "Kyle Larson", "17": "Chris Buescher", "20": "Christopher Bell"}


@deferred()
def make_book() -> None:
    """Two races of three cars."""
    make_sample_book()
    for round in (10, 11):
        race = make_race(2025, round, laps=200, date=date(2025, 4, round))
        for place, (number, driver) in enumerate(CARS.items(), 1):
            make_result(race, driver, place, number=number, laps=200, laps_led=200 if place == 1 else 0)


def of(rows, which: int):
    """One of these rows, where there is any."""
    rows = list(rows.order_by("pk"))
    return rows[which % len(rows)] if rows else None


@deferred()
def correct(which: int, number: int) -> None:
    """Rows of a page, all at once; cars swap their numbers."""
    if race := of(Race.objects.all(), which):
        cars = list(race.entries.order_by("pk"))
        painted = [(car.number, car.twin) for car in cars]
        for car, (other, twin) in zip(cars, [*painted[1:], *painted[:1]]):
            car.number, car.twin = other, twin
        write_rows(Entry, cars, ())
        results = list(Result.objects.filter(session__race=race))
        for result in results:
            result.points = number
        write_rows(Result, results, ())


def save_one(which: int, number: int) -> None:
    if result := of(Result.objects.all(), which):
        result.status_text, result.laps = f"{number} laps", 200 - number
        result.laps_led = min(result.laps_led or 0, result.laps)
        result.save()


def delete_a_car(which: int, number: int) -> None:
    if car := of(Entry.objects.all(), which):
        car.delete()


@deferred()
def take_a_pole(which: int, number: int) -> None:
    if car := of(Entry.objects.all(), which):
        car.race.pole = car
        car.race.save()


@deferred()
def delete_rows_of_a_page(which: int, number: int) -> None:
    if race := of(Race.objects.all(), which):
        delete_rows(Result, list(Result.objects.filter(session__race=race)[:2]))


def delete_a_race(which: int, number: int) -> None:
    if race := of(Race.objects.all(), which):
        race.delete()


@deferred()
def add_a_car(which: int, number: int) -> None:
    if race := of(Race.objects.all(), which):
        used = set(race.entries.values_list("number", flat=True))
        if str(number) not in used:
            make_entry(race, make_driver(f"Driver {number}"), str(number))


def import_a_race(which: int, number: int) -> None:
    said = document(cautions=number, caution_segments=[{"start": 1 + number, "end": 50}])
    import_data(as_bytes(said), "kansas.json", Options(create_drivers=True, overwrite_official=True))


def copy_a_race(which: int, number: int) -> None:
    old = of(Race.objects.all(), which)
    if old and not Race.objects.filter(season=old.season, round=20 + number).exists():
        race = Race(season=old.season, round=20 + number, name="A copy", layout=old.layout, status="scheduled")
        make(race, sessions_for(race, [], True), old.entries.all())


@deferred()
def rule(which: int, number: int) -> None:
    result = of(Result.objects.exclude(position=None), which)
    if result and not result.session.race.rulings.exists():
        before, result.position = result.position, 30
        result.save()
        changes = {result: ({"position": before}, {"position": 30})}
        make_ruling(result.session.race, date(2025, 5, 1), changes)


def disqualify_a_car(which: int, number: int) -> None:
    race = of(Race.objects.all(), which)
    if race and (car := of(race.entries, number)):
        book = RuledRace(race)
        with suppress(Impossible):
            write(book, disqualify(book.results, car.pk), book.day)


def restore_on_appeal(which: int, number: int) -> None:
    if ruling := of(Ruling.objects.all(), which):
        book = RuledRace(ruling.race)
        with suppress(Impossible):
            write(book, book.restored(ruling), book.day)


def revoke_a_ruling(which: int, number: int) -> None:
    if ruling := of(Ruling.objects.all(), which):
        book = RuledRace(ruling.race)
        with suppress(Impossible):
            revoke(book, ruling, book.put_back(ruling), AnonymousUser(), book.day)


def undo_one(which: int, number: int) -> None:
    """Of any write, also of an earlier undo, if nothing depends on it."""
    change_set = of(ChangeSet.objects.all(), which)
    if change_set and not obstacles(plan := plan_of(change_set)):
        undo(change_set, plan.fingerprint)


ACTIONS = [correct, save_one, delete_a_car, take_a_pole, delete_rows_of_a_page, delete_a_race, add_a_car]
ACTIONS += [import_a_race, copy_a_race, rule, disqualify_a_car, disqualify_a_car, restore_on_appeal, revoke_a_ruling]
ACTIONS += [undo_one, undo_one, undo_one]


def book() -> tuple[list[str], dict]:
    """The book as it is exported, and every row of it."""
    races = Race.objects.order_by("pk")
    rows = {model: {row.pk: values_of(row) for row in model.objects.all()} for model in TRUTH}
    return [as_json(each) for each in race_documents(races)], rows


@examples(8)
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=7))
def test_undone_from_its_end_all_is_as_it_began(small_book, actions):
    with transaction.atomic():
        ChangeSet.objects.all().delete()
        before = book()
        for action, which, number in actions:
            action(which, number)
        for change_set in ChangeSet.objects.order_by("-pk"):
            change_set.refresh_from_db()
            plan = plan_of(change_set)
            assert obstacles(plan) == []
            undo(change_set, plan.fingerprint)
        assert book() == before
        assert differences() == 0
        transaction.set_rollback(True)
