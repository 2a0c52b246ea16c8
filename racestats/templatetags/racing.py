"""The formatting functions as template filters."""

import re
from calendar import month_name
from datetime import date

import nh3
from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from markdown import markdown as render_markdown

from racestats import formatting

register = template.Library()

for name in (
    "number",
    "percent",
    "margin",
    "gap",
    "lap_time",
    "duration",
    "day",
    "short_day",
    "miles",
    "ordinal",
    "megabytes",
):
    register.filter(name, getattr(formatting, name))
register.filter("decimal", formatting.decimal)
register.filter("plural", formatting.plural)
register.filter("listed", formatting.listed)


@register.filter
def markdown(text: str) -> str:
    """Markdown as HTML, with everything that could run in a browser taken out."""
    return mark_safe(nh3.clean(render_markdown(text, extensions=["tables"])))  # nosec B308


@register.filter
def linked(source) -> str:
    """The name of a source, as a link where it has an address."""
    if not source.url:
        return str(source)
    return format_html('<a href="{}" rel="external">{}</a>', source.url, source)


A_DAY = re.compile(rf"\b({'|'.join(month_name[1:])}) (\d{{1,2}}), (\d{{4}})\b")


@register.filter
def timed(text: str) -> str:
    """A sentence with its days, “May 5, 2024”, told to machines too."""

    def told(found: re.Match) -> str:
        month, day, year = found.groups()
        try:
            read = date(int(year), list(month_name).index(month), int(day))
        except ValueError:  # no such day
            return found[0]
        return f'<time datetime="{read.isoformat()}">{found[0]}</time>'

    return mark_safe(A_DAY.sub(told, conditional_escape(text)))  # nosec B308 B703
