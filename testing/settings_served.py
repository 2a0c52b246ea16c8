"""The settings of a server that a test starts in a process of its own: those of the tests, with pages kept, and wrong
passwords counted as in production."""

from racestats import settings
from racestats.settings_test import *  # noqa: F403

PAGE_CACHE_BYTES = 10_000_000
CACHES = settings.CACHES
