"""Questions to begin with: each is a text and the query that asks it, under the subject that it is of."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from stats.scope import Scope


class Preset(NamedTuple):
    subject: str
    text: str
    query: str

    @property
    def asked(self) -> dict[str, str]:
        """The parameters of its query."""
        return dict(parse_qsl(self.query[1:]))

    def is_of(self, scope: Scope) -> bool:
        """Whether it can be asked of the series of a scope: an event is of one."""
        return "event" not in self.asked or scope.series is None or scope.series.slug == self.asked["series"]

    def asked_in(self, scope: Scope) -> str:
        """The query that asks the same of a scope's series, season and day. What compares seasons keeps them all, and
        what is of every series stays so."""
        asked = self.asked
        if scope.series and "series" in asked:
            asked["series"] = scope.series.slug
        compares_seasons = "seasons" in (asked["find"], asked.get("over")) or asked.get("by") == "season"
        if scope.season and not compares_seasons:
            asked["season"] = str(scope.season)
        if scope.as_of:
            asked["as_of"] = str(scope.as_of)
        return f"?{urlencode(asked)}"


QUESTIONS = {
    "Droughts": (
        ("The longest waits that a win ended", "find=results&series=cup&wait=100-&order=-wait"),
        (
            "Regular drivers by starts since their last win",
            "find=drivers&series=cup&finish=1&count=wait-now&active=yes&regulars=yes",
        ),
        (
            "The longest waits between two wins, in days",
            "find=drivers&series=cup&finish=1&count=longest-wait&over=days",
        ),
        ("Most second places without a win", "find=drivers&series=cup&finish=2&without=wins"),
    ),
    "Age and home": (
        ("The youngest winners", "find=results&series=cup&finish=1&order=age"),
        ("The oldest winners", "find=results&series=cup&finish=1&order=-age"),
        ("Most wins at 40 and older", "find=drivers&series=cup&finish=1&age=40-"),
        ("Wins by home state or country", "find=results&series=cup&by=state&finish=1"),
    ),
    "First wins": (
        ("Winners within their first ten starts", "find=results&series=cup&finish=1&nth_start=1-10&order=nth_start"),
        ("First wins, and in which start", "find=results&series=cup&nth_win=1&order=-nth_start"),
        ("Seasons with most first-time winners", "find=seasons&series=cup&nth_win=1"),
    ),
    "In a row": (
        ("The longest runs of top tens", "find=drivers&series=cup&finish=1-10&count=longest-run"),
        (
            "The longest runs of wins, race by race",
            "find=drivers&series=cup&finish=1&count=longest-run&over=races&least=3",
        ),
        ("Seasons in a row with a win", "find=drivers&series=cup&finish=1&count=longest-run&over=seasons&least=5"),
    ),
    "In one season": (
        ("Most wins in one season", "find=drivers&series=cup&by=season&count=wins"),
        ("Most second places in one season", "find=drivers&series=cup&by=season&count=runner_ups"),
        ("Most laps led in one season", "find=drivers&series=cup&by=season&count=laps_led&from=1972"),
        ("Most different winners in a season", "find=seasons&series=cup&finish=1&count=drivers"),
        ("Most wins of a team in one season", "find=teams&series=cup&by=season&finish=1"),
    ),
    "Tracks and events": (
        ("Most wins at one track", "find=drivers&series=cup&by=track&finish=1"),
        ("Most wins in one event", "find=drivers&series=cup&by=event&finish=1"),
        ("Most laps led in the Daytona 500", "find=drivers&series=cup&event=daytona-500&count=laps_led"),
        ("Daytona 500s won from the back", "find=results&series=cup&event=daytona-500&finish=1&start=20-&order=-start"),
        ("Best average finish on road courses", "find=drivers&series=cup&type=road-course&count=average_finish"),
    ),
    "Car numbers and makes": (
        ("Wins by car number", "find=results&series=cup&by=number&finish=1"),
        ("Most wins of a driver in one car number", "find=drivers&series=cup&by=number&finish=1"),
        ("Drivers who won with four makes or more", "find=drivers&series=cup&finish=1&count=makes&least=4"),
    ),
    "From the grid, and laps led": (
        ("Most wins from 26th or worse on the grid", "find=drivers&series=cup&finish=1&start=26-"),
        ("Most wins from the pole award", "find=drivers&series=cup&finish=1&pole=yes"),
        ("Most laps led in a race that was lost", "find=results&series=cup&finish=2-&led=200-&order=-led"),
        ("Races won without leading the most laps", "find=drivers&series=cup&finish=1&led_most=no&from=1972"),
        ("Wins after both stages, or more, were won", "find=drivers&series=cup&finish=1&stages=2-"),
    ),
    "Shares": (("Share of starts in the top five", "find=drivers&series=cup&finish=1-5&count=share&min_starts=100"),),
    "All series together": (
        ("Most wins in all series together", "find=drivers&finish=1"),
        ("Drivers who won in three series", "find=drivers&finish=1&count=series&least=3"),
    ),
    "Races": (
        ("Races with the most lead changes", "find=races&series=cup&lead_changes=60-&order=-lead_changes"),
        ("Races without a caution since 1972", "find=races&series=cup&cautions=0&from=1972"),
        ("Tracks by the average number of cautions", "find=races&series=cup&by=track&count=average-cautions&from=1990"),
    ),
}
"""By subject, texts and queries."""
PRESETS = [Preset(subject, text, f"?{query}") for subject, questions in QUESTIONS.items() for text, query in questions]
