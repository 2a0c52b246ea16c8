"""The admin as a browser sees it: what it sends, and what a page says is wrong."""

from __future__ import annotations

import html5lib
from django.db.models import Model
from django.urls import reverse

WHY = "The box score says so."


def page(what: str, model: type[Model], *args) -> str:
    """The address of a model's page in the admin: its `changelist`, to `add` a row, to `change` or `delete` one."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def typed(response) -> dict:
    """What a browser would send for a page that nobody has touched; with a reason, where the page asks for one."""
    formsets = [inline.formset for inline in response.context_data["inline_admin_formsets"]]
    forms = [response.context_data["adminform"].form, *(form for formset in formsets for form in formset.forms)]
    forms += [formset.management_form for formset in formsets]
    boxes = [box for form in forms for box in form if not box.widget_type.endswith("file")]
    values = {box.html_name: WHY if box.html_name == "why" else box.value() for box in boxes}
    return {name: "" if value is None else value for name, value in values.items() if value is not False}


def with_row(data: dict, prefix: str, **said) -> dict:
    """The page's data with one more row in an inline."""
    row = int(data[f"{prefix}-TOTAL_FORMS"])
    return {**data, f"{prefix}-TOTAL_FORMS": row + 1, **{f"{prefix}-{row}-{name}": said[name] for name in said}}


def complaints(response) -> str:
    """All that a page says is wrong."""
    assert response.status_code == 200
    formsets = [inline.formset for inline in response.context_data["inline_admin_formsets"]]
    forms = [response.context_data["adminform"].form, *(form for formset in formsets for form in formset.forms)]
    found = [form.errors for form in forms if form.errors] + [formset.non_form_errors() for formset in formsets]
    return "\n".join(str(errors) for errors in found if errors)


def boxes(response) -> dict[str, str]:
    """What a browser would send for a page that is no form of Django's: what stands in its boxes and lists; with a
    reason, where the page asks for one."""
    assert response.status_code == 200
    found: dict[str, str] = {}
    for tag in html5lib.parse(response.content, namespaceHTMLElements=False).iter():
        name = tag.get("name")
        if not name or tag.get("type") == "file" or (tag.get("type") == "checkbox" and tag.get("checked") is None):
            continue
        if tag.tag in ("input", "textarea"):
            found[name] = WHY if name == "why" else (tag.text if tag.tag == "textarea" else tag.get("value")) or ""
        elif tag.tag == "select":
            options = [option for option in tag.iter("option") if option.get("selected") is not None]
            found[name] = options[0].get("value", "") if options else ""
    return found
