"""What stands in the way of undoing a change set: what was changed since, what depends on it, what rules forbid it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.db.models import Exists, ForeignKey, Model, OuterRef, Q
from django.urls import reverse

from changes.labels import Labels
from changes.models import Change, ChangeSet
from changes.reading import name_of, rows_of, words_of
from changes.subjects import RECORDED, RowKey
from changes.values import columns_of
from races.models import Result, Ruling, RulingChange
from races.models.rulings import contradicting
from racestats.constraints import Unique, rules_of
from racestats.formatting import plural

from .plan import UndoPlan, held, models_of, rows_in

MOST_OF_A_KIND = 20
"""So many rows of one model that depend on what would go are named."""


class Obstacle(NamedTuple):
    """One thing in the way, and the page where to see to it."""

    text: str
    url: str = ""
    row: RowKey | None = None
    """What it is about; its words come before the text."""
    column: str = ""
    value: object = None
    """With a column, what it says now: its words come after the text."""


class ObstacleInWords(NamedTuple):
    """An obstacle in words."""

    text: str
    url: str


def obstacles(plan: UndoPlan) -> list[ObstacleInWords]:
    """All that stands in the way; nothing where it can be undone. As many queries for many rows as for few."""
    if plan.impossible:
        return [ObstacleInWords(each, "") for each in plan.impossible]
    if by := plan.change_set.undone_by:
        return [ObstacleInWords("It is undone already.", by.get_absolute_url())]
    found = [*_changed_since(plan), *_depending(plan), *_missing(plan), *_against_the_rules(plan)]
    found = found or list(_against_rulings(plan))
    return list(dict.fromkeys(_in_words(found, plan)))


def _in_words(found: Sequence[Obstacle], plan: UndoPlan) -> Iterator[ObstacleInWords]:
    keys = [each.row for each in found if each.row]
    for each in found:
        if each.column and isinstance(each.value, int):
            target = columns_of(each.row.model)[each.column]
            keys += [RowKey(target.related_model, each.value)] if target.is_relation else []
    came = {
        RowKey(rows.model, pk): values for _, each in plan.parts for rows in each for pk, values in rows.added.items()
    }
    read = Labels(keys, came | plan.restored)
    for each in found:
        text = each.text
        if each.column:
            text += f" {words_of(each.row.model, each.column, each.value, read)}"
        yield ObstacleInWords(f"{read.of(each.row)}: {text}" if each.row else text, each.url)


def later_changes(change_set: ChangeSet) -> list[Change]:
    """What has been done since to the same subjects and holds: neither what was undone nor its undoing."""
    same = Change.objects.filter(change_set=change_set, subject=OuterRef("subject"), subject_id=OuterRef("subject_id"))
    later = Change.objects.filter(Exists(same), change_set__gt=change_set.pk, change_set__undone_by=None)
    return list(later.exclude(change_set__undoes__gt=change_set.pk).select_related("change_set").order_by("change_set"))


def _changed_since(plan: UndoPlan) -> Iterator[Obstacle]:
    cells: dict[tuple[RowKey, str], ChangeSet] = {}
    rows: dict[RowKey, ChangeSet] = {}
    for change in later_changes(plan.change_set):
        for of_model in rows_of(change):
            for pk, changed in of_model.changed.items():
                rows[RowKey(of_model.model, pk)] = change.change_set
                cells |= {(RowKey(of_model.model, pk), name): change.change_set for name in changed}
            rows |= {RowKey(of_model.model, pk): change.change_set for pk in of_model.removed}
    for key, wanted in plan.cells.items():
        now = held(plan, key)
        if now is None:
            yield Obstacle("is no longer in the book.", _url(rows.get(key)), key)
            continue
        for name, (left, _) in wanted.items():
            by = cells.get((key, name))
            if by or now[name] != left:
                yield Obstacle(f"{name_of(key.model, name)} was changed since, and is", _url(by), key, name, now[name])
    for model, keys in plan.taken.items():
        there = set(rows_in(model, keys).values_list("pk", flat=True))
        for pk in sorted(keys):
            key = RowKey(model, pk)
            if pk not in there:
                yield Obstacle("is no longer in the book.", _url(rows.get(key)), key)
            elif key in rows:
                yield Obstacle("was changed since.", _url(rows[key]), key)
    for model in models_of(plan.new):
        for row in rows_in(model, [row.pk for row in plan.new[model]]):
            key = RowKey(model, row.pk)
            if row.pk not in plan.taken.get(model, ()):
                yield Obstacle("is in the book again.", _page(key), key)


def _url(by: ChangeSet | None) -> str:
    return by.get_absolute_url() if by else ""


def _page(key: RowKey) -> str:
    opts = key.model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[key.pk])


def _depending(plan: UndoPlan) -> Iterator[Obstacle]:
    """Rows that point to those which would go, and do not go with them."""
    for model in models_of(plan.taken):
        for relation in model._meta.get_fields(include_hidden=True):
            if not (relation.one_to_many or relation.one_to_one) or relation.related_model not in RECORDED:
                continue
            other, name = relation.related_model, relation.field.name
            pointing = other._base_manager.filter(**{f"{name}__in": plan.taken[model]}).order_by("pk")
            pks = [pk for pk in pointing.values_list("pk", flat=True) if pk not in plan.taken.get(other, ())]
            # What is put back points elsewhere then.
            pks = [pk for pk in pks if name not in plan.cells.get(RowKey(other, pk), ())]
            for pk in pks[:MOST_OF_A_KIND]:
                what = f"depends on the {model._meta.verbose_name} that would go."
                yield Obstacle(what, _page(RowKey(other, pk)), RowKey(other, pk))
            if (more := len(pks) - MOST_OF_A_KIND) > 0:
                yield Obstacle(f"{plural(more, 'more row')} of the {other._meta.verbose_name_plural} so too.")


def _missing(plan: UndoPlan) -> Iterator[Obstacle]:
    """What rows would point to, and the book does not have any more."""
    pointed: dict[type[Model], dict[int, RowKey]] = defaultdict(dict)
    for rows in (plan.new, plan.changed):
        for model in models_of(rows):
            for name, field in columns_of(model).items():
                if isinstance(field, ForeignKey):
                    for row in rows[model]:
                        key = RowKey(model, row.pk)
                        if (pk := getattr(row, field.attname)) and (rows is plan.new or name in plan.cells[key]):
                            pointed[field.related_model].setdefault(pk, key)
    for model, by_pk in pointed.items():
        there = {*rows_in(model, by_pk).values_list("pk", flat=True)} - plan.taken.get(model, set())
        there |= {key.pk for key in plan.restored if key.model is model}
        for pk in by_pk.keys() - there:
            yield Obstacle(f"the {model._meta.verbose_name} that it was of is no longer in the book.", "", by_pk[pk])


def _against_the_rules(plan: UndoPlan) -> Iterator[Obstacle]:
    """Rows that would break a rule of their model, alone or beside another."""
    for model in [model for model in RECORDED if plan.changed.get(model) or plan.new.get(model)]:
        rows = [*plan.changed.get(model, ()), *plan.new.get(model, ())]
        for check in rules_of(model).checks:
            for row in rows:
                if check.condition(row) is False:
                    yield Obstacle(check.message, "", RowKey(model, row.pk))
        for constraint, first in _uniques(model):
            yield from _doubled(model, rows, constraint, first, plan)


def _against_rulings(plan: UndoPlan) -> Iterator[Obstacle]:
    """Rulings that would not lead to what results say. All that the rows point to is there."""
    would_be = {
        model: {row.pk: row for row in (*plan.changed.get(model, ()), *plan.new.get(model, ()))}
        for model in (Ruling, RulingChange, Result)
    }
    gone = plan.taken.get(RulingChange, set())
    results = {*would_be[Result], *(change.result_id for change in would_be[RulingChange].values())}
    if gone or would_be[RulingChange] or would_be[Ruling]:
        moved = RulingChange.objects.filter(Q(pk__in={*gone, *would_be[RulingChange]}) | Q(ruling__in=would_be[Ruling]))
        results |= {*moved.values_list("result", flat=True)}
    results -= plan.taken.get(Result, set())
    stored = RulingChange.objects.filter(result__in=results).exclude(pk__in=gone) if results else ()
    changes = list(({change.pk: change for change in stored} | would_be[RulingChange]).values())
    for name, model in (("ruling", Ruling), ("result", Result)) if changes else ():
        rows = model.objects.in_bulk({getattr(change, f"{name}_id") for change in changes}) | would_be[model]
        for change in changes:
            setattr(change, name, rows[getattr(change, f"{name}_id")])
    for each in contradicting(changes):
        change = each.step.of
        url = reverse("admin:desk_rulings", args=[change.ruling.race_id])
        yield Obstacle(f"“{change.ruling.title}”: {each.in_words}.", url, RowKey(Result, change.result_id))


def _uniques(model: type[Model]) -> Iterator[tuple[Unique, str]]:
    """Each rule of what no two rows may have alike, and a column that it compares."""
    named = {constraint.name: constraint for constraint in model._meta.constraints}
    for rule in rules_of(model).uniques:
        yield rule, named[rule.name].fields[0]
    for name, field in columns_of(model).items():
        if field.unique:
            message = f"another {model._meta.verbose_name} has this {field.verbose_name}."
            yield Unique(name, None, [lambda row, attname=field.attname: getattr(row, attname)], message), name


def _doubled(model: type[Model], rows: Sequence[Model], rule: Unique, first: str, plan: UndoPlan) -> Iterator[Obstacle]:
    ours = {key: row for row in rows if (key := _values(rule, row)) is not None}
    attname = columns_of(model)[first].attname
    others = model._base_manager.filter(**{f"{attname}__in": {getattr(row, attname) for row in ours.values()}})
    apart = {row.pk for row in rows} | plan.taken.get(model, set())
    for other in others if ours else ():
        key = _values(rule, other)
        if key in ours and other.pk not in apart:
            yield Obstacle(rule.message, _page(RowKey(model, other.pk)), RowKey(model, ours[key].pk))


def _values(rule: Unique, row: Model) -> tuple | None:
    """What no other row may have; None where the rule does not hold of it, or something is unknown."""
    if rule.condition is not None and not rule.condition(row):
        return None
    values: Iterable[object] = [value(row) for value in rule.values]
    return None if None in values else tuple(values)
