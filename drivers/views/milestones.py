"""The pages of milestones: the watch with all clubs, and one club."""

from __future__ import annotations

from django.http import Http404

from races.filters import AsOfFilter
from races.views.scoped import scope_page
from racestats import formatting
from racestats.pages import TablePage, TablePageView
from stats.boards.leaderboards import FEWEST_STARTS
from stats.milestones.clubs import club, milestone_at
from stats.milestones.watch import HIGHEST, NEAR, SOON, Watch, watch

from ..filters import WatchFilter
from ..tables.milestones import ClubTable, MilestoneTable, WatchTable


class MilestonesView(TablePageView):
    """Who is near what; and every milestone with the size of its club."""

    template_name = "drivers/milestones.html"
    filterset_class = WatchFilter

    def get_page(self, filters) -> TablePage:
        driver, stat, within = (filters.value(key) for key in ("driver", "stat", "within"))
        scope = filters.scope
        found = watch(scope.narrowed(driver=None))
        rows = [
            row
            for row in found.rows
            if (not driver or row.driver == driver) and (not stat or row.statistic.key == stat)
        ]
        if within:
            shown = [row for row in rows if row.races_away is not None and row.races_away <= within]
        else:
            shown = rows if driver else [row for row in rows if row.is_near]
        return scope_page(
            "Milestones",
            filters,
            scope,
            {"watch": WatchTable(shown), "milestones": MilestoneTable(found.milestones, prefix="milestones-")},
            notes=watch_notes(found, within, everything=bool(driver)),
            total=len(found.rows),
            matching=len(shown),
            context={"clubs": clubs_by_statistic(found)},
        )


def watch_notes(found: Watch, within: int | None, everything: bool) -> list[str]:
    """What is watched, at which rate, and what is left out."""
    notes = [
        "Drivers who started one of the last ten races: how far each is from the next milestone, and from level with "
        f"the next name above on the all-time list, down to {formatting.ordinal(HIGHEST)} place."
    ]
    if found.season:
        notes.append(
            f"The rate is per start in {found.season - 1} and {found.season}, in the races of those that are held "
            f"whole; of fewer than {FEWEST_STARTS} starts there is none. Races away: at that rate, with a start in "
            "every race."
        )
    if within:
        notes.append(f"Shown: what is at most {formatting.plural(within, 'race')} away.")
    elif not everything:
        notes.append(f"Shown: what is at most {SOON} races away or, without a rate, within {NEAR:.0%} of the figure.")
    partial = [
        board.statistic.in_text for board in found.boards if board.rows and not board.complete.supports(board.statistic)
    ]
    if partial:
        notes.append(f"In {formatting.listed(partial)}, among the drivers whose totals this book holds.")
    return notes


def clubs_by_statistic(found: Watch) -> list[tuple]:
    """The statistics that have milestones, each with them: (statistic, milestones)."""
    grouped = [
        (board.statistic, [each for each in found.milestones if each.statistic == board.statistic.key])
        for board in found.boards
    ]
    return [(statistic, milestones) for statistic, milestones in grouped if milestones]


class ClubView(TablePageView):
    template_name = "drivers/club.html"
    filterset_class = AsOfFilter

    def get_page(self, filters, slug) -> TablePage:
        milestone = milestone_at(slug)
        if milestone is None:
            raise Http404(f"There is no milestone “{slug}”.")
        scope = filters.scope.narrowed(series=milestone.series)
        found = club(milestone, scope)
        count = len(found.members)
        notes = [f"{formatting.plural(count, 'driver')} in the records held here."]
        if active := [str(member.driver) for member in found.members if member.active]:
            notes.append(f"Active: {formatting.listed(sorted(active))}.")
        if unknown := sum(member.race is None for member in found.members):
            notes.append(
                f"For {unknown:,} the race is not known: they reached it before the book's own count of them began, or "
                "where what it counts is not fully known."
            )
        if milestone.note:
            notes.append(milestone.note)
        _tooltip, *based_on = found.board.notes
        return scope_page(
            f"{milestone.series.short_name}: {milestone.name}",
            filters,
            scope,
            {"members": ClubTable(found.members)},
            notes=[*notes, *based_on],
            total=count,
            matching=count,
            context={"milestone": milestone},
        )
