"""Which win, pole or stage win it was, of the driver, the team and the make; and the round numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Literal

from races.statistics import CAREER_COUNTS, STATISTICS
from racestats.formatting import MOST_NAMED, listed, number, ordinal, plural, possessive, sentence
from stats.notes.note import RARE, NewsKind, Note, rule
from stats.notes.story import FEATS, POLE, WIN, Feat, NameAndLog, NoteLine, RaceStory

WEIGHTY = ("wins", "poles", "laps_led")
"""Round numbers of these are news before those of others."""
SOME = 5
"""From so many on it is worth telling which one it was of a car's season or at a track."""
Within = Literal["year", "track"]
"""What a count is of that is not a career's: of the season, or of this track; the column of a line that says which."""


@rule
def milestone(story: RaceStory) -> Iterator[Note]:
    """“Kyle Larson passed 10,000 career laps led: 10,072 after this race.”"""
    for line in story.lines:
        for key in CAREER_COUNTS:
            added, after = line.adds(key), story.career(line, key)
            if not added or after is None:
                continue
            for threshold, members, url in story.milestones.get(key, ()):
                if after - added < threshold <= after:
                    about = (line.driver, key)
                    yield round_number(story.drivers[line.driver].name, key, threshold, after, members, url, about)


def round_number(
    name: str, key: str, threshold: int, after: int, members: int, url: str, about: tuple[int, str]
) -> Note:
    """That a driver came to a round number of a statistic, which so many have reached."""
    what = STATISTICS[key].in_text
    verb = "reached" if after == threshold else "passed"
    now = "" if after == threshold else f": {number(after)} after this race"
    return Note(
        f"{name} {verb} {number(threshold)} career {what}{now}.",
        NewsKind.PERSON if members > RARE else NewsKind.ROUND_NUMBER if key in WEIGHTY else NewsKind.FEAT,
        members,
        url,
        about=about,
    )


@rule
def of_the_career(story: RaceStory) -> Iterator[Note]:
    """“Kyle Larson's 32nd career win, tying Dale Jarrett.”"""
    for feat in FEATS:
        for line in story.achievers(feat):
            after = story.career(line, feat.key)
            if after is None:
                continue
            holder = story.drivers[line.driver]
            which = which_one(after, feat.of(line))
            if feat is WIN and line.driver in story.stayed_alone:
                which = f"{which} and only"
            company = _company(story, feat, line, after) if after > 1 else ""
            seen = sum(1 for total in story.totals(feat).values() if total >= after)
            yield Note(
                sentence(f"{possessive(holder.name)} {which} career {feat.nouns(feat.of(line))}{company}"),
                _news_of_a_career(feat, first=after == feat.of(line), in_company=bool(company), seen=seen),
                seen,
                story.evidence(holder.log, stat=feat.key),
                about=(line.driver, feat.key),
                brief=company.removeprefix(", "),
            )


def _news_of_a_career(feat: Feat, *, first: bool, in_company: bool, seen: int) -> NewsKind:
    if first and feat is WIN:
        return NewsKind.FIRST_WIN
    if in_company and seen <= RARE:
        return NewsKind.COMPANY if feat is WIN else NewsKind.FEAT
    if first and feat is POLE:
        return NewsKind.FEAT
    return NewsKind.WINNER if feat is WIN else NewsKind.PERSON


@rule
def of_the_season(story: RaceStory) -> Iterator[Note]:
    """“Kyle Larson's first pole of 2025.” Not told where all of the career is of this season."""
    for feat in FEATS:
        for line in story.achievers(feat):
            count = story.in_season(line, feat)
            if count is not None and count != story.career(line, feat.key):
                brief = f"{which_one(count, feat.of(line))} {feat.nouns(feat.of(line))} of {story.year}"
                yield _of_the_driver(story, feat, line, brief, count, "year")


@rule
def at_the_track(story: RaceStory) -> Iterator[Note]:
    """“Kyle Larson's first pole at Kansas.” Not told where all of the career is of this track."""
    for feat in _known_here(story):
        for line in story.achievers(feat):
            count = story.tally(feat, "driver", "track")[line.driver, story.track]
            if count != story.career(line, feat.key):
                brief = f"{which_one(count, 1)} {feat.noun} at {story.track_name}{_on_file(story)}"
                yield _of_the_driver(story, feat, line, brief, count, "track")


