"""Finding tracks and their layouts: by slug, by today's name, by the names that races or other days have for them."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property

from django.utils.text import slugify

from importing.document.places import place_name
from importing.document.schema import Layout, RaceDocument
from importing.text.spelling import free_slug, free_text
from races.models import Track, TrackLayout
from races.order import is_within
from racestats.formatting import miles
from racestats.names.spelling import plain

from .namesakes import Namesakes
from .near_tracks import nearest_track
from .new_rows import NewRows, Unknown, lacks
from .shapes import shape_of

CREATE = "--create-tracks"
"""The option that makes tracks and layouts that the book lacks."""
SAME_LENGTH = Decimal("0.0005")


class TrackNames:
    """The book's tracks and layouts, read once."""

    def __init__(self, new_rows: NewRows, namesakes: Namesakes, create: bool):
        self.new_rows = new_rows
        self.namesakes = namesakes
        self.create = create
        self._read()

    def _read(self) -> None:
        """By slug and today's name first, then by the names that races or other days have for them."""
        tracks = list(Track.objects.prefetch_related("names"))
        self.by_name: dict[str, Track] = {}
        self.names_on_file: dict[str, Track] = {}
        for names_of in (
            lambda track: (track.slug, track.name),
            lambda track: (track.short_name,),
            lambda track: [dated.name for dated in track.names.all()],
        ):
            for track in tracks:
                for name in names_of(track):
                    self.by_name.setdefault(plain(name), track)
                    self.names_on_file.setdefault(name, track)
        self.new_rows.slugs[Track] = dict.fromkeys(track.slug for track in tracks)
        self.short_names = {track.short_name for track in tracks}
        self.layouts: dict[str, list[TrackLayout]] = {track.slug: [] for track in tracks}
        by_id = {track.id: track for track in tracks}
        for layout in TrackLayout.objects.order_by("pk"):
            layout.track = by_id[layout.track_id]
            self.layouts[layout.track.slug].append(layout)

    def layout(self, document: RaceDocument) -> TrackLayout:
        """The layout of a new race: by its slug, or by length and kind among those of that season.

        Where a kind is wanted, one of unknown type is taken only if no other fits.
        """
        place, wanted = self._place_of(document)
        track = self.find(place, document.track_name)
        layouts = self.layouts[track.slug]
        found = self._known_layout(layouts, wanted, document.season)
        if found is None:
            if not self.create:
                known = ", ".join(f"{each.slug} ({_length_of(each)})" for each in layouts) or "none"
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
        if self._known(document.track) or told is None:
            return document.track, wanted
        return place, told.model_copy(update=wanted.model_dump(exclude_none=True))

    def layout_of_slug(self, track: Track, slug: str) -> TrackLayout | None:
        """A layout of the track that the book has; none is made for a race that already has its own."""
        return next((each for each in self.layouts[track.slug] if each.slug == slug), None)

    def of_name(self, name: str) -> Track | None:
        """The track that a name means, with its layout or without, where the book has it."""
        return self._known(name) or self._known(place_name(name)[0])

    def _known(self, name: str) -> Track | None:
        """Whose name or slug it is, of today or former."""
        key = plain(name)
        return self.by_name.get(key) or self.by_name.get(self._todays_names.get(key, ""))

    @cached_property
    def _todays_names(self) -> dict[str, str]:
        """What the book finds a track by, by its former slug."""
        return {plain(slug): plain(today) for slug, today in self.new_rows.former_slugs[Track].items()}

    def find(self, name: str, called: str | None = None) -> Track:
        """The track of this name or slug; one that is made for a slug gets the name that it is called by beside."""
        found = self._known(name)
        if found is None:
            if not self.create:
                raise lacks("track", self.suggestion(name), CREATE)
            if not plain(name):
                raise Unknown("is no track's name", "invalid")
            full = called or name
            short = _short_name(full)
            if short in self.short_names:
                short = free_text(full[:40].strip(), self.short_names, 40)
            slug = free_slug(name if called else short, self.new_rows.taken(Track), 60)
            made = self.new_rows.add(Track(name=full, slug=slug, short_name=short))
            self.short_names.add(short)
            found = self.by_name[plain(name)] = made
            self.by_name.setdefault(plain(full), made)
            self.layouts[found.slug] = []
        return found

    def suggestion(self, name: str) -> str:
        near = nearest_track(name, self.names_on_file)
        if near is None:
            return ""
        track = self.names_on_file[near]
        is_todays = near in (track.name, track.short_name, track.slug)
        return f"; did you mean {track}?" if is_todays else f"; did you mean {near}, now {track}?"

    def _make_layout(self, track: Track, wanted: Layout) -> TrackLayout:
        layouts = self.layouts[track.slug]
        name = wanted.name or shape_of(wanted.type).name
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
        layouts.append(self.new_rows.add(made))
        return made


def _short_name(name: str) -> str:
    """“Rockingham Speedway” → “Rockingham”: what its races are called."""
    short = re.sub(
        r" (International |Motor |Super)?(Speedway|Superspeedway|Raceway|Speedrome|Stadium|Race Track|Fairgrounds)$",
        "",
        name,
    )
    return short[:40].strip() or name[:40]


def _length_of(layout: TrackLayout) -> str:
    return f"{miles(layout.length)} miles" if layout.length else "of unknown length"


def _may_be(one: Decimal | None, other: Decimal | None) -> bool:
    """Whether two lengths can be of one layout: equal as printed, or one of them unknown."""
    return one is None or other is None or abs(one - other) <= SAME_LENGTH


def _fits(layout: TrackLayout, wanted: Layout, season: int) -> bool:
    if not is_within(season, layout.first_season, layout.last_season):
        return False
    if wanted.type and layout.type and shape_of(wanted.type) != shape_of(layout.type):
        return False
    return _may_be(layout.length, wanted.length)
