"""Which win, pole or stage win it was, of the driver, the team and the make."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from racestats.formatting import listed, ordinal, plural, sentence
from stats.notes.note import Note, rule
from stats.notes.story import FEATS, POLE, WIN, Feat, NameAndLog, NoteLine, Story

NAMED_TIES = 3
"""So many drivers on one count are named; a longer list says nothing."""


@rule
def of_the_career(story: Story) -> Iterator[Note]:
    """“The 32nd win of Kyle Larson's career, tying Dale Jarrett.”"""
    for feat in FEATS:
        for line in story.achievers(feat):
            after = story.career(line, feat.key)
            if after is None:
                continue
            holder = story.drivers[line.driver]
            company = _company(story, feat, line, after)
            yield Note(
                sentence(f"{_which(feat, after, feat.of(line))} of {holder.name}'s career{company}"),
                sum(1 for total in story.totals(feat).values() if total >= after),
                story.evidence(holder.log, stat=feat.key),
            )


@rule
def of_the_season(story: Story) -> Iterator[Note]:
    """“Kyle Larson's 1st pole of 2025.”"""
    for feat in FEATS:
        for line in story.achievers(feat):
            count = story.in_season(line, feat)
            if count is not None:
                holder = story.drivers[line.driver]
                yield Note(
                    f"{_whose(holder.name, feat, count, feat.of(line))} of {story.year}.",
                    _seen(story, feat, count, "driver", "year"),
                    story.evidence(holder.log, stat=feat.key, season=True),
                )


@rule
def of_the_season_for_the_car(story: Story) -> Iterator[Note]:
    """“The 7th pole of 2025 for Chevrolet.”"""
    for feat in (WIN, POLE):
        if not story.season_known(feat):
            continue
        for line in story.achievers(feat):
            for column, holder in _makers(story, line, feat, "year"):
                count = story.tally(feat, column, "year")[getattr(line, column), story.year]
                yield Note(
                    sentence(f"{_which(feat, count, 1)} of {story.year} for {holder.name}"),
                    _seen(story, feat, count, column, "year"),
                    story.evidence(holder.log, stat=feat.key, season=True),
                )


@rule
def at_the_track(story: Story) -> Iterator[Note]:
    """“Kyle Larson's 1st pole at Kansas.”"""
    for feat in _known_here(story):
        for line in story.achievers(feat):
            holder = story.drivers[line.driver]
            count = story.tally(feat, "driver", "track")[line.driver, story.track]
            yield Note(
                f"{_whose(holder.name, feat, count, 1)} at {story.track_name}{_held(story, feat)}.",
                _seen(story, feat, count, "driver", "track"),
                story.evidence(holder.log, stat=feat.key, at_track=True),
            )


@rule
def at_the_track_for_the_car(story: Story) -> Iterator[Note]:
    """“The 14th Kansas pole for Chevrolet.”"""
    for feat in _known_here(story):
        for line in story.achievers(feat):
            for column, holder in _makers(story, line, feat, "track"):
                count = story.tally(feat, column, "track")[getattr(line, column), story.track]
                yield Note(
                    sentence(
                        f"The {ordinal(count)} {story.track_name} {feat.noun} for {holder.name}{_held(story, feat)}"
                    ),
                    _seen(story, feat, count, column, "track"),
                    story.evidence(holder.log, stat=feat.key, at_track=True),
                )


def _which(feat: Feat, count: int, added: int) -> str:
    """“The 32nd win”; “The 65th and 66th stage wins”."""
    return f"The {_ordinals(count, added)} {feat.nouns(added)}"


def _whose(name: str, feat: Feat, count: int, added: int) -> str:
    return f"{name}'s {_ordinals(count, added)} {feat.nouns(added)}"


def _ordinals(count: int, added: int) -> str:
    return listed([ordinal(each) for each in range(count - added + 1, count + 1)])


def _company(story: Story, feat: Feat, line: NoteLine, after: int) -> str:
    """Whom the count ties and passes on the all-time list, and for which place where the book can tell."""
    parts = []
    for verb, found in story.company(line, feat).items():
        if 0 < len(found) <= NAMED_TIES:
            parts.append(f"{verb} {listed(sorted(story.drivers[driver].name for driver in found))}")
    if parts and story.careers_known(feat.key):
        others = [total for driver, total in story.totals(feat).items() if driver != line.driver]
        parts.append(place_among(others, after))
    return "".join(f", {part}" for part in parts)


def place_among(others: Collection[int], count: int) -> str:
    """“5th all-time”, or “tied 5th all-time”: the place of a count beside everybody else's."""
    place = 1 + sum(1 for other in others if other > count)
    return f"{'tied ' if count in others else ''}{ordinal(place)} all-time"


def _makers(story: Story, line: NoteLine, feat: Feat, within: str) -> Iterator[tuple[str, NameAndLog]]:
    """The team and the make of the car, where no car that did it, that season or at the track, is of an unknown one."""
    for column, named in (("team", story.teams), ("manufacturer", story.manufacturers)):
        unknown = story.tally(feat, column, within)[None, getattr(line, within)]
        if (holder := named.get(getattr(line, column))) and not unknown:
            yield column, holder


def _seen(story: Story, feat: Feat, count: int, *by: str) -> int:
    """In how many seasons, or at how many tracks, someone had as many; cars of an unknown team are not one team's."""
    return sum(1 for (holder, *_), total in story.tally(feat, *by).items() if total >= count and holder is not None)


def _known_here(story: Story) -> list[Feat]:
    """What can be counted at the track."""
    return [feat for feat in (WIN, POLE) if story.track_known(feat)]


def _held(story: Story, feat: Feat) -> str:
    """The basis of a count at a track, where the book may lack races of it."""
    if story.holds_all(feat.key):
        return ""
    return f", in the {plural(story.here.held, 'race')} there on file"
