"""What a question of the finder may ask of a result or of its race: each field is declared here, once.

A field of a race narrows which races are looked at; one of a result says which results of these count. Runs, waits and
shares are of the first, and in them the second holds or does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Case, DecimalField, ExpressionWrapper, F, IntegerField, OuterRef, Q, Subquery, When
from django.db.models.expressions import Combinable

from races.models import Race, Result, StatLine, TrackLayout
from races.statistics import WIN
from racestats import formatting
from stats.scope import Scope

from .days import AsDays, AsNumber
from .field import DRIVER, RACE, RESULT, YES_NO, Field, equal
from .homes import state_of_driver
from .ranges import Range
from .words import count, in_order, places, said_with

BEACH = "daytona-beach-road-course"
"""Half of it was sand, half a road: some count it among the road courses, some do not."""


def _is_yes(column: str) -> Callable[[str, str], Q]:
    return lambda value, of_race: Q(**{column: value == "yes"})


def _age(scope: Scope) -> Combinable:
    """Whole years from birth to the day of the race: of two days as numbers, 20090628 and 19900524, the difference in
    ten thousands."""
    years = (AsNumber("race_date") - AsNumber("driver__born")) / 10_000
    return Case(When(race_date__isnull=False, driver__born__isnull=False, then=years), output_field=IntegerField())


def _behind(scope: Scope) -> Combinable:
    return ExpressionWrapper(F("race_laps") - F("laps"), IntegerField())


def _wait(scope: Scope) -> Combinable:
    """Of a win: the driver's starts between his win before it and this one."""
    earlier = StatLine.objects.as_of(scope.as_of).filter(
        WIN, driver=OuterRef("driver"), series=OuterRef("series"), race_order__lt=OuterRef("race_order")
    )
    before = Subquery(earlier.order_by("-race_order").values("starts_after")[:1])
    between = ExpressionWrapper(F("starts_after") - before - 1, IntegerField())
    return Case(When(WIN, then=between), output_field=IntegerField())


def _measured(value: Range, of_race: str) -> Q:
    return equal(f"{of_race}margin", value) & Q(**{f"{of_race}margin_kind": Race.MarginKind.TIME})


def _seconds(of_race: str) -> Case:
    """A margin of laps or lengths is none of seconds."""
    in_time = When(**{f"{of_race}margin_kind": Race.MarginKind.TIME}, then=F(f"{of_race}margin"))
    return Case(in_time, output_field=DecimalField(max_digits=7, decimal_places=3))


def _on_the_beach(value: str, of_race: str) -> Q:
    beach = Q(**{f"{of_race}layout__track__slug": BEACH})
    return beach if value == "only" else ~beach


def _on_dirt(value: str, of_race: str) -> Q:
    dirt = Q(**{f"{of_race}layout__type": TrackLayout.Type.DIRT})
    return dirt if value == "only" else ~dirt


def _range(key: str, label: str, group: str, column: str, words: Callable[[Range], str], **more: Any) -> Field:
    return Field(key=key, label=label, group=group, kind="range", column=column, words=words, **more)


def _choice(
    key: str,
    label: str,
    group: str,
    column: str,
    choices: tuple[tuple[str, str], ...],
    words: Callable[[str], str],
    **more: Any,
) -> Field:
    return Field(key=key, label=label, group=group, kind="choice", column=column, choices=choices, words=words, **more)


