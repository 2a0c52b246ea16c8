"""How drivers, teams and makes have run in the last races. Pure, over lines that are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from races.finishes import TOP_FIVE, TOP_TEN
from races.statistics import STATISTICS
from racestats.formatting import DASH, WORDS, decimal, first_and_tied, listed, plural

from .sheet import SheetLine, SheetSection

LATELY, FEWEST = 5, 5
"""The last so many races apart from the others, and of whom so many starts are on file in all of them."""
DRIVERS, TEAMS = 10, 8
"""So many are told."""
COUNTS = ("wins", "top_fives", "top_tens")
"""What is counted of cars."""


class RecentLine(NamedTuple):
    """One driver in one of the last races, with the slugs and names of the car's team and make; `whole` says that all
    who started the race are on file."""

    order: int
    driver: int
    finish: int | None
    team: str | None
    team_name: str | None
    make: str | None
    make_name: str | None
    whole: bool


def form_of_drivers(lines: Sequence[RecentLine], names: Mapping[int, str], urls: Mapping[int, str]) -> SheetSection:
    """Each driver's finishes, the latest first, and their average; whose average is best first."""
    orders = sorted({line.order for line in lines}, reverse=True)
    by_driver: dict[int, dict[int, int | None]] = defaultdict(dict)
    for line in lines:
        by_driver[line.driver][line.order] = line.finish
    averages = {
        driver: average
        for driver, finishes in by_driver.items()
        if len(finishes) >= min(FEWEST, len(orders)) and (average := _average(finishes.values())) is not None
    }
    ranked = sorted(averages, key=lambda driver: (averages[driver], names[driver]))
    told = first_and_tied(ranked, DRIVERS, averages.__getitem__)
    made = []
    for driver in told:
        finishes = by_driver[driver]
        of_each = " ".join(str(finishes.get(order) or DASH) for order in orders)
        text = f"{names[driver]}: {of_each}, average {decimal(averages[driver])}"
        lately = _average(finishes[order] for order in orders[:LATELY] if order in finishes)
        if len(orders) > LATELY and lately is not None:
            text += f" (last {WORDS[LATELY]} {decimal(lately)})"
        made.append(SheetLine(text, urls[driver]))
    return SheetSection(_title("Form", orders), made, _counted(lines, orders))


def _title(what: str, orders: Sequence[int]) -> str:
    return f"{what}: the last {WORDS[len(orders)] if len(orders) > 1 else 'race'}{' races' if len(orders) > 1 else ''}"


def _average(finishes: Iterable[int | None]) -> float | None:
    known = [finish for finish in finishes if finish is not None]
    return sum(known) / len(known) if known else None


def _counted(lines: Sequence[RecentLine], orders: Sequence[int]) -> str:
    if not orders:
        return "No earlier race is on file."
    whole = len({line.order for line in lines if line.whole})
    rest = "" if whole == len(orders) else f" Whole fields are on file for {whole} of them."
    least = min(FEWEST, len(orders))
    return f"Finishes, the latest first, of those with {plural(least, 'start')} in them.{rest}"


def form_of_cars(lines: Sequence[RecentLine], what: str, urls: Mapping[str, str]) -> SheetSection:
    """How often the cars of each team, or make, won and came in the first five and ten. `what` is the column."""
    exact = all(line.whole and getattr(line, what) for line in lines)
    cars: dict[str, list[RecentLine]] = defaultdict(list)
    for line in lines:
        if slug := getattr(line, what):
            cars[slug].append(line)
    counts = {slug: _counts(of_car) for slug, of_car in cars.items()}
    named = {slug: getattr(of_car[-1], f"{what}_name") for slug, of_car in cars.items()}
    seen = [slug for slug in cars if counts[slug][2]]
    ranked = sorted(seen, key=lambda slug: ([-count for count in counts[slug]], named[slug]))
    made = []
    for slug in first_and_tied(ranked, TEAMS, counts.__getitem__):
        told = [STATISTICS[key].amount(count, not exact) for key, count in zip(COUNTS, counts[slug]) if count or exact]
        started = plural(len(cars[slug]), "car")
        made.append(SheetLine(f"{named[slug]}: {listed(told)} with {started} started", urls[slug], exact))
    counted = "Cars that started them, of whatever driver." if made else ""
    return SheetSection(f"{'Teams' if what == 'team' else 'Makes'} in these races", made, counted)


def _counts(lines: Sequence[RecentLine]) -> tuple[int, int, int]:
    finishes = [line.finish for line in lines if line.finish is not None]
    return finishes.count(1), sum(f <= TOP_FIVE for f in finishes), sum(f <= TOP_TEN for f in finishes)
