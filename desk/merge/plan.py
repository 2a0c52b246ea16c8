"""What a merge would do: which rows would belong to the one that stays, which fall together, what is in doubt.

All that points to a row is found by the relations of its model, so that none can be forgotten.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.contrib import admin
from django.db.models import DO_NOTHING, ForeignKey, Model
from django.utils.text import capfirst

from changes.subjects import above, subjects_of
from drivers.models import Driver, DriverAlias, Team
from importing.text.spelling import free_slug
from races.admin.forms.choices import joined
from races.admin.forms.kept_names import DATED_NAMES
from races.admin.kit.deletion import FIRST, DeletedKind, first_rows, more
from races.derived.signals import DERIVED
from races.models import Entry, FormerSlug, Race, Track, TrackLayout
from racestats.formatting import listed, plural
from racestats.names.spelling import plain

from .falling_together import Difference, HeldValues, are_one_layout, may_clash, takes_over

MERGED: dict[str, type[Any]] = {"driver": Driver, "team": Team, "track": Track}
"""What can be merged, by the word for it in addresses."""
MOST_NAMED = 5
"""So many races are named in a sentence."""


@dataclass
class Pair:
    """A row that goes, and the one that stays in its place: they could not both be of one, by this `rule`."""

    goes: Model
    stays: Model
    rule: str = ""
    by: ForeignKey | None = None

    def __post_init__(self) -> None:
        self.after, self.cells = takes_over(self.goes, self.stays, self.by)

    after: Any = field(init=False)
    """The row that stays, with what it takes over."""
    cells: list[Difference] = field(init=False)


@dataclass
class Move:
    """Rows in which one column comes to point to a row that stays."""

    column: ForeignKey
    rows: list[Model]

    @property
    def model(self) -> type[Model]:
        return self.column.model


@dataclass
class MergePlan:
    """All that a merge does. `hash` is another one for any other plan."""

    goes: Any
    stays: Any
    pairs: list[Pair] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    """What speaks against their being one, or wants looking after."""
    names: list[str] = field(default_factory=list)
    """By which the one that stays will be found beside its own."""
    meetings: set[int] = field(default_factory=set)
    """The races in which both drove."""

    @property
    def main(self) -> Pair:
        return self.pairs[0]

    @property
    def others(self) -> list[tuple[str, Pair]]:
        """The further pairs, each with what it is called."""
        return [(capfirst(called(pair.stays)), pair) for pair in self.pairs[1:]]

    @property
    def hash(self) -> str:
        said = (
            [(type(pair.goes).__name__, _values(pair.goes), _values(pair.stays)) for pair in self.pairs],
            [(str(move.column), sorted(_values(row) for row in move.rows)) for move in self.moves],
            self.names,
        )
        return hashlib.sha256(repr(said).encode(errors="replace")).hexdigest()

    @property
    def is_of_official_races(self) -> bool:
        """Whether it changes rows of races that are official."""
        rows = [row for move in self.moves for row in move.rows] + [pair.goes for pair in self.pairs[1:]]
        subjects = subjects_of({above(row) for row in rows}, lambda _: None).values()
        races = {key.pk for key in subjects if key.model is Race}
        return Race.objects.filter(pk__in=races, status=Race.Status.OFFICIAL).exists()

    def counted(self) -> list[str]:
        """“36 entries”, of each kind that moves."""
        return [str(kind) for kind in self._kinds()]

    def first_rows(self) -> list[tuple[str, list[str]]]:
        """Each kind that moves, with the first rows of all."""
        kinds = self._kinds()
        return [(str(kind), [*lines, *more(kind.count - len(lines))]) for kind, lines in first_rows(kinds, admin.site)]

    def _kinds(self) -> list[DeletedKind]:
        """Each with a fair share of the rows that are named."""
        by_model: dict[type[Model], list[int]] = defaultdict(list)
        for move in self.moves:
            by_model[move.model] += [row.pk for row in move.rows]
        share = max(FIRST // max(len(by_model), 1), 1)
        return [
            DeletedKind(model._base_manager.filter(pk__in=sorted(keys)[:share]), len(keys))
            for model, keys in by_model.items()
        ]


def _values(row: Model) -> str:
    return repr([row.pk, *[getattr(row, column.attname) for column in row._meta.concrete_fields]])


def called(row: Model) -> str:
    """A row's kind and name, as its page of the admin has it."""
    model_admin = admin.site.get_model_admin(type(row)) if admin.site.is_registered(type(row)) else None
    return f"{row._meta.verbose_name} {getattr(model_admin, 'choice_label', str)(row)}"


def relations_to(model: type[Model]) -> list[ForeignKey]:
    """The columns of tables of truth that point to rows of this model. What no constraint holds is not the book's; nor
    is whom a story names, which follows from its text."""
    return [
        relation.field
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
        if relation.related_model not in DERIVED and relation.on_delete is not DO_NOTHING
        if not relation.related_model._meta.auto_created
    ]


