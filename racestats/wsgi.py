"""The WSGI entry point, which `make serve` and `runserver` serve."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "racestats.settings")
application = get_wsgi_application()
# Threads take turns ten times as often as they would: a kept page, which takes a tenth of a millisecond, would else
# wait for tens of them while another thread makes a page.
sys.setswitchinterval(0.0005)

from races.derived.upgrade import tell_what_is_behind  # noqa: E402, the models are there only now

tell_what_is_behind()
