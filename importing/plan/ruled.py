"""Whether the rulings of a race lead from one to the next and to its results, as all of it will be."""

from __future__ import annotations

from races.models import Result, RulingChange
from races.models.rulings import contradicting
from races.rulings import as_held

from .draft import Draft


def hold_to_rulings(draft: Draft) -> None:
    """Tell where a ruling contradicts what comes after it: at its row of the document, or at that of the result."""
    made = [(each.path, each.row) for each in draft.made if isinstance(each.row, RulingChange)]
    if not made and all(change.kept for change in draft.merger.changes):
        return
    stored = draft.stored
    found = [(_path(draft, row), draft.work.as_planned(row)) for rows in stored.changes.values() for row in rows]
    results = {row.pk: row for of_session in stored.results.values() for row in of_session.values()}
    rulings = {ruling.pk: ruling for ruling in stored.rulings.values()}
    paths: dict[int, str] = {}
    changes, seen = [], set()
    for path, row in [*found, *made]:
        result = results.get(row.result_id) or row.result
        ruling = rulings.get(row.ruling_id) or row.ruling
        if (id(ruling), id(result)) in seen:
            continue  # That one ruling has two rows of a result is told by itself.
        seen.add((id(ruling), id(result)))
        if result.pk:
            path, result = path or _path(draft, result), draft.work.as_planned(result)
        change = RulingChange(
            ruling=draft.work.as_planned(ruling) if ruling.pk else ruling,
            result=result,
            before=row.before,
            after=row.after,
        )
        changes.append(change)
        paths[id(change)] = path
    for each in contradicting(changes):
        path = next((at for step in (each.step, each.later) if step and (at := paths[id(step.of)])), "rulings")
        value = as_held(each.column, each.step.after[each.column])
        draft.error(f"{path}.{each.column}", value, each.in_words, "contradicted-ruling")


def _path(draft: Draft, row: RulingChange | Result) -> str:
    """Where in the document a stored row stands, if at all."""
    return draft.placed(row).path
