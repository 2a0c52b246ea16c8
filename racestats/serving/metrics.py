"""What the site counts of its own answers. Where `PROMETHEUS_MULTIPROC_DIR` names a folder, all workers count together
in its files; else each process counts for itself. `racestats.metrics` tells it to those who may read it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
ANSWERS = Counter(
    "racestats_answers",
    "Answers by class of status, and whether they were kept, made or a file.",
    ["status", "kind"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "racestats_answer_seconds",
    "Seconds until an answer begins, in a worker.",
    ["kind"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
KEPT_BYTES = Gauge(
    "racestats_kept_bytes", "Bytes of the pages kept, of all workers.", registry=REGISTRY, multiprocess_mode="livesum"
)
KEPT_PAGES = Gauge(
    "racestats_kept_pages", "Pages kept, of all workers.", registry=REGISTRY, multiprocess_mode="livesum"
)
CHANGES = Gauge(
    "racestats_data_version",
    "How many times a worker has found the data changed: the version on which its pages stand.",
    registry=REGISTRY,
    multiprocess_mode="liveall",
)
CHANGED = Gauge(
    "racestats_data_changed_timestamp_seconds",
    "When a worker last found the data changed by a write or an import.",
    registry=REGISTRY,
    multiprocess_mode="max",
)


def found_changed() -> None:
    """Somebody has written since this worker last asked."""
    CHANGES.inc()
    CHANGED.set_to_current_time()


def measured(get_response: Callable[[HttpRequest], HttpResponseBase]):
    """Count every answer, and how long it took to begin."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = get_response(request)
        kind = kind_of(response)
        SECONDS.labels(kind).observe(time.perf_counter() - started)
        ANSWERS.labels(f"{response.status_code // 100}xx", kind).inc()
        return response

    return answer


class KeptAnswer(HttpResponse):
    """An answer that nobody had to make: it was kept from before."""


def kind_of(response: HttpResponseBase) -> str:
    if isinstance(response, FileResponse):
        return "file"
    return "kept" if isinstance(response, KeptAnswer) else "made"
