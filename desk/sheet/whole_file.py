"""A race document or a feed's file of one race: it goes through the importer as it is, if it is of this race.

Between the steps its document stands in the page, as JSON.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass

from django.db import transaction

from desk.plan import PlanChanged, ShownPlan, plan_of, plan_of_errors
from importing.export import as_json
from importing.formats.registry import parse, recognise
from importing.outcome import Outcome
from importing.run import Busy, Options, Refused, import_data
from races.models import Race

from .plan import fingerprint_of
from .reading import NoSheet


def is_whole_file(data: bytes) -> bool:
    """Whether a file says by itself of which race it is."""
    found = recognise(data)
    return found is not None and found.is_json


def document_in(data: bytes, name: str, race: Race) -> str:
    """The document of this race in a file, as JSON. Raise Unreadable where it is another's, or wrong."""
    series, year = race.season.series.slug, race.season.year
    parsed = parse(data, name)
    own = [
        each
        for each in parsed.documents
        if each.of_season == (series, year) and (each.key == race.key or (not each.key and each.date == race.date))
    ]
    if own:
        return as_json(own[0])
    if parsed.documents:
        raise NoSheet(f"This file is of {parsed.documents[0].label}, not of {race.label} ({series} {year} {race.key}).")
    first, more = parsed.errors[0], len(parsed.errors) - 1
    raise NoSheet(f"{first}{f', and {more} more' if more else ''}. Nothing was read.")


@dataclass
class WholeFile:
    """What a document of the race does to the book; with a fingerprint it may be saved."""

    document: str
    shown: ShownPlan
    fingerprint: str = ""


def run(document: str, race: Race, options: Options, shown: str | None = None) -> WholeFile:
    """The plan of a document; or, with the fingerprint of the plan that was shown, its writing. Raise PlanChanged."""
    file = f"a file of {race.label}"
    document = document_in(document.encode(), file, race)
    try:
        with nullcontext() if options.dry_run else transaction.atomic():
            outcome = import_data(document.encode(), file, options)
            found = WholeFile(document, plan_of(outcome, options.accept), _fingerprint(outcome))
            if shown is not None and found.fingerprint != shown:
                raise PlanChanged
    except Refused as refused:
        return WholeFile(document, plan_of_errors(refused.problems))
    except Busy as busy:
        raise NoSheet(str(busy)) from busy
    return found


def _fingerprint(outcome: Outcome) -> str:
    races = [*outcome.changed, *(race for race in outcome.kept if race not in outcome.changed)]
    changes = [change for race in races for change in race.changes]
    return fingerprint_of(changes, [path for race in races for path in race.added], outcome.names)
