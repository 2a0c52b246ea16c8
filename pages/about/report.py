"""Reporting a number: any reader may say, without an account, that one is wrong and what it should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe
from django_ratelimit.core import get_usage

from newsroom.models import MOST_OPEN, Report
from racestats.errors import BadFilter, bad_filter, too_many
from racestats.formatting import plural
from racestats.serving.clients import client_of, is_known
from racestats.serving.marks import without_marks

from ..kit.addressed import LONGEST, is_page, page_at
from ..kit.filters.parameters import takes, wrong_parameters
from ..kit.tables.base import is_count

REPORTS = "10/h"
"""What one client may report."""
TAKEN = ("address", "table", "row")
LONGEST_VALUE = 300


class NumberOfRow(NamedTuple):
    """One number of a row: its column's key and head, and how it is shown."""

    key: str
    head: str
    text: str


class Seen(NamedTuple):
    """The row of a table that is reported: of which page, what it is about and where it leads, and its cells."""

    page: str
    row: str
    leads_to: str
    cells: dict[str, NumberOfRow]


class ReportForm(forms.Form):
    """What is wrong. Of a row that was `seen` the number is chosen; of any other page it is said in words."""

    address = forms.CharField(label="On which page?", max_length=500, help_text="Its address on this site.")
    table = forms.CharField(max_length=50, required=False, widget=forms.HiddenInput)
    row = forms.CharField(max_length=9, required=False, widget=forms.HiddenInput)
    shown = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
    number = forms.CharField(label="Which number?", max_length=200, help_text="Its row and its column, in your words.")
    says = forms.CharField(label="What should it be?", max_length=300)
    source = forms.CharField(
        label="How do you know?",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="A link, a book, a broadcast: something that we can look up.",
    )
    contact = forms.CharField(
        label="How can we ask you back? (optional)",
        max_length=200,
        required=False,
        help_text="Used for questions about this alone, and deleted once it is answered.",
    )
    website = forms.CharField(
        label="Leave this empty", max_length=200, required=False, widget=forms.TextInput({"tabindex": -1})
    )
    """People do not see it, and fill in nothing; machines do."""

    def __init__(self, seen: Seen | None, host: str, data=None, **options):
        super().__init__(data, label_suffix="", **options)
        self.seen, self.host = seen, host
        for name in ("website", "contact"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        if seen:
            self.fields["address"].widget = forms.HiddenInput()
            cells = [(cell.key, f"{cell.head}: {cell.text}") for cell in seen.cells.values()]
            self.fields["number"] = forms.ChoiceField(label="Which number?", choices=[("", "Choose"), *cells])

    def clean_address(self) -> str:
        """Of this site, by its name or without it, and without the last slash too."""
        typed = self.cleaned_data["address"]
        of_host = typed.rpartition("://")[2]
        if of_host.lower().startswith(self.host.lower()):
            typed = of_host[len(self.host) :] or "/"
        path, mark, query = typed.partition("?")
        for address in (typed, f"{path}/{mark}{query}"):
            if is_page(address):
                return address
        raise forms.ValidationError("No page of this site with numbers has that address.")

    def clean_shown(self) -> str:
        shown = self.cleaned_data["shown"]
        if self.seen and shown != self.seen.row:
            raise forms.ValidationError(
                f"The row was “{shown}” when you opened this form, and is “{self.seen.row}” now: our records have "
                "changed meanwhile. Please look at the page, and report it from there once more."
            )
        return shown

    def made(self) -> Report:
        """The report, which is not saved yet."""
        said = self.cleaned_data
        cell = self.seen and self.seen.cells[said["number"]]
        return Report(
            **{name: said[name] for name in ("address", "says", "source", "contact")},
            table=said["table"] if self.seen else "",
            page=self.seen.page[:200] if self.seen else "",
            row=self.seen.row if self.seen else "",
            row_address=self.seen.leads_to if self.seen else "",
            field=(cell.head if cell else said["number"])[:200],
            value=cell.text[:LONGEST_VALUE] if cell else "",
        )


def takes_posts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A public view that may be posted to: all others are turned away before."""
    view.takes_posts = True  # type: ignore[attr-defined]
    return view


@takes_posts
@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form, filled in with what an address says; and what comes of it."""
    request.GET = without_marks(request.GET)
    if wrong := wrong_parameters(request.GET, TAKEN):
        return bad_filter(request, BadFilter(wrong))
    sends = request.method == "POST"
    asked = request.POST if sends else request.GET
    host = request.get_host()
    seen = seen_at(request, *(asked.get(name, "") for name in TAKEN))
    if sends:
        form = ReportForm(seen, host, asked)
        if answer := taken(request, form):
            return answer
    else:
        filled_in = {name: asked.get(name, "") for name in TAKEN} | {"shown": seen.row if seen else ""}
        form = ReportForm(seen, host, initial=filled_in)
    context = {"title": "Report a number", "form": form, "seen": seen}
    return render(request, "pages/report.html", context, status=400 if form.errors else 200)


def taken(request: HttpRequest, form: ReportForm) -> HttpResponse | None:
    """The answer to a form that is right, whose report is kept; None where there is something to be put right."""
    if not form.is_valid():
        return None
    thanks = HttpResponseRedirect(reverse("report-thanks"))
    if form.cleaned_data["website"]:
        return thanks  # A machine learns nothing from it.
    client = client_of(request)
    rate = REPORTS if is_known(client) else None
    counted = get_usage(request, group="report", key=lambda *_: client, rate=rate, increment=True)
    if counted and counted["should_limit"]:
        seconds = max(counted["time_left"], 1)
        wait = f"That is many reports in an hour. Please try again in {plural(seconds // 60 + 1, 'minute')}."
        return too_many(request, wait, seconds)
    if Report.objects.open().count() >= MOST_OPEN:
        form.add_error(None, "So many reports wait for an answer that no more are taken today. Please come back later.")
        return None
    form.made().save()
    return thanks


def seen_at(request: HttpRequest, address: str, table: str, row: str) -> Seen | None:
    """The row at a place of a table, by the name of the table and the address of its page; None where there is none."""
    if not (table and is_count(row)):
        return None
    try:
        page = page_at(request, address)
    except (Http404, BadFilter):
        return None
    found = page.tables.get(table)
    record = (
        next((each for place, each in enumerate(found.page_records(), 1) if place == int(row)), None) if found else None
    )
    if found is None or record is None:
        return None
    columns = {bound.name: bound for bound in found.html_columns}
    cells = {
        name: NumberOfRow(name, str(bound.header), " ".join(bound.column.write(record).split()))
        for name, bound in columns.items()
    }
    head = cells.get(found.row_head) or next(iter(cells.values()))
    leads_to = urlsplit(found.href(columns[head.key].column, record) or "").path
    return Seen(page.title, head.text[:200], leads_to if len(leads_to) <= LONGEST else "", cells)


@require_safe
@takes()
def thanks(request: HttpRequest) -> HttpResponse:
    """What happens with a report."""
    return render(request, "pages/report_thanks.html", {"title": "Thank you"})
