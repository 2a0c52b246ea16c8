"""Finding whom and what a document names: drivers, teams, makes, series, seasons, events, tracks and layouts.

Names are compared without accents, marks (`#`, `(i)`, `*`), dots and case. A driver is never guessed: a near miss asks.
What may be made is made as an unsaved row and listed; `save` writes those rows, before the results that point to them.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from django.utils.text import slugify
from rapidfuzz import fuzz, process

from drivers.models import Driver, DriverAlias, Manufacturer, Team

from ..models import Event, Season, Series, Source, Track, TrackLayout
from .document import Layout, RaceDocument, SourcePart

SUFFIX = re.compile(r"^(?P<name>.+?),? (?P<suffix>Jr\.?|Sr\.?|I{2,3}|IV|V)$")
OWN_ID = "racestats:"
"""Before a driver's slug, for one whose name does not tell him from another."""
NEAR = 86
"""How alike two names must be, of 100, to ask whether one was meant."""
SAME_LENGTH = Decimal("0.0005")


class Unknown(LookupError):
    """A name that the book does not know; says what may have been meant."""


@lru_cache(maxsize=50_000)
def plain(name: str) -> str:
    """A name without accents, marks, dots and case: “Daniel Suárez (i)” → “daniel suarez”."""
    text = re.sub(r"\(i\)|[#*]", " ", name)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    text = text.replace(".", "").replace("'", "").replace("’", "").replace("&", " and ")
    return " ".join(re.sub(r"[^a-z0-9()]+", " ", text).split())


