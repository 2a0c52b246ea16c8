"""What each kind of warning is about, and what an editor does about it; and what is only noted."""

from __future__ import annotations

NOTES = {
    "ineligible-inferred": "no points for a place that scores, so the car is taken as ineligible for them",
    "pole-unknown": "the speed of a pole is left out, for whose pole it was is not on file",
}
"""Kinds of which an import tells the number alone: there is nothing to do and nothing to accept."""

ADVICE = {
    # How a file was understood.
    "not-run": "rows without a car stand for races to come, and are skipped; nothing to do",
    "row-twice": "rows that stand twice, alike, are taken once; nothing to do",
    "race-twice": "races that stand twice, alike, are taken once; nothing to do",
    "rows-elsewhere": "rows that are those of another race are left to it; see that the rest of the field is right",
    "blank-filled": "what some rows of a race leave open is taken from its other rows; nothing to do",
    "mended": "known errors of a public file, which are mended as it comes in; nothing to do",
    "not-started": "cars without a place and a lap are entries that did not start; see that none of them raced",
    "same-name-driver": "one name, decades apart, is taken for one driver; where they are two, enter the second driver "
    "and name him by driver_id, or by an alias of his own in place of the name",
    "same-name-track": "one name of what may be two tracks is taken for one; where they are two, enter the second "
    "track and name it by its slug",
    "number-shared": "two cars of one race have one number, and are taken as two; mend it where it is a misprint",
    "car-twice": "a car stands twice in one run, and its first row is taken; see which is right",
    "led-more-than-laps": "a car led more laps than it ran: one of them is taken as unknown; enter the right figure",
    "laps-led-unknown": "the laps led are not counted, and taken as unknown; enter them from another source",
    "points-missing": "nobody has points, which stay unknown; import the file again when they are out",
    "unknown-column": "a column that no one reads; see whether its heading is misspelt",
    "rounds-unknown": "the rounds cannot be counted, so only races that the book has are found; bring the whole season",
    "mixed-season": "a race is of another season than the rest of the list; see whether it is the right list",
    "race-type-missing": "a race without a kind is taken as a points race; enter its kind where that is wrong",
    "race-type-unknown": "a race of an unknown kind is taken as an exhibition; enter its kind where that is wrong",
    "time-unread": "the time of the race is not understood and left out; enter it",
    "margin-unread": "the margin is not understood and kept as a note; enter it",
    "no-such-race": "the book lacks these races; import their results first",
    "another-race": "the table has another race there, and its row is left out; see whose track or winner is right",
    "round-differs": "the table counts the season's races otherwise; nothing to do where track, winner and day agree",
    "table-differs": "the table says otherwise than the book, which stays; see which is right",
    "stage-winner": "the book names another winner of the stage, who stays; see which is right",
    "unknown-driver": "nobody of the book has that id, and what it says is left out; give a driver that alias",
    "driver-differs": "a part of the race names another driver of the car; see which is right",
    "unknown-beneficiary": "the car that got a lap back is not in the race; see whether its number is right",
    "more": "there are more than are kept; mend these and import the file again",
    # What does not add up: see `checks`.
    "field-size": "more cars started than there are in the field; see how large it was, or who did not start",
    "laps-led-sum": "the laps led do not make the laps of the race; compare another source",
    "positions": "a position is missing or stands twice; compare another source",
    "starting-positions": "two cars start in one place; compare another source",
    "columns": "a column is in the wrong place, or a car started where the race has no place; see the file",
    "not-started-ran": "a car that did not start has laps; see whether it raced",
    "laps-run": "a car has more laps than the race, or than the car before it; see whether it was disqualified",
    "winner-laps": "the winner ran fewer laps than the race; see the laps of both",
    "scheduled-laps": "laps run and laps scheduled cannot both be right; see each",
    "gap-order": "a car is nearer to the winner than the one before it; see whether it was moved by a ruling",
    "average-speed": "laps, length and time do not make the average speed; see each, or the length of the layout",
    "leaders": "not so many cars led as are stated; compare another source",
    "lap-speed": "lap time, speed and length do not agree; see which is right, or the length of the layout",
    "time-order": "a car in practice is faster than the one before it; see places and times",
    "pole": "the pole is not whoever was first in qualifying; see whom it was awarded to",
    "session-day": "a session is dated after the race; see both days",
    "stages": "there are more stages, or more laps of stages, than the race has; see the stages of the race",
    "stage-points": "points of a stage are not those of the place; see both, or the season's format",
    "margin-gap": "the margin is not the second car's gap; see which is right, or to whom it was measured",
    "points-table": "points are not what the season's format gives; see the points, or the season's format",
    "lead-changes": "the lead changes are not those that the leaders make; compare another source",
    "led-by-segment": "a car's laps led are not those of its segments; compare another source",
    "segments-in-race": "a segment ends after the race; see the laps of the race",
    "segments-apart": "two segments share a lap, or nobody leads for some; compare another source",
    "caution-laps": "the cautions listed do not make the figures stated; compare another source",
    "unwritable": "the book says of the race what no race document may, and it is not checked; mend that",
    "win-ordinal": "the report and the book count the winner's wins otherwise; see whether races are missing",
}
