"""The formatting functions as template filters."""

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
