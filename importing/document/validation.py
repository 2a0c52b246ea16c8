"""Columns made into a race document: what is wrong is told in plain words, not pydantic's, and with its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from pydantic import BaseModel, ValidationError

from importing.problems import Findings
from importing.text.json import Path, path_of

from .agreement import WARNINGS, disagreements
from .schema import Columns, DocumentPart, RaceDocument

WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is no field of a race document",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number of ordinary size",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be text in quotes",
    "string_unicode": "holds a character that cannot be written",
    "string_too_short": "must not be empty",
    "string_too_long": "is longer than {max_length} characters",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "decimal_max_digits": "has more than {max_digits} digits",
    "decimal_max_places": "has more than {decimal_places} decimals",
    "decimal_whole_digits": "has more than {whole_digits} digits before the point",
    "finite_number": "is no figure",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
    "date_type": "must be a day such as 2025-05-11",
    "date_parsing": "must be a day such as 2025-05-11",
    "date_from_datetime_parsing": "must be a day such as 2025-05-11",
    "date_from_datetime_inexact": "must be a day without an hour",
    "list_type": "must be a list in square brackets",
    "dict_type": "must be an object in braces",
    "model_type": "must be an object in braces",
    "literal_error": "must be {expected}",
    "value_error": "{error}",
}
PATTERNS = {
    "slug": "must be letters, digits and hyphens only",
    "series": "must be a slug: letters, digits and hyphens only",
    "session": "must be a session such as race, qualifying or stage-1",
    "car": "must be a car number such as 5 or 08: up to four letters and digits",
    "beneficiary": "must be a car number such as 5 or 08: up to four letters and digits",
    "url": "must be an address that begins with https://",
    "time": "must be hours, minutes and seconds, such as 3:05:13",
}


def in_words(error: ValidationError) -> Iterator[tuple[Path, object, str]]:
    """(path, value, reason) of each thing that pydantic found wrong."""
    for each in error.errors(include_url=False):
        path, kind, value = each["loc"], each["type"], each["input"]
        if kind == "string_pattern_mismatch":
            yield path, value, PATTERNS.get(str(path[-1]), "is not written as it should be")
            continue
        reason = WORDS.get(kind, "is not what should stand here")
        reason = reason.format_map({**each.get("ctx", {}), "error": str(each.get("ctx", {}).get("error", ""))})
        if kind == "missing":
            value = ""
        elif kind == "extra_forbidden" and (near := _near(path)):
            reason += f"; did you mean “{near}”?"
        yield path, value, reason


def _near(path: Path) -> str | None:
    """The field that a misspelt key may mean, among those of all parts of a document."""
    near = difflib.get_close_matches(str(path[-1])[:60], FIELDS, 1, 0.75)
    return near[0] if near else None


def _fields(model: type[BaseModel]) -> set[str]:
    names = set(model.model_fields)
    for part in model.__subclasses__():
        names |= _fields(part)
    return names


FIELDS = sorted(_fields(DocumentPart))


def build(columns: Columns, place: str, findings: Findings) -> RaceDocument | None:
    """An adapter's columns as a document. What is wrong with it stands at the adapter's place in the file."""
    try:
        document = RaceDocument.model_validate(columns)
    except ValidationError as error:
        for path, value, reason in in_words(error):
            findings.error(place, value, f"as a race document, {path_of(path)} {reason}")
        return None
    wrong = False
    for path, value, reason, code in disagreements(document):
        tell = findings.warn if code in WARNINGS else findings.error
        wrong |= code not in WARNINGS
        tell(place, value, f"as a race document, {path_of(path)}: {reason}", code)
    return None if wrong else document
