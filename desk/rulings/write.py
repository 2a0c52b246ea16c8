"""A plan of a ruling, written into the book; and a ruling that was a mistake, taken out of it."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from changes.models import LONGEST_REASON, ChangeSet
from changes.recording import describe
from importing.export import document_of
from importing.stored import stored_races
from races.admin.forms.rows import write_rows
from races.derived.refresh import deferred
from races.models import Penalty, Race, Result, RevokedRuling, Ruling, RulingChange

from .actions import RulingPlan
from .book import RuledRace

User = AbstractBaseUser | AnonymousUser


@deferred()
def write(
    book: RuledRace, plan: RulingPlan, announced: date, title: str = "", reason: str = "", kind: str = ""
) -> Ruling:
    """The ruling, its rows before and after, and the results as it leaves them."""
    describe(ChangeSet.Kind.RULING, title or plan.title)
    ruling = Ruling.objects.create(
        race=book.race,
        number=book.next_number,
        kind=kind or plan.kind,
        announced=announced,
        title=title or plan.title,
        reason=reason,
    )
    changes = [
        RulingChange(ruling=ruling, result_id=change.row.id, before=change.before, after=change.after)
        for change in plan.changes
    ]
    write_rows(RulingChange, (), changes)
    taken = [Penalty(ruling=ruling, driver_id=each.driver, points=each.points) for each in plan.taken]
    write_rows(Penalty, (), taken)
    _write_results(book, plan)
    return ruling


@deferred()
def revoke(book: RuledRace, ruling: Ruling, plan: RulingPlan, user: User, day: date, why: str = "") -> RevokedRuling:
    """Put back what a ruling changed and take it out of the book, which is then as if it had never been; what it said
    is kept."""
    describe(ChangeSet.Kind.RULING, f"Revoked: {ruling.title}", reason=why[:LONGEST_REASON])
    document = document_of(stored_races(Race.objects.filter(pk=book.race.pk))[0])
    part = next(each for each in document.rulings if each.number == ruling.number)
    revoked = RevokedRuling.objects.create(
        race=book.race,
        number=book.race.revoked_rulings.count() + 1,
        title=ruling.title,
        announced=ruling.announced,
        revoked=day,
        user=user if user.is_authenticated else None,
        why=why,
        record=part.model_dump(mode="json", exclude_none=True),
    )
    _write_results(book, plan)
    ruling.delete()
    return revoked


def _write_results(book: RuledRace, plan: RulingPlan) -> None:
    changed: dict[int, Result] = {}
    for change in plan.changes:
        row = changed[change.row.id] = book.stored[change.row.id]
        for name, value in change.after.items():
            setattr(row, name, value)
    for key, place in plan.crossed_line.items():
        changed[key] = book.stored[key]
        changed[key].crossed_line = place
    write_rows(Result, list(changed.values()), ())
    race = book.race
    if race.margin_against_id != plan.margin_against:
        race.margin_against_id = plan.margin_against
        race.save(update_fields=["margin_against"])
