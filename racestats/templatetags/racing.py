"""The formatting functions as template filters."""

import nh3
from django import template
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
    return mark_safe(nh3.clean(render_markdown(text)))


@register.simple_tag(takes_context=True)
def other_form(context, form: str) -> str:
    """This page's address in another form, under the same filters and without its paging."""
    return _changed(context, drop=("page", "per_page"), format=form)


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


def _changed(context, drop: tuple = (), **values) -> str:
    query = context["request"].GET.copy()
    for name in drop:
        query.pop(name, None)
    for name, value in values.items():
        query[name] = value
    return f"?{query.urlencode()}"
