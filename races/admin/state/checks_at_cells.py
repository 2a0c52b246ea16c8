"""The open checks of a race, each at the box that it speaks of: on the race's page and on its sessions'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.forms import ModelForm
from django.utils.html import format_html

from ...models import Race, RaceCheck, Session
from .health import checks_address

OF_THE_RACE = {
    "field": "field_size",
    "laps led": "laps",
    "scheduled laps": "scheduled_laps",
    "margin": "margin",
    "average speed": "average_speed",
    "time": "duration",
    "leaders": "leaders",
    "lead changes": "lead_changes",
    "caution laps": "caution_laps",
    "cautions": "cautions",
    "pole": "pole",
    "stages": "stages",
}
"""By place of a check, the column of the race that it speaks of."""
OF_A_RESULT = {
    "positions": ("position",),
    "starting-positions": ("start",),
    "columns": ("start", "crossed_line", "position"),
    "not-started-ran": ("laps", "laps_led"),
    "laps-run": ("laps",),
    "winner-laps": ("laps",),
    "gap-order": ("gap",),
    "led-by-segment": ("laps_led",),
    "lap-speed": ("lap_speed", "lap_time"),
    "time-order": ("lap_time",),
    "stage-points": ("points",),
    "points-table": ("points",),
    "points-order": ("points",),
}
"""By kind of check, the columns of a result of which it speaks, or of the one whose value it tells."""
SUM_OF_ROWS = "laps led"
"""What does not add up is the race's, and stands in the rows of its results."""


def open_checks(race: int) -> list[RaceCheck]:
    return list(RaceCheck.objects.filter(race=race).open())


def show_on_race(race: Race, form: ModelForm, sessions: Iterable[ModelForm]) -> list[RaceCheck]:
    """Draw a race's checks on its page; return those that have no box there."""
    loose = []
    for check in open_checks(race.pk):
        dates = [row for row in sessions if check.code == "session-day" and called(row.instance) == check.place]
        column = OF_THE_RACE.get(check.place)
        if column in form.fields:
            note(form, column, check)
        elif dates and "date" in dates[0].fields:
            note(dates[0], "date", check)
        else:
            loose.append(check)
    return loose


def show_on_session(session: Session, form: ModelForm, rows: Iterable[ModelForm]) -> list[RaceCheck]:
    """Draw the checks of a session's results on its page; return those of the session that have no box there."""
    loose, name = [], called(session)
    for check in open_checks(session.race_id):
        of_session, _, driver = check.place.partition(", ")
        if of_session != name and not (check.place == SUM_OF_ROWS and session.kind == Session.Kind.RACE):
            continue
        if check.code == "session-day" and "date" in form.fields:
            note(form, "date", check)
        elif boxes := list(_boxes(check, driver, rows)):
            for row, column in boxes:
                note(row, column, check)
        else:
            loose.append(check)
    return loose


def called(session: Session) -> str:
    """A session as the place of a check names it."""
    return session.name.lower()


def _boxes(check: RaceCheck, driver: str, rows: Iterable[ModelForm]) -> Iterator[tuple[ModelForm, str]]:
    """The rows of a driver, or all of them, and the column that has the value of which the check tells."""
    for row in rows:
        for column in OF_A_RESULT.get(check.code, ()):
            of_driver = not driver or driver == str(row.instance.entry.driver)
            if of_driver and column in row.fields and str(getattr(row.instance, column)) == check.value:
                yield row, column
                break


def note(form: ModelForm, column: str, check: RaceCheck) -> None:
    """Say at a box what does not add up."""
    said = format_html('{} <a href="{}">Accept</a>', sentence(check.message), checks_address(check.race_id))
    form.notes = {**form.notes, column: [*form.notes.get(column, ()), said]}


def sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}."
