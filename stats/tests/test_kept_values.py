"""Whatever is kept of the data is what is read anew, after any write, whoever made it."""

from __future__ import annotations

import inspect
import sqlite3
from collections.abc import Mapping, Set
from contextlib import closing
from dataclasses import fields, is_dataclass
from datetime import date

import pytest
from django.db import connection, models, transaction

from races.derived.refresh import rebuild
from races.models import Milestone, Race, Result, Season, Series, StatLine
from racestats.serving.kept_values import KEPT
from testing.makers import BUESCHER, HAMLIN, LARSON, make_given, make_milestone, make_race, make_result, make_rounds
from testing.queries import counted_queries


def make_book():
    make_rounds(2024, "WWAh")
    race = make_race(2025, 12, laps=100, field_size=2, margin="0.012", average_speed="120.5", date=date(2025, 5, 11))
    make_result(race, LARSON, 1, laps_led=100, points=40)
    make_result(race, BUESCHER, 2, laps_led=0, points=35)
    make_milestone("wins", 1)


def asked(read) -> list[tuple]:
    """What a kept function may be asked."""
    cup = Series.objects.get(slug="cup")
    known = {"series": cup, "by": "driver", "season": Season.objects.get(series=cup, year=2025)}
    return [tuple(known[name] for name in inspect.signature(read).parameters)]


def told(value) -> object:
    """All that a value says, rows by their columns."""
    if isinstance(value, models.Model):
        return type(value).__name__, told(
            {field.attname: getattr(value, field.attname) for field in value._meta.fields}
        )
    if isinstance(value, Mapping):
        return {key: told(each) for key, each in value.items()}
    if isinstance(value, Set):
        return set(value)
    if isinstance(value, list | tuple):
        return [told(each) for each in value]
    if is_dataclass(value):
        return {field.name: told(getattr(value, field.name)) for field in fields(value)}
    return value


def all_kept() -> dict[tuple, object]:
    return {(read.__module__, read.__name__, *what): told(read(*what)) for read in KEPT for what in asked(read)}


def read_anew() -> dict[tuple, object]:
    with transaction.atomic():
        return all_kept()


def by_saving():
    result = Result.objects.get(session__race__date=date(2025, 5, 11), entry__driver__name=BUESCHER)
    result.position = 1
    result.save()


def by_another_process():
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("UPDATE races_race SET margin = 0.5, average_speed = 99 WHERE margin_kind = 'time'")
        other.commit()


WRITES = {
    "a save": by_saving,
    "a row that goes": lambda: Race.objects.get(date=date(2025, 5, 11)).delete(),
    "an update of many rows": lambda: Season.objects.update(rounds=36),
    "rows made in bulk": lambda: Milestone.objects.bulk_create(
        [Milestone(series=Series.objects.get(slug="cup"), statistic="starts", threshold=2)]
    ),
    "given totals": lambda: make_given(HAMLIN, (2023, 36), starts=100, wins=9),
    "a rebuild": lambda: (StatLine.objects.filter(year=2025)._raw_delete("default"), rebuild()),
    "another process": by_another_process,
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_whoever_asks_after_a_write_has_what_is_read_anew(made_file, write):
    before = all_kept()
    write()
    found = all_kept()
    assert found == read_anew()
    assert found != before or write is WRITES["a rebuild"]


def test_what_is_kept_takes_no_query(made_file):
    questions = [(read, what) for read in KEPT for what in asked(read)]
    all_kept()
    with counted_queries() as queries:
        for read, what in questions:
            read(*what)
    assert (len(questions) > 9, len(queries)) == (True, 0)


def test_a_write_that_is_taken_back_is_seen_within_its_transaction_alone(made_file):
    before = all_kept()
    with transaction.atomic():
        by_saving()
        assert all_kept() != before
        transaction.set_rollback(True)
    assert all_kept() == before == read_anew()
