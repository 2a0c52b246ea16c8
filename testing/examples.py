"""How many examples hypothesis tries of what writes to a book, which takes its time."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings


def examples(few: int, **further) -> settings:
    """So many of them, or as many as `RACESTATS_EXAMPLES` says: `RACESTATS_EXAMPLES=1250` looks deep."""
    number = int(os.environ.get("RACESTATS_EXAMPLES", few))
    return settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck), **further)
