"""What set a lineup, and whether that may give a pole award: the values of `Race.Lineup`. Pure."""

from __future__ import annotations

WITH_A_POLE = ("", "qualifying")
"""Qualifying gives the pole award; where it is unknown what set the lineup, there may be one."""


def may_give_pole(lineup: str | None) -> bool:
    return (lineup or "") in WITH_A_POLE
