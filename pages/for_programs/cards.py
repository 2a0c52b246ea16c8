"""The cards of pages: a picture with the facts that the page has, under the address of the page and its filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from racestats.formatting import number, short_day
from racestats.pictures.cards import MOST_ROWS, Card, png

from ..careers.driver import DriverView
from ..careers.head_to_head import VersusView
from ..kit.filters.parameters import takes
from ..kit.forms import TablePageView
from ..kit.links import filters_of
from ..kit.tables.base import BaseTable
from ..kit.tables.table_page import TablePage
from ..races.closest_finishes import ClosestFinishesView
from ..races.race import RaceView
from ..records.leaderboards import LeaderboardView

ON_A_CARD = ("Starts", "Wins", "Top fives", "Poles", "Laps led")
"""The figures of a driver's card, where the page has them; titles come first."""


def _kicker(page: TablePage, *parts: Any) -> str:
    """As of when, and what the page is of: what there is no room for is cut from the end."""
    return " · ".join(str(part) for part in (page.day_in_words.rstrip("."), *parts) if part)


def of_driver(page: TablePage) -> Card:
    main, last, honours = page.context["main"], page.context["last"], page.context["honours"]
    strip = {each.label: each.text for each in main.strip} if main else {}
    titles = [(str(won.titles), f"{won.series} titles") for won in honours[:1]]
    figures = [(strip[label], label.lower()) for label in ON_A_CARD if label in strip]
    return Card(
        _kicker(page, main and main.of.series, main and main.when),
        page.title,
        last.number if last else "",
        [*titles, *figures],
        sentence=". ".join(f"{won.series} champion {won.years}" for won in honours),
    )


def of_race(page: TablePage) -> Card:
    race, found = page.context["race"], page.context["found"]
    first = [
        (f"{result.position}", str(result.entry.driver), f"#{result.entry.number}" if result.entry.number else "")
        for result in found.podium
    ]
    kicker = _kicker(page, race.date and short_day(race.date), page.context["series_name"], race.track_name)
    told = page.context["told"] or (str(found.held[0]) if found.held else "")
    return Card(kicker, page.context["title"], rows=first, sentence=told)


def of_head_to_head(page: TablePage) -> Card:
    driver, rival, score = (page.context[name] for name in ("driver", "rival", "score"))
    figures = [(number(value), f"{who} ahead") for value, who in ((score.value, driver), (score.rival_value, rival))]
    return Card(_kicker(page, f"{number(page.total)} races together"), f"{driver} vs. {rival}", figures=figures)


def _rows(table: BaseTable, *names: str) -> list[list[str]]:
    """The texts of the first rows of a table in some of its columns."""
    table.paginate(per_page=MOST_ROWS)
    columns = [table.columns[name].column for name in names]
    return [[column.write(record) for column in columns] for record in table.page_records()]


def of_board(page: TablePage) -> Card:
    who = next(name for name in ("driver", "team", "manufacturer") if name in page.main.columns.names())
    rows = [(rank, name, value) for rank, name, value in _rows(page.main, "rank", who, "value")]
    return Card(_kicker(page, "Leaderboard"), page.title, rows=rows)


def of_closest_finishes(page: TablePage) -> Card:
    rows = [
        (rank, f"{race}: {winner}", f"{margin} s")
        for rank, race, winner, margin in _rows(page.main, "rank", "race", "winner", "margin")
    ]
    return Card(_kicker(page, "Margins of victory"), page.title, rows=rows)


def card(view_class: type[TablePageView], make: Callable[[TablePage], Card]) -> Callable[..., HttpResponse]:
    """The view of the cards of a page: it takes the filters of the page."""

    @takes(*filters_of(view_class), *view_class.takes)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        view = view_class()
        view.setup(request, **kwargs)
        page = view.get_page(view.read_filters(request), **kwargs)
        return HttpResponse(png(make(page)), content_type="image/png")

    return answer


driver = card(DriverView, of_driver)
race = card(RaceView, of_race)
head_to_head = card(VersusView, of_head_to_head)
leaderboard = card(LeaderboardView, of_board)
closest_finishes = card(ClosestFinishesView, of_closest_finishes)
