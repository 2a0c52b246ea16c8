"""How a race ended, told in one sentence: by rule, from as much as is known. Pure but for `outcome_of`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from races.models import Race, Result, StatLine
from races.models.races import margin_in_words
from racestats.formatting import listed, margin, number, ordinal, plural, sentence

from .page import RacePage


@dataclass(frozen=True)
class RaceOutcome:
    """What the sentence tells; what is None, empty or False is unknown or was not so.

    `first_at_the_line` crossed the line before the winner, and was `disqualified` or lost the win otherwise.
    """

    winners: Sequence[str]
    place: str = ""
    start: int | None = None
    had_pole: bool = False
    laps_led: int | None = None
    laps: int | None = None
    scheduled_laps: int | None = None
    end_reason: str = ""
    margin_kind: str = ""
    margin: Decimal | None = None
    first_at_the_line: str = ""
    disqualified: bool = False
    first_win: bool = False


def outcome_of(found: RacePage, first_win: bool = False) -> RaceOutcome | None:
    """How a race ended as the book stands or stood on the page's day; None where it was not run or nobody is known to
    have won. `first_win` is told by its notes."""
    race = found.race
    won = [result for result in found.started if result.position == 1]
    if not found.run or not won:
        return None
    winner = won[0]
    first = next((each for each in found.started if each.crossed_line == 1 and each.position != 1), None)
    return outcome_for(
        race,
        winner,
        [str(result.entry.driver) for result in won],
        had_pole=race.pole_id == winner.entry_id,
        first_at_the_line=str(first.entry.driver) if first else "",
        disqualified=bool(first and first.disqualified),
        first_win=first_win,
    )


def outcome_for(race: Race, winner: Result | StatLine, winners: Sequence[str], **told: Any) -> RaceOutcome:
    """How a race ended for its winner, of whom there is a result or a line; `told` is what only one of these knows."""
    return RaceOutcome(
        winners=winners,
        place=race.layout.track.short_name,
        start=winner.start,
        laps_led=winner.laps_led,
        laps=race.laps or winner.laps,
        scheduled_laps=race.scheduled_laps,
        end_reason=race.end_reason,
        margin_kind=race.margin_kind,
        margin=race.margin,
        **told,
    )


def in_a_sentence(outcome: RaceOutcome) -> str:
    """“Kyle Larson led 221 of 267 laps from the pole and won by .712 seconds.”"""
    who = listed(outcome.winners)
    if outcome.first_at_the_line:
        return sentence(f"{who} was declared the winner{_instead_of(outcome)}")
    if len(outcome.winners) > 1:
        return sentence(f"{who} won at {outcome.place}{_by(outcome)}")
    before, won = _before(outcome), "took a first career win" if outcome.first_win else "won"
    if not before and not outcome.margin_kind:
        return sentence(f"{who} {won} at {outcome.place}{_ended(outcome)}")
    return sentence(f"{who} {before}{' and ' if before else ''}{won}{_by(outcome)}{_ended(outcome)}")


def _instead_of(outcome: RaceOutcome) -> str:
    if outcome.disqualified:
        return f" after {outcome.first_at_the_line}, first at the line, was disqualified"
    return f"; {outcome.first_at_the_line} was first at the line"


def _before(outcome: RaceOutcome) -> str:
    """What the winner did until then: led so many laps, from there on the grid."""
    led = _led(outcome)
    if outcome.had_pole and outcome.start in (None, 1):  # Who had the pole may yet have started at the rear.
        return f"{led} from the pole" if led else "started from the pole"
    if not outcome.start:
        return led
    place = "first" if outcome.start == 1 else ordinal(outcome.start)
    return f"{led} after starting {place}" if led else f"started {place}"


def _led(outcome: RaceOutcome) -> str:
    led, laps = outcome.laps_led, outcome.laps
    if not led:
        return ""
    if not laps:
        return f"led {plural(led, 'lap')}"
    if led == laps:
        return f"led all {number(laps)} laps"
    return f"led only the last of {number(laps)} laps" if led == 1 else f"led {number(led)} of {number(laps)} laps"


def _by(outcome: RaceOutcome) -> str:
    """By how much, where that is known."""
    if outcome.margin_kind == Race.MarginKind.CAUTION:
        return " under caution"
    if outcome.margin_kind == Race.MarginKind.TIME:
        return f" by {margin(outcome.margin)} seconds"
    return f" by {margin_in_words(outcome.margin_kind, outcome.margin)}" if outcome.margin_kind else ""


def _ended(outcome: RaceOutcome) -> str:
    """That the race was longer or shorter than it was to be."""
    if not outcome.laps or not outcome.scheduled_laps or outcome.laps == outcome.scheduled_laps:
        return ""
    if outcome.laps > outcome.scheduled_laps:
        return " in overtime" if outcome.end_reason == "Overtime" else ""
    distance = f"{number(outcome.laps)} of {number(outcome.scheduled_laps)} laps"
    reason = outcome.end_reason.lower()
    return f", after {reason} cut the race to {distance}" if reason else f", in a race cut to {distance}"
