"""What every test can ask for. The test database holds the demo content; `empty_book` clears it for one test."""

import pytest
from django.core.management import call_command


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Load the demo content once; the tests that change it roll back."""
    with django_db_blocker.unblock():
        call_command("demo", verbosity=0)


@pytest.fixture
def empty_book(db):
    """A book with no rows in it, for this test only."""
    from django.apps import apps
    from django.db import connection

    with connection.constraint_checks_disabled():
        for label in ("races", "drivers"):
            for model in apps.get_app_config(label).get_models():
                model.objects.all()._raw_delete(connection.alias)
