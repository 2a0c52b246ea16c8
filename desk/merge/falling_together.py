"""Rows that cannot stand beside each other once both are of one driver, team or track, and what one takes over from
the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any, NamedTuple

from django.db.models import Field, ForeignKey, Model, UniqueConstraint
from django.utils.text import capfirst

from drivers.models import Driver
from importing.names.tracks import SAME_LENGTH
from racestats.constraints import rules_of
from racestats.names.dated_names import DatedName

CALLED_BY = {"name", "short_name", "slug"}
"""What every row is called by: of course they differ."""
ITS_OWN = CALLED_BY | {"suffix", "label"}
"""What is never taken over from another: no suffix is a name too."""
LONGEST = 200
"""Characters of a value that are shown."""


class TakenValue(NamedTuple):
    """A row that has already what another would have, and the rule that lets no two have it."""

    row: Model
    rule: str


class Difference(NamedTuple):
    """A column in which two rows differ, in words: what each says, and what is left in the end."""

    label: str
    goes: str
    stays: str
    after: str


class HeldValues:
    """Rows of one model by what no two may have alike in a column, and what stands beside it."""

    def __init__(self, field: ForeignKey, rows: Iterable[Model]):
        self.field = field
        names = {each.name for each in _uniques(field)}
        self.rules = [rule for rule in rules_of(field.model).uniques if rule.name in names]
        self.rows = {key: TakenValue(row, rule) for row in rows for key, rule in self._keys(row)}

    def _keys(self, row: Model) -> Iterator[tuple[tuple[object, ...], str]]:
        if self.field.unique:
            yield (self.field.name, getattr(row, self.field.attname)), f"There is one {row._meta.verbose_name} of each."
        for rule in self.rules:
            if rule.condition is None or rule.condition(row):
                key = (rule.name, *[value(row) for value in rule.values])
                if None not in key:
                    yield key, rule.message

    def against(self, row: Model) -> TakenValue | None:
        return next((self.rows[key] for key, _ in self._keys(row) if key in self.rows), None)


def may_clash(field: ForeignKey) -> bool:
    """Whether any rule lets no two rows have alike what this column is part of."""
    return field.unique or bool(_uniques(field))


def _uniques(field: ForeignKey) -> list[UniqueConstraint]:
    rules = field.model._meta.constraints
    return [rule for rule in rules if isinstance(rule, UniqueConstraint) and field.name in rule.fields]


def takes_over(goes: Model, stays: Model, by: ForeignKey | None = None) -> tuple[Model, list[Difference]]:
    """The row that stays, with what it lacks and the other has, and all that the other says otherwise; but for the
    column `by` which they belong to those that are merged.

    What a source says stays whole, and so do the days of a name; what would break a rule of the model is left out.
    """
    after, cells = copy(stays), []
    if isinstance(stays, Driver) and goes.born and stays.birth_year == goes.born.year:
        after.born, after.birth_year = goes.born, None  # The day says more than its year.
    columns = [field for field in stays._meta.concrete_fields if not field.primary_key and field != by]
    is_whole = isinstance(stays, DatedName) or any(field.name == "source" for field in columns)
    for field in columns:
        theirs, mine = getattr(goes, field.attname), getattr(stays, field.attname)
        if not _says(theirs) or theirs == mine or field.name in CALLED_BY:
            continue
        if not (is_whole or field.name in ITS_OWN or _says(mine)):
            setattr(after, field.attname, theirs)
            if any(check.condition(after) is False for check in rules_of(type(after)).checks):
                setattr(after, field.attname, mine)
        cells.append(
            Difference(capfirst(str(field.verbose_name)), *(_in_words(row, field) for row in (goes, stays, after)))
        )
    return after, cells


def _says(value: object) -> bool:
    return value not in (None, "")


def _in_words(row: Model, field: Field) -> str:
    value: Any = getattr(row, field.attname)
    if not _says(value):
        return "—"
    if field.choices:
        value = getattr(row, f"get_{field.name}_display")()
    elif isinstance(field, ForeignKey):
        value = getattr(row, field.name)
    return str(value)[:LONGEST]


def are_one_layout(one: Any, other: Any) -> bool:
    """Whether two layouts say nothing of which only one can be true."""
    told = ((getattr(one, name), getattr(other, name)) for name in ("type", "surface"))
    as_long = one.length is None or other.length is None or abs(one.length - other.length) <= SAME_LENGTH
    return as_long and all(not mine or not theirs or mine == theirs for mine, theirs in told)
