"""Reading one object of a feed, key by key: numbers, words, car numbers, days. What is wrong with a value is told."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TypeVar

from importing.problems import Findings
from importing.text.json import Object, step
from importing.text.spelling import CAR_NUMBER, UNPRINTABLE
from races.laps import round_half_up
from racestats.constraints import LARGEST_SMALL
from racestats.names.spelling import tidy

FIGURE = re.compile(r"[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})", re.ASCII)
Value = TypeVar("Value")


class Fields:
    """One object of a feed, read key by key. Missing, null and empty are all unknown; what is wrong is told."""

    def __init__(self, source: Object, path: str, findings: Findings):
        self.source = source
        self.path = path
        self.findings = findings

    @classmethod
    def of(cls, value: object, path: str, findings: Findings) -> Fields | None:
        if isinstance(value, dict):
            return cls(value, path, findings)
        findings.error(path, value, "must be an object in braces")
        return None

    def at(self, key: str) -> str:
        return self.path + step(key)

    def wrong(self, key: str, reason: str, code: str = "invalid") -> None:
        self.findings.error(self.at(key), self.source.get(key), reason, code)

    def warn(self, key: str, reason: str, code: str) -> None:
        self.findings.warn(self.at(key), self.source.get(key), reason, code)

    def blank(self, key: str) -> bool:
        value = self.source.get(key)
        return value is None or (isinstance(value, str) and not value.strip())

    def needed(self, value: Value, key: str, what: str) -> Value:
        """The value, where there must be one; that it is missing is told, as what is wrong with it has been."""
        if value is None and self.blank(key):
            self.wrong(key, f"{what} is missing")
        return value

    def number(self, key: str) -> Decimal | None:
        """A figure, also where it is printed as text (`".786"`, `"183.730"`)."""
        if self.blank(key):
            return None
        number = figure(self.source[key])
        if number is None:
            self.wrong(key, "must be a number")
        return number

    def whole(self, key: str, least: int = 0, most: int = LARGEST_SMALL) -> int | None:
        number = self.number(key)
        if number is None:
            return None
        if number != int(number):
            self.wrong(key, "must be a whole number")
        elif not least <= number <= most:
            self.wrong(key, f"must lie between {least} and {most}")
        else:
            return int(number)
        return None

    def positive(self, key: str) -> int | None:
        """A count for which a feed writes 0 where it knows none."""
        return self.whole(key) or None

    def decimal(self, key: str, most: int) -> Decimal | None:
        """A time or speed, to a thousandth; 0 where a feed knows none."""
        number = self.number(key)
        if number is None:
            return None
        if not 0 <= number < most:
            self.wrong(key, f"must lie between 0 and {most}")
            return None
        return round_half_up(number) or None

    def flag(self, key: str) -> bool | None:
        value = self.source.get(key)
        if value is None or isinstance(value, bool):
            return value
        if value in (0, 1):
            return bool(value)
        self.wrong(key, "must be true or false")
        return None

    def text(self, key: str, longest: int | None = None) -> str | None:
        """Words on one line; a bare whole number counts as words, for a car number is sometimes printed as one."""
        value = self.source.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self.wrong(key, "must be text")
            return None
        clean = tidy(value)
        if UNPRINTABLE.search(clean):
            self.wrong(key, "holds a character that cannot be printed")
        elif longest and len(clean) > longest:
            self.wrong(key, f"is longer than {longest} characters")
        else:
            return clean or None
        return None

    def car(self, key: str = "car_number") -> str | None:
        """A car number, text as painted: 00 is not 0."""
        number = self.text(key)
        if number and not CAR_NUMBER.fullmatch(number):
            self.wrong(key, "is no car number")
            return None
        return number

    def day(self, key: str) -> dt.date | None:
        """The day of a time. Its zone is not stated, so the hour is not trusted."""
        text = self.text(key)
        if text is None:
            return None
        try:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d([T ].*)?", text, re.ASCII):
                raise ValueError
            day = dt.date.fromisoformat(text[:10])
        except ValueError:
            self.wrong(key, "must be a date such as 2023-04-02")
            return None
        return day if day.year > 1900 else None

    def rows(self, key: str) -> list[Fields]:
        """A list of objects. Null and missing are empty."""
        value = self.source.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(key, "must be a list in square brackets")
            return []
        found = (Fields.of(each, f"{self.at(key)}[{n}]", self.findings) for n, each in enumerate(value))
        return [each for each in found if each is not None]


def figure(value: object) -> Decimal | None:
    """A number, or text that is nothing but one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and FIGURE.fullmatch(value.strip()):
        return Decimal(value.strip())
    return None