class Names:
    """The book's names, read once; one object serves one import."""

    def __init__(self, create_drivers: bool = False, create_places: bool = False):
        self.create_drivers = create_drivers
        self.create_places = create_places
        self.new: dict[type, list] = {}
        self.drivers: dict[str, Driver] = {}
        self.shared_names: set[str] = set()
        self.driver_slugs: dict[str, Driver] = {}
        for driver in Driver.objects.all():
            key = plain(str(driver))
            if key in self.drivers:
                self.shared_names.add(key)
            self.drivers[key] = self.driver_slugs[driver.slug] = driver
        self.aliases = {alias.alias: alias.driver for alias in DriverAlias.objects.select_related("driver")}
        for text, driver in self.aliases.items():
            if ":" not in text:
                self.drivers.setdefault(plain(text), driver)
        self.teams = {plain(team.name): team for team in Team.objects.all()}
        self.makes = {plain(make.name): make for make in Manufacturer.objects.all()}
        self.series_by_slug = {series.slug: series for series in Series.objects.all()}
        self.seasons = {(season.series.slug, season.year): season for season in Season.objects.select_related("series")}
        self.events = {plain(event.name): event for event in Event.objects.all()}
        self.sources = {source.slug: source for source in Source.objects.all()}
        self.tracks: dict[str, Track] = {}
        self.layouts: dict[str, list[TrackLayout]] = {}
        for track in Track.objects.prefetch_related("names"):
            for name in (track.slug, track.name, track.short_name, *(dated.name for dated in track.names.all())):
                self.tracks.setdefault(plain(name), track)
            self.layouts[track.slug] = []
        for layout in TrackLayout.objects.select_related("track").order_by("pk"):
            self.layouts[layout.track.slug].append(layout)

    def driver(self, name: str | None, driver_id: str | None = None) -> Driver:
        """By alias, then by name; raise Unknown with what may have been meant."""
        own = driver_id is not None and driver_id.startswith(OWN_ID)
        found = self.driver_slugs.get(driver_id[len(OWN_ID) :]) if own else self.aliases.get(driver_id or "")
        if found is None and plain(name or "") in self.shared_names:
            raise Unknown(f"several drivers are called that: name one as driver_id “{OWN_ID}slug”")
        found = found or self.drivers.get(plain(name or ""))
        if found is None and name:
            if not self.create_drivers:
                raise Unknown(f"no driver of the book is called that{self._meant(name, self.drivers)}")
            found = self._make_driver(name)
        if found is None:
            raise Unknown("no driver of the book is known under that id")
        if driver_id and not own and driver_id not in self.aliases:
            self.aliases[driver_id] = found
            self._add(DriverAlias(driver=found, alias=driver_id))
        return found

    def _make_driver(self, name: str) -> Driver:
        name = " ".join(re.sub(r"\(i\)|[#*]", " ", name).split())
        parts = SUFFIX.match(name)
        suffix = parts["suffix"] if parts else ""
        if suffix in ("Jr", "Sr"):
            suffix += "."
        slug = free_slug(name, self.driver_slugs, 120)
        driver = Driver(name=parts["name"] if parts else name, suffix=suffix, slug=slug)
        self.driver_slugs[slug] = self.drivers[plain(name)] = driver
        return self._add(driver)

    def near_misses(self) -> list[str]:
        """Of the drivers that would be made, those whose name is nearly one the book already has."""
        if self.create_places or Driver not in self.new:
            return []
        new = {plain(str(driver)) for driver in self.new[Driver]}
        known = {key: driver for key, driver in self.drivers.items() if key not in new}
        return [f"{driver}{meant}" for driver in self.new.get(Driver, ()) if (meant := self._meant(str(driver), known))]

    @staticmethod
    def _meant(name: str, known: dict) -> str:
        near = process.extractOne(plain(name), known.keys(), scorer=fuzz.ratio, score_cutoff=NEAR)
        return f"; did you mean {known[near[0]]}?" if near else ""

    def team(self, name: str | None) -> Team | None:
        return self._named(Team, self.teams, name)

    def manufacturer(self, name: str | None) -> Manufacturer | None:
        return self._named(Manufacturer, self.makes, name)

    def _named(self, model, known: dict, name: str | None):
        if not name:
            return None
        key = plain(name)
        if key not in known:
            taken = {row.slug for row in known.values()}
            known[key] = self._add(
                model(name=name, slug=free_slug(name, taken, model._meta.get_field("slug").max_length))
            )
        return known[key]

    def series(self, slug: str) -> Series:
        found = self.series_by_slug.get(slug)
        if found is None and self.create_places:
            words = slug.replace("-", " ").title()
            found = self._add(Series(name=f"{words} Series", short_name=words, slug=slug))
            self.series_by_slug[slug] = found
        if found is None:
            raise Unknown(f"no series of the book has that slug; it has {', '.join(sorted(self.series_by_slug))}")
        return found

    def season(self, series: Series, year: int) -> Season:
        key = (series.slug, year)
        if key not in self.seasons:
            self.seasons[key] = self._add(Season(series=series, year=year))
        return self.seasons[key]

    def event(self, document: RaceDocument) -> Event | None:
        """The event the document names, or the crown jewel whose name is in the race's."""
        if document.event:
            key = plain(document.event)
            if key not in self.events:
                slugs = {event.slug for event in self.events.values()}
                event = Event(name=document.event, slug=free_slug(document.event, slugs, 100))
                self.events[key] = self._add(event)
            return self.events[key]
        name = f" {plain(document.name)} "
        jewels = (event for key, event in self.events.items() if event.crown_jewel and f" {key} " in name)
        return next(jewels, None) if document.kind == "points" else None

    def source(self, part: SourcePart) -> Source:
        slug = part.slug or slugify(part.title)[:80].strip("-") or "source"
        if slug not in self.sources:
            made = Source(
                title=part.title,
                slug=slug,
                publisher=part.publisher or "",
                url=part.url or "",
                published=part.published,
            )
            self.sources[slug] = self._add(made)
        return self.sources[slug]

    def layout(self, document: RaceDocument) -> TrackLayout:
        """The layout of a new race: by its slug, or by length and kind among those of that season."""
        track = self.track(document.track)
        wanted = document.layout or Layout()
        layouts = self.layouts[track.slug]
        named = [each for each in layouts if each.slug == wanted.slug and _may_be(each.length, wanted.length)]
        if named:
            return named[0]
        fitting = [each for each in layouts if _fits(each, wanted, document.season)]
        if fitting:
            return fitting[0]
        if not self.create_places:
            known = ", ".join(f"{each.slug} ({each.length} miles)" for each in layouts) or "none"
            raise Unknown(f"the book has no such layout of {track}; it has {known}")
        return self._make_layout(track, wanted)

    def layout_of_slug(self, track: Track, slug: str) -> TrackLayout | None:
        """A layout of the track that the book has; none is made for a race that already has its own."""
        return next((each for each in self.layouts[track.slug] if each.slug == slug), None)

    def track(self, name: str) -> Track:
        found = self.tracks.get(plain(name))
        if found is None:
            if not self.create_places:
                raise Unknown(f"no track of the book is called that{self._meant(name, self.tracks)}")
            slugs = {track.slug for track in self.tracks.values()}
            shorts = {track.short_name for track in self.tracks.values()}
            short = _short_name(name)
            made = Track(
                name=name, slug=free_slug(short, slugs, 60), short_name=name[:40] if short in shorts else short
            )
            found = self.tracks[plain(name)] = self._add(made)
            self.layouts[found.slug] = []
        return found

    def _make_layout(self, track: Track, wanted: Layout) -> TrackLayout:
        layouts = self.layouts[track.slug]
        name = wanted.name or ("Dirt track" if wanted.type == "dirt" else "Course" if _is_road(wanted.type) else "Oval")
        base = wanted.slug or slugify(name)
        taken = {each.slug for each in layouts}
        if base in taken and wanted.length:
            base = f"{base}-{wanted.length.normalize():f}".replace(".", "-")
        made = TrackLayout(
            track=track,
            name=name,
            slug=free_slug(base, taken, 60),
            length=wanted.length,
            type=wanted.type or TrackLayout.Type.INTERMEDIATE,
            surface=wanted.surface or "",
        )
        layouts.append(self._add(made))
        return made

    def _add(self, row):
        self.new.setdefault(type(row), []).append(row)
        return row

    def forget_new(self) -> None:
        """Drop the rows that were made but will not be written; they stay known by name."""
        self.new.clear()

    def save(self) -> int:
        """Write the rows that were made, those pointed to first; return how many."""
        count = 0
        for model in (Driver, DriverAlias, Team, Manufacturer, Series, Season, Event, Track, TrackLayout, Source):
            rows = self.new.pop(model, [])
            model.objects.bulk_create(rows, batch_size=500)
            count += len(rows)
        return count


