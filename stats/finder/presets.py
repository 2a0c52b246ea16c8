"""Questions to begin with: each is a text and the query that asks it."""

from __future__ import annotations

from typing import NamedTuple


class Preset(NamedTuple):
    text: str
    query: str


PRESETS = [
    Preset(text, f"?{query}")
    for text, query in (
        ("Most wins from 26th or worse on the grid", "find=drivers&series=cup&finish=1&start=26-"),
        ("Most laps led in a race that was lost", "find=results&series=cup&finish=2-&led=200-&order=-led"),
        ("Most second places without a win", "find=drivers&series=cup&finish=2&without=wins"),
        ("Most wins in one season", "find=drivers&series=cup&by=season&count=wins"),
        ("Most laps led in one season", "find=drivers&series=cup&by=season&count=laps_led&from=1972"),
        ("Most different winners in a season", "find=seasons&series=cup&finish=1&count=drivers"),
        ("Most wins of a team in one season", "find=teams&series=cup&by=season&finish=1"),
        ("Most wins at one track", "find=drivers&series=cup&by=track&finish=1"),
        ("Wins by car number", "find=results&series=cup&by=number&finish=1"),
        ("The youngest winners", "find=results&series=cup&finish=1&order=age"),
        ("The oldest winners", "find=results&series=cup&finish=1&order=-age"),
        ("Most wins at 40 and older", "find=drivers&series=cup&finish=1&age=40-"),
        ("Winners within their first ten starts", "find=results&series=cup&finish=1&nth_start=1-10&order=nth_start"),
        ("First wins, and in which start", "find=results&series=cup&nth_win=1&order=-nth_start"),
        ("The longest waits that a win ended", "find=results&series=cup&wait=100-&order=-wait"),
        (
            "Regular drivers by starts since their last win",
            "find=drivers&series=cup&finish=1&count=wait-now&active=yes&regulars=yes",
        ),
        ("The longest runs of top tens", "find=drivers&series=cup&finish=1-10&count=longest-run"),
        (
            "The longest runs of wins, race by race",
            "find=drivers&series=cup&finish=1&count=longest-run&over=races&least=3",
        ),
        (
            "Seasons in a row with a win",
            "find=drivers&series=cup&finish=1&count=longest-run&over=seasons&least=5",
        ),
        ("Most wins from the pole award", "find=drivers&series=cup&finish=1&pole=yes"),
        ("Wins after both stages, or more, were won", "find=drivers&series=cup&finish=1&stages=2-"),
        ("Races won without leading the most laps", "find=drivers&series=cup&finish=1&led_most=no&from=1972"),
        ("Most laps led in the Daytona 500", "find=drivers&series=cup&event=daytona-500&count=laps_led"),
        ("Daytona 500s won from the back", "find=results&series=cup&event=daytona-500&finish=1&start=20-&order=-start"),
        ("Drivers who won with four makes or more", "find=drivers&series=cup&finish=1&count=makes&least=4"),
        ("Best average finish on road courses", "find=drivers&series=cup&type=road-course&count=average_finish"),
        ("Share of starts in the top five", "find=drivers&series=cup&finish=1-5&count=share&min_starts=100"),
        ("Races with the most lead changes", "find=races&series=cup&lead_changes=60-&order=-lead_changes"),
        ("Races without a caution since 1972", "find=races&series=cup&cautions=0&from=1972"),
        ("Tracks by the average number of cautions", "find=races&series=cup&by=track&count=average-cautions&from=1990"),
    )
]
