"""The door for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gdshare.settings")

from gdshare import celery  # noqa: F401  pages knock at the worker through `celery.current_app`

application = get_wsgi_application()
