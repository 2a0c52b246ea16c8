"""Charts on pages: each is a file at an address of its own, shown as a picture, its data in a table of the page.

As a picture it does not weigh on the page: a browser fetches it when it comes into sight, for a phone another one than
for a desk, and keeps it. What it looks like in the dark it knows itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse

from charts.chart import NARROW, SIZES, WIDE, Chart
from charts.drawing import draw
from charts.palette import STYLE_HASH
from racestats.addresses import address_of
from racestats.errors import BadFilter

from .filters.parameters import suggesting, wrong_parameters
from .forms import TablePageView, filters_as_asked
from .links import filters_of
from .tables.base import BaseTable


@dataclass(frozen=True)
class ChartOnPage:
    """A chart as a page shows it: where it is, and the table that has its data."""

    chart: Chart
    url: str
    table: BaseTable | None = None
    folded: bool = False
    """Whether the table stands beneath the chart, to be opened; else it is on the page already."""
    said: str = ""
    """What else the page says of it."""

    @property
    def note(self) -> str:
        return " ".join(filter(None, [self.said, self.chart.note]))

    @property
    def narrow_url(self) -> str:
        return f"{self.url}{'&' if '?' in self.url else '?'}size={NARROW.name}"

    @property
    def wide(self) -> tuple[int, int]:
        return self.chart.width(WIDE), self.chart.height(WIDE)

    @property
    def narrow(self) -> tuple[int, int]:
        return self.chart.width(NARROW), self.chart.height(NARROW)


def on_page(chart: Chart | None, name: str, *args, asked, **more) -> ChartOnPage | None:
    """A chart at a named address, with the filters that were `asked` of the page; None of no chart."""
    if chart is None:
        return None
    return ChartOnPage(chart, address_of(name, *args) + as_asked(asked), **more)


def as_asked(filters) -> str:
    """The query of a chart under these filters."""
    query = filters_as_asked(filters.form)
    return f"?{urlencode(query)}" if query else ""


class ChartView(TablePageView):
    """A chart at its own address, under the filters of its page. What is asked wrongly, and what is not there, is told
    as a page tells it."""

    takes = ("size",)

    def get_chart(self, filters, **kwargs) -> Chart | None:
        """The chart, or None where there is nothing to draw."""
        raise NotImplementedError

    def form_asked(self, request: HttpRequest) -> str:
        return "svg"

    def answer(self, request: HttpRequest, form: str, **kwargs) -> HttpResponse:
        filters = self.read_filters(request)
        chart = self.get_chart(filters, **kwargs)
        if chart is None:
            raise Http404("There is nothing to draw here.")
        wrong = self.wrong_parameters(request.GET, ())
        size = request.GET.get("size") or WIDE.name
        if size not in SIZES:
            those = f"A chart is {' or '.join(SIZES)}."
            wrong.setdefault("size", [suggesting(f"“{size}” is not a size", size, SIZES, those)])
        if wrong:
            raise BadFilter(wrong)
        return _file(draw(chart, SIZES[size]))

    def wrong_parameters(self, query, of_further_tables) -> dict[str, list[str]]:
        return wrong_parameters(query, [*filters_of(type(self)), *self.takes])


@csp_replace({"style-src": [STYLE_HASH]})
def _file(svg: str) -> HttpResponse:
    """Its policy lets it bring its own stylesheet, and nothing else."""
    return HttpResponse(svg, content_type="image/svg+xml")
