"""Days as people write them. Where a day and a month could be either, the month comes first, as in America."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from datetime import date

FORMS = (
    r"(?P<year>[0-9]{4})[-/](?P<month>[0-9]{1,2})(?:[-/](?P<day>[0-9]{1,2}))?",  # 2024-05-06, 2024-05
    r"(?P<month>0?[1-9]|1[0-2])[-/](?P<day>[0-9]{1,2})[-/](?P<year>[0-9]{4})",  # 5/6/2024
    r"(?P<day>[0-9]{1,2})[-/](?P<month>[0-9]{1,2})[-/](?P<year>[0-9]{4})",  # 13/5/2024, where no month is 13
    r"(?P<month>[a-z]{3,9})\.?(?: (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?)?,? (?P<year>[0-9]{4})",  # May 6, 2024, May 2024
    r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)? (?P<month>[a-z]{3,9})\.?,? (?P<year>[0-9]{4})",  # 6 May 2024
)
MONTHS = {name[:length].lower(): number for number, name in enumerate(month_name) for length in range(3, len(name) + 1)}
"""By their names and by beginnings of these of three letters or more: “sep”, “sept”."""


def read_days(text: str) -> tuple[date, date] | None:
    """The first and the last day of the day or the month that a text names; None where it names neither."""
    text = " ".join(text.lower().split())
    found = next(filter(None, (re.fullmatch(form, text) for form in FORMS)), None)
    if not found:
        return None
    year, month, day = found["year"], MONTHS.get(found["month"], found["month"]), found["day"]
    try:
        first = date(int(year), int(month), int(day or 1))
    except ValueError:  # no such month, or no such day in it
        return None
    return first, first if day else first.replace(day=monthrange(first.year, first.month)[1])