FIELDS: dict[str, Field] = {
    field.key: field
    for field in (
        _range(
            "finish",
            "Finish",
            RESULT,
            "finish",
            places("finished"),
            may_be_unknown=lambda value: value.low not in (None, 1),
            told=lambda value: {1: "winner", 2: "second"}.get(value.high, "whole"),
            fewest="best",
            most="worst",
        ),
        _range("start", "Start", RESULT, "start", places("started"), fewest="best", most="worst"),
        _range("led", "Laps led", RESULT, "laps_led", said_with("led", count("lap")), adds_up=True),
        _range("laps", "Laps run", RESULT, "laps", said_with("ran", count("lap")), adds_up=True),
        _range(
            "behind",
            "Laps behind",
            RESULT,
            "laps_behind",
            lambda value: f"finished {count('lap')(value)} behind",
            expression=_behind,
            head="Laps behind",
        ),
        _range("points", "Points", RESULT, "points", said_with("earned", count("point")), adds_up=True),
        _range(
            "stages",
            "Stage wins",
            RESULT,
            "stage_wins",
            said_with("won", count("stage")),
            told=lambda value: "stages" if value.low else "whole",
            adds_up=True,
        ),
        _choice(
            "pole",
            "Pole award",
            RESULT,
            "pole",
            YES_NO,
            lambda value: "won the pole" if value == "yes" else "did not win the pole",
            holds=_is_yes("pole"),
            told=lambda value: "pole" if value == "yes" else "whole",
        ),
        _choice(
            "led_most",
            "Led the most laps",
            RESULT,
            "led_most",
            YES_NO,
            lambda value: "led the most laps" if value == "yes" else "did not lead the most laps",
            holds=_is_yes("led_most"),
        ),
        _choice(
            "dnf",
            "Out at the finish",
            RESULT,
            "dnf",
            YES_NO,
            lambda value: "were out at the finish" if value == "yes" else "were running at the finish",
            holds=_is_yes("dnf"),
        ),
        _choice(
            "status",
            "How it ended",
            RESULT,
            "status",
            tuple((str(key), str(text)) for key, text in Result.Status.choices if key),
            lambda value: f"ended as “{Result.Status(value).label.lower()}”",
        ),
        Field(
            key="number",
            label="Car number",
            group=RESULT,
            kind="number",
            column="number",
            words=lambda value: f"in car No. {value}",
        ),
        _range(
            "age",
            "Age",
            DRIVER,
            "age",
            lambda value: f"were {value.in_words('or older', 'or younger')}",
            expression=_age,
            finer=lambda: AsDays("race_date") - AsDays("driver__born"),
            fewest="youngest",
            most="oldest",
            head="Age",
        ),
        Field(
            key="state",
            label="Home state or country",
            group=DRIVER,
            kind="state",
            column="state",
            words=lambda value: f"came from {value}",
            expression=state_of_driver,
            holds=lambda value, of_race: Q(state__iexact=value),
        ),
        _range(
            "nth_start",
            "Start of the career",
            DRIVER,
            "starts_after",
            lambda value: f"made the {in_order(value)} start of a career",
            may_be_unknown=lambda value: False,
            head="Start No.",
        ),
        _range(
            "nth_win",
            "Win of the career",
            DRIVER,
            "wins_after",
            lambda value: f"took the {in_order(value)} win of a career",
            holds=lambda value, of_race: WIN & equal("wins_after", value),
            told=lambda value: "winner",
            may_be_unknown=lambda value: False,
            head="Win No.",
        ),
        _range(
            "led_so_far",
            "Laps led in the career by then",
            DRIVER,
            "laps_led_after",
            lambda value: f"had by then led {count('lap')(value)} in a career",
            may_be_unknown=lambda value: False,
            head="Led by then",
        ),
        _range(
            "wait",
            "Starts since the last win",
            DRIVER,
            "wait",
            lambda value: f"won after {count('start')(value)} without a win",
            holds=lambda value, of_race: WIN & equal("wait", value),
            expression=_wait,
            told=lambda value: "winner",
            may_be_unknown=lambda value: False,
            head="Wait",
        ),
        Field(
            key="event",
            label="Event",
            group=RACE,
            kind="event",
            column="event",
            words=lambda value: f"in the {value}",
        ),
        _range(
            "round", "Race of the season", RACE, "round", lambda value: f"in the {in_order(value)} race of a season"
        ),
        _range(
            "nth_at_track",
            "Race at the track that season",
            RACE,
            "nth_at_track",
            lambda value: f"in the season’s {in_order(value)} race at the track",
        ),
        _range(
            "cautions",
            "Cautions",
            RACE,
            "cautions",
            lambda value: f"in races with {count('caution')(value)}",
            adds_up=True,
            head="Cautions",
        ),
        _range(
            "lead_changes",
            "Lead changes",
            RACE,
            "lead_changes",
            lambda value: f"in races with {count('lead change')(value)}",
            adds_up=True,
            head="Lead changes",
        ),
        _range(
            "leaders",
            "Different leaders",
            RACE,
            "leaders",
            lambda value: f"in races with {count('leader')(value)}",
            head="Leaders",
        ),
        _range(
            "race_laps",
            "Laps of the race",
            RACE,
            "laps",
            lambda value: f"in races of {count('lap')(value)}",
            head="Race laps",
        ),
        Field(
            key="margin",
            label="Margin (s)",
            group=RACE,
            kind="decimal",
            column="margin",
            words=lambda value: f"in races won by {value.in_words('seconds or more', 'seconds or less')}",
            of_column=_seconds,
            holds=_measured,
            fewest="closest",
            most="widest",
            show=formatting.margin,
            head="Margin",
        ),
        _choice(
            "beach",
            "Beach course",
            RACE,
            "layout",
            (("no", "Left out"), ("only", "Alone")),
            lambda value: "the beach course left out" if value == "no" else "on the beach course",
            holds=_on_the_beach,
        ),
        _choice(
            "dirt",
            "Dirt",
            RACE,
            "layout",
            (("no", "Left out"), ("only", "Alone")),
            lambda value: "dirt left out" if value == "no" else "on dirt",
            holds=_on_dirt,
        ),
    )
}
NUMBERS = {key: field for key, field in FIELDS.items() if field.is_number}
"""Those that can be ordered by."""
