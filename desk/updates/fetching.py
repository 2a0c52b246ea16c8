"""Asking an address for what is new: by what its server knew the last answer by, and again where it asks to wait."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from desk.models import FeedAddress
from importing.source import MAX_BYTES, TIMEOUT, Answer, Unreadable, fetch

Sleep = Callable[[float], object]

TRIES = 3
FIRST_WAIT = 5.0
"""Seconds before the second try; each further wait is three times as long."""
LONGEST_WAIT = 120.0
"""Whoever is to wait longer comes back with the next run."""


def ask(
    feed: FeedAddress, *, whole: bool, timeout: float = TIMEOUT, max_bytes: int = MAX_BYTES, sleep: Sleep
) -> Answer:
    """What the address answers now; with `whole` all of it, also where it is known. Raise Unreadable."""
    known = {} if whole else {"etag": feed.etag, "last_modified": feed.last_modified}
    attempt = partial(fetch, feed.address, timeout=timeout, max_bytes=max_bytes, **known)
    wait = FIRST_WAIT
    for _ in range(TRIES - 1):
        try:
            return attempt()
        except Unreadable as problem:
            asked = problem.wait or 0.0
            if not (problem.broken or problem.busy) or asked > LONGEST_WAIT:
                raise
            sleep(max(wait, asked))
        wait *= 3
    return attempt()
