"""The finder: any question over results and races, asked by a form or an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet

from charts.chart import Chart
from races.models import Event
from racestats import formatting
from racestats.addresses import address_of
from stats.finder.answering.answer import answer, to_thousandths
from stats.finder.answering.lists import beside, races_in_order, results
from stats.finder.answering.rules import SEVERAL_SERIES, rules_of
from stats.finder.asking.presets import PRESETS
from stats.finder.asking.question import EARLIEST, FIGURE, LATEST, Question
from stats.finder.asking.sentence import sentence
from stats.finder.declared.field import DRIVER, RACE, RESULT, Field
from stats.finder.declared.fields import FIELDS, NUMBERS
from stats.finder.declared.groupings import FOUND, GROUPINGS, Grouping
from stats.finder.declared.measures import MEASURES, OVER, Measure
from stats.race.closest_finishes import with_first_two

from ..careers.race_log import CarLogTable, RaceLog
from ..charts.finder import draws, finder_chart
from ..kit.charts_on_pages import ChartView, as_asked
from ..kit.filters.fields import PickField, WholeNumberField
from ..kit.filters.filter_sets import SCOPE_FILTERS, ScopeFilterSet, choice, filter_of
from ..kit.filters.finder_fields import DecimalRangeField, NumberField, RangeField, StateField
from ..kit.forms import TablePageView
from ..kit.scoped import scope_page
from ..kit.tables.base import BaseTable, QueryRecords
from ..kit.tables.columns import CarColumn, Column, LowestFirstColumn, NoteColumn, NumberColumn, RankColumn, RateColumn
from ..kit.tables.racing_columns import FigureColumn, RaceNameColumn, StatColumn
from ..races.races import RaceListTable

SCOPE = ("series", "season", "from", "to", "era", "track", "type", "driver", "team", "manufacturer", "as_of")
FIND, COUNTED = "What to find", "What is counted"


def filter_for(field: Field) -> Any:
    """The field of the form for a field of the finder."""
    if field.kind == "range":
        return filter_of(RangeField, field.label)
    if field.kind == "decimal":
        return filter_of(DecimalRangeField, field.label)
    if field.kind == "event":
        return filter_of(PickField, field.label, model=Event)
    if field.kind == "number":
        return filter_of(NumberField, field.label)
    if field.kind == "state":
        return filter_of(StateField, field.label)
    return choice(field.label, field.choices, "Any")


def order_choices() -> list[tuple[str, str]]:
    """By figure, by time, and by each number, either way."""
    numbers = [
        (
            f"{sign}{key}",
            f"{formatting.sentence(f'{field.most if sign else field.fewest} {field.label.lower()} first')[:-1]}",
        )
        for key, field in NUMBERS.items()
        for sign in ("-", "")
    ]
    of_figures = [(f"-{FIGURE}", "Largest figure first"), (FIGURE, "Smallest figure first")]
    return [(LATEST, "Latest first"), (EARLIEST, "Earliest first"), *of_figures, *numbers]


def whole_number(label: str, problem: str) -> Any:
    return filter_of(WholeNumberField, label, min_value=1, max_value=1_000_000, problem=problem)


class FinderFilter(ScopeFilterSet):
    """Every parameter of a question; what they are made of is declared in `stats.finder`."""

    @classmethod
    def get_filters(cls):
        groupings = [(key, each.heading) for key, each in GROUPINGS.items()]
        number = "Say a whole number from 1 to 1,000,000."
        return {
            "find": choice("Find", [(key, key.capitalize()) for key in FOUND], None),
            "by": choice("By", groupings, "Not grouped"),
            "then": choice("And by", groupings, "No second grouping"),
            "count": choice("Count", [(key, each.label) for key, each in MEASURES.items()], "How many"),
            "over": choice("Runs and waits over", [(key, text.capitalize()) for key, text in OVER.items()], None),
            "per": whole_number("In each season, at least", number),
            "order": choice("Order", order_choices(), "The usual order"),
            "least": whole_number("Figure, at least", number),
            "min_starts": SCOPE_FILTERS["min_starts"](),
            **{key: filter_for(field) for key, field in FIELDS.items()},
            **{key: SCOPE_FILTERS[key]() for key in ("stat", "without", "active")},
            "regulars": choice("Part-timers", [("yes", "Left out")], "Counted too"),
            **{key: SCOPE_FILTERS[key]() for key in SCOPE},
        }

    @property
    def summary(self) -> str:
        return "Change the question" if self.asks else "Ask a question"

    @property
    def groups(self) -> dict[str, list[str]]:
        """The fields as the form shows them, by what they are about."""
        of = {group: [key for key, field in FIELDS.items() if field.group == group] for group in (RESULT, DRIVER, RACE)}
        return {
            FIND: ["find", "by", "then"],
            RESULT: [*of[RESULT], "team", "manufacturer", "stat"],
            DRIVER: ["driver", *of[DRIVER], "without", "active", "regulars"],
            RACE: [*(key for key in SCOPE if key not in ("driver", "team", "manufacturer")), *of[RACE]],
            COUNTED: ["count", "over", "per", "least", "min_starts", "order"],
        }

    def needs(self, name: str) -> bool:
        """A run or a wait is of whatever is grouped, in the races of a series; what comes first is too."""
        measure = MEASURES.get(self.data.get("count") or "")
        if measure is None or not (measure.is_run or measure.is_when):
            return False
        return name == "series" or (measure.is_run and name in ("find", "by"))

    def read(self) -> Question:
        """The question that is asked; raises `BadFilter` where its parts do not go together."""
        return Question.read(self.form.cleaned_data, self.scope)

    @property
    def asks(self) -> bool:
        """Whether anything is asked but a series and a day."""
        return any(self.data.get(name) for name in self.form.fields if name not in ("series", "as_of"))


class BesideColumn(NumberColumn):
    """The number that a list is ordered by or asked for, where it has no column of its own."""

    def __init__(self, field: Field, **options: Any):
        super().__init__(field.head, show=field.show, **options)

    def raw(self, record: Any) -> Any:
        return to_thousandths(super().raw(record))


class Counted(QueryRecords):
    """Records of a query that have been counted."""

    def __init__(self, rows: QuerySet[Any], count: int):
        super().__init__(rows)
        self.count = count

    def __len__(self) -> int:
        return self.count


class ResultsTable(CarLogTable):
    """The results that a question finds. The numbers that it asks for are shown on a phone too."""

    caption = "Results"
    beside = Column()

    class Meta(CarLogTable.Meta):
        empty_text = "No result on file matches."
        sequence = ("driver", "race", "date", "series", "finish", "beside", "...")

    def __init__(self, records: Any, asked: Iterable[Field], shown: Field | None):
        more = {"extra_columns": [("beside", BesideColumn(shown))]} if shown else {"exclude": ("beside",)}
        super().__init__(records, **more)
        for field in asked:
            if field.column in self.columns.names():
                self.columns[field.column].column.priority = 1


class GroupTable(BaseTable):
    """Figures, one for each group."""

    rank = RankColumn()

    class Meta(BaseTable.Meta):
        empty_text = "Nothing on file matches."

    def __init__(self, question: Question, rows: Any):
        columns = [(each.key, group_column(each, name)) for each, name in zip(question.groupings, ("one", "two"))]
        measure = question.measure
        super().__init__(
            rows,
            extra_columns=[
                *columns,
                ("value", value_column(measure)),
                *([("over", OVER_COLUMN)] if measure.is_mean else []),
                *([("results", RESULTS)] if measure.key not in ("results", "races") and not measure.is_mean else []),
                *(
                    [("start", STRETCH_FIRST), ("end", STRETCH_LAST)]
                    if measure.is_run and question.over != "seasons"
                    else [("years", YEARS)]
                ),
            ],
        )


OVER_COLUMN = NumberColumn("Over", title="The results that the figure is of", priority=2)
RESULTS = NumberColumn("Results", title="The results, or races, behind the figure", priority=3)
YEARS = NoteColumn("Years", title="From the first to the last of them", priority=2)
STRETCH_FIRST = RaceNameColumn(
    "From", accessor="race__label", link="race", order=F("race__coverage__race_order"), priority=2
)
STRETCH_LAST = RaceNameColumn(
    "To", accessor="until__label", link="until", order=F("until__coverage__race_order"), priority=2
)


def group_column(grouping: Grouping, name: str) -> Column:
    if grouping.key == "race":
        return RaceNameColumn("Race", accessor=f"{name}__label", link=name, order=F(f"{name}__coverage__race_order"))
    if grouping.key == "number":
        return CarColumn(number=name)
    if grouping.key in ("season", "start", "finish"):
        return LowestFirstColumn(grouping.heading, accessor=name, show=grouping.show)
    return Column(grouping.heading, accessor=name, link=name if grouping.links else None, show=grouping.show)


def value_column(measure: Measure) -> Column:
    """The figure that the table is about, which leads to what is behind it."""
    if measure.statistic:
        return StatColumn(measure.statistic, "figure", abbreviated=False, evidence=True, bar=measure.statistic.has_bars)
    options = {"accessor": "figure__value", "url": "evidence_url", "show": measure.show}
    if measure.is_when:
        which = "race" if measure.how == "first" else "until"
        return RaceNameColumn(
            measure.label, accessor=f"{which}__label", link=which, order=F(f"{which}__coverage__race_order")
        )
    if measure.is_count:
        return FigureColumn(measure.label, accessor="figure", url="evidence_url", show=measure.show, bar=True)
    kind = RateColumn if measure.is_mean else NumberColumn
    return kind(measure.label, initial_sort_descending=measure.descending, **options)


class PresetTable(BaseTable):
    """Questions to begin with."""

    caption = "Questions to begin with"
    question = Column("Question", accessor="text", url="url", orderable=False)
    subject = NoteColumn("About", orderable=False, priority=2)

    class Meta(BaseTable.Meta):
        empty_text = "No question."


class FinderView(TablePageView):
    template_name = "pages/finder.html"
    filterset_class = FinderFilter

    def get_page(self, filters):
        if not filters.asks:
            return self.beginning(filters)
        question = filters.read()
        tables, total, matching, notes = (self.groups if question.grouped else self.listed)(question)
        page = scope_page(
            sentence(question),
            filters,
            filters.scope,
            tables,
            notes=[*notes, *rules_of(question)],
            total=total,
            matching=matching,
            context={
                "question": question,
                "asked_again": question.address,
                "chart": address_of("races:finder-chart") + as_asked(filters) if draws(question, matching) else "",
            },
        )
        return page

    def beginning(self, filters):
        rows = [
            {"subject": each.subject, "text": each.text, "url": address_of("races:finder") + each.query}
            for each in PRESETS
        ]
        return scope_page(
            "Finder",
            filters,
            filters.scope,
            {"questions": PresetTable(rows, rows_shown=len(rows))},
            total=len(rows),
            matching=len(rows),
            notes=[SEVERAL_SERIES],
        )

    def listed(self, question: Question):
        shown = beside(question)
        if question.of_races:
            found = races_in_order(question)
            count = found.count()
            ordered = with_first_two(found.for_list(), question.scope).select_related("coverage")
            table = RaceListTable(
                Counted(ordered, count), exclude=("series",) if question.scope.series else (), **beside_columns(shown)
            )
            return {"races": table}, question.scope.of_every_car().denominator().count(), count, []
        found = results(question)
        count = found.count()
        table = ResultsTable(RaceLog(found, count), question.numbers(), shown)
        return {"results": table}, question.scope.lines().count(), count, []

    def groups(self, question: Question):
        found = answer(question)
        table = GroupTable(question, found.rows)
        return {"groups": table}, len(found.rows), len(found.rows), found.notes(question)


class FinderChartView(ChartView):
    filterset_class = FinderFilter

    def get_chart(self, filters: FinderFilter) -> Chart | None:
        return finder_chart(filters.read())


def beside_columns(shown: Field | None) -> dict[str, Any]:
    return {"extra_columns": [("beside", BesideColumn(shown))]} if shown else {}
