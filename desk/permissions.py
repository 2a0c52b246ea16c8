"""Who may do what at the desk, beyond the admin's own pages."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

MAY_IMPORT = (
    *("races.add_race", "races.change_race", "races.add_result", "races.change_result"),
    "races.view_importrun",  # The page of the run tells what an import did.
)
"""Who may import: a file brings races and results, and changes those of the book."""
MAY_RULE = ("races.add_ruling", "races.change_ruling", "races.change_result")
"""Who may make rulings, and take them back: each changes results."""


def may_import(user: AbstractBaseUser | AnonymousUser) -> bool:
    return user.has_perms(MAY_IMPORT)


def may_rule(user: AbstractBaseUser | AnonymousUser) -> bool:
    return user.has_perms(MAY_RULE)
