"""The WSGI entry point: `gunicorn racestats.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "racestats.settings")
application = get_wsgi_application()
