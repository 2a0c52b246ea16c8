"""Finding drivers: by an id of a source, by alias, by name. A driver is never guessed: a near miss asks."""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process

from drivers.models import Driver, DriverAlias
from importing.text.spelling import free_slug, without_marks
from importing.write.bulk import read
from racestats.names.spelling import plain

from .namesakes import Namesakes
from .new_rows import NewRows, Unknown, lacks

SUFFIX = re.compile(r"^(?P<name>.+?),? (?P<suffix>Jr\.?|Sr\.?|I{2,3}|IV|V)$")
OWN_ID = "racestats:"
"""Before a driver's slug, for one whose name others have too."""
CREATE = "--create-drivers"
"""The option that makes whom the book lacks."""
NEAR = 86
"""How alike two names must be, of 100, to ask whether one was meant."""
LIKELY = 70
"""How alike, to be one of several offered; parts of a name count too."""


class DriverNames:
    """The book's drivers, read once."""

    def __init__(self, new_rows: NewRows, namesakes: Namesakes, create: bool):
        self.new_rows = new_rows
        self.namesakes = namesakes
        self.create = create
        self.pairs_seen: dict[tuple[str, str], str] = {}
        """What this import has read so far of ids, names and slugs that belong together: see `_keep_apart`."""
        self.ids_like_names: dict[str, Driver] = {}
        """Whose they are: an id that does not name its source may be taken for a name."""
        self.by_name: dict[str, Driver] = {}
        self.shared_names: set[str] = set()
        self.meant_by: dict[str, str] = {}
        """Whom a name that nobody has may have meant."""
        self.by_id = {driver.id: driver for driver in read(Driver.objects.all(), "id", "name", "suffix", "slug")}
        """Those that the book has."""
        self.by_slug = {driver.slug: driver for driver in self.by_id.values()}
        self.new_rows.slugs[Driver] = dict.fromkeys(self.by_slug)
        for driver in self.by_id.values():
            self._add_name(str(driver), driver)
        rows = DriverAlias.objects.order_by("alias").values_list("alias", "driver")
        self.aliases = {alias: self.by_id[driver] for alias, driver in rows}
        self.aliases_on_file = set(self.aliases)
        for text, driver in self.aliases.items():
            if ":" not in text:
                self._add_name(text, driver)

    def _add_name(self, name: str, driver: Driver) -> None:
        key = plain(name)
        if self.by_name.setdefault(key, driver) is not driver:
            self.shared_names.add(key)

    def find(self, name: str | None, driver_id: str | None = None) -> Driver:
        """By alias, then by name; raise Unknown with what may have been meant."""
        if driver_id and driver_id.startswith(OWN_ID):
            return self._of_own_id(name or "", driver_id[len(OWN_ID) :])
        found = self.aliases.get(driver_id or "")
        if found is not None:
            if driver_id and ("id", driver_id) in self.pairs_seen:
                self._keep_names_apart(driver_id, plain(name or "") or plain(str(found)), found)
            return found
        found = self._of_name(name or "")
        if driver_id:
            self._learn(driver_id, name or "", found)
        return found

    def find_in(self, season: int, race: str, name: str | None, driver_id: str | None) -> Driver:
        """The driver of a race. A driver found by name alone is noted, since two drivers may share the name."""
        found = self.find(name, driver_id)
        told = driver_id is not None and (driver_id in self.aliases_on_file or driver_id.startswith(OWN_ID))
        if not told and name not in self.aliases_on_file:
            self.namesakes.saw_driver(found, season, race)
        return found

    def known_under(self, driver_id: str | None) -> Driver | None:
        """The driver of an id, where the book or the file says whose it is."""
        known = self.aliases.get(driver_id or "")
        return known or self.by_slug.get(self._slug_of_today((driver_id or "").removeprefix(OWN_ID)))

    def _slug_of_today(self, slug: str) -> str:
        return slug if slug in self.by_slug else self.new_rows.former_slugs[Driver].get(slug, slug)

    def _of_name(self, name: str) -> Driver:
        key = plain(name)
        if key in self.shared_names:
            raise Unknown(f"several drivers are called that: name one as driver_id “{OWN_ID}slug”")
        if found := self.by_name.get(key):
            return found
        if meant := self.ids_like_names.get(key):
            raise Unknown(f"is an id of {meant} in this file: it cannot be another driver's name")
        if not name:
            raise Unknown("no driver of the book is known under that id")
        if not without_marks(name):
            raise Unknown("is no driver's name", "invalid")
        if self.create:
            return self._make_driver(without_marks(name))
        if key not in self.meant_by:
            self.meant_by[key] = self.suggestion(name, self.by_name)
        raise lacks("driver", self.meant_by[key], CREATE)

    def _of_own_id(self, name: str, slug: str) -> Driver:
        """The driver of this slug; where the book lacks the slug, the one driver of that name."""
        slug = self._slug_of_today(slug)
        found = self.by_slug.get(slug)
        if found is None and (plain(name) in self.shared_names or self._stands_for_another(name, slug)):
            if not self.create:
                whom = f"has the slug “{slug}”, and the name does not tell who is meant"
                raise Unknown(f"no driver of the book {whom}; {CREATE} makes a new one")
            return self._make_driver(without_marks(name), slug)
        if found is None:
            found = self.by_name.get(plain(name)) or (
                self._make_driver(without_marks(name), slug)
                if self.create and without_marks(name)
                else self._of_name(name)
            )
        self._keep_apart("driver", found.slug, slug, str(found), "a driver has one slug")
        return found

    def _stands_for_another(self, name: str, slug: str) -> bool:
        """Whether the driver of this name has come up under another slug already."""
        named = self.by_name.get(plain(name))
        return named is not None and self.pairs_seen.get(("driver", named.slug), slug) != slug

    def _learn(self, driver_id: str, name: str, driver: Driver) -> None:
        """Take an id over as an alias: one name has one id of a source within a file."""
        other = self.by_name.get(plain(driver_id)) if ":" not in driver_id else None
        if other is not None and other is not driver:
            raise Unknown(f"“{driver_id}” is the name of another driver: it cannot be {driver}'s id")
        if ":" not in driver_id:
            self.ids_like_names[plain(driver_id)] = driver
        source = driver_id.partition(":")[0]
        self._keep_apart(source, driver.slug, driver_id, str(driver), "a driver has one id of a source")
        self._keep_names_apart(driver_id, plain(name), driver)
        self.aliases[driver_id] = self.new_rows.add(DriverAlias(driver=driver, alias=driver_id)).driver

    def _keep_names_apart(self, driver_id: str, name: str, driver: Driver) -> None:
        self._keep_apart("id", driver_id, name, driver_id, f"it cannot be {driver}'s as well")

    def _keep_apart(self, kind: str, key: str, value: str, called: str, rule: str) -> None:
        """Note that a key goes with a value in this import; raise Unknown where it went with another before."""
        before = self.pairs_seen.setdefault((kind, key), value)
        if before != value:
            raise Unknown(f"{called} stands with “{before}” and with “{value}” in this file: {rule}")

    def _make_driver(self, name: str, slug: str = "") -> Driver:
        parts = SUFFIX.match(name)
        suffix = parts["suffix"] if parts else ""
        if suffix in ("Jr", "Sr"):
            suffix += "."
        slug = free_slug(slug or name, self.new_rows.taken(Driver), 120)
        driver = self.new_rows.add(Driver(name=parts["name"] if parts else name, suffix=suffix, slug=slug))
        self.by_slug[slug] = driver
        self._add_name(name, driver)
        self.pairs_seen["driver", slug] = slug
        return driver

    def nearest(self, name: str, most: int) -> list[Driver]:
        """Whom an editor may have meant, those alike most first, and no more than that; all who share the very name."""
        key = plain(name)
        if key in self.shared_names:
            aliased = {driver.pk for alias, driver in self.aliases.items() if plain(alias) == key}
            return [each for each in self.by_id.values() if plain(str(each)) == key or each.pk in aliased]
        near = process.extract(key, self.by_name.keys(), scorer=fuzz.WRatio, limit=4 * most, score_cutoff=LIKELY)
        return list(dict.fromkeys(self.by_name[found] for found, *_ in near))[:most]

    @staticmethod
    def suggestion(name: str, known: dict[str, Driver]) -> str:
        near = process.extractOne(plain(name), known.keys(), scorer=fuzz.ratio, score_cutoff=NEAR)
        return f"; did you mean {known[near[0]]}?" if near else ""
