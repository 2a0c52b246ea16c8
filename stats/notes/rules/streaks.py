"""Runs of races: poles and wins in a row, at the track and in the series."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from races.order import MOST_ROUNDS, is_next
from racestats.formatting import possessive
from stats.notes.note import NewsKind, Note, rule
from stats.notes.story import POLE, WIN, Feat, NoteLine, RaceStory
from stats.streaks.runs import Run, runs


@rule
def in_a_row_at_the_track(story: RaceStory) -> Iterator[Note]:
    """“Ended Christopher Bell's streak of 3 Kansas poles in a row.” Races without an award do not count."""
    for feat in (POLE, WIN):
        if not story.track_known(feat):
            continue
        lines = [line for line in story.of_feat(feat) if line.track == story.track]
        yield from _row(story, feat, lines, f"{story.track_name} {feat.noun}s in a row", at_track=True)


RUNS = (("top_fives", "top-five", 4), ("top_tens", "top-ten", 6))
"""What runs over consecutive starts, how it is called, and the shortest that is told."""


@rule
def in_consecutive_starts(story: RaceStory) -> Iterator[Note]:
    """“Christopher Bell has 5 top-five finishes in a row.” Consecutive starts of the driver, all of them known."""
    if not all(story.starts_known(year) for year in range(story.since, story.year + 1)):
        return
    starts: dict[int, list[NoteLine]] = {line.driver: [] for line in story.lines}
    for line in story.all_lines:
        if line.year >= story.since and line.driver in starts:
            starts[line.driver].append(line)
    for key, what, least in RUNS:
        found = {driver: runs(bool(line.adds(key)) for line in lines) for driver, lines in starts.items()}
        lengths = [run.length for of_driver in found.values() for run in of_driver]
        for driver, of_driver in found.items():
            if not of_driver or of_driver[-1].length < least or of_driver[-1].first == 0:
                continue
            told = _told(story.drivers[driver].name, of_driver[-1], len(starts[driver]) - 1, what)
            if told:
                # Two seasons were looked at: as many in every other two is a fair guess.
                seen = sum(1 for length in lengths if length >= of_driver[-1].length) * max(1, len(story.seasons) // 2)
                yield Note(told, NewsKind.PERSON, seen, story.evidence(story.drivers[driver].log, stat=key))


def _told(name: str, run: Run, last: int, what: str) -> str:
    """What this race, the last start, did to a run."""
    if run.last == last:
        return f"{name} has {run.length} {what} finishes in a row."
    if run.last == last - 1:
        return f"Ended {possessive(name)} streak of {run.length} {what} finishes in a row."
    return ""


@rule
def in_a_row(story: RaceStory) -> Iterator[Note]:
    """“Kyle Larson's 3rd win in a row.” Races of the series, one after the other; none may be missing."""
    for feat in (WIN, POLE):
        lines = story.of_feat(feat)
        unbroken = len(lines)
        while unbroken > 1 and _next_to(story, lines[unbroken - 2], lines[unbroken - 1]):
            unbroken -= 1
        first = max(unbroken - 1, 0)
        yield from _row(story, feat, lines[first:], f"{feat.noun}s in a row", cut=first > 0)


def _row(
    story: RaceStory, feat: Feat, lines: list[NoteLine], what: str, cut: bool = False, **narrowing: bool
) -> Iterator[Note]:
    """What this race did to a run: made it longer, or ended it. Where it is not known what came before the lines, they
    are `cut`: the first run is at least so long."""
    found = [list(run) for _, run in groupby(lines, key=lambda line: line.driver)]
    if not found or found[-1][-1].order != story.order:
        return
    *earlier, current = found

    def is_cut(run: list[NoteLine]) -> bool:
        return cut and run is found[0]

    def length(run: list[NoteLine]) -> str:
        return f"at least {len(run)}" if is_cut(run) else str(len(run))

    if len(current) > 1:
        holder = story.drivers[current[-1].driver]
        yield Note(
            f"{holder.name} has {length(current)} {what}.",
            _news(feat, current),
            sum(1 for run in found if len(run) >= len(current)),
            story.evidence(holder.log, stat=feat.key, **narrowing),
            exact=not is_cut(current),
        )
    elif earlier and len(earlier[-1]) > 1:
        ended = earlier[-1]
        holder = story.drivers[ended[-1].driver]
        yield Note(
            f"Ended {possessive(holder.name)} streak of {length(ended)} {what}.",
            _news(feat, ended),
            sum(1 for run in found if len(run) >= len(ended)),
            story.evidence(holder.log, stat=feat.key, **narrowing),
            exact=not is_cut(ended),
        )


def _news(feat: Feat, run: list[NoteLine]) -> NewsKind:
    """Three wins in a row are news; two, and poles, are of the person alone."""
    return NewsKind.FEAT if feat is WIN and len(run) > 2 else NewsKind.PERSON


def _next_to(story: RaceStory, earlier: NoteLine, later: NoteLine) -> bool:
    """Whether no race lies between two, as far as the book knows."""
    season = story.seasons.get(earlier.year)
    length = season.expected if season else None
    return earlier.order == later.order or is_next(later.order, earlier.order, length or MOST_ROUNDS)
