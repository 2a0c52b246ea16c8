"""Finding whom and what a document names: drivers, teams, makes, series, seasons, events, tracks and layouts.

Names are compared without accents, marks (`#`, `(i)`, `*`), dots and case. A driver is never guessed: a near miss asks.
What may be made is made as an unsaved row and listed; `save` writes those rows, before the results that point to them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterable
from decimal import Decimal
from functools import cache, lru_cache

from django.db.models import ForeignKey, Model
from django.utils.text import slugify
from rapidfuzz import fuzz, process

from drivers.models import Driver, DriverAlias, Manufacturer, Team

from ..models import Event, Season, Series, Source, Track, TrackLayout
from .document import Layout, RaceDocument, SourcePart

MARKS = re.compile(r"\(i\)|[#*]")
"""Beside a driver's name: ineligible, rookie, substitute."""
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters that are another letter with a mark, but that Unicode does not take apart."""
SUFFIX = re.compile(r"^(?P<name>.+?),? (?P<suffix>Jr\.?|Sr\.?|I{2,3}|IV|V)$")
OWN_ID = "racestats:"
"""Before a driver's slug, for one whose name others have too."""
NEAR = 86
"""How alike two names must be, of 100, to ask whether one was meant."""
NEAR_PLACE = 80
"""The same for tracks, whose names are longer, and shortened in many ways."""
SAME_LENGTH = Decimal("0.0005")


class Unknown(LookupError):
    """A name that the book does not know; says what may have been meant."""


@lru_cache(maxsize=50_000)
def plain(name: str) -> str:
    """A name without accents, marks, dots and case: “Daniel Suárez (i)” → “daniel suarez”. A decimal point stays."""
    text = unicodedata.normalize("NFKD", MARKS.sub(" ", name).casefold()).translate(LETTERS)
    text = "".join(character for character in text if not unicodedata.combining(character))
    text = re.sub(r"['’]|(?<!\d)\.|\.(?!\d)", "", text).replace("&", " and ")
    return " ".join(re.sub(r"[^\w().]+|_", " ", text).split())


def alone(name: str) -> str:
    """A driver's name without marks and double spaces: “Justin  Haley(i)” → “Justin Haley”."""
    return " ".join(MARKS.sub(" ", name).split())


