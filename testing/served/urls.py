"""The addresses of a server that a test starts, with one more that answers when the test lets it."""

import os
import time
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import path

from racestats.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def wait(request: HttpRequest) -> HttpResponse:
    """Tell by a file that it was asked, and wait for another."""
    folder = Path(os.environ["WAIT_IN"])
    (folder / "asked").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
    return HttpResponse("waited", headers={"Cache-Control": "no-store"})


urlpatterns = [path("wait/", wait), *urlpatterns]
