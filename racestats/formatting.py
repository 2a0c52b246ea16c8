"""How figures are written: pure functions from values to text. Unknown is a dash, never a zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

Row = TypeVar("Row")

DASH = "—"
SHORT_MONTHS = {9: "Sept"}
MOST_NAMED = 3
"""Of those who share something so many are named, each by himself; of more it is told how many they are, or nothing."""
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number(value: int | None) -> str:
    """1234 → “1,234”."""
    return DASH if value is None else f"{value:,}"


def decimal(value: Decimal | float | None, places: int = 1) -> str:
    """12.345 → “12.3”; halves go up."""
    if value is None:
        return DASH
    return f"{Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):,}"


def percent(value: Decimal | float | None) -> str:
    """A share of one: 0.34523 → “34.5%”."""
    return DASH if value is None else f"{decimal(Decimal(str(value)) * 100)}%"


def share(part: int, whole: int) -> Decimal | None:
    """A share of one, to a tenth of a percent; unknown where there is nothing to share."""
    if not whole:
        return None
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)


def margin(seconds: Decimal | None) -> str:
    """Seconds as timing sheets print them: .012, 1.331."""
    if seconds is None:
        return DASH
    text = f"{seconds:.3f}"
    return text[1:] if text.startswith("0") else text


def gap(seconds: Decimal | None) -> str:
    """A gap to the leader as timing sheets print it: +.057."""
    return DASH if seconds is None else f"+{margin(seconds)}" if seconds else ""


def lap_time(seconds: Decimal | None) -> str:
    """29.391, and from a minute on 1:08.250."""
    if seconds is None:
        return DASH
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f}:{rest:06.3f}" if minutes else f"{rest:.3f}"


def duration(length: timedelta | None) -> str:
    """3 hours, 5 minutes and 13 seconds → “3:05:13”."""
    if length is None:
        return DASH
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def day(value: date | None) -> str:
    """“May 5, 2024”."""
    return DASH if value is None else f"{value:%B} {value.day}, {value.year}"


def short_day(value: date | None) -> str:
    """“May 5, 2024”, and “Sept 5, 2024” for a month of more than five letters: for tables."""
    if value is None:
        return DASH
    month = f"{value:%B}"
    return f"{month if len(month) <= 5 else SHORT_MONTHS.get(value.month, month[:3])} {value.day}, {value.year}"


def years(first: int, last: int) -> str:
    """The seasons from one to another: “2013–2025”, or “2013” of one alone."""
    return str(first) if first == last else f"{first}–{last}"


def signed(value: int | None) -> str:
    """+2, −1, and 0 for no change."""
    if value is None:
        return DASH
    return f"+{value:,}" if value > 0 else f"−{-value:,}" if value else "0"


def signed_decimal(value: Decimal | float | None) -> str:
    """+2.4, −1.0, and 0.0 for no change."""
    if value is None:
        return DASH
    text = decimal(value)
    if text.strip("-") == decimal(0):
        return decimal(0)
    return text.replace("-", "−") if value < 0 else f"+{text}"


def yes_no(value: bool | None) -> str:
    return DASH if value is None else "yes" if value else "no"


def in_words(value: object) -> str:
    """A value of the book as a sentence says it: “yes”, “no”, “unknown” or the value itself."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown" if value is None or value == "" else str(value)


def miles(value: Decimal | None) -> str:
    """1.5000 → “1.5”."""
    return DASH if value is None else f"{value.normalize():f}"


def megabytes(size: int) -> str:
    """How large a file is, in millions of its bytes: “64 MB”, “8.3 MB”, “0.1 MB”."""
    return f"{size / 1e6:,.1f}".removesuffix(".0") + " MB"


def ordinal(value: int) -> str:
    """1st, 2nd, 3rd, 11th, 112th."""
    suffix = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value:,}{suffix}"


def possessive(name: str) -> str:
    """“Kyle Larson's”, “Carl Edwards'”, “Martin Truex Jr.'s”."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def plural(count: int, one: str, many: str = "") -> str:
    """“1 race”, “2 races”."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(parts: Sequence[str], joint: str = "and") -> str:
    """“a”, “a and b”, “a, b and c”."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {joint} {parts[-1]}"


def first_few(parts: Sequence[str], most: int) -> str:
    """The first so many, and how many more there are: “a, b and 3 more”."""
    more = f" and {len(parts) - most:,} more" if len(parts) > most else ""
    return ", ".join(parts[:most]) + more


def named(names: Sequence[str], one: str) -> str:
    """A few by name, more by how many they are: “a and b”, “4 drivers”."""
    return listed(names) if len(names) <= MOST_NAMED else plural(len(names), one)


def sentence(text: str) -> str:
    """With its full stop, which “Jr.” already has."""
    return text if text.endswith(".") else f"{text}."


def rank(place: int | str, tied: bool) -> str:
    """A place in a ranking, a number or in words: “4”, or “T2” and “T2nd” where it is shared."""
    return f"T{place}" if tied else str(place)


def ranks(values: Iterable[Hashable]) -> list[str]:
    """Competition ranks of values in ranking order: [.001, .002, .002, .003] → 1, T2, T2, 4."""
    ordered = list(values)
    times = Counter(ordered)
    first: dict[Hashable, int] = {}
    for place, value in enumerate(ordered, start=1):
        first.setdefault(value, place)
    return [rank(first[value], times[value] > 1) for value in ordered]


def first_and_tied(ranked: Sequence[Row], most: int, key: Callable[[Row], Hashable]) -> Sequence[Row]:
    """Of rows in ranking order the first so many, and those who are tied with the last of them."""
    end = most
    while 0 < end < len(ranked) and key(ranked[end]) == key(ranked[end - 1]):
        end += 1
    return ranked[:end]


def distance(inches: Decimal) -> str:
    """A distance on the track, in the unit a reader can picture: “3.2 inches”, “191.9 feet”, “1.20 miles”."""
    if inches < 36:
        return f"{decimal(inches)} inches"
    feet = inches / 12
    if feet < 1320:
        return f"{decimal(feet)} feet"
    return f"{decimal(feet / 5280, 2)} miles"


def about(inches: Decimal) -> str:
    """The same distance in round words: “about three inches”, “about 192 feet”."""
    whole = int(inches.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if whole <= 12:
        return f"about {WORDS[whole]} {'inch' if whole == 1 else 'inches'}" if whole else "less than an inch"
    if inches < 36:
        return f"about {whole} inches"
    feet = inches / 12
    if feet < 1320:
        return f"about {decimal(feet, 0)} feet"
    return f"about {decimal(feet / 5280)} miles"
