"""One settings file: with no variables it runs for development; with DEBUG off it refuses to start half-configured.

Environment: DATABASE_URL, CACHE_URL, MEDIA_ROOT, DATA_ROOT, SECRET_KEY, DEBUG, ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS,
HSTS_PRELOAD, CLIENT_LIMIT, FETCH_PRIVATE, METRICS_TOKEN, UPDATE_FEEDS, UPDATE_RESULTS.
"""

import re
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
VERSION = re.findall(r'^version = "(.+)"$', (BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)[0]


def _flag(name: str, default: bool) -> bool:
    """Read a yes-or-no variable; an odd spelling is an error, not a silent no."""
    text = env.str(name, default=str(default)).strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} is “{text}”: say true or false.")


DEBUG = _flag("DEBUG", True)
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

if DEBUG:
    SECRET_KEY = SECRET_KEY or "for-development-only-never-used-when-debug-is-off"
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
else:
    if not SECRET_KEY:
        raise ImproperlyConfigured("SECRET_KEY is missing. With DEBUG off, set SECRET_KEY to a long random text.")
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is missing. With DEBUG off, set it to the site's host names, with commas between."
        )

INSTALLED_APPS = [
    "racestats",
    "importing",
    "desk.apps.DeskConfig",
    "pages",
    "newsroom",
    "stats",
    "changes",
    "races",
    "drivers",
    "whitenoise.runserver_nostatic",
    "desk.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "axes",
    "django_tables2",
    "django_filters",
]

MIDDLEWARE = [
    "racestats.serving.requests.with_id",
    "racestats.serving.metrics.measured",
    "racestats.serving.deadline.within_time",
    # Before all that gives an answer its headers: what is kept has them.
    "racestats.serving.page_cache.kept_pages",
    "racestats.middleware.let_other_sites_read",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "racestats.middleware.refuse_writing",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "racestats.middleware.limit_clients",
    "django.contrib.messages.middleware.MessageMiddleware",
    "racestats.middleware.refuse_null_characters",
    "racestats.middleware.tell_of_the_database",
    "pages.kit.moved.lead_on",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "racestats.urls"
WSGI_APPLICATION = "racestats.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "racestats.templatetags.racing",
                "pages.templatetags.links",
                "pages.templatetags.addresses",
                "pages.templatetags.chips",
                "pages.templatetags.heads",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "racestats.sqlite3"
    # Readers go on while one writer works; a second writer waits for its turn.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
if not DEBUG:
    DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
# So much of what is not kept may one client ask for, in each worker.
CLIENT_LIMIT = env.str("CLIENT_LIMIT", default="240/m")
if not re.fullmatch(r"[1-9][0-9]{0,8}/[smhd]|off", CLIENT_LIMIT):
    raise ImproperlyConfigured(f"CLIENT_LIMIT is “{CLIENT_LIMIT}”: say a number and s, m, h or d, as in 240/m, or off.")
if CLIENT_LIMIT == "off":
    CLIENT_LIMIT = None
# Pages are kept until somebody writes. A developer writes templates too, of which the database knows nothing.
PAGE_CACHE_BYTES = 0 if DEBUG else 64_000_000
# Whether results may be fetched from this machine and its network too, for those who serve files at home.
FETCH_PRIVATE = _flag("FETCH_PRIVATE", False)
# Where update_results asks what is new: NASCAR's feeds, and nascaR.data's results, by default where `make history` has
# them from. “off” asks there for nothing.
UPDATE_FEEDS = env.str("UPDATE_FEEDS", default="https://cf.nascar.com/cacher").rstrip("/")
UPDATE_RESULTS = env.str("UPDATE_RESULTS", default="").rstrip("/")
# A worker that is longer at one answer ends; a debugger may take its time.
REQUEST_SECONDS = 0 if DEBUG else 60
# Who reads /metrics; without one, this machine alone does.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Wrong passwords lock one name from one address, for a time: so nobody can keep an editor out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
AXES_CACHE = "logins"
AXES_CLIENT_IP_CALLABLE = "racestats.serving.clients.client_of"
AXES_LOCKOUT_CALLABLE = "racestats.errors.locked_out"
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
# The log has the address. Some type their password in the place of their name.
AXES_SENSITIVE_PARAMETERS = ["username"]
# W001: files count less than all of what is tried at the same moment, which is no more than there are threads.
SILENCED_SYSTEM_CHECKS = ["axes.W001"]

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False
FORMAT_MODULE_PATH = "racestats.formats"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# A sheet of the editors' desk has up to 250 rows of 30 cells, and a select above each column.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8000
MEDIA_URL = "media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default="") or BASE_DIR / "media")
# Where `export_data` writes the whole book, and `/data/` looks for it.
DATA_ROOT = Path(env.str("DATA_ROOT", default="") or BASE_DIR / "downloads")
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
# What is kept here are counts: of the requests of clients, and of wrong passwords, which all workers count together.
# Neither may be in the database, of which every commit makes all pages anew.
if env.str("CACHE_URL", default=""):
    CACHES = dict.fromkeys(("default", "logins"), env.cache("CACHE_URL"))
else:
    # Where the site writes anyhow.
    _book = DATABASES["default"]
    _beside = Path(_book["NAME"] if _book["ENGINE"].endswith("sqlite3") else MEDIA_ROOT).resolve().parent
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "logins": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": _beside / "logins"},
    }
    for _counts in CACHES.values():
        _counts["OPTIONS"] = {"MAX_ENTRIES": 10_000}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

if not DEBUG:
    SECURE_SSL_REDIRECT = True
    # Whoever watches over the site asks without a proxy.
    SECURE_REDIRECT_EXEMPT = ["^robots.txt$", "^healthz$", "^readyz$", "^metrics$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    # These bind all other hosts of the domain too, for years: its owner says so, and is not told to.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _flag("HSTS_PRELOAD", False)
    SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "desk.login_again.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"of_request": {"()": "racestats.serving.requests.OfRequest"}},
    "formatters": {
        "text": {"format": "{message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "{asctime}{levelname}{name}{message}{request_id}{method}{address}",
            "style": "{",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "exception"},
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["of_request"],
            "formatter": "text" if DEBUG else "json",
        },
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Anybody can ask for a host that is not this one, and fill the log.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        # The server's own.
        "_granian": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
