"""The sheet's page: read what was pasted, check the grid, save it. Each step posts the whole grid; nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from changes.models import ChangeSet
from changes.recording import describe
from desk.plan import PlanChanged
from importing.run import Options
from races.admin.forms.shown import last_saved
from races.admin.points import fill_in_points
from races.admin.state.health import tell_health
from races.admin.state.official import NO_REASON, is_official, may_change, reason_of
from races.derived.refresh import deferred
from races.models import Race, Session
from racestats.formatting import first_few, listed, megabytes, plural

from .book import SheetRace
from .columns import ALL, ENTRIES, RACE, SHEET, recognise
from .document import drivers_of_two
from .drawing import draw
from .files import LARGEST, read_file
from .grid import Grid
from .meanwhile import ShownRow, read, settle, written
from .plan import SheetPlan, SheetRequest, check, save
from .reading import MOST_ROWS, NoSheet, read_text
from .whole_file import WholeFile, document_in, is_whole_file, run

WANTED = ("races.change_result", "races.add_result", "races.add_entry", "races.change_entry")
LONGEST_KEPT = 200_000
"""So many characters of what could not be read stay in the box."""
CHANGED = "Nothing was saved: the book has changed since this plan was shown. See it again."
HEADINGS = {ALL: "The whole race", ENTRIES: "Entries"}


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    if not request.user.has_perms(WANTED):
        raise PermissionDenied
    if not SHEET.fullmatch(name) or name == "qualifying-1" or pk >= 2**63:
        raise Http404
    race = get_object_or_404(Race.objects.with_label(), pk=pk)
    if not may_change(request.user, race):
        raise PermissionDenied(f"{race.label} is official: an editor changes it.")
    page = SheetPage(request, SheetRace(race), name)
    return page.answer()


@dataclass
class SheetPage:
    """One request for a sheet."""

    request: HttpRequest
    book: SheetRace
    sheet: str
    told: list[str] = field(default_factory=list)
    """What could not be read, or what to know of what was."""
    pasted: str = ""
    plan: SheetPlan | None = None
    shown: list[ShownRow] = field(default_factory=list)
    """What the page shows of the book, for the rows that began with it."""
    whole: WholeFile | None = None
    """Where a file was chosen that says by itself of which race it is."""

    @property
    def data(self) -> Any:
        return self.request.POST

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            self.shown = [ShownRow(*row) for row in self.book.held(self.sheet).items()]
            return self.draw(self.book.to_type(self.sheet))
        columns = self.book.columns(self.sheet)
        shown = read(self.data.get("shown", ""))
        held = self.book.held(self.sheet) if shown else {}
        grid, self.shown, meanwhile = settle(Grid.posted(self.data, columns), shown, held, columns)
        if meanwhile:
            who = last_saved((Race, self.book.race.pk), *((Session, each.pk) for each in self.book.sessions.values()))
            self.told.append(f"Somebody else has saved since this sheet was shown{who}: {'; '.join(meanwhile)}.")
        step = self.data.get("step", "")
        if step.startswith("save") and is_official(self.book.race) and not reason_of(self.request):
            self.told.append(NO_REASON)
            step = "whole" if step == "save-whole" else "check"
        if step in ("read", "add"):
            grid, was_read = self._read(grid, below=step == "add")
            return self._check(grid) if was_read else self.draw(grid)
        if step in ("whole", "save-whole"):
            return self._whole(grid, saves=step == "save-whole")
        if step == "rows":
            return self.draw(Grid(grid.keys, grid.headings, [*grid.rows, *self._blank_rows(grid)]))
        if step.startswith("save") and not meanwhile:
            return self._save(grid, step)
        return self._check(grid)

    def _check(self, grid: Grid) -> HttpResponse:
        self.plan = check(self._asked(grid))
        self.told += drivers_of_two(self.plan.written)
        if self.sheet in (ALL, ENTRIES, RACE) and not self.plan.troubles:
            self.told += self._cars_without_a_row(self.plan)
        return self.draw(grid)

    def _cars_without_a_row(self, plan: SheetPlan) -> Iterator[str]:
        """Those of the race that the sheet says nothing of, as where a field was copied."""
        said = {row.get("driver_id") for row in plan.written.rows.values()}
        without = [f"No. {car.number} {car.driver}" for car in self.book.cars if car.driver_id not in said]
        if without and plan.written.rows:
            yield f"No row is of {first_few(without, 8)}: delete on the race's page the cars that did not take part."

    def _asked(self, grid: Grid) -> SheetRequest:
        chosen = {name: self.data[name] for name in self.data if name.startswith("meant-")}
        return SheetRequest(
            self.book, self.sheet, grid, chosen, self.request.user, "replace" in self.data, self._accepted()
        )

    def _accepted(self) -> tuple[str, ...]:
        """The kinds of warnings that are ticked."""
        may = self.request.user.has_perm("races.add_acceptedwarning")
        return tuple(self.data.getlist("accept")) if may else ()

    def _read(self, grid: Grid, below: bool) -> tuple[Grid, bool]:
        """What was pasted or chosen as a grid, and whether it could be read: else the grid stays as it was, and the
        text in its box."""
        text, columns = self.data.get("pasted", ""), self.book.columns(self.sheet)
        chosen = self.request.FILES.get("file")
        try:
            if chosen is None:
                cells = read_text(text, lambda row: recognise(row, columns))
            else:
                data = chosen.read(LARGEST + 1)
                if len(data) <= LARGEST and is_whole_file(data):
                    self.whole = self._plan_of_whole(document_in(data, str(chosen.name), self.book.race))
                    return grid, False
                cells = read_file(data, lambda row: recognise(row, columns))
        except NoSheet as problem:
            self.told.append(str(problem))
            self.pasted = text[:LONGEST_KEPT]
            return grid, False
        new = Grid.of_cells(cells, columns)
        whole = new.below(grid) if below else new
        if len(whole.rows) > MOST_ROWS:
            self.told.append(f"Together these are {len(whole.rows)} rows: a sheet has at most {MOST_ROWS}.")
            self.pasted = text[:LONGEST_KEPT]
            return grid, False
        self.told += cells.told
        if not below:
            self.shown = []
        return whole, True

    def _plan_of_whole(self, document: str, shown: str | None = None) -> WholeFile:
        options = Options(
            dry_run=shown is None,
            overwrite_official="replace" in self.data,
            user=self.request.user,
            accept=self._accepted(),
        )
        return run(document, self.book.race, options, shown)

    def _whole(self, grid: Grid, saves: bool) -> HttpResponse:
        """A file of this race, seen again, or saved as it was seen."""
        document = self.data.get("document", "")
        try:
            if saves:
                with deferred():
                    self._describe()
                    self.whole = self._plan_of_whole(document, self.data.get("whole-plan", ""))
                    self._refuse_to_make_official()
                    if not self.whole.shown.errors:
                        return self._saved(self.whole.shown.in_sum)
            else:
                self.whole = self._plan_of_whole(document)
        except PlanChanged:
            self.told.append(CHANGED)
            self.whole = self._plan_of_whole(document)
        except NoSheet as problem:
            self.told.append(str(problem))
        return self.draw(grid)

    def _refuse_to_make_official(self) -> None:
        """Nothing is kept of a file that made the race official for somebody who may not."""
        self.book.race.refresh_from_db(fields=["status"])
        if not may_change(self.request.user, self.book.race):
            raise NoSheet("The file makes the race official, which an editor does: nothing was saved.")

    def _blank_rows(self, grid: Grid) -> list[list[str]]:
        return [[""] * len(grid.keys) for _ in range(min(10, MOST_ROWS - len(grid.rows)))]

    def _save(self, grid: Grid, step: str) -> HttpResponse:
        asked = self._asked(grid)
        try:
            with deferred():
                self._describe()
                plan = save(asked, self.data.get("plan", ""))
                done = [f"{plural(plan.rows_added, 'row')} added"] if plan.rows_added else []
                done += [f"{plural(len(plan.changed), 'cell')} changed"] if plan.changed else []
                done += [f"{listed(made)} made" for made in plan.made.values()]
                return self._saved(listed(done) or "it said so already", following=step.partition(":")[2])
        except PlanChanged:
            self.plan = check(asked)
            if not self.plan.troubles:
                self.told.append(CHANGED)
            return self.draw(grid)

    def _describe(self) -> None:
        """For the history."""
        title = f"{self.book.race.label}: {self._heading.lower()}"
        describe(kind=ChangeSet.Kind.SHEET, title=title, reason=reason_of(self.request))

    @property
    def _heading(self) -> str:
        return HEADINGS.get(self.sheet, self.sheet.replace("-", " ").capitalize())

    def _saved(self, what: str, following: str = "") -> HttpResponse:
        """Do what follows a save on the admin's own pages too, say so, and go on: to the next sheet, or to the race."""
        race = self.book.race
        messages.success(self.request, f"The book has the sheet of {race.label}: {what.rstrip('.')}.")
        for level, message in fill_in_points(race):
            messages.add_message(self.request, level, message)
        before = race.status
        race.refresh_from_db(fields=["status"])
        if race.status != before:
            messages.success(self.request, f"{race.label} has results, and is {race.get_status_display().lower()} now.")
        tell_health(self.request, [race.pk])
        if SHEET.fullmatch(following):
            return HttpResponseRedirect(address_of(race.pk, following))
        return HttpResponseRedirect(reverse("admin:races_race_change", args=[race.pk]))

    def draw(self, grid: Grid) -> HttpResponse:
        race = self.book.race
        return render(
            self.request,
            "desk/sheet/sheet.html",
            {
                **admin.site.each_context(self.request),
                "title": f"{self._heading}: {race.label}",
                "race": race,
                "sheet": self.sheet,
                "sheets": list(self._sheets()),
                "told": self.told,
                "is_unsaved": self.request.method == "POST",
                "pasted": self.pasted,
                "shown": written(self.shown),
                "largest": LARGEST,
                "too_large": f"A sheet may have {megabytes(LARGEST)}.",
                "plan": self.plan,
                "whole": self.whole,
                "grid": draw(grid, self.book, self.sheet, self.plan),
                "following": self._following(),
                "replace": "replace" in self.data,
                "is_official": is_official(race),
                "reason": reason_of(self.request),
                "cars": [car._asdict() for car in (self.book.cars or self.book.last_field)],
            },
        )

    def _sheets(self) -> Iterator[tuple[str, str, str, int]]:
        """The sheets of this race: (slug, name, address, how many rows the book has of it)."""
        held = {slug: session.held for slug, session in self.book.sessions.items()}
        stages = [f"stage-{number}" for number in range(1, (self.book.stages or 0) + 1)]
        for slug in dict.fromkeys([ENTRIES, ALL, "qualifying", *held, *stages, RACE]):
            name = HEADINGS.get(slug, slug.replace("-", " ").capitalize())
            count = len(self.book.entries) if slug == ENTRIES else held.get(slug, 0)
            yield slug, name, address_of(self.book.race.pk, slug), count

    def _following(self) -> tuple[str, str] | None:
        """The next sheet without results, to go on with."""
        held = {ENTRIES, ALL, self.sheet, *(self.plan.written.sessions if self.plan else ())}
        return next(((slug, name) for slug, name, _, count in self._sheets() if not count and slug not in held), None)


def address_of(race: int, name: str) -> str:
    return reverse("admin:desk_sheet", args=[race, name])
