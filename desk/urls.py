"""The desk's own addresses, below the admin's."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse

from .imports import choose, show_plan, show_update
from .manual import manual
from .merge.views import choose_or_show
from .new_race import new_race
from .rulings.views import amend, new_ruling, revoke_ruling, ruling, rulings
from .sheet.views import sheet
from .undo.views import undo_page

VIEWS: tuple[tuple[str, str, Callable[..., HttpResponse]], ...] = (
    ("manual", "manual/", manual),
    ("new_race", "new-race/", new_race),
    ("sheet", "races/race/<int:pk>/sheet/<slug:name>/", sheet),
    ("rulings", "races/race/<int:pk>/rulings/", rulings),
    ("new_ruling", "races/race/<int:pk>/rulings/<slug:action>/", new_ruling),
    ("amend", "races/race/<int:pk>/rulings/amend/<slug:session>/", amend),
    ("ruling", "rulings/<int:pk>/", ruling),
    ("revoke_ruling", "rulings/<int:pk>/revoke/", revoke_ruling),
    ("merge", "merge/<slug:kind>/<int:pk>/", choose_or_show),
    ("import", "import/", choose),
    ("undo", "changes/changeset/<int:pk>/undo/", undo_page),
    ("import_plan", "import/<uuid:pk>/", show_plan),
    ("import_update", "import/updates/<int:pk>/", show_update),
)
"""(name, route, view) of each. The site asks for a login of the staff; a view asks for its permissions itself."""
