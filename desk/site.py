"""The admin as the editors' desk: its names, and the pages that are of no one model."""

from __future__ import annotations

from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path

from .permissions import may_import, may_rule
from .tables import in_groups, parted


class DeskSite(AdminSite):
    site_header = site_title = "racestats"
    index_title = "The record book"
    index_template = "desk/index.html"

    def admin_view(self, view, cacheable=False):
        """A view for the staff, which writes in the name of who is logged in. Whose login ended while they typed loses
        nothing of it."""
        guarded = super().admin_view(view, cacheable)

        def answer(request, *args, **kwargs):
            # The login form and the history are models, and the site is there before the models.
            from changes.recording import by

            from .login_again import is_cut_off, log_in_again
            from .undo.offer import offer

            if is_cut_off(request, self):
                return log_in_again(request, self, lambda: guarded(request, *args, **kwargs))
            with by(request.user if request.user.is_authenticated else None) as kept:
                response = guarded(request, *args, **kwargs)
            offer(request, response, kept)
            return response

        return update_wrapper(answer, guarded)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The desk's own addresses before those of the models: `admin:desk_sheet` and the like."""
        # The views import the admins of the models, and those register themselves with this site.
        from .urls import VIEWS

        own = [path(route, self.admin_view(view), name=f"desk_{name}") for name, route, view in VIEWS]
        return [*own, *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **super().each_context(request),
            "may_import": may_import(request.user),
            "may_rule": may_rule(request.user),
        }

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The tables that the user may see, as editors look for them; with an app's name, those of it."""
        apps = super().get_app_list(request, app_label)
        if app_label:
            return [parted(app) for app in apps]
        return in_groups([table for app in apps for table in app["models"]])

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The front page: what waits, then the tables."""
        from .waiting import waiting

        return super().index(request, {**(extra_context or {}), "waiting": list(waiting(request, self))})
