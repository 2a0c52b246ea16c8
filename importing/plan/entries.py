"""What the entries of a document become: which cars the book already has, which are new, and who drove in relief."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter

from drivers.models import Driver
from importing.document import schema as doc
from importing.document.cars import without_number
from importing.write.bulk import make
from races.models import Entry, ReliefDriver

from .draft import Draft


def plan_entries(draft: Draft) -> None:
    """Find each car among those stored: by number, else by its driver; what is not there is new."""
    drivers = _drivers(draft)
    free = {entry.id: entry for entry in draft.stored.entries}
    numbered = {(entry.number, entry.twin): entry for entry in free.values() if entry.number}
    found = []
    for part in draft.document.entries:
        entry = numbered.get((part.car or "", part.twin))
        found.append(free.pop(entry.id, None) if entry else None)
    times = Counter(driver.slug for driver in drivers)
    for n, (part, driver, entry) in enumerate(zip(draft.document.entries, drivers, found)):
        if entry is None:
            own = [each for each in free.values() if each.driver_id == driver.pk]
            likely = without_number(own, attrgetter("number"))
            alone = len(own) == 1 and times[driver.slug] == 1
            entry = next((each for each in likely if alone or not (each.number and part.car)), None)
            if entry is not None:
                del free[entry.id]
        entry = _entry(draft, f"entries[{n}]", part, driver, entry)
        draft.cars.enter(part, entry)
        _relief(draft, f"entries[{n}].relief", part, entry)
    draft.cars.stored_entries = [draft.work.as_planned(entry) for entry in draft.stored.entries]


def _drivers(draft: Draft) -> list[Driver]:
    """Whom the entries name; raise Stop where the book cannot tell."""
    found = [draft.driver(f"entries[{n}].driver", part) for n, part in enumerate(draft.document.entries)]
    draft.stop_on_errors()
    return [driver for driver in found if driver]


def _entry(draft: Draft, path: str, part: doc.EntryPart, driver: Driver, entry: Entry | None) -> Entry:
    names = draft.names
    columns = {
        "number": part.car,
        "driver": driver,
        "team": draft.find(f"{path}.team", part.team, names.team, part.team, draft.day),
        "manufacturer": draft.find(f"{path}.manufacturer", part.manufacturer, names.manufacturer, part.manufacturer),
    }
    if entry is None:
        return draft.add(path, make(Entry, race=draft.race, twin=part.twin, **columns))
    if part.car and not entry.number:
        entry = draft.merger.put(entry, f"entries[{part.car}]", {"twin": part.twin})
    return draft.merge(entry, path, f"entries[{part.car or part.driver}]", columns)


def _relief(draft: Draft, path: str, part: doc.EntryPart, entry: Entry) -> None:
    stored = draft.stored.relief.get(entry.id, [])
    for n, relief in enumerate(part.relief or []):
        driver = draft.driver(f"{path}[{n}]", relief)
        row = next((row for row in stored if row.driver == driver), None)
        if row is not None:
            draft.merge(row, f"{path}[{n}]", f"relief[{relief.driver}]", {"took_flag": relief.took_flag})
        elif driver is not None:
            draft.add(f"{path}[{n}]", ReliefDriver(entry=entry, driver=driver, took_flag=relief.took_flag))