def _of_the_driver(story: RaceStory, feat: Feat, line: NoteLine, brief: str, count: int, within: Within) -> Note:
    """The note of a driver's count of the season or at the track."""
    holder = story.drivers[line.driver]
    seen = _seen(story, feat, count, "driver", within)
    of_a_win = NewsKind.FEAT if count >= SOME and seen <= RARE // 5 else NewsKind.WINNER
    return Note(
        f"{possessive(holder.name)} {brief}.",
        of_a_win if feat is WIN else NewsKind.PERSON,
        seen,
        _evidence(story, feat, holder, within),
        about=(line.driver, feat.key),
        brief=brief,
        exact=within == "year" or story.holds_every_race,
    )


@rule
def at_the_track_for_the_car(story: RaceStory) -> Iterator[Note]:
    """“Chevrolet's 14th Kansas pole.” The first, and what is more than some."""
    for feat in _known_here(story):
        what = f"{story.track_name} {feat.noun}{_on_file(story)}"
        yield from _of_the_car(story, feat, what, "track", lambda count: count == 1 or count >= SOME)


@rule
def of_the_season_for_the_car(story: RaceStory) -> Iterator[Note]:
    """“Chevrolet's 7th pole of 2025.” Only what is more than some: every team has a first."""
    for feat in (WIN, POLE):
        if story.season_known(feat):
            yield from _of_the_car(story, feat, f"{feat.noun} of {story.year}", "year", lambda count: count >= SOME)


def _of_the_car(
    story: RaceStory, feat: Feat, what: str, within: Within, is_told: Callable[[int], bool]
) -> Iterator[Note]:
    """The notes of the counts of a car's team and make, of the season or at the track."""
    for line in story.achievers(feat):
        for column, news, holder in _teams_or_makes(story, line, feat, within):
            pk = getattr(line, column)
            count = story.tally(feat, column, within)[pk, getattr(line, within)]
            if is_told(count):
                brief = f"{which_one(count, 1)} {what}"
                yield Note(
                    f"{possessive(holder.name)} {brief}.",
                    news,
                    _seen(story, feat, count, column, within),
                    _evidence(story, feat, holder, within),
                    about=(column, pk),
                    brief=brief,
                    exact=within == "year" or story.holds_every_race,
                )


def _evidence(story: RaceStory, feat: Feat, holder: NameAndLog, within: Within) -> str:
    """The races behind such a count."""
    narrowing = {"year": "season", "track": "at_track"}[within]
    return story.evidence(holder.log, stat=feat.key, **{narrowing: True})


def which_one(count: int, added: int) -> str:
    """“first”, “32nd”; “65th and 66th” of two at once."""
    if count == added == 1:
        return "first"
    return listed([ordinal(each) for each in range(count - added + 1, count + 1)])


def _company(story: RaceStory, feat: Feat, line: NoteLine, after: int) -> str:
    """Whom the count ties and passes on the all-time list, and for which place where the book can tell."""
    parts = []
    for verb, found in story.company(line, feat).items():
        if 0 < len(found) <= MOST_NAMED:
            parts.append(f"{verb} {listed(sorted(story.drivers[driver].name for driver in found))}")
    if parts and story.careers_known(feat.key):
        others = [total for driver, total in story.totals(feat).items() if driver != line.driver]
        parts.append(place_among(others, after))
    return "".join(f", {part}" for part in parts)


def place_among(others: Collection[int], count: int) -> str:
    """“5th all-time”, or “tied for 5th all-time”: the place of a count beside everybody else's."""
    place = 1 + sum(1 for other in others if other > count)
    return f"{'tied for ' if count in others else ''}{ordinal(place)} all-time"


def _teams_or_makes(
    story: RaceStory, line: NoteLine, feat: Feat, within: Within
) -> Iterator[tuple[str, NewsKind, NameAndLog]]:
    """The team and the make of the car, where no car that did it, that season or at the track, is of an unknown one."""
    for column, news, named in (
        ("team", NewsKind.TEAM, story.teams),
        ("manufacturer", NewsKind.MAKE, story.manufacturers),
    ):
        unknown = story.tally(feat, column, within)[None, getattr(line, within)]
        if (holder := named.get(getattr(line, column))) and not unknown:
            yield column, news, holder


def _seen(story: RaceStory, feat: Feat, count: int, *by: str) -> int:
    """In how many seasons, or at how many tracks, someone had as many; cars of an unknown team are not one team's."""
    return sum(1 for (holder, *_), total in story.tally(feat, *by).items() if total >= count and holder is not None)


def _known_here(story: RaceStory) -> list[Feat]:
    """What can be counted at the track."""
    return [feat for feat in (WIN, POLE) if story.track_known(feat)]


def _on_file(story: RaceStory) -> str:
    """The basis of a count at a track, where the book may lack races of it."""
    return "" if story.holds_every_race else f" ({plural(story.here.held, 'race')} there on file)"
