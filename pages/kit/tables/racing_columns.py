"""The columns of racing: statistics, races, tracks and margins."""

from __future__ import annotations

from django.db.models import Case, F, When

from drivers.models import Driver
from races.models import Race, Result, StatLine
from races.order import order_of, race_order
from races.statistics import Statistic
from racestats import formatting
from stats.figures.figure import Figure
from stats.figures.reading import Figures
from stats.race.closest_finishes import footnote

from .columns import Column, MakeColumn, MarginColumn, NumberColumn, RankColumn, SentenceColumn, make_reader


def itself(record):
    return record


class RaceNameColumn(Column):
    """The race that its link leads to: machines are given its label, people the one that tells spring from fall."""

    def write(self, record) -> str:
        race = self.link(record)
        return race.full_label if race else super().write(record)


class RaceItselfColumn(RaceNameColumn):
    """A race by its label, for a table whose records are races."""

    css = "d"

    def __init__(self, **options):
        super().__init__(
            "Race", accessor="label", link=itself, order=race_order(F("season__year"), F("round")), **options
        )

    def sort_key(self, record):
        return order_of(record)


class TrackColumn(Column):
    """A race's track under its name of the day, for a table whose records are races."""

    def __init__(self, **options):
        super().__init__(
            "Track", accessor="track_name", link="layout__track", order=F("layout__track__name"), **options
        )


class SeriesColumn(Column):
    """A series, said shortly to people: “Cup”."""

    def text(self, value) -> str:
        return super().text(value).removesuffix(" Series")

    sort_key = Column.raw


class RaceSeriesColumn(SeriesColumn):
    """A race's series, for a table whose records are races."""

    def __init__(self, **options):
        super().__init__(
            "Series", accessor="season__series", link="season__series", order=F("season__series__name"), **options
        )


def line_of(race: Race, place: int) -> StatLine | None:
    """The line of one of the first two cars, from the race's prefetched `first_two`."""
    return next((line for line in race.first_two if line.finish == place), None)


def finished(race: Race, place: int) -> Driver | None:
    """Its driver."""
    line = line_of(race, place)
    return line and line.driver


class FirstTwoColumn(Column):
    """The driver of one of the first two cars of a race, on one line where there is room."""

    css = "name"

    def __init__(self, verbose_name, *, place: int, **options):
        super().__init__(verbose_name, accessor="first_two", link=self.driver, **options)
        self.place = place
        self.order_expression = F({1: "winner_name", 2: "runner_up_name"}[place])

    def driver(self, race):
        return finished(race, self.place)

    def raw(self, record):
        driver = self.driver(record)
        return str(driver) if driver else None

    sort_key = raw


class WinnersMakeColumn(MakeColumn):
    """The make of the car that won a race."""

    def __init__(self, **options):
        super().__init__(accessor="first_two", **options)

    def raw(self, record):
        winner = line_of(record, 1)
        return str(winner.manufacturer) if winner and winner.manufacturer else None

    sort_key = raw


class SecondsColumn(MarginColumn):
    """A race's margin, where it was measured in seconds: laps and lengths do not compare with them."""

    def __init__(self, **options):
        super().__init__(order=Case(When(margin_kind=Race.MarginKind.TIME, then=F("margin"))), **options)

    def raw(self, record):
        return super().raw(record) if record.margin_kind == Race.MarginKind.TIME else None


class StatusColumn(Column):
    """Why a car was not running at the end. Of one that was, people need no word; machines are told it."""

    def text(self, value) -> str:
        return "" if value and value.lower() == Result.Status.RUNNING else super().text(value)


class FootnoteColumn(SentenceColumn):
    def raw(self, record):
        return footnote(record, finished(record, 2)) or None


class MarginRankColumn(RankColumn):
    """A race's rank by margin, from what `closest` annotates; none where that is not known."""

    def raw(self, record):
        return formatting.rank(record.rank, record.tied > 1) if record.ranked else None


class FigureColumn(NumberColumn):
    """A column of figures that may be at least so much; a plain number is exact."""

    holds_counts = True

    def read_figure(self, record) -> Figure:
        return self.figure_in(self.read(record))

    def figure_in(self, found) -> Figure:
        return found if isinstance(found, Figure) else Figure(found)

    def raw(self, record):
        return self.read_figure(record).value

    def write(self, record) -> str:
        """With a plus where it is at least so much."""
        figure = self.read_figure(record)
        text = self.text(figure.value)
        return f"{text}+" if figure.unknown and figure.value is not None else text

    def exact(self, record) -> bool | None:
        return self.read_figure(record).exact


class OwnFigureColumn(FigureColumn):
    """The figure of a record, as the record's own `statistic` writes it; nothing where it has none to tell."""

    read_statistic = staticmethod(make_reader("statistic"))

    def write(self, record) -> str:
        figure = self.read_figure(record)
        return "" if figure.value is None else figure.in_words(self.read_statistic(record))


class StatColumn(FigureColumn):
    """A column of one statistic: its label, tooltip, format and direction are the statistic's own.

    The accessor leads to the figure, or to the `figures` that it is one of.
    With `evidence` each figure leads to the races behind it: the record's `evidence(statistic)` is their address.
    """

    def __init__(
        self, statistic: Statistic, accessor: str = "", *, abbreviated: bool = True, evidence: bool = False, **options
    ):
        super().__init__(
            statistic.abbreviation if abbreviated else statistic.label,
            accessor=accessor or statistic.key,
            show=statistic.show,
            title=f"{statistic.label}: {statistic.tooltip}",
            initial_sort_descending=statistic.descending,
            **options,
        )
        self.statistic = statistic
        self.evidence = evidence
        self.holds_counts = not statistic.is_rate

    def figure_in(self, found) -> Figure:
        return found[self.statistic.key] if isinstance(found, Figures) else super().figure_in(found)

    @property
    def has_link(self) -> bool:
        return self.evidence

    def href(self, record) -> str | None:
        """Nowhere from what is unknown, and from a count of none."""
        value = self.read_figure(record).value if self.evidence else None
        if value is None or (not value and not self.statistic.is_rate):
            return None
        return record.evidence(self.statistic)


class RaceColumn(RaceNameColumn):
    """The race of a record that has one, such as a stat line."""

    css = "d"

    def __init__(self, verbose_name="Race", **options):
        options = {"accessor": "race__label", "order": F("race_order"), **options}
        super().__init__(verbose_name, link="race", **options)
