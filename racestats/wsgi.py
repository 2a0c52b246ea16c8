"""The WSGI entry point, which `make serve` and `runserver` serve."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "racestats.settings")
application = get_wsgi_application()

from races.derived.upgrade import tell_what_is_behind  # noqa: E402, the models are there only now

tell_what_is_behind()
