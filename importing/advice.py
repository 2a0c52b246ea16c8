"""What each kind of warning is about, and what an editor does about it."""

from __future__ import annotations

ADVICE = {
    # How a file was understood.
    "not-run": "rows without a car stand for races to come, and are skipped; nothing to do",
    "row-twice": "rows that stand twice, alike, are taken once; nothing to do",
    "race-twice": "races that stand twice, alike, are taken once; nothing to do",
    "rows-elsewhere": "rows that are those of another race are left to it; see that the rest of the field is right",
    "blank-filled": "what some rows of a race leave open is taken from its other rows; nothing to do",
    "not-started": "cars without a place and a lap are entries that did not start; see that none of them raced",
    "same-name-driver": "one name, decades apart, is taken for one driver; where they are two, enter the second driver "
    "and name him by driver_id, or by an alias of his own in place of the name",
    "same-name-track": "one name of what may be two tracks is taken for one; where they are two, enter the second "
    "track and name it by its slug",
    "number-shared": "two cars of one race have one number, and are taken as two; mend it where it is a misprint",
    "car-twice": "a car stands twice in one run, and its first row is taken; see which is right",
    "led-more-than-laps": "a car led more laps than it ran: one of them is taken as unknown; enter the right figure",
    "laps-led-unknown": "the laps led are not counted, and taken as unknown; enter them from another source",
    "ineligible-inferred": "no points for a place that scores: taken as ineligible; enter them where that is wrong",
    "points-missing": "nobody has points, which stay unknown; import the file again when they are out",
    "unknown-column": "a column that no one reads; see whether its heading is misspelt",
    "rounds-unknown": "the rounds cannot be counted, so only races that the book has are found; bring the whole season",
    "mixed-season": "a race is of another season than the rest of the list; see whether it is the right list",
    "race-type-missing": "a race without a kind is taken as a points race; enter its kind where that is wrong",
    "race-type-unknown": "a race of an unknown kind is taken as an exhibition; enter its kind where that is wrong",
    "time-unread": "the time of the race is not understood and left out; enter it",
    "margin-unread": "the margin is not understood and kept as a note; enter it",
    "no-such-race": "the book lacks these races; import their results first",
    "stage-winner": "the book names another winner of the stage, who stays; see which is right",
    "unknown-driver": "nobody of the book has that id, and what it says is left out; give a driver that alias",
    "driver-differs": "a part of the race names another driver of the car; see which is right",
    "unknown-beneficiary": "the car that got a lap back is not in the race; see whether its number is right",
    "more": "there are more than are kept; mend these and import the file again",
    # What does not add up: see `checks`.
    "laps-led-sum": "the laps led do not make the laps of the race; compare another source",
    "positions": "a position is missing or stands twice; compare another source",
    "starting-positions": "two cars start in one place; compare another source",
    "columns": "a column is in the wrong place, or a car started where the race has no place; see the file",
    "laps-run": "a car has more laps than the race, or than the car before it; see whether it was disqualified",
    "gap-order": "a car is nearer to the winner than the one before it; see whether it was moved by a ruling",
    "lap-speed": "lap time, speed and length do not agree; see which is right, or the length of the layout",
    "margin-gap": "the margin is not the second car's gap; see which is right, or to whom it was measured",
    "points-table": "points are not what the season's format gives; see the points, or the season's format",
    "lead-changes": "the lead changes are not those that the leaders make; compare another source",
    "led-by-segment": "a car's laps led are not those of its segments; compare another source",
    "segments-in-race": "a segment ends after the race; see the laps of the race",
    "caution-laps": "the cautions listed do not make the figures stated; compare another source",
    "win-ordinal": "the report and the book count the winner's wins otherwise; see whether races are missing",
}
