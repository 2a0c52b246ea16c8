"""The record of a driver alone, without the rest of the page that it is on."""

from __future__ import annotations

from drivers.models import Driver
from races.as_of import AsOf
from stats.careers.profile import SEASON, DriverRecord, record_on
from stats.figures.basis import Basis
from stats.figures.reading import seasons_of
from stats.scope import Scope


def record_of(driver: Driver, as_of: AsOf | None = None) -> DriverRecord:
    """What the book makes of a driver, as it stands or stood."""
    basis = Basis(Scope(driver=driver, as_of=as_of))
    return record_on(basis, seasons_of(basis, SEASON))
