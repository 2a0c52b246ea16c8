"""The forms of rulings: whose and what an action is of, what is said of it, and cells that a ruling amends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms

from races.admin.forms.shown import read
from races.models import Entry, Result, Ruling
from races.models.rulings import AMENDABLE, LEAST
from races.order import car_order
from racestats.constraints import LARGEST_SMALL

from .actions import CarResult, Impossible, RulingPlan, Values, amend, credit, disqualify, penalise
from .book import RuledRace

LONGEST_REASON = 5_000


class ActionForm(forms.Form):
    """What an action needs to know. `plan` is what it does."""

    def __init__(self, book: RuledRace, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.book = book

    def plan(self) -> RulingPlan:
        raise NotImplementedError


class OfCar(ActionForm):
    """An action on one of the race's cars."""

    car = forms.ModelChoiceField(
        Entry.objects.none(), error_messages={"invalid_choice": "That car is not one of this race."}
    )

    def __init__(self, book: RuledRace, *arguments: Any, **named: Any):
        super().__init__(book, *arguments, **named)
        entries = Entry.objects.filter(race=book.race).select_related("driver")
        field = self.fields["car"]
        field.queryset = entries
        field.choices = [("", "---------"), *((car.pk, str(car)) for car in sorted(entries, key=by_number))]


def by_number(entry: Entry) -> tuple[Any, ...]:
    return car_order(entry.number), entry.pk


class Disqualify(OfCar):
    def plan(self) -> RulingPlan:
        return disqualify(self.book.results, self.cleaned_data["car"].pk)


class Credit(OfCar):
    place = forms.IntegerField(min_value=1, max_value=LARGEST_SMALL, help_text="The place that the car is given.")
    field_order = ("car", "place")

    def plan(self) -> RulingPlan:
        return credit(self.book.results, self.cleaned_data["car"].pk, self.cleaned_data["place"])


class Penalise(OfCar):
    points = forms.IntegerField(
        min_value=1, max_value=LARGEST_SMALL, help_text="Points of the season; those of the race stay."
    )
    field_order = ("car", "points")

    def plan(self) -> RulingPlan:
        car = self.cleaned_data["car"]
        name = f"{car.driver} (No. {car.number})" if car.number else str(car.driver)
        return penalise(self.book.results, [(car.driver_id, name)], self.cleaned_data["points"])


class Appeal(ActionForm):
    of = forms.ModelChoiceField(
        Ruling.objects.none(),
        label="Ruling",
        error_messages={"invalid_choice": "That ruling is not one of this race."},
    )
    points = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=LARGEST_SMALL,
        label="Points given back",
        help_text="Of a penalty. Empty: all of them.",
    )

    def __init__(self, book: RuledRace, *arguments: Any, **named: Any):
        super().__init__(book, *arguments, **named)
        self.fields["of"].queryset = book.race.rulings.all()

    def plan(self) -> RulingPlan:
        ruling = next(each for each in self.book.rulings if each.pk == self.cleaned_data["of"].pk)
        return self.book.restored(ruling, self.cleaned_data["points"])


class Said(forms.Form):
    """What is said of a ruling: its day, its title, and why."""

    announced = forms.DateField(
        label="Announced on",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="The book changes on this day: as of an earlier one it is as it was.",
    )
    title = forms.CharField(max_length=200, widget=forms.TextInput({"size": 60}))
    reason = forms.CharField(
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 3, "cols": 60}),
        help_text="Why, for the public page. It can be written later too.",
    )

    def __init__(self, book: RuledRace, plan: RulingPlan, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        self.book, self.planned = book, plan

    def clean_announced(self) -> Any:
        announced = self.cleaned_data["announced"]
        if problem := self.book.not_on(self.planned, announced):
            raise forms.ValidationError(problem)
        return announced


class SaidOfAmended(Said):
    kind = forms.ChoiceField(choices=[each for each in Ruling.Kind.choices if each[0] != "disqualification"])
    field_order = ("kind", "announced", "title", "reason")


CELL_FIELDS: Mapping[str, forms.Field] = {
    name: forms.BooleanField(required=False)
    if kind is bool
    else forms.ChoiceField(required=False, choices=Result.Status.choices)
    if name == "status"
    else forms.IntegerField(required=False, min_value=LEAST.get(name, 0), max_value=LARGEST_SMALL)
    for name, kind in AMENDABLE.items()
}


class Box:
    """One box of the page on which results are amended."""

    def __init__(self, row: CarResult, column: str, data: Mapping[str, Any] | None, shown: Mapping[str, Any]):
        self.row, self.column, self.name = row, column, f"r{row.id}-{column}"
        field, self.error = CELL_FIELDS[column], ""
        self.held = getattr(row, column)
        self.value = self.held
        if data is not None:
            try:
                sent = field.clean(data.get(self.name))
            except forms.ValidationError as error:
                self.error, self.value = " ".join(error.messages), data.get(self.name)
                return
            # What nobody touched is what the book has by now, whatever the page showed.
            touched = sent != shown.get(self.name, self.held)
            self.value = sent if touched else self.held

    @property
    def differs(self) -> bool:
        return not self.error and self.value != self.held

    @property
    def widget(self) -> str:
        """Its box, named for those who do not see where it stands."""
        attrs = {"aria-label": f"{self.column.replace('_', ' ').capitalize()}, {self.row}", "id": f"id_{self.name}"}
        field = CELL_FIELDS[self.column]
        if isinstance(field, forms.IntegerField):
            return forms.TextInput({"size": 3, "inputmode": "numeric", **attrs}).render(self.name, self.value)
        ticked = {"value": "on"} if isinstance(field, forms.BooleanField) else {}
        return field.widget.render(self.name, self.value, attrs | ticked)


class Amended:
    """The results of one session, to be amended: a grid of cells, of which those that differ make the plan."""

    def __init__(self, book: RuledRace, session: str, data: Mapping[str, Any] | None):
        self.book, self.session = book, session
        self.rows = sorted(
            (row for row in book.results.rows if row.session == session),
            key=lambda row: (row.position is None, row.position, row.id),
        )
        shown = read(data.get("shown", "")) if data is not None else {}
        self.grid = [(row, [Box(row, column, data, shown) for column in AMENDABLE]) for row in self.rows]

    @property
    def columns(self) -> list[str]:
        return [name.replace("_", " ").capitalize() for name in AMENDABLE]

    @property
    def cells(self) -> list[Box]:
        return [cell for _, cells in self.grid for cell in cells]

    @property
    def shown(self) -> str:
        """What the page shows of the book, to be brought back with what is typed."""
        return json.dumps({cell.name: cell.held for cell in self.cells}, separators=(",", ":"))

    @property
    def errors(self) -> list[str]:
        return [f"{cell.row}, {cell.column.replace('_', ' ')}: {cell.error}" for cell in self.cells if cell.error]

    def plan(self) -> RulingPlan:
        values: dict[int, Values] = {}
        for cell in self.cells:
            if cell.differs:
                values.setdefault(cell.row.id, {})[cell.column] = cell.value
        for key, said in values.items():
            self._see_that_it_is_possible(key, said)
        return amend(self.book.results, values)

    def _see_that_it_is_possible(self, key: int, said: Values) -> None:
        row = next(row for row in self.rows if row.id == key)
        laps, led = (said.get(name, getattr(row, name)) for name in ("laps", "laps_led"))
        if laps is not None and led is not None and led > laps:
            raise Impossible(f"{row}: a car cannot lead more laps than it ran.")
