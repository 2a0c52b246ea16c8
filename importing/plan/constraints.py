"""The rules of the tables of truth, asked before anything is written: which rows of a plan would break one.

The rules are the models' own constraints. The database has the last word; here they are asked of rows that are not
written yet, so that what is wrong can be told with its place in the file.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from django.db.models import CheckConstraint, F, Model, Q, UniqueConstraint

from racestats.constraints import columns_of

Condition = Callable[[Model], "bool | None"]
"""Whether something holds of a row, as SQL has it: None where what is unknown decides."""

COMPARISONS = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, wanted: value in wanted,
    "range": lambda value, wanted: wanted[0] <= value <= wanted[1],
}


def broken(rows: Iterable[Model]) -> Iterator[tuple[Model, str, str]]:
    """(row, what it says, the rule in words) of each row that breaks a rule, alone or beside another of these."""
    seen: dict[tuple, Model] = {}
    for row in rows:
        checks, uniques = _rules_of(type(row))
        for condition, columns, message in checks:
            if condition(row) is False:
                yield row, ", ".join(f"{name} {getattr(row, name)}" for name in columns), message
        for name, condition, values, message in uniques:
            if condition is not None and not condition(row):
                continue
            key = (name, *(value(row) for value in values))
            if None not in key and seen.setdefault(key, row) is not row:
                yield row, str(row), message


@cache
def _rules_of(model: type[Model]) -> tuple[list, list]:
    checks, uniques = [], []
    for constraint in model._meta.constraints:
        message = constraint.get_violation_error_message()
        condition = _condition(constraint.condition, model) if constraint.condition else None
        if isinstance(constraint, CheckConstraint):
            plain = [name for name in columns_of(constraint) if not model._meta.get_field(name).is_relation]
            checks.append((condition, plain, message))
        elif isinstance(constraint, UniqueConstraint) and constraint.fields:
            uniques.append((constraint.name, condition, [_value(name, model) for name in constraint.fields], message))
    return checks, uniques


def _condition(condition: Q, model: type[Model]) -> Condition:
    parts = [
        _condition(part, model) if isinstance(part, Q) else _comparison(*part, model) for part in condition.children
    ]
    decides = condition.connector == Q.OR

    def holds(row):
        """`OR` is true with one true part, `AND` false with one false part; else what is unknown stays so."""
        unknown = False
        for part in parts:
            answer = part(row)
            if answer is decides:
                return decides
            unknown |= answer is None
        return None if unknown else not decides

    if not condition.negated:
        return holds
    return lambda row: None if (answer := holds(row)) is None else not answer


def _comparison(lookup: str, wanted, model: type[Model]) -> Condition:
    name, _, kind = lookup.partition("__")
    value = _value(name, model)
    if kind == "isnull" or wanted is None:
        absent = wanted is None or wanted
        return lambda row: (value(row) is None) == absent
    compare = COMPARISONS[kind or "exact"]
    other = _value(wanted.name, model) if isinstance(wanted, F) else lambda row: wanted

    def holds(row):
        mine, others = value(row), other(row)
        return None if mine is None or others is None else compare(mine, others)

    return holds


def _value(name: str, model: type[Model]) -> Callable[[Model], object]:
    """Reads a column; of a relation, what tells the row that it points to from others, saved or not."""
    field = model._meta.get_field(name)
    if not field.is_relation:
        return operator.attrgetter(name)

    def target(row):
        pointed = field.get_cached_value(row, default=None)
        if pointed is None:
            return getattr(row, field.attname)
        key = pointed.pk
        return f"new {id(pointed)}" if key is None else key

    return target
