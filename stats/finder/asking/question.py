"""A question of the finder, read from parameters, and written back as the one address it is asked under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q

from races.derived.counts import told_by
from races.models.derived import StatLineQuerySet
from races.models.races import RaceQuerySet
from races.statistics import STATISTICS, LineStatistic
from racestats.addresses import address_of
from racestats.errors import BadFilter
from stats.careers.active import latest_lines, regular_drivers
from stats.scope import Scope

from ..declared.field import Field
from ..declared.fields import FIELDS, NUMBERS
from ..declared.groupings import FOUND, GROUPINGS, Grouping
from ..declared.measures import MEASURES, Measure

FINDER = "races:finder"
LATEST, EARLIEST = "latest", "earliest"
FIGURE = "figure"
"""What questions are ordered by, beside numbers: time, and the figure."""
MOST_GROUPINGS = 2


@dataclass(frozen=True)
class Question:
    """What is looked for, of which races and cars (`scope`), under which conditions; where it is `grouped`, also what
    is counted of what stands together.

    `stat` keeps the results that a statistic counts, `without` those of drivers who have none of one in these races
    and cars, `active` those of active drivers, or of others, and `regulars` those of drivers who started half the
    races of the latest season.
    """

    find: str = "results"
    scope: Scope = field(default_factory=Scope)
    conditions: tuple[tuple[Field, Any], ...] = ()
    groupings: tuple[Grouping, ...] = ()
    measure: Measure = MEASURES["results"]
    grouped: bool = False
    over: str = "starts"
    per: int = 1
    order: str = ""
    least: int | None = None
    min_starts: int | None = None
    stat: LineStatistic | None = None
    without: LineStatistic | None = None
    active: bool | None = None
    regulars: bool = False

    @classmethod
    def read(cls, asked: Mapping[str, Any], scope: Scope) -> Question:
        """Read the cleaned values of a form; raise `BadFilter` where they do not go together."""
        find = asked.get("find") or "results"
        keys = [key for key in (FOUND[find], asked.get("by"), asked.get("then")) if key]
        counts = [asked.get(name) for name in ("count", "least", "min_starts")]
        measure = MEASURES[asked.get("count") or ("races" if find == "races" else "results")]
        question = cls(
            find=find,
            scope=scope,
            conditions=tuple((each, asked[key]) for key, each in FIELDS.items() if asked.get(key) not in (None, "")),
            groupings=tuple(GROUPINGS[key] for key in dict.fromkeys(keys)),
            measure=measure,
            grouped=bool(keys) or any(each not in (None, "") for each in counts),
            over=asked.get("over") or "starts",
            per=asked.get("per") or 1,
            order=asked.get("order") or "",
            least=asked.get("least"),
            min_starts=asked.get("min_starts"),
            stat=STATISTICS.get(asked.get("stat") or ""),
            without=STATISTICS.get(asked.get("without") or ""),
            active=asked.get("active"),
            regulars=bool(asked.get("regulars")),
        )
        question.check()
        return question

    def check(self) -> None:
        """Raise what does not go together, with what would."""
        problems: dict[str, list[str]] = {}
        if len(self.groupings) > MOST_GROUPINGS:
            listed = ", ".join(each.many for each in self.groupings)
            problems["then"] = [f"{listed} are three groupings, and two are the most: leave one out."]
        if self.of_races:
            if wrong := next((each for each in self.groupings if not each.race), None):
                problems["by"] = [f"Races have no {wrong.one}: find results, and count races."]
            if not self.measure.of_races:
                problems["count"] = [f"Races alone have no {self.measure.label.lower()}: find results instead."]
        if self.measure.is_run:
            if len(self.groupings) != 1:
                problems["count"] = ["A run or a wait is of one grouping, such as drivers: name one, and no second."]
            elif self.of_races:
                problems["count"] = ["A run or a wait is of results: find drivers, teams or makes."]
            elif self.over == "days" and self.measure.how == "run":
                problems["over"] = ["Days are counted of waits: a run is one of starts, races or seasons."]
            elif self.over == "seasons" and self.measure.how == "wait":
                problems["over"] = ["Waits are counted in starts, races or days."]
        if (self.measure.is_run or self.measure.is_when) and self.scope.series is None:
            problems["series"] = ["What comes first, or in a row, is of the races of one series: name a series."]
        if problems:
            raise BadFilter(problems)

    @property
    def of_races(self) -> bool:
        """Whether it looks at races and not at results: what a race has once is not added up for each of its cars."""
        field = self.measure.field
        is_once = self.grouped and field is not None and field.of_race and all(each.race for each in self.groupings)
        return self.find == "races" or is_once

    @property
    def narrowing(self) -> list[tuple[Field, Any]]:
        """The conditions of races and cars."""
        return [each for each in self.conditions if each[0].narrows]

    @property
    def telling(self) -> list[tuple[Field, Any]]:
        """The conditions of what came of them."""
        return [each for each in self.conditions if not each[0].narrows]

    def numbers(self) -> list[Field]:
        """The numbers that a list of its results is about: the one it is ordered by, and those it asks for."""
        ordered_by = NUMBERS.get(self.order.removeprefix("-"))
        return [*([ordered_by] if ordered_by else []), *(each for each, _ in self.conditions if each.is_number)]

    @property
    def is_bare(self) -> bool:
        """Whether it asks for nothing but the results of a scope."""
        return not (
            self.conditions or self.stat or self.without or self.active is not None or self.regulars or self.min_starts
        )

    @property
    def asks_for_results(self) -> bool:
        """Whether it asks for more than races."""
        return self.scope != self.scope.of_every_car() or bool(self.telling) or not replace(self, conditions=()).is_bare

    @property
    def last_grouping(self) -> str:
        """The parameter that asks for its last grouping."""
        beside = [each for each in self.groupings if each.key != FOUND[self.find]]
        return "then" if len(beside) > 1 else "by"

    def races(self) -> RaceQuerySet:
        """The races that it looks at, whoever ran them."""
        races = self.scope.of_every_car().denominator()
        for each, value in self.conditions:
            if each.of_race:
                races = races.filter(each.races(value))
        return races

    def lines(self) -> StatLineQuerySet:
        """The results that it looks at: those of its races, in its cars, of the drivers that it asks for."""
        lines = self.with_expressions(self.scope.lines())
        for each, value in self.narrowing:
            lines = lines.filter(each.lines(value))
        there = lines
        if self.active is not None:
            active = latest_lines(self.scope).values("driver")
            lines = lines.filter(driver__in=active) if self.active else lines.exclude(driver__in=active)
        if self.regulars:
            lines = lines.filter(driver__in=sorted(regular_drivers(self.scope)))
        if self.without:
            lines = lines.exclude(driver__in=there.filter(self.without.evidence).order_by().values("driver"))
        return lines

    def with_expressions(self, lines: StatLineQuerySet) -> StatLineQuerySet:
        """With what no column has, where it is asked for."""
        used = [each for each, _ in self.conditions]
        used += [self.measure.field] if self.measure.field else []
        used += self.numbers()
        wanted = {each.column: each.expression(self.scope) for each in used if each.expression}
        wanted |= {each.line: each.expression(self.scope) for each in self.groupings if each.expression}
        return lines.annotate(**wanted) if wanted else lines

    def among(self) -> Q:
        """Of the results that it looks at, those that count."""
        condition = self.stat.evidence if self.stat else Q()
        for each, value in self.telling:
            condition &= each.lines(value)
        return condition

    def possible(self) -> Q | None:
        """Those that count or may, for of some it is unknown; None where it is known of each."""
        if self.stat and self.stat.unknown is not None:
            condition, any_unknown = self.stat.evidence | self.stat.unknown, True
        else:
            condition, any_unknown = self.stat.evidence if self.stat else Q(), False
        for each, value in self.telling:
            possible = each.possible(value)
            any_unknown |= possible is not None
            condition &= each.lines(value) if possible is None else possible
        return condition if any_unknown else None

    def told(self) -> set[str]:
        """The parts of a race's coverage that tell of a driver without a line in it that no result of his counts."""
        statistics = [each.key for each in (self.measure.statistic, self.stat) if each]
        return {"whole", *map(told_by, statistics), *(each.told(value) for each, value in self.telling)}

    def tells_of_all(self) -> Q:
        """The races that tell so."""
        return reduce(or_, (Q(**{f"coverage__{each}": True}) for each in sorted(self.told())))

    @property
    def address(self) -> str:
        """The one address of this question."""
        return f"{address_of(FINDER)}?{urlencode(self.parameters())}"

    def parameters(self, **more: str) -> dict[str, str]:
        """What its address asks, and more; what stands at its usual value is left out."""
        asked: dict[str, object] = {"find": self.find, **dict(parse_qsl(self.scope.query()[1:]))}
        asked |= {each.key: each.written(value) for each, value in self.conditions}
        by = [each.key for each in self.groupings if each.key != FOUND[self.find]]
        asked |= dict(zip(("by", "then"), by))
        if self.grouped:
            usual = "races" if self.of_races else "results"
            asked["count"] = "" if self.measure.key == usual and self.groupings else self.measure.key
            asked["least"], asked["min_starts"] = self.least, self.min_starts
        if self.grouped and self.measure.is_run:
            asked["over"] = self.over if self.over != "starts" else ""
            asked["per"] = self.per if self.per != 1 else ""
        asked["stat"] = self.stat.key if self.stat else ""
        asked["without"] = self.without.key if self.without else ""
        asked["active"] = {True: "yes", False: "no", None: ""}[self.active]
        asked["regulars"] = "yes" if self.regulars else ""
        asked["order"] = self.order
        return {key: str(value) for key, value in (asked | more).items() if value not in (None, "")}