class Names:
    """The book's names, read once; one object serves one import."""

    def __init__(self, create_drivers: bool = False, create_places: bool = False):
        self.create_drivers = create_drivers
        self.create_places = create_places
        self.new: dict[type, list] = {}
        self.slugs = {model: set(model.objects.values_list("slug", flat=True)) for model in (Team, Manufacturer, Event)}
        self.given: dict[tuple[str, str], str] = {}
        """What this import has learned of drivers' ids: see `_keep_apart`."""
        self._read_drivers()
        self.teams = self._by_name(Team)
        self.makes = self._by_name(Manufacturer)
        self.events = self._by_name(Event)
        self.series_by_slug = {series.slug: series for series in Series.objects.all()}
        self.seasons = {(season.series.slug, season.year): season for season in Season.objects.select_related("series")}
        self.sources = {source.slug: source for source in Source.objects.all()}
        self.sources_by_title = {plain(source.title): source for source in reversed(self.sources.values())}
        self._read_tracks()

    def _read_drivers(self) -> None:
        self.drivers: dict[str, Driver] = {}
        self.shared_names: set[str] = set()
        self.unknown_names: dict[str, str] = {}
        by_id = {driver.pk: driver for driver in Driver.objects.all()}
        self.driver_slugs = {driver.slug: driver for driver in by_id.values()}
        for driver in by_id.values():
            self._known_as(str(driver), driver)
        rows = DriverAlias.objects.order_by("alias").values_list("alias", "driver")
        self.aliases = {alias: by_id[driver] for alias, driver in rows}
        for text, driver in self.aliases.items():
            if ":" not in text:
                self._known_as(text, driver)

    def _known_as(self, name: str, driver: Driver) -> None:
        key = plain(name)
        if self.drivers.setdefault(key, driver) is not driver:
            self.shared_names.add(key)

    @staticmethod
    def _by_name(model) -> dict:
        """By plain name, and by the very name for the case that two are alike."""
        rows = list(model.objects.order_by("pk"))
        return {plain(row.name): row for row in reversed(rows)} | {row.name: row for row in rows}

    def _read_tracks(self) -> None:
        """By slug and today's name first, then by the names that races or other days have for them."""
        tracks = list(Track.objects.prefetch_related("names"))
        self.tracks: dict[str, Track] = {}
        for names_of in (
            lambda track: (track.slug, track.name),
            lambda track: (track.short_name,),
            lambda track: [dated.name for dated in track.names.all()],
        ):
            for track in tracks:
                for name in names_of(track):
                    self.tracks.setdefault(plain(name), track)
        self.slugs[Track] = {track.slug for track in tracks}
        self.short_names = {track.short_name for track in tracks}
        self.layouts: dict[str, list[TrackLayout]] = {track.slug: [] for track in tracks}
        for layout in TrackLayout.objects.select_related("track").order_by("pk"):
            self.layouts[layout.track.slug].append(layout)

    # Drivers.

    def driver(self, name: str | None, driver_id: str | None = None) -> Driver:
        """By alias, then by name; raise Unknown with what may have been meant."""
        if driver_id and driver_id.startswith(OWN_ID):
            return self._of_own_id(name or "", driver_id[len(OWN_ID) :])
        found = self.aliases.get(driver_id or "")
        if found is not None:
            if driver_id and ("id", driver_id) in self.given:
                self._keep_apart("id", driver_id, plain(name or "") or plain(str(found)), f"{found}'s")
            return found
        found = self._of_name(name or "")
        if driver_id:
            self._learn(driver_id, name or "", found)
        return found

    def known_under(self, driver_id: str | None) -> Driver | None:
        """The driver of an id, where the book or the file says whose it is."""
        known = self.aliases.get(driver_id or "")
        return known or self.driver_slugs.get((driver_id or "").removeprefix(OWN_ID))

    def _of_name(self, name: str) -> Driver:
        key = plain(name)
        if key in self.shared_names:
            raise Unknown(f"several drivers are called that: name one as driver_id “{OWN_ID}slug”")
        if found := self.drivers.get(key):
            return found
        if not name:
            raise Unknown("no driver of the book is known under that id")
        if not alone(name):
            raise Unknown("is no driver's name")
        if self.create_drivers:
            return self._make_driver(alone(name))
        if key not in self.unknown_names:
            meant = self._meant(name, self.drivers)
            self.unknown_names[key] = f"no driver of the book is called that{meant}"
        raise Unknown(self.unknown_names[key])

    def _of_own_id(self, name: str, slug: str) -> Driver:
        """The driver of this slug; where the book lacks the slug, the one driver of that name."""
        found = self.driver_slugs.get(slug)
        if found is None and (plain(name) in self.shared_names or self._stands_for_another(name, slug)):
            if not self.create_drivers:
                raise Unknown(f"no driver of the book has the slug “{slug}”, and the name does not tell who is meant")
            return self._make_driver(alone(name), slug)
        if found is None:
            found = self.drivers.get(plain(name)) or (
                self._make_driver(alone(name), slug) if self.create_drivers and alone(name) else self._of_name(name)
            )
        self._keep_apart("driver", found.slug, slug, f"“{OWN_ID}{slug}” and another")
        return found

    def _stands_for_another(self, name: str, slug: str) -> bool:
        """Whether the driver of this name has come up under another slug already."""
        named = self.drivers.get(plain(name))
        return named is not None and self.given.get(("driver", named.slug), slug) != slug

    def _learn(self, driver_id: str, name: str, driver: Driver) -> None:
        """Take an id over as an alias: one name has one id of a source within a file."""
        source = driver_id.partition(":")[0]
        self._keep_apart(source, driver.slug, driver_id, "two ids")
        self._keep_apart("id", driver_id, plain(name), f"{driver}'s")
        self.aliases[driver_id] = self._add(DriverAlias(driver=driver, alias=driver_id)).driver

    def _keep_apart(self, kind: str, key: str, value: str, of: str) -> None:
        """Note that a key goes with a value in this import; raise Unknown where it went with another before."""
        before = self.given.setdefault((kind, key), value)
        if before != value:
            raise Unknown(f"{key} stands with “{before}” and with “{value}” in this file: it cannot be {of} as well")

    def _make_driver(self, name: str, slug: str = "") -> Driver:
        parts = SUFFIX.match(name)
        suffix = parts["suffix"] if parts else ""
        if suffix in ("Jr", "Sr"):
            suffix += "."
        slug = free_slug(slug or name, self.driver_slugs, 120)
        driver = self._add(Driver(name=parts["name"] if parts else name, suffix=suffix, slug=slug))
        self.driver_slugs[slug] = driver
        self._known_as(name, driver)
        self.given["driver", slug] = slug
        return driver

    def near_misses(self, made: dict[type, list]) -> list[str]:
        """Of the drivers that are made, those whose name is nearly one the book already has."""
        if self.create_places or Driver not in made:
            return []
        new = {plain(str(driver)) for driver in made[Driver]}
        known = {key: driver for key, driver in self.drivers.items() if key not in new}
        return [f"{driver}{meant}" for driver in made[Driver] if (meant := self._meant(str(driver), known))]

    @staticmethod
    def _meant(name: str, known: dict, alike: Callable = fuzz.ratio, least: int = NEAR) -> str:
        near = process.extractOne(plain(name), known.keys(), scorer=alike, score_cutoff=least)
        return f"; did you mean {known[near[0]]}?" if near else ""

    # Teams, makes, seasons, events and sources.

    def team(self, name: str | None) -> Team | None:
        return self._named(Team, self.teams, name)

    def manufacturer(self, name: str | None) -> Manufacturer | None:
        return self._named(Manufacturer, self.makes, name)

    def _named(self, model, known: dict, name: str | None):
        """The row of this name, or else a new one."""
        if not name:
            return None
        key = plain(name)
        found = known.get(name) or known.get(key)
        if found is None:
            if not key:
                raise Unknown(f"is no {model._meta.verbose_name}'s name")
            slug = free_slug(name, self.slugs[model], model._meta.get_field("slug").max_length)
            found = known[key] = self._add(model(name=name, slug=slug))
        return found

    def series(self, slug: str) -> Series:
        found = self.series_by_slug.get(slug)
        if found is None:
            known = ", ".join(sorted(self.series_by_slug)) or "none"
            words = " ".join(slug.replace("-", " ").replace("_", " ").split()).title()
            alike = {plain(series.name) for series in self.series_by_slug.values()}
            if not self.create_places or plain(f"{words} Series") in alike:
                raise Unknown(f"no series of the book has that slug; it has {known}")
            found = self._add(Series(name=f"{words} Series", short_name=words[:30].strip(), slug=slug))
            self.series_by_slug[slug] = found
        return found

    def season(self, series: Series, year: int) -> Season:
        key = (series.slug, year)
        if key not in self.seasons:
            self.seasons[key] = self._add(Season(series=series, year=year))
        return self.seasons[key]

    def event(self, document: RaceDocument) -> Event | None:
        """The event the document names, or the crown jewel whose name is in the race's. Its qualifiers are not it."""
        if document.event:
            return self._named(Event, self.events, document.event)
        name = f" {plain(document.name)} "
        if document.kind != "points" or " qualif" in name:
            return None
        jewels = (event for event in self.events.values() if event.crown_jewel and f" {plain(event.name)} " in name)
        return next(jewels, None)

    def source(self, part: SourcePart) -> Source:
        """By slug, or without one by title."""
        found = self.sources.get(part.slug) if part.slug else self.sources_by_title.get(plain(part.title))
        if found is None:
            made = Source(
                title=part.title,
                slug=part.slug or free_slug(part.title, self.sources, 80),
                publisher=part.publisher or "",
                url=part.url or "",
                published=part.published,
            )
            found = self.sources[made.slug] = self._add(made)
            self.sources_by_title.setdefault(plain(part.title), found)
        return found

    # Tracks and layouts.

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
                raise Unknown(
                    f"no track of the book is called that{self._meant(name, self.tracks, fuzz.WRatio, NEAR_PLACE)}"
                )
            if not plain(name):
                raise Unknown("is no track's name")
            short = _short_name(name)
            if short in self.short_names:
                short = free_text(name[:40].strip(), self.short_names, 40)
            made = self._add(Track(name=name, slug=free_slug(short, self.slugs[Track], 60), short_name=short))
            self.short_names.add(short)
            found = self.tracks[plain(name)] = made
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

    # What was made.

    def _add(self, row):
        """List a row as made; raise Unknown where a text is longer than the book has room for."""
        for field in row._meta.concrete_fields:
            text = getattr(row, field.attname)
            if field.max_length and isinstance(text, str) and len(text) > field.max_length:
                raise Unknown(f"is longer than the {field.max_length} characters of a {row._meta.verbose_name}'s name")
        self.new.setdefault(type(row), []).append(row)
        if type(row) in self.slugs:
            self.slugs[type(row)].add(row.slug)
        return row

    def take_made(self, rows: Iterable[Model]) -> dict[type, list]:
        """The rows made for these to point to, taken off the list. The others wait: a later race may use them."""
        if not self.new:
            return {}
        used: set[int] = set()
        for row in rows:
            self._use(row, used)
        taken = {}
        for model, made in list(self.new.items()):
            chosen = [row for row in made if id(row.driver if model is DriverAlias else row) in used]
            if model is DriverAlias:
                chosen += [row for row in made if row.driver.pk]
            if chosen:
                taken[model] = chosen
                ids = set(map(id, chosen))
                self.new[model] = [row for row in made if id(row) not in ids]
        return taken

    def _use(self, row: Model, used: set[int]) -> None:
        """Mark what a row points to, and what that points to, as far as it is not written yet."""
        for field in _relations(type(row)):
            target = field.get_cached_value(row, default=None)
            if target is not None and target.pk is None and id(target) not in used and type(target) in self.new:
                used.add(id(target))
                self._use(target, used)


@cache
def _relations(model: type[Model]) -> list[ForeignKey]:
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]


def save(made: dict[type, list]) -> None:
    """Write rows that were made, those pointed to first."""
    for model in (Driver, DriverAlias, Team, Manufacturer, Series, Season, Event, Track, TrackLayout, Source):
        model.objects.bulk_create(made.get(model, ()), batch_size=500)


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


def free_slug(text: str, taken: Container[str], length: int) -> str:
    """A slug of the text that nobody has yet; a second one gets “-2”."""
    base = slugify(text)[: length - 4].strip("-") or "unnamed"
    return free_text(base, taken, length, "-")


def free_text(text: str, taken: Container[str], length: int, space: str = " ") -> str:
    """The text, or, where somebody has it, the text with the next free number."""
    free, number = text[:length], 1
    while free in taken:
        number += 1
        end = f"{space}{number}"
        free = text[: length - len(end)] + end
    return free
