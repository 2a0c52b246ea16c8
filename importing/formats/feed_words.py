"""The sport's words as feeds print them: drivers with marks, makes, and how a race ended for a car."""

from __future__ import annotations

import re

from importing.text.spelling import without_marks
from races.finishes import has_started
from racestats.names.spelling import MARKS

FIRST_STAGES = 2017
"""The first season with stages."""


def stages_in_all(name: str) -> int:
    """How many stages score in a race of that name: a race over 600 miles has three, any other two."""
    return 3 if "600" in name else 2


MAKES = {
    "chv": "Chevrolet",
    "chevy": "Chevrolet",
    "tyt": "Toyota",
    "frd": "Ford",
    "dge": "Dodge",
    "ddg": "Dodge",
    "pon": "Pontiac",
    "volkswagon": "Volkswagen",
}


def driver_name(text: str) -> tuple[str, bool]:
    """The name without marks, and whether it was marked as ineligible: “Justin Haley(i)” → Justin Haley, True."""
    return without_marks(text), any("i" in mark for mark in MARKS.findall(text))


def make_name(text: str | None) -> str | None:
    return MAKES.get(text.lower(), text) if text and text != "-" else None


# How a race ended for a car.

NO_STATUS = ("", "-", "unknown")
ENDINGS = (
    ("did-not-start", re.compile(r"did not start|dns")),
    ("did-not-qualify", re.compile(r"(did not|failed to) (qualify|advance|transfer)|dnq")),
    ("withdrew", re.compile(r"withd(rew|rawn)\b.*")),
    ("parked", re.compile(r"parked.*|flagged( off)?|too slow|black[- ]?flag(ged)?")),
    ("retired", re.compile(r"dvp|damaged vehicle policy|out of fuel|out of gas")),
)
WORDS = {
    "running": "running finished",
    "accident": "accident crash crashed wreck wrecked collision spin",
    "engine": "engine piston valve valves cam camshaft crank crankshaft rod rocker lifter cylinder head block gasket "
    "timing push",
    "mechanical": "a-frame accelerator alternator arm axle ball bar battery bearing bell belt bolts bracket brake "
    "brakes cable carburetor chassis clutch coil condenser cooler cooling differential distributor drive "
    "driveline driveshaft drivetrain drum electrical end equipment exhaust fan feed fender filter fire "
    "fluid fly flywheel frame fuel gas gear generator handling header headers hose housing hub ignition "
    "joint leak line linkage lock lug lugs manifold mechanical mount mounts oil outlet overheating pan "
    "pin plugs power pressure pulley pump radiator ratchet rear rotor seal shaft shift shifter shock "
    "shocks spindle spring stalled steering strut stud studs sump suspension sway tank technical "
    "temperature throttle tie tire torsion track trailing train transmission tube u-joint v-joint vapor "
    "vibration water wheel window windshield wire wiring",
}
CODES = {word: code for code, words in WORDS.items() for word in words.split()}
NOT_ENGINE = {"brake", "mount", "mounts", "pulley", "strut", "tie", "wheel"}
"""With one of these, “engine”, “rod” and “cylinder” are of something else: the engine mount, the tie rod."""


def status_of(words: str, laps: int | None) -> str | None:
    """The code for a source's words. A car that ran some laps before it withdrew did start, so it retired."""
    text = words.lower().strip()
    if text in NO_STATUS or is_disqualified(text):
        return None
    for code, pattern in ENDINGS:
        if pattern.fullmatch(text):
            return "retired" if code == "withdrew" and laps else code
    tokens = re.findall(r"[a-z-]+", text)
    codes = {CODES.get(token) for token in tokens}
    if "engine" in codes and not NOT_ENGINE.intersection(tokens):
        return "engine"
    return next((code for code in ("running", "accident", "mechanical", "engine") if code in codes), "retired")


def is_disqualified(words: str) -> bool:
    return words.lower().strip() in ("disqualified", "dsq", "dq")


def why_ineligible(
    points: int | None, place: int | None, status: str | None, laps: int | None, disqualified: object
) -> str | None:
    """Why a car of a race that gave points is taken as one that may not score, or None.

    It has no points, though it started and has a place that it was not disqualified from.
    """
    if points != 0 or not place or disqualified or not has_started(status, laps):
        return None
    return f"no points for place {place}: taken as ineligible for points"
