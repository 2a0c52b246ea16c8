"""An import's outcome for a terminal: what is new, what changes from what to what, what stays, and what is doubtful."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from racestats.formatting import plural

from .outcome import Outcome, counted
from .problems import MOST_ERRORS, Problem
from .run import Options
from .summary import Disagreement, by_kind, changed_cells, in_sum, kept_cells, place_and_reason

MOST = 20
"""Rows of a list shown at most; `--verbosity 2` shows all."""
EXAMPLES = 3
"""Of more names than that the first are shown: a whole history brings hundreds."""
MOST_OF_A_KIND = 3
"""Warnings of a kind shown one by one; of more the first stands for the others."""
WIDTH = 160
"""Columns of a table that goes to a file."""


def console_of(stream, no_color: bool, force_color: bool) -> Console:
    """A terminal as a command's stream has it."""
    # A progress bar writes parts of lines, which Django's wrapper would end.
    file = getattr(stream, "_out", stream)
    if hasattr(file, "reconfigure"):
        file.reconfigure(errors="backslashreplace")  # A name may have letters that the terminal has not.
    return Console(
        file=file,
        width=None if stream.isatty() else WIDTH,
        no_color=no_color or None,
        force_terminal=force_color or None,
    )


def show_problems(console: Console, problems: list[Problem], verbosity: int = 1) -> None:
    most = None if verbosity > 1 else MOST_ERRORS
    for problem in problems[:most]:
        _line(console, _error(problem))
    _line(console, _more(problems, most).strip())


def show_left_out(console: Console, outcome: Outcome, verbosity: int) -> None:
    """Each race that is left out, and what is wrong with it."""
    most = None if verbosity > 1 else MOST_ERRORS
    shown = 0
    for race, problems in outcome.left_out.items():
        _line(console, f"[red]left out[/red] {escape(race)}")
        for problem in problems:
            shown += 1
            if most is None or shown <= most:
                _line(console, f"    {_error(problem)}")
    _line(console, _more(range(shown), most).strip())


def _error(problem: Problem) -> str:
    return f"[red]error[/red] {problem.code}: {escape(str(problem))}"


def show_outcome(console: Console, location: str, outcome: Outcome, options: Options, verbosity: int) -> None:
    most = None if verbosity > 1 else MOST
    dry = " (dry run: nothing is written)" if options.dry_run else ""
    _line(console, f"[bold]{escape(location)}[/bold]{dry}")
    _line(console, in_sum(outcome))
    if outcome.totals_unchanged:
        _line(console, f"{outcome.totals_unchanged:,} season totals unchanged.")
    for kind, names in outcome.names.items():
        _list(console, f"New {kind} ({len(names):,})", names, most)
    if near := outcome.near_misses:
        _line(console, f"[yellow]near[/yellow] {escape(' '.join(near[:most]))}{_more(near, most)}")
    _list(console, "New races", outcome.new, most)
    _cells(console, "Changes", changed_cells(outcome), most)
    stays = ": the book's value stays without --overwrite-official"
    _cells(console, "Disagreements", kept_cells(outcome), most, stays)
    show_notes(console, outcome.noted, verbosity)
    if outcome.accepted:
        _line(console, f"{plural(outcome.accepted, 'warning')} accepted, and not told.")
    if outcome.warnings:
        show_warnings(console, outcome.warnings, verbosity)


def _line(console: Console, markup: str) -> None:
    """Broken to fit a terminal only: in a file each thing said stays on its own line, to be searched for."""
    if markup:
        console.print(markup, highlight=False, soft_wrap=not console.is_terminal)


def _list(console: Console, title: str, items: list[str], most: int | None) -> None:
    shown = EXAMPLES if most is not None and len(items) > most else most
    if items:
        _line(console, f"{title}: {escape('; '.join(items[:shown]))}{_more(items, shown)}")


def show_notes(console: Console, noted: list[Problem], verbosity: int) -> None:
    for line in counted(noted):
        _line(console, f"noted {escape(line)}")
    for problem in noted if verbosity > 1 else ():
        _line(console, f"    {problem.code}: {escape(place_and_reason(problem))}")


def show_warnings(console: Console, warnings: list[Problem], verbosity: int) -> None:
    """By kind, the rarest first: what it is about and what to do, how often it is so in each season, and an example."""
    most = None if verbosity > 1 else MOST
    _line(console, f"{plural(len(warnings), 'warning')}{_how_to_see_all(warnings, most)}")
    for kind in by_kind(warnings):
        problems = kind.problems
        _line(console, f"[yellow]warning[/yellow] {kind.code} ({len(problems):,}): {escape(kind.advice)}")
        if most is None or len(problems) <= MOST_OF_A_KIND:
            for problem in problems:
                _line(console, f"    {escape(place_and_reason(problem))}")
        else:
            _line(console, f"    {escape(kind.by_season)}; such as {escape(place_and_reason(problems[0]))}")


def _how_to_see_all(warnings: list[Problem], most: int | None) -> str:
    return " (--verbosity 2 shows each)" if most is not None and len(warnings) > MOST_OF_A_KIND else ""


def _cells(console: Console, title: str, cells: list[Disagreement], most: int | None, stays: str = "") -> None:
    if not cells:
        return
    table = Table()
    for heading in ("race", "what", "in the book", "in the file"):
        table.add_column(heading)
    for cell in cells[:most]:
        table.add_row(*map(escape, (cell.race.label, cell.change.path, cell.before, cell.after)))
    _line(console, f"{title} ({len(cells):,}){stays}")
    console.print(table)
    _line(console, _more(cells, most).strip())


def _more(items, most: int | None) -> str:
    cut = most is not None and len(items) > most
    return f" … and {len(items) - most:,} more (--verbosity 2 shows all)" if cut else ""
