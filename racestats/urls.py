from django.contrib import admin
from django.urls import include, path, re_path

from pages.kit.found import nothing_here

from . import health
from .metrics import metrics
from .serving.media import icon, photo, robots

urlpatterns = [
    path("", include("pages.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", metrics),
    path("favicon.ico", icon),
    path("robots.txt", robots),
    path("media/<path:path>", photo),
    # The site's own 404 in development too; addresses without their last slash are still completed.
    re_path("^.+/$", nothing_here),
]
handler400 = "racestats.errors.bad_request"
handler403 = "racestats.errors.forbidden"
handler404 = "racestats.errors.not_found"
handler500 = "racestats.errors.server_error"
