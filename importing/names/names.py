"""Finding whom and what a document names: drivers, teams, makes, series, seasons, events, tracks and layouts.

Names are compared without accents, marks (`#`, `(i)`, `*`), dots and case. What the book lacks is made only where that
is asked for; else what may have been meant is told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.utils.text import slugify

from drivers.models import Driver, Manufacturer, Team, TeamName
from importing.document.places import place_name
from importing.document.schema import Layout, RaceDocument, SourcePart
from importing.text.spelling import free_slug, free_text, plain
from importing.write.bulk import read
from races.models import Event, Season, Series, Source, Track, TrackLayout

from .drivers import DriverNames
from .near_tracks import nearest_track
from .new_rows import Unknown, lacks

CREATE = "--create-tracks"
"""The option that makes tracks and layouts that the book lacks."""
SAME_LENGTH = Decimal("0.0005")
NAMES = {None: "Track", TrackLayout.Type.DIRT: "Dirt track", TrackLayout.Type.ROAD_COURSE: "Course"}
"""What a layout without a name is called, by its type; the others are ovals."""


class Names(DriverNames):
    """The book's names, read once; one object serves one import."""

    def __init__(self, create_drivers: bool = False, create_tracks: bool = False, whole_history: bool = False):
        """A whole history may bring a series; and so many drivers that those who are nearly known are not listed."""
        super().__init__(create_drivers)
        self.create_tracks = create_tracks
        self.whole_history = whole_history
        self.teams = self._by_name(Team)
        self.former_teams = self._read_former_teams()
        self.makes = self._by_name(Manufacturer)
        self.events = self._by_name(Event)
        self.series_by_slug = {series.slug: series for series in Series.objects.all()}
        self.seasons = {(season.series.slug, season.year): season for season in Season.objects.select_related("series")}
        self.sources = {source.slug: source for source in Source.objects.all()}
        self.sources_by_title = {plain(source.title): source for source in reversed(self.sources.values())}
        self._read_tracks()

    def _by_name(self, model) -> dict:
        """By plain name, and by the very name for the case that two are alike."""
        rows = list(read(model.objects.order_by("pk")))
        self.by_id[model] = {row.id: row for row in rows}
        self.slugs[model] = {row.slug for row in rows}
        return {plain(row.name): row for row in reversed(rows)} | {row.name: row for row in rows}

    def _read_former_teams(self) -> dict[str, list[TeamName]]:
        """By plain name, which teams had it when."""
        found = defaultdict(list)
        for dated in TeamName.objects.order_by("first_day", "pk"):
            dated.team = self.by_id[Team][dated.team_id]
            found[plain(dated.name)].append(dated)
        return found

    def _read_tracks(self) -> None:
        """By slug and today's name first, then by the names that races or other days have for them."""
        tracks = list(Track.objects.prefetch_related("names"))
        self.tracks: dict[str, Track] = {}
        self.tracks_on_file: dict[str, Track] = {}
        for names_of in (
            lambda track: (track.slug, track.name),
            lambda track: (track.short_name,),
            lambda track: [dated.name for dated in track.names.all()],
        ):
            for track in tracks:
                for name in names_of(track):
                    self.tracks.setdefault(plain(name), track)
                    self.tracks_on_file.setdefault(name, track)
        self.slugs[Track] = {track.slug for track in tracks}
        self.short_names = {track.short_name for track in tracks}
        self.layouts: dict[str, list[TrackLayout]] = {track.slug: [] for track in tracks}
        by_id = {track.id: track for track in tracks}
        for layout in TrackLayout.objects.order_by("pk"):
            layout.track = by_id[layout.track_id]
            self.layouts[layout.track.slug].append(layout)

    # Teams, makes, seasons, events and sources.

    def team(self, name: str | None, day: date) -> Team | None:
        """The team that had the name on the day; or that has it today, or had it at another time; or a new one."""
        former = self.former_teams.get(plain(name or ""), [])
        if of_day := [dated.team for dated in former if dated.held_on(day)]:
            return of_day[0]
        if former and name not in self.teams and plain(name) not in self.teams:
            return former[0].team
        return self._named(Team, self.teams, name)

    def manufacturer(self, name: str | None) -> Manufacturer | None:
        return self._named(Manufacturer, self.makes, name)

    def _named(self, model, known: dict, name: str | None):
        """The row of this name, or else a new one."""
        if not name:
            return None
        found = known.get(name) or known.get(key := plain(name))
        if found is None:
            if not key:
                raise Unknown(f"is no {model._meta.verbose_name}'s name", "invalid")
            slug = free_slug(name, self.slugs[model], model._meta.get_field("slug").max_length)
            found = known[key] = self._add(model(name=name, slug=slug))
        return found

    def series(self, slug: str) -> Series:
        found = self.series_by_slug.get(slug)
        if found is None:
            known = ", ".join(sorted(self.series_by_slug)) or "none"
            words = " ".join(slug.replace("-", " ").replace("_", " ").split()).title()
            alike = {plain(series.name) for series in self.series_by_slug.values()}
            if not self.whole_history or plain(f"{words} Series") in alike:
                raise Unknown(f"no series of the book has that slug; it has {known}", "unknown-series")
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

    def near_misses(self, made: dict[type, list]) -> list[str]:
        """Of the drivers and tracks that are made, those whose name is nearly one the book already has."""
        drivers = [] if self.whole_history else made.get(Driver, [])
        new = {plain(str(driver)) for driver in drivers}
        known = {key: driver for key, driver in self.drivers.items() if key not in new} if drivers else {}
        return [
            *(f"{driver}{meant}" for driver in drivers if (meant := self._meant(str(driver), known))),
            *(f"{track}{meant}" for track in made.get(Track, []) if (meant := self._track_meant(track.name))),
        ]

    # Tracks and layouts.

    def layout(self, document: RaceDocument) -> TrackLayout:
        """The layout of a new race: by its slug, or by length and kind among those of that season.

        Where a kind is wanted, one of unknown type is taken only if no other fits.
        """
        place, wanted = self._place_of(document)
        track = self.track(place, document.track_name)
        layouts = self.layouts[track.slug]
        found = self._known_layout(layouts, wanted, document.season)
        if found is None:
            if not self.create_tracks:
                known = ", ".join(f"{each.slug} ({each.length} miles)" for each in layouts) or "none"
                raise Unknown(f"the book has no such layout of {track}; it has {known}; {CREATE} makes a new one")
            if not wanted.slug:
                self.namesakes.saw_another_layout(track, layouts, wanted, document)
            found = self._make_layout(track, wanted)
        self.namesakes.saw_track(track, document.season)
        return found

    @staticmethod
    def _known_layout(layouts: list[TrackLayout], wanted: Layout, season: int) -> TrackLayout | None:
        named = [each for each in layouts if each.slug == wanted.slug and _may_be(each.length, wanted.length)]
        if named:
            return named[0]
        fitting = [each for each in layouts if _fits(each, wanted, season)]
        of_type = [each for each in fitting if each.type] if wanted.type else []
        return next(iter(of_type or fitting), None)

    def _place_of(self, document: RaceDocument) -> tuple[str, Layout]:
        """The track and the layout that a document means: “Charlotte Motor Speedway Road Course” is no other track."""
        wanted = document.layout or Layout()
        place, told = place_name(document.track)
        if plain(document.track) in self.tracks or told is None:
            return document.track, wanted
        return place, told.model_copy(update=wanted.model_dump(exclude_none=True))

    def layout_of_slug(self, track: Track, slug: str) -> TrackLayout | None:
        """A layout of the track that the book has; none is made for a race that already has its own."""
        return next((each for each in self.layouts[track.slug] if each.slug == slug), None)

    def track_of(self, document: RaceDocument) -> Track | None:
        """The track that a document names, where the book has it."""
        return self.tracks.get(plain(self._place_of(document)[0]))

    def track(self, name: str, called: str | None = None) -> Track:
        """The track of this name or slug; one that is made for a slug gets the name that it is called by beside."""
        found = self.tracks.get(plain(name))
        if found is None:
            if not self.create_tracks:
                raise lacks("track", self._track_meant(name), CREATE)
            if not plain(name):
                raise Unknown("is no track's name", "invalid")
            full = called or name
            short = _short_name(full)
            if short in self.short_names:
                short = free_text(full[:40].strip(), self.short_names, 40)
            slug = free_slug(name if called else short, self.slugs[Track], 60)
            made = self._add(Track(name=full, slug=slug, short_name=short))
            self.short_names.add(short)
            found = self.tracks[plain(name)] = made
            self.tracks.setdefault(plain(full), made)
            self.layouts[found.slug] = []
        return found

    def _track_meant(self, name: str) -> str:
        near = nearest_track(name, self.tracks_on_file)
        if near is None:
            return ""
        track = self.tracks_on_file[near]
        is_todays = near in (track.name, track.short_name, track.slug)
        return f"; did you mean {track}?" if is_todays else f"; did you mean {near}, now {track}?"

    def _make_layout(self, track: Track, wanted: Layout) -> TrackLayout:
        layouts = self.layouts[track.slug]
        name = wanted.name or NAMES.get(wanted.type, "Oval")
        base = wanted.slug or slugify(name)
        taken = {each.slug for each in layouts}
        if base in taken and wanted.length:
            base = f"{base}-{wanted.length.normalize():f}".replace(".", "-")
        made = TrackLayout(
            track=track,
            name=name,
            slug=free_slug(base, taken, 60),
            length=wanted.length,
            type=wanted.type or "",
            surface=wanted.surface or "",
        )
        layouts.append(self._add(made))
        return made


def _short_name(name: str) -> str:
    """“Rockingham Speedway” → “Rockingham”: what its races are called."""
    short = re.sub(
        r" (International |Motor |Super)?(Speedway|Superspeedway|Raceway|Speedrome|Stadium|Race Track|Fairgrounds)$",
        "",
        name,
    )
    return short[:40].strip() or name[:40]


def _may_be(one: Decimal | None, other: Decimal | None) -> bool:
    """Whether two lengths can be of one layout: equal as printed, or one of them unknown."""
    return one is None or other is None or abs(one - other) <= SAME_LENGTH


def _fits(layout: TrackLayout, wanted: Layout, season: int) -> bool:
    if not (layout.first_season or 0) <= season <= (layout.last_season or 9999):
        return False
    if wanted.type and layout.type:
        dirt, road = TrackLayout.Type.DIRT, TrackLayout.Type.ROAD_COURSE
        if (wanted.type == dirt) != (layout.type == dirt) or (wanted.type == road) != (layout.type == road):
            return False
    return _may_be(layout.length, wanted.length)
