"""An import's outcome for a terminal: what is new, what changes from what to what, what stays, and what is doubtful."""

from __future__ import annotations

from collections import Counter, defaultdict

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from racestats.formatting import in_words, plural

from .advice import ADVICE
from .outcome import Outcome, counted
from .problems import MOST_ERRORS, Problem
from .run import Options

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
    left_out = f", {len(outcome.left_out):,} left out" if outcome.left_out else ""
    _line(console, f"[bold]{escape(location)}[/bold]{dry}")
    _line(
        console,
        f"{plural(len(outcome.new), 'race')} new, {len(outcome.changed):,} changed, {outcome.unchanged:,} unchanged"
        f"{left_out}; "
        f"{plural(outcome.rows_created, 'row')} created, {outcome.rows_updated:,} updated.",
    )
    if outcome.totals_unchanged:
        _line(console, f"{outcome.totals_unchanged:,} season totals unchanged.")
    for kind, names in outcome.names.items():
        _list(console, f"New {kind} ({len(names):,})", names, most)
    if near := outcome.near_misses:
        _line(console, f"[yellow]near[/yellow] {escape(' '.join(near[:most]))}{_more(near, most)}")
    _list(console, "New races", outcome.new, most)
    _changes(console, "Changes", outcome.changed, most, kept=False)
    _changes(console, "Disagreements", outcome.kept, most, kept=True)
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
        _line(console, f"    {problem.code}: {escape(_of_race(problem))}")


def show_warnings(console: Console, warnings: list[Problem], verbosity: int) -> None:
    """By kind, the rarest first: what it is about and what to do, how often it is so in each season, and an example."""
    most = None if verbosity > 1 else MOST
    _line(console, f"{plural(len(warnings), 'warning')}{_how_to_see_all(warnings, most)}")
    by_kind: dict[str, list[Problem]] = defaultdict(list)
    for problem in warnings:
        by_kind[problem.code].append(problem)
    for code, problems in sorted(by_kind.items(), key=lambda kind: (len(kind[1]), kind[0])):
        _line(console, f"[yellow]warning[/yellow] {code} ({len(problems):,}): {escape(ADVICE[code])}")
        if most is None or len(problems) <= MOST_OF_A_KIND:
            for problem in problems:
                _line(console, f"    {escape(_of_race(problem))}")
        else:
            _line(console, f"    {escape(_by_season(problems))}; such as {escape(_of_race(problems[0]))}")


def _how_to_see_all(warnings: list[Problem], most: int | None) -> str:
    return " (--verbosity 2 shows each)" if most is not None and len(warnings) > MOST_OF_A_KIND else ""


def _of_race(problem: Problem) -> str:
    """What is wrong, and where; a place with whose name the reason begins is named once."""
    *places, last = problem.place.split(", ")
    if not problem.reason.startswith(last):
        places.append(last)
    return f"{', '.join(filter(None, (problem.race, *places)))}: {problem.reason}"


def _by_season(problems: list[Problem]) -> str:
    """“3 races of 1949 (2), 1950”."""
    races = {(problem.season, problem.race or problem.place) for problem in problems}
    seasons = Counter(season for season, _ in races)
    named = [
        f"{season or 'no season'}{f' ({count:,})' if 1 < count < len(races) else ''}"
        for season, count in sorted(seasons.items(), key=lambda each: each[0] or 0)
    ]
    return f"{plural(len(races), 'race')} of {', '.join(named)}"


def _changes(console: Console, title: str, races: list, most: int | None, kept: bool) -> None:
    rows = [(race, change) for race in races for change in race.changes if change.kept == kept]
    if not rows:
        return
    table = Table()
    for heading in ("race", "what", "in the book", "in the file"):
        table.add_column(heading)
    for race, change in rows[:most]:
        cells = (race.label, change.path, _in_words(change.before), _in_words(change.after))
        table.add_row(*map(escape, cells))
    stays = ": the book's value stays without --overwrite-official" if kept else ""
    _line(console, f"{title} ({len(rows):,}){stays}")
    console.print(table)
    _line(console, _more(rows, most).strip())


def _in_words(value) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {in_words(each)}" for name, each in value.items())
    return in_words(value)


def _more(items, most: int | None) -> str:
    cut = most is not None and len(items) > most
    return f" … and {len(items) - most:,} more (--verbosity 2 shows all)" if cut else ""
