"""Whether one name stands for two drivers, decades apart, or for two places: an import takes it for one, and asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from drivers.models import Driver
from importing.document.schema import Layout, RaceDocument
from importing.problems import Problem
from races.models import Race, SeasonTotals, Track, TrackLayout
from racestats.formatting import miles

from .shapes import ROAD_COURSE, shape_of

LONG = 20
"""Years without a race after which a name may be another driver's. Of 3,900 drivers of two series thirteen have such a
gap, and most of these are two people."""
TENTH = Decimal("0.1")
"""A place that is measured anew is at most by this share longer or shorter than it was said to be."""


class Namesakes:
    """Whom and where a file names by name alone, and in which seasons."""

    def __init__(self) -> None:
        self.drivers: dict[str, Driver] = {}
        self.seasons_of_drivers: dict[str, dict[int, str]] = defaultdict(dict)
        """By a driver's slug and season, the first race in which the file has that name."""
        self.seasons_of_tracks: dict[str, set[int]] = defaultdict(set)
        """By a track's slug, the seasons of its new races."""
        self.places: list[tuple[str, str, int, str]] = []
        """(track, race, season, reason) of each place that may be another."""

    def saw_driver(self, driver: Driver, season: int, race: str) -> None:
        self.drivers[driver.slug] = driver
        self.seasons_of_drivers[driver.slug].setdefault(season, race)

    def saw_track(self, track: Track, season: int) -> None:
        self.seasons_of_tracks[track.slug].add(season)

    def saw_another_layout(
        self, track: Track, layouts: list[TrackLayout], wanted: Layout, document: RaceDocument
    ) -> None:
        """Note a new race that is on no layout of its track and differs so much from them that it may be elsewhere."""
        seasons = set(self.seasons_of_tracks[track.slug])
        if track.pk:
            races = Race.objects.filter(layout__track=track).order_by()
            seasons |= set(races.values_list("season__year", flat=True).distinct())
        if not seasons or not _disagree(layouts, wanted, min(abs(document.season - each) for each in seasons)):
            return
        first, last = min(seasons), max(seasons)
        years = f"in {first}" if first == last else f"from {first} to {last}"
        before = f"{_layout_in_words(layouts[0])}, raced on {years}"
        reason = f"on file is {before}; here is {_layout_in_words(wanted)}, in {document.season}: is it one place?"
        self.places.append((str(track), document.label, document.season, reason))

    def problems(self, file: str) -> Iterator[Problem]:
        """The questions to the editor. Must run before the file is in the season totals, which tell what is new."""
        for track, race, season, reason in self.places:
            yield Problem(file, track, "", reason, "same-name-track", race, season)
        on_file: dict[int | None, set[int]] = defaultdict(set)
        if self.seasons_of_drivers:
            for pk, year in SeasonTotals.objects.order_by().values_list("driver", "year"):
                on_file[pk].add(year)
        for slug, races in self.seasons_of_drivers.items():
            driver = self.drivers[slug]
            known = on_file[driver.pk]
            for earlier, later in pairwise(sorted(known | races.keys())):
                new = earlier if later in known else later
                if later - earlier >= LONG and new not in known:
                    reason = f"raced in {earlier} and in {later}, and not between: is it one driver?"
                    yield Problem(file, str(driver), "", reason, "same-name-driver", races[new], new)


def _disagree(layouts: list[TrackLayout], wanted: Layout, years: int) -> bool:
    """A road course where there was none, or none where all were; after many years also another length."""
    courses = {shape_of(each.type) == ROAD_COURSE for each in layouts if each.type}
    if wanted.type and courses and (shape_of(wanted.type) == ROAD_COURSE) not in courses:
        return True
    lengths = [each.length for each in layouts if each.length]
    return bool(
        years >= LONG
        and wanted.length
        and lengths
        and all(abs(wanted.length - each) > TENTH * each for each in lengths)
    )


def _layout_in_words(layout: TrackLayout | Layout) -> str:
    """“a road course of 1.967 miles”."""
    length = f" of {miles(layout.length)} miles" if layout.length else ""
    return f"{shape_of(layout.type).in_words}{length}"
