"""What rulings say of the results on a page: no box contradicts them, and a car is disqualified by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html

from ...models import Result, Ruling, RulingChange, Session
from ...models.rulings import AMENDABLE, contradicting

RULED = (Session.Kind.RACE, Session.Kind.STAGE)
"""The sessions whose results rulings change."""


def hold_to_rulings(changed: Iterable[forms.ModelForm], race: int) -> None:
    """Add an error to each of these forms of results that says something else than the last ruling on it."""
    by_result = {
        form.instance.pk: form for form in changed if form.instance.pk and AMENDABLE.keys() & form.changed_data
    }
    found = list(RulingChange.objects.filter(result__in=by_result).select_related("ruling")) if by_result else []
    for change in found:
        change.result = by_result[change.result_id].instance
    for each in contradicting(found):
        form = by_result[each.step.of.result_id]
        if each.later is None and each.column in form.changed_data:
            told = format_html(
                '“{}”: {}. <a href="{}">Amend the results by a ruling, or revoke that one</a>.',
                each.step.of.ruling.title,
                each.in_words,
                reverse("admin:desk_rulings", args=[race]),
            )
            form.add_error(each.column if each.column in form.fields else None, told)


def contradictions_without(gone: QuerySet[RulingChange], moved: Mapping[int, Ruling] | None = None) -> list[str]:
    """What would not lead to what results say, each in words, once these rows of rulings are gone and those `moved`,
    by id, are of another day or number."""
    rulings = moved or {}
    results = RulingChange.objects.filter(Q(pk__in=gone.values("pk")) | Q(ruling__in=rulings)).values("result")
    kept = RulingChange.objects.filter(result__in=results).exclude(pk__in=gone.values("pk"))
    changes = list(kept.select_related("ruling", "result__entry__driver", "result__session"))
    for change in changes:
        change.ruling = rulings.get(change.ruling_id, change.ruling)
    return [
        f"“{each.step.of.ruling.title}”, {result_label(each.step.of.result)}: {each.in_words}"
        for each in contradicting(changes)
    ]


def result_label(result: Result) -> str:
    """A result among those of its race: “Race: 2, No. 4 Kevin Harvick”."""
    place = "–" if result.position is None else result.position
    return f"{result.session.name}: {place}, {result.entry}"


def ask_for_a_ruling(form: forms.ModelForm, race: int) -> None:
    """Ask whether a result that is on file and gets the mark is disqualified without a ruling, and offer one."""
    row: Result = form.instance
    if not (row.pk and row.disqualified and "disqualified" in form.changed_data and row.session.kind in RULED):
        return
    name = form.add_prefix("without_a_ruling")
    box = forms.CheckboxInput().render(name, name in form.data)
    form.notes = {**form.notes, "disqualified": [format_html("<label>{} without a ruling</label>", box)]}
    if name not in form.data:
        address = f"{reverse('admin:desk_new_ruling', args=[race, 'disqualify'])}?car={row.entry_id}"
        told = "A ruling moves the others too, and keeps the day"
        form.add_error("disqualified", format_html('{}: <a href="{}">disqualify {}</a>.', told, address, row.entry))
