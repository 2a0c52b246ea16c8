"""All that the standings of one season rest on, read at once."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.models import Driver
from races.derived.points_beside import points_beside
from races.models import Penalty, Race, Season, StatLine
from races.models.races import label_of
from racestats.serving.kept_values import kept

from .table import COUNTED, SeasonBook, SeasonLine

READ = ("driver", "race_order", "valid_from", "valid_to", "finish", "number", "manufacturer__name")


def season_book(season: Season, races: Sequence[Race] | None = None) -> SeasonBook:
    """Read the book of a season; seven queries, six where its points races are given: run, in order, with coverage.
    Those that were read whole last are kept."""
    return _book_now(season) if races is None else _read_book(season, races)


@kept
def _book_now(season: Season) -> SeasonBook:
    run = season.races.points().run().with_label().filter(coverage__isnull=False)
    return _read_book(season, list(run.select_related("coverage").order_by("round")))


def _read_book(season: Season, races: Sequence[Race]) -> SeasonBook:
    lines = _lines(season)
    given = season.giventotals_set.select_related("source", "driver", "season")
    of_season = Penalty.objects.filter(ruling__race__season=season).select_related("driver", *label_of("ruling__race"))
    penalties = list(of_season.order_by("ruling__announced", "ruling__race", "ruling__number", "pk"))
    openings = {opening.driver_id: opening for opening in given}
    beside = points_beside(season)
    drivers = Driver.objects.in_bulk({line.driver for line in lines} | {each.driver for each in beside})
    drivers |= {opening.driver_id: opening.driver for opening in given}
    drivers |= {penalty.driver_id: penalty.driver for penalty in penalties}
    return SeasonBook(season, races, lines, openings, penalties, drivers, beside)


def _lines(season: Season) -> list[SeasonLine]:
    adds = {f"adds_{statistic.key}": statistic.addend for statistic in COUNTED}
    rows = StatLine.objects.filter(season=season).order_by().annotate(**adds).values_list(*READ, *adds)
    keys = [statistic.key for statistic in COUNTED]
    return [
        SeasonLine(driver, order, valid_from, valid_to, finish, dict(zip(keys, added)), number, make)
        for driver, order, valid_from, valid_to, finish, number, make, *added in rows
    ]
