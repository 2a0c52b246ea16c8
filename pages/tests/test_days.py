"""Days as people write them."""

from datetime import date

import pytest

from pages.kit.filters.days import read_days

DAY, OTHER = date(2024, 5, 6), date(2024, 5, 13)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-05-06", DAY, DAY),
        ("2024-5-6", DAY, DAY),
        ("2024/05/06", DAY, DAY),
        ("5/6/2024", DAY, DAY),
        ("05-06-2024", DAY, DAY),
        ("13/5/2024", OTHER, OTHER),
        ("May 6, 2024", DAY, DAY),
        ("may  6th 2024", DAY, DAY),
        ("6 MAY 2024", DAY, DAY),
        ("Sept. 1, 2024", date(2024, 9, 1), date(2024, 9, 1)),
        ("February 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
    ],
)
def test_days(text, first, last):
    assert read_days(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2024", "cup-2024-12", "yesterday", "2024-05-06T00:00", "06.05.2024", "5/6/24", "May 6", "May2024"),
        *(
            "2/30/2024",
            "2024-13-01",
            "2024-05-00",
            "13/13/2024",
            "0000-01-01",
            "Mai 6, 2024",
            "Ma 6, 2024",
            "٢٠٢٤-٠٥-٠٦",
        ),
    ],
)
def test_what_is_no_day(text):
    assert read_days(text) is None
