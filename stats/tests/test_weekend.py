"""The rules of a weekend's sheet over small values: pure."""

import pytest

from stats.notes.note import NewsKind, Note
from stats.streaks.runs import Calendar, CareerLines, RaceHeld, Wait, waits
from stats.weekend.after import DRIVERS, MAKES, RECORDS, TEAMS, TRACK, notes_by_subject
from stats.weekend.form import RecentLine, form_of_cars, form_of_drivers

LARSON, BELL = 5, 20
NAMES, URLS = {LARSON: "Kyle Larson", BELL: "Christopher Bell"}, {LARSON: "/larson/", BELL: "/bell/"}


def line(order, driver, finish, whole=True, team="hendrick") -> RecentLine:
    return RecentLine(order, driver, finish, team, team and team.title(), "ford", "Ford", whole)


def texts(section) -> list[tuple[str, bool]]:
    return [(each.text, each.exact) for each in section.lines]


def test_form_is_told_latest_first_of_those_with_enough_starts():
    lines = [line(2025000 + n, LARSON, n) for n in range(1, 8)] + [line(2025007, BELL, 1)]
    section = form_of_drivers(lines, NAMES, URLS)
    assert texts(section) == [("Kyle Larson: 7 6 5 4 3 2 1, average 4.0 (last five 5.0)", True)]
    assert section.title == "Form: the last seven races"


def test_a_race_missed_or_unknown_is_a_dash_and_in_no_average():
    lines = [line(2025001, LARSON, 2), line(2025002, BELL, 1), line(2025003, LARSON, None), line(2025003, BELL, 3)]
    section = form_of_drivers([*lines, line(2025004, LARSON, 4), line(2025005, LARSON, 6, whole=False)], NAMES, URLS)
    assert texts(section) == []
    assert "Whole fields are on file for 4 of them." in section.counted
    two = form_of_drivers(lines[:3], {**NAMES}, URLS)
    assert texts(two) == []


@pytest.mark.parametrize(
    ("whole", "told"),
    [
        (True, "Hendrick: 1 win, 2 top fives and 2 top tens with 3 cars started"),
        (False, "Hendrick: 1+ wins, 2+ top fives and "),
    ],
)
def test_cars_are_counted_at_least_where_a_field_is_not_whole(whole, told):
    lines = [line(2025001, LARSON, 1), line(2025001, BELL, 5), line(2025002, LARSON, 11, whole=whole)]
    [(text, exact)] = texts(form_of_cars(lines, "team", {"hendrick": "/hendrick/"}))
    assert (text.startswith(told), exact) == (True, whole)


WON = [2024001, 2024004]


@pytest.mark.parametrize(
    ("held", "career", "found"),
    [
        (
            [True] * 6,
            CareerLines(LARSON, [2024001, 2024002, 2024004, 2024005, 2024006], WON),
            [(2024004, 2024005, 2, True)],
        ),
        # Level with the last start there is no wait, and without a win none to tell.
        ([True] * 6, CareerLines(LARSON, [2024001, 2024004], WON), []),
        ([True] * 6, CareerLines(LARSON, [2024001, 2024004], []), []),
        # A race between that is not whole may have been one more start.
        ([True] * 4 + [False, True], CareerLines(LARSON, [*WON, 2024006], WON), [(2024004, 2024006, 1, False)]),
        ([True] * 6, CareerLines(LARSON, [*WON, 2024006], WON, unknown=[2024006]), [(2024004, 2024006, 1, False)]),
    ],
)
def test_waits(held, career, found):
    calendar = Calendar([RaceHeld(2024001 + n, 1, whole) for n, whole in enumerate(held)])
    assert list(waits(calendar, [career])) == [Wait(LARSON, *each) for each in found]


@pytest.mark.parametrize(
    ("note", "section"),
    [
        (Note("A", NewsKind.PERSON, 1, about=(LARSON, "wins"), rule="of-the-career"), DRIVERS),
        (Note("A", NewsKind.ROUND_NUMBER, 1, about=(LARSON, "wins"), rule="milestone"), RECORDS),
        (Note("A", NewsKind.ALL_TIME, 1, about="margin", rule="closeness"), RECORDS),
        (Note("A", NewsKind.TEAM, 1, about=("team", 1), rule="at-the-track-for-the-car"), TEAMS),
        (Note("A", NewsKind.MAKE, 1, about=("manufacturer", 1), rule="of-the-season-for-the-car"), MAKES),
        (Note("A", NewsKind.TRACK_RECORD, 1, rule="most-laps-led"), TRACK),
    ],
)
def test_notes_stand_with_whom_they_are_about(note, section):
    assert [title for title, lines in notes_by_subject([note]).items() if lines] == [section]
