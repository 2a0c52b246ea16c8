"""Finding whom and what a document names: drivers and tracks, teams, makes, series, seasons, events and sources.

Names are compared without accents, marks (`#`, `(i)`, `*`), dots and case. What the book lacks is made only where that
is asked for; else what may have been meant is told.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TypeVar

from django.db.models import Model

from drivers.models import Driver, Manufacturer, Team, TeamName
from importing.document.schema import RaceDocument, SourcePart
from importing.text.spelling import free_slug
from importing.write.bulk import read
from races.models import Event, Season, Series, Source, Track
from racestats.names.spelling import plain

from .drivers import DriverNames
from .namesakes import Namesakes
from .new_rows import NewRows, RowsByModel, Unknown, no_series
from .tracks import TrackNames

NamedT = TypeVar("NamedT", Team, Manufacturer, Event)


class BookNames:
    """The book's names, read once; one object serves one import."""

    def __init__(self, create_drivers: bool = False, create_tracks: bool = False, whole_history: bool = False):
        """A whole history may create a series. It creates too many drivers to list the near misses."""
        self.whole_history = whole_history
        self.new_rows = NewRows()
        self.namesakes = Namesakes()
        self.drivers = DriverNames(self.new_rows, self.namesakes, create_drivers)
        self.tracks = TrackNames(self.new_rows, self.namesakes, create_tracks)
        self.by_id: dict[type[Model], dict[int, Model]] = {Driver: self.drivers.by_id}
        """The drivers, teams, makes and events that the book has."""
        self.teams = self._by_name(Team)
        self.former_teams = self._read_former_teams()
        self.makes = self._by_name(Manufacturer)
        self.events = self._by_name(Event)
        self.series_by_slug = {series.slug: series for series in Series.objects.all()}
        self.seasons = {(season.series.slug, season.year): season for season in Season.objects.select_related("series")}
        self.sources = {source.slug: source for source in Source.objects.all()}
        self.sources_by_title = {plain(source.title): source for source in reversed(self.sources.values())}

    def _by_name(self, model: type[NamedT]) -> dict[str, NamedT]:
        """By plain name, and by the very name for the case that two are alike."""
        rows = list(read(model.objects.order_by("pk")))
        self.by_id[model] = {row.id: row for row in rows}
        self.new_rows.slugs[model] = dict.fromkeys(row.slug for row in rows)
        return {plain(row.name): row for row in reversed(rows)} | {row.name: row for row in rows}

    def _read_former_teams(self) -> dict[str, list[TeamName]]:
        """By plain name, which teams had it when."""
        found = defaultdict(list)
        for dated in TeamName.objects.order_by("first_day", "pk"):
            dated.team = self.by_id[Team][dated.team_id]
            found[plain(dated.name)].append(dated)
        return found

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

    def _named(self, model: type[NamedT], known: dict[str, NamedT], name: str | None) -> NamedT | None:
        """The row of this name, or else a new one."""
        if not name:
            return None
        found = known.get(name) or known.get(key := plain(name))
        if found is None:
            if not key:
                raise Unknown(f"is no {model._meta.verbose_name}'s name", "invalid")
            slug = free_slug(name, self.new_rows.taken(model), model._meta.get_field("slug").max_length)
            found = known[key] = self.new_rows.add(model(name=name, slug=slug))
        return found

    def series(self, slug: str) -> Series:
        found = self.series_by_slug.get(slug)
        if found is None:
            words = " ".join(slug.replace("-", " ").replace("_", " ").split()).title()
            alike = {plain(series.name) for series in self.series_by_slug.values()}
            if not self.whole_history or plain(f"{words} Series") in alike:
                raise no_series(self.series_by_slug)
            found = self.new_rows.add(Series(name=f"{words} Series", short_name=words[:30].strip(), slug=slug))
            self.series_by_slug[slug] = found
        return found

    def season(self, series: Series, year: int) -> Season:
        key = (series.slug, year)
        if key not in self.seasons:
            self.seasons[key] = self.new_rows.add(Season(series=series, year=year))
        return self.seasons[key]

    def event(self, document: RaceDocument) -> Event | None:
        """The event the document names, or the crown jewel whose name is in the race's; its qualifiers have none."""
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
            found = self.sources[made.slug] = self.new_rows.add(made)
            self.sources_by_title.setdefault(plain(part.title), found)
        return found

    def near_misses(self, made: RowsByModel) -> list[str]:
        """Of the drivers and tracks that are made, those whose name is nearly one the book already has."""
        drivers = [] if self.whole_history else made.get(Driver, [])
        new = {plain(str(driver)) for driver in drivers}
        known = {key: driver for key, driver in self.drivers.by_name.items() if key not in new} if drivers else {}
        return [
            *(f"{driver}{words}" for driver in drivers if (words := self.drivers.suggestion(str(driver), known))),
            *(f"{track}{words}" for track in made.get(Track, []) if (words := self.tracks.suggestion(track.name))),
        ]
