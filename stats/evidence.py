"""The races behind a figure: every count on a page leads to the race log that makes it up, under the same filters."""

from __future__ import annotations

from collections.abc import Callable

from races.statistics import Statistic

from .scope import Scope
from .subjects import Competitor, subject_of

LINEAGE = "A team counts with its former names that are on file."


def evidence_query(scope: Scope, statistic: Statistic, by: str) -> str:
    """The query, in the race log of whoever is counted, that lists the races behind a figure of this scope."""
    return scope.narrowed(**{by: None}).query(stat=statistic.key)


def evidence_url(scope: Scope, statistic: Statistic, who: Competitor) -> str:
    """The address of the races that make up a figure of a driver, a team or a make in this scope."""
    return evidence_of(scope, who)(statistic)


def evidence_of(scope: Scope, who: Competitor) -> Callable[[Statistic], str]:
    """The same for each statistic of a row of figures, whose addresses begin alike."""
    races = race_log_url(who) + scope.narrowed(**{subject_of(who).key: None}).query()
    joint = "&" if "?" in races else "?"
    return lambda statistic: f"{races}{joint}stat={statistic.key}"


def race_log_url(who: Competitor) -> str:
    return f"{who.get_absolute_url()}races/"
