"""Addresses of the page being drawn: sorted, in another form, of another day. See `pages.kit.forms`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from urllib.parse import urlencode

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from pages.kit.html import escaped
from pages.kit.tables.base import BaseTable
from pages.kit.writers import DATA_FORMS, TAKEN

register = template.Library()


@register.simple_tag(takes_context=True)
def table_form(context, table: BaseTable, form: str) -> str:
    """The address of one of the page's tables in another form, under the same filters and without its paging."""
    others = {} if table is context["page"].main else {"table": table.name}
    return _changed(context, drop=_paging(context), format=form, **others)


@register.simple_tag(takes_context=True)
def data_forms_of(context, table: BaseTable) -> SafeString:
    """Links to a table in each of the forms that it can be taken in, written out as the heads are."""
    links = [
        f'<li><a href="{escaped(table_form(context, table, form))}" rel="nofollow">{name}</a></li>'
        for form, name in DATA_FORMS.items()
    ]
    # The address is escaped, and the names are ours.
    return mark_safe("".join(links))  # nosec B308


@register.simple_tag
def legend_of(table: BaseTable) -> SafeString:
    """The heads that need a word of explanation, and that word."""
    terms = [f"<dt>{escaped(head)}</dt><dd>{escaped(meaning)}</dd>" for head, meaning in table.legend]
    return mark_safe("".join(terms))  # nosec B308


@register.simple_tag(takes_context=True)
def whole_address(context, table: BaseTable) -> str:
    """The whole address of a table on its page, to be sent to somebody."""
    url = _changed(context)
    return context["request"].build_absolute_uri(f"{url}#{table.prefix}table")


@register.simple_tag(takes_context=True)
def snippet(context, table: BaseTable) -> str:
    """The HTML with which another site shows the first rows of a table."""
    address = context["request"].build_absolute_uri(table_form(context, table, "embed"))
    # A text to be copied, which the page escapes once more.
    return (
        f'<iframe src="{escape(f"{address}&rows={EMBEDDED_ROWS}")}" title="{escape(table.caption or context["title"])}"'
        f' width="100%" height="{EMBEDDED_HEIGHT}" loading="lazy" style="border: 0"></iframe>'
    )


EMBEDDED_ROWS, EMBEDDED_HEIGHT = 10, 480
"""What a snippet asks for: rows, and pixels for them."""


@register.simple_tag(takes_context=True)
def page_itself(context) -> str:
    """The whole address of this page in HTML, for a form of it that is read elsewhere."""
    return context["request"].build_absolute_uri(_changed(context, drop=EMBED_ONLY))


@register.simple_tag(takes_context=True)
def own_address(context) -> str:
    """The address of this page as it was asked for, without the site's name."""
    request = context["request"]
    return f"{request.path}?{request.GET.urlencode()}" if request.GET else request.path


@register.simple_tag(takes_context=True)
def as_it_stands_now(context) -> str:
    """This page as the book stands now: its address without a day, and without pages, for the rows are others."""
    pages = [table.prefixed_page_field for table in context["page"].tables.values()]
    return _changed(context, drop=("as_of", *pages))


@register.simple_tag(takes_context=True)
def heads_of(context, table: BaseTable) -> SafeString:
    """The heads of a table's columns, each with the address that sorts by it: the other way round where it already is.

    Written out as the rows are, because a template costs many times more.
    """
    # `_heads` escapes each text and each address.
    return mark_safe("\n".join(_heads(context, table)))  # nosec B308


def _heads(context, table: BaseTable) -> Iterator[str]:
    for bound in table.html_columns:
        column, order = bound.column, bound.order_by_alias
        attributes = {
            "class": f"key {column.classes}" if bound.name == table.row_head else column.classes,
            "title": column.title,
            "aria-sort": ("descending" if order.is_descending else "ascending") if bound.is_ordered else "",
        }
        text = escaped(bound.header)
        if bound.orderable:
            ordered = {table.prefixed_order_by_field: order.next}
            address = _changed(context, drop=(table.prefixed_page_field,), **ordered)
            text = f'<a href="{escaped(address)}" rel="nofollow">{text}</a>'
        written = "".join(f' {name}="{escaped(each)}"' for name, each in attributes.items() if each)
        yield f'<th scope="col"{written}>{text}</th>'


@register.simple_tag(takes_context=True)
def page_of(context, table, number: int) -> str:
    """The address of another page of a table."""
    return _changed(context, **{table.prefixed_page_field: number})


EMBED_ONLY = ("format", *TAKEN["embed"])


def _paging(context) -> Iterator[str]:
    """The parameters of all tables of the page that choose a part of one."""
    return (name for table in context["page"].tables.values() for name in table.paging)


def _changed(context, drop: Iterable[str] = (), **values) -> str:
    request = context["request"]
    if not request.GET:
        return f"?{urlencode(values)}" if values else request.path
    query = copy(request.GET)
    for name in drop:
        query.pop(name, None)
    for name, value in values.items():
        query[name] = value
    return f"?{query.urlencode()}" if query else request.path
