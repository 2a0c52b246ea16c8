"""Calendars: what is escaped, where lines are cut, and a whole one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from racestats.ics import LONGEST, CalendarEvent, calendar, escaped, folded


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Coca-Cola 600", "Coca-Cola 600"),
        ("Concord, N.C.; 600 miles", r"Concord\, N.C.\; 600 miles"),
        ("a\\b", r"a\\b"),
        ("one\ntwo\r\nthree\rfour", r"one\ntwo\nthree\nfour"),
        ("nul\x00 bell\x07 tab\t", "nul  bell  tab\t"),
        ("BEGIN:VEVENT\nEND:VEVENT", r"BEGIN:VEVENT\nEND:VEVENT"),
    ],
)
def test_texts_are_escaped(text, written):
    assert escaped(text) == written


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400))
def test_lines_are_cut_between_characters(text):
    """Put together again they are the line."""
    parts = folded(text).split("\r\n")
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == text
    assert all(len(part.encode()) <= LONGEST for part in parts)
    assert all(part.startswith(" ") for part in parts[1:])


def test_a_calendar():
    race = CalendarEvent("cup-2025-12@example.org", date(2025, 12, 31), "Last race", url="https://example.org/races/")
    assert calendar("Cup", [race]).split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//racestats//schedule//EN",
        "CALSCALE:GREGORIAN",
        "NAME:Cup",
        "X-WR-CALNAME:Cup",
        "BEGIN:VEVENT",
        "UID:cup-2025-12@example.org",
        "DTSTAMP:20251231T000000Z",
        "DTSTART;VALUE=DATE:20251231",
        "SUMMARY:Last race",
        "URL:https://example.org/races/",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
