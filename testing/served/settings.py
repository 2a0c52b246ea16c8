"""The settings of a server that a test starts in a process of its own: those of the tests, with pages kept, and wrong
passwords counted as in production."""

import os

from racestats import settings
from racestats.settings_test import *  # noqa: F403

PAGE_CACHE_BYTES = 10_000_000
CACHES = settings.CACHES
REQUEST_SECONDS = float(os.environ.get("REQUEST_SECONDS", 60))
ROOT_URLCONF = "testing.served.urls"
