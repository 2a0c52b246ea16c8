"""The formatting functions as template filters."""

from collections.abc import Iterable

import nh3
from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from markdown import markdown as render_markdown

from racestats import formatting

register = template.Library()

for name in ("number", "percent", "margin", "gap", "lap_time", "duration", "day", "short_day", "miles", "ordinal"):
    register.filter(name, getattr(formatting, name))
register.filter("decimal", formatting.decimal)
register.filter("plural", formatting.plural)
register.filter("listed", formatting.listed)


@register.filter
def markdown(text: str) -> str:
    """Markdown as HTML, with everything that could run in a browser taken out."""
    return mark_safe(nh3.clean(render_markdown(text)))  # nosec B308


@register.filter
def linked(source) -> str:
    """The name of a source, as a link where it has an address."""
    if not source.url:
        return str(source)
    return format_html('<a href="{}" rel="external">{}</a>', source.url, source)


@register.simple_tag(takes_context=True)
def other_form(context, form: str) -> str:
    """This page's address in another form, under the same filters and without its paging."""
    paging = [name for table in context["page"].tables.values() for name in table.paging]
    return _changed(context, drop=paging, format=form)


@register.simple_tag(takes_context=True)
def page_itself(context) -> str:
    """The whole address of this page in HTML, for a form of it that is read elsewhere."""
    return context["request"].build_absolute_uri(_changed(context, drop=("format",)))


@register.simple_tag(takes_context=True)
def as_it_stands_now(context) -> str:
    """This page as the book stands now: its address without a day, and without pages, for the rows are others."""
    pages = [table.prefixed_page_field for table in context["page"].tables.values()]
    return _changed(context, drop=("as_of", *pages))


@register.simple_tag(takes_context=True)
def sorted_by(context, table, column) -> str:
    """The address that sorts a table by a column: the other way round where it already is."""
    return _changed(
        context,
        drop=(table.prefixed_page_field,),
        **{table.prefixed_order_by_field: column.order_by_alias.next},
    )


@register.simple_tag(takes_context=True)
def page_of(context, table, number: int) -> str:
    """The address of another page of a table."""
    return _changed(context, **{table.prefixed_page_field: number})


def _changed(context, drop: Iterable[str] = (), **values) -> str:
    query = context["request"].GET.copy()
    for name in drop:
        query.pop(name, None)
    for name, value in values.items():
        query[name] = value
    return f"?{query.urlencode()}" if query else context["request"].path
