"""A career's arc, and its latest finishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from charts.chart import Axis, Chart, Columns, Dots, Line, Mark, Panel, Words
from races.models import StatLine
from races.statistics import STATISTICS
from racestats.formatting import decimal, listed, ordinal, plural, possessive, years
from stats.careers.profile import CareerSeason, DriverRecord

COUNTS = (("starts", "pale"), ("top_tens", "mid"), ("top_fives", "deep"), ("wins", "gold"))
"""From the most to the fewest, each drawn over the one before."""


def career_chart(name: str, record: DriverRecord) -> Chart | None:
    """Columns of each season in the top series, one over the other, and the average finish; none of a single season."""
    seasons = [] if record.main is None else [each for each in record.seasons if each.series == record.main.series]
    seasons = sorted(seasons, key=lambda each: each.season)
    most = max((each.figures["starts"].value or 0 for each in seasons), default=0)
    if len(seasons) < 2 or not most:
        return None
    first, last = seasons[0].season, seasons[-1].season
    along = Axis(first - 0.6, last + 0.6, show=lambda year: f"{year:.0f}")
    average = _average_finish(seasons)
    titles = [each.season for each in seasons if each.champion]
    top = most * (1.12 if titles else 1.06)
    counts: list[Mark] = [
        Columns([(each.season, each.figures[key].value) for each in seasons], tone) for key, tone in COUNTS
    ]
    counts += _in_doubt(seasons)
    if titles:
        starts = {each.season: each.figures["starts"].value or 0 for each in seasons}
        counts.append(Dots([(year, starts[year] + most * 0.07) for year in titles], "red"))
    key = [("gold", "Wins"), ("deep", "Top fives"), ("mid", "Top tens"), ("pale", "Starts")]
    panels = [Panel(replace(along, names=[]) if average else along, Axis(0, top), counts, share=2.6)]
    if average:
        panels.append(Panel(along, average[0], average[1], share=1.6))
    return Chart(
        f"{possessive(name)} career",
        _in_words(seasons, titles),
        panels,
        note=_note(seasons),
        key=[("red", "Champion"), *key] if titles else key,
        heights=(420, 400) if len(panels) > 1 else (320, 300),
    )


def _exact(season: CareerSeason) -> bool:
    return all(season.figures[key].exact for key, _ in COUNTS)


def _in_doubt(seasons: Sequence[CareerSeason]) -> list[Mark]:
    """A plus over the columns of which some may be higher, and a question mark where nothing is known."""
    doubted = [(each.season, each.figures["starts"].value or 0) for each in seasons if not _exact(each)]
    return [Words(doubted, ["+" if starts else "?" for _, starts in doubted])] if doubted else []


def _note(seasons: Sequence[CareerSeason]) -> str:
    if all(map(_exact, seasons)):
        return ""
    return "+ at least so many: not every race of that season is on file. ? Nothing of it is."


def _average_finish(seasons: Sequence[CareerSeason]) -> tuple[Axis, list[Mark]] | None:
    """The axis, the best finish at its top, and the line; nothing of one season alone."""
    by_year = {each.season: each.figures["average_finish"].value for each in seasons}
    known = [value for value in by_year.values() if value is not None]
    if len(known) < 2:
        return None
    points = [(year, by_year.get(year)) for year in range(min(by_year), max(by_year) + 1)]
    last = next(value for _, value in reversed(points) if value is not None)
    lowest = max(max(known), 10)
    places = [(place, str(place)) for place in (1, 10, 20, 30, 40) if place <= lowest]
    axis = Axis(1, lowest, flipped=True, title="Average finish", names=places)
    return axis, [Line(points, "ink", decimal(last), strong=True)]


def _in_words(seasons: Sequence[CareerSeason], titles: Sequence[int]) -> str:
    first, last = seasons[0].season, seasons[-1].season
    said = [f"{plural(len(seasons), 'season')}, {years(first, last)}."]
    for key in ("wins", "top_fives"):
        best = max(seasons, key=lambda each: each.figures[key].value or 0)
        if figure := best.figures[key].value and best.figures[key]:
            said.append(f"Most {STATISTICS[key].in_text} in a season: {figure} in {best.season}.")
    if titles:
        said.append(f"Champion in {listed([str(year) for year in titles])}.")
    return " ".join(said)


def last_ten_chart(name: str, lines: Sequence[StatLine]) -> Chart | None:
    """The finishes of the latest races, from the oldest to the last; none of fewer than two. `lines` begin with the
    last."""
    in_order = list(reversed(lines))
    known = [(at, line.finish) for at, line in enumerate(in_order, start=1) if line.finish]
    if len(known) < 2:
        return None
    lowest = max(finish for _, finish in known)
    points = dict(known)
    marks: list[Mark] = [Line([(at, points.get(at)) for at in range(1, len(in_order) + 1)], "mid")]
    for tone, best, worst in (("gold", 1, 1), ("deep", 2, 5), ("mid", 6, 10), ("other", 11, 999)):
        if these := [(at, finish) for at, finish in known if best <= finish <= worst]:
            marks.append(Dots(these, tone, [str(finish) for _, finish in these]))
    races = [(at, line.race.label) for at, line in enumerate(in_order, start=1)]
    finishes = [f"{ordinal(line.finish) if line.finish else 'unknown'} in the {line.race.label}" for line in in_order]
    return Chart(
        f"Last {plural(len(in_order), 'finish', 'finishes')} of {name}",
        f"{listed(finishes)}.",
        [
            Panel(
                Axis(0.7, len(in_order) + 0.3, names=[races[0], races[-1]]),
                Axis(0, lowest + 2, flipped=True, names=[]),
                marks,
            )
        ],
        heights=(150, 150),
        widest=480,
    )
