"""The floors of the house, as `pyproject.toml` lays them down."""

import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

NO_FLOOR = {"__init__", "migrations", "tests", "apps", "settings", "settings_test", "wsgi"}
"""What Django finds by itself, and what nothing imports."""


def test_every_module_stands_on_a_floor():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    floors, *_ = project["tool"]["importlinter"]["contracts"]
    placed = {module for floor in floors["layers"] for module in re.split(r" [|:] ", floor)} - {"races.apps"}
    packages = {module for module in placed if "." not in module}
    found = {
        f"{package}.{path.stem}"
        for package in {module.partition(".")[0] for module in placed - packages}
        for path in (settings.BASE_DIR / package).iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
        if path.stem not in NO_FLOOR
    }
    assert found | packages == placed


def test_floors_of_the_house():
    """No module imports one above it, and no two import each other."""
    lint = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([lint, "--no-cache"], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_no_test_module_imports_another():
    """What two of them need is a helper, in testing/ or a conftest."""
    imports = re.compile(r"^\s*(?:from|import) (?:\S*\.)?(?:tests\b|test_)|^\s*from \.+ import .*\btest_", re.MULTILINE)
    tests = [*settings.BASE_DIR.glob("*/tests/**/*.py"), *settings.BASE_DIR.glob("testing/*.py")]
    assert len(tests) > 50
    assert [path.name for path in tests if imports.search(path.read_text())] == []
