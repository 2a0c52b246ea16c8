"""Small files: photos, for a site without a proxy that sends them itself; where the icon is; what robots may read."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.templatetags.static import static
from django.views.static import serve

A_DAY = "public, max-age=86400"


def photo(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of the media root. A photo that is replaced has another name."""
    try:
        response = serve(request, path, document_root=settings.MEDIA_ROOT)
    except SuspiciousFileOperation as error:
        raise Http404 from error
    response["Cache-Control"] = A_DAY
    return response


def icon(request: HttpRequest) -> HttpResponseRedirect:
    """For browsers that ask for an icon without having read a page."""
    return HttpResponseRedirect(static("icon.svg"), headers={"Cache-Control": A_DAY})


def robots(request: HttpRequest) -> HttpResponse:
    """Everybody may read everything, but for the editors' pages and a form; and where all addresses are."""
    text = (
        f"User-agent: *\nDisallow: /admin/\nDisallow: /report/\nSitemap: {request.build_absolute_uri('/sitemap.xml')}\n"
    )
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": A_DAY})
