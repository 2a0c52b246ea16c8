"""Two drivers head to head, and the rivals of one."""

from __future__ import annotations

from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import Http404
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from drivers.models import Driver
from racestats import formatting
from racestats.addresses import address_of
from racestats.errors import BadFilter
from stats.careers.head_to_head import COMPARISONS, RIVAL, head_to_head, rivalries, versus_url
from stats.completeness import completeness

from ..charts.versus import ahead_chart
from ..kit.charts_on_pages import ChartView, on_page
from ..kit.filters.fields import told
from ..kit.filters.filter_sets import SCOPE_FILTERS, InSeries, ScopeFilterSet
from ..kit.forms import TablePageView, filters_as_asked
from ..kit.found import found_or_404, not_here
from ..kit.scoped import scope_page
from ..kit.tables.base import BARS, BaseTable
from ..kit.tables.columns import (
    Column,
    DateColumn,
    FinishColumn,
    LowestFirstColumn,
    MarginColumn,
    NumberColumn,
    SeasonColumn,
)
from ..kit.tables.racing_columns import RaceColumn


class RivalsFilter(InSeries, ScopeFilterSet):
    keys = ("series", "season", "from", "to", "era", "track", "type", "as_of")


class MeetingsFilter(RivalsFilter):
    keys = ("series", "season", "from", "to", "era", "track", "type", "team", "as_of")


class VersusFilter(MeetingsFilter):
    @classmethod
    def get_filters(cls):
        choices = [
            choice
            for key, comparison in COMPARISONS.items()
            for choice in ((key, comparison.label), (f"{RIVAL}{key}", f"{comparison.label}: the rival"))
        ]
        return {"only": ChoiceFilter(choices=choices, label="Races", empty_label="All"), **super().get_filters()}


def _figure(value: int | float) -> str:
    return formatting.decimal(value) if isinstance(value, float) else formatting.number(value)


class NameColumn(Column):
    """A name, kept on one line."""

    css = "d"


class PairTable(BaseTable):
    """A table of two drivers: `{driver}` and `{rival}` in its labels become their names."""

    def __init__(self, pair: tuple[str, str], *args, **kwargs):
        super().__init__(*args, **kwargs)
        driver, rival = pair
        for bound in self.columns:
            bound.column.verbose_name = bound.column.verbose_name.format(driver=driver, rival=rival)


QUALIFYING = "Place in qualifying"


class MeetingTable(PairTable):
    """Records are meetings."""

    caption = "Races together"

    date = DateColumn(accessor="race__date", order=F("own__line__race_order"))
    race = RaceColumn(order=F("own__line__race_order"))
    track = Column("Track", accessor="race__track_name", link="race__layout__track", priority=3)
    ahead = NameColumn("Ahead", title="Who of the two finished ahead")
    finish = FinishColumn("{driver} finish", accessor="own__line__finish", dnf="own__line__dnf")
    rival_finish = FinishColumn("{rival} finish", accessor="rival__line__finish", dnf="rival__line__dnf")
    laps_led = NumberColumn("{driver} led", accessor="own__line__laps_led", title="Laps led", priority=2)
    rival_laps_led = NumberColumn("{rival} led", accessor="rival__line__laps_led", title="Laps led", priority=2)
    start = LowestFirstColumn("{driver} start", accessor="own__line__start", priority=3)
    rival_start = LowestFirstColumn("{rival} start", accessor="rival__line__start", priority=3)
    qualified = LowestFirstColumn("{driver} qual.", accessor="own__qualified", title=QUALIFYING, priority=3)
    rival_qualified = LowestFirstColumn("{rival} qual.", accessor="rival__qualified", title=QUALIFYING, priority=3)
    pole = NameColumn("Pole", title="Who of the two won the pole award", priority=3)
    margin = MarginColumn(title="Seconds between the two, where they were first and second", priority=3)

    class Meta(BaseTable.Meta):
        empty_text = "No race on file that both started."

    @cached_property
    def html_columns(self) -> list:
        """Without who was ahead, which the finishes show side by side."""
        return [bound for bound in super().html_columns if bound.name != "ahead"]


class FirstTwoTable(BaseTable):
    """Records are meetings in which the two were first and second."""

    caption = "First and second"

    margin = MarginColumn()
    date = DateColumn(accessor="race__date", order=F("own__line__race_order"))
    race = RaceColumn(order=F("own__line__race_order"))
    winner = Column("Winner", link="winner")


class SideColumn(NumberColumn):
    """The figure of one of the two, over a bar that is its share of both; the better one is bold."""

    def __init__(self, verbose_name: str, *, of_rival: bool = False, **options):
        super().__init__(verbose_name, show=_figure, orderable=False, **options)
        self.of_rival = of_rival
        if of_rival:
            self.css = ""  # The two meet in the middle of the table: the head stands over its figures, at the left.

    def html(self, record) -> SafeString:
        share = record.share(self.of_rival)
        classes = ["half", "rival" if self.of_rival else ""]
        classes += [f"b{max(1, round(BARS * share))}"] if share else []
        classes += ["best"] if record.is_better(self.of_rival) else []
        return format_html('<span class="{}">{}</span>', " ".join(filter(None, classes)), super().html(record))


class ComparisonTable(PairTable):
    caption = "Head to head"
    heads_rows = "figure"

    value = SideColumn("{driver}", url="url")
    figure = Column("Stat", accessor="label", orderable=False)
    rival_value = SideColumn("{rival}", url="rival_url", of_rival=True)
    races = NumberColumn("Races counted", title="Races in which it is known of both", orderable=False, priority=2)
    counts = Column("What it counts", accessor="title", orderable=False, priority=3)


