"""Official races: who may change what is part of one, and that each change of it has a reason."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model
from django.http import HttpRequest

from changes.models import LONGEST_REASON
from changes.subjects import PARENTS, is_part_of
from races.models import Penalty, Race, Ruling, RulingChange
from races.permissions import MAY_CHANGE_OFFICIAL

User = AbstractBaseUser | AnonymousUser

HAVE_A_REASON = (Ruling, RulingChange, Penalty)
"""A ruling is the reason itself."""


def race_of(row: Model | None) -> Race | None:
    """The race that a row is a part of, or is; None of what is of no race."""
    if row is None or isinstance(row, Race):
        return row
    found = (race_of(getattr(row, column, None)) for column in _towards_the_race(type(row)))
    return next(filter(None, found), None)


def _towards_the_race(model: type[Model]) -> tuple[str, ...]:
    """The columns of a part of a race that lead towards it."""
    return PARENTS[model] if is_part_of(model, Race) else ()


def is_official(row: Model | None) -> bool:
    """Whether a row is of an official race."""
    race = race_of(row)
    return race is not None and race.status == Race.Status.OFFICIAL


def may_change(user: User, row: Model | None) -> bool:
    """Whether this user may change a row, as far as its race is concerned."""
    return user.has_perm(MAY_CHANGE_OFFICIAL) or not is_official(row)


def wants_reason(model: type[Model], row: Model | None) -> bool:
    """Whether a page asks why: that of a row of an official race, and that of a new part of any."""
    if issubclass(model, HAVE_A_REASON):
        return False
    return is_official(row) if row else is_part_of(model, Race)


NO_REASON = "This race is official: say why it is changed. What officials decided is entered as a ruling."
NO_REASON_FOR_SOME = "Nothing was written: official races are among what it changes. Say why."


class ReasonField(forms.CharField):
    """Why an official race is changed: kept with the change, and no value of the row."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            max_length=LONGEST_REASON,
            widget=AdminTextInputWidget,
            help_text="Needed where the race is official: “The box score of May 12 has lap 88.” "
            "It stands in the history of the row.",
        )

    def has_changed(self, initial: object, data: object) -> bool:
        return False


class OfOfficialRaces:
    """A form of a race or of a part of one: it keeps official races from those who may not change them, and asks those
    who may for a reason."""

    user: User | None = None
    instance: Model
    cleaned_data: dict[str, Any]

    def clean(self):
        said = super().clean()
        needs_reason = bool(self.instance.pk) and is_official(self.instance)
        for column in self.fields.keys() & set(_towards_the_race(type(self.instance))):
            chosen = said.get(column)
            if not is_official(chosen):
                continue
            needs_reason = True
            if self.user and not may_change(self.user, chosen):
                self.add_error(column, f"{race_of(chosen)} is official: an editor changes it.")
            elif "why" not in self.fields and column in self.changed_data:
                self.add_error(column, f"{race_of(chosen)} is official: add it there anew, with a reason.")
        makes_official = isinstance(self.instance, Race) and said.get("status") == Race.Status.OFFICIAL
        if makes_official and self.user and not self.user.has_perm(MAY_CHANGE_OFFICIAL):
            self.add_error("status", "An editor makes a race official.")
        if needs_reason and "why" in self.fields and not said.get("why"):
            self.add_error("why", NO_REASON)
        return said


def reason_of(request: HttpRequest) -> str:
    """Why something is done, as its page was sent with it."""
    return text_of(request, "why", LONGEST_REASON)


def text_of(request: HttpRequest, name: str, longest: int) -> str:
    """What was sent in a box, without the null characters that no PostgreSQL takes."""
    return request.POST.get(name, "").replace("\0", "").strip()[:longest]


def with_reason(message: Any, reason: str) -> Any:
    """What the log says of a change, and why it was made."""
    if not reason:
        return message
    told = LogEntry(action_flag=CHANGE, change_message=json.dumps(message)).get_change_message()
    return f"{told} Reason: {reason}"
