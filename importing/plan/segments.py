"""What the segments of a document become: laps under caution, and laps led in one go."""

from __future__ import annotations

from collections.abc import Sequence

from importing.document import schema as doc
from races.models import CautionSegment, LeadSegment

from .draft import Draft
from .merge import CellChange, known

LONGEST = CautionSegment._meta.get_field("comment").max_length


def plan_segments(draft: Draft) -> None:
    document = draft.document
    if document.caution_segments is not None:
        rows = _by_lap(document.caution_segments)
        _take(draft, "caution_segments", CautionSegment, draft.stored.cautions, rows)
    if document.lead_segments is not None:
        rows = [
            {"start_lap": part.start, "end_lap": part.end, "entry": entry}
            for number, part in enumerate(document.lead_segments)
            if (entry := draft.entry(f"lead_segments[{number}]", part))
        ]
        if len(rows) == len(document.lead_segments):
            _take(draft, "lead_segments", LeadSegment, draft.stored.leads, rows)


def _by_lap(cautions: list[doc.CautionPart]) -> list[doc.Columns]:
    """The cautions; those of one lap are one, for where laps under caution do not count a lap can have several."""
    rows: list[doc.Columns] = []
    for part in cautions:
        before = rows[-1] if rows else {}
        if part.start == part.end == before.get("start_lap") == before.get("end_lap"):
            before["comment"] = "; ".join(filter(None, (before["comment"], part.comment)))[:LONGEST] or None
            continue
        rows.append(
            {
                "start_lap": part.start,
                "end_lap": part.end,
                "reason": part.reason,
                "comment": part.comment,
                "beneficiary": part.beneficiary,
            }
        )
    return rows


def _take(
    draft: Draft,
    path: str,
    model: type[CautionSegment] | type[LeadSegment],
    stored: Sequence[CautionSegment | LeadSegment],
    rows: list[doc.Columns],
) -> None:
    """Segments of the same laps as those stored are merged one by one; others replace all of them, or none."""
    laps = [(row.start_lap, row.end_lap) for row in stored]
    if stored and laps == sorted((each["start_lap"], each["end_lap"]) for each in rows):
        by_lap = {row.start_lap: row for row in stored}
        for number, columns in enumerate(rows):
            where = f"{path}[{number}]"
            draft.merge(by_lap[columns["start_lap"]], where, where, columns)
        return
    kept = bool(stored) and not draft.merger.replace
    if stored:
        draft.merger.changes.append(CellChange(path, f"{len(stored)} segments", f"{len(rows)} segments", kept))
    if not kept:
        draft.work.delete[model] += [row.pk for row in stored]
        for number, columns in enumerate(rows):
            draft.add(f"{path}[{number}]", model(race=draft.race, **known(columns)))
