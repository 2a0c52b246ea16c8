"""What the book has of a race that a ruling changes: its results as rows, its rulings, and what gives points."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from races.margins import MEASURED
from races.models import Penalty, PointsFormat, Race, Result, Ruling, Session
from races.models.rulings import AMENDABLE, TO_COME
from racestats import clock, formatting
from racestats.formatting import plural

from .actions import CarResult, Impossible, PointsTaken, Results, RulingPlan, restore

LONGEST_TITLE = 200
COPIED = ("id", "crossed_line", *AMENDABLE)


class RuledRace:
    """One race with its results and rulings; each is read once."""

    def __init__(self, race: Race):
        self.race = race

    @cached_property
    def stored(self) -> dict[int, Result]:
        """The results of the race and of its stages, by id."""
        kinds = (Session.Kind.RACE, Session.Kind.STAGE)
        found = Result.objects.filter(session__race=self.race, session__kind__in=kinds)
        return {row.pk: row for row in found.select_related("entry__driver", "session")}

    @cached_property
    def rulings(self) -> list[Ruling]:
        """In their order, with what they changed."""
        found = self.race.rulings.order_by("announced", "number")
        return list(found.prefetch_related("changes", "penalties__driver"))

    @cached_property
    def results(self) -> Results:
        race = self.race
        formats = PointsFormat.objects.filter(series=race.season.series_id).in_season(race.season.year)
        return Results(
            [row_of(result) for result in self.stored.values()],
            formats.first() if race.kind == Race.Kind.POINTS else None,
            race.field_size,
            race.margin_against_id,
            race.margin_kind in MEASURED,
        )

    @property
    def next_number(self) -> int:
        return max((ruling.number for ruling in self.rulings), default=0) + 1

    @property
    def day(self) -> date:
        """The day that a new ruling is taken to be of, unless it is said: that of the race, or of the last ruling."""
        days = [each for each in (self.race.date, *(ruling.announced for ruling in self.rulings)) if each]
        return max(days, default=clock.today())

    def restored(self, ruling: Ruling, points: int | None = None) -> RulingPlan:
        """The plan of an appeal that puts back what a ruling changed, and the points that it took, or so many of them;
        Impossible where a later one, or an editor, has changed the same since."""
        changes = [(change.result_id, change.before, change.after) for change in ruling.changes.all()]
        taken = [self._given_back(each, points) for each in ruling.penalties.all()]
        if not changes and not taken:
            raise Impossible(f"“{ruling.title}” changed no result and took no points: there is nothing to give back.")
        said = "overturned on appeal"
        if points is not None and taken:
            said = f"{points} of {ruling.penalties.all()[0].points} points given back"
        return restore(self.results, f"{ruling.title}: {said}"[:LONGEST_TITLE], changes, taken)

    def put_back(self, ruling: Ruling) -> RulingPlan:
        """The plan that puts back what a ruling changed, as if it had never been; Impossible as above."""
        changes = [(change.result_id, change.before, change.after) for change in ruling.changes.all()]
        taken = [PointsTaken(each.driver_id, str(each.driver), -each.points) for each in ruling.penalties.all()]
        return restore(self.results, f"“{ruling.title}” is revoked", changes, taken)

    def _given_back(self, penalty: Penalty, points: int | None) -> PointsTaken:
        """What of a penalty is given back, which is no more than is still taken."""
        of_driver = [each for ruling in self.rulings for each in ruling.penalties.all()]
        still = sum(each.points for each in of_driver if each.driver_id == penalty.driver_id)
        back = penalty.points if points is None else points
        if penalty.points < 0 or back > min(still, penalty.points):
            raise Impossible(
                f"{penalty.driver} has {plural(max(still, 0), 'point')} of this race left to be given back."
            )
        return PointsTaken(penalty.driver_id, str(penalty.driver), -back)

    def not_on(self, plan: RulingPlan, announced: date) -> str:
        """Why a plan cannot be of a day; empty where it can."""
        race = self.race
        if announced > clock.today():
            return TO_COME
        if race.date and announced < race.date:
            return f"The race was run on {formatting.day(race.date)}: a ruling on it is not of a day before."
        touched = {change.row.id for change in plan.changes}
        for ruling in self.rulings:
            if ruling.announced > announced and touched & {change.result_id for change in ruling.changes.all()}:
                return (
                    f"“{ruling.title}” changed the same results on {formatting.day(ruling.announced)}, after this day."
                )
        return ""


def row_of(result: Result) -> CarResult:
    entry = result.entry
    copied = {name: getattr(result, name) for name in COPIED}
    return CarResult(
        entry=entry.pk,
        driver=entry.driver_id,
        number=entry.number,
        name=str(entry.driver),
        session=result.session.slug,
        **copied,
    )
