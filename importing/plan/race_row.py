"""What the race's own row becomes: its columns, its margin, where it was run, and the cars that it names."""

from __future__ import annotations

from importing.document import schema as doc
from importing.names.new_rows import Unknown
from races.lineups import may_give_pole
from races.models import Entry, Race
from races.models.races import margin_in_words
from racestats.names.spelling import plain

from .draft import Draft, DraftProblem, Stop
from .merge import known

COLUMNS = (
    "name",
    "date",
    "nth_at_track",
    "status",
    "scheduled_laps",
    "laps",
    "end_reason",
    "field_size",
    "stages",
    "cautions",
    "caution_laps",
    "lead_changes",
    "leaders",
    "average_speed",
    "note",
    "lineup",
)
"""Those that document and book call alike and that are taken over as they are."""


def new_race(draft: Draft) -> Race:
    document, names = draft.document, draft.names
    series = draft.find("series", document.series, names.series, document.series)
    layout = draft.find("track", document.track, names.tracks.layout, document)
    if series is None or layout is None:
        raise Stop(draft.errors)
    columns = {"round": document.round, "slug": document.slug, "kind": document.kind}
    columns |= _columns(document) | _margin(document.margin)
    season = names.season(series, document.season)
    event = draft.find("event", document.event, names.event, document)
    return draft.add("", Race(season=season, layout=layout, event=event, **known(columns)))


def plan_race_row(draft: Draft) -> None:
    """The rest of a new race, whose cars are known by now; or all that the document has of one in the book."""
    document, race = draft.document, draft.race
    columns = _columns(document)
    _lineup(draft, columns)
    cars = {"pole": columns.pop("pole"), "led_to_green": document.led_to_green}
    if draft.is_new:
        cars["margin_against"] = document.margin.against if document.margin else None
        if named := _named_cars(draft, **cars):
            draft.work.later.append((race, named))
            for name, entry in named.items():
                setattr(race, name, entry)
        return
    columns |= _named_cars(draft, **cars)
    _take_margin(draft)
    _place(draft, columns)
    if race.round is None:
        columns["kind"] = document.kind
    if document.event:
        columns["event"] = draft.find("event", document.event, draft.names.event, document)
    if document.status == Race.Status.SCHEDULED and race.was_run:
        # A file from before the race knows what was planned, and nothing of what came of it.
        del columns["status"]
        if race.date:
            del columns["date"]
    if document.status == Race.Status.PROVISIONAL and race.status == Race.Status.OFFICIAL:
        del columns["status"]  # That nobody had made it official by then says nothing against whoever did since.
    draft.merge_race(columns)


def _columns(document: doc.RaceDocument) -> doc.Columns:
    """The race's own columns, as the document has them."""
    duration = doc.length_of(document.time) if document.time else None
    return {name: getattr(document, name) for name in COLUMNS} | {"duration": duration}


def _lineup(draft: Draft, columns: doc.Columns) -> None:
    """There is a pole award only where qualifying set the lineup: `columns` get what goes together."""
    columns["pole"] = draft.document.pole
    if draft.is_new:
        return
    race, merger = draft.race, draft.merger
    before, in_document = race.lineup, columns["lineup"]
    lineup = before if before and not (in_document and merger.replace) else in_document
    if may_give_pole(lineup):
        return
    pole = next((entry for entry in draft.cars.stored_entries if entry.pk == race.pole_id), None)
    if columns["pole"]:
        merger.keep("race.pole", pole, columns["pole"].in_words)
        columns["pole"] = None
    if pole is not None and merger.replace:
        draft.put_race({"pole": None})
    elif pole is not None:
        merger.keep("race.lineup", before, columns.pop("lineup"))


# The margin.


def _margin(margin: doc.Margin | None) -> doc.Columns:
    if margin is None:
        return {}
    figure = margin.seconds if margin.kind == Race.MarginKind.TIME else margin.value
    return {
        "margin_kind": margin.kind,
        "margin": figure,
        "margin_method": margin.method,
        "margin_note": margin.note,
    }


def _take_margin(draft: Draft) -> None:
    """A margin is one statement: its parts are not mixed from two sources."""
    margin, race, merger = draft.document.margin, draft.race, draft.merger
    if margin is None:
        return
    columns = _margin(margin)
    kind, figure = margin.kind or "", columns["margin"]
    if race.margin_kind and (race.margin_kind, race.margin) != (kind, figure):
        if not kind:
            return
        if not merger.replace:
            before = margin_in_words(race.margin_kind, race.margin)
            merger.keep("race.margin", before, margin_in_words(kind, figure))
            return
        columns = {name: value if name == "margin" else value or "" for name, value in columns.items()}
        draft.put_race(columns | {"margin_against": None})
    draft.merge_race(columns | _named_cars(draft, margin_against=margin.against))


# Where it was.


def _place(draft: Draft, columns: doc.Columns) -> None:
    """Where the race was: on another layout of its track, or, where the book may be wrong, at another track."""
    document, names, layout = draft.document, draft.names, draft.race.layout
    track = names.tracks.of_name(document.track)
    if track is None and names.tracks.by_name.get(plain(document.track_name or "")) == layout.track:
        track = layout.track  # The book has it under another slug.
    if track is None and document.key is None:
        # Found by its day, of which there is one race of a series: its track goes by a name that the book lacks.
        reason = f"the book lacks a track of that name, and has the race at {layout.track}, where it stays"
        draft.doubts.append(DraftProblem("track", document.track, reason, "unknown-track"))
    elif track is None or track.pk != layout.track_id:
        if draft.fill_in:
            draft.merger.keep("race.track", layout.track, track or document.track)
        elif not draft.merger.replace and (track or names.tracks.create):
            reason = f"the book has {draft.race.label} at {layout.track}: is this another race?"
            draft.error("track", document.track, reason, "another-track")
        else:
            columns["layout"] = draft.find("track", document.track, names.tracks.layout, document)
    elif document.layout and document.layout.slug and layout.slug != document.layout.slug:
        columns["layout"] = names.tracks.layout_of_slug(layout.track, document.layout.slug)


# Who had the pole, who led to green, whom the margin is against.


def _named_cars(draft: Draft, **cars: doc.Car | None) -> dict[str, Entry]:
    return {name: entry for name, car in cars.items() if car and (entry := _named_car(draft, name, car))}


def _named_car(draft: Draft, path: str, part: doc.Car) -> Entry | None:
    """The entry a part names; a driver known only by an id gets an entry without a number."""
    if part.car is not None:
        return draft.entry(path, part, "no car of this race has that number")
    try:
        entry = draft.cars.find(part)
    except Unknown as unknown:
        draft.error(path, part.driver or part.driver_id, str(unknown), unknown.code)
        return None
    if entry is not None:
        return entry
    if part.driver is not None:
        driver = draft.driver(path, part)
    else:
        # A bare id that the book does not know is no mistake of the file: it is left out, and said.
        try:
            driver = draft.names.drivers.find(None, part.driver_id)
        except Unknown as unknown:
            draft.doubts.append(DraftProblem(path, part.driver_id or "", str(unknown), "unknown-driver"))
            return None
    if driver is None:
        return None
    entry = draft.add(path, Entry(race=draft.race, driver=driver))
    draft.cars.enter(part, entry)
    return entry
