"""The editor's manual as a page of the desk."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.templatetags.static import static

MANUAL = settings.BASE_DIR / "docs" / "editing.md"


def manual(request: HttpRequest) -> HttpResponse:
    heading, _, text = MANUAL.read_text("utf-8").partition("\n")
    context = {**admin.site.each_context(request), "title": heading.lstrip("# "), "text": at_its_address(text)}
    return TemplateResponse(request, "desk/manual.html", context)


def at_its_address(text: str) -> str:
    """With the pictures where the site serves them; another page of docs/ is named, for the site does not serve it."""
    text = re.sub(r"\(\.\./static/([^)]+)\)", lambda found: f"({static(found[1])})", text)
    return re.sub(r"\[([a-z]+\.md)\]\(\1\)", r"`docs/\1`", text)
