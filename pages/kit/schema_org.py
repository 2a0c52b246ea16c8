"""People and races in the words of schema.org, for those who read pages as data. Unknown is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drivers.models import Driver
from races.models import Race

CONTEXT = "https://schema.org"
STATUS = {
    Race.Status.SCHEDULED: "https://schema.org/EventScheduled",
    Race.Status.CANCELLED: "https://schema.org/EventCancelled",
}
"""Of one that was run there is no word."""


def _known(**told: Any) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value not in (None, "", [])}


def person(driver: Driver, titles: Sequence[str], team: str = "") -> dict[str, Any]:
    """A driver, with titles, “2021 Cup Series champion”, and the last team."""
    born = driver.born.isoformat() if driver.born else str(driver.birth_year or "")
    return {
        "@context": CONTEXT,
        "@type": "Person",
        "name": str(driver),
        "url": driver.get_absolute_url(),
        **_known(
            birthDate=born,
            deathDate=driver.died and driver.died.isoformat(),
            homeLocation=driver.hometown and {"@type": "Place", "name": driver.hometown},
            image=driver.photo.url if driver.photo else "",
            jobTitle="Racing driver",
            award=list(titles),
            affiliation=team and {"@type": "SportsTeam", "name": team},
        ),
    }


def sports_event(race: Race, told: str, first: Sequence[Driver]) -> dict[str, Any]:
    """A race, told in a sentence, with its first cars' drivers; its season stands above it."""
    track = race.layout.track
    series = str(race.season.series)
    return {
        "@context": CONTEXT,
        "@type": "SportsEvent",
        "name": f"{race.label}: {race.name}" if race.name not in race.label else race.label,
        "url": race.get_absolute_url(),
        "sport": "Stock car racing",
        **_known(
            startDate=race.date and race.date.isoformat(),
            endDate=race.date and race.date.isoformat(),
            eventStatus=STATUS.get(race.status),
            description=told,
            location={"@type": "Place", "name": race.track_name, **_known(address=track.place)},
            superEvent={
                "@type": "SportsEvent",
                "name": f"{race.season.year} {series}",
                "url": race.season.get_absolute_url(),
            },
            competitor=[{"@type": "Person", "name": str(driver), "url": driver.get_absolute_url()} for driver in first],
        ),
    }