class ShareTable(PairTable):
    together = NumberColumn("Races", url="urls__together", title="Races that both started", priority=2)
    ahead = NumberColumn("{driver}", url="urls__ahead", title="Finished ahead")
    rival_ahead = NumberColumn("{rival}", url="urls__rival_ahead", title="Finished ahead")
    wins = NumberColumn("{driver} wins", url="urls__wins", priority=3)
    rival_wins = NumberColumn("{rival} wins", url="urls__rival_wins", priority=3)


class BySeasonTable(ShareTable):
    caption = "Ahead by season"

    season = SeasonColumn(accessor="of__year", link="of")

    class Meta(ShareTable.Meta):
        sequence = ("season", "...")


class ByTrackTable(ShareTable):
    caption = "Ahead by track"

    track = Column("Track", accessor="of", link="of")

    class Meta(ShareTable.Meta):
        sequence = ("track", "...")


class RivalryTable(BaseTable):
    rival = Column("Rival", link="rival")
    together = NumberColumn("Races", url="urls__together", title="Races that both started", bar=True)
    ahead = NumberColumn("Ahead", url="urls__ahead", title="Finished ahead of the rival")
    rival_ahead = NumberColumn("Behind", url="urls__rival_ahead", title="Finished behind the rival")

    class Meta(BaseTable.Meta):
        empty_text = "No race on file of this driver matches."

    def html_href(self, column: Column, record) -> str | None:
        """A rival's name leads people to the head to head, machines to the rival."""
        if column is not self.columns["rival"].column:
            return super().html_href(column, record)
        races = super().html_href(self.columns["together"].column, record)
        return races and races.partition("#")[0]


class RivalsView(TablePageView):
    """A driver's rivals; with `driver`, the way to that one."""

    template_name = "pages/rivals.html"
    filterset_class = RivalsFilter
    takes = drivers_taken = ("driver",)

    def answer(self, request, form, slug):
        try:
            rival = SCOPE_FILTERS["driver"]().field.clean(request.GET.get("driver", ""))
        except ValidationError as problem:
            raise BadFilter({"driver": [told(problem)]}) from None
        if not rival:
            return super().answer(request, form, slug=slug)
        asked = filters_as_asked(self.read_filters(request).form)
        driver = found_or_404(Driver, f"driver “{slug}”", slug=slug)
        self.arrange({}, request.GET)
        if "format" in request.GET:
            asked["format"] = form
        return redirect(versus_url(driver, rival) + (f"?{urlencode(asked)}" if asked else ""))

    def get_page(self, filters, slug):
        driver = found_or_404(Driver, f"driver “{slug}”", slug=slug)
        scope = filters.scope
        rows = rivalries(driver, scope)
        return scope_page(
            scope.title(f"Rivals of {driver}"),
            filters,
            scope,
            {"rivals": RivalryTable(rows)},
            notes=[
                "The drivers met in most races. An unknown or shared finish counts for neither.",
                *completeness(scope).whole_fields,
            ],
            total=len(rows),
            matching=len(rows),
            context={"driver": driver},
        )


class VersusView(TablePageView):
    template_name = "pages/head_to_head.html"
    filterset_class = VersusFilter
    has_card = True

    def get_page(self, filters, slug, rival):
        scope, only = filters.scope, filters.value("only")
        driver, other = both_or_404(slug, rival)
        between = head_to_head(driver, other, scope)
        shown = between.narrowed(only) if only else between.meetings
        pair = short_names(driver, other)
        seasons = BySeasonTable(pair, between.by_season(), prefix="seasons-")
        chart = None if only else ahead_chart(between, pair)
        notes = [*between.notes, *completeness(scope).whole_fields]
        if only:
            notes.append(f"Listed: {between.in_words(only)}, {formatting.plural(len(shown), 'race')}.")
        return scope_page(
            scope.title(f"{driver} vs. {other}"),
            filters,
            scope,
            {
                "races": MeetingTable(pair, shown),
                "figures": ComparisonTable(pair, between.comparisons(), prefix="figures-"),
                "first_two": FirstTwoTable(between.first_twos(), prefix="first-two-", order_by="margin"),
                "seasons": seasons,
                "tracks": ByTrackTable(pair, between.by_track(), prefix="tracks-"),
            },
            notes=notes,
            total=len(between.meetings),
            matching=len(shown),
            context={
                "driver": driver,
                "rival": other,
                "ahead_chart": on_page(chart, "drivers:ahead-chart", slug, rival, asked=filters, table=seasons),
                "score": between.comparisons()[0],
                "other_way": address_of("drivers:versus", rival, slug) + scope.query(),
            },
        )


class AheadChartView(ChartView):
    filterset_class = MeetingsFilter

    def get_chart(self, filters, slug, rival):
        pair = both_or_404(slug, rival)
        return ahead_chart(head_to_head(*pair, filters.scope), short_names(*pair))


def both_or_404(slug: str, rival: str) -> tuple[Driver, Driver]:
    if slug == rival:
        raise Http404("A head-to-head takes two drivers.")
    found = {each.slug: each for each in Driver.objects.filter(slug__in=[slug, rival])}
    for name in (slug, rival):
        if name not in found:
            raise not_here(f"There is no driver “{name}” in our records.", Driver, name)
    return found[slug], found[rival]


def short_names(driver: Driver, rival: Driver) -> tuple[str, str]:
    """Last names, as a column has room for; where those are the same first names, or else with what comes after."""
    firsts, lasts = ([each.name.split()[part] for each in (driver, rival)] for part in (0, -1))
    suffixed = [f"{last} {each.suffix}".rstrip() for last, each in zip(lasts, (driver, rival))]
    for name, other in (lasts, firsts, suffixed):
        if name != other:
            return name, other
    return str(driver), str(rival)
