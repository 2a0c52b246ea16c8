"""The settings of the test suite: the development settings, made fast and strict."""

from .settings import *  # noqa: F403
from .settings import DATABASES, TEMPLATES

DEBUG = False
PAGE_CACHE_BYTES = REQUEST_SECONDS = 0
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"} for name in ("default", "logins")}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
TEMPLATES[0]["OPTIONS"]["debug"] = False
if DATABASES["default"]["ENGINE"] == "racestats.sqlite3":
    # Else pytest-django, which knows Django's own SQLite by its name, gives each worker a file.
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}
