"""What a deletion takes along and what forbids it: counted by query, with the first rows named.

Django reads every such row and names each by itself: of a make that raced for decades, in sixty thousand queries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.contrib.admin import AdminSite
from django.db.models import CASCADE, PROTECT, Model, Q, QuerySet
from django.db.models.deletion import get_candidate_relations_to_delete
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import capfirst

FIRST = 20
"""So many rows are named."""
Paths = dict[type[Model], list[str]]
"""By which relations rows of each model lead to those that are chosen: results by `session__race` and `entry__race`."""


class DeletionPage(NamedTuple):
    """As the admin asks for it: what is said of the rows that go, how many there are of each kind, the kinds that the
    user may not delete, and what is said of the rows that forbid it."""

    told: list[Any]
    counts: dict[str, int]
    lacking: set[str]
    protected: list[Any]


class DeletedKind(NamedTuple):
    """Rows of one model that a deletion reaches."""

    rows: QuerySet[Any]
    count: int

    @property
    def model(self) -> type[Model]:
        return self.rows.model

    def __str__(self) -> str:
        opts = self.model._meta
        return f"{self.count:,} {opts.verbose_name if self.count == 1 else opts.verbose_name_plural}"


def what_goes(chosen: Any, request: HttpRequest, site: AdminSite, derived: Collection[type[Model]]) -> DeletionPage:
    """What goes with these rows of one model. Derived rows are counted and not named, and ask for no permission."""
    if not isinstance(chosen, QuerySet):
        chosen = type(chosen[0])._base_manager.filter(pk__in=[row.pk for row in chosen])
    taken, forbidding = paths_to(chosen.model)
    if in_the_way := list(kinds(forbidding, chosen)):
        return DeletionPage([], {}, set(), list(forbidden(in_the_way, forbidding, chosen, request, site)))
    going = [DeletedKind(chosen, chosen.count()), *kinds(taken, chosen)]
    named = [kind for kind in going if kind.model not in derived]
    lacking = {
        str(kind.model._meta.verbose_name)
        for kind in named
        if (model_admin := admin_of(kind.model, site)) and not model_admin.has_delete_permission(request)
    }
    lines = [line for _, lines in first_rows(named, site) for line in lines]
    rest = sum(kind.count for kind in named) - len(lines)
    counts = {str(kind.model._meta.verbose_name_plural): kind.count for kind in going}
    return DeletionPage([*lines, *more(rest)], counts, lacking, [])


def paths_to(model: type[Model]) -> tuple[Paths, Paths]:
    """The relations by which rows of other models go with rows of this one, and those by which they forbid it."""
    taken: Paths = {}
    forbidding: Paths = {}
    found = [(model, "")]
    for reached, path in found:
        for relation in get_candidate_relations_to_delete(reached._meta):
            other, along = relation.related_model, f"{relation.field.name}__{path}".removesuffix("__")
            if relation.on_delete is CASCADE and not other._meta.auto_created:
                taken.setdefault(other, []).append(along)
                found.append((other, along))
            elif relation.on_delete is PROTECT:
                forbidding.setdefault(other, []).append(along)
    return taken, forbidding


def kinds(paths: Paths, chosen: QuerySet[Any]) -> Iterator[DeletedKind]:
    """The rows that lead to the chosen ones, of each model that has any. A query for each model."""
    keys = chosen.order_by().values("pk")
    for model, ways in paths.items():
        everything = model._base_manager
        # Each way by itself: of two joined tables at once a database would read all.
        ends = [Q(pk__in=everything.filter(**{f"{way}__in": keys}).values("pk")) for way in ways]
        rows = everything.filter(reduce(or_, ends) if len(ends) > 1 else Q(**{f"{ways[0]}__in": keys}))
        if count := rows.count():
            yield DeletedKind(rows, count)


def first_rows(reached: list[DeletedKind], site: AdminSite) -> Iterator[tuple[DeletedKind, list[str]]]:
    """Each kind with a line for each of its rows, until the first rows of all are named. A query for each kind."""
    left = FIRST
    for kind in reached:
        model_admin = admin_of(kind.model, site)
        joined = getattr(model_admin, "list_select_related", ()) or ()
        rows = kind.rows.select_related(*joined) if joined else kind.rows
        named = [line(row, model_admin) for row in rows.order_by("pk")[:left]] if left else []
        left -= len(named)
        yield kind, named


def line(row: Model, model_admin: Any) -> str:
    """What a row is called, leading to its page."""
    opts = row._meta
    if model_admin is None:
        return f"{capfirst(opts.verbose_name)}: {row}"
    label = getattr(model_admin, "choice_label", str)(row)
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])
    return format_html('{}: <a href="{}">{}</a>', capfirst(opts.verbose_name), address, label)


def forbidden(
    in_the_way: list[DeletedKind], paths: Paths, chosen: QuerySet[Any], request: HttpRequest, site: AdminSite
) -> Iterator[Any]:
    """Each kind of the rows in the way, leading to the list of them where one row is to go, and the first of them."""
    keys = list(chosen.values_list("pk", flat=True)[:2])
    for kind, lines in first_rows(in_the_way, site):
        lookup, *others = [f"{way}__id__exact" for way in paths[kind.model]]
        model_admin = admin_of(kind.model, site)
        if len(keys) == 1 and not others and model_admin and model_admin.lookup_allowed(lookup, str(keys[0]), request):
            opts = kind.model._meta
            listed = (
                reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist") + "?" + urlencode({lookup: keys[0]})
            )
            yield format_html('<a href="{}">{}</a>', listed, kind)
        else:
            yield str(kind)
        if lines:
            yield [*lines, *more(kind.count - len(lines))]


def more(count: int) -> list[str]:
    return [f"… and {count:,} more"] if count else []


def admin_of(model: type[Model], site: AdminSite) -> Any:
    return site.get_model_admin(model) if site.is_registered(model) else None
