"""The title of the season that ended with the race."""

from __future__ import annotations

from collections.abc import Iterator

from racestats.formatting import MOST_NAMED, listed, sentence
from stats.notes.note import NewsKind, Note, rule
from stats.notes.story import RaceStory

from .counts import place_among, which_one


@rule
def season_title(story: RaceStory) -> Iterator[Note]:
    """“Joey Logano clinched the 2024 championship: 3rd career title, tied for 5th all-time.”"""
    title = story.title
    if title is None:
        return
    name = story.drivers[title.driver].name
    won = f"{name} {'clinched the' if title.decided else 'is champion of'} {story.year}"
    text = f"{won} championship" if title.decided else won
    after = title.totals[title.driver]
    if title.exact:
        tied = title.tied
        text += f": {which_one(after, 1)} career title"
        if 0 < len(tied) <= MOST_NAMED:
            text += f", tying {listed(sorted(story.drivers[driver].name for driver in tied))}"
        if after > 1:
            others = [total for driver, total in title.totals.items() if driver != title.driver]
            text += f", {place_among(others, after)}"
    yield Note(sentence(text), NewsKind.TITLE, sum(total >= after for total in title.totals.values()), title.url)
