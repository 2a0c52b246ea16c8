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


def show_problems(console: Console, problems: list[Problem], verbosity: int = 1) -> None:
    most = None if verbosity > 1 else MOST_ERRORS
    for problem in problems[:most]:
        console.print(f"[red]error[/red] {escape(str(problem))}", highlight=False)
    if more := _more(problems, most):
        console.print(more.strip(), highlight=False)


def show_outcome(console: Console, location: str, outcome: Outcome, options: Options, verbosity: int) -> None:
    most = None if verbosity > 1 else MOST
    console.print(f"[bold]{escape(location)}[/bold]" + (" (dry run: nothing is written)" if options.dry_run else ""))
    console.print(
        f"{plural(len(outcome.new), 'race')} new, {len(outcome.changed):,} changed, {outcome.unchanged:,} unchanged; "
        f"{outcome.rows_created:,} rows created, {outcome.rows_updated:,} updated.",
        highlight=False,
    )
    for kind, names in outcome.names.items():
        shown = ", ".join(names[:most])
        console.print(f"New {kind} ({len(names):,}): {escape(shown)}{_more(names, most)}", highlight=False)
    for text in outcome.near_misses[:most]:
        console.print(f"[yellow]near[/yellow] {escape(text)}", highlight=False)
    _list(console, "New races", outcome.new, most)
    _changes(console, "Changes", outcome.changed, most, kept=False)
    _changes(console, "Disagreements: the book's value stays (--overwrite-official)", outcome.kept, most, kept=True)
    if outcome.warnings:
        codes = Counter(problem.code for problem in outcome.warnings)
        said = ", ".join(f"{code} {count:,}" for code, count in codes.most_common())
        console.print(f"{plural(len(outcome.warnings), 'warning')}: {said}", highlight=False)
        for problem in outcome.warnings[:most]:
            text = escape(f"{problem.code}: {problem.place}: {problem.reason}")
            console.print(f"[yellow]warning[/yellow] {text}", highlight=False)
        if _more(outcome.warnings, most):
            console.print(_more(outcome.warnings, most).strip(), highlight=False)


def _list(console: Console, title: str, items: list[str], most: int | None) -> None:
    if items:
        console.print(f"{title}: {escape('; '.join(items[:most]))}{_more(items, most)}", highlight=False)


def _changes(console: Console, title: str, races: list, most: int | None, kept: bool) -> None:
    rows = [(race, change) for race in races for change in race.changes if change.kept == kept]
    if not rows:
        return
    table = Table(title=f"{title} ({len(rows):,})", title_justify="left")
    for heading in ("race", "what", "in the book", "in the file"):
        table.add_column(heading)
    for race, change in rows[:most]:
        cells = (race.label, change.path, _said(change.before), _said(change.after))
        table.add_row(*map(escape, cells))
    console.print(table)
    if _more(rows, most):
        console.print(_more(rows, most).strip(), highlight=False)


def _said(value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(each)}" for name, each in value.items())
    return "unknown" if value is None or value == "" else str(value)


def _more(items, most: int | None) -> str:
    return f" … and {len(items) - most:,} more" if most is not None and len(items) > most else ""
