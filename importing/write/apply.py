"""Writing a plan: bulk, inside the caller's transaction, parents before children."""

from __future__ import annotations

from collections import defaultdict

from changes.recording import came, changed_to, removed
from races.models import (
    CautionSegment,
    Citation,
    Entry,
    LeadSegment,
    Penalty,
    Race,
    ReliefDriver,
    Result,
    Ruling,
    RulingChange,
    Session,
)

from .bulk import insert
from .work import Work

PARENTS_FIRST = (
    Race,
    Entry,
    ReliefDriver,
    Session,
    Result,
    CautionSegment,
    LeadSegment,
    Ruling,
    RulingChange,
    Penalty,
    Citation,
)
BATCH = 500


def apply(work: Work) -> None:
    """Write the rows of a plan, and tell the history. The derived rows are the caller's to refresh."""
    for model, ids in work.delete.items():
        removed(model.objects.filter(pk__in=ids))
        # Django's own, but not public: `delete()` reads each row and sends signals, which would refresh at once.
        model.objects.filter(pk__in=ids)._raw_delete(model.objects.db)
    for model in PARENTS_FIRST:
        insert(model, work.create.get(model, []))
        came(model, work.create.get(model, []))
    together = defaultdict(list)
    for (model, _), changed in work.update.items():
        together[model, tuple(sorted(changed.columns))].append(changed.row)
    for race, entries in work.later:
        for name, entry in entries.items():
            setattr(race, name, entry)  # Its id is known only now.
        together[type(race), tuple(sorted(entries))].append(race)
    for (model, columns), rows in together.items():
        model.objects.bulk_update(rows, columns, batch_size=BATCH)
    changed_to(work.before())
