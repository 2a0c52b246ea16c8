"""The desk's own addresses, below the admin's."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse

VIEWS: tuple[tuple[str, str, Callable[..., HttpResponse]], ...] = ()
"""(name, route, view) of each. The site asks for a login of the staff; a view asks for its permissions itself."""
