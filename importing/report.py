"""An import's outcome for a terminal: what is new, what changes from what to what, what stays, and what is doubtful."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from racestats.formatting import plural

from .problems import Problem
from .run import Options, Outcome

MOST = 20
"""Rows of a list shown at most; `--verbosity 2` shows all."""
MOST_ERRORS = 200
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
        _line(console, f"[red]error[/red] {escape(str(problem))}")
    _line(console, _more(problems, most).strip())


def show_outcome(console: Console, location: str, outcome: Outcome, options: Options, verbosity: int) -> None:
    most = None if verbosity > 1 else MOST
    _line(console, f"[bold]{escape(location)}[/bold]{' (dry run: nothing is written)' * options.dry_run}")
    _line(
        console,
        f"{plural(len(outcome.new), 'race')} new, {len(outcome.changed):,} changed, {outcome.unchanged:,} unchanged; "
        f"{outcome.rows_created:,} rows created, {outcome.rows_updated:,} updated.",
    )
    if outcome.totals_unchanged:
        _line(console, f"{outcome.totals_unchanged:,} season totals unchanged.")
    for kind, names in outcome.names.items():
        _list(console, f"New {kind} ({len(names):,})", names, most)
    for text in outcome.near_misses[:most]:
        _line(console, f"[yellow]near[/yellow] {escape(text)}")
    _list(console, "New races", outcome.new, most)
    _changes(console, "Changes", outcome.changed, most, kept=False)
    _changes(console, "Disagreements", outcome.kept, most, kept=True)
    if outcome.warnings:
        _warnings(console, outcome.warnings, most)


def _line(console: Console, markup: str) -> None:
    """Broken to fit a terminal only: in a file each thing said stays on its own line, to be searched for."""
    if markup:
        console.print(markup, highlight=False, soft_wrap=not console.is_terminal)


def _list(console: Console, title: str, items: list[str], most: int | None) -> None:
    if items:
        _line(console, f"{title}: {escape('; '.join(items[:most]))}{_more(items, most)}")


def _warnings(console: Console, warnings: list[Problem], most: int | None) -> None:
    """How many there are of each kind, and, the rarest kinds first, what they say."""
    codes = Counter(problem.code for problem in warnings)
    said = ", ".join(f"{code} {count:,}" for code, count in codes.most_common())
    _line(console, f"{plural(len(warnings), 'warning')}: {said}")
    for problem in sorted(warnings, key=lambda problem: (codes[problem.code], problem.code))[:most]:
        text = escape(f"{problem.code}: {problem.place}: {problem.reason}")
        _line(console, f"[yellow]warning[/yellow] {text}")
    _line(console, _more(warnings, most).strip())


def _changes(console: Console, title: str, races: list, most: int | None, kept: bool) -> None:
    rows = [(race, change) for race in races for change in race.changes if change.kept == kept]
    if not rows:
        return
    table = Table()
    for heading in ("race", "what", "in the book", "in the file"):
        table.add_column(heading)
    for race, change in rows[:most]:
        cells = (race.label, change.path, _said(change.before), _said(change.after))
        table.add_row(*map(escape, cells))
    stays = ": the book's value stays without --overwrite-official" if kept else ""
    _line(console, f"{title} ({len(rows):,}){stays}")
    console.print(table)
    _line(console, _more(rows, most).strip())


def _said(value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(each)}" for name, each in value.items())
    return "unknown" if value is None or value == "" else str(value)


def _more(items, most: int | None) -> str:
    cut = most is not None and len(items) > most
    return f" … and {len(items) - most:,} more (--verbosity 2 shows all)" if cut else ""
