"""The site's own figures as Prometheus reads them, for whoever watches over it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from secrets import compare_digest

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from races.models import ImportRun

from .health import LOOKED_AT, problems
from .serving.metrics import REGISTRY


def metrics(request: HttpRequest) -> HttpResponse:
    """All figures as text; 403 to those who may not read them."""
    if not may_read(request):
        raise PermissionDenied("The metrics are for those who ask with METRICS_TOKEN, or on the machine of the site.")
    registry = CollectorRegistry()
    registry.register(OfTheBook())
    registry.register(of_all_workers())
    text = generate_latest(registry)
    return HttpResponse(text, content_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"})


def may_read(request: HttpRequest) -> bool:
    """Whoever has the token; where there is none, whoever asks from this very machine, and through no proxy."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    if any(name.startswith(("HTTP_X_FORWARDED", "HTTP_FORWARDED", "HTTP_VIA")) for name in request.META):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def of_all_workers() -> Collector:
    """What the workers have counted, without the gauges of those that are gone."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return REGISTRY
    for file in Path(folder).glob("gauge_live*_*.db"):
        process = int(file.stem.rpartition("_")[2])
        if not Path(f"/proc/{process}").exists():
            with suppress(FileNotFoundError):
                mark_process_dead(process)
    return MultiProcessCollector(CollectorRegistry(), folder)


class OfTheBook(Collector):
    """What is read anew each time: the health, as `/readyz` tells it, and the last import."""

    def collect(self) -> Iterator[Metric]:
        found = problems()
        health = GaugeMetricFamily("racestats_healthy", "1 where nothing is wrong with it.", labels=["looked_at"])
        for name in LOOKED_AT:
            health.add_metric([name], float(name not in found))
        yield health
        with suppress(DatabaseError):
            latest = ImportRun.objects.order_by("-started").values_list("finished", "started").first()
            if latest:
                told = "When the last import into the book ended."
                yield GaugeMetricFamily(
                    "racestats_import_timestamp_seconds", told, (latest[0] or latest[1]).timestamp()
                )
