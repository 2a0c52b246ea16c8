"""Planning one race: a document against what the book holds of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from importing.document import schema as doc
from importing.names.names import BookNames
from importing.stored import StoredRace
from importing.write.work import Work
from races.models import CautionSegment, LeadSegment, Race
from racestats.constraints import violations

from .draft import Draft, DraftProblem
from .entries import plan_entries
from .merge import CellChange
from .race_row import new_race, plan_race_row
from .results import ResultPlanner
from .ruled import hold_to_rulings
from .segments import plan_segments


@dataclass
class RacePlan:
    """What an import does to one race."""

    document: doc.RaceDocument
    place: str
    """Where in the file the document stands."""
    race: Race
    """The race as it will be."""
    is_new: bool
    changes: list[CellChange] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    """Where in the document each row stands that the book lacks."""
    doubts: list[DraftProblem] = field(default_factory=list)
    """What was left out because the book cannot tell who or where is meant."""
    was_official: bool = False
    """Whether the book has it as official."""

    @property
    def rows_added(self) -> int:
        return len(self.added)

    @property
    def state(self) -> str:
        if self.is_new:
            return "new"
        return "changed" if self.added or any(not change.kept for change in self.changes) else "unchanged"

    @property
    def label(self) -> str:
        """What the book calls the race, or the file where the book lacks it."""
        return self.document.label if self.is_new else f"{self.race.label}, {self.race.name}"

    @property
    def kept(self) -> list[CellChange]:
        """Where source and book disagree and the book's value stays."""
        return [change for change in self.changes if change.kept]


def plan_race(
    document: doc.RaceDocument,
    place: str,
    stored: StoredRace | None,
    names: BookNames,
    work: Work,
    overwrite_official: bool,
    fill_in: bool,
) -> RacePlan:
    """Compare a document with what is stored of its race, part by part; raise Stop where anything in it is wrong."""
    official = stored is not None and stored.race.status == Race.Status.OFFICIAL
    draft = Draft(document, stored, names, work, overwrite_official or not official, fill_in)
    if draft.is_new:
        draft.race = new_race(draft)
    plan_entries(draft)
    results = ResultPlanner(draft)
    results.plan_sessions()
    plan_race_row(draft)
    plan_segments(draft)
    results.plan_rulings()
    draft.sources("sources", document.sources, "race", draft.race, draft.stored.citations)
    draft.stop_on_errors()
    _obey_the_rules(draft)
    hold_to_rulings(draft)
    draft.stop_on_errors()
    added = [each.path for each in draft.made]
    return RacePlan(document, place, draft.race, draft.is_new, draft.merger.changes, added, draft.doubts, official)


def _obey_the_rules(draft: Draft) -> None:
    """Tell what the database would refuse, which may show only now that file and book are merged."""
    if not draft.made and all(change.kept for change in draft.merger.changes):
        return
    gone = {(model, pk) for model in (CautionSegment, LeadSegment) for pk in draft.work.delete.get(model, ())}
    stored = () if draft.is_new else draft.stored.rows()
    placed = [draft.placed(row) for row in stored if (type(row), row.pk) not in gone] + draft.made
    for found in violations(each.row for each in placed):
        path, row = placed[found.place]
        value = ", ".join(f"{name} {getattr(row, name)}" for name in found.columns) or str(row)
        draft.error(path, value, found.message)
