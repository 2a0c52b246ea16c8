"""Work in a process of its own, so that nothing is warm and memory is its own."""

import os
import subprocess
import sys
from pathlib import Path

COMMAND = """
import resource, sys, time
import django
from django.core.management import execute_from_command_line, load_command_class
django.setup()
if sys.argv[1] == "import_results":
    load_command_class("importing", sys.argv[1])
started = time.process_time()
execute_from_command_line(sys.argv)
print("figures", time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def run(root: Path, database: Path, script: str, *arguments: str) -> str:
    """Run a script with the project's settings on a database; return what it prints."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "racestats.settings",
        "PYTHONPATH": str(root),
    }
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=root, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def manage(root: Path, database: Path, *arguments: str) -> tuple[float, float]:
    """Run a command in a process of its own; return its CPU seconds, without Python's start, and its peak megabytes."""
    seconds, peak = run(root, database, COMMAND, *arguments).rsplit("figures", 1)[1].split()
    return float(seconds), int(peak) / 1024
