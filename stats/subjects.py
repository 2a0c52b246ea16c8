"""Whom figures are of: drivers, teams and makes, and what each kind is called."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.models import Driver, Manufacturer, Team

Competitor = Driver | Team | Manufacturer
"""Whose lines are counted: a driver's, or the cars of a team or a make."""


@dataclass(frozen=True)
class Subject:
    """One kind of them: `key` is the name under which stat lines, scopes and addresses know it, `one` and `many` what
    readers call it, and `columns` what a name and its link are made of."""

    key: str
    model: type[Competitor]
    one: str
    many: str
    columns: tuple[str, ...]

    @property
    def heading(self) -> str:
        return self.one.capitalize()


# A portrait or a biography of everybody would take longer to read than a board.
SUBJECTS = {
    subject.key: subject
    for subject in (
        Subject("driver", Driver, "driver", "drivers", ("name", "suffix", "slug")),
        Subject("team", Team, "team", "teams", ("name", "slug")),
        Subject("manufacturer", Manufacturer, "make", "makes", ("name", "slug")),
    )
}


def subject_of(who: Competitor) -> Subject:
    return next(subject for subject in SUBJECTS.values() if isinstance(who, subject.model))
