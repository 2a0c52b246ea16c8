"""What the API has: each list is a table of a page, under the filters of that page, so that its figures are the page's.

A resource added here is answered, described in the schema and on the page of the API, and walked by the tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import Http404
from pydantic import BaseModel

from ..about.about import AboutView
from ..careers.drivers import DriverListView
from ..careers.race_log import ManufacturerLogView, RaceLogView, TeamLogView
from ..careers.teams_and_makes import ManufacturerListView, ManufacturerView, TeamListView, TeamView
from ..kit.converters import RaceKeyConverter
from ..kit.forms import TablePageView
from ..races.closest_finishes import ClosestFinishesView
from ..races.race import SessionView
from ..races.races import RaceListView
from ..races.rulings import RulingsView
from ..races.standings import StandingsView
from ..races.titles import ChampionsView, TitleBoardView
from ..races.tracks import TrackListView, TrackView
from ..records.finder import FinderView
from ..records.leaderboards import LeaderboardIndexView, LeaderboardView
from ..records.milestones import ClubView, MilestonesView
from ..records.streaks import DriverStreaksView, StreakIndexView, StreakView
from ..search import SearchView
from .own_lists import DriverSeasonsView, RaceResultsView, SeasonListView
from .rows import careers, races, records
from .rows.row import FoundRow
from .shapes import answer_of

RACE = re.compile(rf"(?P<series>[a-z0-9-]+?)-(?P<year>[0-9]{{4}})-(?P<key>{RaceKeyConverter.regex})")
SEASON = re.compile(r"(?P<series>[a-z0-9-]+)-(?P<year>[0-9]{4})")


def race_named(text: str) -> dict[str, Any]:
    """Series, year and key of “cup-2025-12”."""
    return _parts(RACE, text, "race")


def season_named(text: str) -> dict[str, Any]:
    """Series and year of “cup-2025”."""
    return _parts(SEASON, text, "season")


def _parts(pattern: re.Pattern[str], text: str, what: str) -> dict[str, Any]:
    found = pattern.fullmatch(text)
    if found is None:
        raise Http404(f"There is no {what} “{text}” in our records.")
    return found.groupdict() | {"year": int(found["year"])}


@dataclass(frozen=True)
class Part:
    """A part of an address: what it names, an example, and what it is to the page."""

    says: str
    example: str
    read: Callable[[str], dict[str, Any]]


PARTS = {
    "driver": Part("A driver, by id.", "kyle-larson", lambda text: {"slug": text}),
    "team": Part("A team, by id.", "hendrick-motorsports", lambda text: {"slug": text}),
    "manufacturer": Part("A make, by id.", "chevrolet", lambda text: {"slug": text}),
    "track": Part("A track, by id.", "kansas", lambda text: {"slug": text}),
    "race": Part("A race: series, year and round, or the slug of a race without one.", "cup-2025-12", race_named),
    "season": Part("A season: series and year.", "cup-2025", season_named),
    "session": Part("race, qualifying, practice-1, stage-1 and so on.", "qualifying", lambda text: {"session": text}),
    "board": Part("A statistic, by id.", "wins", lambda text: {"key": text}),
    "streak": Part("A kind of streak, by id.", "wins", lambda text: {"key": text}),
    "milestone": Part("A milestone, by id.", "cup-wins-10", lambda text: {"slug": text}),
}
"""By the name that it has in a path."""


@dataclass(frozen=True)
class Resource:
    """A list: the table of a page, by its name where it is not the main one, and the shapes that its rows may have.

    `counts` says what the page counts of how many. An `example` is a query that narrows it.
    """

    name: str
    path: str
    group: str
    says: str
    view: type[TablePageView]
    rows: tuple[type[BaseModel], ...]
    counts: str
    table: str = ""
    example: str = ""
    answer: type[BaseModel] = field(init=False)

    def __post_init__(self) -> None:
        name = "".join(word.capitalize() for word in self.name.split("-"))
        object.__setattr__(self, "answer", answer_of(f"{name}Answer", *self.rows))

    @cached_property
    def parts(self) -> list[str]:
        """The names of the parts of its address."""
        return re.findall(r"{(\w+)}", self.path)

    @cached_property
    def pattern(self) -> str:
        """The path as Django reads it."""
        return re.sub(r"{(\w+)}", r"{slug:\1}", self.path)

    @cached_property
    def example_path(self) -> str:
        """The path with an example of each part."""
        path = self.path
        for name in self.parts:
            path = path.replace(f"{{{name}}}", PARTS[name].example)
        return path


CAREERS, RACES, RECORDS, BOOK = "Careers", "Races and seasons", "Records", "The book"

RESOURCES = (
    Resource("drivers", "/drivers", CAREERS, "Drivers and their careers", DriverListView,
             (careers.DriverRow,), "drivers", example="q=larson"),
    Resource("driver-seasons", "/drivers/{driver}/seasons", CAREERS, "The seasons of a driver", DriverSeasonsView,
             (careers.DriverSeasonRow,), "seasons"),
    Resource("driver-races", "/drivers/{driver}/races", CAREERS,
             "The race log of a driver; with stat, the races behind a figure", RaceLogView,
             (careers.RaceLogRow,), "points races", example="stat=wins"),
    Resource("driver-streaks", "/drivers/{driver}/streaks", CAREERS, "The streaks of a driver", DriverStreaksView,
             (careers.DriverStreakRow,), "kinds of streaks"),
    Resource("teams", "/teams", CAREERS, "Teams", TeamListView,
             (careers.TeamRow,), "teams", example="from=2020"),
    Resource("team-seasons", "/teams/{team}/seasons", CAREERS, "The seasons of a team", TeamView,
             (careers.CarSeasonRow,), "races on file, of those that were run"),
    Resource("team-races", "/teams/{team}/races", CAREERS, "The results of a team's cars", TeamLogView,
             (careers.CarLogRow,), "results", example="season=2025"),
    Resource("manufacturers", "/manufacturers", CAREERS, "Makes", ManufacturerListView,
             (careers.ManufacturerRow,), "makes"),
    Resource("manufacturer-seasons", "/manufacturers/{manufacturer}/seasons", CAREERS, "The seasons of a make",
             ManufacturerView, (careers.CarSeasonRow,), "races on file, of those that were run"),
    Resource("manufacturer-races", "/manufacturers/{manufacturer}/races", CAREERS, "The results of a make's cars",
             ManufacturerLogView, (careers.CarLogRow,), "results", example="season=2025"),
    Resource("series", "/series", RACES, "Series, and how much of each is on file", AboutView,
             (races.SeriesRow,), "series", table="series"),
    Resource("seasons", "/seasons", RACES, "Seasons", SeasonListView,
             (races.SeasonRow,), "seasons", example="series=cup"),
    Resource("races", "/races", RACES, "Points races that have been run, the latest first", RaceListView,
             (races.RaceRow,), "races", example="season=2025&series=cup"),
    Resource("race-results", "/races/{race}/results", RACES, "The results of a race", RaceResultsView,
             (races.RaceResultRow,), "cars in the field"),
    Resource("session-results", "/races/{race}/sessions/{session}", RACES, "The results of a session of a race",
             SessionView, (races.RaceResultRow, races.LapResultRow, races.StageResultRow), "cars in the field"),
    Resource("standings", "/standings/{season}", RACES, "The standings of a season, after any day or race",
             StandingsView, (races.StandingsRow,), "races whose points are known",
             example="as_of=cup-2025-10"),
    Resource("champions", "/champions", RACES, "Champions, as the titles were awarded", ChampionsView,
             (races.ChampionRow,), "seasons", example="from=2010"),
    Resource("rulings", "/rulings", RACES, "Rulings that changed the book", RulingsView,
             (races.RulingRow,), "rulings", example="kind=disqualification"),
    Resource("tracks", "/tracks", RACES, "Tracks", TrackListView,
             (races.TrackRow,), "tracks", example="type=short-track"),
    Resource("track-layouts", "/tracks/{track}/layouts", RACES, "The layouts of a track", TrackView,
             (races.LayoutRow,), "layouts", table="layouts"),
    Resource("track-winners", "/tracks/{track}/winners", RACES, "Who won at a track, and how often", TrackView,
             (races.TrackWinnerRow,), "winners", table="winners"),
    Resource("boards", "/boards", RECORDS, "Leaderboards, and who leads each", LeaderboardIndexView,
             (records.BoardIndexRow,), "leaderboards"),
    Resource("title-board", "/boards/titles", RECORDS, "The leaderboard of titles", TitleBoardView,
             (records.TitleBoardRow,), "seasons whose champion is known"),
    Resource("board", "/boards/{board}", RECORDS, "A leaderboard", LeaderboardView,
             (records.BoardRow,), "races of which the figure is known", example="season=2025"),
    Resource("closest-finishes", "/closest-finishes", RECORDS, "The closest finishes", ClosestFinishesView,
             (records.ClosestFinishRow,), "races with a margin in seconds", example="max_margin=0.01"),
    Resource("closest-finishes-drivers", "/closest-finishes/drivers", RECORDS, "Drivers in the closest finishes",
             ClosestFinishesView, (records.InvolvedRow,), "drivers", table="drivers", example="max_margin=0.01"),
    Resource("milestones", "/milestones", RECORDS, "Milestones", MilestonesView,
             (records.MilestoneRow,), "milestones", table="milestones"),
    Resource("milestone", "/milestones/{milestone}", RECORDS, "Who reached a milestone", ClubView,
             (records.MemberRow,), "drivers"),
    Resource("watch", "/watch", RECORDS, "Who is near a milestone", MilestonesView,
             (records.WatchRow,), "figures that are watched", example="within=20"),
    Resource("streaks", "/streaks", RECORDS, "Kinds of streaks, with the longest of each", StreakIndexView,
             (records.StreakIndexRow,), "kinds of streaks"),
    Resource("streak", "/streaks/{streak}", RECORDS, "The longest streaks of a kind", StreakView,
             (records.StreakRow,), "streaks", example="season=2025"),
    Resource("finder", "/finder", RECORDS, "The answer to any question of the finder", FinderView,
             (FoundRow,), "results, races or groups", example="find=drivers&series=cup&finish=1"),
    Resource("search", "/search", BOOK, "What a text finds: the ids of whatever is called so", SearchView,
             (races.SearchRow,), "found", example="q=larson"),
    Resource("sources", "/sources", BOOK, "The sources of the book", AboutView,
             (races.SourceRow,), "sources"),
)  # fmt: skip
BY_NAME = {each.name: each for each in RESOURCES}