def plan_of(goes: Any, stays: Any) -> MergePlan:
    """How all that is of one row comes to the other. A fixed number of queries for each kind of what falls together."""
    plan = MergePlan(goes, stays, [Pair(goes, stays)])
    reached = plan.pairs
    while reached:
        found = []
        for model, of_model in groupby(sorted(reached, key=_by_model), key=lambda pair: type(pair.goes)):
            by_goes = {pair.goes.pk: pair for pair in of_model}
            for column in relations_to(model):
                found += _reach(plan, column, by_goes)
        plan.pairs = [*plan.pairs, *found]
        reached = found
    plan.names = list(_further_names(plan))
    plan.doubts = list(_doubts(plan))
    return plan


def _by_model(pair: Pair) -> str:
    return type(pair.goes)._meta.label


def _reach(plan: MergePlan, column: ForeignKey, pairs: dict[int, Pair]) -> list[Pair]:
    """Note the rows that come to point to those that stay, and return the pairs that fall together."""
    rows = _rows(column, pairs)
    if not rows:
        return []
    theirs = _rows(column, [pair.stays.pk for pair in pairs.values()]) if may_clash(column) else []
    held, moved, found = HeldValues(column, theirs), [], []
    for row in rows:
        setattr(row, column.name, pairs[getattr(row, column.attname)].stays)
        taken = held.against(row)
        if taken and isinstance(row, TrackLayout) and not are_one_layout(row, taken.row):
            row.slug = free_slug(row.slug, {each.slug for each in (*theirs, *rows)}, 60)
            taken = None
        if taken:
            found.append(Pair(row, taken.row, taken.rule, column))
        else:
            moved.append(row)
    if moved:
        plan.moves.append(Move(column, moved))
    return found


def _rows(column: ForeignKey, keys: Iterable[int]) -> list[Model]:
    """Rows that point to these, with what their names are made of."""
    rows = column.model._base_manager.filter(**{f"{column.name}__in": list(keys)}).order_by("pk")
    model_admin = admin.site.get_model_admin(column.model) if admin.site.is_registered(column.model) else None
    return list(joined(rows, model_admin) if model_admin and may_clash(column) else rows)


def moved(plan: MergePlan, model: type[Model]) -> list[Any]:
    return [row for move in plan.moves if move.model is model for row in move.rows]


def _further_names(plan: MergePlan) -> Iterator[str]:
    """The names of the one that goes which the one that stays does not have."""
    goes, stays = plan.goes, plan.stays
    if isinstance(goes, Driver):
        names = [str(goes)]
        held = [str(stays), *stays.aliases.values_list("alias", flat=True)]
        held += [alias.alias for alias in moved(plan, DriverAlias)]
        held += DriverAlias.objects.filter(alias__in=names).values_list("alias", flat=True)
    else:
        model, _ = DATED_NAMES[type(goes)]
        names = [goes.name, getattr(goes, "short_name", goes.name)]
        held = [stays.name, getattr(stays, "short_name", stays.name), *stays.names.values_list("name", flat=True)]
        held += [each.name for each in moved(plan, model)]
    known = {plain(name) for name in held}
    for name in names:
        if plain(name) not in known:
            known.add(plain(name))
            yield name


def _doubts(plan: MergePlan) -> Iterator[str]:
    goes, stays = plan.goes, plan.stays
    if isinstance(goes, Driver):
        years = {row.year_of_birth for row in (goes, stays)} - {None}
        if len(years) > 1 or (goes.born and stays.born and goes.born != stays.born):
            yield "They were born on different days."
        yield from _doubts_of_meetings(plan)
    if isinstance(goes, Track):
        races = Race.objects.points().filter(round__isnull=False).order_by()
        seasons = races.filter(layout__track=goes).values("season")
        both = races.filter(layout__track=stays, season__in=seasons).values_list("season__year", flat=True)
        if years := sorted(set(both)):
            named = listed([str(year) for year in years[:MOST_NAMED]]) + (" …" if years[MOST_NAMED:] else "")
            yield f"Both had points races in {named}: look afterwards at their ordinals, such as “Kansas II”."


def _doubts_of_meetings(plan: MergePlan) -> Iterator[str]:
    fallen = [pair.goes for pair in plan.pairs if isinstance(pair.goes, Entry)]
    mine = {row.race_id: row for row in (*moved(plan, Entry), *fallen)}
    entries = Entry.objects.filter(driver=plan.stays, race__entries__driver=plan.goes).select_related("race")
    theirs = {entry.race_id: entry for entry in entries}
    plan.meetings = mine.keys() & theirs.keys()
    if not plan.meetings:
        return
    races = Race.objects.with_label().filter(pk__in=sorted(plan.meetings)[:MOST_NAMED])
    cars = (f"{race.full_label} ({_car(mine[race.pk])} and {_car(theirs[race.pk])})" for race in races)
    rest = " …" if len(plan.meetings) > MOST_NAMED else ""
    yield f"Both were in {plural(len(plan.meetings), 'race')}, in two cars: {listed(list(cars))}{rest}."


def _car(entry: Entry) -> str:
    return f"No. {entry.number}" if entry.number else "one without a number"


def moved_slugs(plan: MergePlan) -> list[str]:
    """The slugs whose addresses will lead to the one that stays."""
    return [plan.goes.slug, *(each.slug for each in moved(plan, FormerSlug))]
