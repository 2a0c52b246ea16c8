"""The pages of what has names: whether a new row is one that the book has, and what becomes of a name that changes."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse

from drivers.models import Driver
from races.admin.forms.near import known_by, near_rows
from racestats import clock
from racestats.names.spelling import plain

from .kept_names import DATED_NAMES, YEARS, FormerName
from .page import PageForm

ANOTHER = "another"
"""The box that is ticked where it is another one."""
OLD_NAME = "old_name"
ROW = re.compile(r"names-[0-9]+-name")
"""The boxes of the dated names that stand on the page of their team or track."""


class Near(NamedTuple):
    """A row that may be meant, in words, and the address of its page."""

    told: str
    address: str


class NamedForm(PageForm):
    """A page that asks, of a new row, whether it is one of those called nearly so."""

    near: tuple[Near, ...] = ()
    """Those that are asked about."""
    asked_about = ""
    """What they are near to: another name is asked about anew."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk is None and self.cleaned_data.get("name"):
            self._ask_whether_it_is_another()
        return cleaned

    def _ask_whether_it_is_another(self) -> None:
        said, model = self.cleaned_data, type(self.instance)
        names = [said["name"], said.get("short_name") or ""]
        if model is Driver:
            names = [f"{said['name']} {said.get('suffix') or ''}"]
        self.asked_about = plain(" ".join(names))
        rows = near_rows(model, *names)
        if not rows or self.data.get(ANOTHER) == self.asked_about:
            return
        known, labelled = known_by(model, rows), admin.site.get_model_admin(model).choice_label
        address = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        self.near = tuple(Near(f"{labelled(row)}, {known[row.pk]}", reverse(address, args=[row.pk])) for row in rows)
        what = model._meta.verbose_name
        self.add_error("name", f"The book has a {what} of that name, or nearly: say above whether this is another.")


class RenamedForm(NamedForm):
    """And of one that has its names for a time, what becomes of the name that it is to have no more."""

    former: FormerName | None = None
    """The question, and what was said to it."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk is not None and "name" in self.changed_data and self.cleaned_data.get("name"):
            self._ask_what_becomes_of_the_old_name()
        return cleaned

    @property
    def old_name(self) -> str:
        return self.initial["name"]

    def _ask_what_becomes_of_the_old_name(self) -> None:
        if plain(self.old_name) == plain(self.cleaned_data["name"]) or self._has_dated_it():
            return
        if f"{OLD_NAME}-kept" not in self.data:
            last = {"kept": YEARS, "last": clock.today().year - 1}
            self.former = FormerName(prefix=OLD_NAME, initial=last)
            what = self.instance._meta.verbose_name
            self.add_error("name", f"The {what} was “{self.old_name}” till now: say above what becomes of that name.")
            return
        self.former = FormerName(self.data, prefix=OLD_NAME)
        if not self.former.is_valid():
            self.add_error("name", "Say above what becomes of the name till now.")
        elif self.former.is_kept:
            try:
                self.former_name().full_clean()
            except ValidationError as error:
                self.add_error("name", error.messages)

    def _has_dated_it(self) -> bool:
        """Whether the name is among those of a time, in the book or on the page."""
        typed = {plain(str(text)) for name, text in self.data.items() if ROW.fullmatch(name)}
        return plain(self.old_name) in typed | {plain(each.name) for each in self.instance.names.all()}

    def former_name(self) -> Any:
        """The row that keeps the old name, not yet written."""
        model, column = DATED_NAMES[type(self.instance)]
        first, last = self.former.days if self.former else (None, None)
        return model(name=self.old_name, first_day=first, last_day=last, **{column: self.instance})

    def keep_the_old_name(self) -> None:
        """Write it, where that was wished."""
        if self.former and self.former.is_kept:
            self.former_name().save()
