"""What stands in the head of every page: see `pages.kit.head`."""

from __future__ import annotations

from html import unescape

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from pages.kit.head import as_script

register = template.Library()


@register.simple_block_tag(takes_context=True)
def described(context, content: str) -> SafeString:
    """The description of a page, for those who find it and those with whom it is shared."""
    text = " ".join(content.split())
    context["description"] = unescape(text)
    # The page's template has escaped it.
    names = 'name="description"', 'property="og:description"'
    return mark_safe("\n  ".join(f'<meta {name} content="{text}">' for name in names))  # nosec B308 B703


@register.simple_tag(takes_context=True)
def linked_data(context) -> SafeString:
    """The facts of a page as data; of what has no head, an error, none."""
    head = context.get("head")
    found = head.linked_data(context.get("description", "")) if head else ()
    return format_html_join("\n  ", "{}", ((as_script(each),) for each in found))


@register.filter
def at_least(figure: object) -> str:
    """A figure as a sentence says it to who does not know the site: “49,920+” is “at least 49,920”."""
    text = str(figure)
    return f"at least {text.removesuffix('+')}" if text.endswith("+") else text
