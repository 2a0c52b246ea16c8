"""The admin as a browser sees it: what it sends, and what a page says is wrong."""

from __future__ import annotations

from html.parser import HTMLParser

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
    reader = _Boxes()
    reader.feed(response.content.decode())
    reader.close()
    return {name: WHY if name == "why" else text for name, text in reader.found.items()}


class _Boxes(HTMLParser):
    """Reads what stands in the boxes and lists of a page, by name."""

    def __init__(self):
        super().__init__()
        self.found: dict[str, str] = {}
        self._inside: tuple[str, str] | None = None
        """The tag and the name of the box or list whose text or choices come next."""

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name, kind, text = given.get("name"), given.get("type"), given.get("value") or ""
        if tag == "option":
            if self._inside and "selected" in given:
                self.found[self._inside[1]] = text
        elif name and tag in ("select", "textarea"):
            self.found[name], self._inside = "", (tag, name)
        elif name and tag == "input" and kind != "file" and ("checked" in given or kind != "checkbox"):
            self.found[name] = text

    def handle_data(self, data):
        if self._inside and self._inside[0] == "textarea":
            self.found[self._inside[1]] += data

    def handle_endtag(self, tag):
        if self._inside and self._inside[0] == tag:
            if tag == "textarea":
                # A browser passes over the first line where nothing stands on it.
                self.found[self._inside[1]] = self.found[self._inside[1]].removeprefix("\r").removeprefix("\n")
            self._inside = None
