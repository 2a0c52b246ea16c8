"""The production server: `python -m racestats.serve`, which `make serve` and the examples in deploy/ start.

It looks whether the book and the static files are those of the code, loads the site once, and has every worker begin as
a copy of it: so the first answer comes soon, and workers share most of their memory.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.errors import FatalError
from granian.http import HTTP1Settings
from granian.log import LogLevels

WORKER_MEGABYTES = 400
"""A worker that has grown larger ends after its last answer, and another takes its place."""
STOP_SECONDS = 30
"""So long may a worker that is told to stop go on with what it is answering."""


def main(arguments: list[str] | None = None) -> str | int:
    """Serve until told to stop; return what went wrong, in words."""
    parser = argparse.ArgumentParser(prog="python -m racestats.serve", description="Serve the site.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (8000)")
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("--workers", type=int, default=cores, help=f"how many processes answer (one a core: {cores})")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("DEBUG", "false")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "racestats.settings")
    # The files of the metrics are mapped into memory: on a disk that is full, a write to one would end the worker.
    memory = Path("/dev/shm")  # nosec B108
    in_memory = memory if memory.is_dir() else None
    with TemporaryDirectory(prefix="racestats-", dir=in_memory) as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        if problem := load():
            return problem
        try:
            server_of(chosen).serve()
        except (FatalError, OSError) as error:
            return str(error)
    return 0


def load() -> str:
    """Load the whole site into this process; what stands in the way of serving it, in words."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        return str(error)
    from django.conf import settings
    from django.db import DatabaseError, connection
    from django.urls import get_resolver
    from prometheus_client.multiprocess import mark_process_dead

    from races.derived.upgrade import unapplied_migrations, what_is_behind

    try:
        behind = unapplied_migrations() and what_is_behind()
    except DatabaseError as error:
        return f"The database cannot be read: {error}"
    finally:
        connection.close()
    if behind:
        return behind
    by_name = "Manifest" in settings.STORAGES["staticfiles"]["BACKEND"]
    if by_name and not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return "The static files are not collected. Run: DEBUG=false manage.py collectstatic --noinput"
    from . import wsgi  # noqa: F401, which makes the application

    get_resolver().url_patterns  # noqa: B018, the pages are imported only when they are asked for
    mark_process_dead(os.getpid())  # It counts nothing itself.
    # What stands here stays: without this a worker's first collection would copy all of it.
    gc.collect()
    gc.freeze()
    return ""


def server_of(chosen: argparse.Namespace) -> Granian:
    from django.conf import settings

    server = Granian(
        "racestats.wsgi:application",
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        websockets=False,
        workers=chosen.workers,
        blocking_threads=4,
        backpressure=256,
        respawn_failed_workers=True,
        workers_max_rss=WORKER_MEGABYTES,
        workers_kill_timeout=STOP_SECONDS,
        log_dictconfig=settings.LOGGING,
        log_level=LogLevels.info,
    )
    # Copies of this process would have the code that it once loaded: after SIGHUP workers load the code of the day.
    server.on_reload(lambda: multiprocessing.set_start_method("spawn", force=True))
    return server


if __name__ == "__main__":
    sys.exit(main())
