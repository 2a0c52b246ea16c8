"""One address, six forms: a page of tables as HTML, CSV, XLSX, JSON, Markdown or a table to embed elsewhere.

A view builds a `TablePage` and answers with it, whatever the form; `writers` writes all that is not HTML. These forms
hold all rows; very many rows come in parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.generic import View

from racestats.errors import BadFilter, bad_filter, form_of, not_found, problems_of
from racestats.serving.marks import without_marks

from .filters.fields import told
from .filters.filter_bar import FilterBar
from .filters.parameters import suggesting, wrong_parameters
from .found import near_addresses
from .head import PageHead
from .links import Links, filters_of
from .tables.base import BaseTable
from .tables.table_page import TablePage
from .writers import TAKEN, WRITERS

FORMS = ("html", *WRITERS)
Writer = Callable[[HttpRequest, TablePage], HttpResponseBase]
ARRANGING = ("sort", "page", "per_page")
"""The parameters of every table, behind the prefix of a further one."""


class TablePageView(View):
    """A page of tables. Subclasses set `template_name` and `filterset_class`, and build the page from the filters."""

    template_name = "list.html"
    filterset_class = None
    takes: tuple[str, ...] = ()
    """What the view reads itself, beside its filters."""
    drivers_taken: tuple[str, ...] = ()
    """Of these, those that name a driver: a 400 asks for them again."""
    is_data_set = False
    """Whether its main table is one that stands for itself: a board, a list of races."""
    has_card = False
    """Whether there is a picture of it: see `pages.for_programs.cards`."""
    writers: Mapping[str, Writer] = WRITERS
    """By form, what writes those that are not HTML."""

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        request.GET = without_marks(request.GET)
        super().setup(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs) -> HttpResponseBase:
        is_page = form_of(request) == "html"
        try:
            return self.answer(request, self.form_asked(request), **kwargs)
        except BadFilter as problem:
            return bad_filter(request, problem, context=self.as_asked(request, problem) if is_page else {})
        except Http404 as problem:
            return not_found(request, problem, near_addresses(request, problem) if is_page else ())

    def form_asked(self, request: HttpRequest) -> str:
        """The form in which it is to answer."""
        form = request.GET.get("format", "html")
        forms = ("html", *self.writers)
        if form not in forms:
            raise BadFilter({"format": [f"“{form}” is not one of {', '.join(forms)}."]})
        return form

    def as_asked(self, request: HttpRequest, problem: BadFilter) -> dict:
        """The page's own filters as they were, each with what is wrong with it, and apart from them what else is."""
        problems = problems_of(request.GET, problem.errors)
        if self.filterset_class is None:
            return {"problems": problems}
        filters = self.filterset_class(request.GET)
        filters.is_valid()
        fields = filters.form.fields
        return {
            "filters": filters,
            "bar": FilterBar(filters, request.GET, request.path, problems=problems),
            "problems": {name: found for name, found in problems.items() if name not in fields},
            "beside": {name: request.GET[name] for name in problems if name in self.drivers_taken},
            "others": {name: text for name, text in request.GET.items() if name not in problems},
        }

    def answer(self, request: HttpRequest, form: str, **kwargs) -> HttpResponseBase:
        """The page in the form that was asked for; the 400s and 404s are raised."""
        page, filters = self.make_page(request, form, **kwargs)
        if form == "html":
            paging = tuple(name for table in page.tables.values() for name in table.paging)
            context = {
                "page": page,
                "filters": filters,
                "bar": filters and FilterBar(filters, request.GET, request.path, paging),
                "title": page.title,
                "links": page.links,
                **page.context,
            }
            context["head"] = PageHead(request, page, context["title"], self.is_data_set, self.has_card)
            return render(request, self.template_name, context)
        part, further = page.main.cut_long(request.GET, page.matching or 0)
        page.notes += [part] if part else []
        response = self.writers[form](request, page)
        if further:
            query = request.GET.copy()
            query["page"] = str(further)
            response["Link"] = f'<?{query.urlencode()}>; rel="next"'
        return response

    def make_page(self, request: HttpRequest, form: str, **kwargs) -> tuple[TablePage, Any]:
        """The page that is asked for, its tables sorted and cut, and its filters; the 400s and 404s are raised."""
        filters = self.read_filters(request)
        page = self.get_page(filters, **kwargs)
        self.arrange(page.tables, request.GET, form)
        if name := request.GET.get("table"):
            page = only_table(page, name)
        page.links = Links(page.filters)
        for table in page.tables.values():
            table.links = page.links
        return page, filters

    def arrange(self, tables: dict[str, BaseTable], query: QueryDict, form: str = "html") -> None:
        """Sort and cut the tables as the address asks; raise all that it asks and this page does not take."""
        prefixes = [table.prefix for table in tables.values() if table.prefix]
        wrong = self.wrong_parameters(query, [prefix + name for prefix in prefixes for name in ARRANGING])
        for table in tables.values():
            wrong |= table.sort(query) | table.cut(query, in_pages=form == "html")
        if wrong:
            raise BadFilter(wrong)

    def wrong_parameters(self, query: QueryDict, of_further_tables: list[str]) -> dict[str, list[str]]:
        """What the address names that the page does not take."""
        taken = [*filters_of(type(self)), *self.takes, "format", *ARRANGING]
        of_the_form = TAKEN.get(query.get("format", "html"), ())
        return wrong_parameters(query, taken, [*of_the_form, *of_further_tables])

    def head(self, request: HttpRequest, **kwargs) -> HttpResponseBase:
        """The headers alone: the rows of an answer that is sent in blocks are not read."""
        response = self.get(request, **kwargs)
        if response.streaming:
            response.streaming_content = ()
        return response

    def read_filters(self, request: HttpRequest):
        """The page's filters with their cleaned values, or None for a page without any."""
        if self.filterset_class is None:
            return None
        filters = self.filterset_class(request.GET)
        request.GET = filters.data
        if not filters.is_valid():
            # All that is wrong is told at once; but which further tables there are is known once the page is made.
            may_be_theirs = [name for name in request.GET if name.rpartition("-")[2] in ARRANGING]
            wrong = {name: [told(each) for each in errors] for name, errors in filters.form.errors.as_data().items()}
            raise BadFilter(self.wrong_parameters(request.GET, may_be_theirs) | wrong)
        return filters

    def get_page(self, filters, **kwargs) -> TablePage:
        raise NotImplementedError


def only_table(page: TablePage, name: str) -> TablePage:
    """The page of one of its tables, by its name. What is counted of the main table does not hold for another."""
    if name not in page.tables:
        those = f"This page has {', '.join(page.tables)}."
        problem = suggesting(f"“{name}” is not a table of this page", name, page.tables, those)
        raise BadFilter({"table": [problem]})
    if page.tables[name] is page.main:
        return replace(page, tables={name: page.main})
    return replace(page, tables={name: page.tables[name]}, total=None, matching=None)


def filters_as_asked(form: forms.Form) -> dict:
    """The filters in force, by name, as the address gave them."""
    return {name: form.data[name] for name in form.fields if form.data.get(name) not in (None, "")}
