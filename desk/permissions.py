"""Who may do what at the desk, beyond the admin's own pages."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model

from races.permissions import MAY_CHANGE_OFFICIAL

MAY_IMPORT = (
    *("races.add_race", "races.change_race", "races.add_result", "races.change_result"),
    MAY_CHANGE_OFFICIAL,  # A file says of itself whether its races are official.
    "races.view_importrun",  # The page of the run tells what an import did.
)
"""Who may import: a file brings races and results, and changes those of the book."""
MAY_RULE = ("races.add_ruling", "races.change_ruling", "races.change_result", MAY_CHANGE_OFFICIAL)
"""Who may make rulings, and take them back: each changes results."""


CHANGED_BY_A_MERGE = ("races.change_race", "races.change_entry", MAY_CHANGE_OFFICIAL)
"""What moves, mostly."""


def may_merge(user: AbstractBaseUser | AnonymousUser, model: type[Model]) -> bool:
    """One row goes, and the other is changed with all that points to it."""
    app, name = model._meta.app_label, model._meta.model_name
    return user.has_perms((f"{app}.change_{name}", f"{app}.delete_{name}", *CHANGED_BY_A_MERGE))


def may_import(user: AbstractBaseUser | AnonymousUser) -> bool:
    return user.has_perms(MAY_IMPORT)


def may_rule(user: AbstractBaseUser | AnonymousUser) -> bool:
    return user.has_perms(MAY_RULE)
