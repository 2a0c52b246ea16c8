from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path, re_path

from .pages import not_found
from .views import HomeView

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("", include("drivers.urls")),
    path("", include("races.urls")),
    path("admin/", admin.site.urls),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    # The site's own 404 in development too; addresses without their last slash are still completed.
    re_path("^.+/$", not_found),
]
handler400 = "racestats.pages.bad_request"
handler404 = "racestats.pages.not_found"
