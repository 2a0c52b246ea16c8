"""Records: laps led at the track, sweeps, long waits, the margin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from racestats.formatting import margin, number, ordinal, possessive
from stats.notes.note import NewsKind, Note, rule
from stats.notes.story import STAGE_WIN, WIN, Finish, NoteLine, RaceStory
from stats.race.known_ranks import KnownRanks, declared, known_ranks, not_held

CLOSE_ENOUGH = 25
"""A margin's rank is worth a note down to this place."""
TOP = 10
"""And great news down to this one."""


@rule
def most_laps_led(story: RaceStory) -> Iterator[Note]:
    """“221 laps led is the most in a Kansas race; it was 197, by Jimmie Johnson in 2011.”"""
    led = [line for line in story.lines if line.laps_led]
    before = [line for line in story.history if line.track == story.track and line.laps_led]
    if not led or not before:
        return
    best = max(led, key=_led)
    record = max(before, key=lambda line: (_led(line), -line.order))
    holder, old = story.drivers[best.driver], story.drivers[record.driver]
    url = story.evidence(holder.log, stat="laps_led", at_track=True)
    # Where lap leaders of a race here are not known, somebody may have led more in it.
    on_file = "" if story.here.known.get("laps_led", 0) >= story.here.held else " on file"
    led_so_many = f"{possessive(holder.name)} {best.laps_led} laps led"
    most = f"the most{on_file} in a race at {story.track_name}"
    if _led(best) > _led(record):
        text = f"{led_so_many} are {most}; the record was {record.laps_led}, by {old.name} in {record.year}."
        yield Note(text, NewsKind.TRACK_RECORD, 1, url, exact=not on_file)
    elif _led(best) == _led(record):
        text = f"{led_so_many} tie {most}, by {old.name} in {record.year}."
        yield Note(text, NewsKind.TRACK_RECORD, 2, url, exact=not on_file)


def _led(line: NoteLine) -> int:
    return line.laps_led or 0


@rule
def sweep(story: RaceStory) -> Iterator[Note]:
    """“Kyle Larson swept both stages and won.”"""
    winner = story.winner
    if winner is None or (story.stages or 0) < 2 or winner.stage_wins != story.stages:
        return
    holder = story.drivers[winner.driver]
    seen = sum(1 for line in story.all_lines if WIN.of(line) and STAGE_WIN.of(line) >= 2)
    stages = "both stages" if story.stages == 2 else f"all {story.stages} stages"
    url = story.evidence(holder.log, stat="stage_wins")
    yield Note(f"{holder.name} swept {stages} and won.", NewsKind.FEAT, seen, url)


@rule
def first_win_in_long(story: RaceStory) -> Iterator[Note]:
    """“Josh Berry's first win since 2023.” Wins of the career, where the book knows them."""
    winner = story.winner
    if winner is None or story.career(winner, "wins") is None:
        return
    before = [line for line in story.history if line.driver == winner.driver and WIN.of(line)]
    career = story.career(winner, "wins")
    if before and len(before) + 1 == career and story.year - before[-1].year > 1:
        holder = story.drivers[winner.driver]
        years = story.year - before[-1].year
        seen = sum(1 for gap in _gaps(story) if gap >= years)
        brief = f"first win since {before[-1].year}"
        yield Note(
            f"{possessive(holder.name)} {brief}.",
            NewsKind.FEAT,
            seen,
            story.evidence(holder.log, stat="wins"),
            about=(winner.driver, "wins"),
            brief=brief,
        )


def _gaps(story: RaceStory) -> Iterator[int]:
    """The seasons between each two wins of a driver."""
    last: dict[int, int] = {}
    for line in story.all_lines:
        if WIN.of(line):
            if line.driver in last:
                yield line.year - last[line.driver]
            last[line.driver] = line.year


def closest_in_words(place: int, span: str) -> str:
    """“the closest finish”, “the 5th closest finish since 1993”."""
    return f"the {'' if place == 1 else f'{ordinal(place)} '}closest finish{span}"


def news_of_closest(place: int) -> NewsKind:
    """What a place among the closest finishes of all is to whoever reads of the race."""
    return NewsKind.FEAT if place > TOP else NewsKind.ROUND_NUMBER if place > 1 else NewsKind.ALL_TIME


@rule
def closeness(story: RaceStory) -> Iterator[Note]:
    """“.001 s is the closest of 1,024 finishes measured in seconds.” Only where the rank is known."""
    if story.margin is None:
        return
    era = story.eras[-1] if story.eras else None
    lists: list[tuple[str, tuple[Finish, ...], dict[str, str]]] = [("", story.finishes, {})]
    if era:
        of_era = tuple(finish for finish in story.finishes if era.first <= finish.day <= era.last)
        lists.append((f" of the {era.name} era", of_era, {"era": era.slug}))
    for of_the_era, finishes, narrowing in lists:
        known = _known_ranks(story, finishes)
        if not known.includes(story.margin, story.day, story.order):
            continue
        # Those of before the day from which they were looked up are no part of the list: they were timed by hand.
        listed = [finish for finish in finishes if known.since is None or finish.day >= known.since]
        margins = [finish.margin for finish in listed if finish.margin is not None]
        place = 1 + sum(1 for each in margins if each < story.margin)
        level = margins.count(story.margin)
        if place <= min(CLOSE_ENOUGH, len(margins) // 4):
            span = of_the_era or (f" since {known.since.year}" if known.since else "")
            brief = f"{closest_in_words(place, span)} (of {number(len(margins))} measured in seconds)"
            yield Note(
                f"{margin(story.margin)} s: {'tied for ' if level > 1 else ''}{brief}.",
                NewsKind.FEAT if of_the_era else news_of_closest(place),
                place + level - 1,
                story.closest(**narrowing),
                about="margin",
                brief=brief,
            )


def _known_ranks(story: RaceStory, finishes: Sequence[Finish]) -> KnownRanks:
    """Of which of these finishes the rank was known, as the book stood at this race."""
    first = min((finish.day for finish in finishes), default=story.day)
    unknown = {finish.order for finish in finishes if not finish.known}
    rounds = {year: known.expected for year, known in story.seasons.items() if year >= first.year}
    unknown |= not_held({finish.order for finish in story.finishes}, rounds)
    held = [(finish.order, finish.day) for finish in story.finishes]
    return known_ranks(unknown, declared(story.looked_up, first, held))