def _short_name(name: str) -> str:
    """“Rockingham Speedway” → “Rockingham”: what its races are called."""
    short = re.sub(
        r" (International |Motor |Super)?(Speedway|Superspeedway|Raceway|Speedrome|Stadium|Race Track|Fairgrounds)$",
        "",
        name,
    )
    return short[:40].strip() or name[:40]


def _is_road(kind: str | None) -> bool:
    return kind == TrackLayout.Type.ROAD_COURSE


def _may_be(one: Decimal | None, other: Decimal | None) -> bool:
    """Whether two lengths can be of one layout: equal as printed, or one of them unknown."""
    return one is None or other is None or abs(one - other) <= SAME_LENGTH


def _fits(layout: TrackLayout, wanted: Layout, season: int) -> bool:
    if not (layout.first_season or 0) <= season <= (layout.last_season or 9999):
        return False
    if wanted.type:
        dirt, road = TrackLayout.Type.DIRT, TrackLayout.Type.ROAD_COURSE
        if (wanted.type == dirt) != (layout.type == dirt) or (wanted.type == road) != (layout.type == road):
            return False
    return _may_be(layout.length, wanted.length)


def free_slug(text: str, taken: set[str], length: int) -> str:
    """A slug of the text that nobody has yet; a second one gets “-2”."""
    base = slugify(text)[: length - 4].strip("-") or "unnamed"
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
