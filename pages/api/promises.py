"""What the API promises, and what has changed in it: said on its page and in its schema."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Change(NamedTuple):
    """What was new, changed or retired on a day."""

    day: date
    text: str


CHANGES = (Change(date(2026, 12, 1), "Version 1: everything on this page is new."),)
"""The latest first."""

PROMISES = (
    "Every figure is the one that its page shows, made by the same code: value, whether it is exact or at least so "
    "much, in how many races it is unknown, and of an average over how many starts.",
    "What is unknown is null; none is zero. Decimals such as margins and miles are text, so that no digit is lost.",
    "Ids stay. Somebody whose id changes all the same is led to from the old one by a 301.",
    "Within version 1 fields, parameters and addresses may be added, and none is taken away or changes its meaning. "
    "What is to go is said here and marked as deprecated in the schema for a year before, and goes with a version 2, "
    "beside which version 1 stays for that year.",
    "A list comes in parts, of 100 rows or as many as limit says, up to 1,000; next leads on. format=jsonl gives long "
    "lists as lines.",
    "Errors are JSON of one shape. A parameter that the address does not take is a 400 that names it.",
    "Answers have an ETag and may be read from any site. Whoever asks for too much is told with a 429 when to come "
    "again.",
)
DESCRIPTION = "The open record book of stock-car racing, read only. " + " ".join(PROMISES)
