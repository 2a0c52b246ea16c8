"""The headers of every kind of answer."""

import pytest
from django.test import Client

from testing.site import FORMS

LARSON = "/drivers/kyle-larson/"
POLICY = (
    "default-src 'none'; base-uri 'none'; connect-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; img-src 'self'; script-src 'self'; style-src 'self'"
)
ANSWERS = {
    **{f"{LARSON}?format={form}": 200 for form in FORMS},
    "/api/races/cup/2025/12": 200,
    "/standings/": 200,
    "/drivers/nobody/": 404,
    "/drivers/?luck=7": 400,
    "/drivers": 301,
    "/healthz": 200,
    "/readyz": 200,
    "/metrics": 200,
    "/admin/login/": 200,
    "/media/drivers/nobody.jpg": 404,
    "/favicon.ico": 302,
    "/robots.txt": 200,
}


@pytest.mark.parametrize(("path", "status"), ANSWERS.items())
def test_what_a_browser_may_do_with_an_answer(client, db, path, status):
    response = client.get(path)
    assert response.status_code == status
    framed = path.endswith("format=embed")
    policy = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *") if framed else POLICY
    assert sorted(response["Content-Security-Policy"].split("; ")) == sorted(policy.split("; "))
    if status != 301:
        assert response.headers.get("X-Frame-Options") == (None if framed else "DENY")
    assert "camera=()" in response["Permissions-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Request-ID"]


def test_photos_are_sent_in_production_too(db, settings, tmp_path):
    client = Client()
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "larson.png").write_bytes(b"a portrait")
    response = client.get("/media/larson.png")
    assert (response.status_code, response["Content-Type"], b"".join(response)) == (200, "image/png", b"a portrait")
    assert response["Cache-Control"] == "public, max-age=86400"
    assert client.get("/media/../manage.py").status_code == 404
    assert client.get("/media/").status_code == 404


@pytest.mark.parametrize("kept", [0, 10_000_000], ids=["nothing kept", "pages kept"])
def test_what_django_refuses_has_the_same_headers(book_file, settings, kept):
    settings.PAGE_CACHE_BYTES = kept
    client = Client()
    many = "&".join(f"p{number}=1" for number in range(1001))
    for response in (client.get(LARSON, headers={"host": "elsewhere.example"}), client.get(f"{LARSON}?{many}")):
        assert response.status_code == 400
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"
