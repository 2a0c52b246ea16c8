"""The formatting functions as template filters."""

from django import template

from racestats import formatting

register = template.Library()

for name in ("number", "percent", "margin", "gap", "lap_time", "duration", "day", "short_day", "miles", "ordinal"):
    register.filter(name, getattr(formatting, name))
register.filter("decimal", formatting.decimal)
register.filter("plural", formatting.plural)
register.filter("listed", formatting.listed)


@register.simple_tag(takes_context=True)
def other_form(context, form: str) -> str:
    """This page's address in another form, under the same filters and without its paging."""
    query = context["request"].GET.copy()
    for name in ("page", "per_page"):
        query.pop(name, None)
    query["format"] = form
    return f"?{query.urlencode()}"
